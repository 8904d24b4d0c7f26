"""What is needed before the last contest of a season, place by place.

Every answer is the engine's: the contest is played with the competitor in one place and a rival in another, and the
table says who is ahead.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal

from attrs import frozen

from rxscore.events import FeatBy, FeatRecorded, Result, SessionResults
from rxscore.problems import UserError
from rxscore.rulesets import Ruleset, Standing
from rxscore.scoring import Rulebook, Scored, Table, score
from rxscore.scoring.stages import classify
from rxscore.season import Season
from rxscore.title.inside import listed_at_start
from rxscore.title.passing import at_once
from rxscore.title.play import fed, field_of, sessions_of, through
from rxscore.title.tally import outlook


@frozen
class Line:
    """One place of the competitor, and what it asks of each rival who starts.

    ``place``: None where he does not start. ``rivals``: by rival, the best place that does him no harm (1: any place;
    None: every place does), if no feat is achieved. ``enough``: he has the position whatever happens, also if feats are
    achieved by others. ``possible``: he can still take it, if not otherwise by achieving all feats himself.
    """

    place: int | None
    rivals: Mapping[str, int | None]
    enough: bool
    possible: bool


@frozen(eq=False)
class LastContest:
    """What a competitor needs in the last contest of a season.

    ``open``: those who matter of whom facts are missing; only what is known of them counts. ``feats``: those that can
    still be achieved and are worth points.
    """

    competitor: str
    position: int
    round: int
    session: str
    starters: tuple[str, ...]
    lines: tuple[Line, ...]
    open: frozenset[str]
    feats: tuple[str, ...] = ()


class SeveralCarsError(UserError):
    """A competitor has several cars in the contest, so that no one place is his."""


def last_contest(
    season: Season,
    rules: Rulebook,
    standing: Standing,
    competitor: str,
    later: Season | None = None,
    position: int = 1,
) -> LastContest | None:
    """What a competitor needs in the one contest that is left; None where there are more, or none.

    ``later``: the season with what happened then, from which who started is taken where the rest of the log does not
    say who had qualified (archives are patchy; who starts is known before the start). ``position``: this one or a
    better one is wanted.

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
    feats = tuple(_feats(season, rules.of(number), standing, number, session))
    asking = _Asking(base, rules, standing, number, session, starters, competitor, cars, feats)
    places: list[int | None] = [None] if competitor not in cars else list(range(1, len(starters) + 1))
    plain = _asked(asking, rivals, places, "nobody")
    against, helped = (_asked(asking, rivals, places, whose) if feats else plain for whose in ("rival", "own"))
    lines = tuple(
        Line(
            place,
            {rival: plain[rival][index] for rival in rivals if rival in cars},
            _most_ahead(asking, place, {one: asked[index] for one, asked in plain.items()},
                        {one: asked[index] for one, asked in against.items()}) < position,
            _least_ahead(asking, place, {one: asked[index] for one, asked in helped.items()}) < position,
        )
        for index, place in enumerate(places)
    )  # fmt: skip
    doubts = _in_doubt(base, rules, standing, competitor, cars)
    return LastContest(competitor, position, number, session, starters, lines, doubts, tuple(one for one, _ in feats))


def _feats(season: Season, rules: Ruleset, standing: Standing, number: int, session: str) -> Iterator[tuple[str, str]]:
    """The feats that are worth points and that nobody is known to have achieved yet, each with its session."""
    known = {(one.feat, one.session) for one in season.rounds[number].of(FeatRecorded)}
    source = standing.points_of or standing.id
    for bonus in rules.bonuses:
        if source in bonus.award and bonus.session in ("", session) and (bonus.feat, bonus.session) not in known:
            yield bonus.feat, bonus.session


def contests_left(season: Season, rules: Rulebook) -> int:
    """How many sessions of the season have no results yet."""
    return len(_left(season, rules))


def last_contenders(
    season: Season, rules: Rulebook, standing: Standing, later: Season | None = None, position: int = 1
) -> tuple[LastContest, ...]:
    """What everybody needs who can still take the position in the one contest that is left; the best placed first.

    ``later`` and ``position``: as in ``last_contest``, and so are the errors raised.
    """
    number, session = _left(season, rules)[0]
    starters = _starters(season, later or season, rules.of(number), number, session)
    cars = {owner: entry for entry, owner in _owners(season, standing, number, starters).items()}
    base = score(season, rules)
    now = {row.competitor: row.points for row in base.table(standing.id).rows if row.position is not None}
    feats = tuple(_feats(season, rules.of(number), standing, number, session))
    found = []
    for name in dict.fromkeys([*now, *cars]):
        asking = _Asking(base, rules, standing, number, session, starters, name, cars, feats)
        row = asking.table("", 1 if name in cars else None, None, "own").row(name)
        ahead = sum(points > row.points for one, points in now.items() if one != name) if row is not None else position
        if standing.order == "low" or ahead < position:
            contest = last_contest(season, rules, standing, name, later, position)
            if contest is not None and any(line.possible for line in contest.lines):
                found.append(contest)
    return tuple(found)


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
    found = found or listed_at_start(later.rounds[number], session)
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
            raise SeveralCarsError("what is needed place by place can be told only where each competitor has one car")
        if mine:
            owners[entry] = mine[0]
    return owners


