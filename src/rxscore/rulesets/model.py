"""What counts: the classes a ruleset is made of.

Each class is one table of the TOML grammar, each attribute one key; docs/rulesets.md tells it with examples.
Shorthand (a scale as a bare list, a tie step as words) is taken apart in ``reading``.
"""

import re
from collections.abc import Mapping
from typing import Literal

from attrs import field, frozen

from rxscore.events import CompetitorType, Points
from rxscore.record import Record

Rank = Literal["time", "place"]
Order = Literal["high", "low"]
Appears = Literal["started", "classified", "scored"]
Ranking = Literal["driver", "team", "make", "entry"]
assert set(CompetitorType.__args__) < set(Ranking.__args__)  # type: ignore[attr-defined]


@frozen(eq=False, repr=False)
class Linear(Record):
    """``44 - place``, ``place + 5``, or ``2`` for all: a straight line over places, never below nothing."""

    constant: Points
    slope: int

    def at(self, place: int) -> Points:
        """The value at a place."""
        return max(self.constant + self.slope * place, 0)


@frozen(eq=False, repr=False)
class Unknown(Record):
    """``"unknown"``: a place is or may be worth points, but no source tells how many."""

    def at(self, place: int) -> None:
        """Not known, whatever the place."""
        return


@frozen(eq=False, repr=False)
class Scale(Record):
    """Points by place. ``places[0]`` is for the first; beyond the list ``then`` applies, else nothing.

    ``"unknown"`` stands for points that no source tells: they are not nothing, and whoever takes such a place
    has a total that is open. ``then`` can say so too, of every place beyond the list.
    """

    places: tuple[Points | Unknown, ...] = ()
    then: Linear | Unknown | None = None
    cite: str = ""

    def at(self, place: int) -> Points | None:
        """The points of a place (1 or more), or None if they are not known."""
        if place <= len(self.places):
            worth = self.places[place - 1]
            return None if isinstance(worth, Unknown) else worth
        return 0 if self.then is None else self.then.at(place)

    def most(self, place: int) -> Points | None:
        """The most that a place can be worth: its points, or those of the nearest better place that are known.

        None, if there is none: no scale gives more for a worse place.
        """
        better = range(min(place, len(self.places) + 1), 0, -1)
        return next((worth for one in (place, *better) if (worth := self.at(one)) is not None), None)

    @property
    def unknown(self) -> bool:
        """Whether the points of some place are not known."""
        return any(isinstance(worth, Unknown) for worth in (*self.places, self.then))


@frozen(eq=False, repr=False)
class Outcome(Record):
    """What one who did not finish in a place is given.

    ``points``: so many. ``place``: the points of the place in which the results list him, if they do.
    ``entries`` and ``last``: the points of the place so many behind the number of entries, or behind the
    last classified. ``less``: so many points fewer than the last classified. ``unknown``: no source tells.
    """

    kind: Literal["points", "place", "entries", "last", "less", "unknown"]
    value: Points = 0


NOTHING = Outcome("points", 0)
OF_THE_PLACE = Outcome("place")


@frozen(eq=False, repr=False)
class Score(Record):
    """Points inside an event: what a place in one session is worth towards a total.

    ``absent``: what a session is worth to an entry that its complete results do not list; left out, as ``dns``.
    """

    scale: Scale
    dnf: Outcome = OF_THE_PLACE
    dns: Outcome = NOTHING
    dsq: Outcome = NOTHING
    nc: Outcome = OF_THE_PLACE
    absent: Outcome | None = None


@frozen(eq=False, repr=False)
class ByStarters(Record):
    """A scale that applies where at least ``least`` eligible cars started."""

    least: int
    scale: Scale


@frozen(eq=False, repr=False)
class AwardRule(Record):
    """Championship points for a classification, in one standing.

    ``if_classified``: only for those who have a place in that stage as well; the others are passed over.
    ``function``: the name of a Python extension that deals the points instead of a scale.
    """

    scale: Scale | None = None
    by_starters: tuple[ByStarters, ...] = ()
    dnf: Outcome = OF_THE_PLACE
    dns: Outcome = NOTHING
    dsq: Outcome = NOTHING
    nc: Outcome = OF_THE_PLACE
    if_classified: str = ""
    function: str = ""
    cite: str = ""

    @property
    def unknown(self) -> bool:
        """Whether some place or outcome is worth points that no source tells."""
        scales = [self.scale, *(option.scale for option in self.by_starters)]
        outcomes = (self.dnf, self.dns, self.dsq, self.nc)
        return any(scale is not None and scale.unknown for scale in scales) or any(
            outcome.kind == "unknown" for outcome in outcomes
        )


