"""Edits of a season: what can be different in a what-if.

Each class is one table of a scenario, named by its ``verb``; ``apply`` makes the edit or raises UserError, and
``told`` says it in words. A new kind of edit needs these three, a line in ``Edit``, and nothing else.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from attrs import evolve, frozen

from rxscore.events import (
    ClassificationDeclared,
    DifferenceKnown,
    Disqualification,
    EligibilitySet,
    EntryChanged,
    EntryFiled,
    Event,
    EventError,
    Exclusion,
    FeatRecorded,
    Ordinal,
    PlacePenalty,
    Points,
    PointsClaimed,
    PointsDeduction,
    PointsReported,
    Reinstatement,
    RoundCancelled,
    RoundScheduled,
    ScoreDeduction,
    SessionResults,
    SessionVoided,
    StandingClaimed,
    Status,
    TimePenalty,
    points_text,
    suggest,
    time_text,
)
from rxscore.events import read as read_event
from rxscore.events import write as write_event
from rxscore.problems import Problem, UserError
from rxscore.rulesets.words import toml_text
from rxscore.season import Season
from rxscore.whatif import rows as rows_
from rxscore.whatif.variant import (
    Variant,
    added,
    amended,
    dated,
    first_known,
    fresh,
    last_known,
    taken_back,
    the_event,
    the_round,
)

Rows = SessionResults | ClassificationDeclared

_OF_ENTRIES: tuple[type[Event], ...] = (EntryFiled, EntryChanged, EligibilitySet, Disqualification)
_RULINGS_ON_ENTRIES = (Disqualification, TimePenalty, PlacePenalty, ScoreDeduction, Reinstatement)


# --- rules -----------------------------------------------------------------------------------


@frozen
class OtherRules:
    """The season is scored by another ruleset; every ruling stands.

    ``name`` can say as of which season: ``f1/1950-2026@2010``.
    """

    verb: ClassVar[str] = "rules"

    name: str

    def apply(self, variant: Variant) -> Variant:
        """The variant scored by this ruleset. Raises UserError if another one was asked for before."""
        if variant.rules is not None and variant.rules != self.name:
            raise UserError(f"the rules are to be {variant.rules!r} already, and cannot be {self.name!r} too")
        return evolve(variant, rules=self.name)

    def told(self) -> str:
        """The edit in words."""
        return f"scored by the rules {self.name}"


@frozen
class SetRule:
    """One value of the rules is another, by its dotted key (``scales.final``); None removes the key."""

    verb: ClassVar[str] = "set"

    key: str
    value: Any

    def apply(self, variant: Variant) -> Variant:
        """The variant with this value changed. Raises UserError if the same key is to have two values."""
        before = dict(variant.settings)
        if self.key in before and before[self.key] != self.value:
            raise UserError(f"{self.key} is to be {before[self.key]} already, and cannot be {self.value} too")
        return evolve(variant, settings=(*variant.settings, (self.key, self.value)))

    def told(self) -> str:
        """The edit in words."""
        return f"{self.key} = {toml_text(self.value)}" if self.value is not None else f"without {self.key}"


@frozen
class UnsetRule:
    """A key of the rules is left out (``standings.drivers.counts``: no score is dropped)."""

    verb: ClassVar[str] = "unset"

    key: str

    def apply(self, variant: Variant) -> Variant:
        """The variant without this key. Raises UserError as ``SetRule``."""
        return SetRule(self.key, None).apply(variant)

    def told(self) -> str:
        """The edit in words."""
        return f"without {self.key}"


# --- events ----------------------------------------------------------------------------------


@frozen
class Without:
    """An event (a ruling, a result, a correction) that was never said."""

    verb: ClassVar[str] = "without"

    event: str

    def apply(self, variant: Variant) -> Variant:
        """The variant with the event taken back. Raises UserError if there is none of that id in force."""
        season = variant.season
        return evolve(variant, season=taken_back(season, [the_event(season, self.event)]))

    def told(self) -> str:
        """The edit in words."""
        return f"without {self.event}"


@frozen
class ChangeEvent:
    """Fields of an event are others: a ruling's points, a round's coefficient, the date on which it was ``known``."""

    verb: ClassVar[str] = "change"

    event: str
    to: Mapping[str, Any]

    def apply(self, variant: Variant) -> Variant:
        """The variant with the event changed. Raises UserError for an unknown event or field, or a wrong value."""
        season = variant.season
        said = the_event(season, self.event)
        fixed = [name for name in ("kind", "id", "supersedes") if name in self.to]
        if fixed:
            raise UserError(Problem("this cannot be changed: it says which event it is", field=f"to.{fixed[0]}"))
        now = _read({**write_event(said), **self.to}, "to")
        if now.known != said.known:
            season = dated(season, said, now.known)
        if evolve(now, known=said.known) != said:
            season = season.apply(evolve(now, id=fresh(season), supersedes=said.id))
        return evolve(variant, season=season)

    def told(self) -> str:
        """The edit in words."""
        return f"{self.event} with {', '.join(f'{key} = {value}' for key, value in self.to.items())}"


@frozen
class AddEvent:
    """An event more: a ruling that was not made, the results of a round still to come.

    It is written as in a log; ``id`` and ``known`` may be left out.
    """

    verb: ClassVar[str] = "add"

    event: Mapping[str, Any]

    def apply(self, variant: Variant) -> Variant:
        """The variant with the event said. Raises UserError for whatever a log would not accept."""
        season = variant.season
        given = {"id": fresh(season), "known": last_known(season), **self.event}
        if given["id"] in season.events:
            raise UserError(Problem(f"the id {given['id']!r} is in use", field="add.id"))
        return evolve(variant, season=season.apply(_read(given, "add")))

    def told(self) -> str:
        """The edit in words."""
        told = ", ".join(f"{key} {value}" for key, value in self.event.items() if key not in ("kind", "rows"))
        return f"with a {self.event.get('kind', 'nameless event')}" + (f" ({told})" if told else "")


def _read(plain: Mapping[str, Any], key: str) -> Event:
    try:
        return read_event(dict(plain))
    except EventError as error:
        raise UserError(
            Problem(mistake.message, field=f"{key}.{mistake.field}" if mistake.field else key)
            for mistake in error.mistakes
        ) from None


# --- rounds ----------------------------------------------------------------------------------


@frozen
class DropRound:
    """A round that was cancelled: no results, no rulings on them, and it does not count as a score to drop."""

    verb: ClassVar[str] = "drop-round"

    round: Ordinal

    def apply(self, variant: Variant) -> Variant:
        """The variant without the round. Raises UserError if the season has none of that number."""
        round_ = the_round(variant.season, self.round)
        if round_.cancelled:
            raise UserError(f"round {self.round} was cancelled anyway")
        gone = [event for event in round_.events if not isinstance(event, RoundScheduled)]
        season = taken_back(variant.season, gone)
        known = first_known(round_.events, season)
        return evolve(variant, season=season.apply(RoundCancelled(id=fresh(season), known=known, round=self.round)))

    def told(self) -> str:
        """The edit in words."""
        return f"round {self.round} cancelled"


@frozen
class VoidRound:
    """A round that was held and annulled: no points from it, but it stays in the calendar, as a score of nothing."""

    verb: ClassVar[str] = "void-round"

    round: Ordinal

    def apply(self, variant: Variant) -> Variant:
        """The variant with every session annulled. Raises UserError for a round that was not held."""
        season = variant.season
        round_ = the_round(season, self.round)
        if not round_.held:
            raise UserError(f"round {self.round} was not held, and cannot be annulled")
        known = max(event.known for event in round_.events)
        for session in dict.fromkeys(results.session for results in round_.of(SessionResults)):
            voided = SessionVoided(id=fresh(season), known=known, round=self.round, session=session)
            season = season.apply(voided)
        said = (ClassificationDeclared, PointsReported, FeatRecorded)
        return evolve(variant, season=taken_back(season, [one for one in round_.events if isinstance(one, said)]))

    def told(self) -> str:
        """The edit in words."""
        return f"round {self.round} annulled"


@frozen
class RestoreRound:
    """A round that was cancelled, or whose sessions were annulled, and now is not."""

    verb: ClassVar[str] = "restore-round"

    round: Ordinal

    def apply(self, variant: Variant) -> Variant:
        """The variant with the round as it was before. Raises UserError if nothing was cancelled or annulled."""
        round_ = the_round(variant.season, self.round)
        against = [*round_.of(RoundCancelled), *round_.of(SessionVoided)]
        if not against:
            raise UserError(f"round {self.round} was neither cancelled nor annulled")
        return evolve(variant, season=taken_back(variant.season, against))

    def told(self) -> str:
        """The edit in words."""
        return f"round {self.round} restored"


@frozen
class WeighRound:
    """A round whose points are multiplied ``by`` so much."""

    verb: ClassVar[str] = "weigh-round"

    round: Ordinal
    by: Points

    def apply(self, variant: Variant) -> Variant:
        """The variant with another coefficient. Raises UserError for an unknown round, or one not scheduled."""
        scheduled = the_round(variant.season, self.round).scheduled
        if scheduled is None:
            raise UserError(f"round {self.round} is not scheduled")
        if scheduled.coefficient == self.by:
            raise UserError(f"round {self.round} counts {points_text(self.by)} times anyway")
        return evolve(variant, season=amended(variant.season, scheduled, coefficient=self.by))

    def told(self) -> str:
        """The edit in words."""
        return f"round {self.round} times {points_text(self.by)}"


@frozen
class RepeatRound:
    """A round that was held once more at the end of the season, with the same results and rulings."""

    verb: ClassVar[str] = "repeat-round"

    round: Ordinal

    def apply(self, variant: Variant) -> Variant:
        """The variant with the round twice. Raises UserError for a round that was not held."""
        season = variant.season
        round_ = the_round(season, self.round)
        if not round_.held:
            raise UserError(f"round {self.round} was not held, and cannot be repeated")
        number = max(season.numbers) + 1
        for event in round_.events:
            name = {"name": f"{event.name} again"} if isinstance(event, RoundScheduled) else {}
            season = added(season, event, round=number, **name)
        for entry in season.entries:
            mine = (*season.of_entry(entry, EntryFiled), *season.of_entry(entry, EligibilitySet))
            for said in mine:
                if isinstance(said, EntryFiled | EligibilitySet) and self.round in said.rounds:
                    season = amended(season, said, rounds=(*said.rounds, number))
        return evolve(variant, season=season)

    def told(self) -> str:
        """The edit in words."""
        return f"round {self.round} held twice"


# --- results ---------------------------------------------------------------------------------


@frozen
class CorrectResult:
    """One entry's result is another: a ``place`` (the others make room), a ``status`` (they move up), or a ``time``.

    ``session`` names a session, or a stage whose classification is declared.
    """

    verb: ClassVar[str] = "result"

    entry: str
    round: Ordinal
    session: str
    race: Ordinal | None = None
    place: Ordinal | None = None
    status: Status | None = None
    time: Decimal | None = None

    def apply(self, variant: Variant) -> Variant:
        """The variant with this result. Raises UserError if there is no such result, or nothing that changes."""
        if sum(one is not None for one in (self.place, self.status, self.time)) != 1:
            raise UserError("exactly one of place, status and time says what the result is to be")
        results = _results(variant.season, self.round, self.session, self.race, [self.entry])
        fields: dict[str, Any] = {}
        if self.place is not None:
            held = [row.place for row in results.rows if row.place is not None and row.entry != self.entry]
            vacant = results.vacant if isinstance(results, SessionResults) else ()
            last = len(held) + len(vacant) + 1
            if self.place > max(last, *held, *vacant, 0):
                raise UserError(Problem(f"with so many cars placed, {last} is the last place", field="place"))
            if vacant:
                closed = rows_.left_vacant(vacant, results.rows, [self.entry])
                fields["vacant"] = tuple(place + (place >= self.place) for place in closed)
            rows = rows_.placed(results.rows, self.entry, self.place)
        elif self.time is not None:
            if not isinstance(results, SessionResults):
                raise UserError(Problem("a declared classification has no times", field="time"))
            rows = rows_.timed(results.rows, self.entry, self.time)
        else:
            assert self.status is not None, "one of three is given"
            if self.status == "classified":
                raise UserError(Problem("to be classified takes a place, or a time", field="status"))
            rows = rows_.out(results.rows, self.entry, self.status)
            fields = _vacant(results, [self.entry])
        return evolve(variant, season=amended(variant.season, results, rows=rows, **fields))

    def told(self) -> str:
        """The edit in words."""
        what = f"place {self.place}" if self.place is not None else self.status or time_text(self.time or Decimal(0))
        return f"{self.entry} {what} in {_where(self.session, self.race, self.round)}"


@frozen
class Swap:
    """Two entries in each other's place in the results of a session, or in a declared classification of a stage."""

    verb: ClassVar[str] = "swap"

    entries: tuple[str, ...]
    round: Ordinal
    session: str
    race: Ordinal | None = None

    def apply(self, variant: Variant) -> Variant:
        """The variant with the two exchanged. Raises UserError unless both are in the same results."""
        if len(set(self.entries)) != 2:
            raise UserError("two entries are exchanged")
        results = _results(variant.season, self.round, self.session, self.race, self.entries)
        return evolve(
            variant, season=amended(variant.season, results, rows=rows_.exchanged(results.rows, *self.entries))
        )

    def told(self) -> str:
        """The edit in words."""
        return f"{' and '.join(self.entries)} exchanged in {_where(self.session, self.race, self.round)}"


