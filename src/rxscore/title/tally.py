"""What every competitor has, what each can still get, and between which bounds each will end. Exact, in whole units."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from math import lcm

from attrs import field, frozen

from rxscore.events import Points
from rxscore.rulesets import Standing
from rxscore.scoring import Rulebook, Scored, score
from rxscore.scoring.accounts import Account, Plan, plan
from rxscore.scoring.parts import looked_at
from rxscore.scoring.standings import exclusions
from rxscore.season import Season
from rxscore.title.contests import RoundToCome, ToCome, given_often, round_to_come
from rxscore.title.inside import before_session
from rxscore.title.play import cut, field_of, to_come
from rxscore.title.untold import ANYTHING, absent_or_not, doubts, overstated, perhaps_started
from rxscore.whatif.doubt import unplaced

Cache = dict[tuple[int, tuple[str, ...], frozenset[str]], RoundToCome]
"""Rounds to come, by their number, field, and the bonuses that were given more than once in a round."""


@frozen
class Pot:
    """Scores of which only some count: those there are (in units), and how many may count besides ``bound`` ones."""

    scores: tuple[int, ...] = ()
    bound: int = 0
    room: int = 0


@frozen
class Holding:
    """What a competitor has. ``always`` counts in any case; ``pots``: by count clause, what may be dropped.

    ``doubt``: so much more he may have, where facts are missing.
    """

    competitor: str
    always: int
    pots: tuple[Pot, ...]
    doubt: int = 0
    account: Account | None = None


@frozen
class Outlook:
    """A standing after some round: what everybody has, and the rounds to come. Points in units of 1/``unit``.

    ``barred``: who is excluded from it. ``unplaced``: of whom places are missing that may decide a tie. ``begun``: the
    season with what is over of the first round to come, if that has begun.
    """

    base: Scored
    rules: Rulebook
    standing: Standing
    plan: Plan
    unit: int
    rounds: tuple[RoundToCome, ...]
    holdings: Mapping[str, Holding]
    barred: frozenset[str] = frozenset()
    unplaced: frozenset[str] = frozenset()
    begun: Scored | None = None

    @property
    def known(self) -> Scored:
        """All that is known, from where the season goes on."""
        return self.base if self.begun is None else self.begun

    @property
    def rivals(self) -> list[str]:
        """Everybody who has a place in the standing, or can still get one."""
        return sorted(name for name in self.holdings if name not in self.barred)

    @cached_property
    def because(self) -> str:
        """Why nothing can be proved of the points, in words; empty, if it can."""
        to_come = next((round_.because for round_ in self.rounds if not round_.sound), "")
        return to_come or overstated(self.base, self.standing)

    @cached_property
    def all_day(self) -> Sequence[Sequence[int]]:
        """By round to come, what each place is worth in all its contests together, if the cars keep one order."""
        return [
            [
                self.worth(sum(round_.contests[index].points[place - 1] for index, place in seats))
                for seats in round_.ranks
            ]
            for round_ in self.rounds
        ]

    @cached_property
    def unsure(self) -> frozenset[str]:
        """Of whom facts are missing, be it only places that decide ties, or whether he has a place at all."""
        lost = self.unplaced | self.unseen
        return frozenset(
            name
            for name, one in self.holdings.items()
            if one.doubt or name in lost or (one.account is not None and one.account.uncertain)
        )

    @cached_property
    def unseen(self) -> frozenset[str]:
        """Who may have started in a round not fully known, and has nothing else to show: a row without points."""
        found = perhaps_started(self.base, self.standing) - self.barred - self.listed
        return frozenset(name for name in found if name not in self.holdings or self.so_far(name) <= 0)

    @cached_property
    def listed(self) -> frozenset[str]:
        """Who is in the table however the season goes, with points or without; the others, only with points."""
        return frozenset(name for name in self.holdings if self._is_listed(name))

    def _is_listed(self, competitor: str) -> bool:
        account = self.holdings[competitor].account
        if self.standing.appears == "scored":
            return False
        return (account is not None and account.listed) or any(
            contest.session and not contest.sources and not contest.others
            for round_ in self.rounds
            if round_.cars(competitor) or competitor in round_.sharing
            for contest in round_.contests
            if not self.standing.appears_in or contest.stage in self.standing.appears_in
        )

    def unlimited(self, competitor: str) -> bool:
        """Whether nothing is known that limits what he may have besides."""
        return self.holdings[competitor].doubt >= self.worth(ANYTHING)

    def worth(self, points: Points) -> int:
        """Points in units."""
        return int(Fraction(points) * self.unit)

    def pot_of(self, number: int, stage: str) -> int | None:
        """The count clause under which points of a round and stage may be dropped, or None if they always count."""
        for index, clause in enumerate(self.plan.clauses):
            if number in clause.rounds and (not clause.count.stages or stage in clause.count.stages):
                return index
        return None

    def counted(self, holding: Holding, always: int, added: Mapping[int, Sequence[int]]) -> int:
        """The total of one who gets ``always`` and, by count clause, the scores ``added``."""
        total = holding.always + always
        for index, pot in enumerate(holding.pots):
            best = sorted((*pot.scores, *added.get(index, ())), reverse=True)
            total += pot.bound + sum(best[: pot.room])
        return total

    def so_far(self, competitor: str) -> int:
        """What a competitor has for certain, with what is over of a round that has begun."""
        dealt = ((one.number, *points) for one in self.rounds for points in self._dealt(one, competitor))
        return self._with(competitor, dealt)

    def bounds(self, competitor: str) -> tuple[int, int]:
        """The least and the most a competitor can end with, whoever else does what; ``doubt`` is not in them."""
        least, most = (
            self._with(
                competitor, ((one.number, *won) for one in self.rounds for won in self._won(one, competitor, best))
            )
            for best in (False, True)
        )
        return least, most

    def _with(self, competitor: str, got: Iterable[tuple[int, str, str, int]]) -> int:
        """The total of a competitor who gets so much more: round, stage (or bonus), session and points in units."""
        always, units = 0, dict[tuple[int, int, str], int]()
        for number, stage, session, points in got:
            unit = self.unit_of(number, stage, session)
            if unit is None:
                always += points
            else:
                units[number, *unit] = units.get((number, *unit), 0) + points
        added: dict[int, list[int]] = {}
        for (_, index, _), points in units.items():
            added.setdefault(index, []).append(points)
        return self.counted(self.holdings[competitor], always, added)

    def _dealt(self, round_: RoundToCome, competitor: str) -> Iterable[tuple[str, str, int]]:
        for stage, session, points in round_.dealt.get(competitor, ()):
            yield stage, session, self.worth(points)

    def _won(self, round_: RoundToCome, competitor: str, best: bool) -> Iterable[tuple[str, str, int]]:
        """By stage (or bonus) and session, what a competitor gets who wins all he can, or nothing he need not."""
        yield from self._dealt(round_, competitor)
        cars = round_.cars(competitor)
        shares = self._shares(round_, competitor, cars)
        if not shares:
            return
        to_come = [contest for contest in round_.contests if contest.known is None]
        for stage, contests in groupby(to_come, key=lambda contest: contest.stage):
            for group in _pooled(list(contests)):
                known = [round_.starters(contest) for contest in group]
                there = [car for car in cars if any(mine is None or car in mine for mine in known)]
                mine = shares if len(there) == len(cars) else self._shares(round_, competitor, there)
                for share, points in zip(mine, _taken(group, len(mine), round_.scoring, best), strict=True):
                    yield stage, group[0].session, self.worth(points * share)
        for feat in round_.feats:
            yield feat.bonus, feat.session, self.worth(feat.points * shares[0]) if best else 0

    def _shares(self, round_: RoundToCome, competitor: str, cars: Iterable[str]) -> list[Fraction]:
        """Which share of each car's points he gets, the largest first."""
        return sorted(
            (share for car in cars for owner, share in round_.owners[car] if owner == competitor), reverse=True
        )

    def unit_of(self, number: int, stage: str, session: str) -> tuple[int, str] | None:
        """What is kept or dropped together with points of a round, stage and session; None, if they always count.

        The count clause, and the session; no session, where whole rounds are kept or dropped.
        """
        index = self.pot_of(number, stage)
        if index is None:
            return None
        return index, session if self.plan.clauses[index].count.unit == "session" else ""


