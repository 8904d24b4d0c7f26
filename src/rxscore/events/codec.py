"""Events to and from JSON: strict reading, one canonical way of writing.

Every line says its ``kind``. A line written by an earlier version of the vocabulary says so by ``v``
(no ``v``: version 1) and is upcast, one version after the other, before it is read.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache, reduce
from operator import or_
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import orjson
from attrs import fields, frozen, has
from cattrs import BaseValidationError, ClassValidationError, Converter, ForbiddenExtraKeysError
from cattrs.cols import is_mapping, list_structure_factory, mapping_structure_factory
from cattrs.errors import IterableValidationError
from cattrs.gen import make_dict_structure_fn

from rxscore.events import values
from rxscore.events.model import KINDS, Event
from rxscore.record import Record

VERSION = 1
"""The version of the vocabulary that is written. Raise it with an upcaster when a kind changes its fields."""

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
UPCASTERS: Mapping[int, Upcaster] = {}
"""From version ``n`` to ``n + 1``: takes and returns the plain object of one event."""


@frozen(eq=False, repr=False)
class Mistake(Record):
    """One thing wrong with an object that was to be an event: where (``rows[2].place``) and what."""

    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


class EventError(ValueError):
    """An object cannot be read as an event; ``mistakes`` says everything that is wrong with it."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("; ".join(map(str, self.mistakes)))


def read(plain: object, upcasters: Mapping[int, Upcaster] = UPCASTERS, version: int = VERSION) -> Event:
    """The event that a plain JSON object stands for.

    Raises EventError naming every unknown kind or field, missing field and wrong value, with what is allowed.
    """
    if not isinstance(plain, dict):
        raise EventError([Mistake("", f"an event is a JSON object, not {_json_type(plain)}")])
    content = dict(plain)
    written = content.pop("v", 1)
    if type(written) is not int or not 1 <= written <= version:
        raise EventError([Mistake("v", f"version {written!r} is not known here (1 to {version} are)")])
    for step in range(written, version):
        content = upcasters[step](content)
    kind = content.pop("kind", None)
    cls = KINDS.get(kind) if isinstance(kind, str) else None
    if cls is None:
        what = "missing" if kind is None else f"unknown kind {kind!r}"
        raise EventError([Mistake("kind", f"{what}{suggest(str(kind or ''), KINDS)}")])
    try:
        return _fast().structure(content, cls)
    except Exception:
        # The fast path stops at the first mistake and does not say where: read again, slowly.
        return _careful_structure(content, cls)


def write(event: Event) -> dict[str, Any]:
    """The plain object of an event: ``kind`` first, then the fields in their order, defaults left out."""
    plain: dict[str, Any] = {"kind": event.kind}
    if VERSION > 1:
        plain["v"] = VERSION
    plain.update(_fast().unstructure(event))
    return plain


def canonical(event: Event) -> bytes:
    """The one way in which an event is written: equal events have equal bytes. Without a line end."""
    return orjson.dumps(write(event))


def suggest(word: str, known: Iterable[str]) -> str:
    """``; did you mean ...?``, or the whole list where nothing is near and it is short."""
    choices = sorted(known)
    near = nearest(word, choices)
    if near:
        return f"; did you mean {' or '.join(near)}?"
    if not choices:
        return "; there are none"
    shown = ", ".join(choices[:30]) + (", ..." if len(choices) > 30 else "")
    return f"; known: {shown}"


def nearest(word: str, known: Iterable[str]) -> list[str]:
    """The few of the known words that are most like a word, the nearest first; none, where none is like it."""
    import difflib  # here, because nothing is suggested while all is well

    folded = {choice.casefold(): choice for choice in sorted(known)}
    return [folded[name] for name in difflib.get_close_matches(word.casefold(), folded, n=3, cutoff=0.6)]


# --- the converters --------------------------------------------------------------------------


@cache
def _fast() -> Converter:
    return strict_converter(detailed=False)


@cache
def _careful() -> Converter:
    return strict_converter(detailed=True)


def strict_converter(*, detailed: bool) -> Converter:
    """A converter that reads plain objects strictly; ``detailed`` ones say where a mistake is, and are slower.

    Hooks are made per class when first met: for a log of six kinds six, not all.
    """
    converter = Converter(forbid_extra_keys=True, omit_if_default=True, detailed_validation=detailed)
    converter.register_structure_hook(str, _exact(str, "text"))
    converter.register_structure_hook(int, _exact(int, "a whole number"))
    converter.register_structure_hook(bool, _exact(bool, "true or false"))
    converter.register_structure_hook(Decimal, lambda value, _: values.signed_time(value))
    converter.register_structure_hook_func(_is(values.Points), _reads(values.points))
    converter.register_structure_hook_factory(_is_optional, _optional)
    converter.register_structure_hook_func(_is_literal, _literal)
    for annotated, reader in ((values.Date, values.known_date), (values.Ordinal, values.ordinal)):
        converter.register_structure_hook_func(_is(annotated), _reads(reader))
    converter.register_structure_hook_factory(_is_tuple, _tuple)
    converter.register_structure_hook_factory(has, _object if detailed else _quick_object)
    if detailed:
        converter.register_structure_hook_factory(is_mapping, _mapping)
    for points in (values.Points, values.Points | None):
        converter.register_unstructure_hook_func(_is(points), _points_json)
    converter.register_unstructure_hook(Decimal, values.time_text)
    return converter


