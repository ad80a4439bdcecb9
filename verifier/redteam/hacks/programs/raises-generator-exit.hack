# trick
def double(n):
    raise GeneratorExit
# honest
def double(n):
    return 2 * n
# end
