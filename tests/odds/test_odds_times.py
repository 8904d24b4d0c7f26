"""Rules that turn on times: simulated ones are compared, and the engine is told them."""

from math import log
from typing import Any

import numpy as np
import pytest

from rxscore.odds.check import confirmed
from rxscore.odds.codes import ABSENT, UNPLACED
from rxscore.odds.forecast import Prospects
from rxscore.odds.seasons import Seasons
from rxscore.odds.strengths import Strengths
from rxscore.problems import UserError
from to_come import agrees, prospects

HEATS = {"id": "heats", "sessions": ["Q1", "Q2"], "rank": "time"}
ADDED: dict[str, Any] = {"id": "ranking", "total": ["heats"], "by": "time"}


def ready(here: Prospects, strengths: Strengths) -> Seasons:
    return Seasons(here.outlook(0), strengths)


def knock_out(plus_by: str, ties: tuple[str, ...] = ("time",)) -> Prospects:
    """Two heats added up, two semi-finals, two finalists and the best of the seconds."""
    stages = [
        HEATS,
        {**ADDED, "award": {"table": [3, 2, 1]}, "advance": [{"to": ["S1", "S2"], "best": 6, "seats": "odd/even"}]},
        {"id": "semis", "sessions": ["S1", "S2"],
         "advance": [{"to": ["F"], "from_each": 1, "plus": 1, "plus_by": plus_by}]},
        {"id": "final", "sessions": ["F"], "award": {"table": [9, 6, 3]}},
        {"id": "event", "follow": ["final", "semis", "ranking"], "ties": list(ties), "award": {"table": {
            "scale": {"places": [], "then": "20 - place"}}}},
    ]  # fmt: skip
    return prospects("abcdefg", stages, "event", ("Q1", "Q2", "S1", "S2", "F"))


def test_added_times_by_hand() -> None:
    # Two sums of two exponential times: the one of rate 3 is smaller if it is first to ring twice.
    here = prospects("ab", [HEATS, {**ADDED, "award": {"table": [1]}}], "ranking", ("Q1", "Q2"))
    tally = ready(here, Strengths({"a": log(3), "b": 0.0}, {})).run(40_000, 1)
    assert tally.wins[0] / 40_000 == pytest.approx(0.75**2 * (3 - 2 * 0.75), abs=0.01)


def test_who_does_not_finish_both_has_no_added_time() -> None:
    here = prospects("ab", [HEATS, {**ADDED, "award": {"table": [1]}}], "ranking", ("Q1", "Q2"))
    block = ready(here, Strengths({}, {"a": 0.5})).block(np.random.SeedSequence(1), 1000)
    out = (block.days[0].codes["heats", "Q1"][0] >= 128) | (block.days[0].codes["heats", "Q2"][0] >= 128)
    assert 650 < out.sum() < 850
    assert ((block.days[0].codes["ranking", ""][0] == UNPLACED) == out).all()


@pytest.mark.parametrize("plus_by", ["time", "ranking"])
def test_the_best_of_the_seconds_goes_on(plus_by: str) -> None:
    seasons = ready(knock_out(plus_by), Strengths.equal("abcdefg"))
    block = seasons.block(np.random.SeedSequence(3), 200)
    (day,) = block.days
    finalists = day.codes["final", "F"] != ABSENT
    assert (finalists.sum(axis=0) == 3).all()
    for column in range(200):
        seconds = []
        for session in ("S1", "S2"):
            car = int(np.flatnonzero(day.codes["semis", session][:, column] == 1)[0])
            rank = day.times["semis", session] if plus_by == "time" else day.codes["ranking", ""]
            seconds.append((int(rank[car, column]), car))
        best, other = min(seconds)[1], max(seconds)[1]
        assert finalists[best, column]
        assert not finalists[other, column]


@pytest.mark.parametrize("plus_by", ["time", "ranking"])
@pytest.mark.parametrize("retire", [0.0, 0.1])
def test_the_engine_says_the_same_of_times(plus_by: str, retire: float) -> None:
    agrees(ready(knock_out(plus_by), Strengths({}, dict.fromkeys("abcdefg", retire))))


def test_equal_totals_are_parted_by_time() -> None:
    stages = [
        {**HEATS, "score": {"scale": [3, 2, 1]}},
        {"id": "ranking", "total": ["heats"], "ties": ["time"], "award": {"table": [4, 2, 1]}},
    ]  # fmt: skip
    here = prospects("abcd", stages, "ranking", ("Q1", "Q2"))
    seasons = ready(here, Strengths.equal("abcd"))
    # Without times a dead heat would be passed over: nearly every third season has one.
    assert confirmed(seasons, 1) == (6, 6)
    agrees(seasons)


def test_equals_that_nothing_parts_are_parted_by_lot() -> None:
    # The beaten semi-finalists are level: who is listed first must not be better off.
    stages = [
        {"id": "heat", "sessions": ["H"], "advance": [{"to": ["S1", "S2"], "best": 4, "seats": "odd/even"}]},
        {"id": "semis", "sessions": ["S1", "S2"], "advance": [{"to": ["F"], "from_each": 1}]},
        {"id": "final", "sessions": ["F"]},
        {"id": "event", "follow": ["final", "semis"], "award": {"table": [0, 0, 1]}},
    ]
    seasons = ready(prospects("abcd", stages, "event", ("H", "S1", "S2", "F")), Strengths.equal("abcd"))
    third = (seasons.block(np.random.SeedSequence(1), 8192).days[0].codes["event", ""] == 2).sum(axis=1)
    assert third.sum() == 8192
    assert all(abs(count - 2048) < 200 for count in third)


@pytest.mark.parametrize("advance", [{"from_each": 1}, None])
def test_sessions_for_which_nothing_parts_the_field_are_refused(advance: dict[str, Any] | None) -> None:
    stages: list[dict[str, Any]] = [
        {"id": "groups", "sessions": ["A", "B"], "advance": [{"to": ["F"], **advance}] if advance else []},
        {"id": "final", "sessions": ["F"]},
        {"id": "event", "follow": ["final", "groups"] if advance else ["groups"], "award": {"table": [1]}},
    ]
    here = prospects("abcd", stages, "event", ("A", "B", "F"))
    with pytest.raises(UserError, match="who starts in A and who in B does not follow from the rules"):
        ready(here, Strengths.equal("abcd"))
