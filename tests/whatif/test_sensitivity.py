"""How much the points system decided: scales drawn, real ones, the closest, and what the title hung on."""

from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golden import Golden, run
from rxscore import catalog
from rxscore.problems import UserError
from rxscore.rulesets import Scale
from rxscore.scoring import Scored
from rxscore.whatif import DropRound, RemoveCompetitor, Swap
from rxscore.whatif.scales import FINE, at_distance, drawn, together
from rxscore.whatif.sensitivity import sensitivity
from season_text import RACE, rules, scored

SHIPPED = catalog._shipped()

# A wins twice and is out once; B is second, second and first.
CLOSE = "1 R1: a b c\n2 R1: a b c\n3 R1: b c a/DNF"
PAYING = RACE.replace("[10, 6, 4, 3, 2, 1]", "[10, 6, 4]")


def season(text: str = CLOSE, book: str = PAYING) -> Scored:
    return scored(text, rules(book))


def test_the_champion_turns_on_what_a_second_place_is_worth() -> None:
    """A has two wins, B one win and two second places: B leads where a second place is worth more than half a win."""
    found = sensitivity("club", season(), "drivers", number=4000, hinges=False)
    assert found.champions == ("B",)
    assert found.shares[("B",)] / 4000 == pytest.approx(1 - 1 / 4, abs=0.03)  # of two sorted numbers the greater is 1/2
    assert set(found.shares) <= {("A",), ("B",), ("A", "B")}
    straight = sensitivity("club", season(), "drivers", number=4000, convex=True, hinges=False)
    assert straight.shares[("B",)] < found.shares[("B",)]


def test_the_closest_scale_is_found() -> None:
    found = sensitivity("club", season(), "drivers", number=10, hinges=False)
    # 9 and 5 are no less than two wins at 10 and 5; a tie is a change.
    assert found.closest.distance == 1
    assert found.closest.champions == ("A", "B")
    assert found.closest.scale == (10, 5, 4)


def test_a_champion_whom_no_scale_changes() -> None:
    found = sensitivity("club", season("1 R1: a b c\n2 R1: a b c"), "drivers", number=500)
    assert found.shares == {("A",): 500}
    # Only where second place is worth as much as the first are they level: 10-10 is 4 away, 8-8 and 9-9 too.
    assert (found.closest.distance, found.closest.champions) == (4, ("A", "B"))


def test_what_the_title_hung_on() -> None:
    found = sensitivity("club", season(), "drivers", number=10)
    assert {hinge.edit: hinge.champions for hinge in found.hinges} == {
        DropRound(3): ("A",),
        Swap(("b", "c"), 1, "R1"): ("A", "B"),
        Swap(("b", "c"), 2, "R1"): ("A", "B"),
        Swap(("b", "c"), 3, "R1"): ("A",),
    }


def test_a_competitor_on_whom_the_title_hung() -> None:
    found = sensitivity("club", season("1 R1: c a b\n2 R1: b a c\n3 R1: a c b\n4 R1: b c a"), "drivers", number=10)
    # B and A beat each other twice, and so do B and C: with either of them gone, two are level.
    assert found.champions == ("B",)
    without = {one.edit: one.champions for one in found.hinges if isinstance(one.edit, RemoveCompetitor)}
    assert without == {RemoveCompetitor("A"): ("B", "C"), RemoveCompetitor("C"): ("A", "B")}


def test_scales_of_real_rules() -> None:
    real = {"a race": Scale((10, 6, 4)), "another": Scale((10, 6, 4, 0)), "winners": Scale((1,))}
    found = sensitivity("club", season(), "drivers", real=real, number=10, hinges=False)
    assert [(one.scale, one.rules, one.champions) for one in found.families] == [
        ((10, 6, 4), ("a race", "another"), ("B",)),
        ((1,), ("winners",), ("A",)),
    ]
    assert [(row["champions"], row["real_scales"]) for row in found.rows() if row["real_scales"]] == [
        (["B"], 1),
        (["A"], 1),
    ]


def test_the_same_seed_gives_the_same_scales() -> None:
    shares = [
        sensitivity("club", season(), "drivers", number=300, seed=seed, hinges=False).shares for seed in (1, 1, 2)
    ]
    assert shares[0] == shares[1] != shares[2]


def test_no_champion_no_scale_no_stage() -> None:
    nobody = scored("1 R1: a b", rules(RACE.replace('{ id = "drivers" }', '{ id = "drivers", appears = "scored" }'),
                                       {"stages.race.award.drivers": [0, 0]}))  # fmt: skip
    with pytest.raises(UserError, match="nobody leads drivers"):
        sensitivity("club", nobody, "drivers")
    with pytest.raises(UserError, match="no scale with known points"):
        sensitivity("club", scored("1 R1: a b", rules(RACE, {"stages.race.award.drivers": [1, "unknown"]})), "drivers")
    with pytest.raises(UserError, match="stage 'rase' deals no points in 'drivers'; did you mean race"):
        sensitivity("club", season(), "drivers", stage="rase")


