"""What cannot be right in a season, each with its message."""

from collections.abc import Iterable
from decimal import Decimal

import pytest

from rxscore.events import (
    ClaimedRow,
    ClassificationDeclared,
    CompetitorRegistered,
    DifferenceKnown,
    Disqualification,
    EntryChanged,
    EntryFiled,
    Event,
    Exclusion,
    FeatBy,
    FeatRecorded,
    PointsClaimed,
    PointsDeduction,
    PointsReported,
    Ranked,
    Result,
    Revocation,
    RoundScheduled,
    Scored,
    SeasonOpened,
    SessionResults,
    StandingClaimed,
    TieDecided,
    TimePenalty,
)
from rxscore.season import check
from season_text import KNOWN, LATER, car, events, say

RACE = "1 R1: a b c"


def found(*more: Event, text: str = RACE, cars: Iterable[EntryFiled] = ()) -> list[str]:
    """What is wrong, as ``event field: message``."""
    return [f"{one.event} {one.field}: {one.message}" for one in check(events(text, *more, cars=cars))]


def results(*rows: Result, **fields: object) -> SessionResults:
    return say(SessionResults, id="x", round=1, session="R2", rows=rows, **fields)


def test_a_season_without_mistakes() -> None:
    assert found() == []
    assert check([]) == ()


def test_a_log_must_open_a_season_and_only_once() -> None:
    assert next(one.message for one in check([car("a"), *events(RACE)[1:4]])) == (
        "the log does not open a season: a season-opened event is missing"
    )
    again = say(SeasonOpened, id="x", series="club", season="2025", name="Club", rules="club")
    assert found(again) == ["x : the season is opened a second time (first by 'season')"]


def test_references_must_lead_to_something_of_the_same_kind() -> None:
    assert found(say(Revocation, id="x", revokes="1-R")) == ["x revokes: there is no event '1-R'; did you mean 1-R1?"]
    assert found(say(Revocation, id="x", revokes="zzzzzzzz"))[0].startswith(
        "x revokes: there is no event 'zzzzzzzz'; known: "
    )
    wrong = say(TimePenalty, id="x", entry="a", round=1, session="R1", seconds=1, supersedes="1-R1")
    assert found(wrong) == ["x supersedes: a time-penalty cannot replace '1-R1', which is a results"]


def test_corrections_and_revocations_must_not_form_a_loop() -> None:
    one = say(TimePenalty, id="x", entry="a", round=1, session="R1", seconds=1, supersedes="y")
    two = say(TimePenalty, id="y", entry="a", round=1, session="R1", seconds=1, supersedes="x")
    assert found(one, two) == [
        "x supersedes: 'y' leads back to this event: a loop",
        "y supersedes: 'x' leads back to this event: a loop",
    ]
    assert found(say(Revocation, id="x", revokes="x")) == ["x revokes: 'x' leads back to this event: a loop"]
    # Two ways to the same event are no loop; one that leads into a loop is not part of it.
    three = say(TimePenalty, id="z", entry="a", round=1, session="R1", seconds=1, supersedes="x")
    assert len(found(one, two, three)) == 2
    dangling = say(TimePenalty, id="z", entry="a", round=1, session="R1", seconds=1, supersedes="gone")
    more = say(Revocation, id="w", revokes="z")
    assert len(found(dangling, more)) == 1


def test_an_inferred_fact_says_what_it_is_inferred_from() -> None:
    missing = "missing: an inferred fact says what it is inferred from"
    assert found(say(PointsDeduction, id="x", competitor="A", standing="drivers", points=1, basis="inferred")) == [
        f"x because: {missing}"
    ]
    assert found(results(Result("a", 1), Result("b", 2, basis="inferred"))) == [f"x rows[1].because: {missing}"]
    assert found(results(Result("b", 1, basis="inferred"), because="of the points")) == []
    assert found(results(Result("b", 1, basis="inferred", because="of the points"))) == []


