"""Dealing points: by place and status, dead heats, who is eligible, crews, teams, shortened sessions, multipliers."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from rxscore.events import (
    ClassificationDeclared,
    EligibilitySet,
    Event,
    FeatBy,
    FeatRecorded,
    PointsReported,
    Ranked,
    Result,
    RoundScheduled,
    SessionResults,
    SessionShortened,
)
from rxscore.events import Scored as Given
from rxscore.rulesets import Ruleset
from rxscore.scoring import Classified, Scored, ordinal
from season_text import KNOWN, RACE, car, rules, say, scored, table

T = ("teams",)

TEAMS = RACE.replace(
    'standings = [{ id = "drivers" }]',
    'standings = [{ id = "drivers" }, { id = "teams", of = "team", points_of = "drivers" }]',
)


def race(text: str = RACE, **edits: Any) -> Ruleset:
    """The plainest rules with keys of the award, the standing or the ruleset changed: ``award__dnf=2``."""
    tables = {"award": "stages.race.award.drivers.", "standing": "standings.drivers.", "top": ""}
    changes = {tables[key.split("__")[0]] + key.split("__")[1]: value for key, value in edits.items()}
    base = {"stages.race.award.drivers": {"scale": [10, 6, 4, 3, 2, 1]}}
    return rules(text, {**base, **changes})


def drivers(text: str, book: Ruleset | None = None, *more: Event, **fields: Any) -> str:
    return table(scored(text, book or race(), *more, **fields))


# --- places ----------------------------------------------------------------------------------


def test_places_are_worth_what_the_scale_says() -> None:
    assert drivers("1 R1: a b c d e f g") == "1 A 10, 2 B 6, 3 C 4, 4 D 3, 5 E 2, 6 F 1, 7 G 0"


def test_an_award_says_why() -> None:
    book = race(award__cite="article 9")
    (award,) = scored("1 R1: a?", book).awards("drivers")
    assert (award.clause, award.cite, award.entry, award.events, award.inferred, award.stage, award.session) == (
        "1st in R1", "article 9", "a", ("1-R1",), True, "race", "R1",
    )  # fmt: skip
    titled = rules(RACE, {"stages.race.title": "The race", "stages.race.cite": "article 1"})
    official = say(ClassificationDeclared, id="d", round=1, stage="race", rows=(Ranked("a", 1),))
    (award,) = scored("", titled, official, cars=[car("a")]).awards("drivers")
    assert (award.clause, award.cite) == ("1st in The race", "article 1")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (13, "13th"),
        (21, "21st"),
        (112, "112th"),
        (None, "-"),
    ],
)
def test_ordinals(number: int, text: str) -> None:
    assert ordinal(number) == text
    assert ordinal(None) == "-"


@pytest.mark.parametrize(
    ("outcome", "worth"),
    [(0, 0), (2, 2), ("place", 3), ("entries", 3), ("entries + 1", 2), ("last + 1", 4)],
)
def test_a_retirement_can_be_worth_something(outcome: object, worth: int) -> None:
    """Two classified of four, b is listed fourth: place 4 is worth 3, behind the last classified is third: 4."""
    found = scored("1 R1: a c d/NC b/DNF:4", race(award__dnf=outcome, award__nc=0)).table("drivers")
    assert {row.competitor: row.points for row in found.rows} == {"A": 10, "C": 6, "B": worth, "D": 0}


def test_every_status_has_its_outcome() -> None:
    book = race(award__dnf=4, award__dns=3, award__dsq=2, award__nc=1)
    assert drivers("1 R1: a b/DNF c/DNS d/DSQ e/NC f/unknown", book).startswith(
        "1 A 10, 2 B 4, 3 C 3, 4 D 2, 5 E 1, 6 F 0"
    )
    assert [one.clause for one in scored("1 R1: b/DNF", book).awards("drivers")] == ["DNF in R1"]


def test_a_dead_heat_shares_the_points_of_its_places_or_gets_them_in_full() -> None:
    assert drivers("1 R1: a b=c d") == "1 A 10, 2 B 5, 2 C 5, 4 D 3"
    assert drivers("1 R1: a=b=c") == "1 A 6 2/3, 1 B 6 2/3, 1 C 6 2/3"
    assert drivers("1 R1: a b=c d", race(top__dead_heat="full")) == "1 A 10, 2 B 6, 2 C 6, 4 D 3"


def test_a_dead_heat_over_a_place_whose_worth_is_unknown_is_open() -> None:
    assert drivers("1 R1: a=b", race(award__scale=[10, "unknown"])) == "1 A 0+, 1 B 0+"


def test_the_scale_can_depend_on_how_many_start() -> None:
    by = [{"least": 1, "scale": [3, 2]}, {"least": 3, "scale": [9, 8, 7]}]
    book = rules(RACE, {"stages.race.award.drivers": {"by_starters": by}})
    assert drivers("1 R1: a b c/DNS", book) == "1 A 3, 2 B 2"
    assert drivers("1 R1: a b c/DNF", book) == "1 A 9, 2 B 8, 3 C 0"
    fewer = rules(RACE, {"stages.race.award.drivers": {"by_starters": by[1:]}})
    assert drivers("1 R1: a b", fewer) == "1 A 0, 1 B 0"


def test_points_only_for_those_classified_elsewhere_the_others_are_passed_over() -> None:
    two = """
