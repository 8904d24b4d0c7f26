"""Many points scales at once: a season's standing compiled to integer arithmetic over columns of scales.

How a competitor's points depend on a scale is found by the exact engine itself. The season is scored once under
a scale whose values are the powers of one huge number; the digits of every award in that base then tell how often
each place counts in it, with dead heats, shared cars, half points and coefficients all in their place. What is left
is adding, choosing the best scores, and breaking ties; the first two NumPy does for all scales at once, in 64-bit
integers over one common denominator.

What does not depend on the scale in this way (the better of two shared drives, the best cars of a round, points "less
than the last") is refused, and so are values that might not fit into 64 bits: ``CannotBatchError`` says why, and the
exact engine does the work. Nothing is approximated.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import zip_longest
from math import lcm
from typing import Any

import numpy as np
import numpy.typing as npt
from attrs import evolve, frozen

from rxscore.events import Points, plain
from rxscore.rulesets import Ruleset, Scale, Standing, TieStep
from rxscore.scoring import Scored, score
from rxscore.scoring.accounts import Account, Plan, Unit, choices, counted, plan
from rxscore.scoring.ranking import Step
from rxscore.scoring.standings import appears, exclusions, tie_steps
from rxscore.whatif.varied import Slot, clauses, exact_champions, with_scale

Whole = npt.NDArray[np.int64]

_FINE = lcm(*range(1, 41)) * 10**6
"""So finely a point is cut while places are counted: shares, halves and decimals are whole numbers of such parts."""

_BASE = 2**512
"""The base of the scale of powers: no count of a place in so fine parts comes near it."""

_MOST = 2**62
"""No sum may come near what 64 bits hold."""

_CHUNK = 2048
"""So many scales are worked on at once: their columns stay in the processor's cache."""


class CannotBatchError(Exception):
    """The rules, or the numbers, are such that only the exact engine can tell."""


@frozen
class Linear:
    """Points as a sum over a scale: so often the value of each place (from 0), and so much in any case."""

    times: Mapping[int, Fraction]
    constant: Fraction = Fraction(0)

    def __add__(self, other: "Linear") -> "Linear":
        times = {place: self.times.get(place, 0) + other.times.get(place, 0) for place in {**self.times, **other.times}}
        return Linear({place: Fraction(count) for place, count in times.items()}, self.constant + other.constant)

    def at(self, scale: Sequence[Points]) -> Points:
        """The points under one scale."""
        return plain(self.constant + sum((count * scale[place] for place, count in self.times.items()), Fraction(0)))


@frozen(eq=False)
class _Competitor:
    """One competitor: points that count whatever the scale's order, and the scores of which the best so many count."""

    account: Account
    sure: Linear
    best: tuple[tuple[int, tuple[Linear, ...]], ...]
    appears: bool


@frozen(eq=False)
class Winners:
    """Who leads under each scale. ``index``: the number of the competitor, or -1 where it is not just one.

    ``shared``: who leads under those other scales: several whom nothing parts, or nobody.
    """

    competitors: tuple[str, ...]
    index: npt.NDArray[np.intp]
    shared: Mapping[int, tuple[str, ...]]

    def __len__(self) -> int:
        return len(self.index)

    def __getitem__(self, number: int) -> tuple[str, ...]:
        alone = int(self.index[number])
        return self.shared[number] if alone < 0 else (self.competitors[alone],)

    def counts(self) -> Counter[tuple[str, ...]]:
        """Under how many of the scales each champion (or group of equals) leads."""
        numbers = np.bincount(self.index[self.index >= 0], minlength=len(self.competitors))
        alone = {(name,): int(many) for name, many in zip(self.competitors, numbers, strict=True) if many}
        return Counter(alone) + Counter(self.shared.values())

    @classmethod
    def of(cls, champions: Sequence[tuple[str, ...]]) -> "Winners":
        """The same, from the champions under each scale."""
        names = tuple(sorted({one for several in champions for one in several}))
        numbers = [names.index(several[0]) if len(several) == 1 else -1 for several in champions]
        shared = {number: several for number, several in enumerate(champions) if len(several) != 1}
        return cls(names, np.array(numbers, dtype=np.intp), shared)


