import csv
import io
import tempfile
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rxscore.events import (
    ClassificationDeclared,
    CompetitorRegistered,
    Disqualification,
    EntryChanged,
    EntryFiled,
    FeatRecorded,
    GapNoted,
    PointsDeduction,
    Ranked,
    Result,
    RoundCancelled,
    RoundScheduled,
    SeasonOpened,
    SessionResults,
    StandingClaimed,
    TimePenalty,
    canonical,
)
from rxscore.interchange.csv_claims import RULINGS
from rxscore.interchange.csv_folder import RESULT_FILES, read_folder, unread_files
from rxscore.interchange.csv_words import HEADERS, STATUSES
from rxscore.problems import UserError
from rxscore.season import check

SHARED = Path(__file__).parents[3] / "shared" / "data"

ROUNDS = "round,name,venue,country,start_date,end_date\n1,Hell,Lånkebanen,Norway,2024-06-01,2024-06-02\n"
ENTRIES = (
    "number,driver,nationality,team,car,teams_championship\n"
    "1,Ada Åkesson,SWE,Alpha,A1,yes\n2,Bo Berg,NOR,Alpha,A1,yes\n3,Cy Çelik,TUR,Beta,B2,no\n"
)
FINAL = "round,pos,number,driver\n1,1,1,Ada Åkesson\n1,2,2,Bo Berg\n1,3,3,Cy Çelik\n"


def folder(path, **files):
    base = path / "club-2024"
    base.mkdir(parents=True)
    for stem, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (base / f"{stem}.csv").write_bytes(data)
    return base


def of(events, kind):
    return [event for event in events if isinstance(event, kind)]


def only(events, id_):
    (event,) = [event for event in events if event.id == id_]
    return event


def complaints(path, **options):
    with pytest.raises(UserError) as caught:
        read_folder(path, **options)
    return [str(problem) for problem in caught.value.problems]


# --- a season -----------------------------------------------------------------------------------


def test_a_final_alone_is_a_season(tmp_path):
    events = read_folder(folder(tmp_path, final="round,pos,driver\n1,1,Ada\n1,2,Bo\n"))
    assert events[0] == SeasonOpened(
        id="season", known="2024-01-01", series="club", season="2024", name="club 2024", rules="club/2024"
    )
    assert [event.entry for event in of(events, EntryFiled)] == ["ada", "bo"]
    assert of(events, RoundScheduled) == [RoundScheduled(id="round-01", known="2024-01-01", round=1, name="Round 1")]
    # No date is told: what happened was public by the end of the year at the latest.
    assert events[-1] == SessionResults(
        id="r01-final",
        known="2024-12-31",
        round=1,
        session="F",
        rows=(Result("ada", place=1), Result("bo", place=2)),
    )


def test_a_whole_folder(tmp_path):
    events = read_folder(
        folder(
            tmp_path,
            season="series,season,name,rules\nnordic,2024-25,Nordic Cup,nordic/2024\n",
            rounds=ROUNDS,
            entries=ENTRIES,
            heats="round,pos,driver,q1,q2\n1,1,Ada Åkesson,2,1\n1,2,Bo Berg,1,2\n1,3,Cy Çelik,3,DNF\n",
            semifinals="round,semi,pos,driver\n1,1,1,Bo Berg\n1,1,,Cy Çelik\n",
            final=FINAL,
            standings='pos,driver,points\n1,Ada Åkesson,30\n2,Bo Berg,"25,5"\n3,Cy Çelik,20\n',
            standings_after="after_round,pos,driver,points\n1,1,Ada Åkesson,30\n",
            teams="pos,team,points\n1,Alpha,55.5\n2,Beta,20\n",
        )
    )
    assert check(events) == ()
    assert events[0].series == "nordic"
    assert events[0].rules == "nordic/2024"
    assert [(one.competitor, one.type, one.country) for one in of(events, CompetitorRegistered)] == [
        ("ada-akesson", "driver", "SWE"),
        ("bo-berg", "driver", "NOR"),
        ("cy-celik", "driver", "TUR"),
        ("alpha", "team", ""),
        ("beta", "team", ""),
    ]
    first = only(events, "entry-1")
    assert (first.drivers, first.number, first.team, first.car, first.nominated) == (
        ("ada-akesson",),
        "1",
        "alpha",
        "A1",
        ("teams",),
    )
    assert only(events, "r01-q2") == SessionResults(
        id="r01-q2",
        known="2024-06-02",
        round=1,
        session="Q2",
        rows=(Result("1", place=1), Result("2", place=2), Result("3", status="DNF")),
    )
    assert only(events, "r01-intermediate") == ClassificationDeclared(
        id="r01-intermediate",
        known="2024-06-02",
        round=1,
        stage="intermediate",
        rows=(Ranked("1", place=1), Ranked("2", place=2), Ranked("3", place=3)),
    )
    semi = only(events, "r01-sf1")
    assert semi.rows[1] == Result("3", status="unknown")
    assert not semi.complete
    final = only(events, "claim-drivers-final")
    assert not final.top
    assert final.rows[1].points == Fraction(51, 2)
    assert only(events, "claim-drivers-after-01").top
    assert only(events, "claim-teams-final").standing == "teams"


