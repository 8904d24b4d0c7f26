"""``rxscore standings``: who is where."""

from collections import Counter
from typing import TYPE_CHECKING

import click

from rxscore.cli import options
from rxscore.cli.marks import INFERRED, INFERRED_MEANS, OPEN, OPEN_MEANS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rxscore.cli.sheets import Sheet
    from rxscore.interchange.tables import Cell
    from rxscore.rulesets import Edit
    from rxscore.scoring import Row, Table
    from rxscore.season.naming import Naming


@click.command()
@options.season_argument
@options.table_option
@options.after_option
@click.option("--by-round", is_flag=True, help="The points after every round, side by side.")
@click.option("--chart", metavar="FILE", help="Draw the points after every round: an .svg, .png or .html file.")
@options.as_of_option
@options.rules_options
@options.format_option()
def standings(
    season: str,
    table: str | None,
    after: int | None,
    by_round: bool,
    chart: str | None,
    as_of: str | None,
    rules: str | None,
    settings: "tuple[Edit, ...]",
    format_: str,
) -> None:
    """Print a standing: computed from what happened on track and what the stewards ruled."""
    from rxscore.api import open_season
    from rxscore.cli import sheets
    from rxscore.season.naming import Naming

    if chart is not None:
        from rxscore import charts

        charts.ready(chart)
    opened = open_season(season, rules=rules, edits=settings)
    standing = opened.rules.season.standing(options.the_standing(opened, table))
    scored = opened.scored(as_of)
    found = scored.table(standing.id, options.the_round(opened, after))
    naming = Naming(opened.season)
    title = standing.title or standing.id
    assert opened.season.opened is not None, "a checked season is opened"
    when = options.stands_after(opened, scored, after)
    known = f", as known on {as_of}" if as_of is not None else ""
    by = options.by_rules(opened, rules, settings)
    head, below = f"{opened.season.opened.name}: {title}", when + known + by
    running = [one for one in scored.tables(standing.id) if after is None or (one.after_round or 0) <= after]
    if format_ == "json":
        from rxscore.interchange.documents import standings as document

        tables = [
            document(opened.name, one, opened.rules.season.name, naming, as_of)
            for one in (running if by_round else [found])
        ]
        sheets.show_json(tables if by_round else tables[0])
    elif format_ == "csv":
        click.echo(_csv(running if by_round else [found], naming, by_round=by_round))
    elif by_round:
        sheets.show(by_round_sheet(head, f"the points after every round, {below}", running, naming), format_)
    else:
        sheets.show(sheet(head, below, found, naming), format_)
    if chart is not None:
        _draw(head, below, running, naming, chart)


def sheet(title: str, subtitle: str, table: "Table", naming: "Naming") -> "Sheet":
    """A standing as a person reads it: what needs no telling is left out, what is doubtful is marked."""
    from rxscore.cli.sheets import Part, Sheet
    from rxscore.interchange.tables import Table as Printed

    if not table.rows:
        return Sheet(title, subtitle, [Part(notes=["Nobody is listed: no round had been held."])])
    ties = dict(_ties(table.rows))
    columns = {name: cells for name, cells in _columns(table, naming, ties).items() if any(cells)}
    # The column of marks has no header.
    headers = ["" if name == "marks" else name for name in columns]
    align = ["right" if name in ("Pos", "Points", "Gross", "Dropped") else "left" for name in columns]
    rows = list(zip(*columns.values(), strict=True))
    return Sheet(title, subtitle, [Part("", Printed(headers, rows, align), list(_legend(table.rows, ties)))])  # type: ignore[arg-type]


def _columns(table: "Table", naming: "Naming", ties: dict[str, tuple[str, str]]) -> "dict[str, list[Cell]]":
    from rxscore.events import points_text

    rows = table.rows
    places = _places(rows)
    dropping = any(row.dropped for row in rows)
    return {
        "Pos": [places[row.competitor] for row in rows],
        "Name": [naming.name(row.competitor) for row in rows],
        "Nation": [naming.country(row.competitor) for row in rows],
        "Team": [_few(naming.teams(row.competitor)) for row in rows],
        "Points": [f"{OPEN if row.open else ''}{points_text(row.points)}" for row in rows],
        "Gross": [points_text(row.gross) if dropping else "" for row in rows],
        "Dropped": [
            points_text(sum(one.points for one in row.dropped)) if row.dropped else "" for row in rows
        ],
        "marks": [
            " ".join(mark for mark in (INFERRED * row.inferred, *ties.get(row.competitor, ("",))[:1]) if mark)
            for row in rows
        ],
    }  # fmt: skip


def _few(names: "Sequence[str]") -> str:
    return " / ".join(names[:3]) + (" / …" if len(names) > 3 else "")


