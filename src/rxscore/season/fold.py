"""The season as known: which events are in force, round by round.

``Season.apply`` takes one event and gives a new season; the old one stays as it was. Its cost grows with
what the event touches, not with what came before: the maps are persistent (HAMT) ones, and a round that an
event does not touch is the same object afterwards, so that whoever scored it need not do so again.

An event, its corrections and theirs are one line, of which at most one is in force: one that is neither revoked
nor superseded, directly or through others, by one that is not revoked. Where several corrections compete the last
wins: the one known last, and of those the one that arrived last. Nothing else depends on the order of arrival.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from typing import TypeVar

from attrs import evolve, field, frozen
from immutables import Map

from rxscore.events import (
    ClassificationDeclared,
    CompetitorRegistered,
    Disqualification,
    EligibilitySet,
    EntryChanged,
    EntryFiled,
    Event,
    FeatRecorded,
    PlacePenalty,
    PointsReported,
    Reinstatement,
    Revocation,
    RoundCancelled,
    RoundScheduled,
    ScoreDeduction,
    SeasonOpened,
    SessionResults,
    SessionShortened,
    SessionVoided,
    TimePenalty,
    known_by,
    moment,
)

E = TypeVar("E", bound=Event)

_OF_A_ROUND = (
    SessionResults,
    ClassificationDeclared,
    FeatRecorded,
    PointsReported,
    RoundScheduled,
    RoundCancelled,
    SessionShortened,
    SessionVoided,
    TimePenalty,
    PlacePenalty,
    ScoreDeduction,
    Reinstatement,
    Disqualification,
)
_OF_AN_ENTRY = (EntryFiled, EntryChanged, EligibilitySet, Disqualification)


@frozen(eq=False)
class Round:
    """What is known of one round: its events in force, by id. A new object whenever that changes."""

    number: int
    events: tuple[Event, ...] = ()

    def of(self, kind: type[E]) -> tuple[E, ...]:
        """The events in force of one kind."""
        return tuple(event for event in self.events if isinstance(event, kind))

    @property
    def scheduled(self) -> RoundScheduled | None:
        """The round's place in the calendar, if that is known."""
        return next(iter(self.of(RoundScheduled)), None)

    @property
    def cancelled(self) -> bool:
        """Whether the round was called off."""
        return bool(self.of(RoundCancelled))

    @property
    def held(self) -> bool:
        """Whether anything of the round is known to have happened, so that it can count."""
        return not self.cancelled and any(
            isinstance(event, SessionResults | ClassificationDeclared | PointsReported | FeatRecorded)
            for event in self.events
        )