winner = "race"
stages = [
  { id = "race", sessions = ["R1"] },
  { id = "sprint", sessions = ["S"], award.drivers = { scale = [3, 2, 1], if_classified = "race" } },
]
standings = [{ id = "drivers" }]
"""
    assert table(scored("1 R1: b c a/DNF\n1 S: a b c", rules(two))) == "1 B 3, 2 C 2, 3 A 0"


def test_an_extension_deals_what_a_scale_cannot_say() -> None:
    def by_speed(rows: Sequence[Classified]) -> Mapping[str, int]:
        return {row.entry: 100 // (row.place or 1) for row in rows if row.place != 3}

    book = rules(RACE, {"stages.race.award.drivers": {"function": "by speed"}})
    assert drivers("1 R1: a b c", book, extensions={"by speed": by_speed}) == "1 A 100, 2 B 50, 3 C 0"


# --- who is eligible -------------------------------------------------------------------------


def test_a_guest_is_invisible_and_those_behind_move_up() -> None:
    assert drivers("1 R1: a b c", cars=[car("a", guest=True)]) == "1 B 10, 2 C 6"


def test_a_guest_can_hold_his_place_or_score() -> None:
    guest = [car("a", guest=True)]
    assert drivers("1 R1: a b c", race(standing__guests="hold places"), cars=guest) == "1 B 6, 2 C 4"
    assert drivers("1 R1: a b c", race(standing__guests="score"), cars=guest) == "1 A 10, 2 B 6, 3 C 4"


def test_only_nominated_cars_score_where_the_rules_ask_for_it() -> None:
    named = [car("b", nominated=("drivers",)), car("c", nominated=("drivers", "teams")), car("a", nominated=("teams",))]
    book = race(standing__entries="nominated")
    assert drivers("1 R1: a b c", book, cars=named) == "1 B 10, 2 C 6"
    held = race(standing__entries="nominated", standing__not_eligible="hold places")
    assert drivers("1 R1: a b c", held, cars=named) == "1 B 6, 2 C 4"


def test_a_class_is_scored_as_if_it_ran_alone() -> None:
    classes = [car("a", car_class="GT3"), car("b", car_class="GT4"), car("c", car_class="GT4")]
    assert drivers("1 R1: a b c", race(standing__car_class="GT4"), cars=classes) == "1 B 10, 2 C 6"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([{"scores": False}], "1 B 10, 2 C 6"),
        ([{"scores": False, "holds_place": True}], "1 B 6, 2 C 4"),
        ([{"scores": False, "standings": ("teams",)}], "1 A 10, 2 B 6, 3 C 4"),
        ([{"scores": False, "rounds": (2,)}], "1 A 10, 2 B 6, 3 C 4"),
        # What is said of the round goes before what is said of the season, the standing before all standings.
        ([{"scores": True, "rounds": (1,)}, {"scores": False}], "1 A 10, 2 B 6, 3 C 4"),
        ([{"scores": False}, {"scores": True, "standings": ("drivers",)}], "1 A 10, 2 B 6, 3 C 4"),
        ([{"scores": True, "known": "2024-06-01"}, {"scores": False, "known": "2024-06-02"}], "1 B 10, 2 C 6"),
    ],
)
def test_whether_an_entry_scores_can_be_said_of_it(said: list[dict[str, Any]], expected: str) -> None:
    more = [say(EligibilitySet, entry="a", **one) for one in said]
    assert drivers("1 R1: a b c", race(), *more) == expected


def test_what_is_said_of_an_entry_goes_before_what_it_is() -> None:
    more = say(EligibilitySet, entry="a", scores=True)
    assert drivers("1 R1: a b c", race(), more, cars=[car("a", guest=True)]) == "1 A 10, 2 B 6, 3 C 4"


# --- whose points ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("crew", "expected"),
    [("each", "1 X 10, 1 Y 10, 3 B 6"), ("share", "1 B 6, 2 X 5, 2 Y 5"), ("nothing", "1 B 6, 2 X 0, 2 Y 0")],
)
def test_a_crew_gets_the_points_each_shared_or_not_at_all(crew: str, expected: str) -> None:
    assert drivers("1 R1: a b", race(standing__crew=crew), cars=[car("a", "X", "Y")]) == expected


def test_a_share_says_of_what_it_is_a_part() -> None:
    season = scored("1 R1: a", race(standing__crew="share"), cars=[car("a", "X", "Y", "Z")])
    assert [(one.points.__class__.__name__, one.clause) for one in season.awards("drivers", "X")] == [
        ("Fraction", "1st in R1, a part of 10")
    ]


def test_who_drove_is_taken_from_the_results_where_they_say_so() -> None:
    rows = (Result("a", 1, drivers=("S",)), Result("b", 2))
    season = scored(
        "",
        race(),
        SessionResults(id="x", known=KNOWN, round=1, session="R1", rows=rows),
        RoundScheduled(id="r", known=KNOWN, round=1, name="One"),
        cars=[car("a"), car("b")],
    )
    assert table(season) == "1 S 10, 2 B 6"


def test_of_two_cars_shared_in_one_race_the_better_can_count() -> None:
    """X drove two cars: a part of first place, and a part of third."""
    shared = [car("a", "X", "Y"), car("c", "X", "Z")]
    add = race(standing__crew="share")
    assert drivers("1 R1: a b c", add, cars=shared) == "1 X 7, 2 B 6, 3 Y 5, 4 Z 2"
    best = race(standing__crew="share", standing__own_shares="best")
    assert drivers("1 R1: a b c", best, cars=shared) == "1 B 6, 2 X 5, 2 Y 5, 4 Z 2"
    assert drivers("1 R1: c b a", best, cars=shared) == "1 B 6, 2 X 5, 2 Z 5, 4 Y 2"


@pytest.mark.parametrize(
    ("of", "expected"),
    [("team", "1 red 14, 2 blue 6"), ("make", "1 fast 10, 2 slow 4"), ("entry", "1 a 10, 2 b 6, 3 c 4")],
)
def test_points_can_belong_to_the_team_the_make_or_the_car(of: str, expected: str) -> None:
    cars = [car("a", team="red", make="fast"), car("b", team="blue"), car("c", team="red", make="slow")]
    assert drivers("1 R1: a b c", race(standing__of=of), cars=cars) == expected


def test_a_car_of_no_known_entry_belongs_to_nobody() -> None:
    stranger = SessionResults(id="x", known=KNOWN, round=1, session="R1", rows=(Result("z", 1), Result("a", 2)))
    for of in ("driver", "team"):
        assert drivers("", race(standing__of=of), stranger, cars=[car("a", team="A")]) == "1 A 6"


def test_only_the_best_cars_of_a_team_score_in_a_race() -> None:
    red = [car(name, team="red") for name in "abd"] + [car("c", team="blue")]
    team: dict[str, Any] = {"standing__of": "team", "standing__cars": 1}
    assert drivers("1 R1: a b c d", race(**team), cars=red) == "1 red 10, 2 blue 4"
    assert drivers("1 R1: a b c d", race(**team, standing__others="invisible"), cars=red) == "1 red 10, 2 blue 6"
    two: dict[str, Any] = {"standing__of": "team", "standing__cars": 2}
    assert drivers("1 R1: a b c d", race(**two), cars=red) == "1 red 16, 2 blue 4"


def test_only_the_best_cars_of_a_team_can_score_in_a_round() -> None:
    """Two races in the round: car a 10, car b 6 + 10: the better car of the round is b."""
    text = 'winner = "race"\nstages = [{ id = "race", sessions = ["R1", "R2"], award.drivers = [10, 6, 4] }]\n'
    text += 'standings = [{ id = "drivers", of = "team", cars = 1, cars_by = "round" }]'
    red = [car("a", team="red"), car("b", team="red"), car("c", team="blue")]
    assert table(scored("1 R1: a b c\n1 R2: b c a/DNF", rules(text), cars=red)) == "1 red 16, 2 blue 10"


# --- points of another standing --------------------------------------------------------------


def test_the_points_of_the_drivers_make_the_points_of_the_team() -> None:
    cars = [car("a", team="red"), car("b", team="red"), car("c", team="blue"), car("d")]
    season = scored("1 R1: a b c d", rules(TEAMS), cars=cars)
    assert table(season, "teams") == "1 red 16, 2 blue 4"
    assert [(one.competitor, one.entry, one.points) for one in season.awards("teams")] == [
        ("red", "a", 10), ("red", "b", 6), ("blue", "c", 4),
    ]  # fmt: skip


def test_only_nominated_cars_count_for_the_team_and_the_others_keep_their_places() -> None:
    cars = [
        car("a", team="red"),
        car("b", team="red", nominated=("teams",)),
        car("c", team="blue", nominated=("teams",)),
    ]
    book = rules(TEAMS, {"standings.teams.entries": "nominated"})
    assert table(scored("1 R1: a b c", book, cars=cars), "teams") == "1 red 6, 2 blue 4"


# --- points as reported ----------------------------------------------------------------------


def reported(*rows: Given, **fields: Any) -> PointsReported:
    return say(PointsReported, **{"id": "p", "round": 1, "standing": "drivers", "rows": rows, **fields})


def test_points_can_be_all_that_is_known() -> None:
    season = scored("", race(), reported(Given("A", 12), Given("B", 0)), cars=[car("a"), car("b")])
    assert table(season) == "1 A 12"
    assert [(one.clause, one.entry, one.events) for one in season.awards("drivers")] == [
        ("points as reported", "a", ("p",))
    ]


def test_reported_points_replace_the_computed_ones_of_those_listed() -> None:
    assert drivers("1 R1: a b", race(), reported(Given("A", 12))) == "1 A 12, 2 B 6"
    assert drivers("1 R1: a b", race(), reported(Given("A", 12), stage="race")) == "1 A 12, 2 B 6"
    # Reported for another part of the event: they come on top.
    assert drivers("1 R1: a b", race(), reported(Given("A", 12), stage="other")) == "1 A 22, 2 B 6"
    assert drivers("1 R1: a b", race(), reported(Given("A", 12), standing="teams")) == "1 A 10, 2 B 6"


def test_reported_points_count_for_the_team_as_well() -> None:
    cars = [
        car("a", team="red"),
        car("b", team="red", nominated=("teams",)),
        car("c", team="blue", nominated=("teams",)),
    ]
    season = scored("1 R1: a b c", rules(TEAMS), reported(Given("A", 12), Given("Z", 5)), cars=cars)
    assert table(season, "teams") == "1 red 18, 2 blue 4"  # 12 as reported, and the 6 of its other car
    nominated = rules(TEAMS, {"standings.teams.entries": "nominated"})
    season = scored("1 R1: a b c", nominated, reported(Given("A", 12), Given("B", 7)), cars=cars)
    assert table(season, "teams") == "1 red 7, 2 blue 4"


def test_points_of_a_team_can_be_reported_themselves() -> None:
    cars = [car("a", team="red"), car("b", team="blue")]
    season = scored("1 R1: a b", rules(TEAMS), reported(Given("red", 1), standing="teams"), cars=cars)
    assert table(season, "teams") == "1 blue 6, 2 red 1"
    assert table(season, "drivers") == "1 A 10, 2 B 6"


# --- shortened sessions, multipliers ---------------------------------------------------------


def shortened(completed: Any, resumed: bool = True, session: str = "R1") -> SessionShortened:
    return say(SessionShortened, round=1, session=session, completed=completed, resumed=resumed)


def cut(**fields: Any) -> Ruleset:
    return race(TEAMS, top__shortened=[{"stages": ["race"], **fields}])


HALF = cut(below=0.75, factor=0.5)


@pytest.mark.parametrize(
    ("book", "event", "expected"),
    [
        (HALF, shortened(0.5), "1 A 5, 2 B 3"),
        (HALF, shortened(0.75), "1 A 10, 2 B 6"),
        (HALF, shortened(0.5, session="R2"), "1 A 10, 2 B 6"),
        (cut(least=0.25, scale=[6, 4]), shortened(0.25), "1 A 6, 2 B 4"),
        (cut(least=0.25, scale=[6, 4]), shortened(0.2), "1 A 10, 2 B 6"),
        (cut(unless_resumed=True, factor=0.5), shortened(0.5), "1 A 10, 2 B 6"),
        (cut(unless_resumed=True, factor=0.5), shortened(0.5, False), "1 A 5, 2 B 3"),
        (cut(standings=["teams"], factor=0.5), shortened(0.5), "1 A 10, 2 B 6"),
        (cut(standings=["drivers"], factor=0), shortened(0.5), "1 A 0, 1 B 0"),
    ],
)  # fmt: skip
def test_a_shortened_race_is_worth_less_as_the_rules_say(book: Ruleset, event: Event, expected: str) -> None:
    assert drivers("1 R1: a b", book, event) == expected


def test_the_first_rule_that_fits_decides() -> None:
    book = race(top__shortened=[{"stages": ["race"], "below": 0.5, "factor": 0}, {"stages": ["race"], "factor": 0.5}])
    assert drivers("1 R1: a b", book, shortened(0.4)) == "1 A 0, 1 B 0"
    assert drivers("1 R1: a b", book, shortened(0.6)) == "1 A 5, 2 B 3"


def test_half_points_of_points_no_source_tells_are_not_known_either() -> None:
    book = race(award__scale=[10, "unknown"], top__shortened=[{"stages": ["race"], "factor": 0.5}])
    assert drivers("1 R1: a b", book, shortened(0.4)) == "1 A 5, 2 B 0+"


def test_a_round_can_count_double() -> None:
    two = "1 R1: a b\n2 R1: b a"
    assert drivers(two, race(top__multipliers=[{"rounds": [2], "factor": 2}])) == "1 B 26, 2 A 22"
    assert drivers(two, race(top__multipliers=[{"last": 1, "factor": 2}])) == "1 B 26, 2 A 22"
    assert drivers(two, race(top__multipliers=[{"last": 2, "factor": 1.5}])) == "1 A 24, 1 B 24"
    assert (
        drivers(two, race(TEAMS, top__multipliers=[{"last": 1, "factor": 2, "standings": ["teams"]}]))
        == "1 A 16, 1 B 16"
    )
    assert drivers(two, race(top__multipliers=[{"last": 1, "factor": 2, "standings": ["drivers"]}])) == "1 B 26, 2 A 22"


def test_the_last_round_is_the_last_one_that_is_not_cancelled() -> None:
    book = race(top__multipliers=[{"last": 1, "factor": 2}])
    assert drivers("1 R1: a b\n2 R1", book) == "1 A 10, 2 B 6"
    assert drivers("1 R1: a b\n2 cancelled", book) == "1 A 20, 2 B 12"
    # Of three rounds the second is called off: the last two are the first and the third.
    two = race(top__multipliers=[{"last": 2, "factor": 2}])
    assert drivers("1 R1: a b\n2 cancelled\n3 R1: b a", two) == "1 A 32, 1 B 32"


def test_a_coefficient_multiplies_and_the_award_says_so() -> None:
    heavy = RoundScheduled(id="r", known=KNOWN, round=1, name="One", coefficient=3)
    season = scored("1 R1: a b", race(top__multipliers=[{"rounds": [1], "factor": 2}]), heavy)
    assert table(season) == "1 A 60, 2 B 36"
    assert next(season.awards("drivers")).clause == "1st in R1, times 6"


# --- bonuses ---------------------------------------------------------------------------------


def feat(*entries: str | FeatBy, **fields: Any) -> FeatRecorded:
    rows = tuple(FeatBy(one) if isinstance(one, str) else one for one in entries)
    return say(FeatRecorded, **{"id": "f", "round": 1, "feat": "fastest-lap", "session": "R1", "rows": rows, **fields})


def bonus(**fields: Any) -> Ruleset:
    return race(top__bonuses=[{"id": "lap", "feat": "fastest-lap", "award": {"drivers": 1}, **fields}])


@pytest.mark.parametrize(
    ("book", "event", "expected"),
    [
        (bonus(), feat("b"), "1 A 10, 2 B 7, 3 C 0"),
        (bonus(), feat("a", "b"), "1 A 11, 2 B 7, 3 C 0"),
        (bonus(shared="split"), feat("a", "b"), "1 A 10.5, 2 B 6.5, 3 C 0"),
        (bonus(shared="none"), feat("a", "b"), "1 A 10, 2 B 6, 3 C 0"),
        (bonus(shared="none"), feat("b"), "1 A 10, 2 B 7, 3 C 0"),
        (bonus(), feat(FeatBy("b", count=3)), "1 A 10, 2 B 9, 3 C 0"),
        (bonus(), feat("b", feat="pole"), "1 A 10, 2 B 6, 3 C 0"),
        (bonus(session="R1"), feat("b"), "1 A 10, 2 B 7, 3 C 0"),
        (bonus(session="R2"), feat("b"), "1 A 10, 2 B 6, 3 C 0"),
        (bonus(stage="race", classified=0), feat("b"), "1 A 10, 2 B 7, 3 C 0"),
        (bonus(stage="race", classified=0), feat("c"), "1 A 10, 2 B 6, 3 C 0"),
        (bonus(stage="race", classified=1), feat("b"), "1 A 10, 2 B 6, 3 C 0"),
        (bonus(stage="race", classified=1), feat("a"), "1 A 11, 2 B 6, 3 C 0"),
        (bonus(), feat(FeatBy("b", drivers=("A",))), "1 A 11, 2 B 6, 3 C 0"),
    ],
)  # fmt: skip
def test_a_feat_is_worth_points_on_its_conditions(book: Ruleset, event: Event, expected: str) -> None:
    assert drivers("1 R1: a b c/DNF", book, event) == expected


def test_a_feat_needs_the_stage_on_which_it_depends() -> None:
    assert drivers("", bonus(stage="race", classified=0), feat("a"), cars=[car("a")]) == ""


def test_a_feat_of_one_who_does_not_score_is_worth_nothing() -> None:
    assert drivers("1 R1: a b", bonus(), feat("a"), cars=[car("a", guest=True)]) == "1 B 10"
    # Third on the road, but second of those who score.
    top = bonus(stage="race", classified=2)
    assert drivers("1 R1: a b c", top, feat("c"), cars=[car("a", guest=True)]) == "1 B 10, 2 C 7"


def test_a_feat_in_a_race_cut_short_can_be_worth_nothing() -> None:
    book = bonus(completed=0.5)
    assert drivers("1 R1: a b", book, feat("b")) == "1 A 10, 2 B 7"
    assert drivers("1 R1: a b", book, feat("b"), shortened(0.5)) == "1 A 10, 2 B 6"
    assert drivers("1 R1: a b", book, feat("b"), shortened(0.6)) == "1 A 10, 2 B 7"
    assert drivers("1 R1: a b", book, feat("b"), shortened(0.2, session="R2")) == "1 A 10, 2 B 7"


def test_a_bonus_can_be_of_one_standing_only() -> None:
    book = rules(
        TEAMS,
        {"bonuses": [{"id": "lap", "feat": "fastest-lap", "award": {"teams": 1}}], "standings.teams.points_of": ""},
    )
    season = scored("1 R1: a b", book, feat("b"), cars=[car("b", team="blue")])
    assert (table(season), table(season, "teams")) == ("1 A 10, 2 B 6", "1 blue 1")


def test_in_a_class_only_those_classified_elsewhere_count() -> None:
    two = """
