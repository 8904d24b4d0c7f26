"""What is not known leaves a total open: of whom, and of whom not."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from attrs import evolve

from rxscore.events import (
    Disqualification,
    FeatBy,
    FeatRecorded,
    Points,
    PointsReported,
    Result,
    SessionResults,
    SessionShortened,
)
from rxscore.events import Scored as Given
from rxscore.rulesets import Ruleset
from rxscore.scoring import Classified
from season_text import KNOWN, RACE, car, rules, say, scored, table

LADDER = """
winner = "final"
stages = [
  { id = "heats", sessions = ["Q1"], award.drivers = [9, 8, 7, 6], advance = [{ to = ["F"], best = 2 }] },
  { id = "final", sessions = ["F"], award.drivers = [5, 4, 3, 2, 1] },
]
standings = [{ id = "drivers" }]
"""

TEAMS = RACE.replace('{ id = "drivers" }', '{ id = "drivers" }, { id = "teams", of = "team", points_of = "drivers" }')


def given(*rows: Given, **fields: Any) -> PointsReported:
    return say(PointsReported, **{"round": 1, "standing": "drivers", "rows": rows, **fields})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 R1: a b c", "1 A 10, 2 B 6, 3 C 4"),
        # d may have been in the race, but nobody says so.
        ("1 R1: a b c ...", "1 A 10, 2 B 6, 3 C 4, 4 D 0+"),
        # It is known that d was there, but not how it ended for him.
        ("1 R1: a b c d/unknown", "1 A 10, 2 B 6, 3 C 4, 4 D 0+"),
        # Who was second is not told.
        ("1 R1: b - c ...", "1 B 10, 2 C 4, 3 A 0+, 3 D 0+"),
        # A race that was to be run, and of which nothing is known.
        ("1 R1", ""),
        ("1 R1\n2 R1: a", "1 A 10"),
    ],
)
def test_whose_points_are_not_known(text: str, expected: str) -> None:
    assert table(scored(text, rules(), cars=[car("d"), car("a")])) == expected


def test_a_race_on_the_programme_of_which_nothing_is_told_leaves_everybody_open() -> None:
    text = LADDER.replace("[9, 8, 7, 6]", "[9, 8]")
    season = scored("1 Q1 F\n1 F: a b", rules(text), cars=[car("c", rounds=(2,)), car("d")])
    assert table(season) == "1 A 5+, 2 B 4+, 3 D 0+"


def test_of_two_races_of_one_stage_both_have_to_be_known() -> None:
    both = rules(RACE, {"stages.race.sessions": ["R1", "R2"]})
    assert table(scored("1 R1 R2\n1 R1: a b\n1 R2: b a", both)) == "1 A 16, 1 B 16"
    # Nothing is told of the first race, in which both may have scored; of the second, that c is missing.
    assert table(scored("1 R1 R2\n1 R2: a b", both)) == "1 A 10+, 2 B 6+"
    assert table(scored("1 R1 R2\n1 R1: a ...\n1 R2: b a", both)) == "1 A 16, 2 B 10+"


def test_who_did_not_qualify_cannot_have_points_from_the_final() -> None:
    assert table(scored("1 Q1 F\n1 Q1: a b c", rules(LADDER))) == "1 A 9+, 2 B 8+, 3 C 7"
    # d is not in a ranking that lists everybody, and so was not there.
    assert table(scored("1 Q1 F\n1 Q1: a b c", rules(LADDER), cars=[car("d")])) == "1 A 9+, 2 B 8+, 3 C 7"
    # c went to the final as a reserve: b or d may have been the other finalist, but not d, who was fourth.
    reserve = scored("1 Q1 F\n1 Q1: a b c d\n1 F: a c ...", rules(LADDER))
    assert table(reserve) == "1 A 14, 2 C 11, 3 B 8+, 4 D 6"
    # Where the ranking itself is not known, everybody may have been there.
    assert table(scored("1 Q1 F\n1 Q1: a b ...", rules(LADDER), cars=[car("c")])) == "1 A 9+, 2 B 8+, 3 C 0+"


def test_an_incomplete_list_that_holds_every_place_worth_points_leaves_nothing_open() -> None:
    top = rules(RACE, {"stages.race.award.drivers": [10, 6]})
    assert table(scored("1 R1: a b ...", top, cars=[car("c")])) == "1 A 10, 2 B 6"
    assert table(scored("1 R1: a=b ...", top, cars=[car("c")])) == "1 A 8, 1 B 8"
    assert table(scored("1 R1: a ...", top, cars=[car("c")])) == "1 A 10, 2 C 0+"
    for award in (
        {"scale": {"places": [10, 6], "then": 1}},
        {"scale": [10, 6], "dnf": 1},
        {"by_starters": [{"least": 1, "scale": [10, 6]}]},
    ):
        more = rules(RACE, {"stages.race.award.drivers": award})
        assert table(scored("1 R1: a b ...", more, cars=[car("c")])) == "1 A 10, 2 B 6, 3 C 0+"


def by_class(**award: Any) -> Ruleset:
    return rules(
        RACE, {"stages.race.award.drivers": {"scale": [10, 6]} | award, "standings.drivers.places_in": "class"}
    )


def test_in_a_class_the_places_held_in_the_race_settle_nothing() -> None:
    cars = [car("a", car_class="one"), car("b", car_class="one"), car("c", car_class="two")]
    assert table(scored("1 R1: a b ...", by_class(), cars=cars)) == "1 A 10, 2 B 6, 3 C 0+"


def test_one_whose_points_are_reported_is_not_open() -> None:
    assert table(scored("1 R1: a ...", rules(), given(Given("B", 6)), cars=[car("b"), car("c")])) == (
        "1 A 10, 2 B 6, 3 C 0+"
    )
    of_stage = given(Given("B", 6), stage="race")
    assert table(scored("1 R1: a ...", rules(), of_stage, cars=[car("b")])) == "1 A 10, 2 B 6"
    elsewhere = given(Given("B", 6), stage="sprint")
    assert table(scored("1 R1: a ...", rules(), elsewhere, cars=[car("b")])) == "1 A 10, 2 B 6+"


def test_a_team_is_open_where_its_driver_is() -> None:
    cars = [car("a", team="red"), car("b", team="blue"), car("c")]
    assert table(scored("1 R1: a ...", rules(TEAMS), cars=cars), "teams") == "1 red 10, 2 blue 0+"
    told = given(Given("B", 6))
    assert table(scored("1 R1: a ...", rules(TEAMS), told, cars=cars), "teams") == "1 red 10, 2 blue 6"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Of c the second race is known, of a and b both.
        ("1 R1: a - b c/unknown\n1 R2: b c a", "1 A 14, 1 B 14, 3 C 6+"),
        ("1 R1: a b c ...\n1 R2: a - b ...", "1 A 20, 2 B 10, 3 C 4+"),
        ("1 R1 R2\n1 R1: a b c", "1 A 10+, 2 B 6+, 3 C 4+"),
    ],
)
@pytest.mark.parametrize("per", ["session", "race"])
def test_a_result_in_one_race_settles_nothing_of_another(text: str, expected: str, per: str) -> None:
    book = rules(RACE, {"stages.race.sessions": ["R1", "R2"], "stages.race.per": per})
    assert table(scored(text, book)) == expected


def test_whoever_may_have_started_may_make_the_scale_a_longer_one() -> None:
    by = {"by_starters": [{"least": 1, "scale": [3, 2]}, {"least": 3, "scale": [9, 8, 7]}]}
    book = rules(RACE, {"stages.race.award.drivers": by})
    assert table(scored("1 R1: a b c/unknown", book)) == "1 A 3+, 2 B 2+, 3 C 0+"
    assert table(scored("1 R1: a b c/DNS", book)) == "1 A 3, 2 B 2"


@pytest.mark.parametrize(
    ("dnf", "text", "expected"),
    [
        # d is behind two, or behind a alone.
        ("last + 1", "1 R1: a - d/DNF b/unknown", "1 A 10, 2 D 4+, 3 B 0+"),
        ("last + 1", "1 R1: a b d/DNF", "1 A 10, 2 B 6, 3 D 4"),
        ("entries", "1 R1: a d/DNF ...", "1 A 10, 2 D 4+, 3 C 0+"),
        ("last - 1", "1 R1: a d/DNF b/unknown", "1 A 10, 2 D 5+, 3 B 0+"),
    ],
)
def test_one_who_is_told_to_be_behind_all_may_be_behind_fewer(dnf: str, text: str, expected: str) -> None:
    book = rules(RACE, {"stages.race.award.drivers": {"scale": [10, 6, 4, 3, 2, 1], "dnf": dnf}})
    assert table(scored(text, book, cars=[car("c")] if "..." in text else [])) == expected


ASKED = """
winner = "race"
stages = [
  { id = "ranking", sessions = ["Q"], advance = [{ to = ["F"], best = 1 }] },
  { id = "final", sessions = ["F"] },
  { id = "race", sessions = ["R1"], award.drivers = { scale = [10, 6, 4], if_classified = "ranking" } },
]
standings = [{ id = "drivers" }]
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 Q: a b c\n1 R1: c a b", "1 C 10, 2 A 6, 3 B 4"),
        ("1 Q: a b c/DSQ\n1 R1: c a b", "1 A 10, 2 B 6, 3 C 0"),
        # If c was classified, the others were behind him.
        ("1 Q: a b c/unknown\n1 R1: c a b", "1 A 6+, 2 B 4+, 3 C 0+"),
        ("1 Q: a b ...\n1 R1: c a b", "1 A 6+, 2 B 4+, 3 C 0+"),
        # Whoever went on to the final was classified; b was thrown out.
        ("1 Q: a b/DSQ ...\n1 F: c\n1 R1: c a b", "1 C 10, 2 A 6, 3 B 0"),
        ("1 Q R1\n1 R1: c a b", "1 A 0+, 1 B 0+, 1 C 0+"),
        ("1 R1\n1 R1: c a b", "1 C 10, 2 A 6, 3 B 4"),
        # The first place was not that of a.
        ("1 Q: b c a/DSQ\n1 R1: a - c ...", "1 C 6, 2 A 0, 2 B 0+"),
    ],
)
def test_one_who_had_to_be_classified_elsewhere_is_open_where_that_is_not_told(text: str, expected: str) -> None:
    assert table(scored(text, rules(ASKED), cars=[car("b")])) == expected


