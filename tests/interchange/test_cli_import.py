import orjson
import pytest
from click.testing import CliRunner

from rxscore.cli import cli
from rxscore.events import canonical, read
from rxscore.interchange.csv_folder import read_folder
from rxscore.problems import UserError


@pytest.fixture
def club(tmp_path):
    base = tmp_path / "club-2024"
    base.mkdir()
    (base / "final.csv").write_text("round,pos,driver\n1,1,Ada\n1,2,Bo\n", "utf-8")
    (base / "penalties.csv").write_text("round,driver,what\n1,Bo,a reprimand\n", "utf-8")
    (base / "weather.csv").write_text("round,rain\n", "utf-8")
    return base


def run(*arguments):
    return CliRunner().invoke(cli, ["import", "csv", *map(str, arguments)])


def expected(folder):
    return b"".join(canonical(event) + b"\n" for event in read_folder(folder))


def test_writes_a_log_and_says_what_was_read(club, tmp_path):
    target = tmp_path / "logs" / "club.jsonl"
    result = run(club, "-o", target)
    assert result.exit_code == 0, result.output
    assert target.read_bytes() == expected(club)
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "8 events: 1 season-opened, 2 competitor-registered, 2 entry-filed, 1 round-scheduled, 1 results, 1 gap-noted",
        "in words only (round 1): a ruling known only in words: Bo: a reprimand",
        "not read: weather.csv",
    ]
    assert [file.name for file in target.parent.iterdir()] == ["club.jsonl"]
    assert target.stat().st_mode & 0o444


def test_the_log_reads_back(club, tmp_path):
    run(club, "-o", tmp_path / "log")
    lines = (tmp_path / "log").read_bytes().splitlines()
    assert tuple(read(orjson.loads(line)) for line in lines) == read_folder(club)


def test_prints_to_standard_output(club):
    result = run(club, "-o", "-")
    assert result.exit_code == 0, (result.exception, result.stderr)
    assert result.stdout_bytes == expected(club)


def test_options_win(club):
    result = run(*(club, "-o", "-", "--series", "cup", "--season", "2025", "--name", "The Cup", "--rules", "my/rules"))
    opened = orjson.loads(result.stdout_bytes.splitlines()[0])
    assert [opened[key] for key in ("series", "season", "name", "rules")] == [
        "cup",
        "2025",
        "The Cup",
        "my/rules",
    ]


def test_a_log_that_is_there_is_kept(club, tmp_path):
    target = tmp_path / "log"
    target.write_text("precious")
    result = run(club, "-o", target)
    assert isinstance(result.exception, UserError)
    assert str(result.exception) == f"{target}: the file is there already; --force replaces it"
    assert target.read_text() == "precious"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["club-2024", "log"]
    assert run(club, "-o", target, "--force").exit_code == 0
    assert target.read_bytes() == expected(club)


def test_nothing_is_written_when_anything_is_wrong(club, tmp_path):
    (club / "final.csv").write_text("round,pos,driver\n1,first,Ada\n", "utf-8")
    result = run(club, "-o", tmp_path / "log")
    assert isinstance(result.exception, UserError)
    assert not (tmp_path / "log").exists()


def test_a_folder_that_cannot_be_written_to(club, tmp_path):
    (tmp_path / "file").write_text("")
    result = run(club, "-o", tmp_path / "file" / "log")
    assert str(result.exception) == f"{tmp_path / 'file' / 'log'}: cannot be written: File exists"
