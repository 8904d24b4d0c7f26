"""An f1db release, made up here in its own format, becomes logs; whatever is wrong with it is said."""

import csv
import io
import zipfile
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from rxscore import catalog
from rxscore.api import checked, open_season, source
from rxscore.cli import cli
from rxscore.events import (
    ClaimedRow,
    EntryFiled,
    Event,
    FeatBy,
    FeatRecorded,
    PointsClaimed,
    RoundScheduled,
    SessionResults,
    SessionShortened,
    StandingClaimed,
)
from rxscore.events import Result as Row
from rxscore.interchange import f1db
from rxscore.logs import Located
from rxscore.problems import UserError
from rxscore.verify import verify

Table = list[dict[str, Any]]

RACE = {"year": 1951, "round": 1, "date": "1951-05-27", "grandPrixId": "argentina", "officialName": "GP",
        "circuitId": "buenos-aires", "laps": 87, "scheduledLaps": "", "sprintRaceLaps": "",
        "sprintRaceScheduledLaps": ""}  # fmt: skip


def line(place: object, driver: str, points: object = "", *, number: object = "", make: str = "ferrari",
         engine: str = "", shared: bool = False, fastest: bool = False, **more: Any) -> dict[str, Any]:  # fmt: skip
    """A line of race results. ``place``: a number, or a text such as DNF."""
    known = isinstance(place, int)
    return {
        "year": 1951, "round": 1, "positionNumber": place if known else "", "positionText": place,
        "driverNumber": number, "driverId": driver, "constructorId": make, "engineManufacturerId": engine or make,
        "sharedCar": str(shared).lower(), "points": points, "fastestLap": str(fastest).lower(), **more,
    }  # fmt: skip


def release(results: Table, **tables: Table) -> dict[str, Table]:
    """The tables of a release; the drivers, constructors and standings are those that the results need."""
    drivers = sorted({row["driverId"] for row in results})
    makes = sorted({row["constructorId"] for row in results})
    standing = [
        {"year": 1951, "round": 1, "positionNumber": number, "driverId": row["driverId"], "points": row["points"]}
        for number, row in enumerate((row for row in results if row["points"]), 1)
    ]
    none = {
        "year": "",
        "round": "",
        "positionNumber": "",
        "constructorId": "",
        "engineManufacturerId": "",
        "points": "",
    }
    found = {
        "races": [RACE],
        "races-race-results": results,
        "drivers": [{"id": driver, "name": driver.title()} for driver in drivers],
        "constructors": [{"id": make, "name": make.title()} for make in makes],
        "races-driver-standings": standing,
        "seasons-driver-standings": [{key: row[key] for key in row if key != "round"} for row in standing],
        "races-constructor-standings": [none],
        "seasons-constructor-standings": [none],
    }
    return {**found, **{name.replace("_", "-"): table for name, table in tables.items()}}


def text(table: Table) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(table[0]), quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writeheader()
    writer.writerows(row for row in table if any(value != "" for value in row.values()))
    return out.getvalue()


def folder(path: Path, tables: Mapping[str, Table]) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        (path / f"f1db-{name}.csv").write_text(text(table), "utf-8")
    return path


