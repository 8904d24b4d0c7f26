"""The odds of a season after a round: chances with intervals, and what has to be said about them."""

from collections.abc import Callable, Mapping, Sequence
from math import sqrt

from attrs import frozen

from rxscore.odds.check import confirmed
from rxscore.odds.seasons import PLACES, Seasons
from rxscore.odds.strengths import Strengths, fitted
from rxscore.title.tally import Outlook, Outlooks

Z = 1.959963984540054
"""Intervals take in what is true 95 times in a hundred."""


@frozen
class Chance:
    """How often something came out, and between which chances that leaves it (Wilson's interval).

    The interval is that of the simulation alone: how far the model is from the truth is not in it.
    """

    times: int
    of: int

    @property
    def chance(self) -> float:
        """The share of the simulated seasons."""
        return self.times / self.of

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval."""
        share, many = self.chance, self.of
        middle = share + Z * Z / (2 * many)
        width = Z * sqrt(share * (1 - share) / many + Z * Z / (4 * many * many))
        scale = 1 + Z * Z / many
        low = 0.0 if not self.times else max((middle - width) / scale, 0.0)
        high = 1.0 if self.times == self.of else min((middle + width) / scale, 1.0)
        return low, high


@frozen
class Line:
    """One competitor: points now, in units; the chances of each of the first positions, and of any of them."""

    competitor: str
    points: int
    positions: tuple[Chance, ...]
    podium: Chance
    doubt: bool = False


@frozen(eq=False)
class Forecast:
    """The odds after a round.

    ``through``: by stage that one must qualify for, the chances of the next round's cars. ``compared``: so many
    simulated seasons were scored by the engine as well, and came out the same; ``looked_at``: of so many, in the others
    equals stayed equal inside an event. ``level``: in how many seasons a position was shared.
    """

    after: int
    seed: int
    seasons: int
    unit: int
    rounds_left: tuple[int, ...]
    lines: tuple[Line, ...]
    through: Mapping[str, Mapping[str, Chance]]
    compared: int
    looked_at: int
    level: int
    left_equal: str


@frozen(eq=False)
class Prospects(Outlooks):
    """A season and a standing, to be asked after any of its rounds how likely that is."""

    def forecast(
        self,
        after: int,
        seasons: int,
        seed: int,
        *,
        strengths: Callable[[Outlook], Strengths] | None = None,
        done: Callable[[int], None] = lambda _: None,
    ) -> Forecast:
        """The odds after a round. Raises UserError for rules that cannot be simulated, or a library that is missing."""
        here = self.outlook(after)
        ready = Seasons(here, (strengths or by_results)(here))
        compared, looked_at = confirmed(ready, seed)
        tally = ready.run(seasons, seed, done=done)
        lines = []
        for row, name in enumerate(ready.competitors):
            times = [int(count) for count in tally.positions[row]]
            holding = here.holdings[name]
            positions = tuple(Chance(count, seasons) for count in times[:PLACES])
            now = here.counted(holding, 0, {})
            lines.append(Line(name, now, positions, Chance(sum(times), seasons), bool(holding.doubt)))
        lines.sort(key=lambda line: ([-one.times for one in line.positions], -line.points, line.competitor))
        cars = ready.days[0].cars
        through = {
            stage: {car: Chance(int(counts[row]), seasons) for row, car in enumerate(cars)}
            for stage, counts in tally.through.items()
        }
        left = tuple(round_.number for round_ in here.rounds)
        return Forecast(
            after, seed, seasons, here.unit, left, tuple(lines), through, compared, looked_at, tally.level,
            ready.left_equal,
        )  # fmt: skip


def by_results(here: Outlook) -> Strengths:
    """Strengths fitted on the results so far."""
    return fitted(here.base, entries_of(here))


def entries_of(here: Outlook) -> Sequence[str]:
    """Every entry that starts in a round to come, or has started."""
    raced = {
        row.entry
        for round_ in here.base.rounds
        for found in round_.stages.values()
        for contest in found.contests
        for row in contest.rows
    }
    return sorted({car for round_ in here.rounds for car in round_.field} | raced)
