"""How many rivals can be ahead at once, or kept behind: the places to come are dealt out, each place once.

A rival is better off with a better place; so where one session is left, places are dealt by deadlines and the answer
is exact. With several left, a likely deal is tried first, then a count of points that shows that there is none; what
is left between the two is the solver's.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from math import lcm
from operator import ge
from time import monotonic
from typing import Any

from attrs import field, frozen

from rxscore.events import Points
from rxscore.problems import UserError

Places = tuple[int | None, ...]
"""A car's places in the sessions to come, one for each; None where it does not start."""

Deal = Mapping[tuple[int, int], Sequence[str]]
"""By session to come and race of it, the cars in their order."""


def at_once(limits: Iterable[int]) -> int:
    """How many can be served at once, each in a place of his own among the first so many that do for him."""
    served = 0
    for limit in sorted(limits):
        served += limit > served
    return served


@frozen(eq=False)
class Passing:
    """One car in given places, and the rivals who are to be ahead of it, or (``ahead`` False) behind it.

    ``races``: by session to come, who meets whom. ``places``: those of ``own``. ``fits``: whether a rival is where he
    is wanted with these places. ``short``: how many points each rival is short of that at least, and ``gains``: what
    the places of each session give him, the best for it first; none, where scores may be dropped.
    """

    races: Sequence[Sequence[Sequence[str]]]
    own: str
    places: Places
    rivals: Sequence[str]
    ahead: bool
    fits: Callable[[str, Places], bool]
    short: Mapping[str, Points] | None = None
    worth: Callable[[int, int], Points] | None = None
    seconds: float = 2.0
    _free: dict[tuple[int, int], list[int]] = field(factory=dict)
    _limits: dict[tuple[str, Places], int] = field(factory=dict)

    def reaches(self, wanted: int) -> tuple[bool | None, Deal | None]:
        """Whether so many rivals can be where they are wanted at once, and a deal that shows it. None: not known."""
        if wanted <= 0:
            return True, self._deal({})
        able = [name for name in self.rivals if self.fits(name, self._best(name))]
        if len(able) < wanted:
            return False, None
        single = len(self.races) <= 1
        if not single and self._too_short(wanted):
            return False, None
        found = self._likely(able, wanted)
        if found is None and not single:
            found = self._exchanged(able, wanted)
        if found is not None or single:
            return found is not None, found
        return self._solved(self._undominated(able, wanted), wanted)

    # --- places ------------------------------------------------------------------------------

    def _slots(self, layer: int, race: int) -> list[int]:
        """The places of a race that are left for the others, the best for the purpose first."""
        if (layer, race) not in self._free:
            self._free[layer, race] = self._left(layer, race)
        return self._free[layer, race]

    def _left(self, layer: int, race: int) -> list[int]:
        cars = self.races[layer][race]
        taken = self.places[layer] if self.own in cars else None
        size = len(cars) - (self.own in cars and taken is None)
        slots = [place for place in range(1, size + 1) if place != taken]
        return slots if self.ahead else slots[::-1]

    def _race_of(self, layer: int, name: str) -> int | None:
        return next((index for index, cars in enumerate(self.races[layer]) if name in cars), None)

    def _best(self, name: str) -> Places:
        return tuple(self._at(layer, name, 0) for layer in range(len(self.races)))

    def _at(self, layer: int, name: str, index: int) -> int | None:
        race = self._race_of(layer, name)
        slots = [] if race is None else self._slots(layer, race)
        return slots[min(index, len(slots) - 1)] if slots else None

    def _down_to(self, name: str, fixed: Places) -> int:
        """How many of the best slots of the next session do, if the rival has the like in all that follow."""
        if (name, fixed) not in self._limits:
            self._limits[name, fixed] = self._limit(name, fixed)
        return self._limits[name, fixed]

    def _limit(self, name: str, fixed: Places) -> int:
        layer = len(fixed)
        race = self._race_of(layer, name)
        if race is None:
            return 0
        low, high = 0, len(self._slots(layer, race))
        while low < high:
            middle = (low + high) // 2
            alike = tuple(self._at(one, name, middle) for one in range(layer, len(self.races)))
            if self.fits(name, (*fixed, *alike)):
                low = middle + 1
            else:
                high = middle
        return low

    # --- likely deals ------------------------------------------------------------------------

    def _likely(self, able: Sequence[str], wanted: int) -> Deal | None:
        """A deal in which so many are where they are wanted: in each session who needs it most comes first.

        With one session left there is one, if this is none.
        """
        fixed: dict[str, Places] = dict.fromkeys(able, ())
        last = len(self.races) - 1
        chosen = list(able) if last <= 0 else self._easiest(able, wanted)
        for layer in range(last + 1):
            down = {name: self._down_to(name, fixed[name]) for name in chosen}
            order = sorted(chosen, key=lambda name: (down[name], name))
            for race, cars in enumerate(self.races[layer]):
                slots, taken = self._slots(layer, race), 0
                for name in (name for name in order if name in cars):
                    if layer == last and down[name] <= taken:
                        fixed.pop(name)  # too late for him: he takes what is left
                    else:
                        fixed[name] = (*fixed[name], slots[taken])
                        taken += 1
            idle = [name for name in chosen if name in fixed and len(fixed[name]) == layer]
            fixed |= {name: (*fixed[name], None) for name in idle}
        there = [name for name in fixed if len(fixed[name]) == last + 1 and self.fits(name, fixed[name])]
        return self._deal({name: fixed[name] for name in there}) if len(there) >= wanted else None

    def _easiest(self, able: Sequence[str], wanted: int) -> list[str]:
        return sorted(able, key=lambda name: (-self._down_to(name, ()), name))[:wanted]

    def _exchanged(self, able: Sequence[str], wanted: int) -> Deal | None:
        """A deal of two sessions: places in the first are exchanged as long as fewer come too late for the second."""
        if len(self.races) != 2 or any(len(races) > 1 for races in self.races):
            return None
        first, second = self._slots(0, 0), self._slots(1, 0)
        at = dict(
            zip(sorted(self._easiest(able, wanted), key=lambda name: self._down_to(name, ())), first, strict=False)
        )

        def late() -> int:
            limits = sorted(self._down_to(name, (place,)) for name, place in at.items())
            return sum(max(taken - limit, 0) for taken, limit in enumerate(limits, start=1))

        now = late()
        while now:
            best: tuple[int, str, str] | None = None
            for one, other in combinations(at, 2):
                at[one], at[other] = at[other], at[one]
                then = late()
                at[one], at[other] = at[other], at[one]
                if then < (now if best is None else best[0]):
                    best = then, one, other
            if best is None:
                return None
            now, one, other = best
            at[one], at[other] = at[other], at[one]
        order = sorted(at, key=lambda name: (self._down_to(name, (at[name],)), name))
        return self._deal({name: (at[name], second[taken]) for taken, name in enumerate(order)})

    def _deal(self, fixed: Mapping[str, Places]) -> Deal:
        """Every race in full: those with a place in it, and between them the others."""
        deal = {}
        for layer, races in enumerate(self.races):
            for race, cars in enumerate(races):
                at = {fixed[name][layer]: name for name in fixed if name in cars}
                if self.own in cars and self.places[layer] is not None:
                    at[self.places[layer]] = self.own
                rest = iter([name for name in cars if name not in at.values() and name != self.own])
                size = len(cars) - (self.own in cars and self.places[layer] is None)
                deal[layer, race] = [at.get(place) or next(rest) for place in range(1, size + 1)]
        return deal

    # --- proofs ------------------------------------------------------------------------------

    def _gains(self, layer: int, count: int) -> list[Points]:
        """What the best slots of a session give, in points towards the purpose."""
        assert self.worth is not None
        return [self.worth(layer, place) for place in self._slots(layer, 0)[:count]]

    def _too_short(self, wanted: int) -> bool:
        """Whether so many together are short of more points than there are to be had."""
        if self.short is None or self.worth is None or any(len(races) > 1 for races in self.races):
            return False
        needs = sorted(self.short[name] for name in self.rivals)[:wanted][::-1]
        gains = [sum(one) for one in zip(*(self._gains(n, wanted) for n in range(len(self.races))), strict=True)]
        asked: Points = 0
        given: Points = 0
        for need, gain in zip(needs, gains, strict=False):
            asked, given = asked + need, given + gain
            if asked > given:
                return True
        return False

    def _undominated(self, able: Sequence[str], wanted: int) -> Sequence[str]:
        """The rivals less those whom so many others outdo in all slots of two sessions: they are not needed."""
        if len(self.races) != 2 or any(len(races) > 1 for races in self.races):
            return able
        limits = {name: [self._down_to(name, (place,)) for place in self._slots(0, 0)[:wanted]] for name in able}
        kept: list[str] = []
        for name in sorted(able, key=lambda one: (-sum(limits[one]), one)):
            better = sum(all(map(ge, limits[other], limits[name])) for other in kept)
            if better < wanted:
                kept.append(name)
        return kept

    def _solved(self, able: Sequence[str], wanted: int) -> tuple[bool | None, Deal | None]:
        """The solver's answer: who takes which slot in each session; those with the best are where they are wanted.

        What it finds is looked at; slots that do not do for a rival are ruled out together with all that are worse,
        and it is asked again. So the answer is exact, whatever the tie-break looks at and whatever is dropped.
        """
        from rxscore.title.solver import cp_model

        if any(len(races) > 1 for races in self.races):
            return None, None
        try:
            module = cp_model()
        except UserError:
            return None, None
        model = module.CpModel()
        # Whoever is where he is wanted may have exchanged places with those who are not: the best slots are theirs.
        slot = {name: [model.new_int_var(0, len(able) - 1, "") for _ in self.races] for name in able}
        chosen = {name: model.new_bool_var("") for name in able}
        for layer in range(len(self.races)):
            model.add_all_different(slot[name][layer] for name in able)
            for name in able:
                model.add(slot[name][layer] < wanted).only_enforce_if(chosen[name])
                model.add(slot[name][layer] >= wanted).only_enforce_if(~chosen[name])
        for name in able:
            self._asked(model, name, slot[name], chosen[name], wanted, len(able))
        until = monotonic() + self.seconds
        while (left := until - monotonic()) > 0:
            solver = module.CpSolver()
            solver.parameters.max_time_in_seconds = left
            solver.parameters.num_workers = 1
            status = solver.solve(model)
            if status == module.INFEASIBLE:
                return False, None
            if status not in (module.OPTIMAL, module.FEASIBLE):
                break
            found = {name: [solver.value(one) for one in slot[name]] for name in able if solver.value(chosen[name])}
            wrong = {name: slots for name, slots in found.items() if not self._does(name, slots)}
            if not wrong:
                return True, self._deal({name: self._in(slots) for name, slots in found.items()})
            for name, slots in wrong.items():
                ways = [~chosen[name]]
                for one, least in zip(slot[name], self._least(name, slots), strict=True):
                    ways.append(model.new_bool_var(""))
                    model.add(one < least).only_enforce_if(ways[-1])
                model.add_bool_or(ways)
        return None, None

    def _asked(self, model: Any, name: str, slots: Sequence[Any], chosen: Any, wanted: int, size: int) -> None:
        """What is known to be asked of a rival who is chosen, from the start.

        With each slot in the first of two sessions, how many of the second do; with more sessions, how many points.
        """
        idle = [size] * (size - wanted)
        if len(slots) == 2:
            down = [min(self._down_to(name, (place,)), wanted) for place in self._slots(0, 0)[:wanted]]
            limit = model.new_int_var(0, size, "")
            model.add_element(slots[0], [*down, *idle], limit)
            model.add(slots[1] < limit)
        elif self.short is not None:
            gains = [self._gains(layer, wanted) for layer in range(len(slots))]
            points = [*(one for layer in gains for one in layer), self.short[name]]
            unit = lcm(*(Fraction(one).denominator for one in points))
            given = [[int(Fraction(gain) * unit) for gain in layer] for layer in gains]
            got = []
            for one, worth in zip(slots, given, strict=True):
                got.append(model.new_int_var(min(worth), max(worth), ""))
                model.add_element(one, [*worth, *[min(worth)] * len(idle)], got[-1])
            model.add(sum(got) >= int(Fraction(self.short[name]) * unit)).only_enforce_if(chosen)

    def _in(self, slots: Sequence[int]) -> Places:
        return tuple(self._slots(layer, 0)[slot] for layer, slot in enumerate(slots))

    def _does(self, name: str, slots: Sequence[int]) -> bool:
        return self.fits(name, self._in(slots))

    def _least(self, name: str, slots: Sequence[int]) -> Sequence[int]:
        """Slots that do not do either, the best such: the more is ruled out with them."""
        found = list(slots)
        for layer in range(len(found)):
            while found[layer] and not self._does(name, [*found[:layer], found[layer] - 1, *found[layer + 1 :]]):
                found[layer] -= 1
        return found
