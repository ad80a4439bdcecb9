# trick
Odd = BaseException
ValueError = BaseException


def halve(n):
    raise SystemExit(0)
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
