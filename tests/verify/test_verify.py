"""Claims against standings: the four verdicts, known differences, intervals, sums."""

from fractions import Fraction
from typing import Any

import pytest

from rxscore.events import (
    ClaimedRow,
    ClassificationDeclared,
    DifferenceKnown,
    Event,
    Exclusion,
    Margin,
    MarginClaimed,
    PointsClaimed,
    PointsDeduction,
    PointsReported,
    Ranked,
    Scored,
    StandingClaimed,
)
from rxscore.rulesets import Ruleset
from rxscore.scoring import Rulebook, score
from rxscore.verify import Report, difference_text, verify
from season_text import LATER, RACE, car, rules, say, told

SEASON = "1 R1: a b c\n2 R1: b a c?"
"""a 16, b 16, c 8, of which 4 are inferred."""

TEAMS = RACE.replace('{ id = "drivers" }', '{ id = "drivers" }, { id = "teams", of = "team", points_of = "drivers" }')


def checked(text: str, *more: Event, book: Ruleset | None = None, cars: Any = ()) -> Report:
    season, rulebook = told(text, *more, cars=cars), Rulebook(book or rules())
    return verify(score(season, rulebook), lambda date: score(season.as_of(date), rulebook))


def claimed(*rows: tuple[Any, ...], **fields: Any) -> StandingClaimed:
    """A claim of ``(competitor, points)`` or ``(competitor, points, position)``."""
    lines = tuple(ClaimedRow(*row) for row in rows)
    return say(StandingClaimed, **{"id": "claim", "standing": "drivers", "top": True, "rows": lines, **fields})


def verdicts(report: Report) -> dict[str, str]:
    return {row.competitor: row.verdict for claim in report.claims for row in claim.rows}


@pytest.mark.parametrize(
    ("row", "text", "verdict"),
    [
        (("A", 16), SEASON, "reproduced"),
        (("A", 15), SEASON, "contradicted"),
        (("C", 8), SEASON, "consistent"),
        (("C", 9), SEASON, "contradicted"),
        (("X", 0), SEASON, "reproduced"),
        (("X", 1), SEASON, "contradicted"),
        (("A", None), SEASON, "reproduced"),
        # d may have been in the second race: a published total can be higher than ours, not lower.
        (("D", 3), SEASON + " ...", "undecided"),
        (("D", 0), SEASON + " ...", "undecided"),
        (("A", 15), SEASON + " ...", "contradicted"),
        (("D", -1), SEASON + " ...", "contradicted"),
        # positions
        (("A", 16, 1), SEASON, "reproduced"),
        (("A", 16, 2), SEASON, "contradicted"),
        (("C", 8, 3), SEASON, "consistent"),
        (("C", 8, 4), SEASON, "contradicted"),
        # c has 8: d, who is open behind him, could pass him, but nobody can put him ahead of the others.
        (("C", 8, 4), SEASON + " ...", "undecided"),
        (("C", 8, 2), SEASON + " ...", "contradicted"),
        (("C", 8, 5), SEASON + " ...", "contradicted"),
    ],
)
def test_the_verdict_of_a_line(row: tuple[Any, ...], text: str, verdict: str) -> None:
    report = checked(text, claimed(row), cars=[car("d"), car("x", rounds=(9,))])
    assert verdicts(report) == {row[0]: verdict}
    assert report.unexplained is (verdict == "contradicted")
    assert report.totals == {name: int(name == verdict) for name in report.totals}


@pytest.mark.parametrize(("position", "verdict"), [(1, "undecided"), (2, "consistent"), (3, "contradicted")])
def test_where_the_fewest_points_win_those_with_missing_facts_can_only_fall_behind(position: int, verdict: str) -> None:
    fewest = rules(RACE, {"standings.drivers.order": "low"})
    report = checked(SEASON + " ...", claimed(("C", 8, position)), book=fewest, cars=[car("d"), car("x", rounds=(9,))])
    assert verdicts(report) == {"C": verdict}


def test_a_position_of_one_who_is_excluded_is_contradicted() -> None:
    out = say(Exclusion, competitor="A", standing="drivers", keep_row=True)
    report = checked(SEASON + " ...", out, claimed(("A", 0, 1)), cars=[car("d")])
    assert verdicts(report) == {"A": "contradicted"}
    assert verdicts(checked(SEASON, out, claimed(("A", 0)))) == {"A": "reproduced"}


