"""What is needed: before the last contest of a season, place by place; before that, in points.

Before the last contest every answer is the engine's: the contest is played with the competitor in one place and a rival
in another, and the table says who is ahead.
"""

from collections.abc import Collection, Mapping, Sequence

from attrs import frozen

from rxscore.events import Points, Result, SessionResults, plain
from rxscore.problems import UserError
from rxscore.rulesets import Ruleset, Standing
from rxscore.scoring import Rulebook, Scored, score
from rxscore.scoring.stages import classify
from rxscore.season import Season
from rxscore.title.chances import Prospects
from rxscore.title.inside import decided_by
from rxscore.title.play import cut, fed, field_of, sessions_of, through, to_come
from rxscore.title.tally import outlook


@frozen
class Line:
    """One place of the competitor, and what it asks of each rival who starts.

    ``place``: None where he does not start. ``rivals``: by rival, the best place that does him no harm (1: any place;
    None: every place does). ``enough``: he is first whatever happens. ``possible``: he can still be first.
    """

    place: int | None
    rivals: Mapping[str, int | None]
    enough: bool
    possible: bool


@frozen(eq=False)
class LastContest:
    """What a competitor needs in the last contest of a season.

    ``open``: those who matter of whom facts are missing; only what is known of them counts.
    """

    competitor: str
    round: int
    session: str
    starters: tuple[str, ...]
    lines: tuple[Line, ...]
    open: frozenset[str]


@frozen
class Margin:
    """What a competitor needs against one rival: how many points more than he himself the rival may score.

    ``most``: the most that the rival can still get.
    """

    rival: str
    points: Points
    most: Points


@frozen(eq=False)
class Margins:
    """What a competitor needs with several contests to come, in points. Nothing may be dropped.

    ``enough``: with so many more points he is first whatever happens (None: he cannot get so many). ``least``: with
    fewer he cannot be. ``most``: the most he can get.
    """

    competitor: str
    rounds: tuple[int, ...]
    margins: tuple[Margin, ...]
    enough: Points | None
    least: Points
    most: Points
    open: frozenset[str]


def before_session(season: Season, rules: Rulebook, after: int, session: str) -> tuple[Season, int]:
    """The season before a session of the round after ``after``, and that round.

    Raises UserError if there is no such round, or no such session in it.
    """
    following = min((number for number in season.numbers if number > after), default=None)
    if following is None:
        raise UserError(f"there is no round after round {after}")
    here = rules.of(following)
    planned = sessions_of(season, here, following)
    if session not in planned:
        raise UserError(f"round {following} has no session {session!r}; its sessions are {', '.join(planned)}")
    over = planned[: planned.index(session)]
    return cut(season, after, [*over, *decided_by(over, planned, here)]), following


def last_contest(
    season: Season, rules: Rulebook, standing: Standing, competitor: str, later: Season | None = None
) -> LastContest | None:
    """What a competitor needs in the one contest that is left; None where there are more, or none.

    ``later``: the season with what happened then, from which who started is taken where the rest of the log does not
    say who had qualified (archives are patchy; who starts is known before the start).

    Raises UserError where who starts is not known, or several cars score for one competitor.
    """
    left = _left(season, rules)
    if len(left) != 1:
        return None
    number, session = left[0]
    starters = _starters(season, later or season, rules.of(number), number, session)
    owners = _owners(season, standing, number, starters)
    base = score(season, rules)
    table = base.table(standing.id)
    names = [row.competitor for row in table.rows if row.position is not None]
    rivals = [name for name in dict.fromkeys([*names, *owners.values()]) if name != competitor]
    cars = {owner: entry for entry, owner in owners.items()}
    asking = _Asking(base, rules, standing, number, session, starters)
    places = [None] if competitor not in cars else list(range(1, len(starters) + 1))
    lines = tuple(_line(asking, competitor, place, rivals, cars) for place in places)
    return LastContest(competitor, number, session, starters, lines, _in_doubt(base, rules, standing, competitor, cars))


def _in_doubt(
    base: Scored, rules: Rulebook, standing: Standing, competitor: str, cars: Collection[str]
) -> frozenset[str]:
    """Those of whom facts are missing that may matter: they start, or may have passed the competitor already."""
    holdings = outlook(base, rules, standing).holdings
    mine = holdings[competitor].always if competitor in holdings else 0
    return frozenset(
        name
        for name, one in holdings.items()
        if one.doubt and (name in cars or name == competitor or one.always + one.doubt >= mine)
    )


def _left(season: Season, rules: Rulebook) -> list[tuple[int, str]]:
    """The sessions of the season that have no results yet, round by round."""
    left = []
    for number in season.numbers:
        round_ = season.rounds[number]
        if round_.scheduled is None or round_.cancelled:
            continue
        run = {event.session for event in round_.of(SessionResults)}
        if not round_.held or run:
            # A round of which only classifications or points are known is over.
            last = number == season.numbers[-1]
            planned = sessions_of(season, rules.of(number), number) if not round_.held or last else ()
            left += [(number, session) for session in planned if session not in run]
    return left


