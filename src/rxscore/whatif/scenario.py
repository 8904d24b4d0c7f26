"""Scenarios: what-ifs with a name, kept as TOML files.

title = "What if the disqualifications of the last round had not been"
source = ["https://..."]          # where the idea comes from
seasons = ["club/2024"]           # what it is for; a star stands for anything

[[edits]]                         # in this order; see rxscore.whatif.edits
without = "dsq-r9-car-7"

[[edits]]
set = "scales.final"
value = [10, 8, 6]
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from attrs import evolve, fields, frozen
from cattrs import BaseValidationError, Converter

from rxscore.events import mistakes, strict_converter, suggest
from rxscore.problems import Problem, UserError
from rxscore.rulesets.locate import line_of
from rxscore.whatif.edits import VERBS, Edit, SetRule


@frozen
class Scenario:
    """A what-if: what is different, what it is called, where the idea comes from, which seasons it is for.

    ``places`` says where each edit is written.
    """

    title: str
    edits: tuple[Edit, ...]
    source: tuple[str, ...] = ()
    seasons: tuple[str, ...] = ()
    note: str = ""
    name: str = ""
    places: tuple[Problem, ...] = ()

    def fits(self, season: str) -> bool:
        """Whether it is meant for a season of that name."""
        return not self.seasons or any(fnmatchcase(season, pattern) for pattern in self.seasons)


@frozen
class _Header:
    """What a scenario's file says besides its edits."""

    title: str
    source: tuple[str, ...] = ()
    seasons: tuple[str, ...] = ()
    note: str = ""


def read(text: str, file: str = "", name: str = "") -> Scenario:
    """The scenario that a TOML text tells. Raises UserError with every mistake in it, by file, line and key."""
    try:
        plain = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(Problem(f"this is not TOML: {error}", file)) from None
    tables = plain.pop("edits", [])
    found: list[tuple[str, str]] = []
    header = None
    try:
        header = _converter().structure(plain, _Header)
    except BaseValidationError as error:
        # Only the header is read here, but the list of what is known takes in the edits.
        found += [(one.field, one.message.replace("known: ", "known: edits, ")) for one in mistakes(error)]
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        found.append(("edits", "a list of tables is expected: [[edits]]"))
        tables = []
    elif not tables:
        found.append(("edits", "missing: nothing is different"))
    edits: list[Edit] = []
    for index, table in enumerate(tables):
        try:
            edits.append(edit(table))
        except UserError as error:
            key = f"edits.{index}"
            found += [(f"{key}.{one.field}" if one.field else key, one.message) for one in error.problems]
    if found or header is None:
        raise UserError(Problem(message, file, line_of(text, key), key) for key, message in found)
    places = tuple(Problem("", file, line_of(text, f"edits.{index}"), f"edits.{index}") for index in range(len(edits)))
    return Scenario(header.title, tuple(edits), header.source, header.seasons, header.note, name, places)


def edit(table: Mapping[str, Any]) -> Edit:
    """The edit that a plain table tells: one verb, and what belongs to it. Raises UserError with its mistakes."""
    verbs = [key for key in table if key in VERBS]
    if len(verbs) != 1:
        what = f"one edit, one of these keys; this has {' and '.join(verbs)}" if verbs else "it does not say what to do"
        near = "" if verbs else suggest(next(iter(table), ""), VERBS)
        raise UserError(f"{what}{near}")
    verb = verbs[0]
    cls = VERBS[verb]
    first = fields(cls)[0].name
    given = {first: table[verb], **{key: value for key, value in table.items() if key != verb}}
    if cls is SetRule:
        wrong = sorted(set(given) - {"key", "value"})
        if wrong:
            raise UserError([Problem("unknown field; known: set, value", field=key) for key in wrong])
        if "value" not in given:
            raise UserError(Problem('missing (write unset = "KEY" to leave the key out)', field="value"))
        if not isinstance(given["key"], str):
            raise UserError(Problem("a dotted key is expected", field="set"))
        return SetRule(given["key"], given["value"])
    try:
        made: Edit = _converter().structure(given, cls)
    except BaseValidationError as error:
        raise UserError(_named(verb, first, one.field, one.message) for one in mistakes(error)) from None
    return made


def _named(verb: str, first: str, field: str, message: str) -> Problem:
    """A mistake with the names that the file has: the first field of an edit is written as its verb."""
    head, dot, tail = field.partition(".")
    head, bracket, index = head.partition("[")
    return Problem(message, field=f"{verb if head == first else head}{bracket}{index}{dot}{tail}")


@cache
def _converter() -> Converter:
    converter = strict_converter(detailed=True)
    # The fields of events and the values of rules are read where they are used, and strictly there.
    converter.register_structure_hook_func(lambda cls: cls == Mapping[str, Any], _table)
    return converter


def _table(value: object, _: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError('a table is expected: { field = "value" }')
    return value


def made_of(edits: Iterable[Edit | Mapping[str, Any]], title: str = "") -> Scenario:
    """A scenario of edits, each as an object or as the plain table that a file would have. Raises UserError."""
    made: list[Edit] = []
    found: list[Problem] = []
    for index, given in enumerate(edits):
        try:
            made.append(edit(given) if isinstance(given, Mapping) else given)
        except UserError as error:
            found += [evolve(one, field=f"edits.{index}.{one.field}".rstrip(".")) for one in error.problems]
    if found:
        raise UserError(found)
    return Scenario(title, tuple(made), places=tuple(Problem("", field=f"edits.{index}") for index in range(len(made))))


def composed(scenarios: Sequence[Scenario]) -> Scenario:
    """Several scenarios one after the other, as one."""
    places = tuple(place for one in scenarios for place in (one.places or _unplaced(one)))
    return Scenario(
        "; ".join(one.title for one in scenarios if one.title),
        tuple(edit for one in scenarios for edit in one.edits),
        tuple(dict.fromkeys(source for one in scenarios for source in one.source)),
        places=places,
    )


def _unplaced(one: Scenario) -> tuple[Problem, ...]:
    return tuple(Problem("") for _ in one.edits)
