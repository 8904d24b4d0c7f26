"""The odds of a season after a round: chances with intervals, and what has to be said about them."""

from collections.abc import Callable, Mapping, Sequence
from math import sqrt

from attrs import frozen

from rxscore.odds.check import confirmed
from rxscore.odds.midway import Begun, begun
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
        return wilson(self.chance, self.of)


def wilson(share: float, many: int) -> tuple[float, float]:
    """Wilson's 95 % interval for a share of so many."""
    middle = share + Z * Z / (2 * many)
    width = Z * sqrt(share * (1 - share) / many + Z * Z / (4 * many * many))
    scale = 1 + Z * Z / many
    return (
        0.0 if share == 0 else max((middle - width) / scale, 0.0),
        1.0 if share == 1 else min((middle + width) / scale, 1.0),
    )


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
    equals stayed equal inside an event. ``level``: in how many seasons a position was shared. ``wins``: the chances
    of the next round's cars to win it (nothing, where no one contest decides that). ``before``: of the next round what
    came before this session is over.
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
    wins: Mapping[str, Chance] = {}
    before: str = ""


@frozen(eq=False)
class Prospects(Outlooks):
    """A season and a standing, to be asked after any of its rounds how likely that is."""

    def forecast(
        self,
        after: int,
        seasons: int,
        seed: int,
        *,
        before: str = "",
        positions: int = PLACES,
        strengths: Callable[[Outlook], Strengths] | None = None,
        done: Callable[[int], None] = lambda _: None,
    ) -> Forecast:
        """The odds after a round, or ``before`` a session of the next one. ``positions``: of the first so many.

        Raises UserError for rules that cannot be simulated, or a library that is missing.
        """
        here = self.outlook(after)
        so_far = begun(self.season, self.rules, after, before) if before else None
        known = strengths(here) if strengths is not None else by_results(here, so_far)
        ready = Seasons(here, known, so_far, positions)
        compared, looked_at = confirmed(ready, seed)
        tally = ready.run(seasons, seed, done=done)
        lines = []
        for row, name in enumerate(ready.competitors):
            times = [int(count) for count in tally.positions[row]]
            holding = here.holdings[name]
            each = tuple(Chance(count, seasons) for count in times)
            lines.append(Line(name, ready.points(name), each, Chance(sum(times), seasons), bool(holding.doubt)))
        lines.sort(key=lambda line: ([-one.times for one in line.positions], -line.points, line.competitor))
        cars = ready.days[0].cars
        through = {
            stage: {car: Chance(int(counts[row]), seasons) for row, car in enumerate(cars)}
            for stage, counts in tally.through.items()
        }
        wins = (
            {car: Chance(int(tally.wins[row]), seasons) for row, car in enumerate(cars)} if ready.days[0].last else {}
        )
        left = tuple(round_.number for round_ in here.rounds)
        return Forecast(
            after, seed, seasons, here.unit, left, tuple(lines), through, compared, looked_at, tally.level,
            ready.left_equal, wins, before,
        )  # fmt: skip


def by_results(here: Outlook, so_far: Begun | None = None) -> Strengths:
    """Strengths fitted on the results so far."""
    return fitted(here.base if so_far is None else so_far.scored, entries_of(here))


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
