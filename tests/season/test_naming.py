"""Finding somebody by whatever he is called."""

import pytest

from rxscore.events import CompetitorRegistered, EntryChanged, EntryFiled, SeasonOpened
from rxscore.problems import UserError
from rxscore.season import fold
from rxscore.season.naming import Naming

KNOWN = {"known": "2016-01-01"}
NAMING = Naming(
    fold(
        [
            SeasonOpened(id="s", series="x", season="2016", name="X", rules="x", **KNOWN),
            CompetitorRegistered(id="c1", competitor="kevin", name="Kevin Hansen", country="SWE", **KNOWN),
            CompetitorRegistered(id="c2", competitor="timmy", name="Timmy Hansen", **KNOWN),
            CompetitorRegistered(id="c3", competitor="21", name="Björn Ångström", **KNOWN),
            CompetitorRegistered(id="t", competitor="ph", name="Team Peugeot-Hansen", type="team", **KNOWN),
            EntryFiled(id="e1", entry="a", drivers=("timmy",), number="21", team="ph", **KNOWN),
            EntryFiled(id="e2", entry="b", drivers=("kevin", "stranger"), number="71", make="peugeot", **KNOWN),
            EntryChanged(id="e3", entry="b", from_round=1, drivers=("21",), **KNOWN),
        ]
    )
)
DRIVERS = NAMING.ranked_as("driver")


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ("kevin", "kevin"),
        ("Kevin Hansen", "kevin"),
        ("kevin-hansen", "kevin"),
        ("TIMMY", "timmy"),
        ("angstrom", "21"),
        ("ångs", "21"),
        ("21", "21"),  # an id comes before a number
        ("#21", "timmy"),
        ("timmy han", "timmy"),
    ],
)
def test_who_is_meant(said, who):
    assert NAMING.find(said, DRIVERS) == who


def test_several_are_listed():
    with pytest.raises(UserError, match=r"'hansen' can be any of Kevin Hansen \(kevin\), Timmy Hansen \(#21, timmy\)"):
        NAMING.find("hansen", ["kevin", "timmy"])


@pytest.mark.parametrize("said", ["", "?", "#99", "hanson"])
def test_nobody_is_said(said):
    with pytest.raises(UserError, match="there is no competitor"):
        NAMING.find(said, DRIVERS)


@pytest.mark.parametrize(
    ("said", "near"),
    [("hanson", "Kevin Hansen or Timmy Hansen"), ("kevvin", "Kevin Hansen"), ("timy hansen", "Timmy Hansen")],
)
def test_whole_names_are_suggested_each_once(said, near):
    with pytest.raises(UserError) as caught:
        NAMING.find(said, ["kevin", "timmy", "timmy"])
    assert str(caught.value).startswith(f"there is no competitor {said!r}; did you mean {near}")


def test_a_crew_has_the_names_of_its_drivers():
    assert NAMING.name("a") == "Timmy Hansen"
    assert NAMING.name("nobody") == "nobody"
    assert NAMING.teams("timmy") == ("Team Peugeot-Hansen",)
    assert NAMING.ranked_as("team") == ["ph"]
    assert set(NAMING.ranked_as("entry")) == {"a", "b"}


def test_what_there_is_to_know_of_somebody() -> None:
    assert [NAMING.country(one) for one in ("kevin", "timmy", "nobody")] == ["SWE", "", ""]
    assert NAMING.cars_of("timmy") == NAMING.cars_of("ph") == {"a"}
    assert NAMING.cars_of("peugeot") == {"b"}
    private = Naming(fold([EntryFiled(id="e", entry="z", drivers=("someone",), **KNOWN)]))
    assert (private.teams("someone"), private.numbers("z")) == ((), ())
