"""How good the odds would have been: over seasons whose champion is known, against guesses that need no model."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from math import inf, log
from multiprocessing import get_context
from statistics import fmean

from attrs import frozen

from rxscore.odds.forecast import Prospects, wilson
from rxscore.odds.over_time import decided, over_time, refusals
from rxscore.problems import Problem, UserError
from rxscore.scoring import score

BINS = 10
"""Chances are put together by tenths: told so, how often did it come true?"""

METHODS = ("odds", "leader wins", "points share")
"""What is compared. ``leader wins``: whoever leads is certain (shared by equals); ``points share``: everybody's
chance is his share of all points so far."""

THIRDS = ("first third", "second third", "last third")
"""The parts of a season, by how many of its rounds are over."""


@frozen
class Told:
    """What was told after one round: by method, the chance of the title of each; and who took it.

    ``part``: how much of the season was over, from 0 to 1. ``least``: the smallest chance there is, below one of the
    simulated seasons: what counts, where the champion never was.
    """

    season: str
    after: int
    chances: Mapping[str, Mapping[str, float]]
    champions: frozenset[str]
    part: float = 0.0
    least: float = 0.0

    def brier(self, method: str) -> float:
        """Brier's score of one forecast: the sum of squared errors over everybody; 0 is perfect, 2 the worst."""
        told = self.chances[method]
        share = 1 / len(self.champions)
        names = {*told, *self.champions}
        return sum((told.get(name, 0.0) - (share if name in self.champions else 0.0)) ** 2 for name in names)

    def log_loss(self, method: str) -> float:
        """The logarithmic loss: of the chance of what happened, the logarithm with its sign turned; 0 is perfect."""
        told = self.chances[method]
        chance = sum(told.get(name, 0.0) for name in self.champions)
        least = self.least if method == "odds" else 0.0
        return -log(max(chance, least)) if max(chance, least) > 0 else inf

    @property
    def third(self) -> str:
        """In which part of the season it was told."""
        return THIRDS[min(int(self.part * len(THIRDS)), len(THIRDS) - 1)]


@frozen
class Tenth:
    """Chances between two limits: how many were told, to how many competitors, their mean, and how many came true.

    A competitor who was told much the same after every round of a season is one observation, not ten: the interval is
    Wilson's for so many as there were competitors of a season (``who``), each weighing as often as he was told.
    """

    low: float
    high: float
    told: int
    who: int
    mean: float
    came: float

    @property
    def interval(self) -> tuple[float, float]:
        """Between which chances what came true leaves the true one, 95 times in a hundred."""
        return wilson(self.came, self.who)


@frozen
class LeftOut:
    """What there is no forecast of: rounds of a season (all of it, if none is named), and why."""

    season: str
    rounds: tuple[int, ...]
    because: str


