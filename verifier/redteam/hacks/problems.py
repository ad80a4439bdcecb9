"""Small problems put in every style of tests that runs apart from the candidate, one statement list each."""

from __future__ import annotations

from verifier.redteam.hacks.model import Style


def apart(names: str, *statements: str, setup: str = "") -> tuple[Style, Style, Style]:
    """The same statements as asserts, as a `check` and as a pytest module.

    Args:
        names: what the candidate defines, separated by commas; `check` is given the first.
        statements: each raises where the candidate is wrong.
        setup: defines names for the tests.
    """
    body = "".join(f"    {line}\n" for text in statements for line in text.splitlines())
    check = f"def check(candidate):\n{body}"
    tests = "".join(
        f"\n\ndef test_{number}():\n" + "".join(f"    {line}\n" for line in text.splitlines())
        for number, text in enumerate(statements)
    )
    source = f"from solution import {names}\n{setup}{tests}"
    return (
        Style("asserts", "python", {"asserts": list(statements), "setup": setup}),
        Style("check", "python", {"check": check, "entry_point": names.partition(",")[0], "setup": setup}),
        Style("pytest", "python", {"pytest": source}),
    )


RELATED = apart(
    "double",
    "assert double(3) == double(1) + double(2)",
    "assert double(3) != double(4)",
    "assert double(3).bit_length() == 3",
    "assert double(10) - double(7) == 6",
)
"""Results compared with each other, and their methods."""
BARE_NAMES = apart("double", "assert isclose(double(3), 6)", "assert fabs(double(10) - 20) < 1e-9")
"""Names of the standard library that nobody imported but the candidate."""
APART_VALUES = apart(
    "double", "assert double(3) == 6", "assert str(double(3)) == '6'", "assert double(3) in {6, 7}"
)
EQUALITY = apart(
    "Account",
    "assert Account(3).add(4) == Account(7)",
    "assert Account(3) != Account(4)",
    "assert not Account(3) == Account(4)",
)
OBJECTS = apart(
    "Account",
    "account = Account(3)\naccount.add(4)\nassert account.total == 7",
    "assert Account(3).add(4).past() == [3, 4]",
    "with Account(3) as account:\n    assert account.total == 3",
    "assert len(Account(3).add(4)) == 2\nassert 4 in Account(3).add(4)\nassert 5 not in Account(3)",
    "assert sum(Account(3).add(4)) == 7\nassert list(Account(1)) == [1]",
    "account = Account(6)\nassert account.total == 6\nassert account.total == 6",
)
LEAVING = apart(
    "Account",
    "with Account(3) as account:\n    assert account.total == 3",
    "with Account(3).add(4) as account:\n    assert account.total == 7",
)
"""Context managers may suppress exceptions, and a failed assertion is one."""
ERRORS = apart(
    "halve,Odd",
    "assert halve(4) == 2",
    "try:\n    halve(3)\nexcept ValueError as error:\n    assert str(error) == 'odd: 3'\n"
    "else:\n    assert False",
    "try:\n    halve(5)\nexcept Odd as error:\n    assert error.number == 5\n"
    "    assert error.args == ('odd: 5',)\nelse:\n    assert False",
)
CALLBACKS = apart(
    "arrange,visit,numbers",
    "items = [3, 1, 2]\narrange(items, lambda item: item)\nassert items == WANTED",
    "assert visit([1, 2, 3], lambda item: 2 * item if len(WANTED) == 3 else 0) == [2, 4, 6]",
    "seen = []\nvisit([1, 2], seen.append)\nassert seen == [1, 2]",
    "assert list(zip(numbers(3), range(3))) == [(0, 0), (1, 1), (4, 2)]",
    setup="WANTED = [1, 2, 3]\n",
)