def test_a_matrix_of_places(tmp_path):
    path = folder(
        tmp_path,
        results="Driver,No,Team,1a,1b,R2,Pts\nAda,7,Alpha,1,=2,Ret,40\nBo,8,Alpha,2,2=,DNS,30\nCy,9,Beta,3†,1,,20\n",
    )
    events = read_folder(path)
    assert check(events) == ()
    sessions = {event.id: event for event in of(events, SessionResults)}
    assert list(sessions) == ["r01-r1", "r01-r2", "r02-r1"]
    assert sessions["r01-r1"].rows[2] == Result("9", place=3)
    assert sessions["r01-r2"].rows[0] == Result("7", place=2, tied=True)
    assert sessions["r01-r2"].complete
    assert sessions["r02-r1"].rows == (Result("7", status="DNF"), Result("8", status="DNS"))


def test_a_matrix_with_codes_of_rounds(tmp_path):
    path = folder(
        tmp_path,
        rounds="round,name,code\n1,Hungary,HUN\n2,Spa,SPA\n",
        results="driver,HUN_r1,HUN_r2,SPA\nAda,1,2,1\nBo,2,1,2\n",
    )
    ids = [event.id for event in of(read_folder(path), SessionResults)]
    assert ids == ["r01-r1", "r01-r2", "r02-r1"]


def test_races_with_feats_and_statuses(tmp_path):
    path = folder(
        tmp_path,
        races="round,race,pos,driver,status,fastest_lap,pole\n"
        "1,1,1,Ada,,,1\n1,1,2,Bo,,x,\n1,1,,Cy,Ret,,\n1,2,1,Bo,,,\n1,2,DSQ,Ada,,,\n1,2,,Cy,,,\n",
    )
    events = read_folder(path)
    assert only(events, "r01-r1").rows == (
        Result("ada", place=1),
        Result("bo", place=2),
        Result("cy", status="DNF"),
    )
    assert only(events, "r01-r2").rows[2].status == "unknown"
    assert [(one.id, one.rows[0].entry) for one in of(events, FeatRecorded)] == [
        ("r01-r1-pole", "ada"),
        ("r01-r1-fastest-lap", "bo"),
    ]


@pytest.mark.parametrize(
    ("status", "spelling"),
    [(status, spelling) for status, spellings in STATUSES.items() for spelling in spellings],
)
def test_every_spelling_of_a_status(tmp_path, status, spelling):
    path = folder(tmp_path, final=f'round,pos,driver\n1,1,Ada\n1,"{spelling.upper()}",Bo\n')
    assert only(read_folder(path), "r01-final").rows[1] == Result("bo", status=status)


@pytest.mark.parametrize(
    ("cell", "row"),
    [
        ("1st", Result("ada", place=1)),
        ("2.", Result("ada", place=2)),
        ("3.0", Result("ada", place=3)),
        ("4e", Result("ada", place=4)),
        ("5†", Result("ada", place=5)),
        ("5 *", Result("ada", place=5)),
        ("=6", Result("ada", place=6, tied=True)),
        ("6 =", Result("ada", place=6, tied=True)),
    ],
)
def test_places(tmp_path, cell, row):
    assert only(read_folder(folder(tmp_path, final=f"round,pos,driver\n1,{cell},Ada\n")), "r01-final").rows == (row,)


