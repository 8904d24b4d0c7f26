"""Tables: running totals, which scores count, deductions and exclusions, tie steps, what a table shows."""

from typing import Any

import pytest

from rxscore.events import (
    Disqualification,
    EntryChanged,
    Event,
    Exclusion,
    PointsDeduction,
    PointsReported,
    Revocation,
    RoundScheduled,
    TieDecided,
    TimePenalty,
)
from rxscore.events import Scored as Given
from rxscore.rulesets import Ruleset
from rxscore.scoring import Dropped, Rulebook, Scored, score
from season_text import HEATS, KNOWN, RACE, car, rules, say, scored, table, told

TWO = """
winner = "race"
stages = [
  { id = "race", sessions = ["R1", "R2"], award.drivers = [10, 6, 4, 3, 2, 1] },
  { id = "sprint", sessions = ["S"], award.drivers = [3, 2, 1] },
]
standings = [{ id = "drivers" }]
"""
"""Two races and a sprint."""


def counting(*counts: dict[str, Any], text: str = RACE, **standing: Any) -> Ruleset:
    edits = {f"standings.drivers.{key}": value for key, value in standing.items()}
    return rules(text, {"standings.drivers.counts": list(counts), **edits})


def row(of: Scored, competitor: str, after: int | None = None) -> tuple[object, object, str]:
    """Points, gross points, and what was dropped as ``round session points``."""
    found = of.table("drivers", after).row(competitor)
    assert found is not None
    dropped = ", ".join(f"{one.round} {one.session or '-'} {one.points}" for one in found.dropped)
    return found.points, found.gross, dropped


# --- adding up -------------------------------------------------------------------------------

FOUR = "1 R1: a b\n2 R1: b a\n3 R1: a b\n4 R1: b c a"


def test_a_table_adds_up_the_rounds_so_far() -> None:
    season = scored(FOUR)
    assert table(season, after=1) == "1 A 10, 2 B 6"
    assert table(season, after=2) == "1 A 16, 1 B 16"
    assert table(season, after=3) == "1 A 26, 2 B 22"
    assert table(season) == "1 B 32, 2 A 30, 3 C 6"
    assert [one.after_round for one in season.tables("drivers")] == [1, 2, 3, 4]
    assert season.table("drivers", 9).rows == season.table("drivers").rows
    assert season.table("drivers", 0).rows == ()
    assert season.table("drivers").row("X") is None


def test_a_season_without_results_has_an_empty_table() -> None:
    season = scored("1 R1")
    assert season.table("drivers").rows == ()
    assert season.table("drivers").after_round is None
    assert list(season.tables("drivers")) == []
    assert season.accounts("drivers") == {}


def test_a_round_that_was_not_held_is_no_round() -> None:
    season = scored("1 R1: a\n2 cancelled\n3 R1")
    assert [one.number for one in season.rounds] == [1]
    assert season.round(2) is None
    assert season.round(1) is season.rounds[0]
    assert table(season, after=2) == "1 A 10"


def test_the_winner_of_an_event_is_the_first_of_its_deciding_stage() -> None:
    assert scored("1 R1: a b").rounds[0].winner == "a"
    assert scored("1 R1: - b ...").rounds[0].winner is None
    assert scored("1 S: a b", rules(TWO)).rounds[0].winner is None


def test_the_accounts_after_the_last_round_are_there_to_look_at() -> None:
    assert {name: one.points for name, one in scored(FOUR).accounts("drivers").items()} == {"A": 30, "B": 32, "C": 6}


# --- which scores count ----------------------------------------------------------------------


def test_only_the_best_scores_count() -> None:
    """A 10 6 10 4, b 6 10 6 10: the best three of four."""
    season = scored(FOUR, counting({"best": 3}))
    assert table(season) == "1 A 26, 1 B 26, 3 C 6"
    assert row(season, "A") == (26, 30, "4 - 4")
    assert row(season, "B") == (26, 32, "3 - 6")
    assert row(season, "A", after=2) == (16, 16, "")


def test_how_many_count_can_depend_on_how_many_there_are() -> None:
    """Of four scores two count; where the list says nothing, all do."""
    assert row(scored(FOUR, counting({"best_of": [[4, 2], [3, 1]]})), "A") == (20, 30, "2 - 6, 4 - 4")
    assert row(scored(FOUR, counting({"best_of": [[9, 2]]})), "A") == (30, 30, "")


