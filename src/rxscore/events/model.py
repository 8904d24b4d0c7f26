"""The vocabulary: everything that a log can say, as immutable classes.

An event is a fact (what happened), a ruling (what the stewards or a court decided) or a claim
(a table as somebody published it). Nothing is edited: a correction is an event that
``supersedes`` another, and a ``revocation`` takes one back. Whatever a source does not tell
is left out, and said to be left out (``complete``, ``unknown``, ``inferred``).
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar, Literal

from attrs import frozen

from rxscore.events.values import Basis, Date, Ordinal, Points, Status
from rxscore.record import Record

CompetitorType = Literal["driver", "team", "make"]
"""What a table can rank besides entries. ``make``: a manufacturer or constructor."""


@frozen(kw_only=True, eq=False, repr=False)
class Event(Record):
    """What every event carries.

    ``id`` is unique in its log. ``known`` is the date on which it became public: the axis of
    ``--as-of``. ``supersedes`` names the event that this one replaces.
    """

    kind: ClassVar[str]

    id: str
    known: Date
    source: tuple[str, ...] = ()
    basis: Basis = "reported"
    because: str = ""
    supersedes: str | None = None
    note: str = ""


# --- facts -----------------------------------------------------------------------------------


@frozen(kw_only=True, eq=False, repr=False)
class SeasonOpened(Event):
    """A championship's season begins. ``rules`` names the ruleset that scores it."""

    kind: ClassVar[str] = "season-opened"

    series: str
    season: str
    name: str
    rules: str


@frozen(kw_only=True, eq=False, repr=False)
class CompetitorRegistered(Event):
    """Somebody whom a standing can rank: a driver, a team or a make."""

    kind: ClassVar[str] = "competitor-registered"

    competitor: str
    type: CompetitorType = "driver"
    name: str
    country: str = ""


@frozen(kw_only=True, eq=False, repr=False)
class EntryFiled(Event):
    """A car with its driver or crew and its team, entered for the season or for some ``rounds``.

    ``nominated`` lists the standings for which the entry is named, where the rules ask for it.
    ``guest``: starts, but is not registered for the championship.
    """

    kind: ClassVar[str] = "entry-filed"

    entry: str
    drivers: tuple[str, ...]
    number: str = ""
    team: str = ""
    make: str = ""
    car: str = ""
    car_class: str = ""
    rounds: tuple[Ordinal, ...] = ()
    nominated: tuple[str, ...] = ()
    guest: bool = False


@frozen(kw_only=True, eq=False, repr=False)
class EntryChanged(Event):
    """From ``from_round`` on an entry differs in the fields given; the others stay as they were."""

    kind: ClassVar[str] = "entry-changed"

    entry: str
    from_round: Ordinal
    drivers: tuple[str, ...] | None = None
    number: str | None = None
    team: str | None = None
    make: str | None = None
    car: str | None = None
    car_class: str | None = None
    nominated: tuple[str, ...] | None = None
    guest: bool | None = None


@frozen(kw_only=True, eq=False, repr=False)
class EligibilitySet(Event):
    """Whether an entry scores in the ``standings`` and ``rounds`` named (in all, if none is named).

    ``holds_place``: a car that does not score still keeps the place it finished in, so that the
    points of that place go to nobody. Otherwise it is invisible, and those behind it move up. ``drivers``: only
    these of its crew are meant, and the others share what it scores.
    """

    kind: ClassVar[str] = "eligibility-set"

    entry: str
    scores: bool
    drivers: tuple[str, ...] = ()
    standings: tuple[str, ...] = ()
    rounds: tuple[Ordinal, ...] = ()
    holds_place: bool = False


@frozen(kw_only=True, eq=False, repr=False)
class RoundScheduled(Event):
    """One event of the championship. ``sessions``: what is to be run, where known.

    ``rules`` pins a ruleset to this round; ``coefficient`` multiplies its points.
    """

    kind: ClassVar[str] = "round-scheduled"

    round: Ordinal
    name: str
    venue: str = ""
    country: str = ""
    start: Date | None = None
    end: Date | None = None
    sessions: tuple[str, ...] = ()
    rules: str = ""
    coefficient: Points = 1


