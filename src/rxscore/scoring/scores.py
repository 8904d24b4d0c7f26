"""Points by place or status: what a clause gives a car, and what a heat is worth towards a total."""

from collections.abc import Callable, Iterable, Sequence

from attrs import evolve

from rxscore.events import Points, ScoreDeduction, plain
from rxscore.rulesets import AwardRule, Outcome, Score
from rxscore.scoring.model import Classified, Contest

At = Callable[[int], Points | None]
"""The points of a place, or None where no source tells them."""


def points_for(row: Classified, clause: Score | AwardRule, at: At, entries: int, last: int) -> Points | None:
    """What a clause gives a car for its place or its status; None: no source tells.

    ``last``: the last place that is classified.
    """
    match row.status:
        case "classified":
            return 0 if row.place is None else at(row.place)
        case "DNF":
            outcome = clause.dnf
        case "DNS":
            outcome = clause.dns
        case "DSQ":
            outcome = clause.dsq
        case "NC":
            outcome = clause.nc
        case _:  # unknown: nothing may be concluded from it
            return 0
    return outcome_points(outcome, row.place, at, entries, last)


def outcome_points(outcome: Outcome, place: int | None, at: At, entries: int, last: int) -> Points | None:
    """The points of an outcome: a number, those of the place listed, or of a place behind entries or finishers.

    None, if no source tells them.
    """
    match outcome.kind:
        case "points":
            return outcome.value
        case "place":
            return 0 if place is None else at(place)
        case "entries":
            return at(entries + int(outcome.value))
        case "last":
            return at(last + int(outcome.value))
        case "less":
            least = at(last) if last else 0
            return None if least is None else max(least - outcome.value, 0)
        case _:  # unknown
            return None


def last_place(rows: Iterable[Classified]) -> int:
    """The last place that is classified, 0 if none is."""
    return max((row.place for row in rows if row.place and row.status == "classified"), default=0)


def scored(raced: Sequence[Contest], score: Score, deductions: Sequence[ScoreDeduction]) -> tuple[Contest, ...]:
    """The contests of a stage with the score of each car in them, less what the stewards took off."""
    entries = len({row.entry for contest in raced for row in contest.rows})
    return tuple(_scored(contest, score, entries, deductions) for contest in raced)


def _scored(contest: Contest, score: Score, entries: int, deductions: Sequence[ScoreDeduction]) -> Contest:
    last = last_place(contest.rows)
    rows = [_with_score(row, score, entries, last) for row in contest.rows]
    for deduction in deductions:
        if deduction.session == contest.session:
            rows = [_deducted(row, deduction) if row.entry == deduction.entry else row for row in rows]
    return evolve(contest, rows=tuple(rows))


def _with_score(row: Classified, score: Score, entries: int, last: int) -> Classified:
    if not row.settled:
        return row
    return evolve(row, score=points_for(row, score, score.scale.at, entries, last))


def _deducted(row: Classified, deduction: ScoreDeduction) -> Classified:
    if row.score is None:
        return row
    return evolve(row, score=plain(row.score - deduction.points), events=(*row.events, deduction.id))