@given(st.integers(1, 12), st.booleans(), st.fractions(Fraction(1, 8), 60, max_denominator=8), st.integers(0, 9))
@settings(deadline=None, max_examples=50)
def test_scales_drawn_never_rise(places: int, convex: bool, top: Fraction, seed: int) -> None:
    scales, over = drawn(50, top, places, convex=convex, seed=seed)
    assert scales.shape == (50, places)
    assert (scales >= 0).all()
    steps = np.diff(scales, axis=1)
    assert (steps <= 0).all()
    if convex:
        assert (np.diff(steps, axis=1) >= 0).all()
        assert (scales[:, 0] <= top * over).all()
    assert {Fraction(int(one), over) for one in scales[:, 0]} == {top}


def test_scales_drawn_are_equally_likely() -> None:
    """The second of three places is the greater of two even numbers: two thirds of the first, on average."""
    scales, over = drawn(20_000, 1, 3, convex=False, seed=3)
    assert over == FINE
    assert scales[:, 1].mean() / over == pytest.approx(2 / 3, abs=0.01)
    assert scales[:, 2].mean() / over == pytest.approx(1 / 3, abs=0.01)
    # A convex one is a mean of 1-0-0, 1-1/2-0 and 1-2/3-1/3, each with a weight of a third on average.
    scales, over = drawn(20_000, 1, 3, convex=True, seed=3)
    assert scales[:, 1].mean() / over == pytest.approx((0 + 1 / 2 + 2 / 3) / 3, abs=0.01)
    assert scales[:, 2].mean() / over == pytest.approx(1 / 9, abs=0.01)


def test_all_scales_at_a_distance() -> None:
    """Counted by hand: all triples up to 12, of which those that never rise and differ by so much from 6-4-3."""
    for distance in range(5):
        every = {
            one
            for one in product(range(13), repeat=3)
            if one[0] >= one[1] >= one[2] and sum(abs(a - b) for a, b in zip(one, (6, 4, 3), strict=True)) == distance
        }
        near = at_distance([6, 4, 3], distance, 10_000)
        assert near is not None
        assert {tuple(map(int, row)) for row in near} == every
    assert at_distance([6, 4, 3], 4, 5) is None


def test_scales_of_different_lengths_and_parts_together() -> None:
    array, over = together([[Fraction(9, 2), 1], [3]])
    assert (array.tolist(), over) == ([[9, 2], [6, 0]], 2)


# --- the command -----------------------------------------------------------------------------


@pytest.fixture
def shipped(golden: Golden, monkeypatch: pytest.MonkeyPatch) -> Golden:
    """A ruleset and a season of one's own, and nothing else."""
    from rxscore.events import canonical

    golden.write("rulesets/club.toml", 'title = "x"\nseries = "club"\nseasons = "any"\n' + PAYING)
    more = PAYING.replace("[10, 6, 4]", "[10, 1]")
    golden.write("rulesets/winners.toml", 'title = "x"\nseries = "club"\nseasons = "any"\n' + more)
    history = season().season.history
    golden.write("events/club/2024.jsonl", b"".join(canonical(event) + b"\n" for event in history))
    return golden


PRINTED: dict[str, tuple[Any, ...]] = {
    "sensitivity": ("club/2024", "--scales", "1000"),
    "sensitivity-convex-markdown": ("club/2024", "--scales", "1000", "--convex", "--no-hinges", "--format", "markdown"),
    "sensitivity-json": ("club/2024", "--scales", "100", "--format", "json"),
    "sensitivity-csv": ("club/2024", "--scales", "100", "--format", "csv"),
    "wrong-sensitivity-stage": ("club/2024", "--stage", "final"),
    "wrong-sensitivity-chart": ("club/2024", "--chart", "x.pdf"),
    "wrong-sensitivity-number": ("club/2024", "--scales", "0"),
}


@pytest.mark.parametrize("name", PRINTED)
def test_what_is_printed(shipped: Golden, name: str) -> None:
    shipped(name, "sensitivity", *PRINTED[name])


@pytest.mark.parametrize(("file", "begins"), [("a.svg", b"<svg"), ("a.png", b"\x89PNG"), ("a.html", b"<!DOCTYPE")])
def test_a_chart_is_drawn(shipped: Golden, file: str, begins: bytes) -> None:
    pytest.importorskip("altair")
    pytest.importorskip("vl_convert")
    _, err, status = run("sensitivity", "club/2024", "--scales", "100", "--no-hinges", "--chart", file)
    assert (err, status) == ("", 0)
    assert Path(file).read_bytes().lstrip().startswith(begins)
