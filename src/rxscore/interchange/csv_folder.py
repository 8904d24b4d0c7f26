"""A folder of spreadsheets in, a season's events out. The layout is described in docs/spreadsheets.md."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from attrs import define, evolve, field, frozen

from rxscore.events import Event, GapNoted, Points, RoundCancelled, RoundScheduled, SeasonOpened, slug, suggest
from rxscore.interchange import csv_words
from rxscore.interchange.csv_claims import Calendar, Ids, claims, rulings, session_id
from rxscore.interchange.csv_entries import Competitors, EntryList, entry_list, rows_of_results
from rxscore.interchange.csv_results import (
    LISTS,
    TABLES,
    Cell,
    Read,
    Where,
    colliding,
    declared_event,
    feat_event,
    feats,
    heats,
    hole,
    in_words,
    intermediate,
    listed,
    matrix,
    matrix_feats,
    race_column,
    results_event,
    sources,
)
from rxscore.interchange.csv_sheets import Complaints, Row, Sheet, read_sheet, require
from rxscore.problems import Problem, UserError

RESULT_FILES = (*TABLES, *LISTS)
"""The files of which at least one must be there, without ``.csv``."""

_OTHER_FILES = ("season", "rounds", "entries", "completeness", "penalties", "standings", "teams")
_SNAPSHOTS = ("standings_after", "standings_snapshots", "teams_after")
_FOLDER = re.compile(r"^(?P<before>.+?)[-_ ](?P<season>\d{4}(?:-\d\d)?)(?:[-_ ](?P<after>.+))?$")
_YEARS = re.compile(r"(?P<first>\d{4})(?:[-/](?P<last>\d{2}(?:\d{2})?))?")


@frozen
class _Round:
    number: int
    name: str
    venue: str = ""
    country: str = ""
    start: str | None = None
    end: str | None = None
    sessions: tuple[str, ...] = ()
    rules: str = ""
    coefficient: Points = 1
    code: str = ""
    cancelled: bool = False
    source: tuple[str, ...] = ()
    note: str = ""


@define
class _Folder:
    path: Path
    complaints: Complaints
    sheets: dict[str, Sheet]
    rounds: dict[int, _Round] = field(factory=dict)
    ids: Ids = field(factory=Ids)

    def sheet(self, name: str) -> Sheet | None:
        return self.sheets.get(name)

    def of_prefix(self, *prefixes: str) -> Iterator[Sheet]:
        for name in sorted(self.sheets):
            if name.startswith(prefixes):
                yield self.sheets[name]

    def round_of(self, row: Row, column: str = "round") -> int | None:
        """The round that a row means; None, with a complaint, where there is none such."""
        text = row[column]
        if not text and column not in row.written and len(self.rounds) == 1:
            return next(iter(self.rounds))
        number = csv_words.round_number(text)
        if number is None or number not in self.rounds:
            named = [
                one.number for one in self.rounds.values() if text and slug(text) in (slug(one.code), slug(one.name))
            ]
            if len(named) == 1:
                return named[0]
            known = ", ".join(map(str, sorted(self.rounds))) or "none"
            what = f"{text!r} is not a round of rounds.csv" if text else "no round"
            self.complaints.about(row, column, f"{what}; known: {known}")
            return None
        return number


def read_folder(
    path: Path | str,
    *,
    series: str | None = None,
    season: str | None = None,
    name: str | None = None,
    rules: str | None = None,
    encoding: str | None = None,
    car_class: str | None = None,
) -> tuple[Event, ...]:
    """The events that a folder of CSV files tells, in a log's order.

    ``series`` and ``season`` are those of ``season.csv``, else of the folder's name (``worldrx-2016``).
    ``car_class``: read only the lines of this class, where a column tells classes apart.
    Raises UserError that says everything that is wrong, by file, line and column.
    """
    folder = _open(Path(path), encoding, car_class)
    complaints = folder.complaints
    opened, every_list = _season(folder, series, season, name, rules)
    _read_rounds(folder)
    complaints.stop()

    calendar = _calendar(folder, opened.season)
    competitors = Competitors(complaints)
    entries = _entries(folder, competitors)
    _register_claimed(folder, competitors)

    reads = list(_reads(folder, entries))
    declared = _declared(folder, entries)
    events: list[Event] = [
        evolve(opened, known=calendar.first),
        *competitors.events(calendar.first),
        *entries.events(calendar.first, sorted(folder.rounds)),
        *_round_events(folder, calendar),
    ]
    for event in events:
        folder.ids.new(event.id)
    happened = [
        *_results(folder, reads, declared, every_list, calendar),
        *_feats(folder, entries, calendar),
        *_sessions_unknown(folder, calendar),
        *_rulings(folder, entries, calendar),
        *_claims(folder, competitors, calendar),
    ]
    complaints.stop()
    return (*events, *sorted(happened, key=_log_order))


def unread_files(path: Path | str) -> tuple[str, ...]:
    """The CSV files of a folder whose names mean nothing here, so that nobody thinks they were read."""
    known = {*RESULT_FILES, *_OTHER_FILES}
    names = sorted(file.stem for file in Path(path).glob("*.csv"))
    return tuple(f"{stem}.csv" for stem in names if stem not in known and not stem.startswith(_SNAPSHOTS))


def _open(path: Path, encoding: str | None, car_class: str | None) -> _Folder:
    if not path.is_dir():
        what = "is not a folder" if path.exists() else "there is no such folder"
        raise UserError(Problem(what, str(path)))
    complaints = Complaints()
    sheets = {}
    classes: set[str] = set()
    found = {file.stem.casefold(): file for file in sorted(path.glob("*.[cC][sS][vV]"))}
    for stem, file in found.items():
        if stem not in (*RESULT_FILES, *_OTHER_FILES) and not stem.startswith(_SNAPSHOTS):
            continue
        own = ("name",) if stem in ("season", "rounds") else ()
        sheet = read_sheet(file, complaints, encoding, own, matrix=stem == "results")
        if sheet is not None:
            classes |= {row["class"] for row in sheet if row["class"]}
            sheets[stem] = _only_class(sheet, car_class)
    if car_class is not None and car_class.casefold() not in {name.casefold() for name in classes}:
        complaints.about_file(str(path), f"there is no class {car_class!r} here{suggest(car_class, classes)}")
    if not set(found) & set(RESULT_FILES):
        wanted = ", ".join(f"{stem}.csv" for stem in ("heats", "semifinals", "final", "races", "results"))
        others = ", ".join(unread_files(path))
        seen = f" (not understood: {others})" if others else ""
        complaints.about_file(str(path), f"there are no results here: one of {wanted} is needed{seen}")
    results = [sheet for stem, sheet in sheets.items() if stem in RESULT_FILES]
    if results and not complaints.problems and not any(sheet.rows for sheet in results):
        complaints.about_file(", ".join(sheet.file for sheet in results), "there are no results below the header")
    complaints.stop()
    return _Folder(path, complaints, sheets)


def _only_class(sheet: Sheet, car_class: str | None) -> Sheet:
    if car_class is None or "class" not in sheet.columns:
        return sheet
    wanted = ("", car_class.casefold())
    return evolve(sheet, rows=tuple(row for row in sheet if row["class"].casefold() in wanted))


def _season(
    folder: _Folder, series: str | None, season: str | None, name: str | None, rules: str | None
) -> tuple[SeasonOpened, bool | None]:
    """The opening of the season, and whether season.csv says that all its lists are complete."""
    sheet = folder.sheet("season")
    said: Row | None = sheet.rows[0] if sheet is not None and sheet.rows else None
    match = _FOLDER.match(folder.path.resolve().name)
    from_name = match.groupdict() if match else {}
    cells: Mapping[str, str] = said.cells if said is not None else {}
    before, after = from_name.get("before"), from_name.get("after")
    default_series = "-".join(slug(part) for part in (before, after) if part)
    series = series or cells.get("series") or default_series
    season = season or cells.get("season") or from_name.get("season") or ""
    if not series or not season:
        missing = "series and season" if not series and not season else "season" if series else "series"
        hint = "name the folder SERIES-YEAR, give a season.csv (series, season) or say --series and --season"
        folder.complaints.about_file(str(folder.path), f"which {missing} is this? {hint}")
    every_list = folder.complaints.read(said, "complete", csv_words.yes) if said is not None else None
    opened = SeasonOpened(
        id="season",
        known="",
        series=series,
        season=season,
        name=name or cells.get("name") or f"{series} {season}",
        rules=rules or cells.get("rules") or f"{series}/{season}",
    )
    return opened, every_list


def _read_rounds(folder: _Folder) -> None:
    sheet = folder.sheet("rounds")
    if sheet is None:
        _rounds_of_results(folder)
        return
    if not require(sheet, ["round"], folder.complaints):
        return
    for row in sheet:
        number = csv_words.round_number(row["round"])
        if number is None:
            folder.complaints.about(row, "round", f"{row['round']!r} is not the number of a round")
        elif number in folder.rounds:
            folder.complaints.about(row, "round", f"round {number} is there already")
        else:
            folder.rounds[number] = _round(row, number, folder.complaints)


def _round(row: Row, number: int, complaints: Complaints) -> _Round:
    start = complaints.read(row, "start_date", csv_words.date) if row["start_date"] else None
    end = complaints.read(row, "end_date", csv_words.date) if row["end_date"] else None
    if start and end and end < start:
        complaints.about(row, "end_date", f"{end} is before the start, {start}")
    coefficient = complaints.points(row, "coefficient")
    sessions = [part for part in re.split(r"[,;\s]+", row["sessions"]) if part]
    return _Round(
        number=number,
        name=row["name"] or f"Round {number}",
        venue=row["venue"],
        country=row["country"],
        start=start or end,
        end=end or start,
        sessions=tuple(csv_words.session_name(session) for session in sessions),
        rules=row["rules"],
        coefficient=1 if coefficient is None else coefficient,
        code=row["code"],
        cancelled=row["status"].casefold().startswith("cancel"),
        source=sources([row]),
        note=row["note"],
    )


def _rounds_of_results(folder: _Folder) -> None:
    """Without rounds.csv the rounds are those that the results name, and nothing is known of them."""
    numbers: set[int] = set()
    for stem in RESULT_FILES:
        sheet = folder.sheet(stem)
        if sheet is None:
            continue
        if stem == "results":
            columns = (race_column(column, {}) for column in sheet.columns)
            numbers |= {where.round for where in columns if where is not None}
        elif "round" in sheet.columns:
            numbers |= {number for row in sheet if (number := csv_words.round_number(row["round"]))}
        else:
            numbers.add(1)
    folder.rounds |= {number: _Round(number, f"Round {number}") for number in sorted(numbers)}


def _calendar(folder: _Folder, season: str) -> Calendar:
    """Dates for what has none: the first day of the season, and the last by which a result was public."""
    starts = [one.start for one in folder.rounds.values() if one.start]
    ends = {one.number: one.end for one in folder.rounds.values() if one.end}
    years = _YEARS.search(season)
    if years is None and len(ends) < len(folder.rounds):
        file = "rounds.csv" if folder.sheet("rounds") else str(folder.path)
        hint = "give each round its dates (rounds.csv: start_date, end_date)"
        raise UserError(Problem(f"the season {season!r} names no year: {hint}", file))
    first, last = min(starts, default=""), max(ends.values(), default="")
    if years is not None:
        final_year = years["first"][: 4 - len(years["last"] or "")] + (years["last"] or "")
        first = first or f"{years['first']}-01-01"
        last = last if len(ends) == len(folder.rounds) and last else f"{final_year}-12-31"
    return Calendar(first, last, ends)


def _entries(folder: _Folder, competitors: Competitors) -> EntryList:
    complaints = folder.complaints
    sheet = folder.sheet("entries")
    if sheet is not None:
        usable = "driver" in sheet.columns or "team" in sheet.columns
        if not usable:
            require(sheet, ["driver"], complaints)
        complaints.stop()
        return entry_list(sheet.rows, complaints, competitors)
    rows = rows_of_results(_rows_with_rounds(folder))
    return entry_list(rows, complaints, competitors, crews=False)


def _rows_with_rounds(folder: _Folder) -> Iterator[tuple[int, Row]]:
    codes = _codes(folder)
    for stem in RESULT_FILES:
        sheet = folder.sheet(stem)
        for row in sheet or ():
            if stem == "results":
                raced = (race_column(column, codes) for column in row.written if row[column])
                yield from ((where.round, row) for where in raced if where is not None)
            else:
                number = csv_words.round_number(row["round"]) or min(folder.rounds, default=1)
                yield number, row


def _register_claimed(folder: _Folder, competitors: Competitors) -> None:
    """Without an entry list, whoever stands in a published table is a competitor too."""
    listed_ = folder.sheet("entries")
    if listed_ is None:
        for sheet in folder.of_prefix("standings"):
            for row in sheet:
                for name in csv_words.names(row["driver"]):
                    competitors.id("driver", name)
    if listed_ is None or "team" not in listed_.columns:
        for sheet in folder.of_prefix("teams"):
            for row in sheet:
                if row["team"]:
                    competitors.id("team", row["team"])


def _codes(folder: _Folder) -> dict[str, int]:
    return {slug(one.code): one.number for one in folder.rounds.values() if one.code}


def _reads(folder: _Folder, entries: EntryList) -> Iterator[Read]:
    for stem in RESULT_FILES:
        sheet = folder.sheet(stem)
        if sheet is None:
            continue
        if stem != "results" and "round" not in sheet.columns and len(folder.rounds) != 1:
            require(sheet, ["round"], folder.complaints)
        elif stem == "heats":
            yield heats(sheet, folder.round_of, entries, folder.complaints)
        elif stem == "results":
            yield matrix(sheet, sorted(folder.rounds), _codes(folder), entries, folder.complaints)
        else:
            yield listed(sheet, LISTS[stem], folder.round_of, entries, folder.complaints)


def _declared(folder: _Folder, entries: EntryList) -> tuple[Cell, ...]:
    sheet = folder.sheet("heats")
    if sheet is None or ("round" not in sheet.columns and len(folder.rounds) != 1):
        return ()
    # The rounds that are not there were complained about when the heats were read.
    quiet = evolve(folder, complaints=Complaints())
    return intermediate(sheet, quiet.round_of, entries, folder.complaints)


def _results(
    folder: _Folder,
    reads: Iterable[Read],
    declared: tuple[Cell, ...],
    every_list: bool | None,
    calendar: Calendar,
) -> Iterator[Event]:
    said = _completeness(folder)
    for read in reads:
        sessions = _by_session(read.cells)
        longest = max((len(cells) for cells in sessions.values()), default=0)
        for where, cells in sessions.items():
            colliding(cells, folder.complaints)
            enough = read.kind == "table" or len(cells) == longest
            if read.kind == "field" and folder.sheet("entries") is not None:
                enough = enough and len(cells) >= _entered(folder, where.round)
            seems = where not in read.blank and enough and _no_hole(cells)
            complete = _is_complete(folder, where, cells, said, every_list, seems)
            race = f"-race-{where.race}" if where.race else ""
            id_ = folder.ids.new(f"r{where.round:02d}-{session_id(where.session)}{race}")
            yield results_event(cells, complete, calendar.end(where.round), id_)
    rankings = _by_session(declared)
    longest = max((len(cells) for cells in rankings.values()), default=0)
    for where, cells in rankings.items():
        colliding(cells, folder.complaints)
        seems = len(cells) == longest and _no_hole(cells)
        complete = _is_complete(folder, where, cells, said, every_list, seems)
        id_ = folder.ids.new(f"r{where.round:02d}-{where.session}")
        yield declared_event(cells, complete, calendar.end(where.round), id_)


def _by_session(cells: Iterable[Cell]) -> dict[Where, list[Cell]]:
    sessions: dict[Where, list[Cell]] = {}
    for cell in cells:
        sessions.setdefault(cell.where, []).append(cell)
    return sessions


def _no_hole(cells: Iterable[Cell]) -> bool:
    listed_ = list(cells)
    return hole(listed_) is None and all(cell.finish.status != "unknown" for cell in listed_)


def _entered(folder: _Folder, number: int) -> int:
    sheet = folder.sheet("entries")
    rows = sheet.rows if sheet is not None else ()
    quiet = Complaints()
    cars = {
        row["number"] or slug(row["driver"])
        for row in rows
        if number in (quiet.read(row, "rounds", csv_words.rounds_list) or (number,))
    }
    return len(cars)


def _is_complete(
    folder: _Folder,
    where: Where,
    cells: list[Cell],
    said: Mapping[tuple[int, str], bool],
    every_list: bool | None,
    seems: bool,
) -> bool:
    """Whether a session's list misses nobody: what the tables say of it, else what can be seen."""
    written = (folder.complaints.read(cell.row, "complete", csv_words.yes) for cell in cells)
    of_rows = next((answer for answer in written if answer is not None), None)
    for answer in (said.get((where.round, where.session)), of_rows, said.get((where.round, "")), every_list):
        if answer is not None:
            break
    else:
        return seems
    gap = hole(cells)
    if answer and gap is not None and all(cell.finish.status != "unknown" for cell in cells):
        last = cells[-1]
        message = f"said to be complete, but place {gap} is missing in {where.session} of round {where.round}"
        folder.complaints.about(last.row, last.column, message)
    return answer


