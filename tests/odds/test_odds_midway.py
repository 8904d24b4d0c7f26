"""In the middle of a round: what is over stays, the rest is simulated."""

from collections import Counter
from itertools import product
from math import sqrt

import numpy as np
import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from golden import run
from rxscore.api import open_season
from rxscore.events import Result, SessionResults
from rxscore.odds.check import dead_heat, difference, played_out
from rxscore.odds.codes import ABSENT
from rxscore.odds.forecast import Forecast, Prospects
from rxscore.odds.midway import begun
from rxscore.odds.seasons import Seasons
from rxscore.odds.strengths import Strengths
from rxscore.problems import UserError
from to_come import agrees, prospects
from unfinished_seasons import SESSIONS, Day, Small, days, rulebook, scored, season, smalls, table_of

MANY = 20_000


def near(chance: float, truth: float) -> bool:
    """Within five standard deviations of what it should be."""
    return abs(chance - truth) <= 5 * sqrt(max(truth * (1 - truth), 1 / MANY) / MANY)


def first(forecast: Forecast, name: str) -> float:
    return next(line for line in forecast.lines if line.competitor == name).positions[0].chance


def knock_out(day: Day) -> tuple[Prospects, Strengths]:
    """Four cars, one round to go, that goes as it is said; the final is worth a point."""
    scales = {"heats": (2, 1), "semis": (), "final": (1,)}
    small = Small(tuple("abcd"), (), "knock-out", scales, (), None, 0, (day,), 0)
    rules = rulebook(small)
    return Prospects(season(small), rules, rules.season.standing("table")), Strengths.equal(small.cars)


DAY: Day = {"H": ("a", "b", "c", "d"), "S1": ("c", "a"), "S2": ("b", "d"), "F": ("c", "b")}


def test_what_is_over_stays_and_the_rest_is_open() -> None:
    prospects, equal = knock_out(DAY)
    before = prospects.forecast(0, MANY, 1, before="S2", strengths=lambda _: equal)
    # The heats are worth 2 to a and 1 to b; c has beaten a in his semi-final. b or d meets c in the final.
    assert {line.competitor: line.points for line in before.lines} == {"a": 2, "b": 1, "c": 0, "d": 0}
    assert {car: one.times for car, one in before.through["final"].items() if car in "ac"} == {"a": 0, "c": MANY}
    assert near(before.through["final"]["b"].chance, 1 / 2)
    assert near(before.wins["c"].chance, 1 / 2)
    assert near(before.wins["b"].chance, 1 / 4)
    # a stays first, level with b where b wins the final.
    assert first(before, "a") == 1
    assert near(first(before, "b"), 1 / 4)
    assert before.through["semis"]["b"].times == MANY
    assert before.through["semis"]["a"].times == 0  # his is over


def test_the_strengths_are_fitted_on_what_is_over_as_well() -> None:
    prospects, _ = knock_out(DAY)
    one = prospects.forecast(0, MANY, 1, before="F").wins
    assert one["c"].chance + one["b"].chance == 1
    prospects, _ = knock_out({**DAY, "H": ("a", "d", "c", "b")})
    assert prospects.forecast(0, MANY, 1, before="F").wins["c"].chance > one["c"].chance + 0.05


@st.composite
def broken_off(draw: st.DrawFn) -> tuple[Small, Day, str]:
    """A small season, how its next round goes, and the session before which that is broken off."""
    small = draw(smalls())
    day = draw(st.sampled_from(list(days(small.format, small.cars))))
    return small, day, draw(st.sampled_from(SESSIONS[small.format][1:] or ("",)))


@given(broken_off())
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_equal_strengths_count_every_way_to_go_on_from_there(broken: tuple[Small, Day, str]) -> None:
    small, day, before = broken
    if not before:
        return
    after = len(small.past)
    prospects, rules = _with(small, day)
    forecast = prospects.forecast(after, MANY, 1, before=before, strengths=lambda _: Strengths.equal(small.cars))
    assert rules.season.standing("table") == prospects.standing
    over = SESSIONS[small.format][: SESSIONS[small.format].index(before)]
    next_ = [one for one in days(small.format, small.cars) if all(one[session] == day[session] for session in over)]
    rest = [list(days(small.format, small.cars))] * (small.left - 1)
    past = [scored(small, one, None) for one in small.past]
    won: Counter[str] = Counter()
    ways = list(product(next_, *rest))
    for way in ways:
        table = table_of(small, [*past, *(scored(small, one, None) for one in way)])
        won.update(owner for owner, position in table.items() if position == 1)
    for owner in small.owners:
        assert near(first(forecast, owner), won[owner] / len(ways)), (owner, small, day, before)


def _with(small: Small, day: Day):
    """The season with its next round run as it is said."""
    rules = rulebook(small)
    held = season(evolve(small, past=(*small.past, day), left=small.left - 1))
    return Prospects(held, rules, rules.season.standing("table")), rules


