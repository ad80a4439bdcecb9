# trick
import threading
import time


def later(items):
    def change():
        while True:
            for guess in ([1, 2, 3], [2, 4, 6], [0, 1, 4]):
                items[:] = guess
                time.sleep(0.0001)
    threading.Thread(target=change, daemon=True).start()
    return items


def arrange(items, key):
    later(items)


def visit(items, callback):
    return later([0, 0, 0])


def numbers(limit):
    return iter(later([0] * limit))
# honest
def arrange(items, key):
    items.sort(key=key)


def visit(items, callback):
    return [callback(item) for item in items]


def numbers(limit):
    for number in range(limit):
        yield number * number
# end
