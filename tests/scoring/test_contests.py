"""From results and rulings to the classification of a session or a race."""

import itertools
from decimal import Decimal
from typing import Any

import pytest

from rxscore.events import (
    Disqualification,
    Event,
    PlacePenalty,
    Reinstatement,
    Result,
    Revocation,
    SessionResults,
    SessionVoided,
    TimePenalty,
)
from rxscore.rulesets import Ruleset
from season_text import HEATS, KNOWN, RACE, contest, rules, say, scored

TIMED = rules(RACE, {"stages.race.rank": "time"})
EACH = rules(RACE, {"stages.race.per": "race"})


def after(text: str, *more: Event, book: Ruleset | None = None, session: str = "R1") -> str:
    return contest(scored(text, book, *more), session)


def slowed(seconds: float, entry: str = "a", **fields: Any) -> TimePenalty:
    return say(TimePenalty, entry=entry, round=1, session="R1", seconds=Decimal(seconds), **fields)


def moved(places: int, entry: str = "a", **fields: Any) -> PlacePenalty:
    return say(PlacePenalty, entry=entry, round=1, session="R1", places=places, **fields)


def out(entry: str = "a", **fields: Any) -> Disqualification:
    return say(Disqualification, **{"entry": entry, "round": 1, "session": "R1", **fields})


# --- places and times ------------------------------------------------------------------------


def test_places_are_taken_as_published() -> None:
    assert after("1 R1: b a c/DNF d/DNS") == "1 b, 2 a, DNF c, DNS d"


def test_cars_without_a_place_are_listed_by_how_they_ended() -> None:
    assert after("1 R1: f/DSQ e/DNS d/unknown c/DNF b/NC a") == "1 a, NC b, DNF c, unknown d, DNS e, DSQ f"


def test_a_dead_heat_shares_a_place_and_the_next_is_left_out() -> None:
    assert after("1 R1: a b=c d") == "1 a, 2 b, 2 c, 4 d"
    assert after("1 R1: a@60 b@61 c@61 d@62", book=TIMED) == "1 a, 2 b, 2 c, 4 d"


def test_a_ranking_by_time_is_over_all_races_of_the_session() -> None:
    """Three races of Q1: the winner of the third was slower than the second of the first."""
    text = "1 R1.1: a@60.5 b@61\n1 R1.2: c@60 d@63\n1 R1.3: e@62 f/DNF"
    assert after(text, book=TIMED) == "1 c, 2 a, 3 b, 4 e, 5 d, DNF f"


def test_places_inside_races_say_nothing_about_a_ranking_over_all_of_them() -> None:
    assert after("1 R1.1: a b\n1 R1.2: c@60", book=TIMED) == "classified a, classified b, classified c"
    # A car that did not finish its race third has no third place over all races.
    assert after("1 R1.1: a@60 b/DNF:2\n1 R1.2: c@61", book=TIMED) == "1 a, 2 c, DNF b"


def test_places_as_published_decide_where_nothing_was_ruled_after_them() -> None:
    """Equal times to the hundredth, but the timekeepers parted them: the published places stand."""
    assert after("1 R1: a b", book=TIMED) == "1 a, 2 b"


def test_with_a_time_missing_the_published_places_stand() -> None:
    assert after("1 R1: b a", slowed(5), book=TIMED) == "1 b, 2 a"
    assert after("1 R1: b@60 a", slowed(5), book=TIMED) == "2 a, classified b"


def test_one_who_did_not_finish_keeps_his_order_behind_the_finishers() -> None:
    text = "1 R1: a@60 b@61 c/DNF:3 d/DNF:4 e/DNS"
    assert after(text, slowed(-2, "b"), book=TIMED) == "1 b, 2 a, 3 c, 4 d, DNS e"


def test_each_race_can_be_a_classification_of_its_own() -> None:
    season = scored("1 R1.1: a b\n1 R1.2: c d", EACH)
    assert contest(season, "R1 race 1") == "1 a, 2 b"
    assert contest(season, "R1 race 2") == "1 c, 2 d"
    assert season.rounds[0].stages["race"].rows == ()


# --- rulings ---------------------------------------------------------------------------------


