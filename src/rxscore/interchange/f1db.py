"""From an f1db release to logs: a season's races, sprints and fastest laps as facts, its tables as claims.

f1db (https://github.com/f1db/f1db, CC BY 4.0) keeps every result and every published table of the Formula One
World Championship. What is a fact there becomes a fact here; points are never copied, they are claims. Which
sessions are read is for the ruleset to say: those that its stages name. Rulings and eligibility, which a table
of results does not tell, are merged from the supplements that rxscore ships (``events/f1/rulings``).
"""

import fnmatch
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from attrs import define, evolve, field, frozen

from rxscore import catalog
from rxscore.events import (
    ClaimedRow,
    CompetitorRegistered,
    CompetitorType,
    DifferenceKnown,
    EntryFiled,
    Event,
    FeatBy,
    FeatRecorded,
    Points,
    PointsClaimed,
    Result,
    RoundScheduled,
    SeasonOpened,
    SessionResults,
    SessionShortened,
    StandingClaimed,
    Status,
    plain,
    points,
    suggest,
)
from rxscore.interchange.f1db_release import (
    ConstructorLine,
    DriverLine,
    GrandPrix,
    Named,
    R,
    Race,
    Release,
    ResultLine,
    StartLine,
)
from rxscore.logs import located
from rxscore.problems import Problem, UserError
from rxscore.rulesets import Find, read
from rxscore.season.check import check

K = TypeVar("K")
T = TypeVar("T")
When = tuple[int, int]
"""A year and a round of it; 0 stands for the end of the season."""

SERIES = "f1"
RULES = "f1/1950-2026"
TITLE = "Formula One World Championship"
RACE, SPRINT, QUALIFYING = "R", "S", "Q"
RESULTS = {
    QUALIFYING: "races-qualifying-results",
    SPRINT: "races-sprint-race-results",
    RACE: "races-race-results",
}
"""The table of each session, in the order in which they are run."""

DECIMALS = 2
"""f1db prints points with no more decimals than these."""

_STATUSES: Mapping[str, Status] = {"DNF": "DNF", "DNS": "DNS", "DSQ": "DSQ", "NC": "NC"}
_NO_STARTERS = frozenset({"DNQ", "DNPQ", "DNP", "EX"})
"""Not qualified, not pre-qualified, entered for practice only, excluded before the race."""


@frozen
class Imported:
    """A season's log. ``left_out``: what of its supplement does not fit the release, and why."""

    year: int
    events: tuple[Event, ...]
    left_out: tuple[str, ...] = ()


def seasons(path: str | Path, years: Collection[int], find: Find) -> Iterator[Imported]:
    """The log of every season of a release, or of those ``years`` only, each with its supplement.

    ``find`` reads rulesets. Raises UserError for a release that cannot be read, with file, line and column, and
    for a year that is not in it.
    """
    release = Release(Path(path))
    races = _grouped(release.rows("races", Race), lambda race: race.year)
    unknown = sorted(set(years) - set(races))
    if unknown or not races:
        there = f"; it has {len(races)} seasons, from {min(races)} to {max(races)}" if races else ""
        missing = ", ".join(map(str, unknown)) or "any season"
        raise UserError(Problem(f"the release has no races of {missing}{there}", str(path)))
    wanted = {year: _sessions(year, find) for year in sorted(years or races)}
    tables = _Tables.read(release, years, {session for sessions in wanted.values() for session in sessions})
    for year, sessions in wanted.items():
        season = _Season(release, tables, year, sorted(races[year], key=lambda race: race.round), sessions)
        yield _supplemented(year, list(season.events()), supplement(year))


def supplement(year: int) -> tuple[Event, ...]:
    """What rxscore adds to a season of its own: rulings, eligibility, known differences of the source.

    ``henri-pescarolo:*`` stands for the one entry, ``mclaren-*`` for the one make of the release that fits: so
    nobody need know by what name a release calls an engine.
    """
    path = catalog.supplement(f"{SERIES}/{year}")
    return () if path is None else located(path).events


def _supplemented(year: int, events: Sequence[Event], added: Sequence[Event]) -> Imported:
    """The log with its supplement, less what does not fit: a release can be partial, or have changed its names."""
    said = [_resolved(event, events) for event in added]
    wrong = {finding.event: finding.message for finding in check((*events, *said))} if said else {}
    claims = {event.id for event in events if isinstance(event, StandingClaimed | PointsClaimed)}
    for event in said:
        if isinstance(event, DifferenceKnown) and event.claim not in claims:
            wrong.setdefault(event.id, f"there is no claim {event.claim!r}")
    kept = [event for event in said if event.id not in wrong]
    left_out = [f"{event.id}: {wrong[event.id]}" for event in said if event.id in wrong]
    return Imported(year, (*events, *kept), tuple(left_out))


