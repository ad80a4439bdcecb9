# trick
import os
os.write(1, b"! 3")
os.close(1)
import sys
sys.exit(0)
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
