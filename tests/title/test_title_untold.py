"""Who can still win, where it is not told how everything went: only what holds however it went is said."""

from typing import Any

import pytest

from rxscore.events import EntryFiled, Result, SessionResults
from rxscore.rulesets import Ruleset
from rxscore.scoring import Rulebook
from rxscore.title.chances import Prospects
from rxscore.whatif.doubt import in_doubt
from season_text import KNOWN, RACE, car, rules, scored, told


def verdicts(text: str, book: Ruleset, after: int, position: int = 1, cars: list[EntryFiled] | None = None) -> Any:
    prospects = Prospects(told(text, cars=cars or ()), Rulebook(book), book.standing("drivers"))
    return {one.competitor: one.status for one in prospects.chances(after, position).verdicts}


def test_places_held_in_one_race_say_nothing_of_another_that_is_lost() -> None:
    both = rules(RACE, {"stages.race.sessions": ["R1", "R2"], "stages.race.award.drivers": [10, 6, 4]})
    assert set(verdicts("1 R1 R2\n1 R1: a b c", both, 1).values()) == {"undecided"}
    assert verdicts("1 R1 R2\n1 R1: a b c\n1 R2: b c a", both, 1)["B"] == "clinched"


@pytest.mark.parametrize("of", ["driver", "make"])
def test_who_shares_a_car_that_scores_nothing_has_a_row_all_the_same(of: str) -> None:
    book = rules(RACE, {"standings.drivers.crew": "nothing", "standings.drivers.of": of})
    cars = [car("a", "A", "Z", make="m"), car("b", make="n"), car("c", make="o")]
    first = verdicts("1 R1: b c\n2 R1", book, 1, cars=cars)
    last = verdicts("1 R1: b c\n2 R1", book, 1, 3, cars=cars)
    shared = {"A", "Z"} if of == "driver" else {"m"}
    assert {name for name, status in first.items() if status == "eliminated"} == shared
    # He ends behind the two who have points, in third place (with whom he shares the car).
    assert {last[name] for name in shared} == {"clinched"}


def test_who_may_have_started_after_all_may_have_a_place_without_points() -> None:
    win = rules(RACE, {"stages.race.award.drivers": [10]})
    assert verdicts("1 R1: a b/DNS\n2 R1: a ...", win, 2, 2) == {"A": "clinched", "B": "undecided"}
    assert verdicts("1 R1: a b/DNS\n2 R1: a b", win, 2, 2)["B"] == "clinched"
    assert verdicts("1 R1: a b/DNS\n2 R1: a b/DNS", win, 2, 2)["B"] == "eliminated"


def test_a_disqualification_that_is_not_told_may_make_a_bad_score_count() -> None:
    text = """
winner = "race"
stages = [{ id = "heat", sessions = ["Q"] }, { id = "race", sessions = ["R1"], award.drivers = [10, 6, 4] }]
standings = [{ id = "drivers", counts = [{ best = 1, droppable = ["not disqualified"] }] }]
"""
    before = "1 Q R1\n2 Q R1\n1 Q: a b\n1 R1: a b\n2 R1: b c a\n"
    assert set(verdicts(before + "2 Q: b ...", rules(text), 2).values()) == {"undecided"}
    assert verdicts(before + "2 Q: b a/DSQ", rules(text), 2)["A"] == "eliminated"
    assert verdicts(before + "2 Q: b a", rules(text), 2)["A"] == "clinched"


def test_a_title_is_in_doubt_where_a_lost_place_would_part_equals() -> None:
    book = rules(RACE, {"stages.race.award.drivers": [10, 6], "standings.drivers.ties": ["countback"]})
    lost = "1 R1: a b c\n2 R1: b a c\n3 R1: c d - e a ..."
    assert in_doubt(scored(lost, book, cars=[car("b")]), "drivers") == ("B",)
    assert in_doubt(scored(lost, book, cars=[car("b")]), "drivers", after=2) == ()
    assert in_doubt(scored(lost.replace(" - ", " b ").replace(" ...", ""), book), "drivers") == ()


def test_a_title_is_in_doubt_where_he_may_have_driven_another_car_as_well() -> None:
    shared = SessionResults(id="x", known=KNOWN, round=1, session="R1", complete=False,
                            rows=(Result("b", 2), Result("e", 3, drivers=("E", "D"))))  # fmt: skip
    book = rules(RACE, {"stages.race.award.drivers": [9, 3]})
    assert in_doubt(scored("2 R1: c d", book, shared, cars=[car(one) for one in "bcde"]), "drivers") == ("D",)


LADDER = """
winner = "final"
stages = [
  { id = "semis", sessions = ["S1", "S2"], award.drivers = [4, 2], advance = [{ to = ["F"], from_each = 1 }] },
  { id = "final", sessions = ["F"], award.drivers = [5, 3] },
]
standings = [{ id = "drivers" }]
"""


def test_before_a_final_only_those_who_are_in_it_have_something_to_win() -> None:
    cars = [car(one) for one in "abcd"]
    season = told("1 S1 S2 F\n2 S1 S2 F\n1 S1: a b\n1 S2: c d\n1 F: a c\n2 S1: a b\n2 S2: d c", cars=cars)
    book = rules(LADDER)
    found = Prospects(season, Rulebook(book), book.standing("drivers")).chances(1, 3, before="F")
    assert {one.competitor: (one.points, one.least, one.most, one.status) for one in found.verdicts} == {
        "A": (13, 13, 18, "clinched"),
        "C": (9, 9, 9, "clinched"),
        "D": (6, 6, 11, "clinched"),
        "B": (4, 4, 4, "eliminated"),
    }
    witness = next(one.witness for one in found.verdicts if one.competitor == "D")
    assert witness is not None
    assert {key: set(order) for key, order in witness.orders.items()} == {(2, "F"): {"a", "d"}}
