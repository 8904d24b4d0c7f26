"""``rxscore needs``: what a competitor needs."""

from typing import TYPE_CHECKING

import click

from rxscore.cli import options
from rxscore.problems import UserError

if TYPE_CHECKING:
    from rxscore.api import Opened


@click.command()
@options.season_argument
@click.argument("competitor", metavar="[COMPETITOR]", required=False, shell_complete=options.complete_competitor)
@click.option("--round", "round_", metavar="ROUND", help="Inside this round: who goes on (its number or its name).")
@click.option("--after", metavar="ROUND|SESSION",
              help="As things stood after this round, or with --round after this session of it.")  # fmt: skip
@click.option("--before", metavar="SESSION",
              help="As things stood before this session of the round after that one, or of --round.")  # fmt: skip
@click.option("--position", metavar="N", type=click.IntRange(min=1), default=1,
              help="For the title: this position, or a better one (default: 1).")  # fmt: skip
@click.option("--seconds", metavar="S", type=click.FloatRange(min=0, min_open=True), default=5.0,
              help="How long the solver may take for one question (default: 5).")  # fmt: skip
@options.table_option
@options.rules_options
@options.format_option("text", "json", "markdown", "html")
def needs(
    season: str,
    competitor: str | None,
    round_: str | None,
    after: str | None,
    before: str | None,
    position: int,
    seconds: float,
    table: str | None,
    rules: str | None,
    settings: "tuple[tuple[str, object], ...]",
    format_: str,
) -> None:
    """What a competitor needs: to be champion, or inside an event to go on.

    With --round (or without COMPETITOR in the round that is under way): who is through to the next part of the event,
    who is out, and the place each needs in the next session. Else for the title: what COMPETITOR needs, or everybody
    who can still win it.
    """
    from rxscore.api import open_season
    from rxscore.cli import titleneeds

    opened = open_season(season, rules=rules, edits=settings)
    if round_ is None and after is not None and not after.isdecimal() and competitor is not None:
        raise UserError(f"{after!r} is no round; inside an event: --round ROUND --after {after}")
    if round_ is not None or (after is not None and not after.isdecimal()):
        _inside(opened, competitor, round_, after, before, format_)
        return
    asked = titleneeds.question(opened, table, after, before, position, seconds)
    if competitor is None and asked.before and asked.left > 1:
        _inside(opened, None, None, after, before, format_)
    elif competitor is None:
        titleneeds.show_everybody(asked, format_)
    else:
        titleneeds.show_one(asked, competitor, format_)


# --- inside an event -------------------------------------------------------------------------


def _inside(
    opened: "Opened", competitor: str | None, round_: str | None, after: str | None, before: str | None, format_: str
) -> None:
    from rxscore.cli import cut
    from rxscore.cli.sheets import show, show_json
    from rxscore.season.naming import Naming

    number, session = _the_round(opened, round_, after, before)
    if session is not None and before is not None:
        raise UserError("--after a session or --before one: only one of the two")
    found = cut.the_cut(opened, number, session, before)
    naming = Naming(opened.season)
    entry = None if competitor is None else naming.find(competitor, [one for one, _, _ in found.standing])
    if format_ == "json":
        show_json(cut.document(found, entry, naming))
    else:
        show(cut.sheet(opened, found, entry, naming), format_)


def _the_round(opened: "Opened", round_: str | None, after: str | None, before: str | None) -> "tuple[int, str | None]":
    """Which round is asked about, and the session after which, if one is named."""
    from rxscore.cli.round import find_round
    from rxscore.title.inside import under_way

    if round_ is not None:
        return find_round(opened, round_), after
    if after is not None and after.isdecimal():
        # After a round, and before a session of the one that follows.
        last = options.the_round(opened, int(after)) or 0
        return next(number for number in opened.season.numbers if number > last), None
    number = under_way(opened.season, opened.rules)
    if number is None:
        raise UserError("no round is under way: name a COMPETITOR, or a --round to see who goes on in it")
    return number, after
