"""Rows of results with somebody taken out, moved or exchanged, and the places of the others closed up."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from attrs import evolve

from rxscore.events import Ranked, Result, Status

Row = Result | Ranked
Rows = tuple[Row, ...]


def without(rows: Sequence[Row], entries: Collection[str]) -> Rows:
    """The rows without those of some entries; who was behind them moves up."""
    gone = [row.place for row in rows if row.entry in entries and row.place is not None]

    def closed(row: Row) -> Row:
        place = row.place
        return row if place is None else evolve(row, place=place - sum(ahead < place for ahead in gone))

    return tuple(closed(row) for row in rows if row.entry not in entries)


def left_vacant(vacant: Sequence[int], rows: Sequence[Row], entries: Collection[str]) -> tuple[int, ...]:
    """The places that results leave vacant, once some entries are taken out of the rows and those behind move up."""
    gone = [row.place for row in rows if row.entry in entries and row.place is not None]
    return tuple(place - sum(ahead < place for ahead in gone) for place in vacant)


def placed(rows: Sequence[Row], entry: str, place: int) -> Rows:
    """The rows with one entry classified in a place; the others make room for it."""
    mine = next(row for row in rows if row.entry == entry)
    others = without(rows, [entry])
    moved = evolve(mine, place=place, status="classified", tied=False)
    below = [row if row.place is None or row.place < place else evolve(row, place=row.place + 1) for row in others]
    ahead = sum(row.place is not None and row.place < place for row in below)
    return (*below[:ahead], moved, *below[ahead:])


def out(rows: Sequence[Row], entry: str, status: Status) -> Rows:
    """The rows with one entry not classified; who was behind it moves up."""
    mine = next(row for row in rows if row.entry == entry)
    return (*without(rows, [entry]), evolve(mine, place=None, status=status, tied=False))


def timed(rows: Sequence[Row], entry: str, time: Decimal) -> Rows:
    """The rows with another time for one entry."""
    return tuple(evolve(row, time=time) if isinstance(row, Result) and row.entry == entry else row for row in rows)


def exchanged(rows: Sequence[Row], one: str, other: str) -> Rows:
    """The rows with two entries in each other's place, and whatever else the results say of that place."""
    there = {row.entry: row for row in rows}

    def whose(row: Row) -> Row:
        if row.entry not in (one, other):
            return row
        partner = there[other if row.entry == one else one]
        drivers: dict[str, Any] = {"drivers": partner.drivers} if isinstance(partner, Result) else {}
        return evolve(row, entry=partner.entry, **drivers)

    return tuple(map(whose, rows))
