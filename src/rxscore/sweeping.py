"""Many seasons under many rules: who would have been champion, in a process pool or on a cluster, resumable.

The unit of work is one season under all the rules: its log is read once. Units are pure functions of files, so that
one that was lost (a worker that died, a run that was stopped) is simply done again.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from hashlib import blake2b
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import orjson
from attrs import asdict, field, frozen

from rxscore import catalog
from rxscore.api import open_season
from rxscore.problems import Problem, UserError
from rxscore.season.naming import Naming
from rxscore.simulate import what_if
from rxscore.whatif import OtherRules, Scenario
from rxscore.whatif.tidy import Tidy, html_table

Progress = Callable[[int, int], None]
"""Told how many seasons are done, and of how many."""


@frozen
class Cell:
    """One season under one ruleset. ``rules`` is empty for the season as it was.

    ``in_doubt``: those who could be champion instead, if missing facts were known. ``notes``: what of the rules could
    not be matched. ``error``: why there is no champion, where there is none.
    """

    season: str
    rules: str
    champions: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    changed: bool = False
    in_doubt: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    error: str = ""


@frozen
class Sweep(Tidy):
    """What came out: a cell for every season and every ruleset, seasons first, in the order asked for."""

    seasons: tuple[str, ...]
    rules: tuple[str, ...]
    cells: tuple[Cell, ...]

    def cell(self, season: str, rules: str) -> Cell:
        """The cell of a season and a ruleset; of the season as it was, where that is empty."""
        return next(one for one in self.cells if (one.season, one.rules) == (season, rules))

    def counts(self) -> Counter[str]:
        """In how many cells each driver is champion, decided or not; titles as they were are not counted."""
        return Counter(name for one in self.cells if one.rules for name in one.names)

    def titles(self) -> Counter[str]:
        """How many of the seasons each driver won as they were."""
        return Counter(name for one in self.cells if not one.rules for name in one.names)

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """One row a cell."""
        for one in self.cells:
            yield {
                "season": one.season,
                "rules": one.rules or None,
                "champions": "; ".join(one.champions),
                "names": "; ".join(one.names),
                "changed": one.changed,
                "undecided": "; ".join(one.in_doubt),
                "notes": "; ".join(one.notes),
                "error": one.error,
            }

    def _repr_html_(self) -> str:
        """The matrix, in a notebook."""
        rows = [
            [season, *(" and ".join(self.cell(season, rules).names) for rules in ("", *self.rules))]
            for season in self.seasons
        ]
        return html_table("Who would have been champion", ["Season", "as it was", *self.rules], rows)


def sweep(
    seasons: Iterable[str],
    rules: Iterable[str],
    *,
    standing: str | None = None,
    processes: int | None = None,
    cluster: str | None = None,
    resume: str | Path | None = None,
    progress: Progress | None = None,
) -> Sweep:
    """Every season under every ruleset.

    ``seasons`` and ``rules`` are names or patterns (``f1/*``); a ruleset can say as of which season
    (``f1/1950-2026@2010``). ``processes``: so many at once (as many as there are cores, if None; 1: in this
    process). ``cluster``: the address of a Dask scheduler whose workers see the same files, and do the work instead.
    ``resume``: a file that keeps what is done; seasons whose log and rules are as they were there are not scored
    again. ``progress``: told how many seasons are done.

    Raises UserError for a pattern that fits nothing.
    """
    named = matching(seasons, catalog.logs, catalog.find_log, "season")
    books = matching(rules, catalog.rules, catalog.find_rules, "ruleset")
    keep = _Kept(Path(resume)) if resume is not None else None
    done: dict[str, tuple[Cell, ...]] = {}
    keys = {season: _key(season, books, standing) for season in named} if keep is not None else {}
    for season in named if keep is not None else ():
        known = keep.cells(keys[season]) if keep is not None else None
        if known is not None:
            done[season] = known
    left = [season for season in named if season not in done]
    if progress is not None:
        progress(len(done), len(named))
    for season, cells in _worked(left, books, standing, processes, cluster):
        done[season] = cells
        if keep is not None:
            keep.add(keys[season], cells)
        if progress is not None:
            progress(len(done), len(named))
    return Sweep(tuple(named), tuple(books), tuple(cell for season in named for cell in done[season]))


def matching(
    patterns: Iterable[str], among: Callable[[str], Mapping[str, Path]], find: Callable[[str], Path], what: str
) -> list[str]:
    """The names that patterns stand for, in order, each once. Raises UserError for one that stands for nothing.

    ``among``: gives all that fit a pattern; ``find``: the file of one name.
    """
    found: dict[str, None] = {}
    wrong: list[Problem] = []
    for pattern in patterns:
        name, at, season = pattern.partition("@")
        fitting = list(among(name)) if any(mark in name for mark in "*?[") else [name]
        if fitting == [name]:
            try:
                find(name)
            except UserError as error:
                wrong += error.problems
        elif not fitting:
            wrong.append(Problem(f"no {what} fits {pattern!r}"))
        found.update(dict.fromkeys(f"{one}{at}{season}" for one in fitting))
    if not found and not wrong:
        wrong.append(Problem(f"no {what} is named"))
    if wrong:
        raise UserError(wrong)
    return list(found)


def season_under(season: str, rules: Sequence[str], standing: str | None) -> tuple[Cell, ...]:
    """One season as it was, and under each of the rules. What cannot be scored says why."""
    try:
        opened = open_season(season)
        before = opened.scored()
        naming = Naming(opened.season)
        cells = []
        for name in ("", *rules):
            scenario = Scenario(name, (OtherRules(name),) if name else ())
            try:
                found = what_if(opened, scenario, standing=standing, before=before)
                # Titles hold a champion each; a table is asked for only here.
                who = found.champions
                notes = tuple(line for one in found.matchings for line in one.told())
                cells.append(
                    Cell(season, name, who, tuple(map(naming.name, who)), found.changed, found.in_doubt, notes)
                )
            except UserError as error:
                cells.append(Cell(season, name, error=str(error.problems[0])))
        return tuple(cells)
    except UserError as error:
        return tuple(Cell(season, name, error=str(error.problems[0])) for name in ("", *rules))


# --- where the work is done ------------------------------------------------------------------


def _worked(
    seasons: Sequence[str], rules: Sequence[str], standing: str | None, processes: int | None, cluster: str | None
) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    if cluster is not None:
        yield from _on_cluster(seasons, rules, standing, cluster)
        return
    at_once = min(processes or os.cpu_count() or 1, len(seasons))
    if at_once <= 1:
        yield from ((season, season_under(season, rules, standing)) for season in seasons)
        return
    # A fresh interpreter for each worker: what runs in this one (threads, a notebook) does not matter to it.
    with ProcessPoolExecutor(at_once, mp_context=get_context("spawn")) as pool:
        yield from _in_pool(pool, seasons, rules, standing)


def _in_pool(
    pool: Executor, seasons: Sequence[str], rules: Sequence[str], standing: str | None
) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    waiting = {pool.submit(season_under, season, rules, standing): season for season in seasons}
    try:
        for future in as_completed(waiting):
            yield waiting[future], future.result()
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise


def _on_cluster(
    seasons: Sequence[str], rules: Sequence[str], standing: str | None, address: str
) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    try:
        dask: Any = import_module("distributed")
    except ImportError:
        raise UserError("this needs Dask: python -m pip install 'rxscore[cluster]'") from None
    try:
        client = dask.Client(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError) as error:
        raise UserError(Problem(f"no Dask scheduler answers at {address!r} ({error})")) from None
    with client:
        # Pure: a task whose worker is lost is done by another one, and what was done twice is the same.
        waiting = {
            client.submit(season_under, season, list(rules), standing, pure=True, retries=2): season
            for season in seasons
        }
        for future in dask.as_completed(list(waiting), loop=client.loop):
            yield waiting[future], future.result()


# --- what is kept ----------------------------------------------------------------------------


def _key(season: str, rules: Sequence[str], standing: str | None) -> str:
    """What the result depends on: the log, the rules, what is asked for. Another key, another result."""
    digest = blake2b(digest_size=16)
    for part in (season, standing or "", *rules):
        digest.update(part.encode() + b"\0")
    digest.update(_content(catalog.find_log, season))
    # Rules extend others: all that are known are a part of the key.
    for path in catalog.rules().values():
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _content(find: Callable[[str], Path], name: str) -> bytes:
    try:
        return find(name).read_bytes()
    except (UserError, OSError):
        return b""


_BEGINS = b'{"key":"'
"""How a line that is kept begins, a torn one too."""


@frozen
class _Kept:
    """A file of finished seasons, a JSON object a line; a line that was torn by a crash is done again."""

    file: Path
    _known: dict[str, tuple[Cell, ...]] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        """Read what there is."""
        try:
            lines = self.file.read_bytes().splitlines() if self.file.exists() else []
        except OSError as error:
            raise UserError(Problem(error.strerror or str(error), str(self.file))) from None
        for number, line in enumerate(lines, start=1):
            try:
                said = orjson.loads(line)
                cells = tuple(_cell(plain) for plain in said["cells"])
                self._known[said["key"]] = cells
            except (orjson.JSONDecodeError, KeyError, TypeError):
                if not line.startswith(_BEGINS[: len(line)]):
                    raise UserError(Problem("this is no sweep's file", str(self.file), number)) from None

    def cells(self, key: str) -> tuple[Cell, ...] | None:
        """What is kept under a key."""
        return self._known.get(key)

    def add(self, key: str, cells: Sequence[Cell]) -> None:
        """Keep one season more, at once."""
        line = orjson.dumps({"key": key, "cells": [asdict(cell) for cell in cells]}) + b"\n"
        try:
            whole = not self.file.exists() or not (said := self.file.read_bytes()) or said.endswith(b"\n")
            with self.file.open("ab") as out:
                out.write(line if whole else b"\n" + line)
        except OSError as error:
            raise UserError(Problem(error.strerror or str(error), str(self.file))) from None


def _cell(plain: Mapping[str, Any]) -> Cell:
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in plain.items()}
    return Cell(**fields)
