"""``rxscore odds`` and its mistakes."""

import csv
import io
import json
import re
import sys
from pathlib import Path

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
    document = json.loads(
        run("odds", "worldrx/2016", "--as-of", "2016-09-10", "--after", "8", "--format", "json", *FEW)[0]
    )
    assert (document["as_of"], document["after_round"], document["rounds_to_come"]) == (
        "2016-09-10",
        8,
        [9, 10, 11, 12],
    )
    out = run("odds", "worldrx/2016", "--as-of", "2016-09-10", "--after", "8", *FEW)[0]
    assert out.splitlines()[1].startswith("after round 8, as known on 2016-09-10, 4 rounds to come;")
    lines = run("odds", "worldrx/2016", "--as-of", "2016-09-10", *FEW)[0].splitlines()
    assert lines[1].startswith("after each round, as known on 2016-09-10;")
    assert lines[3].split() == ["Name", *map(str, range(1, 9))]


def test_csv_has_everybody() -> None:
    rows = list(csv.DictReader(io.StringIO(run("odds", "worldrx/2016", "--after", "9", "--format", "csv", *FEW)[0])))
    assert len(rows) == 24
    assert float(rows[0]["first"]) > 0.7


def test_as_many_positions_as_are_asked_for() -> None:
    def asked(count: str, format_: str) -> str:
        return run("odds", "worldrx/2016", "--after", "10", "--positions", count, "--format", format_, *FEW)[0]

    document = json.loads(asked("12", "json"))
    for place in range(12):
        among = sum(one["positions"][place]["chance"] for one in document["competitors"])
        assert among == pytest.approx(1, abs=0.12)
    assert all(one["top"]["chance"] == pytest.approx(sum(p["chance"] for p in one["positions"]))
               for one in document["competitors"])  # fmt: skip
    fields = csv.DictReader(io.StringIO(asked("5", "csv"))).fieldnames
    assert fields == ["name", "points", "first", "first_low", "first_high", "second", "third", "4th", "5th", "top_5"]
    assert asked("1", "csv").splitlines()[0] == "name,points,first,first_low,first_high"
    assert "Top" not in asked("1", "text")


@pytest.mark.parametrize("format_", ["text", "markdown", "html", "csv", "json"])
def test_looking_back(format_: str) -> None:
    out, err, status = run("odds", "tcr-europe/2019", "worldrx/2019", "--backtest", "--format", format_, *FEW)
    assert (err, status) == ("", 0)
    assert "tcr-europe/2019" in out


def test_looking_back_says_what_is_left_out_and_how_little_it_is() -> None:
    out, _, _ = run("odds", "tcr-europe/2019", "worldrx/2019", "--backtest", *FEW)
    assert (
        "Left out, facts are missing: who the champion was does not follow from the log for certain: worldrx/2019\n"
        in out
    )
    assert "6 forecasts, but only 1 champion:" in out
    assert re.search(
        r"^That of the odds is \d+ % less than that of 'leader wins', \d+ % less than that of 'points share'", out, re.M
    )
    assert (
        "more than that of 'leader wins', which was never wrong" in run("odds", "worldrx/2023", "--backtest", *FEW)[0]
    )


def test_a_pattern_means_its_seasons_and_what_cannot_be_told_of_them_is_left_out() -> None:
    out, err, status = run("odds", "tcr-uk", "extreme-e/2023", "--table", "teams", "--backtest", *FEW)
    assert (out, status) == ("", 2)
    assert "tcr-uk/2018: tcr-uk/2018 has no table 'teams'" in err
    assert "extreme-e/2023: these rules cannot be simulated: how many races Qualifying heats will have" in err
    out, err, status = run("odds", "tcr-uk", "worldrx/2019", "--backtest", "--format", "json", *FEW)
    document = json.loads(out)
    assert {one["season"] for one in document["forecasts"]} == {"tcr-uk/2018"}
    assert {one["season"] for one in document["left_out"]} == {"worldrx/2019"}


def test_without_a_round_it_is_the_whole_season(tmp_path: Path) -> None:
    file = tmp_path / "odds.svg"
    out, err, status = run("odds", "worldrx/2016", "--chart", str(file), *FEW)
    assert (err, status) == ("", 0)
    lines = out.splitlines()
    assert lines[1] == "after each round; 2000 seasons simulated each time, seed 0"
    assert lines[3].split() == ["Name", *map(str, range(1, 13))]
    assert lines[5].startswith("Mattias Ekström")
    assert lines[5].split()[-1] == "100"
    assert "Petter Solberg (up to" in file.read_text("utf-8").replace("  ", " ")