def test_who_shared_a_place_with_nobody_who_is_told_has_no_known_share() -> None:
    alone = SessionResults(id="x", known=KNOWN, round=1, session="R1", complete=False,
                           rows=(Result("a", 1, tied=True), Result("c", 3)))  # fmt: skip
    assert table(scored("", rules(), alone, cars=[car("a"), car("b"), car("c")])) == "1 C 4, 2 A 0+, 2 B 0+"


def test_who_sat_in_for_another_is_open_with_his_result() -> None:
    row = SessionResults(id="x", known=KNOWN, round=1, session="R1",
                         rows=(Result("a", 1), Result("b", status="unknown", drivers=("B", "S"))))  # fmt: skip
    assert table(scored("", rules(), row, cars=[car("a"), car("b"), car("s")])) == "1 A 10, 2 B 0+, 2 S 0+"


@pytest.mark.parametrize(("shared", "points"), [("full", "12"), ("split", "11+"), ("none", "10+")])
def test_a_feat_that_others_may_share_is_worth_less(shared: str, points: str) -> None:
    lap = {"id": "lap", "feat": "lap", "award": {"drivers": 2}, "shared": shared}
    feat = say(FeatRecorded, round=1, feat="lap", session="R1", rows=(FeatBy("a"),), complete=False)
    assert table(scored("1 R1: a b", rules(RACE, {"bonuses": [lap]}), feat)) == f"1 A {points}, 2 B 6+"


