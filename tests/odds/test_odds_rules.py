"""Rules with something of their own: guests, few points that are good, cars of which only the first score."""

from typing import Any

import numpy as np
import pytest
from attrs import evolve

from rxscore.odds.codes import ABSENT
from rxscore.odds.seasons import Seasons
from rxscore.odds.strengths import Strengths
from to_come import agrees, prospects

RACE = {"id": "race", "sessions": ["R"], "award": {"table": [3, 2, 1]}}
KNOCK_OUT: list[dict[str, Any]] = [
    {"id": "heat", "sessions": ["H"], "score": {"scale": {"places": [], "then": "44 - place"}, "dnf": 1}},
    {"id": "heats", "total": ["heat"], "ties": ["latest session"], "award": {"table": [6, 5, 4, 3, 2, 1]},
     "advance": [{"to": ["S1", "S2"], "best": 6, "seats": "odd/even"}]},
    {"id": "semis", "sessions": ["S1", "S2"], "award": {"table": [3, 2, 1]},
     "advance": [{"to": ["F"], "from_each": 2}]},
    {"id": "final", "sessions": ["F"], "award": {"table": {"scale": [8, 5, 4, 3], "dnf": "place"}}},
]  # fmt: skip


def test_guests_take_seats_but_no_points() -> None:
    here = prospects("abcdefgh", KNOCK_OUT, "final", ("H", "S1", "S2", "F"), guests="cf")
    seasons = Seasons(here.outlook(0), Strengths({"c": 9.0}, dict.fromkeys("abdefgh", 0.1)))
    agrees(seasons)
    block = seasons.block(np.random.SeedSequence(1), 500)
    (day,), (played,) = seasons.days, block.days
    strong = day.cars.index("c")
    assert (played.codes["final", "F"][strong] == 0).mean() > 0.99
    assert sorted(seasons.competitors) == sorted("abdegh")
    # The final is worth 8 points to the best of the others, and six points for the heats go to six of them.
    won = block.totals[:, played.codes["final", "F"][strong] == 0]
    assert (won.max(axis=0) >= 8).all()
    assert (played.codes["final", "F"] != ABSENT).sum() == 4 * 500


def test_guests_matter_where_they_take_seats_only() -> None:
    race = Seasons(prospects("abc", [RACE], "race", ["R"], guests="c").outlook(0), Strengths.equal("abc"))
    assert race.days[0].cars == ("a", "b")
    agrees(race)


def test_the_lowest_total_wins() -> None:
    low = {"order": "low", "ties": ["countback"]}
    scale = [{**RACE, "award": {"table": {"scale": {"places": [0, 2], "then": "place"}}}}]
    seasons = Seasons(prospects("abcd", scale, "race", ["R"], standing=low, rounds=3).outlook(0),
                      Strengths({"a": 3.0}, {"b": 0.2}))  # fmt: skip
    agrees(seasons)
    tally = seasons.run(2_000, 1)
    assert tally.positions[seasons.competitors.index("a"), 0] > 1_800
    high = Seasons(prospects("abcd", scale, "race", ["R"], rounds=3).outlook(0), Strengths({"a": 3.0}, {}))
    assert high.run(2_000, 1).positions[high.competitors.index("a"), 0] < 50


def test_who_never_starts_does_not_win_with_nothing() -> None:
    low = {"order": "low"}
    here = prospects("abc", [RACE], "race", ["R"], standing=low).outlook(0)
    assert Seasons(here, Strengths.equal("abc")).competitors == ("a", "b", "c")
    gone = evolve(here, holdings={**here.holdings, "z": evolve(here.holdings["a"], competitor="z", account=None)})
    assert "z" in gone.rivals
    assert Seasons(gone, Strengths.equal("abc")).competitors == ("a", "b", "c")


@pytest.mark.parametrize("limit", [1, 2])
def test_only_the_first_cars_of_a_team_score(limit: int) -> None:
    teams = dict(zip("abcdef", "XXXYYZ", strict=True))
    standing = {"of": "team", "cars": limit, "others": "hold places", "ties": ["event wins"]}
    race = [{"id": "race", "sessions": ["R"], "award": {"table": {"scale": [9, 6, 4, 3, 2, 1], "dnf": "place"}}}]
    here = prospects("abcdef", race, "race", ["R"], standing=standing, teams=teams, rounds=2)
    seasons = Seasons(here.outlook(0), Strengths({}, dict.fromkeys("abcdef", 0.2)))
    agrees(seasons)
    block = seasons.block(np.random.SeedSequence(1), 300)
    most = {1: [18, 18, 18], 2: [30, 30, 18]}[limit]
    assert [int(block.totals[seasons.competitors.index(team)].max()) for team in "XYZ"] == most


def test_a_shared_car_brings_its_make_nothing_where_the_rules_say_so() -> None:
    standing = {"of": "team", "crew": "nothing"}
    here = prospects("abc", [RACE], "race", ["R"], standing=standing, teams={"a": "X", "b": "Y"}, crews={"a": "ac"})
    (round_,) = here.outlook(0).rounds
    assert (round_.owners["a"], round_.owners["b"]) == ((), (("Y", 1),))
    agrees(Seasons(here.outlook(0), Strengths.equal("abc")))
