"""By which points: against every scale of small numbers, and in the log that is shipped."""

import json
import os
import sys
from itertools import pairwise, product
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import rxscore
from golden import run
from rxscore.problems import UserError
from rxscore.scoring import Rulebook, score
from rxscore.title.crown import Conditions, Coronation, coronation
from rxscore.title.dominance import Field
from rxscore.whatif.varied import exact_champions
from season_text import RACE, car, rules, scored
from unfinished_seasons import Small, positions, rulebook, season, smalls

EXAMPLES = int(os.environ.get("RXSCORE_EXAMPLES", "50"))
TOP = 4
MOST = 300


def finished(draw: st.DrawFn) -> Small:
    one = draw(smalls())
    return evolve(one, left=0, bonus=0)


def scales(size: int, conditions: Conditions, real: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Every scale of small numbers that fulfils the conditions."""
    found = []
    for values in product(range(TOP + 1), repeat=size):
        gaps = [a - b for a, b in pairwise(values)]
        fits = all(gap >= 0 for gap in gaps) and (conditions.last_scores or not values[-1])
        fits = fits and not (conditions.even and any(a < b for a, b in pairwise(gaps)))
        fits = fits and not (conditions.same_places and any(v and not r for v, r in zip(values, real, strict=True)))
        if fits:
            found.append(values)
    return found


def decided_by_points(tie: str, small: Small) -> bool:
    """Whether a tie-break turns on more than how many places score."""
    return tie.endswith("(counted)") or tie.startswith("best score") or (tie == "gross points" and bool(small.best))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Small, Conditions]:
    conditions = Conditions(draw(st.booleans()), draw(st.booleans()), False, draw(st.booleans()))
    return finished(draw), conditions


@given(cases())
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_scale_of_small_numbers_is_nearer_and_none_crowns_whom_it_calls_impossible(
    case: tuple[Small, Conditions],
) -> None:
    small, conditions = case
    stages = [stage for stage, scale in small.scales.items() if scale]
    assume(stages)
    rules = rulebook(small)
    found = coronation(score(season(small), rules), rules.season.standing("table"))
    real = {slot.stage: worth for slot, worth in zip(found.slots, found.real, strict=True)}
    nearest: dict[str, int] = {}
    choices = list(product(*(scales(len(real[stage]), conditions, real[stage]) for stage in stages)))
    assume(len(choices) <= MOST)
    for choice in choices:
        change = sum(
            abs(a - b)
            for stage, scale in zip(stages, choice, strict=True)
            for a, b in zip(scale, real[stage], strict=True)
        )
        under = evolve(small, scales=dict(zip(stages, choice, strict=True)))
        first = [owner for owner, (best, _) in positions(under).items() if best == 1]
        if len(first) == 1:
            nearest[first[0]] = min(change, nearest.get(first[0], change))
    for owner in small.owners:
        crown = found.crown(owner, conditions)
        points_decide_ties = any(decided_by_points(tie, small) for tie in small.ties)
        if owner in nearest and points_decide_ties:
            assert crown.status != "impossible"
        elif owner in nearest:
            assert (crown.status, crown.why) == ("crowned", "")
            assert crown.distance is not None
            assert crown.distance <= nearest[owner]
        if crown.status == "impossible" and small.best is None and not points_decide_ties:
            assert crown.rivals
        if crown.status == "crowned":
            assert crown.table is not None
            assert [row.competitor for row in crown.table.rows if row.position == 1] == [owner]
            small_enough = all(value <= TOP for scale in crown.scales.values() for value in scale)
            if small_enough and not crown.why:
                assert crown.distance == nearest[owner]


def small(**changes: Any) -> Small:
    plain: dict[str, Any] = {
        "cars": ("a", "b", "c"), "teams": (), "format": "race", "scales": {"race": (5, 3, 0)}, "ties": (),
        "best": None, "bonus": 0, "left": 0,
        "past": ({"R": ("a", "b", "c")}, {"R": ("a", "b", "c")}, {"R": ("b", "c", "a")}, {"R": ("b", "c", "a")}),
    }  # fmt: skip
    return Small(**(plain | changes))


def test_the_nearest_scale_is_the_one_that_a_person_finds() -> None:
    # a has two wins and two thirds, b two wins and two seconds: b is ahead as soon as the second place is worth 1.
    one = small()
    rules = rulebook(one)
    found = coronation(score(season(one), rules), rules.season.standing("table"))
    assert (found.crown("b").status, found.crown("b").distance) == ("crowned", 0)
    a = found.crown("a")
    assert (a.status, a.rivals) == ("impossible", {"b": 1})
    # c has two seconds and two thirds: fewer than b down to every place.
    assert found.crown("c").status == "impossible"


def test_seconds_can_be_made_to_count_as_wins() -> None:
    # a: win, third, third; b: second, second, win?? No: b has seconds only, and leads once two of them beat a win.
    one = small(past=({"R": ("a", "b", "c")}, {"R": ("c", "b", "a")}), scales={"race": (5, 2, 0)})
    rules = rulebook(one)
    found = coronation(score(season(one), rules), rules.season.standing("table"))
    b = found.crown("b")
    # 2 x 2 = 4 against 5: with 3 for the second place b has 6.
    assert (b.status, b.distance, list(b.scales.values())) == ("crowned", 1, [(5, 3, 0)])
    # Gaps that do not grow towards the back: 5, 3, 0 has gaps 2 and 3; 5, 2.5 would be level. 4, 2, 0: level. None.
    assert found.crown("b", Conditions(even=True)).status == "impossible"


def test_two_rivals_together_can_be_ahead_whatever_places_are_worth() -> None:
    # a has two wins, b four seconds; c a win and two seconds: he is ahead of either under some scale, of both never.
    past = ("abdefc", "abdefc", "cbadef", "dbaefc", "ecabdf", "fcabde")
    one = small(cars=tuple("abcdef"), scales={"race": (9, 6, 4, 3, 1, 0)}, past=tuple({"R": tuple(r)} for r in past))
    rules = rulebook(one)
    found = coronation(score(season(one), rules), rules.season.standing("table"))
    assert found.crown("c").rivals == {"a": 1, "b": 1}
    # Only a win scores: a is enough.
    one = evolve(one, scales={"race": (9, 0, 0, 0, 0, 0)})
    rules = rulebook(one)
    found = coronation(score(season(one), rules), rules.season.standing("table"))
    assert found.crown("c", Conditions(same_places=True)).rivals == {"a": 1}


@pytest.mark.parametrize(("ties", "distance"), [("countback", 0), ("countback (scoring)", 2)])
def test_a_tie_break_by_places_that_score_turns_on_how_many_score(ties: str, distance: int) -> None:
    # a and b have a win each; a is third once and b fourth. The third place has to score before that says anything.
    past = ({"R": ("a", "c", "d", "b")}, {"R": ("b", "c", "a", "d")})
    one = small(cars=tuple("abcd"), scales={"race": (3, 0, 0, 0)}, past=past, ties=(ties,))
    rules = rulebook(one)
    a = coronation(score(season(one), rules), rules.season.standing("table")).crown("a")
    assert (a.status, a.distance, a.why) == ("crowned", distance, "")


@pytest.mark.parametrize(
    ("tie", "best", "whole"),
    [("gross points", None, True), ("gross points", 2, False), ("event wins (counted)", 2, False),
     ("best score", None, False), ("latest round", 2, True)],
)  # fmt: skip
def test_a_tie_break_that_looks_at_points_is_known_to_do_so(tie: str, best: int | None, whole: bool) -> None:
    one = small(ties=(tie,), best=best)
    rules = rulebook(one)
    assert coronation(score(season(one), rules), rules.season.standing("table")).level.whole is whole


def test_to_beat_one_is_not_to_beat_another_who_is_ahead_when_level() -> None:
    most = {"a": (3, 3), "b": (2, 2), "c": (2, 2)}
    choices = {name: (vector,) for name, vector in most.items()}
    field = Field(most, choices, {"a": (), "b": ("a", "c"), "c": ("a", "b")})
    assert field.to_beat("c", {"a": [1], "b": [1]}) == ["a"]
    # c needs no more points than a, but one more than b.
    assert field.to_beat("c", {"a": [0], "b": [1]}) == ["a", "b"]
    # Of two who are alike under every scale, one is enough: him of whom more is needed.
    assert field.to_beat("a", {"b": [1, 1], "c": [0, 1]}) == ["b"]
    assert field.to_beat("a", {"b": [0, 1], "c": [0, 1]}) == ["b"]


def test_dropped_scores_are_chosen_anew_under_every_scale() -> None:
    # The best one of two counts: a and c have a win each and are level whatever it is worth, b can only be level.
    one = small(past=({"R": ("a", "b", "c")}, {"R": ("c", "b", "a")}), best=1)
    rules = rulebook(one)
    found = coronation(score(season(one), rules), rules.season.standing("table"))
    assert [found.crown(name).status for name in "abc"] == ["impossible"] * 3
    assert found.crown("b").rivals == {"a": 1}


def test_all_drivers_of_2016_and_a_proof_in_words() -> None:
    opened = rxscore.open_season("worldrx/2016")
    found = coronation(opened.scored(), opened.rules.season.standing("drivers"))
    assert [slot.stage for slot in found.slots] == ["intermediate", "semifinals", "final"]
    champion = found.crown("mattias-ekstrom", Conditions(last_scores=True))
    assert (champion.status, champion.distance) == ("crowned", 0)
    kristoffersson = found.crown("johan-kristoffersson")
    assert (kristoffersson.status, kristoffersson.rivals) == ("impossible", {"mattias-ekstrom": 1})
    bakkerud = found.crown("andreas-bakkerud", Conditions(last_scores=True))
    assert bakkerud.status == "crowned"
    assert bakkerud.table is not None
    assert bakkerud.table.rows[0].competitor == "andreas-bakkerud"


def test_a_time_limit_is_no_verdict() -> None:
    opened = rxscore.open_season("worldrx/2016")
    found = coronation(opened.scored(), opened.rules.season.standing("drivers"))
    assert found.crown("andreas-bakkerud", seconds=1e-9).status == "undecided"


SHARED = [car("a", "X", "Y"), car("c", "X", "Z"), car("e", "X")]
"""X has a part of two cars, and one for himself."""


def of_shared_cars(text: str) -> Coronation:
    """A season under the plainest rules, in which of the cars that a driver shared in a race only the best counts."""
    edits = {"stages.race.award.drivers": [9, 6, 4, 0], "standings.drivers.crew": "share"}
    season = scored(text, rules(RACE, {**edits, "standings.drivers.own_shares": "best"}), cars=SHARED)
    return coronation(season, season.ruleset.standing("drivers"))


@given(st.lists(st.permutations("abcd").map(" ".join), min_size=1, max_size=4))
@settings(max_examples=EXAMPLES, deadline=None)
def test_of_several_shared_cars_the_best_counts_under_every_scale(races: list[str]) -> None:
    found = of_shared_cars("\n".join(f"{number} R1: {order}" for number, order in enumerate(races, start=1)))
    wanted = scales(4, Conditions(), found.real[0])
    champions = exact_champions(found.scored, "drivers", found.slots[0], wanted)
    nearest: dict[str, int] = {}
    for scale, first in zip(wanted, champions, strict=True):
        change = sum(abs(a - b) for a, b in zip(scale, found.real[0], strict=True))
        if len(first) == 1:
            nearest[first[0]] = min(change, nearest.get(first[0], change))
    for name in found.sides:
        crown = found.crown(name)
        assert crown.status in ("crowned", "impossible")
        if name in nearest:
            assert crown.distance is not None
            assert crown.distance <= nearest[name]
        if crown.status == "crowned" and all(value <= TOP for value in next(iter(crown.scales.values()))):
            assert crown.distance == nearest[name]


def test_which_of_several_cars_is_best_must_not_turn_on_the_scale() -> None:
    # Third for himself is better than a part of fourth whatever the scale is, but perhaps not than a part of second.
    assert of_shared_cars("1 R1: b d e a").crown("X").status == "impossible"
    with pytest.raises(UserError, match="round 1: it turns on the scale which of the cars of 'X' counts"):
        of_shared_cars("1 R1: b a e d")


def test_a_lowest_total_has_no_scale() -> None:
    one = small()
    rules = rulebook(one).season
    standing = evolve(rules.standing("table"), order="low")
    with pytest.raises(UserError, match="the lowest total wins"):
        coronation(score(season(one), Rulebook(evolve(rules, standings=(standing,)))), standing)


def test_the_command_tells_the_change_and_replays_the_season() -> None:
    out, err, status = run("crown", "worldrx/2016", "solberg p")
    assert (err, status) == ("", 0)
    assert "Petter Solberg: by 30 points of change" in out
    assert "The season replayed under these points" in out
    assert out.rstrip().splitlines()[-5].split()[:3] == ["1", "Petter", "Solberg"]


def test_the_command_proves_in_words_what_cannot_be() -> None:
    out, _, status = run("crown", "worldrx/2014", "bakkerud")
    assert status == 0
    assert out.splitlines()[2:4] == [
        "Andreas Bakkerud: impossible: never ahead of Petter Solberg and Timmy Hansen at once",
        "Whatever places are worth: Petter Solberg and Timmy Hansen have on average at least as many results down to "
        "every place that may score.",
    ]
    out, _, status = run("crown", "worldrx/2016", "kristoffersson", "--even")
    assert "Whatever places are worth: Mattias Ekström has at least as many points under every such scale.\n" in out


def test_the_command_tells_how_robust_a_season_is() -> None:
    out, _, status = run("crown", "worldrx/2016", "--last-scores")
    assert status == 0
    assert "Mattias Ekström" in out.splitlines()[5]
    assert "Nearest other champion: " in out


def test_json_names_the_scales_by_stage() -> None:
    out, _, _ = run("crown", "worldrx/2016", "ekstrom", "--format", "json")
    document = json.loads(out)
    assert document["real"]["final"] == [8, 5, 4, 3, 2, 1]
    assert document["competitors"][0]["scales"]["final"] == [8, 5, 4, 3, 2, 0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("nobody",), "there is no competitor 'nobody'"), (("--table", "riders"), "has no table 'riders'")],
)
def test_mistakes_are_said_in_one_line(arguments: tuple[str, ...], said: str) -> None:
    out, err, status = run("crown", "worldrx/2016", *arguments)
    assert (out, status) == ("", 2)
    assert said in err


def test_without_the_solver_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ortools.sat.python", None)
    _, err, status = run("crown", "worldrx/2016", "ekstrom")
    assert status == 2
    assert "pip install 'rxscore[solver]'" in err