def _vacant(results: Rows, gone: Collection[str]) -> dict[str, Any]:
    """The vacant places of results out of which some entries are taken, as a field; nothing, where there are none."""
    if isinstance(results, ClassificationDeclared) or not results.vacant:
        return {}
    return {"vacant": rows_.left_vacant(results.vacant, results.rows, gone)}


def _where(session: str, race: int | None, number: int) -> str:
    return f"{session}{'' if race is None else f', race {race},'} of round {number}"


def _results(season: Season, number: int, session: str, race: int | None, entries: Sequence[str]) -> Rows:
    """The results in which all the entries are. Raises UserError if there are none, naming what there is."""
    round_ = the_round(season, number)
    declared = [event for event in round_.of(ClassificationDeclared) if event.stage == session]
    raced = [event for event in round_.of(SessionResults) if event.session == session]
    there: list[Rows] = [*declared, *(event for event in raced if race is None or event.race == race)]
    if not there:
        known = {event.session for event in round_.of(SessionResults)}
        known |= {event.stage for event in round_.of(ClassificationDeclared)}
        what = session if race is None or not raced else f"{session}, race {race}"
        raise UserError(Problem(f"round {number} has no results of {what!r}{suggest(session, known)}", field="session"))
    for event in there:
        if all(any(row.entry == entry for row in event.rows) for entry in entries):
            return event
    listed = [row.entry for event in there for row in event.rows]
    missing = [entry for entry in entries if entry not in listed]
    if not missing:
        raise UserError(f"{' and '.join(entries)} were not in the same race of {session} in round {number}")
    raise UserError(f"{missing[0]!r} is not in the results of {session} in round {number}{suggest(missing[0], listed)}")


