"""One CSV file as rows that know where they came from, whatever program saved it."""

import csv
import difflib
import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from attrs import define, field, frozen

from rxscore.events import Points
from rxscore.interchange import csv_words
from rxscore.problems import Problem, UserError

T = TypeVar("T")

_RACE = re.compile(r"(?:r|race|lauf|heat|course|gara)?\.?\s*\d+", re.IGNORECASE)
_DELIMITERS = (",", ";", "\t")
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@frozen
class Row:
    """One line of a file: its cells by the columns' own names."""

    file: str
    line: int
    cells: Mapping[str, str]
    written: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """The text of a cell, without blanks around it; nothing where there is no such column."""
        return self.cells.get(column, "")


@frozen
class Sheet:
    """A file that was read. ``columns`` are the headers under their one name, see ``csv_words.HEADERS``."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    written: Mapping[str, str]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)


@define
class Complaints:
    """Everything that is wrong with a folder, gathered so that it can be said at once."""

    problems: list[Problem] = field(factory=list)

    def about(self, row: Row, column: str, message: str) -> None:
        """Something is wrong with one cell, or (no column) with a row."""
        self.problems.append(Problem(message, row.file, row.line, row.written.get(column, column)))

    def about_file(self, file: str, message: str, line: int | None = None, column: str = "") -> None:
        """Something is wrong with a file as a whole."""
        self.problems.append(Problem(message, file, line, column))

    def read(self, row: Row, column: str, reader: Callable[[str], T | None]) -> T | None:
        """What ``reader`` makes of a cell; None, with a complaint, where it cannot."""
        try:
            return reader(row[column])
        except ValueError as error:
            self.about(row, column, str(error))
            return None

    def points(self, row: Row, column: str) -> Points | None:
        """The points in a cell; None where it is empty or, with a complaint, no number."""
        if not row[column]:
            return None
        try:
            return csv_words.number_of_points(row[column])
        except ValueError as error:
            self.about(row, column, str(error))
            return None

    def stop(self) -> None:
        """Raise UserError if there is anything to complain about: in the order of files and lines."""
        if self.problems:
            once = dict.fromkeys(self.problems)
            raise UserError(sorted(once, key=lambda problem: (problem.file, problem.line or 0)))


def read_sheet(
    path: Path,
    complaints: Complaints,
    encoding: str | None = None,
    own: Collection[str] = (),
    *,
    matrix: bool = False,
) -> Sheet | None:
    """The rows of a CSV file; None, with a complaint, where it cannot be read at all.

    ``own``: headers that are no synonyms in this file. ``matrix``: a header can stand above the races of a round.
    """
    text = _text(path, complaints, encoding)
    if text is None:
        return None
    stream = io.StringIO(text, newline="")
    delimiter = _delimiter(stream)
    reader = csv.reader(stream, delimiter=delimiter, strict=False)
    skipped = text[: stream.tell()].count("\n")
    try:
        records = list(_records(reader, skipped))
    except csv.Error as error:
        complaints.about_file(path.name, f"not a CSV file: {error}", skipped + reader.line_num)
        return None
    if records and _unclosed(text, delimiter):
        complaints.about_file(path.name, "a quotation mark is opened here, and never closed", records[-1][0])
        return None
    if not records:
        complaints.about_file(path.name, "the file is empty: its first line names the columns")
        return None
    return _sheet(path.name, _one_header(records) if matrix else records, own, complaints)


def require(sheet: Sheet, columns: Collection[str], complaints: Complaints) -> bool:
    """Whether the sheet has the columns; what is missing is complained about, with what is nearest."""
    missing = [column for column in columns if column not in sheet.columns]
    for column in missing:
        spellings = (column, *csv_words.HEADERS.get(column, ()))
        near = [
            written
            for name, written in sheet.written.items()
            if difflib.get_close_matches(name, spellings, n=1, cutoff=0.6)
        ]
        hint = f"; is it {' or '.join(map(repr, near))}?" if near else ""
        others = ", ".join(spellings[1:4])
        also = f" (or {others})" if others else ""
        complaints.about_file(sheet.file, f"there is no column {column!r}{also}{hint}", 1)
    return not missing


def _text(path: Path, complaints: Complaints, encoding: str | None) -> str | None:
    try:
        content = path.read_bytes()
    except OSError as error:
        complaints.about_file(path.name, f"cannot be read: {error.strerror}")
        return None
    chosen = next((name for mark, name in _BYTE_ORDER_MARKS if content.startswith(mark)), encoding or "utf-8")
    try:
        return content.decode(chosen)
    except LookupError:
        complaints.about_file(path.name, f"there is no encoding {chosen!r} (try utf-8, cp1252 or latin-1)")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = content[error.start]
        hint = "save it as UTF-8" if encoding else "save it as UTF-8, or say --encoding cp1252"
        complaints.about_file(path.name, f"byte 0x{byte:02x} is not {chosen}: {hint}", line)
    return None


def _delimiter(stream: io.StringIO) -> str:
    """The delimiter that the first line uses most, or the one Excel states in a line ``sep=;``."""
    first = stream.readline()
    if first.casefold().startswith("sep=") and len(first.rstrip("\r\n")) == 5:
        return first[4]
    stream.seek(0)
    unquoted = "".join(first.split('"')[::2])
    return max(_DELIMITERS, key=unquoted.count)


def _unclosed(text: str, delimiter: str) -> bool:
    """Whether a quoted cell goes on to the end of the file: what follows the mark would be lost in it."""
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        return str(error) == "unexpected end of data"
    return False


def _records(reader: Iterator[list[str]], skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Each record that is not blank, with the line on which it starts (a quoted cell may span lines)."""
    line = skipped + 1
    for record in reader:
        cells = [cell.replace("\xa0", " ").strip() for cell in record]
        if any(cells):
            yield line, cells
        line = skipped + reader.line_num + 1  # type: ignore[attr-defined]


