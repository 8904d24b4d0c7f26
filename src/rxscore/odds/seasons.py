"""What remains of a season, simulated many times: exact totals, who is where, who gets through.

The seasons are worked on in blocks, each with its own stream of random numbers drawn from the seed: the answer does
not depend on how many threads there are, or on which of them is first.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
from attrs import define

from rxscore.odds.codes import ABSENT, OUT, Codes, looked_up, places, table_of
from rxscore.odds.days import Day, Prize
from rxscore.odds.midway import Begun
from rxscore.odds.sessions import Played
from rxscore.odds.strengths import Strengths
from rxscore.problems import UserError
from rxscore.rulesets import TieStep
from rxscore.scoring.standings import scale_of
from rxscore.title.contests import Feat
from rxscore.title.tally import Outlook

Whole = npt.NDArray[Any]

BLOCK = 8192
"""So many seasons at once: their arrays stay in the processor's cache."""

PLACES = 3
"""The positions that are told, if nothing else is asked: the first so many."""

_PARTED = ("wins", "countback", "latest round", "earliest best")
"""The tie steps between equals in a standing that are simulated; from the first other one on they stay equal."""


@define(eq=False)
class Tally:
    """How often what came out.

    ``seasons``: so many were simulated; ``positions``: how often each competitor (a row each) was in each of the first
    positions; ``level``: in how many seasons one of them was shared; ``through``: by stage, how often each car of the
    next round started in it; ``wins``: how often it won that round.
    """

    seasons: int
    positions: Whole
    level: int
    through: dict[str, Whole]
    wins: Whole

    def __add__(self, other: "Tally") -> "Tally":
        through = {stage: counts + other.through[stage] for stage, counts in self.through.items()}
        return Tally(
            self.seasons + other.seasons, self.positions + other.positions, self.level + other.level, through,
            self.wins + other.wins,
        )  # fmt: skip


@define(eq=False)
class Block:
    """Some seasons simulated: the days, the totals and the positions (from 0, shared by equals)."""

    days: list[Played]
    feats: list[list[tuple[Feat, Whole]]]
    totals: Whole
    positions: Whole
    level: int


