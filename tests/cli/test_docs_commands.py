"""The documentation names every command, every option and every key."""

import re
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
        ("crown", "worldrx/2016"),
        ("odds", "worldrx/2016", "--after", "10", "--simulations", "1000"),
        ("odds", "tcr-europe/2019", "worldrx/2019", "--backtest", "--simulations", "1000"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_every_key_is_documented(arguments):
    names = {"drivers", "teams"}  # of standings, which are keys in "open"
    names |= {"intermediate", "semifinals", "final"}  # of stages, which are keys of scales
    for key in set(keys(orjson.loads(run(*arguments, "--format", "json")[0]))) - names:
        assert f"`{key}`" in JSON, key
