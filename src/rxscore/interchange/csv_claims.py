"""Published tables and the stewards' decisions of a folder."""

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from attrs import define, field, frozen

from rxscore.events import (
    ClaimedRow,
    CompetitorType,
    Disqualification,
    Event,
    Exclusion,
    GapNoted,
    PlacePenalty,
    PointsDeduction,
    ScoreDeduction,
    StandingClaimed,
    TimePenalty,
    slug,
    suggest,
)
from rxscore.interchange import csv_words
from rxscore.interchange.csv_entries import Competitors, EntryList
from rxscore.interchange.csv_results import Rounds, sources
from rxscore.interchange.csv_sheets import Complaints, Row, Sheet, require

_AFTER = re.compile(r"_after(?:_?round)?_?(\d+)$")

RULINGS = (
    "disqualification",
    "time-penalty",
    "place-penalty",
    "score-deduction",
    "points-deduction",
    "exclusion",
)
"""What the column ``ruling`` of penalties.csv may say."""


@frozen
class Calendar:
    """When things became known: the season's first and last day, and the last day of each round."""

    first: str
    last: str
    ends: dict[int, str]

    def end(self, number: int | None) -> str:
        """The last day of a round, or of the season."""
        return self.last if number is None else self.ends.get(number, self.last)


@define
class Ids:
    """Readable ids, each given once."""

    used: set[str] = field(factory=set)

    def new(self, wanted: str) -> str:
        """The id that is wanted, numbered where it is in use."""
        number, given = 1, wanted
        while given in self.used:
            number += 1
            given = f"{wanted}-{number}"
        self.used.add(given)
        return given


@frozen
class _Table:
    """Which claim a row belongs to."""

    after: int | None
    as_of: str | None
    provisional: bool
    copy: int


def claims(
    sheet: Sheet,
    standing: CompetitorType,
    competitors: Competitors,
    round_of: Callable[[Row, str], int | None],
    calendar: Calendar,
    ids: Ids,
    complaints: Complaints,
) -> Iterator[Event]:
    """A published table as a claim, or several: one for each round after which it was published."""
    if standing == "driver" and "driver" not in sheet.columns and "team" in sheet.columns:
        standing = "team"
    if not require(sheet, [standing], complaints):
        return
    of_the_file = _AFTER.search(sheet.file.removesuffix(".csv"))
    tables: dict[_Table, dict[str, tuple[Row, ClaimedRow]]] = {}
    for row in sheet:
        after: int | None = None
        if row["after_round"]:
            after = round_of(row, "after_round")
            if after is None:
                continue
        elif of_the_file:
            after = int(of_the_file[1])
        claimed = _claimed(row, standing, competitors, complaints)
        if claimed and claimed[0].points is None and claimed[0].position is None:
            yield _only_words(row, after, ids.new(f"gap-{standing}s-after-{_two(after)}"), calendar)
            continue
        provisional = row["status"].casefold().startswith("provisional")
        as_of = complaints.read(row, "as_of", csv_words.date) if row["as_of"] else None
        if provisional and as_of is None:
            as_of = calendar.end(after)
        for line in claimed:
            copy = 0
            while line.competitor in tables.setdefault(_Table(after, as_of, provisional, copy), {}):
                copy += 1
            tables[_Table(after, as_of, provisional, copy)][line.competitor] = (row, line)
    field_size = len(competitors.named(standing))
    for table, lines in tables.items():
        yield _claim(table, standing, list(lines.values()), field_size, calendar, ids, complaints)


def _claim(
    table: _Table,
    standing: str,
    lines: Sequence[tuple[Row, ClaimedRow]],
    field_size: int,
    calendar: Calendar,
    ids: Ids,
    complaints: Complaints,
) -> StandingClaimed:
    rows = [row for row, _ in lines]
    known = next((complaints.read(row, "known", csv_words.date) for row in rows if row["known"]), None)
    when = "final" if table.after is None else f"after-{_two(table.after)}"
    suffix = "-provisional" if table.provisional else f"-as-of-{table.as_of}" if table.as_of else ""
    said = [row["status"] for row in rows if row["status"].casefold() not in ("", "final", "published")]
    notes = dict.fromkeys([*said, *(row["note"] for row in rows if row["note"])])
    return StandingClaimed(
        id=ids.new(f"claim-{standing}s-{when}{suffix}"),
        known=known or table.as_of or calendar.end(table.after),
        source=sources(rows),
        note="; ".join(notes),
        standing=f"{standing}s",
        after_round=table.after,
        rows=tuple(claimed for _, claimed in lines),
        top=len(lines) < field_size,
        as_of=table.as_of,
    )


def _claimed(row: Row, standing: CompetitorType, competitors: Competitors, complaints: Complaints) -> list[ClaimedRow]:
    """The claimed line of a row; of a crew (``A / B``), one line for each driver."""
    names = csv_words.names(row[standing]) if standing == "driver" else (row[standing],)
    if not any(names):
        complaints.about(row, standing, f"no {standing}: whose points are these?")
        return []
    points = complaints.points(row, "points")
    finish = complaints.read(row, "place", csv_words.finish)
    lines = []
    for name in names:
        competitor = competitors.known(standing, name)
        if competitor is None:
            hint = suggest(name, competitors.named(standing))
            complaints.about(row, standing, f"unknown {standing} {name!r}: not in the entries{hint}")
        else:
            lines.append(ClaimedRow(competitor, points, finish.place if finish else None))
    return lines


