"""Golden tests: what a command prints, kept in ``tests/golden/<name>.txt``.

Set ``RXSCORE_GOLDEN=update`` to write the files anew, and read the difference before you commit it.
"""

import io
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from rxscore import catalog
from rxscore.cli import main

FOLDER = Path(__file__).parent / "golden"


def run(*arguments: str, stdin: bytes = b"") -> tuple[str, str, int]:
    """What ``rxscore`` with these arguments prints, to stdout and to stderr, and its exit status."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with pytest.MonkeyPatch.context() as patched, redirect_stdout(out), redirect_stderr(err):
        patched.setattr(sys, "argv", ["rxscore", *arguments])
        patched.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        try:
            main()
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(end.code is not None)
    printed = []
    for stream in (out, err):
        stream.flush()
        printed.append(stream.buffer.getvalue().decode())
    return printed[0], printed[1], status


class Golden:
    """Runs commands in a folder of their own, where only its own logs and rulesets are known."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, content: bytes | str) -> Path:
        """A file in the folder."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def __call__(self, name: str, *arguments: str, stdin: bytes = b"") -> None:
        """Compare what the command prints with ``tests/golden/<name>.txt``."""
        out, err, status = run(*arguments, stdin=stdin)
        text = f"$ rxscore {' '.join(arguments)}\n{out}--- stderr\n{err}--- exit {status}\n"
        file = FOLDER / f"{name}.txt"
        if os.environ.get("RXSCORE_GOLDEN") == "update":
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())
        expected = file.read_bytes().decode() if file.exists() else f"(there is no {file})"
        assert text == expected


@pytest.fixture
def golden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Golden:
    """A folder to work in, and commands whose output is compared with a file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RXSCORE_PATH", raising=False)
    monkeypatch.setattr(catalog, "_shipped", lambda: tmp_path / "shipped")
    return Golden(tmp_path)
