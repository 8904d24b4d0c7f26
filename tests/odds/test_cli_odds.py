"""``rxscore odds`` and its mistakes."""

import csv
import io
import json
import sys

import pytest

from golden import run

FEW = ("--simulations", "2000")


def test_it_tells_the_chances_and_what_they_rest_on() -> None:
    out, err, status = run("odds", "worldrx/2016", "--after", "9", *FEW)
    assert (err, status) == ("", 0)
    lines = out.splitlines()
    assert lines[0] == "2016 FIA World Rallycross Championship: Drivers, how likely, in per cent"
    assert lines[1] == "after round 9, 3 rounds to come; 2000 seasons simulated, seed 0"
    assert lines[5].startswith("Mattias Ekström")
    assert any(line.startswith("Estimates:") for line in lines)
    assert any("Facts are missing" in line for line in lines)
    assert "Round 10: who starts where, and who wins, in per cent" in lines


def test_the_same_seed_gives_the_same_answer() -> None:
    once, again, other = (run("odds", "worldrx/2016", "--after", "9", "--seed", seed, *FEW)[0] for seed in "112")
    assert once == again
    assert once != other


def test_json_adds_up() -> None:
    document = json.loads(run("odds", "worldrx/2016", "--after", "10", "--format", "json", *FEW)[0])
    assert document["rounds_to_come"] == [11, 12]
    titles = sum(one["positions"][0]["chance"] for one in document["competitors"])
    assert titles >= 1 - 1e-9
    if not document["shared"]:
        assert titles == pytest.approx(1)
    for one in document["competitors"]:
        assert one["positions"][0]["low"] <= one["positions"][0]["chance"] <= one["positions"][0]["high"]


def test_as_known_on_a_date_nothing_later_counts() -> None:
    document = json.loads(run("odds", "worldrx/2016", "--as-of", "2016-09-10", "--format", "json", *FEW)[0])
    assert (document["as_of"], document["after_round"], document["rounds_to_come"]) == (
        "2016-09-10",
        8,
        [9, 10, 11, 12],
    )
    out = run("odds", "worldrx/2016", "--as-of", "2016-09-10", *FEW)[0]
    assert out.splitlines()[1].startswith("after round 8, as known on 2016-09-10, 4 rounds to come;")


def test_csv_has_everybody() -> None:
    rows = list(csv.DictReader(io.StringIO(run("odds", "worldrx/2016", "--after", "9", "--format", "csv", *FEW)[0])))
    assert len(rows) == 24
    assert float(rows[0]["first"]) > 0.7


@pytest.mark.parametrize("format_", ["text", "markdown", "html", "csv", "json"])
def test_looking_back(format_: str) -> None:
    out, err, status = run("odds", "tcr-europe/2019", "worldrx/2019", "--backtest", "--format", format_, *FEW)
    assert (err, status) == ("", 0)
    assert "tcr-europe/2019" in out


def test_looking_back_says_what_is_left_out_and_how_little_it_is() -> None:
    out, _, _ = run("odds", "tcr-europe/2019", "worldrx/2019", "--backtest", *FEW)
    assert "worldrx/2019: left out: facts are missing" in out
    assert "6 forecasts, but only 1 champion:" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("odds", "worldrx/2016", "--after", "13"), "has no round 13; its rounds are 1 to 12"),
        (("odds", "worldrx/2016", "--seed", "-1"), "--seed"),
        (("odds", "worldrx/2016", "--seed", "x"), "'x' is not a whole number"),
        (("odds", "worldrx/2016", "--simulations", "3"), "--simulations"),
        (("odds", "worldrx/2016"), "nothing is left to come"),
        (("odds", "worldrx/2016", "worldrx/2014"), "one season at a time"),
        (("odds", "worldrx/2016", "--backtest", "--after", "3"), "leave --after and --before out"),
        (("odds", "worldrx/2016", "--backtest", "--as-of", "2016-09-10"), "leave --as-of out"),
        (("odds", "worldrx/2022", "--after", "3"), "added times are not simulated"),
        (("odds", "stcc/2022", "--after", "3"), "points that no source tells"),
    ],
)
def test_mistakes_and_refusals_are_told_in_words(arguments: tuple[str, ...], said: str) -> None:
    out, err, status = run(*arguments)
    assert (out, status) == ("", 2)
    assert said in err
    assert "Traceback" not in err


@pytest.mark.parametrize("missing", ["choix", "numpy"])
def test_without_the_extra_it_says_what_to_install(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    out, err, status = run("odds", "worldrx/2016", "--after", "9")
    assert (out, status) == ("", 2)
    assert err == "rxscore: odds need NumPy and choix: pip install 'rxscore[odds]'\n"
