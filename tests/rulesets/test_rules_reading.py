# ruff: noqa: E501 - a case and what it gives stand on one line
"""What rulesets say: shorthand, inheritance, dated changes, patches and differences."""

from fractions import Fraction
from typing import Any

import pytest

from rxscore.problems import UserError
from rxscore.rulesets import Difference, Ruleset, Source, TieStep, assemble, covers, differences, edited, read
from rxscore.rulesets.locate import line_of
from rxscore.rulesets.model import Linear, Outcome, Scale, Unknown
from rxscore.rulesets.patch import changed, laid_over, removed
from rxscore.rulesets.words import beyond, linear, outcome, tie_step, toml_text, worth
from season_text import HEATS, RACE, rules

# --- words -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "at_five"),
    [("44 - place", 39), ("place", 5), ("place + 5", 10), ("place - 2", 3), ("2 + place", 7), ("3 - place", 0), ("12.5 - place", Fraction(15, 2))],
)  # fmt: skip
def test_a_line_over_places(phrase: str, at_five: object) -> None:
    assert linear(phrase).at(5) == at_five


def test_beyond_the_list_a_scale_goes_on() -> None:
    assert [Scale((50, 45), linear("44 - place")).at(place) for place in (1, 2, 3, 44, 50)] == [50, 45, 41, 0, 0]
    assert [Scale((50, 45)).at(place) for place in (2, 3)] == [45, 0]
    assert Scale((5,), beyond(2)).at(9) == 2
    assert Scale((5, Unknown()), beyond("unknown")).at(2) is None
    assert Scale((5,), beyond("unknown")).at(2) is None
    assert [scale.unknown for scale in (Scale((5,)), Scale((5, Unknown())), Scale((), Unknown()))] == [
        False,
        True,
        True,
    ]
    assert beyond("place") == Linear(0, 1)
    with pytest.raises(ValueError, match="is not a line over places"):
        linear("up")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, Outcome("points", 3)),
        ("2.5", Outcome("points", Fraction(5, 2))),
        ("place", Outcome("place")),
        ("unknown", Outcome("unknown")),
        ("entries", Outcome("entries", 0)),
        ("entries + 3", Outcome("entries", 3)),
        ("last+1", Outcome("last", 1)),
        ("last - 5", Outcome("less", 5)),
    ],
)
def test_outcomes(value: object, expected: Outcome) -> None:
    assert outcome(value) == expected


def test_worth_is_a_number_or_unknown() -> None:
    assert worth(8) == 8
    assert worth("unknown") == Unknown()
    with pytest.raises(ValueError, match='or "unknown" for points that no source tells'):
        worth("many")


@pytest.mark.parametrize(
    ("phrase", "step"),
    [
        ("event wins", TieStep("wins")),
        ("wins in heats", TieStep("wins", "heats")),
        ("countback", TieStep("countback")),
        ("countback in final (counted)", TieStep("countback", "final", True)),
        ("countback (scoring)", TieStep("countback", scoring=True)),
        ("place in qualifying", TieStep("place", "qualifying")),
        ("points in heats", TieStep("points", "heats")),
        ("gross points", TieStep("gross points")),
    ],
)
def test_tie_steps_are_words_and_print_as_such(phrase: str, step: TieStep) -> None:
    assert tie_step(phrase) == step
    assert str(step) == phrase


@pytest.mark.parametrize(
    ("value", "text"),
    [({"a": 1, "b": [1.5, "x", True]}, '{ a = 1, b = [1.5, "x", true] }'), ({}, "{}"), ((1, 2), "[1, 2]")],
)
def test_plain_values_as_toml_writes_them(value: object, text: str) -> None:
    assert toml_text(value) == text


@pytest.mark.parametrize(
    ("span", "season", "expected"),
    [
        ("2016", "2016", True), ("2016", "2017", False), ("any", "2016", True), ("2014-2021", "2021", True),
        ("2014-2021", "2022", False), ("2022-", "2030", True), ("2022-", "2021", False), ("1960, 1963-1965", "1964", True),
        ("1960, 1963-1965", "1961", False), ("2022-23", "2022-23", True), ("2022-23", "2023", False), ("2016", "x", False),
    ],
)  # fmt: skip
def test_spans_of_seasons(span: str, season: str, expected: bool) -> None:
    assert covers(span, season) is expected


# --- reading ---------------------------------------------------------------------------------


def test_a_stage_and_a_standing_are_found_by_id() -> None:
    book = rules(HEATS)
    assert book.stage("final").sessions == ("F",)
    assert book.standing("drivers").of == "driver"
    assert [stage.id for stage in (book.stage_of_session("Q2"),) if stage] == ["heats"]
    assert book.stage_of_session("R9") is None


def test_a_scale_can_be_named_or_written_out() -> None:
    text = (
        RACE.replace("[10, 6, 4, 3, 2, 1]", '"final"')
        + 'scales.final = { places = [8, 5], then = "unknown", cite = "art. 3" }\n'
    )
    award = rules(text).stages[0].award["drivers"]
    assert award.scale == Scale((8, 5), Unknown(), "art. 3")
    assert award.unknown
    assert (
        rules(RACE, {"stages.race.award.drivers": {"scale": [1], "dnf": "unknown"}}).stages[0].award["drivers"].unknown
    )
    assert not rules(RACE).stages[0].award["drivers"].unknown


def files(**texts: str) -> Any:
    return lambda name: Source(f"{name}.toml", texts[name])


BASE = 'title = "Base"\nseries = "club"\nseasons = "any"\n' + RACE + "scales.final = [8, 5]\n"


def ruleset(season: str = "2024", **texts: str) -> Ruleset:
    return read("mine", season, files(base=BASE, **texts))