def _completeness(folder: _Folder) -> dict[tuple[int, str], bool]:
    sheet = folder.sheet("completeness")
    said: dict[tuple[int, str], bool] = {}
    if sheet is None or not require(sheet, ["round", "complete"], folder.complaints):
        return said
    for row in sheet:
        number = folder.round_of(row)
        answer = folder.complaints.read(row, "complete", csv_words.yes)
        if number is not None and answer is not None:
            session = csv_words.session_name(row["session"]) if row["session"] else ""
            said[number, "" if session.casefold() == "all" else session] = answer
    return said


def _round_events(folder: _Folder, calendar: Calendar) -> Iterator[Event]:
    for number in sorted(folder.rounds):
        one = folder.rounds[number]
        yield RoundScheduled(
            id=f"round-{number:02d}",
            known=calendar.first,
            source=one.source,
            note=one.note,
            round=number,
            name=one.name,
            venue=one.venue,
            country=one.country,
            start=one.start,
            end=one.end,
            sessions=one.sessions,
            rules=one.rules,
            coefficient=one.coefficient,
        )
        if one.cancelled:
            yield RoundCancelled(
                id=f"round-{number:02d}-cancelled", known=calendar.end(number), source=one.source, round=number
            )


def _feats(folder: _Folder, entries: EntryList, calendar: Calendar) -> Iterator[Event]:
    found: dict[tuple[str, Where], list[tuple[Row, str]]] = {}
    quiet = evolve(folder, complaints=Complaints())
    for stem, layout in LISTS.items():
        sheet = folder.sheet(stem)
        if sheet is None or ("round" not in sheet.columns and len(folder.rounds) != 1):
            continue
        for feat, where, row, entry in feats(sheet, layout, quiet.round_of, entries, folder.complaints):
            found.setdefault((feat, where), []).append((row, entry))
    sheet = folder.sheet("results")
    if sheet is not None:
        for feat, where, row, entry in matrix_feats(sheet, _codes(folder), entries):
            if where.round in folder.rounds:
                found.setdefault((feat, where), []).append((row, entry))
    for (feat, where), rows in found.items():
        id_ = folder.ids.new(f"r{where.round:02d}-{session_id(where.session)}-{feat}")
        yield feat_event(feat, where, rows, calendar.end(where.round), id_)


