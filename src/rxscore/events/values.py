"""The small values that events are made of: exact points, lap times, dates, names.

Points are exact: an ``int`` where they are whole, else a ``Fraction``; never a float.
Times are ``Decimal`` seconds.
"""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
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

_TIME = re.compile(r"^(-?)(?:(\d+):)?(?:(\d{1,3}):)?(\d+(?:\.\d+)?)$")
_DATE = re.compile(r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(T\d\d:\d\d(:\d\d)?Z?)?$")
_RATIONAL = re.compile(r"^[+-]?\d+(\.\d+|/\d+)?$")
_SLUG_GAP = re.compile(r"[^a-z0-9]+")
# Letters that Unicode does not take apart into a base letter and a mark.
_SLUG_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
)


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
    text = repr(value) if isinstance(value, float) else value
    if isinstance(text, Decimal):
        return plain(Fraction(text))
    if not isinstance(text, str) or not _RATIONAL.match(text.strip()):
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
    if isinstance(value, int):
        return value
    if value.denominator == 1:
        return value.numerator
    decimal = float(value)
    return decimal if Fraction(repr(decimal)) == value else f"{value.numerator}/{value.denominator}"


def points_text(value: Points) -> str:
    """``value`` as a table prints it: ``8``, ``12.5``, ``8 1/7``."""
    exact = points_json(value)
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
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError(f"{value!r} is not a time")
    match = _TIME.match(str(value).strip())
    if match is None:
        raise ValueError(f'{value!r} is not a time (write "3:05.123" or seconds)')
    sign, first, second, last = match.groups()
    # "1:02:03" has hours; "2:03" has none, and then the first group is the minutes.
    hours, minutes = (first, second) if second is not None else ("0", first or "0")
    try:
        seconds = Decimal(hours) * 3600 + Decimal(minutes) * 60 + Decimal(last)
    except InvalidOperation:  # pragma: no cover - the pattern admits only digits
        raise ValueError(f"{value!r} is not a time") from None
    if sign and seconds:
        raise ValueError(f"{value!r} is a negative time")
    return seconds


def time_text(seconds: Decimal) -> str:
    """``seconds`` as a results sheet prints it, with no digit lost: ``3:05.123``."""
    whole_minutes, rest = divmod(seconds, 60)
    text = f"{rest:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if not whole_minutes:
        return text
    padded = text if rest >= 10 else f"0{text}"
    hours, minutes = divmod(int(whole_minutes), 60)
    return f"{hours}:{minutes:02d}:{padded}" if hours else f"{minutes}:{padded}"


def known_date(value: object) -> str:
    """``value`` as an ISO date or time in UTC: ``2016-09-23`` or ``2016-09-23T14:00Z``.

    Raises ValueError for anything else.
    """
    if not isinstance(value, str) or not _DATE.match(value):
        raise ValueError(f"{value!r} is not a date (write 2016-09-23 or 2016-09-23T14:00Z)")
    return value


def known_by(known: str, as_of: str) -> bool:
    """Whether what became public at ``known`` was public at ``as_of`` (a date means its whole day)."""
    return known[: len(as_of)] <= as_of


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
