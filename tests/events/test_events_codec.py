import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rxscore.events import (
    KINDS,
    Disqualification,
    Event,
    EventError,
    Mistake,
    Result,
    RoundScheduled,
    SessionResults,
    canonical,
    codec,
    read,
    suggest,
    write,
)
from strategies import events

HEAD = {"id": "a", "known": "2016-09-23"}


def mistakes(plain, **options):
    with pytest.raises(EventError) as caught:
        read(plain, **options)
    return [str(mistake) for mistake in caught.value.mistakes]


def a(kind, **content):
    return {"kind": kind, **HEAD, **content}


def results(*rows):
    return a("results", round=1, session="Q1", rows=list(rows))


# --- round trips -----------------------------------------------------------------------------


@given(events())
def test_what_is_written_reads_back(event):
    assert read(write(event)) == event


@given(events())
def test_canonical_bytes_read_and_written_again_are_the_same(event):
    line = canonical(event)
    assert b"\n" not in line
    again = read(orjson.loads(line))
    assert again == event
    assert canonical(again) == line


@given(events(), events())
def test_equal_events_have_equal_bytes_and_others_do_not(one, other):
    assert (one == other) is (canonical(one) == canonical(other))


def test_the_same_event_written_in_several_ways_has_one_canonical_form():
    ways = (
        {"entry": "x", "time": "3:05.10", "drivers": [], "laps": None},
        {"time": 185.1, "entry": "x"},
        {"time": "185.100", "basis": None, "entry": "x", "status": "classified"},
    )
    read_ = [read({**results(way), "v": 1, "source": []}) for way in ways]
    assert len(set(read_)) == 1
    assert {canonical(event) for event in read_} == {
        b'{"kind":"results","id":"a","known":"2016-09-23","round":1,"session":"Q1",'
        b'"rows":[{"entry":"x","time":"3:05.1"}]}'
    }


@pytest.mark.parametrize(
    ("given_", "written"),
    [(2, b"2"), (0.5, b"0.5"), ("0.50", b"0.5"), ("25/3", b'"25/3"'), (str(2**70), f'"{2**70}"'.encode())],
)
def test_points_are_written_exactly(given_, written):
    event = read(a("round-scheduled", round=1, name="Lydden", coefficient=given_))
    assert canonical(event).endswith(b'"coefficient":' + written + b"}")


def test_events_are_values():
    event = read(a("disqualification", entry="x"))
    assert event == Disqualification(id="a", known="2016-09-23", entry="x")
    with pytest.raises(AttributeError):
        event.entry = "y"
    assert len({event, read(write(event))}) == 1


# --- strict reading --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plain", "what"),
    [([], "a list"), ("x", "text"), (None, "nothing (null)"), (1, "a number"), (1.5, "a decimal number")],
)
def test_an_event_is_an_object(plain, what):
    assert mistakes(plain) == [f"an event is a JSON object, not {what}"]


def test_other_types_are_named_as_they_are():
    assert mistakes(object()) == ["an event is a JSON object, not object"]


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("disqualified", "kind: unknown kind 'disqualified'; did you mean disqualification?"),
        ("RESULTS", "kind: unknown kind 'RESULTS'; did you mean results?"),
        (["results"], "kind: unknown kind ['results']; did you mean results?"),
    ],
)
def test_an_unknown_kind(kind, message):
    assert mistakes({**HEAD, "kind": kind}) == [message]


def test_no_kind_lists_all_kinds():
    (message,) = mistakes(HEAD)
    assert message == f"kind: missing; known: {', '.join(sorted(KINDS))}"


def test_an_unknown_field():
    assert mistakes(a("disqualification", entry="x", sesion="Q1")) == ["sesion: unknown field; did you mean session?"]


def test_a_field_of_another_kind_is_unknown():
    (message,) = mistakes(a("revocation", revokes="b", rows=[]))
    assert message.startswith("rows: unknown field; known: basis, because, id, ")


def test_a_missing_field():
    assert mistakes({"kind": "revocation", "known": "2016-09-23"}) == ["id: missing", "revokes: missing"]


@pytest.mark.parametrize(
    ("kind", "field", "value", "message"),
    [
        ("disqualification", "entry", 3, "a number where text is expected"),
        ("disqualification", "entry", None, "nothing (null) where text is expected"),
        ("disqualification", "promote", 1, "a number where true or false is expected"),
        ("disqualification", "promote", "no", "text where true or false is expected"),
        ("disqualification", "round", "1", "'1' is not a whole number"),
        ("disqualification", "round", True, "True is not a whole number"),
        ("disqualification", "round", 0, "0 is less than 1"),
        ("disqualification", "known", "yesterday", "'yesterday' is not a date"),
        ("disqualification", "source", "https://fia.com", "text where a list is expected"),
        ("disqualification", "source", {"url": "x"}, "an object where a list is expected"),
        ("disqualification", "basis", "guessed", "'guessed' is not one of reported, inferred"),
        ("place-penalty", "places", 1.5, "a decimal number where a whole number is expected"),
        ("place-penalty", "places", True, "true/false where a whole number is expected"),
        ("points-deduction", "points", True, "True is not a number of points"),
        ("points-deduction", "points", None, "None is not a number of points"),
        ("points-deduction", "points", "1/0", "'1/0' divides by zero"),
        ("time-penalty", "seconds", "5 s", "'5 s' is not a time"),
        ("results", "rows", "x", "text where a list is expected"),
        ("results", "rows", None, "nothing (null) where a list is expected"),
        ("entry-changed", "drivers", "x", "text where a list is expected"),
    ],
)
def test_a_wrong_value(kind, field, value, message):
    said = mistakes(a(kind, **{field: value}))
    assert any(line.startswith(f"{field}: {message}") for line in said), said


