"""Proofs without a solver: of points to come, who must take too many, or who cannot be given enough.

Every place of a contest is taken by one car. So some competitors together take at least the points of so many last
places, and at most those of so many first ones, whoever they are.
"""

from collections.abc import Iterator, Sequence

from attrs import frozen

from rxscore.title.contests import RoundToCome
from rxscore.title.tally import Outlook


@frozen(eq=False)
class Shares:
    """What the points to come allow, by numbers of competitors.

    ``last``, ``first``: by contest to come, the sums of its so many last, or best, places. ``alone``: the competitors
    whose cars are theirs alone.
    """

    outlook: Outlook
    last: Sequence[Sequence[Sequence[int]]]
    first: Sequence[Sequence[Sequence[int]]]
    feats: int
    alone: frozenset[str]

    def crowded(self, caps: Sequence[tuple[int, str]], free: int) -> bool:
        """Whether competitors cannot but take more than they may. ``caps``: how much each may; ``free`` do not care.

        Asked only where nothing is dropped: what is taken then counts.
        """
        if self.outlook.plan.clauses:
            return False
        groups: dict[tuple[int, ...], list[tuple[int, str]]] = {}
        for cap, name in sorted(caps):
            if name in self.alone:
                # If some do not care, it is those who may take least; but cars count too, so like with like.
                cars = tuple(_scoring(round_, name) for round_ in self.outlook.rounds) if free else ()
                groups.setdefault(cars, []).append((cap, name))
        return any(self._too_many(group[free:]) for group in groups.values())

    def _too_many(self, caps: Sequence[tuple[int, str]]) -> bool:
        """Whether the first so many of these must take more than they may."""
        cars = [0] * len(self.outlook.rounds)
        room = 0
        for cap, name in caps:
            room += cap
            for number, round_ in enumerate(self.outlook.rounds):
                cars[number] += _scoring(round_, name)
            if room < sum(self._at_least(number, many) for number, many in enumerate(cars)):
                return True
        return False

    def _at_least(self, number: int, cars: int) -> int:
        """What so many cars cannot but take in a round."""
        field = len(self.outlook.rounds[number].field)
        return sum(sums[max(cars - field + len(sums) - 1, 0)] for sums in self.last[number])

    def out_of_reach(self, needs: Sequence[int], names: Sequence[str]) -> bool:
        """Whether so many competitors as there are needs cannot all be given that much. ``names``: who they may be."""
        if not set(names) <= self.alone:
            return False
        most = [max((_scoring(round_, name) for name in names), default=0) for round_ in self.outlook.rounds]
        asked = 0
        for many, need in enumerate(sorted(needs, reverse=True), start=1):
            asked += need
            if asked > self.feats + sum(self._at_most(number, many * cars) for number, cars in enumerate(most)):
                return True
        return False

    def _at_most(self, number: int, cars: int) -> int:
        """What so many cars can take in a round."""
        return sum(sums[min(cars, len(sums) - 1)] for sums in self.first[number])


def shares(outlook: Outlook) -> Shares:
    """What the points to come allow."""
    last, first = [], []
    for round_ in outlook.rounds:
        worth = [sorted(outlook.worth(points) for points in contest.points) for contest in round_.contests]
        last.append([list(_sums(points)) for points in worth])
        first.append([list(_sums(points[::-1])) for points in worth])
    shared = {
        owner
        for round_ in outlook.rounds
        for owners in round_.owners.values()
        if len(owners) > 1 or any(share != 1 for _, share in owners)
        for owner, _ in owners
    }
    feats = sum(outlook.worth(feat.points) for round_ in outlook.rounds for feat in round_.feats)
    return Shares(outlook, last, first, feats, frozenset(outlook.holdings) - shared)


def _sums(points: Sequence[int]) -> Iterator[int]:
    total = 0
    yield total
    for worth in points:
        total += worth
        yield total


def _scoring(round_: RoundToCome, name: str) -> int:
    cars = len(round_.cars(name))
    return cars if round_.scoring is None else min(cars, round_.scoring)