winner = "race"
stages = [
  { id = "race", sessions = ["R1"] },
  { id = "sprint", sessions = ["S"], award.drivers = { scale = [3, 2, 1], if_classified = "race" } },
]
standings = [{ id = "drivers", places_in = "class" }]
"""
    cars = [car("a", car_class="one"), car("b", car_class="one"), car("c", car_class="two")]
    assert table(scored("1 R1: b c a/DNF\n1 S: a b c", rules(two), cars=cars)) == "1 B 3, 1 C 3, 3 A 0"


def test_a_bonus_says_why() -> None:
    season = scored("1 R1: a", bonus(cite="article 5"), feat(FeatBy("a", count=2, basis="inferred", because="x")))
    (award,) = (one for one in season.awards("drivers") if one.stage == "lap")
    assert (award.clause, award.cite, award.events, award.inferred) == (
        "fastest lap x 2 in R1",
        "article 5",
        ("f",),
        True,
    )
    everywhere = scored("1 R1: a", bonus(), feat("a", session=""))
    assert [one.clause for one in everywhere.awards("drivers")] == ["1st in R1", "fastest lap"]


def test_a_feat_alone_is_a_round_held() -> None:
    season: Scored = scored("", bonus(), feat("a"), cars=[car("a")])
    assert table(season) == "1 A 1"
