"""Edits of a season: other rules, a value of the rules, a ruling or a result taken back, a round not held.

An edit of history is events more, as the log itself would be amended: nothing is removed, so that everything
else (rulings, corrections, claims) stays as it was and is replayed.
"""

from collections.abc import Iterable
from functools import reduce
from typing import Any

from attrs import evolve, frozen

from rxscore.events import Event, Revocation, RoundCancelled, RoundScheduled, suggest
from rxscore.problems import UserError
from rxscore.rulesets import Edit as RuleEdit
from rxscore.rulesets.words import toml_text
from rxscore.season import Season


@frozen(eq=False)
class Variant:
    """A season as edited: its history, the ruleset to score it by (its own, if None), values of the rules changed."""

    season: Season
    rules: str | None = None
    settings: tuple[RuleEdit, ...] = ()


@frozen
class SetRule:
    """One value of the rules is another, by its dotted key (``scales.final``); None removes the key."""

    key: str
    value: Any

    def apply(self, variant: Variant) -> Variant:
        """The variant with this value changed."""
        return evolve(variant, settings=(*variant.settings, (self.key, self.value)))

    def told(self) -> str:
        """The edit in words."""
        return f"{self.key} = {toml_text(self.value)}" if self.value is not None else f"without {self.key}"


@frozen
class OtherRules:
    """The season is scored by another ruleset; every ruling stands."""

    name: str

    def apply(self, variant: Variant) -> Variant:
        """The variant scored by this ruleset."""
        return evolve(variant, rules=self.name)

    def told(self) -> str:
        """The edit in words."""
        return f"scored by the rules {self.name}"


@frozen
class Without:
    """An event (a ruling, a result) that was never said."""

    event: str

    def apply(self, variant: Variant) -> Variant:
        """The variant with the event taken back. Raises UserError if there is none of that id."""
        season = variant.season
        if self.event not in season.events:
            raise UserError(f"there is no event {self.event!r}{suggest(self.event, season.events)}")
        if not season.in_force(self.event):
            raise UserError(f"the event {self.event!r} is not in force: it was revoked or superseded")
        return evolve(variant, season=_taken_back(season, [season.events[self.event]]))

    def told(self) -> str:
        """The edit in words."""
        return f"without {self.event}"


@frozen
class DropRound:
    """A round that was cancelled: no results, no rulings on them, and it does not count as a score to drop."""

    round: int

    def apply(self, variant: Variant) -> Variant:
        """The variant without the round. Raises UserError if the season has none of that number."""
        season = variant.season
        round_ = season.rounds.get(self.round)
        if round_ is None:
            known = [str(number) for number in season.numbers]
            raise UserError(f"there is no round {self.round}{suggest(str(self.round), known)}")
        if round_.cancelled:
            raise UserError(f"round {self.round} was cancelled anyway")
        season = _taken_back(season, [event for event in round_.events if not isinstance(event, RoundScheduled)])
        cancelled = RoundCancelled(id=_fresh(season), known=_last_known(season), round=self.round)
        return evolve(variant, season=season.apply(cancelled))

    def told(self) -> str:
        """The edit in words."""
        return f"round {self.round} cancelled"


Edit = SetRule | OtherRules | Without | DropRound
"""What can be different in a what-if. A new kind needs ``apply`` and ``told``, and nothing else."""


def edited(variant: Variant, edits: Iterable[Edit]) -> Variant:
    """A variant with all edits made, in their order. Raises UserError for one that cannot be made."""
    return reduce(lambda so_far, edit: edit.apply(so_far), edits, variant)


def told(edits: Iterable[Edit]) -> str:
    """The edits in words."""
    return "; ".join(edit.told() for edit in edits)


def _taken_back(season: Season, events: Iterable[Event]) -> Season:
    for event in events:
        revocation = Revocation(id=_fresh(season), known=_last_known(season), revokes=event.id)
        season = season.apply(revocation)
    return season


def _fresh(season: Season) -> str:
    """An id that no event has."""
    number = len(season.events) + 1
    while f"what-if-{number}" in season.events:
        number += 1
    return f"what-if-{number}"


def _last_known(season: Season) -> str:
    return max(event.known for event in season.events.values())
