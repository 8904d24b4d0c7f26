"""``rxscore standings --by-round``, and the same drawn."""

import csv
import io
import json
from pathlib import Path

from golden import run

SEASON = "worldrx/2016"


def test_every_column_is_the_table_after_that_round() -> None:
    rounds = json.loads(run("standings", SEASON, "--by-round", "--after", "4", "--format", "json")[0])
    assert [one["after_round"] for one in rounds] == [1, 2, 3, 4]
    assert rounds[2] == json.loads(run("standings", SEASON, "--after", "3", "--format", "json")[0])
    out, err, status = run("standings", SEASON, "--by-round", "--after", "4")
    assert (err, status) == ("", 0)
    line = next(line for line in out.splitlines() if "Toomas Heikkinen" in line)
    assert line.split()[3:7] == ["20", "45", "46", "≥58"]


def test_csv_has_a_line_for_each_round_and_competitor() -> None:
    rows = list(csv.DictReader(io.StringIO(run("standings", SEASON, "--by-round", "--format", "csv")[0])))
    alone = list(csv.DictReader(io.StringIO(run("standings", SEASON, "--after", "7", "--format", "csv")[0])))
    assert [{**row, "after_round": "7"} for row in alone] == [row for row in rows if row["after_round"] == "7"]
    assert {row["after_round"] for row in rows} == {str(number) for number in range(1, 13)}


def test_a_chart_is_drawn_beside_the_table(tmp_path: Path) -> None:
    file = tmp_path / "points.svg"
    plain = run("standings", SEASON)
    assert run("standings", SEASON, "--chart", str(file)) == plain
    drawn = file.read_text("utf-8")
    assert "Mattias Ekström 272" in drawn.replace("  ", " ")
    assert "Reinis Nitišs" in drawn


def test_before_the_first_round_there_is_nothing_to_draw(tmp_path: Path) -> None:
    file = tmp_path / "points.svg"
    out, err, status = run("standings", SEASON, "--as-of", "2016-01-01", "--by-round", "--chart", str(file))
    assert "no round had been held" in out
    assert (err, status) == ("rxscore: there is nothing to draw: no round has been held yet\n", 2)
    assert not file.exists()
