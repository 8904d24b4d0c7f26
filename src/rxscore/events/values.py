"""The small values that events are made of: exact points, lap times, dates, names.

Points are exact: an ``int`` where they are whole, else a ``Fraction``; never a float.
Times are ``Decimal`` seconds.
"""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

Points = int | Fraction
Date = Annotated[str, "an ISO date, or time in UTC"]
Ordinal = Annotated[int, "1 or more"]
"""A place, a position, the number of a round or of a race."""

Status = Literal["classified", "DNF", "DNS", "DSQ", "NC", "unknown"]
"""How a start ended. ``NC``: running at the end but not classified. ``unknown``: took part,
but the source does not say how it ended, so nothing may be concluded from it."""

Basis = Literal["reported", "inferred"]
"""Where a fact comes from: read in a source, or concluded from other facts."""

# As text, because the JSON Schema says the same. [0-9], because \d takes every script's digits.
TIME_PATTERN = r"-?(?:[0-9]{1,6}:(?:[0-5]?[0-9]:)?[0-5]?[0-9]|[0-9]{1,9})(?:\.[0-9]{1,9})?"
DATE_PATTERN = (
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"(?:T(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?Z?)?"
)
POINTS_PATTERN = r"[+-]?[0-9]+(?:\.[0-9]+|/[0-9]+)?"
_is_time, _is_date, _is_points = (
    re.compile(pattern).fullmatch for pattern in (TIME_PATTERN, DATE_PATTERN, POINTS_PATTERN)
)
_SLUG_GAP = re.compile(r"[^a-z0-9]+")
# Letters that Unicode does not take apart into a base letter and a mark.
_SLUG_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})


def points(value: object) -> Points:
    """The exact points that ``value`` writes: ``8``, ``12.5``, ``"25/3"``.

    A decimal is read as written (``0.1`` is one tenth). Raises ValueError for anything else.
    """
    if isinstance(value, bool):
        raise ValueError(f"{value!r} is not a number of points")
    if isinstance(value, int):
        return value
    if isinstance(value, Fraction):
        return plain(value)
    text = repr(value) if isinstance(value, float) else f"{value:f}" if isinstance(value, Decimal) else value
    if not isinstance(text, str) or not _is_points(text.strip()):
        raise ValueError(f'{value!r} is not a number of points (write 8, 12.5 or "25/3")')
    try:
        return plain(Fraction(text.strip()))
    except ZeroDivisionError:
        raise ValueError(f"{value!r} divides by zero") from None


def plain(value: Points) -> Points:
    """The same number, as an ``int`` where it is whole."""
    return value.numerator if value.denominator == 1 else value


def points_json(value: Points) -> int | float | str:
    """``value`` for JSON, exact: a whole number, a decimal where it is finite, else ``"n/d"``."""
    whole = plain(value)
    if isinstance(whole, int):
        return whole if -(2**63) <= whole < 2**64 else str(whole)  # JSON readers stop at 64 bits
    # Within these bounds a decimal is printed without an exponent, which nobody writes for points.
    decimal = float(whole) if 1e-4 <= abs(whole) < 1e15 else 0.0
    return decimal if Fraction(repr(decimal)) == whole else f"{whole.numerator}/{whole.denominator}"


def points_text(value: Points) -> str:
    """``value`` as a table prints it: ``8``, ``12.5``, ``8 1/7``."""
    whole_number = plain(value)
    exact = whole_number if isinstance(whole_number, int) else points_json(whole_number)
    if not isinstance(exact, str):
        return str(exact)
    size = abs(Fraction(value))
    whole, rest = size // 1, size % 1
    fraction = f"{rest.numerator}/{rest.denominator}"
    sign = "-" if value < 0 else ""
    return f"{sign}{whole} {fraction}" if whole else f"{sign}{fraction}"


def time(value: object) -> Decimal:
    """The seconds that ``value`` writes: ``"3:05.123"``, ``"185.123"``, ``185``.

    Raises ValueError for a negative time or anything that is not a time.
    """
    read = signed_time(value)
    if read < 0:
        raise ValueError(f"{value!r} is a negative time")
    return read


def signed_time(value: object) -> Decimal:
    """As ``time``, but negative seconds too: a penalty may give time back. Raises ValueError."""
    text = value if type(value) is str else str(value)
    if not _is_time(text := text.strip()):
        raise ValueError(f'{value!r} is not a time (write "3:05.123" or seconds)')
    longer, _, last = text.removeprefix("-").rpartition(":")
    total = Decimal(last)
    if longer:
        hours, _, minutes = longer.rpartition(":")
        total += 60 * int(minutes) + (3600 * int(hours) if hours else 0)
    return -total if text[0] == "-" else total


def time_text(seconds: Decimal) -> str:
    """``seconds`` as a results sheet prints it, with no digit lost: ``3:05.123``."""
    whole_minutes, rest = divmod(abs(seconds), 60)
    sign = "-" if seconds < 0 else ""
    text = f"{rest:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if not whole_minutes:
        return f"{sign}{text}"
    padded = text if rest >= 10 else f"0{text}"
    hours, minutes = divmod(int(whole_minutes), 60)
    return f"{sign}{hours}:{minutes:02d}:{padded}" if hours else f"{sign}{minutes}:{padded}"


def known_date(value: object) -> str:
    """``value`` as an ISO date or time in UTC: ``2016-09-23`` or ``2016-09-23T14:00Z``.

    Raises ValueError for anything else.
    """
    try:
        if isinstance(value, str) and _is_date(value) and date.fromisoformat(value[:10]):
            return value
    except ValueError:  # no such day: 2016-02-31
        pass
    raise ValueError(f"{value!r} is not a date (write 2016-09-23 or 2016-09-23T14:00Z)")


def known_by(known: str, as_of: str) -> bool:
    """Whether what became public at ``known`` was public at ``as_of`` (a date means its whole day)."""
    at = moment(as_of)
    return moment(known)[: len(at)] <= at


def moment(known: str) -> str:
    """``known`` to compare by: later is greater, also where one has seconds or a ``Z`` and the other has not."""
    return known.removesuffix("Z")


def ordinal(value: object) -> int:
    """``value`` as a place or the number of a round: 1 or more. Raises ValueError for anything else."""
    if type(value) is not int:
        raise ValueError(f"{value!r} is not a whole number")
    if value < 1:
        raise ValueError(f"{value} is less than 1")
    return value


def slug(name: str) -> str:
    """The id that a name is given where the source has none: ``Mattias Ekström``, ``mattias-ekstrom``."""
    folded = unicodedata.normalize("NFKD", name.casefold().translate(_SLUG_LETTERS))
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return _SLUG_GAP.sub("-", bare).strip("-")
