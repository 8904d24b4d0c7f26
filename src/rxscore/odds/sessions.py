"""The parts of a round, one after the other: sessions, scores or times added up, orders that follow one another."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil, lcm
from typing import TYPE_CHECKING

import numpy as np
from attrs import define, field, frozen

from rxscore.events import Points
from rxscore.odds.codes import ABSENT, OUT, UNPLACED, Codes, Whole, looked_up, place_of, places, table_of
from rxscore.problems import UserError
from rxscore.rulesets import Advance, Score, Stage, TieStep
from rxscore.scoring.scores import outcome_points
from rxscore.title.play import TIMES

if TYPE_CHECKING:
    from rxscore.odds.days import Day

Key = tuple[str, str]
"""A contest: its stage, and its session (none, where the stage is one ranking)."""

_FAR = 29
"""This bit of the time of a car that retires is raised: it is 2 ** 64 times as long, behind all who finish."""


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
class Over:
    """A contest that has been run."""

    key: Key
    codes: Codes

    def __call__(self, played: Played, _: np.random.Generator) -> None:
        """Put down how it ended, the same every time."""
        played.codes[self.key] = np.repeat(self.codes, played.size, axis=1)


@frozen(eq=False)
class Starts:
    """Who starts in a session: those who are through from some stages, or those who are ``there`` (None: all)."""

    feeders: Sequence[tuple[Stage, Advance]]
    there: Whole | None = None


@frozen(eq=False)
class Session:
    """One session: who starts in it, who finishes, in which order."""

    day: "Day"
    stage: Stage
    session: str
    starts: Starts
    retire: bool

    def __call__(self, played: Played, dice: np.random.Generator) -> None:
        """Run it: everybody's clock is wound up, and the codes are put down."""
        # Of positive floats the bits, read as whole numbers, have the same order; with these it is quicker to work.
        bits = self.day.times(dice, played).view(np.int32)
        if self.day.timed:
            clock = np.rint(bits.view(np.float32) * np.float64(1e6)).astype(np.int64)
            played.times[self.stage.id, self.session] = clock
        out: Codes | None = None
        if self.retire:
            cars, size = bits.shape
            chance = dice.integers(0, 2**32, (cars, (size + 1) // 2), dtype=np.uint32).view(np.uint16)[:, :size]
            out = (chance < self.day.rate).view(np.uint8)
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
        came = place_of(codes)
        next_ = (codes != ABSENT) & ((came == high) if advance.from_each else (came >= high))
        place[next_] = came[next_]
        if advance.plus_by == "time":
            rank[next_] = _or_last(played.times[key], codes)[next_]
    if advance.plus_by != "time":
        rank = np.minimum.reduce([place_of(codes) for codes in played.of(advance.plus_by)]).astype(np.int64)
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


class Total:
    """A stage that adds up the scores of others."""

    def __init__(self, day: "Day", stage: Stage) -> None:
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
        """Add up what has been run, and rank it."""
        contests = [played.codes[key] for key in self.keys]
        total, most = self._by_time(played) if self.stage.by == "time" else self._by_points(played)
        ladder = _Ladder(total, most)
        for step in self.stage.ties:
            if step.kind in TIMES:
                ladder.below_times(_clocked(step, self.keys, played))
            else:
                ladder.below(_told(step, contests, played))
        # A dead heat that the rules leave goes to the better one of the latest session.
        ladder.below([place_of(contests[-1])])
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
            return [place_of(codes) for codes in reversed(contests)]
        case "last session":
            return [place_of(contests[-1])]
        case "countback":
            return list(np.sort(np.stack([place_of(codes) for codes in contests]), axis=0))
        case "place":
            found = [place_of(codes) for codes in played.of(step.of)]
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


class Follow:
    """An event's order: one stage's, then the next one's."""

    def __init__(self, day: "Day", stage: Stage) -> None:
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
        """Put one stage's order behind the other's."""
        shape = (len(self.day.cars), played.size)
        nowhere = np.int32(len(self.stage.follow) * 256 + 256)
        key = np.full(shape, nowhere, dtype=np.int32)
        for part in range(len(self.stage.follow) - 1, -1, -1):
            for (stage, _session), codes in played.codes.items():
                if stage == self.stage.follow[part]:
                    # Of two who came in the same place, the one who finished is ahead, whatever the ties say.
                    came = (place_of(codes).astype(np.int32) << 1) + (codes >= OUT)
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