def test_of_a_feat_the_place_is_the_one_among_several_races_too() -> None:
    lap = {"id": "lap", "feat": "lap", "award": {"drivers": 1}, "stage": "race", "classified": 0}
    book = rules(RACE, {"bonuses": [lap], "stages.race.sessions": ["R1", "R2"]})
    feat = say(FeatRecorded, round=1, feat="lap", session="R1", rows=(FeatBy("a"),))
    assert table(scored("1 R1: a b\n1 R2: b a", book, feat)) == "1 A 16, 1 B 16"


def test_the_scale_of_a_shortened_race_may_reach_further_back() -> None:
    text = RACE.replace("[10, 6, 4, 3, 2, 1]", "[10, 6]") + '[[shortened]]\nstages = ["race"]\nscale = [5, 3, 2]\n'
    short = say(SessionShortened, round=1, session="R1", completed=0.5)
    assert table(scored("1 R1: a b ...", rules(text), short, cars=[car("c")])) == "1 A 5, 2 B 3, 3 C 0+"


def test_who_is_thrown_out_of_a_place_that_is_not_told_was_perhaps_ahead() -> None:
    out = say(Disqualification, entry="b", round=1, session="R1")
    season = scored("1 R1: a - c d b/unknown", rules(), out)
    assert table(season) == "1 A 10, 2 C 4+, 3 D 3+, 4 B 0"
    assert season.rounds[0].bounded["drivers"]["C"][0].points == 2
    assert table(scored("1 R1: a - c d ...", rules(), out, cars=[car("b")])) == "1 A 10, 2 C 4+, 3 D 3+, 4 B 0+"
    # Where his place is told, or stays vacant, there is no question; nor where everybody is listed, and he is not.
    for ruling, text in (
        (evolve(out, place=2), "1 R1: a - c d b/unknown"),
        (evolve(out, promote=False), "1 R1: a - c d b/unknown"),
        (out, "1 R1: a - c d"),
    ):
        assert "C 4+" not in table(scored(text, rules(), ruling))