def _pooled(contests: list[ToCome]) -> Iterable[list[ToCome]]:
    """The contests of a stage, those together in only one of which a car can start (two semi-finals)."""
    seats = [seat for contest in contests for seat in contest.sources]
    apart = len({contest for contest, _ in seats}) == 1 and len(set(seats)) == len(seats)
    if apart and not any(contest.others for contest in contests):
        return [contests]
    return [[contest] for contest in contests]


def _taken(group: Sequence[ToCome], cars: int, scoring: int | None, best: bool) -> list[Points]:
    """What so many cars take at best, or at worst (nothing, where one need not even start).

    ``scoring``: how many of them score in a contest.
    """
    limit = cars if scoring is None else min(cars, scoring)
    if best:
        points = [points for contest in group for points in sorted(contest.points, reverse=True)[:limit]]
        taken = sorted(points, reverse=True)[:cars]
    elif any(contest.sources or contest.others for contest in group):
        taken = []
    else:
        # At the back come all of them; those of them that score are the first.
        taken = sorted(points for contest in group for points in contest.points)[:cars][-limit:]
    return [*taken, *[0] * (cars - len(taken))]


def outlook(
    base: Scored,
    rules: Rulebook,
    standing: Standing,
    cache: Cache | None = None,
    begun: Scored | None = None,
) -> Outlook:
    """What there is to be won in a standing from here on. ``base``: the season cut after some round, scored.

    ``cache``: rounds to come, found before for the same season, standing and field. ``begun``: the same with what is
    over of the next round, if that has begun.
    """
    cache = {} if cache is None else cache
    ties = looked_at(standing, rules.season.winner)
    rounds = []
    for number in to_come(base.season):
        often = given_often(base.season, rules.of(number).bonuses)
        if begun is not None and begun.round(number) is not None:
            rounds.append(round_to_come(begun, rules, standing, number, ties, often))
            continue
        key = number, field_of(base.season, number), often
        if key not in cache:
            cache[key] = round_to_come(base, rules, standing, number, ties, often)
        rounds.append(cache[key])
    mine = plan(base.season, rules.season, standing)
    accounts = base.accounts(standing.id)
    names = {*accounts, *(owner for one in rounds for owners in one.owners.values() for owner, _ in owners)}
    names |= {name for one in rounds for name in one.dealt}
    names |= {name for one in rounds for name in one.sharing}
    barred = frozenset(exclusions(base.season, standing))
    vague = {name for name, one in accounts.items() if one.pending} | set(absent_or_not(base, standing, mine))
    doubt = {**doubts(base, standing), **dict.fromkeys(vague, ANYTHING)}
    unit = _unit(accounts.values(), rounds, doubt.values())
    holdings = {
        name: _holding(name, accounts.get(name), mine, base, rounds, unit, doubt.get(name, 0)) for name in names
    }
    lost = unplaced(base, rules, standing)
    return Outlook(base, rules, standing, mine, unit, tuple(rounds), holdings, barred, lost, begun)


