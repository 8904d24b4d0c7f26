"""One round to come, played many times at once: every session in its order, who goes on, what each place is worth.

Points are whole numbers, in the units of the outlook.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction

import numpy as np
from attrs import define, field, frozen

from rxscore.events import Points
from rxscore.odds.codes import ABSENT, OUT, UNPLACED, Codes, Whole, place_of, places, table_of
from rxscore.odds.midway import Begun
from rxscore.odds.sessions import Follow, Key, Over, Played, Session, Starts, Total
from rxscore.odds.strengths import Strengths
from rxscore.problems import UserError
from rxscore.rulesets import Advance, AwardRule, Outcome, Ruleset, Score, Stage
from rxscore.title.contests import SEATS_TAKEN, RoundToCome
from rxscore.title.play import field_of, looks_at_times
from rxscore.title.tally import Outlook

_ALONE = 2**17
"""A product of matrices with so few multiplications is not shared out among threads by the library underneath: those
would fight with ours for the processors, and the last bits of its sums would turn on how many there are."""


@frozen(eq=False)
class Prize:
    """What a contest is worth: the points of its codes."""

    key: Key
    table: Whole


@define(eq=False)
class Day:
    """A round to come, ready to be played. Raises UserError, in words, for what cannot be simulated.

    ``begun``: what is over of it; ``guests``: so many cars, the last ones, are not seen by the
    standing, but take seats; ``there``: which cars are at the event (all, if it has not begun);
    ``timed``: whether the rules look at times.
    """

    outlook: Outlook
    to_come: RoundToCome
    rules: Ruleset
    strengths: Strengths
    begun: Begun | None = None
    cars: tuple[str, ...] = field(init=False)
    guests: int = field(init=False)
    there: Whole = field(init=False)
    timed: bool = field(init=False)
    listed: dict[str, bool] = field(init=False)
    prizes: list[Prize] = field(init=False)
    _steps: list[Callable[[Played, np.random.Generator], None]] = field(init=False)
    _strength: Whole = field(init=False)
    _doubt: Whole | None = field(init=False, default=None)
    rate: Whole = field(init=False)
    _unseen: tuple[str, ...] = field(init=False)
    _untold: dict[str, UserError] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        if self.to_come.because and not self.to_come.because.endswith(SEATS_TAKEN):
            raise UserError(f"these rules cannot be simulated: {self.to_come.because}")
        self._unseen = tuple(
            car for car in field_of(self.outlook.base.season, self.to_come.number) if car not in self.to_come.field
        )
        # Cars that the standing does not see change nothing for the others, unless they take seats from them.
        self.guests = len(self._unseen) if self.to_come.because else 0
        self.cars = self.to_come.field + self._unseen[: self.guests]
        everybody = np.ones(len(self.cars), dtype=bool)
        self.there = everybody if self.begun is None else self.begun.there(self.cars)
        if len(self.cars) >= OUT - 1:
            raise UserError(f"round {self.to_come.number}: more than {OUT - 2} cars are not simulated")
        strength = [self.strengths.strength.get(car, 0.0) for car in self.cars]
        self._strength = np.array(strength)[:, None]
        if self.strengths.doubt:
            nothing = (0.0,) * self.strengths.deviates
            doubt = [self.strengths.doubt.get(car, nothing) for car in self.cars]
            self._doubt = np.array(doubt)
        rate = [min(round(self.strengths.retires.get(car, 0.0) * 65536), 65535) for car in self.cars]
        self.rate = np.array(rate, dtype=np.uint16)[:, None]
        self.timed = any(map(looks_at_times, self.rules.stages))
        self.listed = {stage.id: self._are_listed(stage) for stage in self.rules.stages}
        contests: dict[str, list[str]] = {}
        for contest in self.to_come.contests:
            contests.setdefault(contest.stage, []).append(contest.session)
        self._steps = []
        for stage in self.rules.stages:
            if stage.id in contests:
                self._steps += self._stage(stage, contests[stage.id])
        self.need(*self.to_come.tied)
        self.prizes = list(self._prizes())

    def slow(self, deviates: Whole | None) -> Whole:
        """How slow each car is, in each season where that is open. ``deviates``: normal ones, a column a season.

        Worked out in double precision and rounded: processors differ in the last bits, the answer must not.
        """
        if self._doubt is None or deviates is None:
            return np.exp(-self._strength).astype(np.float32)
        slow = np.empty((len(self.cars), deviates.shape[1]), dtype=np.float32)
        width = max(_ALONE // self._doubt.size, 1)
        for start in range(0, deviates.shape[1], width):
            part = slice(start, start + width)
            strength = self._doubt @ deviates[:, part].astype(np.float64)
            strength += self._strength
            slow[:, part] = np.exp(np.negative(strength, out=strength), out=strength)
        return slow

    def play(self, dice: np.random.Generator, size: int, slow: Whole) -> Played:
        """The round, so many times."""
        played = Played(size, slow)
        for step in self._steps:
            step(played, dice)
        return played

    def seen(self, codes: Codes) -> Codes:
        """Where the cars came in as the standing sees it: places close up over guests."""
        if not self.guests:
            return codes
        mine = codes[: -self.guests]
        found = np.full_like(codes, ABSENT)
        found[: -self.guests] = np.where(mine >= UNPLACED, mine, places(place_of(mine)) | (mine & np.uint8(OUT)))
        return found

    def fed(self) -> dict[str, list[Key]]:
        """The stages for which one has to qualify, and their contests."""
        found: dict[str, list[Key]] = {}
        for contest in self.to_come.contests:
            over = self.is_over(contest.stage, contest.session)
            if contest.session and not over and list(self._feeders(contest.session)):
                found.setdefault(contest.stage, []).append((contest.stage, contest.session))
        return found

    @property
    def last(self) -> Key | None:
        """The contest to come that decides who wins the round; None where several do, or it is over."""
        winner = self.rules.winner
        deciding = [(one.stage, one.session) for one in self.to_come.contests if one.stage == winner]
        return deciding[0] if len(deciding) == 1 and not self.is_over(*deciding[0]) else None

    def is_over(self, stage: str, session: str) -> bool:
        """Whether a contest has been run already."""
        return self.begun is not None and self.begun.known(stage, session)

    def need(self, *names: str) -> None:
        """See that these stages and sessions are known, if they are over. Raises UserError if not."""
        for name in names:
            if name in self._untold:
                raise self._untold[name]

    def need_groups(self, stage: Stage) -> None:
        """See that a car starts in one session of a stage only. Raises UserError if the rules do not tell in which."""
        mine = [one.session for one in self.to_come.contests if one.stage == stage.id and one.session]
        if len(mine) > 1 and not any(self.is_over(stage.id, one) or list(self._feeders(one)) for one in mine):
            raise UserError(f"who starts in {mine[0]} and who in {mine[1]} does not follow from the rules")

    def fastest(self, dice: np.random.Generator, played: Played) -> Whole:
        """Whose luck is best in something that is not a contest: the number of a car, by the same strengths."""
        times = self.times(dice, played)
        times[~self.there] = np.inf
        return np.asarray(times.argmin(axis=0))

    # --- sessions ----------------------------------------------------------------------------

    def clocked(self, keys: Iterable[Key], stage: Stage) -> None:
        """See that times of these contests can be compared. Raises UserError if one has been run already."""
        if any(self.is_over(*key) for key in keys):
            raise UserError(f"{stage.title or stage.id}: times that were driven cannot be compared with simulated ones")

    def times(self, dice: np.random.Generator, played: Played) -> Whole:
        """Plackett-Luce as a race of clocks: each rings after an exponential time, the sooner the stronger the car."""
        times = dice.standard_exponential((len(self.cars), played.size), dtype=np.float32)
        times *= played.slow
        return times

    def _stage(self, stage: Stage, sessions: Sequence[str]) -> Iterator[Callable[[Played, np.random.Generator], None]]:
        for session in sessions:
            if self.begun is not None and self.is_over(stage.id, session):
                key = (stage.id, session)
                unseen = () if self.guests else self._unseen
                try:
                    yield Over(key, self.begun.codes(*key, self.cars, unseen)[:, None])
                except UserError as error:
                    # Of a stage that is over it may be known how it ended, without knowing every session of it.
                    self._untold |= {stage.id: error, session: error}
            elif stage.total:
                yield Total(self, stage)
            elif stage.follow:
                yield Follow(self, stage)
            else:
                yield Session(self, stage, session, self._starts(stage, session), self._may_retire(stage))

    def _starts(self, stage: Stage, session: str) -> Starts:
        feeders = list(self._feeders(session))
        for feeder, advance in feeders:
            if advance.from_each:
                self.need_groups(feeder)
            if advance.plus and advance.plus_by == "time" and feeder.id not in getattr(self.begun, "decided", ()):
                self.clocked([(feeder.id, one) for one in feeder.sessions], feeder)
        if self.begun is None:
            return Starts(feeders)
        if not feeders:
            return Starts(feeders, self.there)
        if all(feeder.id in self.begun.decided for feeder, _ in feeders):
            return Starts([], self.begun.starters(session, self.cars))
        self.need(*(name for feeder, _ in feeders for name in (feeder.id, *feeder.sessions)))
        return Starts(feeders)

    def _feeders(self, session: str) -> Iterator[tuple[Stage, Advance]]:
        for stage in self.rules.stages:
            for advance in stage.advance:
                if session in advance.to and any(contest.stage == stage.id for contest in self.to_come.contests):
                    yield stage, advance

    def _award(self, stage: Stage) -> AwardRule | None:
        return stage.award.get(self.outlook.standing.points_of or self.outlook.standing.id)

    def _may_retire(self, stage: Stage) -> bool:
        """Whether it can be told what a retirement is worth in a stage; if not, all are taken to be classified."""
        clauses: list[Score | AwardRule | None] = [stage.score, self._award(stage)]
        return all(clause is None or clause.dnf.kind in ("points", "place", "entries") for clause in clauses) and bool(
            self.rate.any()
        )

    def _are_listed(self, stage: Stage) -> bool:
        """Whether those who retire are listed in a place: as in the results so far."""
        leads_on = stage.advance or any(stage.id in (*one.total, *one.follow) for one in self.rules.stages)
        rows = [
            row
            for round_ in self.outlook.base.rounds
            if stage.id in round_.stages
            for contest in round_.stages[stage.id].contests
            for row in contest.rows
            if row.status == "DNF"
        ]
        return bool(leads_on) or not rows or any(row.place is not None for row in rows)

    # --- points ------------------------------------------------------------------------------

    def _prizes(self) -> Iterator[Prize]:
        for contest in self.to_come.contests:
            if not any(contest.points) or self.is_over(contest.stage, contest.session):
                continue
            stage = self.rules.stage(contest.stage)
            values = {place: self.outlook.worth(worth) for place, worth in enumerate(contest.points)}
            clause = self._award(stage)
            for place in range(contest.size):
                gone = self._of_the_retired(clause, place, contest.points, stage)
                values[OUT + place] = self.outlook.worth(gone)
            yield Prize((contest.stage, contest.session), table_of(values))

    def _of_the_retired(self, clause: AwardRule | None, place: int, points: Sequence[Points], stage: Stage) -> Points:
        """What one gets who retired and is listed in a place (from 0)."""
        outcome = Outcome("place") if clause is None else clause.dnf
        if outcome.kind == "place":
            return points[place] if self.listed[stage.id] else 0
        scale = clause.scale if clause is not None else None
        one = None if scale is None else scale.at(1)
        factor = Fraction(points[0]) / Fraction(one) if one else Fraction(1)
        if outcome.kind == "points":
            return outcome.value * factor
        entries = min(len(points), int(self.there.sum()))
        worth = None if scale is None else scale.at(entries + int(outcome.value))
        return (worth or 0) * factor
