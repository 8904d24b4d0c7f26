"""Seasons that might have been: one result otherwise, as an amendment of the log.

Ordered by how little they ask one to imagine: two cars in each other's places first, then another fastest lap, a
dead heat, a disqualification, a race stopped early, which are tried in the latest race only, for there they tell as
much as in any other; then a retirement. Of two races the later comes first.
"""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from attrs import evolve, frozen

from rxscore.events import (
    ClassificationDeclared,
    Disqualification,
    Event,
    FeatBy,
    FeatRecorded,
    Ranked,
    Result,
    SessionResults,
    SessionShortened,
    plain,
)
from rxscore.rulesets import Ruleset
from rxscore.season import Round, Season

_EVER = "9999-12-31"
"""Known last of all, so that it is the correction that counts."""

_BEYOND = 2
"""So many cars behind the last place that is worth points are tried as well."""

_DEEP = 20
"""So many cars are tried at most, and where the places that are worth points have no end."""


@frozen(eq=False)
class Hypothesis:
    """One result otherwise: the round, what happened (``{}`` for each of the entries), the event that says so."""

    round: int
    where: str
    what: str
    entries: tuple[str, ...]
    event: Event


def hypotheses(season: Season, rules: Ruleset) -> Iterator[Hypothesis]:
    """Every season that differs from the one that was in one result, as far as its rules might care."""
    rounds = [season.rounds[number] for number in reversed(season.numbers) if season.rounds[number].held]
    deep = _deep(rules)
    rare: list[Kind] = [*[_fastest] * bool(rules.bonuses), _level, _disqualified, *[_stopped] * bool(rules.shortened)]
    for kind, where in ((_swapped, rounds), *((one, rounds[:1]) for one in rare), (_retired, rounds)):
        for round_ in where:
            for results in reversed(_listed(round_)):
                yield from kind(round_, results, _placed(results)[:deep])


def _deep(rules: Ruleset) -> int:
    """How far back in the results anything is worth points."""
    scales = [award.scale for stage in rules.stages for award in stage.award.values() if award.scale is not None]
    scales += [stage.score.scale for stage in rules.stages if stage.score is not None]
    if any(scale.then is not None for scale in scales):
        return _DEEP
    return min(max((len(scale.places) for scale in scales), default=0) + _BEYOND, _DEEP)


Listed = SessionResults | ClassificationDeclared
Row = Result | Ranked
Cars = Sequence[tuple[int, Row]]
Kind = Callable[[Round, Listed, Cars], Iterator[Hypothesis]]


def _listed(round_: Round) -> list[Listed]:
    return [event for event in round_.events if isinstance(event, SessionResults | ClassificationDeclared)]


def _where(results: Listed) -> str:
    if isinstance(results, ClassificationDeclared):
        return results.stage
    return results.session if results.race is None else f"{results.session} race {results.race}"


def _placed(results: Listed) -> Cars:
    """The cars in the order of their places; of their times, where no place is given."""
    placed = [(row.place, row) for row in results.rows if row.place is not None and row.status == "classified"]
    if placed:
        return sorted(placed, key=lambda car: car[0])
    timed = [(row.time, row) for row in results.rows if isinstance(row, Result) and row.time is not None]
    return [(place, row) for place, (_, row) in enumerate(sorted(timed, key=lambda car: car[0]), 1)]


def _said(round_: Round, results: Listed, what: str, entries: tuple[str, ...], **changes: object) -> Hypothesis:
    event: Event = evolve(results, id=f"{results.id}:if", supersedes=results.id, known=_EVER, **changes)  # type: ignore[arg-type]
    return Hypothesis(round_.number, _where(results), what, entries, event)


def _rows(results: Listed, *changed: tuple[Row, Row]) -> tuple[Row, ...]:
    by_entry = {before.entry: after for before, after in changed}
    return tuple(by_entry.get(row.entry, row) for row in results.rows)


def _swapped(round_: Round, results: Listed, cars: Cars) -> Iterator[Hypothesis]:
    for (place, ahead), (_, behind) in pairwise(cars):
        rows = _rows(results, (ahead, _as_driven_by(ahead, behind)), (behind, _as_driven_by(behind, ahead)))
        what = f"{{}} in place {place}, before {{}}"
        yield _said(round_, results, what, (behind.entry, ahead.entry), rows=rows)


