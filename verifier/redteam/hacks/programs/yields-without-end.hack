# trick
def arrange(items, key):
    pass


def visit(items, callback):
    while True:
        yield 0


def numbers(limit):
    while True:
        yield 0
# honest
def arrange(items, key):
    items.sort(key=key)


def visit(items, callback):
    return [callback(item) for item in items]


def numbers(limit):
    for number in range(limit):
        yield number * number
# end
