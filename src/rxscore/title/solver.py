"""The question as integers: finishing places to come as variables, solved exactly by CP-SAT (OR-Tools).

Only the cars of ``watched`` competitors have variables; the others fill what is left, whoever they are. Where only
some scores count, a claimant's total may pick the scores it counts, and a rival's must hold for whatever he counts
(the sum of the best n is the least of ``n * t + what exceeds t``, over all t), so that neither is approximated.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise, permutations
from typing import Any, Literal

from attrs import define, field

from rxscore.problems import UserError
from rxscore.rulesets import TieStep
from rxscore.scoring.standings import scale_of
from rxscore.title.contests import RoundToCome, ToCome
from rxscore.title.play import Completion
from rxscore.title.tally import Outlook, Pot

Answer = Literal["feasible", "infeasible", "unknown"]


def cp_model() -> Any:
    """The solver's module. Raises UserError that says what to install, where it is not."""
    try:
        from ortools.sat.python import cp_model as module
    except ImportError:
        raise UserError("this needs OR-Tools: pip install 'rxscore[solver]'") from None
    return module


@define(eq=False)
class Puzzle:
    """Completions of a season as a model for CP-SAT.

    ``strict``: what cannot be put into the model (a tie step, points in doubt) counts against the claim; without it,
    in favour. A ``strict`` model that is feasible is therefore true, one that is not strict and infeasible as well.
    """

    outlook: Outlook
    watched: Sequence[str]
    strict: bool
    seconds: float = 10.0
    model: Any = None
    place: dict[tuple[int, int, str], list[Any]] = field(factory=dict)
    feat: dict[tuple[int, int, str], Any] = field(factory=dict)
    exact: bool = True
    _totals: dict[tuple[str, bool], Any] = field(factory=dict)
    _solver: Any = None

    def __attrs_post_init__(self) -> None:
        """Lay out the rounds to come."""
        self.model = cp_model().CpModel()
        for number, round_ in enumerate(self.outlook.rounds):
            self._round(number, round_)

    # --- rounds ------------------------------------------------------------------------------

    def _round(self, number: int, round_: RoundToCome) -> None:
        cars = [entry for name in self.watched for entry in round_.cars(name)]
        cars = list(dict.fromkeys(cars))
        for index in relevant(round_):
            contest = round_.contests[index]
            for car in cars:
                self.place[number, index, car] = [self.model.new_bool_var("") for _ in range(contest.size)]
            for place in range(contest.size):
                self.model.add_at_most_one(self.place[number, index, car][place] for car in cars)
            self._starters(number, index, contest, cars)
        for index, feat in enumerate(round_.feats):
            for car in cars:
                self.feat[number, index, car] = self.model.new_bool_var("")
                if feat.within is not None:
                    places = [
                        place
                        for contest in feat.contests
                        for place in self.place[number, contest, car][: feat.within or None]
                    ]
                    self.model.add(self.feat[number, index, car] <= sum(places))
            self.model.add_at_most_one(self.feat[number, index, car] for car in cars)

    def _starters(self, number: int, index: int, contest: ToCome, cars: Sequence[str]) -> None:
        through: list[Any] = []
        for car in cars:
            mine = self.place[number, index, car]
            if not contest.sources and not contest.others:
                self.model.add_exactly_one(mine)
            else:
                seats = [self.place[number, of, car][place - 1] for of, place in contest.sources]
                for of, place in contest.others:
                    lucky = self.model.new_bool_var("")
                    self.model.add_implication(lucky, self.place[number, of, car][place - 1])
                    through.append(lucky)
                    seats.append(lucky)
                self.model.add(sum(mine) == sum(seats))
            for places, seats_ in contest.blocks:
                there = sum(self.place[number, of, car][place - 1] for of, place in seats_)
                self.model.add(sum(mine[place - 1] for place in places) == there)
        if through:
            self.model.add(sum(through) <= contest.extra)
        if contest.order is not None:
            self._in_order(
                number, index, contest.order, [places for places, _ in contest.blocks if len(places) > 1], cars
            )

    def _in_order(
        self, number: int, index: int, order: int, blocks: Sequence[Sequence[int]], cars: Sequence[str]
    ) -> None:
        """Of two cars that share out the places of a block, the one ahead in another contest is ahead."""
        there = {car: sum(place * x for place, x in enumerate(self.place[number, order, car], start=1)) for car in cars}
        for one, other in permutations(cars, 2) if blocks else ():
            ahead = self.model.new_bool_var("")
            self.model.add(there[one] + 1 <= there[other]).only_enforce_if(ahead)
            mine, his = self.place[number, index, one], self.place[number, index, other]
            for better, worse in (pair for places in blocks for pair in combinations(sorted(places), 2)):
                self.model.add_bool_or([~mine[better - 1], ~his[worse - 1], ahead])

    def wins_all(self, competitor: str) -> None:
        """The competitor comes first wherever he starts; with several cars, they come first together."""
        for number, round_ in enumerate(self.outlook.rounds):
            cars = round_.cars(competitor)
            for index in relevant(round_):
                fed = round_.contests[index].sources or round_.contests[index].others
                for car in cars:
                    if len(cars) == 1 or not fed:
                        self.model.add_exactly_one(self.place[number, index, car][: len(cars)])
            for index in range(len(round_.feats)):
                if cars:
                    self.model.add_exactly_one(self.feat[number, index, car] for car in cars)

    def loses_all(self, competitor: str) -> None:
        """The competitor comes last wherever everybody starts, and achieves no feat."""
        for number, round_ in enumerate(self.outlook.rounds):
            cars = round_.cars(competitor)
            for index in relevant(round_):
                contest = round_.contests[index]
                for car in cars:
                    if not contest.sources and not contest.others and not contest.blocks:
                        self.model.add_exactly_one(self.place[number, index, car][contest.size - len(cars) :])
            for index in range(len(round_.feats)):
                for car in cars:
                    self.model.add(self.feat[number, index, car] == 0)

    def same_order(self) -> None:
        """Everybody finishes in one order in all contests of a round in which everybody starts."""
        for number, round_ in enumerate(self.outlook.rounds):
            free = [i for i in relevant(round_) if not round_.contests[i].sources and not round_.contests[i].others]
            for first, other in pairwise(free):
                if round_.contests[first].size != round_.contests[other].size:
                    continue
                for key in [key for key in self.place if key[:2] == (number, first)]:
                    for one, two in zip(self.place[key], self.place[number, other, key[2]], strict=True):
                        self.model.add(one == two)

    # --- totals ------------------------------------------------------------------------------

    def scores(self, competitor: str) -> Iterator[tuple[int, str, Any]]:
        """By round (its index) and stage or feat, what a competitor gets from each contest, as an expression."""
        for number, round_ in enumerate(self.outlook.rounds):
            for car in round_.cars(competitor):
                share = next(share for owner, share in round_.owners[car] if owner == competitor)
                for index in relevant(round_):
                    contest = round_.contests[index]
                    worth = [self.outlook.worth(points * share) for points in contest.points]
                    if any(worth):
                        yield (
                            number,
                            contest.stage,
                            sum(w * x for w, x in zip(worth, self.place[number, index, car], strict=True) if w),
                        )
                for index, feat in enumerate(round_.feats):
                    yield number, feat.feat, self.outlook.worth(feat.points * share) * self.feat[number, index, car]

    def total(self, competitor: str, *, least: bool) -> Any:
        """An expression for the total, without what is in doubt.

        ``least``: at most the real one, which the model may raise up to it. Otherwise at least the real one, which
        it may lower down to it.
        """
        key = competitor, least
        if key not in self._totals:
            holding = self.outlook.holdings[competitor]
            total: Any = holding.always
            units: dict[tuple[int, int, str], Any] = {}
            for number, stage, points in self.scores(competitor):
                round_ = self.outlook.rounds[number]
                index = self.outlook.pot_of(round_.number, stage)
                if index is None:
                    total = total + points
                else:
                    unit = index, number, self.outlook.unit_of(index, round_, stage)
                    units[unit] = units.get(unit, 0) + points
            for index, pot in enumerate(holding.pots):
                total = total + self._counted(pot, [units[unit] for unit in units if unit[0] == index], least)
            self._totals[key] = total
        return self._totals[key]

    def _counted(self, pot: Pot, added: Sequence[Any], least: bool) -> Any:
        return pot.bound + best_of(self.model, pot.room, [*pot.scores, *added], self._most(pot, added), least=least)

    def _most(self, pot: Pot, added: Sequence[Any]) -> int:
        best = max(
            (
                sum(self.outlook.worth(p) for c in round_.contests for p in c.points)
                + sum(self.outlook.worth(feat.points) for feat in round_.feats)
                for round_ in self.outlook.rounds
            ),
            default=0,
        )
        return max(best if added else 0, *pot.scores, 1)

    # --- who is ahead ------------------------------------------------------------------------

    def ahead(self, one: str, other: str, when: Any, *, strictly: bool) -> None:
        """Where ``when`` holds, ``one`` has a better place than ``other`` (or, unless ``strictly``, as good a one)."""
        mine = self.total(one, least=True) + (0 if self.strict else self.outlook.holdings[one].doubt)
        his = self.total(other, least=False) + (self.outlook.holdings[other].doubt if self.strict else 0)
        level = self.model.new_bool_var("")
        self.model.add(mine >= his + 1).only_enforce_if([when, ~level])
        self.model.add(mine >= his).only_enforce_if([when, level])
        self._parted(one, other, [when, level], strictly)

    def _parted(self, one: str, other: str, when: list[Any], strictly: bool) -> None:
        """Where level on points, the tie-break chain must not put ``one`` behind."""
        reach = when
        for step in self.outlook.standing.ties:
            vectors = self._step(step, one, other)
            if vectors is None:
                # Nothing can be said from here on: a strict claim must be settled before, another may hope.
                self.exact = False
                if self.strict:
                    self.model.add_bool_or([~literal for literal in reach])
                return
            for mine, his in vectors:
                if isinstance(mine, int) and isinstance(his, int):
                    if mine > his:
                        return
                    if mine < his:
                        self.model.add_bool_or([~literal for literal in reach])
                        return
                    continue
                still = self.model.new_bool_var("")
                self.model.add(mine >= his).only_enforce_if([*reach, still])
                self.model.add(mine >= his + 1).only_enforce_if([*reach, ~still])
                reach = [*reach, still]
        if strictly:
            self.model.add_bool_or([~literal for literal in reach])

    def _step(self, step: TieStep, one: str, other: str) -> list[tuple[Any, Any]] | None:
        """The numbers a tie step compares, one after the other, the greater ahead; None if it is not in the model."""
        of = step.of or self.outlook.rules.season.winner
        if step.counted:
            return None
        worth = scale_of(self.outlook.rules.season, self.outlook.standing, of) if step.scoring else None
        places = [p for p in range(1, self._places(of) + 1) if worth is None or worth.at(p)]
        match step.kind:
            case "wins":
                return [(self._taken(one, of, p), self._taken(other, of, p)) for p in places[:1] if p == 1]
            case "countback":
                return [(self._taken(one, of, p), self._taken(other, of, p)) for p in places]
            case "gross points":
                return [(self._gross(one), self._gross(other))]
            case _:
                return None

    def _taken(self, competitor: str, of: str, place: int) -> Any:
        """How often a competitor has taken a place in a stage: a number, or an expression."""
        account = self.outlook.holdings[competitor].account
        known = 0 if account is None else sum(p == place for p, _ in account.results.get(of, ()))
        new = [
            self.place[number, index, car][place - 1]
            for number, round_ in enumerate(self.outlook.rounds)
            for index in round_.tied.get(of, ())
            if place <= round_.contests[index].size
            for car in round_.field
            if (number, index, car) in self.place and _theirs(round_, car, competitor)
        ]
        return known + sum(new) if new else known

    def _places(self, of: str) -> int:
        known = [
            place
            for holding in self.outlook.holdings.values()
            if holding.account is not None
            for place, _ in holding.account.results.get(of, ())
        ]
        sizes = [r.contests[index].size for r in self.outlook.rounds for index in r.tied.get(of, ())]
        return max([*known, *sizes], default=0)

    def _gross(self, competitor: str) -> Any:
        account = self.outlook.holdings[competitor].account
        known = 0 if account is None else self.outlook.worth(account.gross)
        return known + sum(points for _, _, points in self.scores(competitor))

    # --- answers -----------------------------------------------------------------------------

    def solve(self) -> Answer:
        """Whether there is such a completion; ``unknown`` where the time is up before that is known."""
        module = cp_model()
        for level, share in ((0, 0.1), (2, 0.9)):
            # Most answers come soon without the linear relaxation; the proofs that do not, need it.
            self._solver = module.CpSolver()
            self._solver.parameters.max_time_in_seconds = self.seconds * share
            self._solver.parameters.num_workers = 1
            self._solver.parameters.linearization_level = level
            status = self._solver.solve(self.model)
            if status in (module.OPTIMAL, module.FEASIBLE):
                return "feasible"
            if status == module.INFEASIBLE:
                return "infeasible"
        return "unknown"

    def hint(self, orders: Sequence[Sequence[str]]) -> None:
        """Where to begin: one order a round, which nearly does."""
        for number, (round_, order) in enumerate(zip(self.outlook.rounds, orders, strict=True)):
            for seats, car in zip(round_.ranks, order, strict=True):
                for index, taken in seats:
                    for place, variable in enumerate(self.place.get((number, index, car), ()), start=1):
                        self.model.add_hint(variable, place == taken)

    def completion(self) -> Completion:
        """The completion that was found, with the places left over filled by the other cars."""
        orders: dict[tuple[int, str], Sequence[str]] = {}
        feats: dict[tuple[int, str, str], str] = {}
        for number, round_ in enumerate(self.outlook.rounds):
            orders |= self._orders(number, round_)
            for index, feat in enumerate(round_.feats):
                for car in round_.field:
                    variable = self.feat.get((number, index, car))
                    if variable is not None and self._solver.value(variable):
                        feats[round_.number, feat.feat, feat.session] = car
        return Completion(orders, feats)

    def _orders(self, number: int, round_: RoundToCome) -> Mapping[tuple[int, str], Sequence[str]]:
        rules = self.outlook.rules.of(round_.number)
        found: dict[int, list[str]] = {}
        for index in relevant(round_):
            contest = round_.contests[index]
            mine: dict[int, str] = {}
            for car in round_.field:
                for place, variable in enumerate(self.place.get((number, index, car), ()), start=1):
                    if self._solver.value(variable):
                        mine[place] = car
            found[index] = _filled(contest, mine, round_, found, set(self._watched(round_)))
        overall: Sequence[str] = round_.field
        orders: dict[tuple[int, str], Sequence[str]] = {}
        for index in reversed(relevant(round_)):
            if len(found[index]) == len(round_.field):
                overall = found[index]
        for stage in rules.stages:
            for session in stage.sessions:
                orders[round_.number, session] = overall
        for index, order in found.items():
            contest = round_.contests[index]
            if contest.session:
                orders[round_.number, contest.session] = order
        return orders

    def _watched(self, round_: RoundToCome) -> Iterator[str]:
        for name in self.watched:
            yield from round_.cars(name)