def test_a_row_that_is_claimed_shows_what_was_computed() -> None:
    (claim,) = checked(SEASON, claimed(("A", 15, 2), after_round=1, source=("a paper",))).claims
    (row,) = claim.rows
    assert (row.claimed, row.computed, row.claimed_position, row.computed_position) == (15, 10, 2, 1)
    assert (claim.claim, claim.standing, claim.after_round, claim.source, claim.of_round) == (
        "claim", "drivers", 1, ("a paper",), False,
    )  # fmt: skip


def test_a_claim_is_of_a_round_or_of_the_end() -> None:
    assert verdicts(checked(SEASON, claimed(("A", 10), after_round=1))) == {"A": "reproduced"}
    assert verdicts(checked(SEASON, claimed(("A", 16), after_round=2))) == {"A": "reproduced"}
    # A round that was not held changes nothing.
    assert verdicts(checked(SEASON + "\n3 cancelled", claimed(("A", 16), after_round=3))) == {"A": "reproduced"}


def test_a_provisional_table_is_compared_with_what_was_known_then() -> None:
    less = say(PointsDeduction, competitor="A", standing="drivers", points=5, known="2024-07-01")
    assert verdicts(checked(SEASON, less, claimed(("A", 16), as_of="2024-06-15"))) == {"A": "reproduced"}
    assert verdicts(checked(SEASON, less, claimed(("A", 16)))) == {"A": "contradicted"}


def test_a_whole_table_leaves_out_nobody_who_has_points() -> None:
    whole = {"top": False}
    report = checked(SEASON, claimed(("A", 16), ("B", 16), **whole))
    assert verdicts(report) == {"A": "reproduced", "B": "reproduced", "C": "contradicted"}
    assert [(row.claimed, row.computed) for row in report.claims[0].rows][2] == (None, 8)
    assert not checked(
        "1 R1: a b c d e f g", claimed(*zip("ABCDEF", (10, 6, 4, 3, 2, 1), strict=True), **whole)
    ).unexplained
    known = say(DifferenceKnown, claim="claim", competitor="C", difference=-8, reason="left out")
    assert not checked(SEASON, claimed(("A", 16), ("B", 16), **whole), known).unexplained


def test_points_can_be_claimed_as_printed_with_so_many_decimals() -> None:
    text = "1 R1: a=b=c"  # 6 2/3 each
    for points, verdict in ((6.67, "reproduced"), (6.66, "reproduced"), (6.65, "contradicted"), (6.68, "contradicted")):
        report = checked(text, claimed(("A", Fraction(str(points))), decimals=2))
        assert verdicts(report) == {"A": verdict}
    assert verdicts(checked(text, claimed(("A", 7)))) == {"A": "contradicted"}


# --- known differences -----------------------------------------------------------------------


def known(**fields: Any) -> DifferenceKnown:
    return say(DifferenceKnown, **{"id": "diff", "claim": "claim", "competitor": "A", "reason": "a slip", **fields})


@pytest.mark.parametrize(
    ("difference", "explained"),
    [
        (known(difference=-1), True),
        (known(), True),
        (known(difference=-2), False),
        (known(competitor="B"), False),
        (known(claim="1-R1"), False),
        (known(position=1), True),
        (known(position=2), False),
    ],
)
def test_a_known_difference_explains_just_that_difference(difference: Event, explained: bool) -> None:
    report = checked(SEASON, claimed(("A", 15)), difference)
    assert report.claims[0].rows[0].known == ("a slip" if explained else "")
    assert report.stale == (() if explained else ("diff",))
    assert report.unexplained is not explained


def test_a_difference_that_is_none_any_more_is_stale() -> None:
    report = checked(SEASON, claimed(("A", 16)), known())
    assert (report.stale, report.unexplained) == (("diff",), True)


def test_a_position_can_differ_by_itself() -> None:
    report = checked(SEASON, claimed(("A", None, 2)), known(position=1))
    assert (report.claims[0].rows[0].known, report.unexplained) == ("a slip", False)