def test_one_who_may_have_been_there_is_open_whatever_is_dropped() -> None:
    book = counting({"best": 1, "unit": "session"}, text=TWO)
    assert table(scored("1 R1: a b ...", book, cars=[car("d")])) == "1 A 10, 2 B 6, 3 D 0+"


def test_points_untold_that_are_no_score_of_a_session_leave_a_total_open() -> None:
    """Second in the ranking is worth nobody knows what, and that is no session, so it cannot be dropped as one."""
    edits = {
        "stages.ranking.award.drivers": [16, "unknown"],
        "standings.drivers.counts": [{"best": 9, "unit": "session"}],
    }
    assert table(scored("1 Q1: a@60 b@61\n1 F: b a", rules(HEATS, edits))) == "1 A 21, 2 B 8+"


def test_all_but_the_worst_count_and_a_drop_grows_with_the_calendar() -> None:
    """With four rounds in the calendar one drop leaves three, from the first round on."""
    season = scored(FOUR, counting({"drop": 1}))
    assert row(season, "A", after=3) == (26, 26, "")
    assert row(season, "A") == (26, 30, "4 - 4")
    cancelled = scored(FOUR + "\n5 cancelled\n6 R1", counting({"drop": 1}))
    assert row(cancelled, "A") == (30, 30, "")


def test_a_round_missed_is_a_round_dropped() -> None:
    season = scored(FOUR, counting({"drop": 1}))
    assert row(season, "C") == (6, 6, "")


def test_halves_of_the_season_count_on_their_own() -> None:
    """Five rounds, best two of each half: the odd round belongs to the larger one."""
    five = FOUR + "\n5 R1: c b a"
    first = scored(five, counting({"best": 2, "half": 1}, {"best": 1, "half": 2}))
    # a: rounds 1-3 10 6 10, rounds 4-5 4 4.
    assert row(first, "A") == (24, 34, "2 - 6, 5 - 4")
    second = scored(five, counting({"best": 1, "half": 1, "larger": 2}, {"best": 2, "half": 2, "larger": 2}))
    # a: rounds 1-2 10 6, rounds 3-5 10 4 4.
    assert row(second, "A") == (24, 34, "2 - 6, 5 - 4")


def test_a_clause_covers_the_rounds_it_names_and_the_others_count_in_full() -> None:
    season = scored(FOUR, counting({"best": 1, "first": 1, "last": 2}))
    assert row(season, "A") == (24, 30, "2 - 6")
    upwards = scored(FOUR, counting({"best": 1, "first": 3}))
    assert row(upwards, "A") == (26, 30, "4 - 4")


def test_single_sessions_can_be_dropped() -> None:
    """a: R1 10, R2 4 in round 1, R1 6 in round 2; two of the three sessions held."""
    text = "1 R1: a b\n1 R2: b c a\n2 R1: b a"
    season = scored(text, counting({"drop": 1, "unit": "session"}, text=TWO))
    assert row(season, "A") == (16, 20, "1 R2 4")
    scheduled = scored("1 R1 R2 S\n2 R1 R2\n" + text, counting({"drop": 4, "unit": "session"}, text=TWO))
    assert row(scheduled, "A") == (10, 20, "1 R2 4, 2 R1 6")


def test_a_round_of_which_no_sessions_are_told_is_to_be_run_like_the_one_before() -> None:
    """Two races of one round are over; with two to come, one of four is dropped, and not yet one of these."""
    to_come = RoundScheduled(id="r2", known=KNOWN, round=2, name="Two")
    book = counting({"drop": 1, "unit": "session"}, text=TWO)
    assert row(scored("1 R1: a b\n1 R2: b c a", book), "A") == (10, 14, "1 R2 4")
    assert row(scored("1 R1: a b\n1 R2: b c a", book, to_come), "A") == (14, 14, "")
    # Nothing is told of the first of two rounds: it may have had all three sessions that the rules know.
    before = RoundScheduled(id="r1", known=KNOWN, round=1, name="One")
    three, four = (counting({"drop": drop, "unit": "session"}, text=TWO) for drop in (3, 4))
    assert row(scored("2 R1: a b", three, before), "A") == (10, 10, "")
    assert row(scored("2 R1: a b", four, before), "A") == (0, 10, "2 R1 10")