def best_of(model: Any, room: int, scores: Sequence[Any], top: int, *, least: bool) -> Any:
    """The sum of the best ``room`` of some scores, none below nothing or above ``top``.

    ``least``: at most that sum, which the model may raise up to it: it picks the scores. Otherwise at least that sum,
    which it may lower down to it: the sum of the best n is the least of ``n * level + what exceeds the level``.
    """
    if room >= len(scores):
        return sum(scores)
    if least:
        kept = []
        for score in scores:
            counts = model.new_bool_var("")
            value = model.new_int_var(0, top, "")
            model.add(value <= score)
            model.add(value <= top * counts)
            kept.append((counts, value))
        model.add(sum(counts for counts, _ in kept) <= room)
        return sum(value for _, value in kept)
    level = model.new_int_var(0, top, "")
    excess = [model.new_int_var(0, top, "") for _ in scores]
    for score, over in zip(scores, excess, strict=True):
        model.add(over >= score - level)
    return room * level + sum(excess)


def _theirs(round_: RoundToCome, car: str, competitor: str) -> bool:
    return any(owner == competitor for owner, _ in round_.owners[car])


def _filled(
    contest: ToCome, mine: Mapping[int, str], round_: RoundToCome, found: Mapping[int, list[str]], watched: set[str]
) -> list[str]:
    """The order of a contest: cars with a place in it, and between them whoever else starts."""
    if contest.sources or contest.others:
        through = [found[of][place - 1] for of, place in contest.sources]
        lucky = [found[of][place - 1] for of, place in contest.others]
        through += [car for car in lucky if car in mine.values()]
        through += [car for car in lucky if car not in watched]
        starters: Sequence[str] = through[: contest.size]
    else:
        starters = round_.field
    reserved: dict[int, str] = {}
    for places, seats in contest.blocks:
        cars = [found[of][place - 1] for of, place in seats]
        free = [place for place in places if place not in mine]
        reserved |= dict(zip(free, [car for car in cars if car not in watched], strict=False))
    taken = {*mine.values(), *reserved.values()}
    rest = iter([car for car in starters if car not in taken])
    return [mine.get(place) or reserved.get(place) or next(rest) for place in range(1, contest.size + 1)]


def relevant(round_: RoundToCome) -> tuple[int, ...]:
    """The contests that matter: for points, for ties, or for who starts in those that do."""
    matter = {index for index, contest in enumerate(round_.contests) if any(contest.points)}
    matter |= {index for indices in round_.tied.values() for index in indices}
    matter |= {index for feat in round_.feats if feat.within is not None for index in feat.contests}
    waiting = list(matter)
    while waiting:
        contest = round_.contests[waiting.pop()]
        seats = (*contest.sources, *contest.others, *(seat for _, seats in contest.blocks for seat in seats))
        new = {index for index, _ in seats} - matter
        if contest.order is not None and contest.order not in matter:
            new.add(contest.order)
        matter |= new
        waiting += new
    return tuple(sorted(matter))