def test_names_must_be_known() -> None:
    assert found(results(Result("zz", 1))) == ["x rows[0].entry: unknown entry 'zz'; known: a, b, c"]
    assert found(results(Result("a", 1, drivers=("ZZ",)))) == ["x rows[0].drivers: unknown driver 'ZZ'; known: A, B, C"]
    declared = say(ClassificationDeclared, id="x", round=1, stage="race", rows=(Ranked("d", 1),))
    assert found(declared) == ["x rows[0].entry: unknown entry 'd'; known: a, b, c"]
    feat = say(FeatRecorded, id="x", round=1, feat="pole", rows=(FeatBy("d", drivers=("D",)),))
    assert found(feat) == [
        "x rows[0].entry: unknown entry 'd'; known: a, b, c",
        "x rows[0].drivers: unknown driver 'D'; known: A, B, C",
    ]


@pytest.mark.parametrize(
    "event",
    [
        say(PointsReported, id="x", round=1, standing="drivers", rows=(Scored("D", 1),)),
        say(StandingClaimed, id="x", standing="drivers", rows=(ClaimedRow("D", 1),)),
        say(PointsClaimed, id="x", round=1, standing="drivers", rows=(ClaimedRow("D", 1),)),
    ],
    ids=lambda event: event.kind,
)
def test_the_rows_of_tables_name_competitors_or_entries(event: Event) -> None:
    assert found(event) == ["x rows[0].competitor: unknown competitor 'D'; known: A, B, C, a, b, c"]


@pytest.mark.parametrize("order", [(), ("A",), ("A", "B", "A")])
def test_a_tie_is_decided_between_two_or_more(order: tuple[str, ...]) -> None:
    decided = say(TieDecided, id="x", standing="drivers", order=order)
    assert found(decided) == ["x order: two competitors or more are put in order, each once"]


def test_rulings_name_competitors_or_entries_that_are_known() -> None:
    unknown = "unknown competitor 'D'; known: A, B, C, a, b, c"
    assert found(say(PointsDeduction, id="x", competitor="D", standing="drivers", points=1)) == [
        f"x competitor: {unknown}"
    ]
    assert found(say(Exclusion, id="x", competitor="D", standing="drivers")) == [f"x competitor: {unknown}"]
    assert found(say(DifferenceKnown, id="x", claim="c", competitor="D", reason="r")) == [f"x competitor: {unknown}"]
    assert found(say(TieDecided, id="x", standing="drivers", order=("A", "D"))) == [f"x order[1]: {unknown}"]
    out = Disqualification(id="x", known=LATER, entry="d")
    assert [one.message for one in check([*events(RACE), out])] == ["unknown entry 'd'; known: a, b, c"]


def test_entries_name_competitors_that_are_registered() -> None:
    filed = EntryFiled(id="x", known=KNOWN, entry="d", drivers=("D",), team="red", make="fast")
    assert [f"{one.field}: {one.message}" for one in check([*events(RACE), filed])] == [
        "drivers: unknown driver 'D'; known: A, B, C",
        "team: unknown team 'red'; known: A, B, C",
        "make: unknown make 'fast'; known: A, B, C",
    ]
    changed = EntryChanged(id="x", known=KNOWN, entry="d", from_round=1)
    assert [one.message for one in check([*events(RACE), changed])] == ["unknown entry 'd'; known: a, b, c"]


def test_rounds_must_be_scheduled() -> None:
    unscheduled = SessionResults(id="x", known=KNOWN, round=3, session="R1", rows=())
    assert [f"{one.field}: {one.message}" for one in check([*events(RACE), unscheduled])] == [
        "round: unknown round 3 (scheduled: 1)"
    ]
    claim = say(StandingClaimed, id="x", standing="drivers", after_round=7, rows=())
    assert found(claim) == ["x after_round: unknown round 7 (scheduled: 1)"]
    assert [one.message for one in check([events(RACE)[0], unscheduled])] == ["unknown round 3 (scheduled: none)"]


@pytest.mark.parametrize(
    ("again", "what"),
    [
        (
            say(CompetitorRegistered, id="x", competitor="A", name="A"),
            "the competitor A is told twice (first by 'driver-A')",
        ),
        (say(EntryFiled, id="x", entry="a", drivers=("A",)), "the entry a is told twice (first by 'entry-a')"),
        (say(RoundScheduled, id="x", round=1, name="One"), "round 1 is told twice (first by 'round-1')"),
    ],
    ids=["competitor", "entry", "round"],
)
def test_nothing_is_told_twice(again: Event, what: str) -> None:
    said = [*events(RACE), again]
    assert [one.message for one in check(said)] == [f"{what}; a correction says which event it supersedes"]


