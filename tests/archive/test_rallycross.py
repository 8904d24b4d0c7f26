"""The archive of rallycross: titles, ties and totals as published, and how many published lines each season settles."""

from functools import cache
from itertools import pairwise

import pytest

from rxscore.api import open_season
from rxscore.scoring import Scored
from rxscore.verify import Report, verify

VERDICTS = {  # reproduced, consistent, undecided, contradicted (all of these on record with their reason)
    "eurorx/rx1-2021": (0, 0, 4, 0),
    "eurorx/super1600-2011": (0, 0, 4, 0),
    "eurorx/super1600-2012": (0, 0, 2, 0),
    "eurorx/supercar-2011": (9, 0, 0, 0),
    "eurorx/supercar-2013": (0, 0, 4, 0),
    "italian-rx/kartcross-2018": (0, 0, 2, 0),
    "italian-rx/super1600-2018": (0, 0, 7, 0),
    "italian-rx/supercar-2018": (0, 0, 8, 0),
    "rx2/2018": (0, 0, 10, 0),
    "worldrx/2014": (0, 0, 11, 0),
    "worldrx/2016": (1, 46, 33, 1),
    "worldrx/2018": (15, 12, 18, 1),
    "worldrx/2019": (4, 24, 7, 1),
    "worldrx/2021": (5, 13, 17, 0),
    "worldrx/2022": (3, 6, 9, 3),
    "worldrx/2023": (3, 4, 10, 0),
    "worldrx/2024": (0, 0, 17, 0),
    "worldrx/2025": (0, 0, 16, 0),
}


@cache
def scored(name: str) -> Scored:
    return open_season(name).scored()


@cache
def report(name: str) -> Report:
    return verify(scored(name), open_season(name).scored)


def total(name: str, competitor: str, after: int | None = None) -> object:
    row = scored(name).table("drivers", after).row(competitor)
    assert row is not None
    return row.points


@pytest.mark.parametrize("name", VERDICTS)
def test_the_verdicts_of_a_season_are_these(name: str) -> None:
    found = report(name)
    assert tuple(found.totals.values()) == VERDICTS[name]
    assert not found.unexplained
    assert not found.stale


def test_worldrx_2018_kristoffersson_round_by_round() -> None:
    after = [total("worldrx/2018", "johan-kristoffersson", number) for number in range(1, 13)]
    assert [after[number - 1] for number in (2, 3, 7, 8, 9, 12)] == [53, 75, 195, 224, 254, 341]
    scores = [after[0], *(second - first for first, second in pairwise(after))]  # type: ignore[operator]
    assert scores == [27, 26, 22, 30, 30, 30, 30, 29, 30, 27, 30, 30]
    verdicts = {
        row.verdict for claim in report("worldrx/2018").claims for row in claim.rows
        if row.competitor == "johan-kristoffersson" and not row.behind
    }  # fmt: skip
    assert verdicts == {"reproduced"}


@pytest.mark.parametrize(
    ("season", "points", "champion", "second", "tie"),
    [
        ("worldrx/2019", 211, "timmy-hansen", "andreas-bakkerud", "event wins: 4 against 1"),
        ("worldrx/2021", 217, "johan-kristoffersson", "timmy-hansen", "event wins: 3 against 2"),
    ],
)
def test_a_title_that_event_wins_decided(season: str, points: int, champion: str, second: str, tie: str) -> None:
    first, next_ = scored(season).table("drivers").rows[:2]
    assert (first.competitor, first.points, first.tie) == (champion, points, tie)
    assert (next_.competitor, next_.points) == (second, points)
    assert not first.open
    assert not next_.open


def test_worldrx_2021_the_running_gaps_and_the_penalties_that_made_them() -> None:
    hansen, kristoffersson = "timmy-hansen", "johan-kristoffersson"
    found = {
        (claim.after_round, claim.session): row.computed
        for claim in report("worldrx/2021").claims
        for row in claim.rows
        if (row.competitor, row.behind) == (hansen, kristoffersson)
    }
    assert found == {
        (2, ""): 20, (3, ""): 28, (5, ""): 20, (6, ""): 12, (7, ""): 17, (8, ""): 4, (9, "intermediate"): 3,
        (9, "semifinals"): 1,
    }  # fmt: skip
    assert [total("worldrx/2021", name, 2) for name in (hansen, "kevin-hansen", kristoffersson)] == [57, 51, 37]
    last = scored("worldrx/2021").round(9)
    assert last is not None
    second = next(one for one in last.stages["semifinals"].contests if one.session == "SF2")
    # First on the road; seven seconds put him third.
    assert [row.entry for row in second.rows] == ["9", "68", "21"]


def test_worldrx_2022_event_points() -> None:
    found = {name: total("worldrx/2022", name) for name in ("johan-kristoffersson", "timmy-hansen", "kevin-hansen")}
    assert found == {"johan-kristoffersson": 182, "timmy-hansen": 136, "kevin-hansen": 123}
    assert total("worldrx/2022", "gustav-bergstrom") == 107


def test_worldrx_2023_three_points_after_the_heats_and_the_event_in_seven_of_ten_rounds() -> None:
    season = scored("worldrx/2023")
    assert [one.number for one in season.rounds] == [1, 2, 3, 7, 8, 9, 10]
    assert [total("worldrx/2023", name) for name in ("johan-kristoffersson", "niclas-gronholm", "timo-scheider")] == [
        141, 94, 89,
    ]  # fmt: skip
    car = [season.season.entry("1", number) for number in (3, 7)]
    assert [entry.car for entry in car if entry is not None] == ["Volkswagen Polo RX1e", "ZEROID X1"]


def test_worldrx_2024_points_come_from_every_heat_race() -> None:
    stages = {
        award.session for award in scored("worldrx/2024").awards("drivers", "klara-andersson") if award.round == 1
    }
    assert stages == {"Q1", "Q2", "F"}


def test_worldrx_2025_the_gaps_between_the_two_leaders_change_as_published() -> None:
    found = [one for one in report("worldrx/2025").intervals if one.behind and one.since >= 3]
    assert [(one.until, one.claimed, one.verdict) for one in found] == [(4, 8, "reproduced"), (5, 4, "reproduced")]


def test_eurorx_2011_the_best_four_of_five_twice() -> None:
    table = scored("eurorx/supercar-2011").table("drivers")
    assert [(row.competitor, row.points) for row in table.rows[:4]] == [
        ("sverre-isachsen", 140), ("tanner-foust", 116), ("timur-timerzyanov", 114), ("frode-holte", 102),
    ]  # fmt: skip
    assert [(one.round, one.points) for one in table.rows[0].dropped] == [(3, 5), (6, 4)]


def test_italy_2018_the_first_round_counts_one_and_a_half_times() -> None:
    awards = scored("italian-rx/supercar-2018").awards("drivers", "oscar-ortfeldt")
    assert [award.points for award in awards if award.round == 1] == [12]
