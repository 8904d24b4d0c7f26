"""What each competitor has after each round: running accounts, so that a table costs one round and not the season.

The accounts after a round are those after the round before, with the changed ones replaced; all are immutable
and shared. A score that may be dropped is kept apart, because which scores count can change with every round.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import ceil, floor

from attrs import evolve, frozen

from rxscore.events import Exclusion, Points, PointsDeduction, SessionResults, plain
from rxscore.record import Record
from rxscore.rulesets import Count, Ruleset, Standing
from rxscore.scoring.model import Award, Bound, Dropped, Part, RoundScore
from rxscore.season import Season


@frozen(eq=False, repr=False)
class Unit(Record):
    """A score that is kept or dropped as a whole. ``most``: what it is at most, where that is not known for sure."""

    round: int
    session: str
    points: Points
    droppable: bool = True
    most: Points | None = None


@frozen(eq=False, repr=False)
class Account(Record):
    """One competitor's season so far.

    ``always``: points that count in any case. ``units``: by count clause, the scores that may be dropped.
    ``results``: by stage looked at in ties, the (place, round) pairs in order of place. ``pending``: some points
    are reported only together with those of later rounds. ``doubtful``: a score of which only a limit is known may
    count.
    """

    competitor: str
    points: Points = 0
    gross: Points = 0
    always: Points = 0
    units: tuple[tuple[Unit, ...], ...] = ()
    dropped: tuple[Dropped, ...] = ()
    results: Mapping[str, tuple[tuple[int, int], ...]] = {}
    open: bool = False
    inferred: bool = False
    listed: bool = False
    pending: bool = False
    doubtful: bool = False

    @property
    def uncertain(self) -> bool:
        """Whether the points are only the least that they can be."""
        return self.open or self.pending or self.doubtful


Accounts = Mapping[str, Account]


@frozen(eq=False, repr=False)
class Clause(Record):
    """A count clause with what the calendar makes of it: the rounds it covers, how many scores count."""

    count: Count
    rounds: frozenset[int]
    limit: int


@frozen(eq=False, repr=False)
class Plan(Record):
    """How a standing adds up in a season: its count clauses, its deductions by the round they take effect in.

    ``restarts``: by round, those who lose what they scored before it, and start again from zero.
    """

    standing: Standing
    clauses: tuple[Clause, ...]
    deductions: Mapping[int, tuple[PointsDeduction, ...]]
    restarts: Mapping[int, tuple[str, ...]] = {}

    def clause_of(self, number: int, stage: str) -> int | None:
        """The number of the clause under which points of a stage of a round may be dropped; None: they always count."""
        for index, clause in enumerate(self.clauses):
            stages = clause.count.stages
            if number in clause.rounds and (not stages or stage in stages):
                return index
        return None


def plan(season: Season, rules: Ruleset, standing: Standing) -> Plan:
    """What the calendar makes of a standing's rules."""
    taken = [event for event in season.general(PointsDeduction) if event.standing == standing.id]
    anew = [event for event in season.general(Exclusion) if event.standing == standing.id and event.starts_again]
    # Only for these the whole calendar has to be looked through.
    turns_on_it = standing.counts or taken or anew
    held = [one for one in season.numbers if not season.rounds[one].cancelled] if turns_on_it else []
    scored = [one for one in held if season.rounds[one].held] if taken or anew else []
    deductions: dict[int, tuple[PointsDeduction, ...]] = {}
    for event in taken:
        effective = _effective(event.round, scored)
        if effective is None and scored and max(held) < (event.round or 0):
            effective = scored[-1]  # Imposed for a round that was called off, and none comes after it.
        if effective is not None:
            deductions[effective] = (*deductions.get(effective, ()), event)
    restarts: dict[int, tuple[str, ...]] = {}
    for excluded in anew:
        again = None if excluded.round is None else _effective(excluded.round, scored)
        if again is not None:
            restarts[again] = (*restarts.get(again, ()), excluded.competitor)
    clauses = tuple(_planned(count, held, season, rules) for count in standing.counts)
    return Plan(standing, clauses, deductions, restarts)


def _effective(wanted: int | None, scored: Sequence[int]) -> int | None:
    """The round whose table is the first to show a ruling on a standing.

    That of the round itself may be missing: nothing is known of it, or it was called off.
    """
    return next((number for number in scored if number >= (wanted or 0)), None)