def test_one_who_does_not_score_is_never_open() -> None:
    assert table(scored("1 R1: a ...", rules(), cars=[car("b", guest=True)])) == "1 A 10"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Behind a guest all move up: c, third on the road, may be second, where the guest's place is not told.
        ("1 R1: a g c d ...", "1 A 10, 2 C 6, 3 D 4, 4 B 0+"),
        ("1 R1: a - c d ...", "1 A 10, 2 C 4+, 3 D 3+, 4 B 0+"),
        ("1 R1: a b c d g/unknown", "1 A 10, 2 B 6, 3 C 4, 4 D 3"),
        ("1 R1: a b - d g/unknown", "1 A 10, 2 B 6, 3 D 3+"),
        # Everybody is listed: the place was nobody's.
        ("1 R1: a b - d g/DNF", "1 A 10, 2 B 6, 3 D 3"),
        # Seven places or more are worth nothing; who was seventh may have been sixth.
        ("1 R1: a - - - - - - c d/DNF ...", "1 A 10, 2 B 0+, 2 C 0, 2 D 0"),
        ("1 R1: a - - - - - c d ...", "1 A 10, 2 B 0+, 2 C 0+, 2 D 0"),
    ],
)
def test_behind_a_guest_whose_place_is_not_told_one_may_be_further_ahead(text: str, expected: str) -> None:
    assert table(scored(text, rules(), cars=[car("b"), car("g", guest=True)])) == expected


def test_behind_two_guests_one_may_be_two_places_further_ahead() -> None:
    cars = [car("g", guest=True), car("h", guest=True)]
    season = scored("1 R1: a - - - c=d e ...", rules(), cars=cars)
    assert table(season) == "1 A 10, 2 C 1.5+, 2 D 1.5+, 4 E 0+"
    ((limit,),) = {season.rounds[0].bounded["drivers"][name] for name in ("C", "D")}
    assert limit.points == 2  # (4 + 3) / 2 in third place, instead of (2 + 1) / 2 in fifth
    assert season.rounds[0].bounded["drivers"]["E"][0].points == 2  # fifth at best


def test_in_a_class_one_may_be_further_ahead_of_cars_of_another() -> None:
    cars = [car("a", car_class="one"), car("c", car_class="one"), car("b", car_class="two")]
    assert table(scored("1 R1: a - c ...", by_class(scale=[10, 6, 4]), cars=cars)) == "1 A 10, 2 C 4+, 3 B 0+"
    only = rules(RACE, {"standings.drivers.car_class": "one"})
    assert table(scored("1 R1: a - c ...", only, cars=cars)) == "1 A 10, 2 C 4+"
    # Of a car that the log does not know nobody knows the class.
    assert table(scored("1 R1: a - c ...", only, cars=cars[:2])) == "1 A 10, 2 C 4+"
    assert table(scored("1 R1: a - c ...", rules(), cars=cars[:2])) == "1 A 10, 2 C 4"
    # Second was the only car of which nothing is told, and it is of the class.
    mine = [*cars[:2], car("d", car_class="one")]
    assert table(scored("1 R1: a - c ...", only, cars=mine)) == "1 A 10, 2 C 4, 3 D 0+"


def test_behind_a_car_that_does_not_score_beside_its_teams_others_one_may_be_further_ahead() -> None:
    text = RACE.replace('{ id = "drivers" }', '{ id = "drivers", of = "team", cars = 1, others = "invisible" }')
    cars = [car("a", team="red"), car("b", team="red"), car("c", team="blue")]
    assert table(scored("1 R1: a b c", rules(text), cars=cars)) == "1 red 10, 2 blue 6"
    assert table(scored("1 R1: a - c ...", rules(text), cars=cars)) == "1 red 10+, 2 blue 4+"
    holds = rules(text.replace("invisible", "hold places"))
    assert table(scored("1 R1: a - c ...", holds, cars=cars)) == "1 red 10+, 2 blue 4"


