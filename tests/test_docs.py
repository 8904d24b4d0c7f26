"""The pages of docs/ do what they say: files are written as shown, commands run, and print what the page prints.

In a tutorial a fenced block whose first line names a file after the language (``csv cup-2025/races.csv``) is that
file, and a ``console`` block has commands (``$ rxscore ...``, ``$ cd ...``) and their output. ``RXSCORE_GOLDEN=update``
writes the outputs into the page anew: read the difference before you commit it.
"""

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import frozen

from golden import run
from rxscore import catalog

DOCS = Path(__file__).parent.parent / "docs"
_BLOCK = re.compile(r"^```(?P<language>\w+)(?: (?P<file>\S+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@frozen
class Block:
    """A fenced block of a page, and where its text stands."""

    language: str
    file: str
    text: str
    start: int
    end: int


def blocks(page: str) -> Iterator[Block]:
    for match in _BLOCK.finditer(page):
        yield Block(match["language"], match["file"] or "", match["text"], match.start("text"), match.end("text"))


@pytest.mark.parametrize("page", sorted(DOCS.glob("tutorial-*.md")), ids=lambda page: page.stem)
def test_a_tutorial_does_what_it_says(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RXSCORE_PATH", raising=False)
    monkeypatch.setattr(catalog, "_shipped", lambda: tmp_path / "shipped")
    text = page.read_text(encoding="utf-8")
    told, begin = [], 0
    commands = 0
    for block in blocks(text):
        told.append(text[begin : block.start])
        begin = block.end
        if block.file:
            file = tmp_path / block.file
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8")
        done = block.text
        if block.language == "console":
            lines = [line for line in block.text.splitlines() if line.startswith("$ ")]
            commands += len(lines)
            done = "".join(_done(line, monkeypatch) for line in lines)
        told.append(done)
    assert commands, "the page runs nothing"
    told.append(text[begin:])
    if os.environ.get("RXSCORE_GOLDEN") == "update":
        page.write_text("".join(told), encoding="utf-8")
    else:
        assert text == "".join(told)


def _done(line: str, monkeypatch: pytest.MonkeyPatch) -> str:
    program, *arguments = shlex.split(line.removeprefix("$ "))
    if program == "cd":
        monkeypatch.chdir(arguments[0])
        return f"{line}\n"
    assert program == "rxscore", f"{program} is not run here"
    out, err, _ = run(*arguments)
    printed = "\n".join(one.rstrip() for one in f"{out}{err}".splitlines())
    return f"{line}\n{printed}\n" if printed else f"{line}\n"


def test_links_between_pages_lead_somewhere() -> None:
    pages = list(DOCS.glob("*.md"))
    lost = [
        f"{page.name}: {target}"
        for page in pages
        for target in re.findall(r"\]\((?!https?:)([^)#\s]+)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert lost == []
