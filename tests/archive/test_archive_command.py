"""``rxscore archive``: the whole archive as it stands, so that a lost season or verdict is seen."""

import json
import os
import re
from pathlib import Path

import pytest

from golden import FOLDER, run

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture(autouse=True)
def only_what_is_shipped(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RXSCORE_PATH", raising=False)


def test_the_archive_is_the_one_we_know():
    printed, errors, status = run("archive")
    golden = FOLDER / "archive.txt"
    if os.environ.get("RXSCORE_GOLDEN") == "update":
        golden.write_text(printed, encoding="utf-8")
    assert printed == golden.read_text(encoding="utf-8")
    assert (errors, status) == ("", 0)


def test_the_readme_shows_it():
    printed, _, _ = run("archive", "--format", "markdown")
    text = README.read_text(encoding="utf-8")
    before, shown, after = re.split(r"(?<=<!-- archive -->\n)(.*)(?=<!-- /archive -->)", text, flags=re.S)
    if os.environ.get("RXSCORE_GOLDEN") == "update":
        README.write_text(f"{before}\n{printed}\n{after}", encoding="utf-8")
        shown = f"\n{printed}\n"
    assert shown == f"\n{printed}\n"


def test_json_has_plain_numbers_and_their_sum():
    printed, _, _ = run("archive", "worldrx/*", "--format", "json")
    read = json.loads(printed)
    one = next(season for season in read["seasons"] if season["name"] == "worldrx/2023")
    assert (one["held"], one["scheduled"]) == (7, 10)
    fields = set(one) - {"name", "title"}
    assert {field: sum(season[field] for season in read["seasons"]) for field in fields} == {
        field: read["total"][field] for field in fields
    }


def test_a_log_that_cannot_be_read_is_told_beside_the_others(tmp_path):
    log = tmp_path / "events" / "club"
    log.mkdir(parents=True)
    (log / "2020.jsonl").write_text('{"kind":"season-opened","id":"s"}\n', encoding="utf-8")
    printed, errors, status = run("archive")
    assert "worldrx/2016" in printed
    assert "2020.jsonl:1" in errors
    assert status == 2


def test_a_pattern_that_fits_nothing():
    printed, errors, status = run("archive", "worldrx/2061")
    assert (printed, status) == ("", 2)
    assert "did you mean worldrx/20" in errors
