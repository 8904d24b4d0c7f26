"""``rxscore import``: other people's files in, a log of events out."""

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from rxscore.cli import Group
from rxscore.events import Event, GapNoted, canonical
from rxscore.problems import Problem, UserError


@click.group("import", cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
def import_() -> None:
    """Make a log from other people's files."""


@import_.command("csv")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, metavar="FILE", help="The log to write; - prints it.")
@click.option("--series", help="The series, where the folder is not called SERIES-YEAR.")
@click.option("--season", help="The season, where the folder is not called SERIES-YEAR.")
@click.option("--name", help="The name of the season.")
@click.option("--rules", help="The ruleset that scores it (default: SERIES/SEASON).")
@click.option("--class", "car_class", help="Read only the lines of this class.")
@click.option("--encoding", help="How the files are encoded, where they are not UTF-8 (cp1252, latin-1).")
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
def csv(
    folder: Path,
    output: str,
    series: str | None,
    season: str | None,
    name: str | None,
    rules: str | None,
    car_class: str | None,
    encoding: str | None,
    force: bool,
) -> None:
    """Make a log from a folder of CSV files.

    The layout, file by file and column by column, is told by "rxscore docs spreadsheets".
    """
    from rxscore.interchange.csv_folder import read_folder, unread_files

    events = read_folder(
        folder,
        series=series,
        season=season,
        name=name,
        rules=rules,
        encoding=encoding,
        car_class=car_class,
    )
    write_log(events, output, force=force)
    for line in summary(events, unread_files(folder)):
        click.echo(line, err=True)


@import_.command("f1db")
@click.argument("release", metavar="PATH", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The folder for the logs: DIR/f1/1950.jsonl and so on.",
)
@click.option("--season", "years", multiple=True, type=int, metavar="YEAR", help="Only this season (repeatable).")
@click.option("--force", is_flag=True, help="Replace logs that exist.")
def f1db(release: Path, output: Path, years: tuple[int, ...], force: bool) -> None:
    """Make logs of Formula One seasons from an f1db release: the CSV zip, or the folder it is unpacked to.

    Results become facts, every published table and the points of every race a claim. With -o events the logs
    are found by name: rxscore verify f1/1988.
    """
    from rxscore.api import source
    from rxscore.interchange import f1db as f1db_

    wanted = tuple(sorted(set(years)))
    total = 0
    with _progress() as shown:
        for season in f1db_.seasons(release, wanted, source):
            write_log(season.events, str(output / f1db_.SERIES / f"{season.year}.jsonl"), force=force)
            total += 1
            shown(f"{season.year}: {len(season.events)} events")
            for message in season.left_out:
                click.echo(f"{season.year}: left out, for it does not fit the release: {message}", err=True)
        shown(f"{total} seasons in {output / f1db_.SERIES}", last=True)


@contextmanager
def _progress() -> Iterator[Callable[..., None]]:
    """A line that is written over and over on a terminal; nothing at all where nobody watches."""
    watched = sys.stderr.isatty()

    def shown(message: str, *, last: bool = False) -> None:
        if watched:
            click.echo(f"\r\x1b[2K{message}", err=True, nl=last)

    yield shown


def write_log(events: Iterable[Event], output: str, *, force: bool = False) -> None:
    """Write a log, whole or not at all; ``-`` is standard output. Nothing is replaced without ``force``.

    Raises UserError where the file exists, or cannot be written.
    """
    content = b"".join(canonical(event) + b"\n" for event in events)
    if output == "-":
        click.echo(content, nl=False)
        return
    path = Path(output)
    if path.exists() and not force:
        raise UserError(Problem("the file is there already; --force replaces it", str(path)))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_whole(path, content)
    except OSError as error:
        raise UserError(Problem(f"cannot be written: {error.strerror}", str(path))) from None


def summary(events: Iterable[Event], unread: Iterable[str] = ()) -> list[str]:
    """What was read, in a few lines: events by kind, what is known only in words, files not read."""
    events = list(events)
    counts = Counter(event.kind for event in events)
    lines = [f"{len(events)} events: " + ", ".join(f"{count} {kind}" for kind, count in counts.items())]
    for event in events:
        if isinstance(event, GapNoted):
            where = f" (round {event.round})" if event.round is not None else ""
            lines.append(f"in words only{where}: {event.missing}")
    lines += [f"not read: {file}" for file in unread]
    return lines


def _write_whole(path: Path, content: bytes) -> None:
    """The file has all of the content or is as it was, whatever happens on the way."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # A file that only its owner may read is mkstemp's care; a log is for everybody the umask allows.
        mask = os.umask(0)
        os.umask(mask)
        Path(temporary).chmod(0o666 & ~mask)
        Path(temporary).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise
