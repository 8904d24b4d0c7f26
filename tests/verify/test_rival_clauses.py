"""Rivals clause by clause: which of them a table refutes, and which one result would tell the others apart."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest

from rxscore.events import (
    ClaimedRow,
    ClassificationDeclared,
    Event,
    FeatBy,
    FeatRecorded,
    Ranked,
    SessionShortened,
    StandingClaimed,
    points_text,
)
from rxscore.rulesets import Ruleset
from rxscore.scoring import Scored, score
from rxscore.verify.hypotheses import hypotheses
from rxscore.verify.mutations import mutations
from rxscore.verify.rivals import Rivals, rivals
from season_text import RACE, car, rules, say, scored, table, told

TEAMS = """
winner = "race"
stages = [{ id = "race", sessions = ["R1"], award = { drivers = [10, 6, 4], teams = [10, 6, 4] } }]
standings = [{ id = "drivers" }, { id = "teams", of = "team", cars = 1 }]
"""
"""A team's best car scores; its others hold their places."""

TWO_TEAMS = [car("a", team="x"), car("b", team="x"), car("c", team="y")]

LAP = {"id": "lap", "feat": "fastest-lap", "award": {"drivers": 1}}
HALF = {"stages": ["race"], "below": 0.75, "factor": 0.5}


def claimed(of: Scored, *rows: tuple[str, Any, int], standing: str = "drivers", top: bool = False) -> Scored:
    """The season with a table claimed: (competitor, points, position)."""
    lines = tuple(ClaimedRow(*row) for row in rows)
    claim = say(StandingClaimed, id=standing, standing=standing, rows=lines, top=top)
    return score(of.season.apply(claim), of.rules)


def refuted(found: Rivals, key: str) -> dict[str, str]:
    """By what a rival of a clause says, whose line is against it."""
    return {one.mutation.after: one.competitor for one in found.refuted if one.mutation.key == key}


def survivors(found: Rivals, key: str) -> dict[str, str]:
    """By what a rival of a clause says, what would tell it: result, whose line, what it says by either."""
    return {one.mutation.after: _apart(one.apart) for one in found.survivors if one.mutation.key == key}


def _apart(apart: Any) -> str:
    if apart is None:
        return "nothing"
    if_ = "" if apart.hypothesis is None else f"{apart.hypothesis.what.format(*apart.hypothesis.entries)}: "
    rows = (apart.rules, apart.rival)
    ours, theirs = ("none" if row is None else points_text(row.points) for row in rows)
    if ours == theirs:
        ours, theirs = (f"place {row.position}" for row in rows)
    return f"{if_}{apart.competitor} {ours} or {theirs}"


def words(book: Ruleset, key: str, text: str = "1 R1: a b", *more: Event, standing: str = "drivers") -> list[str]:
    """What the rivals of a clause say."""
    return [one.after for one in mutations(book, told(text, *more), [standing]) if one.key == key]


# --- what a table decides --------------------------------------------------------------------

TELLING = """
1 R1: d a c g e/DNF
2 R1: a c f
3 R1: a=b
"""
"""Every clause of 3-2-1 is tried: a scores three times, c and d are equal on points, a dead heat, one with nothing."""

TOLD = [("A", Fraction(15, 2), 1), ("C", 3, 2), ("D", 3, 2), ("B", Fraction(5, 2), 4), ("F", 1, 5), ("G", 0, 6),
        ("E", 0, 6)]  # fmt: skip


def test_a_whole_table_can_refute_every_rival() -> None:
    of = scored(TELLING, rules(RACE, {"stages.race.award.drivers": [3, 2, 1]}))
    found = rivals(claimed(of, *TOLD))
    assert [(one.mutation.key, one.mutation.after) for one in found.survivors] == []
    assert found.hypotheses == 0
    assert refuted(found, "dead_heat") == {"full": "A"}
    assert refuted(found, "standings.drivers.counts") == {"all but 1": "A", "all but 2": "A"}
    # c was twice second or third, d won once: any step that looks at places parts them.
    assert set(refuted(found, "standings.drivers.ties")) == {
        "event wins", "countback", "earliest best", "latest round",
    }  # fmt: skip


