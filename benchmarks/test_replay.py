"""Replaying a long season: what an event costs must not depend on how much came before it.

Run with ``pytest benchmarks/test_replay.py --benchmark-enable``. Ratios and figures stand in the report's extra
info; budgets are ratios inside one run, so that they hold on a slow machine too. Disabled, all is run once, small.
"""

import os
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from rxscore.rulesets import Source, read
from rxscore.scoring import Rulebook, Scored, score
from rxscore.season import Season, fold
from synthetic_season import RULES, opening, round_events, season_events

BOOK = Rulebook(read("synthetic", "2024", lambda name: Source(name, RULES)))


def best(act: Callable[[], object], times: int = 5) -> float:
    """The shortest of several runs, in seconds."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        found.append(time.perf_counter() - start)
    return min(found)


def tables(scored: Scored) -> None:
    scored.table("drivers")
    scored.table("teams")


def one_more(season: Season, before: Scored, number: int) -> Scored:
    """One round more, told, scored and in both tables."""
    for event in round_events(number):
        season = season.apply(event)
    after = score(season, BOOK, before)
    tables(after)
    return after


def rounds_of(benchmark: Any) -> int:
    return 100 if benchmark.enabled else 5


def test_replay(benchmark: Any) -> None:
    """Events folded a second."""
    events = season_events(rounds_of(benchmark))
    benchmark(fold, events)
    if benchmark.enabled:
        benchmark.extra_info["events a second"] = round(len(events) / benchmark.stats.stats.min)


def test_score(benchmark: Any) -> None:
    """A whole season scored from nothing, with both tables after the last round."""
    season = fold(season_events(rounds_of(benchmark)))
    benchmark(lambda: tables(score(season, BOOK)))


def test_one_more_round(benchmark: Any) -> None:
    """A live round: told, scored, in the tables."""
    number = rounds_of(benchmark)
    season = fold(season_events(number))
    before = score(season, BOOK)
    tables(before)
    after = benchmark(one_more, season, before, number + 1)
    assert all(new is old for new, old in zip(after.rounds, before.rounds, strict=False))


def test_a_round_costs_the_same_after_ten_rounds_and_after_a_thousand(benchmark: Any) -> None:
    """Applying, scoring and the tables of one more round: at most three times as much late in a long season."""
    sizes = (10, 1000) if benchmark.enabled else (2, 4)
    cost: dict[str, list[float]] = {"apply": [], "whole": []}
    for size in sizes:
        season = fold(season_events(size))
        before = score(season, BOOK)
        tables(before)

        def told(season: Season = season, size: int = size) -> None:
            for event in round_events(size + 1):
                season = season.apply(event)

        cost["apply"].append(best(told, 20 if benchmark.enabled else 1))
        cost["whole"].append(
            best(lambda s=season, b=before, n=size: one_more(s, b, n + 1), 20 if benchmark.enabled else 1)  # type: ignore[misc]
        )
    ratios = {what: after / first for what, (first, after) in cost.items()}
    benchmark(lambda: None)
    benchmark.extra_info.update({f"{what}, 1000 rounds against 10": round(ratio, 2) for what, ratio in ratios.items()})
    if benchmark.enabled:
        print({what: round(ratio, 2) for what, ratio in ratios.items()})
        assert all(ratio < 3 for ratio in ratios.values()) or os.environ.get("RXSCORE_BUDGETS") == "report", ratios


def test_memory(benchmark: Any) -> None:
    """The most memory that a season takes while it is folded and scored, and how much each round adds."""
    events = season_events(rounds_of(benchmark))
    tracemalloc.start()
    season = fold(events)
    folded = tracemalloc.get_traced_memory()[0]
    scored = score(season, BOOK)
    tables(scored)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    benchmark(lambda: None)
    benchmark.extra_info.update({"season, MB": round(folded / 1e6, 1), "peak, MB": round(peak / 1e6, 1)})
    assert len(scored.rounds) == len(season.rounds)


@pytest.mark.parametrize("cars", [10, 30])
def test_a_season_is_as_dear_as_its_rows(benchmark: Any, cars: int) -> None:
    """Scoring with more cars, to see that the cost grows with the rows and not faster."""
    rounds = 20 if benchmark.enabled else 2
    season = fold([*opening(cars), *(event for n in range(1, rounds + 1) for event in round_events(n, cars))])
    benchmark(lambda: score(season, BOOK))
