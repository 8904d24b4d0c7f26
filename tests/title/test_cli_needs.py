"""``rxscore needs``: what it prints, in every form, and its mistakes."""

import json
from pathlib import Path

import pytest

from golden import Golden, run
from rxscore import catalog

SHOWN = {
    "needs-cut": ("worldrx/2016", "--round", "hell", "--after", "Q3"),
    "needs-cut-two-heats": ("worldrx/2018", "--round", "2", "--after", "Q2"),
    "needs-cut-one": ("worldrx/2018", "grönholm", "--round", "2", "--after", "Q3"),
    "needs-cut-one-through": ("worldrx/2016", "#13", "--round", "5", "--after", "Q3"),
    "needs-cut-one-chance": ("extreme-e/2023", "bakkerud", "--round", "2", "--after", "Q1"),
    "needs-cut-one-two-heats": ("worldrx/2018", "loeb", "--round", "2", "--after", "Q2"),
    "needs-cut-json": ("worldrx/2016", "kristoffersson", "--round", "5", "--after", "Q3", "--format", "json"),
    "needs-cut-markdown": ("extreme-e/2023", "--round", "2", "--after", "Q1", "--format", "markdown"),
    "needs-cut-semi-finals": ("worldrx/2016", "--after", "4", "--before", "SF1"),
    "needs-cut-undecided": ("extreme-e/2021", "--round", "2", "--after", "Q1"),
    "needs-title": ("worldrx/2021", "kristoffersson", "--after", "8", "--before", "F"),
    "needs-title-second": ("worldrx/2019", "bakkerud", "--after", "9", "--before", "F", "--position", "2"),
    "needs-title-everybody": ("worldrx/2021", "--after", "8", "--before", "F"),
    "needs-title-everybody-points": ("tcr-uk/2018", "--after", "6", "--position", "2"),
    "needs-title-everybody-json": ("tcr-uk/2018", "--after", "6", "--format", "json"),
    "needs-title-everybody-early": ("worldrx/2016", "--after", "7"),
    "needs-title-not-known": ("worldrx/2018", "loeb", "--after", "11", "--before", "SF1"),
    "needs-title-impossible": ("worldrx/2018", "solberg", "--after", "11", "--before", "F", "--position", "2"),
    "needs-title-points": ("tcr-uk/2018", "lloyd", "--after", "6"),
    "needs-title-points-second": ("tcr-uk/2018", "lewis kent", "--after", "6", "--position", "5"),
    "needs-title-json": ("tcr-uk/2018", "lloyd", "--after", "6", "--format", "json"),
    "needs-cut-missing": ("worldrx/2016", "--round", "1", "--after", "Q3"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_what_it_prints(name: str, tmp_path: Path) -> None:
    Golden(tmp_path)(name, "needs", *SHOWN[name])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("worldrx/2016",), "after round 12 nothing is to come: say after which round (--after), or inside which"),
        (("worldrx/2016", "--after", "Q3"), "no round is under way"),
        (("worldrx/2016", "--round", "99"), "has no round 99; its rounds are 1 to 12"),
        (("worldrx/2016", "--round", "monza"), "has no round 'monza'"),
        (("worldrx/2016", "--round", "5"), "round 5 is over; say after which of its sessions: Q1, Q2"),
        (("worldrx/2016", "--round", "5", "--after", "Q9"), "round 5 has no session 'Q9'; its sessions are Q1, Q2"),
        (("worldrx/2016", "--round", "5", "--after", "F"), "after F nothing is to come in round 5"),
        (("worldrx/2016", "--round", "5", "--before", "F"), "no cut is to come: it is known who starts in F"),
        (("worldrx/2016", "--round", "5", "--after", "Q1", "--before", "Q3"), "only one of the two"),
        (("worldrx/2016", "--after", "12"), "after round 12 nothing is to come"),
        (("stcc/2022", "dahlgren", "--after", "5"), "some places are worth points that no source tells"),
        (("worldrx/2016", "--after", "12", "--before", "Q3"), "there is no round after round 12"),
        (("worldrx/2016", "loeb", "--after", "Q3"), "'Q3' is no round; inside an event: --round ROUND --after Q3"),
        (("worldrx/2016", "nobody", "--round", "5", "--after", "Q3"), "there is no competitor 'nobody'"),
        (("tcr-uk/2018", "--round", "1", "--before", "R2"), "round 1 has no cut"),
    ],
)
def test_mistakes_are_said_in_one_line(arguments: tuple[str, ...], said: str) -> None:
    out, err, status = run("needs", *arguments)
    assert (out, status) == ("", 2)
    assert said in err
    assert len(err.splitlines()) == 1


def test_of_a_round_under_way_it_tells_who_goes_on_and_what_is_needed_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The log ends after the third heat of round 2, as it would at the track.
    kept = []
    for line in (catalog.find_log("worldrx/2018")).read_text("utf-8").splitlines():
        event = json.loads(line)
        number = event.get("round") or event.get("after_round") or 0
        heat = event["kind"] == "results" and event["session"] in ("Q1", "Q2", "Q3")
        told = number < 2 or (number == 2 and heat) or event["kind"] == "round-scheduled"
        if told and event["kind"] not in ("difference-known", "revocation"):
            kept.append(line)
    log = tmp_path / "events" / "live" / "2018.jsonl"
    log.parent.mkdir(parents=True)
    log.write_text("\n".join(kept) + "\n", "utf-8")
    monkeypatch.setenv("RXSCORE_PATH", str(tmp_path))
    out, err, status = run("needs", "live/2018")
    assert (err, status) == ("", 0)
    assert out == run("needs", "worldrx/2018", "--round", "2", "--after", "Q3")[0]
    assert run("needs", "live/2018", "--after", "Q3")[0] == out
    out, err, status = run("needs", "live/2018", "loeb", "--seconds", "0.1")
    assert (err, status) == ("", 0)
    assert out.splitlines()[1] == "before Q4 of round 2"
