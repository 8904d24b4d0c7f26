"""Tables out: text for a terminal, JSON, CSV, Markdown, HTML."""

import csv
import html
import io
import re
from collections.abc import Sequence
from typing import Any, Literal

import orjson
from attrs import frozen

from rxscore.problems import UserError
from rxscore.record import Record

Align = Literal["left", "right", "center"]
Cell = str | int | None
"""What a cell shows. Numbers that are not whole come as text, exact, from ``events.points_text``."""

_NUMBER = re.compile(r"^[+-]?\d+(\.\d+)?( \d+/\d+|/\d+)?$")

FORMATS = ("text", "json", "csv", "markdown", "html")
"""The formats that ``render`` knows."""


@frozen(eq=False, repr=False)
class Table(Record):
    """Headers and rows. ``align`` has a word for each column; without it whatever is a number is right-aligned.

    ``keys`` name the columns in JSON; without them the headers do.
    """

    headers: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    align: Sequence[Align] = ()
    keys: Sequence[str] = ()

    def __attrs_post_init__(self) -> None:
        """Refuse rows, alignments or keys that do not fit the headers: a shifted cell is a wrong number."""
        for row in self.rows:
            _same_length(self.headers, row, "a row")
        if self.align:
            _same_length(self.headers, self.align, "the alignment")
        if self.keys:
            _same_length(self.headers, self.keys, "the list of keys")


def render(table: Table, format: str) -> str:
    """The table in one of ``FORMATS``, without a line end after the last line.

    Raises UserError for a format that is not known.
    """
    match format:
        case "text":
            return _text(table)
        case "json":
            return _json(table)
        case "csv":
            return _csv(table)
        case "markdown":
            return _markdown(table)
        case "html":
            return _html(table)
        case _:
            raise UserError(f"unknown format {format!r}; known: {', '.join(FORMATS)}")


def _same_length(headers: Sequence[str], parts: Sequence[object], what: str) -> None:
    if len(parts) != len(headers):
        raise ValueError(f"{what} has {len(parts)} parts under {len(headers)} headers: {parts!r}")


def _alignment(table: Table) -> Sequence[Align]:
    return table.align or tuple(
        "right" if _all_numbers([row[index] for row in table.rows]) else "left" for index in range(len(table.headers))
    )


def _all_numbers(cells: Sequence[Cell]) -> bool:
    filled = [str(cell) for cell in cells if cell not in (None, "")]
    return bool(filled) and all(_NUMBER.match(cell) for cell in filled)


def _shown(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def _line(cell: Cell) -> str:
    return " ".join(_shown(cell).split())


def _tabulated(headers: Sequence[str], rows: Sequence[Sequence[str]], format_: Any, align: Sequence[Align]) -> str:
    # Imported here: half the commands print no table, and each call of the command line pays for its imports.
    from tabulate import tabulate

    # Everything is text already: tabulate must not read "007" or "1e3" as a number, nor strip what is blank.
    return tabulate(
        rows,
        headers=headers,
        tablefmt=format_,
        colalign=list(align) if rows else None,
        headersalign=list(align) if rows else None,
        disable_numparse=True,
    )


def _text(table: Table) -> str:
    rows = [[_line(cell) for cell in row] for row in table.rows]
    text = _tabulated(table.headers, rows, "simple", _alignment(table))
    return "\n".join(line.rstrip() for line in text.split("\n"))


def _json(table: Table) -> str:
    keys = table.keys or table.headers
    rows = [dict(zip(keys, row, strict=True)) for row in table.rows]
    return orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode()


def _csv(table: Table) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.headers)
    writer.writerows([_shown(cell) for cell in row] for row in table.rows)
    return out.getvalue().removesuffix("\n")


def _markdown(table: Table) -> str:
    def cell(value: Cell) -> str:
        return html.escape(_line(value), quote=False).replace("\\", "\\\\").replace("|", "\\|")

    rows = [[cell(value) for value in row] for row in table.rows]
    return _tabulated([cell(header) for header in table.headers], rows, "pipe", _alignment(table))


def _html(table: Table) -> str:
    # tabulate's "html" escapes every cell, its "unsafehtml" would not.
    rows = [[_shown(cell) for cell in row] for row in table.rows]
    return _tabulated(table.headers, rows, "html", _alignment(table))