def test_only_the_points_of_some_stages_can_be_dropped() -> None:
    text = "1 R1: a b\n1 S: b a\n2 R1: b a\n2 S: a b"
    season = scored(text, counting({"best": 1, "stages": ["race"]}, text=TWO))
    # a: races 10 and 6, sprints 2 and 3.
    assert row(season, "A") == (15, 21, "2 - 6")
    sessions = scored(text, counting({"best": 1, "stages": ["sprint"], "unit": "session"}, text=TWO))
    assert row(sessions, "A") == (19, 21, "1 S 2")


def test_a_round_in_which_one_did_not_start_may_not_be_droppable() -> None:
    """C started in rounds 3 and 4: of the two drops, rounds 1 and 2 cannot be dropped, so nothing is."""
    text = "1 R1: a b\n2 R1: a b\n3 R1: a c b\n4 R1: a b c"
    strict = {"drop": 2, "droppable": ["started"]}
    season = scored(text, counting(strict))
    # c: two of four scores count, and the two rounds without a start count already, as nothing.
    assert row(season, "C") == (0, 10, "3 - 6, 4 - 4")
    assert row(season, "A") == (20, 40, "3 - 10, 4 - 10")
    assert row(scored(text, counting({"drop": 2})), "C") == (10, 10, "")
    # Listed, but did not start: the same.
    listed = scored("1 R1: a b c/DNS\n2 R1: a c b", counting({"drop": 1, "droppable": ["started"]}))
    assert row(listed, "C") == (0, 6, "2 - 6")


def test_a_disqualification_may_not_be_droppable() -> None:
    """A won rounds 1 and 3 and was thrown out of round 2: that nothing counts as one of the two."""
    text = "1 R1: a b\n2 R1: b a/DSQ\n3 R1: a b"
    season = scored(text, counting({"best": 2, "droppable": ["not disqualified"]}))
    assert row(season, "A") == (10, 20, "3 - 10")
    assert row(season, "B") == (16, 22, "3 - 6")
    by_session = counting({"best": 2, "unit": "session", "droppable": ["not disqualified"]}, text=TWO)
    assert row(scored("1 R1: a b\n1 R2: a/DSQ b\n2 R1: a b", by_session), "A") == (10, 20, "2 R1 10")


def test_sessions_not_started_may_not_be_droppable() -> None:
    book = counting({"best": 1, "unit": "session", "droppable": ["started"]}, text=TWO)
    assert row(scored("1 R1: a b/DNS\n1 R2: b a", book), "B") == (10, 10, "")


def test_nothing_counts_where_more_is_dropped_than_there_is() -> None:
    assert row(scored("1 R1: a b", counting({"drop": 3})), "A") == (0, 10, "1 - 10")


# --- deductions, exclusions ------------------------------------------------------------------


def less(points: int, competitor: str = "A", standing: str = "drivers", **fields: Any) -> PointsDeduction:
    return say(PointsDeduction, competitor=competitor, standing=standing, points=points, **fields)


def out(competitor: str = "A", **fields: Any) -> Exclusion:
    return say(Exclusion, competitor=competitor, standing="drivers", **fields)


def test_points_are_taken_off_although_nothing_is_known_of_the_round_they_were_imposed_for() -> None:
    silent = "1 R1\n2 R1: a b\n3 R1\n4 R1: a b"
    for imposed in (None, 1, 2):
        season = scored(silent, rules(), less(7, round=imposed))
        assert [table(season, after=number) for number in (2, 4)] == ["1 B 6, 2 A 3", "1 A 13, 2 B 12"]
    season = scored(silent, rules(), less(7, round=3))
    assert [table(season, after=number) for number in (2, 4)] == ["1 A 10, 2 B 6", "1 A 13, 2 B 12"]
    to_come = scored("1 R1: a b\n2 R1", rules(), less(7, round=2))
    assert table(to_come) == "1 A 10, 2 B 6"
    called_off = scored("1 R1: a b\n2 cancelled", rules(), less(7, round=2))
    assert table(called_off) == "1 B 6, 2 A 3"
    nothing_yet = scored("1 R1", rules(), less(7))
    assert table(nothing_yet) == ""


