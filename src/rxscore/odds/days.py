"""One round to come, played many times at once: every session in its order, who goes on, what each place is worth.

A round is arrays with a row for every car and a column for every time it is played. Where a car came in is one byte:
its place (from 0), plus ``OUT`` if it retired; ``UNPLACED`` or ``ABSENT``, if it has none. What a place is worth is
then a table of 256 numbers. Points are whole numbers, in the units of the outlook.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import ceil, lcm
from typing import Any

import numpy as np
import numpy.typing as npt
from attrs import define, field, frozen

from rxscore.events import Points
from rxscore.odds.midway import ABSENT, OUT, UNPLACED, Begun
from rxscore.odds.strengths import Strengths
from rxscore.problems import UserError
from rxscore.rulesets import Advance, AwardRule, Outcome, Ruleset, Score, Stage, TieStep
from rxscore.scoring.scores import outcome_points
from rxscore.title.contests import SEATS_TAKEN, RoundToCome
from rxscore.title.play import TIMES, field_of, looks_at_times
from rxscore.title.tally import Outlook

Codes = npt.NDArray[np.uint8]
Whole = npt.NDArray[Any]

_FAR = 29
"""This bit of the time of a car that retires is raised: it is 2 ** 64 times as long, behind all who finish."""

_ALONE = 2**17
"""A product of matrices with so few multiplications is not shared out among threads by the library underneath: those
would fight with ours for the processors, and the last bits of its sums would turn on how many there are."""

Key = tuple[str, str]
"""A contest: its stage, and its session (none, where the stage is one ranking)."""


def places(times: Whole) -> Codes:
    """In which place each row comes, column by column, the smallest first; of equals the upper row is ahead.

    Rows are compared two by two: for fields of racing size that is many times faster than sorting each column.
    """
    cars = len(times)
    place = np.zeros(times.shape, dtype=np.uint8)
    for row in range(cars - 1):
        ahead = (times[row] <= times[row + 1 :]).view(np.uint8)
        place[row + 1 :] += ahead
        place[row] += np.uint8(cars - 1 - row) - np.add.reduce(ahead, axis=0, dtype=np.uint8)
    return place


def looked_up(table: Whole, codes: Codes) -> Whole:
    """What a table of 256 numbers has for every code."""
    if table.dtype == np.uint8:
        # Many times faster than indexing, for which NumPy would make eight bytes of each.
        return np.frombuffer(codes.tobytes().translate(table.tobytes()), dtype=np.uint8).reshape(codes.shape)
    return np.take(table, codes)


def table_of(values: Mapping[int, int]) -> Whole:
    """A table of 256 numbers, 0 where nothing is said; as small as the numbers are."""
    small = all(0 <= value < 256 for value in values.values())
    table = np.zeros(256, dtype=np.uint8 if small else np.int32)
    for code, value in values.items():
        table[code] = value
    return table


@define(eq=False)
class Played:
    """A round played: by contest the codes, and by stage the totals, where it adds up.

    ``slow``: how slow each car is in each season. ``times``: by session the times, in millionths, where rules ask.
    """

    size: int
    slow: Whole
    codes: dict[Key, Codes] = field(factory=dict)
    times: dict[Key, Whole] = field(factory=dict)
    totals: dict[str, Whole] = field(factory=dict)

    def of(self, where: str) -> Iterator[Codes]:
        """The codes of every contest of a stage, or of that session."""
        return (codes for (stage, session), codes in self.codes.items() if where in (stage, session))


@frozen(eq=False)
class Prize:
    """What a contest is worth: its codes' points, and under which count clause they may be dropped (None: never)."""

    key: Key
    table: Whole
    pot: int | None


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
    _rate: Whole = field(init=False)
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
        self._rate = np.array(rate, dtype=np.uint16)[:, None]
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
        found[: -self.guests] = np.where(mine >= UNPLACED, mine, places(_place(mine)) | (mine & np.uint8(OUT)))
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
        times = self._times(dice, played)
        times[~self.there] = np.inf
        return np.asarray(times.argmin(axis=0))

    # --- sessions ----------------------------------------------------------------------------

    def clocked(self, keys: Iterable[Key], stage: Stage) -> None:
        """See that times of these contests can be compared. Raises UserError if one has been run already."""
        if any(self.is_over(*key) for key in keys):
            raise UserError(f"{stage.title or stage.id}: times that were driven cannot be compared with simulated ones")

    def _times(self, dice: np.random.Generator, played: Played) -> Whole:
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
                    yield _Over(key, self.begun.codes(*key, self.cars, unseen)[:, None])
                except UserError as error:
                    # Of a stage that is over it may be known how it ended, without knowing every session of it.
                    self._untold |= {stage.id: error, session: error}
            elif stage.total:
                yield _Total(self, stage)
            elif stage.follow:
                yield _Follow(self, stage)
            else:
                yield _Session(self, stage, session, self._starts(stage, session), self._may_retire(stage))

    def _starts(self, stage: Stage, session: str) -> "_Starts":
        feeders = list(self._feeders(session))
        for feeder, advance in feeders:
            if advance.from_each:
                self.need_groups(feeder)
            if advance.plus and advance.plus_by == "time" and feeder.id not in getattr(self.begun, "decided", ()):
                self.clocked([(feeder.id, one) for one in feeder.sessions], feeder)
        if self.begun is None:
            return _Starts(feeders)
        if not feeders:
            return _Starts(feeders, self.there)
        if all(feeder.id in self.begun.decided for feeder, _ in feeders):
            return _Starts([], self.begun.starters(session, self.cars))
        self.need(*(name for feeder, _ in feeders for name in (feeder.id, *feeder.sessions)))
        return _Starts(feeders)

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
            self._rate.any()
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
            yield Prize(
                (contest.stage, contest.session), table_of(values), self.outlook.pot_of(self.to_come.number, stage.id)
            )

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


