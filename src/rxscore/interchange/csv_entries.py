"""Who took part: the entry list of a folder, or, without one, whoever its results name."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from attrs import define, evolve, field, fields, frozen

from rxscore.events import (
    CompetitorRegistered,
    CompetitorType,
    EntryChanged,
    EntryFiled,
    Event,
    GapNoted,
    slug,
    suggest,
)
from rxscore.interchange import csv_words
from rxscore.interchange.csv_sheets import Complaints, Row

_TEAM_ROUNDS = re.compile(r"^(?P<team>.*\S)\s*\(rounds?\s+(?P<rounds>\d[\d\s,&–—and-]*)\)$")


@frozen
class State:
    """An entry as it stands in a round."""

    drivers: tuple[str, ...] = ()
    team: str = ""
    make: str = ""
    car: str = ""
    car_class: str = ""
    nominated: tuple[str, ...] = ()
    guest: bool = False


@frozen
class Line:
    """One line of the entry list, with the rounds it holds for (none: all)."""

    row: Row
    number: str
    names: tuple[str, ...]
    state: State
    rounds: tuple[int, ...]
    gap: str = ""

    def holds(self, number: int) -> bool:
        """Whether the line holds in a round."""
        return not self.rounds or number in self.rounds


@frozen
class Entry:
    """A car and its driver or crew, and how that changed from round to round."""

    id: str
    number: str
    lines: tuple[Line, ...]

    def drivers(self, number: int) -> tuple[str, ...]:
        """Who drives in a round; of a round it was not entered for, whoever drives first."""
        held = [line for line in self.lines if line.holds(number)] or [self.lines[0]]
        return tuple(dict.fromkeys(driver for line in held for driver in line.state.drivers))

    def everybody(self) -> set[str]:
        """Whoever drives it at any time."""
        return {driver for line in self.lines for driver in line.state.drivers}


@define
class Competitors:
    """The ids of drivers, teams and makes, given as they are met."""

    complaints: Complaints
    names: dict[tuple[CompetitorType, str], tuple[str, str]] = field(factory=dict)
    countries: dict[str, str] = field(factory=dict)

    def id(self, type_: CompetitorType, name: str) -> str:
        """The id of a competitor, registered if it is new."""
        bare = slug(name) or name
        if (type_, bare) not in self.names:
            taken = {key for key, _ in self.names.values()}
            self.names[type_, bare] = (f"{bare}-{type_}" if bare in taken else bare, name)
        return self.names[type_, bare][0]

    def known(self, type_: CompetitorType, name: str) -> str | None:
        """The id of a competitor that is registered already."""
        found = self.names.get((type_, slug(name) or name))
        return found[0] if found else None

    def named(self, type_: CompetitorType) -> list[str]:
        """The names of all of a type, as they were written first."""
        return [name for (kind, _), (_, name) in self.names.items() if kind == type_]

    def events(self, known: str) -> Iterable[Event]:
        """A registration for each: drivers first, then teams, then makes."""
        for wanted in ("driver", "team", "make"):
            for (type_, _), (key, name) in self.names.items():
                if type_ == wanted:
                    yield CompetitorRegistered(
                        id=f"{type_}-{key}",
                        known=known,
                        competitor=key,
                        type=type_,
                        name=name,
                        country=self.countries.get(key, ""),
                    )


@define
class EntryList:
    """The entries of a season, and who is meant by a number, a name or a team in a result."""

    complaints: Complaints
    competitors: Competitors
    entries: list[Entry] = field(factory=list)
    _by_driver: dict[str, list[Entry]] = field(factory=dict)
    _by_number: dict[str, list[Entry]] = field(factory=dict)
    _by_team: dict[str, list[Entry]] = field(factory=dict)

    def add(self, entry: Entry) -> None:
        """One more entry."""
        self.entries.append(entry)
        for driver in entry.everybody():
            self._by_driver.setdefault(driver, []).append(entry)
        if entry.number:
            self._by_number.setdefault(entry.number, []).append(entry)
        for team in dict.fromkeys(line.state.team for line in entry.lines if line.state.team):
            self._by_team.setdefault(team, []).append(entry)

    def find(self, row: Row, round_: int) -> tuple[Entry, tuple[str, ...]] | None:
        """The entry that a row of results means, and its drivers where they are not the entry's own."""
        names, number = csv_words.names(row["driver"]), row["number"]
        if not names:
            return self._without_name(row, number, round_)
        drivers = []
        for name in names:
            driver = self.competitors.known("driver", name)
            if driver is None:
                hint = suggest(name, self.competitors.named("driver"))
                self.complaints.about(row, "driver", f"unknown driver {name!r}: not in the entries{hint}")
                return None
            drivers.append(driver)
        theirs = self._by_driver[drivers[0]]
        numbered = self._by_number.get(number, []) if number else []
        if number and not numbered:
            self.complaints.about(
                row, "number", f"unknown car {number!r}: not in the entries{suggest(number, self._by_number)}"
            )
            return None
        both = [entry for entry in theirs if entry in numbered]
        if not both:
            both = [entry for entry in theirs if entry.everybody() == set(drivers)]
        entry = self._one(both or numbered or theirs, row, "driver", names[0], round_)
        if entry is None:
            return None
        usual = entry.drivers(round_)
        return entry, () if set(drivers) == set(usual) else tuple(drivers)

    def _without_name(self, row: Row, number: str, round_: int) -> tuple[Entry, tuple[str, ...]] | None:
        if number in self._by_number:
            found = self._one(self._by_number[number], row, "number", number, round_)
        elif number:
            hint = suggest(number, self._by_number)
            self.complaints.about(row, "number", f"unknown car {number!r}: not in the entries{hint}")
            return None
        elif row["team"]:
            team = self.competitors.known("team", row["team"])
            if team is None:
                hint = suggest(row["team"], self.competitors.named("team"))
                self.complaints.about(row, "team", f"unknown team {row['team']!r}: not in the entries{hint}")
                return None
            found = self._one(self._by_team.get(team, []), row, "team", row["team"], round_)
        else:
            self.complaints.about(row, "driver", "no driver, number or team: who is meant?")
            return None
        return None if found is None else (found, ())

    def _one(self, candidates: Sequence[Entry], row: Row, column: str, word: str, round_: int) -> Entry | None:
        if len(candidates) > 1:
            held = [entry for entry in candidates if any(line.holds(round_) for line in entry.lines)]
            candidates = held or candidates
        if len(candidates) == 1:
            return candidates[0]
        cars = ", ".join(entry.id for entry in candidates) or "none"
        self.complaints.about(row, column, f"{word!r} may be any of several entries ({cars}): say which")
        return None

    def events(self, known: str, rounds: Sequence[int]) -> Iterable[Event]:
        """An entry-filed for each, an entry-changed wherever it changes, and what is not known of it."""
        for entry in self.entries:
            yield from self._entry_events(entry, known, rounds)

    def _entry_events(self, entry: Entry, known: str, rounds: Sequence[int]) -> Iterable[Event]:
        active = [number for number in rounds if any(line.holds(number) for line in entry.lines)] or [1]
        state = self._state(entry, active[0])
        limited = all(line.rounds for line in entry.lines) and active != list(rounds)
        yield EntryFiled(
            id=f"entry-{entry.id}",
            known=known,
            entry=entry.id,
            number=entry.number,
            rounds=tuple(active) if limited else (),
            **({"drivers": ()} | _given(state, State())),
        )
        for line in entry.lines:
            if line.gap:
                yield GapNoted(id=f"gap-entry-{entry.id}", known=known, missing=line.gap)
        for number in active[1:]:
            later = self._state(entry, number)
            if later != state:
                yield EntryChanged(
                    id=f"entry-{entry.id}-from-{number:02d}",
                    known=known,
                    entry=entry.id,
                    from_round=number,
                    **_given(later, state),
                )
            state = later

    def _state(self, entry: Entry, number: int) -> State:
        held = [line for line in entry.lines if line.holds(number)] or [entry.lines[0]]
        first = held[0]
        for other in held[1:]:
            if (
                (first.rounds or other.rounds)
                and set(first.state.drivers) & set(other.state.drivers)
                and first.state != other.state
            ):
                message = f"car {entry.number} is entered twice for round {number} (see line {first.row.line})"
                self.complaints.about(other.row, "rounds", f"{message}: say in a column 'rounds' which holds when")
        return evolve(first.state, drivers=entry.drivers(number))


