"""Logs, rulesets and scenarios by name: ``worldrx/2016`` instead of the path of a file.

The user's own come first: ``events/``, ``rulesets/`` and ``scenarios/`` in the working directory, then in each
folder of the environment variable ``RXSCORE_PATH``; then what rxscore ships. The first file of a name is the one
that counts.
"""

import os
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from attrs import frozen

from rxscore.events import nearest, suggest
from rxscore.problems import Problem, UserError
from rxscore.record import Record


@frozen(eq=False, repr=False)
class _Shelf(Record):
    """One sort of file: what it is called, the folder it is looked for in, and how its name ends.

    ``listed_by``: the command that lists them all, if there is one.
    """

    what: str
    folder: str
    suffix: str
    listed_by: str = ""


FEW = 10
"""So many names are listed where none is like what was asked for; of more, only their folders."""

SUPPLEMENTS = "rulings"
"""The folder of what is added to imported logs."""

_LOGS = _Shelf("log", "events", ".jsonl", "rxscore archive")
_RULES = _Shelf("ruleset", "rulesets", ".toml", "rxscore rules list")
_SCENARIOS = _Shelf("scenario", "scenarios", ".toml")


def find_log(name: str) -> Path:
    """The file of the log of that name; a path to a file is taken as it is.

    Raises UserError for a name that is not known, with the nearest ones.
    """
    return _find(_LOGS, name)


def find_rules(name: str, beside: Path | None = None) -> Path:
    """The file of the ruleset of that name; as ``find_log``.

    ``beside``: a folder in which a path is looked for as well, where nothing else has that name: a log says
    ``rules = "my.toml"`` of the file it lies next to, wherever it is read from.
    """
    return _find(_RULES, name, beside)


def find_scenario(name: str) -> Path:
    """The file of the scenario of that name; as ``find_log``."""
    return _find(_SCENARIOS, name)


def logs(pattern: str = "*") -> dict[str, Path]:
    """Every log whose name fits the pattern (``f1/*``; a star stands for slashes too), sorted by name."""
    return _all(_LOGS, pattern)


def supplement(name: str) -> Path | None:
    """The file of the supplement to the log of that name (``f1/1984``), if there is one.

    Rulings and notes of ours on a season whose facts come from somewhere else, in a folder ``rulings`` beside
    its log; an importer merges them. They are no season of their own, so ``logs`` leaves them out.
    """
    path = PurePosixPath(name)
    try:
        return find_log(str(path.parent / SUPPLEMENTS / path.name))
    except UserError:
        return None


def rules(pattern: str = "*") -> dict[str, Path]:
    """Every ruleset whose name fits the pattern; as ``logs``."""
    return _all(_RULES, pattern)


def scenarios(pattern: str = "*") -> dict[str, Path]:
    """Every scenario whose name fits the pattern; as ``logs``."""
    return _all(_SCENARIOS, pattern)


def pages() -> dict[str, Path]:
    """The pages of the documentation, as shipped, by name."""
    return {file.stem: file for file in sorted((_shipped() / "docs").glob("*.md"))}


def is_shipped(path: Path) -> bool:
    """Whether a file that was found by its name is one that rxscore ships, and not the user's own."""
    return path.is_relative_to(_shipped())


def _find(shelf: _Shelf, name: str, beside: Path | None = None) -> Path:
    if _is(Path(name)):
        return Path(name)
    wanted = _name(shelf, name)
    parts = PurePosixPath(wanted).parts
    if wanted and ".." not in parts and not wanted.startswith("/"):  # A name stays inside its folder.
        for root in _roots(shelf):
            file = root.joinpath(f"{wanted}{shelf.suffix}")
            if _is(file):
                return file
    if beside is not None and name:
        if _is(beside / name):
            return beside / name
        if name.endswith(shelf.suffix):  # Of a path, what is near is what lies where it leads.
            name = str(beside / name)
    raise UserError(_unknown(shelf, name, wanted))


def _unknown(shelf: _Shelf, name: str, wanted: str) -> Problem:
    folder = Path(name).parent
    beside = [file.name for file in folder.glob(f"*{shelf.suffix}")] if _is(folder, Path.is_dir) else []
    if name.endswith(shelf.suffix) and (beside or not _is(folder, Path.is_dir)):
        lacking = f"file{suggest(Path(name).name, beside)}" if beside else f"file, for there is no folder {folder}"
        return Problem(f"there is no such {lacking}", name)
    if name and _is(Path(name), Path.is_dir):
        inside = "; name one of the files in it" if next(Path(name).glob(f"*{shelf.suffix}"), None) else ""
        return Problem(f"this is a folder, and a {shelf.what} is a file{inside}", name)
    return Problem(f"there is no {shelf.what} {name!r}{_hint(shelf, wanted)}")


def _hint(shelf: _Shelf, wanted: str) -> str:
    """The nearest names; where there is none, all of them, or the folders they are in where they are many."""
    known = _all(shelf, "*")
    if len(known) <= FEW or nearest(wanted, known):
        return suggest(wanted, known)
    folders = dict.fromkeys(f"{name.partition('/')[0]}/..." if "/" in name else name for name in known)
    more = f"; {shelf.listed_by} lists them" if shelf.listed_by else ""
    return f"; known: {', '.join(folders)}{more}"


def _all(shelf: _Shelf, pattern: str) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for root in _roots(shelf):
        for file in root.rglob(f"*{shelf.suffix}"):
            name = file.relative_to(root).as_posix().removesuffix(shelf.suffix)
            if file.parent.name != SUPPLEMENTS and fnmatchcase(name, _name(shelf, pattern)):
                found.setdefault(name, file)
    return dict(sorted(found.items()))


def _name(shelf: _Shelf, text: str) -> str:
    """``text`` as a name: with forward slashes, without the file's ending."""
    return text.replace("\\", "/").removesuffix(shelf.suffix)


def _roots(shelf: _Shelf) -> Iterator[Path]:
    yield Path(shelf.folder)
    for folder in os.environ.get("RXSCORE_PATH", "").split(os.pathsep):
        if folder:
            yield Path(folder, shelf.folder)
    yield _shipped() / shelf.folder


def _shipped() -> Path:
    """Where the logs and rulesets are that come with rxscore: in the package, or in the checkout around it."""
    package = Path(__file__).parent
    inside = package / "shipped"
    return inside if inside.is_dir() else package.parent.parent


def _is(path: Path, kind: Callable[[Path], bool] = Path.is_file) -> bool:
    try:
        return kind(path)
    except OSError:  # too long for a file's name
        return False