@frozen(eq=False, repr=False)
class TieStep(Record):
    """One step of a tie-break chain. ``of``: the stage or session it looks at.

    ``counted``: counted results only. ``scoring``: only places that are worth points.
    """

    kind: Literal[
        "latest session",
        "last session",
        "countback",
        "time",
        "latest time",
        "place",
        "wins",
        "latest round",
        "earliest best",
        "gross points",
        "points",
        "best score",
    ]
    of: str = ""
    counted: bool = False
    scoring: bool = False

    def __str__(self) -> str:
        words = {"place": "place in", "points": "points in"}.get(self.kind, self.kind)
        if self.kind == "wins" and not self.of:
            words = "event wins"
        of = f" {self.of}" if words.endswith(" in") else f" in {self.of}" if self.of else ""
        return f"{words}{of}{' (scoring)' if self.scoring else ''}{' (counted)' if self.counted else ''}"


@frozen(eq=False, repr=False)
class Advance(Record):
    """Who goes on from a stage, and where to.

    ``best``: so many of the whole classification; ``from_each``: so many of each session; ``places``: from one
    place to another (``[7, 12]``). ``seats``: how they are dealt over several sessions. ``plus``: so many more,
    the best of those next in line, compared by ``plus_by``. ``started``: only who started so many, or such a
    share, of the stage's sessions.
    """

    to: tuple[str, ...]
    best: int | None = None
    from_each: int | None = None
    places: tuple[int, ...] | None = None
    seats: Literal["odd/even", "in order", "snake"] = "in order"
    plus: int = 0
    plus_by: str = ""
    started: Points = 0


@frozen(kw_only=True, eq=False, repr=False)
class Stage(Record):
    """A part of an event that ends in a classification.

    Exactly one of three kinds: ``sessions`` (raced), ``total`` (scores or times of other stages added up),
    ``follow`` (one stage's order, then the next one's: an event classification).

    ``per``: whether a session with several races is one classification or one for each race.
    ``require``: the sessions to be finished, or started, to be classified in a total.
    """

    id: str
    title: str = ""
    sessions: tuple[str, ...] = ()
    total: tuple[str, ...] = ()
    follow: tuple[str, ...] = ()
    rank: Rank = "place"
    per: Literal["session", "race"] = "session"
    score: Score | None = None
    by: Literal["points", "time"] = "points"
    order: Order = "high"
    best: int | None = None
    finished: int = 0
    started: Points = 0
    ties: tuple[TieStep, ...] = ()
    award: Mapping[str, AwardRule] = field(factory=dict)
    advance: tuple[Advance, ...] = ()
    cite: str = ""
    after: str = ""


@frozen(kw_only=True, eq=False, repr=False)
class Bonus(Record):
    """Points for a feat. ``shared``: what several who achieved it get: their part, the whole, or nothing.

    ``classified``: only who has a place in ``stage``, at or above that number (0: any place).
    ``completed``: only if more than this share of the session was run.
    """

    id: str
    feat: str
    session: str = ""
    award: Mapping[str, Points]
    shared: Literal["split", "full", "none"] = "full"
    stage: str = ""
    classified: int | None = None
    completed: Points | None = None
    cite: str = ""


@frozen(kw_only=True, eq=False, repr=False)
class Shortened(Record):
    """How a shortened session's points change: for a share run from ``least`` up to but not including ``below``.

    ``unless_resumed``: only where the stopped session was not started again. ``factor`` multiplies;
    ``scale`` replaces the scale of the standings named (all, if none is named).
    """

    stages: tuple[str, ...]
    least: Points = 0
    below: Points | None = None
    unless_resumed: bool = False
    factor: Points | None = None
    scale: Scale | None = None
    standings: tuple[str, ...] = ()
    cite: str = ""


@frozen(kw_only=True, eq=False, repr=False)
class Multiplier(Record):
    """Rounds that count more or less: by number, or the ``last`` ones of the season (``last = 1``)."""

    rounds: tuple[int, ...] = ()
    last: int = 0
    factor: Points
    standings: tuple[str, ...] = ()
    cite: str = ""


