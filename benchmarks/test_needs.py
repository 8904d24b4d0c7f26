"""How long it takes to say what is needed: inside an event for everybody, and for the title for those in front."""

import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest

from made_up_seasons import grand_prix, made_up, rallycross
from rxscore.scoring import Rulebook
from rxscore.title.chances import Prospects
from rxscore.title.cut import next_cut
from rxscore.title.inside import inside
from rxscore.title.margins import margins
from rxscore.title.needs import last_contest
from rxscore.title.solver import cp_model


def told(what: str, times: list[float], benchmark: Any) -> None:
    figures = {"median ms": statistics.median(times) * 1000, "worst ms": max(times) * 1000, "asked": len(times)}
    benchmark.extra_info.update(figures)
    print(f"\n{what}: " + ", ".join(f"{name} {figure:.0f}" for name, figure in figures.items()))


@pytest.mark.parametrize("spread", [2.0, 12.0])
@pytest.mark.parametrize("session", ["Q1", "Q2", "Q3", "Q4"])
def test_inside_an_event(session: str, spread: float, benchmark: Any) -> None:
    """Budget: a second for the whole table of 22 cars."""
    cp_model()  # not its import, which is paid once
    rules = rallycross()
    times: list[float] = []
    for seed in range(5):
        season = made_up(rules, 1, 0, 22, seed, spread)
        asked = inside(season, rules, 1, after=session)
        start = time.perf_counter()
        cut = next_cut(asked)
        times.append(time.perf_counter() - start)
        assert all(one.status != "undecided" for one in cut.verdicts[0])
    told(f"after {session}, spread {spread}", times, benchmark)
    benchmark.pedantic(lambda: next_cut(asked), rounds=1)


def test_before_the_last_race(benchmark: Any) -> None:
    """Budget: a second for one competitor's table."""
    rules = grand_prix([25, 18, 15, 12, 10, 8, 6, 4, 2, 1], bonus=1)
    times: list[float] = []
    for seed in range(3):
        season = made_up(rules, 22, 1, 22, seed, 12.0)
        for position in (1, 3, 6):
            start = time.perf_counter()
            found = last_contest(season, rules, rules.season.standing("drivers"), "car-03", position=position)
            times.append(time.perf_counter() - start)
            assert found is not None
    told("the last race of 22", times, benchmark)
    benchmark.pedantic(lambda: last_contest(season, rules, rules.season.standing("drivers"), "car-03"), rounds=1)


Case = tuple[Callable[[], Rulebook], int, int, int]

CASES: dict[str, Case] = {
    "races, two left": (lambda: grand_prix([25, 18, 15, 12, 10, 8, 6, 4, 2, 1], bonus=1), 22, 2, 22),
    "races, six left": (lambda: grand_prix([25, 18, 15, 12, 10, 8, 6, 4, 2, 1], bonus=1), 22, 6, 22),
    "races, five results dropped, two left": (lambda: grand_prix(list(range(30, 8, -1)), drop=5), 22, 2, 22),
    "rallycross, one round left": (rallycross, 12, 1, 18),
    "rallycross, three rounds left": (rallycross, 12, 3, 18),
}


@pytest.mark.parametrize("case", CASES)
def test_the_fewest_points_that_are_enough(case: str, benchmark: Any) -> None:
    """The first three of the table, each asked for the first and the third position. Budget: a second each."""
    make, rounds, left, cars = CASES[case]
    rules = make()
    times: list[float] = []
    exact = 0
    for seed in range(2):
        season = made_up(rules, rounds, left, cars, seed, 8.0)
        prospects = Prospects(season, rules, rules.season.standing("drivers"))
        view = prospects.outlook(rounds - left)
        for name in sorted(view.rivals, key=lambda one: -view.so_far(one))[:3]:
            for position in (1, 3):
                start = time.perf_counter()
                found = margins(prospects, rounds - left, name, position)
                times.append(time.perf_counter() - start)
                exact += (found.enough_is, found.least_is) == ("exact", "exact")
    told(f"{case} ({exact} of {len(times)} exact)", times, benchmark)
    benchmark.pedantic(lambda: margins(prospects, rounds - left, name), rounds=1)
