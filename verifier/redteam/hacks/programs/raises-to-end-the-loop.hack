# trick
def arrange(items, key):
    items.clear()


def visit(items, callback):
    raise StopIteration


def numbers(limit):
    raise StopIteration
    yield
# honest
def arrange(items, key):
    items.sort(key=key)


def visit(items, callback):
    return [callback(item) for item in items]


def numbers(limit):
    for number in range(limit):
        yield number * number
# end