def test_where_only_the_champion_is_claimed_the_lines_of_the_others_decide() -> None:
    of = scored(TELLING, rules(RACE, {"stages.race.award.drivers": [3, 2, 1]}))
    found = rivals(claimed(of, *TOLD[:1], top=True))
    scale = "stages.race.award.drivers.scale"
    assert set(refuted(found, scale)) == {"2-2-1", "4-2-1", "3-1-1", "3-3-1"}
    assert survivors(found, scale) == {
        "3-2-0": "C 3 or 2",
        "3-2-2": "C 3 or 4",
        "3-2-1-1": "E place 6 or place 7",  # with a point for g, who was fourth
    }
    # g, who was classified, would be left out by the second of them alone; but e's line shows both.
    assert survivors(found, "standings.drivers.appears") == {"classified": "E 0 or none", "scored": "E 0 or none"}
    assert found.hypotheses == 0


def test_who_of_a_team_scores_is_put_to_the_claims_of_the_teams() -> None:
    of = scored("1 R1: a b c", rules(TEAMS), cars=TWO_TEAMS)
    whole = rivals(claimed(of, ("x", 10, 1), ("y", 4, 2), standing="teams"))
    assert refuted(whole, "standings.teams.cars") == {"not said": "x", "2": "x"}
    assert refuted(whole, "standings.teams.others") == {"invisible": "y"}


def test_a_rival_of_one_standing_is_told_apart_in_that_standing() -> None:
    of = scored("1 R1: a b c", rules(TEAMS), cars=TWO_TEAMS)
    of = claimed(of, ("A", 10, 1), ("B", 6, 2), ("C", 4, 3))
    found = rivals(claimed(of, ("x", 10, 1), standing="teams", top=True))
    # Were the second car of x not there for the teams, y's car would be second.
    assert survivors(found, "standings.teams.others") == {"invisible": "y 4 or 6"}
    (one,) = [one for one in found.survivors if one.mutation.key == "standings.teams.others"]
    assert one.apart is not None
    assert one.apart.standing == "teams"


def test_how_many_cars_score_is_asked_of_teams_alone() -> None:
    text, book = "1 R1: a b", rules(TEAMS)
    assert words(book, "standings.teams.cars", text, standing="teams") == ["not said", "2"]
    assert words(book, "standings.drivers.cars", text) == []
    every = rules(TEAMS.replace(", cars = 1", ""))
    assert words(every, "standings.teams.others", text, standing="teams") == []  # there are no others


# --- those who did not finish ----------------------------------------------------------------

DNF = "stages.race.award.drivers.dnf"


def test_a_retired_car_that_is_listed_in_a_place_shows_what_it_is_worth() -> None:
    of = scored("1 R1: a b c/DNF:3", rules())
    found = rivals(claimed(of, ("A", 10, 1), ("B", 6, 2), ("C", 4, 3)))
    assert refuted(found, DNF) == {"0 points": "C"}
    found = rivals(claimed(of, ("A", 10, 1), top=True))
    assert survivors(found, DNF) == {"0 points": "C 4 or 0"}


def test_where_no_retired_car_is_listed_in_a_place_its_points_are_no_question() -> None:
    assert words(rules(), DNF, "1 R1: a b c/DNF") == []


@pytest.mark.parametrize(
    ("said", "told_"),
    [
        ("entries + 1", "the points of place entries + 1"),
        ("last + 1", "the points of place last + 1"),
        ("last - 5", "5 points fewer than the last classified"),
        ("unknown", "not known"),
        (2, "2 points"),
    ],
)
def test_what_is_given_without_a_place_in_words(said: Any, told_: str) -> None:
    book = rules(RACE, {"stages.race.award.drivers": {"scale": [10, 6], "dnf": said}})
    found = [one for one in mutations(book, told("1 R1: a b"), ["drivers"]) if one.key == DNF]
    assert {one.before for one in found} == {told_}
    assert [one.after for one in found] == ["0 points", "the points of the place listed"]


