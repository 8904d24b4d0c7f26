"""docs/rulesets.md: every block of rules is read by the real reader, every key and word there is is told."""

import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs
import pytest

from rxscore import api
from rxscore.events import canonical, read
from rxscore.problems import UserError
from rxscore.rulesets import Ruleset, Source, model, reading

PAGE = (Path(__file__).parent.parent / "docs" / "rulesets.md").read_text(encoding="utf-8")
TOML = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
PYTHON = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
BASE = "rallycross-cup/2020-2024"

SHORTHAND = {model.Linear, model.Unknown, model.Outcome}
"""Classes that are written as a number or a phrase, not as a table or a step."""


def _source(text: str) -> Any:
    def find(name: str) -> Source:
        return Source(name, TOML[0] if name == BASE else text)

    return find


def _read(text: str, season: str = "2023") -> Ruleset:
    name = BASE
    if text is not TOML[0]:
        name, text = "example", text if text.startswith("extends") else f'extends = "{BASE}"\n{text}'
    return reading.read(name, season, _source(text))


@pytest.mark.parametrize("text", TOML, ids=range(len(TOML)))
def test_every_example_is_read(text: str) -> None:
    rules = _read(text)
    if text is not TOML[0]:
        assert rules != _read(TOML[0])


def test_a_mistake_in_an_example_would_be_seen() -> None:
    with pytest.raises(UserError, match="unknown field"):
        _read(TOML[0].replace("winner =", "champion ="))


def _classes() -> set[type]:
    classes = inspect.getmembers(model, inspect.isclass)
    return {cls for _, cls in classes if attrs.has(cls) and cls.__module__ == model.__name__}


def _parts(value: object) -> Iterator[tuple[str, str]]:
    """The keys of every table in a ruleset that say something else than if they were not there."""
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, tuple):
        for item in value:
            yield from _parts(item)
    elif attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            said = getattr(value, field.name)
            default = field.default.factory() if isinstance(field.default, attrs.Factory) else field.default
            if said != default:
                yield type(value).__name__, field.name
            yield from _parts(said)


def test_every_key_has_an_example() -> None:
    keys = {(cls.__name__, field.name) for cls in _classes() - SHORTHAND for field in attrs.fields(cls)}
    shown = {key for text in TOML for key in _parts(_read(text))}
    assert sorted(f"{cls}.{key}" for cls, key in keys - shown) == []


def _words(hint: Any) -> Iterator[str]:
    if get_origin(hint) is Literal:
        yield from (word for word in get_args(hint) if isinstance(word, str))
    elif get_origin(hint) in (tuple, Union, UnionType):
        for part in get_args(hint):
            yield from _words(part)


def test_every_word_a_key_may_have_is_told() -> None:
    told = " ".join(re.findall(r'"[^"\n]+"', PAGE)) + " ".join(re.findall(r"`[^`\n]+`", PAGE))
    words = {word for cls in _classes() for hint in get_type_hints(cls).values() for word in _words(hint)}
    words -= {"points", "less"}  # kinds of an outcome that are written as numbers, and as "last - 5"
    assert len(words) > 30
    assert sorted(word for word in words if not re.search(rf'["`(]{re.escape(word)}\b', told)) == []


# --- the extension in Python -----------------------------------------------------------------


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A distribution as pip leaves it behind, with the function that the page shows."""
    (tmp_path / "index_points.py").write_text(PYTHON[0], encoding="utf-8")
    metadata = tmp_path / "index_points-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: index-points\nVersion: 1.0\n")
    entry_points = re.search(r"^    \[project\.entry-points\.\"(.+)\"\]\n    ([\w-]+) = \"(.+)\"$", PAGE, re.MULTILINE)
    assert entry_points
    group, name, target = entry_points.groups()
    (metadata / "entry_points.txt").write_text(f"[{group}]\n{name} = {target}\n")
    monkeypatch.syspath_prepend(tmp_path)
    api._installed.cache_clear()
    yield tmp_path
    api._installed.cache_clear()
    sys.modules.pop("index_points", None)


EVENTS = [
    {"kind": "season-opened", "series": "hill", "season": "2023", "name": "Hill climb", "rules": "hill"},
    *({"kind": "competitor-registered", "competitor": name, "name": name} for name in "abcd"),
    *({"kind": "entry-filed", "entry": name, "drivers": [name]} for name in "abcd"),
    {"kind": "round-scheduled", "round": 1, "name": "Hill"},
    {
        "kind": "results",
        "round": 1,
        "session": "F",
        "rows": [
            {"entry": "a", "time": "1:00.0"},
            {"entry": "b", "time": "1:15.0"},
            {"entry": "c", "time": "1:30.0"},
            {"entry": "d", "status": "DNF"},
        ],
    },
]
RULES = """
title = "Hill climb"
series = "hill"
seasons = "any"
winner = "final"
stages = [{ id = "final", sessions = ["F"] }]
standings = [{ id = "drivers" }]
"""


def _season(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = next(text for text in TOML if "function" in text)
    (folder / "rulesets").mkdir()
    (folder / "rulesets" / "hill.toml").write_text(
        RULES + "[[changes]]\nseasons = 'any'\n" + text.replace("[[", "[[changes.")
    )
    (folder / "events").mkdir()
    lines = [
        canonical(read({"id": f"e{number}", "known": "2023-05-01", **plain})) for number, plain in enumerate(EVENTS)
    ]
    (folder / "events" / "hill.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    monkeypatch.chdir(folder)


def test_the_function_deals_exact_points(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _season(installed, monkeypatch)
    table = api.open_season("hill").scored().table("drivers")
    assert [(row.competitor, row.points) for row in table.rows] == [
        ("a", 100),
        ("b", 80),
        ("c", Fraction(200, 3)),
        ("d", 0),
    ]


def test_a_function_that_is_not_installed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    api._installed.cache_clear()
    _season(tmp_path, monkeypatch)
    with pytest.raises(UserError, match="no extension 'index-points' is installed"):
        api.open_season("hill")
