"""How many seasons are simulated in a second, beside a straightforward NumPy version of the same.

Bars: 300,000 seasons a second for 22 drivers, 19 races and one scale; 20,000 for a season of World RX with heats,
semi-finals and finals; on two cores. Both versions use both, and the whole season is to come.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from rxscore.api import open_season
from rxscore.odds.forecast import Prospects
from rxscore.odds.seasons import BLOCK, Seasons
from rxscore.odds.strengths import Strengths
from unfinished_seasons import Small, rulebook, season

SEASONS = 24 * BLOCK
SCALE = (25, 18, 15, 12, 10, 8, 6, 4, 2, 1)
Array = npt.NDArray[Any]


def uneven(cars: tuple[str, ...]) -> Strengths:
    """Strengths from weak to strong, not known for certain, and retirements."""
    doubt = {car: tuple(map(float, row)) for car, row in zip(cars, np.eye(len(cars)) * 0.3, strict=True)}
    return Strengths(dict(zip(cars, np.linspace(-1, 1, len(cars)), strict=True)), dict.fromkeys(cars, 0.1), doubt)


def races() -> Seasons:
    cars = tuple(f"car-{number:02}" for number in range(22))
    small = Small(cars, (), "race", {"race": SCALE}, ("countback",), None, 0, (), 19)
    rules = rulebook(small)
    return Seasons(Prospects(season(small), rules, rules.season.standing("table")).outlook(0), uneven(cars))


def rallycross() -> Seasons:
    opened = open_season("worldrx/2016")
    here = Prospects(opened.season, opened.rules, opened.rules.season.standings[0]).outlook(0)
    return Seasons(here, uneven(tuple(sorted({car for round_ in here.rounds for car in round_.field}))))


# --- straightforward -------------------------------------------------------------------------


def race(dice: np.random.Generator, strength: Array, rate: Array, size: int, inside: Array | None = None) -> Array:
    """The place of every car: a row for each season, sorted by strength and Gumbel's noise."""
    value = strength + dice.gumbel(size=(size, len(strength)))
    value[dice.random(value.shape) < rate] -= 1000
    if inside is not None:
        value[~inside] = -np.inf
    return value.argsort(axis=1)[:, ::-1].argsort(axis=1)


def plain_races(ready: Seasons, dice: np.random.Generator, size: int) -> Array:
    cars = ready.days[0].cars
    strength, rate = np.linspace(-1, 1, len(cars)), 0.1
    scale = np.array([*SCALE, *[0] * (len(cars) - len(SCALE))])
    total = np.zeros((size, len(cars)), dtype=np.int64)
    for _ in ready.days:
        total += scale[race(dice, strength, np.array(rate), size)]
    return total.argmax(axis=1)


def plain_rallycross(ready: Seasons, dice: np.random.Generator, size: int) -> Array:
    numbers = {name: row for row, name in enumerate(ready.competitors)}
    total = np.zeros((size, len(numbers)), dtype=np.int64)
    for day in ready.days:
        many = len(day.cars)
        strength, rate = np.linspace(-1, 1, many), np.array(0.1)
        heat = np.array([50, 45, 42, *range(40, 0, -1)])
        points = np.zeros((size, many), dtype=np.int64)
        last = points
        summed = np.zeros((size, many), dtype=np.int64)
        for _ in range(4):
            last = race(dice, strength, rate, size)
            summed += heat[last]
        place = (-summed * 100 + last).argsort(axis=1).argsort(axis=1)
        points += np.maximum(16 - place, 0)
        through = np.zeros((size, many), dtype=bool)
        for semi in range(2):
            inside = (place < 12) & (place % 2 == semi)
            came = race(dice, strength, rate, size, inside)
            points += np.where(inside, np.maximum(6 - came, 0), 0)
            through |= inside & (came < 3)
        came = race(dice, strength, rate, size, through)
        final = np.array([8, 5, 4, 3, 2, 1, *[0] * many])
        points += np.where(through, final[came], 0)
        for car, owners in enumerate(day.to_come.owners[name] for name in day.cars):
            for owner, _ in owners:
                total[:, numbers[owner]] += points[:, car]
    return total.argmax(axis=1)


def two_threads(play: Callable[[Seasons, np.random.Generator, int], Array], ready: Seasons, seasons: int) -> None:
    streams = np.random.SeedSequence(1).spawn(seasons // BLOCK)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda stream: play(ready, np.random.default_rng(stream), BLOCK), streams))


@pytest.mark.parametrize(
    ("make", "plain"), [(races, plain_races), (rallycross, plain_rallycross)], ids=["22 drivers, 19 races", "World RX"]
)
def test_seasons_per_second(make: Callable[[], Seasons], plain: Any, benchmark: Any) -> None:
    ready = make()
    ready.run(4 * BLOCK, 1, threads=2)
    best = 0.0
    for seed in range(3):
        start = time.perf_counter()
        tally = ready.run(SEASONS, seed, threads=2)
        best = max(best, SEASONS / (time.perf_counter() - start))
    assert tally.seasons == SEASONS
    start = time.perf_counter()
    two_threads(plain, ready, 4 * BLOCK)
    slow = 4 * BLOCK / (time.perf_counter() - start)
    benchmark.extra_info.update({"seasons a second": best, "straightforward": slow})
    print(f"\n{len(ready.days)} rounds: {best:,.0f} seasons a second, straightforward {slow:,.0f}, {best / slow:.1f} x")
    benchmark.pedantic(lambda: ready.run(2 * BLOCK, 1, threads=2), rounds=2)
