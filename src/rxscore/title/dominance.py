"""Proof in words that no points put somebody first: rivals who have at least as many results down to every place.

Every scale of a kind is a sum of a few simple ones (places 1 to k are worth a point each, for some k). So what holds
under the simple ones holds under all, however much a place is worth. It need not be the same rival who is ahead under
each scale: where several, each counted so many times, are not behind on average, one of them never is (Farkas' lemma:
where nothing is dropped there is such a mixture, or there are fractions of points that put him first).
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import gcd, lcm
from operator import ge

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


Vector = tuple[int, ...]
"""Points under each simple scale, and in any case, in whole units."""


@frozen(eq=False)
class Field:
    """What everybody has under the simple scales. Made by ``under``.

    ``most``: at best. ``choices``: for each choice of the scores that count. ``above``: who has by one such choice at
    least as much as somebody at best, under every scale.
    """

    most: Mapping[str, Vector]
    choices: Mapping[str, tuple[Vector, ...]]
    above: Mapping[str, tuple[str, ...]]

    def to_beat(self, competitor: str, margins: Mapping[str, Sequence[int]]) -> list[str]:
        """The rivals whom to beat is to beat all. ``margins``: how many more points than each rival he needs."""

        def covers(other: str, rival: str) -> bool:
            more, less = margins[other], margins[rival]
            if other == rival or any(one < two for one, two in zip(more, less, strict=True)):
                return False
            return rival not in self.above[other] or more != less or other < rival

        return [
            rival
            for rival in margins
            if not any(other != competitor and covers(other, rival) for other in self.above[rival])
        ]

    def never_behind(self, competitor: str, margins: Mapping[str, Sequence[int]]) -> Mapping[str, int]:
        """Rivals, and how many times each is counted, who on average are not behind the competitor under any scale.

        One who is enough comes first; nobody, if there are none. ``margins``: as ``to_beat``; level is enough against
        rivals of whom he needs no more. Raises UserError where the solver is not installed and one is not enough.
        """
        mine = self.most[competitor]
        level_will_do = {rival for rival, margin in margins.items() if not all(margin)}
        for rival in self.above[competitor]:
            if rival not in level_will_do or max(his[-1] for his in self.choices[rival]) > mine[-1]:
                return {rival: 1}
        gains = {
            (rival, number): tuple(one - two for one, two in zip(his, mine, strict=True))
            for rival in self.to_beat(competitor, margins)
            for number, his in enumerate(self.choices[rival])
        }
        return _mixture(gains, level_will_do)


def under(sides: Mapping[str, Side], simple: Iterable[Ray]) -> Field:
    """What everybody has under simple scales."""
    every = (*simple, IN_ANY_CASE)
    lines = {
        name: list({tuple(sorted(line.items())): line for line in (side.counted(ray) for ray in every)}.values())
        for name, side in sides.items()
    }
    worths = {name: [[worth(line, ray) for ray in every] for line in found] for name, found in lines.items()}
    unit = lcm(*(one.denominator for found in worths.values() for each in found for one in each))
    choices = {name: tuple(tuple(int(one * unit) for one in each) for each in found) for name, found in worths.items()}
    most = {name: tuple(max(column) for column in zip(*found, strict=True)) for name, found in choices.items()}
    above = {
        name: tuple(
            rival for rival, found in choices.items() if rival != name and any(all(map(ge, one, best)) for one in found)
        )
        for name, best in most.items()
    }
    return Field(most, choices, above)


def _mixture(gains: Mapping[tuple[str, int], Vector], level_will_do: Container[str]) -> Mapping[str, int]:
    """The smallest whole numbers, one a rival, that make every sum of gains at least nothing."""
    if not gains:
        return {}
    module = cp_model()
    model = module.CpModel()
    times = {key: model.new_int_var(0, HEAVIEST, "") for key in gains}
    sums = [
        sum(many * gain for many, gain in zip(times.values(), column, strict=True))
        for column in zip(*gains.values(), strict=True)
    ]
    for each in sums:
        model.add(each >= 0)
    model.add(sums[-1] + sum(many for (rival, _), many in times.items() if rival not in level_will_do) >= 1)
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