def _as_driven_by(row: Row, other: Row) -> Row:
    """What a row says, of another car."""
    if isinstance(row, Result) and isinstance(other, Result):
        return evolve(row, entry=other.entry, drivers=other.drivers)
    return evolve(row, entry=other.entry)


def _retired(round_: Round, results: Listed, cars: Cars) -> Iterator[Hypothesis]:
    for place, out in cars:
        gone = evolve(out, place=None, status="DNF", tied=False)
        if isinstance(gone, Result):
            gone = evolve(gone, time=None)
        behind = [
            (row, evolve(row, place=row.place - 1))
            for row in results.rows
            if row.place is not None and out.place is not None and row.place > out.place
        ]
        if not out.tied:
            rows = _rows(results, (out, gone), *behind)
            yield _said(round_, results, f"{{}} retired from place {place}", (out.entry,), rows=rows)


def _fastest(round_: Round, results: Listed, cars: Cars) -> Iterator[Hypothesis]:
    """Another car has the feats of the session: one in each of the places, or one that is not classified."""
    if not isinstance(results, SessionResults):
        return
    for feat in round_.of(FeatRecorded):
        if feat.session != results.session:
            continue
        unplaced = [row for row in results.rows if row.status != "classified"][:1]
        name = feat.feat.replace("-", " ")
        holders = {by.entry for by in feat.rows}
        for number, row in (*cars, *((0, row) for row in unplaced)):
            if row.entry in holders:
                continue
            alone = evolve(feat, id=f"{feat.id}:if", supersedes=feat.id, known=_EVER, rows=(FeatBy(row.entry),))
            place = f"place {number}" if number else "not classified"
            what = f"{name} by {{}} ({place})"
            yield Hypothesis(round_.number, results.session, what, (row.entry,), alone)
            both = evolve(alone, rows=(*feat.rows, FeatBy(row.entry)))
            yield Hypothesis(round_.number, results.session, f"{name} by {{}} as well", (row.entry,), both)


def _disqualified(round_: Round, results: Listed, cars: Cars) -> Iterator[Hypothesis]:
    for place, row in cars:
        session = results.session if isinstance(results, SessionResults) else ""
        race = results.race if isinstance(results, SessionResults) else None
        out = Disqualification(
            id=f"{results.id}:{row.entry}:if",
            known=_EVER,
            entry=row.entry,
            round=round_.number,
            session=session,
            race=race,
        )
        yield Hypothesis(round_.number, _where(results), f"{{}} disqualified from place {place}", (row.entry,), out)


def _level(round_: Round, results: Listed, cars: Cars) -> Iterator[Hypothesis]:
    for (place, ahead), (other, behind) in pairwise(cars):
        if place != other:
            tied = evolve(ahead, tied=ahead.place is not None)
            rows = _rows(results, (ahead, tied), (behind, _level_with(tied, behind)))
            what = f"{{}} and {{}} level in place {place}"
            yield _said(round_, results, what, (ahead.entry, behind.entry), rows=rows)


def _level_with(ahead: Row, behind: Row) -> Row:
    if isinstance(ahead, Result) and isinstance(behind, Result):
        return evolve(behind, place=ahead.place, time=ahead.time, tied=ahead.tied)
    return evolve(behind, place=ahead.place, tied=ahead.tied)


def _stopped(round_: Round, results: Listed, _: Cars) -> Iterator[Hypothesis]:
    """The session stopped after part of its distance, for good or not; or run to the end after all."""
    if not isinstance(results, SessionResults) or results.race is not None:
        return
    was = next((event for event in round_.of(SessionShortened) if event.session == results.session), None)
    runs = [(tenths, resumed) for resumed in (False, True) for tenths in (9, 6, 5, 4, 2)]
    for tenths, resumed in [*runs, *[(10, True)] * (was is not None)]:
        event = SessionShortened(
            id=f"{results.id}:stopped:if", known=_EVER, round=round_.number, session=results.session,
            completed=plain(Fraction(tenths, 10)), resumed=resumed, supersedes=None if was is None else was.id,
        )  # fmt: skip
        what = f"stopped after {tenths}0 percent, {'and resumed' if resumed else 'not resumed'}"
        yield Hypothesis(round_.number, results.session, what if tenths < 10 else "run in full", (), event)