@frozen(eq=False)
class Batch:
    """A standing of one season, compiled for scales of up to ``places`` places in one slot. Made by ``compiled``."""

    scored: Scored
    standing: str
    places: int
    unit: int
    competitors: tuple[_Competitor, ...]
    _held: tuple[int, ...]
    _plan: Plan
    _steps: tuple[Step[Account], ...]
    _in_stages: Mapping[tuple[str, str], Linear]

    def totals(self, scales: Whole, over: int = 1) -> Whole:
        """The points of every competitor (a row each) under every scale (a column each), in ``unit * over``-ths.

        ``scales``: a row for each scale, whole numbers of ``over``-ths of a point. Raises CannotBatchError if
        the numbers are too large.
        """
        self._check(scales, over)
        values = np.ascontiguousarray(scales.T, dtype=np.int64)
        result = np.zeros((len(self.competitors), len(scales)), dtype=np.int64)
        for start in range(0, len(scales), _CHUNK):
            part = np.ascontiguousarray(values[:, start : start + _CHUNK])
            for number, one in enumerate(self.competitors):
                self._add_up(one, part, over, result[number, start : start + _CHUNK])
        return result

    def winners(self, scales: Whole, over: int = 1) -> Winners:
        """Who leads under each scale, ties broken as the rules say. Raises CannotBatchError as ``totals``."""
        names = tuple(one.account.competitor for one in self.competitors)
        if not names or not len(scales):
            return Winners.of([()] * len(scales))
        totals = self.totals(scales, over)
        high = self.scored.ruleset.standing(self.standing).order == "high"
        worth = totals if high else -totals
        for number, one in enumerate(self.competitors):
            if not one.appears:
                worth[number, totals[number] == 0] = -(2**63)
        most = worth.max(axis=0)
        level = worth == most
        index = worth.argmax(axis=0)
        shared: dict[int, tuple[str, ...]] = {}
        for column in np.flatnonzero((level.sum(axis=0) > 1) | (most == -(2**63))):
            if most[column] == -(2**63):
                shared[int(column)], index[column] = (), -1
                continue
            leaders = self._parted(tuple(np.flatnonzero(level[:, column])), scales[column], over)
            index[column] = leaders[0] if len(leaders) == 1 else -1
            if len(leaders) > 1:
                shared[int(column)] = tuple(names[leader] for leader in leaders)
        return Winners(names, index, shared)

    def _check(self, scales: Whole, over: int) -> None:
        if scales.ndim != 2 or scales.shape[1] > self.places:
            raise CannotBatchError(f"this is compiled for scales of at most {self.places} places")
        if scales.dtype.kind not in "iu":
            raise CannotBatchError("scales are whole numbers, of parts of a point where they must")
        largest = max(abs(int(scales.max(initial=0))), abs(int(scales.min(initial=0))))
        for one in self.competitors:
            rows = [one.sure, *(row for _, rows in one.best for row in rows)]
            times = sum(abs(count) for row in rows for count in row.times.values())
            if (times * largest + sum(abs(row.constant) for row in rows) * over) * self.unit >= _MOST:
                raise CannotBatchError(f"the points of {one.account.competitor!r} may not fit into 64 bits")

    def _add_up(self, one: _Competitor, values: Whole, over: int, into: Whole) -> None:
        self._evaluate(one.sure, values, over, into)
        for room, rows in one.best:
            scores = np.zeros((len(rows), values.shape[1]), dtype=np.int64)
            for row, line in zip(rows, scores, strict=True):
                self._evaluate(row, values, over, line)
            if room:
                scores.partition(len(rows) - room, axis=0)
                into += scores[len(rows) - room :].sum(axis=0)

    def _evaluate(self, row: Linear, values: Whole, over: int, into: Whole) -> None:
        if row.constant:
            into += int(row.constant * self.unit) * over
        for place, count in row.times.items():
            if place < len(values):
                times = int(count * self.unit)
                into += values[place] if times == 1 else values[place] * times

    # --- ties --------------------------------------------------------------------------------

    def _parted(self, level: tuple[int, ...], scale: Whole, over: int) -> tuple[int, ...]:
        """Those of the leaders whom no tie step puts behind."""
        worth: list[Points] = [plain(Fraction(int(value), over)) for value in scale]
        worth += [0] * (self.places - len(worth))
        standing = self.scored.ruleset.standing(self.standing)
        for step, rule in zip_longest(self._steps, standing.ties):
            keys = [self._key(self.competitors[one].account, step, rule, worth) for one in level]
            level = tuple(one for one, key in zip(level, keys, strict=True) if key == min(keys))
            if len(level) == 1:
                break
        return level

    def _key(self, account: Account, step: Step[Account], rule: TieStep | None, worth: Sequence[Points]) -> Any:
        if rule is None:  # a decision, which looks at no points
            return step.key(account)
        if rule.kind == "points":
            of = rule.of or self.scored.ruleset.winner
            return -self._in_stages.get((account.competitor, of), Linear({})).at(worth)
        if rule.kind in ("gross points", "best score") or rule.counted:
            account = self._under(account, worth)
        if rule.scoring:
            account = _where_points_are(account, worth)
        return step.key(account)

    def _under(self, account: Account, worth: Sequence[Points]) -> Account:
        """The account as the exact engine would keep it under one scale."""

        def value(points: Points) -> Points:
            return _digits(points, self.places).at(worth)

        units = tuple(tuple(evolve(unit, points=value(unit.points)) for unit in units) for units in account.units)
        account = evolve(account, always=value(account.always), gross=value(account.gross), units=units)
        return counted(account, self._plan, self._held)


