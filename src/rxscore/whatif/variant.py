"""A season as a what-if has it: its history with more events said, and what its rules are to be.

History is never rewritten where an event more will do: what is taken back is revoked, what is different is a
correction. So everything else (rulings, claims, corrections) stays in force, and a round that an edit does not
touch stays the same object, which need not be scored again. Only a date on which something became known has to be
changed in place, since a correction would leave the old date standing.
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from attrs import evolve, frozen

from rxscore.events import Event, Revocation, suggest
from rxscore.problems import UserError
from rxscore.rulesets import Edit as RuleEdit
from rxscore.season import Round, Season, fold

E = TypeVar("E", bound=Event)


@frozen(eq=False)
class Variant:
    """A season as edited: its history, the ruleset to score it by (its own, if None), values of the rules changed."""

    season: Season
    rules: str | None = None
    settings: tuple[RuleEdit, ...] = ()


def the_event(season: Season, event: str) -> Event:
    """The event of that id. Raises UserError if there is none, or if it does not count."""
    if event not in season.events:
        raise UserError(f"there is no event {event!r}{suggest(event, season.events)}")
    if not season.in_force(event):
        raise UserError(f"the event {event!r} is not in force: it was revoked or superseded")
    return season.events[event]


def the_round(season: Season, number: int) -> Round:
    """The round of that number. Raises UserError if the season has none."""
    round_ = season.rounds.get(number)
    if round_ is None:
        known = [str(one) for one in season.numbers]
        raise UserError(f"there is no round {number}{suggest(str(number), known)}")
    return round_


def taken_back(season: Season, events: Iterable[Event]) -> Season:
    """The season with events revoked, each from the day it was known."""
    for event in events:
        season = season.apply(Revocation(id=fresh(season), known=event.known, revokes=event.id))
    return season


def amended(season: Season, event: Event, **fields: Any) -> Season:
    """The season with an event corrected, from the day it was known."""
    return season.apply(evolve(event, id=fresh(season), supersedes=event.id, **fields))


def added(season: Season, event: E, **fields: Any) -> Season:
    """The season with a copy of an event that differs in some fields, as an event of its own."""
    return season.apply(evolve(event, id=fresh(season), supersedes=None, **fields))


def dated(season: Season, event: Event, known: str) -> Season:
    """The season in which an event became known on another date."""
    moved = fold(evolve(one, known=known) if one.id == event.id else one for one in season.history)
    if moved._entries != season._entries:
        return moved
    # The rounds are told anew, mostly with the same events: those are the same rounds.
    kept = {
        number: season.rounds[number]
        for number in moved.rounds
        if number in season.rounds and moved.rounds[number].events == season.rounds[number].events
    }
    return evolve(moved, rounds=moved.rounds.update(kept))


def fresh(season: Season) -> str:
    """An id that no event has."""
    number = len(season.events) + 1
    while f"what-if-{number}" in season.events:
        number += 1
    return f"what-if-{number}"


def last_known(season: Season) -> str:
    """The last date on which anything became known."""
    return max((event.known for event in season.events.values()), default="")


def first_known(events: Sequence[Event], season: Season) -> str:
    """The first date on which any of the events was known; the season's first, where there are none."""
    return min((event.known for event in events or season.history), default="")
