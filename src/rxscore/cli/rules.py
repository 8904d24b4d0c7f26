"""``rxscore rules``: list, read, check and compare rulesets."""

import re
from typing import TYPE_CHECKING, Any

import click

from rxscore.cli import Group, options
from rxscore.problems import Problem, UserError

if TYPE_CHECKING:
    pass

_YEAR = re.compile(r"\d{4}")
_SEASON = re.compile(r"[0-9]{4}(?:-[0-9]{2})?")


@click.group(cls=Group)
def rules() -> None:
    """The rules: what counts, as data, each clause with its source.

    RULESET is a name such as worldrx/2014-2021, or the path of a file.
    """


def season_option(command: options.F) -> options.F:
    """``--season``: the season in which a ruleset is meant, where its values are dated."""
    return click.option(
        "--season",
        metavar="YEAR",
        callback=_season,
        help="As it stands in this season (default: the first one it covers).",
    )(command)


def _season(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is not None and not _SEASON.fullmatch(value):
        raise click.BadParameter(f"{value!r} is not a season (write 2016 or 2022-23)")
    return value


# --- list ------------------------------------------------------------------------------------


@rules.command("list")
@click.argument("pattern", default="*")
@options.format_option("text", "json", "csv", "markdown", "html")
def list_(pattern: str, format_: str) -> None:
    """List the rulesets there are, or those whose name fits PATTERN ('f1/*')."""
    from rxscore import catalog
    from rxscore.events import suggest
    from rxscore.interchange.tables import Table, render

    found = catalog.rules(pattern) or catalog.rules(f"{pattern.rstrip('/')}/*")
    if not found:
        raise UserError(f"no ruleset fits {pattern!r}{suggest(pattern, catalog.rules())}")
    rows = []
    for name in found:
        try:
            plain, _ = _assembled(name, None)
            rows.append((name, str(plain.get("seasons", "")), str(plain.get("title", ""))))
        except UserError as error:
            rows.append((name, "", f"cannot be read: {error.problems[0]}"))
    table = Table(("Ruleset", "Seasons", "Title"), rows, ("left",) * 3, ("ruleset", "seasons", "title"))
    click.echo(render(table, format_))


def _assembled(name: str, season: str | None) -> tuple[dict[str, Any], str]:
    """The plain tables of a ruleset in a season, and that season: the first one it covers, if None."""
    from rxscore.api import source
    from rxscore.rulesets import assemble

    if season is None:
        season = _first_season(assemble(name, "", source)[0])
    return assemble(name, season, source)[0], season


def _first_season(plain: dict[str, Any]) -> str:
    found = _YEAR.search(str(plain.get("seasons", "")))
    return found[0] if found else ""


# --- check -----------------------------------------------------------------------------------


@rules.command()
@click.argument("files", metavar="RULESET...", nargs=-1, required=True, shell_complete=options.complete_rules)
def check(files: tuple[str, ...]) -> None:
    """Read rulesets strictly, in every season in which they change, and say everything that is wrong."""
    from rxscore import catalog

    wrong: dict[Problem, None] = {}
    for said in files:
        for name in catalog.rules(said) if "*" in said else [said]:
            try:
                seasons = _seasons(name)
                found = dict.fromkeys(problem for season in seasons for problem in _problems(name, season))
            except UserError as error:
                found = dict.fromkeys(error.problems)
            if not found:
                when = f" (as of {', '.join(seasons)})" if len(seasons) > 1 else ""
                click.echo(f"{name}: no mistakes{when}")
            wrong.update(found)
    if wrong:
        raise UserError(wrong)


def _problems(name: str, season: str) -> "tuple[Problem, ...]":
    from rxscore.api import ruleset

    try:
        ruleset(name, season)
    except UserError as error:
        return error.problems
    return ()


def _seasons(name: str) -> list[str]:
    """The seasons at which a ruleset can change: where it or one of its bases begins, or has dated changes."""
    import tomllib

    from rxscore.api import source
    from rxscore.rulesets import assemble, covers

    _, sources = assemble(name, "", source)
    parsed = [tomllib.loads(one.text) for one in sources]
    spans = [str(table.get("seasons", "")) for plain in parsed for table in (plain, *plain.get("changes", ()))]
    own = next((str(plain["seasons"]) for plain in parsed if "seasons" in plain), "any")
    years = {int(year) + after for span in spans for year in _YEAR.findall(span) for after in (0, 1)}
    try:
        return [str(year) for year in sorted(years) if covers(own, str(year))] or [""]
    except ValueError:
        return [""]  # reading it will say what is wrong


# --- diff ------------------------------------------------------------------------------------


@rules.command()
@click.argument("before", metavar="RULESET", shell_complete=options.complete_rules)
@click.argument("after", metavar="OTHER", shell_complete=options.complete_rules)
@season_option
@options.format_option("text", "json")
def diff(before: str, after: str, season: str | None, format_: str) -> None:
    """Compare two rulesets: every key whose value differs."""
    from rxscore.rulesets import differences
    from rxscore.rulesets.words import toml_text

    first, _ = _assembled(before, season)
    second, _ = _assembled(after, season)
    found = list(differences(first, second))
    if format_ == "json":
        from rxscore.cli import sheets

        sheets.show_json([{"key": one.key, "before": one.before, "after": one.after} for one in found])
        return
    if not found:
        click.echo(f"{before} and {after} say the same")
    for one in found:
        click.echo(one.key)
        if one.before is not None:
            click.echo(f"  - {toml_text(one.before)}")
        if one.after is not None:
            click.echo(f"  + {toml_text(one.after)}")


# --- show ------------------------------------------------------------------------------------


@rules.command()
@click.argument("name", metavar="RULESET", shell_complete=options.complete_rules)
@season_option
@options.format_option("text", "json")
def show(name: str, season: str | None, format_: str) -> None:
    """Read a ruleset in words: its clauses with their sources, and what the sources do not settle."""
    from rxscore.api import ruleset

    plain, when = _assembled(name, season)
    _covered(name, str(plain.get("seasons", "any")), when)
    if format_ == "json":
        from rxscore.cli import sheets

        sheets.show_json(plain)
        return
    from rxscore.cli.clauses import told

    click.echo("\n".join(told(ruleset(name, when), when)))


def _covered(name: str, span: str, season: str) -> None:
    from rxscore.rulesets import covers

    try:
        covered = not season or covers(span, season)
    except ValueError:  # reading it will say what is wrong
        return
    if not covered:
        raise UserError(f"{name} is for the seasons {span}, not for {season}")
