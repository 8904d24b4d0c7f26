"""A log in a file: JSON Lines, one event a line, as a person reads, writes and compares them.

Reading takes no lock, and is never blocked. Appending takes the lock beside the log (``<name>.lock``), and
writes all lines at once, at the end, and through to the disk. After a crash of the machine in between, the
log holds the first of the lines, the last of them perhaps torn: without its line end. A torn line is reported,
never read, and ``repair`` mends it.
"""

import json
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import orjson
from attrs import field, frozen

from rxscore.events import Event, EventError, Mistake, canonical, read, suggest
from rxscore.logs.contract import StaleHead, chain
from rxscore.problems import Problem, UserError, capped
from rxscore.record import Record

WAIT = 60.0
"""Seconds for which an append waits for another one."""

_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BINARY: int = getattr(os, "O_BINARY", 0)  # or Windows writes other line ends


@frozen(eq=False, repr=False)
class Located(Record):
    """The events of a file, the line that each of them is on, by its id, and what the file is called."""

    events: tuple[Event, ...]
    line_of: Mapping[str, int]
    file: str = ""


@frozen(eq=False, repr=False)
class Repaired(Record):
    """What ``repair`` did. ``torn``: the bytes after the last line end; empty, if there were none.

    ``kept``: the file that they are kept in; None, if they were a whole event and stay in the log.
    """

    torn: bytes
    kept: Path | None


@frozen(eq=False, repr=False)
class JsonlLog(Record):
    """A log in a JSON Lines file. Its folder must exist; the file is made by the first append."""

    path: Path = field(converter=Path)

    def read(self) -> tuple[Event, ...]:
        """All events. Raises UserError naming every mistake in the file, with its line and field."""
        return located(self.path).events

    def head(self) -> str:
        """The chain over all events. Raises UserError as ``read`` does."""
        return chain(self.read())

    def append(self, events: Iterable[Event], expected_head: str | None) -> str:
        """Add ``events``, all or none, and return the new head.

        Raises StaleHead if the log has grown, and UserError for an id that is there already, a log that
        cannot be read (or is torn), or a file or folder that cannot be written. Then nothing is written.
        """
        added = tuple(events)
        lines = b"".join(canonical(event) + b"\n" for event in added)
        parse(lines, "what is to be appended")  # What could not be read again is not written.
        path = _target(self.path)
        with _locked(path):
            data = _bytes(path) if path.exists() else b""
            there = parse(data, str(self.path))
            actual = chain(there.events)
            if expected_head is not None and expected_head != actual:
                raise StaleHead(expected_head, actual, str(self.path))
            _refuse(_repeated(added, there.line_of, str(self.path)), str(self.path))
            if lines:
                _append(path, lines, len(data))
        return chain(added, actual)


def located(path: str | Path) -> Located:
    """The events of the log at ``path``, with their lines.

    Raises UserError naming every mistake in the file, with its line and field.
    """
    path = Path(path)
    data = _bytes(path)
    for _ in range(5):
        if not _torn(data):
            break
        # Perhaps it is only being written just now.
        time.sleep(0.02)
        data = _bytes(path)
    return parse(data, str(path))


def parse(data: bytes, name: str, *, log: bool = True) -> Located:
    """The events in the lines of ``data``. ``name``: the file's, for messages.

    ``log``: every line must have its line end. Without, as in what is to be appended, the last need not.
    Raises UserError naming every mistake, with its line and field.
    """
    problems: list[Problem] = []
    if data.startswith(_UTF16):
        raise UserError(Problem("is UTF-16; save it as UTF-8", name, 1))
    if data.startswith(_BOM):
        message = "begins with a byte order mark; save the file as UTF-8 without one (no BOM)"
        problems.append(Problem(message, name, 1))
        data = data[len(_BOM) :]
    lines = data.split(b"\n")
    torn = lines.pop() if log or not lines[-1] else b""
    events: list[Event] = []
    line_of: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        try:
            event = _event(line)
        except EventError as error:
            problems += [Problem(wrong.message, name, number, wrong.field) for wrong in error.mistakes]
            continue
        first = line_of.setdefault(event.id, number)
        if first != number:
            message = f"{event.id!r} is the id of line {first} already"
            problems.append(Problem(message, name, number, "id"))
        events.append(event)
    if torn:
        problems.append(Problem(_torn_message(torn, name), name, len(lines) + 1))
    _refuse(problems, name)
    return Located(tuple(events), line_of, name)


def repair(path: str | Path) -> Repaired:
    """Mend a torn last line, and lose nothing.

    If it is a whole event, it is given its line end. Otherwise its bytes are moved to a new file beside the
    log, ``<name>.torn-<n>``. Everything before it stays as it is. Raises UserError if the log cannot be
    read or written.
    """
    real = _target(Path(path))
    _bytes(real)  # A log that is not there shall not be left a lock.
    with _locked(real):
        data = _bytes(real)
        torn = _torn(data)
        kept = None
        if torn and _is_event(torn):
            _append(real, b"\n", len(data))
        elif torn:
            kept = _keep(real, torn)
            _truncate(real, len(data) - len(torn))
    return Repaired(torn, kept)


# --- reading ---------------------------------------------------------------------------------