@frozen(eq=False)
class Outlooks:
    """A season and a standing, to be looked at after any of its rounds."""

    season: Season
    rules: Rulebook
    standing: Standing
    _rounds: Cache = field(factory=dict)

    def outlook(self, after: int, before: str = "") -> Outlook:
        """What everybody has after a round, or ``before`` a session of the next one, and what is to come.

        Raises UserError if the next round has no such session.
        """
        base = score(cut(self.season, after), self.rules)
        begun = score(before_session(self.season, self.rules, after, before)[0], self.rules) if before else None
        return outlook(base, self.rules, self.standing, self._rounds, begun)


def _unit(accounts: Iterable[Account], rounds: Sequence[RoundToCome], doubts: Iterable[Points]) -> int:
    """The common denominator of all points in play."""
    every: list[Points] = [*doubts]
    for account in accounts:
        every += [account.always, *(unit.points for units in account.units for unit in units)]
    for round_ in rounds:
        shares = {share for owners in round_.owners.values() for _, share in owners}
        worths = {
            *(points for contest in round_.contests for points in contest.points),
            *(feat.points for feat in round_.feats),
        }
        every += [points for dealt in round_.dealt.values() for _, _, points in dealt]
        every += [points * share for points in worths for share in shares]
    return lcm(*(Fraction(points).denominator for points in every)) if every else 1


def _holding(
    name: str,
    account: Account | None,
    mine: Plan,
    base: Scored,
    rounds: Sequence[RoundToCome],
    unit: int,
    doubt: Points,
) -> Holding:
    one = account or Account(name, units=((),) * len(mine.clauses))
    pots = []
    held = [score.number for score in base.rounds]
    for clause, units in zip(mine.clauses, one.units, strict=True):
        bound = [int(Fraction(each.points) * unit) for each in units if not each.droppable]
        taken = len(bound)
        if "started" in clause.count.droppable:
            there = {each.round for each in units} | {round_.number for round_ in rounds if round_.cars(name)}
            calendar = {*held, *(round_.number for round_ in rounds)}
            taken += sum(number in clause.rounds and number not in there for number in calendar)
        free = tuple(int(Fraction(each.points) * unit) for each in units if each.droppable)
        pots.append(Pot(free, sum(bound), max(clause.limit - taken, 0)))
    return Holding(name, int(Fraction(one.always) * unit), tuple(pots), int(Fraction(doubt) * unit), account)
