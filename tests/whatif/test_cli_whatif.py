"""``rxscore what-if``: what is printed, and what is said of bad input."""

import json

import pytest

from golden import Golden, run
from rxscore import catalog

SEASON = "worldrx/2016"
SHIPPED = catalog._shipped()
LOST = "ruling-r09-johan-kristoffersson-final"
KEPT = "worldrx/2016-without-disqualifications"

PRINTED = {
    "what-if-scenario": (SEASON, KEPT, "--explain"),
    "what-if-scenario-html": (SEASON, KEPT, "--after", "7", "--format", "html"),
    "what-if-matrix": (SEASON, KEPT, "double.toml"),
    "what-if-matrix-markdown": (SEASON, KEPT, "double.toml", "--format", "markdown"),
    "what-if-many-edits": (
        SEASON, "--without", LOST, "--change", "round-03.coefficient=2", "--void-round", "4", "--weigh-round", "12=0.5",
        "--repeat-round", "1", "--result", "2/F/Solberg=DNF", "--swap", "5/F/13,21", "--remove", "ken-block",
        "--exclude", "Loeb", "--after", "5",
    ),
    "wrong-what-if-values": (SEASON, "--weigh-round", "12", "--set", "scales.final.places=[8]"),
    "wrong-what-if-result": (SEASON, "--result", "2/F=DNF"),
    "wrong-what-if-no-result": (SEASON, "--result", "5/Q1"),
    "wrong-what-if-options": (
        SEASON, "--weigh-round", "3=x", "--result", "5/Q1/13=fast", "--change", "round-03.coefficient=2",
    ),
    "wrong-what-if-change": (SEASON, "--change", "round-03.coeficient=2", "--set", "winner='finale'"),
    "wrong-what-if-rules": (SEASON, "--rules", "worldrx/2041-2021", "--drop-round", "3"),
    "what-if-nothing-run": ("coming.jsonl", "--set", "scales.final=[1]"),
    "what-if-nothing-run-matrix": ("coming.jsonl", "double.toml", "double.toml"),
    "wrong-what-if-who": (SEASON, "--remove", "senna"),
    "wrong-what-if-edits": (SEASON, "--drop-round", "4", "--drop-round", "4", "--void-round", "14"),
    "wrong-what-if-scenario": (SEASON, "worldrx/2016-without"),
}  # fmt: skip


@pytest.fixture
def shipped(golden: Golden, monkeypatch: pytest.MonkeyPatch) -> Golden:
    monkeypatch.setattr(catalog, "_shipped", lambda: SHIPPED)
    double = 'title = "The last round counts double"\n[[edits]]\nweigh-round = 12\nby = 2\n'
    golden.write("double.toml", double)
    lines = [json.loads(line) for line in catalog.find_log(SEASON).read_bytes().splitlines()]
    kept = {"season-opened", "round-scheduled", "competitor-registered", "entry-filed"}
    golden.write("coming.jsonl", "".join(json.dumps(line) + "\n" for line in lines if line["kind"] in kept))
    return golden


@pytest.mark.parametrize("name", PRINTED)
def test_what_is_printed(shipped: Golden, name: str) -> None:
    shipped(name, "what-if", *PRINTED[name])


def test_json_has_every_change_of_every_competitor(shipped: Golden) -> None:
    out, _, status = run("what-if", SEASON, "--without", LOST, "--explain", "--format", "json")
    assert status == 0
    found = json.loads(out)
    changed = {row["name"]: row["changes"] for row in found["rows"] if row["changes"]}
    assert changed["Johan Kristoffersson"] == [
        {
            "round": 9,
            "stage": "final",
            "session": "F",
            "really": 0,
            "now": 4,
            "difference": 4,
            "because": "3rd in Final instead of nothing",
        }
    ]
    assert found["parting"] == 9
    several, _, _ = run("what-if", SEASON, KEPT, "double.toml", "--format", "json")
    assert [one["title"] for one in json.loads(several)][1] == "The last round counts double"


def test_as_of_a_date_before_a_ruling(shipped: Golden) -> None:
    """The ruling became known on the 23rd; had it come on the day of the race, the table of that day had it."""
    day = ("--as-of", "2016-09-18", "--format", "csv")
    out, _, _ = run("what-if", SEASON, "--change", f"{LOST}.known=2016-09-18", *day)
    row = next(line for line in out.splitlines() if "johan-kristoffersson" in line).split(",")
    now, then = int(row[3]), int(row[6])
    assert then - now == 4
