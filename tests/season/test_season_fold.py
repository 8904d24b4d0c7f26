"""The fold: which events are in force, what a round and an entry are, what is known on a date."""

import itertools

import pytest

from rxscore.events import (
    Disqualification,
    EntryChanged,
    Event,
    PlacePenalty,
    PointsDeduction,
    Result,
    Revocation,
    RoundCancelled,
    RoundScheduled,
    SeasonOpened,
    SessionResults,
    TimePenalty,
)
from rxscore.season import Season, fold
from season_text import KNOWN, LATER, car, events, say, told

RACE = "1 R1: a b c"


def penalty(id_: str, seconds: int = 5, known: str = LATER, **fields: object) -> TimePenalty:
    return say(TimePenalty, id=id_, known=known, entry="a", round=1, session="R1", seconds=seconds, **fields)


def revoked(id_: str, target: str, known: str = LATER) -> Revocation:
    return say(Revocation, id=id_, known=known, revokes=target)


def in_force(*rulings: Event) -> str:
    """The ids in force among the rulings, in any order of arrival that was tried."""
    found = set()
    for order in itertools.islice(itertools.permutations(rulings), 24):
        season = told(RACE, *order)
        found.add(" ".join(sorted(event.id for event in rulings if season.in_force(event.id))))
        shown = {event.id for event in season.rounds[1].of(TimePenalty)}
        assert shown == {e.id for e in rulings if isinstance(e, TimePenalty) and season.in_force(e.id)}
    assert len(found) == 1, "the order of arrival matters"
    return found.pop()


def test_an_event_is_in_force_unless_something_is_said_against_it() -> None:
    assert in_force(penalty("p")) == "p"
    assert not told(RACE).in_force("nothing")


def test_a_revoked_ruling_was_never_made_and_a_revoked_revocation_neither() -> None:
    assert in_force(penalty("p"), revoked("r", "p")) == "r"
    assert in_force(penalty("p"), revoked("r", "p"), revoked("q", "r")) == "p q"


def test_a_correction_replaces_what_it_supersedes() -> None:
    assert in_force(penalty("p"), penalty("q", 10, supersedes="p")) == "q"


def test_a_correction_of_a_correction_replaces_both() -> None:
    assert in_force(penalty("p"), penalty("q", supersedes="p"), penalty("r", supersedes="q")) == "r"


def test_a_revoked_correction_gives_way_to_what_it_corrected() -> None:
    p, q, r = penalty("p"), penalty("q", supersedes="p"), penalty("r", supersedes="q")
    assert in_force(p, q, revoked("x", "q")) == "p x"
    assert in_force(p, q, r, revoked("x", "r")) == "q x"


def test_a_correction_stands_when_what_it_corrected_is_revoked() -> None:
    """The stewards take back the first wording; the second, made instead of it, holds."""
    p, q = penalty("p"), penalty("q", supersedes="p")
    assert in_force(p, q, revoked("x", "p")) == "q x"
    assert in_force(p, q, penalty("r", supersedes="q"), revoked("x", "q")) == "r x"


def test_of_several_corrections_the_one_known_last_wins() -> None:
    early, late = penalty("z", known="2024-06-02", supersedes="p"), penalty("b", known="2024-06-03", supersedes="p")
    assert in_force(penalty("p"), early, late) == "b"
    assert in_force(penalty("p"), early, late, revoked("x", "b")) == "x z"
    # A correction of the one that lost is a correction of the same thing: still only one is in force.
    again = penalty("c", known="2024-06-04", supersedes="z")
    assert in_force(penalty("p"), early, late, again) == "c"
    assert in_force(penalty("p"), early, late, penalty("c", known="2024-06-02", supersedes="z")) == "b"


def test_what_is_known_later_is_later_whether_or_not_it_tells_the_seconds() -> None:
    early, late = "2024-06-01T14:00Z", "2024-06-01T14:00:30Z"
    rulings = [penalty("p"), penalty("q", 10, early, supersedes="p"), penalty("r", 20, late, supersedes="p")]
    assert in_force(*rulings) == "r"


