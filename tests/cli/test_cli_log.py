import json

import pytest
from hypothesis import given

from golden import Golden, run
from rxscore.cli import log as log_commands
from rxscore.cli.story import Story
from rxscore.events import KINDS, Revocation, canonical, read
from rxscore.events.schema import json_schema
from rxscore.logs import EMPTY, chain, parse
from strategies import events, logs

# One season with every kind of event, told in its shortest and its longest way.
SEASON = [
    {"kind": "season-opened", "series": "worldrx", "season": "2016", "name": "World RX 2016", "rules": "worldrx/2016"},
    {"kind": "competitor-registered", "competitor": "eks", "name": "Mattias Ekström", "country": "Sweden"},
    {"kind": "competitor-registered", "competitor": "kri", "name": "Johan Kristoffersson"},
    {"kind": "competitor-registered", "competitor": "eks-rx", "name": "EKS RX", "type": "team"},
    {"kind": "competitor-registered", "competitor": "audi", "name": "Audi", "type": "make"},
    {"kind": "entry-filed", "entry": "e5", "number": "5", "drivers": ["eks"], "team": "eks-rx", "make": "audi"},
    {"kind": "entry-filed", "entry": "e3", "number": "3", "drivers": ["kri"], "car": "VW Polo", "car_class": "RX1"},
    {"kind": "entry-filed", "entry": "e9", "drivers": ["kri", "nobody"], "rounds": [1, 2], "guest": True},
    {"kind": "entry-filed", "entry": "e8", "drivers": [], "rounds": [2], "nominated": ["teams"]},
    {"kind": "entry-changed", "entry": "e5", "from_round": 2, "drivers": ["kri"], "team": "", "guest": True},
    {"kind": "entry-changed", "entry": "e3", "from_round": 2, "nominated": ["teams"], "make": "audi", "guest": False},
    {"kind": "entry-changed", "entry": "e3", "from_round": 2},
    {"kind": "eligibility-set", "entry": "e9", "scores": False, "standings": ["teams"], "rounds": [1],
     "holds_place": True},
    {"kind": "eligibility-set", "entry": "e9", "scores": True},
    {"kind": "round-scheduled", "round": 1, "name": "Montalegre", "venue": "Montalegre", "country": "Portugal",
     "start": "2016-04-15", "end": "2016-04-17", "rules": "worldrx/2016", "coefficient": 1.5},
    {"kind": "round-scheduled", "round": 2, "name": "Hockenheim", "start": "2016-05-06", "end": "2016-05-06"},
    {"kind": "round-scheduled", "round": 3, "name": "Mettet"},
    {"kind": "round-cancelled", "round": 3, "reason": "snow"},
    {"kind": "round-cancelled", "round": 3},
    {"kind": "session-shortened", "round": 2, "session": "final", "completed": "2/3", "resumed": False},
    {"kind": "session-shortened", "round": 2, "session": "SF1", "completed": 0.5},
    {"kind": "results", "round": 1, "session": "Q1", "race": 2, "complete": False, "rows": [
        {"entry": "e3", "status": "DNF"}, {"entry": "e5", "place": 1, "time": "3:05.123"}, {"entry": "e9", "place": 2},
        {"entry": "e8", "place": 3}]},
    {"kind": "results", "round": 1, "session": "Q2", "rows": []},
    {"kind": "classification-declared", "round": 1, "stage": "heats", "rows": [{"entry": "e5", "place": 1}]},
    {"kind": "feat-recorded", "round": 1, "feat": "fastest-lap", "session": "SF1",
     "rows": [{"entry": "e5", "count": 2}]},
    {"kind": "feat-recorded", "round": 1, "feat": "pole", "rows": []},
    {"kind": "points-reported", "round": 1, "standing": "drivers", "stage": "heats", "complete": False,
     "rows": [{"competitor": "eks", "points": "25/3"}]},
    {"kind": "points-reported", "round": 2, "standing": "owners", "rows": [{"competitor": "e5", "points": 20}]},
    {"kind": "gap-noted", "missing": "the times of Q3", "round": 1},
    {"kind": "gap-noted", "missing": "who owned\nthe cars"},
    {"kind": "disqualification", "entry": "e5", "round": 1, "session": "Q1", "race": 2, "promote": False},
    {"kind": "disqualification", "entry": "e5", "round": 1, "session": "Q1"},
    {"kind": "disqualification", "entry": "e5", "round": 2},
    {"kind": "disqualification", "entry": "e3", "note": "fuel"},
    {"kind": "time-penalty", "entry": "e5", "round": 1, "session": "Q1", "seconds": "65.5"},
    {"kind": "time-penalty", "entry": "e5", "round": 1, "session": "Q1", "race": 1, "seconds": "-5"},
    {"kind": "place-penalty", "entry": "e5", "round": 1, "session": "final", "places": 1},
    {"kind": "place-penalty", "entry": "e5", "round": 1, "session": "final", "places": -2},
    {"kind": "score-deduction", "entry": "e5", "round": 1, "session": "Q1", "points": 15},
    {"kind": "score-deduction", "entry": "e5", "round": 1, "stage": "heats", "points": "1/3"},
    {"kind": "points-deduction", "competitor": "eks", "standing": "drivers", "points": 10, "round": 2},
    {"kind": "points-deduction", "competitor": "eks-rx", "standing": "teams", "points": -10},
    {"kind": "exclusion", "competitor": "kri", "standing": "drivers", "round": 2, "keep_row": True},
    {"kind": "exclusion", "competitor": "stranger", "standing": "drivers"},
    {"kind": "reinstatement", "entry": "e5", "round": 1, "session": "final", "place": 3, "time": "4:00"},
    {"kind": "reinstatement", "entry": "e7", "round": 1, "session": "final"},
    {"kind": "session-voided", "round": 2, "session": "Q4"},
    {"kind": "session-voided", "round": 2, "session": "Q4", "race": 1},
    {"kind": "revocation", "revokes": "34"},
    {"kind": "revocation", "revokes": "missing"},
    {"kind": "disqualification", "entry": "e3", "round": 1, "supersedes": "33", "known": "2016-05-01"},
    {"kind": "disqualification", "entry": "e3", "round": 2, "supersedes": "33", "known": "2016-05-02T14:00Z"},
    {"kind": "standing-claimed", "standing": "drivers", "after_round": 1,
     "rows": [{"competitor": "eks", "points": 12.5, "position": 1}, {"competitor": "kri"}]},
    {"kind": "standing-claimed", "standing": "drivers", "rows": []},
    {"kind": "points-claimed", "standing": "drivers", "round": 1, "rows": [{"competitor": "eks", "points": 29}]},
    {"kind": "difference-known", "claim": "51", "competitor": "eks", "difference": "-1/2", "position": 2,
     "reason": "typo"},
    {"kind": "difference-known", "claim": "51", "competitor": "kri", "reason": "a misprint"},
    {"kind": "gap-noted", "missing": "the fuel", "basis": "inferred", "because": "nobody says"},
    {"kind": "gap-noted", "missing": "the rain", "basis": "inferred"},
    {"kind": "margin-claimed", "standing": "drivers", "after_round": 1, "through": "heats",
     "rows": [{"ahead": "eks", "behind": "kri", "points": 6}, {"ahead": "kri", "behind": "eks", "points": 0}]},
    {"kind": "margin-claimed", "standing": "drivers", "after_round": 1, "rows": []},
    {"kind": "points-reported", "standing": "drivers", "round": 2, "since": 1,
     "rows": [{"competitor": "eks", "points": 40}]},
    {"kind": "time-penalty", "entry": "1", "round": 1, "session": "F", "seconds": 5, "place": 3},
    {"kind": "tie-decided", "standing": "drivers", "order": ["kri", "eks", "stranger"]},
    {"kind": "tie-decided", "standing": "teams", "order": ["eks-rx", "psrx"], "round": 2},
]  # fmt: skip
LINES = [{"id": f"{number}", "known": "2016-04-17", **event} for number, event in enumerate(SEASON)]
SMALL = [
    {"kind": "season-opened", "id": "open", "known": "2016-01-01", "series": "worldrx", "season": "2016",
     "name": "World RX 2016", "rules": "worldrx/2016"},
    {"kind": "competitor-registered", "id": "eks", "known": "2016-01-01", "competitor": "eks",
     "name": "Mattias Ekström"},
    {"kind": "entry-filed", "id": "e5", "known": "2016-01-01", "entry": "e5", "number": "5", "drivers": ["eks"]},
    {"kind": "round-scheduled", "id": "r1", "known": "2016-01-01", "round": 1, "name": "Montalegre"},
    {"kind": "round-scheduled", "id": "r2", "known": "2016-01-01", "round": 2, "name": "Hockenheim"},
    {"kind": "results", "id": "r1-q1", "known": "2016-04-16", "round": 1, "session": "Q1",
     "rows": [{"entry": "e5", "place": 1}]},
    {"kind": "disqualification", "id": "r1-dsq", "known": "2016-04-17", "entry": "e5", "round": 1},
    {"kind": "revocation", "id": "appeal", "known": "2016-06-01", "revokes": "r1-dsq"},
]  # fmt: skip


