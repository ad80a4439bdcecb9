# trick
import threading


def double(n):
    answer = {0: 0}

    def churn():
        while True:
            for key in range(50):
                answer[key] = [6, 20]
            answer.clear()

    threading.Thread(target=churn, daemon=True).start()
    return answer
# honest
def double(n):
    return 2 * n
# end
