"""Who may have got more than is known: lists that are not complete, and what settles a doubt all the same."""

from rxscore.events import (
    CompetitorRegistered,
    EntryFiled,
    Event,
    FeatBy,
    FeatRecorded,
    PointsReported,
    Result,
    RoundScheduled,
    SeasonOpened,
    SessionResults,
)
from rxscore.events import Scored as Given
from rxscore.rulesets import Source, read
from rxscore.scoring import Rulebook, Table, score
from rxscore.season import fold

RULES = """
title = "A club"
series = "club"
seasons = "any"
winner = "race"

[[stages]]
id = "race"
sessions = ["R1"]
award.drivers = SCALE

[[bonuses]]
id = "lap"
feat = "fastest-lap"
award = { drivers = 1 }

[[standings]]
id = "drivers"
"""


def table_after(*more: Event, order: str = "ab", scale: str = "[5, 3]") -> Table:
    """The table after one race in which ``order`` are listed first, second, ... of the drivers a to d."""
    events: list[Event] = [
        SeasonOpened(id="s", known="2024-01-01", series="club", season="2024", name="Club", rules="club"),
        RoundScheduled(id="r", known="2024-01-01", round=1, name="One", sessions=("R1",)),
    ]
    for name in "abcd":
        events.append(CompetitorRegistered(id=f"d{name}", known="2024-01-01", competitor=name, name=name))
        events.append(EntryFiled(id=f"e{name}", known="2024-01-01", entry=f"car-{name}", drivers=(name,)))
    rows = tuple(Result(f"car-{name}", place=place) for place, name in enumerate(order, 1) if name != "-")
    events.append(SessionResults(id="res", known="2024-01-01", round=1, session="R1", rows=rows, complete=False))
    book = read("club", "2024", lambda _: Source("club.toml", RULES.replace("SCALE", scale)))
    return score(fold([*events, *more]), Rulebook(book)).table("drivers")


def in_doubt(*more: Event, order: str = "ab", scale: str = "[5, 3]") -> set[str]:
    """Who is open after one race of which no more than ``order`` is listed."""
    return {row.competitor for row in table_after(*more, order=order, scale=scale).rows if row.open}


def test_whoever_an_incomplete_list_leaves_out_is_in_doubt() -> None:
    assert in_doubt(scale="[5, 3, 1]") == {"c", "d"}


def test_a_list_that_holds_every_place_worth_points_leaves_nobody_in_doubt() -> None:
    assert in_doubt(scale="[5, 3]") == set()


def test_a_gap_among_the_places_worth_points_leaves_the_others_in_doubt() -> None:
    assert in_doubt(order="-ab", scale="[5, 3]") == {"c", "d"}


def test_points_beyond_the_list_keep_the_doubt() -> None:
    assert in_doubt(scale='{ scale = { places = [5, 3], then = "unknown" } }') == {"c", "d"}
    assert in_doubt(scale="{ scale = [5, 3], dnf = 1 }") == {"c", "d"}


def test_points_reported_for_the_stage_settle_it() -> None:
    told = PointsReported(
        id="told", known="2024-01-02", round=1, standing="drivers", stage="race", rows=(Given("c", 0),)
    )
    assert in_doubt(told, scale="[5, 3, 1]") == {"d"}


def test_an_inferred_nothing_leaves_its_mark_on_the_total() -> None:
    told = PointsReported(
        id="told", known="2024-01-02", round=1, standing="drivers", stage="race", basis="inferred",
        because="his total leaves no more", rows=(Given("c", 0),),
    )  # fmt: skip
    table = table_after(told, scale="[5, 3, 1]")
    assert [(row.competitor, row.inferred, row.open) for row in table.rows] == [
        ("a", False, False),
        ("b", False, False),
        ("c", True, False),
        ("d", False, True),
    ]


def test_a_feat_of_which_not_all_is_told_leaves_the_others_in_doubt() -> None:
    lap = FeatRecorded(
        id="lap", known="2024-01-02", round=1, feat="fastest-lap", rows=(FeatBy("car-a"),), complete=False
    )
    assert in_doubt(lap) == {"b", "c", "d"}
    other = FeatRecorded(id="pole", known="2024-01-02", round=1, feat="pole", rows=(FeatBy("car-a"),), complete=False)
    assert in_doubt(other) == set()
