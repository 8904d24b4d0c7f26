"""Files that are wrong in one way each (``tests/bad``): what is said of them, and that nothing else happens."""

import shutil
from pathlib import Path

import pytest

from golden import Golden, run

BAD = Path(__file__).parents[1] / "bad"
RULES = sorted(path.name for path in BAD.glob("*.toml") if path.name != "good.toml")
LOGS = sorted(path.name for path in BAD.glob("*.jsonl") if path.name != "good.jsonl")


@pytest.fixture
def bad(golden: Golden) -> Golden:
    """A folder with all the bad files in it."""
    shutil.copytree(BAD, golden.folder, dirs_exist_ok=True)
    return golden


def test_the_good_ones_are_good(bad):
    assert run("rules", "check", "good.toml") == ("good.toml: no mistakes\n", "", 0)
    assert run("standings", "good.jsonl")[1:] == ("", 0)


@pytest.mark.parametrize("name", RULES)
def test_a_ruleset_that_is_wrong(bad, name):
    bad(f"bad/{name}", "rules", "check", name)
    assert run("rules", "check", name)[2] == 2


@pytest.mark.parametrize("name", LOGS)
def test_a_log_that_is_wrong(bad, name):
    bad(f"bad/{name}", "standings", name)


def test_the_rules_of_a_log_lie_beside_it_wherever_it_is_read_from(bad, monkeypatch):
    before = run("standings", "good.jsonl")
    rounds = (bad.folder / "good.jsonl").read_text().replace('"name":"Hill"', '"name":"Hill","rules":"lib/hill.toml"')
    bad.write("pinned.jsonl", rounds)
    bad.write("lib/hill.toml", 'extends = "good.toml"\n[scales]\nfinal = [80, 50]\n')
    (bad.folder / "elsewhere").mkdir()
    monkeypatch.chdir(bad.folder / "elsewhere")
    assert run("standings", "../good.jsonl") == before
    assert "80" in run("standings", "../pinned.jsonl")[0]
    assert "70" in run("what-if", "../pinned.jsonl", "--set", "scales.final=[70, 50]")[0]


def test_a_ruling_on_a_session_that_there_is_not_is_told_at_its_line(bad):
    out = '{"kind":"disqualification","id":"out","known":"2016-05-02","entry":"2","round":1,"session":"SF1"}\n'
    bad.write("sessions.jsonl", (bad.folder / "good.jsonl").read_text() + out)
    bad("wrong-session-of-a-ruling", "standings", "sessions.jsonl")
    # Other rules need not have the sessions of the log.
    assert run("standings", "sessions.jsonl", "--rules", "good.toml")[2] == 0


def test_rules_that_a_log_names_and_nobody_has_are_told_at_its_line(bad):
    log = (bad.folder / "good.jsonl").read_text()
    bad.write("club/hill.jsonl", log.replace('"name":"Hill"', '"name":"Hill","rules":"hill.toml"'))
    bad.write("club/hills.toml", "")
    bad("wrong-rules-of-a-round", "standings", "club/hill.jsonl")


@pytest.mark.parametrize("name", [name for name in LOGS if name != "crlf.jsonl"])
@pytest.mark.parametrize("command", ["standings", "verify", "log check"])
def test_no_command_takes_it_and_the_file_stays_as_it_was(bad, name, command):
    if (name, command) == ("empty.jsonl", "log check"):
        pytest.skip("a log may be empty before its first event")
    if command == "log check" and name in ("claim-unknown-standing.jsonl", "unknown-ruleset.jsonl"):
        pytest.skip("a log is checked without its rules")
    before = (bad.folder / name).read_bytes()
    _, err, status = run(*command.split(), name)
    assert status == 2
    assert err.startswith("rxscore: ")
    assert "Traceback" not in err
    assert (bad.folder / name).read_bytes() == before


@pytest.mark.parametrize("command", ["standings", "log check"])
def test_of_very_many_mistakes_the_first_are_shown_and_the_rest_counted(bad, command):
    log = (bad.folder / "good.jsonl").read_text()
    rows = "".join(f',{{"entry":"{number}","place":{number}}}' for number in range(3, 73))
    bad.write("many.jsonl", log.replace('{"entry":"2","place":2}', '{"entry":"2","place":2}' + rows))
    bad.write("text.jsonl", "This is no log.\n" * 70)
    for name in ("many.jsonl", "text.jsonl"):
        _, err, status = run(*command.split(), name)
        assert status == 2
        assert len(err.splitlines()) == 51
        assert err.endswith(f"rxscore: {name}: ... and 20 more\n")