def test_times_are_gaps_to_the_first(tmp_path):
    path = folder(
        tmp_path,
        final='round,pos,driver,time\n1,1,Ada,3:58.967\n1,2,Bo,"+2,526"\n1,3,Cy,-2 laps\n1,4,Di,DNF\n',
    )
    final = only(read_folder(path), "r01-final")
    assert [str(row.time) for row in final.rows] == ["238.967", "241.493", "None", "None"]
    assert final.rows[3] == Result("di", place=4, status="DNF")
    assert final.note == "Cy: -2 laps"


def test_derived_rows_are_inferred(tmp_path):
    path = folder(
        tmp_path,
        heats="round,pos,driver,q1,q2,derived,derived_cells,because\n"
        "1,1,Ada,1,1,1,q2,the cell is cut\n1,2,Bo,2,2,1,,\n",
    )
    events = read_folder(path)
    assert only(events, "r01-q1").rows == (
        Result("ada", place=1),
        Result("bo", place=2, basis="inferred", because="derived in the source table"),
    )
    assert only(events, "r01-q2").rows[0] == Result("ada", place=1, basis="inferred", because="the cell is cut")
    assert only(events, "r01-intermediate").rows[0] == Ranked("ada", place=1)


def test_a_blank_heat_is_not_known_a_dash_was_not_driven_and_a_question_mark_was(tmp_path):
    heats = "round,pos,driver,q1,q2,q3\n1,1,Ada,1,1,1\n1,2,Bo,,-,?\n"
    events = read_folder(folder(tmp_path, heats=heats))
    q1, q2, q3 = of(events, SessionResults)
    assert (len(q1.rows), q1.complete) == (1, False)
    assert (len(q2.rows), q2.complete) == (1, True)
    assert (q3.rows[1], q3.complete) == (Result("bo", status="unknown"), False)


def test_one_row_a_race_of_a_heat(tmp_path):
    heats = "round,heat,race,pos,driver\n1,1,a,1,Ada\n1,1,b,1,Bo\n1,2,1,1,Ada\n"
    events = read_folder(folder(tmp_path, heat_races=heats))
    assert [(one.id, one.session, one.race) for one in of(events, SessionResults)] == [
        ("r01-q1-race-1", "Q1", 1),
        ("r01-q1-race-2", "Q1", 2),
        ("r01-q2-race-1", "Q2", 1),
    ]


def test_heats_by_time(tmp_path):
    heats = 'round,driver,q1 time,q2 time\n1,Ada,3:05.1,DNF\n1,Bo,"185,25",DNS\n'
    events = read_folder(folder(tmp_path, heats=heats))
    assert [(str(row.time), row.status) for row in only(events, "r01-q1").rows] == [
        ("185.1", "classified"),
        ("185.25", "classified"),
    ]
    assert [row.status for row in only(events, "r01-q2").rows] == ["DNF", "DNS"]


# --- entries ------------------------------------------------------------------------------------


def test_an_entry_that_changes_team(tmp_path):
    path = folder(
        tmp_path,
        rounds="round,name\n1,A\n2,B\n3,C\n4,D\n",
        entries="number,driver,team,rounds\n15,Ada,Alpha,1-2\n15,Ada,Beta,4\n3,Bo,Gamma (rounds 2 and 4),\n",
        final="round,pos,number\n4,1,15\n4,2,3\n",
    )
    events = read_folder(path)
    assert only(events, "entry-15").rounds == (1, 2, 4)
    assert only(events, "entry-3").rounds == (2, 4)
    assert only(events, "entry-3").team == "gamma"
    assert of(events, EntryChanged) == [
        EntryChanged(id="entry-15-from-04", known="2024-01-01", entry="15", from_round=4, team="beta")
    ]


def test_a_crew_and_a_substitute(tmp_path):
    path = folder(
        tmp_path,
        rounds="round,name\n1,A\n2,B\n",
        entries="number,driver,team,rounds\n5,Ada,Alpha,\n5,Bo,Alpha,1\n5,Cy,Alpha,2\n",
        final="round,pos,number,driver\n1,1,5,\n2,1,5,Ada / Bo\n",
    )
    events = read_folder(path)
    assert only(events, "entry-5").drivers == ("ada", "bo")
    assert only(events, "entry-5-from-02").drivers == ("ada", "cy")
    assert only(events, "r01-final").rows == (Result("5", place=1),)
    assert only(events, "r02-final").rows == (Result("5", place=1, drivers=("ada", "bo")),)


