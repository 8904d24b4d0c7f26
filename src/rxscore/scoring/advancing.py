"""Who goes on from a stage to the next, in which seats, and who started there as a reserve."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from math import ceil

from attrs import frozen

from rxscore.record import Record
from rxscore.rulesets import Advance, Ruleset, Stage, TieStep
from rxscore.scoring.lookup import Stages, contests_in, row_in
from rxscore.scoring.model import Classification, Classified, Note
from rxscore.scoring.ranking import ranked
from rxscore.scoring.tiesteps import chain, or_last, record_of
from rxscore.scoring.totals import enough


def advancing(stage: Stage, advance: Advance, stages: Stages, rules: Ruleset) -> Mapping[str, tuple[str, ...]] | None:
    """Who goes on from a stage by one clause: the entries for each target, or None where that is not known."""
    classification = stages.get(stage.id)
    if classification is None:
        return None
    chosen = _of_each(advance, stage, classification) if advance.from_each else _of_all(advance, stage, stages)
    if chosen is None:
        return None
    entries = [row.entry for row in chosen.through]
    if advance.plus:
        step = TieStep("time") if advance.plus_by == "time" else TieStep("place", advance.plus_by)
        steps = chain([step], record_of, stages, rules)
        best = ranked(chosen.next_in_line, lambda row: or_last(row.place), steps)
        entries += [place.item.entry for place in best][: advance.plus]
    return {target: tuple(seated) for target, seated in _seated(entries, advance, chosen.seats).items()}


@frozen(eq=False, repr=False)
class _Chosen(Record):
    """Who goes on, who would be next, and for how many there are seats."""

    through: Sequence[Classified]
    next_in_line: Sequence[Classified]
    seats: int


def _of_each(advance: Advance, stage: Stage, classification: Classification) -> _Chosen | None:
    """The best so many of each session, the winners first; None where one of them is not known so far down."""
    contests = classification.contests
    groups = [contest.rows for contest in contests] if len(contests) > 1 else [classification.rows]
    number = advance.from_each or 0
    first = [_between(rows, 1, number) for rows in groups]
    missing = not classification.complete and len(groups) < len(stage.sessions)
    if missing or any(len(rows) < number for rows in first):
        return None
    # After a dead heat for the last seat one session sends more than another.
    through = [row for rows in zip_longest(*first) for row in rows if row is not None]
    return _Chosen(through, [row for rows in groups for row in _between(rows, number + 1, number + 1)], len(through))


def _of_all(advance: Advance, stage: Stage, stages: Stages) -> _Chosen | None:
    """The best so many (or those in some places) of a whole classification; None where that is not known."""
    classification = stages[stage.id]
    low, high = advance.places or (1, advance.best or 0)
    rows = [row for row in classification.rows if row.place and _started_enough(row.entry, advance, stage, stages)]
    if not classification.rows or (not classification.complete and len(rows) < high):
        return None
    return _Chosen(rows[low - 1 : high], rows[high:], high - low + 1)


def _started_enough(entry: str, advance: Advance, stage: Stage, stages: Stages) -> bool:
    if not advance.started:
        return True
    added = [stages[name] for name in (stage.id, *stage.total) if name in stages]
    raced = [contest.rows for classification in added for contest in classification.contests]
    started = sum(any(row.entry == entry and row.status != "DNS" for row in rows) for rows in raced)
    return enough(started, advance.started, len(raced))


def _between(rows: Iterable[Classified], low: int, high: int) -> list[Classified]:
    return [row for row in rows if row.place is not None and low <= row.place <= high]


def _seated(entries: Sequence[str], advance: Advance, seats: int) -> Mapping[str, list[str]]:
    """The entries by target: filled one after the other, in turn, or in turn there and back."""
    targets = len(advance.to)
    share = ceil(seats / targets)
    found: dict[str, list[str]] = {target: [] for target in advance.to}
    for index, entry in enumerate(entries):
        lap, seat = divmod(index, targets)
        if advance.seats == "in order":
            seat = min(index // share, targets - 1)
        elif advance.seats == "snake" and lap % 2:
            seat = targets - 1 - seat
        found[advance.to[seat]].append(entry)
    return found


def reserves(number: int, rules: Ruleset, stages: Stages) -> Iterator[Note]:
    """Starters who had not qualified. They are no mistake: somebody could not start, and they were next."""
    feeding: dict[str, list[tuple[Stage, Advance]]] = {}
    for stage in rules.stages:
        for advance in stage.advance:
            for session in advance.to:
                feeding.setdefault(session, []).append((stage, advance))
    for session, clauses in feeding.items():
        ways = [advancing(stage, advance, stages, rules) for stage, advance in clauses]
        through = {entry for way in ways if way is not None for entry in way[session]}
        if None not in ways:
            starters = (row for contest in contests_in(session, stages, rules) for row in contest.rows)
            for row in starters:
                if row.entry not in through and row.status != "DNS":
                    yield _reserve(number, session, clauses[0][0], row.entry, stages, rules)


def _reserve(number: int, session: str, stage: Stage, entry: str, stages: Stages, rules: Ruleset) -> Note:
    place = row_in(stage.id, entry, stages, rules).place
    where = "without a place" if place is None else f"place {place}"
    message = f"started {session} as a reserve ({where} in {stage.title or stage.id})"
    return Note("reserve", number, stage.id, entry, message)