@frozen(kw_only=True, eq=False, repr=False)
class RoundCancelled(Event):
    """A round that was not held. It is neither a result nor a dropped score."""

    kind: ClassVar[str] = "round-cancelled"

    round: Ordinal
    reason: str = ""


@frozen(kw_only=True, eq=False, repr=False)
class SessionShortened(Event):
    """A session that did not go its distance. ``completed``: the share that was run, 0 to 1.

    ``resumed``: whether a stopped race was started again (the rules may turn on it).
    """

    kind: ClassVar[str] = "session-shortened"

    round: Ordinal
    session: str
    completed: Points
    resumed: bool = True


@frozen(eq=False, repr=False)
class Result(Record):
    """One car in a session's results. ``place`` and ``time`` are given where the source has them.

    ``drivers`` is given where they differ from the entry's (a shared car, a substitute).
    ``tied``: the place is shared (a dead heat); without it two cars in one place are a mistake.
    ``basis`` is the event's own, unless this row says ``inferred``.
    """

    entry: str
    place: Ordinal | None = None
    tied: bool = False
    status: Status = "classified"
    time: Decimal | None = None
    laps: int | None = None
    drivers: tuple[str, ...] = ()
    basis: Basis | None = None
    because: str = ""


@frozen(kw_only=True, eq=False, repr=False)
class SessionResults(Event):
    """Results of a session, or of one ``race`` of it (a heat session has several).

    Rows may carry times, or only places. ``complete``: every car that took part is listed. ``vacant``: places
    that the source gives to nobody, though it lists cars behind them.
    """

    kind: ClassVar[str] = "results"

    round: Ordinal
    session: str
    race: Ordinal | None = None
    rows: tuple[Result, ...]
    complete: bool = True
    vacant: tuple[Ordinal, ...] = ()


@frozen(eq=False, repr=False)
class Ranked(Record):
    """One car in a declared classification. ``score``: its points inside the event, where published."""

    entry: str
    place: Ordinal | None = None
    tied: bool = False
    status: Status = "classified"
    score: Points | None = None
    basis: Basis | None = None
    because: str = ""


@frozen(kw_only=True, eq=False, repr=False)
class ClassificationDeclared(Event):
    """The official classification of a ``stage``, when only it is known, or when the stewards decided it.

    What is declared beats what is computed; a difference between the two is reported.
    """

    kind: ClassVar[str] = "classification-declared"

    round: Ordinal
    stage: str
    rows: tuple[Ranked, ...]
    complete: bool = True


@frozen(eq=False, repr=False)
class FeatBy(Record):
    """An entry that achieved a feat, and how often. ``drivers``: who of its crew, where that matters."""

    entry: str
    count: int = 1
    drivers: tuple[str, ...] = ()
    basis: Basis | None = None
    because: str = ""


@frozen(kw_only=True, eq=False, repr=False)
class FeatRecorded(Event):
    """Something besides a place that the rules may reward: ``fastest-lap``, ``pole``, ``super-sector``.

    Several entries can share a feat. ``complete``: nobody else achieved it.
    """

    kind: ClassVar[str] = "feat-recorded"

    round: Ordinal
    feat: str
    session: str = ""
    rows: tuple[FeatBy, ...]
    complete: bool = True


@frozen(eq=False, repr=False)
class Scored(Record):
    """The points that a competitor was given."""

    competitor: str
    points: Points
    basis: Basis | None = None
    because: str = ""