def zipped(path: Path, tables: Mapping[str, Table]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, table in tables.items():
            archive.writestr(f"some/f1db-{name}.csv", text(table))
    return path


def log(path: Path, *years: int) -> list[Event]:
    (season,) = f1db.seasons(path, years, source)
    assert season.left_out == ()
    return list(season.events)


def of(events: list[Event], kind: type) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def problem(path: Path, *years: int) -> str:
    with pytest.raises(UserError) as error:
        list(f1db.seasons(path, years, source))
    return str(error.value)


PLAIN = [line(1, "fangio", 8), line(2, "farina", 7, fastest=True), line("DNF", "moss"), line("DNQ", "late")]


# --- what becomes of it ----------------------------------------------------------------------


@pytest.mark.parametrize("pack", [folder, zipped])
def test_a_season_is_read_from_a_folder_and_from_a_zip(tmp_path: Path, pack: Any) -> None:
    events = log(pack(tmp_path / "release", release(PLAIN)))
    (results,) = of(events, SessionResults)
    assert results.rows == (
        Row("fangio:ferrari", 1), Row("farina:ferrari", 2), Row("moss:ferrari", status="DNF"),
    )  # fmt: skip
    assert (results.id, results.known, results.session, results.complete, results.vacant) == (
        "results-1-R", "1951-05-27", "R", True, (),
    )  # fmt: skip
    (fastest,) = of(events, FeatRecorded)
    assert fastest.rows == (FeatBy("farina:ferrari"),)
    (points,) = of(events, PointsClaimed)
    assert points.rows == (ClaimedRow("fangio", 8), ClaimedRow("farina", 7), ClaimedRow("moss", 0))
    after, final = of(events, StandingClaimed)
    assert (after.id, after.after_round, final.id, final.after_round) == ("drivers-after-1", 1, "drivers-final", None)
    assert after.rows == final.rows == (ClaimedRow("fangio", 8, 1), ClaimedRow("farina", 7, 2))
    (scheduled,) = of(events, RoundScheduled)
    assert (scheduled.name, scheduled.sessions, scheduled.start) == ("GP", ("R",), "1951-05-27")
    assert "late" not in repr(events)


def test_the_log_is_sound_and_its_claims_come_out(tmp_path: Path) -> None:
    events = log(folder(tmp_path, release(PLAIN)))
    checked(Located(tuple(events), {}))


def test_a_shared_car_is_one_result(tmp_path: Path) -> None:
    results = [
        line(1, "fangio", 8, number=2),
        line(2, "farina", 3, number=4),
        line(2, "moss", 3, number=4, shared=True),
        line("DNF", "hawthorn", number=6),
        line("DNF", "moss", number=8, fastest=True),
        line("DNF", "farina", number=6, shared=True),
    ]
    events = log(folder(tmp_path, release(results)))
    (told,) = of(events, SessionResults)
    assert [(row.entry, row.place) for row in told.rows] == [
        ("fangio:ferrari", 1), ("farina+moss:ferrari", 2), ("hawthorn+farina:ferrari", None), ("moss:ferrari", None),
    ]  # fmt: skip
    entries = {entry.entry: entry for entry in of(events, EntryFiled)}
    assert entries["farina+moss:ferrari"].drivers == ("farina", "moss")
    assert entries["farina+moss:ferrari"].number == "4"
    # Which of his two cars it was the source does not say; that it was he, it does.
    (fastest,) = of(events, FeatRecorded)
    assert fastest.rows == (FeatBy("farina+moss:ferrari", drivers=("moss",)),)
    (points,) = of(events, PointsClaimed)
    assert {row.competitor: row.points for row in points.rows}["moss"] == 3


def test_one_driver_in_two_cars_of_one_make_has_two_entries(tmp_path: Path) -> None:
    events = log(folder(tmp_path, release([line(1, "fischer", 8, number=36), line("DNS", "fischer", number=34)])))
    (results,) = of(events, SessionResults)
    assert results.rows == (Row("fischer:ferrari", 1), Row("fischer:ferrari:34", status="DNS"))


def test_points_with_two_decimals_are_told_as_rounded(tmp_path: Path) -> None:
    events = log(folder(tmp_path, release([line(1, "fangio", 8.14), line(2, "moss", 1.5)])))
    (points,) = of(events, PointsClaimed)
    assert (points.decimals, points.rows[0].points) == (2, Fraction(814, 100))
    events = log(folder(tmp_path, release([line(1, "fangio", 8), line(2, "moss", 1.5)])))
    assert [claim.decimals for claim in of(events, PointsClaimed)] == [None]


def test_places_that_nobody_has_are_vacant(tmp_path: Path) -> None:
    results = [line(1, "fangio", 8), line("DSQ", "moss"), line(3, "farina", 4), line(6, "hawthorn")]
    (told,) = of(log(folder(tmp_path, release(results))), SessionResults)
    assert told.vacant == (2, 4, 5)


def test_a_race_that_stopped_early_says_how_much_was_run(tmp_path: Path) -> None:
    tables = release(PLAIN, races=[{**RACE, "laps": 29, "scheduledLaps": 75}])
    (short,) = of(log(folder(tmp_path, tables)), SessionShortened)
    assert (short.session, short.completed) == ("R", Fraction(29, 75))
    tables = release(PLAIN, races=[{**RACE, "laps": 76, "scheduledLaps": 75}])
    assert of(log(folder(tmp_path, tables)), SessionShortened) == []


def test_only_sessions_that_the_rules_look_at_are_read(tmp_path: Path) -> None:
    qualifying = [line(1, "moss"), line(2, "fangio")]
    for year, sessions in ((1951, ("R",)), (2026, ("Q", "S", "R"))):
        tables = release(PLAIN, races_qualifying_results=qualifying, races_sprint_race_results=PLAIN)
        tables = {
            name: [{**row, "year": year} if row.get("year") else row for row in table] for name, table in tables.items()
        }
        (scheduled,) = of(log(folder(tmp_path / str(year), tables)), RoundScheduled)
        assert scheduled.sessions == sessions


def test_a_make_is_a_constructor_with_an_engine(tmp_path: Path) -> None:
    results = [line(1, "brabham", 8, make="cooper", engine="climax"), line(2, "hill", 6)]
    engines = [{"id": "climax", "name": "Climax"}]
    events = log(folder(tmp_path, release(results, engine_manufacturers=engines)))
    names = {event.competitor: event.name for event in events if getattr(event, "type", "") == "make"}
    assert names == {"cooper-climax": "Cooper-Climax", "ferrari": "Ferrari"}


def test_a_season_that_is_not_over_knows_the_races_to_come(tmp_path: Path) -> None:
    races = [RACE, {**RACE, "round": 2, "date": "1951-06-03"}]
    events = log(folder(tmp_path, release(PLAIN, races=races)))
    assert [(event.round, event.sessions) for event in of(events, RoundScheduled)] == [(1, ("R",)), (2, ())]
    assert {claim.known for claim in of(events, StandingClaimed)} == {"1951-05-27"}
    checked(Located(tuple(events), {}))


def test_only_the_seasons_asked_for(tmp_path: Path) -> None:
    races = [RACE, {**RACE, "year": 1955, "date": "1955-01-16"}]
    path = folder(tmp_path, release(PLAIN, races=races))
    assert [season.year for season in f1db.seasons(path, (), source)] == [1951, 1955]
    assert [season.year for season in f1db.seasons(path, (1951,), source)] == [1951]
    assert "no races of 1960; it has 2 seasons, from 1951 to 1955" in problem(path, 1951, 1960)


def test_more_columns_and_another_order_do_no_harm(tmp_path: Path) -> None:
    plain = log(folder(tmp_path / "plain", release(PLAIN)))
    wide = release([{"future": "x", **dict(reversed(row.items())), "last": 1} for row in PLAIN])
    assert log(folder(tmp_path / "wide", wide)) == plain


# --- supplements -----------------------------------------------------------------------------


def supplemented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ruling: str) -> Path:
    home = tmp_path / "home" / "events" / "f1" / "rulings"
    home.mkdir(parents=True)
    (home / "1951.jsonl").write_text(ruling + "\n", "utf-8")
    monkeypatch.chdir(tmp_path / "home")
    return folder(tmp_path / "release", release(PLAIN))


