"""What seventy seasons of one championship asked of the engine: shared cars, vacant places, fresh starts, old ties."""

from fractions import Fraction

import pytest

from rxscore.events import (
    ClaimedRow,
    DifferenceKnown,
    Disqualification,
    EligibilitySet,
    Exclusion,
    PointsClaimed,
    PointsDeduction,
    Result,
    SessionResults,
    StandingClaimed,
)
from rxscore.events.model import Event
from rxscore.scoring import Scored
from rxscore.season.check import check
from rxscore.verify import Report, verify
from season_text import RACE, car, events, mistakes, rules, say, scored, table

CREW = [car("ab", "A", "B", make="M"), car("c", "C", make="M"), car("d", "D", make="N")]
MAKES = RACE.replace(
    'award.drivers = [10, 6, 4, 3, 2, 1] }]\nstandings = [{ id = "drivers" }]',
    "award.drivers = [10, 6, 4, 3, 2, 1], award.makes = [10, 6, 4, 3, 2, 1] }]\n"
    'standings = [{ id = "drivers" }, { id = "makes", of = "make" }]',
)


def driven(**standing: object) -> object:
    return rules(MAKES, {f"standings.{key.replace('__', '.')}": value for key, value in standing.items()})


# --- shared cars -----------------------------------------------------------------------------


def test_one_of_a_crew_can_be_left_out_and_the_others_share() -> None:
    out = say(EligibilitySet, entry="ab", scores=False, drivers=("B",), rounds=(1,), standings=("drivers",))
    book = driven(drivers__crew="share")
    assert table(scored("1 R1: ab c d\n2 R1: ab", book, out, cars=CREW)) == "1 A 15, 2 C 6, 3 B 5, 4 D 4"
    # The car is as eligible as before, for its make as well.
    assert table(scored("1 R1: ab c d", book, out, cars=CREW), "makes") == "1 M 16, 2 N 4"


def test_who_is_left_out_can_be_let_in_again_for_a_round() -> None:
    out = say(EligibilitySet, entry="ab", scores=False, drivers=("B",))
    back = say(EligibilitySet, entry="ab", scores=True, drivers=("B",), rounds=(2,))
    assert table(scored("1 R1: ab\n2 R1: ab", driven(drivers__crew="share"), out, back, cars=CREW)) == "1 A 15, 2 B 5"


def test_where_a_shared_car_scores_nothing_its_make_gets_nothing_either() -> None:
    book = driven(drivers__crew="nothing", makes__crew="nothing")
    assert table(scored("1 R1: ab c d", book, cars=CREW)) == "1 C 6, 2 D 4, 3 A 0, 3 B 0"
    assert table(scored("1 R1: ab c d", book, cars=CREW), "makes") == "1 M 6, 2 N 4"
    assert table(scored("1 R1: ab c d", driven(drivers__crew="nothing"), cars=CREW), "makes") == "1 M 16, 2 N 4"


def test_a_place_that_is_nobodys_decides_no_tie() -> None:
    text = "1 R1: ab d c\n2 R1: - a - d"
    cars = [*CREW, car("a", "A")]
    ties = {"standings.drivers.ties": ["countback in race"], "stages.race.award.drivers": [0, 6, 0, 0]}
    with_win = rules(MAKES, {**ties, "standings.drivers.crew": "each"})
    without = rules(MAKES, {**ties, "standings.drivers.crew": "nothing"})
    assert table(scored(text, with_win, cars=cars)).startswith("1 A 6, 2 D 6")
    assert table(scored(text, without, cars=cars)).startswith("1 D 6, 2 A 6")


# --- ties ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("countback", "1 A 3, 2 B 3"),  # a third place, worth nothing, against a fifth
        ("countback (scoring)", "1 A 3, 1 B 3"),
        ("earliest best", "1 B 3, 2 A 3"),
    ],
)
def test_a_countback_can_look_at_scoring_places_only(step: str, expected: str) -> None:
    book = rules(RACE, {"stages.race.award.drivers": [0, 3], "standings.drivers.ties": [step]})
    assert table(scored("1 R1: c b\n2 R1: d a\n3 R1: - - a - b", book)).startswith(expected)
    assert str(book.standing("drivers").ties[0]) == step


