"""Made-up seasons of real size: as many cars, rounds and points as the real thing, results from a seed."""

import random
from typing import Any

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
from rxscore.scoring import Rulebook
from rxscore.season import Season, fold
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
