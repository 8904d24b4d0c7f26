"""Worked examples of rallycross rulesets: what their texts and tables say, in small meetings."""

from decimal import Decimal

import pytest

from rxscore import api
from rxscore.events import (
    CompetitorRegistered,
    Disqualification,
    EntryFiled,
    Event,
    FeatBy,
    FeatRecorded,
    Result,
    RoundScheduled,
    SeasonOpened,
    SessionResults,
)
from rxscore.rulesets import Edit
from rxscore.scoring import Rulebook, Scored, advancing, score
from rxscore.season import fold
from worked_examples import DAY, points, season

CARS = [f"c{number:02}" for number in range(1, 25)]


def meeting(
    rules: str, year: str, sessions: dict[str, list[Result]], *more: Event, edits: tuple[Edit, ...] = ()
) -> Scored:
    """One meeting of which these sessions were run and no others."""
    entries = dict.fromkeys(row.entry for rows in sessions.values() for row in rows)
    told: list[Event] = [SeasonOpened(id="s", known=DAY, series="club", season=year, name="Example", rules=rules)]
    told += [CompetitorRegistered(id=f"d-{name}", known=DAY, competitor=name, name=name) for name in entries]
    told += [EntryFiled(id=f"e-{name}", known=DAY, entry=name, drivers=(name,)) for name in entries]
    told.append(RoundScheduled(id="r1", known=DAY, round=1, name="Example", sessions=tuple(sessions)))
    told += [
        SessionResults(id=f"r1-{name}", known=DAY, round=1, session=name, rows=tuple(rows))
        for name, rows in sessions.items()
    ]
    return score(fold([*told, *more]), Rulebook(api.ruleset(rules, year, edits)))


def order(*names: str) -> list[Result]:
    return [Result(name, place) for place, name in enumerate(names, 1)]


# --- British Rallycross ----------------------------------------------------------------------


def test_british_rx_2016_points_go_down_to_the_24th():
    found = points(season("british-rx/2016", "2016", [{"Q1": CARS, "F": CARS[:8]}], edits=[("winner", "final")]))
    # The final's eight, then the order of qualifying.
    assert [found[car] for car in CARS[:8]] == [30, 27, 25, 23, 21, 19, 18, 17]
    found = points(meeting("british-rx/2016", "2016", {"Q1": order(*CARS), "F": order(*CARS[:8])}))
    assert (found["c09"], found["c24"]) == (16, 1)


def test_british_rx_2016_of_two_equal_places_in_the_semi_finals_the_faster_is_ahead():
    first = [Result("a", 1, time=Decimal(200)), Result("b", 2, time=Decimal(201)), Result("c", 3, time=Decimal(210))]
    second = [Result("d", 1, time=Decimal(205)), Result("e", 2, time=Decimal(206)), Result("f", 3, time=Decimal(209))]
    heat = order("a", "b", "c", "d", "e", "f")
    final = order("a", "d", "b", "e")
    found = points(meeting("british-rx/2016", "2016", {"Q1": heat, "SF1": first, "SF2": second, "F": final}))
    assert (found["f"], found["c"]) == (21, 19)  # both third of their semi-final, 3:29 against 3:30


def test_british_rx_2016_a_final_that_is_not_run_leaves_the_order_of_qualifying_with_full_points():
    found = points(meeting("british-rx/2016", "2016", {"Q1": order("a", "b", "c"), "Q2": order("a", "c", "b")}))
    assert found == {"a": 30, "c": 27, "b": 25}


def test_british_rx_2016_a_dead_heat_gives_each_the_full_points():
    final = [Result("a", 1), Result("b", 2, tied=True), Result("c", 2, tied=True), Result("d", 4)]
    found = points(meeting("british-rx/2016", "2016", {"Q1": order("a", "b", "c", "d"), "F": final}))
    assert found == {"a": 30, "b": 27, "c": 27, "d": 23}


def test_british_rx_one_finished_heat_is_enough_and_none_is_not():
    heats = {"Q1": [*order("a", "b"), Result("c", status="DNF")], "Q2": [*order("a"), Result("b", status="DNF")]}
    for rules, year, expected in (("british-rx/2016", "2016", [30, 27]), ("british-rx/2022", "2022", [8, 7])):
        # What was scored: in 2022 the only round would be the one that is dropped.
        found = {row.competitor: row.gross for row in meeting(rules, year, heats).table("drivers").rows}
        assert [found.get(name, 0) for name in "abc"] == [*expected, 0]


def test_british_rx_2022_a_perfect_meeting_is_worth_26():
    # Twice, because one round is dropped.
    found = points(season("british-rx/2022", "2022", [{"Q1": ["a", "b"], "SF1": ["a"], "F": ["a", "b"]}] * 2))
    assert found["a"] == 8 + 6 + 12


def rounds(*orders: str) -> list[dict[str, list[str]]]:
    return [{"F": list(one)} for one in orders]


