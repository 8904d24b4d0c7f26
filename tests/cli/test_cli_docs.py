"""``rxscore docs``: every page, wherever rxscore is installed."""

from pathlib import Path

import pytest

from golden import run

DOCS = Path(__file__).parents[2] / "docs"


def test_without_a_page_all_are_listed() -> None:
    out, err, status = run("docs")
    assert (err, status) == ("", 0)
    assert [line.split()[0] for line in out.splitlines()[2:]] == sorted(page.stem for page in DOCS.glob("*.md"))
    assert "How likely" in out


@pytest.mark.parametrize("page", ["odds", "odds.md", "docs/odds.md"])
def test_a_page_is_shown_as_it_is(page: str) -> None:
    out, err, status = run("docs", page)
    assert (err, status) == ("", 0)
    assert out.rstrip() == (DOCS / "odds.md").read_text(encoding="utf-8").rstrip()


def test_a_typo_gets_suggestions() -> None:
    out, err, status = run("docs", "ods")
    assert (out, status) == ("", 2)
    assert err == "rxscore: the documentation has no page 'ods'; did you mean odds?\n"