def _only_words(row: Row, after: int | None, id_: str, calendar: Calendar) -> GapNoted:
    skipped = ("after_round", "source", "class")
    words = "; ".join(cell for column, cell in row.cells.items() if cell and column not in skipped)
    return GapNoted(
        id=id_,
        known=calendar.end(after),
        source=sources([row]),
        round=after,
        missing=f"a line of a published table known only in words: {words}",
    )


def rulings(
    sheet: Sheet,
    round_of: Rounds,
    entries: EntryList,
    calendar: Calendar,
    ids: Ids,
    complaints: Complaints,
) -> Iterator[Event]:
    """Rulings where the columns say enough to apply them; what is only said in words is noted as a gap."""
    for row in sheet:
        number = round_of(row) if row["round"] else None
        if row["round"] and number is None:
            continue
        given = complaints.read(row, "known", csv_words.date) if row["known"] else None
        known = given or calendar.end(number)
        kind = row["ruling"].casefold().replace(" ", "-").replace("_", "-")
        if not kind:
            yield _in_words(row, number, known, ids)
        elif kind not in RULINGS:
            message = f"{row['ruling']!r} is not a ruling{suggest(kind, RULINGS)}"
            complaints.about(row, "ruling", message)
        else:
            event = _ruling(row, kind, number, known, entries, ids, complaints)
            if event is not None:
                yield event


def _in_words(row: Row, number: int | None, known: str, ids: Ids) -> GapNoted:
    who = row["driver"] or row["team"] or row["number"]
    where = f"r{number:02d}" if number is not None else "season"
    return GapNoted(
        id=ids.new(f"gap-ruling-{where}-{slug(who)}".rstrip("-")),
        known=known,
        source=sources([row]),
        round=number,
        missing=f"a ruling known only in words: {': '.join(part for part in (who, row['what']) if part)}",
    )


def _ruling(
    row: Row,
    kind: str,
    number: int | None,
    known: str,
    entries: EntryList,
    ids: Ids,
    complaints: Complaints,
) -> Event | None:
    where = f"r{number:02d}" if number is not None else "season"
    who = slug(row["driver"] or row["team"] or row["number"])
    session = csv_words.session_name(row["session"]) if row["session"] else ""
    parts = [f"ruling-{where}", who, session_id(session) if session else ""]
    promote = complaints.read(row, "promote", csv_words.yes)
    note = "; ".join(part for part in (row["what"], row["note"]) if part)
    common: dict[str, Any] = {"known": known, "source": sources([row]), "note": note}
    before = len(complaints.problems)

    def needed(column: str, reader: Callable[[str], object]) -> object:
        if not row[column]:
            complaints.about(row, column, f"missing: a {kind} needs it")
            return None
        return complaints.read(row, column, reader)

    if kind in ("points-deduction", "exclusion"):
        common |= {"competitor": _competitor(row, entries.competitors, complaints), "round": number}
        common["standing"] = row["standing"] or ("teams" if row["team"] and not row["driver"] else "drivers")
        if kind == "points-deduction":
            common["points"] = needed("points", csv_words.number_of_points)
    else:
        found = entries.find(row, number or 1)
        common |= {"entry": found[0].id if found else "", "round": number}
        if kind != "disqualification":
            needed("round", str)
        if kind in ("time-penalty", "place-penalty"):
            needed("session", str)
        common["session"] = session
        if row["race"] and kind != "score-deduction":
            common["race"] = complaints.read(row, "race", csv_words.race_number)
    match kind:
        case "disqualification":
            common["promote"] = promote is not False
        case "time-penalty":
            common["seconds"] = needed("seconds", _seconds)
        case "place-penalty":
            common["places"] = needed("places", csv_words.whole)
        case "score-deduction":
            common |= {"points": needed("points", csv_words.number_of_points), "stage": row["stage"]}
            if not session and not row["stage"]:
                needed("session", str)
    if len(complaints.problems) > before:
        return None
    return _CLASSES[kind](id=ids.new("-".join(part for part in parts if part)), **common)


def _competitor(row: Row, competitors: Competitors, complaints: Complaints) -> str:
    column: CompetitorType = "driver" if row["driver"] or not row["team"] else "team"
    found = competitors.known(column, row[column])
    if found is None:
        hint = suggest(row[column], competitors.named(column))
        complaints.about(row, column, f"unknown {column} {row[column]!r}: not in the entries{hint}")
    return found or ""


def session_id(session: str) -> str:
    """A session in an event's id: ``F`` is written out."""
    return "final" if session == "F" else slug(session)


def _seconds(text: str) -> Decimal:
    plain = text.replace(",", ".").removesuffix("s").strip()
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?", plain):
        raise ValueError(f"{text!r} is not a number of seconds")
    return Decimal(plain)


def _two(number: int | None) -> str:
    return "all" if number is None else f"{number:02d}"


_CLASSES: dict[str, type[Event]] = {
    "disqualification": Disqualification,
    "time-penalty": TimePenalty,
    "place-penalty": PlacePenalty,
    "score-deduction": ScoreDeduction,
    "points-deduction": PointsDeduction,
    "exclusion": Exclusion,
}