@frozen(kw_only=True, eq=False, repr=False)
class PointsReported(Event):
    """The points of a round, where the source has no more than these.

    With ``stage``: only that stage's. They replace what would be computed for the competitors listed.
    ``since``: they are those of several rounds together, from that one on; they are dealt in ``round``.
    """

    kind: ClassVar[str] = "points-reported"

    round: Ordinal
    standing: str
    stage: str = ""
    since: Ordinal | None = None
    rows: tuple[Scored, ...]
    complete: bool = True


@frozen(kw_only=True, eq=False, repr=False)
class GapNoted(Event):
    """Something that is not known, in words, so that nobody takes silence for a fact."""

    kind: ClassVar[str] = "gap-noted"

    missing: str
    round: Ordinal | None = None


# --- rulings ---------------------------------------------------------------------------------


@frozen(kw_only=True, eq=False, repr=False)
class Disqualification(Event):
    """An entry loses its result in a session (or one ``race`` of it), in a round, or in the whole season.

    Without ``session`` the whole round is meant, without ``round`` the season. ``promote``: do those
    behind move up, or does the place stay vacant? ``place``: the one it lost, where the results do not say.
    """

    kind: ClassVar[str] = "disqualification"

    entry: str
    round: Ordinal | None = None
    session: str = ""
    race: Ordinal | None = None
    promote: bool = True
    place: Ordinal | None = None


@frozen(kw_only=True, eq=False, repr=False)
class TimePenalty(Event):
    """Seconds added to an entry's time; negative seconds are given back.

    ``place``: the place that it was left with, which decides where the times are not known.
    """

    kind: ClassVar[str] = "time-penalty"

    entry: str
    round: Ordinal
    session: str
    race: Ordinal | None = None
    seconds: Decimal
    place: Ordinal | None = None


@frozen(kw_only=True, eq=False, repr=False)
class PlacePenalty(Event):
    """Places lost (or, negative, won) in a session."""

    kind: ClassVar[str] = "place-penalty"

    entry: str
    round: Ordinal
    session: str
    race: Ordinal | None = None
    places: int


@frozen(kw_only=True, eq=False, repr=False)
class ScoreDeduction(Event):
    """Points taken off a score inside an event (a heat score): nobody's place in the heat changes.

    ``session`` names the heat, or ``stage`` the total from which they are taken.
    """

    kind: ClassVar[str] = "score-deduction"

    entry: str
    round: Ordinal
    session: str = ""
    stage: str = ""
    points: Points


@frozen(kw_only=True, eq=False, repr=False)
class PointsDeduction(Event):
    """Points taken off (or, negative, given) in one standing; results and other standings stay.

    ``round``: the round it was imposed for; tables after earlier rounds are not touched.
    """

    kind: ClassVar[str] = "points-deduction"

    competitor: str
    standing: str
    points: Points
    round: Ordinal | None = None


@frozen(kw_only=True, eq=False, repr=False)
class Exclusion(Event):
    """A competitor is removed from a standing, results kept: nobody gains points, those behind gain a place.

    ``round``: tables after earlier rounds are not touched. ``keep_row``: stays in the table, with no points and
    no place; with ``keep_points`` they are still shown. ``starts_again``: only what was scored before ``round``
    is lost, and from there on the competitor scores as one who comes new.
    """

    kind: ClassVar[str] = "exclusion"

    competitor: str
    standing: str
    round: Ordinal | None = None
    keep_row: bool = False
    keep_points: bool = False
    starts_again: bool = False


@frozen(kw_only=True, eq=False, repr=False)
class TieDecided(Event):
    """Equals in a standing whom no rule parts, and whom somebody has put in an order: by lot, or at discretion.

    ``order``: who is ahead comes first. It matters only while they are level to the end of the tie-break.
    ``round``: tables after earlier rounds are not touched.
    """

    kind: ClassVar[str] = "tie-decided"

    standing: str
    order: tuple[str, ...]
    round: Ordinal | None = None


@frozen(kw_only=True, eq=False, repr=False)
class Reinstatement(Event):
    """An entry is given its result back, at ``place`` or with ``time``; those behind move down."""

    kind: ClassVar[str] = "reinstatement"

    entry: str
    round: Ordinal
    session: str
    race: Ordinal | None = None
    place: Ordinal | None = None
    time: Decimal | None = None


