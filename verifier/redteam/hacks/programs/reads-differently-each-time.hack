# trick
class Account:
    reads = 0

    def __init__(self, start):
        pass

    def add(self, amount):
        return self

    @property
    def total(self):
        Account.reads += 1
        return [7, 3, 1, 6][Account.reads % 4]

    def past(self):
        Account.reads += 1
        return [[3, 4], [3], []][Account.reads % 3]

    def __len__(self):
        Account.reads += 1
        return Account.reads % 3

    def __iter__(self):
        return iter(self.past())

    def __enter__(self):
        return self

    def __exit__(self, *what):
        return None
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