@frozen(eq=False)
class _Over:
    """A contest that has been run."""

    key: Key
    codes: Codes

    def __call__(self, played: Played, _: np.random.Generator) -> None:
        played.codes[self.key] = np.repeat(self.codes, played.size, axis=1)


@frozen(eq=False)
class _Starts:
    """Who starts in a session: those who are through from some stages, or those who are ``there`` (None: all)."""

    feeders: Sequence[tuple[Stage, Advance]]
    there: Whole | None = None


@frozen(eq=False)
class _Session:
    """One session: who starts in it, who finishes, in which order."""

    day: Day
    stage: Stage
    session: str
    starts: _Starts
    retire: bool

    def __call__(self, played: Played, dice: np.random.Generator) -> None:
        # Of positive floats the bits, read as whole numbers, have the same order; with these it is quicker to work.
        bits = self.day._times(dice, played).view(np.int32)
        if self.day.timed:
            clock = np.rint(bits.view(np.float32) * np.float64(1e6)).astype(np.int64)
            played.times[self.stage.id, self.session] = clock
        out: Codes | None = None
        if self.retire:
            cars, size = bits.shape
            chance = dice.integers(0, 2**32, (cars, (size + 1) // 2), dtype=np.uint32).view(np.uint16)[:, :size]
            out = (chance < self.day._rate).view(np.uint8)
            bits += np.left_shift(out, _FAR, dtype=np.int32)
        absent: Codes | None = None
        if self.starts.feeders:
            absent = (~self._through(played)).view(np.uint8)
        elif self.starts.there is not None and not self.starts.there.all():
            absent = np.repeat((~self.starts.there).view(np.uint8)[:, None], played.size, axis=1)
        if absent is not None:
            bits |= np.negative(absent, dtype=np.int32) & np.int32(2**31 - 1)
        codes = places(bits)
        if out is not None:
            codes |= out << np.uint8(7)
        if absent is not None:
            codes |= np.negative(absent)
        played.codes[self.stage.id, self.session] = codes

    def _through(self, played: Played) -> Whole:
        """Who has qualified: as the stages before say."""
        here = np.zeros((len(self.day.cars), played.size), dtype=bool)
        for feeder, advance in self.starts.feeders:
            keys = [key for key in played.codes if key[0] == feeder.id]
            contests = [played.codes[key] for key in keys]
            each = advance.from_each
            if each is None and len(contests) > 1:
                raise UserError(f"{feeder.title or feeder.id}: the order over several sessions is not simulated")
            low, high = (1, each) if each else advance.places or (1, advance.best or 0)
            seats = (high - low + 1) * len(contests)
            for group, codes in enumerate(contests):
                through = {}
                for place in range(low - 1, high):
                    index = (place - low + 1) * len(contests) + group
                    if _target(index, advance, seats) == self.session:
                        through[place] = through[place + OUT] = 1
                here |= looked_up(table_of(through), codes).view(bool)
            if advance.plus:
                rank = _next_in_line(advance, keys, high, played)
                mine = [
                    number for number in range(advance.plus) if _target(seats + number, advance, seats) == self.session
                ]
                here |= np.isin(rank, mine)
        return here


_NEVER = np.int64(2**62)
"""Behind everybody: more than any time."""


def _next_in_line(advance: Advance, keys: Sequence[Key], high: int, played: Played) -> Codes:
    """In which order those go on who are the best of those just not through (from 0; ABSENT: not among them)."""
    place = np.full(played.codes[keys[0]].shape, ABSENT, dtype=np.uint8)
    rank = np.full(place.shape, _NEVER)
    for key in keys:
        codes = played.codes[key]
        came = _place(codes)
        next_ = (codes != ABSENT) & ((came == high) if advance.from_each else (came >= high))
        place[next_] = came[next_]
        if advance.plus_by == "time":
            rank[next_] = _or_last(played.times[key], codes)[next_]
    if advance.plus_by != "time":
        rank = np.minimum.reduce([_place(codes) for codes in played.of(advance.plus_by)]).astype(np.int64)
    found = places(np.where(place == ABSENT, _NEVER, (place.astype(np.int64) << 50) + np.minimum(rank, 2**50 - 1)))
    found[place == ABSENT] = ABSENT
    return found


def _or_last(times: Whole, codes: Codes) -> Whole:
    """The times of those who finished; the others come behind."""
    return np.where(codes < OUT, times, _NEVER)


def _target(index: int, advance: Advance, seats: int) -> str:
    """Where the one who is through with this number starts."""
    targets = len(advance.to)
    lap, seat = divmod(index, targets)
    if advance.seats == "in order":
        seat = min(index // ceil(seats / targets), targets - 1)
    elif advance.seats == "snake" and lap % 2:
        seat = targets - 1 - seat
    return advance.to[seat]


def _place(codes: Codes) -> Codes:
    """Places without saying who retired; behind everybody, where there is none."""
    return codes & np.uint8(OUT - 1)


class _Total:
    """A stage that adds up the scores of others."""

    def __init__(self, day: Day, stage: Stage) -> None:
        self.day, self.stage = day, stage
        self.keys: list[Key] = []
        tables: list[list[Points]] = []
        for contest in day.to_come.contests:
            if contest.stage in stage.total:
                owner = day.rules.stage(contest.stage)
                if stage.by == "time":
                    self.keys.append((contest.stage, contest.session))
                    continue
                if owner.score is None:
                    raise UserError(f"{owner.title or owner.id}: it gives no scores that could be added up")
                day.need(contest.session)
                self.keys.append((contest.stage, contest.session))
                tables.append(_scores(owner.score, int(day.there.sum()), owner))
        over = [self._given(key, table) for key, table in zip(self.keys, tables, strict=False)]
        unit = lcm(*(Fraction(worth).denominator for table in (*tables, *over) for worth in table))
        self.tables = [table_of({code: int(worth * unit) for code, worth in enumerate(table)}) for table in tables]
        self.over = [np.array([int(worth * unit) for worth in given], dtype=np.int32)[:, None] for given in over]
        self.most = sum(map(self._best, self.tables, self.over)) + 1
        if stage.by == "time" or any(step.kind in TIMES for step in stage.ties):
            day.clocked(self.keys, stage)
        unknown = [str(step) for step in stage.ties if step.kind not in _TOLD]
        if unknown:
            raise UserError(f"{stage.title or stage.id}: the tie-break {unknown[0]!r} is not simulated")

    def _given(self, key: Key, table: Sequence[Points]) -> list[Points]:
        """What a contest that is over was worth to each car; nothing at all, if it is to come."""
        if self.day.begun is None or not self.day.is_over(*key):
            return []
        given = self.day.begun.scores(*key)
        return [given.get(car, table[ABSENT]) for car in self.day.cars]

    def _best(self, table: Whole, over: Whole) -> int:
        return int((over if len(over) else table).max())

    def _by_time(self, played: Played) -> tuple[Whole, int]:
        """The times added up, and more than they can be. Who has not finished all has none."""
        total = np.sum([played.times[key] for key in self.keys], axis=0)
        unfit = np.logical_or.reduce([played.codes[key] >= OUT for key in self.keys])
        total[unfit] = 0
        most = int(total.max()) + 1
        total[unfit] = most
        return total, most + 1

    def _by_points(self, played: Played) -> tuple[Whole, int]:
        """What is compared of the scores added up, and more than it can be."""
        contests = [played.codes[key] for key in self.keys]
        scores = [
            np.repeat(over, played.size, axis=1) if len(over) else looked_up(table, codes)
            for table, over, codes in zip(self.tables, self.over, contests, strict=True)
        ]
        high = self.stage.order == "high"
        if self.stage.best is not None and self.stage.best < len(scores):
            ordered = np.sort(np.stack([one.astype(np.int32) for one in scores]), axis=0)
            scores = list(ordered[-self.stage.best :] if high else ordered[: self.stage.best])
        total = np.zeros(contests[0].shape, dtype=np.int32)
        for one in scores:
            total += one
        return (self.most - total) if high else total, self.most + 1

    def __call__(self, played: Played, _: np.random.Generator) -> None:
        contests = [played.codes[key] for key in self.keys]
        total, most = self._by_time(played) if self.stage.by == "time" else self._by_points(played)
        ladder = _Ladder(total, most)
        for step in self.stage.ties:
            if step.kind in TIMES:
                ladder.below_times(_clocked(step, self.keys, played))
            else:
                ladder.below(_told(step, contests, played))
        # A dead heat that the rules leave goes to the better one of the latest session.
        ladder.below([_place(contests[-1])])
        unfit = np.repeat(~self.day.there[:, None], played.size, axis=1)
        if self.stage.finished:
            finished = sum((codes < OUT).astype(np.int32) for codes in contests)
            unfit |= np.asarray(finished) < self.stage.finished
        if self.stage.by == "time":
            unfit |= total == most - 1
        if unfit.any():
            ladder.last(unfit)
            codes = places(ladder.key)
            codes[unfit] = UNPLACED
            codes[~self.day.there] = ABSENT
        else:
            codes = places(ladder.key)
        played.codes[self.stage.id, ""] = codes


_TOLD = ("latest session", "last session", "countback", "place", "time", "latest time")
"""The tie steps inside an event that can be simulated."""


def _told(step: TieStep, contests: Sequence[Codes], played: Played) -> list[Codes]:
    """What a tie step that looks at places compares, in order."""
    match step.kind:
        case "latest session":
            return [_place(codes) for codes in reversed(contests)]
        case "last session":
            return [_place(contests[-1])]
        case "countback":
            return list(np.sort(np.stack([_place(codes) for codes in contests]), axis=0))
        case "place":
            found = [_place(codes) for codes in played.of(step.of)]
            return [np.minimum.reduce(found)] if found else []
        case _:
            return []


def _clocked(step: TieStep, keys: Sequence[Key], played: Played) -> Whole:
    """What a tie step that looks at times compares: all of them, or the last one."""
    keys = keys if step.kind == "time" else keys[-1:]
    each = [_or_last(played.times[key], played.codes[key]) for key in keys]
    unfit = np.logical_or.reduce([one == _NEVER for one in each])
    added = np.sum([np.where(one == _NEVER, 0, one) for one in each], axis=0)
    return np.asarray(added + np.where(unfit, np.int64(2**40), 0))


class _Ladder:
    """What is compared first, what next: one number for each car, the smallest ahead."""

    def __init__(self, key: Whole, most: int) -> None:
        self.key, self.most = key, most

    def below(self, steps: Sequence[Codes]) -> None:
        """Compare these as well, each a place, one after the other, as far as there is room."""
        for step in steps:
            if self.most * OUT >= 2**62:
                return
            self.most *= OUT
            if self.most >= 2**31 and self.key.dtype != np.int64:
                self.key = self.key.astype(np.int64)
            self.key = self.key * OUT + step

    def below_times(self, times: Whole) -> None:
        """Compare times as well: of each column their order is enough."""
        rank = places(times)
        # Equal times, which are very rare, stay equal.
        self.below([np.minimum.reduce([np.where(times == times[row], rank[row], ABSENT) for row in range(len(times))])])

    def last(self, who: Whole) -> None:
        """These come behind everybody else."""
        self.key = self.key.astype(np.int64)
        self.key[who] += self.most


def _scores(score: Score, cars: int, stage: Stage) -> list[Points]:
    """What each code is worth inside the event."""
    outcome = score.absent or score.dns
    found: list[Points | None] = [0] * 256
    for place in range(1, cars + 1):
        found[place - 1] = score.scale.at(place)
        found[OUT + place - 1] = outcome_points(score.dnf, place, score.scale.at, cars, cars)
    found[ABSENT] = outcome_points(outcome, None, score.scale.at, cars, cars)
    known = [worth for worth in found if worth is not None]
    if len(known) < len(found):
        raise UserError(f"{stage.title or stage.id}: scores that no source tells are not simulated")
    return known


class _Follow:
    """An event's order: one stage's, then the next one's."""

    def __init__(self, day: Day, stage: Stage) -> None:
        self.day, self.stage = day, stage
        unknown = [str(step) for step in stage.ties if step.kind not in ("place", "time")]
        if unknown:
            raise UserError(f"{stage.title or stage.id}: the tie-break {unknown[0]!r} is not simulated")
        day.need(*stage.follow, *(step.of for step in stage.ties))
        for part in stage.follow:
            day.need_groups(day.rules.stage(part))
        if any(step.kind == "time" for step in stage.ties):
            day.clocked([(one.stage, one.session) for one in day.to_come.contests if one.stage in stage.follow], stage)

    def __call__(self, played: Played, dice: np.random.Generator) -> None:
        shape = (len(self.day.cars), played.size)
        nowhere = np.int32(len(self.stage.follow) * 256 + 256)
        key = np.full(shape, nowhere, dtype=np.int32)
        for part in range(len(self.stage.follow) - 1, -1, -1):
            for (stage, _session), codes in played.codes.items():
                if stage == self.stage.follow[part]:
                    # Of two who came in the same place, the one who finished is ahead, whatever the ties say.
                    came = (_place(codes).astype(np.int32) << 1) + (codes >= OUT)
                    key = np.where(codes == ABSENT, key, part * 256 + came)
        absent = key == nowhere
        ladder = _Ladder(key, int(nowhere) + 1)
        for step in self.stage.ties:
            if step.kind == "time":
                ladder.below_times(self._clocked(played))
            else:
                ladder.below(_told(step, (), played))
        # A dead heat that the rules leave is decided by lot.
        ladder.below([dice.integers(0, OUT, shape, dtype=np.uint8)])
        codes = places(ladder.key)
        codes[absent] = ABSENT
        played.codes[self.stage.id, ""] = codes

    def _clocked(self, played: Played) -> Whole:
        """The time of each car in the contest by which it is placed."""
        times = np.full((len(self.day.cars), played.size), _NEVER)
        for part in reversed(self.stage.follow):
            for key, codes in played.codes.items():
                if key[0] == part:
                    there = codes != ABSENT
                    own = _or_last(played.times[key], codes) if key in played.times else np.full(times.shape, _NEVER)
                    times[there] = own[there]
        return times
