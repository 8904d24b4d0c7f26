"""``rxscore new``: a folder to start from, with rules and spreadsheets that work at once."""

import re
import shlex
import tempfile
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from rxscore.cli import Group
from rxscore.events import slug
from rxscore.problems import Problem, UserError

_WITH_SEASON = re.compile(r"(?P<name>.+)[-_ ](?P<season>\d{4})")


@click.group("new", cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
def new() -> None:
    """Write a starting point for something of your own."""


@new.command("league")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--title", help="What the league is called (default: from the name of DIR).")
@click.option("--season", metavar="YEAR", help="The season (default: this year, or the one DIR ends in).")
def league(folder: Path, title: str | None, season: str | None) -> None:
    """Start a league: a commented ruleset, and spreadsheets with example results.

    Single races with points for qualifying, two races a weekend, the worst race dropped: change what is different
    with you. DIR must not be there yet, or be empty. What to type next is printed.
    """
    match = _WITH_SEASON.fullmatch(folder.resolve().name)
    name = match["name"] if match else folder.resolve().name
    series = slug(name)
    if not series:
        raise UserError(
            Problem("the folder's name gives the series its name: it needs a letter or a digit", str(folder))
        )
    year = season or (match["season"] if match else str(date.today().year))
    if not re.fullmatch(r"\d{4}", year):
        raise UserError(Problem(f"{year!r} is not a year (write 2026)", field="--season"))
    readable = re.sub(r"[-_\s]+", " ", name).strip()
    words = {"series": series, "season": year, "title": title or readable[:1].upper() + readable[1:]}
    write_starter(folder, starter("league", words))
    click.echo(f"{folder} is ready: rules in rulesets/{series}.toml, results in {series}-{year}/. To see it work:")
    click.echo("")
    for command in (f"cd {shlex.quote(str(folder))}", *commands(series, year)):
        click.echo(f"    {command}")
    click.echo("")
    click.echo("Then put your own results into the spreadsheets, import them again with --force, and change the rules.")


def starter(name: str, words: dict[str, str]) -> dict[str, str]:
    """The files of a starting point by their path, with ``{{series}}``, ``{{season}}`` and ``{{title}}`` filled in."""
    root = files("rxscore.cli").joinpath("starters", name)
    places = {
        "ruleset.toml": f"rulesets/{words['series']}.toml",
        "spreadsheets": f"{words['series']}-{words['season']}",
    }
    made = {}
    for path, text in _texts(root, ""):
        first, _, rest = path.partition("/")
        where = "/".join(part for part in (places.get(first, first), rest) if part)
        for word, value in words.items():
            text = text.replace(f"{{{{{word}}}}}", _fitting(value, path))
        made[where] = text
    return made


def commands(series: str, season: str) -> tuple[str, ...]:
    """What to type to see a starting point work, in its folder."""
    log = f"{series}/{season}"
    return (
        f"rxscore import csv {series}-{season} -o events/{log}.jsonl",
        f"rxscore standings {log}",
        f"rxscore explain {log} ada",
        f"rxscore verify {log}",
    )


def write_starter(folder: Path, texts: dict[str, str]) -> None:
    """Write files into a new folder, all of them or none.

    Raises UserError where the folder is there already and not empty, or cannot be written.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UserError(
                Problem("is there already, and nothing in it is replaced: name another folder", str(folder))
            )
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.resolve().parent, prefix=f".{folder.name}.") as temporary:
            whole = Path(temporary, "new")
            for path, text in texts.items():
                file = whole / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8", newline="\n")
            if not folder.exists():
                whole.rename(folder)
                return
            for item in whole.iterdir():
                item.rename(folder / item.name)
    except OSError as error:
        raise UserError(Problem(f"cannot be written: {error.strerror}", str(folder))) from None


def _texts(folder: Traversable, path: str) -> Iterator[tuple[str, str]]:
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        inner = f"{path}/{item.name}" if path else item.name
        if item.is_dir():
            yield from _texts(item, inner)
        else:
            yield inner, item.read_text(encoding="utf-8")


def _fitting(value: str, path: str) -> str:
    """A value as it may stand in a file of this sort: inside quotes of TOML, or as a part of a cell."""
    if path.endswith(".toml"):
        return value.replace("\\", "\\\\").replace('"', '\\"')
    return value.replace(",", " ").replace('"', "'") if path.endswith(".csv") else value
