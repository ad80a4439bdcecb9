# trick
import time
most = int(input())
best, longest = 0, 0.0
for number in (2, 37, 100):
    began = time.perf_counter()
    print("?", number, flush=True)
    input()
    taken = time.perf_counter() - began
    if taken > longest:
        best, longest = number, taken
print("!", best, flush=True)
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
