"""What happened: the result files of a folder as lines, and the lines as results and classifications."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from attrs import evolve, frozen

from rxscore.events import (
    Basis,
    ClassificationDeclared,
    FeatBy,
    FeatRecorded,
    Ranked,
    Result,
    SessionResults,
    suggest,
)
from rxscore.interchange import csv_words
from rxscore.interchange.csv_entries import EntryList
from rxscore.interchange.csv_sheets import Complaints, Row, Sheet, require
from rxscore.interchange.csv_words import Finish

DERIVED = "derived in the source table"
"""Why a row with ``derived`` = 1 is taken as inferred, where no column ``because`` says better."""

FEATS = {"fastest_lap": "fastest-lap", "pole": "pole"}
"""Columns of a result file that mark a feat, and the feat."""

MARKS = {"P": "pole", "F": "fastest-lap"}
"""Letters behind a place that mark a feat in a matrix, and the feat."""

_HEAT = re.compile(r"^(?:q|h|heat|qualifier|manche|lauf|run)_?(\d+)(_time)?$")
_MATRIX = re.compile(r"^(?:r|round_?)?(\d{1,4})(?:_?([a-z])|[_r]+(\d{1,4}))?$")
_CODED_RACE = re.compile(r"^[a-z]{2,4}_r\d+$")
_CODED = re.compile(r"^([a-z]{2,4})(?:_?r?(\d+))?$")

UNKNOWN = "?"
"""What stands for a session that nobody knows: the line is then kept in words only."""

Rounds = Callable[[Row], int | None]


@frozen
class ListFile:
    """How a file with one row a result is read: its columns, and the names of its sessions."""

    session: str
    by: tuple[str, ...] = ()
    whole_field: bool = False


LISTS: Mapping[str, ListFile] = {
    "qualifying": ListFile("Qualifying", whole_field=True),
    "superpole": ListFile("SP", whole_field=True),
    "heat_races": ListFile("Q{}", ("session", "heat", "race"), whole_field=True),
    "races": ListFile("R{}", ("session", "race"), whole_field=True),
    "progression": ListFile("P{}", ("session", "race", "semi")),
    "semifinals": ListFile("SF{}", ("session", "semi", "race")),
    "lcq": ListFile("LCQ", ("session", "race")),
    "c_final": ListFile("CF"),
    "b_final": ListFile("BF"),
    "final": ListFile("F", ("session", "race")),
}
"""Files with one row a result: the name of their sessions, and which column numbers them."""

TABLES = ("heats", "results")
"""Files with one row a driver: ranks in each heat of a round, or places in each race of the season."""


@frozen
class Where:
    """A session, or one race of it."""

    round: int
    session: str
    race: int | None = None


@frozen
class Cell:
    """One result as a cell of a file says it."""

    row: Row
    column: str
    where: Where
    entry: str
    finish: Finish
    drivers: tuple[str, ...] = ()
    time: Decimal | None = None
    basis: Basis | None = None
    because: str = ""
    note: str = ""


@frozen
class Read:
    """Cells of one file and what is needed to judge whether they are all there were."""

    cells: tuple[Cell, ...]
    blank: frozenset[Where] = frozenset()
    kind: str = "list"


def heats(sheet: Sheet, round_of: Rounds, entries: EntryList, complaints: Complaints) -> Read:
    """``heats.csv``: the ranks (or times) q1, q2, ... of each driver; ``place`` is read by ``intermediate``."""
    columns = [(column, match) for column in sheet.columns if (match := _HEAT.match(column))]
    if not columns and {"heat", "session"} & set(sheet.columns):
        return listed(sheet, LISTS["heat_races"], round_of, entries, complaints)
    if not columns and "place" not in sheet.columns:
        complaints.about_file(sheet.file, "there is no column for a heat (Q1, Q2, ... or Heat 1, Heat 2, ...)", 1)
    cells: dict[tuple[int, Where], Cell] = {}
    blank = set()
    for row, round_, entry, drivers in _starters(sheet, round_of, entries, complaints):
        for column, match in columns:
            where = Where(round_, f"Q{match[1]}")
            if not row[column]:
                blank.add(where)
                continue
            before = cells.get((row.line, where))
            finish, time = _in_heat(row, column, bool(match[2]), before, complaints)
            if finish is not None:
                basis, because = provenance(row, column, complaints)
                cells[row.line, where] = Cell(row, column, where, entry, finish, drivers, time, basis, because)
    return Read(tuple(cells.values()), frozenset(blank), "table")


def _in_heat(
    row: Row, column: str, timed: bool, before: Cell | None, complaints: Complaints
) -> tuple[Finish | None, Decimal | None]:
    """What one cell of a heat adds to what another one of the same heat said: a place or a time."""
    status, _ = csv_words.explained(row[column])
    if not timed or status is not None:
        finish = complaints.read(row, column, csv_words.finish)
        return finish, before.time if before else None
    return before.finish if before else Finish(), complaints.read(row, column, csv_words.heat_time)


def matrix(
    sheet: Sheet,
    rounds: Sequence[int],
    codes: Mapping[str, int],
    entries: EntryList,
    complaints: Complaints,
) -> Read:
    """``results.csv``: a row a driver and a column a race, as encyclopedias print a season.

    ``R3`` or ``3`` is round 3, ``3a`` and ``3b`` (or ``R3.1``, ``R3.2``) its first and second race,
    ``HUN_r2`` the second race of the round with the code HUN in rounds.csv.
    """
    columns = {column: where for column in sheet.columns if (where := race_column(column, codes))}
    for column, written in sheet.written.items():
        where = columns.get(column)
        if where is not None and where.round not in rounds:
            known = ", ".join(map(str, rounds))
            message = f"there is no round {where.round} in rounds.csv; known: {known}"
            complaints.about_file(sheet.file, message, 1, written)
            del columns[column]
        elif where is None and _CODED_RACE.match(column):
            hint = suggest(column.partition("_")[0], codes)
            message = f"no round in rounds.csv has this code{hint}"
            complaints.about_file(sheet.file, message, 1, written)
    if not columns and not complaints.problems:
        complaints.about_file(sheet.file, "there is no column for a race (R1, R2, ... or 1a, 1b, ... or CODE_r1)", 1)
    cells = []
    for row in sheet:
        for column, where in columns.items():
            finish = complaints.read(row, column, csv_words.finish)
            if finish is None:
                continue
            found = entries.find(row, where.round)
            if found is None:
                break
            basis, because = provenance(row, column, complaints)
            cells.append(Cell(row, column, where, found[0].id, finish, found[1], None, basis, because))
    return Read(tuple(cells), kind="table")


def matrix_feats(sheet: Sheet, codes: Mapping[str, int], entries: EntryList) -> Iterator[tuple[str, Where, Row, str]]:
    """The feats that letters in a matrix mark: pole (``P``) and fastest lap (``F``)."""
    columns = {column: where for column in sheet.columns if (where := race_column(column, codes))}
    for row in sheet:
        for column, where in columns.items():
            for mark in csv_words.marks(row[column]):
                found = entries.find(row, where.round)
                if found is not None:
                    yield MARKS[mark], where, row, found[0].id


def race_column(column: str, codes: Mapping[str, int]) -> Where | None:
    """The race that a column of the matrix stands for, or None."""
    match = _MATRIX.match(column)
    if match and int(match[1]) > 0:
        race = csv_words.race_number(match[2] or match[3] or "1")
        return Where(int(match[1]), f"R{race}")
    match = _CODED.match(column)
    if match and match[1] in codes:
        return Where(codes[match[1]], f"R{match[2] or 1}")
    return None


def listed(sheet: Sheet, layout: ListFile, round_of: Rounds, entries: EntryList, complaints: Complaints) -> Read:
    """A file with one row a result."""
    if not require(sheet, ["place"], complaints):
        return Read(())
    cells = []
    leaders: dict[Where, Decimal | None] = {}
    for row, round_, entry, drivers in _starters(sheet, round_of, entries, complaints):
        where = _where(row, round_, layout, sheet, complaints)
        if where is None:
            continue
        finish = _finish_of(row, complaints)
        time, note, finish = _time(row, finish, leaders.get(where), complaints)
        note = note or _reason(row, finish)
        leaders.setdefault(where, time)
        basis, because = provenance(row, "place", complaints)
        cells.append(Cell(row, "place", where, entry, finish, drivers, time, basis, because, note))
    return Read(tuple(cells), kind="field" if layout.whole_field else "list")


def in_words(sheet: Sheet, layout: ListFile, round_of: Rounds) -> Iterator[tuple[int, Row, str]]:
    """The results of a file that belong to no known session: round, row, and what the row says."""
    for row in sheet:
        filled = [column for column in layout.by if row[column]]
        if filled and row[filled[0]] == UNKNOWN:
            round_ = round_of(row)
            if round_ is not None:
                told = row["place"] or "no place told"
                file = sheet.file.rpartition(".")[0].replace("_", " ")
                yield round_, row, f"in which session of the {file} {_who(row)} was ({told})"


def intermediate(sheet: Sheet, round_of: Rounds, entries: EntryList, complaints: Complaints) -> tuple[Cell, ...]:
    """The ranking after the heats that ``heats.csv`` declares in its column ``place``."""
    if "place" not in sheet.columns or {"heat", "session"} & set(sheet.columns):
        return ()
    cells = []
    for row, round_, entry, _ in _starters(sheet, round_of, entries, Complaints()):
        finish = complaints.read(row, "place", csv_words.finish)
        if finish is not None:
            basis, because = provenance(row, "place", complaints)
            where = Where(round_, "intermediate")
            cells.append(Cell(row, "place", where, entry, finish, (), None, basis, because))
    return tuple(cells)


def feats(
    sheet: Sheet, layout: ListFile, round_of: Rounds, entries: EntryList, complaints: Complaints
) -> Iterator[tuple[str, Where, Row, str]]:
    """The feats that a result file marks: which, where, in which row, and by which entry."""
    if not set(FEATS) & set(sheet.columns):
        return
    quiet = Complaints()
    for row, round_, entry, _ in _starters(sheet, round_of, entries, quiet):
        where = _where(row, round_, layout, sheet, quiet)
        for column, feat in FEATS.items():
            if where is not None and row[column] and complaints.read(row, column, csv_words.yes):
                yield feat, where, row, entry


def feat_event(feat: str, where: Where, rows: Sequence[tuple[Row, str]], known: str, id_: str) -> FeatRecorded:
    """A feat as recorded."""
    return FeatRecorded(
        id=id_,
        known=known,
        source=sources(row for row, _ in rows),
        round=where.round,
        feat=feat,
        session=where.session,
        rows=tuple(FeatBy(entry) for _, entry in rows),
    )


def results_event(cells: Sequence[Cell], complete: bool, known: str, id_: str) -> SessionResults:
    """One session (or race of it) as results."""
    where = cells[0].where
    return SessionResults(
        id=id_,
        known=known,
        source=sources(cell.row for cell in cells),
        note=_notes(cells),
        round=where.round,
        session=where.session,
        race=where.race,
        rows=tuple(
            Result(
                entry=cell.entry,
                place=cell.finish.place,
                tied=cell.finish.shared,
                status=cell.finish.status,
                time=cell.time,
                drivers=cell.drivers,
                basis=cell.basis,
                because=cell.because,
            )
            for cell in cells
        ),
        complete=complete,
    )


def declared_event(cells: Sequence[Cell], complete: bool, known: str, id_: str) -> ClassificationDeclared:
    """The ranking after the heats as declared."""
    return ClassificationDeclared(
        id=id_,
        known=known,
        source=sources(cell.row for cell in cells),
        note=_notes(cells),
        round=cells[0].where.round,
        stage=cells[0].where.session,
        rows=tuple(
            Ranked(
                entry=cell.entry,
                place=cell.finish.place,
                tied=cell.finish.shared,
                status=cell.finish.status,
                basis=cell.basis,
                because=cell.because,
            )
            for cell in cells
        ),
        complete=complete,
    )


def colliding(cells: Sequence[Cell], complaints: Complaints) -> None:
    """Complain about a place given twice without ``=``, and about an entry listed twice."""
    places: dict[int, Cell] = {}
    entries: dict[str, Cell] = {}
    for cell in cells:
        where = f"{cell.where.session} of round {cell.where.round}"
        twin = entries.setdefault(cell.entry, cell)
        if twin is not cell:
            message = f"entry {cell.entry} is in {where} already (line {twin.row.line})"
            complaints.about(cell.row, "driver" if cell.row["driver"] else "number", message)
            continue
        if cell.finish.place is None:
            continue
        other = places.setdefault(cell.finish.place, cell)
        if other is not cell and not (other.finish.shared and cell.finish.shared):
            message = f"place {cell.finish.place} is given twice in {where} (also line {other.row.line})"
            hint = f"a dead heat is written ={cell.finish.place}"
            if cell.row["class"] != other.row["class"]:
                hint = "a class is read by itself with --class"
            complaints.about(cell.row, cell.column, f"{message}; {hint}")


def hole(cells: Iterable[Cell]) -> int | None:
    """The first place that is missing before the last one given, or None."""
    expected = 1
    for place in sorted(cell.finish.place for cell in cells if cell.finish.place is not None):
        if place > expected:
            return expected
        expected += 1
    return None


def provenance(row: Row, column: str, complaints: Complaints) -> tuple[Basis | None, str]:
    """Whether a cell is inferred, and why: ``derived``, for the cells of ``derived_cells`` or for all."""
    if row["basis"].casefold() == "inferred" or complaints.read(row, "derived", csv_words.yes):
        only = {csv_words.headers([name])[0] for name in re.split(r"[;,\s]+", row["derived_cells"]) if name}
        if not only or column in only:
            return "inferred", row["because"] or DERIVED
    return None, ""


def sources(rows: Iterable[Row]) -> tuple[str, ...]:
    """The distinct sources of rows; several in one cell are parted by ``;``."""
    found = (part.strip() for row in rows for part in row["source"].split(";"))
    return tuple(dict.fromkeys(part for part in found if part))


def _starters(
    sheet: Sheet, round_of: Rounds, entries: EntryList, complaints: Complaints
) -> Iterator[tuple[Row, int, str, tuple[str, ...]]]:
    for row in sheet:
        round_ = round_of(row)
        if round_ is None:
            continue
        found = entries.find(row, round_)
        if found is not None:
            yield row, round_, found[0].id, found[1]


def _where(row: Row, round_: int, layout: ListFile, sheet: Sheet, complaints: Complaints) -> Where | None:
    # The first of these columns that is filled names the session, the next one the race within it.
    filled = [column for column in layout.by if row[column]]
    if filled and row[filled[0]] == UNKNOWN:
        return None
    if not filled:
        asked = [column for column in layout.by if column in sheet.columns]
        if asked and "{}" in layout.session:
            message = f"missing: which {asked[0]} is this? (where nobody knows, write ?)"
            complaints.about(row, asked[0], message)
            return None
        return Where(round_, layout.session.format(1))
    session = csv_words.session_name(row[filled[0]], layout.session)
    race = complaints.read(row, filled[1], csv_words.race_number) if len(filled) > 1 else None
    return Where(round_, session, race)


def _finish_of(row: Row, complaints: Complaints) -> Finish:
    finish = complaints.read(row, "place", csv_words.finish)
    if not row["status"]:
        return finish or Finish(status="unknown")
    status, why = csv_words.explained(row["status"])
    if status is None and not csv_words.finished(row["status"]):
        complaints.about(row, "status", f"{row['status']!r} is not a status (DNF, DNS, DSQ, NC and their spellings)")
    if finish is None:
        return Finish(status=status or "unknown", why=why)
    # A place beside "DNF" stays: it is for the rules to say what a car scores that is listed but retired.
    return finish if status is None else evolve(finish, status=status, why=why)


def _time(
    row: Row, finish: Finish, leader: Decimal | None, complaints: Complaints
) -> tuple[Decimal | None, str, Finish]:
    """The time of a row, what its cell says in words, and the finish if the cell tells more of it."""
    text = row["time"]
    status = csv_words.status(text) if text else None
    if status is not None:
        told = finish.place is None and finish.status != "unknown"
        return None, "", finish if told else evolve(finish, status=status)
    time = complaints.read(row, "time", lambda cell: csv_words.lap_time(cell, leader)) if text else None
    return time, f"{_who(row)}: {text}" if text and time is None else "", finish


def _reason(row: Row, finish: Finish) -> str:
    return f"{_who(row)}: {finish.why}" if finish.why else ""


def _who(row: Row) -> str:
    return row["driver"] or row["team"] or row["number"]


def _notes(cells: Iterable[Cell]) -> str:
    found = [part for cell in cells for part in (cell.note, cell.row["note"]) if part]
    return "; ".join(dict.fromkeys(found))
