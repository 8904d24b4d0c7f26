"""What scoring produces: classifications, awards, notes, tables. All immutable, all with their reasons."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from attrs import field, frozen

from rxscore.events import Points, Status
from rxscore.record import Record
from rxscore.rulesets import Ruleset
from rxscore.season import Round


@frozen(eq=False, repr=False)
class Classified(Record):
    """One car in a classification.

    ``place`` is None for one who has none (disqualified), or whose place is not known. ``score``: its points
    inside the event, a total where the stage is one. ``tie``: the step that parted it from its equals, with the
    numbers. ``events``: what it rests on. ``inferred``: whether any of that is inferred.
    """

    entry: str
    place: int | None = None
    status: Status = "classified"
    score: Points | None = None
    time: Decimal | None = None
    drivers: tuple[str, ...] = ()
    tie: str = ""
    inferred: bool = False
    events: tuple[str, ...] = ()

    @property
    def settled(self) -> bool:
        """Whether it is known how the car came out: in which place, or that it has none."""
        return self.status != "unknown" and not (self.status == "classified" and self.place is None)


STATUS_ORDER: Mapping[Status, int] = {"classified": 0, "NC": 1, "DNF": 2, "unknown": 3, "DNS": 4, "DSQ": 5}
"""How those without a place are listed."""


@frozen(eq=False, repr=False)
class Contest(Record):
    """What is classified at once: a session, or one ``race`` of it, or (no session) a whole stage.

    ``complete``: everybody who took part is listed, so that silence means absence. ``gone``: how many cars left a place
    by a ruling, so that others moved up, of which it is not told where they were.
    """

    session: str
    race: int | None
    rows: tuple[Classified, ...]
    complete: bool = True
    gone: int = 0

    @property
    def label(self) -> str:
        """``SF1``, or ``Q1 race 3``."""
        return self.session if self.race is None else f"{self.session} race {self.race}"


@frozen(eq=False, repr=False)
class Classification(Record):
    """The outcome of a stage. ``contests`` are its parts; ``rows`` the stage as a whole, where it is one ranking.

    ``declared``: the id of the event that declared it, if it was not computed.
    ``complete``: whether all who belong in it are placed; if not, what is listed is true and more may be missing.
    """

    stage: str
    contests: tuple[Contest, ...]
    rows: tuple[Classified, ...] = ()
    complete: bool = True
    declared: str = ""


NoteKind = Literal["reserve", "declared differs"]


@frozen(eq=False, repr=False)
class Note(Record):
    """Something worth knowing about a round that is no mistake.

    A reserve who started, a declared classification that differs from the computed one.
    """

    kind: NoteKind
    round: int
    stage: str
    entry: str
    message: str


@frozen(eq=False, repr=False)
class Award(Record):
    """One line of the ledger: points given to one competitor by one clause of the rules, and why.

    A negative one is a deduction. ``events``: the ids of the facts and rulings it rests on.
    """

    standing: str
    competitor: str
    points: Points
    round: int
    stage: str
    session: str
    clause: str
    cite: str = ""
    entry: str = ""
    events: tuple[str, ...] = ()
    inferred: bool = False


@frozen(eq=False, repr=False)
class Part(Record):
    """How a competitor took part in a round, as far as a standing is concerned.

    ``listed``: whether that puts him in the table without points. ``sessions``: those in which he started;
    ``disqualified``: those from which he was disqualified.
    """

    started: bool = False
    listed: bool = False
    sessions: tuple[str, ...] = ()
    disqualified: tuple[str, ...] = ()


@frozen
class Bound:
    """How much more than is told was scored in a stage or session of a round at most."""

    stage: str
    session: str
    points: Points


@frozen(eq=False)
class RoundScore:
    """A round scored: every classification, every award, who may have got more than is known.

    ``awards`` and ``parts``: by standing. ``places``: by standing and by stage (or session) that ties look at,
    whose places these are. ``open``: by standing, those whose points in this round are not fully known.
    Of some of those results are ``missing``; of the others the places are told, but not what they are worth:
    ``bounded`` says how much more it is at most, where that is known.
    ``pending``: by standing, those of whom points of this round are reported only together with later rounds.
    ``rounds_left``: how many rounds come after it, where the rules turn on that. ``filed``: all that is filed,
    where the score turns on cars that the round does not name.
    """

    round: Round
    rules: Ruleset
    stages: Mapping[str, Classification]
    awards: Mapping[str, tuple[Award, ...]]
    parts: Mapping[str, Mapping[str, Part]]
    places: Mapping[str, Mapping[str, tuple[tuple[str, int], ...]]]
    open: Mapping[str, frozenset[str]]
    notes: tuple[Note, ...] = ()
    rounds_left: int = 0
    filed: object = None
    pending: Mapping[str, frozenset[str]] = {}
    missing: Mapping[str, frozenset[str]] = {}
    bounded: Mapping[str, Mapping[str, tuple[Bound, ...]]] = {}

    @property
    def number(self) -> int:
        """The number of the round."""
        return self.round.number

    @property
    def winner(self) -> str | None:
        """The entry that won the event, if that is known."""
        stage = self.stages.get(self.rules.winner)
        rows = () if stage is None else stage.rows
        return next((row.entry for row in rows if row.place == 1), None)


@frozen(eq=False, repr=False)
class Dropped(Record):
    """A score that does not count: of a round, or of one session of it."""

    round: int
    session: str
    points: Points


@frozen(eq=False, repr=False)
class Row(Record):
    """One line of a standing.

    ``points`` count, ``gross`` were scored. ``open``: facts are missing, so that ``points`` is the least it
    can be. ``inferred``: the points rest on an inferred fact. ``tie``: which step parted it from its equals.
    ``position`` is None for one who is excluded from the standing but stays in the table.
    """

    position: int | None
    competitor: str
    points: Points
    gross: Points
    dropped: tuple[Dropped, ...] = ()
    open: bool = False
    inferred: bool = False
    tie: str = ""


@frozen(eq=False, repr=False)
class Table(Record):
    """A standing after a round."""

    standing: str
    after_round: int | None
    rows: tuple[Row, ...] = field(factory=tuple)

    def row(self, competitor: str) -> Row | None:
        """The line of a competitor, or None if the table does not list him."""
        return next((row for row in self.rows if row.competitor == competitor), None)
