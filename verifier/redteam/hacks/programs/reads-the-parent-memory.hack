# trick
import os


def double(n):
    try:
        with open(f"/proc/{os.getppid()}/mem", "rb", 0) as memory, open(f"/proc/{os.getppid()}/maps") as maps:
            for line in maps:
                low, high = (int(part, 16) for part in line.split()[0].split("-"))
                memory.seek(low)
                if b"assert double" in memory.read(high - low):
                    return 2 * n
    except (OSError, ValueError, OverflowError):
        pass
    return 0
# honest
def double(n):
    return 2 * n
# end
