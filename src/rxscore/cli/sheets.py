"""Sheets: a title, and tables with a heading above and notes below, printed in any of the formats."""

import html
from collections.abc import Iterator, Sequence

import click
from attrs import field, frozen

from rxscore.interchange.tables import Table, render
from rxscore.record import Record


@frozen(eq=False, repr=False)
class Part(Record):
    """A piece of a sheet: a heading, a table, lines of text below it; each may be missing."""

    heading: str = ""
    table: Table | None = None
    notes: Sequence[str] = field(factory=tuple)


@frozen(eq=False, repr=False)
class Sheet(Record):
    """What a command says to a person."""

    title: str
    subtitle: str = ""
    parts: Sequence[Part] = field(factory=tuple)


def show(sheet: Sheet, format_: str) -> None:
    """Print a sheet as text, Markdown or HTML."""
    writer = {"text": _text, "markdown": _markdown, "html": _html}[format_]
    click.echo("\n".join(writer(sheet)))


def show_json(document: object) -> None:
    """Print a plain object as JSON."""
    import orjson

    click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())


def _text(sheet: Sheet) -> Iterator[str]:
    yield sheet.title
    if sheet.subtitle:
        yield sheet.subtitle
    for part in sheet.parts:
        yield ""
        if part.heading:
            yield part.heading
        if part.table is not None:
            yield render(part.table, "text")
        if part.table is not None and part.notes:
            yield ""
        yield from part.notes


def _markdown(sheet: Sheet) -> Iterator[str]:
    yield f"# {_escaped(sheet.title)}"
    if sheet.subtitle:
        yield from ("", _escaped(sheet.subtitle))
    for part in sheet.parts:
        if part.heading:
            yield from ("", f"## {_escaped(part.heading)}")
        if part.table is not None:
            yield from ("", render(part.table, "markdown"))
        if part.notes:
            yield ""
            yield from (f"- {_escaped(' '.join(note.split()))}" for note in part.notes if note.strip())


def _html(sheet: Sheet) -> Iterator[str]:
    yield f"<h1>{html.escape(sheet.title)}</h1>"
    if sheet.subtitle:
        yield f"<p>{html.escape(sheet.subtitle)}</p>"
    for part in sheet.parts:
        if part.heading:
            yield f"<h2>{html.escape(part.heading)}</h2>"
        if part.table is not None:
            yield render(part.table, "html")
        if part.notes:
            yield "<ul>"
            yield from (f"<li>{html.escape(' '.join(note.split()))}</li>" for note in part.notes if note.strip())
            yield "</ul>"


def _escaped(text: str) -> str:
    return html.escape(text, quote=False).replace("\\", "\\\\").replace("*", "\\*").replace("|", "\\|")