def _starters(season: Season, later: Season, rules: Ruleset, number: int, session: str) -> tuple[str, ...]:
    if not fed(session, rules):
        return field_of(season, number)
    found = tuple(through(session, classify(season.rounds[number], rules, {})[0], rules))
    results = [event for event in later.rounds[number].of(SessionResults) if event.session == session]
    if not found:
        found = tuple(row.entry for event in results if event.complete for row in event.rows if row.status != "DNS")
    if not found:
        raise UserError(f"who starts in {session} of round {number} cannot be told from the log")
    return found


def _owners(season: Season, standing: Standing, number: int, starters: Sequence[str]) -> dict[str, str]:
    """Whose points each starter scores; one car each."""
    from rxscore.scoring.eligibility import roster

    filed = {one.entry: one for one in season.entered(number) if one.entry in starters}
    filed |= {entry: one for entry in starters if (one := season.entry(entry, number)) is not None}
    here = roster(season, number, standing, filed)
    owners: dict[str, str] = {}
    for entry in starters:
        mine = here.owners(entry) if here.scores(entry) else ()
        if len(mine) > 1 or (mine and mine[0] in owners.values()):
            raise UserError("what is needed place by place can be told only where each competitor has one car")
        if mine:
            owners[entry] = mine[0]
    return owners


@frozen(eq=False)
class _Asking:
    """The last contest, to be played in any order."""

    base: Scored
    rules: Rulebook
    standing: Standing
    number: int
    session: str
    starters: tuple[str, ...]

    def not_behind(self, competitor: str, rival: str, at: Mapping[int, str]) -> bool:
        """Whether the competitor has as good a place as the rival, with cars in the places given."""
        others = iter([entry for entry in self.starters if entry not in at.values()])
        order = [at.get(place) or next(others) for place in range(1, len(self.starters) + 1)]
        rows = tuple(Result(entry, place) for place, entry in enumerate(order, start=1))
        known = max(event.known for event in self.base.season.events.values())
        event = SessionResults(id="title:last", known=known, round=self.number, session=self.session, rows=rows)
        table = score(self.base.season.apply(event), self.rules, self.base).table(self.standing.id)
        mine, his = table.row(competitor), table.row(rival)
        if mine is None or mine.position is None:
            return False
        return his is None or his.position is None or mine.position <= his.position


def _line(asking: _Asking, competitor: str, place: int | None, rivals: Sequence[str], cars: Mapping[str, str]) -> Line:
    size = len(asking.starters)
    mine = {} if place is None else {place: cars[competitor]}
    asked: dict[str, int | None] = {}
    beaten = True
    for rival in rivals:
        if rival not in cars:
            beaten = beaten and asking.not_behind(competitor, rival, mine)
            continue
        free = [spot for spot in range(1, size + 1) if spot != place]
        # The further back the rival, the better: the first place that does no harm is found by halving.
        low, high = 0, len(free)
        while low < high:
            middle = (low + high) // 2
            if asking.not_behind(competitor, rival, {**mine, free[middle]: cars[rival]}):
                high = middle
            else:
                low = middle + 1
        asked[rival] = None if low == len(free) else (1 if low == 0 else free[low])
    enough = beaten and all(spot == 1 for spot in asked.values())
    possible = beaten and None not in asked.values() and _fits(list(asked.values()), place, size)
    return Line(place, asked, enough, possible)


def _fits(least: Sequence[int | None], place: int | None, size: int) -> bool:
    """Whether all rivals can be that far back at once: each in a place of his own."""
    free = [spot for spot in range(1, size + 1) if spot != place]
    for wanted in sorted((spot or 1 for spot in least), reverse=True):
        if not free or free[-1] < wanted:
            return False
        free.pop()
    return True


def margins(prospects: Prospects, season: Season, competitor: str) -> Margins:
    """What a competitor needs with whole rounds to come. ``season``: cut after some round.

    Raises UserError where scores may be dropped, so that points now are not points in the end.
    """
    standing = prospects.standing
    if standing.counts or standing.order == "low":
        raise UserError("with scores that may be dropped, points do not say what is needed; rxscore title does")
    after = max((number for number in season.numbers if season.rounds[number].held), default=0)
    view = prospects.outlook(after)
    unsound = next((one.because for one in view.rounds if not one.sound), "")
    if unsound:
        raise UserError(f"what is needed cannot be told: {unsound}")
    if competitor not in view.rivals:
        raise UserError(f"{competitor!r} has no part in {standing.id!r}")

    def points(units: int) -> Points:
        from fractions import Fraction

        return plain(Fraction(units, view.unit))

    mine = view.holdings[competitor]
    _, most = view.bounds(competitor)
    found, ceiling, floor = [], 0, 0
    for rival in view.rivals:
        if rival == competitor:
            continue
        his = view.holdings[rival]
        low, high = view.bounds(rival)
        ceiling, floor = max(ceiling, high + his.doubt), max(floor, low)
        if high + his.doubt >= mine.always:
            found.append(Margin(rival, points(mine.always - his.always - his.doubt), points(high - his.always)))
    found.sort(key=lambda one: (one.points, one.rival))
    enough = max(ceiling + 1 - mine.always, 0)
    return Margins(
        competitor,
        tuple(to_come(season)),
        tuple(found),
        points(enough) if enough <= most - mine.always else None,
        points(max(floor - mine.always, 0)),
        points(most - mine.always),
        frozenset(name for name, one in view.holdings.items() if one.doubt),
    )