def test_seconds_are_added_and_given_back() -> None:
    text = "1 R1: a@60 b@61 c@62"
    assert after(text, slowed(5), book=TIMED) == "1 b, 2 c, 3 a"
    assert after(text, slowed(-1.5, "c"), book=TIMED) == "1 a, 2 c, 3 b"
    assert after(text, slowed(1), book=TIMED) == "1 a, 1 b, 3 c"


def test_seconds_re_rank_a_race_that_is_ranked_by_place_too() -> None:
    season = scored("1 R1: a@60 b@61", rules(), slowed(3, id="p"))
    assert contest(season, "R1") == "1 b, 2 a"
    row = season.rounds[0].stages["race"].rows[1]
    assert (str(row.time), row.events) == ("63", ("1-R1", "p"))


def test_seconds_for_one_who_has_no_time_are_noted_and_move_nobody() -> None:
    season = scored("1 R1: a@60 b/DNF", TIMED, slowed(3, "b", id="p"))
    assert contest(season, "R1") == "1 a, DNF b"
    assert season.rounds[0].stages["race"].rows[1].events == ("1-R1", "p")


def test_a_penalty_in_one_race_leaves_the_others() -> None:
    text = "1 R1.1: a@60 b@61\n1 R1.2: a@60 b@61"
    season = scored(text, rules(RACE, {"stages.race.per": "race"}), slowed(3, race=2))
    assert contest(season, "R1 race 1") == "1 a, 2 b"
    assert contest(season, "R1 race 2") == "1 b, 2 a"
    assert (
        after("1 R1: a@60 b@61", say(TimePenalty, entry="a", round=1, session="R2", seconds=Decimal(9))) == "1 a, 2 b"
    )


def test_places_are_lost_behind_those_who_gain_them() -> None:
    text = "1 R1: a b c d e/DNF"
    assert after(text, moved(2)) == "1 b, 2 c, 3 a, 4 d, DNF e"
    assert after(text, moved(-2, "d")) == "1 a, 2 d, 3 b, 4 c, DNF e"
    assert after(text, moved(9)) == "1 b, 2 c, 3 d, 4 a, DNF e"
    assert after(text, moved(1), moved(1, "b")) == "1 c, 2 a, 3 b, 4 d, DNF e"
    assert after(text, moved(9), moved(9, "b")) == "1 c, 2 d, 3 a, 4 b, DNF e"
    assert after(text, moved(-9, "c"), moved(-9, "d")) == "1 c, 2 d, 3 a, 4 b, DNF e"


def test_places_lost_do_not_drive_a_dead_heat_apart() -> None:
    assert after("1 R1: a b=c d", moved(1)) == "1 b, 1 c, 3 a, 4 d"
    assert after("1 R1: a=b c d", moved(1)) == "1 b, 2 a, 3 c, 4 d"


def test_places_lost_are_counted_over_those_of_whom_nothing_is_told() -> None:
    assert after("1 R1: a - c d ...", moved(1)) == "2 a, 3 c, 4 d"
    assert after("1 R1: a - c d ...", moved(2)) == "2 c, 3 a, 4 d"
    # Behind the last there may be others, whom he did not pass.
    assert after("1 R1: a - c d ...", moved(3)) == "2 c, 3 d, 4 a"
    assert after("1 R1: a - c d ...", moved(4)) == "2 c, 3 d, classified a"
    # Who is put ahead may have passed anybody.
    assert after("1 R1: a c b/unknown", moved(-1, "b")) == "classified a, classified c, unknown b"
    assert after("1 R1: a c b/unknown", moved(-1, "c")) == "1 c, 2 a, unknown b"
    # Of a list that has everybody a place without a car was left vacant.
    assert after("1 R1: a - c d", moved(1)) == "1 c, 3 a, 4 d"


def test_two_place_penalties_of_one_car_add_up() -> None:
    assert after("1 R1: a b c d", moved(1), moved(1)) == "1 b, 2 c, 3 a, 4 d"


def test_one_who_is_disqualified_has_no_place_and_the_others_move_up() -> None:
    assert after("1 R1: a b c", out()) == "1 b, 2 c, DSQ a"
    assert after("1 R1: a b=c d", out()) == "1 b, 1 c, 3 d, DSQ a"
    assert after("1 R1: a=b c", out()) == "1 b, 2 c, DSQ a"


