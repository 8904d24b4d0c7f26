"""One round while it is scored: its facts, its rules, its classifications, its cars."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from attrs import frozen

from rxscore.events import EntryFiled, Points
from rxscore.record import Record
from rxscore.rulesets import Ruleset
from rxscore.scoring.eligibility import Roster, roster
from rxscore.scoring.lookup import Stages
from rxscore.scoring.model import Classified
from rxscore.season import Round, Season

Extension = Callable[[Sequence[Classified]], Mapping[str, Points]]
"""A Python extension that deals points: from the rows of a contest to points by entry."""


@frozen(eq=False, repr=False)
class Meeting(Record):
    """What dealing the points of one round needs to know. ``rosters``: by standing, how each car counts.

    ``rounds_left``: how many rounds come after it, where the rules turn on that.
    """

    round: Round
    rules: Ruleset
    stages: Stages
    rosters: Mapping[str, Roster]
    rounds_left: int
    extensions: Mapping[str, Extension]


@frozen(eq=False, repr=False)
class Deal(Record):
    """Points for a car, before it is said whose they are.

    ``points``: at least so many; None where no source tells how many. ``most``: at most so many, if that can be told.
    """

    entry: str
    drivers: tuple[str, ...]
    points: Points | None
    stage: str
    session: str
    clause: str
    cite: str
    events: tuple[str, ...]
    inferred: bool
    most: Points | None

    @property
    def more(self) -> Points | None:
        """How many points more it can be at most; None, if that cannot be told."""
        return None if self.most is None else self.most - (self.points or 0)


def rosters(season: Season, number: int, rules: Ruleset, entries: Iterable[EntryFiled]) -> Mapping[str, Roster]:
    """By standing, how each of the ``entries`` counts in round ``number``."""
    by_id = {filed.entry: filed for filed in entries}
    return {standing.id: roster(season, number, standing, by_id) for standing in rules.standings}
