"""Ranking with a tie-break chain: who is ahead, who is level, and which step said so."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

from attrs import frozen

T = TypeVar("T")
Key = Callable[[T], Any]


@frozen
class Step(Generic[T]):
    """One step of a chain: its ``name``, the ``key`` it compares (the smaller is ahead), how to ``show`` it."""

    name: str
    key: Callable[[T], Any]
    show: Callable[[T], str]


@frozen
class Place(Generic[T]):
    """An item and its place; equal items share one, and the next place after them is left out."""

    item: T
    place: int
    tie: str = ""


def ranked(items: Sequence[T], key: Callable[[T], Any], chain: Sequence[Step[T]]) -> Iterator[Place[T]]:
    """``items`` in order of ``key`` (the smaller is ahead), equals parted by the chain as far as it goes.

    Those whom nothing parts share a place, and stay in the order in which they were given.
    """
    place = 1
    for level in _levels(items, key):
        if len(level) == 1:
            yield Place(level[0], place)
        else:
            for item, offset, tie in _parted(level, chain):
                yield Place(item, place + offset, tie)
        place += len(level)


def _parted(level: Sequence[T], chain: Sequence[Step[T]]) -> Iterator[tuple[T, int, str]]:
    if not chain:
        for item in level:
            yield item, 0, "level"
        return
    step, rest = chain[0], chain[1:]
    groups = list(_levels(level, step.key))
    offset = 0
    for group in groups:
        if len(groups) > 1:
            for item, inner, tie in _parted(group, rest) if len(group) > 1 else [(group[0], 0, "")]:
                others = ", ".join(dict.fromkeys(step.show(other) for other in level if other not in group))
                decided = f"{step.name}: {step.show(item)} against {others}"
                yield item, offset + inner, f"{decided}; then {tie}" if tie else decided
        else:
            yield from _parted(group, rest)
        offset += len(group)


def _levels(items: Sequence[T], key: Callable[[T], Any]) -> Iterator[list[T]]:
    keyed = sorted(((key(item), index) for index, item in enumerate(items)))
    level: list[T] = []
    last: Any = None
    for value, index in keyed:
        if level and value != last:
            yield level
            level = []
        level.append(items[index])
        last = value
    if level:
        yield level