def test_his_place_can_stay_vacant() -> None:
    assert after("1 R1: a b c", out(promote=False)) == "2 b, 3 c, DSQ a"
    assert after("1 R1: a b c", out("b", promote=False), out("a")) == "2 c, DSQ a, DSQ b"


def test_a_disqualification_from_the_round_or_the_season_reaches_every_session() -> None:
    text = "1 Q1: a@60 b@61\n1 F: a b"
    from_round = scored(text, rules(HEATS), out(session="", id="dq"))
    assert contest(from_round, "Q1") == "1 b 50, DSQ a 0"
    assert contest(from_round, "F") == "1 b, DSQ a"
    assert "dq" in from_round.rounds[0].stages["final"].rows[1].events
    from_season = scored(text + "\n2 F: a b", rules(HEATS), out(session="", round=None))
    assert contest(from_season, "Q1") == "1 b 50, DSQ a 0"
    assert contest(from_season, "F", 2) == "1 b, DSQ a"


def test_rulings_apply_in_one_order_whatever_the_order_in_which_they_came() -> None:
    """Times first, then places, then disqualifications: b is slower by 5, so a leads, then loses two places."""
    rulings = [slowed(5, "b", id="t"), moved(2, "a", id="p"), out("c", id="d")]
    results = {after("1 R1: b@60 a@61 c@62 d@63 e@64", *order, book=TIMED) for order in itertools.permutations(rulings)}
    # By time: a 61, c 62, d 63, e 64, b 65. a loses two: c d a e b. c out: d a e b.
    assert results == {"1 d, 2 a, 3 e, 4 b, DSQ c"}


def test_one_who_is_reinstated_gets_his_place_and_those_behind_move_down() -> None:
    back = {"entry": "c", "round": 1, "session": "R1"}
    assert after("1 R1: a b c/DSQ", say(Reinstatement, place=1, **back)) == "1 c, 2 a, 3 b"
    # One who had a place already leaves it: those behind it close up before the new place opens.
    assert after("1 R1: a b c d", say(Reinstatement, place=1, **back)) == "1 c, 2 a, 3 b, 4 d"
    # One who was not in the results at all.
    assert after("1 R1: a b", say(Reinstatement, place=2, **back)) == "1 a, 2 c, 3 b"


def test_one_who_is_reinstated_with_a_time_is_ranked_by_it() -> None:
    back = say(Reinstatement, entry="c", round=1, session="R1", time=Decimal("60.5"))
    assert after("1 R1: a@60 b@61 c/DSQ", back, book=TIMED) == "1 a, 2 c, 3 b"


def test_revoking_a_disqualification_gives_everything_back() -> None:
    assert after("1 R1: a b c", out(id="dq"), say(Revocation, revokes="dq")) == "1 a, 2 b, 3 c"


def test_a_voided_session_or_race_was_not_run() -> None:
    text = "1 R1: a b\n2 R1: b a"
    season = scored(text, rules(), say(SessionVoided, round=1, session="R1"))
    assert season.rounds[0].stages == {}
    one = scored("1 R1.1: a b\n1 R1.2: b a", EACH, say(SessionVoided, round=1, session="R1", race=1))
    assert [race.label for race in one.rounds[0].stages["race"].contests] == ["R1 race 2"]
    other = scored(text, rules(), say(SessionVoided, round=1, session="R2"))
    assert contest(other, "R1") == "1 a, 2 b"


@pytest.mark.parametrize("text", ["1 R1: a? b", "1 R1: a b"])
def test_a_row_that_is_inferred_stays_so(text: str) -> None:
    rows = scored(text).rounds[0].stages["race"].rows
    assert [row.inferred for row in rows] == ["?" in text, False]


# --- lists that are not fully told -----------------------------------------------------------


def listed(*rows: Result, complete: bool = False) -> SessionResults:
    return SessionResults(id="x", known=KNOWN, round=1, session="R1", rows=rows, complete=complete)


def timed(entry: str, place: int | None, seconds: str) -> Result:
    return Result(entry, place, time=Decimal(seconds))


