"""What is needed: against every order of the last race of a small season, and before a rallycross final."""

import json
import os
import sys
from collections.abc import Sequence
from itertools import permutations, product

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rxscore
from golden import run
from rxscore.problems import UserError
from rxscore.title.chances import Prospects
from rxscore.title.inside import before_session
from rxscore.title.margins import margins
from rxscore.title.needs import last_contest
from unfinished_seasons import Scored, Small, days, rulebook, scored, season, smalls, table_of

EXAMPLES = int(os.environ.get("RXSCORE_EXAMPLES", "40"))


@given(smalls(formats=("race",)), st.integers(1, 3))
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_place_is_judged_as_every_order_of_the_last_race_judges_it(small: Small, position: int) -> None:
    small = evolve(small, teams=(), left=1)
    rules = rulebook(small)
    past = [scored(small, day, None) for day in small.past]
    feats = [None, *small.cars] if small.bonus else [None]
    tables = {
        (order, feat): table_of(small, [*past, scored(small, {"R": order}, feat)])
        for order in permutations(small.cars)
        for feat in feats
    }
    for competitor in small.cars:
        found = last_contest(season(small), rules, rules.season.standing("table"), competitor, position=position)
        assert found is not None
        assert found.session == "R"
        assert found.feats == (("fastest-lap",) if small.bonus else ())
        for line in found.lines:
            assert line.place is not None
            mine = {way: table for way, table in tables.items() if way[0][line.place - 1] == competitor}
            assert line.enough == all(table[competitor] <= position for table in mine.values())
            assert line.possible == any(table[competitor] <= position for table in mine.values())
            for rival, asked in line.rivals.items():
                fine = [
                    spot
                    for spot in range(1, len(small.cars) + 1)
                    if spot != line.place
                    and all(
                        t[competitor] <= t[rival]
                        for (order, feat), t in mine.items()
                        if feat is None and order[spot - 1] == rival
                    )
                ]
                free = [spot for spot in range(1, len(small.cars) + 1) if spot != line.place]
                wanted = fine[0] if fine else None
                assert asked == (1 if wanted == free[0] else wanted)


def test_before_the_last_final_of_2021() -> None:
    # They came to it level but for a point or two, and left it with 217 each; the title went by event wins.
    opened = rxscore.open_season("worldrx/2021")
    standing = opened.rules.season.standing("drivers")
    then, number = before_session(opened.season, opened.rules, 8, "F")
    assert number == 9
    found = last_contest(then, opened.rules, standing, "johan-kristoffersson", opened.season)
    assert found is not None
    assert found.session == "F"
    # Second is enough only if Hansen is behind, and so on down; sixth of six is not enough at all.
    assert [line.rivals["timmy-hansen"] for line in found.lines] == [1, 3, 4, 5, 6, None]
    assert [line.enough for line in found.lines] == [True, False, False, False, False, False]
    assert [line.possible for line in found.lines] == [True, True, True, True, True, False]


def test_with_rounds_to_come_it_is_told_in_points() -> None:
    opened = rxscore.open_season("worldrx/2016")
    standing = opened.rules.season.standing("drivers")
    prospects = Prospects(opened.season, opened.rules, standing)
    found = margins(prospects, 10, "johan-kristoffersson")
    # 201 points against 228 of Ekström's, and two rounds of 30 to come.
    assert found.rounds == (11, 12)
    assert (found.margins[0].rival, found.margins[0].points) == ("mattias-ekstrom", -27)
    assert (found.now, found.most, found.enough) == (201, 60, None)
    # To make up 27 points he needs one more: Ekström cannot but score something in two rounds.
    assert found.least == 28