RULING = '{{"kind":"eligibility-set","id":"out","known":"1951-05-27","entry":"{}","scores":false}}'


@pytest.mark.parametrize("said", ["fangio:ferrari", "fangio:*"])
def test_a_supplement_is_merged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    events = log(supplemented(tmp_path, monkeypatch, RULING.format(said)))
    assert (events[-1].id, events[-1].entry) == ("out", "fangio:ferrari")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("ruling", "message"),
    [
        (RULING.format("clark:*"), "out: unknown entry 'clark:*'"),
        (RULING.format("f*"), "out: unknown entry 'f*'"),  # fits two
        (
            '{"kind":"difference-known","id":"slip","known":"1951-05-27","claim":"drivers-after-9","competitor":"moss",'
            '"reason":"a slip"}',
            "slip: there is no claim 'drivers-after-9'",
        ),
    ],
)
def test_what_does_not_fit_the_release_is_left_out_and_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ruling: str, message: str
) -> None:
    path = supplemented(tmp_path, monkeypatch, ruling)
    (season,) = f1db.seasons(path, (), source)
    (told,) = season.left_out
    assert told.startswith(message)
    checked(Located(season.events, {}))
    result = run(path, "-o", tmp_path)
    assert result.exit_code == 0
    assert result.stderr.startswith(f"1951: left out, for it does not fit the release: {message}")


def test_supplements_are_no_seasons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    supplemented(tmp_path, monkeypatch, RULING.format("x"))
    assert "f1/rulings/1951" not in catalog.logs("f1/*")
    assert catalog.supplement("f1/1951") is not None
    assert catalog.supplement("f1/1949") is None


