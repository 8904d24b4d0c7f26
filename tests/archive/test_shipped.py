"""What holds for every ruleset and every log that rxscore ships, whatever it says."""

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from rxscore import api, catalog
from rxscore.api import Opened, open_season
from rxscore.events import (
    CompetitorRegistered,
    EntryFiled,
    Event,
    FeatBy,
    FeatRecorded,
    Result,
    RoundScheduled,
    SeasonOpened,
    SessionResults,
    canonical,
    read,
)
from rxscore.logs import JsonlLog, Log
from rxscore.rulesets import Ruleset, Source
from rxscore.rulesets import read as read_rules
from rxscore.rulesets.patch import differences
from rxscore.rulesets.reading import assemble
from rxscore.scoring import Rulebook, Scored, score
from rxscore.season import fold
from rxscore.verify import verify

ROOT = Path(__file__).parents[2]
LOGS = sorted(
    path.relative_to(ROOT / "events").with_suffix("").as_posix()
    for path in (ROOT / "events").rglob("*.jsonl")
    if b'"season-opened"' in path.read_bytes()
)
RULES = sorted(
    path.relative_to(ROOT / "rulesets").with_suffix("").as_posix() for path in (ROOT / "rulesets").rglob("*.toml")
)
REPORTED = "points as reported"


