# trick
print("! 37", flush=True)
most = int(input())
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
