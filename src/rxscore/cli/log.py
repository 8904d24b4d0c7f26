"""``rxscore log``: check, show, append to and repair the log of a season."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rxscore.cli import Group
from rxscore.cli.marks import counted
from rxscore.problems import Problem, UserError, capped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rxscore.events import Event
    from rxscore.logs import Located


@click.group(cls=Group)
def log() -> None:
    """The log of a season: everything that happened and was ruled, one event a line.

    LOG is a file, or a name such as worldrx/2016.
    """


@log.command()
@click.argument("logs", metavar="LOG...", nargs=-1, required=True)
def check(logs: tuple[str, ...]) -> None:
    """Read logs strictly, and say everything that is wrong in them, with file and line."""
    wrong: list[Problem] = []
    for name in logs:
        try:
            path, read = _read(name)
        except UserError as error:
            wrong += error.problems
            continue
        found = list(_findings(path, read))
        wrong += capped(found, str(path))
        if not read.events:
            click.echo(f"{path}: the log is empty")
        elif not found:
            click.echo(f"{path}: {counted(len(read.events), 'event')}, no mistakes")
    if wrong:
        raise UserError(wrong)


def _read(name: str) -> "tuple[Path, Located]":
    from rxscore.catalog import find_log
    from rxscore.logs import located

    path = find_log(name)
    return path, located(path)


def _findings(path: Path, read: "Located") -> "Iterator[Problem]":
    from rxscore.season import check as check_season

    found = [(read.line_of[finding.event], finding) for finding in check_season(read.events)]
    for line, finding in sorted(found, key=lambda at: at[0]):
        yield Problem(finding.message, str(path), line, finding.field)


def _date(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    from rxscore.events import known_date

    try:
        return None if value is None else known_date(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _kind(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    from rxscore.events import KINDS, suggest

    if value is not None and value not in KINDS:
        raise click.BadParameter(f"unknown kind {value!r}{suggest(value, KINDS)}")
    return value


@log.command()
@click.argument("log_", metavar="LOG")
@click.option("--as-of", metavar="DATE", callback=_date, help="Only what was known on this date.")
@click.option("--round", "number", metavar="N", type=click.IntRange(min=1), help="Only this round.")
@click.option("--kind", metavar="KIND", callback=_kind, help="Only events of this kind.")
@click.option("--entry", metavar="ENTRY", help="Only what concerns this entry.")
def show(log_: str, as_of: str | None, number: int | None, kind: str | None, entry: str | None) -> None:
    """Tell the story of a season: a line an event, with its date, its id and what it says.

    Rulings and corrections are marked, and so are events that were superseded or revoked, and by what.
    """
    from rxscore.cli.story import Story
    from rxscore.events import known_by, suggest

    path, read = _read(log_)
    if not read.events:
        raise UserError(Problem("the log is empty", str(path)))
    if entry is not None:
        entries = {name for event in read.events for name in _entries(event)}
        if entry not in entries:
            raise UserError(Problem(f"there is no entry {entry!r}{suggest(entry, entries)}", str(path)))
    events = [event for event in read.events if as_of is None or known_by(event.known, as_of)]
    by_id = {event.id: event for event in events}

    def fits(event: "Event") -> bool:
        # What is taken back, or corrected, is what a revocation or correction is about.
        about = (event, by_id.get(getattr(event, "revokes", "")), by_id.get(event.supersedes or ""))
        return kind in (None, event.kind) and any(
            (number is None or number in _rounds(one)) and (entry is None or entry in _entries(one))
            for one in about
            if one is not None
        )

    told = sorted(filter(fits, events), key=lambda event: event.known)
    if not told:
        click.echo(f"{path}: no event fits", err=True)
    story = Story(events)
    dates = max((len(event.known) for event in told), default=0)
    ids = max((len(event.id) for event in told), default=0)
    for event in told:
        click.echo(f"{event.known:{dates}}  {event.id:{ids}}  {story.line(event)}")


def _rounds(event: "Event") -> set[object]:
    single = {getattr(event, name, None) for name in ("round", "from_round", "after_round")}
    return single | set(getattr(event, "rounds", ()))


def _entries(event: "Event") -> set[str]:
    named = (getattr(one, "entry", None) for one in (event, *getattr(event, "rows", ())))
    return {name for name in named if name is not None}


@log.command()
@click.argument("log_", metavar="LOG")
@click.argument("events_file", metavar="EVENTS_FILE|-")
@click.option("--expect", metavar="HEAD", help="Refuse if the log has another head than this by now.")
def append(log_: str, events_file: str, expect: str | None) -> None:
    """Append the events of a file (or of standard input: -), JSON Lines, and print the new head.

    Each of them is checked before anything is written, and all are written or none. What cannot be right in the log as
    it is then is told.
    A LOG that is the path of a .jsonl file that is not there yet is made.
    """
    from rxscore.catalog import find_log, is_shipped
    from rxscore.logs import JsonlLog, parse

    if events_file == "-":
        data, name = sys.stdin.buffer.read(), "standard input"
    else:
        data, name = _bytes(events_file), events_file
    events = parse(data, name, log=False).events
    new = Path(log_)
    path = new if new.suffix == ".jsonl" and new.parent.is_dir() else find_log(log_)
    if path != new and is_shipped(path):
        own = Path("events", f"{log_}.jsonl").as_posix()
        raise UserError(f"{log_} is a log that rxscore ships: copy it to {own}, then append to that one")
    click.echo(JsonlLog(path).append(events, expect))
    wrong = capped(list(_findings(path, _read(str(path))[1])), str(path)) if events else []
    if wrong:
        click.echo(
            "What the log tells cannot be right as it stands. A later event may mend that; an event is taken back by "
            "a revocation of it:",
            err=True,
        )
        for problem in wrong:
            click.echo(f"  {problem}", err=True)


def _bytes(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise UserError(Problem(f"cannot be read: {error.strerror}", file)) from None


@log.command()
@click.argument("log_", metavar="LOG")
def head(log_: str) -> None:
    """Print the head of a log: it stands for every event in it, and their order."""
    from rxscore.logs import chain

    _, read = _read(log_)
    click.echo(chain(read.events))


@log.command()
def schema() -> None:
    """Print the JSON Schema of a line of a log, by which editors complete and check it."""
    import json

    from rxscore.events.schema import json_schema

    click.echo(json.dumps(json_schema(), indent=2))


@log.command()
@click.argument("log_", metavar="LOG")
def repair(log_: str) -> None:
    """Mend a last line that was torn by a crash; its bytes are kept beside the log."""
    from rxscore.catalog import find_log
    from rxscore.logs import repair as repair_log

    path = find_log(log_)
    done = repair_log(path)
    if done.kept is not None:
        click.echo(f"{path}: the {len(done.torn)} bytes of the torn last line were moved to {done.kept}")
    elif done.torn:
        click.echo(f"{path}: the last line is a whole event, and has its line end now")
    else:
        click.echo(f"{path}: nothing to repair")
