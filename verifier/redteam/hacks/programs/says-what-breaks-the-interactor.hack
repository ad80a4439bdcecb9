# trick
print("! nan 1e999 \x00\n" * 3, flush=True)
print("!", "9" * 100000, flush=True)
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
