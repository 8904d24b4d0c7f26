"""Who could be first if what is not known were: a title is decided only where nobody else can have it.

An open total is the least it can be. How much more there can be in it is bounded by the most that the rules deal in
the rounds in which the competitor's points are not fully known; where the rules set no bound, neither does this. Level
on points, places that are not told may decide.
"""

from collections.abc import Iterator, Mapping
from functools import cache

from attrs import frozen

from rxscore.events import FeatRecorded, Points
from rxscore.rulesets import AwardRule, Ruleset, Scale, Stage, Standing, TieStep
from rxscore.rulesets.model import Linear
from rxscore.scoring import Contest, RoundScore, Rulebook, Scored
from rxscore.scoring.asked import asked
from rxscore.scoring.doubt import all_told
from rxscore.scoring.eligibility import Roster, roster
from rxscore.scoring.lookup import contests_in, contests_of, places_held
from rxscore.scoring.meeting import rosters
from rxscore.scoring.programme import expected_sessions
from rxscore.scoring.standings import exclusions


def in_doubt(scored: Scored, standing: str, after: int | None = None) -> tuple[str, ...]:
    """Those whose missing facts could change who leads a standing after a round; nobody, where it is decided."""
    rules = scored.ruleset.standing(standing)
    rows = [row for row in scored.table(standing, after).rows if row.position is not None]
    first = [row for row in rows if row.position == 1]
    accounts = scored.accounts(standing, after)
    excluded = exclusions(scored.season, rules, after)
    opened = [one for name, one in sorted(accounts.items()) if one.uncertain and name not in excluded]
    if not first:
        return tuple(one.competitor for one in opened)
    leaders = {row.competitor for row in first}
    if rules.order == "low":
        # More points are worse: only those who lead with points not fully known can lose the lead.
        return tuple(one.competitor for one in opened if one.competitor in leaders)

    @cache
    def entered(score: RoundScore) -> Mapping[str, Roster]:
        return rosters(scored.season, score.number, score.rules, scored.season.entered(score.number))

    found = []
    for one in opened:
        if one.competitor in leaders:
            # Who leads alone leads by more, if there is more.
            if len(leaders) > 1:
                found.append(one.competitor)
            continue
        more = [
            _more(score, entered(score), rules, one.competitor)
            for score in scored.rounds
            if (after is None or score.number <= after) and one.competitor in score.open.get(standing, ())
        ]
        if None in more or one.points + sum(points for points in more if points is not None) >= first[0].points:
            found.append(one.competitor)
    level = {row.competitor for row in rows if row.points == first[0].points}
    if level & unplaced(scored, scored.rules, rules, after):
        # Places that are not told may part them in another way.
        found += sorted(level - leaders - set(found))
    return tuple(found)


def _more(score: RoundScore, entered: Mapping[str, Roster], standing: Standing, competitor: str) -> Points | None:
    """The most that a competitor can have got in a round besides what is known, or None where no bound is known."""
    rules = score.rules
    source = standing.points_of or standing.id
    missing = competitor in score.missing.get(standing.id, ())
    limits = score.bounded.get(standing.id, {}).get(competitor, () if missing else None)
    if limits is None or not missing:
        return None if limits is None else sum(limit.points for limit in limits)
    mine = _Cars(entered[source], entered[standing.id], competitor)
    most: Points = 0
    for stage in rules.stages:
        clause = stage.award.get(source)
        if clause is not None:
            more = _in_stage(score, stage, clause, mine)
            if more is None:
                return None
            most += more
    for bonus in rules.bonuses:
        feats = [one for one in score.round.of(FeatRecorded) if one.feat == bonus.feat]
        if any(not feat.complete for feat in feats):
            if any(row.count > 1 for feat in feats for row in feat.rows):
                return None
            most += max(bonus.award.get(source, 0), 0) * mine.number
    scheduled = score.round.scheduled
    for factor in (scheduled.coefficient if scheduled is not None else 1, *_factors(rules)):
        most = most * max(factor, 1)
    return most + sum(limit.points for limit in limits)


@frozen
class _Cars:
    """A competitor's cars in a round: the ``dealt`` standing has the places, his own has who owns what."""

    dealt: Roster
    own: Roster
    competitor: str

    @property
    def number(self) -> int:
        """How many cars can score for him at once: a driver drives one."""
        if self.own.standing.of == "driver":
            return 1
        return sum(self.competitor in self.own.owners(entry) for entry in self.own.entries)

    def unknown(self, contest: Contest) -> int:
        """Of how many of his cars the result in a contest is not known."""
        rows = [row for row in contest.rows if self.competitor in self.own.owners(row.entry, row.drivers)]
        lost = {row.entry for row in rows if not row.settled}
        if not contest.complete:
            settled = {row.entry for row in contest.rows if row.settled}
            lost |= {entry for entry in self.own.entries if self.competitor in self.own.owners(entry)} - settled
        return min(len(lost), self.number)


