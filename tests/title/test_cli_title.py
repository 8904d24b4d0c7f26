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
    assert "  Q1, Q2, Q3, Q4: 1 Sébastien Loeb, 2 " in out
    # In a final are those who qualify for it.
    final = out.splitlines()[-1]
    assert final.startswith("  F: 1 Sébastien Loeb, 2 ")
    assert final.count(",") == 5


def test_json_has_the_witness_as_orders() -> None:
    out, _, _ = run("title", "worldrx/2016", "--after", "11", "--position", "2", "--witness", "9", "--format", "json")
    document = json.loads(out)
    assert document["rounds_to_come"] == [12]
    (loeb,) = document["competitors"]
    assert loeb["status"] == "alive"
    final = next(one for one in loeb["witness"]["orders"] if one["session"] == "F")
    assert final["entries"][0] == "9"


@pytest.fixture
def under_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """World RX 2016 in the middle of round 5: the heats of Norway have been run."""
    kept = []
    for line in (Path(__file__).parents[2] / "events" / "worldrx" / "2016.jsonl").read_text("utf-8").splitlines():
        event = json.loads(line)
        number, of = event.get("round", 0), event.get("session") or event.get("stage")
        heats = number == 5 and of in ("Q1", "Q2", "Q3", "Q4", "intermediate")
        if event["kind"] == "round-scheduled" or number < 5 or heats:
            kept.append(f"{line}\n")
    (tmp_path / "events" / "wrx").mkdir(parents=True)
    (tmp_path / "events" / "wrx" / "now.jsonl").write_text("".join(kept), "utf-8")
    monkeypatch.chdir(tmp_path)
    return "wrx/now"


def test_in_the_middle_of_a_round_what_is_over_counts(under_way: str) -> None:
    out, err, status = run("title", under_way, "--before", "SF1", "--witness", "bakkerud")
    assert (err, status) == ("", 0)
    lines = out.splitlines()
    assert lines[1] == "before SF1 of round 5, 8 rounds to come"
    # 51 points, and 16 for the heats; 14 more can be had in Norway, and 30 in each of seven rounds.
    assert " ".join(lines[5].split()) == "Andreas Bakkerud 67 67 to 291 alive by winning all that is left"
    here = lines.index("Round 5 (World RX of Norway)")
    won = [line.split(" Andreas Bakkerud, ")[0] for line in lines[here + 1 : here + 4] if "Bakkerud" in line]
    assert won in (["  SF1: 1", "  F: 1"], ["  SF2: 1", "  F: 1"])


def test_over_the_season_a_round_under_way_is_not_taken_to_be_over(under_way: str) -> None:
    for command in ("title", "odds"):
        out, _, status = run(command, under_way, *(["--simulations", "1000"] if command == "odds" else []))
        assert status == 0
        assert out.splitlines()[3].split() == ["Name", "1", "2", "3", "4"]
        assert out.splitlines()[-1] == "Round 5 is under way: --before SF1 tells how it stands now."


def test_before_the_first_round_everything_is_open() -> None:
    out, _, status = run("title", "worldrx/2016", "--after", "0", "--witness", "loeb", "--format", "json")
    assert status == 0
    document = json.loads(out)
    assert (document["after_round"], document["before"]) == (0, None)
    assert document["rounds_to_come"] == list(range(1, 13))
    assert document["competitors"][0]["status"] == "alive"


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
        (("--after", "11", "--before", "Q9"), "round 12 has no session 'Q9'; its sessions are Q1, Q2, Q3, Q4, SF1"),
        (("--after", "12", "--before", "Q1"), "there is no round after round 12"),
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


def test_what_nothing_limits_has_no_upper_end() -> None:
    out, _, _ = run("title", "nitrocross/2021", "--after", "1", "--witness", "mcconnell", "--format", "json")
    (one,) = json.loads(out)["competitors"]
    assert (one["least"], one["most"], one["status"]) == (35, None, "undecided")
    out, _, _ = run("title", "nitrocross/2021", "--after", "1")
    assert "Fraser McConnell        35       35 or more  undecided" in out


def test_of_a_season_that_is_not_over_it_is_said_who_is_meant_by_the_champion(under_way: str) -> None:
    said = "after round 5 of 12 (World RX of Norway), the champion is whoever leads"
    for command in (("crown", under_way), ("sensitivity", under_way, "--scales", "50")):
        out, err, status = run(*command)
        assert (err, status) == ("", 0)
        assert out.splitlines()[1].endswith(said)
        over, _, _ = run(command[0], "worldrx/2016", *command[2:])
        assert "whoever leads" not in over