# --- what is wrong with it -------------------------------------------------------------------


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    tables = release([{key: row[key] for key in row if key != "positionText"} for row in PLAIN])
    assert problem(folder(tmp_path, tables)) == (
        "f1db-races-race-results.csv:1: positionText: there is no such column; did you mean positionNumber?"
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"driverId": "fangoi"},
            "f1db-races-race-results.csv:2: driverId: unknown driver 'fangoi'; did you mean fangio?",
        ),
        ({"constructorId": "ferari"}, "constructorId: unknown constructor 'ferari'; did you mean ferrari?"),
        ({"positionNumber": "first"}, ":2: positionNumber: 'first' where a whole number is expected"),
        ({"sharedCar": "maybe"}, ":2: sharedCar: 'maybe' where true or false is expected"),
        ({"points": "eight"}, ":2: points: 'eight' is not a number of points"),
    ],
)
def test_a_cell_that_cannot_be_is_named(tmp_path: Path, change: dict[str, str], message: str) -> None:
    tables = release(PLAIN)
    tables["races-race-results"] = [{**PLAIN[0], **change}, *PLAIN[1:]]
    assert message in problem(folder(tmp_path, tables))


def test_a_driver_that_only_a_standing_names_must_be_known_too(tmp_path: Path) -> None:
    tables = release(PLAIN)
    tables["seasons-driver-standings"][1]["driverId"] = "nobody"
    assert "f1db-seasons-driver-standings.csv:3: driverId: unknown driver 'nobody'" in problem(folder(tmp_path, tables))


def test_a_line_that_is_cut_off_is_named(tmp_path: Path) -> None:
    path = folder(tmp_path, release(PLAIN))
    file = path / "f1db-races-race-results.csv"
    file.write_text("\n".join(file.read_text("utf-8").splitlines()[:3])[:-20], "utf-8")
    assert "f1db-races-race-results.csv:3: the line has" in problem(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    path = folder(tmp_path, release(PLAIN))
    (path / "f1db-drivers.csv").unlink()
    assert "the release has no f1db-drivers.csv" in problem(path)


def test_an_empty_file_has_no_columns(tmp_path: Path) -> None:
    path = folder(tmp_path, release(PLAIN))
    (path / "f1db-drivers.csv").write_text("", "utf-8")
    assert "f1db-drivers.csv:1: id: there is no such column" in problem(path)


def test_files_without_seasons_are_said_to_be_so(tmp_path: Path) -> None:
    path = folder(tmp_path, release(PLAIN))
    file = path / "f1db-races.csv"
    file.write_text(file.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    assert "no races of any season" in problem(path)


def test_a_truncated_zip_is_said_to_be_so(tmp_path: Path) -> None:
    whole = zipped(tmp_path / "whole.zip", release(PLAIN)).read_bytes()
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole[: len(whole) // 2])
    assert problem(cut) == f"{cut}: is not a whole zip file: the download may have been cut short"


def test_a_damaged_zip_is_said_to_be_so(tmp_path: Path) -> None:
    path = zipped(tmp_path / "release.zip", release(PLAIN))
    data = bytearray(path.read_bytes())
    at = data.find(b"f1db-races.csv") + 30
    data[at : at + 8] = b"\xff" * 8
    path.write_bytes(bytes(data))
    assert "f1db-races.csv cannot be unpacked" in problem(path)


def test_what_is_not_there_or_no_text_is_said_to_be_so(tmp_path: Path) -> None:
    assert problem(tmp_path / "none.zip").endswith("there is no such file or folder")
    path = folder(tmp_path / "release", release(PLAIN))
    (path / "f1db-drivers.csv").write_bytes(b'"id","name"\n"b\xe9la","B"\n')
    assert "f1db-drivers.csv: this is not UTF-8 (byte 14)" in problem(path)


# --- the command -----------------------------------------------------------------------------


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["import", "f1db", *map(str, arguments)])


def test_the_command_writes_a_log_a_season_and_is_silent(tmp_path: Path) -> None:
    path = folder(tmp_path / "release", release(PLAIN))
    result = run(path, "-o", tmp_path / "out", "--season", "1951")
    assert (result.exit_code, result.output) == (0, "")
    opened = open_season(str(tmp_path / "out" / "f1" / "1951.jsonl"))
    scored = opened.scored()
    report = verify(scored, opened.scored)
    assert report.totals["reproduced"] == 7
    assert not report.unexplained


def test_the_command_replaces_nothing_unless_told_to(tmp_path: Path) -> None:
    path = folder(tmp_path / "release", release(PLAIN))
    run(path, "-o", tmp_path)
    again = run(path, "-o", tmp_path)
    assert isinstance(again.exception, UserError)
    assert "--force replaces it" in str(again.exception)
    assert run(path, "-o", tmp_path, "--force").exit_code == 0
