"""How long it takes to say who can still win, against the budgets in docs/title-mathematics.md.

The seasons are made up: as many cars, rounds and points as the real thing, results from a seed.
"""

import statistics
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from made_up_seasons import grand_prix, made_up, rallycross
from rxscore.scoring import Rulebook, score
from rxscore.title.chances import Inquiry, Prospects
from rxscore.title.crown import coronation

Case = tuple[Callable[[], Rulebook], int, int, int]

CASES: dict[str, Case] = {
    "races, ten places score": (lambda: grand_prix([25, 18, 15, 12, 10, 8, 6, 4, 2, 1], bonus=1), 22, 6, 22),
    "races, everybody scores": (lambda: grand_prix(list(range(40, 18, -1))), 22, 6, 22),
    "races, five results dropped": (lambda: grand_prix(list(range(30, 8, -1)), drop=5), 22, 6, 22),
    "rallycross, heats and finals": (rallycross, 12, 3, 18),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("spread", [2.0, 12.0])
def test_who_can_still_win(case: str, spread: float, benchmark: Any) -> None:
    """Budget for one competitor: 50 ms at the median, 1 s at worst."""
    make, rounds, left, cars = CASES[case]
    rules = make()
    times: list[float] = []
    for seed in range(3):
        season = made_up(rules, rounds, left, cars, seed, spread)
        prospects = Prospects(season, rules, rules.season.standing("drivers"))
        outlook = prospects.outlook(rounds - left)
        for position in (1, 3):
            for name in outlook.rivals:
                inquiry = Inquiry(outlook, position)
                start = time.perf_counter()
                chance = inquiry.verdict(name)
                times.append(time.perf_counter() - start)
                assert chance.status != "undecided", chance
    figures = {"median ms": statistics.median(times) * 1000, "worst ms": max(times) * 1000, "verdicts": len(times)}
    benchmark.extra_info.update(figures)
    print(f"\n{case}, spread {spread}: " + ", ".join(f"{name} {figure:.0f}" for name, figure in figures.items()))
    benchmark.pedantic(lambda: Inquiry(outlook, 1).verdict(outlook.rivals[0]), rounds=3)


@pytest.mark.parametrize("case", CASES)
def test_by_which_points(case: str, benchmark: Any) -> None:
    """Budget for all drivers of one season: 10 s."""
    make, rounds, _, cars = CASES[case]
    rules = make()
    season = made_up(rules, rounds, 0, cars, 1, 12.0)
    scored = score(season, rules)

    def everybody() -> list[str]:
        found = coronation(scored, rules.season.standing("drivers"))
        return [found.crown(name).status for name in found.sides]

    statuses = benchmark.pedantic(everybody, rounds=1)
    print(f"\n{case}: {dict(Counter(statuses))}")