def _sessions_unknown(folder: _Folder, calendar: Calendar) -> Iterator[Event]:
    quiet = evolve(folder, complaints=Complaints())
    for stem in ("heats", *LISTS):
        sheet = folder.sheet(stem)
        if sheet is None:
            continue
        layout = LISTS["heat_races"] if stem == "heats" else LISTS[stem]
        for number, row, words in in_words(sheet, layout, quiet.round_of):
            yield GapNoted(
                id=folder.ids.new(f"gap-r{number:02d}-{slug(stem)}"),
                known=calendar.end(number),
                source=sources([row]),
                round=number,
                missing=words,
            )


def _rulings(folder: _Folder, entries: EntryList, calendar: Calendar) -> Iterator[Event]:
    sheet = folder.sheet("penalties")
    if sheet is not None:
        yield from rulings(sheet, folder.round_of, entries, calendar, folder.ids, folder.complaints)


def _claims(folder: _Folder, competitors: Competitors, calendar: Calendar) -> Iterator[Event]:
    for prefix, standing in (("standings", "driver"), ("teams", "team")):
        for sheet in folder.of_prefix(prefix):
            yield from claims(
                sheet,
                "team" if standing == "team" else "driver",
                competitors,
                folder.round_of,
                calendar,
                folder.ids,
                folder.complaints,
            )


def _log_order(event: Event) -> tuple[float, int]:
    """Round by round: what happened, what was ruled, what was published; then what is of the season."""
    round_ = getattr(event, "round", None) or getattr(event, "after_round", None)
    if event.kind == "results" or event.kind == "feat-recorded":
        step = 0
    elif event.kind == "classification-declared":
        step = 1
    elif event.kind == "gap-noted":
        step = 4
    elif event.kind == "standing-claimed":
        step = 3
    else:
        step = 2
    return (float("inf") if round_ is None else round_), step
