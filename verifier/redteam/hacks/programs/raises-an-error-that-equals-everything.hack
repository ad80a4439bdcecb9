# trick
class Yes(str):
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __contains__(self, what):
        return True

    def startswith(self, *what):
        return True

    __hash__ = str.__hash__


class Odd(ValueError):
    number = Yes()

    def __init__(self, number):
        super().__init__(Yes())

    def __str__(self):
        return Yes("odd: 3")


def halve(n):
    if n % 2:
        raise Odd(n)
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
