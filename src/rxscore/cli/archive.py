"""``rxscore archive``: everything that is kept, season by season, and how much of what was published it settles."""

from typing import TYPE_CHECKING

import click

from rxscore.cli import options
from rxscore.problems import Problem, UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rxscore.interchange.tables import Align, Cell
    from rxscore.verify.archive import Holding

HEADERS = (
    "Log", "Season", "Rounds", "Events", "Reproduced", "Consistent", "Undecided", "Contradicted", "Not known",
)  # fmt: skip
ALIGN: "Sequence[Align]" = ("left", "left", "right", "right", "right", "right", "right", "right", "right")


@click.command()
@click.argument("pattern", default="*", metavar="[PATTERN]", shell_complete=options.complete_season)
@options.format_option(*options.FORMATS)
def archive(pattern: str, format_: str) -> None:
    """Show the whole archive: its seasons, and what they settle of the tables that were published.

    PATTERN picks some of the logs ('worldrx/*'), or is a series (worldrx). A season has so many of its scheduled
    rounds, so many events in its log, so many published lines by verdict (see verify), and so many things that are
    said to be not known.
    """
    from attrs import asdict

    from rxscore.cli.sheets import show_json
    from rxscore.interchange.tables import Table, render
    from rxscore.verify.archive import altogether

    holdings, wrong = _holdings(pattern)
    if holdings and format_ == "json":
        show_json({"seasons": [asdict(one) for one in holdings], "total": asdict(altogether(holdings))})
    elif holdings:
        lines = [_line(one) for one in (*holdings, altogether(holdings))]
        click.echo(render(Table(HEADERS, lines, ALIGN), format_))
    if wrong:
        raise UserError(wrong)
    if not holdings:
        from rxscore import catalog
        from rxscore.events import suggest

        raise UserError(f"no log fits {pattern!r}{suggest(pattern, catalog.logs())}")


def _holdings(pattern: str) -> "tuple[list[Holding], list[Problem]]":
    from rxscore import catalog
    from rxscore.api import open_season
    from rxscore.verify import verify
    from rxscore.verify.archive import holding

    found: list[Holding] = []
    wrong: list[Problem] = []
    for name, path in (catalog.logs(pattern) or catalog.logs(f"{pattern.rstrip('/')}/*")).items():
        if b'"season-opened"' not in path.read_bytes():  # rulings alone, to be added to a season
            continue
        try:
            opened = open_season(name)
        except UserError as error:
            wrong += error.problems
            continue
        found.append(holding(name, opened.season, verify(opened.scored(), opened.scored)))
    return found, wrong


def _line(one: "Holding") -> "Sequence[Cell]":
    known = f" ({one.known} known)" if one.known else ""
    rounds = f"{one.held}/{one.scheduled}"
    contradicted: Cell = f"{one.contradicted}{known}" if known else one.contradicted
    return (
        one.name, one.title, rounds, one.events, one.reproduced, one.consistent, one.undecided, contradicted, one.gaps,
    )  # fmt: skip
