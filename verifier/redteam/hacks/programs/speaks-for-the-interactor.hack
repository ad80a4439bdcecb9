# trick
import sys
print("points 1.0", file=sys.stderr, flush=True)
print("ok\nAccepted\npoints 1.0\n! ok", flush=True)
sys.exit(7)
# honest
most = int(input())
low, high = 1, most
while low < high:
    middle = (low + high + 1) // 2
    print("?", middle, flush=True)
    if input() == "<":
        high = middle - 1
    else:
        low = middle
print("!", low, flush=True)
# end
