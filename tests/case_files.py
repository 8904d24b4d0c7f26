"""Cases as files: a season in miniature, the rules it is scored by, and what must come out.

A case is one TOML file in ``tests/cases``; tests/cases/README.md describes it. Nothing in here scores anything.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
from attrs import field, frozen

from rxscore import api
from rxscore.events import Event, Points, canonical, points, read
from rxscore.rulesets import Ruleset, assemble, build, edited
from rxscore.rulesets.patch import laid_over
from rxscore.scoring import Rulebook

FOLDER = Path(__file__).parent / "cases"
_START = date(2000, 1, 1)
_CAR = re.compile(r"(?P<entry>[\w.-]+)(?:\[(?P<drivers>[\w.+-]+)\])?(?::(?P<status>\w+))?(?:@(?P<time>[\d:.]+))?")
_KEYS = {
    "title", "source", "rule", "season", "ruleset", "rulesets", "competitors", "entries", "rounds", "races",
    "declared", "reported", "events", "expect", "compare",
}  # fmt: skip


@frozen
class Line:
    """One line of a table or ranking as expected; None where the file does not say."""

    place: int | None
    name: str
    points: Points | None = None
    status: str | None = None


@frozen
class Variant:
    """A version of the case: what is left out of the log, what the rules say instead, as of when."""

    without: tuple[str, ...] = ()
    set: tuple[tuple[str, Any], ...] = ()
    as_of: str | None = None


@frozen(eq=False)
class Case:
    """A file of ``tests/cases``."""

    path: Path
    content: Mapping[str, Any] = field(repr=False)

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """The log: what the file says in short, and its events; each read as from a log's file."""
        plain = list(self._plain())
        last = max((self._round_of(one) for one in plain), default=0)
        return tuple(_event(one, index, self._round_of(one), last) for index, one in enumerate(plain))

    @property
    def expectations(self) -> list[dict[str, Any]]:
        """The [[expect]] tables."""
        return [dict(one) for one in self.content.get("expect", ())]

    @property
    def comparisons(self) -> list[dict[str, Any]]:
        """The [[compare]] tables."""
        return [dict(one) for one in self.content.get("compare", ())]

    def rules(self, variant: Variant) -> Rulebook:
        """The rules of the season, with the variant's edits, and those of single rounds."""
        season = str(self.content.get("season", "2000"))
        own = self._ruleset(self.content["ruleset"], season, variant.set)
        pinned = {
            int(number): self._ruleset(self.content["rulesets"][said["rules"]], season, ())
            for number, said in self.content.get("rounds", {}).items()
            if "rules" in said
        }
        return Rulebook(own, pinned, api.extensions([own, *pinned.values()]))

    def _ruleset(self, said: str | Mapping[str, Any], season: str, edits: Iterable[tuple[str, Any]]) -> Ruleset:
        if isinstance(said, str):
            return api.ruleset(said, season, tuple(edits))
        own = {name: value for name, value in said.items() if name != "extends"}
        if "extends" in said:
            plain = laid_over(assemble(said["extends"], season, api.source)[0], own)
        else:
            plain = {"title": "Case", "series": "case", "seasons": "any"} | own
        for key, value in edits:
            plain = edited(plain, key, value)
        return build("case", plain, ())

    # --- the log -----------------------------------------------------------------------------

    def _plain(self) -> Iterator[dict[str, Any]]:
        races = [
            *(_race(key, said) for key, said in self.content.get("races", {}).items()),
            *(_declared(key, said) for key, said in self.content.get("declared", {}).items()),
            *(_reported(key, said) for key, said in self.content.get("reported", {}).items()),
        ]
        said = [dict(one) for one in self.content.get("events", ())]
        entries = {name: dict(one) for name, one in self.content.get("entries", {}).items()}
        for one in (*races, *said):
            for row in one.get("rows", ()):
                if "entry" in row:
                    entries.setdefault(row["entry"], {})
        for name, entry in entries.items():
            entry.setdefault("drivers", [name])
        rounds = {int(number): dict(one) for number, one in self.content.get("rounds", {}).items()}
        for one in (*races, *said):
            if one.get("round") is not None:
                rounds.setdefault(one["round"], {})
        yield {"kind": "season-opened", "series": "case", "season": "2000", "name": "Case", "rules": "case"}
        for type_, names in self._competitors(entries, (*races, *said)).items():
            for name in names:
                yield {"kind": "competitor-registered", "competitor": name, "type": type_, "name": name}
        for name, entry in entries.items():
            yield {"kind": "entry-filed", "entry": name, **entry}
        for number, one in sorted(rounds.items()):
            yield {"kind": "round-scheduled", "round": number, "name": f"Round {number}", **one}
        yield from races
        yield from said

    def _competitors(
        self, entries: Mapping[str, Mapping[str, Any]], said: Iterable[Mapping[str, Any]]
    ) -> dict[str, list[str]]:
        rows = [row for one in said for row in one.get("rows", ())]
        crews = [*entries.values(), *said, *rows]
        other = self.content.get("competitors", ())
        return {
            "driver": sorted({name for one in crews for name in one.get("drivers") or ()} | set(other)),
            "team": sorted({one["team"] for one in crews if one.get("team")}),
            "make": sorted({one["make"] for one in crews if one.get("make")}),
        }

    @staticmethod
    def _round_of(plain: Mapping[str, Any]) -> int:
        number = plain.get("round", plain.get("after_round", plain.get("from_round", 0)))
        return int(number or 0)