def written(lines) -> bytes:
    return b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)


@pytest.fixture
def place(golden: Golden) -> Golden:
    """A small season as ``events/worldrx/2016.jsonl``."""
    golden.write("events/worldrx/2016.jsonl", written(SMALL))
    return golden


# --- what the commands say -------------------------------------------------------------------


def test_check(place):
    place.write("empty.jsonl", b"")
    place("log-check", "log", "check", "worldrx/2016", "empty.jsonl")


def test_check_names_every_mistake_of_every_file(place):
    place.write("bad.jsonl", written(SMALL[:2]) + b'{"kind":"disqualified"}\n\n')
    wrong = [{**SMALL[5], "id": f"r{round_}", "round": round_, "rows": [{"entry": "e6"}]} for round_ in (9, 8, 7, 6)]
    place.write("season.jsonl", written([*SMALL, *wrong]))
    place("log-check-mistakes", "log", "check", "bad.jsonl", "worldrx/2016", "season.jsonl", "worldrx/2061")


MISTAKES = {
    "torn": written(SMALL)[:-20],
    "unfinished": written(SMALL)[:-1],
    "bom": b"\xef\xbb\xbf" + written(SMALL),
    "utf-16": written(SMALL).decode().encode("utf-16"),
    "not-utf-8": written(SMALL) + b'{"kind": "h\xf6ljes"}\n',
    "not-json": written(SMALL) + b"kind=results\n",
    "blank": b"\n" + written(SMALL),
    "repeated-id": written([*SMALL, SMALL[3]]),
    "repeated-key": written(SMALL[:1]).replace(b'"series"', b'"name": "x", "series"'),
    "unknown-kind": written([{"kind": "result"}]),
    "unknown-field": written([{**SMALL[3], "nmae": "x"}]),
    "wrong-values": written([{**SMALL[5], "round": "one", "rows": [{"entry": 5, "time": "3:61"}], "source": "x"}]),
    "many": b"x\n" * 60,
}


