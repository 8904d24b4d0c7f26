"""Seasons and rules from a few lines of text, so that a test shows its whole case at a glance.

A line of results reads ``1 R1: a b c=d - e/DNF``: in round 1, session R1, car ``a`` won, ``c`` and ``d`` shared
third place, the fifth place is left out, ``e`` did not finish. ``1 Q1.2:`` is race 2 of Q1. Cars separated by
blanks take the places in turn; instead, ``a@61.5 b@3:02`` gives times and no places, ``e/DNF:5`` the place in
which one is listed.
``a?`` is inferred; ``...`` at the end says that the list is incomplete. ``2 cancelled`` calls a round off,
``1 R1 R2`` schedules sessions. Car ``a`` is driven by ``A``; ``cars`` says otherwise.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from rxscore.events import (
    CompetitorRegistered,
    EntryFiled,
    Event,
    Result,
    RoundCancelled,
    RoundScheduled,
    SeasonOpened,
    SessionResults,
    points_text,
    time,
)
from rxscore.problems import UserError
from rxscore.rulesets import Ruleset, Source, read
from rxscore.scoring import Extension, Rulebook, Scored, score
from rxscore.season import Season, fold

E = TypeVar("E", bound=Event)

KNOWN = "2024-05-01"
"""When what a text tells became known."""

LATER = "2024-06-01"
"""When what a test adds to it became known."""

HEAD = 'title = "A club"\nseries = "club"\nseasons = "any"\n'

RACE = """
winner = "race"
stages = [{ id = "race", sessions = ["R1"], award.drivers = [10, 6, 4, 3, 2, 1] }]
standings = [{ id = "drivers" }]
"""
"""The plainest rules: one race, points for six."""

HEATS = """
winner = "final"

[[stages]]
id = "heats"
sessions = ["Q1", "Q2", "Q3"]
rank = "time"
score = { scale = [50, 45, 42, 40, 39], dnf = "entries + 1" }

[[stages]]
id = "ranking"
total = ["heats"]
ties = ["latest session"]
award = { drivers = [16, 15, 14, 13] }

[[stages]]
id = "final"
sessions = ["F"]
award = { drivers = [8, 5, 4] }

[[standings]]
id = "drivers"
"""
"""Heats for time, their total, a final."""

_LINE = re.compile(r"^(?P<round>\d+)\s+(?P<session>\w+?)(?:\.(?P<race>\d+))?\s*:\s*(?P<cars>.*)$")
_CAR = re.compile(
    r"^(?P<entry>[a-z]\w*)(?P<doubt>\?)?(?:/(?P<status>\w+?)(?::(?P<place>\d+))?)?(?:@(?P<time>[\d.:]+))?$"
)
_count = itertools.count(1)


def say(kind: type[E], **fields: Any) -> E:
    """An event with an id and a date of its own, where the test does not care for them."""
    return kind(**{"id": f"said-{next(_count)}", "known": LATER, **fields})


def car(entry: str, *drivers: str, **fields: Any) -> EntryFiled:
    """An entry that is more than one car with its one driver."""
    names = drivers or (entry.upper(),)
    return EntryFiled(**{"id": f"entry-{entry}", "known": KNOWN, "entry": entry, "drivers": names, **fields})


def events(text: str, *more: Event, cars: Iterable[EntryFiled] = ()) -> list[Event]:
    """Everything a text tells, then ``more``."""
    found = [_event(line.strip()) for line in text.strip().splitlines() if line.strip()]
    filed = {entry.entry: entry for entry in cars}
    named = [row.entry for event in found if isinstance(event, SessionResults) for row in event.rows]
    named += [event.entry for event in more if getattr(event, "entry", None)]
    for entry in sorted({*named} - {event.entry for event in more if isinstance(event, EntryFiled)}):
        filed.setdefault(entry, car(entry))
    scheduled = {event.round for event in (*found, *more) if isinstance(event, RoundScheduled)}
    numbers = {event.round for event in found if hasattr(event, "round")} - scheduled
    opened = SeasonOpened(id="season", known=KNOWN, series="club", season="2024", name="Club", rules="club")
    rounds = [RoundScheduled(id=f"round-{n}", known=KNOWN, round=n, name=f"Round {n}") for n in sorted(numbers)]
    return [opened, *_competitors([*filed.values(), *more]), *filed.values(), *rounds, *found, *more]


def told(text: str, *more: Event, cars: Iterable[EntryFiled] = ()) -> Season:
    """The season a text tells."""
    return fold(events(text, *more, cars=cars))


def rules(text: str = RACE, edits: Mapping[str, Any] | None = None, name: str = "club") -> Ruleset:
    """The rules of a TOML text (title, series and seasons are written already), with dotted keys changed."""
    head = "" if "series" in text else HEAD
    return read(name, "2024", lambda _: Source(f"{name}.toml", head + text), list((edits or {}).items()))


def mistakes(text: str, edits: Mapping[str, Any] | None = None) -> list[str]:
    """What is wrong with rules, a line each."""
    try:
        rules(text, edits)
    except UserError as error:
        return [str(problem) for problem in error.problems]
    raise AssertionError("nothing is wrong with these rules")


def scored(
    text: str,
    book: Ruleset | None = None,
    *more: Event,
    cars: Iterable[EntryFiled] = (),
    extensions: Mapping[str, Extension] | None = None,
) -> Scored:
    """The season of a text under some rules (the plainest, if none are given)."""
    return score(told(text, *more, cars=cars), Rulebook(book or rules(), extensions=extensions or {}))


def table(of: Scored, standing: str = "drivers", after: int | None = None) -> str:
    """A standing in one line: ``1 A 16, 2 B 10, 2 C 10``; ``-`` for no position, ``+`` for an open total."""
    rows = of.table(standing, after).rows
    return ", ".join(
        f"{row.position or '-'} {row.competitor} {points_text(row.points)}{'+' * row.open}" for row in rows
    )


def ranking(of: Scored, stage: str, number: int = 1) -> str:
    """A stage's classification in one line: ``1 a 140, 2 b 130``; without a place the status instead."""
    rows = of.rounds[number - 1].stages[stage].rows
    return ", ".join(
        f"{row.place or row.status} {row.entry}{'' if row.score is None else f' {points_text(row.score)}'}"
        for row in rows
    )