def test_a_classification_is_declared_once() -> None:
    one = say(ClassificationDeclared, id="w", round=1, stage="race", rows=(Ranked("a", 1),))
    two = say(ClassificationDeclared, id="x", round=1, stage="race", rows=(Ranked("b", 1),))
    assert found(one, two)[0].startswith("x : the classification of race in round 1 is told twice (first by 'w')")
    assert found(one, say(ClassificationDeclared, id="x", round=1, stage="heats", rows=())) == []


def test_a_cancelled_round_has_no_results() -> None:
    assert found(text="1 R1: a b\n1 cancelled") == ["1-R1 round: round 1 was cancelled, and cannot have results"]


def test_a_car_has_one_result_in_a_race() -> None:
    again = say(SessionResults, id="x", round=1, session="R1", rows=(Result("a", 4),), complete=False)
    assert found(again) == ["x rows[0].entry: entry 'a' has a result in R1 of round 1 already (by '1-R1')"]
    assert found(text="1 Q1.1: a b\n1 Q1.2: a b") == []
    assert found(results(Result("a", 1), Result("a", 2))) == [
        "x rows[0].entry: entry 'a' is listed 2 times",
        "x rows[1].entry: entry 'a' is listed 2 times",
    ]


def test_places_collide_only_in_a_dead_heat() -> None:
    assert found(results(Result("a", 1), Result("b", 1))) == [
        "x rows: place 1 is given to 'a' and 'b'; a dead heat says tied on each"
    ]
    assert found(results(Result("a", 1, tied=True), Result("b", 1))) == [
        "x rows: place 1 is given to 'a' and 'b'; a dead heat says tied on each"
    ]
    assert found(results(Result("a", 1, tied=True), Result("b", 1, tied=True), Result("c", 3))) == []


def test_places_have_no_gaps_unless_rows_are_missing() -> None:
    gap = "x rows: place 2 is missing before place 3; where rows are not known, say complete: false"
    assert found(results(Result("a", 1), Result("b", 3))) == [gap]
    assert found(results(Result("a", 1), Result("b", 3), complete=False)) == []
    assert found(results(Result("a", 1), Result("b", 3), Result("c", status="unknown"))) == []
    declared = say(ClassificationDeclared, id="x", round=1, stage="race", rows=(Ranked("a", 1), Ranked("b", 3)))
    assert found(declared) == [gap]
    assert found(results(Result("a", 2), Result("b", 4))) == [
        "x rows: place 1 is missing before place 2; where rows are not known, say complete: false",
        "x rows: place 3 is missing before place 4; where rows are not known, say complete: false",
    ]


def test_what_is_no_longer_in_force_can_do_no_harm() -> None:
    wrong = results(Result("zz", 9))
    assert found(wrong, say(Revocation, revokes="x")) == []


def test_findings_come_in_the_order_of_the_log() -> None:
    one = say(PointsDeduction, id="x", competitor="D", standing="drivers", points=1)
    two = say(PointsDeduction, id="b", competitor="E", standing="drivers", points=1)
    assert [one.event for one in check([*events(RACE), one, two])] == ["x", "b"]


def test_a_time_is_not_negative() -> None:
    assert found(results(Result("a", time=Decimal(-5)))) == ["x rows[0].time: -5 is a negative time"]


def test_points_of_several_rounds_are_told_from_the_first_to_the_last() -> None:
    def told(since: int, number: int = 1) -> list[str]:
        return found(
            say(PointsReported, id="x", round=number, since=since, standing="drivers", rows=()), text="1 R1: a\n5 R1: a"
        )

    assert told(5) == ["x since: the points of rounds 5 to 1: the first must come before the last"]
    assert told(4, 5) == ["x since: unknown round 4"]
    assert told(1, 5) == []
    far = say(PointsReported, id="x", round=5000, since=1, standing="drivers", rows=())
    assert any(line.startswith("x since: the points of more than") for line in found(far))