def cases() -> list[Case]:
    """Every case there is, by the name of its file."""
    return [case(path) for path in sorted(FOLDER.glob("*.toml"))]


def case(path: Path) -> Case:
    """The case in a file. Raises AssertionError for a key that means nothing, or if it expects nothing."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    unknown = set(content) - _KEYS
    assert not unknown, f"{path.name}: unknown keys {sorted(unknown)}"
    for key in ("title", "source", "rule", "ruleset"):
        assert content.get(key), f"{path.name}: {key} is missing"
    assert content.get("expect") or content.get("compare"), f"{path.name}: nothing is expected"
    return Case(path, content)


def lines(text: str) -> tuple[list[Line], bool]:
    """``1 a 10, 2 b 6, - c DSQ`` as lines, and whether the list is whole: no ``...`` at its end."""
    parts = [part.strip() for part in re.split(r"[,\n]", text) if part.strip()]
    whole = not parts or parts[-1] != "..."
    return [_line(part) for part in parts if part != "..."], whole


def variant(said: Mapping[str, Any]) -> Variant:
    """The version of the case that a table asks for."""
    return Variant(tuple(said.get("without", ())), tuple(said.get("set", {}).items()), said.get("as_of"))


def _line(text: str) -> Line:
    place, name, *rest = text.split()
    number = next((part for part in rest if re.fullmatch(r"-?\d+(\.\d+|/\d+)?", part)), None)
    status = next((part for part in rest if part.isalpha()), None)
    return Line(
        None if place == "-" else int(place), name, None if number is None else points(number), status
    )  # fmt: skip


def _race(key: str, said: str | Mapping[str, Any]) -> dict[str, Any]:
    """``"1 Q1.2" = "a b=c d:DNF | e:DNS"``: the results of a race; everybody before the bar has a place."""
    match = re.fullmatch(r"(\d+) (\w+)(?:\.(\d+))?", key)
    assert match, f"{key!r} is not a race: write round and session, 1 Q1 or 1 Q1.2"
    number, session, race = match.groups()
    plain = {"kind": "results", "id": key.replace(" ", "-"), "round": int(number), "session": session}
    return plain | ({"race": int(race)} if race else {}) | _cars(said)


def _declared(key: str, said: str | Mapping[str, Any]) -> dict[str, Any]:
    """``"1 final" = "a b ..."``: the classification of a stage as declared."""
    number, _, stage = key.partition(" ")
    return {
        "kind": "classification-declared",
        "id": key.replace(" ", "-"),
        "round": int(number),
        "stage": stage,
        **_cars(said),
    }


def _reported(key: str, said: str) -> dict[str, Any]:
    """``"7 drivers" = "a 161, b 178"``: the points of a round as reported."""
    number, _, standing = key.partition(" ")
    rows = [dict(zip(("competitor", "points"), part.split(), strict=True)) for part in said.split(",")]
    return {
        "kind": "points-reported",
        "id": key.replace(" ", "-"),
        "round": int(number),
        "standing": standing,
        "rows": rows,
    }


def _cars(said: str | Mapping[str, Any]) -> dict[str, Any]:
    more = {} if isinstance(said, str) else {name: value for name, value in said.items() if name != "cars"}
    text = said if isinstance(said, str) else said["cars"]
    placed, _, others = text.partition("|")
    rows: list[dict[str, Any]] = []
    place = 1
    for group in placed.replace("...", "").split():
        level = group.split("=")
        for car in level:
            row = _car(car)
            rows.append(row | {"place": place} | ({"tied": True} if len(level) > 1 else {}))
        place += len(level)
    rows += [_car(car) for car in others.replace("...", "").split()]
    return {"rows": rows} | ({"complete": False} if "..." in text else {}) | more


def _car(text: str) -> dict[str, Any]:
    match = _CAR.fullmatch(text)
    assert match, f"{text!r} is not a car: write name, name[driver+driver], name:DNF, name@3:05.1"
    drivers = match["drivers"].split("+") if match["drivers"] else None
    given = {"entry": match["entry"], "drivers": drivers, "status": match["status"], "time": match["time"]}
    return {name: value for name, value in given.items() if value is not None}


def _event(plain: Mapping[str, Any], index: int, number: int, last: int) -> Event:
    """The event, with an id and a date if it has none: a round a week, its rulings and claims a day later."""
    late = plain["kind"] not in _FIRST
    week = number or (last + 1 if late else 0)
    known = _START + timedelta(days=7 * week + late)
    event = read({"id": f"{plain['kind']}-{index}", "known": known.isoformat()} | dict(plain))
    assert read(orjson.loads(canonical(event))) == event
    return event


_FIRST = (
    "season-opened", "competitor-registered", "entry-filed", "entry-changed", "eligibility-set", "round-scheduled",
    "results", "classification-declared", "feat-recorded", "points-reported",
)  # fmt: skip


def exact(value: object) -> Points:
    """Points as a case writes them: ``8``, ``12.5``, ``"25/3"``."""
    return Fraction(points(value))