def test_british_rx_2022_drops_the_worst_round_that_was_started():
    # a: 12 + 10 + 9, the worst is dropped. b stayed away once: that cannot be dropped, so one of his two scores is.
    found = points(season("british-rx/2022", "2022", rounds("abc", "cab", "cda")))
    assert found["a"] == 12 + 10
    assert found["b"] == 10


def test_british_rx_2022_a_disqualification_makes_a_round_undroppable():
    out = Disqualification(id="x", known=DAY, entry="a", round=3, session="F")
    found = season("british-rx/2022", "2022", rounds("abc", "abc", "abc"))
    assert points(found)["a"] == 12 + 12
    found = score(fold([*found.season.history, out]), found.rules)
    assert points(found)["a"] == 12  # rounds 1 and 2 can be dropped, round 3 with its nothing cannot


# --- RallyX Nordic ---------------------------------------------------------------------------


def test_rallyx_nordic_second_sixth_and_not_started_are_83():
    cars = list("abcdefg")
    heats = [{"Q1": ["a", "x", *cars[1:]], "Q2": [*cars[:5], "x", *cars[5:]], "Q3": cars}]
    found = season("rallyx-nordic/current", "2019", heats)
    rows = {row.entry: row.score for row in found.rounds[0].stages["intermediate"].rows}
    assert rows["x"] == 45 + 38 + 0 == 83


# --- France ----------------------------------------------------------------------------------


def test_ffsa_2026_heats_and_practice_make_the_ranking():
    practice = order("c", "a", "b", "d", "e", "f")
    heat = [*order("a", "b", "c", "d"), Result("e", status="DNF"), Result("f", status="DNS")]
    found = meeting("ffsa/2026", "2026", {"EC": practice, "Q1": heat, "Q2": heat})
    scores = {row.entry: row.score for row in found.rounds[0].stages["intermediate"].rows}
    # Six entries: who does not finish a heat has the points of the seventh place.
    assert scores == {"a": 4 + 100, "b": 3 + 90, "c": 5 + 84, "d": 2 + 80, "e": 1 + 2 * (44 - 7), "f": 0}
    # Two heats are needed: f, who started none, has no points.
    assert points(found) == {"a": 16, "b": 15, "c": 14, "d": 13, "e": 12, "f": 0}


def test_ffsa_2026_the_phases_behind_the_heats():
    found = points(season("ffsa/2026", "2026", [{"QF1": CARS[:6], "SF1": CARS[:8], "F": CARS[:8]}]))
    assert [found[car] for car in CARS[:8]] == [33, 26, 20, 16, 13, 10, 6, 4]


# --- Motorsport UK ---------------------------------------------------------------------------


def test_motorsport_uk_the_fastest_lap_is_worth_two_points_to_each_who_shares_it():
    lap = FeatRecorded(id="lap", known=DAY, round=1, feat="fastest-lap", rows=(FeatBy("a"), FeatBy("k")))
    found = points(season("motorsport-uk/2026", "2026", [{"R1": list("abcdefghijk")}], feats=[lap]))
    assert [found[name] for name in "abcdefghijk"] == [22, 15, 12, 10, 8, 6, 4, 3, 2, 1, 2]


@pytest.mark.parametrize(("held", "counted"), [(2, 1), (10, 9), (11, 9), (15, 13), (16, 13)])
def test_motorsport_uk_how_many_rounds_count(held, counted):
    found = points(season("motorsport-uk/2026", "2026", [{"R1": ["a"]}] * held))
    assert found == {"a": 20 * counted}


@pytest.mark.parametrize(("starters", "expected"), [(5, [4, 3, 2, 1, 0]), (3, [3, 2, 1]), (2, [2, 1]), (1, [1])])
def test_motorsport_uk_points_of_a_class_by_its_eligible_starters(starters, expected):
    cars = CARS[:starters]
    found = season(
        "motorsport-uk/2026-classes", "2026", [{"R1": ["other", *cars]}] * 2,
        classes=dict.fromkeys(cars, "2000") | {"other": "1600"}, edits=[("standings.drivers.car_class", "2000")],
    )  # fmt: skip
    assert [points(found).get(car, 0) for car in cars] == expected  # one of two rounds is dropped
    assert "other" not in points(found)


# --- Europe before semi-finals, the electric World Championship -------------------------------


def test_eurorx_2011_the_lowest_total_of_two_heats_goes_to_the_a_final():
    heats = {"Q1": order(*CARS[:8]), "Q2": order(*CARS[7::-1]), "Q3": [*order("c02", "c01"), *order_from(3, CARS[2:8])]}
    found = meeting("eurorx/2011-2012", "2011", heats).rounds[0]
    ranked = found.stages["intermediate"].rows
    # c01: 1, 8, 2; c02: 2, 7, 1: the two better ones make 3 each. c08: 8, 1, 8 makes 9.
    assert {row.entry: (row.place, row.score) for row in ranked[:2]} == {"c01": (1, 3), "c02": (1, 3)}
    assert next(row.score for row in ranked if row.entry == "c08") == 9
    stage = found.rules.stage("intermediate")
    assert len((advancing(stage, stage.advance[0], found.stages, found.rules) or {})["A"]) == 6