# --- scales, counts, ties --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("award", "others"),
    [
        ([2, Fraction(1, 2)], ["1-0.5", "3-0.5", "2-1.5", "2-0.5-1", "2"]),  # nothing is worth less than nothing
        ({"places": [2], "then": 1}, ["1, and so on", "3, and so on"]),
        ([2, "unknown"], ["1-?", "3-?", "2-?-1", "2"]),
    ],
)
def test_other_scales(award: Any, others: Sequence[str]) -> None:
    book = rules(RACE, {"stages.race.award.drivers": {"scale": award}})
    assert words(book, "stages.race.award.drivers.scale") == others


def test_scales_by_starters_are_left_as_they_are() -> None:
    book = rules(RACE, {"stages.race.award.drivers": {"by_starters": [{"least": 1, "scale": [10, 6]}]}})
    assert words(book, "stages.race.award.drivers.scale") == []


def test_a_tie_break_that_looks_at_no_places_is_only_left_out_or_followed_by_another() -> None:
    book = rules(RACE, {"standings.drivers.ties": ["gross points"]})
    assert words(book, "standings.drivers.ties") == [
        "none",
        "gross points, then event wins",
        "gross points, then countback",
        "gross points, then earliest best",
        "gross points, then latest round",
    ]


def test_a_number_of_scores_that_goes_by_the_season_is_told() -> None:
    book = rules(RACE, {"standings.drivers.counts": [{"best_of": [[2, 1], [3, 2]]}]})
    key = "standings.drivers.counts"
    found = [one for one in mutations(book, told("1 R1: a b"), ["drivers"]) if one.key == key]
    assert [(one.before, one.after) for one in found] == [("best 1 of 2, 2 of 3", "everything")]


# --- bonuses and races cut short -------------------------------------------------------------


def test_whether_a_fastest_lap_is_shared_takes_two_who_set_it() -> None:
    lap = say(FeatRecorded, round=1, feat="fastest-lap", session="R1", rows=(FeatBy("a"),))
    of = scored("1 R1: a b", rules(RACE, {"bonuses": [LAP]}), lap)
    found = rivals(claimed(of, ("A", 11, 1), ("B", 6, 2)))
    assert refuted(found, "bonuses.lap.award") == {"0 in drivers": "A", "2 in drivers": "A"}
    assert survivors(found, "bonuses.lap.shared") == {
        "split": "fastest lap by b as well: A 11 or 10.5",
        "none": "fastest lap by b as well: A 11 or 10",
    }


def test_conditions_of_a_bonus_that_has_none_are_not_mutated() -> None:
    free = rules(RACE, {"bonuses": [LAP]})
    assert words(free, "bonuses.lap.classified") == words(free, "bonuses.lap.completed") == []
    any_place = rules(RACE, {"bonuses": [LAP | {"stage": "race", "classified": 0}]})
    assert words(any_place, "bonuses.lap.classified") == ["not said", "1"]


def test_a_bonus_of_another_standing_is_not_touched() -> None:
    book = rules(TEAMS, {"bonuses": [LAP | {"award": {"teams": 1}}]})
    assert words(book, "bonuses.lap.award") == []
    assert words(book, "bonuses.lap.award", standing="teams") == ["0 in teams", "2 in teams"]


@pytest.mark.parametrize("resumed", [True, False])
def test_whether_a_race_must_not_be_resumed_for_half_points(resumed: bool) -> None:
    short = say(SessionShortened, round=1, session="R1", completed=Fraction(1, 2), resumed=resumed)
    of = scored("1 R1: a b", rules(RACE, {"shortened": [HALF]}), short)
    found = rivals(claimed(of, ("A", 5, 1), ("B", 3, 2)))
    assert refuted(found, "shortened.0") == {"full points": "A"}
    key = "shortened.0.unless_resumed"
    if resumed:
        assert (refuted(found, key), survivors(found, key)) == ({"yes": "A"}, {})
    else:  # With nine tenths run, both give full points.
        apart = "stopped after 60 percent, and resumed: A 5 or 10"
        assert (refuted(found, key), survivors(found, key)) == ({}, {"yes": apart})


