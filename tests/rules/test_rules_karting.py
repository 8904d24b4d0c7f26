"""Worked examples of the karting rulesets: heat points, what counts of three meetings, who goes on to what."""

import pytest

from rxscore import api
from rxscore.events import Points
from rxscore.rulesets import Stage
from rxscore.scoring import Scored, advancing
from worked_examples import points, season


def heat_points(rules: str, places: dict[str, list[int]]) -> dict[str, Points | None]:
    """What drivers have after heats in which they came in at these places."""
    races: dict[str, list[str]] = {}
    for name, mine in places.items():
        for place in mine:
            races[f"H#{len(races) + 1}"] = ["-"] * (place - 1) + [name]
    total = season(rules, "2014", [races]).rounds[0].stages["intermediate"]
    return {row.entry: row.score for row in total.rows}


def seats(scored: Scored, stage: str, number: int) -> dict[str, tuple[str, ...]]:
    """Who goes on from a stage by one of its clauses."""
    found: Stage = scored.ruleset.stage(stage)
    through = advancing(found, found.advance[number], scored.rounds[0].stages, scored.ruleset)
    assert through is not None
    return dict(through)


def test_five_heats_of_the_world_cup_add_up_as_published() -> None:
    published = {"sorensen": 18, "hansen": 32, "larsen": 34, "gatting": 39, "klinkby-silver": 42}
    places = {
        "sorensen": [3, 4, 6, 3, 2],
        "hansen": [7, 3, 8, 6, 8],
        "larsen": [8, 10, 2, 7, 7],
        "gatting": [6, 6, 9, 5, 13],
        "klinkby-silver": [2, 6, 10, 14, 10],
    }
    assert heat_points("karting/cik-2014", places) == published


@pytest.mark.parametrize(
    ("places", "total"),
    [([1, 1, 1, 1, 1, 2], 2), ([6, 1, 1], 6), ([1, 1, 1, 1, 3], 3), ([2, 3], 5), ([9, 1], 9), ([1, 12], 12)],
    ids=["Zanchetta 2013", "Puhakka 2015", "Midrla 2014", "Tonteri 2016", "Sargeant 2016", "Hiltbrand 2016"],
)
def test_a_win_costs_nothing_and_any_other_place_its_number(places: list[int], total: int) -> None:
    assert heat_points("karting/cik-2014", {"one": places}) == {"one": total}


def test_the_lowest_total_is_first_and_timed_qualifying_parts_equals() -> None:
    heats = {"Q": ["c", "b", "a"], "H#1": ["a", "b", "c"], "H#2": ["b", "a", "c"]}
    total = season("karting/cik-2014", "2014", [heats]).rounds[0].stages["intermediate"]
    assert [(row.place, row.entry, row.score) for row in total.rows] == [(1, "b", 2), (2, "a", 2), (3, "c", 6)]


def test_2014_the_best_two_of_three_heats_scores_and_of_three_finals_count_each_for_themselves() -> None:
    # Dreezen 2014: second, second and beyond third in the heats; second, second and third in the finals: 58 points.
    # His rival is third, first and second in the heats, and wins once.
    rounds = [
        {"H#1": ["x", "dreezen", "rival"], "F": ["rival", "dreezen"]},
        {"H#1": ["rival", "dreezen"], "F": ["x", "dreezen"]},
        {"H#1": ["x", "rival"], "F": ["y", "x"]},
    ]
    scored = season("karting/cik-2014", "2014", rounds)
    assert points(scored)["dreezen"] == 9 + 9 + 20 + 20 == 58
    assert points(scored)["rival"] == 10 + 9 + 25
    row = scored.table("drivers").row("rival")
    assert row is not None
    assert [(one.round, one.points) for one in row.dropped] == [(1, 8)]


def test_2016_the_prefinal_gives_17_points_and_one_fewer_a_place() -> None:
    scale = api.ruleset("karting/cik-2016", "2016").scales["prefinal"]
    assert [scale.at(place) for place in (1, 2, 3, 16, 17, 18)] == [17, 16, 15, 2, 1, 0]