@pytest.mark.parametrize("name", MISTAKES)
def test_check_says_what_is_wrong(golden, name):
    golden.write("2016.jsonl", MISTAKES[name])
    golden(f"log-check-{name}", "log", "check", "2016.jsonl")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("missing-file", ["log", "check", "events/worldrx/2061.jsonl"]),
        ("missing-name", ["log", "check", "worldrx/2061"]),
        ("folder", ["log", "check", "events"]),
    ],
)
def test_a_log_that_is_not_there(place, name, arguments):
    place(f"log-{name}", *arguments)


def test_show(place):
    place("log-show", "log", "show", "worldrx/2016")


def test_show_tells_every_kind_of_event(golden):
    assert {line["kind"] for line in LINES} == set(KINDS)
    golden.write("2016.jsonl", written(LINES))
    golden("log-show-kinds", "log", "show", "2016.jsonl")


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("as-of", ["--as-of", "2016-05-01"]),
        ("round", ["--round", "1"]),
        ("kind", ["--kind", "round-scheduled"]),
        ("entry", ["--entry", "e5"]),
        ("nothing", ["--round", "7"]),
        ("unknown-entry", ["--entry", "5"]),
        ("unknown-kind", ["--kind", "dsq"]),
        ("bad-date", ["--as-of", "May"]),
        ("bad-round", ["--round", "0"]),
    ],
)
def test_show_a_part(place, name, options):
    place(f"log-show-{name}", "log", "show", "worldrx/2016", *options)


def test_show_an_empty_log(golden):
    golden.write("2016.jsonl", b"")
    golden("log-show-empty", "log", "show", "2016.jsonl")


