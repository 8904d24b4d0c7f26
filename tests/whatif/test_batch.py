"""The batch engine gives what the exact engine gives, or says that it cannot."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rxscore import open_season
from rxscore.rulesets import Outcome, Scale
from rxscore.scoring import Rulebook, Scored, score
from rxscore.whatif.batch import CannotBatchError, Winners, compiled, engine
from rxscore.whatif.varied import Slot, exact_champions, with_scale
from season_text import RACE as RULES
from season_text import rules, scored
from small_seasons import by_scores, dropping, scales, scored_seasons

RACE = Slot("race", "drivers")
FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def whole(values: list[list[Any]], over: int) -> Any:
    return np.array([[int(value * over) for value in scale] for scale in values], dtype=np.int64)


@FEW
@given(scored_seasons(), st.lists(scales, min_size=1, max_size=6), st.sampled_from(["drivers", "teams"]))
def test_champions_are_those_of_the_exact_engine(season: Scored, many: list[list[Any]], standing: str) -> None:
    found = compiled(season, standing, RACE, 4).winners(whole(many, 2), over=2)
    assert [found[number] for number in range(len(many))] == list(exact_champions(season, standing, RACE, many))


@FEW
@given(scored_seasons(dropping, by_scores), st.lists(st.lists(st.integers(0, 2), min_size=4, max_size=4), min_size=9))
def test_ties_that_turn_on_scores_are_broken_alike(season: Scored, many: list[list[Any]]) -> None:
    found = compiled(season, "drivers", RACE, 4).winners(whole(many, 1))
    assert [found[number] for number in range(len(many))] == list(exact_champions(season, "drivers", RACE, many))


@FEW
@given(scored_seasons(), scales, st.sampled_from(["drivers", "teams"]))
def test_totals_are_those_of_the_exact_engine(season: Scored, scale: list[Any], standing: str) -> None:
    batch = compiled(season, standing, RACE, 4)
    column = batch.totals(whole([scale], 2), over=2)[:, 0]
    names = [one.account.competitor for one in batch.competitors]
    computed = {name: Fraction(int(points), 2 * batch.unit) for name, points in zip(names, column, strict=True)}
    table = score(season.season, with_scale(season.rules, RACE, Scale(tuple(scale)))).table(standing)
    assert {row.competitor: row.points for row in table.rows if row.position} == {
        row.competitor: computed[row.competitor] for row in table.rows if row.position
    }


def test_which_places_are_worth_points_depends_on_the_scale() -> None:
    """A and B were second once each, A was fourth as well: that counts where the fourth place is worth something."""
    book = rules(RULES, {"standings.drivers.ties": ["countback in race (scoring)"]})
    season = scored("1 R1: c a\n2 R1: d b\n3 R1: e c d a\n4 R1: - - - - b", book)
    many = [[0, 9, 0, 0, 0], [0, 9, 0, 2, 2], [9, 0, 0, 0, 0]]
    found = compiled(season, "drivers", RACE, 5).winners(whole(many, 1))
    assert [found[number] for number in range(3)] == [("A", "B", "C"), ("A",), ("C", "D", "E")]
    assert [found[number] for number in range(3)] == list(exact_champions(season, "drivers", RACE, many))


def test_a_scoring_place_of_another_stage_cannot_be_batched() -> None:
    stages = RULES.replace("stages = [", 'stages = [{ id = "sprint", sessions = ["S"], award.drivers = [1] }, ')
    book = rules(stages, {"standings.drivers.ties": ["countback in sprint (scoring)"]})
    with pytest.raises(CannotBatchError, match="looks at places of another stage"):
        compiled(scored("1 R1: a b", book), "drivers", RACE, 5)


def test_a_scale_of_a_real_season() -> None:
    """World RX 2016: the final's own scale, and one that pays the winner alone, nobody, or the last best."""
    season = open_season("worldrx/2016").scored()
    final = Slot("final", "drivers")
    many = [[8, 5, 4, 3, 2, 1], [0, 0, 0, 0, 0, 0], [500, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 500]]
    found = compiled(season, "drivers", final, 6).winners(whole(many, 1))
    assert found[0] == ("mattias-ekstrom",)
    assert [found[number] for number in range(4)] == list(exact_champions(season, "drivers", final, many))


def less(season: Scored) -> Scored:
    """The season with retired cars given points "less than the last"."""
    rules = season.ruleset
    race = rules.stage("race")
    clause = evolve(race.award["drivers"], dnf=Outcome("less", 2))
    stages = tuple(evolve(one, award={"drivers": clause}) if one.id == "race" else one for one in rules.stages)
    return score(season.season, Rulebook(evolve(rules, stages=stages)))


def best_cars(season: Scored) -> Scored:
    """The season with a team's best car of each round scoring alone."""
    standings = tuple(evolve(one, cars=1, cars_by="round") for one in season.ruleset.standings)
    return score(season.season, Rulebook(evolve(season.ruleset, standings=standings)))


@pytest.mark.parametrize("change", [less, best_cars])
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(season=scored_seasons(), many=st.lists(scales, min_size=1, max_size=3))
def test_what_cannot_be_batched_is_left_to_the_exact_engine(season: Scored, many: list[list[Any]], change: Any) -> None:
    season = change(season)
    with pytest.raises(CannotBatchError):
        compiled(season, "teams", RACE, 4)
    tell = engine(season, "teams", RACE, 4)
    found = tell.winners(whole(many, 2), over=2)
    assert tell.why
    assert [found[number] for number in range(len(many))] == list(exact_champions(season, "teams", RACE, many))


def test_numbers_too_large_for_64_bits_are_left_to_the_exact_engine() -> None:
    season = open_season("worldrx/2016").scored()
    final = Slot("final", "drivers")
    scale = [2**60, 2**59, 4, 3, 2, 1]
    with pytest.raises(CannotBatchError, match="64 bits"):
        compiled(season, "drivers", final, 6).winners(whole([scale], 1))
    found = engine(season, "drivers", final, 6).winners(whole([scale], 1))
    assert found[0] == next(exact_champions(season, "drivers", final, [scale]))


def test_scales_longer_than_compiled_for_and_floats_are_refused() -> None:
    season = open_season("worldrx/2016").scored()
    batch = compiled(season, "drivers", Slot("final", "drivers"), 3)
    with pytest.raises(CannotBatchError, match="at most 3 places"):
        batch.winners(whole([[8, 5, 4, 3]], 1))
    with pytest.raises(CannotBatchError, match="whole numbers"):
        batch.winners(np.array([[8.5, 5.0]]))


def test_winners_are_counted() -> None:
    found = Winners.of([("a",), ("b",), ("a",), ("a", "b"), ()])
    assert found.counts() == {("a",): 2, ("b",): 1, ("a", "b"): 1, (): 1}
    assert [found[number] for number in range(5)] == [("a",), ("b",), ("a",), ("a", "b"), ()]
