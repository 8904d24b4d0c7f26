"""What is not told of the rounds that are over: who may have more points, better places, or a row at all."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from rxscore.events import FeatRecorded, Points
from rxscore.rulesets import AwardRule, Scale, Stage, Standing
from rxscore.scoring import Classification, RoundScore, Scored
from rxscore.scoring.accounts import Plan
from rxscore.scoring.asked import asked
from rxscore.scoring.eligibility import Roster
from rxscore.scoring.lookup import contests_of
from rxscore.scoring.programme import due, expected_sessions
from rxscore.title.play import fed
from rxscore.whatif.doubt import may_have_started

ANYTHING = 10**6
"""More than any season is worth: nothing is known."""


# --- points ----------------------------------------------------------------------------------


def doubts(base: Scored, standing: Standing) -> Mapping[str, Points]:
    """How many points more than are known a competitor may have at most, for those of whom facts are missing."""
    most: dict[str, Points] = {}
    for played in base.rounds:
        names = played.open.get(standing.id, frozenset())
        if names:
            here = may_have_started(base, played.number, standing)
            for name in names:
                most[name] = most.get(name, 0) + _doubt(played, name, here)
    return most


def overstated(base: Scored, standing: Standing) -> str:
    """Why more points may be told than there were, in words; empty, if that cannot be.

    It can where a better place is worth less: one may have been further ahead than it seems over cars that the standing
    passes over, and another have scored no more beside a car of his own team. And it can where not every score may be
    dropped.
    """
    strict = [count for count in standing.counts if "not disqualified" in count.droppable]
    for played in base.rounds:
        if strict and not _all_raced(played):
            return f"round {played.number}: who was disqualified is not told, and such a score has to be counted"
        for stage in played.rules.stages:
            found = played.stages.get(stage.id)
            if found is None or found.complete:
                continue
            if not all(map(_falls, _scales(_deals(stage, standing)))):
                here = may_have_started(base, played.number, standing)
                passed = any(field.unseen for one in contests_of(found) for field in here.fields(one))
                if passed or standing.cars is not None:
                    return f"round {played.number}: what is not told may have cost points"
    return ""


def _doubt(played: RoundScore, competitor: str, here: Roster) -> Points:
    standing = here.standing
    missing = competitor in played.missing.get(standing.id, ())
    limits = played.bounded.get(standing.id, {}).get(competitor)
    if limits is None and (not missing or any(_deals(stage, standing).unknown for stage in played.rules.stages)):
        return ANYTHING
    # Of a place that is told it may not be told what it is worth, but at most so much.
    more: Points = sum(limit.points for limit in limits or ())
    return more + (_missing(played, competitor, here) if missing else 0)


def _missing(played: RoundScore, competitor: str, here: Roster) -> Points:
    """What a competitor may be short of in a round: in every stage not fully told, the best place that is not held."""
    standing = here.standing
    source = standing.points_of or standing.id
    cars = [entry for entry in here.entries if competitor in here.owners(entry)]
    missing: Points = 0
    for stage in played.rules.stages:
        found = played.stages.get(stage.id)
        if source not in stage.award or (found is not None and found.complete):
            continue
        expected = expected_sessions(played.round, stage.sessions)
        raced = set() if found is None else {contest.session for contest in contests_of(found)}
        best = _best(stage.award[source], played, found if set(expected) <= raced else None, here)
        if best is None:
            return ANYTHING
        rows = () if found is None else [row for contest in contests_of(found) for row in contest.rows]
        placed = {row.entry for row in rows if row.place is not None}
        # Where everybody starts in every session, one place known settles nothing of the other sessions.
        often = 1 if any(fed(session, played.rules) for session in stage.sessions) else max(len(stage.sessions), 1)
        missing += best * (often * len(cars) if often > 1 else sum(car not in placed for car in cars))
    for bonus in played.rules.bonuses:
        told = [feat for feat in played.round.of(FeatRecorded) if feat.feat == bonus.feat]
        if source in bonus.award and any(not feat.complete for feat in told):
            often = max([1, *(by.count for feat in told for by in feat.rows), *(len(feat.rows) for feat in told)])
            missing += bonus.award[source] * (often + 1) * len(cars)
    factor = max([Fraction(1), *(Fraction(rule.factor) for rule in played.rules.multipliers)])
    scheduled = played.round.scheduled
    coefficient = Fraction(1 if scheduled is None else scheduled.coefficient)
    return Fraction(missing) * factor * max(coefficient, Fraction(1))


def _best(award: AwardRule, played: RoundScore, found: Classification | None, here: Roster) -> Points | None:
    """The most that one of whom nothing is told can have got in a stage; None, if no source tells."""
    scales = _scales(award)
    if not scales or any(scale.unknown for scale in scales):
        return None
    by_class = here.standing.places_in == "class"
    who = asked(award, played.round, played.rules, played.stages, here.entries)
    contests = () if found is None or by_class else contests_of(found)
    fields = [field for one in contests for field in here.fields(one, who)]
    held = [{row.place for row in field.sure()} for field in fields] or [set[int | None]()]
    free = {place for taken in held for place in range(1, len(here.entries) + 2) if place not in taken}
    outcomes = (award.dnf, award.dns, award.dsq, award.nc)
    otherwise = [outcome.value for outcome in outcomes if outcome.kind == "points"]
    return max([0, *otherwise, *(scale.at(place) or 0 for scale in scales for place in free)])


def _deals(stage: Stage, standing: Standing) -> AwardRule:
    """The clause by which a stage deals points in a standing."""
    return stage.award.get(standing.points_of or standing.id, AwardRule())


def _scales(award: AwardRule) -> Sequence[Scale]:
    """The scales by which a clause may deal points."""
    return [award.scale] if award.scale is not None else [option.scale for option in award.by_starters]


def _falls(scale: Scale) -> bool:
    """Whether no place is worth more than a better one, of those that are known."""
    known = [worth for place in range(1, len(scale.places) + 3) if (worth := scale.at(place)) is not None]
    return all(better >= worse for better, worse in pairwise(known))


# --- taking part -----------------------------------------------------------------------------


def absent_or_not(base: Scored, standing: Standing, mine: Plan) -> Iterator[str]:
    """Those of whom it is not known whether they were there, where not to have been there is no score to drop."""
    accounts = base.accounts(standing.id)
    for index, clause in enumerate(mine.clauses):
        if "started" in clause.count.droppable:
            for played in base.rounds:
                if played.number in clause.rounds and not _all_raced(played):
                    for owner in _with_a_car(base, played.number, standing):
                        account = accounts.get(owner)
                        units = () if account is None else account.units[index]
                        if all(unit.round != played.number or not unit.droppable for unit in units):
                            yield owner


def perhaps_started(base: Scored, standing: Standing) -> frozenset[str]:
    """Who may have started in a round that is not fully known."""
    rounds = [played.number for played in base.rounds if not _all_raced(played)]
    return frozenset(owner for number in rounds for owner in _with_a_car(base, number, standing))


def _all_raced(played: RoundScore) -> bool:
    """Whether all is known of the sessions that were run in a round, or were to be."""
    return all(
        played.stages[stage.id].complete if stage.id in played.stages else not due(played.round, stage)
        for stage in played.rules.stages
        if stage.sessions
    )


def _with_a_car(base: Scored, number: int, standing: Standing) -> set[str]:
    """Those with a car that may start in a round and scores in a standing."""
    here = may_have_started(base, number, standing)
    return {owner for entry in here.entries if here.scores(entry) for owner in here.owners(entry)}
