"""``rxscore title`` and its mistakes."""

import json
import sys
from pathlib import Path

import pytest

from golden import run


def test_it_tells_who_is_certain_and_who_is_out() -> None:
    out, err, status = run("title", "worldrx/2016", "--after", "11")
    assert (err, status) == ("", 0)
    lines = out.splitlines()
    assert lines[0] == "2016 FIA World Rallycross Championship: Drivers, who can be first"
    assert lines[1] == "after round 11, 1 round to come"
    assert any(line.startswith("Mattias Ekström") and "clinched" in line for line in lines)
    assert lines[-1] == "clinched: Mattias Ekström"


def test_a_witness_is_told_round_by_round() -> None:
    out, _, status = run("title", "worldrx/2016", "--after", "10", "--witness", "loeb")
    assert status == 0
    assert "A way to get there: Sébastien Loeb" in out
    assert "Round 12 (World RX of Argentina)" in out
    assert "Q1, Q2, Q3, Q4, SF1, SF2, F: 1 Sébastien Loeb" in out


def test_json_has_the_witness_as_orders() -> None:
    out, _, _ = run("title", "worldrx/2016", "--after", "11", "--position", "2", "--witness", "9", "--format", "json")
    document = json.loads(out)
    assert document["rounds_to_come"] == [12]
    (loeb,) = document["competitors"]
    assert loeb["status"] == "alive"
    final = next(one for one in loeb["witness"]["orders"] if one["session"] == "F")
    assert final["entries"][0] == "9"


def test_without_a_round_it_is_the_whole_season(tmp_path: Path) -> None:
    chart = tmp_path / "race.svg"
    out, err, status = run("title", "worldrx/2016", "--table", "teams", "--chart", str(chart))
    assert (err, status) == ("", 0)
    assert next(line for line in out.splitlines() if line.startswith("Hoonigan")).endswith("out after round 12")
    assert chart.read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--after", "13"), "has no round 13; its rounds are 1 to 12"),
        (("--witness", "loeb"), "--witness needs --after"),
        (("--after", "9", "--witness", "lob"), "there is no competitor 'lob'; did you mean Sébastien Loeb?"),
        (("--after", "9", "--chart", "x.svg"), "--chart draws the whole season"),
        (("--chart", "x.gif"), "a chart is one of .svg, .png, .html"),
        (("--table", "riders"), "has no table 'riders'"),
        (("--after", "9", "--position", "0"), "--position"),
        (("--after", "9", "--seconds", "0"), "--seconds"),
    ],
)
def test_mistakes_are_said_in_one_line(arguments: tuple[str, ...], said: str) -> None:
    out, err, status = run("title", "worldrx/2016", *arguments)
    assert (out, status) == ("", 2)
    assert said in err


def test_without_the_charting_library_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "altair", None)
    _, err, status = run("title", "worldrx/2016", "--chart", "x.svg")
    assert status == 2
    assert "pip install 'rxscore[charts]'" in err


def test_a_chart_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    _, err, status = run("title", "worldrx/2016", "--table", "teams", "--chart", str(tmp_path / "no" / "x.svg"))
    assert status == 2
    assert "cannot be written" in err