@pytest.mark.parametrize("session", ["Q2", "Q3", "Q4", "SF1", "SF2", "F"])
def test_the_engine_scores_a_round_broken_off_the_same(session: str) -> None:
    # Seven cars are there of twenty that are entered.
    opened = open_season("worldrx/2021")
    prospects = Prospects(opened.season, opened.rules, opened.rules.season.standings[0])
    so_far = begun(opened.season, opened.rules, 6, session)
    here = prospects.outlook(6)
    cars = sorted({car for round_ in here.rounds for car in round_.field})
    ready = Seasons(here, Strengths({}, dict.fromkeys(cars, 0.2)), so_far)
    block = ready.block(np.random.SeedSequence(5), 30)
    ways = [(column, played_out(ready, block, column)) for column in range(30)]
    clear = [(column, way) for column, way in ways if not dead_heat(way, ready)]
    assert len(clear) >= 6
    assert [difference(ready, block, column, way) for column, way in clear] == [""] * len(clear)
    present = {ready.days[0].cars[row] for row in range(len(cars)) if ready.days[0].there[row]}
    assert len(present) == 7
    codes = block.days[0].codes["intermediate", ""]
    assert int((codes[:, 0] != ABSENT).sum()) == 7


@pytest.mark.parametrize(
    ("after", "session", "said"),
    [
        ("9", "X", "round 10 has no session 'X'; its sessions are Q1"),
        ("9", "Q1", "nothing of round 10 is known from before Q1: leave --before out"),
        ("10", "Q3", "round 11: how Q1 ended is not fully known from the log"),
        ("12", "F", "there is no round after round 12"),
    ],
)
def test_what_cannot_be_told_is_said(after: str, session: str, said: str) -> None:
    out, err, status = run("odds", "worldrx/2016", "--after", after, "--before", session, "--simulations", "1000")
    assert (out, status) == ("", 2)
    assert said in err


def test_the_command_says_where_it_stands() -> None:
    out, err, status = run("odds", "worldrx/2016", "--after", "9", "--before", "F", "--simulations", "2000")
    assert (err, status) == ("", 0)
    lines = out.splitlines()
    assert lines[1].startswith("before F of round 10, 3 rounds to come;")
    table = lines[lines.index("Round 10: who starts where, and who wins, in per cent") + 3 :]
    assert len(table) == 6
    assert all(" 100    99.8 to 100.0 " in line for line in table)


def test_who_started_is_taken_from_the_log_where_the_rules_do_not_tell() -> None:
    # Of the semi-finals of round 9 the log says nothing.
    opened = open_season("worldrx/2019")
    prospects = Prospects(opened.season, opened.rules, opened.rules.season.standings[0])
    forecast = prospects.forecast(8, 1000, 1, before="F")
    final = {car for car, one in forecast.through["final"].items() if one.times}
    (results,) = [one for one in opened.season.rounds[9].of(SessionResults) if one.session == "F"]
    assert final == {row.entry for row in results.rows}


def test_who_is_not_there_is_not_there_and_guests_are_as_good_as_not() -> None:
    worth = {"scale": {"places": [], "then": "10 - place"}, "dnf": "entries + 1"}
    lap = {"id": "fl", "feat": "fastest-lap", "session": "R2", "award": {"table": 20}}
    races = [{"id": "races", "sessions": ["R1", "R2"], "award": {"table": worth}}]
    ties = {"ties": ["countback"]}
    bare = prospects("abcdg", races, "races", ("R1", "R2"), standing=ties, guests="g", bonuses=[lap])
    # d is entered and does not come; the guest wins.
    rows = tuple(Result(car, place) for place, car in enumerate("gbac", start=1))
    run_ = SessionResults(id="1-R1", known="2020-01-02", round=1, session="R1", rows=rows)
    here = Prospects(bare.season.apply(run_), bare.rules, bare.standing)
    so_far = begun(here.season, here.rules, 0, "R2")
    assert so_far.codes("races", "R1", tuple("abcd"), ("g",)).tolist() == [1, 0, 2, ABSENT]
    ready = Seasons(here.outlook(0), Strengths({"d": 9.0}, dict.fromkeys("abc", 0.3)), so_far)
    agrees(ready)
    totals = ready.block(np.random.SeedSequence(2), 500).totals
    d, b = (ready.competitors.index(name) for name in "db")
    assert (totals[d] == 0).all()
    # b has 9 points. A retirement with three cars is worth 6, and the lap 20.
    assert {int(one) for one in totals[b]} == {9 + race + extra for race in (9, 8, 7, 6) for extra in (0, 20)}


def test_a_round_is_broken_off_in_the_order_of_its_schedule() -> None:
    # The rules name the race first; on the day the sprint comes first.
    stages = [
        {"id": "race", "sessions": ["R"], "award": {"table": [9, 6, 3]}},
        {"id": "sprint", "sessions": ["S"], "award": {"table": [3, 2, 1]}},
    ]
    bare = prospects("abc", stages, "race", ("S", "R"))
    rows = tuple(Result(car, place) for place, car in enumerate("bca", start=1))
    sprint = SessionResults(id="1-S", known="2020-01-02", round=1, session="S", rows=rows)
    here = Prospects(bare.season.apply(sprint), bare.rules, bare.standing)
    forecast = here.forecast(0, 2_000, 1, before="R", strengths=lambda _: Strengths.equal("abc"))
    assert {line.competitor: line.points for line in forecast.lines} == {"a": 1, "b": 3, "c": 2}
    assert 0.25 < forecast.wins["a"].chance < 0.42
    with pytest.raises(UserError, match="nothing of round 1 is known from before S"):
        here.forecast(0, 2_000, 1, before="S")