def test_one_starts_again_although_nothing_is_known_of_the_round_of_the_ruling() -> None:
    season = scored("1 R1: a b\n2 cancelled\n3 R1: a b", rules(), out(round=2, starts_again=True))
    assert [table(season, after=number) for number in (1, 3)] == ["1 A 10, 2 B 6", "1 B 12, 2 A 10"]
    over = scored("1 R1: a b\n2 cancelled", rules(), out(round=2, starts_again=True))
    assert table(over) == "1 A 10, 2 B 6"


def test_points_are_taken_off_in_one_standing_from_a_round_on() -> None:
    assert table(scored(FOUR, rules(), less(7))) == "1 B 32, 2 A 23, 3 C 6"
    assert table(scored(FOUR, rules(), less(7)), after=1) == "1 B 6, 2 A 3"
    late = scored(FOUR, rules(), less(7, round=3))
    assert [table(late, after=number) for number in (2, 3)] == ["1 A 16, 1 B 16", "1 B 22, 2 A 19"]
    assert table(scored(FOUR, rules(), less(-3, "C"))) == "1 B 32, 2 A 30, 3 C 9"
    assert table(scored(FOUR, rules(), less(7, standing="teams"))) == table(scored(FOUR))
    twice = scored(FOUR, rules(), less(7, round=3), less(1, round=3, basis="inferred", because="x"))
    found = twice.table("drivers").row("A")
    assert found is not None
    assert (found.points, found.gross, found.inferred) == (22, 22, True)


def test_deducted_points_cannot_be_dropped_with_a_score() -> None:
    assert row(scored(FOUR, counting({"best": 3}), less(5)), "A") == (21, 25, "4 - 4")


def test_one_who_never_scored_can_have_points_taken_off() -> None:
    assert table(scored("1 R1: a", rules(), less(5, "X"), cars=[car("x")])) == "1 A 10, 2 X -5"


def test_one_who_is_excluded_is_not_in_the_table_and_those_behind_gain_a_place() -> None:
    assert table(scored(FOUR, rules(), out("B"))) == "1 A 30, 2 C 6"
    assert table(scored(FOUR, rules(), out("B", keep_row=True))) == "1 A 30, 2 C 6, - B 0"
    kept = scored(FOUR, rules(), out("B", keep_row=True, keep_points=True))
    assert table(kept) == "1 A 30, 2 C 6, - B 32"
    assert [one.tie for one in kept.table("drivers").rows] == ["", "", "excluded"]
    late = scored(FOUR, rules(), out("B", round=3))
    assert table(late, after=2) == "1 A 16, 1 B 16"
    assert table(late, after=3) == "1 A 26"
    assert table(scored(FOUR, rules(), out("X", keep_row=True), cars=[car("x")])) == table(scored(FOUR))


# --- ties ------------------------------------------------------------------------------------


def parted(text: str, *ties: str, book: str = RACE, **edits: Any) -> list[str]:
    changes = {f"standings.drivers.{key}": value for key, value in edits.items()}
    season = scored(text, rules(book, {"standings.drivers.ties": list(ties), **changes}))
    return [f"{one.position} {one.competitor} {one.tie}".strip() for one in season.table("drivers").rows]


LEVEL = "1 R1: a c d b\n2 R1: b d a c\n3 R1: c b a"
"""a 10+4+4 = 18, b 3+10+6 = 19, c 6+3+10 = 19, d 4+6 = 10."""


def test_event_wins_and_then_countback() -> None:
    assert parted(LEVEL, "event wins") == ["1 B level", "1 C level", "3 A", "4 D"]
    assert parted(LEVEL, "event wins", "countback") == ["1 B level", "1 C level", "3 A", "4 D"]
    text = "1 R1: a b c\n2 R1: b a c\n3 R1: d a b\n4 R1: c b a"
    # a 10+6+6+4, b 6+10+4+6: both 26, both one win; a two seconds and a third, b two seconds and a third: level.
    assert parted(text, "countback")[0] == "1 A level"


