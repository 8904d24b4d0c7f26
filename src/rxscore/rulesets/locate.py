"""Where in a TOML text a key stands. The parser of the standard library does not tell, and errors should."""

import re
from collections.abc import Mapping, Sequence

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?")
_KEY = re.compile(r"^\s*((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)\s*=")
_ID = re.compile(r"\bid\s*=\s*[\"']([^\"']*)[\"']")


def line_of(text: str, key: str) -> int | None:
    """The line on which the longest known beginning of a dotted key is written, or None.

    Tables in a list are named by their ``id``, or by their number from 0.
    """
    places = _places(text)
    parts = key.replace("[", ".").replace("]", "").split(".")
    for length in range(len(parts), 0, -1):
        line = places.get(".".join(parts[:length]))
        if line is not None:
            return line
    return None


def _places(text: str) -> dict[str, int]:
    places: dict[str, int] = {}
    counts: dict[str, int] = {}
    last: dict[str, tuple[str, ...]] = {}  # by list of tables, the names of its last one: by number and by id
    lists: tuple[str, ...] = ()  # the names of the list in whose table we are, if we are in one
    header = ""
    names: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        opened = _HEADER.match(line)
        if opened:
            header = ".".join(_parts(opened[2]))
            names, lists = _named(header, last), ()
            for name in names:
                places.setdefault(name, number)
            if opened[1] == "[[":
                lists = names
                index = counts[lists[0]] = counts.get(lists[0], -1) + 1
                names = last[header] = tuple(f"{name}.{index}" for name in lists)
                for name in names:
                    places.setdefault(name, number)
            continue
        found = _KEY.match(line)
        if not found:
            continue
        identity = _ID.match(line.strip())
        if identity and lists:
            names = last[header] = (*names, *(f"{name}.{identity[1]}" for name in lists))
            for name in names:
                places.setdefault(name, number)
        key = ".".join(_parts(found[1]))
        # Several keys can stand on one line: those of inline tables.
        inner = [f"{key}.{one[1]}" for one in re.finditer(r"[{,]\s*([\w-]+)\s*=", line[found.end() :])]
        for name in names or ("",):
            for one in (key, *inner):
                places.setdefault(f"{name}.{one}".lstrip("."), number)
    return places


def _named(header: str, last: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """What a header names: ``[stages.award]`` is a table of the last of the ``[[stages]]``."""
    beginning, rest = header, ""
    while "." in beginning:
        beginning, _, part = beginning.rpartition(".")
        rest = f".{part}{rest}"
        if beginning in last:
            return tuple(f"{name}{rest}" for name in last[beginning])
    return (header,)


def _parts(dotted: str) -> Sequence[str]:
    return [part.strip().strip("\"'") for part in dotted.split(".")]