@frozen(kw_only=True, eq=False, repr=False)
class SessionVoided(Event):
    """A session, or one race of it, is annulled: as if it had not been run."""

    kind: ClassVar[str] = "session-voided"

    round: Ordinal
    session: str
    race: Ordinal | None = None


@frozen(kw_only=True, eq=False, repr=False)
class Revocation(Event):
    """An earlier event is taken back: as if it had never been said."""

    kind: ClassVar[str] = "revocation"

    revokes: str


# --- claims ----------------------------------------------------------------------------------


@frozen(eq=False, repr=False)
class ClaimedRow(Record):
    """One line of a published table."""

    competitor: str
    points: Points | None = None
    position: Ordinal | None = None


@frozen(kw_only=True, eq=False, repr=False)
class StandingClaimed(Event):
    """A standing as published, after a round (or at the end). It never influences scoring.

    ``through``: the last round only as far as that stage (the table between two races of a meeting).
    ``top``: only the first lines were published, or only they are at hand. ``as_of``: compare with the
    season as it was known then (a provisional table), instead of with all that is known now. ``decimals``: the
    source prints no more than so many, and rounds or cuts off the rest.
    """

    kind: ClassVar[str] = "standing-claimed"

    standing: str
    rows: tuple[ClaimedRow, ...]
    after_round: Ordinal | None = None
    through: str = ""
    top: bool = False
    as_of: Date | None = None
    decimals: int | None = None


@frozen(kw_only=True, eq=False, repr=False)
class PointsClaimed(Event):
    """The points of one round, or one ``session`` of it, as published. ``decimals``: as in a standing."""

    kind: ClassVar[str] = "points-claimed"

    standing: str
    round: Ordinal
    session: str = ""
    rows: tuple[ClaimedRow, ...]
    decimals: int | None = None


@frozen(eq=False, repr=False)
class Margin(Record):
    """``ahead`` has so many points more than ``behind``: level with 0."""

    ahead: str
    behind: str
    points: Points


@frozen(kw_only=True, eq=False, repr=False)
class MarginClaimed(Event):
    """By how much one competitor led another after a round: of many a table only this was printed.

    ``through``: the last round only as far as that stage (the lead before the final). ``as_of``: as in a standing.
    """

    kind: ClassVar[str] = "margin-claimed"

    standing: str
    after_round: Ordinal
    through: str = ""
    as_of: Date | None = None
    rows: tuple[Margin, ...]


@frozen(kw_only=True, eq=False, repr=False)
class DifferenceKnown(Event):
    """A line of a claim is known to differ, by ``difference`` (claimed less computed), and why.

    ``position``: the position that is computed, where the places differ. In a margin, ``competitor`` is ahead.
    """

    kind: ClassVar[str] = "difference-known"

    claim: str
    competitor: str
    difference: Points | None = None
    position: Ordinal | None = None
    reason: str


Fact = (
    SeasonOpened
    | CompetitorRegistered
    | EntryFiled
    | EntryChanged
    | EligibilitySet
    | RoundScheduled
    | RoundCancelled
    | SessionShortened
    | SessionResults
    | ClassificationDeclared
    | FeatRecorded
    | PointsReported
    | GapNoted
)
Ruling = (
    Disqualification
    | TimePenalty
    | PlacePenalty
    | ScoreDeduction
    | PointsDeduction
    | Exclusion
    | TieDecided
    | Reinstatement
    | SessionVoided
    | Revocation
)
Claim = StandingClaimed | PointsClaimed | MarginClaimed
AnyEvent = Fact | Ruling | Claim | DifferenceKnown

KINDS: Mapping[str, type[Event]] = {cls.kind: cls for cls in AnyEvent.__args__}
"""Every event class by the ``kind`` it is written with."""