def test_several_mistakes_are_all_named_with_their_places():
    rows = (
        {"entry": 3, "place": "x", "foo": 2},
        {"entry": "b"},
        7,
        {"status": "dnf", "entry": "c", "drivers": [1]},
    )
    plain = {"kind": "results", "known": "23.9.2016", "round": 0, "rows": rows, "sesion": "Q1"}
    assert mistakes(plain) == [
        "id: missing",
        "known: '23.9.2016' is not a date (write 2016-09-23 or 2016-09-23T14:00Z)",
        "round: 0 is less than 1",
        "session: missing",
        "rows[0].entry: a number where text is expected",
        "rows[0].place: 'x' is not a whole number",
        "rows[0].foo: unknown field; known: basis, because, drivers, entry, laps, place, status, tied, time",
        "rows[2]: a number where an object is expected",
        "rows[3].status: 'dnf' is not one of classified, DNF, DNS, DSQ, NC, unknown",
        "rows[3].drivers[0]: a number where text is expected",
        "sesion: unknown field; did you mean session?",
    ]


def test_the_error_says_all_at_once():
    assert str(EventError([Mistake("", "one"), Mistake("id", "two")])) == "one; id: two"


@given(events(), st.text(st.characters(codec="ascii"), min_size=1))
def test_any_unknown_field_is_refused(event, name):
    plain = {**write(event), f"x-{name}": 1}
    assert len(mistakes(plain)) == 1


def test_reading_does_not_change_what_it_is_given():
    plain = a("disqualification", entry="x", v=1)
    read(plain)
    assert plain == a("disqualification", entry="x", v=1)


def test_absent_and_null_are_the_same_where_nothing_is_a_value():
    assert read(a("entry-changed", entry="x", from_round=2, drivers=None)) == read(
        a("entry-changed", entry="x", from_round=2)
    )
    cleared = read(a("entry-changed", entry="x", from_round=2, drivers=[], team="", guest=False))
    assert b'"drivers":[]' in canonical(cleared)


@pytest.mark.parametrize("seconds", ["-5", -5, -5.0, "-0:05"])
def test_a_penalty_may_give_time_back(seconds):
    event = read(a("time-penalty", entry="x", round=1, session="Q1", seconds=seconds))
    assert canonical(event).endswith(b'"seconds":"-5"}')


# --- versions --------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [0, 2, -1, 1.0, True, "1", None])
def test_an_unknown_version(version):
    assert mistakes(a("disqualification", entry="x", v=version)) == [
        f"v: version {version!r} is not known here (1 to 1 are)"
    ]


def test_old_events_are_upcast_one_version_after_the_other():
    upcasters = {
        1: lambda old: {**old, "kind": "disqualification", "car": old["number"]} | {"number": None},
        2: lambda old: (
            {key: value for key, value in old.items() if key not in ("car", "number")} | {"entry": old["car"]}
        ),
    }
    said = {"upcasters": upcasters, "version": 3}
    expected = Disqualification(id="a", known="2016-09-23", entry="3")
    assert read(a("black-flag", number="3"), **said) == expected
    assert read(a("disqualification", car="3", v=2), **said) == expected
    assert read(a("disqualification", entry="3", v=3), **said) == expected
    assert mistakes(a("disqualification", entry="3", v=4), **said) == ["v: version 4 is not known here (1 to 3 are)"]


def test_later_versions_say_so_in_what_they_write(monkeypatch):
    monkeypatch.setattr(codec, "VERSION", 2)
    event = Disqualification(id="a", known="2016-09-23", entry="x")
    assert list(write(event)) == ["kind", "v", "id", "known", "entry"]
    assert read(write(event), {}, 2) == event


# --- suggestions -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "known", "said"),
    [
        ("worldrx/2061", ["worldrx/2016", "f1/1950"], "; did you mean worldrx/2016?"),
        ("dnf", ["DNF", "DNS"], "; did you mean DNF or DNS?"),
        ("x", ["b", "a"], "; known: a, b"),
        ("x", [], "; there are none"),
        ("zzz", map(str, range(31)), "; known: " + ", ".join(sorted(map(str, range(31)))[:30]) + ", ..."),
    ],
)
def test_suggestions(word, known, said):
    assert suggest(word, known) == said


def test_every_kind_says_what_it_is():
    for kind, cls in KINDS.items():
        assert cls.kind == kind
        assert issubclass(cls, Event)
        assert cls.__doc__


def test_rows_are_read_into_values():
    event = read(results({"entry": "x", "place": 1, "basis": "inferred", "because": "last on the grid"}))
    assert event == SessionResults(
        id="a",
        known="2016-09-23",
        round=1,
        session="Q1",
        rows=(Result("x", place=1, basis="inferred", because="last on the grid"),),
    )


def test_optional_dates_are_checked_too():
    event = read(a("round-scheduled", round=1, name="Lydden", start="2016-05-28", end=None))
    assert event == RoundScheduled(id="a", known="2016-09-23", round=1, name="Lydden", start="2016-05-28")
    assert mistakes(a("round-scheduled", round=1, name="Lydden", end="May")) == [
        "end: 'May' is not a date (write 2016-09-23 or 2016-09-23T14:00Z)"
    ]
