"""A season of which nothing has been run, under rules that a test writes down."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rxscore.events import CompetitorRegistered, EntryFiled, Event, RoundScheduled, SeasonOpened
from rxscore.odds.check import dead_heat, difference, played_out
from rxscore.odds.forecast import Prospects
from rxscore.odds.seasons import Seasons
from rxscore.rulesets import build
from rxscore.scoring import Rulebook
from rxscore.season import fold


def prospects(
    cars: str,
    stages: Sequence[Mapping[str, Any]],
    winner: str,
    sessions: Sequence[str],
    *,
    standing: Mapping[str, Any] = {},
    guests: str = "",
    teams: Mapping[str, str] = {},
    crews: Mapping[str, str] = {},
    bonuses: Sequence[Mapping[str, Any]] = (),
    rounds: int = 1,
) -> Prospects:
    """Cars of one letter each, who is a guest, the team and the crew of each; so many rounds of these sessions."""
    plain = {"title": "T", "series": "t", "seasons": "any", "winner": winner, "stages": list(stages),
             "bonuses": list(bonuses), "standings": [{"id": "table", **standing}]}  # fmt: skip
    rules = Rulebook(build("t", plain, ()))
    events: list[Event] = [SeasonOpened(id="s", known="2020-01-01", series="t", season="2020", name="T", rules="t")]
    for name in (*cars, *sorted(set(teams.values()))):
        kind = "driver" if name in cars else "team"
        events.append(CompetitorRegistered(id=f"c-{name}", known="2020-01-01", competitor=name, name=name, type=kind))
    events += [
        EntryFiled(
            id=f"e-{car}",
            known="2020-01-01",
            entry=car,
            drivers=tuple(crews.get(car, car)),
            guest=car in guests,
            team=teams.get(car, ""),
        )
        for car in cars
    ]
    for number in range(1, rounds + 1):
        events.append(RoundScheduled(id=f"r-{number}", known="2020-01-01", round=number, name=f"Round {number}",
                                     sessions=tuple(sessions)))  # fmt: skip
    return Prospects(fold(events), rules, rules.season.standing("table"))


def agrees(seasons: Seasons, columns: int = 40) -> None:
    """The engine scores simulated seasons the same, where it leaves no equals; that is not rare."""
    block = seasons.block(np.random.SeedSequence(5), columns)
    ways = [(column, played_out(seasons, block, column)) for column in range(columns)]
    clear = [(column, way) for column, way in ways if not dead_heat(way, seasons)]
    assert len(clear) > columns / 3
    assert [difference(seasons, block, column, way) for column, way in clear] == [""] * len(clear)
