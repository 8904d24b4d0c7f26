"""Pages that do what they say: blocks of a Markdown page, and its commands run again.

A ``console`` block has commands (``$ rxscore ...``, ``$ cd ...``), if need be through ``head`` or ``tail``, and what
they print. ``RXSCORE_GOLDEN=update`` writes the outputs into the page anew: read the difference before you commit it.
"""

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import frozen

from golden import run

_BLOCK = re.compile(r"^```(?P<language>\w+)(?: (?P<file>\S+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@frozen
class Block:
    """A fenced block of a page, and where its text stands. ``file``: the file that it shows, if it names one."""

    language: str
    file: str
    text: str
    start: int
    end: int


def blocks(page: str) -> Iterator[Block]:
    """The fenced blocks of a page, in their order."""
    for match in _BLOCK.finditer(page):
        yield Block(match["language"], match["file"] or "", match["text"], match.start("text"), match.end("text"))


def check(page: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write the files that a page shows into ``folder``, run its commands there, and compare what they print."""
    text = page.read_text(encoding="utf-8")
    told, begin = [], 0
    commands = 0
    for block in blocks(text):
        told.append(text[begin : block.start])
        begin = block.end
        if block.file:
            file = folder / block.file
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
    command, _, through = line.removeprefix("$ ").partition(" | ")
    program, *arguments = shlex.split(command)
    if program == "cd":
        monkeypatch.chdir(arguments[0])
        return f"{line}\n"
    assert program == "rxscore", f"{program} is not run here"
    out, err, _ = run(*arguments)
    printed = [one.rstrip() for one in f"{out}{err}".splitlines()]
    if through:
        cut, _, number = through.split()
        printed = printed[: int(number)] if cut == "head" else printed[-int(number) :]
    return "\n".join([line, *printed]) + "\n"
