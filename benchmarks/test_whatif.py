"""How fast what-ifs are: ten thousand scales at once, one season replayed, what an edit does not touch.

Needs the f1db release that is not in the project: see tests/f1/test_f1_seasons.py. Run with
``pytest benchmarks/test_whatif.py --benchmark-enable``.
"""

import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from rxscore import catalog, open_season, what_if
from rxscore.api import Opened, source
from rxscore.events import canonical
from rxscore.interchange import f1db
from rxscore.sweeping import sweep
from rxscore.whatif.batch import compiled
from rxscore.whatif.scales import drawn
from rxscore.whatif.sensitivity import sensitivity
from rxscore.whatif.varied import exact_champions, slot

SHARED = Path(os.environ.get("RXSCORE_SHARED") or Path(__file__).parents[2] / "shared")
RELEASE = SHARED / "data" / "f1db" / "f1db-csv.zip"

SCALES = 10_000


@pytest.fixture(scope="module")
def f1_1988(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """A season of sixteen races of which eleven count."""
    if not RELEASE.exists():
        pytest.skip(f"no f1db release at {RELEASE}")
    file = tmp_path_factory.mktemp("f1") / "1988.jsonl"
    (season,) = f1db.seasons(RELEASE, (1988,), source)
    file.write_bytes(b"".join(canonical(event) + b"\n" for event in season.events))
    return open_season(str(file))


def test_ten_thousand_scales(benchmark: Any, f1_1988: Opened) -> None:
    """Bars: 0.5 s, compiling and drawing included, and at least 100 times the exact engine doing the same."""
    scored = f1_1988.scored()
    scored.table("drivers")
    where = slot(scored.ruleset, "drivers")

    def batch() -> Any:
        scales, over = drawn(SCALES, 9, 6, convex=False, seed=0)
        return compiled(scored, "drivers", where, 6).winners(scales, over)

    found = benchmark.pedantic(batch, rounds=5)
    scales, _ = drawn(SCALES, 9, 6, convex=False, seed=0)
    begun = time.perf_counter()
    exact = list(exact_champions(scored, "drivers", where, scales[:100].tolist()))
    per_scale = (time.perf_counter() - begun) / len(exact)
    assert [found[index] for index in range(len(exact))] == exact
    if benchmark.stats is not None:
        benchmark.extra_info["times the exact engine"] = round(per_scale * SCALES / benchmark.stats.stats.median)


def test_a_whole_sensitivity_run(benchmark: Any, f1_1988: Opened) -> None:
    """Shares, and the search for the closest scale."""
    scored = f1_1988.scored()
    benchmark.pedantic(lambda: sensitivity("1988", scored, "drivers", number=SCALES, hinges=False), rounds=3)


def test_all_seasons_under_thirty_rulesets(benchmark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bar: 30 s for 77 seasons by 30 rulesets, on two cores. The release has 58 seasons; the rest are shipped ones."""
    if not RELEASE.exists():
        pytest.skip(f"no f1db release at {RELEASE}")
    logs = tmp_path / "events" / "all"
    logs.mkdir(parents=True)
    for season in f1db.seasons(RELEASE, (), source):
        logs.joinpath(f"{season.year}.jsonl").write_bytes(b"".join(canonical(one) + b"\n" for one in season.events))
    monkeypatch.setenv("RXSCORE_PATH", str(tmp_path))
    shipped = [name for name in catalog.logs() if name.split("/")[0] in ("worldrx", "tcr-europe", "karting", "stcc")]
    names = [*catalog.logs("all/*"), *shipped][:77]
    years = range(1954, 2023, 4)
    rules = [*(f"f1/1950-2026@{year}" for year in years), *(name for name in catalog.rules() if "f1/" not in name)][:30]
    found = benchmark.pedantic(lambda: sweep(names, rules), rounds=1)
    benchmark.extra_info["cells"] = len(found.cells)
    assert len(found.cells) == len(names) * (len(rules) + 1)


EDITS: dict[str, list[dict[str, Any]]] = {
    "scale": [{"set": "stages.race.award.drivers", "value": [25, 18, 15, 12, 10, 8, 6, 4, 2, 1]}],
    "no drops": [{"unset": "standings.drivers.counts"}],
    "result": [{"result": "alain-prost:mclaren-honda", "round": 16, "session": "R", "status": "DNF"}],
    "round": [{"drop-round": 15}],
}


@pytest.mark.parametrize("edits", EDITS.values(), ids=EDITS)
def test_one_season_replayed(benchmark: Any, f1_1988: Opened, edits: list[dict[str, Any]]) -> None:
    """Bar: 20 ms, with the log loaded and the real season scored."""
    before = f1_1988.scored()
    before.table("drivers")
    benchmark(lambda: what_if(f1_1988, edits, before=before).champions)


@pytest.mark.parametrize(
    "edits",
    [[], [{"set": "scales.final.places", "value": [25, 18, 15]}], [{"drop-round": 12}], [{"drop-round": 1}]],
    ids=["everything anew", "scale of the final", "last round", "first round"],
)
def test_cost_grows_with_what_is_touched(benchmark: Any, edits: list[dict[str, Any]]) -> None:
    """A season of heats: a patch of the final's scale ranks no heat, a dropped round touches no other."""
    opened = open_season("worldrx/2016")
    before = opened.scored()
    before.table("drivers")
    if edits:
        found = benchmark(lambda: what_if(opened, edits, before=before).comparison)
    else:
        found = benchmark(lambda: opened.scored().table("drivers"))
    assert found


def test_a_patch_of_the_finals_scale_ranks_no_heat_again(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = open_season("worldrx/2016")
    before = opened.scored()
    ranked: list[int] = []
    monkeypatch.setattr(sys.modules["rxscore.scoring.score"], "classify", lambda *arguments: ranked.append(1))
    edits = [{"set": "scales.final.places", "value": [25, 18, 15]}]
    assert what_if(opened, edits, before=before).champions == ("mattias-ekstrom",)
    assert ranked == []
