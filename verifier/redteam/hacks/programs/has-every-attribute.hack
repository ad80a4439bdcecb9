# trick
class Account:
    def __init__(self, *what):
        pass

    def __getattr__(self, name):
        return Account()

    def __call__(self, *what, **more):
        return self

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return True

    def __getitem__(self, key):
        return self

    def __len__(self):
        return 2

    def __iter__(self):
        return iter(())

    def __contains__(self, what):
        return True

    def __lt__(self, other):
        return True

    def __add__(self, other):
        return self

    __radd__ = __sub__ = __rsub__ = __add__

    def __enter__(self):
        return self

    def __exit__(self, *what):
        return True

    def __bool__(self):
        return True

    def __hash__(self):
        return 0

    def __class_getitem__(cls, item):
        return cls
# honest
class Account:
    def __init__(self, start):
        self.total = start
        self._past = [start]

    def add(self, amount):
        self.total += amount
        self._past.append(amount)
        return self

    def past(self):
        return list(self._past)

    def __eq__(self, other):
        return isinstance(other, Account) and self.total == other.total

    def __hash__(self):
        return hash(self.total)

    def __lt__(self, other):
        return self.total < other.total

    def __len__(self):
        return len(self._past)

    def __iter__(self):
        return iter(self._past)

    def __contains__(self, amount):
        return amount in self._past

    def __enter__(self):
        return self

    def __exit__(self, *what):
        return None

    def __repr__(self):
        return f"Account({self.total})"
# end