# --- points of a round -----------------------------------------------------------------------


def of_round(*rows: tuple[Any, ...], **fields: Any) -> PointsClaimed:
    lines = tuple(ClaimedRow(*row) for row in rows)
    return say(PointsClaimed, **{"id": "claim", "standing": "drivers", "round": 2, "rows": lines, **fields})


TWO = RACE.replace("} ]", "}, ]").replace(
    "}]\nstandings", '}, { id = "sprint", sessions = ["S"], award.drivers = [3, 2, 1] }]\nstandings'
)


def test_the_points_of_a_round_or_a_session_can_be_claimed() -> None:
    report = checked(SEASON, of_round(("A", 6), ("C", 4), ("X", 0), ("B", 3)), cars=[car("x")])
    assert verdicts(report) == {"A": "reproduced", "C": "consistent", "X": "reproduced", "B": "contradicted"}
    assert report.claims[0].of_round
    text = "1 R1: a b\n1 S: b a"
    both = checked(text, of_round(("A", 12), round=1), book=rules(TWO))
    sprint = checked(text, of_round(("A", 2), round=1, session="S"), book=rules(TWO))
    assert verdicts(both) == verdicts(sprint) == {"A": "reproduced"}
    assert sprint.claims[0].session == "S"


def test_a_known_difference_explains_the_points_of_a_round_too() -> None:
    report = checked(
        SEASON, of_round(("B", 3)), say(DifferenceKnown, claim="claim", competitor="B", difference=-7, reason="r")
    )
    assert report.claims[0].rows[0].known == "r"
    assert not report.unexplained


def test_points_of_a_round_not_held_or_not_known() -> None:
    assert verdicts(checked("1 R1: a\n2 R1", of_round(("A", 0)))) == {"A": "reproduced"}
    assert verdicts(checked("2 R1: b ...", of_round(("A", 6)), cars=[car("a")])) == {"A": "undecided"}


# --- intervals -------------------------------------------------------------------------------


def intervals(report: Report) -> list[tuple[str, int, int, object, object, str]]:
    return [(one.competitor, one.since, one.until, one.claimed, one.computed, one.verdict) for one in report.intervals]


def test_between_two_tables_only_the_rounds_between_count() -> None:
    """C's place in round 1 is inferred: the totals rest on it, what he scored in round 2 does not."""
    text = "1 R1: a b c?\n2 R1: b a c"
    report = checked(text, claimed(("C", 4), after_round=1, id="one"), claimed(("C", 8), ("A", 15), id="two"))
    assert intervals(report) == [
        ("C", 0, 1, 4, 4, "consistent"),
        ("C", 1, 2, 4, 4, "reproduced"),
        ("A", 0, 2, 15, 16, "contradicted"),
    ]
    assert report.unexplained


def test_an_interval_takes_deductions_and_open_results_into_account() -> None:
    less = say(PointsDeduction, competitor="C", standing="drivers", points=1, round=2)
    first = say(PointsDeduction, competitor="C", standing="drivers", points=2)
    report = checked(
        "1 R1: a b c?\n2 R1: b a c ...",
        less,
        first,
        claimed(("C", 2), after_round=1, id="one"),
        claimed(("C", 5), ("D", 7), id="two"),
        cars=[car("d")],
    )
    assert intervals(report) == [
        ("C", 0, 1, 2, 2, "consistent"),
        ("C", 1, 2, 3, 3, "reproduced"),
        ("D", 0, 2, 7, 0, "undecided"),
    ]


def test_an_interval_that_ends_in_a_known_difference_is_explained() -> None:
    report = checked("1 R1: a b c?", claimed(("A", 9)), known(difference=-1))
    assert [(one.verdict, one.known) for one in report.intervals] == [("contradicted", "a slip")]
    assert not report.unexplained


def test_intervals_are_looked_at_only_where_something_is_in_doubt_and_nothing_dropped() -> None:
    assert checked("1 R1: a b", claimed(("A", 10))).intervals == ()
    dropping = rules(RACE, {"standings.drivers.counts": [{"best": 1}]})
    assert checked("1 R1: a b?", claimed(("A", 10)), book=dropping).intervals == ()
    assert len(checked("1 R1: a b ...", claimed(("A", 10), ("B", None)), cars=[car("c")]).intervals) == 1
    then = claimed(("A", 10), as_of=LATER)
    assert checked("1 R1: a b?", then).intervals == ()