# --- competitors -----------------------------------------------------------------------------


@frozen
class RemoveCompetitor:
    """A competitor who was never there: a driver, a team, a make or an entry. Who finished behind moves up.

    Of a shared car only the driver is gone. Nobody gets into a semi-final or a final in which he did not start.
    """

    verb: ClassVar[str] = "remove"

    competitor: str

    def apply(self, variant: Variant) -> Variant:
        """The variant without the competitor. Raises UserError if nobody of that id took part."""
        season = variant.season
        known = {*season.competitors, *season.entries}
        if self.competitor not in known:
            raise UserError(f"there is no competitor {self.competitor!r}{suggest(self.competitor, known)}")
        for number in season.numbers:
            season = self._out_of_round(season, number)
        against = [one for one in season.general(PointsDeduction) if one.competitor == self.competitor]
        season = taken_back(season, against)
        out = [one for one in season.general(Exclusion) if one.competitor == self.competitor]
        season = taken_back(season, out)
        return evolve(variant, season=self._out_of_crews(season))

    def _out_of_round(self, season: Season, number: int) -> Season:
        for event in season.rounds[number].events:
            if isinstance(event, PointsReported):
                kept = tuple(row for row in event.rows if row.competitor != self.competitor)
                if kept != event.rows:
                    season = amended(season, event, rows=kept)
                continue
            if isinstance(event, SessionResults | ClassificationDeclared | FeatRecorded):
                gone = {
                    row.entry
                    for row in event.rows
                    if self._is(season.entry(row.entry, number), row.entry, getattr(row, "drivers", ()))
                }
                if gone and isinstance(event, FeatRecorded):
                    season = amended(season, event, rows=tuple(row for row in event.rows if row.entry not in gone))
                elif gone:
                    assert not isinstance(event, FeatRecorded), "mypy does not see the branch above"
                    season = amended(season, event, rows=rows_.without(event.rows, gone), **_vacant(event, gone))
            elif isinstance(event, _RULINGS_ON_ENTRIES) and self._is(season.entry(event.entry, number), event.entry):
                season = taken_back(season, [event])
        return season

    def _is(self, filed: EntryFiled | None, entry: str, drivers: tuple[str, ...] = ()) -> bool:
        """Whether a car is his, and nobody else's."""
        if filed is None:
            return entry == self.competitor
        alone = (drivers or filed.drivers) == (self.competitor,)
        return alone or self.competitor in (entry, filed.team, filed.make)

    def _out_of_crews(self, season: Season) -> Season:
        for entry in list(season.entries):
            said = [event for kind in _OF_ENTRIES for event in season.of_entry(entry, kind)]
            forms = [season.entry(entry, number) for number in season.numbers]
            if all(self._is(form, entry) for form in forms):
                season = _unclaimed(taken_back(season, said), entry)
                continue
            for event in said:
                if isinstance(event, EntryFiled | EntryChanged) and self.competitor in (event.drivers or ()):
                    left = tuple(driver for driver in event.drivers or () if driver != self.competitor)
                    season = amended(season, event, drivers=left)
        return season

    def told(self) -> str:
        """The edit in words."""
        return f"without {self.competitor}"