FIVE = (timed("a", 1, "61"), timed("c", 3, "63"), timed("d", 4, "64"), timed("f", 6, "66"))
"""Somebody was second, somebody fifth, and perhaps there were others behind."""


@pytest.mark.parametrize(
    ("entry", "seconds", "expected"),
    [
        ("c", "0.5", "1 a, 3 c, 4 d, 6 f"),
        ("c", "1.5", "1 a, 3 d, 6 f, classified c"),  # ahead of the fifth, or behind him
        ("c", "3.5", "1 a, 3 d, 5 f, classified c"),  # and who may have been seventh?
        ("a", "0.5", "3 c, 4 d, 6 f, classified a"),
        ("a", "2.5", "2 c, 3 a, 4 d, 6 f"),
        ("a", "2", "2 a, 2 c, 4 d, 6 f"),  # as fast as c
        ("f", "-2.5", "1 a, 3 c, 4 f, 5 d"),
        ("f", "-4.5", "1 a, 4 c, 5 d, classified f"),
        ("b", "9", "1 a, 3 c, 4 d, 6 f"),
    ],
)
def test_seconds_re_rank_as_far_as_they_do_not_turn_on_others(entry: str, seconds: str, expected: str) -> None:
    assert after("", listed(*FIVE), slowed(float(seconds), entry)) == expected


def test_without_all_times_the_published_places_stand_or_the_place_that_a_ruling_gives() -> None:
    rows = (*FIVE[:2], Result("d", 4), Result("e", status="unknown"))
    assert after("", listed(*rows), slowed(9, "a")) == "1 a, 3 c, 4 d, unknown e"
    assert after("", listed(*rows), slowed(9, "a", place=3)) == "2 c, 3 a, 4 d, unknown e"
    assert after("", listed(*FIVE), slowed(9, "c", place=9)) == "1 a, 3 d, 5 f, 9 c"


def test_times_of_some_make_no_places() -> None:
    assert after("1 R1: a@60 b@61 ...", book=TIMED) == "classified a, classified b"
    assert after("1 R1.1: a@60 b/unknown\n1 R1.2: c@61 d/DNF:2", book=TIMED) == (
        "classified a, classified c, DNF d, unknown b"
    )
    # Places as published are known all the same.
    assert after("", listed(*FIVE), book=TIMED) == "1 a, 3 c, 4 d, 6 f"


def test_who_shared_his_place_with_one_of_whom_nothing_is_told_has_none_that_is_known() -> None:
    shared = (Result("a", 1, tied=True), Result("b", 3, tied=True), Result("c", 3, tied=True))
    assert after("", listed(*shared)) == "3 b, 3 c, classified a"
    assert after("", listed(*shared, complete=True)) == "1 a, 3 b, 3 c"


@pytest.mark.parametrize(
    ("ruling", "gone"),
    [
        (out("b"), 1),
        (out("b", place=2), 0),
        (out("b", promote=False), 0),
        (moved(1, "b"), 1),
        (moved(-1, "b"), 0),
        (say(Reinstatement, entry="b", round=1, session="R1", place=2), 1),
        (slowed(5, "b"), 0),
        (out("a"), 0),
    ],
)
def test_how_many_left_a_place_that_is_not_told(ruling: Event, gone: int) -> None:
    (raced,) = scored("1 R1: a - c b/unknown", rules(), ruling).rounds[0].stages["race"].contests
    assert raced.gone == gone
    # A ruling may tell the place of one whom the results do not list at all: how far others move up is open then too.
    unlisted = int(isinstance(ruling, Disqualification) and ruling.promote and ruling.entry == "b")
    for text, expected in (("1 R1: a - c ...", max(gone, unlisted)), ("1 R1: a - c", 0), ("1 R1: a b c ...", 0)):
        (other,) = scored(text, rules(), ruling).rounds[0].stages["race"].contests
        assert other.gone == expected


def test_seconds_for_one_of_whom_nothing_is_told_matter_where_times_do() -> None:
    rows = (*FIVE, Result("b", status="unknown"))
    assert scored("", rules(), listed(*rows), slowed(5, "b")).rounds[0].stages["race"].contests[0].gone == 1
