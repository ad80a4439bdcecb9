"""Arguments much like others: what an object is compared with that says it equals a second one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MOST = 6
"""Of one call."""


def of_call(
    args: tuple[object, ...], named: dict[str, object]
) -> Iterator[tuple[tuple[object, ...], dict[str, object]]]:
    """The arguments of a call with one of them changed, for each that is a plain value; a few at most."""
    given: dict[Any, object] = {**dict(enumerate(args)), **named}
    for key in list(given)[:_MOST]:
        changed = of_value(given[key])
        if changed is given[key]:
            continue
        fresh = {**given, key: changed}
        yield tuple(fresh[index] for index in range(len(args))), {name: fresh[name] for name in named}


def of_value(value: Any) -> Any:
    """Another value of the same type; the value itself where there is none."""
    vary = _VARIED.get(type(value))
    return value if vary is None else vary(value)


def _of_items(make: Callable[[list[Any]], Any]) -> Callable[[Any], Any]:
    def vary(items: Any) -> Any:
        changed = list(items)
        for index, item in enumerate(changed):
            other = of_value(item)
            if other is not item:
                changed[index] = other
                return make(changed)
        return make([*changed, 7]) if not changed else items

    return vary


def _of_dict(value: dict[Any, Any]) -> dict[Any, Any]:
    for key, item in value.items():
        other = of_value(item)
        if other is not item:
            return {**value, key: other}
    return value or {7: 7}


_VARIED: dict[type, Callable[[Any], Any]] = {
    bool: lambda value: not value,
    int: lambda value: value + 1,
    float: lambda value: value + 1.5,
    str: lambda value: value + "x",
    bytes: lambda value: value + b"x",
    list: _of_items(list),
    tuple: _of_items(tuple),
    set: lambda value: value | {7} if 7 not in value else value - {7},
    dict: _of_dict,
}