def test_a_win_beats_two_seconds_on_wins_and_on_countback() -> None:
    """A 10 + 2 (fifth), b 6 + 6: both 12."""
    text = "1 R1: a b c d e\n2 R1: c b d e a"
    assert parted(text, "event wins")[1:3] == ["2 A event wins: 1 against 0", "3 B event wins: 0 against 1"]
    assert parted(text, "countback")[1:3] == [
        "2 A countback: 1 x 1, 1 x 5 against 2 x 2",
        "3 B countback: 2 x 2 against 1 x 1, 1 x 5",
    ]


def test_on_countback_more_results_are_ahead_of_fewer() -> None:
    """Level on points and on places as far as b has any."""
    season = "1 R1: a b\n2 R1: b a\n3 R1: c d e f g h a"
    assert parted(season, "countback")[:2] == [
        "1 A countback: 1 x 1, 1 x 2, 1 x 7 against 1 x 1, 1 x 2",
        "2 B countback: 1 x 1, 1 x 2 against 1 x 1, 1 x 2, 1 x 7",
    ]


def test_the_latest_round_in_which_they_differ_decides() -> None:
    text = "1 R1: a b\n2 R1: b a"
    assert parted(text, "latest round") == [
        "1 B latest round: 1 in round 2 against 2 in round 2",
        "2 A latest round: 2 in round 2 against 1 in round 2",
    ]
    assert parted("1 R1: a=b\n2 R1: c a=b", "latest round")[:2] == ["1 A level", "1 B level"]


def test_who_did_not_come_is_behind_in_the_latest_round() -> None:
    text = "1 R1: a c d b\n2 R1: c d b x y z q"  # a 10, b 3 + 4, d 4 + 6 = 10
    assert parted(text, "latest round")[1:3] == [
        "2 D latest round: 2 in round 2 against 1 in round 1",
        "3 A latest round: 1 in round 1 against 2 in round 2",
    ]


def test_the_earliest_best_result_decides() -> None:
    text = "1 R1: a b\n2 R1: b a"
    assert parted(text, "earliest best") == [
        "1 A earliest best: 1 in round 1 against 1 in round 2",
        "2 B earliest best: 1 in round 2 against 1 in round 1",
    ]


def test_one_without_any_result_has_none_to_show() -> None:
    """C and d are level on nothing: c was sixteenth, d never finished."""
    text = "1 R1: a b e f g h c d/DNF"
    for step in ("countback", "earliest best", "latest round"):
        lines = parted(text, step)
        assert lines[6].startswith(f"7 C {step}: ")
        assert lines[7].endswith(lines[7].split(" against ")[1])
        assert "none against" in lines[7]


def test_gross_points_decide_before_drops() -> None:
    text = "1 R1: a b\n2 R1: b c a"
    # Best one: both 10; gross a 14, b 16.
    assert parted(text, "gross points", counts=[{"best": 1}])[:2] == [
        "1 B gross points: 16 against 14",
        "2 A gross points: 14 against 16",
    ]


def test_the_points_of_a_stage_or_a_session_decide() -> None:
    text = "1 R1: a b\n1 S: b d e\n1 R2: d e f g h b"  # a 10, b 6 + 3 + 1 = 10, d 12
    assert [line for line in parted(text, "points in sprint", book=TWO) if line[2] in "AB"] == [
        "2 B points in sprint: 3 against 0",
        "3 A points in sprint: 0 against 3",
    ]
    assert [line[:3] for line in parted(text, "points in R1", book=TWO) if line[2] in "AB"] == ["2 A", "3 B"]


def test_points_are_looked_at_only_up_to_the_round_of_the_table() -> None:
    text = "1 R1: a b\n2 R1: b a\n3 R1: a b"
    season = scored(text, rules(RACE, {"standings.drivers.ties": ["points in race", "latest round"]}))
    assert [one.competitor for one in season.table("drivers", 2).rows] == ["B", "A"]


def test_the_best_score_decides_in_a_standing_with_drops() -> None:
    text = "1 R1: a b\n2 R1: c b d e a"  # a 10+2, b 6+6
    assert parted(text, "best score", counts=[{"best": 2}])[:2] == [
        "1 A best score: 10, 2 against 6, 6",
        "2 B best score: 6, 6 against 10, 2",
    ]


