"""``rxscore what-if``: the table as it would have been."""

from typing import TYPE_CHECKING

import click

from rxscore.cli import options
from rxscore.cli.marks import OPEN, OPEN_MEANS
from rxscore.problems import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rxscore.api import Opened
    from rxscore.cli.sheets import Sheet
    from rxscore.events import Event
    from rxscore.interchange.tables import Cell
    from rxscore.rulesets import Edit as RuleEdit
    from rxscore.scoring import Row
    from rxscore.season.naming import Naming
    from rxscore.whatif import Comparison, Edit, Move


def _complete_event(context: click.Context, _: click.Parameter, incomplete: str) -> "list[str]":
    from rxscore.api import open_season

    try:
        events: Sequence[Event] = open_season(options.season_so_far(context)).season.history
    except UserError:
        return []
    return [event.id for event in events if event.id.startswith(incomplete)]


@click.command("what-if")
@options.season_argument
@options.rules_options
@click.option(
    "--without",
    metavar="EVENT_ID",
    multiple=True,
    shell_complete=_complete_event,
    help="As if this event (a ruling, a result) had never been said.",
)
@click.option("--drop-round", metavar="N", type=int, multiple=True, help="As if this round had been cancelled.")
@options.table_option
@options.after_option
@options.format_option()
def what_if(
    season: str,
    rules: str | None,
    settings: "tuple[RuleEdit, ...]",
    without: tuple[str, ...],
    drop_round: tuple[int, ...],
    table: str | None,
    after: int | None,
    format_: str,
) -> None:
    """Replay a season with other rules, or without a ruling, a result or a round, beside the real table.

    The champion comes first. Rulings stand, unless one is taken out. What is different can be given several
    times, and together.
    """
    from rxscore.api import changed, open_season
    from rxscore.cli import sheets
    from rxscore.scoring import score
    from rxscore.season.naming import Naming
    from rxscore.whatif import DropRound, OtherRules, SetRule, Without, compare

    edits: list[Edit] = [OtherRules(rules)] if rules is not None else []
    edits += [SetRule(key, value) for key, value in settings]
    edits += [Without(event) for event in without]
    edits += [DropRound(number) for number in drop_round]
    if not edits:
        raise UserError("say what is different: --set KEY=VALUE, --rules RULESET, --without EVENT_ID or --drop-round N")
    real = open_season(season)
    other = changed(real, edits)
    standing = options.the_standing(other, table)
    last = options.the_round(real, after)
    scored = real.scored()
    before = scored.table(options.the_standing(real, standing), last)
    now = score(other.season, other.rules, scored).table(standing, last)
    comparison = compare(before, now)
    naming = Naming(real.season)
    if format_ == "json":
        from rxscore.interchange.documents import comparison as document

        said = [edit.told() for edit in edits]
        sheets.show_json(document(real.name, comparison, said, other.rules.season.name, naming))
    elif format_ == "csv":
        click.echo(_csv(comparison, naming))
    else:
        sheets.show(_sheet(real, other, comparison, edits, naming, last), format_)


def _sheet(
    real: "Opened",
    other: "Opened",
    comparison: "Comparison",
    edits: "Sequence[Edit]",
    naming: "Naming",
    after: int | None,
) -> "Sheet":
    from rxscore.cli.sheets import Part, Sheet
    from rxscore.interchange.tables import Table
    from rxscore.whatif import told

    opening = real.season.opened
    assert opening is not None, "a checked season is opened"
    standing = other.rules.season.standing(comparison.standing)
    scored = real.scored()
    held = [score.number for score in scored.rounds]
    over = all(real.season.rounds[number].cancelled or number in held for number in real.season.numbers)
    finished = over and (after is None or after == max(held, default=after))
    title = _first(comparison, naming, "Champion" if finished else "Leader")
    subtitle = f"What if: {told(edits)}"
    heading = f"{opening.name}: {standing.title or standing.id}, {options.stands_after(real, scored, after)}"
    rows = [_row(move, naming) for move in comparison.moves]
    printed = Table(
        ("Pos", "", "Name", "Points", "Really", "Points", "+/-"),
        rows,
        ("right", "left", "left", "right", "right", "right", "right"),
    )
    return Sheet(title, subtitle, [Part(heading, printed, list(_notes(comparison, naming)))])


def _first(comparison: "Comparison", naming: "Naming", what: str) -> str:
    first, really = comparison.first, comparison.really_first
    who = " and ".join(map(naming.name, first)) or "nobody"
    title = f"{what}{'s' * (len(first) > 1)}: {who}"
    if set(first) == set(really):
        return f"{title}, as in reality"
    return f"{title}, instead of {' and '.join(map(naming.name, really)) or 'nobody'}"


def _row(move: "Move", naming: "Naming") -> "list[Cell]":
    from rxscore.events import plain, points_text

    row, real = move.row, move.real
    difference = None if row is None or real is None else plain(row.points - real.points)
    sign = "" if difference is None or not difference else "+" if difference > 0 else ""
    return [
        "" if row is None or row.position is None else row.position,
        _moved(move),
        naming.name(move.competitor),
        _points(row),
        "" if real is None or real.position is None else real.position,
        _points(real),
        "" if not difference else f"{sign}{points_text(difference)}",
    ]


def _moved(move: "Move") -> str:
    if move.gained is None:
        return "new" if move.row is not None else "out"
    return "=" if not move.gained else f"▲{move.gained}" if move.gained > 0 else f"▼{-move.gained}"


def _points(row: "Row | None") -> str:
    from rxscore.events import points_text

    return "" if row is None else f"{OPEN if row.open else ''}{points_text(row.points)}"


def _notes(comparison: "Comparison", naming: "Naming") -> "Iterator[str]":
    if any(row is not None and row.open for move in comparison.moves for row in (move.row, move.real)):
        yield OPEN_MEANS
    newly = [naming.name(move.competitor) for move in comparison.moves if move.newly_open]
    if newly:
        yield f"Undecided by these changes, for want of facts: {', '.join(newly)}"
    ties = [move.row for move in comparison.moves if move.row is not None and move.row.tie not in ("", "level")]
    yield from (f"{row.position} ({naming.name(row.competitor)}) on {row.tie}" for row in ties if row.points)


def _csv(comparison: "Comparison", naming: "Naming") -> str:
    from rxscore.events import points_json
    from rxscore.interchange.tables import Table, render

    keys = ("position", "competitor", "name", "points", "open", "real_position", "real_points", "real_open")

    def told(row: "Row | None") -> list[str]:
        if row is None:
            return ["", "", ""]
        return [str(row.position or ""), str(points_json(row.points)), "yes" if row.open else "no"]

    rows = []
    for move in comparison.moves:
        position, points, opened = told(move.row)
        rows.append([position, move.competitor, naming.name(move.competitor), points, opened, *told(move.real)])
    return render(Table(keys, rows), "csv")