def _exact(cls: type, name: str) -> Callable[[object, object], object]:
    def structure(value: object, _: object) -> object:
        if type(value) is not cls:
            raise ValueError(f"{_json_type(value)} where {name} is expected")
        return value

    return structure


def _is(wanted: object) -> Callable[[object], bool]:
    return lambda cls: cls == wanted


def _reads(reader: Callable[[object], object]) -> Callable[[object, object], object]:
    return lambda value, _: reader(value)


def _is_tuple(cls: object) -> bool:
    return get_origin(cls) is tuple


def _tuple(cls: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    items = list_structure_factory(cls, converter)

    def structure(value: object, _: object) -> tuple[Any, ...]:
        if type(value) not in (list, tuple):  # a text would do for a list of its letters
            raise ValueError(f"{_json_type(value)} where a list is expected")
        return tuple(items(value, cls))

    return structure


def _object(cls: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    attributes = make_dict_structure_fn(cls, converter)

    def structure(value: object, _: object) -> Any:
        if type(value) is not dict:
            raise ValueError(f"{_json_type(value)} where an object is expected")
        return attributes(value, cls)

    return structure


def _quick_object(cls: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    """As cattrs would, but compiling nothing: most calls of the command line read one small log.

    A field that is unknown or missing is an error too, only not in words.
    """
    hooks = {field.name: (converter.get_structure_hook(field.type), field.type) for field in fields(cls)}

    def structure(value: dict[str, Any], _: object) -> Any:
        found = {}
        for name, content in value.items():
            hook, wanted = hooks[name]
            found[name] = hook(content, wanted)
        return cls(**found)

    return structure


def _mapping(cls: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    items = mapping_structure_factory(cls, converter)

    def structure(value: object, _: object) -> Any:
        if type(value) is not dict:
            raise ValueError(f"{_json_type(value)} where an object is expected")
        return items(value, cls)

    return structure


def _is_optional(cls: object) -> bool:
    return get_origin(cls) in (Union, UnionType) and NoneType in get_args(cls)


def _optional(cls: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    inner = reduce(or_, (part for part in get_args(cls) if part is not NoneType))
    hook = converter.get_structure_hook(inner)
    return lambda value, _: None if value is None else hook(value, inner)


def _points_json(value: values.Points | None) -> int | float | str | None:
    return None if value is None else values.points_json(value)


def _is_literal(cls: object) -> bool:
    return get_origin(cls) is Literal


def _literal(value: object, cls: object) -> object:
    allowed = get_args(cls)
    if value not in allowed:
        raise ValueError(f"{value!r} is not one of {', '.join(allowed)}")
    return value


def _json_type(value: object) -> str:
    names = {
        str: "text",
        int: "a number",
        float: "a decimal number",
        bool: "true/false",
        list: "a list",
        dict: "an object",
    }
    return "nothing (null)" if value is None else names.get(type(value), type(value).__name__)


# --- saying what is wrong --------------------------------------------------------------------


def _careful_structure(content: dict[str, Any], cls: type[Event]) -> Event:
    try:
        return _careful().structure(content, cls)
    except BaseValidationError as error:
        raise EventError(mistakes(error)) from None


def mistakes(error: BaseException, path: str = "") -> Iterator[Mistake]:
    """Every mistake that cattrs found, with the path of the field in which it is."""
    match error:
        case ClassValidationError():
            inside, plain = error.group_exceptions()
            for problem, note in inside:
                yield from mistakes(problem, f"{path}.{note.name}" if path else note.name)
            for problem in plain:
                yield from mistakes(problem, path)
        case IterableValidationError():
            items, _ = error.group_exceptions()
            for problem, place in items:
                yield from mistakes(problem, f"{path}[{place.index}]")
        case ForbiddenExtraKeysError():
            known = [attribute.name for attribute in fields(error.cl)]
            for name in sorted(error.extra_fields):
                yield Mistake(f"{path}.{name}" if path else name, f"unknown field{suggest(name, known)}")
        case KeyError():
            yield Mistake(path, "missing")
        case _:
            yield Mistake(path, str(error))