def test_of_corrections_known_at_the_same_time_the_one_that_arrived_last_wins() -> None:
    first, second = penalty("z", supersedes="p"), penalty("b", supersedes="p")
    assert told(RACE, penalty("p"), first, second).in_force("b")
    assert told(RACE, penalty("p"), second, first).in_force("z")
    assert not told(RACE, penalty("p"), second, first).in_force("b")


def test_corrections_can_arrive_before_what_they_correct() -> None:
    early, late = penalty("z", known="2024-06-02", supersedes="p"), penalty("b", known="2024-06-03", supersedes="p")
    assert not told(RACE, early, late).in_force("z")
    assert told(RACE, early, late).in_force("b")


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_of_a_loop_of_corrections_nothing_is_in_force(length: int) -> None:
    loop = [penalty(f"p{n}", supersedes=f"p{(n + 1) % length}") for n in range(length)]
    assert in_force(*loop) == ""


def test_two_revocations_of_each_other_are_both_void() -> None:
    assert in_force(revoked("x", "y"), revoked("y", "x"), penalty("p")) == "p"


def test_what_overrules_an_event_is_named() -> None:
    p, q, r = penalty("p"), penalty("q", supersedes="p"), penalty("r", supersedes="q")
    x, y = revoked("x", "p"), revoked("y", "x")
    season = told(RACE, p, q, r, x, y)
    assert [event.id for event in season.overruled_by("p")] == ["r"]
    assert [event.id for event in season.overruled_by("x")] == ["y"]
    assert season.overruled_by("r") == ()
    assert season.overruled_by("nothing") == ()


def test_applying_leaves_the_old_season_as_it_was_and_other_rounds_untouched() -> None:
    before = told("1 R1: a b\n2 R1: a b")
    after = before.apply(penalty("p"))
    assert before.rounds[1].of(TimePenalty) == ()
    assert [event.id for event in after.rounds[1].of(TimePenalty)] == ["p"]
    assert after.rounds[2] is before.rounds[2]
    assert after.rounds[1] is not before.rounds[1]


def test_an_id_can_be_used_only_once() -> None:
    with pytest.raises(ValueError, match="the id '1-R1' is in use"):
        fold([*events(RACE), *events(RACE)[-1:]])


def test_a_round_of_which_nothing_is_left_is_no_round() -> None:
    season = told(RACE, say(TimePenalty, id="p", entry="a", round=9, session="R1", seconds=1), revoked("x", "p"))
    assert season.numbers == [1]


def test_a_round_knows_its_place_in_the_calendar_and_whether_it_was_held() -> None:
    season = told("1 R1\n2 R1: a b\n3 R1: a b\n3 cancelled")
    first, second, third = (season.rounds[number] for number in season.numbers)
    assert first.scheduled is not None
    assert first.scheduled.sessions == ("R1",)
    assert [one.held for one in (first, second, third)] == [False, True, False]
    assert third.cancelled
    assert [event.id for event in third.of(RoundCancelled)] == ["3-cancelled"]
    rowless = fold([say(PlacePenalty, entry="a", round=4, session="R1", places=1)])
    assert rowless.rounds[4].scheduled is None
    assert not rowless.rounds[4].held


def test_an_entry_stands_in_a_round_as_the_changes_up_to_it_say() -> None:
    season = told(
        "1 R1: a b\n2 R1: a b\n3 R1: a b",
        say(EntryChanged, id="z", entry="a", from_round=2, drivers=("X",), team="red"),
        say(EntryChanged, id="y", entry="a", from_round=3, drivers=("Y",)),
        cars=[car("a", team="blue", number="7")],
    )
    found = [season.entry("a", number) for number in (1, 2, 3)]
    assert [(one.drivers, one.team, one.number) for one in found if one] == [
        (("A",), "blue", "7"),
        (("X",), "red", "7"),
        (("Y",), "red", "7"),
    ]
    assert season.entry("nobody", 3) is None
    assert season.apply(say(EntryChanged, entry="nobody", from_round=3, drivers=("Y",))).entry("nobody", 3) is None
    assert season.entry("b", 3) == car("b")


