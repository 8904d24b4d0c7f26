"""The documentation names every command, every option and every key."""

import re
import shlex
from pathlib import Path

import click
import orjson
import pytest

from golden import run
from rxscore.cli import cli

DOCS = Path(__file__).parents[2] / "docs"
COMMANDS = (DOCS / "commands.md").read_text("utf-8")
JSON = (DOCS / "json.md").read_text("utf-8")


def commands(group: click.Group, path: tuple[str, ...] = ()):
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


ALL = dict(commands(cli))


def section(name: str, text: str) -> str:
    found = re.search(rf"^## {re.escape(name)}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    assert found is not None, f"there is no section {name!r}"
    return found[1]


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_and_option_is_documented(path):
    text = section(path[0], COMMANDS)
    if len(path) > 1:
        assert f"rxscore {' '.join(path)}" in text
    assert re.search("^```(console|sh)$", text, re.M)
    for option in ALL[path].params:
        if isinstance(option, click.Option):
            assert any(f"`{flag}" in text for flag in option.opts), option.opts


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_says_what_it_is_for(path):
    assert ALL[path].help
    assert all(option.help for option in ALL[path].params if isinstance(option, click.Option))


def keys(document: object):
    if isinstance(document, dict):
        for key, value in document.items():
            yield key
            yield from keys(value)
    elif isinstance(document, list):
        for one in document:
            yield from keys(one)


@pytest.mark.parametrize(
    "arguments",
    [
        ("standings", "worldrx/2016"),
        ("round", "worldrx/2016", "5"),
        ("explain", "worldrx/2016", "hansen t"),
        ("verify", "worldrx/2016"),
        ("archive", "worldrx/2016"),
        ("what-if", "worldrx/2016", "--drop-round", "5"),
        ("title", "worldrx/2016", "--after", "11"),
        ("needs", "worldrx/2016", "loeb", "--after", "10"),
        ("needs", "worldrx/2016", "loeb", "--round", "5", "--after", "Q3"),
        ("crown", "worldrx/2016"),
        ("odds", "worldrx/2016", "--after", "10", "--simulations", "1000"),
        ("odds", "tcr-europe/2019", "--simulations", "1000"),
        ("standings", "worldrx/2016", "--by-round"),
        ("odds", "tcr-europe/2019", "worldrx/2019", "--backtest", "--simulations", "1000"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_every_key_is_documented(arguments):
    names = {"drivers", "teams"}  # of standings, which are keys in "open"
    names |= {"intermediate", "semifinals", "final"}  # of stages, which are keys of scales
    for key in set(keys(orjson.loads(run(*arguments, "--format", "json")[0]))) - names:
        assert f"`{key}`" in JSON, key


CALL = re.compile(r"^(?:    |\$ )rxscore (?P<arguments>.*?)(?: \| .*|  +\S.*)?$", re.M)
"""A command of a page: shown as code, maybe with what it does behind it, or what its output goes through."""

CALLS = [
    (page.name, match["arguments"])
    for page in [*sorted(DOCS.glob("*.md")), DOCS.parent / "README.md"]
    for match in CALL.finditer(page.read_text("utf-8"))
]


@pytest.mark.parametrize(("page", "arguments"), CALLS, ids=[" ".join(call) for call in CALLS])
def test_every_call_that_is_shown_can_be_made(page, arguments):
    said = shlex.split(arguments, comments=True)
    path = max((path for path in ALL if path == tuple(said[: len(path)])), key=len, default=None)
    if path is None:
        assert said[0] in ("COMMAND", "--version", "--help"), f"{page}: {arguments}"
        return
    command, context = ALL[path], click.Context(ALL[path])
    _, left, _ = command.make_parser(context).parse_args(said[len(path) :])
    assert left == [], f"{page}: {arguments}"
