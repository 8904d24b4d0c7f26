"""Arguments and options that several commands share, their completion and their checks."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from rxscore.problems import UserError

if TYPE_CHECKING:
    from pathlib import Path

    from click.shell_completion import CompletionItem

    from rxscore.api import Opened
    from rxscore.rulesets import Edit
    from rxscore.scoring import Scored

F = TypeVar("F", bound=Callable[..., Any])

FORMATS = ("text", "json", "csv", "markdown", "html")


# --- completion ------------------------------------------------------------------------------


def season_so_far(context: click.Context) -> str:
    """The season that was typed before what is being completed, or nothing."""
    said = context.params.get("season") or next(iter(context.args), "")
    return str(said)


def complete_season(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """The names of the logs there are."""
    from rxscore import catalog

    return [name for name in catalog.logs() if name.startswith(incomplete)]


def complete_rules(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """The names of the rulesets there are."""
    from rxscore import catalog

    return [name for name in catalog.rules() if name.startswith(incomplete)]


def complete_competitor(context: click.Context, _: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """The ids of those who take part in the season, with their names."""
    from click.shell_completion import CompletionItem

    from rxscore.api import open_season
    from rxscore.season.naming import Naming

    try:
        naming = Naming(open_season(season_so_far(context)).season)
    except UserError:
        return []
    known = [*naming.registered, *(number for one in naming.entries for number in naming.numbers(one))]
    return [CompletionItem(one, help=naming.name(one)) for one in known if one.startswith(incomplete)]


def complete_table(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """The standings that the season has."""
    from rxscore.api import open_season

    try:
        standings = open_season(season_so_far(context)).rules.season.standings
    except UserError:
        return []
    return [standing.id for standing in standings if standing.id.startswith(incomplete)]


# --- checks ----------------------------------------------------------------------------------


def _date(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    from rxscore.events import known_date

    try:
        return None if value is None else known_date(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _format(_: click.Context, __: click.Parameter, value: str) -> str:
    from rxscore.events import suggest

    allowed: Iterable[str] = __.metavar.split("|") if __.metavar else FORMATS
    if value not in allowed:
        raise click.BadParameter(f"unknown format {value!r}{suggest(value, allowed)}")
    return value


def _settings(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> "tuple[Edit, ...]":
    """``KEY=VALUE``: the value as TOML writes it; nothing after the ``=`` removes the key."""
    return tuple(map(_setting, values))


def _setting(said: str) -> "Edit":
    import tomllib

    key, equals, value = (part.strip() for part in said.partition("="))
    if not key or not equals:
        raise click.BadParameter(f"{said!r} is not KEY=VALUE")
    if not value:
        return key, None
    try:
        read = tomllib.loads(f"value = {value}")
    except tomllib.TOMLDecodeError:
        read = {}
    if list(read) != ["value"]:
        raise click.BadParameter(
            f'{value!r} is not a TOML value (write 25, [8, 5, 4], "text" in quotes, true or {{ drop = 1 }})'
        )
    return key, read["value"]


# --- arguments and options -------------------------------------------------------------------


def season_argument(command: F) -> F:
    """SEASON: a name such as worldrx/2016, or the path of a log."""
    return click.argument("season", metavar="SEASON", shell_complete=complete_season)(command)


def table_option(command: F) -> F:
    """``--table``: one of the season's standings."""
    return click.option(
        "--table",
        metavar="STANDING",
        shell_complete=complete_table,
        help="Which standing: drivers, teams, ... (default: the first one).",
    )(command)


def after_option(command: F) -> F:
    """``--after``: the round after which the table stands."""
    return click.option("--after", metavar="ROUND", type=int, help="The table after this round (default: the last).")(
        command
    )


def as_of_option(command: F) -> F:
    """``--as-of``: only what was known on a date."""
    return click.option("--as-of", metavar="DATE", callback=_date, help="Only what was known on this date.")(command)


def rules_options(command: F) -> F:
    """``--rules`` and ``--set``: other rules than the season's own."""
    command = click.option(
        "--set",
        "settings",
        metavar="KEY=VALUE",
        multiple=True,
        callback=_settings,
        help="Change one value of the rules, written as in TOML: scales.final='[25, 18, 15]'.",
    )(command)
    return click.option(
        "--rules", metavar="RULESET", shell_complete=complete_rules, help="Score by this ruleset instead."
    )(command)


