"""``rxscore new league``: a folder that works at once, and never replaces anything."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from golden import run


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RXSCORE_PATH", raising=False)
    return tmp_path


def made(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in files}


@pytest.mark.parametrize("name", ["winter-cup", "deep/down/Vinter Cupen i Åre", "it's"])
def test_every_command_that_is_printed_works(here: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    out, err, status = run("new", "league", name, "--season", "2026")
    assert (err, status) == ("", 0)
    commands = [shlex.split(line) for line in out.splitlines() if line.startswith("    ")]
    assert [command[:2] for command in commands[1:]] == [
        ["rxscore", "import"],
        ["rxscore", "standings"],
        ["rxscore", "explain"],
        ["rxscore", "verify"],
    ]
    assert commands[0] == ["cd", name]
    monkeypatch.chdir(here / name)
    printed = [run(*command[1:]) for command in commands[1:]]
    assert [status for _, _, status in printed] == [0, 0, 0, 0]
    assert "Cleo Costa" in printed[1][0]
    assert "Ada Åkesson" in printed[2][0]
    assert "12 lines of 2 tables: 12 reproduced" in printed[3][0]


def test_the_rules_that_are_written_are_commented_and_have_no_mistakes(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("new", "league", "cup")
    monkeypatch.chdir(here / "cup")
    assert run("rules", "check", "cup")[2] == 0
    text = Path("rulesets/cup.toml").read_text(encoding="utf-8")
    assert text.count("#") > 10
    # What is only commented out works too.
    Path("rulesets/cup.toml").write_text(re.sub(r"(?m)^# (?=\[\[|\w+ = )", "", text), encoding="utf-8")
    out, err, status = run("rules", "check", "cup")
    assert (err, status) == ("", 0), out
    rules = tomllib.loads(Path("rulesets/cup.toml").read_text(encoding="utf-8"))
    assert rules["bonuses"][0]["feat"] == "fastest-lap"
    assert rules["standings"][0]["counts"][0]["droppable"] == ["not disqualified"]


def test_a_title_may_be_anything(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("new", "league", "cup-2027", "--title", 'The "Great", \\ Cup')
    monkeypatch.chdir(here / "cup-2027")
    assert run("import", "csv", "cup-2027", "-o", "events/cup/2027.jsonl")[2] == 0
    assert run("rules", "check", "cup")[2] == 0
    assert tomllib.loads(Path("rulesets/cup.toml").read_text(encoding="utf-8"))["title"] == 'The "Great", \\ Cup'


def test_nothing_is_replaced(here: Path) -> None:
    (here / "full").mkdir()
    (here / "full" / "mine.txt").write_text("mine")
    (here / "file").write_text("mine")
    for name in ("full", "file"):
        out, err, status = run("new", "league", name)
        assert (out, status) == ("", 2)
        assert "is there already" in err
    assert made(here) == {"full/mine.txt": "mine", "file": "mine"}


def test_the_folder_one_is_in_is_filled(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "cup").mkdir()
    monkeypatch.chdir(here / "cup")
    out, err, status = run("new", "league", ".")
    assert (err, status) == ("", 0)
    assert out.startswith(". is ready")
    assert Path("rulesets/cup.toml").exists()
    assert run("new", "league", ".")[2] == 2


def test_an_empty_folder_is_filled(here: Path) -> None:
    (here / "empty").mkdir()
    assert run("new", "league", "empty", "--season", "2026")[2] == 0
    assert set(made(here / "empty")) == {
        "README.md",
        "rulesets/empty.toml",
        *(
            f"empty-2026/{name}.csv"
            for name in ("season", "rounds", "entries", "qualifying", "results", "penalties", "standings_after")
        ),
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(("--", "---"), "needs a letter"), (("cup", "--season", "soon"), "'soon' is not a year")],
)
def test_what_cannot_be_is_said(here: Path, arguments: tuple[str, ...], message: str) -> None:
    out, err, status = run("new", "league", *arguments)
    assert (out, status) == ("", 2)
    assert message in err
    assert made(here) == {}


def test_a_folder_that_cannot_be_written_is_said(here: Path) -> None:
    (here / "file").write_text("")
    out, err, status = run("new", "league", "file/cup")
    assert (out, status) == ("", 2)
    assert "cannot be written" in err
