"""What every log does, wherever it keeps its events: it is read, and appended to. Nothing is changed."""

from collections.abc import Iterable, Sequence
from typing import Protocol, runtime_checkable

from rxscore.events import Event, canonical
from rxscore.problems import UserError

EMPTY = "0" * 64
"""The head of a log without events."""


@runtime_checkable
class Log(Protocol):
    """Events in the order in which they were appended. Ids are unique in a log.

    The head stands for all that the log says: two logs with the same head hold the same events in
    the same order. It is computed from the events, and kept nowhere.
    """

    def read(self) -> Sequence[Event]:
        """All events. Raises UserError naming everything that cannot be read, and where."""
        ...

    def head(self) -> str:
        """The chain over all events; ``EMPTY`` if there are none. Raises UserError as ``read`` does."""
        ...

    def append(self, events: Iterable[Event], expected_head: str | None) -> str:
        """Add ``events`` at the end, all or none, durably; the head is then the one that is returned.

        ``expected_head``: the head of the log that the events were meant to follow; None: whatever it is.
        Raises StaleHead if it has another head by now, and UserError for an id that is there already or
        a log that cannot be read or written. Then nothing is written.

        If the machine stops in the middle, the log may hold the first of them: its head then says so.
        """
        ...


class StaleHead(UserError):  # noqa: N818 - the name is the message
    """The log has grown since it was read: what was to be appended may rest on what is no longer so."""

    def __init__(self, expected: str, actual: str, name: str = "the log") -> None:
        self.expected = expected
        self.actual = actual
        super().__init__(
            f"{name} has grown since it was read: its head was expected to be {expected}, "
            f"but is {actual}; nothing was written (read it again, and then append)"
        )


def chain(events: Iterable[Event], start: str = EMPTY) -> str:
    """The head after ``events``, from the head ``start``: SHA-256 over the last head and each event's bytes."""
    # Imported here, as whatever only writing needs: reading a log is the start of every call.
    import hashlib

    head = bytes.fromhex(start)
    for event in events:
        head = hashlib.sha256(head + canonical(event)).digest()
    return head.hex()