def contest(of: Scored, session: str, number: int = 1) -> str:
    """One session (``Q1``) or race (``Q1 race 2``) as ``ranking`` prints a stage."""
    stages = of.rounds[number - 1].stages.values()
    found = next(one for stage in stages for one in stage.contests if one.label == session)
    return ", ".join(
        f"{row.place or row.status} {row.entry}{'' if row.score is None else f' {points_text(row.score)}'}"
        for row in found.rows
    )


def _event(line: str) -> Event:
    match = _LINE.match(line)
    if match:
        race = int(match["race"]) if match["race"] else None
        id_ = f"{match['round']}-{match['session']}" + (f"-{race}" if race else "")
        words = match["cars"].split()
        complete = "..." not in words
        rows = tuple(_rows([word for word in words if word != "..."]))
        return SessionResults(
            id=id_,
            known=KNOWN,
            round=int(match["round"]),
            session=match["session"],
            race=race,
            rows=rows,
            complete=complete,
        )
    number, *rest = line.split()
    if rest == ["cancelled"]:
        return RoundCancelled(id=f"{number}-cancelled", known=KNOWN, round=int(number))
    return RoundScheduled(
        id=f"round-{number}", known=KNOWN, round=int(number), name=f"Round {number}", sessions=tuple(rest)
    )


def _rows(words: Sequence[str]) -> Iterator[Result]:
    place = 1
    for word in words:
        level = [] if word == "-" else word.split("=")
        for name in level:
            match = _CAR.match(name)
            assert match, name
            doubt: dict[str, Any] = {"basis": "inferred", "because": "so it seems"} if match["doubt"] else {}
            seconds = time(match["time"]) if match["time"] else None
            if match["status"]:
                listed = int(match["place"]) if match["place"] else None
                yield Result(match["entry"], listed, status=match["status"], time=seconds, **doubt)  # type: ignore[arg-type]
            else:
                mine = None if seconds is not None else place
                yield Result(match["entry"], mine, tied=len(level) > 1, time=seconds, **doubt)
        place += max(len(level), 1) if "/" not in word else 0


def _competitors(said: Iterable[Event]) -> Iterator[CompetitorRegistered]:
    types: dict[str, str] = {}
    for event in said:
        for driver in getattr(event, "drivers", None) or ():
            types[driver] = "driver"
        for kind in ("team", "make"):
            if getattr(event, kind, ""):
                types[getattr(event, kind)] = kind
    for name, kind in types.items():
        yield CompetitorRegistered(id=f"{kind}-{name}", known=KNOWN, competitor=name, type=kind, name=name.title())  # type: ignore[arg-type]