def test_of_equal_best_scores_more_of_them_decide_and_nothing_is_no_score() -> None:
    text = "1 R1: a b\n2 R1: b a\n3 R1: c a d e f g h i j b"  # best one: a 10, 6 and 6, b 10 and 6 (and nothing), c 10
    found = [line.split(" against ")[0] for line in parted(text, "best score", counts=[{"best": 1}])[:3]]
    assert found == ["1 A best score: 10, 6, 6", "2 B best score: 10, 6", "3 C best score: 10"]


def test_only_results_that_count_decide_where_the_step_says_so() -> None:
    """Best one: both 10. a won rounds 1 and 3, but the second win is dropped; b won round 2."""
    text = "1 R1: a b\n2 R1: b a\n3 R1: a b"
    assert parted(text, "event wins", counts=[{"best": 1}]) == [
        "1 A event wins: 2 against 1",
        "2 B event wins: 1 against 2",
    ]
    assert parted(text, "event wins (counted)", counts=[{"best": 1}]) == ["1 A level", "1 B level"]
    # A dropped result is dropped also where it was worth nothing: a's eighth place decides nothing.
    text = "1 R1: a b\n2 R1: b c d e f g h a"
    assert parted(text, "countback (counted)", counts=[{"best": 1}])[:2] == ["1 A level", "1 B level"]


def test_ties_can_look_at_another_stage() -> None:
    text = "1 R1: a b\n1 S: b a\n1 R2: c d e f a b"  # a 10+2+2 = 14, b 6+3+1 = 10
    season = scored("1 R1: a b\n1 S: x b\n1 R2: c d e b", rules(TWO, {"standings.drivers.ties": ["wins in sprint"]}))
    # a 10, b 6+2+3 = 11; nobody level: but the places are there to be looked at.
    assert season.rounds[0].places["drivers"]["sprint"] == (("X", 1), ("B", 2))
    sessions = scored(text, rules(TWO, {"standings.drivers.ties": ["wins in R2"]}))
    assert sessions.rounds[0].places["drivers"]["R2"][0] == ("C", 1)
    nowhere = scored("1 S: a b", rules(TWO, {"standings.drivers.ties": ["wins in R2", "wins in race"]}))
    assert nowhere.rounds[0].places["drivers"] == {"R2": (), "race": ()}


def test_a_tie_that_somebody_decided_is_decided_where_the_rules_end() -> None:
    lot = say(TieDecided, standing="drivers", order=("B", "A"))
    season = scored("1 R1: a=b c\n2 R1: d=e", rules(), lot)
    # a and b 8 each, as d and e, of whom nothing was decided.
    assert table(season) == "1 B 8, 2 A 8, 3 D 8, 3 E 8, 5 C 4"
    assert [one.tie for one in season.table("drivers").rows][:2] == [
        "decided: 1st against 2nd, -",
        "decided: 2nd against 1st, -",
    ]
    late = say(TieDecided, standing="drivers", order=("B", "A"), round=2)
    assert table(scored("1 R1: a=b c\n2 R1: d", rules(), late), after=1) == "1 A 8, 1 B 8, 3 C 4"


def test_the_lowest_total_can_win_the_championship() -> None:
    low = rules(RACE, {"stages.race.award.drivers": [1, 2, 3], "standings.drivers.order": "low"})
    assert table(scored("1 R1: a b c\n2 R1: a c b", low)) == "1 A 2, 2 B 5, 2 C 5"


# --- who is listed ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("appears", "expected"),
    [
        ("started", "1 A 10, 2 F 0, 2 G 0"),
        ("classified", "1 A 10, 2 G 0"),
        ("scored", "1 A 10"),
    ],
)
def test_who_is_listed_without_points(appears: str, expected: str) -> None:
    book = rules(RACE, {"stages.race.award.drivers": [10], "standings.drivers.appears": appears})
    assert table(scored("1 R1: a g f/DNF n/DNS", book)) == expected


# --- incremental -----------------------------------------------------------------------------


def rescored(before: Scored, *events: Event, rulebook: Rulebook | None = None) -> Scored:
    season = before.season
    for event in events:
        season = season.apply(event)
    return score(season, rulebook or before.rules, before)


