"""Rulesets as plain tables: laying changes over a base, setting one value by its key, comparing two.

A list of tables that have an ``id`` (stages, standings, bonuses) is changed table by table; any other list
and every plain value is replaced as a whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from rxscore.record import Record

Plain = dict[str, Any]


@frozen(eq=False, repr=False)
class Difference(Record):
    """One key whose value differs between two rulesets; None stands for a key that is not there."""

    key: str
    before: Any
    after: Any


class NoSuchKeyError(KeyError):
    """A dotted key leads to nothing; ``known`` are the keys there are at that point."""

    def __init__(self, key: str, part: str, known: Sequence[str]) -> None:
        self.key, self.part, self.known = key, part, tuple(known)
        super().__init__(key)


def laid_over(base: Mapping[str, Any], changes: Mapping[str, Any]) -> Plain:
    """``base`` with ``changes`` laid over it. ``remove`` in the changes lists dotted keys to leave out.

    Raises NoSuchKeyError if something to be removed is not there.
    """
    result = dict(base)
    for key in changes.get("remove", ()):
        result = removed(result, key)
    for key, value in changes.items():
        if key != "remove":
            result[key] = _over(result.get(key), value)
    return result


def _over(base: Any, value: Any) -> Any:
    if isinstance(base, Mapping) and isinstance(value, Mapping):
        return laid_over(base, value)
    if _has_ids(base) and _has_ids(value):
        return _tables_over(base, value)
    return value


def _tables_over(base: Sequence[Plain], changes: Sequence[Plain]) -> list[Plain]:
    result = list(base)
    for change in changes:
        known = [table["id"] for table in result]
        if change["id"] in known:
            at = known.index(change["id"])
            result[at] = laid_over(result[at], change)
        elif change.get("after") in known:
            # The order of stages is the order of the event: a new one can say where it belongs.
            result.insert(known.index(change["after"]) + 1, change)
        else:
            result.append(change)
    return result


def changed(plain: Mapping[str, Any], key: str, value: Any) -> Plain:
    """``plain`` with the value at a dotted key (``scales.final``, ``stages.heats.score.dnf``) replaced.

    The last part may be a new key; everything before it must be there, or NoSuchKeyError is raised.
    """
    result: Plain = _at(plain, key, key.split("."), lambda table, last: {**table, last: value})
    return result


def removed(plain: Mapping[str, Any], key: str) -> Plain:
    """``plain`` without what is at a dotted key. Raises NoSuchKeyError if it is not there."""

    def without(table: Plain, last: str) -> Plain:
        if last not in table:
            raise NoSuchKeyError(key, last, list(table))
        return {name: item for name, item in table.items() if name != last}

    result: Plain = _at(plain, key, key.split("."), without)
    return result


def _at(item: Any, key: str, parts: Sequence[str], act: Any) -> Any:
    """``item`` rebuilt with ``act(table, last part)`` done where the parts lead."""
    first, *rest = parts
    if _has_ids(item):
        known = [table["id"] for table in item]
        if first not in known:
            raise NoSuchKeyError(key, first, known)
        at = known.index(first)
        if not rest:
            kept = act({first: item[at]}, first)
            return [*item[:at], *([kept[first]] if first in kept else []), *item[at + 1 :]]
        return [*item[:at], _at(item[at], key, rest, act), *item[at + 1 :]]
    if isinstance(item, list) and first.isdigit() and int(first) < len(item):
        at = int(first)
        inner = act({first: item[at]}, first).get(first) if not rest else _at(item[at], key, rest, act)
        return [*item[:at], *([] if inner is None else [inner]), *item[at + 1 :]]
    if not isinstance(item, Mapping):
        raise NoSuchKeyError(key, first, [])
    if not rest:
        return act(dict(item), first)
    if first not in item:
        raise NoSuchKeyError(key, first, list(item))
    return {**item, first: _at(item[first], key, rest, act)}


def differences(before: Any, after: Any, key: str = "") -> Iterator[Difference]:
    """Every key whose value differs, in the order in which the keys stand."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys([*before, *after]):
            inner = f"{key}.{name}" if key else name
            yield from differences(before.get(name), after.get(name), inner)
    elif _has_ids(before) and _has_ids(after):
        yield from differences(_by_id(before), _by_id(after), key)
    elif before != after:
        yield Difference(key, before, after)


def _by_id(tables: Sequence[Plain]) -> dict[str, Plain]:
    return {table["id"]: table for table in tables}


def _has_ids(item: Any) -> bool:
    return isinstance(item, list) and bool(item) and all(isinstance(one, Mapping) and "id" in one for one in item)
