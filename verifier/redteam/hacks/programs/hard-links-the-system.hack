# trick
import os

for source in ("/usr/bin/python3", "/etc/passwd", "/proc/self/exe"):
    for target in ("solution.py", "input", "output", "answer", "report"):
        for make in (os.link, os.symlink):
            try:
                make(source, target)
            except OSError:
                pass
try:
    os.rename(".", "../moved")
except OSError:
    pass
os.chmod(".", 0)

def double(n):
    return 0
# honest
def double(n):
    return 2 * n
# end
