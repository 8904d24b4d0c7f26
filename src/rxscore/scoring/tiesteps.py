"""Tie steps inside an event: what parts equals in a stage, and how that is told."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from attrs import frozen

from rxscore.events import Points, points_text, time_text
from rxscore.rulesets import Ruleset, TieStep
from rxscore.scoring.lookup import Stages, row_in
from rxscore.scoring.model import Classified
from rxscore.scoring.ranking import Step

T = TypeVar("T")

NOWHERE = 10**9
"""Behind every place there is: how one without a place compares."""


@frozen
class Record:
    """What an entry can show against its equals, contest by contest; None where it has no place or no time."""

    entry: str
    places: tuple[int | None, ...]
    scores: tuple[Points, ...]
    times: tuple[Decimal | None, ...]


def record_of(row: Classified) -> Record:
    """The record of one row of a classification."""
    scores = () if row.score is None else (row.score,)
    return Record(row.entry, (row.place,), scores, (row.time,))


def chain(steps: Iterable[TieStep], record: Callable[[T], Record], stages: Stages, rules: Ruleset) -> Sequence[Step[T]]:
    """The tie-break chain for items that have a ``record``."""
    return [_step(step, record, stages, rules) for step in steps]


def or_last(place: int | None) -> int:
    """A place to compare by: who has none comes behind everybody who has one."""
    return NOWHERE if place is None else place


def _step(step: TieStep, record: Callable[[T], Record], stages: Stages, rules: Ruleset) -> Step[T]:
    key, show = _comparison(step, stages, rules)
    return Step(str(step), lambda item: key(record(item)), lambda item: show(record(item)))


def _comparison(
    step: TieStep, stages: Stages, rules: Ruleset
) -> tuple[Callable[[Record], Any], Callable[[Record], str]]:
    """What a step compares (the smaller is ahead), and how it shows it."""

    def there(one: Record) -> Classified:
        return row_in(step.of, one.entry, stages, rules)

    match step.kind:
        case "latest session":
            return lambda one: [or_last(place) for place in reversed(one.places)], lambda one: _list(one.places[::-1])
        case "last session":
            return lambda one: or_last(one.places[-1]), lambda one: _list(one.places[-1:])
        case "countback":
            return lambda one: sorted(map(or_last, one.places)), lambda one: _list(sorted(one.places, key=or_last))
        case "best score":
            return (
                lambda one: [-score for score in sorted(one.scores, reverse=True)],
                lambda one: ", ".join(map(points_text, sorted(one.scores, reverse=True))),
            )
        case "time":
            return lambda one: (None in one.times, added(one.times)), lambda one: time_text(added(one.times))
        case "latest time":
            return lambda one: (one.times[-1] is None, one.times[-1] or 0), lambda one: _time(one.times[-1])
        case "points":
            return lambda one: -(there(one).score or 0), lambda one: points_text(there(one).score or 0)
        case _:
            return lambda one: or_last(there(one).place), lambda one: _list([there(one).place])


def added(times: Iterable[Decimal | None]) -> Decimal:
    """The times there are, added up."""
    return sum((time for time in times if time is not None), Decimal(0))


def _list(places: Iterable[int | None]) -> str:
    return ", ".join("none" if place is None else str(place) for place in places)


def _time(time: Decimal | None) -> str:
    return "no time" if time is None else time_text(time)
