# trick
import sys
for line in iter(sys.stdin.readline, ""):
    print("!", line, end="", flush=True)
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
