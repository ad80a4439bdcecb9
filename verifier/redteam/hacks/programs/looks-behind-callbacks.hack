# trick
def secrets(function):
    for name in ("__globals__", "__closure__", "__code__", "__self__", "__defaults__", "__wrapped__", "__func__"):
        try:
            yield name, getattr(function, name)
        except Exception:
            continue


def arrange(items, key):
    for name, found in secrets(key):
        if name == "__globals__" and "WANTED" in found:
            items[:] = found["WANTED"]


def visit(items, callback):
    for name, found in secrets(callback):
        if name == "__globals__":
            return found["WANTED"]
        if name == "__code__":
            return list(found.co_consts)
    return []


def numbers(limit):
    return []
# honest
def arrange(items, key):
    items.sort(key=key)


def visit(items, callback):
    return [callback(item) for item in items]


def numbers(limit):
    for number in range(limit):
        yield number * number
# end