def test_a_number_used_twice_and_a_car_without_a_name(tmp_path):
    path = folder(
        tmp_path,
        entries="number,driver,team\n7,Ada,Alpha\n7,Bo,Beta\n77,,Gamma\n",
        final="round,pos,number,driver\n1,1,7,Ada\n1,2,7,Bo\n1,3,77,\n",
    )
    events = read_folder(path)
    assert [event.entry for event in of(events, EntryFiled)] == ["7-ada", "7-bo", "77"]
    assert only(events, "entry-77").drivers == ("unnamed-car-77",)
    assert only(events, "gap-entry-77").missing == "the name of the driver of car 77"


# --- completeness -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "complete"),
    [
        ({"final": "round,pos,driver\n1,1,Ada\n1,2,Bo\n"}, True),
        ({"final": "round,pos,driver\n1,1,Ada\n1,3,Bo\n"}, False),
        # Shorter than the other final: the list may have been cut.
        ({"final": "round,pos,driver\n1,1,Ada\n2,1,Ada\n2,2,Bo\n"}, False),
        ({"final": "round,pos,driver,complete\n1,1,Ada,yes\n2,1,Ada,\n2,2,Bo,\n"}, True),
        (
            {
                "final": "round,pos,driver\n1,1,Ada\n2,1,Ada\n2,2,Bo\n",
                "completeness": "round,session,complete\n1,final,yes\n",
            },
            True,
        ),
        ({"final": "round,pos,driver\n1,1,Ada\n", "season": "series,season,complete\na,2024,no\n"}, False),
    ],
)
def test_whether_a_list_is_complete(tmp_path, files, complete):
    assert only(read_folder(folder(tmp_path, **files)), "r01-final").complete is complete


def test_a_race_that_lists_fewer_than_are_entered_is_not_known_to_be_complete(tmp_path):
    races = "round,race,pos,driver\n1,1,1,Ada Åkesson\n1,1,2,Bo Berg\n"
    assert not only(read_folder(folder(tmp_path, entries=ENTRIES, races=races)), "r01-r1").complete


# --- rulings and claims -------------------------------------------------------------------------


def test_rulings_with_columns_and_in_words(tmp_path):
    path = folder(
        tmp_path,
        rounds=ROUNDS,
        entries=ENTRIES,
        final=FINAL,
        penalties="round,driver,team,what,ruling,session,seconds,points,standing,promote,known\n"
        "1,Ada Åkesson,,contact,disqualification,final,,,,no,2024-06-09\n"
        '1,Bo Berg,,,time penalty,F,"2,5",,,,\n'
        ",,Alpha,tyres,points-deduction,,,10,,,\n"
        "1,Cy Çelik,,a reprimand,,,,,,,\n",
    )
    events = read_folder(path)
    assert check(events) == ()
    assert of(events, Disqualification) == [
        Disqualification(
            id="ruling-r01-ada-akesson-final",
            known="2024-06-09",
            note="contact",
            entry="1",
            round=1,
            session="F",
            promote=False,
        )
    ]
    assert [str(event.seconds) for event in of(events, TimePenalty)] == ["2.5"]
    (deduction,) = of(events, PointsDeduction)
    assert (deduction.competitor, deduction.standing, deduction.points) == ("alpha", "teams", 10)
    assert [event.missing for event in of(events, GapNoted)] == ["a ruling known only in words: Cy Çelik: a reprimand"]


def test_a_provisional_table_is_compared_with_its_day(tmp_path):
    path = folder(
        tmp_path,
        rounds=ROUNDS,
        entries=ENTRIES,
        final=FINAL,
        standings_after="after_round,pos,driver,points,status,source\n"
        "1,1,Ada Åkesson,8,provisional,x.org\n1,1,Ada Åkesson,5,final,y.org\n1,,Bo Berg,,,z.org\n",
    )
    claims = of(read_folder(path), StandingClaimed)
    assert [(claim.id, claim.as_of, claim.source, claim.known) for claim in claims] == [
        ("claim-drivers-after-01-provisional", "2024-06-02", ("x.org",), "2024-06-02"),
        ("claim-drivers-after-01", None, ("y.org",), "2024-06-02"),
    ]
    assert [event.id for event in of(read_folder(path), GapNoted)] == ["gap-drivers-after-01"]


