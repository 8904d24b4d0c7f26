"""Equality, hash and representation by fields, written once instead of generated for each class.

attrs compiles these methods for every class when it is imported. With some eighty classes that would be a good part
of the time in which a call of the command line starts.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from attrs import fields


class Record:
    """A base for attrs classes that say ``eq=False, repr=False``: two are equal if class and fields are."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        values = _values(self.__class__)
        return bool(values(self) == values(other))

    def __hash__(self) -> int:
        return hash(_values(self.__class__)(self))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in _names(self.__class__))
        return f"{self.__class__.__qualname__}({shown})"


_GETTERS: dict[type, Callable[[Any], Any]] = {}


def _values(cls: type) -> Callable[[Any], Any]:
    """What takes the values of all fields at once from an object of the class."""
    found = _GETTERS.get(cls)
    if found is None:
        names = _names(cls)
        found = _GETTERS[cls] = attrgetter(*names) if names else lambda _: ()
    return found


def _names(cls: Any) -> tuple[str, ...]:
    return tuple(attribute.name for attribute in fields(cls))
