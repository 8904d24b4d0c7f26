"""What the commands print about the season that is shipped, one golden file for each command and format."""

from pathlib import Path

import orjson
import pytest

from golden import Golden, run
from rxscore import catalog

SEASON = "worldrx/2016"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Golden:
    """Commands in a folder of their own, with one season of those that are shipped."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RXSCORE_PATH", raising=False)
    monkeypatch.setattr(catalog, "_shipped", lambda: tmp_path / "shipped")
    golden = Golden(tmp_path)
    for name in ("events/worldrx/2016.jsonl", "rulesets/worldrx/2014-2021.toml"):
        golden.write(f"shipped/{name}", (ROOT / name).read_bytes())
    return golden


GOLDEN = {
    "standings": ("standings", SEASON),
    "standings-markdown": ("standings", SEASON, "--after", "3", "--format", "markdown"),
    "standings-html": ("standings", SEASON, "--after", "3", "--format", "html"),
    "standings-csv": ("standings", SEASON, "--after", "3", "--format", "csv"),
    "standings-json": ("standings", SEASON, "--table", "teams", "--after", "3", "--format", "json"),
    "standings-as-of": ("standings", SEASON, "--after", "9", "--as-of", "2016-09-20"),
    "standings-dropped": ("standings", SEASON, "--set", "standings.drivers.counts=[{ best = 8 }]"),
    "standings-before": ("standings", SEASON, "--as-of", "2016-01-01"),
    "round": ("round", SEASON, "5"),
    "round-ruled": ("round", SEASON, "barcelona"),
    "round-markdown": ("round", SEASON, "12", "--format", "markdown"),
    "round-html": ("round", SEASON, "12", "--format", "html"),
    "round-csv": ("round", SEASON, "5", "--format", "csv"),
    "round-not-held": ("round", SEASON, "12", "--as-of", "2016-11-01"),
    "explain": ("explain", SEASON, "bakkerud"),
    "explain-team": ("explain", SEASON, "EKS RX", "--after", "4"),
    "explain-dropped": ("explain", SEASON, "loeb", "--set", "standings.drivers.counts=[{ best = 8 }]"),
    "explain-json": ("explain", SEASON, "13", "--after", "2", "--format", "json"),
    "verify": ("verify", SEASON),
    "what-if": ("what-if", SEASON, "--set", "scales.final=[25, 18, 15, 12, 10, 8]"),
    "what-if-ruling": ("what-if", SEASON, "--without", "ruling-r09-johan-kristoffersson-final", "--after", "9"),
    "what-if-round": ("what-if", SEASON, "--drop-round", "7", "--drop-round", "9", "--table", "teams"),
    "what-if-csv": ("what-if", SEASON, "--drop-round", "5", "--after", "6", "--format", "csv"),
    "what-if-json": ("what-if", SEASON, "--drop-round", "5", "--after", "5", "--table", "teams", "--format", "json"),
    "rules-list": ("rules", "list", "worldrx/2014-2021"),
    "rules-show": ("rules", "show", "worldrx/2014-2021"),
    "rules-check": ("rules", "check", "worldrx/2014-2021"),
    "rules-diff-same": ("rules", "diff", "worldrx/2014-2021", "worldrx/2014-2021"),
    # what is wrong
    "wrong-season": ("standings", "worldrx/2061"),
    "wrong-table": ("standings", SEASON, "--table", "teem"),
    "wrong-after": ("standings", SEASON, "--after", "99"),
    "wrong-as-of": ("standings", SEASON, "--as-of", "last May"),
    "wrong-format": ("standings", SEASON, "--format", "xml"),
    "wrong-rules": ("standings", SEASON, "--rules", "worldrx/2014-2012"),
    "wrong-set": ("standings", SEASON, "--set", "scales.final"),
    "wrong-set-value": ("standings", SEASON, "--set", "winner=final"),
    "wrong-set-key": ("what-if", SEASON, "--set", "stages.finale.title='x'"),
    "wrong-set-scale": ("what-if", SEASON, "--set", "scales.fnal=[1]"),
    "wrong-set-field": ("what-if", SEASON, "--set", "standings.drivers.count=[]"),
    "wrong-round": ("round", SEASON, "13"),
    "wrong-round-name": ("round", SEASON, "nroway"),
    "wrong-archive": ("archive", "wrldrx"),
    "wrong-sweep-names": ("sweep", SEASON, "worldrx/2061", "--rules", "worldrx/2014-2021,worldrx/2014-2012"),
    "wrong-sweep-table": ("sweep", SEASON, "--rules", "worldrx/2014-2021", "--table", "teem", "--processes", "1"),
    "archive-series": ("archive", "worldrx"),
    "wrong-round-venue": ("round", SEASON, "Barcelonna"),
    "wrong-round-long": ("round", SEASON, "9" * 12),
    "wrong-after-text": ("standings", SEASON, "--after", "three"),
    "wrong-folder": ("standings", "shipped/events/worldrx"),
    "wrong-folder-missing": ("standings", "evnets/league/2026.jsonl"),
    "wrong-rules-folder": ("standings", SEASON, "--rules", "shipped"),
    "wrong-rules-season": ("rules", "show", "worldrx/2014-2021", "--season", "1999"),
    "wrong-rules-season-text": ("rules", "show", "worldrx/2014-2021", "--season", "last"),
    "wrong-append-shipped": ("log", "append", SEASON, "-"),
    "what-if-huge": ("what-if", SEASON, "--weigh-round", "3=99999999999999999999", "--after", "3"),
    "ambiguous-round": ("round", SEASON, "World RX of"),
    "wrong-competitor": ("explain", SEASON, "bakerud"),
    "ambiguous-competitor": ("explain", SEASON, "hansen"),
    "wrong-pattern": ("verify", "f2/*"),
    "wrong-verify": ("verify", "worldrx/2106"),
    "wrong-event": ("what-if", SEASON, "--without", "ruling-r09-kristoffersson"),
    "wrong-entry-gone": ("what-if", SEASON, "--without", "entry-77"),
    "wrong-drop-round": ("what-if", SEASON, "--drop-round", "13"),
    "wrong-nothing": ("what-if", SEASON),
    "wrong-ruleset": ("rules", "show", "worldrx/2041-2021"),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_what_is_printed(shipped, name):
    shipped(name, *GOLDEN[name])


@pytest.mark.parametrize("name", [name for name in GOLDEN if name.startswith(("wrong", "ambiguous"))])
def test_what_is_wrong_is_told_in_a_line_with_status_2(shipped, name):
    out, err, status = run(*GOLDEN[name])
    assert (out, status, err.count("\n")) == ("", 2, 1 if name != "wrong-entry-gone" else err.count("\n"))


def test_rules_that_differ(shipped):
    text = (ROOT / "rulesets/worldrx/2014-2021.toml").read_text("utf-8")
    changed = text.replace("places = [8, 5, 4, 3, 2, 1]", "places = [10, 5, 4, 3, 2, 1]", 1)
    shipped.write("rulesets/mine.toml", changed.replace('ties = ["event wins"]', "", 1))
    shipped("rules-diff", "rules", "diff", "worldrx/2014-2021", "mine")
    shipped("what-if-rules", "what-if", SEASON, "--rules", "mine", "--after", "5")


# --- what must be true -----------------------------------------------------------------------


def document(*arguments: str):
    out, err, _ = run(*arguments, "--format", "json")
    assert err == ""
    return orjson.loads(out)


def test_the_final_table(shipped):
    rows = document("standings", SEASON)["rows"][:5]
    told = [(row["position"], row["name"].split()[-1], row["points"]) for row in rows]
    assert told == [
        (1, "Ekström", 272),
        (2, "Kristoffersson", 240),
        (3, "Bakkerud", 239),
        (4, "Solberg", 239),
        (5, "Loeb", 209),
    ]
    assert rows[2]["tie"] == "event wins: 3 against 1"


def test_the_stable_shape_of_standings(shipped):
    found = document("standings", SEASON, "--after", "5")
    assert list(found) == ["season", "standing", "after_round", "as_of", "rules", "rows"]
    keys = {"position", "competitor", "name", "points", "gross", "dropped", "open", "inferred", "tie"}
    assert all(set(row) == keys for row in found["rows"])
    assert (found["season"], found["standing"], found["after_round"]) == (SEASON, "drivers", 5)


def test_points_that_are_not_whole_are_exact(shipped):
    rows = document("standings", SEASON, "--set", "scales.final=['25/3', 0.5]", "--after", "5")["rows"]
    third = [row["points"] for row in rows if isinstance(row["points"], str)]
    assert third
    assert all(points.endswith(("/3", "/6")) for points in third)


def test_the_round_of_norway(shipped):
    found = document("round", SEASON, "5")
    rows = next(stage["rows"] for stage in found["stages"] if stage["stage"] == "intermediate")
    assert (rows[0]["name"], rows[0]["score"]) == ("Andreas Bakkerud", 200)
    mine = [one["points"] for one in found["points"] if one["competitor"] == "andreas-bakkerud"]
    assert mine == [16, 6, 8]
    assert found["winner"] == "13"


def test_verdicts_add_up(shipped):
    found = document("verify", SEASON)
    verdicts = [row["verdict"] for claim in found["claims"] for row in claim["rows"]]
    assert {verdict: verdicts.count(verdict) for verdict in found["totals"]} == found["totals"]
    assert set(found["totals"]) == {"reproduced", "consistent", "undecided", "contradicted"}
    assert {"season", "standing", "after_round", "source", "rows"} <= set(found["claims"][0])
    assert {"competitor", "claimed", "computed", "verdict"} <= set(found["claims"][0]["rows"][0])


def test_only_a_contradiction_that_is_not_on_record_fails(shipped):
    assert run("verify", SEASON)[2] == 0
    log = (ROOT / "events/worldrx/2016.jsonl").read_bytes()
    lines = [line for line in log.splitlines(keepends=True) if b'"kind":"difference-known"' not in line]
    assert len(lines) < len(log.splitlines())
    shipped.write("unexplained.jsonl", b"".join(lines))
    out, err, status = run("verify", "unexplained.jsonl")
    assert (err, status) == ("", 1)
    assert "contradicted" in out


def test_a_season_that_cannot_be_read_does_not_hide_the_others(shipped):
    shipped.write("broken.jsonl", b"{}\n")
    out, err, status = run("verify", "broken.jsonl", SEASON)
    assert status == 2
    assert "broken.jsonl:1" in err
    assert f"{SEASON}: " in out


def test_very_many_claims_are_told_by_season(shipped, monkeypatch):
    monkeypatch.setattr("rxscore.cli.verify.MANY", 10)
    shipped("verify-many", "verify", SEASON)
    assert run("verify", SEASON, "--full")[0].count("\n") > 50


@pytest.mark.parametrize("said", ["bakkerud", "Andreas Bakkerud", "13", "#13", "andreas-bakkerud", "BAKKERUD", "bakk"])
def test_names_are_forgiving(shipped, said):
    assert document("explain", SEASON, said, "--after", "1")["competitor"] == "andreas-bakkerud"


def test_a_team_is_looked_for_in_its_own_table(shipped):
    assert document("explain", SEASON, "Volkswagen", "--table", "teams")["standing"] == "teams"
    assert document("explain", SEASON, "ekström")["standing"] == "drivers"
    assert document("explain", SEASON, "EKS RX")["standing"] == "teams"


def test_every_point_is_explained(shipped):
    found = document("explain", SEASON, "13")
    assert sum(award["points"] for award in found["awards"]) == found["row"]["points"] == 239
    assert all(award["events"] and award["clause"] and award["cite"] for award in found["awards"])


def test_other_rules_keep_every_ruling(shipped):
    ruling = "ruling-r09-johan-kristoffersson-final"
    swap = ("--set", "scales.final=[25, 18, 15, 12, 10, 8]", "--after", "9")
    swapped = document("standings", SEASON, *swap)["rows"]
    without = document("what-if", SEASON, *swap, "--without", ruling)["rows"]

    def points(rows):
        return next(row["points"] for row in rows if row["competitor"] == "johan-kristoffersson")

    assert points(without) - points(swapped) == 15


def test_a_round_dropped_is_as_if_it_had_not_been(shipped):
    rows = document("what-if", SEASON, "--drop-round", "5")["rows"]
    mine = next(row for row in rows if row["competitor"] == "andreas-bakkerud")
    assert mine["really"]["points"] - mine["points"] == 30


def test_nothing_that_is_printed_has_decoration(shipped):
    for name, arguments in GOLDEN.items():
        out, err, _ = run(*arguments)
        assert "\x1b" not in out + err, name


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("rxscore standings worldrx/20", "worldrx/2016"),
        ("rxscore standings worldrx/2016 --table te", "teams"),
        ("rxscore standings worldrx/2016 --format js", "json"),
        ("rxscore standings worldrx/2016 --rules worldrx/2014", "worldrx/2014-2021"),
        ("rxscore explain worldrx/2016 andreas", "andreas-bakkerud"),
        ("rxscore round worldrx/2016 1", "12"),
        ("rxscore rules show worldrx/2014", "worldrx/2014-2021"),
        ("rxscore verify worldrx/20", "worldrx/2016"),
        ("rxscore what-if worldrx/2016 --without ruling-r09-j", "ruling-r09-johan-kristoffersson-final"),
    ],
)
def test_the_shell_completes(shipped, words, expected):
    from click.shell_completion import BashComplete

    from rxscore.cli import cli

    *args, incomplete = words.split()[1:]
    completions = BashComplete(cli, {}, "rxscore", "_RXSCORE_COMPLETE").get_completions(args, incomplete)
    assert expected in [item.value for item in completions]
