"""How long it takes to say who can still win, against the budgets in docs/title-mathematics.md.

The seasons are made up: as many cars, rounds and points as the real thing, results from a seed.
"""

import random
import statistics
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from rxscore.events import (
    CompetitorRegistered,
    EntryFiled,
    Event,
    FeatBy,
    FeatRecorded,
    RoundScheduled,
    SeasonOpened,
)
from rxscore.rulesets import build
from rxscore.scoring import Rulebook, score
from rxscore.season import Season, fold
from rxscore.title.chances import Inquiry, Prospects
from rxscore.title.crown import coronation
from rxscore.title.play import Completion, played

CARS = [f"car-{number:02}" for number in range(1, 23)]


def grand_prix(scale: list[int], *, drop: int = 0, bonus: int = 0) -> Rulebook:
    """One race a round."""
    standing: dict[str, Any] = {"id": "drivers", "ties": ["countback"]}
    if drop:
        standing["counts"] = [{"drop": drop}]
    plain: dict[str, Any] = {
        "title": "Races", "series": "made-up", "seasons": "any", "winner": "race", "standings": [standing],
        "stages": [{"id": "race", "sessions": ["R"], "award": {"drivers": scale}}],
    }  # fmt: skip
    if bonus:
        plain["bonuses"] = [{"id": "fl", "feat": "fastest-lap", "stage": "race", "classified": 10,
                             "award": {"drivers": bonus}}]  # fmt: skip
    return Rulebook(build("made-up", plain, ()))


def rallycross() -> Rulebook:
    """Four heats, two semi-finals, a final, and points for all but the heats."""
    heat = {"scale": {"places": [50, 45, 42, 40], "then": "44 - place"}}
    plain: dict[str, Any] = {
        "title": "Rallycross", "series": "made-up", "seasons": "any", "winner": "final",
        "standings": [{"id": "drivers", "ties": ["event wins"]}],
        "stages": [
            {"id": "heats", "sessions": ["Q1", "Q2", "Q3", "Q4"], "score": heat},
            {"id": "intermediate", "total": ["heats"], "ties": ["latest session"],
             "award": {"drivers": list(range(16, 0, -1))},
             "advance": [{"to": ["SF1", "SF2"], "best": 12, "seats": "odd/even"}]},
            {"id": "semifinals", "sessions": ["SF1", "SF2"], "award": {"drivers": [6, 5, 4, 3, 2, 1]},
             "advance": [{"to": ["F"], "from_each": 3}]},
            {"id": "final", "sessions": ["F"], "award": {"drivers": [8, 5, 4, 3, 2, 1]}},
        ],
    }  # fmt: skip
    return Rulebook(build("made-up", plain, ()))


def made_up(rules: Rulebook, rounds: int, left: int, cars: int, seed: int, spread: float = 4.0) -> Season:
    """A season of which the last rounds are still to come. The faster cars tend to be ahead."""
    dice = random.Random(seed)
    names = CARS[:cars]
    events: list[Event] = [SeasonOpened(id="season", known="2020-01-01", series="made-up", season="2020",
                                        name="Made up", rules="made-up")]  # fmt: skip
    events += [CompetitorRegistered(id=f"c-{car}", known="2020-01-01", competitor=car, name=car) for car in names]
    events += [EntryFiled(id=f"e-{car}", known="2020-01-01", entry=car, drivers=(car,)) for car in names]
    sessions = tuple(session for stage in rules.season.stages for session in stage.sessions)
    events += [
        RoundScheduled(id=f"r-{n}", known="2020-01-01", round=n, name=str(n), sessions=sessions)
        for n in range(1, rounds + 1)
    ]
    season = fold(events)
    for number in range(1, rounds - left + 1):
        orders = {
            (number, session): sorted(names, key=lambda car: names.index(car) + dice.gauss(0, spread))
            for session in sessions
        }
        for event in played(season, rules.season, number, Completion(orders), "2020-02-01"):
            season = season.apply(event)
        if rules.season.bonuses:
            season = season.apply(FeatRecorded(id=f"fl-{number}", known="2020-02-01", round=number,
                                               feat="fastest-lap", rows=(FeatBy(orders[number, "R"][0]),)))  # fmt: skip
    return season


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