def entry_list(
    rows: Iterable[Row], complaints: Complaints, competitors: Competitors, *, crews: bool = True
) -> EntryList:
    """The entries that the rows file. With ``crews``, several drivers of one car and team are its crew."""
    lines = [line for row in rows if (line := _line(row, complaints, competitors)) is not None]
    groups: list[list[Line]] = []
    for line in lines:
        group = next((group for group in groups if _same_entry(group, line, crews)), None)
        if group is None:
            groups.append([line])
        else:
            group.append(line)
    numbers = [group[0].number for group in groups]
    entries = EntryList(complaints, competitors)
    used: set[str] = set()
    for group in groups:
        number = group[0].number
        drivers = group[0].state.drivers
        name = "-".join(drivers) or group[0].state.team
        key = number if number and numbers.count(number) == 1 else "-".join(filter(None, (number, name)))
        while key in used:
            key += "-2"
        used.add(key)
        entries.add(Entry(key, number, tuple(group)))
    for entry in entries.entries:
        _said_twice(entry, complaints)
    return entries


def rows_of_results(rows: Iterable[tuple[int, Row]]) -> list[Row]:
    """Lines of an entry list made from results: who is named there, with the team and number named first.

    Somebody who changes teams gets a line for each, with its rounds.
    """
    numbers: dict[str, str] = {}
    spans: dict[str, dict[str, list[int]]] = {}
    first: dict[tuple[str, str], Row] = {}
    for round_, row in rows:
        crew = "+".join(sorted(slug(name) for name in csv_words.names(row["driver"])))
        who = crew or slug(row["team"]) or row["number"]
        if not who:
            continue
        if row["number"]:
            numbers.setdefault(who, row["number"])
        teams = spans.setdefault(who, {})
        teams.setdefault(row["team"], []).append(round_)
        first.setdefault((who, row["team"]), row)
    made = []
    for who, teams in spans.items():
        named = {team: rounds for team, rounds in teams.items() if team} or teams
        for team, rounds in named.items():
            row = first[who, team]
            several = ",".join(map(str, sorted(set(rounds)))) if len(named) > 1 else ""
            cells = {**row.cells, "number": numbers.get(who, ""), "rounds": several}
            made.append(evolve(row, cells=cells))
    return made


