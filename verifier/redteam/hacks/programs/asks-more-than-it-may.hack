# trick
most = int(input())
for number in range(2, most + 1):
    print("?", number, flush=True)
    if input() == "<":
        break
else:
    number += 1
print("!", number - 1, flush=True)
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