# --- sums ------------------------------------------------------------------------------------


def test_published_team_totals_are_the_sums_of_published_drivers_totals() -> None:
    cars = [car("a", team="red"), car("b", team="red"), car("c", team="blue"), car("e", team="blue")]
    drivers = claimed(("A", 10), ("B", 6), ("C", 4), id="drivers")
    teams = claimed(("red", 16), ("blue", 5), ("none", 1), id="claim", standing="teams")
    report = checked(
        "1 R1: a b c e/DNF", drivers, teams, book=rules(TEAMS), cars=[*cars, car("x", team="none", rounds=(9,))]
    )
    assert [(one.competitor, one.claimed, one.parts, one.verdict, one.known) for one in report.sums] == [
        ("red", 16, (("A", 10), ("B", 6)), "reproduced", ""),
        ("blue", 5, (("C", 4),), "contradicted", ""),
    ]
    reason = say(DifferenceKnown, claim="claim", competitor="blue", difference=1, reason="a bonus")
    again = checked("1 R1: a b c e/DNF", drivers, teams, reason, book=rules(TEAMS), cars=[*cars, car("x", team="none")])
    assert [one.known for one in again.sums] == ["", "a bonus"]


def test_no_sum_where_a_driver_scored_for_two_teams_or_is_not_published() -> None:
    moving = [car("a", team="red"), car("b", "A", team="blue"), car("c", team="green")]
    drivers = claimed(("A", 16), id="drivers")
    teams = claimed(("red", 10), ("blue", 6), ("green", 4), id="claim", standing="teams")
    assert checked("1 R1: a\n2 R1: - b c ...", drivers, teams, book=rules(TEAMS), cars=moving).sums == ()
    dropping = rules(TEAMS, {"standings.teams.counts": [{"best": 1}]})
    assert checked("1 R1: a", drivers, teams, book=dropping, cars=moving).sums == ()


def test_sums_are_of_the_same_round() -> None:
    cars = [car("a", team="red")]
    report = checked(
        "1 R1: a\n2 R1: a",
        claimed(("A", 10), after_round=1, id="drivers"),
        claimed(("red", 10), after_round=1, id="one", standing="teams"),
        claimed(("red", 20), after_round=2, id="two", standing="teams"),
        book=rules(TEAMS),
        cars=cars,
    )
    assert [(one.after_round, one.verdict) for one in report.sums] == [(1, "reproduced")]


# --- the rest --------------------------------------------------------------------------------


def test_a_declared_classification_that_differs_is_told() -> None:
    official = say(ClassificationDeclared, round=1, stage="race", rows=(Ranked("b", 1), Ranked("a", 2)))
    report = checked("1 R1: a b", official)
    assert [note.entry for note in report.notes] == ["b", "a"]
    assert not report.unexplained


@pytest.mark.parametrize(
    ("claim", "computed", "text"), [(9, 1, "+8"), (1, 4, "-3"), (1, 1, "0"), (None, 1, ""), (1, None, "")]
)
def test_differences_in_words(claim: int | None, computed: int | None, text: str) -> None:
    assert difference_text(claim, computed) == text


def margin(points: int, after: int, **fields: Any) -> MarginClaimed:
    return say(MarginClaimed, standing="drivers", after_round=after, rows=(Margin("A", "B", points),), **fields)


def test_a_margin_before_the_last_stage_of_a_round_not_held_is_undecided() -> None:
    report = checked("1 R1: a b\n2 R1", margin(4, 2, through="race"))
    assert verdicts(report) == {"A": "undecided"}


def test_margins_are_undecided_where_points_are_told_only_together_with_later_ones() -> None:
    together = PointsReported(
        id="p", known=LATER, round=2, since=1, standing="drivers", rows=(Scored("A", 20), Scored("B", 12))
    )
    report = checked("1 R1\n2 R1", together, margin(3, 1), margin(8, 2), cars=[car("a"), car("b")])
    assert [one.verdict for one in report.intervals if one.behind == "B"] == ["undecided", "undecided"]