def order_from(first: int, names: list[str]) -> list[Result]:
    return [Result(name, place) for place, name in enumerate(names, first)]


def test_worldrx_2022_the_better_third_is_the_one_ahead_after_the_heats():
    # Round 3: Veiby, third after his ten seconds, went to the final instead of Bergström.
    times = {"jk": 100, "ov": 101, "ng": 102, "th": 103, "kh": 104, "gb": 105}
    heat = [Result(name, place, time=Decimal(time)) for place, (name, time) in enumerate(times.items(), 1)]
    found = meeting(
        "worldrx/2022", "2022", {"Q1": heat, "SF1": order("jk", "th", "gb"), "SF2": order("ng", "kh", "ov")}
    ).rounds[0]
    stage = found.rules.stage("semifinals")
    through = advancing(stage, stage.advance[0], found.stages, found.rules)
    assert through is not None
    assert set(through["F"]) == {"jk", "th", "ng", "kh", "ov"}


def test_worldrx_2022_event_points_and_the_order_behind_the_final():
    heat = [Result(name, place, time=Decimal(100 + place)) for place, name in enumerate("abcdefgh", 1)]
    sessions = {
        "Q1": heat,
        "SF1": order("a", "c", "e", "g"),
        "SF2": order("b", "d", "f", "h"),
        "F": order("b", "a", "d", "c", "e"),
    }
    found = points(meeting("worldrx/2022", "2022", sessions))
    assert [found[name] for name in "badcefgh"] == [20, 16, 13, 12, 11, 10, 9, 8]


def test_worldrx_2023_a_perfect_event_is_worth_23_and_equal_heats_go_by_the_better_results():
    # Round 1: Grönholm (5, 2, 2, 7) before T. Hansen (3, 5, 4, 2), 166 each.
    places = {
        "jk": (1, 1, 1, 1), "ng": (5, 2, 2, 7), "th": (3, 5, 4, 2), "ov": (2, 4, 5, 5), "kh": (4, 7, 3, 3),
        "ka": (8, 6, 6, 4), "sl": (7, 3, 10, 8), "ts": (10, 9, 7, 6), "gb": (6, 8, 9, 10), "gc": (9, 10, 8, 9),
    }  # fmt: skip
    heats = {f"Q{n + 1}": order(*sorted(places, key=lambda car, n=n: places[car][n])) for n in range(4)}
    found = meeting("worldrx/2023", "2023", {**heats, "F": order("jk", "kh", "ng", "ov", "ka", "sl")})
    ranking = found.rounds[0].stages["intermediate"].rows
    assert [row.entry for row in ranking] == ["jk", "ng", "th", "ov", "kh", "ka", "sl", "ts", "gb", "gc"]
    assert ranking[1].score == ranking[2].score == 166
    assert points(found)["jk"] == 20 + 3 == 23


def test_worldrx_2024_two_heats_won_and_everything_after_are_30():
    found = season(
        "worldrx/2024",
        "2024",
        [{"Q1#1": ["a", "b"], "Q1#2": ["c"], "Q2#1": ["a", ("b", "DNF")], "SF1": ["a"], "F": ["a"]}],
    )
    assert points(found)["a"] == 5 + 5 + 10 + 10 == 30
    assert (points(found)["b"], points(found)["c"]) == (4 + 1, 5)


def test_worldrx_2024_places_whose_points_are_not_told_leave_a_total_open():
    table = season("worldrx/2024", "2024", [{"F": ["a", "b", "c", "d", "e", "f"]}]).table("drivers")
    assert {row.competitor: (row.points, row.open) for row in table.rows} == {
        "a": (10, False), "b": (8, False), "f": (1, False), "c": (0, True), "d": (0, True), "e": (0, True),
    }  # fmt: skip


# --- Scandinavia -----------------------------------------------------------------------------


def test_norway_a_meeting_without_half_of_the_heats_brings_nothing():
    whole = {f"Q{n}": order("a", "b", "c") for n in (1, 2, 3, 4)}
    whole["Q1"] = [*order("a", "b"), Result("c", status="DNF")]
    whole["Q2"] = [*order("a", "b"), Result("c", status="DNF")]
    whole["Q3"] = [*order("a", "b"), Result("c", status="DNF")]
    found = points(meeting("norwegian-rx/national", "2020", {**whole, "F": order("c", "a", "b")}))
    # c is third of the fourth heat, for a bonus of one point, but has finished one heat of four.
    assert found == {"a": 20 + 3 + 20, "b": 17 + 2 + 17, "c": 1}


@pytest.mark.parametrize("rules", ["swedish-rx/2011-2018", "isracing-sm/2023"])
def test_points_that_no_source_tells_leave_every_total_open(rules):
    standing = api.ruleset(rules, "2023" if "ice" in rules or "isracing" in rules else "2018").standings[0]
    found = season(rules, "2018", [{"F": ["a", "b"]}], classes=dict.fromkeys("ab", standing.car_class))
    assert [(row.points, row.open) for row in found.table(standing.id).rows] == [(0, True), (0, True)]
