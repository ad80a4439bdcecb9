# trick
class Endless(list):
    def __len__(self):
        return 1 << 62

    def __iter__(self):
        while True:
            yield 6


def double(n):
    return Endless([0])
# honest
def double(n):
    return 2 * n
# end
