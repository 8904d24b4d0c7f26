"""The shorthand of rulesets: small phrases that stand for a line, an outcome or a tie step."""

import re
from collections.abc import Mapping
from typing import get_args

from rxscore.events import Points, plain, points, suggest
from rxscore.rulesets.model import Linear, Outcome, TieStep, Unknown

_LINEAR = re.compile(r"^(?:(?P<head>\d+(?:\.\d+)?)\s*(?P<sign>[+-])\s*)?place(?:\s*(?P<op>[+-])\s*(?P<tail>\d+))?$")
_BEHIND = re.compile(r"^(entries|last)(?:\s*\+\s*(\d+))?$")
_LESS = re.compile(r"^last\s*-\s*(\d+)$")
_KINDS = get_args(TieStep.__annotations__["kind"])

UNKNOWN = "unknown"
"""What a ruleset says of points that exist, but that no source tells."""


def worth(value: object) -> Points | Unknown:
    """The points of a place in a scale, or ``unknown``. Raises ValueError for anything else."""
    if value == UNKNOWN:
        return Unknown()
    try:
        return points(value)
    except ValueError as error:
        raise ValueError(f'{error}, or "unknown" for points that no source tells') from None


def beyond(value: object) -> Linear | Unknown:
    """What the places beyond a scale's list are worth: so many each, a line over places, or ``unknown``.

    Raises ValueError for anything else.
    """
    if isinstance(value, str):
        return Unknown() if value == UNKNOWN else linear(value)
    return Linear(points(value), 0)


def linear(phrase: str) -> Linear:
    """``44 - place``, ``place``, ``place + 5``. Raises ValueError for anything else."""
    match = _LINEAR.match(phrase.strip())
    if match is None:
        raise ValueError(f'{phrase!r} is not a line over places (write "44 - place" or "place + 5")')
    constant: Points = points(match["head"]) if match["head"] else 0
    if match["tail"]:
        constant += int(match["tail"]) * (-1 if match["op"] == "-" else 1)
    return Linear(plain(constant), -1 if match["sign"] == "-" else 1)


def outcome(value: object) -> Outcome:
    """A number of points, ``place``, ``entries + 1``, ``last + 1``, ``last - 5`` or ``unknown``. Raises ValueError."""
    if value in ("place", UNKNOWN):
        return Outcome(value)  # type: ignore[arg-type]
    if isinstance(value, str):
        behind = _BEHIND.match(value.strip())
        if behind:
            return Outcome("entries" if behind[1] == "entries" else "last", int(behind[2] or 0))
        less = _LESS.match(value.strip())
        if less:
            return Outcome("less", int(less[1]))
    try:
        return Outcome("points", points(value))
    except ValueError:
        allowed = 'a number of points, "place", "entries + 1", "last + 1" (places), "last - 5" (points) or "unknown"'
        raise ValueError(f"{value!r} is not understood (write {allowed})") from None


def tie_step(phrase: str) -> TieStep:
    """A step of a tie-break chain in words. Raises ValueError naming the steps there are.

    ``event wins``, ``wins in heats``, ``countback``, ``countback in final``, ``place in qualifying``,
    ``points in heats``, ``latest session``, ``latest round``, ...; with ``(counted)``: counted results only;
    with ``(scoring)``: only places that are worth points.
    """
    words = phrase.strip()
    words, counted = _without(words, "(counted)")
    words, scoring = _without(words, "(scoring)")
    name, _, of = words.partition(" in ")
    kind = {"event wins": "wins"}.get(name, name)
    if kind not in _KINDS:
        raise ValueError(f"unknown tie step {phrase!r}{suggest(name, ('event wins', *_KINDS))}")
    if kind in ("place", "points") and not of:
        raise ValueError(f'{phrase!r} does not say in what: write "{kind} in STAGE"')
    return TieStep(kind, of, counted, scoring)  # type: ignore[arg-type]


def toml_text(value: object) -> str:
    """A plain value as TOML writes it, on one line."""
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{key} = {toml_text(item)}" for key, item in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_text, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def _without(words: str, mark: str) -> tuple[str, bool]:
    return words.removesuffix(mark).strip(), words.endswith(mark)