def test_places_in_ties_are_those_the_standing_sees() -> None:
    ineligible = say(EligibilitySet, entry="x", scores=False)
    book = rules(RACE, {"stages.race.award.drivers": [0, 3, 3], "standings.drivers.ties": ["countback"]})
    # Without x, b was second in both races and a second and third.
    assert table(scored("1 R1: c x b a\n2 R1: d b a", book, ineligible)) == "1 B 6, 2 A 6, 3 C 0, 3 D 0"


# --- places left vacant ----------------------------------------------------------------------


def told_with_gap(**fields: object) -> list[Event]:
    rows = (Result("a", 1), Result("b", status="DSQ"), Result("c", 3))
    return events(
        "", say(SessionResults, id="r", round=1, session="R1", rows=rows, **fields), cars=[car("b"), car("c"), car("a")]
    )


def wrong(said: list[Event]) -> list[str]:
    return [finding.message for finding in check(said) if "unknown round" not in finding.message]


def test_results_can_say_that_a_place_is_vacant() -> None:
    assert [message for message in wrong(told_with_gap()) if "place 2 is missing" in message]
    assert wrong(told_with_gap(vacant=(2,))) == []
    assert wrong(told_with_gap(vacant=(2, 3)))[0].startswith("place 3 is not vacant: 'c' has it")


@pytest.mark.parametrize(("promote", "expected"), [(False, "1 A 10, 2 C 4, 3 B 0"), (True, "1 A 10, 2 C 6, 3 B 0")])
def test_a_ruling_can_tell_the_place_that_was_lost(promote: bool, expected: str) -> None:
    out = say(Disqualification, entry="b", round=1, session="R1", place=2, promote=promote)
    rows = (Result("a", 1), Result("b", status="DSQ"), Result("c", 3))
    results = say(SessionResults, id="r", round=1, session="R1", rows=rows, vacant=(2,))
    assert table(scored("", None, results, out, cars=[car("a"), car("c")])) == expected


# --- out of a table --------------------------------------------------------------------------


def excluded(**fields: object) -> Scored:
    return scored("1 R1: a b\n2 R1: a b\n3 R1: b a", None, say(Exclusion, competitor="A", standing="drivers", **fields))


def test_an_excluded_row_has_no_points_unless_they_are_kept() -> None:
    assert table(excluded()) == "1 B 22"
    assert table(excluded(keep_row=True)) == "1 B 22, - A 0"
    assert excluded(keep_row=True).table("drivers").row("A").gross == 26
    assert table(excluded(keep_row=True, keep_points=True)) == "1 B 22, - A 26"


def test_an_excluded_team_can_start_again_from_zero() -> None:
    again = excluded(round=3, starts_again=True)
    assert table(again, after=2) == "1 A 20, 2 B 12"
    assert table(again) == "1 B 22, 2 A 6"
    both = excluded(round=3, starts_again=True, keep_row=True)
    assert table(both) == "1 B 22, 2 A 6, - A 0"
    assert both.table("drivers").rows[-1].gross == 20
    assert table(both, after=2) == "1 A 20, 2 B 12"


def test_a_fresh_start_holds_with_dropped_scores_and_deductions() -> None:
    book = rules(RACE, {"standings.drivers.counts": [{"best": 1}]})
    again = say(Exclusion, competitor="A", standing="drivers", round=2, starts_again=True)
    less = say(PointsDeduction, competitor="A", standing="drivers", points=1, round=2)
    assert table(scored("1 R1: a b\n2 R1: b a", book, again)) == "1 B 10, 2 A 6"
    assert table(scored("1 R1: a b\n2 R1: b a", book, again, less)) == "1 B 10, 2 A 5"
    assert table(scored("1 R1: a b\n2 R1: b a", None, again, less)) == "1 B 16, 2 A 5"


# --- who is in the table ---------------------------------------------------------------------

TWO = RACE.replace(
    '"R1"], award.drivers = [10, 6, 4, 3, 2, 1] }]',
    '"R1"], award.drivers = [10] }, { id = "sprint", sessions = ["S"], award.drivers = [2] }]',
)