def test_where_the_scale_turns_on_the_starters_more_of_them_may_mean_more_points() -> None:
    by = {"by_starters": [{"least": 1, "scale": [3, 2]}, {"least": 3, "scale": [9, 8, 7]}]}
    book = rules(RACE, {"stages.race.award.drivers": by})
    assert table(scored("1 R1: a b ...", book, cars=[car("c")])) == "1 A 3+, 2 B 2+, 3 C 0+"
    assert table(scored("1 R1: a b ...", book, cars=[car("c", guest=True)])) == "1 A 3, 2 B 2"
    assert table(scored("1 R1: a b c ...", book, cars=[car("d")])) == "1 A 9, 2 B 8, 3 C 7, 4 D 0+"


def test_a_function_is_asked_about_every_way_in_which_it_may_have_been() -> None:
    book = rules(RACE, {"stages.race.award.drivers": {"function": "half"}})

    def half(rows: Sequence[Classified]) -> Mapping[str, Points]:
        return {row.entry: 100 // (row.place or 100) for row in rows}

    season = scored("1 R1: a - c ...", book, cars=[car("g", guest=True)], extensions={"half": half})
    assert table(season) == "1 A 100, 2 C 33+"
    assert season.rounds[0].bounded["drivers"]["C"][0].points == 17


@pytest.mark.parametrize(
    ("text", "within", "expected"),
    [
        ("1 R1: a b c ...", 0, "1 A 10, 2 B 6, 3 C 5"),
        # c may be third or second, or nowhere.
        ("1 R1: a b - c ...", 3, "1 A 10, 2 B 6, 3 C 3+"),
        ("1 R1: a b - c ...", 2, "1 A 10, 2 B 6, 3 C 3+"),
        ("1 R1: a b - c ...", 4, "1 A 10, 2 B 6, 3 C 4+"),
        ("1 R1: a b c/unknown", 2, "1 A 10, 2 B 6, 3 C 0+"),
        ("1 R1: a b c/DNF ...", 2, "1 A 10, 2 B 6, 3 C 0"),
        ("1 R1: a b ...", 0, "1 A 10, 2 B 6, 3 C 0+"),
        ("1 R1", 0, "1 C 0+"),
    ],
)
def test_a_feat_that_asks_for_a_place_is_open_where_the_place_is(text: str, within: int, expected: str) -> None:
    lap = {"id": "lap", "feat": "lap", "award": {"drivers": 1}, "stage": "race", "classified": within}
    feat = say(FeatRecorded, round=1, feat="lap", session="R1", rows=(FeatBy("c"),))
    assert table(scored(text, rules(RACE, {"bonuses": [lap]}), feat, cars=[car("c"), car("g", guest=True)])) == expected


def test_a_feat_that_others_may_have_achieved_leaves_them_open() -> None:
    book = rules(RACE, {"bonuses": [{"id": "lap", "feat": "lap", "session": "R1", "award": {"drivers": 1}}]})
    part: dict[str, Any] = {"round": 1, "feat": "lap", "session": "R1", "rows": (FeatBy("a"),), "complete": False}
    assert table(scored("1 R1: a b", book, say(FeatRecorded, **part))) == "1 A 11, 2 B 6+"
    assert table(scored("1 R1: a b", book, say(FeatRecorded, **part), given(Given("B", 6)))) == "1 A 11, 2 B 6"
    for other in ({"complete": True}, {"feat": "pole"}, {"session": "R2"}):
        assert "+" not in table(scored("1 R1: a b", book, say(FeatRecorded, **{**part, **other})))


def test_a_total_that_is_not_known_leaves_its_points_open() -> None:
    text = """
winner = "total"
stages = [
  { id = "heats", sessions = ["Q1", "Q2"], score = { scale = [3, 2, 1] } },
  { id = "total", total = ["heats"], award.drivers = [5, 4] },
]
standings = [{ id = "drivers" }]
"""
    assert table(scored("1 Q1 Q2\n1 Q1: a b", rules(text))) == "1 A 0+, 1 B 0+"
    # A round with something else only: nothing is told of heats, which no schedule says were run.
    assert table(scored("1 X: a b", rules(text))) == "1 A 0+, 1 B 0+"