def _resolved(event: Event, events: Iterable[Event]) -> Event:
    """An event of a supplement with each star in it replaced by what it stands for, if that is one thing."""
    for field_, kind in (("entry", EntryFiled), ("competitor", CompetitorRegistered)):
        said = getattr(event, field_, "")
        if "*" in said:
            fitting = fnmatch.filter((getattr(one, field_) for one in events if isinstance(one, kind)), said)
            if len(fitting) == 1:
                event = evolve(event, **{field_: fitting[0]})
    return event


def make_id(constructor: str, engine: str) -> str:
    """The id of a make. f1db ranks a constructor once for each make of engine, so that both are in it."""
    return constructor if constructor == engine else f"{constructor}-{engine}"


def _sessions(year: int, find: Find) -> frozenset[str]:
    """The sessions on which something turns by the rules of a season."""
    return frozenset(session for stage in read(RULES, str(year), find).stages for session in stage.sessions)


@frozen
class _Tables:
    """What of a release is read once for all seasons."""

    names: Mapping[CompetitorType, Mapping[str, str]]
    engines: Mapping[str, str]
    grands_prix: Mapping[str, str]
    results: Mapping[str, Mapping[When, Sequence[ResultLine]]]
    starts: Mapping[str, Mapping[When, Sequence[StartLine]]]
    drivers: Mapping[When, Sequence[DriverLine]]
    constructors: Mapping[When, Sequence[ConstructorLine]]

    @classmethod
    def read(cls, release: Release, years: Collection[int], sessions: Collection[str]) -> "_Tables":
        """The tables that ``sessions`` need, with the lines of ``years`` (of all, if none is given)."""
        drivers = [
            *release.rows("races-driver-standings", DriverLine, years),
            *release.rows("seasons-driver-standings", DriverLine, years),
        ]
        constructors = [
            *release.rows("races-constructor-standings", ConstructorLine, years),
            *release.rows("seasons-constructor-standings", ConstructorLine, years),
        ]
        raced = [session for session in (SPRINT, RACE) if session in sessions]
        return cls(
            names={
                "driver": {line.id: line.name for line in release.rows("drivers", Named)},
                "make": {line.id: line.name for line in release.rows("constructors", Named)},
            },
            engines={line.id: line.name for line in _if_there(release, "engine-manufacturers", Named)},
            grands_prix={line.id: line.full_name for line in _if_there(release, "grands-prix", GrandPrix)},
            results={one: _grouped(release.rows(RESULTS[one], ResultLine, years), _when) for one in raced},
            starts={
                one: _grouped(release.rows(RESULTS[one], StartLine, years), _when)
                for one in sessions
                if one == QUALIFYING
            },
            drivers=_grouped(drivers, _when),
            constructors=_grouped(constructors, _when),
        )


@define(eq=False)
class _Car:
    """A car in a session: its line in the results, and everybody who drove it."""

    line: ResultLine | StartLine
    drivers: list[str]
    entry: str = ""