@frozen(eq=False)
class Backtest:
    """Forecasts after the rounds of past seasons, and of what there are none."""

    told: tuple[Told, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def seasons(self) -> Sequence[str]:
        """The seasons there are forecasts of, in order."""
        return list(dict.fromkeys(one.season for one in self.told))

    def brier(self, method: str, *, season: str | None = None, third: str | None = None) -> float:
        """The mean Brier score of all forecasts, or of those of one season or of one part of the seasons."""
        return fmean(one.brier(method) for one in self._of(season, third))

    def log_loss(self, method: str) -> float:
        """The mean logarithmic loss; infinite for a method that once told the champion that he could not win."""
        return fmean(one.log_loss(method) for one in self.told)

    def skill(self, method: str) -> float:
        """By which part the odds' Brier score is less than that of another method: 1 is perfect, 0 no better."""
        other = self.brier(method)
        return 1 - self.brier("odds") / other if other else (0.0 if not self.brier("odds") else -inf)

    def thirds(self) -> list[str]:
        """The parts of seasons there are forecasts of."""
        there = {one.third for one in self.told}
        return [third for third in THIRDS if third in there]

    def count(self, third: str) -> int:
        """How many forecasts there are of a part of the seasons."""
        return sum(one.third == third for one in self.told)

    def reliability(self, method: str = "odds") -> list[Tenth]:
        """Chances by tenths, and how many came true. Those who were given no chance at all are left out."""
        every = [
            (chance, name in one.champions, (one.season, name))
            for one in self.told
            for name, chance in one.chances[method].items()
            if chance > 0
        ]
        tenths = []
        for number in range(BINS):
            here = [told for told in every if min(int(told[0] * BINS), BINS - 1) == number]
            if here:
                who = len({name for _, _, name in here})
                mean, came = fmean(chance for chance, _, _ in here), fmean(true for _, true, _ in here)
                tenths.append(Tenth(number / BINS, (number + 1) / BINS, len(here), who, mean, came))
        return tenths

    def _of(self, season: str | None, third: str | None) -> Iterator[Told]:
        return (one for one in self.told if season in (None, one.season) and third in (None, one.third))


def backtest(
    seasons: Iterable[tuple[str, Prospects]],
    simulations: int,
    seed: int,
    *,
    left_out: Iterable[LeftOut] = (),
    processes: int = 1,
    done: Callable[[int], None] = lambda _: None,
) -> Backtest:
    """Forecasts after every round but the last of each season, with what was known by then of results.

    The calendar and the entries are those that are known today. A round after which there are no odds is left out,
    a season only where there are none at all, or its champion is not known. ``left_out``: what was left out before.
    ``processes``: so many seasons at once; the answer is the same. ``done``: called with the rounds that are done.
    Raises UserError if there is no forecast at all.
    """
    told: list[Told] = []
    out = list(left_out)
    work = [(name, prospects, simulations, seed) for name, prospects in seasons]
    at_once = min(processes, len(work))
    for found, without in _at_once(work, at_once, done) if at_once > 1 else (_season(*one, done) for one in work):
        told += found
        out += without
    if not told:
        nothing = [Problem(one.because, one.season) for one in out]
        raise UserError(nothing or "there is no season to look at")
    return Backtest(tuple(told), tuple(out))


Looked = tuple[list[Told], list[LeftOut]]
"""What was told of a season, and what is left out of it."""


def _at_once(
    work: Sequence[tuple[str, Prospects, int, int]], processes: int, done: Callable[[int], None]
) -> Iterator[Looked]:
    """The seasons in their order, several at once."""
    # A fresh interpreter for each worker: what runs in this one does not matter to it.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        try:
            waiting = [pool.submit(_season, *one) for one in work]
            for future in as_completed(waiting):
                told, without = future.result()
                done(len(told) + sum(len(one.rounds) for one in without) + 1)
            yield from (future.result() for future in waiting)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _season(
    name: str, prospects: Prospects, simulations: int, seed: int, done: Callable[[int], None] = lambda _: None
) -> Looked:
    scored = score(prospects.season, prospects.rules)
    try:
        champions = decided(prospects, scored)
    except UserError as error:
        return [], [LeftOut(name, (), str(error.problems[0]))]
    told: list[Told] = []
    moments = list(over_time(prospects, simulations, seed, done=done))
    for moment in moments:
        if moment.forecast is not None:
            rows = scored.table(prospects.standing.id, moment.after).rows
            leaders = [row.competitor for row in rows if row.position == 1]
            points = {row.competitor: max(float(row.points), 0.0) for row in rows if row.position is not None}
            first = {who: one.chance for who, one in moment.first.items()}
            over = sum(one.number <= moment.after for one in scored.rounds)
            part = over / (over + len(moment.forecast.rounds_left))
            chances = {
                "odds": _shares(first),
                "leader wins": {who: 1 / len(leaders) for who in leaders},
                "points share": _shares(points),
            }
            told.append(Told(name, moment.after, chances, champions, part, 1 / (2 * simulations)))
    refused = refusals(moments)
    return told, [LeftOut(name, tuple(rounds) if told else (), why) for why, rounds in refused.items()]


def _shares(parts: Mapping[str, float]) -> dict[str, float]:
    """What each is of the whole; equal, where it is nothing."""
    whole = sum(parts.values())
    return {who: part / whole if whole else 1 / len(parts) for who, part in parts.items()}