def test_the_entries_of_a_round_are_those_filed_for_it_or_for_the_season() -> None:
    season = told(
        RACE,
        cars=[car("a", rounds=(2,)), car("b")],
    )
    assert [entry.entry for entry in season.entered(1)] == ["b", "c"]
    assert [entry.entry for entry in season.entered(2)] == ["a", "b", "c"]


def test_a_withdrawn_entry_is_gone() -> None:
    season = told(RACE, revoked("x", "entry-a"))
    assert season.entry("a", 1) is None
    assert [entry.entry for entry in season.entered(1)] == ["b", "c"]
    assert list(season.entries) == ["b", "c"]


def test_a_change_of_an_entry_makes_the_rounds_that_name_it_new_ones() -> None:
    before = told("1 R1: a b\n2 R1: c d")
    after = before.apply(say(EntryChanged, entry="a", from_round=1, team="red"))
    assert after.rounds[1] is not before.rounds[1]
    assert after.rounds[2] is before.rounds[2]
    # Also where the round has nothing left in it.
    bare = before.apply(revoked("x", "1-R1")).apply(revoked("y", "round-1"))
    assert bare.apply(say(EntryChanged, entry="a", from_round=1, team="red")).numbers == [2]


def test_a_season_long_disqualification_belongs_to_the_entry() -> None:
    season = told(
        RACE,
        say(Disqualification, id="out", entry="a"),
        say(PointsDeduction, id="less", competitor="A", standing="drivers", points=1),
    )
    assert [event.id for event in season.of_entry("a", Disqualification)] == ["out"]
    assert season.of_entry("b", Disqualification) == ()
    assert [event.id for event in season.general(PointsDeduction)] == ["less"]
    gone = season.apply(revoked("x", "out")).apply(revoked("y", "less"))
    assert gone.of_entry("a", Disqualification) == ()
    assert gone.general(PointsDeduction) == ()


def test_a_correction_can_move_results_to_another_round() -> None:
    moved = SessionResults(id="n", known=LATER, round=2, session="R1", rows=(Result("a", 1),), supersedes="1-R1")
    season = told(RACE, moved)
    assert not season.rounds[1].held
    assert season.rounds[2].held


def test_as_of_is_the_season_as_known_on_that_day() -> None:
    season = told(RACE, penalty("p", known="2024-06-01T14:00Z"), revoked("x", "p", known="2024-07-01"))
    assert season.opened is not None
    assert season.as_of(KNOWN).rounds[1].of(TimePenalty) == ()
    assert season.as_of("2024-06-01T13:59Z").rounds[1].of(TimePenalty) == ()
    assert len(season.as_of("2024-06-01").rounds[1].of(TimePenalty)) == 1
    assert season.as_of("2024-07-01").rounds[1].of(TimePenalty) == ()
    assert season.as_of("2023-01-01").opened is None
    assert season.as_of("2023-01-01").numbers == []


def test_history_is_kept_in_the_order_of_arrival() -> None:
    said = events(RACE, penalty("p"), revoked("x", "p"))
    assert list(fold(said).history) == said
    assert Season().history == ()


def test_competitors_are_found_by_id() -> None:
    assert {name: one.type for name, one in told(RACE, cars=[car("a", team="red")]).competitors.items()} == {
        "A": "driver", "B": "driver", "C": "driver", "red": "team",
    }  # fmt: skip


def test_hiding_what_was_never_shown_changes_nothing() -> None:
    """A correction of something in another round, and one of a general event, arrive in either order."""
    opened = SeasonOpened(id="s2", known=LATER, series="c", season="2024", name="C", rules="c", supersedes="season")
    assert [event.id for event in told(RACE, opened).general(SeasonOpened)] == ["s2"]
    again = RoundScheduled(id="r2", known=LATER, round=1, name="New", supersedes="round-1")
    assert told(RACE, again).rounds[1].scheduled == again
    filed = car("z", number="1")
    assert list(told(RACE, car("z", id="new", supersedes="entry-z"), filed).entries) == ["a", "b", "c", "z"]
