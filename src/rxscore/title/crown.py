"""By which points: the scale nearest to the real one that makes a given competitor the sole champion.

How a total depends on the scales is told by the exact engine: the season is scored once under scales whose values are
the powers of one huge number, and the digits of each score in that base say how often each place counts in it. The
values of the scales are then the unknowns of an integer program, with drops exact on both sides; what it finds is put
into the rules and the season replayed. What cannot be is shown by rivals who are ahead whatever places are worth, or
proved by the solver for whole points up to a bound.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import accumulate, pairwise, takewhile
from math import lcm
from typing import Any, Literal

from attrs import evolve, field, frozen

from rxscore.events import Points
from rxscore.problems import UserError
from rxscore.rulesets import AwardRule, Ruleset, Scale, Standing
from rxscore.scoring import Rulebook, Scored, Table, score
from rxscore.scoring.accounts import Account, Choice, choices, plan
from rxscore.scoring.lookup import contests_of
from rxscore.scoring.standings import exclusions
from rxscore.title.dominance import ALWAYS, Field, Line, Ray, Side, rays, under
from rxscore.title.level import Ahead, Level, on_level_points
from rxscore.title.solver import best_of, cp_model
from rxscore.whatif.varied import Slot, clauses, with_scale

HIGHEST = 10_000
"""The most that a place is tried to be worth."""

_FINE = lcm(*range(1, 17)) * 100
_BASE = 2**80

Crowned = Literal["crowned", "impossible", "undecided"]


@frozen
class Conditions:
    """What a scale must be like, besides not rising towards the back.

    ``last_scores``: the last place of the largest contest may be worth something; else it is worth nothing.
    ``same_places``: only places that score today may score. ``only_full``: places that were not taken in every contest
    are worth nothing. ``even``: the gap to the next place does not grow towards the back.
    """

    last_scores: bool = False
    same_places: bool = False
    only_full: bool = False
    even: bool = False


@frozen(eq=False)
class Crown:
    """Whether points could have made somebody champion, and which.

    ``scales``: by slot, the nearest such scale; ``distance``: the sum of all changes. ``table``: the season replayed
    under it. ``rivals``: of whom at least one is never behind him, whatever the places are worth: on average they are
    not, each counted so many times. ``why``: the reason where it is not possible, or not decided.
    """

    competitor: str
    status: Crowned
    distance: int | None = None
    scales: Mapping[Slot, tuple[int, ...]] = {}
    table: Table | None = None
    rivals: Mapping[str, int] = {}
    why: str = ""


@frozen(eq=False)
class Coronation:
    """A season's standing as a function of its scales. Made by ``coronation``.

    ``real``: by slot, what each place is worth in the rules; ``full``: how many places were taken in every contest.
    """

    scored: Scored
    standing: Standing
    slots: tuple[Slot, ...]
    real: tuple[tuple[int, ...], ...]
    full: tuple[int, ...]
    accounts: Mapping[str, Account]
    sides: Mapping[str, Side]
    level: Level
    _fields: dict[Conditions, Field] = field(factory=dict)

    def crown(self, competitor: str, conditions: Conditions = Conditions(), *, seconds: float = 10.0) -> Crown:
        """The nearest scales that make the competitor sole champion, replayed; or why there are none."""
        if competitor not in self.sides:
            return Crown(competitor, "impossible", why="is excluded from the standing, or has no part in it")
        level = {rival: self._ahead(competitor, rival, conditions) for rival in self.sides if rival != competitor}
        # First as if every tie-break that looks at points went the right way: what is ruled out so is ruled out.
        helped = {rival: [1 if one is False else 0 for one in ahead] for rival, ahead in level.items()}
        field_ = self._field(conditions)
        rivals = field_.never_behind(competitor, helped)
        if rivals:
            return Crown(competitor, "impossible", rivals=rivals)
        lenient = self._solved(competitor, conditions, seconds, helped)
        unsure = any(None in ahead for ahead in level.values())
        if lenient.status != "undecided" or not unsure or lenient.table is None:
            return lenient
        hindered = {rival: [0 if one else 1 for one in ahead] for rival, ahead in level.items()}
        strict = self._solved(competitor, conditions, seconds, hindered)
        if strict.status == "crowned":
            return evolve(strict, why="nearest of those that do not turn on a tie-break by points")
        return evolve(strict, status="undecided", why="it turns on a tie-break that looks at points")

    def _solved(
        self, competitor: str, conditions: Conditions, seconds: float, margins: Mapping[str, Sequence[int]]
    ) -> Crown:
        model = cp_model().CpModel()
        values, changes = self._scales(model, conditions)
        slot = self.level.slot
        scoring = [] if slot is None else _which_score(model, values[slot][: self._last(slot, conditions)])
        for rival in self._field(conditions).to_beat(competitor, margins):
            needed = margins[rival]
            steps = zip(scoring, pairwise(needed), strict=True)
            margin = needed[0] + sum(scores * (after - before) for scores, (before, after) in steps)
            self._beats(model, values, competitor, rival, margin)
        model.minimize(sum(changes))
        return self._answer(model, values, competitor, seconds)

    @property
    def open(self) -> frozenset[str]:
        """Those of whom results are missing: what is said of them counts only what is known."""
        return frozenset(name for name in self.sides if self.accounts[name].open or self.accounts[name].pending)

    # --- the program -------------------------------------------------------------------------

    def _scales(self, model: Any, conditions: Conditions) -> tuple[list[list[Any]], list[Any]]:
        """A variable for each place of each scale, and one for how far it is from the real value."""
        values: list[list[Any]] = []
        changes: list[Any] = []
        for real, full in zip(self.real, self.full, strict=True):
            scale = [model.new_int_var(0, HIGHEST, "") for _ in real]
            if not conditions.last_scores:
                model.add(scale[-1] == 0)
            for better, worse in pairwise(scale):
                model.add(better >= worse)
            if conditions.even:
                for one, two, three in zip(scale, scale[1:], scale[2:], strict=False):
                    model.add(one - two >= two - three)
            for place, (variable, worth) in enumerate(zip(scale, real, strict=True), start=1):
                if (conditions.same_places and worth == 0) or (conditions.only_full and place > full):
                    model.add(variable == 0)
                change = model.new_int_var(0, HIGHEST + worth, "")
                model.add(change >= variable - worth)
                model.add(change >= worth - variable)
                changes.append(change)
            values.append(scale)
        return values, changes

    def _beats(self, model: Any, values: list[list[Any]], one: str, other: str, margin: Any) -> None:
        mine, his = self.sides[one], self.sides[other]
        lines = [line for side in (mine, his) for line in _lines(side)]
        unit = lcm(*(part.denominator for line in lines for part in line.values()))
        totals = []
        for side, least in ((mine, True), (his, False)):
            total = _expression(side.sure, values, unit)
            for room, scores in side.pots:
                top = max((_most(line, unit) for line in scores), default=0)
                total += best_of(model, room, [_expression(line, values, unit) for line in scores], top, least=least)
            totals.append(total)
        model.add(totals[0] >= totals[1] + margin)

    def _answer(self, model: Any, values: list[list[Any]], competitor: str, seconds: float) -> Crown:
        module = cp_model()
        solver = module.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = 1
        status = solver.solve(model)
        if status == module.INFEASIBLE:
            why = f"proved by the solver: no such whole points, up to {HIGHEST} for a place, put him first alone"
            return Crown(competitor, "impossible", why=why)
        if status != module.OPTIMAL:
            why = "the time limit of the solver"
            why += ": there are such points, but which are nearest is not decided" if status == module.FEASIBLE else ""
            return Crown(competitor, "undecided", why=why)
        scales = {
            slot: tuple(int(solver.value(variable)) for variable in scale)
            for slot, scale in zip(self.slots, values, strict=True)
        }
        table = self.replayed(scales)
        distance = round(solver.objective_value)
        first = [row.competitor for row in table.rows if row.position == 1]
        if first != [competitor]:
            return Crown(
                competitor, "undecided", distance, scales, table, why="the replay does not confirm what was found"
            )
        return Crown(competitor, "crowned", distance, scales, table)

    def replayed(self, scales: Mapping[Slot, Sequence[int]]) -> Table:
        """The table at the end, scored by the engine under other scales."""
        rules = self.scored.rules
        for slot, scale in scales.items():
            rules = with_scale(rules, slot, Scale(tuple(scale)))
        return score(self.scored.season, rules, self.scored).table(self.standing.id)

    # --- proofs in words ---------------------------------------------------------------------

    def _ahead(self, one: str, other: str, conditions: Conditions) -> Sequence[Ahead]:
        """Whether one is ahead of another when level, by the number of scoring places that there can be."""
        ahead, slot = self.level.ahead(one, other), self.level.slot
        return ahead if slot is None else ahead[: self._last(slot, conditions) + 1]

    def _field(self, conditions: Conditions) -> Field:
        if conditions not in self._fields:
            self._fields[conditions] = under(self.sides, self._simple(conditions))
        return self._fields[conditions]

    def _simple(self, conditions: Conditions) -> Iterator[Ray]:
        """The simple scales of which all scales under the conditions are sums."""
        for slot, real in enumerate(self.real):
            yield from rays(len(real), self._last(slot, conditions), slot, even=conditions.even)

    def _last(self, slot: int, conditions: Conditions) -> int:
        """The last place of a slot that may be worth something."""
        real = self.real[slot]
        last = len(real) if conditions.last_scores else len(real) - 1
        if conditions.same_places:
            last = min(last, len(list(takewhile(bool, real))))
        return min(last, self.full[slot]) if conditions.only_full else last


def _which_score(model: Any, scale: Sequence[Any]) -> list[Any]:
    """Of each place, whether it is worth anything."""
    scoring = []
    for value in scale:
        scores = model.new_bool_var("")
        model.add(value >= scores)
        model.add(value <= HIGHEST * scores)
        scoring.append(scores)
    return scoring


def _lines(side: Side) -> Iterator[Line]:
    yield side.sure
    for _, scores in side.pots:
        yield from scores


def _expression(line: Line, values: list[list[Any]], unit: int) -> Any:
    total: Any = 0
    for (slot, place), count in line.items():
        times = int(count * unit)
        total += times if slot < 0 else times * values[slot][place - 1]
    return total


def _most(line: Line, unit: int) -> int:
    return sum(abs(int(count * unit)) * (1 if slot < 0 else HIGHEST) for (slot, _), count in line.items())


def coronation(scored: Scored, standing: Standing) -> Coronation:
    """A scored season's standing as a function of every scale that decides it.

    Raises UserError where the points do not depend on scales place by place.
    """
    rules = scored.ruleset
    source = standing.points_of or standing.id
    slots = tuple(Slot(stage.id, source) for stage in rules.stages if source in stage.award)
    if not slots:
        raise UserError(f"no stage deals points in {standing.id!r} by place")
    _refuse(scored, standing, slots)
    sizes = [_places(scored, slot) for slot in slots]
    most = [size for size, _ in sizes]
    marked, split = _marked(scored, slots, most), _Split(tuple(most))
    _same_share_is_best(scored, standing, slots, split)
    real = tuple(
        tuple(_whole(_scale_of(rules.stage(slot.stage).award[source]), place, slot) for place in range(1, size + 1))
        for slot, size in zip(slots, most, strict=True)
    )
    accounts = marked.accounts(standing.id)
    gone = exclusions(scored.season, standing)
    now = scored.accounts(standing.id)
    mine = plan(scored.season, rules, standing)
    held = [one.number for one in scored.rounds]
    sides = {
        name: _side(account, choices(account, mine, held), split)
        for name, account in sorted(accounts.items())
        if name not in gone
    }
    known = {name: now.get(name, accounts[name]) for name in sides}
    level = on_level_points(scored, standing, slots, most, known)
    return Coronation(scored, standing, slots, real, tuple(full for _, full in sizes), known, sides, level)


def _refuse(scored: Scored, standing: Standing, slots: Sequence[Slot]) -> None:
    """Raise UserError where a score is not a sum over places."""
    if standing.order == "low":
        raise UserError(f"in {standing.id!r} the lowest total wins: there is no scale to look for")
    for slot in slots:
        for book, clause in clauses(scored.rules, slot):
            outcomes = {outcome.kind for outcome in (clause.dnf, clause.dns, clause.dsq, clause.nc)}
            if "less" in outcomes or clause.function:
                raise UserError(f"{book.name}: what {slot.stage} deals is not a sum over places")
            for one in book.standings:
                by_round = one.cars is not None and one.cars_by == "round"
                if one.id in (standing.id, slot.standing) and by_round:
                    raise UserError(f"{book.name}: in {one.id} only the best of several cars count")


def _same_share_is_best(scored: Scored, standing: Standing, slots: Sequence[Slot], split: "_Split") -> None:
    """Raise UserError where it turns on the scale which of the cars that somebody shared in a session counts."""
    if standing.own_shares != "best":
        return
    rules = scored.rules
    books = {number: _all_shares(book) for number, book in rules.pinned.items()}
    added = score(scored.season, evolve(rules, season=_all_shares(rules.season), pinned=books), scored)
    shares: dict[tuple[int, str, str, str], list[tuple[Fraction, ...]]] = {}
    for award in _marked(added, slots, split.sizes).awards(standing.id):
        mine = shares.setdefault((award.round, award.competitor, award.stage, award.session), [])
        mine.append(_down_to_every_place(split.line(award.points), split.sizes))
    for (number, competitor, _, _), mine in shares.items():
        best = max(mine)
        if not all(a >= b for other in mine for a, b in zip(best, other, strict=True)):
            raise UserError(f"round {number}: it turns on the scale which of the cars of {competitor!r} counts")


def _all_shares(book: Ruleset) -> Ruleset:
    return evolve(book, standings=tuple(evolve(one, own_shares="add") for one in book.standings))


def _scale_of(clause: AwardRule) -> Scale:
    if clause.scale is not None:
        return clause.scale
    return max(clause.by_starters, key=lambda option: option.least).scale if clause.by_starters else Scale()


def _whole(scale: Scale, place: int, slot: Slot) -> int:
    worth = scale.at(place)
    if worth is None:
        raise UserError(
            f"{slot.key}: no source tells what place {place} is worth, so that nothing can be nearest to it"
        )
    if Fraction(worth).denominator != 1:
        raise UserError(f"{slot.key}: place {place} is not worth whole points, and only such are looked for")
    return int(worth)


def _places(scored: Scored, slot: Slot) -> tuple[int, int]:
    """How many places the largest contest of a slot had, and the smallest."""
    sizes = [
        max((row.place for row in contest.rows if row.place is not None), default=0)
        for one in scored.rounds
        if slot.stage in one.stages
        for contest in contests_of(one.stages[slot.stage])
    ]
    sizes = [size for size in sizes if size] or [1]
    return max(*sizes, 2), min(sizes)


def _marked(scored: Scored, slots: Sequence[Slot], sizes: Sequence[int]) -> Scored:
    """The season under scales of powers: the digits of a score tell how often each place counts in it.

    The better place has the higher power, so that the engine chooses as it would under any scale that does not rise.
    """
    rules: Rulebook = scored.rules
    power = 1
    for slot, most in zip(slots, sizes, strict=True):
        powers = range(power + most - 1, power - 1, -1)
        rules = with_scale(rules, slot, Scale(tuple(_FINE * _BASE**power for power in powers)))
        power += most
    return score(scored.season, rules, scored)


@frozen
class _Split:
    """Takes a score under scales of powers apart again. ``sizes``: how many places each slot has."""

    sizes: tuple[int, ...]

    def line(self, points: Points) -> Line:
        """How often each place of each slot counts. Raises UserError for points that are no such sum."""
        keys = [ALWAYS, *((slot, place) for slot, size in enumerate(self.sizes) for place in range(size, 0, -1))]
        whole = Fraction(points) * _FINE
        rest = whole.numerator
        digits: list[int] = []
        while rest and len(digits) < len(keys):
            # Balanced digits: what is taken away has a digit below zero.
            digit = (rest + _BASE // 2) % _BASE - _BASE // 2
            rest = (rest - digit) // _BASE
            digits.append(digit)
        if rest or whole.denominator != 1:
            raise UserError("the points of this season do not add up place by place")
        fine = {ALWAYS: _FINE}
        return {
            key: Fraction(digit, fine.get(key, _FINE**2)) for key, digit in zip(keys, digits, strict=False) if digit
        }


def _side(marked: Account, chosen: Iterable[Choice], split: _Split) -> Side:
    sure: dict[tuple[int, int], Fraction] = dict(split.line(marked.always))
    pots: list[tuple[int, tuple[Line, ...]]] = []
    for choice in chosen:
        surely, room, free = _settled(choice.room, [split.line(unit.points) for unit in choice.free], split.sizes)
        for line in (*surely, *(split.line(unit.points) for unit in choice.bound)):
            for key, count in line.items():
                sure[key] = sure.get(key, Fraction(0)) + count
        if room:
            pots.append((room, tuple(free)))
    return Side(sure, tuple(pots))


def _settled(room: int, lines: Sequence[Line], sizes: Sequence[int]) -> tuple[list[Line], int, list[Line]]:
    """Scores that count under any scale, how many more do, and of which; those that never need to are left out.

    One score is as good as another under any scale if it has as many results or more down to every place.
    """
    if room >= len(lines):
        return list(lines), 0, []
    ups = [_down_to_every_place(line, sizes) for line in lines]

    def beats(one: int, other: int) -> bool:
        level = ups[one] == ups[other]
        return one < other if level else all(a >= b for a, b in zip(ups[one], ups[other], strict=True))

    numbers = range(len(lines))
    better = [sum(beats(other, one) for other in numbers if other != one) for one in numbers]
    worse = [sum(beats(one, other) for other in numbers if other != one) for one in numbers]
    surely = [one for one in numbers if worse[one] >= len(lines) - room]
    free = [one for one in numbers if one not in surely and better[one] < room]
    left = room - len(surely)
    if left >= len(free):
        return [lines[one] for one in (*surely, *free)], 0, []
    return [lines[one] for one in surely], left, [lines[one] for one in free]


def _down_to_every_place(line: Line, sizes: Sequence[int]) -> tuple[Fraction, ...]:
    """Points in any case, and by slot the results down to each place."""
    found = [line.get(ALWAYS, Fraction(0))]
    for slot, size in enumerate(sizes):
        found += accumulate(line.get((slot, place), Fraction(0)) for place in range(1, size + 1))
    return tuple(found)