def test_append(place):
    place.write("new.jsonl", written([{"kind": "round-cancelled", "id": "snow", "known": "2016-05-05", "round": 2}]))
    place("log-append", "log", "append", "worldrx/2016", "new.jsonl", "--expect", head_of(SMALL))
    lines = (place.folder / "events/worldrx/2016.jsonl").read_bytes().split(b"\n")
    assert json.loads(lines[-2])["id"] == "snow"
    place("log-append-stale", "log", "append", "worldrx/2016", "new.jsonl", "--expect", head_of(SMALL))
    place("log-append-repeated-id", "log", "append", "worldrx/2016", "new.jsonl")


def head_of(lines) -> str:
    return chain(parse(written(lines), "").events)


def test_append_makes_a_new_log_from_standard_input(golden):
    golden("log-append-new", "log", "append", "2016.jsonl", "-", stdin=written(SMALL)[:-1])
    assert run("log", "head", "2016.jsonl") == (head_of(SMALL) + "\n", "", 0)
    golden("log-append-bad", "log", "append", "2016.jsonl", "-", stdin=b'{"kind":"x"}\n{}\n')
    assert run("log", "head", "2016.jsonl") == (head_of(SMALL) + "\n", "", 0)


def test_append_what_is_not_there(place):
    place("log-append-missing", "log", "append", "worldrx/2016", "new.jsonl")
    place("log-append-unknown", "log", "append", "worldrx/2061", "-")
    assert run("log", "append", "nowhere/2016.jsonl", "-")[2] == 2


def test_append_refuses_a_torn_log(golden):
    golden.write("2016.jsonl", MISTAKES["torn"])
    golden("log-append-torn", "log", "append", "2016.jsonl", "-", stdin=written(SMALL[:1]))


def test_append_where_nothing_may_be_written(place, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("filelock.FileLock.acquire", refuse)
    place("log-append-read-only", "log", "append", "new.jsonl", "-", stdin=written(SMALL))
    assert not (place.folder / "new.jsonl").exists()


def test_append_tells_what_cannot_be_right_in_the_log_as_it_is_then(place):
    out = [{"kind": "disqualification", "id": "out", "known": "2016-05-05", "round": 1, "entry": "nobody"}]
    place.write("new.jsonl", written(out))
    place("log-append-not-right", "log", "append", "worldrx/2016", "new.jsonl")
    taken_back = [{"kind": "revocation", "id": "back", "known": "2016-05-06", "revokes": "out"}]
    place.write("new.jsonl", written(taken_back))
    place("log-append-right-again", "log", "append", "worldrx/2016", "new.jsonl")


def test_append_without_anything_to_append(golden):
    assert run("log", "append", "2016.jsonl", "-") == (EMPTY + "\n", "", 0)


def test_repair(golden):
    for name in ("torn", "unfinished"):
        golden.write("2016.jsonl", MISTAKES[name])
        golden(f"log-repair-{name}", "log", "repair", "2016.jsonl")
        assert run("log", "head", "2016.jsonl")[2] == 0
    golden("log-repair-whole", "log", "repair", "2016.jsonl")


def test_head_of_an_empty_log(golden):
    golden.write("2016.jsonl", b"")
    assert run("log", "head", "2016.jsonl") == (EMPTY + "\n", "", 0)


def test_schema():
    out, err, status = run("log", "schema")
    assert json.loads(out) == json_schema()
    assert (err, status) == ("", 0)


# --- the story -------------------------------------------------------------------------------


@given(events())
def test_any_event_is_told_in_one_line(event):
    line = Story([event]).line(event)
    assert line
    assert "\n" not in line


@given(logs())
def test_any_log_is_told(events):
    story = Story(events)
    assert all(story.line(event) for event in events)


def test_what_a_revocation_is_about():
    assert log_commands._rounds(read(SMALL[3])) >= {1}
    assert log_commands._entries(read(SMALL[5])) == {"e5"}


def test_the_helper_sees_a_difference(golden, monkeypatch):
    monkeypatch.delenv("RXSCORE_GOLDEN", raising=False)
    golden.write("2016.jsonl", canonical(Revocation(id="a", known="2016-01-01", revokes="b")) + b"\n")
    with pytest.raises(AssertionError):
        golden("log-check", "log", "check", "2016.jsonl")
