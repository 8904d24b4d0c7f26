"""What cannot be right in a season: references to nothing, loops, places that collide.

A season is checked as a whole, because an event may arrive before the one it refers to.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from attrs import frozen

from rxscore.events import (
    ClaimedRow,
    ClassificationDeclared,
    CompetitorRegistered,
    DifferenceKnown,
    EntryChanged,
    EntryFiled,
    Event,
    Exclusion,
    FeatBy,
    FeatRecorded,
    MarginClaimed,
    PointsClaimed,
    PointsDeduction,
    PointsReported,
    Ranked,
    Result,
    Revocation,
    RoundScheduled,
    Scored,
    SeasonOpened,
    SessionResults,
    StandingClaimed,
    TieDecided,
    suggest,
    time_text,
)
from rxscore.record import Record
from rxscore.season.fold import MOST_TOGETHER, Season, fold, mentioned


@frozen(eq=False, repr=False)
class Finding(Record):
    """One thing that cannot be right: in which event, in which field, and what is known instead."""

    event: str
    field: str
    message: str


def check(events: Iterable[Event]) -> tuple[Finding, ...]:
    """Everything that cannot be right in a log's events, in their order. Ids must be unique already."""
    season = fold(events)
    order = {event.id: position for position, event in enumerate(season.history)}
    return tuple(sorted(problems(season), key=lambda finding: order.get(finding.event, -1)))


def problems(season: Season) -> Iterator[Finding]:
    """Everything that cannot be right in a season."""
    yield from _opened(season)
    for event in season.history:
        yield from _references(season, event)
        yield from _provenance(event)
    in_force = [event for event in season.history if season.in_force(event.id)]
    competitors = season.competitors
    entries = {event.entry for event in in_force if isinstance(event, EntryFiled)}
    rounds = {event.round for event in in_force if isinstance(event, RoundScheduled)}
    for event in in_force:
        yield from _names(event, competitors, entries, rounds)
    yield from _said_twice(in_force)
    for number in season.numbers:
        yield from _rows(season, number)


def _opened(season: Season) -> Iterator[Finding]:
    opened = season.general(SeasonOpened)
    if not opened and season.events:
        yield Finding(season.history[0].id, "", "the log does not open a season: a season-opened event is missing")
    for again in opened[1:]:
        yield Finding(again.id, "", f"the season is opened a second time (first by {opened[0].id!r})")


def _references(season: Season, event: Event) -> Iterator[Finding]:
    targets = [("supersedes", event.supersedes)]
    if isinstance(event, Revocation):
        targets.append(("revokes", event.revokes))
    for field, target in targets:
        if target is None:
            continue
        said = season.events.get(target)
        if said is None:
            message = f"there is no event {target!r}{suggest(target, season.events)}"
            yield Finding(event.id, field, message)
        elif field == "supersedes" and said.kind != event.kind:
            yield Finding(event.id, field, f"a {event.kind} cannot replace {target!r}, which is a {said.kind}")
        elif _leads_back(season, event, target):
            yield Finding(event.id, field, f"{target!r} leads back to this event: a loop")


def _leads_back(season: Season, event: Event, target: str) -> bool:
    seen: set[str] = set()
    waiting = [target]
    while waiting:
        key = waiting.pop()
        if key == event.id:
            return True
        said = season.events.get(key)
        if said is None or key in seen:
            continue
        seen.add(key)
        waiting += [one for one in (said.supersedes, getattr(said, "revokes", None)) if one is not None]
    return False


def _provenance(event: Event) -> Iterator[Finding]:
    if event.basis == "inferred" and not event.because:
        yield Finding(event.id, "because", "missing: an inferred fact says what it is inferred from")
    for index, row in enumerate(getattr(event, "rows", ())):
        inferred = getattr(row, "basis", None) == "inferred"
        if inferred and not (row.because or event.because):
            message = "missing: an inferred fact says what it is inferred from"
            yield Finding(event.id, f"rows[{index}].because", message)


