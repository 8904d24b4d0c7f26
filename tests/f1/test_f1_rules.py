"""The rules of Formula One by season, and the rulings that are shipped: against what the regulations say, by hand."""

from pathlib import Path

import pytest

from rxscore import catalog
from rxscore.api import ruleset
from rxscore.events import DifferenceKnown, EligibilitySet
from rxscore.logs import located
from rxscore.rulesets import Ruleset

SEASONS = range(1950, 2027)
RULINGS = sorted((Path(__file__).parents[2] / "events" / "f1" / "rulings").glob("*.jsonl"))


def rules(year: int) -> Ruleset:
    return ruleset("f1/1950-2026", str(year))


def scale(year: int, standing: str = "drivers", stage: str = "race") -> str:
    award = rules(year).stage(stage).award[standing]
    assert award.scale is not None
    return "-".join(map(str, award.scale.places))


def has(book: Ruleset, standing: str) -> bool:
    return any(one.id == standing for one in book.standings)


@pytest.mark.parametrize("year", SEASONS)
def test_every_season_has_rules_that_cite(year: int) -> None:
    book = rules(year)
    assert book.cite
    assert all(clause.cite for clause in (*book.stages, *book.bonuses, *book.shortened, *book.multipliers))
    assert all(standing.cite for standing in book.standings)
    assert all(count.cite for standing in book.standings for count in standing.counts)
    assert has(book, "constructors") == (year >= 1958)


@pytest.mark.parametrize(
    ("years", "drivers", "constructors"),
    [
        ((1950, 1957), "8-6-4-3-2", None),
        ((1958, 1959), "8-6-4-3-2", "8-6-4-3-2"),
        ((1960, 1960), "8-6-4-3-2-1", "8-6-4-3-2-1"),
        ((1961, 1961), "9-6-4-3-2-1", "8-6-4-3-2-1"),
        ((1962, 1990), "9-6-4-3-2-1", "9-6-4-3-2-1"),
        ((1991, 2002), "10-6-4-3-2-1", "10-6-4-3-2-1"),
        ((2003, 2009), "10-8-6-5-4-3-2-1", "10-8-6-5-4-3-2-1"),
        ((2010, 2026), "25-18-15-12-10-8-6-4-2-1", "25-18-15-12-10-8-6-4-2-1"),
    ],
)
def test_points_by_era(years: tuple[int, int], drivers: str, constructors: str | None) -> None:
    for year in range(years[0], years[1] + 1):
        assert scale(year) == drivers
        assert constructors is None or scale(year, "constructors") == constructors


@pytest.mark.parametrize(
    ("years", "best"),
    [
        (range(1950, 1954), 4),
        ((*range(1954, 1958), 1959, 1961, 1962, 1966), 5),
        ((1958, 1960, 1963, 1964, 1965), 6),
        (range(1981, 1991), 11),
    ],
)
def test_the_best_so_many_results_count(years: range, best: int) -> None:
    for year in years:
        assert [(one.best, one.half) for one in rules(year).standing("drivers").counts] == [(best, None)]


def test_halves_and_everything() -> None:
    halves = {
        year: [(one.best, one.drop, one.half, one.larger) for one in rules(year).standing("drivers").counts]
        for year in SEASONS
    }
    assert all(halves[year] == [(None, 1, 1, 1), (None, 1, 2, 1)] for year in range(1967, 1979))
    assert halves[1979] == [(4, None, 1, 2), (4, None, 2, 2)]
    assert halves[1980] == [(5, None, 1, 1), (5, None, 2, 1)]
    assert all(halves[year] == [] for year in range(1991, 2027))


def test_constructors_count_like_drivers_until_1978_with_their_best_car() -> None:
    for year in range(1958, 1979):
        book = rules(year)
        counts = [[(c.best, c.drop, c.half) for c in book.standing(one).counts] for one in ("drivers", "constructors")]
        assert counts[0] == counts[1], year
        assert book.standing("constructors").cars == 1
    for year in range(1979, 2027):
        assert rules(year).standing("constructors").cars is None
        assert rules(year).standing("constructors").counts == ()


def test_the_fastest_lap_by_era() -> None:
    for year in SEASONS:
        found = rules(year).bonuses
        assert len(found) == (year < 1960 or 2019 <= year <= 2024)
        for bonus in found:
            assert set(bonus.award) == ({"drivers"} if year < 1960 else {"drivers", "constructors"})
            assert (bonus.shared, bonus.classified) == (("split", None) if year < 1960 else ("full", 10))
            assert (bonus.completed is not None) == (year >= 2022)


def test_shared_cars_by_era() -> None:
    for year in SEASONS:
        drivers = rules(year).standing("drivers")
        assert drivers.crew == ("share" if year < 1958 else "nothing")
        assert drivers.own_shares == ("best" if year in (1956, 1957) else "add")


def test_sprints_shortened_races_and_double_points_by_era() -> None:
    for year in SEASONS:
        book = rules(year)
        sprint = [stage.id for stage in book.stages if stage.id == "sprint"]
        assert bool(sprint) == (year >= 2021)
        assert bool(book.shortened) == (year >= 1975)
        assert [one.last for one in book.multipliers if one.last] == ([1] if year == 2014 else [])
        assert any(clause.unless_resumed for clause in book.shortened) == (year == 2022)
        assert any(stage.id == "qualifying" for stage in book.stages) == (year >= 2026)
    assert (scale(2021, stage="sprint"), scale(2022, stage="sprint")) == ("3-2-1", "8-7-6-5-4-3-2-1")
    assert [(clause.least, clause.below, clause.factor) for clause in rules(1975).shortened] == [
        (0, pytest.approx(0.3), 0), (pytest.approx(0.3), pytest.approx(0.6), pytest.approx(0.5)),
    ]  # fmt: skip


def test_indianapolis_is_nothing_to_the_constructors() -> None:
    assert {year: rules(year).multipliers[0].rounds for year in (1958, 1959, 1960)} == {
        1958: (4,),
        1959: (2,),
        1960: (3,),
    }


# --- rulings ---------------------------------------------------------------------------------


@pytest.mark.parametrize("file", RULINGS, ids=lambda file: file.stem)
def test_every_ruling_says_where_it_is_from(file: Path) -> None:
    events = located(file).events
    assert all(event.source for event in events)
    assert all(event.reason for event in events if isinstance(event, DifferenceKnown))
    assert all(event.rounds for event in events if isinstance(event, EligibilitySet))


def test_rulings_are_found_for_their_seasons() -> None:
    assert len(RULINGS) > 20
    assert all(catalog.supplement(f"f1/{file.stem}") for file in RULINGS)