def _ties(rows: "Sequence[Row]") -> "Iterator[tuple[str, tuple[str, str]]]":
    """By competitor, the letter of a footnote and its text: how equals were parted."""
    from rxscore.scoring import ordinal

    groups: dict[object, list[Row]] = {}
    for row in rows:
        if row.tie not in ("", "excluded", "level") and row.points:
            groups.setdefault(row.points, []).append(row)
    for index, group in enumerate(groups.values()):
        letter = _letters(index)
        places = [ordinal(row.position) for row in group]
        if len(group) == 2:
            text = f"{places[0]} before {places[1]} on {group[0].tie}"
        else:
            text = "; ".join(f"{place} on {row.tie}" for place, row in zip(places, group, strict=True))
        for row in group:
            yield row.competitor, (letter, text)


def _letters(index: int) -> str:
    return (_letters(index // 26 - 1) if index >= 26 else "") + "abcdefghijklmnopqrstuvwxyz"[index % 26]


def _legend(rows: "Sequence[Row]", ties: dict[str, tuple[str, str]]) -> "Iterator[str]":
    if any(row.open for row in rows):
        yield OPEN_MEANS
    if any(row.inferred for row in rows):
        yield INFERRED_MEANS
    for letter, text in dict.fromkeys(ties.values()):
        yield f"{letter}  {text}"
    for row in rows:
        if row.position is None:
            yield f"{row.competitor} is excluded"


def _csv(tables: "Sequence[Table]", naming: "Naming", *, by_round: bool = False) -> str:
    from rxscore.events import points_json
    from rxscore.interchange.tables import Table as Printed
    from rxscore.interchange.tables import render

    headers = ["position", "competitor", "name", "points", "gross", "dropped", "open", "inferred", "tie"]
    rows: list[list[Cell]] = [
        [
            *([table.after_round] if by_round else []),
            row.position, row.competitor, naming.name(row.competitor), str(points_json(row.points)),
            str(points_json(row.gross)), str(points_json(sum(one.points for one in row.dropped))),
            "yes" if row.open else "no", "yes" if row.inferred else "no", row.tie,
        ]
        for table in tables for row in table.rows
    ]  # fmt: skip
    return render(Printed([*(["after_round"] if by_round else []), *headers], rows), "csv")


# --- round by round --------------------------------------------------------------------------


def _all_rows(running: "Sequence[Table]") -> "dict[str, Row]":
    """Everybody who was ever listed, with his latest line: in the order of the last table, then who is not in it."""
    latest = {row.competitor: row for table in running for row in table.rows}
    there = [row.competitor for row in running[-1].rows] if running else []
    return {who: latest[who] for who in dict.fromkeys([*there, *latest])}


def by_round_sheet(title: str, subtitle: str, running: "Sequence[Table]", naming: "Naming") -> "Sheet":
    """The points after every round, side by side."""
    from rxscore.cli.sheets import Part, Sheet
    from rxscore.interchange.tables import Table as Printed

    if not running:
        return Sheet(title, subtitle, [Part(notes=["Nobody is listed: no round had been held."])])
    everybody = _all_rows(running)
    places = _places(running[-1].rows)
    rows: list[list[Cell]] = [
        [
            places.get(who, ""),
            naming.name(who),
            *(_points(table.row(who)) for table in running),
            INFERRED if row.inferred else "",
        ]
        for who, row in everybody.items()
    ]
    headers = ["Pos", "Name", *(str(table.after_round) for table in running), ""]
    align = ["right", "left", *["right"] * len(running), "left"]
    if not any(row[-1] for row in rows):
        headers, align, rows = headers[:-1], align[:-1], [row[:-1] for row in rows]
    notes = [OPEN_MEANS] if any(row.open for table in running for row in table.rows) else []
    notes += [INFERRED_MEANS] if any(row.inferred for row in everybody.values()) else []
    return Sheet(title, subtitle, [Part("", Printed(headers, rows, align), notes)])  # type: ignore[arg-type]


def _places(rows: "Sequence[Row]") -> dict[str, str]:
    """The position of each, with a sign where it is shared; nothing for one who is excluded."""
    shared = Counter(row.position for row in rows)
    return {
        row.competitor: f"{'=' if shared[row.position] > 1 else ''}{row.position}" if row.position is not None else ""
        for row in rows
    }


def _points(row: "Row | None") -> str:
    from rxscore.events import points_text

    return "" if row is None else f"{OPEN if row.open else ''}{points_text(row.points)}"


def _draw(title: str, subtitle: str, running: "Sequence[Table]", naming: "Naming", file: str) -> None:
    from rxscore import charts

    lines = [
        charts.Series(
            naming.name(who),
            [None if (here := table.row(who)) is None else float(here.points) for table in running],
            _points(row) + (" (excluded)" if row.position is None else ""),
        )
        for who, row in _all_rows(running).items()
    ]
    numbers = [table.after_round or 0 for table in running]
    charts.draw(charts.lines(title, subtitle, numbers, lines, "points"), file)
