"""How many rivals can be ahead at once: every deal of small fields against likely deals, proofs and the solver."""

from itertools import permutations, product

import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from rxscore.title.passing import Passing, Places, at_once


@frozen
class Case:
    """A car in given places, and by rival what it is short of; what each place of each session is worth."""

    places: tuple[int | None, ...]
    short: tuple[int, ...]
    worth: tuple[tuple[int, ...], ...]
    latest: bool
    ahead: bool


@st.composite
def cases(draw: st.DrawFn) -> Case:
    sessions = draw(st.integers(1, 3))
    rivals = draw(st.integers(2, 3 if sessions == 3 else 4 if sessions == 2 else 6))
    ahead = draw(st.booleans())
    worth = [sorted(draw(st.lists(st.integers(0, 5), min_size=rivals + 1, max_size=rivals + 1)), reverse=True)
             for _ in range(sessions)]  # fmt: skip
    if not ahead:
        worth = [[-one for one in layer] for layer in worth]
    places = tuple(draw(st.none() | st.integers(1, rivals + 1)) for _ in range(sessions))
    short = tuple(draw(st.integers(-6, 12) if ahead else st.integers(-12, 6)) for _ in range(rivals))
    return Case(places, short, tuple(map(tuple, worth)), draw(st.booleans()), ahead)


NAMES = "abcdef"


def passing(case: Case, *, counted: bool = True) -> Passing:
    rivals = NAMES[: len(case.short)]

    def fits(name: str, places: Places) -> bool:
        got = sum(case.worth[layer][place - 1] for layer, place in enumerate(places) if place is not None)
        over = got - case.short[rivals.index(name)]
        last = places[-1] or 99
        # Level, the better (or for those who are to be behind the worse) place in the last session decides, if asked.
        return over > 0 or (over == 0 and (not case.latest or (last <= 2 if case.ahead else last > 2)))

    races = [[("me", *rivals)]] * len(case.places)
    short = dict(zip(rivals, case.short, strict=True)) if counted else None
    return Passing(races, "me", case.places, rivals, case.ahead, fits, short,
                   (lambda layer, place: case.worth[layer][place - 1]) if counted else None)  # fmt: skip


def most(case: Case) -> int:
    """In the best of all deals."""
    asked = passing(case)
    rivals = NAMES[: len(case.short)]
    free = []
    for place in case.places:
        size = len(rivals) + (place is not None)
        free.append([one for one in range(1, size + 1) if one != place])
    return max(
        sum(asked.fits(name, tuple(order[index] for order in orders)) for index, name in enumerate(rivals))
        for orders in product(*(permutations(places) for places in free))
    )


@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize("skipped", [(), ("_likely",), ("_likely", "_exchanged")], ids=len)
@given(case=cases())
@settings(max_examples=60, deadline=None)
def test_so_many_can_be_ahead_as_in_the_best_of_all_deals(case: Case, skipped: tuple[str, ...], counted: bool) -> None:
    truth = most(case)
    with pytest.MonkeyPatch.context() as patched:
        for name in skipped if len(case.places) > 1 else ():
            patched.setattr(Passing, name, lambda *_: None)
        for wanted in range(len(case.short) + 1):
            asked = passing(case, counted=counted)
            reached, deal = asked.reaches(wanted)
            assert reached == (wanted <= truth)
            if deal is not None:
                there = {
                    name: tuple(deal[layer, 0].index(name) + 1 for layer in range(len(case.places)))
                    for name in asked.rivals
                }
                assert sum(asked.fits(name, places) for name, places in there.items()) >= wanted
                for layer, place in enumerate(case.places):
                    assert place is None or deal[layer, 0][place - 1] == "me"


def test_without_the_solver_some_things_are_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case((None, None), (4, 4, 4), ((3, 2, 1), (3, 2, 1)), latest=False, ahead=True)
    monkeypatch.setattr(Passing, "_likely", lambda *_: None)
    monkeypatch.setattr(Passing, "_exchanged", lambda *_: None)
    assert passing(case).reaches(3)[0] is True
    monkeypatch.setitem(__import__("sys").modules, "ortools.sat.python", None)
    assert passing(case).reaches(3) == (None, None)


def test_who_is_in_a_hurry_is_served_first() -> None:
    assert at_once([]) == 0
    assert at_once([0, 0]) == 0
    assert at_once([1, 1, 2]) == 2
    assert at_once([3, 1, 2]) == 3
