"""The archive beyond rallycross: totals as published, and how many published lines each season settles."""

from functools import cache

import pytest

from rxscore.api import open_season
from rxscore.scoring import Scored, Table
from rxscore.verify import Report, verify

VERDICTS = {  # reproduced, consistent, undecided, contradicted (all of these on record with their reason)
    "extreme-e/2021": (8, 13, 3, 0),
    "tcr-uk/2018": (4, 3, 0, 2),
}


@cache
def scored(name: str) -> Scored:
    return open_season(name).scored()


@cache
def report(name: str) -> Report:
    return verify(scored(name), open_season(name).scored)


def totals(table: Table, first: int) -> list[tuple[int | None, str, object]]:
    return [(row.position, row.competitor, row.points) for row in table.rows[:first]]


@pytest.mark.parametrize("name", VERDICTS)
def test_the_verdicts_of_a_season_are_these(name: str) -> None:
    found = report(name)
    assert tuple(found.totals.values()) == VERDICTS[name]
    assert not found.unexplained


def test_extreme_e_2021_is_level_and_decided_by_event_wins() -> None:
    season = scored("extreme-e/2021")
    table = season.table("teams")
    assert totals(table, 2) == [(1, "rosberg-x-racing", 155), (2, "team-x44", 155)]
    assert table.rows[0].tie == "event wins: 3 against 1"
    after = {
        team: [row.points for one in season.tables("teams") if (row := one.row(team)) is not None]
        for team in ("rosberg-x-racing", "team-x44")
    }
    assert after == {"rosberg-x-racing": [35, 71, 93, 129, 155], "team-x44": [30, 57, 84, 113, 155]}


def test_extreme_e_2021_asks_another_format_of_its_first_rounds() -> None:
    rounds = {score.number: score.rules.name for score in scored("extreme-e/2021").rounds}
    assert rounds == {
        1: "extreme-e/2021-desert",
        2: "extreme-e/2021-ocean",
        3: "extreme-e/2021",
        4: "extreme-e/2021",
        5: "extreme-e/2021",
    }


def test_tcr_uk_2018_comes_out_with_its_penalties_on_record() -> None:
    table = scored("tcr-uk/2018").table("drivers")
    found = {row.competitor: (row.points, row.inferred) for row in table.rows[:9]}
    assert found == {
        "daniel-lloyd": (514, True),
        "oliver-taylor": (453, False),
        "andreas-backman": (408, False),
        "jessica-backman": (300, True),
        "lewis-kent": (276, False),  # published 278: on record
        "stewart-lines": (208, True),
        "finlay-crocker": (179, False),
        "carl-swift": (134, False),  # published 132: on record
        "josh-price": (130, False),
    }
