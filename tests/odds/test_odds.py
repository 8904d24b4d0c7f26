"""Odds against chances that are known: by hand, by trying every way to go on, and season by season by the engine."""

from collections import Counter
from itertools import product
from math import log, sqrt

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from rxscore.api import open_season
from rxscore.odds.check import difference, played_out
from rxscore.odds.codes import ABSENT, places
from rxscore.odds.forecast import Chance, Forecast, Prospects
from rxscore.odds.seasons import Seasons
from rxscore.odds.strengths import Strengths, fitted
from rxscore.problems import UserError
from rxscore.title.tally import Outlook
from unfinished_seasons import Small, days, rulebook, scored, season, smalls, table_of

MANY = 40_000


def two(past: tuple[str, ...], left: int, points: tuple[int, ...] = (1, 0)) -> Prospects:
    """Two cars, one race a round: who won those held, and how many are left."""
    held = tuple({"R": ("a", "b") if winner == "a" else ("b", "a")} for winner in past)
    small = Small(("a", "b"), (), "race", {"race": points}, (), None, 0, held, left)
    rules = rulebook(small)
    return Prospects(season(small), rules, rules.season.standing("table"))


def told(prospects: Prospects, after: int, strengths: Strengths, seed: int = 1, many: int = MANY) -> Forecast:
    return prospects.forecast(after, many, seed, strengths=lambda _: strengths)


def first(forecast: Forecast, name: str) -> float:
    return next(line for line in forecast.lines if line.competitor == name).positions[0].chance


def near(chance: float, truth: float, many: int = MANY) -> bool:
    """Within five standard deviations of what it should be."""
    return abs(chance - truth) <= 5 * sqrt(max(truth * (1 - truth), 1 / many) / many)


def test_two_cars_and_a_race_by_hand() -> None:
    three_times = Strengths({"a": log(3), "b": 0.0}, {})
    assert near(first(told(two(("a", "b"), 1), 2, three_times), "a"), 3 / 4)


def test_strengths_that_are_not_certain_by_hand() -> None:
    # a is stronger by twice a normal deviate: his chance is the mean of the logistic function of that.
    doubt = Strengths({"a": log(3)}, {}, {"a": (2.0,), "b": (0.0,)})
    grid = np.linspace(-8, 8, 4001)
    truth = float((np.exp(-grid * grid / 2) / (1 + np.exp(-log(3) - 2 * grid))).sum() / np.exp(-grid * grid / 2).sum())
    assert truth < 0.69
    assert near(first(told(two(("a", "b"), 1), 2, doubt), "a"), truth)


def test_who_is_behind_must_win_both() -> None:
    # b is two wins down with three to go: only with all three is he ahead.
    three_times = Strengths({"a": 0.0, "b": log(3)}, {})
    assert near(first(told(two(("a", "a"), 3), 2, three_times), "b"), (3 / 4) ** 3)


def test_who_retires_is_behind() -> None:
    half = Strengths({}, {"a": 0.5})
    assert near(first(told(two(("a", "b"), 1), 2, half), "a"), 1 / 4)


def test_the_title_is_shared_where_nothing_parts_equals() -> None:
    forecast = told(two(("a",), 1), 1, Strengths.equal("ab"))
    assert near(first(forecast, "b"), 1 / 2)
    assert first(forecast, "a") == 1.0
    assert forecast.level == sum(line.positions[0].times for line in forecast.lines) - MANY


def test_of_equal_results_the_earlier_best_one_counts() -> None:
    # A win each, two to go: with one each again a is ahead, who won the first round.
    small = Small(("a", "b"), (), "race", {"race": (1, 0)}, ("countback", "earliest best"), None, 0,
                  ({"R": ("a", "b")}, {"R": ("b", "a")}), 2)  # fmt: skip
    rules = rulebook(small)
    forecast = told(Prospects(season(small), rules, rules.season.standing("table")), 2, Strengths.equal("ab"))
    assert near(first(forecast, "a"), 3 / 4)
    assert (forecast.level, forecast.left_equal) == (0, "")


