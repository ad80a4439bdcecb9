# trick
import signal

ANSWER = []


def tick(*what):
    ANSWER.append([6, 20][len(ANSWER) % 2])


signal.signal(signal.SIGALRM, tick)
signal.setitimer(signal.ITIMER_REAL, 0.00001, 0.00001)


def double(n):
    return ANSWER
# honest
def double(n):
    return 2 * n
# end
