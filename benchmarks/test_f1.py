"""How fast all of Formula One is imported, read, scored and verified; and one race more.

Needs the f1db release that is not in the project: see tests/f1/test_f1_seasons.py. Run with
``pytest benchmarks/test_f1.py --benchmark-enable``; rows a second are shown with the other columns of the report.
"""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from rxscore.api import checked, rulebook, source
from rxscore.events import Event, PointsClaimed, SessionResults, StandingClaimed, canonical
from rxscore.interchange import f1db
from rxscore.logs import located
from rxscore.scoring import Rulebook, Scored, score
from rxscore.season import Season
from rxscore.verify import verify

SHARED = Path(os.environ.get("RXSCORE_SHARED") or Path(__file__).parents[2] / "shared")
RELEASE = SHARED / "data" / "f1db" / "f1db-csv.zip"

pytestmark = pytest.mark.skipif(not RELEASE.exists(), reason=f"no f1db release at {RELEASE}")


def written(folder: Path) -> list[Path]:
    """Every season of the release as a log in a folder."""
    logs = folder / "events" / "f1"
    logs.mkdir(parents=True, exist_ok=True)
    files = []
    for season in f1db.seasons(RELEASE, (), source):
        files.append(logs / f"{season.year}.jsonl")
        files[-1].write_bytes(b"".join(canonical(event) + b"\n" for event in season.events))
    return files


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Path]:
    return written(tmp_path_factory.mktemp("f1"))


@pytest.fixture(scope="module")
def seasons(logs: Sequence[Path]) -> Sequence[tuple[Season, Rulebook]]:
    found = [checked(located(log)) for log in logs]
    return [(season, rulebook(season)) for season in found]


def rows(events: Iterator[Event], *kinds: type[Event]) -> int:
    return sum(len(event.rows) for event in events if isinstance(event, kinds))  # type: ignore[attr-defined]


def told(benchmark: Any, seasons: Sequence[tuple[Season, Rulebook]]) -> None:
    """Rows a second, beside the times."""
    facts = sum(rows(iter(season.events.values()), SessionResults) for season, _ in seasons)
    claims = sum(rows(iter(season.events.values()), StandingClaimed, PointsClaimed) for season, _ in seasons)
    benchmark.extra_info["result rows"] = facts
    benchmark.extra_info["claimed rows"] = claims
    if benchmark.stats is not None:
        benchmark.extra_info["rows a second"] = round((facts + claims) / benchmark.stats.stats.min)


def test_import_of_the_whole_release(benchmark: Any, tmp_path: Path) -> None:
    """Bar: 3 s."""
    files = benchmark.pedantic(written, args=(tmp_path,), rounds=3)
    assert len(files) == 58


def test_reading_and_checking_all_logs(benchmark: Any, logs: Sequence[Path]) -> None:
    assert len(benchmark.pedantic(lambda: [checked(located(log)) for log in logs], rounds=3)) == 58


def test_scoring_and_verifying_all_seasons(benchmark: Any, seasons: Sequence[tuple[Season, Rulebook]]) -> None:
    """Bar: 1.0 s for about 1,800 tables."""

    def work() -> int:
        tables = 0
        for season, rules in seasons:
            scored = score(season, rules)
            report = verify(scored, lambda _: scored)  # noqa: B023  (no claim is compared as of a date)
            assert not report.unexplained
            tables += sum(not claim.of_round for claim in report.claims)
        return tables

    assert benchmark.pedantic(work, rounds=5) == 1833
    told(benchmark, seasons)


def test_verify_as_a_process(benchmark: Any, logs: Sequence[Path]) -> None:
    """Bar: 2.5 s with parsing, and 300 MB."""
    home = logs[0].parents[2]
    command = [sys.executable, "-m", "rxscore", "verify", "f1/*"]
    done = benchmark.pedantic(lambda: subprocess.run(command, cwd=home, capture_output=True, check=False), rounds=3)
    assert done.returncode == 0, done.stderr
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    benchmark.extra_info["peak MB"] = round(peak)
    assert peak < 300


# --- one race more ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def before_the_last_race(logs: Sequence[Path]) -> tuple[Season, Rulebook, Scored, Sequence[Event]]:
    events = located(next(log for log in logs if log.stem == "2024")).events
    last = max(event.round for event in events if isinstance(event, SessionResults))
    of_it = [
        event for event in events if getattr(event, "round", None) == last and event.kind not in ("round-scheduled",)
    ]
    season = checked_of([event for event in events if event not in of_it])
    rules = rulebook(season)
    scored = score(season, rules)
    for standing in ("drivers", "constructors"):
        scored.table(standing)
    return season, rules, scored, of_it


def checked_of(events: Sequence[Event]) -> Season:
    season = Season()
    for event in events:
        season = season.apply(event)
    return season


def appended(season: Season, rules: Rulebook, scored: Scored, events: Sequence[Event]) -> Scored:
    for event in events:
        season = season.apply(event)
    after = score(season, rules, scored)
    after.table("drivers")
    return after


def test_one_race_more_and_the_new_table(benchmark: Any, before_the_last_race: Any) -> None:
    after = benchmark(appended, *before_the_last_race)
    former = before_the_last_race[2]
    # Every round before it is the very one that was scored: nothing was done twice.
    assert all(one is other for one, other in zip(former.rounds, after.rounds, strict=False))
    assert len(after.rounds) == len(former.rounds) + 1


def test_one_race_alone(benchmark: Any, before_the_last_race: Any) -> None:
    """What scoring a race costs, to compare with: the bar is three times this."""
    season, rules, _, events = before_the_last_race
    opening = [event for event in season.events.values() if getattr(event, "round", None) is None]
    alone = checked_of([event for event in opening if not isinstance(event, StandingClaimed | PointsClaimed)])

    def work() -> Scored:
        of = alone
        for event in events:
            of = of.apply(event)
        scored = score(of, rules)
        scored.table("drivers")
        return scored

    assert len(benchmark(work).rounds) == 1