def test_the_whole_season_is_the_odds_after_each_round() -> None:
    document = json.loads(run("odds", "tcr-europe/2019", "--format", "json", *FEW)[0])
    alone = json.loads(run("odds", "tcr-europe/2019", "--after", "4", "--format", "json", *FEW)[0])
    (fourth,) = [one for one in document["rounds"] if one["after_round"] == 4]
    assert {one["competitor"]: one["chance"] for one in fourth["competitors"]} == {
        one["competitor"]: one["positions"][0]["chance"] for one in alone["competitors"]
    }
    assert [one["after_round"] for one in document["rounds"]] == [1, 2, 3, 4, 5, 6, 7]
    assert document["rounds"][-1]["champions"] == ["josh-files"]
    rows = list(csv.DictReader(io.StringIO(run("odds", "tcr-europe/2019", "--format", "csv", *FEW)[0])))
    assert rows[-1] == {
        "after_round": "7", "competitor": "josh-files", "name": "Josh Files",
        "chance": "1.000000", "low": "1.000000", "high": "1.000000",
    }  # fmt: skip


def test_before_the_first_round_everybody_is_an_average_car() -> None:
    out, err, status = run("odds", "worldrx/2016", "--as-of", "2016-04-16", *FEW)
    assert (err, status) == ("", 0)
    assert out.splitlines()[1].startswith("before the first round, as known on 2016-04-16, 12 rounds to come")


def test_a_round_without_odds_is_told_with_the_reason() -> None:
    # Who was champion does not follow from the log.
    out, err, status = run("odds", "worldrx/2019", *FEW)
    assert (err, status) == ("", 0)
    assert next(line for line in out.splitlines() if line.startswith("Timmy Hansen")).split()[-1] == "-"
    assert "-  After round 10 there are no odds: facts are missing" in out


def test_a_chart_of_one_round_has_bars(tmp_path: Path) -> None:
    file = tmp_path / "odds.svg"
    plain = run("odds", "worldrx/2016", "--after", "9", *FEW)
    assert run("odds", "worldrx/2016", "--after", "9", "--chart", str(file), *FEW) == plain
    drawn = file.read_text("utf-8")
    assert "Mattias Ekström" in drawn
    assert "chance of the title" in drawn


def test_a_reliability_chart_is_drawn_beside_the_table(tmp_path: Path) -> None:
    file = tmp_path / "reliability.svg"
    out, err, status = run("odds", "tcr-europe/2019", "--backtest", "--chart", str(file), *FEW)
    assert (err, status) == ("", 0)
    assert "How often what was told came true" in out
    drawn = file.read_text("utf-8")
    assert "came true" in drawn
    assert "6 forecasts of 1 season" in drawn


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("odds", "worldrx/2016", "--after", "13"), "has no round 13; its rounds are 1 to 12"),
        (("odds", "worldrx/2016", "--seed", "-1"), "--seed"),
        (("odds", "worldrx/2016", "--seed", "x"), "'x' is not a whole number"),
        (("odds", "worldrx/2016", "--simulations", "3"), "--simulations"),
        (("odds", "worldrx/2016", "--after", "12"), "nothing is left to come"),
        (("odds", "worldrx/2022"), "who starts in P1 and who in P2 does not follow from the rules"),
        (("odds", "nowhere/*", "--backtest"), "no log fits 'nowhere/*'"),
        (("odds", "worldrx/2061", "--backtest"), "worldrx/2061"),
        (("odds", "worldrx/2016", "--positions", "5"), "--positions needs --after"),
        (("odds", "worldrx/2016", "--backtest", "--positions", "5"), "leave --positions out"),
        (("odds", "worldrx/2016", "worldrx/2014"), "one season at a time"),
        (("odds", "worldrx/2016", "--processes", "2"), "--processes goes with --backtest"),
        (("odds", "worldrx/2016", "--backtest", "--after", "3"), "leave --after and --before out"),
        (("odds", "worldrx/2016", "--backtest", "--as-of", "2016-09-10"), "leave --as-of out"),
        (("odds", "worldrx/2022", "--after", "3"), "who starts in P1 and who in P2 does not follow from the rules"),
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
