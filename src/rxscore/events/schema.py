"""The vocabulary as a JSON Schema, generated from the classes: editors complete and check a line by it."""

import inspect
from collections.abc import Iterator
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from attrs import NOTHING, Attribute, fields, has

from rxscore.events import values
from rxscore.events.codec import VERSION
from rxscore.events.model import KINDS, Event

_VALUES: dict[str, tuple[Any, dict[str, Any]]] = {
    "points": (
        values.Points,
        {
            "description": 'Exact points: 8, 12.5 or "25/3".',
            "type": ["number", "string"],
            "pattern": f"^{values.POINTS_PATTERN}$",
        },
    ),
    "time": (
        Decimal,
        {
            "description": 'A time, or seconds: "3:05.123", "185.123" or 185.123.',
            "type": ["number", "string"],
            "pattern": f"^{values.TIME_PATTERN}$",
        },
    ),
    "date": (
        values.Date,
        {
            "description": "An ISO date, or time in UTC: 2016-09-23 or 2016-09-23T14:00Z.",
            "type": "string",
            "pattern": f"^{values.DATE_PATTERN}$",
        },
    ),
    "ordinal": (
        values.Ordinal,
        {
            "description": "A place, a position, the number of a round or of a race.",
            "type": "integer",
            "minimum": 1,
        },
    ),
    "status": (
        values.Status,
        {
            "description": "How a start ended. NC: running at the end but not classified. "
            "unknown: took part, but the source does not say how it ended.",
            "enum": list(get_args(values.Status)),
        },
    ),
    "basis": (
        values.Basis,
        {
            "description": "Read in a source, or concluded from other facts (then say because of what).",
            "enum": list(get_args(values.Basis)),
        },
    ),
}
_PLAIN = {str: {"type": "string"}, int: {"type": "integer"}, bool: {"type": "boolean"}}


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of one line of a log: one variant per kind, unknown fields refused.

    It knows single values, not the season: that an entry exists is for ``rxscore log check`` to say.
    """
    rows = {_name(row): row for cls in KINDS.values() for row in _rows(cls)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An event: one line of an rxscore log",
        "type": "object",
        "required": ["kind"],
        "oneOf": [{"$ref": f"#/$defs/{kind}"} for kind in KINDS],
        "$defs": {
            **{kind: _event(kind, cls) for kind, cls in KINDS.items()},
            **{name: _object(row) for name, row in sorted(rows.items())},
            **{name: schema for name, (_, schema) in _VALUES.items()},
        },
    }


def _event(kind: str, cls: type[Event]) -> dict[str, Any]:
    schema = _object(cls)
    version = {
        "description": "The version of the vocabulary; none means 1.",
        "type": "integer",
        "minimum": 1,
        "maximum": VERSION,
    }
    schema["properties"] = {"kind": {"const": kind}, "v": version, **schema["properties"]}
    schema["required"] = ["kind", *schema["required"]]
    return schema


def _object(cls: type) -> dict[str, Any]:
    attributes: tuple[Attribute[Any], ...] = fields(cls)
    return {
        "description": inspect.cleandoc(cls.__doc__ or "").replace("``", "`"),
        "type": "object",
        "properties": {field.name: _type(field.type) for field in attributes},
        "required": [field.name for field in attributes if field.default is NOTHING],
        "additionalProperties": False,
    }


def _type(of: Any) -> dict[str, Any]:
    for name, (value, _) in _VALUES.items():
        if of == value:
            return {"$ref": f"#/$defs/{name}"}
    if of in _PLAIN:
        return dict(_PLAIN[of])
    if has(of):
        return {"$ref": f"#/$defs/{_name(of)}"}
    if get_origin(of) is Literal:
        return {"enum": list(get_args(of))}
    if get_origin(of) is tuple:
        return {"type": "array", "items": _type(get_args(of)[0])}
    if get_origin(of) in (Union, UnionType):
        kept = [part for part in get_args(of) if part is not NoneType]
        # "int | Fraction | None" is flat: what remains without None is looked up as a whole.
        return {"anyOf": [_type(Union[tuple(kept)]), {"type": "null"}]}  # noqa: UP007 - the parts are data
    raise TypeError(f"the schema does not know the type {of!r}")


def _rows(cls: type) -> Iterator[type]:
    for field in fields(cls):
        yield from (part for part in get_args(field.type) if has(part))


def _name(row: type) -> str:
    return f"row-{row.__name__.lower()}"