def _planned(count: Count, held: Sequence[int], season: Season, rules: Ruleset) -> Clause:
    if count.half is not None:
        first = ceil(len(held) / 2) if count.larger == 1 else floor(len(held) / 2)
        covered = held[:first] if count.half == 1 else held[first:]
    else:
        low, high = count.first or 0, count.last or max(held, default=0)
        covered = [number for number in held if low <= number <= high]
    scores = len(covered)
    if count.unit == "session":
        scores = sum(len(sessions) for number, sessions in _sessions(season, held, rules, count) if number in covered)
    return Clause(count, frozenset(covered), max(_limit(count, scores), 0))


def _limit(count: Count, scores: int) -> int:
    """How many of so many scores count."""
    if count.best_of:
        return dict(count.best_of).get(scores, scores)
    return count.best if count.best is not None else scores - (count.drop or 0)


def _sessions(season: Season, held: Iterable[int], rules: Ruleset, count: Count) -> Iterator[tuple[int, set[str]]]:
    """By round, the sessions that give scores: as scheduled, or as raced; like the round before, if nothing is told."""
    stages = [stage for stage in rules.stages if not count.stages or stage.id in count.stages]
    every = {session for stage in stages for session in stage.sessions}
    like = every
    for number in held:
        round_ = season.rounds[number]
        scheduled = round_.scheduled
        known = set(scheduled.sessions) if scheduled is not None and scheduled.sessions else set()
        known = known or {results.session for results in round_.of(SessionResults)}
        like = known & every if known else like
        yield number, like


def after_round(before: Accounts, score: RoundScore, plan: Plan, held: Sequence[int]) -> Accounts:
    """The accounts after one more round. ``held``: the numbers of the rounds up to this one."""
    standing = plan.standing
    changed: dict[str, Account] = {}

    def account(competitor: str) -> Account:
        found = changed.get(competitor) or before.get(competitor)
        return found or Account(competitor, units=((),) * len(plan.clauses))

    for competitor in plan.restarts.get(score.number, ()):
        changed[competitor] = Account(competitor, units=((),) * len(plan.clauses))
    awards: dict[str, list[Award]] = {}
    for award in score.awards.get(standing.id, ()):
        awards.setdefault(award.competitor, []).append(award)
    places: dict[str, dict[str, list[int]]] = {}
    for of, taken in score.places.get(standing.id, {}).items():
        for competitor, place in taken:
            places.setdefault(competitor, {}).setdefault(of, []).append(place)
    parts = score.parts.get(standing.id, {})
    for competitor in {**parts, **awards, **places}:
        part = parts.get(competitor, _REPORTED if competitor in awards else _ABSENT)
        mine, won = awards.get(competitor, ()), places.get(competitor, {})
        changed[competitor] = _with_round(account(competitor), part, mine, won, plan, score.number)
    limits, missing = score.bounded.get(standing.id, {}), score.missing.get(standing.id, ())
    for competitor in score.open.get(standing.id, ()):
        one = account(competitor)
        bounded = competitor in limits and competitor not in missing
        limited = _limited(one, limits[competitor], plan, score.number) if bounded else None
        changed[competitor] = limited or evolve(one, open=True)
    waiting = score.pending.get(standing.id, frozenset())
    for competitor in {*waiting, *(name for name, one in before.items() if one.pending)}:
        changed[competitor] = evolve(account(competitor), pending=competitor in waiting)
    for deduction in plan.deductions.get(score.number, ()):
        changed[deduction.competitor] = _deducted(account(deduction.competitor), deduction)
    if not plan.clauses:
        return {**before, **changed}
    # Where not to have come is no score to drop, a round changes the accounts of those who were not there too.
    absence = any("started" in clause.count.droppable for clause in plan.clauses)
    affected = {**before, **changed} if absence else changed
    return {**before, **{name: counted(one, plan, held) for name, one in affected.items()}}


_ABSENT = Part()
_REPORTED = Part(started=True, listed=True)
"""How one takes part of whom only the points of a round are known."""


def _with_round(
    one: Account, part: Part, awards: Iterable[Award], places: Mapping[str, list[int]], plan: Plan, number: int
) -> Account:
    always, gross, inferred = one.always, one.gross, one.inferred
    sums: list[dict[str, Points]] = [{} for _ in plan.clauses]
    for award in awards:
        gross += award.points
        inferred = inferred or award.inferred
        index = plan.clause_of(award.round, award.stage)
        if index is None:
            always += award.points
        else:
            session = award.session if plan.clauses[index].count.unit == "session" else ""
            sums[index][session] = sums[index].get(session, 0) + award.points
    units = one.units
    if plan.clauses:
        units = tuple(
            (*old, *_units(clause.count, part, new, number)) if number in clause.rounds else old
            for clause, old, new in zip(plan.clauses, one.units, sums, strict=True)
        )
    results = one.results
    if places:
        results = {**results, **{of: _insorted(results.get(of, ()), won, number) for of, won in places.items()}}
    # Written out, because this is done for every competitor of every round, and evolve takes its time.
    return Account(
        one.competitor, plain(always), plain(gross), plain(always), units, one.dropped, results, one.open, inferred,
        one.listed or part.listed,
    )  # fmt: skip