def _one_header(records: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """The records of a matrix with a header for every race, where one stands above all races of a round.

    ``HUN, HUN`` or ``HUN, (blank)`` are the first and the second race; a line ``R1, R2, R1, R2`` below says the same.
    """
    (line, headers), *rows = records
    if rows and all(not cell or _RACE.fullmatch(cell) for cell in rows[0][1]):
        rows = rows[1:]
    used = {index for _, cells in rows for index, cell in enumerate(cells) if cell}
    races: dict[str, int] = {}
    names = []
    above = ""
    for index, text in enumerate(headers):
        known = csv_words.headers([text])[0] in csv_words.HEADERS
        above = text or (above if index in used else "")
        if not above or known:
            names.append(text)
            above = ""
            continue
        races[above] = races.get(above, 0) + 1
        names.append(above if races[above] == 1 else f"{above}_r{races[above]}")
    return [(line, names), *rows]


def _sheet(file: str, records: list[tuple[int, list[str]]], own: Collection[str], complaints: Complaints) -> Sheet:
    header_line, headers = records[0]
    columns = csv_words.headers(headers, own)
    written: dict[str, str] = {}
    for column, text in zip(columns, headers, strict=True):
        if column in written:
            complaints.about_file(
                file, f"two columns are both {column!r}: {written[column]!r} and {text!r}", header_line
            )
        elif column:
            written[column] = text
    rows = []
    for line, cells in records[1:]:
        if any(cells[len(columns) :]):
            complaints.about_file(
                file,
                f"{len(cells)} cells under {len(columns)} headers: a cell with a delimiter in it needs quotes",
                line,
            )
            continue
        named = {column: cell for column, cell in zip(columns, cells, strict=False) if column}
        rows.append(Row(file, line, _tidy(named), written))
    if "driver" not in written and "last_name" in written:
        written["driver"] = written["last_name"]
    return Sheet(file, tuple(written), tuple(rows), written)


def _tidy(cells: dict[str, str]) -> dict[str, str]:
    """The cells with the car's number as it is on the car, and the driver's whole name, if that is in two columns."""
    if "number" in cells:
        cells["number"] = csv_words.undecimal(cells["number"])
    parts = (cells.get("first_name", ""), cells.get("last_name") or cells.get("driver", ""))
    return cells | {"driver": " ".join(filter(None, parts))} if any(parts) else cells