def format_option(*formats: str) -> Callable[[F], F]:
    """``--format``: one of the formats given (all, if none is)."""
    allowed = formats or FORMATS
    return click.option(
        "--format",
        "format_",
        metavar="|".join(allowed),
        default="text",
        callback=_format,
        shell_complete=lambda _, __, incomplete: [name for name in allowed if name.startswith(incomplete)],
        help="How it is printed (default: text).",
    )


# --- what options mean -----------------------------------------------------------------------


def the_seasons(said: Sequence[str]) -> list[str]:
    """The logs meant by names, patterns and series; all, if none is given. Raises UserError if a pattern fits none."""
    from rxscore import catalog

    if not said:
        return _seasons(catalog.logs())
    names: dict[str, None] = {}
    for one in said:
        pattern = one if "*" in one or "?" in one else f"{one.rstrip('/')}/*"
        fitting = _seasons(catalog.logs(pattern))
        if not fitting and ("*" in one or "?" in one):
            from rxscore.events import suggest

            raise UserError(f"no log fits {one!r}{suggest(one, catalog.logs())}")
        names.update(dict.fromkeys(fitting or [one]))
    return list(names)


def _seasons(logs: "Mapping[str, Path]") -> list[str]:
    """Those of the logs that open a season: a file can hold rulings alone, to be added to one."""
    return [name for name, path in logs.items() if b'"season-opened"' in path.read_bytes()]


def the_standing(opened: "Opened", table: str | None) -> str:
    """The standing of that id or title, the first one if None. Raises UserError with those there are."""
    from rxscore.events import suggest

    standings = opened.rules.season.standings
    if table is None:
        return standings[0].id
    wanted = table.casefold()
    for standing in standings:
        if wanted in (standing.id.casefold(), standing.title.casefold()):
            return standing.id
    raise UserError(f"{opened.name} has no table {table!r}{suggest(table, [one.id for one in standings])}")


def the_round(opened: "Opened", after: int | None) -> int | None:
    """The number of a round as given, checked. Raises UserError if the season has no such round."""
    numbers = opened.season.numbers
    if after is not None and after not in numbers:
        span = f"its rounds are {numbers[0]} to {numbers[-1]}" if numbers else "no round is scheduled"
        raise UserError(f"{opened.name} has no round {after}; {span}")
    return after


def the_moment(opened: "Opened", after: int | None) -> int:
    """The round after which something is asked: as given (0: before the first), else the last one that is over.

    Raises UserError if the season has no such round.
    """
    from rxscore.title.inside import rounds_over

    if after == 0:
        return 0
    given = the_round(opened, after)
    return max(rounds_over(opened.season, opened.rules), default=0) if given is None else given


def as_it_stands(opened: "Opened") -> str:
    """What to ask for to see how it stands now, where a round is under way; else nothing."""
    from rxscore.title.inside import next_session

    now = next_session(opened.season, opened.rules)
    return "" if now is None else f"Round {now[0]} is under way: --before {now[1]} tells how it stands now."


def by_rules(opened: "Opened", rules: str | None, settings: "tuple[Edit, ...]") -> str:
    """``, by the rules ...``: said where a table is not scored by the season's own rules as they are."""
    if rules is None and not settings:
        return ""
    from rxscore.whatif import SetRule

    changed = "".join(f", {SetRule(key, value).told()}" for key, value in settings)
    return f", by the rules {opened.rules.season.name}{changed}"


def stands_after(opened: "Opened", scored: "Scored", after: int | None) -> str:
    """``after round 9 of 12 (Barcelona)``: where in the season a table stands."""
    numbers = [number for number in opened.season.numbers if not opened.season.rounds[number].cancelled]
    held = [score.number for score in scored.rounds if after is None or score.number <= after]
    number = after if after is not None else max(held, default=None)
    if number is None:
        return "before the first round"
    scheduled = opened.season.rounds[number].scheduled
    name = f" ({scheduled.name})" if scheduled is not None and scheduled.name else ""
    return f"after round {number} of {max(numbers, default=number)}{name}"


def not_over_yet(opened: "Opened") -> str:
    """Where a season stands of which rounds are to come, and what "champion" means then; nothing, if it is over."""
    rounds = opened.season.rounds
    last = max((number for number, one in rounds.items() if one.held), default=0)
    if all(number <= last or one.cancelled for number, one in rounds.items()):
        return ""
    return f"{stands_after(opened, opened.scored(), None)}, the champion is whoever leads"