def test_a_result_in_an_unknown_session_is_kept_in_words(tmp_path):
    path = folder(tmp_path, semifinals="round,semi,pos,driver\n1,1,1,Ada\n1,?,2,Bo\n")
    assert [event.missing for event in of(read_folder(path), GapNoted)] == [
        "in which session of the semifinals Bo was (2)"
    ]


def test_a_cancelled_round(tmp_path):
    path = folder(tmp_path, rounds="round,name,status\n1,A,held\n2,B,cancelled\n", final=FINAL)
    assert [event.round for event in of(read_folder(path), RoundCancelled)] == [2]


def test_one_class_of_several(tmp_path):
    final = "class,round,pos,driver\nRX1,1,1,Ada\nRX2,1,1,Bo\n"
    path = folder(tmp_path, final=final)
    assert only(read_folder(path, car_class="rx2"), "r01-final").rows == (Result("bo", place=1),)
    assert complaints(path) == [
        "final.csv:3: pos: place 1 is given twice in F of round 1 (also line 2); a class is read by itself with --class"
    ]
    assert complaints(path, car_class="RX3") == [f"{path}: there is no class 'RX3' here; did you mean RX2 or RX1?"]


# --- what people have ---------------------------------------------------------------------------


def saved(text, delimiter=",", end="\n", mark=b"", shout=False, quote=False, blank=False, encoding="utf-8"):
    rows = list(csv.reader(io.StringIO(text)))
    if shout:
        rows[0] = [f" {cell.replace('_', ' ').upper()} " for cell in rows[0]]
    if blank:
        rows = [row for pair in rows for row in (pair, [""] * len(rows[0]))]
    out = io.StringIO()
    style = csv.QUOTE_ALL if quote else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=style).writerows(rows)
    return mark + out.getvalue().encode(encoding)


FILES = {
    "rounds": ROUNDS,
    "entries": ENTRIES,
    "final": FINAL,
    "heats": 'round,pos,driver,q1,q2\n1,1,Ada Åkesson,2,1\n1,2,Bo Berg,1,"2"\n1,3,Cy Çelik,3,DNF\n',
    "standings": 'pos,driver,points\n1,Ada Åkesson,30\n2,Bo Berg,"25,5"\n',
}


@settings(max_examples=40, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "delimiter": st.sampled_from(",;\t"),
            "end": st.sampled_from(["\n", "\r\n"]),
            "mark": st.sampled_from([b"", b"\xef\xbb\xbf"]),
            "shout": st.booleans(),
            "quote": st.booleans(),
            "blank": st.booleans(),
        }
    )
)
def test_however_the_files_were_saved_the_events_are_the_same(options):
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        plain = read_folder(folder(Path(first), **FILES))
        varied = {stem: saved(text, **options) for stem, text in FILES.items()}
        assert read_folder(folder(Path(second), **varied)) == plain


def test_utf_16_and_the_separator_line_of_a_spreadsheet_program(tmp_path):
    final = "sep=;\r\nround;pos;driver\r\n1;1;Çelik\r\n".encode("utf-16")
    assert only(read_folder(folder(tmp_path, final=final)), "driver-celik").name == "Çelik"


def test_another_encoding_has_to_be_named(tmp_path):
    path = folder(tmp_path, final="round,pos,driver\n1,1,Ada\n1,2,Bäckman\n".encode("cp1252"))
    assert complaints(path) == ["final.csv:3: byte 0xe4 is not utf-8: save it as UTF-8, or say --encoding cp1252"]
    assert only(read_folder(path, encoding="cp1252"), "driver-backman").name == "Bäckman"
    assert complaints(path, encoding="klingon") == [
        "final.csv: there is no encoding 'klingon' (try utf-8, cp1252 or latin-1)"
    ]


# --- what is wrong ------------------------------------------------------------------------------


