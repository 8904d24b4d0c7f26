"""From contests to the classification of every stage of a round: scores, totals, event orders, reserves.

What is declared beats what is computed. Where facts are missing nothing is made up: a total over heats that are
not fully known has no places, and says so by not being complete.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from attrs import evolve, field, frozen

from rxscore.events import (
    ClassificationDeclared,
    Disqualification,
    Points,
    Ranked,
    ScoreDeduction,
    plain,
    points_text,
    time_text,
)
from rxscore.rulesets import Advance, Outcome, Ruleset, Score, Stage, TieStep
from rxscore.scoring.contests import contests, voided
from rxscore.scoring.model import Classification, Classified, Contest, Note
from rxscore.scoring.ranking import Step, ranked
from rxscore.season import Round

_LAST = 10**9
"""Behind every place there is: how one without a place compares."""

Stages = Mapping[str, Classification]


def classify(round_: Round, rules: Ruleset, erased: frozenset[str] = frozenset()) -> tuple[Stages, tuple[Note, ...]]:
    """Every stage of a round that is known about, by stage id, and what is worth noting."""
    stages: dict[str, Classification] = {}
    notes: list[Note] = []
    declared = {event.stage: event for event in round_.of(ClassificationDeclared)}
    for stage in rules.stages:
        computed = _computed(round_, stage, rules, stages, erased)
        event = declared.get(stage.id)
        if event is not None:
            official = _declared(event, round_)
            if computed is not None:
                notes += _differing(round_.number, stage, official, computed)
            computed = _merged(official, computed)
        if computed is not None:
            stages[stage.id] = computed
    for stage in rules.stages:
        notes += _reserves(round_.number, stage, rules, stages)
    return stages, tuple(notes)


def expected_sessions(round_: Round, stage: Stage) -> tuple[str, ...]:
    """The sessions of a stage that were to be run in a round, as scheduled; none, where no schedule is known."""
    scheduled = round_.scheduled
    planned = () if scheduled is None else scheduled.sessions
    return tuple(session for session in stage.sessions if session in planned and not voided(round_, session, None))


def _computed(
    round_: Round, stage: Stage, rules: Ruleset, stages: Stages, erased: frozenset[str]
) -> Classification | None:
    if stage.sessions:
        return _raced(round_, stage, erased)
    if stage.total:
        return _total(round_, stage, rules, stages)
    return _followed(stage, rules, stages)


def _raced(round_: Round, stage: Stage, erased: frozenset[str]) -> Classification | None:
    raced = contests(round_, stage, erased)
    if not raced:
        return None
    if stage.score is not None:
        raced = _scored(raced, stage.score, round_.of(ScoreDeduction))
    here = {contest.session for contest in raced}
    complete = all(contest.complete and _all_known(contest.rows) for contest in raced)
    complete = complete and all(session in here for session in expected_sessions(round_, stage))
    # With one contest the stage as a whole is that contest; with several it is ranked only by a later stage.
    rows = raced[0].rows if len(raced) == 1 else ()
    return Classification(stage.id, raced, rows, complete)


def _all_known(rows: Iterable[Classified]) -> bool:
    return not any(row.status == "unknown" or (row.status == "classified" and row.place is None) for row in rows)


# --- scores inside an event ------------------------------------------------------------------


def _scored(raced: tuple[Contest, ...], score: Score, deductions: Sequence[ScoreDeduction]) -> tuple[Contest, ...]:
    entries = len({row.entry for contest in raced for row in contest.rows})
    result = []
    for contest in raced:
        last = max((row.place for row in contest.rows if row.place and row.status == "classified"), default=0)
        rows = tuple(_with_score(row, score, entries, last) for row in contest.rows)
        for deduction in deductions:
            if deduction.session == contest.session:
                rows = tuple(_deducted(row, deduction) if row.entry == deduction.entry else row for row in rows)
        result.append(evolve(contest, rows=rows))
    return tuple(result)


def _with_score(row: Classified, score: Score, entries: int, last: int) -> Classified:
    if row.status == "unknown" or (row.status == "classified" and row.place is None):
        return row
    return evolve(row, score=points_for(row, score, score.scale.at, entries, last))


def _deducted(row: Classified, deduction: ScoreDeduction) -> Classified:
    if row.score is None:
        return row
    return evolve(row, score=plain(row.score - deduction.points), events=(*row.events, deduction.id))


At = Callable[[int], Points | None]
"""The points of a place, or None where no source tells them."""


def points_for(row: Classified, clause: Any, at: At, entries: int, last: int) -> Points | None:
    """What a clause (a score or an award) gives a car for its place or its status; None: no source tells."""
    if row.status == "unknown":
        return 0
    if row.status == "classified":
        return at(row.place) if row.place is not None else 0
    outcome: Outcome = getattr(clause, row.status.casefold())
    return outcome_points(outcome, row.place, at, entries, last)


def outcome_points(outcome: Outcome, place: int | None, at: At, entries: int, last: int) -> Points | None:
    """The points of an outcome: a number, those of the place listed, or of a place behind entries or finishers.

    None, if no source tells them.
    """
    match outcome.kind:
        case "points":
            return outcome.value
        case "place":
            return at(place) if place is not None else 0
        case "entries":
            return at(entries + int(outcome.value))
        case "last":
            return at(last + int(outcome.value))
        case "less":
            least = at(last) if last else 0
            return None if least is None else max(least - outcome.value, 0)
        case "unknown":
            return None


# --- totals ----------------------------------------------------------------------------------


@frozen
class _Sum:
    """What one entry has over the contests of a total, in their order."""

    entry: str
    total: Any
    places: tuple[int | None, ...]
    scores: tuple[Points, ...]
    times: tuple[Decimal | None, ...]
    started: int
    finished: int
    inferred: bool
    events: tuple[str, ...] = field(default=())


def _total(round_: Round, stage: Stage, rules: Ruleset, stages: Stages) -> Classification | None:
    fed = [stages[name] for name in stage.total if name in stages]
    raced = [contest for classification in fed for contest in classification.contests]
    if not raced:
        return None
    sums = [_sum(entry, raced, stage, rules) for entry in dict.fromkeys(row.entry for c in raced for row in c.rows)]
    for deduction in round_.of(ScoreDeduction):
        if deduction.stage == stage.id:
            sums = [_less(one, deduction) if one.entry == deduction.entry else one for one in sums]
    whole = len(fed) == len(stage.total) and all(classification.complete for classification in fed)
    if not whole or (stage.by == "points" and not _all_told(raced, rules)):
        # Somebody may be missing, or short of a score: no place is certain.
        return Classification(stage.id, (), tuple(_unplaced(one) for one in sums), complete=False)
    fit = [one for one in sums if _fulfils(one, stage, len(raced))]
    chain = [_step(step, raced, stages, rules) for step in stage.ties]
    sign = -1 if stage.order == "high" and stage.by == "points" else 1
    sure = not any(one.inferred for one in sums)
    rows = [
        Classified(
            place.item.entry,
            place.place,
            score=place.item.total if stage.by == "points" else None,
            time=place.item.total if stage.by == "time" else None,
            tie=place.tie,
            inferred=not sure,
            events=place.item.events,
        )
        for place in ranked(fit, lambda one: sign * one.total, chain)
    ]
    unfit = [evolve(_unplaced(one), status="NC") for one in sums if one not in fit]
    return Classification(stage.id, (), (*rows, *unfit))


def _all_told(raced: Sequence[Contest], rules: Ruleset) -> bool:
    """Whether the rules tell what every place and absence in these contests is worth."""
    entries = {row.entry for contest in raced for row in contest.rows}
    for contest in raced:
        owner = rules.stage_of_session(contest.session)
        if any(row.score is None for row in contest.rows):
            return False
        if owner is not None and owner.score is not None and owner.per == "session":
            absent = owner.score.absent or owner.score.dns
            if absent.kind == "unknown" and entries - {row.entry for row in contest.rows}:
                return False
    return True


def _sum(entry: str, raced: Sequence[Contest], stage: Stage, rules: Ruleset) -> _Sum:
    mine = [(contest, next((row for row in contest.rows if row.entry == entry), None)) for contest in raced]
    rows = [row for _, row in mine if row is not None]
    scores = [score for contest, row in mine if (score := _score_in(contest, row, raced, rules)) is not None]
    times = tuple(None if row is None else row.time if row.status == "classified" else None for _, row in mine)
    if stage.by == "time":
        total: Any = sum((time for time in times if time is not None), Decimal(0))
    else:
        kept = sorted(scores, reverse=stage.order == "high")[: stage.best]
        total = plain(sum(kept))
    return _Sum(
        entry,
        total,
        tuple(None if row is None else row.place for _, row in mine),
        tuple(scores),
        times,
        sum(row.status not in ("DNS", "unknown") for row in rows),
        sum(row.status == "classified" for row in rows),
        any(row.inferred for row in rows),
        tuple(dict.fromkeys(event for row in rows for event in row.events)),
    )


def _score_in(contest: Contest, row: Classified | None, raced: Sequence[Contest], rules: Ruleset) -> Points | None:
    """The score of an entry in one contest; None where the contest is nothing to it."""
    if row is not None:
        return row.score
    owner = rules.stage_of_session(contest.session)
    if owner is None or owner.score is None or owner.per == "race":
        return None
    score = owner.score
    entries = len({one.entry for other in raced for one in other.rows})
    last = max((one.place for one in contest.rows if one.place and one.status == "classified"), default=0)
    return outcome_points(score.absent or score.dns, None, score.scale.at, entries, last)


def _less(one: _Sum, deduction: ScoreDeduction) -> _Sum:
    return evolve(one, total=plain(one.total - deduction.points), events=(*one.events, deduction.id))


def _unplaced(one: _Sum) -> Classified:
    score = None if isinstance(one.total, Decimal) else one.total
    return Classified(one.entry, None, "unknown", score=score, inferred=one.inferred, events=one.events)


def _fulfils(one: _Sum, stage: Stage, contests_: int) -> bool:
    if stage.by == "time" and None in one.times:
        return False
    return one.finished >= stage.finished and enough(one.started, stage.started, contests_)


def enough(started: int, wanted: Points, contests_: int) -> bool:
    """Whether so many starts are what is asked: a number of contests, or (below one) a share of them."""
    return started >= (wanted * contests_ if wanted < 1 else wanted)


# --- tie steps of stages ---------------------------------------------------------------------


def _step(step: TieStep, raced: Sequence[Contest], stages: Stages, rules: Ruleset) -> Step[_Sum]:
    name = str(step)
    match step.kind:
        case "latest session":
            return Step(name, lambda one: _worst(reversed(one.places)), lambda one: _listed(reversed(one.places)))
        case "last session":
            return Step(name, lambda one: _worst(one.places[-1:]), lambda one: _listed(one.places[-1:]))
        case "countback":
            return Step(
                name, lambda one: _countback(one.places), lambda one: _listed(sorted(map(_or_last, one.places)))
            )
        case "best score":
            return Step(
                name,
                lambda one: [-score for score in sorted(one.scores, reverse=True)],
                lambda one: ", ".join(map(points_text, sorted(one.scores, reverse=True))),
            )
        case "time":
            return Step(
                name, lambda one: (None in one.times, _time(one.times)), lambda one: time_text(_time(one.times))
            )
        case "latest time":
            return Step(
                name,
                lambda one: (one.times[-1] is None, one.times[-1] or 0),
                lambda one: "no time" if one.times[-1] is None else time_text(one.times[-1]),
            )
        case "points":
            return Step(
                name,
                lambda one: -(_in(step.of, one.entry, stages, rules).score or 0),
                lambda one: points_text(_in(step.of, one.entry, stages, rules).score or 0),
            )
        case _:
            return Step(
                name,
                lambda one: _or_last(_in(step.of, one.entry, stages, rules).place),
                lambda one: _listed([_in(step.of, one.entry, stages, rules).place]),
            )


def _in(where: str, entry: str, stages: Stages, rules: Ruleset) -> Classified:
    """The row of an entry in a stage or a session; one without a place, if there is none."""
    none = Classified(entry)
    if where in stages:
        classification = stages[where]
        rows: Iterable[Classified] = classification.rows or (row for c in classification.contests for row in c.rows)
        return next((row for row in rows if row.entry == entry), none)
    owner = rules.stage_of_session(where)
    found = stages.get(owner.id) if owner is not None else None
    raced = () if found is None else found.contests
    return next((row for c in raced if c.session == where for row in c.rows if row.entry == entry), none)


def _or_last(place: int | None) -> int:
    return _LAST if place is None else place


def _worst(places: Iterable[int | None]) -> tuple[int, ...]:
    return tuple(map(_or_last, places))


def _countback(places: Iterable[int | None]) -> tuple[int, ...]:
    return tuple(sorted(map(_or_last, places)))


def _listed(places: Iterable[int | None]) -> str:
    return ", ".join("none" if place is None or place == _LAST else str(place) for place in places)


def _time(times: Iterable[Decimal | None]) -> Decimal:
    return sum((time for time in times if time is not None), Decimal(0))


# --- event orders ----------------------------------------------------------------------------


def _followed(stage: Stage, rules: Ruleset, stages: Stages) -> Classification | None:
    """One stage's order after the other's; each entry is placed by the first stage in which it stands."""
    placed: list[Classified] = []
    seen: set[str] = set()
    certain = True
    for name in stage.follow:
        classification = stages.get(name)
        if classification is None:
            certain = False
            continue
        groups = [contest.rows for contest in classification.contests] or [classification.rows]
        if classification.rows:
            groups = [classification.rows]
        here = [row for rows in groups for row in rows if row.entry not in seen]
        certain = certain and _all_known(here)
        chain = [_row_step(step, stages, rules) for step in stage.ties]
        offset = len(placed)
        for place in ranked(here, _behind_the_placed, chain):
            known = place.place + offset if certain and place.item.status != "unknown" else None
            placed.append(
                evolve(place.item, place=known, status="classified", score=None, tie=place.tie)
                if known is not None
                else evolve(place.item, place=None, status="unknown", score=None)
            )
        seen.update(row.entry for row in here)
        certain = certain and classification.complete
    if not placed:
        return None
    return Classification(stage.id, (), tuple(placed), certain)


def _behind_the_placed(row: Classified) -> tuple[int, int]:
    """Those without a place come behind those with one: not finished, not started, disqualified."""
    order = {"classified": 0, "NC": 1, "DNF": 2, "unknown": 3, "DNS": 4, "DSQ": 5}
    return _or_last(row.place), order[row.status]


def _row_step(step: TieStep, stages: Stages, rules: Ruleset) -> Step[Classified]:
    name = str(step)
    if step.kind in ("time", "latest time"):
        return Step(
            name,
            lambda row: (row.time is None, row.time or 0),
            lambda row: "no time" if row.time is None else time_text(row.time),
        )
    if step.kind == "points":
        return Step(
            name,
            lambda row: -(_in(step.of, row.entry, stages, rules).score or 0),
            lambda row: points_text(_in(step.of, row.entry, stages, rules).score or 0),
        )
    return Step(
        name,
        lambda row: _or_last(_in(step.of, row.entry, stages, rules).place),
        lambda row: _listed([_in(step.of, row.entry, stages, rules).place]),
    )


# --- declared classifications ----------------------------------------------------------------


def _declared(event: ClassificationDeclared, round_: Round) -> Classification:
    """The classification as declared, less those thrown out of the whole round after it was known."""
    out = {
        ruling.entry: ruling
        for ruling in round_.of(Disqualification)
        if not ruling.session and ruling.known > event.known
    }
    freed = [row.place for row in event.rows if row.entry in out and out[row.entry].promote and row.place is not None]
    rows = [_declared_row(row, event, out.get(row.entry), freed) for row in event.rows]
    rows.sort(key=lambda row: (row.place is None, row.place or 0))
    complete = event.complete and _all_known(rows)
    return Classification(event.stage, (), tuple(rows), complete, event.id)


def _declared_row(
    row: Ranked, event: ClassificationDeclared, ruling: Disqualification | None, freed: Sequence[int]
) -> Classified:
    inferred = (row.basis or event.basis) == "inferred"
    if ruling is not None:
        return Classified(row.entry, None, "DSQ", inferred=inferred, events=(event.id, ruling.id))
    place = row.place
    if place is not None:
        place -= sum(one < place for one in freed)
    return Classified(row.entry, place, row.status, row.score, inferred=inferred, events=(event.id,))


def _merged(official: Classification, computed: Classification | None) -> Classification:
    """The official rows; the contests behind them are kept, and the scores that are computed shown beside them."""
    if computed is None:
        return official
    scores = {row.entry: row for row in computed.rows}
    rows = tuple(
        evolve(row, score=scores[row.entry].score, tie=scores[row.entry].tie)
        if row.score is None and row.entry in scores
        else row
        for row in official.rows
    )
    if not official.complete and computed.complete:
        listed = {row.entry for row in rows}
        rest = tuple(row for row in computed.rows if row.entry not in listed)
        return evolve(computed, rows=(*rows, *rest), declared=official.declared)
    return evolve(official, rows=rows, contests=computed.contests)


def _differing(number: int, stage: Stage, official: Classification, computed: Classification) -> Iterator[Note]:
    if not computed.complete:
        return
    found = {row.entry: row for row in computed.rows}
    for row in official.rows:
        mine = found.get(row.entry)
        if row.place is None:
            continue
        if mine is None:
            yield Note("declared differs", number, stage.id, row.entry, f"declared {row.place}, not in the results")
        elif mine.place != row.place or (row.score is not None and row.score != mine.score):
            said = f"{row.place}" if row.score is None else f"{row.place} with {points_text(row.score)}"
            ours = f"{mine.place or 'without a place'}"
            ours += "" if row.score is None or mine.score is None else f" with {points_text(mine.score)}"
            yield Note("declared differs", number, stage.id, row.entry, f"declared {said}, computed {ours}")


# --- who goes on -----------------------------------------------------------------------------


def advancing(stage: Stage, advance: Advance, stages: Stages, rules: Ruleset) -> Mapping[str, tuple[str, ...]] | None:
    """Who goes on from a stage by one clause: the entries for each target, or None where that is not known."""
    classification = stages.get(stage.id)
    if classification is None:
        return None
    chosen = _chosen(advance, classification, stages, rules)
    if chosen is None:
        return None
    seats: dict[str, list[str]] = {target: [] for target in advance.to}
    for index, entry in enumerate(chosen):
        seats[advance.to[_seat(index, len(advance.to), advance)]].append(entry)
    return {target: tuple(entries) for target, entries in seats.items()}


def _chosen(advance: Advance, classification: Classification, stages: Stages, rules: Ruleset) -> list[str] | None:
    groups = [contest.rows for contest in classification.contests]
    if classification.rows:
        groups = [classification.rows] if advance.from_each is None or len(groups) <= 1 else groups
    elif advance.from_each is None:
        return None
    if advance.from_each is not None:
        first = [_between(rows, 1, advance.from_each) for rows in groups]
        if any(len(rows) < advance.from_each for rows in first):
            return None
        chosen = [row.entry for rows in zip(*first, strict=True) for row in rows]
        next_in_line = [row for rows in groups for row in _between(rows, advance.from_each + 1, advance.from_each + 1)]
    else:
        low, high = advance.places or (1, advance.best or 0)
        rows = [row for row in _between(groups[0], 1, _LAST) if _started_enough(row, advance, classification)]
        if not classification.complete and len(rows) < high:
            return None
        chosen = [row.entry for row in rows[low - 1 : high]]
        next_in_line = rows[high:]
    if advance.plus:
        chain = [_row_step(TieStep("time" if advance.plus_by == "time" else "place", advance.plus_by), stages, rules)]
        best = [place.item for place in ranked(next_in_line, lambda row: row.place, chain)]
        chosen += [row.entry for row in best[: advance.plus]]
    return chosen


def _started_enough(row: Classified, advance: Advance, classification: Classification) -> bool:
    raced = classification.contests
    if not advance.started or not raced:
        return True
    started = sum(any(one.entry == row.entry and one.status != "DNS" for one in contest.rows) for contest in raced)
    return enough(started, advance.started, len(raced))


def _between(rows: Iterable[Classified], low: int, high: int) -> list[Classified]:
    return [row for row in rows if row.place is not None and low <= row.place <= high]


def _seat(index: int, targets: int, advance: Advance) -> int:
    lap, seat = divmod(index, targets)
    if advance.seats == "in order":
        share = -(-(advance.best or 0) // targets) if advance.best else 0
        return min(index // share, targets - 1) if share else seat
    return targets - 1 - seat if advance.seats == "snake" and lap % 2 else seat


def _reserves(number: int, stage: Stage, rules: Ruleset, stages: Stages) -> Iterator[Note]:
    """Starters who had not qualified. They are no mistake: somebody could not start, and they were next."""
    for advance in stage.advance:
        through = advancing(stage, advance, stages, rules)
        if through is None:
            continue
        for session, entries in through.items():
            owner = rules.stage_of_session(session)
            later = None if owner is None else stages.get(owner.id)
            others = [clause for one in rules.stages for clause in one.advance if clause is not advance]
            if later is None or any(session in clause.to for clause in others):
                continue
            for contest in later.contests:
                if contest.session != session:
                    continue
                for row in contest.rows:
                    if row.entry not in entries and row.status != "DNS":
                        place = _in(stage.id, row.entry, stages, rules).place
                        where = "without a place" if place is None else f"place {place}"
                        message = f"started {session} as a reserve ({where} in {stage.title or stage.id})"
                        yield Note("reserve", number, stage.id, row.entry, message)
