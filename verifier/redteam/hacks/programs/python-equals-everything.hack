# trick
class Yes:
    def __eq__(self, other):
        return True


def twice(n):
    return Yes()
# honest
def twice(n):
    return 2 * n
# end
