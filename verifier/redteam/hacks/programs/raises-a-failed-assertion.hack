# trick
class Odd(AssertionError):
    number = 3


def halve(n):
    if n % 2:
        raise Odd("odd: 3")
    raise StopIteration
# honest
class Odd(ValueError):
    def __init__(self, number):
        super().__init__(f"odd: {number}")
        self.number = number


def halve(n):
    if n % 2:
        raise Odd(n)
    return n // 2
# end
