"""Dealing points: which car gets what for its place, and to whom the points belong.

First the cars: a standing's rules look at a classification as if those who do not score in it were not there
(or hold their places), and deal points by place and status. Then the competitors: the driver, the crew, the
team or the make of each car.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from rxscore.events import Points, SessionShortened, plain, points_text
from rxscore.rulesets import AwardRule, Scale, Shortened, Stage, Standing
from rxscore.scoring.asked import asked
from rxscore.scoring.bonuses import bonuses
from rxscore.scoring.eligibility import Field, Roster
from rxscore.scoring.lookup import contests_of
from rxscore.scoring.meeting import Deal, Extension, Meeting
from rxscore.scoring.model import Award, Bound, Classified, Contest
from rxscore.scoring.reported import with_reports
from rxscore.scoring.scores import last_place, points_for


def dealt(meeting: Meeting) -> Mapping[str, tuple[Deal, ...]]:
    """By standing, what each car gets; one that regroups another standing's points has that one's cars."""
    sources = {standing.id: standing.points_of or standing.id for standing in meeting.rules.standings}
    found = {source: tuple(_deals(meeting, meeting.rosters[source])) for source in dict.fromkeys(sources.values())}
    return {
        standing: tuple(deal for deal in found[source] if meeting.rosters[standing].scores(deal.entry))
        for standing, source in sources.items()
    }


def awards(meeting: Meeting, standing: Standing, deals: Iterable[Deal]) -> tuple[Award, ...]:
    """Every award of the round in one standing."""
    factor = _factor(meeting, standing)
    found = [award for deal in deals for award in _belonging(deal, factor, meeting, standing)]
    if standing.cars is not None and standing.cars_by == "round":
        found = _best_cars(found, standing.cars)
    if standing.own_shares == "best":
        found = _best_share(found)
    return tuple(with_reports(found, meeting, standing))


def bounds(meeting: Meeting, standing: Standing, deals: Iterable[Deal]) -> Mapping[str, tuple[Bound, ...]]:
    """By competitor, how much more he got at most than is told; nobody of whom no limit is known."""
    factor = _factor(meeting, standing)
    found: dict[str, list[Bound | None]] = {}
    for deal in deals:
        if deal.more != 0:
            bound = None if deal.more is None else Bound(deal.stage, deal.session, plain(Fraction(deal.more * factor)))
            for owner in meeting.rosters[standing.id].owners(deal.entry, deal.drivers):
                found.setdefault(owner, []).append(bound)
    return {owner: tuple(filter(None, mine)) for owner, mine in found.items() if None not in mine}


def ordinal(number: int | None) -> str:
    """``1st``, ``2nd``, ``3rd``, ``11th``."""
    if number is None:
        return "-"
    last = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{last}"


# --- cars ------------------------------------------------------------------------------------


def _deals(meeting: Meeting, roster: Roster) -> Iterator[Deal]:
    for stage in meeting.rules.stages:
        clause = stage.award.get(roster.standing.id)
        found = meeting.stages.get(stage.id)
        if clause is not None and found is not None:
            for contest in contests_of(found):
                yield from _dealt(meeting, roster, stage, clause, contest)
    yield from bonuses(meeting, roster)


def _dealt(meeting: Meeting, roster: Roster, stage: Stage, clause: AwardRule, contest: Contest) -> Iterator[Deal]:
    shortened = _shortened(meeting, roster.standing, stage, contest.session)
    factor = None if shortened is None else shortened.factor
    cite = clause.cite or stage.cite
    who = asked(clause, meeting.round, meeting.rules, meeting.stages, roster.entries)
    for field in roster.fields(contest, who):
        # A stage of one session is called by its name: "Final" says more than "F".
        session = contest.session if len(stage.sessions) > 1 or not stage.title else ""
        where = " ".join(filter(None, (field.name, session or stage.title or stage.id)))
        points = _points(meeting, clause, field, None if shortened is None else shortened.scale)
        for (row, scores), (least, most) in zip(field.rows, points, strict=True):
            if row.entry in field.perhaps:
                least = 0
            if factor is not None:
                least, most = (None if amount is None else plain(Fraction(amount * factor)) for amount in (least, most))
            if scores and (least, most) != (0, 0):
                place = row.status if row.place is None else ordinal(row.place)
                yield Deal(
                    row.entry, row.drivers, least, stage.id, contest.session, f"{place} in {where}", cite,
                    row.events, row.inferred, most,
                )  # fmt: skip


Limits = tuple[Points | None, Points | None]
"""How many points at least and at most; None where no source tells."""


def _points(meeting: Meeting, clause: AwardRule, field: Field, instead: Scale | None) -> Sequence[Limits]:
    """What a clause gives each of the cars that a standing sees. ``instead``: another scale than the clause's.

    Where it is not told of everybody how he came out, a car may be further ahead, among those whom the standing sees,
    than it seems, and more may have started.
    """
    dead_heat = meeting.rules.dead_heat
    if clause.function:
        deal = meeting.extensions[clause.function]
        ways = [_by_function(deal, [row for row, _ in rows]) for rows in field.ways()]
    else:
        scales = _scales(clause, field) if instead is None else (instead,)
        outcomes = {outcome.kind for outcome in (clause.dnf, clause.dns, clause.dsq, clause.nc)}
        # The more there were, the fewer points has one who is told to be behind them all.
        more = range(field.lost, -1, -1) if outcomes & {"entries", "last", "less"} else (0,)
        ways = [
            _by_scale([row for row, _ in rows], clause, scale, dead_heat, lost)
            for rows in field.ways()
            for scale in scales
            for lost in more
        ]
    return ways[0] if len(ways) == 1 else [_at_least_as_told(limits) for limits in zip(*ways, strict=True)]


def _at_least_as_told(ways: Sequence[Limits]) -> Limits:
    """As told, and at most what the best way gives: no scale gives more for a worse place or for fewer starters."""
    known = [most for _, most in ways if most is not None]
    return ways[0][0], max(known) if len(known) == len(ways) else None


def _scales(clause: AwardRule, field: Field) -> Collection[Scale]:
    """The scales that may be meant: several, where it turns on how many started and that is not told."""
    if clause.scale is not None:
        return (clause.scale,)
    told = sum(scores and row.status not in ("DNS", "unknown") for row, scores in field.rows)
    perhaps = field.starters + sum(scores and row.status == "unknown" for row, scores in field.rows)
    return {_scale(clause, starters): None for starters in range(told, told + perhaps + 1)}


def _scale(clause: AwardRule, starters: int) -> Scale:
    fitting = [option for option in clause.by_starters if starters >= option.least]
    return max(fitting, key=lambda option: option.least).scale if fitting else Scale()


def _by_function(deal: Extension, rows: Sequence[Classified]) -> Sequence[Limits]:
    given = deal(rows)
    return [(points, points) for row in rows for points in (given.get(row.entry, 0),)]


def _by_scale(
    rows: Sequence[Classified], clause: AwardRule, scale: Scale, dead_heat: str, lost: int
) -> Sequence[Limits]:
    """What each car gets by its place or its status. ``lost``: so many more cars were there."""
    sharing: dict[int, int] = {}
    for row in rows:
        if row.place is not None and row.status == "classified":
            sharing[row.place] = sharing.get(row.place, 0) + 1

    def at(place: int) -> Points | None:
        level = sharing.get(place, 1)
        if level == 1 or dead_heat == "full":
            return scale.at(place)
        shared = [worth for index in range(level) if (worth := scale.at(place + index)) is not None]
        return plain(Fraction(sum(shared), level)) if len(shared) == level else None

    def limits(row: Classified) -> Limits:
        points = points_for(row, clause, at, len(rows) + lost, last + lost)
        if points is not None or row.place is None or row.status != "classified":
            return points, points
        return None, scale.most(row.place)

    last = last_place(rows)
    return [limits(row) for row in rows]


def _shortened(meeting: Meeting, standing: Standing, stage: Stage, session: str) -> Shortened | None:
    """What the rules make of a session that did not go its distance; None if it did, or they make nothing of it."""
    run = next((event for event in meeting.round.of(SessionShortened) if event.session == session), None)
    if run is None:
        return None
    for rule in meeting.rules.shortened:
        fits = rule.least <= run.completed and (rule.below is None or run.completed < rule.below)
        stopped = not (rule.unless_resumed and run.resumed)
        if stage.id in rule.stages and fits and stopped and (not rule.standings or standing.id in rule.standings):
            return rule
    return None


# --- competitors -----------------------------------------------------------------------------


def _factor(meeting: Meeting, standing: Standing) -> Points:
    """By how much the points of the round are multiplied."""
    scheduled, number = meeting.round.scheduled, meeting.round.number
    factor: Points = 1 if scheduled is None else scheduled.coefficient
    for rule in meeting.rules.multipliers:
        meant = number in rule.rounds or meeting.rounds_left < rule.last
        if meant and (not rule.standings or standing.id in rule.standings):
            factor = factor * rule.factor
    return factor


def _belonging(deal: Deal, factor: Points, meeting: Meeting, standing: Standing) -> Iterator[Award]:
    """The awards of those to whom a car's points belong."""
    if not deal.points:
        return
    roster = meeting.rosters[standing.id]
    if roster.nobodys(deal.entry, deal.drivers):
        return
    owners = roster.owners(deal.entry, deal.drivers)
    amount, clause = deal.points, deal.clause
    if factor != 1:
        amount, clause = plain(Fraction(amount * factor)), f"{clause}, times {points_text(factor)}"
    if len(owners) > 1 and standing.crew == "share":
        amount, clause = plain(Fraction(amount, len(owners))), f"{clause}, a part of {points_text(amount)}"
    for owner in owners:
        yield Award(
            standing.id, owner, amount, meeting.round.number, deal.stage, deal.session, clause, deal.cite,
            deal.entry, deal.events, deal.inferred,
        )  # fmt: skip


def _best_cars(awards: Sequence[Award], cars: int) -> list[Award]:
    """The awards of each competitor's best cars of the round."""
    sums: dict[str, dict[str, Points]] = {}
    for award in awards:
        mine = sums.setdefault(award.competitor, {})
        mine[award.entry] = mine.get(award.entry, 0) + award.points
    best = {competitor: sorted(mine, key=lambda entry: (-mine[entry], entry)) for competitor, mine in sums.items()}
    return [award for award in awards if award.entry in best[award.competitor][:cars]]


def _best_share(awards: Sequence[Award]) -> list[Award]:
    """Of several cars that one driver shared in a session, the one that gives him most."""
    best: dict[tuple[str, str, str], Award] = {}
    for award in awards:
        key = award.competitor, award.stage, award.session
        if key not in best or award.points > best[key].points:
            best[key] = award
    return list(best.values())
