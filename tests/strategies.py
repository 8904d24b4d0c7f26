"""Hypothesis strategies: any event of any kind, with any values that its fields admit."""

from decimal import Decimal
from fractions import Fraction
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from attrs import NOTHING, fields, has
from hypothesis import strategies as st

from rxscore.events import KINDS, Date, Event, Ordinal, Points, plain

# Any text that JSON can carry: lone surrogates it cannot.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
points = st.integers() | st.fractions().map(plain) | st.decimals(-999, 999, places=3).map(Fraction).map(plain)
times = st.decimals(-(10**9) + 1, 10**9 - 1, places=3) | st.decimals(-99, 99, places=9)
ordinals = st.integers(1, 2**63 - 1)
dates = st.dates().map(str) | st.datetimes().map(lambda moment: moment.isoformat(timespec="minutes") + "Z")


def values(of: Any) -> st.SearchStrategy[Any]:
    """Any value of the type ``of`` of a field."""
    known = [(Points, points), (Decimal, times), (Date, dates), (Ordinal, ordinals), (str, texts)]
    known += [(int, st.integers(-(2**63), 2**63 - 1)), (bool, st.booleans())]
    for value, strategy in known:
        if of == value:
            return strategy
    if has(of):
        return objects(of)
    if get_origin(of) is Literal:
        return st.sampled_from(get_args(of))
    if get_origin(of) is tuple:
        return st.lists(values(get_args(of)[0]), max_size=3).map(tuple)
    assert get_origin(of) in (Union, UnionType), of
    kept = tuple(part for part in get_args(of) if part is not NoneType)
    return st.none() | values(Union[kept])  # noqa: UP007 - the parts are data


def objects(cls: type) -> st.SearchStrategy[Any]:
    """Any object of an attrs class; a field that has a default is mostly left out."""
    required = {field.name: values(field.type) for field in fields(cls) if field.default is NOTHING}
    optional = {field.name: values(field.type) for field in fields(cls) if field.default is not NOTHING}
    return st.fixed_dictionaries(required, optional=optional).map(lambda given: cls(**given))


def events(*kinds: str) -> st.SearchStrategy[Event]:
    """Any event of one of the ``kinds``, or of any kind."""
    return st.sampled_from(kinds or tuple(KINDS)).flatmap(lambda kind: objects(KINDS[kind]))


def logs(max_size: int = 8) -> st.SearchStrategy[list[Event]]:
    """A few events whose ids are unique. They need not make a season."""
    return st.lists(events(), max_size=max_size, unique_by=lambda event: event.id)