@frozen(kw_only=True, eq=False, repr=False)
class Count(Record):
    """Which scores count: the ``best`` so many, or all but ``drop``, of those it covers.

    ``best_of``: how many, by how many scores there can be (``[[21, 16], [20, 15]]``; all, where no line fits).

    It covers the rounds from ``first`` to ``last`` (or one ``half`` of the season, of which half ``larger`` has
    the odd round), and the points of ``stages`` (all, if none is named). ``unit``: what is kept or dropped.
    ``droppable``: what a score must fulfil to be dropped.
    """

    best: int | None = None
    drop: int | None = None
    best_of: tuple[tuple[int, int], ...] = ()
    first: int | None = None
    last: int | None = None
    half: Literal[1, 2] | None = None
    larger: Literal[1, 2] = 1
    stages: tuple[str, ...] = ()
    unit: Literal["round", "session"] = "round"
    droppable: tuple[Literal["started", "not disqualified"], ...] = ()
    cite: str = ""


@frozen(kw_only=True, eq=False, repr=False)
class Standing(Record):
    """A table: whom it ranks, which points it adds up, which of them count, how ties are broken.

    ``points_of``: the points are those dealt for another standing, regrouped (a team's two drivers).
    ``entries``: which entries score at all; ``guests`` and ``others`` (a team's cars beyond ``cars``, the best so
    many of each contest or round): whether they are invisible or hold their places.
    ``places_in``: whether points go by the place in the race, or by that among the cars of one's own class.
    ``crew``: what several drivers of one car get each; ``nothing`` is nothing for their team and make as well.
    ``appears``: who is listed without points; what he did must have been in one of the stages ``appears_in``.
    """

    id: str
    title: str = ""
    of: Ranking = "driver"
    points_of: str = ""
    entries: Literal["all", "nominated"] = "all"
    car_class: str = ""
    places_in: Literal["race", "class"] = "race"
    guests: Literal["invisible", "hold places", "score"] = "invisible"
    not_eligible: Literal["invisible", "hold places"] = "invisible"
    cars: int | None = None
    cars_by: Literal["contest", "round"] = "contest"
    others: Literal["invisible", "hold places"] = "hold places"
    crew: Literal["each", "share", "nothing"] = "each"
    own_shares: Literal["add", "best"] = "add"
    appears: Appears = "started"
    appears_in: tuple[str, ...] = ()
    counts: tuple[Count, ...] = ()
    ties: tuple[TieStep, ...] = ()
    order: Order = "high"
    cite: str = ""


@frozen(kw_only=True, eq=False, repr=False)
class Unsettled(Record):
    """Something the sources do not settle: what, what the data suggest, and where that is written."""

    what: str
    suggests: str = ""
    cite: str = ""


@frozen(kw_only=True, eq=False, repr=False)
class Ruleset(Record):
    """The rules of a championship in one season, every mistake of writing already excluded.

    ``winner``: the stage whose first place wins the event. ``dead_heat``: what those who share a place get:
    the points of the places they fill, shared equally, or the full points of the place each.
    """

    name: str
    title: str
    series: str
    seasons: str
    cite: tuple[str, ...] = ()
    winner: str
    dead_heat: Literal["share", "full"] = "share"
    scales: Mapping[str, Scale] = field(factory=dict)
    stages: tuple[Stage, ...]
    bonuses: tuple[Bonus, ...] = ()
    shortened: tuple[Shortened, ...] = ()
    multipliers: tuple[Multiplier, ...] = ()
    standings: tuple[Standing, ...]
    unsettled: tuple[Unsettled, ...] = ()

    def stage(self, id: str) -> Stage:
        """The stage of that id. Raises StopIteration if there is none."""
        return next(stage for stage in self.stages if stage.id == id)

    def standing(self, id: str) -> Standing:
        """The standing of that id. Raises StopIteration if there is none."""
        return next(standing for standing in self.standings if standing.id == id)

    def stage_of_session(self, session: str) -> Stage | None:
        """The stage to which a session belongs, or None if it does not score."""
        return next((stage for stage in self.stages if session in stage.sessions), None)


_SPAN = re.compile(r"^(\d{4})(-(\d{4}|\d\d)?)?$")


def covers(span: str, season: str) -> bool:
    """Whether ``1960, 1963-1965, 2010-`` (or ``any``) takes in a season (of ``2022-23`` the first year decides).

    Raises ValueError if the span cannot be read.
    """
    if span.strip() == "any":
        return True
    year = int(season[:4]) if season[:4].isdigit() else 0
    found = False
    for part in span.split(","):
        match = _SPAN.match(part.strip())
        if match is None:
            raise ValueError(f"{part.strip()!r} is not a span of seasons (write 2016, 2014-2021, 2022- or any)")
        first = int(match[1])
        last = first if match[2] is None else int(match[3]) if match[3] and len(match[3]) == 4 else 9999
        if match[3] and len(match[3]) == 2:
            last = first  # 2022-23 is one season, over two years
        found = found or first <= year <= last
    return found