def test_the_same_seed_gives_the_same_answer_however_many_threads() -> None:
    prospects = two(("a", "b"), 3)
    ready = Seasons(prospects.outlook(2), Strengths({"a": 0.3}, {"a": 0.1, "b": 0.2}))
    one, again, other = ready.run(20_000, 7, threads=1), ready.run(20_000, 7, threads=2), ready.run(20_000, 8)
    assert one.positions.tolist() == again.positions.tolist()
    assert one.positions.tolist() != other.positions.tolist()


def test_places_are_those_of_sorting() -> None:
    times = np.random.default_rng(3).random((9, 500), dtype=np.float32)
    assert np.array_equal(places(times), times.argsort(axis=0).argsort(axis=0))


def chances_of(small: Small) -> dict[str, float]:
    """How many of all ways to go on make each competitor first."""
    rounds = [
        [scored(small, day, feat) for day in days(small.format, small.cars)
         for feat in (small.cars if small.bonus else (None,))]
        for _ in range(small.left)
    ]  # fmt: skip
    past = [scored(small, day, None) for day in small.past]
    won: Counter[str] = Counter()
    ways = 0
    for rest in product(*rounds):
        ways += 1
        won.update(owner for owner, position in table_of(small, [*past, *rest]).items() if position == 1)
    return {owner: won[owner] / ways for owner in small.owners}


@given(smalls())
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_equal_strengths_count_every_way_to_go_on(small: Small) -> None:
    rules = rulebook(small)
    prospects = Prospects(season(small), rules, rules.season.standing("table"))
    forecast = told(prospects, len(small.past), Strengths.equal(small.cars), many=20_000)
    for owner, truth in chances_of(small).items():
        assert near(first(forecast, owner), truth, 20_000), (owner, truth, small)


@given(smalls())
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_the_engine_scores_simulated_seasons_the_same(small: Small) -> None:
    rules = rulebook(small)
    here = Prospects(season(small), rules, rules.season.standing("table")).outlook(len(small.past))
    ready = Seasons(here, Strengths({}, dict.fromkeys(small.cars, 0.3)))
    block = ready.block(np.random.SeedSequence(5), 12)
    for column in range(12):
        assert difference(ready, block, column, played_out(ready, block, column)) == ""


@pytest.mark.parametrize(("name", "after"), [("worldrx/2016", 9), ("worldrx/2014", 8), ("tcr-europe/2019", 3)])
def test_real_rules_are_scored_as_the_engine_does(name: str, after: int) -> None:
    ready = Seasons(*_ready(name, after))
    block = ready.block(np.random.SeedSequence(11), 25)
    for column in range(25):
        assert difference(ready, block, column, played_out(ready, block, column)) == ""
    assert any((day.codes[key] == ABSENT).any() for day in block.days for key in day.codes) == name.startswith(
        "worldrx"
    )
    # In the log of 2016 nobody retires before round 10.
    assert name.endswith("2016") != any(
        ((codes >= 128) & (codes != ABSENT)).any() for day in block.days for codes in day.codes.values()
    )


def _ready(name: str, after: int) -> tuple[Outlook, Strengths]:
    opened = open_season(name)
    here = Prospects(opened.season, opened.rules, opened.rules.season.standings[0]).outlook(after)
    cars = sorted({car for round_ in here.rounds for car in round_.field})
    return here, fitted(here.base, cars)


def test_where_few_are_nominated_every_place_has_its_worth() -> None:
    # Eight of eighteen cars are nominated: in three orders none of them came fifth in the first semi-final.
    opened = open_season("worldrx/2018")
    teams = opened.rules.season.standing("teams")
    (round_,) = Prospects(opened.season, opened.rules, teams).outlook(11).rounds
    points = {(one.stage, one.session): one.points for one in round_.contests}
    assert points["semifinals", "SF1"] == points["semifinals", "SF2"] == (6, 5, 4, 3, 2, 1)
    assert points["intermediate", ""][:16] == tuple(range(16, 0, -1))