def test_a_scale_of_its_own_for_a_race_cut_short_is_only_left_out() -> None:
    book = rules(RACE, {"shortened": [{"stages": ["race"], "below": 0.75, "scale": [5, 3]}]})
    assert words(book, "shortened.0") == ["full points"]
    assert words(book, "shortened.0.unless_resumed") == []


# --- results that might have been ------------------------------------------------------------


def supposed(text: str, book: Ruleset | None = None, *more: Event) -> dict[str, str]:
    """Every hypothesis in words, and the table that comes of it."""
    of = scored(text, book or rules(), *more)
    return {
        f"{one.where}: {one.what.format(*one.entries)}": table(score(of.season.apply(one.event), of.rules))
        for one in hypotheses(of.season, of.ruleset)
    }


def test_a_declared_classification_might_have_been_another() -> None:
    rows = (Ranked("a", 1), Ranked("b", 2), Ranked("c", 3))
    declared = say(ClassificationDeclared, round=1, stage="race", rows=rows)
    book = rules(RACE, {"bonuses": [LAP], "shortened": [HALF]})  # which ask for a session, not for a stage
    found = supposed("1 R1", book, declared, *(car(name) for name in "abc"))
    assert found == {
        "race: b in place 1, before a": "1 B 10, 2 A 6, 3 C 4",
        "race: c in place 2, before b": "1 A 10, 2 C 6, 3 B 4",
        "race: a and b level in place 1": "1 A 8, 1 B 8, 3 C 4",
        "race: b and c level in place 2": "1 A 10, 2 B 5, 2 C 5",
        "race: a disqualified from place 1": "1 B 10, 2 C 6, 3 A 0",
        "race: b disqualified from place 2": "1 A 10, 2 C 6, 3 B 0",
        "race: c disqualified from place 3": "1 A 10, 2 B 6, 3 C 0",
        "race: a retired from place 1": "1 B 10, 2 C 6, 3 A 0",
        "race: b retired from place 2": "1 A 10, 2 C 6, 3 B 0",
        "race: c retired from place 3": "1 A 10, 2 B 6, 3 C 0",
    }


def test_of_two_level_cars_neither_retires_alone_nor_are_they_level_once_more() -> None:
    found = supposed("1 R1: a=b c")
    assert [name for name in found if "level" in name] == ["R1: b and c level in place 1"]
    assert [name for name in found if "retired" in name] == ["R1: c retired from place 3"]
    assert found["R1: b and c level in place 1"] == "1 A 6 2/3, 1 B 6 2/3, 1 C 6 2/3"


def test_a_fastest_lap_might_have_been_another_in_its_own_session() -> None:
    lap = say(FeatRecorded, round=1, feat="fastest-lap", session="Q1", rows=(FeatBy("a"),))
    found = supposed("1 Q1: b a\n1 R1: a b c", rules(RACE, {"bonuses": [LAP]}), lap)
    assert {name: told_ for name, told_ in found.items() if "lap" in name} == {
        "Q1: fastest lap by b (place 1)": "1 A 10, 2 B 7, 3 C 4",
        "Q1: fastest lap by b as well": "1 A 11, 2 B 7, 3 C 4",
    }


def test_one_race_of_several_is_not_stopped() -> None:
    book = rules(RACE, {"shortened": [HALF]})
    assert not any("stopped" in name for name in supposed("1 R1.1: a b", book))
    assert any("stopped" in name for name in supposed("1 R1: a b", book))


@pytest.mark.parametrize(("scale", "deep"), [([10], 3), ({"places": [10], "then": 1}, 20)])
def test_changed_places_are_those_worth_points_and_two_more_or_twenty_if_all_are(scale: Any, deep: int) -> None:
    book = rules(RACE, {"stages.race.award.drivers": {"scale": scale}})
    of = scored("1 R1: " + " ".join(f"c{number}" for number in range(25)), book)
    retired = [one.entries for one in hypotheses(of.season, of.ruleset) if "retired" in one.what]
    assert retired == [(f"c{number}",) for number in range(deep)]