def _limited(one: Account, limits: Iterable[Bound], plan: Plan, number: int) -> Account | None:
    """The account with limits to what its scores of a round can be; None, if any of these points count for sure."""
    units = [list(mine) for mine in one.units]
    for limit in limits:
        index = plan.clause_of(number, limit.stage)
        if index is None:
            return None
        session = limit.session if plan.clauses[index].count.unit == "session" else ""
        mine = units[index]
        at = next((at for at, unit in enumerate(mine) if (unit.round, unit.session) == (number, session)), None)
        if at is None:
            return None
        mine[at] = evolve(mine[at], most=plain(_most(mine[at]) + limit.points))
    return evolve(one, units=tuple(map(tuple, units)))


def _most(unit: Unit) -> Points:
    return unit.points if unit.most is None else unit.most


def _insorted(results: tuple[tuple[int, int], ...], places: Iterable[int], number: int) -> tuple[tuple[int, int], ...]:
    return tuple(sorted((*results, *((place, number) for place in places))))


def _units(count: Count, part: Part, sums: Mapping[str, Points], number: int) -> Iterable[Unit]:
    sessions = dict.fromkeys([*sums, *part.sessions, *part.disqualified]) if count.unit == "session" else [""]
    for session in sessions:
        out = part.disqualified if not session else [one for one in part.disqualified if one == session]
        started = part.started if not session else session in part.sessions
        droppable = not ("started" in count.droppable and not started) and not (
            "not disqualified" in count.droppable and out
        )
        yield Unit(number, session, plain(sums.get(session, 0)), droppable)


def _deducted(one: Account, deduction: PointsDeduction) -> Account:
    return evolve(
        one,
        points=plain(one.always - deduction.points),
        always=plain(one.always - deduction.points),
        gross=plain(one.gross - deduction.points),
        inferred=one.inferred or deduction.basis == "inferred",
    )


@frozen(eq=False, repr=False)
class Choice(Record):
    """What counts of one's scores under a clause: those ``bound`` to, and the best ``room`` of the ``free``."""

    bound: tuple[Unit, ...]
    free: tuple[Unit, ...]
    room: int


def choices(one: Account, plan: Plan, held: Sequence[int]) -> Iterator[Choice]:
    """What each count clause leaves to choose from. ``held``: the numbers of the rounds so far."""
    for clause, units in zip(plan.clauses, one.units, strict=True):
        bound = tuple(unit for unit in units if not unit.droppable)
        free = tuple(unit for unit in units if unit.droppable)
        taken = len(bound)
        if "started" in clause.count.droppable:
            there = {unit.round for unit in units}
            taken += sum(number in clause.rounds and number not in there for number in held)
        yield Choice(bound, free, max(clause.limit - taken, 0))


def counted(one: Account, plan: Plan, held: Sequence[int]) -> Account:
    """The account with the scores that count added up, and those that do not listed."""
    points: Points = one.always
    dropped: list[Dropped] = []
    doubtful = False
    for choice in choices(one, plan, held):
        kept: Sequence[Unit] = choice.free
        if len(kept) > choice.room:
            free = sorted(kept, key=lambda unit: (-unit.points, unit.round, unit.session))
            kept = free[: choice.room]
            dropped += [Dropped(unit.round, unit.session, unit.points) for unit in free[choice.room :]]
        points += sum(unit.points for unit in choice.bound) + sum(unit.points for unit in kept)
        doubtful = doubtful or _may_count(choice, kept)
    dropped.sort(key=lambda one: (one.round, one.session))
    return Account(
        one.competitor, plain(points), one.gross, one.always, one.units, tuple(dropped), one.results, one.open,
        one.inferred, one.listed, one.pending, doubtful,
    )  # fmt: skip


def _may_count(choice: Choice, kept: Sequence[Unit]) -> bool:
    """Whether a score of which only a limit is known is among those that count, or would be, if it were that high."""
    if all(unit.most is None for unit in (*choice.bound, *choice.free)):
        return False
    best = sorted(map(_most, choice.free), reverse=True)[: choice.room]
    return sum(best) + sum(map(_most, choice.bound)) != sum(unit.points for unit in (*choice.bound, *kept))