def _unclaimed(season: Season, entry: str) -> Season:
    """The season with an entry that is no more left out of published tables too, which could not name it."""
    claims: list[StandingClaimed | PointsClaimed] = [*season.general(StandingClaimed), *season.general(PointsClaimed)]
    for claim in claims:
        kept = tuple(row for row in claim.rows if row.competitor != entry)
        season = season if kept == claim.rows else amended(season, claim, rows=kept)
    return taken_back(season, [one for one in season.general(DifferenceKnown) if one.competitor == entry])


@frozen
class ExcludeCompetitor:
    """A competitor whose results stand, but who is not in a ``standing``.

    Nobody gains points by it; who is behind gains a place.
    """

    verb: ClassVar[str] = "exclude"

    competitor: str
    standing: str

    def apply(self, variant: Variant) -> Variant:
        """The variant with the exclusion. Raises UserError if nobody has that id."""
        season = variant.season
        known = {*season.competitors, *season.entries}
        if self.competitor not in known:
            raise UserError(f"there is no competitor {self.competitor!r}{suggest(self.competitor, known)}")
        exclusion = Exclusion(
            id=fresh(season), known=first_known((), season), competitor=self.competitor, standing=self.standing
        )
        return evolve(variant, season=season.apply(exclusion))

    def told(self) -> str:
        """The edit in words."""
        return f"{self.competitor} excluded from {self.standing}"