def test_everything_that_is_wrong_is_said_at_once(tmp_path):
    path = folder(
        tmp_path,
        rounds=ROUNDS,
        entries=ENTRIES,
        heats="round,pos,driver,q1\n1,1,Ada Akesson,1\n1,1,Bo Borg,x\n1,2,Bo Berg,0\n",
        final="round,pos,number,driver\n1,1,1,Ada Åkesson\n1,1,2,Bo Berg\n2,1,3,Cy Çelik\n1,2,9,\n1,4,1,\n",
        standings="pos,driver,points\n1,Ada Åkesson,many\n2,Nobody,3\n",
        penalties="round,driver,ruling,session,seconds\n1,Bo Berg,time-penalty,F,\n1,Bo Berg,hanging,F,\n",
    )
    assert complaints(path) == [
        "final.csv:3: pos: place 1 is given twice in F of round 1 (also line 2); a dead heat is written =1",
        "final.csv:4: round: '2' is not a round of rounds.csv; known: 1",
        "final.csv:5: number: unknown car '9': not in the entries; known: 1, 2, 3",
        "final.csv:6: number: entry 1 is in F of round 1 already (line 2)",
        "heats.csv:3: driver: unknown driver 'Bo Borg': not in the entries; did you mean Bo Berg?",
        "heats.csv:4: q1: '0' is not a place: places begin at 1",
        "penalties.csv:2: seconds: missing: a time-penalty needs it",
        "penalties.csv:3: ruling: 'hanging' is not a ruling; known: disqualification, exclusion, "
        "place-penalty, points-deduction, score-deduction, time-penalty",
        "standings.csv:2: points: 'many' is not a number of points (write 8, 12.5 or \"25/3\")",
        "standings.csv:3: driver: unknown driver 'Nobody': not in the entries; known: Ada Åkesson, Bo Berg, Cy Çelik",
    ]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"final": "round,possition,driver\n1,1,Ada\n"},
            "final.csv:1: there is no column 'place' (or pos, position, rank); is it 'possition'?",
        ),
        ({"final": ""}, "final.csv: the file is empty: its first line names the columns"),
        ({"final": "round,pos,driver\n"}, "final.csv: there are no results below the header"),
        (
            {"final": 'round,pos,driver\n1,1,Ada\n1,2,"Bo\n1,3,Cy\n'},
            "final.csv:3: a quotation mark is opened here, and never closed",
        ),
        (
            {"final": "round,pos,driver\n1,99999999999999999999,Ada\n"},
            "final.csv:2: pos: '99999999999999999999' is not a place, nor a status "
            "(DNF, DNS, DSQ, NC and their spellings)",
        ),
        (
            {"entries": "driver,rounds\nAda,3-1\n", "final": "round,pos,driver\n1,1,Ada\n"},
            "entries.csv:2: rounds: '3-1' is not a list of rounds (write 1-3, 5)",
        ),
        (
            {"entries": "driver,rounds\nAda,1-99999999999\n", "final": "round,pos,driver\n1,1,Ada\n"},
            "entries.csv:2: rounds: '1-99999999999' is not a list of rounds (write 1-3, 5)",
        ),
        (
            {"final": "round,pos,driver\n1,1,Ada,Bo\n"},
            "final.csv:2: 4 cells under 3 headers: a cell with a delimiter in it needs quotes",
        ),
        (
            {"final": "round,pos,rank,driver\n1,1,1,Ada\n"},
            "final.csv:1: two columns are both 'place': 'pos' and 'rank'",
        ),
        (
            {"final": "round,pos,driver\n1,1,\n"},
            "final.csv:2: driver: no driver, number or team: who is meant?",
        ),
        (
            {"final": "round,pos,driver\n1,won,Ada\n"},
            "final.csv:2: pos: 'won' is not a place, nor a status (DNF, DNS, DSQ, NC and their spellings)",
        ),
        (
            {"rounds": "round,name,start_date\n1,A,June\n", "final": FINAL},
            "rounds.csv:2: start_date: 'June' is not a date (write 2016-09-23 or 2016-09-23T14:00Z)",
        ),
        (
            {"rounds": "round,name\n1,A\n1,B\n", "final": FINAL},
            "rounds.csv:3: round: round 1 is there already",
        ),
        (
            {"entries": "number,driver,team\n1,Ada,Alpha\n1,Ada,Beta\n", "final": "round,pos,number\n1,1,1\n"},
            "entries.csv:3: number: car 1 is entered already (line 2): say in a column 'rounds' which holds when",
        ),
        (
            {"final": "round,pos,driver,complete\n1,1,Ada,yes\n1,3,Bo,\n"},
            "final.csv:3: pos: said to be complete, but place 2 is missing in F of round 1",
        ),
        (
            {"semifinals": "round,semi,pos,driver\n1,,1,Ada\n"},
            "semifinals.csv:2: semi: missing: which semi is this? (where nobody knows, write ?)",
        ),
        (
            {"rounds": "round,name\n1,A\n", "results": "driver,R1,R2\nAda,1,1\n"},
            "results.csv:1: R2: there is no round 2 in rounds.csv; known: 1",
        ),
        (
            {"rounds": "round,name,code\n1,A,HUN\n", "results": "driver,HUN_r1,HUM_r2\nAda,1,1\n"},
            "results.csv:1: HUM_r2: no round in rounds.csv has this code; did you mean hun?",
        ),
        (
            {"results": "driver,team\nAda,Alpha\n"},
            "results.csv:1: there is no column for a race (R1, R2, ... or 1a, 1b, ... or CODE_r1)",
        ),
    ],
)
def test_what_is_wrong_with_a_file(tmp_path, files, message):
    assert complaints(folder(tmp_path, **files)) == [message]


