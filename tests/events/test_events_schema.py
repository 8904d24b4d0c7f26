from typing import Literal

import jsonschema
import orjson
import pytest
from hypothesis import given

from rxscore.events import KINDS, EventError, canonical, read, schema
from strategies import events

SCHEMA = schema.json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
HEAD = {"id": "a", "known": "2016-09-23"}
ROW = {"entry": "x", "place": 1, "time": "3:05.123"}
RESULTS = {"kind": "results", **HEAD, "round": 1, "session": "Q1", "rows": [ROW]}


def test_it_is_a_json_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert orjson.loads(orjson.dumps(SCHEMA)) == SCHEMA


@given(events())
def test_every_event_satisfies_it(event):
    VALIDATOR.validate(orjson.loads(canonical(event)))


def test_every_kind_is_described():
    for kind in KINDS:
        described = SCHEMA["$defs"][kind]
        assert described["properties"]["kind"] == {"const": kind}
        assert described["description"]
        assert described["additionalProperties"] is False
        assert described["required"][:3] == ["kind", "id", "known"]


def test_what_is_right():
    VALIDATOR.validate(RESULTS)
    VALIDATOR.validate({**RESULTS, "v": 1, "race": None})


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        {},
        HEAD,
        {**RESULTS, "kind": "resultats"},
        {**RESULTS, "sesion": "Q1"},
        {**RESULTS, "round": 0},
        {**RESULTS, "round": "1"},
        {**RESULTS, "v": 2},
        {**RESULTS, "v": "1"},
        {**RESULTS, "known": "23.9.2016"},
        {**RESULTS, "complete": 1},
        {**RESULTS, "source": "https://fia.com"},
        {**RESULTS, "basis": "guessed"},
        {**RESULTS, "rows": "x"},
        {**RESULTS, "rows": [{}]},
        {**RESULTS, "rows": [{**ROW, "status": "dnf"}]},
        {**RESULTS, "rows": [{**ROW, "time": "3:60"}]},
        {**RESULTS, "rows": [{**ROW, "laps": 1.5}]},
        {**RESULTS, "rows": [{**ROW, "foo": 1}]},
        {"kind": "results", "round": 1, "session": "Q1", "rows": []},
        {"kind": "points-deduction", **HEAD, "competitor": "x", "standing": "drivers", "points": "eight"},
        {"kind": "points-deduction", **HEAD, "competitor": "x", "standing": "drivers", "points": True},
    ],
)
def test_what_is_wrong_for_the_reader_is_wrong_for_the_schema(wrong):
    assert not VALIDATOR.is_valid(wrong)
    with pytest.raises(EventError):
        read(wrong)


def test_choices_without_a_name_are_listed_in_place():
    assert schema._type(Literal["a", "b"]) == {"enum": ["a", "b"]}


def test_a_type_it_does_not_know_is_said():
    with pytest.raises(TypeError, match="does not know the type <class 'float'>"):
        schema._type(float)
