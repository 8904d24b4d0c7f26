"""Looking back: scores by hand, what is left out, and odds over time."""

from math import inf, log

import pytest

from rxscore.cli.chances import whole
from rxscore.odds.backtest import Backtest, LeftOut, Told, backtest
from rxscore.odds.forecast import Chance, Forecast, Line, Prospects
from rxscore.odds.over_time import Moment, contenders, over_time
from rxscore.problems import UserError
from unfinished_seasons import Small, rulebook, season


def two(past: tuple[str, ...], left: int = 0) -> Prospects:
    """Two cars, one race a round, a point for the winner."""
    held = tuple({"R": ("a", "b") if winner == "a" else ("b", "a")} for winner in past)
    small = Small(("a", "b"), (), "race", {"race": (1, 0)}, (), None, 0, held, left)
    rules = rulebook(small)
    return Prospects(season(small), rules, rules.season.standing("table"))


class Refusing(Prospects):
    """A season after the second round of which there are no odds."""

    def forecast(self, after: int, *arguments: object, **options: object) -> Forecast:
        if after == 2:
            raise UserError("these rules cannot be simulated: round 3: it is too wet")
        return super().forecast(after, *arguments, **options)  # type: ignore[arg-type]


def told(season: str, chances: dict[str, float], champions: str, part: float = 0.0) -> Told:
    return Told(
        season, 1, {"odds": chances, "leader wins": {"b": 1.0}, "points share": {}}, frozenset(champions), part, 0.01
    )


def test_brier_and_logarithmic_loss_by_hand() -> None:
    one = told("x", {"a": 0.7, "b": 0.3}, "a")
    assert one.brier("odds") == pytest.approx(0.18)
    assert one.brier("leader wins") == pytest.approx(2.0)
    assert one.brier("points share") == pytest.approx(1.0)
    assert one.log_loss("odds") == pytest.approx(-log(0.7))
    assert one.log_loss("leader wins") == inf
    # Where the champion never came out, it counts as half of one simulated season.
    assert told("x", {"b": 1.0}, "a").log_loss("odds") == pytest.approx(-log(0.01))


def test_skill_is_by_how_much_the_score_is_less() -> None:
    found = Backtest((told("x", {"a": 0.7, "b": 0.3}, "a"), told("y", {"a": 0.5, "b": 0.5}, "b")), ())
    assert found.brier("odds") == pytest.approx((0.18 + 0.5) / 2)
    assert found.brier("leader wins") == pytest.approx(1.0)
    assert found.skill("leader wins") == pytest.approx(0.66)
    assert found.brier("odds", season="y") == pytest.approx(0.5)


def test_thirds_of_a_season() -> None:
    found = Backtest(tuple(told("x", {"a": 0.1 * number}, "a", number / 12) for number in range(1, 12)), ())
    assert [found.count(third) for third in found.thirds()] == [3, 4, 4]
    assert found.brier("odds", third="last third") < found.brier("odds", third="first third")


def test_a_competitor_told_much_the_same_all_season_is_one_observation() -> None:
    found = Backtest(tuple(told(season, {"a": 0.95, "b": 0.05}, champion) for season, champion in
                           [("x", "a")] * 6 + [("y", "b")] * 4), ())  # fmt: skip
    low, high = found.reliability()
    assert (high.told, high.who, high.mean, high.came) == (10, 2, pytest.approx(0.95), pytest.approx(0.6))
    # Ten independent observations would leave 31 to 83 %; there are two.
    assert high.interval[0] < 0.2
    assert (low.told, low.who, low.came) == (10, 2, pytest.approx(0.4))


def test_only_the_round_without_odds_is_left_out() -> None:
    whole, wet = two(("a", "b", "a", "a")), two(("a", "b", "a", "a"))
    refusing = Refusing(wet.season, wet.rules, wet.standing)
    steps: list[int] = []
    found = backtest([("dry", whole), ("wet", refusing)], 1000, 1, done=steps.append)
    assert [(one.season, one.after) for one in found.told] == [
        ("dry", 1), ("dry", 2), ("dry", 3), ("wet", 1), ("wet", 3),
    ]  # fmt: skip
    assert found.left_out == (LeftOut("wet", (2,), "these rules cannot be simulated: it is too wet"),)
    assert len(steps) == 8
    assert [one.chances["odds"] for one in found.told[:1]] == [one.chances["odds"] for one in found.told[3:4]]


def test_several_seasons_at_once_say_the_same() -> None:
    seasons = [(name, two(past, left)) for name, past, left in
               [("x", ("a", "b", "a"), 0), ("open", ("a",), 1), ("y", ("b", "a", "b", "b"), 0)]]  # fmt: skip
    steps: list[int] = []
    one, two_ = backtest(seasons, 1000, 1), backtest(seasons, 1000, 1, processes=2, done=steps.append)
    assert (one.told, one.left_out) == (two_.told, two_.left_out)
    assert sum(steps) >= 7


def test_a_season_that_is_not_over_cannot_be_looked_back_at() -> None:
    with pytest.raises(UserError, match="two: the season is not over"):
        backtest([("two", two(("a",), 1))], 1000, 1)
    found = backtest([("two", two(("a",), 1)), ("over", two(("a", "b", "a")))], 1000, 1)
    assert found.left_out == (LeftOut("two", (), "the season is not over"),)


def test_over_time_ends_with_who_took_the_title() -> None:
    first, second, third = over_time(two(("a", "b", "a")), 1000, 1)
    assert (first.after, second.after, third.after) == (1, 2, 3)
    assert first.chance("a") == pytest.approx(1.0 - (first.chance("b") or 0.0), abs=0.5)
    assert (third.chance("a"), third.chance("b")) == (1.0, 0.0)
    assert third.forecast is None


def test_over_time_ends_with_what_is_so_far() -> None:
    moments = list(over_time(two(("a", "b"), 2), 1000, 1))
    assert [moment.after for moment in moments] == [1, 2]
    assert all(moment.forecast is not None for moment in moments)


def test_contenders_are_who_had_a_chance_the_likeliest_at_the_end_first() -> None:
    moments = [*over_time(two(("b", "b", "a", "a", "a")), 1000, 1), Moment(6, because="rain")]
    assert contenders(moments) == ["a", "b"]
    assert contenders([Moment(1, because="rain")]) == []


def test_at_least_ten_are_contenders_and_everybody_with_five_per_cent() -> None:
    def moment(chances: list[int]) -> Moment:
        lines = tuple(Line(f"car {index:02}", 0, (Chance(times, 1000),), Chance(times, 1000))
                      for index, times in enumerate(chances))  # fmt: skip
        return Moment(1, Forecast(1, 0, 1000, 1, (2,), lines, {}, 6, 6, 0, ""))

    assert len(contenders([moment([80] * 12 + [40])])) == 12
    assert len(contenders([moment([40] * 5 + [30] * 5 + [20] * 5)])) == 10
    assert len(contenders([moment([500, 500, 0, 0])])) == 2


@pytest.mark.parametrize(
    ("chance", "shown"),
    [(0.0, ""), (1e-6, "<1"), (0.0099, "<1"), (0.01, "1"), (0.5, "50"), (0.99, "99"), (0.9901, ">99"), (1.0, "100")],
)
def test_what_is_rare_or_nearly_certain_is_not_never_and_always(chance: float, shown: str) -> None:
    assert whole(chance) == shown