def test_a_ruleset_is_a_diff_of_its_base() -> None:
    mine = ruleset(
        mine='extends = "base"\ntitle = "Mine"\nstages = [{ id = "race", rank = "time" }, { id = "sprint", after = "race", sessions = ["S"] }]\n'
    )
    assert (mine.title, mine.series) == ("Mine", "club")
    assert [stage.id for stage in mine.stages] == ["race", "sprint"]
    assert (mine.stages[0].rank, mine.stages[0].sessions) == ("time", ("R1",))


def test_a_new_stage_says_where_it_belongs_or_comes_last() -> None:
    mine = ruleset(
        mine='extends = "base"\nstages = [{ id = "late", sessions = ["L"] }, { id = "next", after = "race", sessions = ["N"] }]\n'
    )
    assert [stage.id for stage in mine.stages] == ["race", "next", "late"]


def test_what_a_base_has_can_be_removed() -> None:
    mine = ruleset(mine='extends = "base"\nremove = ["scales.final", "stages.race.award"]\n')
    assert dict(mine.stages[0].award) == {}
    assert dict(mine.scales) == {}


def test_values_are_dated_by_the_seasons_they_apply_to() -> None:
    text = BASE + '[[changes]]\nseasons = "2020-"\nbecause = "a new rule"\ncite = "art. 4"\ndead_heat = "full"\n'
    assert [read("mine", season, files(mine=text)).dead_heat for season in ("2019", "2020")] == ["share", "full"]


def test_the_files_a_ruleset_is_made_of_are_named_the_nearest_first() -> None:
    _, sources = assemble("mine", "2024", files(base=BASE, mine='extends = "base"\n'))
    assert [source.file for source in sources] == ["mine.toml", "base.toml"]


# --- patches ---------------------------------------------------------------------------------

PLAIN: dict[str, Any] = {
    "a": {"b": 1},
    "list": [1, 2, 3],
    "stages": [{"id": "x", "n": 1}, {"id": "y"}],
    "rows": [{"k": 1}],
}


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("a.b", 2, {"a": {"b": 2}}),
        ("a.c", 2, {"a": {"b": 1, "c": 2}}),
        ("new", 2, {"new": 2}),
        ("list.1", 9, {"list": [1, 9, 3]}),
        ("stages.x.n", 2, {"stages": [{"id": "x", "n": 2}, {"id": "y"}]}),
        ("stages.y", {"id": "z"}, {"stages": [{"id": "x", "n": 1}, {"id": "z"}]}),
        ("rows.0.k", 2, {"rows": [{"k": 2}]}),
    ],
)
def test_one_value_is_set_by_its_key(key: str, value: object, expected: dict[str, Any]) -> None:
    assert changed(PLAIN, key, value) == {**PLAIN, **expected}


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("a.b", {"a": {}}),
        ("list.0", {"list": [2, 3]}),
        ("stages.x", {"stages": [{"id": "y"}]}),
        ("stages.x.n", {"stages": [{"id": "x"}, {"id": "y"}]}),
    ],
)
def test_one_value_is_removed_by_its_key(key: str, expected: dict[str, Any]) -> None:
    assert removed(PLAIN, key) == {**PLAIN, **expected}
    assert edited(PLAIN, key, None) == {**PLAIN, **expected}


def test_tables_are_laid_over_key_by_key_and_plain_values_replaced() -> None:
    assert laid_over({"a": {"b": 1, "c": 2}}, {"a": {"c": [3]}, "d": 4}) == {"a": {"b": 1, "c": [3]}, "d": 4}


def test_nothing_that_is_patched_is_changed_itself() -> None:
    before = repr(PLAIN)
    changed(PLAIN, "stages.x.n", 5)
    laid_over(PLAIN, {"stages": [{"id": "y", "n": 2}], "remove": ["a.b"]})
    assert repr(PLAIN) == before


def test_what_leads_nowhere_is_refused() -> None:
    for key in ("stages.z", "stages.z.n", "list.7", "a.b.c", "q.r"):
        with pytest.raises(UserError, match="there is no"):
            edited(PLAIN, key, 1)


def test_differences_name_every_key_that_differs() -> None:
    after = {"a": {"b": 2}, "list": [1], "stages": [{"id": "y"}, {"id": "x", "n": 1, "m": 3}], "new": True}
    assert list(differences(PLAIN, after)) == [
        Difference("a.b", 1, 2),
        Difference("list", [1, 2, 3], [1]),
        Difference("stages.x.m", None, 3),
        Difference("rows", [{"k": 1}], None),
        Difference("new", None, True),
    ]
    assert list(differences(PLAIN, PLAIN)) == []


# --- where a key stands ----------------------------------------------------------------------

TEXT = """title = "x"
[scales]
heat = { places = [1], then = "place" }
"odd name" = [1]

[[stages]]
id = "heats"
score = { scale = "heat", dnf = 3 }

[[stages.advance]]
to = ["F"]

[[stages.advance]]
best = 3

[[stages]]
title = "no id"
[stages.award.drivers]
dnf = 1

[[standings]]
id = "drivers"
"""


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("title", 1), ("scales", 2), ("scales.heat", 3), ("scales.heat.then", 3), ("scales.odd name", 4), ("stages.heats", 7),
        ("stages.0.score.dnf", 8), ("stages.heats.score.dnf", 8), ("stages.heats.advance.0.to", 11),
        ("stages.heats.advance.1.best", 14), ("stages.heats.advance.1.plus", 13), ("stages.1.award.drivers.dnf", 19),
        ("stages.1.award.drivers", 18), ("standings.drivers.ties", 22), ("nothing", None), ("stages", 6), ("stages[0].score", 8),
    ],
)  # fmt: skip
def test_the_line_of_a_key(key: str, line: int | None) -> None:
    assert line_of(TEXT, key) == line