def compiled(scored: Scored, standing: str, where: Slot, places: int) -> Batch:
    """The standing of a scored season as a function of the scale in a slot.

    Raises CannotBatchError where points do not depend on the scale place by place.
    """
    rules = scored.ruleset.standing(standing)
    for book, clause in clauses(scored.rules, where):
        kinds = {outcome.kind for outcome in (clause.dnf, clause.dns, clause.dsq, clause.nc)}
        if "less" in kinds:
            raise CannotBatchError(f'{book.name}: {where.stage} gives points "less" than those of the last')
        for one in book.standings:
            if one.id in (standing, where.standing) and (one.own_shares == "best" or _best_cars(one.cars, one.cars_by)):
                raise CannotBatchError(f"{book.name}: in {one.id} only the best of several cars' points count")
        _only_here(book, book.standing(standing).ties, where)
    powers = Scale(tuple(_FINE * _BASE**power for power in range(1, places + 1)))
    marked = score(scored.season, with_scale(scored.rules, where, powers), scored)
    plan_ = plan(scored.season, scored.ruleset, rules)
    held = tuple(one.number for one in marked.rounds)
    excluded = exclusions(scored.season, rules)
    competitors = tuple(
        _competitor(account, plan_, held, places, appears(account, rules))
        for name, account in sorted(marked.accounts(standing).items())
        if name not in excluded
    )
    rows = [row for one in competitors for row in (one.sure, *(row for _, rows in one.best for row in rows))]
    unit = lcm(*(part.denominator for row in rows for part in (row.constant, *row.times.values())))
    return Batch(
        scored, standing, places, unit, competitors, held, plan_,
        tuple(tie_steps(scored, _whatever_scores(rules))), _in_stages(marked, standing, places),
    )  # fmt: skip