def test_a_round_that_nothing_touched_is_not_scored_again() -> None:
    before = scored(FOUR)
    list(before.tables("drivers"))
    after = rescored(before, say(TimePenalty, entry="a", round=3, session="R1", seconds=1))
    assert [new is old for new, old in zip(after.rounds, before.rounds, strict=True)] == [True, True, False, True]
    assert list(after.tables("drivers")) == list(score(after.season, after.rules).tables("drivers"))


def test_a_deduction_changes_tables_and_no_round() -> None:
    before = scored(FOUR)
    list(before.tables("drivers"))
    after = rescored(before, less(7, id="less"))
    assert all(new is old for new, old in zip(after.rounds, before.rounds, strict=True))
    assert table(after) == "1 B 32, 2 A 23, 3 C 6"
    assert table(rescored(after, say(Revocation, revokes="less"))) == table(before)


def test_with_other_points_the_classifications_are_kept() -> None:
    before = scored(FOUR)
    dearer = rules(RACE, {"stages.race.award.drivers": [100]})
    after = score(before.season, Rulebook(dearer), before)
    assert after.rounds[0].stages is before.rounds[0].stages
    assert table(after) == "1 A 200, 1 B 200, 3 C 0"
    same = score(before.season, Rulebook(rules()), before)
    assert same.rounds[0].awards is before.rounds[0].awards
    assert same.rounds[0].rules is same.rules.season
    by_time = rules(RACE, {"stages.race.rank": "time"})
    assert score(before.season, Rulebook(by_time), before).rounds[0].stages is not before.rounds[0].stages


def test_a_new_last_round_changes_what_depends_on_it() -> None:
    book = rules(RACE, {"multipliers": [{"last": 1, "factor": 2}]})
    before = scored("1 R1: a b\n2 R1: a b", book)
    assert table(before) == "1 A 30, 2 B 18"
    after = rescored(before, RoundScheduled(id="r3", known=KNOWN, round=3, name="Three"))
    assert table(after) == "1 A 20, 2 B 12"


def test_a_round_with_open_questions_is_looked_at_again_when_the_entries_change() -> None:
    before = scored("1 R1: a ...")
    assert table(before) == "1 A 10"
    after = rescored(before, car("b"))
    assert table(after) == "1 A 10, 2 B 0+"
    assert rescored(after, less(1)).rounds[0] is after.rounds[0]


def test_points_reported_follow_their_car_when_its_team_changes() -> None:
    text = RACE.replace(
        '[{ id = "drivers" }]', '[{ id = "drivers" }, { id = "teams", of = "team", points_of = "drivers" }]'
    )
    given = PointsReported(id="p", known=KNOWN, round=1, standing="drivers", rows=(Given("A", 5),))
    before = scored("1 R1", rules(text), given, cars=[car("a", team="red")])
    assert table(before, "teams") == "1 red 5"
    after = rescored(before, say(EntryChanged, entry="a", from_round=1, team="blue"))
    assert table(after, "teams") == "1 blue 5"


def test_rules_can_be_pinned_to_a_round() -> None:
    season = told("1 R1: a b\n2 R1: a b")
    pinned = Rulebook(rules(), {2: rules(RACE, {"stages.race.award.drivers": [100, 1]})})
    assert table(score(season, pinned)) == "1 A 110, 2 B 7"
    other = Rulebook(rules(), {2: rules(RACE, {"standings": [{"id": "cup"}], "stages.race.award": {"cup": [1]}})})
    assert table(score(season, other)) == "1 A 10, 2 B 6"


def test_a_season_long_disqualification_takes_every_result() -> None:
    season = scored("1 R1: a b c\n2 R1: a c b", rules(), say(Disqualification, entry="a"))
    assert table(season) == "1 B 16, 1 C 16, 3 A 0"


def test_points_reported_make_one_a_starter() -> None:
    given = PointsReported(id="p", known=KNOWN, round=1, standing="drivers", rows=(Given("A", 5),))
    counted = counting({"best": 1, "droppable": ["started"]})
    season = scored("2 R1: a b", counted, given, RoundScheduled(id="r", known=KNOWN, round=1, name="One"))
    assert row(season, "A") == (10, 15, "1 - 5")
    assert season.table("drivers").row("A").dropped == (Dropped(1, "", 5),)  # type: ignore[union-attr]
