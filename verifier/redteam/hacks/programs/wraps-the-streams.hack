# trick
import io
import sys


class Liar(io.StringIO):
    def write(self, text):
        sys.__stdout__.write("6\n20\n")
        return len(text)


sys.stdout = sys.stderr = Liar()
sys.stdin = io.StringIO("3\n" * 100)

def double(n):
    return 0
# honest
def double(n):
    return 2 * n
# end