def _same_entry(group: Sequence[Line], line: Line, crews: bool) -> bool:
    if group[0].number != line.number:
        return False
    same_team = bool(line.state.team) and any(line.state.team == other.state.team for other in group)
    if not line.state.drivers:
        return same_team
    if not crews:
        return set(line.state.drivers) == set(group[0].state.drivers)
    same_driver = any(set(line.state.drivers) & set(other.state.drivers) for other in group)
    return same_driver or (bool(line.number) and same_team)


def _said_twice(entry: Entry, complaints: Complaints) -> None:
    for index, line in enumerate(entry.lines):
        for other in entry.lines[:index]:
            both_always = not line.rounds and not other.rounds
            if both_always and set(line.state.drivers) & set(other.state.drivers):
                complaints.about(
                    line.row,
                    "number" if line.number else "driver",
                    f"car {entry.id} is entered already (line {other.row.line}): "
                    "say in a column 'rounds' which holds when",
                )


def _line(row: Row, complaints: Complaints, competitors: Competitors) -> Line | None:
    names, number, team = csv_words.names(row["driver"]), row["number"], row["team"]
    gap = ""
    if not names and number and not row.cells.get("driver", "-"):
        names = (f"unnamed (car {number})",)
        gap = f"the name of the driver of car {number}"
    if not names and not team:
        complaints.about(row, "driver", "no driver and no team: who is entered?")
        return None
    rounds = complaints.read(row, "rounds", csv_words.rounds_list) or ()
    match = _TEAM_ROUNDS.match(team)
    if match and not rounds:
        team, rounds = match["team"], csv_words.rounds_list(match["rounds"].strip())
    nominated = {part for part in re.split(r"[,;\s]+", row["nominated"]) if part}
    if complaints.read(row, "teams_championship", csv_words.yes):
        nominated.add("teams")
    scores = complaints.read(row, "scores_in_championship", csv_words.yes)
    drivers = tuple(competitors.id("driver", name) for name in names)
    if row["nationality"] and len(drivers) == 1:
        competitors.countries.setdefault(drivers[0], row["nationality"])
    state = State(
        drivers=drivers,
        team=competitors.id("team", team) if team else "",
        make=competitors.id("make", row["make"]) if row["make"] else "",
        car=row["car"],
        car_class=row["class"],
        nominated=tuple(sorted(nominated)),
        guest=bool(complaints.read(row, "guest", csv_words.yes)) or scores is False,
    )
    return Line(row, number, names, state, rounds, gap)


def _given(state: State, before: State) -> dict[str, Any]:
    """The fields of ``state`` that differ from those before."""
    return {
        attribute.name: getattr(state, attribute.name)
        for attribute in fields(State)
        if getattr(state, attribute.name) != getattr(before, attribute.name)
    }
