"""The files of an f1db release, in a zip or in a folder, as typed rows that know their lines.

Columns are found by their names, so that a later release with more of them, or in another order, is read
just the same; one that is missing is said to be missing, with the file it is missing from.
"""

import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple, TypeVar, get_type_hints

from attrs import frozen

from rxscore.events import suggest
from rxscore.problems import Problem, UserError

R = TypeVar("R", bound=tuple[Any, ...])

PREFIX, SUFFIX = "f1db-", ".csv"

Number = int | None
"""A whole number, where the cell is not empty."""


class Race(NamedTuple):
    """A line of ``races``."""

    line: int
    year: int
    round: int
    date: str
    grand_prix_id: str
    official_name: str
    circuit_id: str
    laps: Number
    scheduled_laps: Number
    sprint_race_laps: Number = None
    sprint_race_scheduled_laps: Number = None


class ResultLine(NamedTuple):
    """A line of ``races-race-results`` or ``races-sprint-race-results``."""

    line: int
    year: int
    round: int
    position_number: Number
    position_text: str
    driver_number: str
    driver_id: str
    constructor_id: str
    engine_manufacturer_id: str
    shared_car: bool
    points: str
    fastest_lap: bool


class StartLine(NamedTuple):
    """A line of ``races-qualifying-results``."""

    line: int
    year: int
    round: int
    position_number: Number
    position_text: str
    driver_number: str
    driver_id: str
    constructor_id: str
    engine_manufacturer_id: str


class DriverLine(NamedTuple):
    """A line of a drivers' standing. ``round`` is 0 in the table at the end of the season."""

    line: int
    year: int
    position_number: Number
    driver_id: str
    points: str
    round: int = 0


class ConstructorLine(NamedTuple):
    """A line of a constructors' standing, which f1db ranks together with the make of engine."""

    line: int
    year: int
    position_number: Number
    constructor_id: str
    engine_manufacturer_id: str
    points: str
    round: int = 0


class Named(NamedTuple):
    """A line of a file of names."""

    line: int
    id: str
    name: str


class GrandPrix(NamedTuple):
    """A line of ``grands-prix``."""

    line: int
    id: str
    full_name: str


@frozen(slots=False)
class Release:
    """A release at ``path``: a zip file, or the folder it was unpacked to."""

    path: Path

    def has(self, table: str) -> bool:
        """Whether the release has the file of a table (``races-race-results``)."""
        return f"{PREFIX}{table}{SUFFIX}" in self._files

    def rows(self, table: str, kind: type[R], years: Collection[int] = ()) -> Iterator[R]:
        """The lines of a table, only those of ``years`` if there are any.

        Raises UserError for a file that is missing or cut short, a missing column, and a cell that is no number.
        """
        file = f"{PREFIX}{table}{SUFFIX}"
        reader = csv.reader(io.StringIO(self._text(file), newline=""))
        hints = get_type_hints(kind)
        make: Any = kind  # a NamedTuple, which a type variable cannot say
        wanted = [name for name in make._fields if name != "line"]
        header = next(reader, [])
        columns = [_camel(name) for name in wanted]
        missing = [
            column
            for name, column in zip(wanted, columns, strict=True)
            if column not in header and name not in make._field_defaults
        ]
        if missing:
            raise UserError(Problem(f"there is no such column{suggest(column, header)}", file, 1, column)
                            for column in missing)  # fmt: skip
        there = [(name, column) for name, column in zip(wanted, columns, strict=True) if column in header]
        picked = [(header.index(column), _READERS[hints[name]]) for name, column in there]
        chosen = {str(year) for year in years}
        year_at = header.index("year") if chosen else 0
        for cells in reader:
            if len(cells) != len(header):
                message = f"the line has {len(cells)} cells, and the first line names {len(header)} columns"
                raise UserError(Problem(message, file, reader.line_num))
            if chosen and cells[year_at] not in chosen:
                continue
            try:
                yield make(reader.line_num, *[cells[at] if read is None else read(cells[at]) for at, read in picked])
            except ValueError:
                raise UserError(_unreadable(file, reader.line_num, cells, picked, there)) from None

    def problem(self, table: str, line: int, column: str, message: str) -> Problem:
        """Something wrong with a cell of a table."""
        return Problem(message, f"{PREFIX}{table}{SUFFIX}", line, _camel(column))

    @cached_property
    def _files(self) -> Mapping[str, Callable[[], bytes]]:
        """How to read each file of the release, by its name."""
        if self.path.is_dir():
            return {file.name: file.read_bytes for file in sorted(self.path.rglob(f"{PREFIX}*{SUFFIX}"))}
        try:
            archive = zipfile.ZipFile(self.path)
        except FileNotFoundError:
            raise UserError(Problem("there is no such file or folder", str(self.path))) from None
        except zipfile.BadZipFile:
            message = "is not a whole zip file: the download may have been cut short"
            raise UserError(Problem(message, str(self.path))) from None
        except OSError as error:
            raise UserError(Problem(f"cannot be read: {error.strerror}", str(self.path))) from None
        names = [name for name in archive.namelist() if PurePosixPath(name).name.startswith(PREFIX)]
        return {PurePosixPath(name).name: lambda name=name: archive.read(name) for name in names}  # type: ignore[misc]

    def _text(self, file: str) -> str:
        if file not in self._files:
            message = f"the release has no {file}: is it the CSV one?"
            raise UserError(Problem(message, str(self.path)))
        try:
            return self._files[file]().decode("utf-8-sig")
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise UserError(Problem(f"{file} cannot be unpacked: {error}", str(self.path))) from None
        except UnicodeDecodeError as error:
            raise UserError(Problem(f"this is not UTF-8 (byte {error.start})", file)) from None
        except OSError as error:
            raise UserError(Problem(f"cannot be read: {error.strerror}", file)) from None


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _number(cell: str) -> int | None:
    return int(cell) if cell else None


def _yes(cell: str) -> bool:
    if cell not in ("true", "false", ""):
        raise ValueError(cell)
    return cell == "true"


_READERS: Mapping[Any, Callable[[str], Any] | None] = {str: None, int: int, Number: _number, bool: _yes}


def _unreadable(
    file: str,
    line: int,
    cells: list[str],
    picked: list[tuple[int, Callable[[str], Any] | None]],
    there: list[tuple[str, str]],
) -> Problem:
    """The cell of a line that cannot be read."""
    for (at, read), (_, column) in zip(picked, there, strict=True):
        try:
            if read is not None:
                read(cells[at])
        except ValueError:
            expected = "true or false" if read is _yes else "a whole number"
            return Problem(f"{cells[at]!r} where {expected} is expected", file, line, column)
    raise AssertionError("a line could not be read, but each of its cells can")