@pytest.fixture(autouse=True)
def only_what_is_shipped(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RXSCORE_PATH", raising=False)


def year(name: str) -> str:
    """A season for which a ruleset holds: the first that it names."""
    plain, _ = assemble(name, "2000", api.source)
    found = re.search(r"\d{4}", plain["seasons"])
    return found[0] if found else "2020"


def tables(scored: Scored) -> list[object]:
    return [table for standing in scored.ruleset.standings for table in scored.tables(standing.id)]


# --- logs ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LOGS)
def test_tables_do_not_depend_on_the_order_of_the_log(name):
    opened = open_season(name)
    expected = tables(opened.scored())
    events = list(opened.season.events.values())
    # Of two corrections of one event the later one holds; everything else may be said in any order.
    assert len({event.supersedes for event in events if event.supersedes}) == sum(
        event.supersedes is not None for event in events
    )
    for order in (events[::-1], random.Random(name).sample(events, len(events))):
        assert tables(score(fold(order), opened.rules)) == expected


@pytest.mark.parametrize("name", LOGS)
def test_every_award_says_where_it_is_written(name):
    opened = open_season(name)
    for standing in opened.rules.season.standings:
        for award in opened.scored().awards(standing.id):
            assert award.events
            if award.clause == REPORTED:
                # No clause dealt these; the source of the report stands for it.
                assert all(opened.season.events[event].source for event in award.events)
            else:
                assert award.cite, (award.stage, award.clause)


@pytest.mark.parametrize("name", LOGS)
def test_every_fact_and_claim_has_a_source(name):
    bare = [
        event.id
        for event in open_season(name).season.events.values()
        if not event.source and event.basis == "reported" and event.kind not in ("gap-noted", "difference-known")
    ]
    assert bare == []


def by_lines(events: Sequence[Event], folder: Path) -> Sequence[Event]:
    """Through the canonical lines of a log."""
    return [read(json.loads(canonical(event))) for event in events]


def by_jsonl(events: Sequence[Event], folder: Path) -> Sequence[Event]:
    """Through a JSON Lines store, in two appends."""
    log = JsonlLog(folder / "log.jsonl")
    assert isinstance(log, Log)
    half = len(events) // 2
    log.append(events[half:], log.append(events[:half], None))
    return log.read()


THERE_AND_BACK: list[Callable[[Sequence[Event], Path], Sequence[Event]]] = [by_lines, by_jsonl]


@pytest.mark.parametrize("back", THERE_AND_BACK, ids=lambda back: back.__name__)
@pytest.mark.parametrize("name", LOGS)
def test_verdicts_survive_every_store_and_format(name, back, tmp_path):
    opened = open_season(name)
    events = back(list(opened.season.events.values()), tmp_path)
    again = Opened(opened.name, opened.log, fold(events), opened.rules)
    assert verify(again.scored(), again.scored) == verify(opened.scored(), opened.scored)


# --- rulesets --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RULES)
def test_a_ruleset_does_not_differ_from_itself(name):
    plain, _ = assemble(name, year(name), api.source)
    again, _ = assemble(name, year(name), api.source)
    assert list(differences(plain, again)) == []


@pytest.mark.parametrize("name", RULES)
def test_extending_with_no_changes_is_the_identity(name):
    def find(wanted: str) -> Source:
        return Source("same.toml", f'extends = "{name}"') if wanted == name + "/same" else api.source(wanted)

    season = year(name)
    same = read_rules(f"{name}/same", season, find)
    original = api.ruleset(name, season)
    assert same.name != original.name
    assert {**_fields(same), "name": ""} == {**_fields(original), "name": ""}


def _fields(rules: Ruleset) -> dict[str, object]:
    return {field.name: getattr(rules, field.name) for field in type(rules).__attrs_attrs__}


@pytest.mark.parametrize("name", RULES)
def test_the_points_of_a_random_season_are_finite_and_exact(name):
    season = year(name)
    rules = api.ruleset(name, season)
    # What sources do not tell stays unknown; extensions are not what is tested here.
    book = Rulebook(rules, extensions=dict(api.extensions([rules])))
    for seed in range(3):
        scored = score(fold(_random_season(rules, season, random.Random(f"{name} {seed}"))), book)
        for standing in rules.standings:
            for table in scored.tables(standing.id):
                for row in table.rows:
                    for points in (row.points, row.gross):
                        assert type(points) is int or (type(points) is Fraction and points.denominator > 1)
                    dropped = sum(one.points for one in row.dropped)
                    assert row.gross == row.points + dropped
            ledger = sum(award.points for award in scored.awards(standing.id))
            listed = scored.table(standing.id).rows
            assert sum(row.gross for row in listed) == ledger


def _random_season(rules: Ruleset, season: str, dice: random.Random) -> Iterator[Event]:
    """Two to four rounds in which a dozen cars race every session that the rules know."""
    day = f"{season[:4]}-01-01"
    cars = [f"c{number}" for number in range(12)]
    classes = [standing.car_class for standing in rules.standings if standing.car_class] or [""]
    named = tuple(standing.id for standing in rules.standings)
    yield SeasonOpened(id="s", known=day, series="x", season=season, name="x", rules=rules.name)
    for team in range(6):
        yield CompetitorRegistered(id=f"t{team}", known=day, competitor=f"team{team}", type="team", name="t")
        yield CompetitorRegistered(id=f"m{team}", known=day, competitor=f"make{team}", type="make", name="m")
    for number, car in enumerate(cars):
        yield CompetitorRegistered(id=car, known=day, competitor=car, name=car)
        yield EntryFiled(
            id=f"e{car}", known=day, entry=car, drivers=(car,), team=f"team{number // 2}", make=f"make{number // 2}",
            car_class=dice.choice(classes), nominated=named, guest=dice.random() < 0.1,
        )  # fmt: skip
    sessions = [session for stage in rules.stages for session in stage.sessions]
    for number in range(1, dice.randint(2, 4) + 1):
        yield RoundScheduled(id=f"r{number}", known=day, round=number, name="x", sessions=tuple(sessions))
        for session in sessions:
            starters = dice.sample(cars, dice.randint(1, len(cars)))
            rows = [
                Result(car, place, time=100 + place) if dice.random() < 0.9 else Result(car, None, status="DNF")
                for place, car in enumerate(starters, 1)
            ]
            yield SessionResults(id=f"r{number}-{session}", known=day, round=number, session=session, rows=tuple(rows))
        for bonus in rules.bonuses:
            feat = FeatBy(dice.choice(cars))
            session = bonus.session or dice.choice(sessions)
            yield FeatRecorded(
                id=f"r{number}-{bonus.id}", known=day, round=number, feat=bonus.feat, session=session, rows=(feat,)
            )


def test_everything_shipped_is_found_by_name():
    assert set(LOGS) <= set(catalog.logs())
    assert set(RULES) == set(catalog.rules())