@given(smalls(), st.integers(1, 3))
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_weakest_total_that_is_enough_is_that_of_every_way_to_go_on(small: Small, position: int) -> None:
    rules = rulebook(small)
    past = [scored(small, day, None) for day in small.past]
    now = {owner: counted(small, past, owner) for owner in small.owners}
    fails: dict[str, list[int]] = {owner: [] for owner in small.owners}
    makes: dict[str, list[int]] = {owner: [] for owner in small.owners}
    feats = [None, *small.cars] if small.bonus else [None]
    for days_ in product(list(days(small.format, small.cars)), repeat=small.left):
        for feat in feats:
            rounds = [*past, *(scored(small, day, feat) for day in days_)]
            for owner, taken in table_of(small, rounds).items():
                (makes if taken <= position else fails)[owner].append(counted(small, rounds, owner) - now[owner])
    prospects = Prospects(season(small), rules, rules.season.standing("table"))
    for owner in small.owners:
        found = margins(prospects, len(small.past), owner, position)
        every = [*fails[owner], *makes[owner]]
        assert found.now == now[owner]
        assert found.most == max(every) or found.enough_is == "bound" or small.format != "race"
        if found.enough is None:
            assert found.enough_is == "bound" or max(fails[owner]) == max(every)
        else:
            assert found.enough > max(fails[owner], default=-1)
            if found.enough_is == "exact":
                assert found.enough == max(fails[owner], default=-1) + 1
        assert found.least <= min(makes[owner], default=10**6)
        if found.least_is == "exact" and makes[owner]:
            least = min(makes[owner])
            # Nothing need be said of points that he gets in any case.
            assert found.least == least or (found.least == 0 and least == min(every))
        if not small.teams and not small.ties and small.format != "overall":
            assert (found.enough_is, found.least_is) == ("exact", "exact")


def counted(small: Small, rounds: Sequence[Scored], owner: str) -> int:
    return sum(sorted((points[owner] for points, _ in rounds), reverse=True)[: small.best])


def test_without_the_solver_there_are_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    small = Small(("a", "b", "c"), (), "race", {"race": (5, 3, 2)}, (), None, 0, ({"R": ("a", "b", "c")},), 2)
    rules = rulebook(small)
    prospects = Prospects(season(small), rules, rules.season.standing("table"))
    exact = margins(prospects, 1, "a")
    # With two seconds he has 11, and b, who wins both, 13; with more than these 6 points he has won one, or both.
    assert (exact.enough, exact.enough_is) == (7, "exact")
    monkeypatch.setitem(sys.modules, "ortools.sat.python", None)
    bound = margins(prospects, 1, "a")
    assert (bound.enough, bound.enough_is) == (9, "bound")


def test_a_competitor_with_two_cars_has_no_one_place() -> None:
    small = Small(("a", "b", "c"), ("X", "X", "Y"), "race", {"race": (5, 3, 2)}, (), None, 0, (), 1)
    rules = rulebook(small)
    with pytest.raises(UserError, match="one car"):
        last_contest(season(small), rules, rules.season.standing("table"), "X")


def test_the_command_prints_the_table_of_the_last_final() -> None:
    out, err, status = run("needs", "worldrx/2021", "kristoffersson", "--after", "8", "--before", "F")
    assert (err, status) == ("", 0)
    lines = out.splitlines()
    assert lines[0].endswith("what Johan Kristoffersson needs")
    assert lines[1] == "before F of round 9"
    assert lines[3].startswith("In F")
    assert "Timmy Hansen" in lines[3]


def test_the_command_tells_points_before_that() -> None:
    out, _, status = run("needs", "worldrx/2016", "kristoffersson", "--after", "10")
    assert status == 0
    assert "outscored by 27 or more" in out
    assert "With fewer than 28 more (229 in all) it is over" in out
    document = json.loads(run("needs", "worldrx/2016", "kristoffersson", "--after", "10", "--format", "json")[0])
    assert document["margins"][0] == {"rival": "mattias-ekstrom", "points": -27, "most": 60}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("loeb", "--after", "11", "--before", "Q9"), "round 12 has no session 'Q9'; its sessions are Q1, Q2"),
        (("loeb", "--after", "12", "--before", "F"), "there is no round after round 12"),
        (("loeb", "--after", "44"), "has no round 44"),
        (("nobody",), "there is no competitor 'nobody'"),
    ],
)
def test_mistakes_are_said_in_one_line(arguments: tuple[str, ...], said: str) -> None:
    out, err, status = run("needs", "worldrx/2016", *arguments)
    assert (out, status) == ("", 2)
    assert said in err