def test_a_difference_is_noticed() -> None:
    ready = Seasons(*_ready("worldrx/2016", 11))
    block = ready.block(np.random.SeedSequence(11), 1)
    scored_ = played_out(ready, block, 0)
    block.totals[3, 0] += 1
    assert ready.competitors[3] in difference(ready, block, 0, scored_)
    block.totals[3, 0] -= 1
    leader = int(block.positions[:, 0].argmin())
    block.positions[leader, 0] = 1
    assert "position 1, not 2" in difference(ready, block, 0, scored_)


def test_so_many_start_as_there_are_seats() -> None:
    ready = Seasons(*_ready("worldrx/2016", 9))
    tally = ready.run(5_000, 1)
    assert {stage: int(counts.sum()) for stage, counts in tally.through.items()} == {
        "semifinals": 12 * 5_000,
        "final": 6 * 5_000,
    }
    assert (tally.through["final"] <= tally.through["semifinals"]).all()


def test_strengths_are_drawn_towards_the_middle() -> None:
    prospects = two(("a",) * 6, 1)
    here = prospects.outlook(6)
    strengths = fitted(here.base, ["a", "b", "c"])
    # Without shrinkage a car that always wins would be infinitely strong.
    assert 0.5 < strengths.strength["a"] < 3
    assert strengths.strength["a"] == pytest.approx(-strengths.strength["b"], abs=1e-3)
    assert strengths.strength["c"] == 0
    # Of c only the prior is known; the others are known better.
    assert strengths.doubt["c"] == (0, 0, 1)
    assert sum(one * one for one in strengths.doubt["a"]) < 0.9
    assert fitted(two(("a",) * 2, 1).outlook(2).base, "ab").strength["a"] < strengths.strength["a"]


def raced(*orders: str) -> Strengths:
    """The strengths after so many races."""
    cars = tuple(sorted(orders[0]))
    small = Small(cars, (), "race", {"race": (1, 0)}, (), None, 0, tuple({"R": tuple(order)} for order in orders), 1)
    rules = rulebook(small)
    here = Prospects(season(small), rules, rules.season.standing("table")).outlook(len(orders))
    return fitted(here.base, cars)


def test_far_behind_the_order_tells_nothing() -> None:
    one, other = raced("abcdefgh", "abcdefgh"), raced("abcdefgh", "abcdefhg")
    assert one.strength == pytest.approx(other.strength)
    assert one.strength["g"] == pytest.approx(one.strength["h"])
    # The sixth place does, and to be behind it as well.
    assert raced("abcdefgh", "abcdegfh").strength["g"] > one.strength["g"] + 0.1
    assert one.strength["f"] > one.strength["g"] + 0.1
    assert one.doubt["g"] != one.doubt["f"]


@pytest.mark.parametrize(
    ("times", "of", "low", "high"),
    [(0, 100, 0.0, 0.0370), (50, 100, 0.4038, 0.5962), (100, 100, 0.9630, 1.0), (1, 10, 0.0179, 0.4042)],
)
def test_wilson(times: int, of: int, low: float, high: float) -> None:
    assert Chance(times, of).interval == pytest.approx((low, high), abs=5e-5)


def test_what_cannot_be_simulated_is_said() -> None:
    with pytest.raises(UserError, match="nothing is left to come"):
        two(("a", "b"), 0).forecast(2, 1000, 1)


def test_how_slow_a_car_is_does_not_turn_on_how_the_sums_are_cut_up() -> None:
    cars = tuple("abcdefgh")
    small = Small(cars, (), "race", {"race": (1,)}, (), None, 0, (), 1)
    rules = rulebook(small)
    doubt = np.random.default_rng(1).normal(size=(8, 8))
    strengths = Strengths({car: index / 3 for index, car in enumerate(cars)}, {},
                          {car: tuple(map(float, doubt[index])) for index, car in enumerate(cars)})  # fmt: skip
    (day,) = Seasons(Prospects(season(small), rules, rules.season.standing("table")).outlook(0), strengths).days
    deviates = np.random.default_rng(2).normal(size=(8, 5000)).astype(np.float32)
    truth = np.exp(-(np.arange(8)[:, None] / 3 + np.einsum("ij,jk->ik", doubt, deviates.astype(np.float64))))
    assert np.allclose(day.slow(deviates), truth, rtol=1e-6)