@pytest.mark.parametrize(
    ("appears", "where", "expected"),
    [
        ("started", [], "1 A 10, 2 B 2, 3 C 0, 3 D 0, 3 E 0"),
        ("classified", [], "1 A 10, 2 B 2, 3 C 0, 3 D 0"),
        ("classified", ["race"], "1 A 10, 2 B 2, 3 C 0"),
        ("started", ["sprint"], "1 A 10, 2 B 2, 3 D 0"),
        ("scored", [], "1 A 10, 2 B 2"),
    ],
)
def test_who_is_listed_without_points(appears: str, where: list[str], expected: str) -> None:
    book = rules(TWO, {"standings.drivers.appears": appears, "standings.drivers.appears_in": where})
    assert table(scored("1 R1: a c e/DNF\n1 S: b d", book)) == expected


def test_one_appears_in_stages_that_there_are() -> None:
    (problem,) = mistakes(TWO, {"standings.drivers.appears_in": ["rce"]})
    assert "unknown stage 'rce'; did you mean race?" in problem


# --- tables as printed -----------------------------------------------------------------------


def verdicts(report: Report) -> list[str]:
    return [
        f"{row.competitor} {row.verdict}{' known' if row.known else ''}"
        for claim in report.claims
        for row in claim.rows
    ]


def claimed(points: Fraction, decimals: int | None, kind: type = StandingClaimed) -> list[str]:
    where = {"round": 1} if kind is PointsClaimed else {}
    claim = say(kind, id="c", standing="drivers", rows=(ClaimedRow("A", points),), decimals=decimals, **where)
    book = rules(RACE, {"standings.drivers.crew": "share", "stages.race.award.drivers": [Fraction(2, 3)]})
    of = scored("1 R1: ab", book, claim, cars=[car("ab", "A", "B")])
    return [verdict for verdict in verdicts(verify(of, lambda _: of)) if verdict.startswith("A")]


@pytest.mark.parametrize("kind", [StandingClaimed, PointsClaimed])
@pytest.mark.parametrize(
    ("printed", "decimals", "verdict"),
    [
        (Fraction(33, 100), 2, "reproduced"),
        (Fraction(34, 100), 2, "reproduced"),  # rounded up
        (Fraction(35, 100), 2, "contradicted"),
        (Fraction(33, 100), None, "contradicted"),
        (Fraction(33, 100), 3, "contradicted"),
        (Fraction(1, 3), None, "reproduced"),
    ],
)
def test_a_rounded_claim_is_compared_as_rounded(kind: type, printed: Fraction, decimals: int, verdict: str) -> None:
    assert claimed(printed, decimals, kind) == [f"A {verdict}"]


def test_a_whole_table_leaves_out_nobody_who_has_points() -> None:
    def of(**fields: object) -> list[str]:
        claim = say(StandingClaimed, id="c", standing="drivers", rows=(ClaimedRow("A", 10, 1),), **fields)
        season = scored("1 R1: a b c/DNF", None, claim)
        return verdicts(verify(season, lambda _: season))

    assert of() == ["A reproduced", "B contradicted"]
    assert of(top=True) == ["A reproduced"]


def test_a_line_left_out_can_be_a_known_difference() -> None:
    claim = say(StandingClaimed, id="c", standing="drivers", rows=(ClaimedRow("A", 10, 1),))
    known = say(DifferenceKnown, claim="c", competitor="B", difference=-6, position=2, reason="a slip")
    season = scored("1 R1: a b c/DNF", None, claim, known)
    report = verify(season, lambda _: season)
    assert verdicts(report) == ["A reproduced", "B contradicted known"]
    assert not report.unexplained


def test_one_who_started_again_is_claimed_twice() -> None:
    rows = (ClaimedRow("B", 22, 1), ClaimedRow("A", 6, 2), ClaimedRow("A", 0))
    claim = say(StandingClaimed, id="c", standing="drivers", rows=rows)
    again = say(Exclusion, competitor="A", standing="drivers", round=3, starts_again=True, keep_row=True)
    season = scored("1 R1: a b\n2 R1: a b\n3 R1: b a", None, claim, again)
    assert verdicts(verify(season, lambda _: season)) == ["B reproduced", "A reproduced", "A reproduced"]