FeatsOf = Literal["nobody", "rival", "own"]
"""Who achieves the feats: nobody who matters, the rival, or the competitor himself."""


@frozen(eq=False)
class _Asking:
    """The last contest, to be played in any order. ``cars``: by owner, the one that starts."""

    base: Scored
    rules: Rulebook
    standing: Standing
    number: int
    session: str
    starters: tuple[str, ...]
    competitor: str
    cars: Mapping[str, str]
    feats: tuple[tuple[str, str], ...]

    def not_behind(self, rival: str, mine: int | None, his: int | None, feats_of: FeatsOf) -> bool:
        """Whether the competitor has as good a position as the rival, with the two in these places."""
        table = self.table(rival, mine, his, feats_of)
        mine_, his_ = table.row(self.competitor), table.row(rival)
        if mine_ is None or mine_.position is None:
            return False
        return his_ is None or his_.position is None or mine_.position <= his_.position

    def table(self, rival: str, mine: int | None, his: int | None, feats_of: FeatsOf) -> Table:
        """The table with the competitor and a rival in these places."""
        at = {place: self.cars[name] for place, name in ((mine, self.competitor), (his, rival)) if place is not None}
        others = iter([entry for entry in self.starters if entry not in at.values()])
        order = [at.get(place) or next(others) for place in range(1, len(self.starters) + 1)]
        rows = tuple(Result(entry, place) for place, entry in enumerate(order, start=1))
        known = max(event.known for event in self.base.season.events.values())
        season = self.base.season.apply(
            SessionResults(id="title:last", known=known, round=self.number, session=self.session, rows=rows)
        )
        by = self.cars.get({"nobody": "", "rival": rival, "own": self.competitor}[feats_of])
        for index, (feat, session) in enumerate(self.feats if by is not None else ()):
            season = season.apply(FeatRecorded(id=f"title:feat:{index}", known=known, round=self.number, feat=feat,
                                               session=session, rows=(FeatBy(by or ""),)))  # fmt: skip
        return score(season, self.rules, self.base).table(self.standing.id)

    def free(self, place: int | None) -> list[int]:
        """The places left for the others, the best first."""
        return [spot for spot in range(1, len(self.starters) + 1) if spot != place]


def _asked(
    asking: _Asking, rivals: Sequence[str], places: Sequence[int | None], feats_of: FeatsOf
) -> Mapping[str, list[int | None]]:
    """By rival, for each place of the competitor, the best place of the rival that leaves him not ahead.

    1: any (or he does not start and is not ahead); None: he is ahead in any.
    """
    return {rival: _asked_of(asking, rival, places, feats_of) for rival in rivals}


def _asked_of(asking: _Asking, rival: str, places: Sequence[int | None], feats_of: FeatsOf) -> list[int | None]:
    first, last = places[0], places[-1]
    if rival not in asking.cars:
        return [1 if asking.not_behind(rival, place, None, feats_of) else None for place in places]
    # Most rivals are out of reach one way or the other: then two questions are enough.
    if asking.not_behind(rival, last, asking.free(last)[0], feats_of):
        return [1] * len(places)
    if not asking.not_behind(rival, first, asking.free(first)[-1], feats_of):
        return [None] * len(places)
    found: list[int | None] = []
    for place in places:
        free = asking.free(place)
        # The further back the rival, the better: the first place that does no harm is found by halving.
        low, high = 0, len(free)
        while low < high:
            middle = (low + high) // 2
            if asking.not_behind(rival, place, free[middle], feats_of):
                high = middle
            else:
                low = middle + 1
        found.append(None if low == len(free) else (1 if low == 0 else free[low]))
    return found


def _most_ahead(
    asking: _Asking,
    place: int | None,
    plain: Mapping[str, int | None],
    against: Mapping[str, int | None],
) -> int:
    """How many can be ahead at once, whoever of them achieves the feats."""
    limits = {rival: _limit(asking, place, rival, asked) for rival, asked in plain.items()}
    fixed = sum(asked is None and rival not in asking.cars for rival, asked in plain.items())
    most = at_once(limits.values())
    several = len(asking.feats) > 1
    for rival in limits:
        # One feat helps one rival; of several feats each may help another: then all are taken to be helped.
        helped = against if several else {rival: against[rival]}
        more = {one: _limit(asking, place, one, asked) for one, asked in helped.items()}
        if more != {one: limits[one] for one in more}:
            most = max(most, at_once({**limits, **more}.values()))
    return fixed + most


def _least_ahead(asking: _Asking, place: int | None, helped: Mapping[str, int | None]) -> int:
    """How many are ahead at least: all those who cannot be kept behind at once."""
    size = len(asking.free(place))
    behind = {
        rival: size - _limit(asking, place, rival, asked) for rival, asked in helped.items() if rival in asking.cars
    }
    fixed = sum(asked is None and rival not in asking.cars for rival, asked in helped.items())
    return fixed + len(behind) - at_once(behind.values())


def _limit(asking: _Asking, place: int | None, rival: str, asked: int | None) -> int:
    """In how many of the places that are left, the best first, a rival would be ahead."""
    if rival not in asking.cars:
        return 0
    free = asking.free(place)
    return len(free) if asked is None else sum(spot < asked for spot in free)
