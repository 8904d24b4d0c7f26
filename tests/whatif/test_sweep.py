"""Many seasons under many rules: the same cells in this process, in others and on a cluster; nothing done twice."""

import json
from pathlib import Path
from typing import Any

import pytest

import rxscore
from golden import Golden
from rxscore import catalog, sweeping
from rxscore.events import canonical
from rxscore.problems import UserError
from rxscore.sweeping import Cell, matching, sweep
from season_text import RACE, told

SEASONS = {
    "club/2021": "1 R1: a b c\n2 R1: a b c\n3 R1: b c a/DNF",
    "club/2022": "1 R1: a b\n2 R1: a b",
    "club/2023": "1 R1: c a b\n2 R1: c ...",
}
HEAD = 'title = "x"\nseries = "club"\nseasons = "any"\n'
BOOKS = {
    "club": HEAD + RACE,
    "wins": HEAD + RACE.replace("[10, 6, 4, 3, 2, 1]", "[1]"),
    "other": HEAD + RACE.replace('"R1"', '"X1"').replace('"drivers" }', '"drivers", of = "team" }').replace(
        "award.drivers", "award.drivers"
    ),
}  # fmt: skip


@pytest.fixture
def shelves(golden: Golden, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Golden:
    """Three seasons and three rulesets, found by other processes too."""
    for name, text in SEASONS.items():
        history = told(text).history
        golden.write(f"home/events/{name}.jsonl", b"".join(canonical(event) + b"\n" for event in history))
    for name, text in BOOKS.items():
        golden.write(f"home/rulesets/{name}.toml", text)
    monkeypatch.setenv("RXSCORE_PATH", str(tmp_path / "home"))
    return golden


def champions(cells: tuple[Cell, ...]) -> dict[tuple[str, str], tuple[str, ...]]:
    return {(one.season, one.rules): one.champions for one in cells}


def test_every_season_under_every_ruleset(shelves: Golden) -> None:
    found = sweep(["club/*"], ["club", "wins"], processes=1)
    assert champions(found.cells) == {
        ("club/2021", ""): ("B",), ("club/2021", "club"): ("B",), ("club/2021", "wins"): ("A",),
        ("club/2022", ""): ("A",), ("club/2022", "club"): ("A",), ("club/2022", "wins"): ("A",),
        ("club/2023", ""): ("C",), ("club/2023", "club"): ("C",), ("club/2023", "wins"): ("C",),
    }  # fmt: skip
    assert [one.rules for one in found.cells if one.changed] == ["wins"]
    assert found.titles() == {"B": 1, "A": 1, "C": 1}
    assert found.counts() == {"B": 1, "A": 3, "C": 2}
    assert "<td>club/2021</td><td>B</td><td>B</td><td>A</td>" in found._repr_html_()


def test_other_processes_give_the_same(shelves: Golden) -> None:
    seen: list[tuple[int, int]] = []
    here = sweep(["club/*"], ["club", "wins"], processes=1)
    there = sweep(["club/*"], ["club", "wins"], processes=2, progress=lambda done, of: seen.append((done, of)))
    assert there == here
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_what_is_kept_is_not_done_again(shelves: Golden, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    done: list[str] = []
    real = sweeping.season_under
    monkeypatch.setattr(sweeping, "season_under", lambda season, *more: (done.append(season), real(season, *more))[1])

    def run() -> Any:
        done.clear()
        return sweep(["club/*"], ["club", "wins"], processes=1, resume=tmp_path / "kept.jsonl")

    first = run()
    assert done == list(SEASONS)
    assert run() == first
    assert done == []
    # A torn line is done again; so is a season whose log has grown, and everything if rules have changed.
    kept = (tmp_path / "kept.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "kept.jsonl").write_bytes(b"".join(kept[:2]) + kept[2][:20])
    assert run() == first
    assert done == ["club/2023"]
    assert run() == first
    assert done == []
    history = told(SEASONS["club/2022"] + "\n3 R1: b a").history
    shelves.write("home/events/club/2022.jsonl", b"".join(canonical(event) + b"\n" for event in history))
    run()
    assert done == ["club/2022"]
    shelves.write("home/rulesets/wins.toml", BOOKS["club"])
    run()
    assert done == list(SEASONS)


def test_what_is_no_sweeps_file_is_not_written_to(shelves: Golden, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("a letter\nto somebody\n")
    with pytest.raises(UserError, match=r"mine.txt:1: this is no sweep's file"):
        sweep(["club/*"], ["club"], processes=1, resume=tmp_path / "mine.txt")
    assert (tmp_path / "mine.txt").read_text() == "a letter\nto somebody\n"


def test_a_season_that_cannot_be_scored_does_not_stop_the_others(shelves: Golden) -> None:
    shelves.write("home/events/club/2020.jsonl", b"no log\n")
    shelves.write("home/rulesets/broken.toml", b"winner = 3\n")
    found = sweep(["club/*"], ["club", "broken"], processes=1)
    assert "2020.jsonl:1" in found.cell("club/2020", "").error
    assert "broken.toml: title: missing" in found.cell("club/2021", "broken").error
    assert found.cell("club/2021", "club").champions == ("B",)


def test_patterns(shelves: Golden) -> None:
    assert matching(["club/2022", "club/*"], catalog.logs, catalog.find_log, "season") == [
        "club/2022",
        "club/2021",
        "club/2023",
    ]
    assert matching(["w*@2010"], catalog.rules, catalog.find_rules, "ruleset") == ["wins@2010"]
    with pytest.raises(UserError, match="no season fits 'f9/"):
        sweep(["f9/*"], ["club"])
    with pytest.raises(UserError, match="there is no ruleset 'wims'; did you mean wins"):
        sweep(["club/*"], ["club", "wims@2010"])
    with pytest.raises(UserError, match="no ruleset is named"):
        sweep(["club/*"], [])


def test_names_of_the_package(shelves: Golden) -> None:
    assert rxscore.sweep(["club/2022"], ["club"], processes=1).cells[1].champions == ("A",)
    assert rxscore.sensitivity("club/2021", number=50, hinges=False).champions == ("B",)
    assert rxscore.sweep is sweep


def test_rows_turn_into_a_frame(shelves: Golden) -> None:
    pytest.importorskip("pandas")
    frame = sweep(["club/*"], ["wins"], processes=1).to_pandas()
    assert frame[frame.rules == "wins"].names.tolist() == ["A", "A", "C"]


# --- the command -----------------------------------------------------------------------------

ONE = ("--processes", "1")
PRINTED: dict[str, tuple[str, ...]] = {
    "sweep": ("club/*", "--rules", "club,wins", *ONE),
    "sweep-markdown": ("club/2021", "--rules", "w*", *ONE, "--format", "markdown"),
    "sweep-csv": ("club/*", "--rules", "wins", *ONE, "--format", "csv"),
    "sweep-json": ("club/2023", "--rules", "wins", *ONE, "--format", "json"),
    "wrong-sweep-nothing": ("f9/*", "club/2021", "--rules", "club", *ONE),
    "wrong-sweep-output": ("club/*", "--rules", "club", *ONE, "-o", "x.xlsx"),
}


@pytest.mark.parametrize("name", PRINTED)
def test_what_is_printed(shelves: Golden, name: str) -> None:
    shelves(name, "sweep", *PRINTED[name])


def test_files_written(shelves: Golden) -> None:
    from golden import run

    out, err, status = run("sweep", "club/*", "--rules", "wins", *ONE, "-o", "cells.csv", "--format", "csv")
    assert (err, status) == ("", 0)
    assert Path("cells.csv").read_text() == out
    parquet = pytest.importorskip("pyarrow.parquet")
    out, _, _ = run("sweep", "club/*", "--rules", "wins", *ONE, "-o", "cells.parquet", "--format", "json")
    assert parquet.read_table("cells.parquet").to_pylist() == json.loads(out)


# --- a cluster -------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_gives_the_same_and_a_lost_worker_loses_nothing(shelves: Golden, tmp_path: Path) -> None:
    """A real scheduler with two workers; as soon as the first season is done, one of them is killed."""
    distributed, dask = pytest.importorskip("distributed"), pytest.importorskip("dask")
    here = sweep(["club/*"], ["club", "wins"], processes=1)
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None, "processes": True}
    # What still speaks to the worker that is gone gives up soon, and not after half a minute.
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "3s"}),
        distributed.LocalCluster(**options, local_directory=str(tmp_path / "dask"), silence_logs=50) as cluster,
    ):
        address = cluster.scheduler_address
        assert sweep(["club/*"], ["club", "wins"], cluster=address) == here
        for file in (tmp_path / "home" / "events").rglob("*.jsonl"):
            for number in range(6):
                file.with_name(f"{file.stem}-{number}.jsonl").write_bytes(file.read_bytes())
        lost: list[int] = []

        def kill(done: int, of: int) -> None:
            if done == 1 and not lost:
                worker = next(iter(cluster.workers.values()))
                lost.append(worker.process.process.pid)
                worker.process.process.kill()

        again = sweep(["club/*-*"], ["club", "wins"], cluster=address, progress=kill)
        assert lost
        assert len(again.seasons) == 18
        assert again == sweep(["club/*-*"], ["club", "wins"], processes=1)


def test_a_cluster_that_does_not_answer(shelves: Golden) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(UserError, match="no Dask scheduler answers at 'nowhere'"):
        sweep(["club/*"], ["club"], cluster="nowhere")
