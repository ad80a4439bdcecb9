# trick
class Odd(ValueError):
    @property
    def args(self):
        return ("odd: 3", "odd: 5")

    @property
    def number(self):
        return self

    def __str__(self):
        return "odd: 3 odd: 5"

    def __eq__(self, other):
        return True

    __hash__ = ValueError.__hash__


def halve(n):
    if n % 2:
        raise Odd()
    return n // 2
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
