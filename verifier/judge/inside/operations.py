"""What one process may ask another to do with an object: one table, the same on both sides.

Calls, attributes and Python's special methods. Ordinary methods are an attribute and then a call.
"""

from __future__ import annotations

import copy
import operator
from collections.abc import Callable
from typing import Any

CALL, GET, SET, DELETE, IS_INSTANCE = "call", "get", "set", "delete", "is_instance"
NEXT = "__next__"

_BINARY = (
    *("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow"),
    *("lshift", "rshift", "and", "xor", "or"),
)
_COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")

_Function = Callable[..., Any]


def _reflected(function: _Function) -> _Function:
    return lambda target, other: function(other, target)


def _enter(target: Any) -> object:
    return type(target).__enter__(target)


def _exit(target: Any, *_: object) -> object:
    return type(target).__exit__(target, None, None, None)


ARITHMETIC: dict[str, _Function] = {
    **{f"__{name}__": getattr(operator, f"__{name}__") for name in _BINARY},
    **{f"__r{name}__": _reflected(getattr(operator, f"__{name}__")) for name in _BINARY},
    **{f"__i{name}__": getattr(operator, f"__i{name}__") for name in _BINARY},
    "__divmod__": divmod,
    "__rdivmod__": _reflected(divmod),
}
COMPARISONS: dict[str, _Function] = {f"__{name}__": getattr(operator, f"__{name}__") for name in _COMPARISONS}
NUMBERS: dict[str, _Function] = {
    "__abs__": abs,
    "__neg__": operator.neg,
    "__pos__": operator.pos,
    "__invert__": operator.invert,
    "__int__": int,
    "__float__": float,
    "__complex__": complex,
    "__index__": operator.index,
    "__round__": round,
}
OTHERS: dict[str, _Function] = {
    "__len__": len,
    "__iter__": iter,
    "__reversed__": reversed,
    NEXT: next,
    "__contains__": operator.contains,
    "__getitem__": operator.getitem,
    "__setitem__": operator.setitem,
    "__delitem__": operator.delitem,
    "__str__": str,
    "__repr__": repr,
    "__format__": format,
    "__bytes__": bytes,
    "__bool__": bool,
    "__hash__": hash,
    "__copy__": copy.copy,
    "__deepcopy__": lambda target, _memo=None: copy.deepcopy(target),
    "__enter__": _enter,
    "__exit__": _exit,
}
SPECIAL: dict[str, _Function] = {**ARITHMETIC, **COMPARISONS, **NUMBERS, **OTHERS}
"""Special methods by name."""

PREDICATES = frozenset(
    {
        *("startswith", "endswith", "issubset", "issuperset", "isdisjoint", "is_integer", "equals"),
        *(name for name in dir(str) if name.startswith("is")),
    }
)
"""Methods by which texts, sets, numbers and tables answer yes or no."""

TABLE: dict[str, _Function] = {
    CALL: lambda target, *args, **named: target(*args, **named),
    GET: getattr,
    SET: setattr,
    DELETE: delattr,
    IS_INSTANCE: lambda target, value: isinstance(value, target),
    **SPECIAL,
}
"""Every operation by name; each takes the object first."""