@frozen(eq=False)
class Engine:
    """Who leads under scales: by the batch engine where it can, else by the exact one. Made by ``engine``.

    ``why``: why the exact engine has to do all the work; empty, if it has not to.
    """

    scored: Scored
    standing: str
    where: Slot
    batch: Batch | None
    why: str = ""

    def winners(self, scales: Whole, over: int = 1) -> Winners:
        """Who leads under each scale: a row for each, whole numbers of ``over``-ths of a point."""
        if self.batch is not None:
            try:
                return self.batch.winners(scales, over)
            except CannotBatchError:
                pass  # These numbers are too large; others need not be.
        values = ([plain(Fraction(int(value), over)) for value in scale] for scale in scales)
        return Winners.of(list(exact_champions(self.scored, self.standing, self.where, values)))


def engine(scored: Scored, standing: str, where: Slot, places: int) -> Engine:
    """What tells who leads a standing under scales of up to ``places`` places in a slot."""
    try:
        return Engine(scored, standing, where, compiled(scored, standing, where, places))
    except CannotBatchError as error:
        return Engine(scored, standing, where, None, str(error))


def _only_here(rules: Ruleset, ties: Sequence[TieStep], where: Slot) -> None:
    """Raise CannotBatchError if a tie step asks which places of another stage are worth points."""
    here = {where.stage, *rules.stage(where.stage).sessions}
    for step in ties:
        if step.scoring and (step.of or rules.winner) not in here:
            raise CannotBatchError(f"{rules.name}: {str(step)!r} looks at places of another stage")


def _whatever_scores(standing: Standing) -> Standing:
    """The standing with its tie steps looking at all places: which are worth points depends on the scale."""
    return evolve(standing, ties=tuple(evolve(step, scoring=False) for step in standing.ties))


def _where_points_are(account: Account, worth: Sequence[Points]) -> Account:
    """The account with those results only whose places are worth points under a scale."""
    results = {
        of: tuple(result for result in found if result[0] <= len(worth) and worth[result[0] - 1])
        for of, found in account.results.items()
    }
    return evolve(account, results=results)


def _best_cars(cars: int | None, by: str) -> bool:
    return cars is not None and by == "round"


def _competitor(account: Account, plan_: Plan, held: Sequence[int], places: int, there: bool) -> _Competitor:
    sure = _digits(account.always, places)
    best = []
    for choice in choices(account, plan_, held):
        surely: tuple[Unit, ...] = choice.bound
        if len(choice.free) <= choice.room:
            surely += choice.free
        else:
            best.append((choice.room, tuple(_digits(unit.points, places) for unit in choice.free)))
        for unit in surely:
            sure = sure + _digits(unit.points, places)
    return _Competitor(account, sure, tuple(best), there)


def _in_stages(marked: Scored, standing: str, places: int) -> Mapping[tuple[str, str], Linear]:
    """By competitor and stage or session, the points gained there: what the tie step ``points in`` looks at."""
    rules = marked.ruleset.standing(standing)
    wanted = {step.of or marked.ruleset.winner for step in rules.ties if step.kind == "points"}
    found: dict[tuple[str, str], Linear] = {}
    for award in marked.awards(standing) if wanted else ():
        for of in wanted & {award.stage, award.session}:
            key = award.competitor, of
            found[key] = found.get(key, Linear({})) + _digits(award.points, places)
    return found


def _digits(points: Points, places: int) -> Linear:
    """Points under the scale of powers, taken apart: the digits in that base.

    Raises CannotBatchError for points that are no such sum. A sum that is has only these digits: two numbers
    with small digits in a base are equal only if the digits are.
    """
    whole = points * _FINE
    rest = whole.numerator
    digits: list[int] = []
    while rest and len(digits) <= places:
        # Balanced digits: what is taken away has a digit below zero.
        digit = (rest + _BASE // 2) % _BASE - _BASE // 2
        rest = (rest - digit) // _BASE
        digits.append(digit)
    if rest or whole.denominator != 1 or any(abs(digit) >= _MOST * _FINE**2 for digit in digits):
        raise CannotBatchError("points do not add up place by place")
    times = {place: Fraction(digit, _FINE**2) for place, digit in enumerate(digits[1:]) if digit}
    return Linear(times, Fraction(digits[0], _FINE) if digits else Fraction(0))