@frozen(eq=False)
class Season:
    """The season as known. Start from ``Season()`` or ``fold(events)``; every change is a new season.

    ``events``: everything ever said, by id. ``rounds``: what is in force, by round.
    """

    events: Map[str, Event] = field(factory=Map)
    rounds: Map[int, Round] = field(factory=Map)
    _arrival: Map[str, int] = field(factory=Map)
    _pointers: Map[str, tuple[Event, ...]] = field(factory=Map)
    _entries: Map[str, tuple[Event, ...]] = field(factory=Map)
    _mentions: Map[str, Map[int, bool]] = field(factory=Map)
    _general: Map[str, Map[str, Event]] = field(factory=Map)

    # --- reading -----------------------------------------------------------------------------

    @property
    def history(self) -> tuple[Event, ...]:
        """Everything ever said, in order of arrival."""
        return tuple(self.events[key] for key in sorted(self.events, key=self._arrival.__getitem__))

    @property
    def opened(self) -> SeasonOpened | None:
        """The event that opened the season, if there is one."""
        return next(iter(self.general(SeasonOpened)), None)

    @property
    def numbers(self) -> list[int]:
        """The numbers of all rounds, in order."""
        return sorted(self.rounds)

    @property
    def competitors(self) -> Mapping[str, CompetitorRegistered]:
        """Everybody registered, by competitor id."""
        return {event.competitor: event for event in self.general(CompetitorRegistered)}

    @property
    def filed(self) -> object:
        """All that is known of entries; another object whenever any of that changes."""
        return self._entries

    @property
    def entries(self) -> Iterator[str]:
        """The ids of all entries."""
        return iter(sorted(self._entries))

    def general(self, kind: type[E]) -> tuple[E, ...]:
        """The events in force of a kind that belongs to no single round or entry, by id."""
        found = self._general.get(kind.kind, _NONE)
        return tuple(found[key] for key in sorted(found))  # type: ignore[misc]

    def entry(self, entry: str, number: int) -> EntryFiled | None:
        """The entry as it stood in round ``number``, or None where it is not known."""
        events = self._entries.get(entry, ())
        if len(events) == 1 and isinstance(events[0], EntryFiled):
            return events[0]
        filed = next((event for event in events if isinstance(event, EntryFiled)), None)
        changes = [event for event in events if isinstance(event, EntryChanged) and event.from_round <= number]
        if filed is None or not changes:
            return filed
        return reduce(_changed, sorted(changes, key=lambda change: (change.from_round, change.id)), filed)

    def entered(self, number: int) -> Iterator[EntryFiled]:
        """The entries that may have started in round ``number``: filed for it, or for no round in particular."""
        for key in self.entries:
            entry = self.entry(key, number)
            if entry is not None and (not entry.rounds or number in entry.rounds):
                yield entry

    def of_entry(self, entry: str, kind: type[E]) -> tuple[E, ...]:
        """The events in force of one kind that concern the entry over the season (eligibility, exclusion)."""
        return tuple(event for event in self._entries.get(entry, ()) if isinstance(event, kind))

    def in_force(self, event: str) -> bool:
        """Whether the event with this id counts: neither revoked nor superseded by one that counts."""
        said = self.events.get(event)
        return said is not None and self._counts(said, ())

    def overruled_by(self, event: str) -> tuple[Event, ...]:
        """The events in force because of which the event with this id is not."""
        against = (*self._revocations(event), *self._corrections(event))
        return tuple(one for one in against if one.id != event and self.in_force(one.id))

    def as_of(self, date: str) -> "Season":
        """The season as it was known on a date (that whole day) or at a time."""
        return fold(event for event in self.history if known_by(event.known, date))

    # --- changing ----------------------------------------------------------------------------

    def apply(self, event: Event) -> "Season":
        """The season with one more event said. Raises ValueError if its id was used before."""
        if event.id in self.events:
            raise ValueError(f"the id {event.id!r} is in use")
        arrived = len(self.events)
        pointers = self._pointers
        for target in _targets(event):
            pointers = pointers.set(target, (*pointers.get(target, ()), event))
        season = evolve(
            self,
            events=self.events.set(event.id, event),
            arrival=self._arrival.set(event.id, arrived),
            pointers=pointers,
        )
        for touched in season._touched_by(event):
            season = season._shown(touched) if season.in_force(touched.id) else season._hidden(touched)
        return season

    def _touched_by(self, event: Event) -> Iterator[Event]:
        """The event and those whose force may turn on it: what it points at, what points there, and so on."""
        waiting, seen = [event.id], set()
        while waiting:
            key = waiting.pop()
            if key not in seen:
                seen.add(key)
                said = self.events.get(key)
                if said is not None:
                    yield said
                    waiting += _targets(said)
                waiting += (pointer.id for pointer in self._pointers.get(key, ()))

    def _counts(self, event: Event, asking: tuple[str, ...]) -> bool:
        """Whether an event is in force. ``asking``: the events of which that is being found out already."""
        if event.id in asking:  # a loop has no answer; the check reports it
            return False
        if event.supersedes is None and event.id not in self._pointers:
            return True
        asking = (*asking, event.id)
        heirs = [
            one
            for one in self._line(event)
            if not self._revoked(one, asking) and all(self._revoked(r, asking) for r in self._corrections(one.id))
        ]
        return event is max(heirs, key=self._rank, default=None)

    def _revoked(self, event: Event, asking: tuple[str, ...]) -> bool:
        return any(self._counts(revocation, asking) for revocation in self._revocations(event.id))

    def _revocations(self, event: str) -> tuple[Event, ...]:
        pointers = self._pointers.get(event, ())
        return tuple(one for one in pointers if isinstance(one, Revocation) and one.revokes == event)

    def _line(self, event: Event) -> tuple[Event, ...]:
        """An event, all it corrects, and all that corrects any of these."""
        first, seen = event.id, {event.id}
        while (said := self.events.get(first)) and said.supersedes is not None and said.supersedes not in seen:
            first = said.supersedes
            seen.add(first)
        corrections = self._corrections(first)
        original = self.events.get(first)
        return corrections if original is None or original in corrections else (original, *corrections)

    def _corrections(self, event: str) -> tuple[Event, ...]:
        """What supersedes an event, directly or through others; also itself, if corrections form a loop."""
        found: dict[str, Event] = {}
        waiting = [event]
        while waiting:
            target = waiting.pop()
            for one in self._pointers.get(target, ()):
                if one.supersedes == target and one.id not in found:
                    found[one.id] = one
                    waiting.append(one.id)
        return tuple(found.values())

    def _rank(self, event: Event) -> tuple[str, int]:
        return moment(event.known), self._arrival[event.id]

    def _shown(self, event: Event) -> "Season":
        season = self
        if isinstance(event, _OF_A_ROUND) and event.round is not None:
            mentions, rounds_ = season._mentions, season.rounds
            for number in _rounds_of(event):
                here = rounds_.get(number) or Round(number)
                for entry in mentioned(event):
                    rounds = mentions.get(entry, _NOWHERE)
                    if number not in rounds:
                        mentions = mentions.set(entry, rounds.set(number, True))
                rounds_ = rounds_.set(number, Round(number, _with(here.events, event)))
            return evolve(season, rounds=rounds_, mentions=mentions)
        if isinstance(event, _OF_AN_ENTRY):
            known = _with(season._entries.get(event.entry, ()), event)
            return evolve(season, entries=season._entries.set(event.entry, known))._renewed(event.entry)
        group = season._general.get(event.kind, _NONE).set(event.id, event)
        return evolve(season, general=season._general.set(event.kind, group))

    def _hidden(self, event: Event) -> "Season":
        if isinstance(event, _OF_A_ROUND) and event.round is not None:
            rounds = self.rounds
            for number in _rounds_of(event):
                here = rounds.get(number)
                if here is not None and event in here.events:
                    left = Round(here.number, _without(here.events, event))
                    # A round of which nothing is known any more is no round.
                    rounds = rounds.set(number, left) if left.events else rounds.delete(number)
            return self if rounds is self.rounds else evolve(self, rounds=rounds)
        if isinstance(event, _OF_AN_ENTRY):
            known = self._entries.get(event.entry, ())
            if event not in known:
                return self
            left_over = _without(known, event)
            entries = self._entries.set(event.entry, left_over) if left_over else self._entries.delete(event.entry)
            return evolve(self, entries=entries)._renewed(event.entry)
        group = self._general.get(event.kind, _NONE)
        if event.id not in group:
            return self
        return evolve(self, general=self._general.set(event.kind, group.delete(event.id)))

    def _renewed(self, entry: str) -> "Season":
        """The rounds that mention an entry become new objects: what is known of it has changed."""
        rounds = self.rounds
        for number in self._mentions.get(entry, _NOWHERE):
            if number in rounds:
                rounds = rounds.set(number, Round(number, rounds[number].events))
        return evolve(self, rounds=rounds)


