"""The frame of the command line: one-line errors, terminals that show little, readers who leave early."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from golden import run
from rxscore.cli import COMMANDS

SRC = Path(__file__).parents[2] / "src"


def process(arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = f"{sys.executable} -m rxscore {arguments}"
    variables = {**os.environ, "PYTHONPATH": str(SRC), **environment}
    return subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, env=variables, check=False)


def test_help_lists_every_command():
    out, _, status = run("--help")
    assert status == 0
    assert all(f"  {name} " in out for name in COMMANDS)


@pytest.mark.parametrize("group", [(), ("log",), ("rules",), ("import",), ("new",)])
def test_help_says_in_whole_sentences_what_commands_do(group):
    out, _, _ = run(*group, "--help")
    commands = " ".join(out.partition("Commands:")[2].split())
    assert commands.endswith(".")
    assert "..." not in commands


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("standigs",), "rxscore: no such command 'standigs'; did you mean standings? (see rxscore --help)"),
        (
            ("standings",),
            "rxscore standings: missing argument 'SEASON' (see rxscore standings --help)",
        ),
        (
            ("standings", "worldrx/2016", "--format", "xml"),
            "rxscore standings: invalid value for '--format': unknown format 'xml'; "
            "known: csv, html, json, markdown, text (see rxscore standings --help)",
        ),
        (
            ("standings", "worldrx/2016", "--after", "3", "--after=5"),
            "rxscore standings: option '--after' is given twice, and takes one value (see rxscore standings --help)",
        ),
        (
            ("log", "show", "worldrx/2016", "--kind", "results", "--kind", "revocation"),
            "rxscore log show: option '--kind' is given twice, and takes one value (see rxscore log show --help)",
        ),
    ],
)
def test_a_wrong_call_is_told_in_a_line(arguments, message):
    assert run(*arguments) == ("", message + "\n", 2)


def test_signs_are_shown_plainly_where_a_terminal_has_none_for_them():
    done = process("standings worldrx/2016", PYTHONIOENCODING="latin-1")
    assert done.returncode == 0
    assert "Mattias Ekström".encode("latin-1") in done.stdout
    assert b"Janis Baumanis" in done.stdout
    assert b">=166" in done.stdout


@pytest.mark.parametrize("environment", [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}])
def test_names_are_whole_where_the_locale_knows_only_ascii(environment):
    assert "Mattias Ekström".encode() in process("standings worldrx/2016", **environment).stdout


def test_a_reader_who_leaves_ends_it_quietly():
    done = process("rules show worldrx/2014-2021 | head -1")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"FIA World Rallycross")
    long = process("log schema | true")
    assert (long.returncode, long.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
@pytest.mark.parametrize("arguments", ["standings worldrx/2016", "standings --help", "log schema"])
def test_a_full_disk_is_told_in_a_line(arguments):
    done = process(f"{arguments} >/dev/full")
    assert done.returncode == 2
    assert done.stderr == b"rxscore: the output cannot be written: No space left on device\n"


def test_an_output_that_is_closed_is_no_mistake_of_the_reader():
    done = process("standings worldrx/2016 >&-")
    assert (done.returncode, done.stderr) == (0, b"")
