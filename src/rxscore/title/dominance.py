"""Proof in words that no points put somebody first: rivals who have at least as many results down to every place.

Every scale of a kind is a sum of a few simple ones (places 1 to k are worth a point each, for some k). So what holds
under the simple ones holds under all, however much a place is worth. It need not be the same rival who is ahead under
each scale: where several, each counted so many times, are not behind on average, one of them never is (Farkas' lemma:
where nothing is dropped there is such a mixture, or there are fractions of points that put him first).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import gcd, lcm

from attrs import frozen

from rxscore.title.solver import cp_model

Line = Mapping[tuple[int, int], Fraction]
"""Points as a sum: how often each place (from 1) of each slot counts; under ``(-1, 1)``, points in any case."""

ALWAYS = (-1, 1)

HEAVIEST = 1000
"""So many times a rival is counted at most."""

Ray = tuple[int, tuple[int, ...]]
"""A simple scale: its slot, and what each place is worth; the other slots are worth nothing."""

IN_ANY_CASE: Ray = (-1, (1,))
"""The points that do not turn on places, as if they were a place of their own."""


@frozen
class Side:
    """What one competitor has: points in any case, and by count clause how many of which scores count."""

    sure: Line
    pots: tuple[tuple[int, tuple[Line, ...]], ...]

    def best(self, ray: Ray) -> Fraction:
        """What he has under a simple scale."""
        return worth(self.counted(ray), ray)

    def counted(self, ray: Ray) -> Line:
        """His total as a sum over places, when what counts is what is best under a simple scale."""
        total = dict(self.sure)
        for room, lines in self.pots:
            for line in sorted(lines, key=lambda line: worth(line, ray), reverse=True)[:room]:
                for key, count in line.items():
                    total[key] = total.get(key, Fraction(0)) + count
        return total


def worth(line: Line, ray: Ray) -> Fraction:
    """What a sum over places is worth under a simple scale."""
    slot, scale = ray
    return sum((line.get((slot, place), Fraction(0)) * each for place, each in enumerate(scale, start=1)), Fraction(0))


def rays(size: int, last: int, slot: int, *, even: bool) -> Iterator[Ray]:
    """The simple scales of which every scale is a sum that does not rise and is worth nothing behind place ``last``.

    ``size``: how many places there are. ``even``: of which every scale is a sum whose gaps do not grow either.
    """
    for length in range(1, last + 1):
        if even and length < size:
            yield slot, tuple(max(length + 1 - place, 0) for place in range(1, size + 1))
        else:
            yield slot, tuple(int(place <= length) for place in range(1, size + 1))


def not_ahead_of(
    mine: Side, rivals: Mapping[str, Side], winning_ties: Iterable[str], simple: Sequence[Ray]
) -> Mapping[str, int]:
    """Rivals, and how many times each is counted, who on average are not behind under any scale; nobody, if none are.

    ``winning_ties``: the rivals whom the competitor is ahead of when level. One rival who is enough comes first.
    Raises UserError where the solver is not installed and one rival is not enough.
    """
    spare = set(winning_ties)
    every = (*simple, IN_ANY_CASE)
    limit = [mine.best(ray) for ray in every]
    gains = {
        (rival, number): gain
        for rival, side in rivals.items()
        for number, gain in enumerate(_gains(side, every, limit))
    }
    for (rival, _), gain in gains.items():
        if min(gain) >= 0 and (rival not in spare or gain[-1] > 0):
            return {rival: 1}
    return _mixture(gains, spare)


def _gains(side: Side, every: Sequence[Ray], limit: Sequence[Fraction]) -> list[tuple[Fraction, ...]]:
    """By how much a rival is above a limit under each simple scale, for each choice of the scores that count."""
    lines = {tuple(sorted(line.items())): line for line in (side.counted(ray) for ray in every)}
    return [tuple(worth(line, ray) - most for ray, most in zip(every, limit, strict=True)) for line in lines.values()]


def _mixture(gains: Mapping[tuple[str, int], Sequence[Fraction]], spare: set[str]) -> Mapping[str, int]:
    """The smallest whole numbers, one a rival, that make every sum of gains at least nothing."""
    if not gains:
        return {}
    module = cp_model()
    model = module.CpModel()
    times = {key: model.new_int_var(0, HEAVIEST, "") for key in gains}
    unit = lcm(*(gain.denominator for each in gains.values() for gain in each))
    sums = [
        sum(times[key] * int(gain * unit) for key, gain in zip(gains, column, strict=True))
        for column in zip(*gains.values(), strict=True)
    ]
    for each in sums:
        model.add(each >= 0)
    # Level is not enough against rivals whom he is ahead of when level.
    model.add(sums[-1] + sum(many for (rival, _), many in times.items() if rival not in spare) >= 1)
    model.minimize(sum(times.values()))
    solver = module.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = 1.0
    if solver.solve(model) not in (module.OPTIMAL, module.FEASIBLE):
        return {}
    found: dict[str, int] = {}
    for (rival, _), many in times.items():
        if solver.value(many):
            found[rival] = found.get(rival, 0) + int(solver.value(many))
    return {rival: many // gcd(*found.values()) for rival, many in found.items()}
