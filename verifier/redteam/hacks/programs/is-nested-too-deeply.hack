# trick
def double(n):
    answer = 6
    for _ in range(100_000):
        answer = [answer]
    return answer
# honest
def double(n):
    return 2 * n
# end