def _event(line: bytes) -> Event:
    """The event of one line. Raises EventError."""
    try:
        plain = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise EventError([Mistake("", _not_json(line, error))]) from None
    # orjson keeps the last of two equal keys; whoever reads the line may have seen the first.
    if line.count(b'":') != _keys(plain) or b" :" in line or b"\t:" in line or b"\r:" in line:
        json.loads(line, object_pairs_hook=_unique)
    return read(plain)


def _keys(plain: object) -> int:
    """How many keys an event with that content is written with, rows included."""
    if not isinstance(plain, dict):
        return 0
    lists = (value for value in plain.values() if type(value) is list)
    return len(plain) + sum(len(row) for rows in lists for row in rows if type(row) is dict)


def _unique(pairs: list[tuple[str, object]]) -> None:
    counted = Counter(key for key, _ in pairs)
    twice = [Mistake(key, f"is given {times} times") for key, times in counted.items() if times > 1]
    if twice:
        raise EventError(twice)


def _not_json(line: bytes, error: orjson.JSONDecodeError) -> str:
    if not line.strip():
        return "is an empty line; remove it"
    try:
        line.decode()
    except UnicodeDecodeError as wrong:
        return f"is not UTF-8: byte {wrong.start + 1} of the line is 0x{line[wrong.start]:02x}"
    return f"is not JSON: {error.msg}, column {error.colno}"


def _torn(data: bytes) -> bytes:
    return data[data.rfind(b"\n") + 1 :]


def _torn_message(torn: bytes, name: str) -> str:
    if _is_event(torn):
        what = "the last line has no line end: it may be whole (it reads as an event), or torn"
    else:
        what = f"the last line is torn: a write was interrupted, and left {len(torn)} bytes without a line end"
    return f"{what}; run: rxscore log repair {name}"


def _is_event(line: bytes) -> bool:
    try:
        _event(line)
    except EventError:
        return False
    return True


def _repeated(added: Iterable[Event], line_of: Mapping[str, int], name: str) -> Iterator[Problem]:
    for number, event in enumerate(added, 1):
        if event.id in line_of:
            message = f"{event.id!r} is this line's already, and again line {number}'s of what is to be appended"
            yield Problem(message, name, line_of[event.id], "id")


def _refuse(problems: Iterable[Problem], name: str) -> None:
    """Raise UserError with the problems, if there are any."""
    found = capped(problems, name)
    if found:
        raise UserError(found)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        folder = path.parent
        if not folder.is_dir():
            raise UserError(Problem(f"there is no folder {folder}", str(path))) from None
        names = [file.name for file in folder.iterdir() if file.suffix == path.suffix]
        raise UserError(Problem(f"there is no such file{suggest(path.name, names)}", str(path))) from None
    except IsADirectoryError:
        raise UserError(Problem("is a folder, not a log", str(path))) from None
    except OSError as error:
        raise UserError(Problem(f"cannot be read: {error.strerror}", str(path))) from None


# --- writing ---------------------------------------------------------------------------------


def _target(path: Path) -> Path:
    """The file itself: two links to it must not have two locks."""
    return path.resolve() if path.is_symlink() else path


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    if not path.parent.is_dir():
        raise UserError(Problem(f"there is no folder {path.parent}", str(path)))
    # Imported here: reading a log is the start of every call, and takes no lock.
    from filelock import FileLock, Timeout

    lock = FileLock(path.with_name(f"{path.name}.lock"), timeout=WAIT)
    with _blamed(path):
        try:
            lock.acquire()
        except Timeout:
            message = f"somebody else has been writing to it for {WAIT:g} seconds (lock: {lock.lock_file})"
            raise UserError(Problem(message, str(path))) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _blamed(path: Path) -> Iterator[None]:
    """Whatever the system refuses is said of the file at ``path``."""
    try:
        yield
    except OSError as error:
        raise UserError(Problem(f"cannot be written: {error.strerror}", str(path))) from error


def _append(path: Path, lines: bytes, size: int) -> None:
    """Add ``lines`` to a file of ``size`` bytes, durably; if that fails it has ``size`` bytes again."""
    with _blamed(path):
        new = not path.exists()
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | _BINARY, 0o666)
        try:
            _write(file, lines)
        except BaseException:
            os.ftruncate(file, size)
            if new:
                path.unlink()
            raise
        finally:
            os.close(file)
        if new:
            _sync_folder(path.parent)


def _write(file: int, data: bytes) -> None:
    """Write all of ``data``: in one go, wherever the system takes it in one."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]
    os.fsync(file)


def _keep(path: Path, torn: bytes) -> Path:
    """Write ``torn`` to a new file beside ``path``."""
    names = (path.with_name(f"{path.name}.torn-{number}") for number in count(1))
    kept = next(name for name in names if not name.exists())
    with _blamed(kept):
        file = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o666)
        try:
            _write(file, torn)
        finally:
            os.close(file)
        _sync_folder(path.parent)
    return kept


def _truncate(path: Path, size: int) -> None:
    with _blamed(path):
        file = os.open(path, os.O_RDWR | _BINARY)
        try:
            os.ftruncate(file, size)
            os.fsync(file)
        finally:
            os.close(file)


def _sync_folder(folder: Path) -> None:
    """Make a new file's name as durable as its content, where a folder can be opened (not on Windows)."""
    if hasattr(os, "O_DIRECTORY"):
        file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(file)
        finally:
            os.close(file)
