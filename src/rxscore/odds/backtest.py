"""How good the odds would have been: over seasons whose champion is known, against guesses that need no model."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import fmean

from attrs import frozen

from rxscore.odds.forecast import Chance, Prospects
from rxscore.problems import UserError
from rxscore.title.tally import Outlook

BINS = 10
"""Chances are put together by tenths: told so, how often did it come true?"""

METHODS = ("odds", "leader wins", "points share")
"""What is compared. ``leader wins``: whoever leads is certain (shared by equals); ``points share``: everybody's
chance is his share of all points so far."""


@frozen
class Told:
    """What was told after one round: by method, the chance of the title of each; and who took it."""

    season: str
    after: int
    chances: Mapping[str, Mapping[str, float]]
    champions: frozenset[str]

    def brier(self, method: str) -> float:
        """Brier's score of one forecast: the sum of squared errors over everybody; 0 is perfect, 2 the worst."""
        told = self.chances[method]
        share = 1 / len(self.champions)
        names = {*told, *self.champions}
        return sum((told.get(name, 0.0) - (share if name in self.champions else 0.0)) ** 2 for name in names)


@frozen
class Tenth:
    """Chances between two limits: how many were told, their mean, and how many came true."""

    low: float
    high: float
    told: int
    mean: float
    came: Chance


@frozen(eq=False)
class Backtest:
    """Forecasts after the rounds of past seasons. ``left_out``: by season, why some or all of it has none."""

    told: tuple[Told, ...]
    left_out: tuple[tuple[str, str], ...]

    @property
    def seasons(self) -> int:
        """How many seasons there are forecasts of."""
        return len({one.season for one in self.told})

    def brier(self, method: str, season: str | None = None) -> float:
        """The mean Brier score of all forecasts, or of those of one season."""
        return fmean(one.brier(method) for one in self.told if season in (None, one.season))

    def reliability(self, method: str = "odds") -> list[Tenth]:
        """Chances by tenths, and how many came true. Those who were given no chance at all are left out."""
        pairs = [
            (chance, name in one.champions)
            for one in self.told
            for name, chance in one.chances[method].items()
            if chance > 0
        ]
        tenths = []
        for number in range(BINS):
            here = [pair for pair in pairs if min(int(pair[0] * BINS), BINS - 1) == number]
            if here:
                mean = fmean(chance for chance, _ in here)
                came = Chance(sum(true for _, true in here), len(here))
                tenths.append(Tenth(number / BINS, (number + 1) / BINS, len(here), mean, came))
        return tenths


def backtest(
    seasons: Iterable[tuple[str, Prospects]],
    simulations: int,
    seed: int,
    *,
    done: Callable[[], None] = lambda: None,
) -> Backtest:
    """Forecasts after every round but the last of each season, with what was known by then of results.

    The calendar and the entries are those that are known today. Raises UserError if there is no forecast at all.
    """
    told: list[Told] = []
    left_out: list[tuple[str, str]] = []
    for name, prospects in seasons:
        try:
            told += _season(name, prospects, simulations, seed)
        except UserError as error:
            left_out.append((name, str(error.problems[0])))
        done()
    if not told:
        raise UserError("; ".join(f"{name}: {why}" for name, why in left_out) or "there is no season to look at")
    return Backtest(tuple(told), tuple(left_out))


def _season(name: str, prospects: Prospects, simulations: int, seed: int) -> list[Told]:
    from rxscore.scoring import score

    scored = score(prospects.season, prospects.rules)
    standing = prospects.standing.id
    numbers = [round_.number for round_ in scored.rounds]
    calendar = [number for number in prospects.season.numbers if not prospects.season.rounds[number].cancelled]
    if not numbers or numbers[-1] != calendar[-1]:
        raise UserError("the season is not over")
    champions = frozenset(row.competitor for row in scored.table(standing).rows if row.position == 1)
    if not champions or not _certain(prospects.outlook(numbers[-1]), champions):
        raise UserError("facts are missing: who the champion was does not follow from the log for certain")
    found = []
    for after in numbers[:-1]:
        forecast = prospects.forecast(after, simulations, seed)
        table = scored.table(standing, after).rows
        leaders = [row.competitor for row in table if row.position == 1]
        points = {row.competitor: max(float(row.points), 0.0) for row in table if row.position is not None}
        every = sum(points.values())
        first = {line.competitor: line.positions[0].chance for line in forecast.lines}
        whole = sum(first.values())
        chances = {
            "odds": {who: chance / whole for who, chance in first.items()},
            "leader wins": {who: 1 / len(leaders) for who in leaders},
            "points share": {who: mine / every if every else 1 / len(points) for who, mine in points.items()},
        }
        found.append(Told(name, after, chances, champions))
    return found


def _certain(end: Outlook, champions: frozenset[str]) -> bool:
    """Whether nobody can have been ahead of those who lead on what is known, however the missing facts turn out."""
    totals = {name: end.counted(holding, 0, {}) for name, holding in end.holdings.items()}
    least = min(totals[name] for name in champions)
    return all(
        not holding.doubt or totals[name] + holding.doubt < least
        for name, holding in end.holdings.items()
        if name not in champions or len(champions) > 1
    )


def by_season(found: Backtest) -> Sequence[str]:
    """The seasons there are forecasts of, in order."""
    return list(dict.fromkeys(one.season for one in found.told))