def test_what_is_wrong_with_a_folder(tmp_path):
    assert complaints(tmp_path / "nowhere") == [f"{tmp_path / 'nowhere'}: there is no such folder"]
    base = folder(tmp_path, rounds=ROUNDS)
    assert complaints(base) == [
        f"{base}: there are no results here: one of heats.csv, semifinals.csv, final.csv, races.csv, "
        "results.csv is needed"
    ]
    nameless = tmp_path / "club"
    nameless.mkdir()
    (nameless / "final.csv").write_text(FINAL, "utf-8")
    assert complaints(nameless) == [
        f"{nameless}: which series and season is this? name the folder SERIES-YEAR, give a season.csv "
        "(series, season) or say --series and --season"
    ]
    assert read_folder(nameless, series="club", season="2024")[0].rules == "club/2024"


def test_files_with_unknown_names_are_told(tmp_path):
    base = folder(tmp_path, final=FINAL, lap_chart="a,b\n", standings_after_round3="a,b\n")
    assert unread_files(base) == ("lap_chart.csv",)


def test_the_documentation_names_every_header_and_spelling():
    text = (Path(__file__).parents[2] / "docs" / "spreadsheets.md").read_text("utf-8")
    for name, others in [*((f"`{name}`", others) for name, others in HEADERS.items()), *STATUSES.items()]:
        spellings = ", ".join(f"`{other}`" for other in others)
        assert f"| {name} | {spellings} |\n" in text
    assert all(f"`{stem}.csv`" in text or f" {stem}.csv" in text for stem in RESULT_FILES)
    assert all(f"`{ruling}`" in text for ruling in RULINGS)


# --- real folders -------------------------------------------------------------------------------

needs_data = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared facts are not at hand")


@needs_data
def test_the_2016_folder_but_for_the_slip_that_its_notes_name(tmp_path):
    source = SHARED / "worldrx-2016"
    assert complaints(source) == [
        "heats.csv:80: q1: place 4 is given twice in Q1 of round 6 (also line 79); a dead heat is written =4"
    ]
    path = tmp_path / "worldrx-2016"
    path.mkdir()
    for file in source.glob("*.csv"):
        text = file.read_text("utf-8")
        if file.name == "heats.csv":
            lines = text.splitlines(keepends=True)
            for index in (78, 79):
                lines[index] = lines[index].replace(",4,", ",4=,", 1)
            text = "".join(lines)
        (path / file.name).write_text(text, "utf-8")
    events = read_folder(path)
    assert check(events) == ()
    assert len(of(events, RoundScheduled)) == 12
    assert only(events, "r05-final").rows[0].entry == "13"
    assert only(events, "entry-15-from-09").team == "olsbergs-mse"
    assert len({canonical(event) for event in events}) == len(events)


@needs_data
@pytest.mark.parametrize(
    ("name", "sessions"),
    [
        ("adac-gt4-germany-2023", 10),
        ("gt4-european-2023", 2),
        ("karting-cik-euro-kz-2014", 16),
        ("nitrocross-2021", 13),
        ("tcr-europe-2019", 21),
        ("tcr-uk-2018", 14),
        ("worldrx-2021", 57),
    ],
)
def test_other_folders(name, sessions):
    events = read_folder(SHARED / name)
    assert check(events) == ()
    assert len(of(events, SessionResults)) == sessions


@needs_data
@pytest.mark.parametrize("path", sorted(SHARED.glob("*")) if SHARED.is_dir() else [], ids=lambda path: path.name)
def test_no_folder_crashes(path):
    if path.is_dir():
        with suppress(UserError):
            assert check(read_folder(path)) == ()
