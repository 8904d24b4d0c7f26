"""Where in a TOML text a key stands. The parser of the standard library does not tell, and errors should."""

import re
from collections.abc import Sequence

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
    names: tuple[str, ...] = ("",)
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        if header:
            name = ".".join(_parts(header[2]))
            if header[1] == "[[":
                index = counts.get(name, 0)
                counts[name] = index + 1
                names = (f"{name}.{index}.",)
            else:
                names = (f"{name}.",)
            for prefix in names:
                places.setdefault(prefix.rstrip("."), number)
            places.setdefault(name, number)
            continue
        found = _KEY.match(line)
        if not found:
            continue
        key = ".".join(_parts(found[1]))
        identity = _ID.match(line.strip())
        if identity and len(names) == 1 and names[0]:
            table = names[0].rstrip(".").rsplit(".", 1)[0]
            names = (names[0], f"{table}.{identity[1]}.")
            places.setdefault(names[1].rstrip("."), number)
        for prefix in names:
            places.setdefault(prefix + key, number)
        # Several keys can stand on one line (id = "a"; title = "b" is not TOML, but inline tables are).
        for inner in re.finditer(r"[{,]\s*([\w-]+)\s*=", line[found.end() :]):
            for prefix in names:
                places.setdefault(f"{prefix}{key}.{inner[1]}", number)
    return places


def _parts(dotted: str) -> Sequence[str]:
    return [part.strip().strip("\"'") for part in dotted.split(".")]