def _in_stage(score: RoundScore, stage: Stage, clause: AwardRule, cars: _Cars) -> Points | None:
    """The most that there can be for a competitor in a stage, besides what is known."""
    found = score.stages.get(stage.id)
    expected = expected_sessions(score.round, stage.sessions)
    anything = _most(clause, score.rules, frozenset())
    if found is None:
        return _times(anything, cars.number * (len(expected) if stage.sessions else 1))
    if clause.unknown:
        return None
    if found.complete:
        return 0
    contests = contests_of(found)
    raced = {contest.session for contest in contests}
    most = _times(anything, cars.number * sum(session not in raced for session in expected))
    for contest in contests:
        # Places that others hold are not to be had.
        who = asked(clause, score.round, score.rules, score.stages, cars.dealt.entries)
        held = frozenset(places_held(row for field in cars.dealt.fields(contest, who) for row in field.sure()))
        by_class = cars.dealt.standing.places_in == "class"
        more = _times(_most(clause, score.rules, frozenset() if by_class else held), cars.unknown(contest))
        most = None if most is None or more is None else most + more
    return most


def _times(points: Points | None, times: int) -> Points | None:
    return 0 if not times else None if points is None else points * times


def _factors(rules: Ruleset) -> Iterator[Points]:
    yield from (one.factor for one in rules.multipliers)
    yield from (one.factor for one in rules.shortened if one.factor is not None)


def _most(clause: AwardRule, rules: Ruleset, held: frozenset[int]) -> Points | None:
    """The most that a clause gives to somebody who is in none of the places held; None where it does not say."""
    if clause.function or clause.unknown:
        return None
    scales = [clause.scale, *(one.scale for one in clause.by_starters), *(one.scale for one in rules.shortened)]
    worth = [_top(scale, held) for scale in scales if scale is not None]
    if any(one is None for one in worth):
        return None
    outcomes = [one.value for one in (clause.dnf, clause.dns, clause.dsq, clause.nc) if one.kind == "points"]
    return max([0, *outcomes, *(one for one in worth if one is not None)])


def _top(scale: Scale, held: frozenset[int]) -> Points | None:
    line = scale.then
    if scale.unknown or (isinstance(line, Linear) and line.slope > 0):
        return None
    values = [scale.at(place) for place in range(1, len(scale.places) + len(held) + 2) if place not in held]
    return max((value for value in values if value is not None), default=0)


# --- places ----------------------------------------------------------------------------------


def unplaced(base: Scored, rules: Rulebook, standing: Standing, after: int | None = None) -> frozenset[str]:
    """Those of whom places are missing that may decide a tie after a round: no win is, where it is known who won."""
    steps = [step for step in standing.ties if step.kind in ("wins", "countback", "latest round", "earliest best")]
    found: set[str] = set()
    for played in base.rounds if steps else ():
        known = all_told(played.round, played.rules, played.stages)
        if not known and (after is None or played.number <= after):
            here = may_have_started(base, played.number, standing)
            lost = {car for step in steps for car in _lost_places(played, step, step.of or rules.season.winner, here)}
            found |= {owner for car in lost if here.scores(car) for owner in here.owners(car)}
    return frozenset(found)


def _lost_places(played: RoundScore, step: TieStep, of: str, here: Roster) -> set[str]:
    """The cars that may have a place that a step looks at, and is not known."""
    stage = next((one for one in played.rules.stages if of in (one.id, *one.sessions)), None)
    if stage is None:
        return set()
    cars = set(here.entries)
    meant = stage.sessions if of == stage.id else (of,)
    expected = expected_sessions(played.round, meant)
    found = played.stages.get(stage.id)
    if found is None:
        return cars if expected or not stage.sessions else set()
    contests = contests_in(of, played.stages, played.rules)
    whole = [one for one in contests if one.complete and all(row.settled for row in one.rows)]
    everything = set(expected) <= {one.session for one in contests} or bool(found.declared)
    if everything and len(whole) == len(contests) and (found.complete or bool(stage.sessions)):
        return set()
    sure = [field.sure() for one in contests for field in here.fields(one)]
    if everything and step.kind == "wins" and all(any(row.place == 1 for row in rows) for rows in sure):
        return set()
    if everything and len(contests) == 1:
        return cars - {row.entry for rows in sure for row in rows}
    return cars


def may_have_started(base: Scored, number: int, standing: Standing) -> Roster:
    """All cars that may have started in a round, as a standing sees them."""
    return roster(base.season, number, standing, {filed.entry: filed for filed in base.season.entered(number)})
