"""``rxscore sweep``: many seasons under many rules."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rxscore.cli import options
from rxscore.cli.marks import counted
from rxscore.problems import Problem, UserError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rxscore.cli.sheets import Part, Sheet
    from rxscore.interchange.tables import Cell as Shown
    from rxscore.sweeping import Cell, Sweep

DRIVERS = 15
"""So many drivers' counts are printed; csv has every cell."""


@click.command("sweep")
@click.argument("seasons", metavar="SEASON...", nargs=-1, required=True, shell_complete=options.complete_season)
@click.option(
    "--rules", metavar="RULESET,...", required=True, multiple=True,
    help="Names or patterns, separated by commas; RULESET@2010: as it stood in that season.",
)  # fmt: skip
@click.option("--table", metavar="STANDING", help="Which standing (default: the first one of each).")
@click.option("--processes", metavar="N", type=click.IntRange(1), help="So many at once (default: as many as cores).")
@click.option("--cluster", metavar="ADDRESS", help="Work on this Dask cluster; its workers must see the same files.")
@click.option("--resume", metavar="FILE", help="Keep there what is done, and do only what is not.")
@click.option("-o", "--output", metavar="FILE", help="Write every cell: a .csv or .parquet file.")
@options.format_option("text", "json", "csv", "markdown", "html")
def sweep(
    seasons: tuple[str, ...],
    rules: tuple[str, ...],
    table: str | None,
    processes: int | None,
    cluster: str | None,
    resume: str | None,
    output: str | None,
    format_: str,
) -> None:
    """Who would have been champion: SEASONs by rulesets, each a name or a pattern ('f1/*').

    A row for each season, a column for each ruleset; + is another champion than really, ? is undecided for want of
    facts.
    """
    from rxscore import sweeping as room
    from rxscore.cli import sheets

    if output is not None:
        _check(output)
    named = [name for several in rules for name in several.split(",") if name]
    with _Progress() as progress:
        found = room.sweep(
            seasons, named, standing=table, processes=processes, cluster=cluster, resume=resume, progress=progress
        )
    if all(one.error for one in found.cells):
        raise UserError(Problem(error) for error in dict.fromkeys(one.error for one in found.cells))
    if output is not None:
        _write(found, output)
    if format_ == "json":
        sheets.show_json([dict(row) for row in found.rows()])
    elif format_ == "csv":
        click.echo(_csv(found))
    else:
        sheets.show(_sheet(found), format_)


class _Progress:
    """A bar with the time that is left, where somebody watches."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._done = 0

    def __enter__(self) -> "_Progress":
        return self

    def __call__(self, done: int, of: int) -> None:
        if not sys.stderr.isatty():
            return
        if self._bar is None:
            self._bar = click.progressbar(length=of, label="Seasons", file=sys.stderr, show_eta=True, show_pos=True)
            self._bar.__enter__()
        self._bar.update(done - self._done)
        self._done = done

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.__exit__(None, None, None)


# --- what is printed -------------------------------------------------------------------------


def _sheet(found: "Sweep") -> "Sheet":
    from rxscore.cli.sheets import Sheet

    tried = [one for one in found.cells if one.rules and not one.error]
    changed = sum(one.changed for one in tried)
    title = f"{changed} of {counted(len(tried), 'title')} change{'s' if changed == 1 else ''} hands"
    return Sheet(title, _many(found), [*_parts(found)])


def _many(found: "Sweep") -> str:
    from rxscore.cli.marks import counted

    return f"{counted(len(found.seasons), 'season')}, {counted(len(found.rules), 'ruleset')}"


def _parts(found: "Sweep") -> "Iterator[Part]":
    from rxscore.cli.sheets import Part
    from rxscore.interchange.tables import Table

    headers = ["Season", "As it was", *(str(number) for number in range(1, len(found.rules) + 1))]
    cells = {(one.season, one.rules): one for one in found.cells}
    rows = [[season, *(_who(cells[season, rules]) for rules in ("", *found.rules))] for season in found.seasons]
    notes = ["+  another champion than really"] if any(one.changed for one in found.cells) else []
    if any(one.in_doubt for one in found.cells):
        notes.append("?  undecided: facts are missing for somebody who could have more")
    yield Part("", Table(headers, rows, ["left"] * len(headers)), notes)
    numbered: list[list[Shown]] = [[number, name] for number, name in enumerate(found.rules, start=1)]
    yield Part("Rules", Table(("", "Ruleset"), numbered))
    titles, counts = found.titles(), found.counts()
    order = sorted({*titles, *counts}, key=lambda name: (-counts[name], name))
    counted: list[list[Shown]] = [[name, titles[name], counts[name]] for name in order[:DRIVERS]]
    more = [f"and {len(order) - DRIVERS} more"] if len(order) > DRIVERS else []
    yield Part("Titles", Table(("Champion", "As it was", "Under these rules"), counted), more)
    errors = list(dict.fromkeys(f"{one.season}: {one.error}" for one in found.cells if one.error))
    if errors:
        yield Part("Not scored", None, errors)


def _who(cell: "Cell") -> str:
    if cell.error:
        return "-"
    # The family name will do in a matrix; the whole one stands below.
    names = "/".join(name.split()[-1] for name in cell.names) or "nobody"
    return f"{names}{'+' * cell.changed}{'?' if cell.in_doubt else ''}"


def _csv(found: "Sweep") -> str:
    from rxscore.interchange.tables import Table, render

    rows = [
        ["yes" if value is True else "" if value is False else value for value in row.values()] for row in found.rows()
    ]
    return render(Table(_keys(found), rows), "csv")


def _keys(found: "Sweep") -> "Sequence[str]":
    return list(next(found.rows(), {}))


def _check(output: str) -> None:
    kind = Path(output).suffix.casefold()
    if kind not in (".csv", ".parquet"):
        raise UserError(Problem("a .csv or .parquet file is written, by the end of its name", output))
    if kind == ".parquet":
        try:
            import pyarrow  # noqa: F401 - said before the work, not after it
        except ImportError:
            raise UserError("this needs pyarrow: python -m pip install 'rxscore[parquet]'") from None


def _write(found: "Sweep", output: str) -> None:
    try:
        if Path(output).suffix.casefold() == ".csv":
            Path(output).write_text(_csv(found) + "\n", encoding="utf-8", newline="\n")
        else:
            import pyarrow
            import pyarrow.parquet

            pyarrow.parquet.write_table(pyarrow.Table.from_pylist([dict(row) for row in found.rows()]), output)
    except OSError as error:
        raise UserError(Problem(error.strerror or str(error), output)) from None
