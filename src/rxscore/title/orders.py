"""Likely completions: one order a round for everybody, and mended until nobody has too much. A guess, never a proof."""

from collections import Counter
from collections.abc import Mapping, Sequence

from rxscore.title.contests import RoundToCome
from rxscore.title.play import Completion
from rxscore.title.tally import Outlook

STEPS = 60
"""After so many exchanges that did not do, mending is left to the solver."""


class Orders:
    """A completion in which the cars finish every session of a round in one order.

    ``first`` wins whatever he starts in, ``last`` comes last. ``room``: how many more points each other may be given;
    who has most room comes next. Who is not in it has none.
    """

    def __init__(self, outlook: Outlook, room: Mapping[str, int], first: str = "", last: str = "") -> None:
        self.outlook, self.first, self.last = outlook, first, last
        self.worth = outlook.all_day
        self._pots = [outlook.pot_of(round_.number, _scoring(round_)) for round_ in outlook.rounds]
        self.orders: list[list[str]] = []
        left = dict(room)
        for round_, worth in zip(outlook.rounds, self.worth, strict=True):
            order = sorted(round_.field, key=lambda car: self._given(round_, car, left))
            counted: Counter[str] = Counter()
            for points, car in zip(worth, order, strict=True):
                for owner, share in round_.owners[car]:
                    counted[owner] += 1
                    if owner in left and (round_.scoring is None or counted[owner] <= round_.scoring):
                        left[owner] -= int(points * share)
            self.orders.append(order)

    def _given(self, round_: RoundToCome, car: str, left: Mapping[str, int]) -> tuple[int, int]:
        owners = [owner for owner, _ in round_.owners[car]]
        if self.first in owners or self.last in owners:
            return (0, 0) if self.first in owners else (2, 0)
        return 1, -min((left.get(owner, 0) for owner in owners), default=0)

    # --- mending -----------------------------------------------------------------------------

    def mend(self, limits: Mapping[str, int]) -> None:
        """Exchange places until nobody's total is beyond his limit, or no exchange helps."""
        totals = {name: self._total(name) for name in limits}
        for _ in range(STEPS):
            beyond = [name for name in limits if totals[name] > limits[name]]
            best: tuple[int, int, int, int] | None = None
            for worst in beyond:
                for number, round_ in enumerate(self.outlook.rounds):
                    for car in round_.cars(worst):
                        here = self.orders[number].index(car)
                        for there in range(here + 1, len(round_.field)):
                            gain = self._gain(number, here, there, limits, totals)
                            if gain > 0 and (best is None or gain > best[0]):
                                best = gain, number, here, there
            if best is None:
                return
            _, number, here, there = best
            names = self._exchange(number, here, there)
            totals |= {name: self._total(name) for name in names if name in limits}

    def _gain(self, number: int, here: int, there: int, limits: Mapping[str, int], totals: Mapping[str, int]) -> int:
        """By how much less the totals are beyond their limits after an exchange of two places."""
        if self.worth[number][here] == self.worth[number][there]:
            return 0
        owners = self._owners(number, there)
        if self.first in owners or self.last in owners:
            return 0
        names = [name for name in self._exchange(number, here, there) if name in limits]
        before = sum(max(totals[name] - limits[name], 0) for name in names)
        after = sum(max(self._total(name) - limits[name], 0) for name in names)
        self._exchange(number, here, there)
        return before - after

    def _owners(self, number: int, rank: int) -> list[str]:
        return [owner for owner, _ in self.outlook.rounds[number].owners[self.orders[number][rank]]]

    def _exchange(self, number: int, here: int, there: int) -> set[str]:
        order = self.orders[number]
        order[here], order[there] = order[there], order[here]
        return {*self._owners(number, here), *self._owners(number, there)}

    def _total(self, competitor: str) -> int:
        always, added = 0, dict[int, list[int]]()
        for round_, worth, order, pot in zip(self.outlook.rounds, self.worth, self.orders, self._pots, strict=True):
            taken = []
            for car in round_.cars(competitor):
                share = next(share for owner, share in round_.owners[car] if owner == competitor)
                taken.append(int(worth[order.index(car)] * share))
            points = sum(sorted(taken, reverse=True)[: round_.scoring])
            points += sum(self.outlook.worth(dealt) for _, _, dealt in round_.dealt.get(competitor, ()))
            if pot is None:
                always += points
            else:
                added.setdefault(pot, []).append(points)
        return self.outlook.counted(self.outlook.holdings[competitor], always, added)

    # --- outcome -----------------------------------------------------------------------------

    def completion(self) -> Completion:
        """The orders, with every feat for the one who comes first."""
        orders: dict[tuple[int, str], Sequence[str]] = {}
        feats: dict[tuple[int, str, str], str] = {}
        for round_, order in zip(self.outlook.rounds, self.orders, strict=True):
            rules = self.outlook.rules.of(round_.number)
            sessions = (session for stage in rules.stages for session in stage.sessions if session not in round_.over)
            orders |= {(round_.number, session): order for session in sessions}
            if round_.cars(self.first):
                feats |= {(round_.number, one.feat, one.session): round_.cars(self.first)[0] for one in round_.feats}
        return Completion(orders, feats)


def _scoring(round_: RoundToCome) -> str:
    """The first stage of a round that is worth points: what is dropped of it is taken for what is dropped of all."""
    return next((contest.stage for contest in round_.contests if any(contest.points)), "")