_NONE: Map[str, Event] = Map()
_NOWHERE: Map[int, bool] = Map()


def fold(events: Iterable[Event]) -> Season:
    """The season that the events tell. Raises ValueError if two have the same id."""
    return reduce(Season.apply, events, Season())


def mentioned(event: Event) -> tuple[str, ...]:
    """The entries that an event of a round names."""
    if isinstance(event, SessionResults | ClassificationDeclared | FeatRecorded):
        return tuple(row.entry for row in event.rows)
    entry = getattr(event, "entry", None)
    return () if entry is None else (entry,)


MOST_TOGETHER = 100
"""So many rounds can have their points reported together: more than any season has, few enough to visit each."""


def _rounds_of(event: Event) -> Sequence[int]:
    """The rounds that an event belongs to: one, or those whose points are reported together."""
    last: int = getattr(event, "round")  # noqa: B009 - those of _OF_A_ROUND have it
    first = event.since if isinstance(event, PointsReported) and event.since is not None else last
    return range(first if 0 < last - first < MOST_TOGETHER else last, last + 1)


def _targets(event: Event) -> tuple[str, ...]:
    targets = () if event.supersedes is None else (event.supersedes,)
    return (*targets, event.revokes) if isinstance(event, Revocation) else targets


def _changed(entry: EntryFiled, change: EntryChanged) -> EntryFiled:
    given = {
        name: getattr(change, name)
        for name in ("drivers", "number", "team", "make", "car", "car_class", "nominated", "guest")
        if getattr(change, name) is not None
    }
    return evolve(entry, **given)


def _id(event: Event) -> str:
    return event.id


def _with(events: tuple[Event, ...], event: Event) -> tuple[Event, ...]:
    at = bisect_left(events, event.id, key=_id)
    if at < len(events) and events[at].id == event.id:
        return events
    return (*events[:at], event, *events[at:])


def _without(events: tuple[Event, ...], event: Event) -> tuple[Event, ...]:
    return tuple(one for one in events if one.id != event.id)