class Seasons:
    """What remains after some round, ready to be simulated. Raises UserError, in words, for what cannot be.

    ``competitors``: in the order of the rows of everything here. ``begun``: what is over of the first round to come.
    ``places``: the positions that are told, the first so many.
    """

    def __init__(
        self, outlook: Outlook, strengths: Strengths, begun: Begun | None = None, places: int = PLACES
    ) -> None:
        self.places = places
        if not outlook.rounds:
            raise UserError("nothing is left to come: there are no odds to tell")
        self.outlook = outlook
        self.begun = begun
        self._strengths = strengths
        self.days = [
            Day(outlook, round_, outlook.rules.of(round_.number), strengths,
                begun if begun is not None and begun.number == round_.number else None)
            for round_ in outlook.rounds
        ]  # fmt: skip
        empty = next((round_.number for round_ in outlook.rounds if not any(round_.owners.values())), None)
        if empty is not None:
            raise UserError(
                f"round {empty}: nobody is entered who scores in {outlook.standing.title or outlook.standing.id}"
            )
        first = [owner for car in outlook.rounds[0].field for owner, _ in outlook.rounds[0].owners[car]]
        self.competitors = tuple(name for name in dict.fromkeys([*first, *outlook.rivals]) if self._ranked(name))
        self._row = {name: row for row, name in enumerate(self.competitors)}
        self._owners = [
            [
                [(self._row[owner], share) for owner, share in round_.owners[car] if owner in self._row]
                for car in round_.field
            ]
            for round_ in outlook.rounds
        ]
        source = outlook.rules.season.standing(outlook.standing.points_of or outlook.standing.id)
        self._limit = source.cars if source.cars is not None and source.cars_by == "contest" else 0
        self._beyond = [self._too_many(owners) for owners in self._owners]
        self._rows = [self._straight(owners) for owners in self._owners]
        self._over = self._so_far()
        holdings = [outlook.holdings[name] for name in self.competitors]
        self._always = np.array([one.always for one in holdings], dtype=np.int32)[:, None]
        most = max(outlook.bounds(name)[1] for name in self.competitors)
        if max(most, *(abs(one.always) for one in holdings)) >= 2**30:
            raise UserError("these rules cannot be simulated: the points need numbers that are too large")

    def _ranked(self, name: str) -> bool:
        """Whether a competitor has a place in the standing: where few points are good, none must not be the best."""
        outlook = self.outlook
        if name not in outlook.rivals or outlook.standing.order == "high":
            return name in outlook.rivals
        account = outlook.holdings[name].account
        return (account is not None and (account.listed or bool(account.points))) or any(
            round_.cars(name) for round_ in outlook.rounds
        )

    def _too_many(self, owners: Sequence[Sequence[tuple[int, Fraction]]]) -> list[list[int]]:
        """The cars of each competitor who has more in a round than may score."""
        mine: dict[int, list[int]] = {}
        for car, each in enumerate(owners):
            for row, _ in each:
                mine.setdefault(row, []).append(car)
        return [cars for cars in mine.values() if self._limit and len(cars) > self._limit]

    def _straight(self, owners: Sequence[Sequence[tuple[int, Fraction]]]) -> Whole | slice | None:
        """The rows that a round's cars score for, where each car scores for one competitor, and no two for the same."""
        rows = [one[0][0] for one in owners if len(one) == 1 and one[0][1] == 1]
        if len(rows) < len(owners) or len(set(rows)) < len(rows):
            return None
        if rows == list(range(rows[0], rows[0] + len(rows))):
            return slice(rows[0], rows[0] + len(rows))
        return np.array(rows)

    def _so_far(self) -> dict[tuple[int, str] | None, Whole]:
        """What the round that has begun has been worth: by the score of which it is a part (None: it always counts)."""
        found: dict[tuple[int, str] | None, Whole] = {}
        if self.begun is not None:
            for stage, session, name, points in self.begun.points(self.outlook.standing.id):
                if name in self._row:
                    key = self.outlook.unit_of(self.begun.number, stage, session)
                    found.setdefault(key, np.zeros((len(self.competitors), 1), dtype=np.int32))
                    found[key][self._row[name]] += self.outlook.worth(points)
        return found

    def points(self, competitor: str) -> int:
        """What a competitor has, in units, what may be dropped left out as far as it must."""
        always, added = 0, dict[int, list[int]]()
        for unit, worth in self._over.items():
            mine = int(worth[self._row[competitor], 0])
            if unit is None:
                always += mine
            else:
                added.setdefault(unit[0], []).append(mine)
        return self.outlook.counted(self.outlook.holdings[competitor], always, added)

    # --- simulating --------------------------------------------------------------------------

    def run(
        self, seasons: int, seed: int, *, threads: int | None = None, done: Callable[[int], None] = lambda _: None
    ) -> Tally:
        """So many seasons. The same seed gives the same answer. ``done``: called with the seasons of every block."""
        sizes = [min(BLOCK, seasons - start) for start in range(0, seasons, BLOCK)]
        streams = np.random.SeedSequence(seed).spawn(len(sizes))

        def counted(work: tuple[np.random.SeedSequence, int]) -> Tally:
            return self._counted(self.block(*work))

        tally = None
        with ThreadPoolExecutor(threads or min(os.cpu_count() or 1, len(sizes))) as pool:
            for one in pool.map(counted, zip(streams, sizes, strict=True)):
                tally = one if tally is None else tally + one
                done(one.seasons)
        assert tally is not None, "there is at least one season to simulate"
        return tally

    def block(self, stream: np.random.SeedSequence, size: int) -> Block:
        """Some seasons at once, with their days kept."""
        dice = np.random.Generator(np.random.SFC64(stream))
        many = self._strengths.deviates
        deviates = dice.standard_normal((many, size), dtype=np.float32) if many else None
        slow: dict[tuple[str, ...], Whole] = {}
        days: list[Played] = []
        feats: list[list[tuple[Feat, Whole]]] = []
        total = np.repeat(self._always, size, axis=1)
        droppable: list[dict[tuple[int, str], Whole]] = [{} for _ in self.outlook.plan.clauses]

        def account(number: int, unit: tuple[int, str] | None) -> Whole:
            """Where points go: to what always counts, or to a score of their own."""
            if unit is None:
                return total
            pot, session = unit
            return droppable[pot].setdefault((number, session), np.zeros(total.shape, dtype=np.int32))

        for unit, worth in self._over.items():
            over = account(self.days[0].to_come.number, unit)
            over += worth
        for index, day in enumerate(self.days):
            if day.cars not in slow:
                slow[day.cars] = day.slow(deviates)
            played = day.play(dice, size, slow[day.cars])
            number = day.to_come.number
            for prize in day.prizes:
                points = self._scored(index, prize, day.seen(played.codes[prize.key]))
                self._credit(index, points, account(number, self.outlook.unit_of(number, *prize.key)))
            days.append(played)
            feats.append([])
            for feat in day.to_come.feats:
                if day.is_over("", feat.session):
                    continue
                who = day.fastest(dice, played)
                feats[-1].append((feat, who))
                unit = self.outlook.unit_of(number, feat.bonus, feat.session)
                self._credit(index, self._of_feat(day, feat, who, played), account(number, unit))
        for pot, units in enumerate(droppable):
            total += self._kept(pot, list(units.values()), size)
        low = self.outlook.standing.order == "low"
        positions, level = self._positions(-total if low else total, days)
        return Block(days, feats, total, positions, level)

    def _scored(self, index: int, prize: Prize, codes: Codes) -> Whole:
        """The points of a round's cars for a contest; of those of one competitor only the first may score."""
        points = looked_up(prize.table, codes)
        if self._beyond[index]:
            points = points.copy()
            for cars in self._beyond[index]:
                points[cars] *= places(codes[cars]) < np.uint8(self._limit)
        return points

    def _credit(self, index: int, points: Whole, to: Whole) -> None:
        """Add the points of a round's cars to those whose they are."""
        rows = self._rows[index]
        if rows is not None:
            to[rows] += points[: len(self._owners[index])]
            return
        for car, owners in enumerate(self._owners[index]):
            for row, share in owners:
                to[row] += points[car] if share == 1 else points[car].astype(np.int32) // share.denominator

    def _of_feat(self, day: Day, feat: Feat, who: Whole, played: Played) -> Whole:
        """The points of each car for a feat; nothing for one who is not placed as the rules ask."""
        worth = np.zeros((len(day.cars), len(who)), dtype=np.int32)
        columns = np.arange(len(who))
        worth[who, columns] = self.outlook.worth(feat.points)
        if feat.within is not None:
            classified = table_of(dict.fromkeys(range(feat.within or OUT), 1))
            fit = np.zeros(len(who), dtype=bool)
            for contest in feat.contests:
                one = day.to_come.contests[contest]
                fit |= looked_up(classified, day.seen(played.codes[one.stage, one.session])[who, columns]).view(bool)
            worth[:, ~fit] = 0
        return worth

    def _kept(self, pot: int, units: Sequence[Whole], size: int) -> Whole:
        """What counts of the scores under a clause: those that must, and the best of the others."""
        kept = np.zeros((len(self.competitors), size), dtype=np.int32)
        for row, name in enumerate(self.competitors):
            mine = self.outlook.holdings[name].pots[pot]
            kept[row] += mine.bound
            scores = [np.full(size, score, dtype=np.int32) for score in mine.scores]
            scores += [unit[row] for unit in units]
            if len(scores) <= mine.room:
                for one in scores:
                    kept[row] += one
            elif mine.room:
                kept[row] += np.sort(np.stack(scores), axis=0)[-mine.room :].sum(axis=0, dtype=np.int32)
        return kept

    # --- tables ------------------------------------------------------------------------------

    def _positions(self, total: Whole, days: Sequence[Played]) -> tuple[Whole, int]:
        """Where everybody is (from 0, shared by equals), and in how many seasons one of the first is shared.

        ``total``: the more, the better.
        Ties are looked into only where they matter to the first positions.
        """
        many = len(total)
        position = np.zeros(total.shape, dtype=np.uint8)
        for row in range(many - 1):
            position[row + 1 :] += (total[row] > total[row + 1 :]).view(np.uint8)
            position[row] += np.add.reduce((total[row] < total[row + 1 :]).view(np.uint8), axis=0, dtype=np.uint8)
        clear = np.ones(total.shape[1], dtype=bool)
        for place in range(1, min(self.places + 1, many)):
            clear &= (position == place).any(axis=0)
        tied = np.flatnonzero(~clear)
        if not len(tied):
            return position, 0
        keys = [-total[:, tied], *(key for step in self._steps() for key in self._compared(step, days, tied))]
        order = np.lexsort(keys[::-1], axis=0)
        same = np.ones((many - 1, len(tied)), dtype=bool)
        for key in keys:
            ordered = np.take_along_axis(key, order, axis=0)
            same &= ordered[1:] == ordered[:-1]
        there = np.zeros((many, len(tied)), dtype=np.uint8)
        for place in range(1, many):
            there[place] = np.where(same[place - 1], there[place - 1], place)
        parted = np.empty_like(there)
        np.put_along_axis(parted, order, there, axis=0)
        position[:, tied] = parted
        return position, int((same[: self.places].any(axis=0)).sum())

    def _steps(self) -> list[TieStep]:
        """The tie steps of the standing, up to the first that is not simulated."""
        steps: list[TieStep] = []
        for step in self.outlook.standing.ties:
            if step.kind not in _PARTED or step.counted:
                break
            steps.append(step)
        return steps

    @property
    def left_equal(self) -> str:
        """The first tie step of the standing that is not simulated, in words; nothing, if all are."""
        steps = self.outlook.standing.ties
        known = len(self._steps())
        return str(steps[known]) if known < len(steps) else ""

    def _compared(self, step: TieStep, days: Sequence[Played], at: Whole) -> Iterable[Whole]:
        """What a tie step compares in some of the seasons, the smaller ahead."""
        of = step.of or self.outlook.rules.season.winner
        past = {name: _results(self.outlook, name, of) for name in self.competitors}
        worth = scale_of(self.outlook.rules.season, self.outlook.standing, of) if step.scoring else None

        def matters(place: int) -> bool:
            return worth is None or bool(worth.at(place))

        came = [self._came(index, of, days[index], at) for index in range(len(days))]
        if step.scoring:
            nothing = np.array([code if code < OUT and matters(code + 1) else ABSENT for code in range(256)], np.uint8)
            came = [[looked_up(nothing, one) for one in each] for each in came]
            past = {name: [(place, number) for place, number in mine if matters(place)] for name, mine in past.items()}
        if step.kind == "latest round":
            for each in reversed(came):
                yield np.minimum.reduce(each) if each else np.full((len(self.competitors), len(at)), ABSENT, np.uint8)
            for number in sorted({number for mine in past.values() for _, number in mine}, reverse=True):
                best = [min((place for place, there in past[name] if there == number), default=ABSENT)
                        for name in self.competitors]  # fmt: skip
                yield np.repeat(np.array(best)[:, None], len(at), axis=1)
            return
        if step.kind == "earliest best":
            yield self._earliest_best(came, past, at)
            return
        every = [one for each in came for one in each]
        if step.kind == "wins":
            wins = np.array([-sum(place == 1 for place, _ in past[name]) for name in self.competitors])[:, None]
            yield wins - sum(((one == 0).astype(np.int32) for one in every), np.zeros((1, len(at)), np.int32))
            return
        longest = max(map(len, past.values()), default=0)
        before = [[place - 1 for place, _ in past[name]] + [ABSENT] * (longest - len(past[name]))
                  for name in self.competitors]  # fmt: skip
        known = np.repeat(np.array(before, dtype=np.uint8).T[:, :, None], len(at), axis=2)
        yield from np.sort(np.concatenate([known, *([np.stack(every)] if every else [])]), axis=0)

    def _earliest_best(
        self, came: Sequence[Sequence[Whole]], past: Mapping[str, Sequence[tuple[int, int]]], at: Whole
    ) -> Whole:
        """The best place of each, and of several the earliest: one number."""
        rounds = 1000
        so_far = [min(((place - 1) * rounds + number for place, number in past[name]), default=ABSENT * rounds)
                  for name in self.competitors]  # fmt: skip
        best = np.repeat(np.array(so_far)[:, None], len(at), axis=1)
        for day, each in zip(self.days, came, strict=True):
            for one in each:
                np.minimum(best, one.astype(np.int64) * rounds + day.to_come.number, out=best)
        return best

    def _came(self, index: int, of: str, played: Played, at: Whole) -> list[Whole]:
        """The places that competitors took on a day in a stage or session, as often as one can have several."""
        found: list[Whole] = []
        for codes in played.of(of):
            here = self.days[index].seen(codes[:, at])
            here[here >= OUT] = ABSENT
            slots: list[Whole] = []
            taken: dict[int, int] = {}
            for car, owners in enumerate(self._owners[index]):
                for row, _ in owners:
                    slot = taken.get(row, 0)
                    taken[row] = slot + 1
                    if slot == len(slots):
                        slots.append(np.full((len(self.competitors), len(at)), ABSENT, dtype=np.uint8))
                    slots[slot][row] = here[car]
            found += slots
        return found

    def _counted(self, block: Block) -> Tally:
        size = block.totals.shape[1]
        often = [(block.positions == place).sum(axis=1) for place in range(self.places)]
        through = {
            stage: sum((block.days[0].codes[key] != ABSENT).sum(axis=1) for key in keys)
            for stage, keys in self.days[0].fed().items()
        }
        day = self.days[0]
        last = day.last
        wins = np.zeros(len(day.cars), int) if last is None else (block.days[0].codes[last] == 0).sum(axis=1)
        through_ = {name: np.asarray(one) for name, one in through.items()}
        return Tally(size, np.stack(often, axis=1), block.level, through_, np.asarray(wins))


def _results(outlook: Outlook, name: str, of: str) -> Sequence[tuple[int, int]]:
    """The places so far that ties look at: place and round."""
    account = outlook.holdings[name].account
    results: Mapping[str, Sequence[tuple[int, int]]] = {} if account is None else account.results
    return results.get(of, ())
