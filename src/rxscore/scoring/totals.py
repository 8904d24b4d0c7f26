"""Totals: the scores or the times of the entries over several contests, added up and ranked."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from attrs import evolve, frozen

from rxscore.events import Points, ScoreDeduction, plain
from rxscore.rulesets import Ruleset, Stage
from rxscore.scoring.lookup import Stages
from rxscore.scoring.model import Classification, Classified, Contest
from rxscore.scoring.programme import left_out
from rxscore.scoring.ranking import Place, ranked
from rxscore.scoring.scores import last_place, outcome_points
from rxscore.scoring.tiesteps import Record, added, chain
from rxscore.season import Round


@frozen
class Sum:
    """What one entry has over the contests of a total. ``total``: its points, or its time.

    ``told``: whether the rules tell what every place (or absence) of it is worth.
    """

    record: Record
    total: Any
    told: bool
    started: int
    finished: int
    inferred: bool
    events: tuple[str, ...] = ()


def total(round_: Round, stage: Stage, rules: Ruleset, stages: Stages) -> Classification | None:
    """The classification of a stage that adds up others, or None where nothing of those is known."""
    fed = [stages[name] for name in stage.total if name in stages]
    raced = [contest for classification in fed for contest in classification.contests]
    if not raced:
        return None
    entries = dict.fromkeys(row.entry for contest in raced for row in contest.rows)
    listed = [{row.entry: row for row in reversed(contest.rows)} for contest in raced]
    absent = [absence(contest, len(entries), rules) for contest in raced]
    sums = [_sum(entry, [rows.get(entry) for rows in listed], absent, stage) for entry in entries]
    for deduction in round_.of(ScoreDeduction):
        if deduction.stage == stage.id:
            sums = [_less(one, deduction) if one.record.entry == deduction.entry else one for one in sums]
    run = [name for name in stage.total if name in stages or not left_out(round_, rules.stage(name))]
    whole = len(fed) == len(run) and all(classification.complete for classification in fed)
    if not whole or (stage.by == "points" and not all(one.told for one in sums)):
        # Somebody may be missing, or short of a score: no place is certain.
        return Classification(stage.id, (), tuple(_unplaced(one) for one in sums), complete=False)
    fit = [one for one in sums if _fulfils(one, stage, len(raced))]
    steps = chain(stage.ties, _record, stages, rules)
    sign = -1 if stage.order == "high" and stage.by == "points" else 1
    # A place rests on the results of those ahead and behind as well.
    sure = not any(one.inferred for one in sums)
    placed = [_placed(place, stage, sure) for place in ranked(fit, lambda one: sign * one.total, steps)]
    unfit = [evolve(_unplaced(one), status="NC") for one in sums if one not in fit]
    return Classification(stage.id, (), (*placed, *unfit))


def enough(started: int, wanted: Points, contests: int) -> bool:
    """Whether so many starts are what is asked: a number of contests, or (below one) a share of them."""
    return started >= (wanted * contests if wanted < 1 else wanted)


_Scores = tuple[Points | None, ...]
"""What a contest is worth: one score (None, if no source tells it), or nothing at all."""


def absence(contest: Contest, entries: int, rules: Ruleset) -> tuple[Points | None, ...]:
    """What a contest is worth to an entry that it does not list: one score (None, if no source tells it).

    A race of others is nothing to it.
    """
    owner = rules.stage_of_session(contest.session)
    if owner is None or owner.score is None or owner.per == "race":
        return ()
    outcome = owner.score.absent or owner.score.dns
    return (outcome_points(outcome, None, owner.score.scale.at, entries, last_place(contest.rows)),)


def _sum(entry: str, rows: Sequence[Classified | None], absent: Sequence[_Scores], stage: Stage) -> Sum:
    there = [row for row in rows if row is not None]
    given = [score for row, otherwise in zip(rows, absent, strict=True) for score in _given(row, otherwise)]
    scores = tuple(score for score in given if score is not None)
    times = tuple(row.time if row is not None and row.status == "classified" else None for row in rows)
    places = tuple(None if row is None else row.place for row in rows)
    return Sum(
        Record(entry, places, scores, times),
        added(times) if stage.by == "time" else counted(scores, stage),
        len(scores) == len(given),
        sum(row.status not in ("DNS", "unknown") for row in there),
        sum(row.status == "classified" for row in there),
        any(row.inferred for row in there),
        tuple(dict.fromkeys(event for row in there for event in row.events)),
    )


def counted(scores: Sequence[Points], stage: Stage) -> Points:
    """What scores add up to in a stage: all of them, or the best so many."""
    return plain(sum(sorted(scores, reverse=stage.order == "high")[: stage.best]))


def _given(row: Classified | None, otherwise: _Scores) -> _Scores:
    return otherwise if row is None else (row.score,)


def _less(one: Sum, deduction: ScoreDeduction) -> Sum:
    return evolve(one, total=plain(one.total - deduction.points), events=(*one.events, deduction.id))


def _record(one: Sum) -> Record:
    return one.record


def _placed(place: Place[Sum], stage: Stage, sure: bool) -> Classified:
    one = place.item
    points, time = (one.total, None) if stage.by == "points" else (None, one.total)
    return Classified(
        one.record.entry, place.place, score=points, time=time, tie=place.tie, inferred=not sure, events=one.events
    )


def _unplaced(one: Sum) -> Classified:
    score = None if isinstance(one.total, Decimal) else one.total
    return Classified(one.record.entry, None, "unknown", score=score, inferred=one.inferred, events=one.events)


def _fulfils(one: Sum, stage: Stage, contests: int) -> bool:
    if stage.by == "time" and None in one.record.times:
        return False
    return one.finished >= stage.finished and enough(one.started, stage.started, contests)