def test_2013_sixty_eight_go_on_and_seventeen_of_each_prefinal() -> None:
    field = [f"{number:02}" for number in range(1, 73)]
    scored = season("karting/cik-2013", "2013", [{"H#1": field, "PF1": field[:68:2], "PF2": field[1:68:2]}])
    groups = seats(scored, "intermediate", 0)
    assert [len(groups[name]) for name in ("PF1", "PF2")] == [34, 34]
    assert "69" not in groups["PF1"] + groups["PF2"]
    assert len(seats(scored, "prefinal", 0)["F"]) == 34


def test_rotax_2015_has_28_go_straight_on_and_six_by_the_second_chance() -> None:
    field = [f"{number:02}" for number in range(1, 73)]
    second = field[28:64]
    scored = season("karting/rotax-grand-finals-2015", "2015", [{"H#1": field, "SC": second}])
    assert seats(scored, "intermediate", 0) == {"PF": tuple(field[:28])}
    assert seats(scored, "intermediate", 1) == {"SC": tuple(second)}  # the 70th was out
    assert seats(scored, "second-chance", 0) == {"PF": tuple(second[:6])}


@pytest.mark.parametrize(("races", "counted"), [(6, 5), (12, 9), (15, 12), (16, 12), (21, 16), (5, 5)])
def test_rotax_czech_counts_so_many_races_of_so_many(races: int, counted: int) -> None:
    # One point a race won, so that the total is the number of races that count.
    meetings = [{f"R{race}": ["a"] for race in range(1, min(races - done, 3) + 1)} for done in range(0, races, 3)]
    scored = season("karting/rotax-czech", "2020", meetings, edits=[("scales.race", [1])])
    assert points(scored)["a"] == counted


def test_kf1_2012_counts_the_best_three_of_four_races_of_each_meeting() -> None:
    scale = [5, 3, 2, 1]
    first = {"R1": ["a", "b"], "R2": ["a", "b"], "R3": ["a", "b"], "R4": ["b", "a"]}
    second = {"R1": ["b", "a"], "R2": ["b", "a"], "R3": ["b", "a"], "R4": ["b", "a"]}
    scored = season("karting/kf1-world-2012", "2012", [first, second], edits=[("scales.race", scale)])
    assert points(scored) == {"a": 15 + 9, "b": 11 + 15}


def test_rotax_central_europe_a_retirement_is_worth_five_points_less_than_the_last_classified() -> None:
    scored = season("karting/rotax-central-europe", "2020", [{"PF": ["a", "b", ("c", "DNF")], "F": ["c", "a", "b"]}])
    assert points(scored) == {"a": 34 + 33, "b": 33 + 32, "c": 33 - 5 + 34}


def test_rotax_euro_trophy_knows_no_more_than_the_winners_points() -> None:
    rounds = [{"F1": ["a", "b"], "F2": ["a", "b"]}] * 4
    table = season("karting/rotax-euro-trophy", "2018", rounds).table("drivers")
    assert [(row.competitor, row.points, row.open) for row in table.rows] == [("a", 6 * 25, False), ("b", 0, True)]


def test_norway_kf_junior_2015_the_scale_goes_on_by_single_points_and_the_worst_is_dropped() -> None:
    rounds = [{"F": ["a", "b", "c", "d", "e", "f"]}, {"F": ["f", "a", "b", "c", "d", "e"]}, {"F": ["b"]}]
    found = points(season("karting/norway-kf-junior-2015", "2015", rounds))
    assert found == {"a": 70 + 65, "b": 70 + 65, "f": 70 + 58, "c": 62 + 60, "d": 60 + 59, "e": 59 + 58}


def test_midt_norsk_2017_drops_a_final_and_no_prefinal() -> None:
    rounds = [{"PF": ["a", "b"], "F": ["a", "b"]}, {"PF": ["a", "b"], "F": ["b", "a"]}]
    assert points(season("karting/midt-norsk-2017", "2017", rounds)) == {"a": 60 + 30, "b": 50 + 30}
