"""Titles of Formula One: who was still in it. Needs the f1db release of the shared folder."""

import os
from pathlib import Path

import pytest

import rxscore
from golden import run
from rxscore.title import Prospects
from rxscore.title.crown import coronation

SHARED = Path(os.environ.get("RXSCORE_SHARED", Path(__file__).parents[3] / "shared"))
RELEASE = SHARED / "data" / "f1db" / "f1db-csv.zip"

pytestmark = pytest.mark.skipif(not RELEASE.exists(), reason=f"there is no f1db release at {RELEASE}")

IN_IT = {
    # Best eleven of sixteen: Prost had more points and could still be no more than level, on seven wins against eight.
    (1988, 14): {"ayrton-senna", "alain-prost"},
    (1988, 15): {"ayrton-senna"},
    (2002, 11): {"michael-schumacher"},
    (2007, 16): {"lewis-hamilton", "fernando-alonso", "kimi-raikkonen"},
    (2008, 17): {"lewis-hamilton", "felipe-massa"},
    (2010, 18): {"fernando-alonso", "mark-webber", "sebastian-vettel", "lewis-hamilton"},
    (2011, 14): {"sebastian-vettel", "jenson-button"},
    (2011, 15): {"sebastian-vettel"},
    (2020, 13): {"lewis-hamilton", "valtteri-bottas"},
    (2021, 21): {"max-verstappen", "lewis-hamilton"},
}
"""By year and round: those who could still be champion afterwards. One alone was champion."""


SHARED_CARS = {1956: {"juan-manuel-fangio": 0, "jean-behra": 3, "stirling-moss": 70}}
"""By year in which only the best of the cars that a driver shared counts: who can be champion, by how much change."""


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("f1")
    years = [word for year in sorted({*(year for year, _ in IN_IT), *SHARED_CARS}) for word in ("--season", str(year))]
    _, err, status = run("import", "f1db", str(RELEASE), "-o", str(folder), *years)
    assert status == 0, err
    return folder / "f1"


@pytest.mark.parametrize(("year", "after"), IN_IT)
def test_who_could_still_be_champion(logs: Path, year: int, after: int) -> None:
    opened = rxscore.open_season(str(logs / f"{year}.jsonl"))
    found = Prospects(opened.season, opened.rules, opened.rules.season.standing("drivers")).chances(after)
    in_it = {one.competitor: one.status for one in found.verdicts if one.status != "eliminated"}
    status = "clinched" if len(IN_IT[year, after]) == 1 else "alive"
    assert in_it == dict.fromkeys(IN_IT[year, after], status)


@pytest.mark.parametrize("year", SHARED_CARS)
def test_by_which_points_where_only_the_best_of_shared_cars_counts(logs: Path, year: int) -> None:
    opened = rxscore.open_season(str(logs / f"{year}.jsonl"))
    found = coronation(opened.scored(), opened.rules.season.standing("drivers"))
    crowns = {name: found.crown(name) for name in found.sides}
    assert {one.status for one in crowns.values()} == {"crowned", "impossible"}
    assert {name: one.distance for name, one in crowns.items() if one.status == "crowned"} == SHARED_CARS[year]
