"""The pages of docs/ and README do what they say: files are written, commands run, and print what stands there."""

import doctest
import re
from pathlib import Path

import pytest

from pages import check
from rxscore import catalog

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


@pytest.mark.parametrize("page", sorted(DOCS.glob("tutorial-*.md")), ids=lambda page: page.stem)
def test_a_tutorial_does_what_it_says(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RXSCORE_PATH", raising=False)
    monkeypatch.setattr(catalog, "_shipped", lambda: tmp_path / "shipped")
    check(page, tmp_path, monkeypatch)


def test_the_tour_of_the_readme_is_real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RXSCORE_PATH", raising=False)
    check(ROOT / "README.md", tmp_path, monkeypatch)


def test_the_examples_of_the_commands_are_real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RXSCORE_PATH", raising=False)
    check(DOCS / "commands.md", tmp_path, monkeypatch)


PYTHON = [page for page in [*DOCS.glob("*.md"), ROOT / "README.md"] if ">>> " in page.read_text(encoding="utf-8")]


@pytest.mark.parametrize("page", PYTHON, ids=lambda page: page.stem)
def test_the_python_of_a_page_runs(page: Path) -> None:
    failed, tried = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert tried
    assert not failed


def test_links_between_pages_lead_somewhere() -> None:
    pages = [*DOCS.glob("*.md"), ROOT / "README.md"]
    lost = [
        f"{page.name}: {target}"
        for page in pages
        for target in re.findall(r"\]\((?!https?:)([^)#\s]+)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert lost == []
