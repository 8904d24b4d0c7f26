"""Folders as people have them: saved by other programs, in other languages, copied out of encyclopedias."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from rxscore.events import Event, FeatRecorded, SessionResults
from rxscore.interchange.csv_folder import read_folder
from rxscore.problems import UserError

CALENDAR = "round,name,code\n1,Hungary,HUN\n2,Spain,ESP\n"


def told(folder: Path, files: Mapping[str, str | bytes]) -> Sequence[Event]:
    folder = folder / "cup-2025"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_folder(folder)


def races(events: Sequence[Event]) -> dict[str, str]:
    """Results in short: ``ada 1, bo DNF`` by event id."""
    return {
        event.id: ", ".join(f"{row.entry} {row.place or row.status}" for row in event.rows)
        for event in events
        if isinstance(event, SessionResults)
    }


TWO_BY_TWO = {
    "r01-r1": "ada 1, bo 2",
    "r01-r2": "ada 2, bo 1",
    "r02-r1": "ada 1, bo DNF",
    "r02-r2": "ada 1, bo 3",
}

MATRICES = {
    "a column for each race, with its number": "Pos.,Driver,HUN R1,HUN R2,ESP R1,ESP R2,Pts\n"
    "1,Ada,1,2,1,1,90\n2,Bo,2,1,Ret,3†,60\n",
    "the round's code above each race": "Pos.,Driver,HUN,HUN,ESP,ESP,Pts\n1,Ada,1,2,1,1,90\n2,Bo,2,1,Ret,3,60\n",
    "merged cells, and the races in a second line": "Pos.,Driver,HUN,,ESP,,Pts\n,,R1,R2,R1,R2,\n"
    "1,Ada,1,2,1,1,90\n2,Bo,2,1,Ret,3,60\n",
    "merged cells alone": "Driver,HUN,,ESP,\nAda,1,2,1,1\nBo,2,1,Ret,3\n",
    "marks of all sorts": "Driver,HUN,HUN,ESP,ESP\nAda,1PF,(2),1^P,1*\nBo,2 F,1 P F,RetF,[3]\n",
    "semicolons, columns nobody needs": "Driver;Nat;HUN;HUN;ESP;ESP;;\n"
    "Ada;FIN;1;2;1;1;;\nBo;SWE;2;1;Ausf.;3;;\n;;;;;;;\n",
}


@pytest.mark.parametrize("text", MATRICES.values(), ids=MATRICES)
def test_a_matrix_as_encyclopedias_print_it(tmp_path: Path, text: str) -> None:
    assert races(told(tmp_path, {"results.csv": text, "rounds.csv": CALENDAR})) == TWO_BY_TWO


def test_letters_behind_a_place_are_pole_and_fastest_lap(tmp_path: Path) -> None:
    text = "Driver,1,2\nAda,1P,2\nBo,2F,Ret PF\n"
    feats = [event for event in told(tmp_path, {"results.csv": text}) if isinstance(event, FeatRecorded)]
    assert {(event.round, event.feat): [row.entry for row in event.rows] for event in feats} == {
        (1, "pole"): ["ada"],
        (1, "fastest-lap"): ["bo"],
        (2, "pole"): ["bo"],
        (2, "fastest-lap"): ["bo"],
    }


LISTS = {
    "Excel's line, a byte order mark, trailing columns and blanks": (
        "sep=;\r\nround;race;pos;driver;;\r\n1;1;1;Ada Åkesson\xa0;;\r\n;;;;;\r\n1;1;2; Bo  Berg;;\r\n".encode(
            "utf-8-sig"
        )
    ),
    "Excel's Unicode text": "round\trace\tpos\tdriver\n1\t1\t1\tAda Åkesson\n1\t1\t2\tBo Berg\n".encode("utf-16"),
    "numbers made decimal by a spreadsheet": (
        "round;race;pos;number;driver\n1,0;1,0;1,0;7,0;Ada Åkesson\n1.0;1.0;2.0;8.0;Bo Berg\n"
    ),
    "names in two columns": "round,race,pos,First name,Last name\n1,1,1,Ada,Åkesson\n1,1,2,Bo,Berg\n",
    "names in two columns, in German": "round;race;Platz;Name;Vorname\n1;1;1;Åkesson;Ada\n1;1;2;Berg;Bo\n",
    "finished, and a lap down": (
        "round,race,pos,driver,status,time\n1,1,1,Ada Åkesson,Finished,20:01.5\n1,1,2,Bo Berg,+1 Lap,+1 Lap\n"
    ),
    "a Finnish one": "round;race;place;Kuljettaja\n1;1;1.;ADA ÅKESSON\n1;1;2.;Bo Berg\n",
}


@pytest.mark.parametrize("content", LISTS.values(), ids=LISTS)
def test_a_list_as_it_was_saved(tmp_path: Path, content: str | bytes) -> None:
    entries = "number,driver\n7.0,Ada Åkesson\n8,Bo Berg\n"
    found = races(told(tmp_path, {"races.csv": content, "entries.csv": entries}))
    assert found == {"r01-r1": "7 1, 8 2"}


def test_reasons_behind_a_status_are_kept_in_words(tmp_path: Path) -> None:
    text = (
        "round,race,pos,driver\n1,1,1,Ada\n1,1,DNF (engine),Bo\n1,1,Ret - gearbox,Cleo\n"
        "1,1,DSQ: underweight,Dan\n1,1,R,Eva\n1,1,Ej start,Finn\n"
    )
    events = told(tmp_path, {"races.csv": text})
    assert races(events) == {"r01-r1": "ada 1, bo DNF, cleo DNF, dan DSQ, eva DNF, finn DNS"}
    assert next(event.note for event in events if isinstance(event, SessionResults)) == (
        "Bo: engine; Cleo: gearbox; Dan: underweight"
    )


def test_a_date_with_a_midnight(tmp_path: Path) -> None:
    files = {"races.csv": "round,race,pos,driver\n1,1,1,Ada\n", "rounds.csv": "round,date\n1,2025-05-10 00:00:00\n"}
    assert {event.known for event in told(tmp_path, files) if isinstance(event, SessionResults)} == {"2025-05-10"}


@pytest.mark.parametrize("header", ["Q1,Q2", "Heat 1,Heat 2", "H1,H2", "Run 1,Run 2", "Lauf 1,Lauf 2"])
def test_heats_by_their_names(tmp_path: Path, header: str) -> None:
    text = f"Round,Driver,{header}\n1,Ada,1,2\n1,Bo,2,NF\n"
    assert races(told(tmp_path, {"heats.csv": text})) == {"r01-q1": "ada 1, bo 2", "r01-q2": "ada 2, bo DNF"}


WRONG = {
    "a reason alone is no status": (
        {"races.csv": "round,race,pos,driver,status\n1,1,,Ada,Engine\n"},
        "races.csv:2: status: 'Engine' is not a status",
    ),
    "a date that may be two": (
        {"races.csv": "round,race,pos,driver\n1,1,1,Ada\n", "rounds.csv": "round,date\n1,05/10/2025\n"},
        "rounds.csv:2: date: '05/10/2025' is not a date",
    ),
    "an encoding is never guessed": (
        {"races.csv": "round,race,pos,driver\n1,1,1,Åsa\n".encode("cp1252")},
        "races.csv:2: byte 0xc5 is not utf-8: save it as UTF-8, or say --encoding cp1252",
    ),
    "a decimal comma between commas": (
        {"races.csv": "round,race,pos,driver,time\n1,1,1,Ada,1:03,5\n"},
        "races.csv:2: 6 cells under 5 headers: a cell with a delimiter in it needs quotes",
    ),
    "heats without a heat": (
        {"heats.csv": "round,driver,first,second\n1,Ada,1,2\n"},
        "heats.csv:1: there is no column for a heat",
    ),
    "a file called otherwise": (
        {"Results 2025.csv": "Driver,1\nAda,1\n"},
        "is needed (not understood: Results 2025.csv)",
    ),
}


@pytest.mark.parametrize(("files", "message"), WRONG.values(), ids=WRONG)
def test_what_is_not_clear_is_said(tmp_path: Path, files: Mapping[str, str | bytes], message: str) -> None:
    with pytest.raises(UserError) as error:
        told(tmp_path, files)
    assert message in "\n".join(map(str, error.value.problems))