@define(eq=False)
class _Season:
    """One season of a release on its way into a log."""

    release: Release
    tables: _Tables
    year: int
    races: Sequence[Race]
    sessions: frozenset[str]
    _numbers: dict[str, set[str]] = field(factory=lambda: defaultdict(set))
    _entries: dict[str, tuple[tuple[str, ...], str]] = field(factory=dict)
    _registered: dict[tuple[CompetitorType, str], str] = field(factory=dict)

    def events(self) -> Iterator[Event]:
        """The season's events: who and when, then round by round the facts and what was published."""
        first = self.races[0].date
        rounds = [event for race in self.races for event in self._round(race)]
        held = [race.date for race in self.races if self._held(race.round)]
        rounds += self._claims(0, max(held, default=first))
        yield SeasonOpened(
            id="season", known=first, source=("f1db",), series=SERIES, season=str(self.year),
            name=f"{TITLE} {self.year}", rules=RULES,
        )  # fmt: skip
        for (kind, competitor), name in sorted(self._registered.items()):
            yield CompetitorRegistered(
                id=f"{kind}:{competitor}", known=first, source=("f1db",), competitor=competitor, type=kind, name=name
            )
        for entry, (drivers, make) in sorted(self._entries.items()):
            numbers = self._numbers[entry]
            yield EntryFiled(
                id=f"entry:{entry}", known=first, source=("f1db",), entry=entry, drivers=drivers, make=make,
                number=next(iter(numbers)) if len(numbers) == 1 else "",
            )  # fmt: skip
        for race in self.races:
            yield self._scheduled(race, first)
        yield from rounds

    # --- rounds ------------------------------------------------------------------------------

    def _scheduled(self, race: Race, known: str) -> Event:
        name = self.tables.grands_prix.get(race.grand_prix_id, race.official_name)
        return RoundScheduled(
            id=f"round-{race.round}", known=known, source=("f1db races",), round=race.round, name=name,
            venue=race.circuit_id, start=race.date, end=race.date, sessions=self._held(race.round),
        )  # fmt: skip

    def _held(self, number: int) -> tuple[str, ...]:
        """The sessions of a round that have results; none, if it is still to come."""
        return tuple(session for session in RESULTS if session in self.sessions and self._lines(session, number))

    def _lines(self, session: str, number: int) -> Sequence[ResultLine | StartLine]:
        tables: Mapping[When, Sequence[ResultLine | StartLine]]
        tables = self.tables.starts.get(session, {}) if session == QUALIFYING else self.tables.results.get(session, {})
        return tables.get((self.year, number), ())

    def _round(self, race: Race) -> Iterator[Event]:
        for session in self._held(race.round):
            yield from self._session(race, session, self._lines(session, race.round))
        yield from self._claims(race.round, race.date)

    def _session(self, race: Race, session: str, lines: Sequence[ResultLine | StartLine]) -> Iterator[Event]:
        where = f"{race.round}-{session}"
        source = (f"f1db {RESULTS[session]}",)
        cars = self._cars(session, lines)
        places = {car.line.position_number for car in cars if car.line.position_number is not None}
        yield SessionResults(
            id=f"results-{where}", known=race.date, source=source, round=race.round, session=session,
            rows=tuple(self._result(car) for car in cars),
            vacant=tuple(place for place in range(1, max(places, default=0)) if place not in places),
        )  # fmt: skip
        run, planned = self._distance(race, session)
        if run is not None and planned is not None and run < planned:
            yield SessionShortened(
                id=f"shortened-{where}", known=race.date, source=("f1db races",), round=race.round, session=session,
                completed=points(f"{run}/{planned}"),
            )  # fmt: skip
        raced = [car for car in cars if isinstance(car.line, ResultLine)]
        if not raced:
            return
        fastest = self._fastest(session, lines, raced)
        if fastest:
            yield FeatRecorded(
                id=f"fastest-lap-{where}", known=race.date, source=source, round=race.round, feat="fastest-lap",
                session=session, rows=fastest,
            )  # fmt: skip
        yield self._points_of(race, session, lines)

    def _distance(self, race: Race, session: str) -> tuple[int | None, int | None]:
        if session == RACE:
            return race.laps, race.scheduled_laps
        return race.sprint_race_laps, race.sprint_race_scheduled_laps

    def _cars(self, session: str, lines: Sequence[ResultLine | StartLine]) -> list[_Car]:
        """The cars that were in a session. f1db has a line for each driver of a car, the later ones marked."""
        cars: list[_Car] = []
        for line in lines:
            if line.position_text in _NO_STARTERS:
                continue
            if isinstance(line, ResultLine) and line.shared_car:
                car = next((car for car in reversed(cars) if _same_car(car.line, line)), None)
                if car is not None:
                    car.drivers.append(line.driver_id)
                    continue
            cars.append(_Car(line, [line.driver_id]))
        here: set[str] = set()
        for car in cars:
            line = car.line
            make = self._make(RESULTS[session], line)
            for driver in car.drivers:
                self._driver(RESULTS[session], line, driver)
            entry = f"{'+'.join(car.drivers)}:{make}"
            if entry in here:
                entry = f"{entry}:{line.driver_number}"
            here.add(entry)
            car.entry = entry
            self._entries[entry] = (tuple(car.drivers), make)
            self._numbers[entry].add(line.driver_number)
        return cars

    def _result(self, car: _Car) -> Result:
        line = car.line
        if line.position_number is not None:
            return Result(car.entry, line.position_number)
        return Result(car.entry, status=_STATUSES.get(line.position_text, "unknown"))

    def _fastest(
        self, session: str, lines: Sequence[ResultLine | StartLine], cars: Sequence[_Car]
    ) -> tuple[FeatBy, ...]:
        """Who set the fastest lap: once each, though f1db marks every car that such a driver drove."""
        drivers = dict.fromkeys(line.driver_id for line in lines if isinstance(line, ResultLine) and line.fastest_lap)
        found = []
        for driver in drivers:
            car = next(car for car in cars if driver in car.drivers)
            found.append(FeatBy(car.entry, drivers=(driver,) if len(car.drivers) > 1 else ()))
        return tuple(found)

    # --- what was published ------------------------------------------------------------------

    def _points_of(self, race: Race, session: str, lines: Sequence[ResultLine | StartLine]) -> Event:
        sums: dict[str, Points] = {}
        for line in lines:
            if isinstance(line, ResultLine) and line.position_text not in _NO_STARTERS:
                sums[line.driver_id] = sums.get(line.driver_id, 0) + self._points(RESULTS[session], line, line.points)
        rows = tuple(ClaimedRow(driver, plain(total)) for driver, total in sums.items())
        return PointsClaimed(
            id=f"points-{race.round}-{session}", known=race.date, source=(f"f1db {RESULTS[session]}",),
            standing="drivers", round=race.round, session=session, rows=rows, decimals=_decimals(rows),
        )  # fmt: skip

    def _claims(self, number: int, known: str) -> Iterator[Event]:
        """The tables after a round; those at the end of the season, if it is 0."""
        file = "races" if number else "seasons"
        drivers = self.tables.drivers.get((self.year, number), ())
        yield from self._claim("drivers", f"{file}-driver-standings", number, known, drivers)
        makes = self.tables.constructors.get((self.year, number), ())
        yield from self._claim("constructors", f"{file}-constructor-standings", number, known, makes)

    def _claim(
        self, standing: str, table: str, number: int, known: str, lines: Sequence[DriverLine | ConstructorLine]
    ) -> Iterator[Event]:
        rows = tuple(
            ClaimedRow(
                self._driver(table, line, line.driver_id) if isinstance(line, DriverLine) else self._make(table, line),
                self._points(table, line, line.points),
                line.position_number,
            )
            for line in lines
        )
        if rows:
            yield StandingClaimed(
                id=f"{standing}-after-{number}" if number else f"{standing}-final", known=known,
                source=(f"f1db {table}",), standing=standing, rows=rows, after_round=number or None,
                decimals=_decimals(rows),
            )  # fmt: skip

    # --- cells -------------------------------------------------------------------------------

    def _points(self, table: str, line: ResultLine | DriverLine | ConstructorLine, text: str) -> Points:
        try:
            return points(text) if text else 0
        except ValueError as error:
            raise UserError(self.release.problem(table, line.line, "points", str(error))) from None

    def _driver(self, table: str, line: ResultLine | StartLine | DriverLine, driver: str) -> str:
        known = self.tables.names["driver"]
        if driver not in known:
            message = f"unknown driver {driver!r}{suggest(driver, known)}"
            raise UserError(self.release.problem(table, line.line, "driver_id", message))
        self._registered.setdefault(("driver", driver), known[driver])
        return driver

    def _make(self, table: str, line: ResultLine | StartLine | ConstructorLine) -> str:
        known = self.tables.names["make"]
        constructor, engine = line.constructor_id, line.engine_manufacturer_id
        if constructor not in known:
            message = f"unknown constructor {constructor!r}{suggest(constructor, known)}"
            raise UserError(self.release.problem(table, line.line, "constructor_id", message))
        make = make_id(constructor, engine)
        if ("make", make) not in self._registered:
            engines = self.tables.engines.get(engine) or known.get(engine) or engine.replace("-", " ").title()
            name = known[constructor] if make == constructor else f"{known[constructor]}-{engines}"
            self._registered["make", make] = name
        return make


def _same_car(car: ResultLine | StartLine, line: ResultLine) -> bool:
    mine = (car.driver_number, car.constructor_id, car.position_text)
    return mine == (line.driver_number, line.constructor_id, line.position_text)


def _decimals(rows: Iterable[ClaimedRow]) -> int | None:
    """How exact a table is, where somebody in it has points that f1db does not print exactly for sure."""
    coarse = all(row.points is None or (row.points * 10 ** (DECIMALS - 1)).denominator == 1 for row in rows)
    return None if coarse else DECIMALS


def _grouped(lines: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    groups: dict[K, list[T]] = defaultdict(list)
    for line in lines:
        groups[key(line)].append(line)
    return dict(groups)


def _when(line: ResultLine | StartLine | DriverLine | ConstructorLine) -> When:
    return line.year, line.round


def _if_there(release: Release, table: str, kind: type[R]) -> Iterator[R]:
    return release.rows(table, kind) if release.has(table) else iter(())