Edit = (
    OtherRules
    | SetRule
    | UnsetRule
    | Without
    | ChangeEvent
    | AddEvent
    | DropRound
    | VoidRound
    | RestoreRound
    | WeighRound
    | RepeatRound
    | CorrectResult
    | Swap
    | RemoveCompetitor
    | ExcludeCompetitor
)
"""What can be different in a what-if."""

VERBS: Mapping[str, type] = {cls.verb: cls for cls in Edit.__args__}
"""Every edit by the word it is written with."""


def edited(variant: Variant, edits: Iterable[Edit], places: Sequence[Problem] = ()) -> Variant:
    """A variant with all edits made, in their order. ``places``: where each is written.

    Raises UserError with everything that cannot be made.
    """
    wrong: list[Problem] = []
    for index, edit in enumerate(edits):
        try:
            variant = edit.apply(variant)
        except UserError as error:
            place = places[index] if places else Problem("")
            wrong += [_at(place, problem) for problem in error.problems]
    if wrong:
        raise UserError(wrong)
    return variant


def _at(place: Problem, problem: Problem) -> Problem:
    field = f"{place.field}.{problem.field}" if place.field and problem.field else place.field or problem.field
    return evolve(place, message=problem.message, field=field)


def told(edits: Iterable[Edit]) -> str:
    """The edits in words."""
    return "; ".join(edit.told() for edit in edits)
