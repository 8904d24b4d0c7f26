"""Dealing points: which car gets what for its place, and to whom the points belong.

First the cars: a standing's rules look at a classification as if those who do not score in it were not there
(or hold their places), and deal points by place and status. Then the competitors: the driver, the crew, the
team or the make of each car.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from rxscore.events import Points, SessionShortened, plain, points_text
from rxscore.rulesets import AwardRule, Scale, Shortened, Stage, Standing
from rxscore.scoring.bonuses import bonuses
from rxscore.scoring.eligibility import Roster, Seen
from rxscore.scoring.lookup import contests_of
from rxscore.scoring.meeting import Deal, Meeting
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
    """By competitor, what he got at most where no source tells how many points it was; none, if that is open too."""
    factor = _factor(meeting, standing)
    found: dict[str, list[Bound | None]] = {}
    for deal in deals:
        if deal.points is None:
            bound = None if deal.most is None else Bound(deal.stage, deal.session, plain(Fraction(deal.most * factor)))
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
    for field, rows in roster.fields(contest.rows, _classified_in(clause.if_classified, meeting)):
        points = _points(meeting, clause, rows, None if shortened is None else shortened.scale)
        # A stage of one session is called by its name: "Final" says more than "F".
        session = contest.session if len(stage.sessions) > 1 or not stage.title else ""
        where = " ".join(filter(None, (field, session or stage.title or stage.id)))
        for (row, scores), amount in zip(rows, points, strict=True):
            if amount is not None and factor is not None:
                amount = plain(Fraction(amount * factor))
            if scores and amount != 0:
                place = row.status if row.place is None else ordinal(row.place)
                most = amount if amount is not None or factor is not None else _most(clause, row)
                yield Deal(
                    row.entry, row.drivers, amount, stage.id, contest.session, f"{place} in {where}", cite,
                    row.events, row.inferred, most,
                )  # fmt: skip


def _most(clause: AwardRule, row: Classified) -> Points | None:
    """The most that a place can be worth whose points no source tells; None where that cannot be told either."""
    placed = row.place is not None and row.status == "classified"
    return None if clause.scale is None or not placed else clause.scale.most(row.place or 0)


def _classified_in(stage: str, meeting: Meeting) -> frozenset[str] | None:
    """Those with a place in a stage on which a clause insists; None where it insists on nothing."""
    needed = meeting.stages.get(stage) if stage else None
    return None if needed is None else frozenset(row.entry for row in needed.rows if row.place)


def _points(meeting: Meeting, clause: AwardRule, rows: Seen, instead: Scale | None) -> Sequence[Points | None]:
    """What a clause gives each of the cars that a standing sees. ``instead``: another scale than the clause's."""
    if clause.function:
        given = meeting.extensions[clause.function]([row for row, _ in rows])
        return [given.get(row.entry, 0) for row, _ in rows]
    return _by_scale([row for row, _ in rows], clause, instead or _scale(clause, rows), meeting.rules.dead_heat)


def _scale(clause: AwardRule, rows: Seen) -> Scale:
    if clause.scale is not None:
        return clause.scale
    starters = sum(scores and row.status != "DNS" for row, scores in rows)
    fitting = [option for option in clause.by_starters if starters >= option.least]
    return max(fitting, key=lambda option: option.least).scale if fitting else Scale()


def _by_scale(rows: Sequence[Classified], clause: AwardRule, scale: Scale, dead_heat: str) -> list[Points | None]:
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

    last = last_place(rows)
    return [points_for(row, clause, at, len(rows), last) for row in rows]


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
    if deal.points is None:
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