def _names(
    event: Event, competitors: Collection[str], entries: Collection[str], rounds: Collection[int]
) -> Iterator[Finding]:
    def known(field: str, word: str, what: str, among: Collection[str]) -> Iterator[Finding]:
        if word not in among:
            yield Finding(event.id, field, f"unknown {what} {word!r}{suggest(word, among)}")

    number = getattr(event, "round", None)
    for field, wanted in (("round", number), ("after_round", getattr(event, "after_round", None))):
        if wanted is not None and wanted not in rounds:
            scheduled = ", ".join(map(str, sorted(rounds))) or "none"
            yield Finding(event.id, field, f"unknown round {wanted} (scheduled: {scheduled})")
    match event:
        case SessionResults() | ClassificationDeclared() | FeatRecorded():
            listed: Sequence[Result | Ranked | FeatBy] = event.rows
            for index, row in enumerate(listed):
                yield from known(f"rows[{index}].entry", row.entry, "entry", entries)
                for driver in getattr(row, "drivers", ()):
                    yield from known(f"rows[{index}].drivers", driver, "driver", competitors)
        case PointsReported() | StandingClaimed() | PointsClaimed():
            # A table can rank entries too (owners' points follow the car), so both kinds of name will do.
            among = {*competitors, *entries}
            lines: Sequence[Scored | ClaimedRow] = event.rows
            for index, line in enumerate(lines):
                yield from known(f"rows[{index}].competitor", line.competitor, "competitor", among)
            if isinstance(event, PointsReported) and event.since is not None:
                yield from _several(event, event.since, rounds)
        case MarginClaimed():
            among = {*competitors, *entries}
            for index, margin in enumerate(event.rows):
                yield from known(f"rows[{index}].ahead", margin.ahead, "competitor", among)
                yield from known(f"rows[{index}].behind", margin.behind, "competitor", among)
        case PointsDeduction() | Exclusion() | DifferenceKnown():
            yield from known("competitor", event.competitor, "competitor", {*competitors, *entries})
        case TieDecided():
            for index, name in enumerate(event.order):
                yield from known(f"order[{index}]", name, "competitor", {*competitors, *entries})
            if len(event.order) < 2 or len(set(event.order)) < len(event.order):
                yield Finding(event.id, "order", "two competitors or more are put in order, each once")
        case EntryFiled() | EntryChanged():
            for driver in event.drivers or ():
                yield from known("drivers", driver, "driver", competitors)
            for field in ("team", "make"):
                name = getattr(event, field)
                if name:
                    yield from known(field, name, field, competitors)
        case _:
            pass
    if not isinstance(event, SessionResults | ClassificationDeclared | FeatRecorded | EntryFiled):
        entry = getattr(event, "entry", None)
        if entry is not None:
            yield from known("entry", entry, "entry", entries)


def _several(event: PointsReported, since: int, rounds: Collection[int]) -> Iterator[Finding]:
    if since >= event.round:
        message = f"the points of rounds {since} to {event.round}: the first must come before the last"
        yield Finding(event.id, "since", message)
    elif event.round - since >= MOST_TOGETHER:
        yield Finding(event.id, "since", f"the points of more than {MOST_TOGETHER} rounds cannot be told together")
    elif since not in rounds:
        yield Finding(event.id, "since", f"unknown round {since}")


def _said_twice(events: Iterable[Event]) -> Iterator[Finding]:
    first: dict[tuple[object, ...], Event] = {}
    for event in events:
        match event:
            case CompetitorRegistered():
                key: tuple[object, ...] = ("the competitor", event.competitor)
            case EntryFiled():
                key = ("the entry", event.entry)
            case RoundScheduled():
                key = ("round", event.round)
            case ClassificationDeclared():
                key = ("the classification of", event.stage, "in round", event.round)
            case _:
                continue
        before = first.setdefault(key, event)
        if before is not event:
            what = " ".join(map(str, key))
            message = f"{what} is told twice (first by {before.id!r}); a correction says which event it supersedes"
            yield Finding(event.id, "", message)


def _rows(season: Season, number: int) -> Iterator[Finding]:
    round_ = season.rounds[number]
    if round_.cancelled:
        for event in (*round_.of(SessionResults), *round_.of(ClassificationDeclared)):
            yield Finding(event.id, "round", f"round {number} was cancelled, and cannot have results")
    seen: dict[tuple[str, int | None, str], str] = {}
    for results in round_.of(SessionResults):
        for index, row in enumerate(results.rows):
            before = seen.setdefault((results.session, results.race, row.entry), results.id)
            if before != results.id:
                where = f"in {results.session} of round {number} already (by {before!r})"
                yield Finding(results.id, f"rows[{index}].entry", f"entry {row.entry!r} has a result {where}")
        yield from _places(results, results.rows, complete=results.complete, vacant=results.vacant)
    for declared in round_.of(ClassificationDeclared):
        yield from _places(declared, declared.rows, complete=declared.complete)


def _places(
    event: Event, rows: Sequence[Result | Ranked], *, complete: bool, vacant: Sequence[int] = ()
) -> Iterator[Finding]:
    entries = Counter(mentioned(event))
    for index, row in enumerate(rows):
        times = entries[row.entry]
        if times > 1:
            yield Finding(event.id, f"rows[{index}].entry", f"entry {row.entry!r} is listed {times} times")
        if isinstance(row, Result) and row.time is not None and row.time < 0:
            yield Finding(event.id, f"rows[{index}].time", f"{time_text(row.time)} is a negative time")
    taken: dict[int, list[Result | Ranked]] = {}
    for row in rows:
        if row.place is not None:
            taken.setdefault(row.place, []).append(row)
    for place in vacant:
        if place in taken:
            yield Finding(event.id, "vacant", f"place {place} is not vacant: {taken[place][0].entry!r} has it")
    for place, sharing in sorted(taken.items()):
        if len(sharing) > 1 and not all(row.tied for row in sharing):
            names = " and ".join(repr(row.entry) for row in sharing)
            message = f"place {place} is given to {names}; a dead heat says tied on each"
            yield Finding(event.id, "rows", message)
    if not complete or any(row.status == "unknown" for row in rows):
        return
    expected = 1
    for place, sharing in sorted(taken.items()):
        while expected in vacant:
            expected += 1
        if place > expected:
            gap = f"place {expected} is missing before place {place}"
            yield Finding(event.id, "rows", f"{gap}; where rows are not known, say complete: false")
        expected = max(expected, place) + len(sharing)
