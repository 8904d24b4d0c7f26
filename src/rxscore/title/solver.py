"""The question as integers: finishing places to come as variables, solved exactly by CP-SAT (OR-Tools).

Only the cars of ``watched`` competitors have variables, as a rule; the others fill what is left, whoever they are.
Where only some scores count, a claimant's total may pick the scores it counts, and a rival's must hold for whatever
he counts (the sum of the best n is the least of ``n * t + what exceeds t``, over all t), so that neither is
approximated.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import combinations, pairwise, permutations
from typing import Any, Literal

from attrs import define, field, frozen

from rxscore.problems import UserError
from rxscore.scoring.standings import scale_of
from rxscore.title.contests import RoundToCome, ToCome
from rxscore.title.play import Completion
from rxscore.title.tally import Outlook, Pot
from rxscore.title.ties import Ties

Answer = Literal["feasible", "infeasible", "unknown"]


def cp_model() -> Any:
    """The solver's module. Raises UserError that says what to install, where it is not."""
    try:
        from ortools.sat.python import cp_model as module
    except ImportError:
        raise UserError("this needs OR-Tools: pip install 'rxscore[solver]'") from None
    return module


Places = tuple[int, ...]
"""Places of a contest between which nothing makes a difference: one is as good as the other."""


@frozen
class Got:
    """What a competitor gets in a round to come (its index) in a stage, or for a feat: an expression."""

    round: int
    stage: str
    session: str
    points: Any


@define(eq=False)
class Puzzle:
    """Completions of a season as a model for CP-SAT.

    ``alike``: by round and contest (their numbers), its places, those together that are worth the same and that
    nothing tells apart. ``place``: by round, contest and car, whether it takes one of these, in the same order.

    ``everyone``: also the cars that matter to nobody have places of their own; else they fill what is left, which may
    not fit where one contest decides who starts in another.

    ``strict``: what cannot be put into the model (a tie step, points in doubt) counts against the claim; without it,
    in favour. A ``strict`` model that is feasible is therefore true, one that is not strict and infeasible as well.
    """

    outlook: Outlook
    watched: Sequence[str]
    strict: bool
    seconds: float = 10.0
    everyone: bool = False
    model: Any = None
    alike: dict[tuple[int, int], list[Places]] = field(factory=dict)
    place: dict[tuple[int, int, str], list[Any]] = field(factory=dict)
    feat: dict[tuple[int, int, str], Any] = field(factory=dict)
    ties: Ties = field(init=False)
    _totals: dict[tuple[str, bool], Any] = field(factory=dict)
    _worths: dict[tuple[int, int, Fraction], tuple[int, ...]] = field(factory=dict)
    _solver: Any = None

    def __attrs_post_init__(self) -> None:
        """Lay out the rounds to come."""
        self.model = cp_model().CpModel()
        self.ties = Ties(self)
        for number, round_ in enumerate(self.outlook.rounds):
            for index in self.matter[number]:
                self.alike[number, index] = self._alike(round_, index)
            self._round(number, round_)

    @cached_property
    def matter(self) -> tuple[tuple[int, ...], ...]:
        """By round, the contests that matter."""
        return tuple(relevant(round_) for round_ in self.outlook.rounds)

    def _alike(self, round_: RoundToCome, index: int) -> list[Places]:
        """The places of a contest, those together that nothing tells apart."""
        contest = round_.contests[index]
        if round_.linked:
            return [(place,) for place in range(1, contest.size + 1)]
        within = [feat.within for feat in round_.feats if feat.within and index in feat.contests]
        looked_at = self._looked_at(round_, index)
        found: dict[object, list[int]] = {}
        for place, points in enumerate(contest.points, start=1):
            key = points, place if looked_at(place) else 0, tuple(place <= last for last in within)
            found.setdefault(key, []).append(place)
        return [tuple(places) for places in found.values()]

    def _looked_at(self, round_: RoundToCome, index: int) -> Callable[[int], bool]:
        """Whether a place of a contest may decide a tie."""
        tests: list[Callable[[int], bool]] = []
        for step in self.outlook.standing.ties:
            of = step.of or self.outlook.rules.season.winner
            if index not in round_.tied.get(of, ()):
                continue
            worth = scale_of(self.outlook.rules.season, self.outlook.standing, of) if step.scoring else None
            if step.kind == "wins":
                tests.append(lambda place: place == 1)
            elif worth is not None:
                tests.append(lambda place, worth=worth: worth.at(place) != 0)  # type: ignore[misc]
            else:
                return lambda _: True
        return lambda place: any(test(place) for test in tests)

    def at(self, number: int, index: int, car: str, place: int) -> Any:
        """Whether a car takes a place of a contest, or one that is as good."""
        position = next(n for n, places in enumerate(self.alike[number, index]) if place in places)
        return self.place[number, index, car][position]

    # --- rounds ------------------------------------------------------------------------------

    def _round(self, number: int, round_: RoundToCome) -> None:
        watched = dict.fromkeys(entry for name in self.watched for entry in round_.cars(name))
        cars = list(round_.field if self.everyone else watched)
        for index in self.matter[number]:
            contest = round_.contests[index]
            alike = self.alike[number, index]
            for car in cars:
                self.place[number, index, car] = [self.model.new_bool_var("") for _ in alike]
            for position, places in enumerate(alike):
                taken = [self.place[number, index, car][position] for car in cars]
                if len(places) == 1:
                    self.model.add_at_most_one(taken)
                elif len(places) < len(cars):
                    self.model.add(sum(taken) <= len(places))
            self._starters(number, index, contest, cars)
        for index, feat in enumerate(round_.feats):
            for car in cars:
                self.feat[number, index, car] = self.model.new_bool_var("")
                if feat.within is not None:
                    seats = [
                        taken
                        for contest_ in feat.contests
                        for places, taken in zip(
                            self.alike[number, contest_], self.place[number, contest_, car], strict=True
                        )
                        if not feat.within or places[0] <= feat.within
                    ]
                    self.model.add(self.feat[number, index, car] <= sum(seats))
            self.model.add_at_most_one(self.feat[number, index, car] for car in cars)

    def _starters(self, number: int, index: int, contest: ToCome, cars: Sequence[str]) -> None:
        if contest.known is not None:
            self._as_known(number, index, contest.known, cars)
            return
        through: list[Any] = []
        for car in cars:
            mine = self.place[number, index, car]
            if not contest.sources and not contest.others:
                self.model.add_exactly_one(mine)
            else:
                seats = [self.at(number, of, car, place) for of, place in contest.sources]
                for of, place in contest.others:
                    lucky = self.model.new_bool_var("")
                    self.model.add_implication(lucky, self.at(number, of, car, place))
                    through.append(lucky)
                    seats.append(lucky)
                self.model.add(sum(mine) == sum(seats))
            for places, seats_ in contest.blocks:
                there = sum(self.at(number, of, car, place) for of, place in seats_)
                self.model.add(sum(self.at(number, index, car, place) for place in places) == there)
        if through:
            self.model.add(sum(through) <= contest.extra)
        if contest.order is not None:
            self._in_order(
                number, index, contest.order, [places for places, _ in contest.blocks if len(places) > 1], cars
            )

    def _as_known(self, number: int, index: int, known: Sequence[str], cars: Sequence[str]) -> None:
        """The cars take the places that they took in a contest that is over."""
        for car in cars:
            place = known.index(car) + 1 if car in known else 0
            for places, taken in zip(self.alike[number, index], self.place[number, index, car], strict=True):
                self.model.add(taken == int(place in places))

    def _in_order(
        self, number: int, index: int, order: int, blocks: Sequence[Sequence[int]], cars: Sequence[str]
    ) -> None:
        """Of two cars that share out the places of a block, the one ahead in another contest is ahead."""
        there = {
            car: sum(
                places[0] * taken
                for places, taken in zip(self.alike[number, order], self.place[number, order, car], strict=True)
            )
            for car in cars
        }
        for one, other in permutations(cars, 2) if blocks else ():
            ahead = self.model.new_bool_var("")
            self.model.add(there[one] + 1 <= there[other]).only_enforce_if(ahead)
            for better, worse in (pair for places in blocks for pair in combinations(sorted(places), 2)):
                mine, his = self.at(number, index, one, better), self.at(number, index, other, worse)
                self.model.add_bool_or([~mine, ~his, ahead])

    def wins_all(self, competitor: str) -> None:
        """The competitor comes first wherever he starts; with several cars, they come first together."""
        for number, round_ in enumerate(self.outlook.rounds):
            cars = round_.cars(competitor)
            for index in self.matter[number]:
                fed = round_.contests[index].sources or round_.contests[index].others
                for car in cars if round_.contests[index].known is None else ():
                    if len(cars) == 1 or not fed:
                        self._among(number, index, car, range(1, len(cars) + 1))
            for index in range(len(round_.feats)):
                if cars:
                    self.model.add_exactly_one(self.feat[number, index, car] for car in cars)

    def loses_all(self, competitor: str) -> None:
        """The competitor comes last wherever everybody starts, and achieves no feat."""
        for number, round_ in enumerate(self.outlook.rounds):
            cars = round_.cars(competitor)
            for index in self.matter[number]:
                contest = round_.contests[index]
                for car in cars:
                    if not contest.sources and not contest.others and not contest.blocks and contest.known is None:
                        self._among(number, index, car, range(contest.size - len(cars) + 1, contest.size + 1))
            for index in range(len(round_.feats)):
                for car in cars:
                    self.model.add(self.feat[number, index, car] == 0)

    def _among(self, number: int, index: int, car: str, meant: range) -> None:
        """A car takes one of some places, or one that is as good."""
        pairs = zip(self.alike[number, index], self.place[number, index, car], strict=True)
        self.model.add_exactly_one(taken for places, taken in pairs if any(place in meant for place in places))

    def same_order(self) -> None:
        """Everybody finishes in one order in all contests of a round in which everybody starts."""
        for number, round_ in enumerate(self.outlook.rounds):
            contests = round_.contests
            free = [
                i
                for i in self.matter[number]
                if not (contests[i].sources or contests[i].others) and contests[i].known is None
            ]
            for first, other in pairwise(free):
                if self.alike[number, first] != self.alike[number, other]:
                    continue
                for key in [key for key in self.place if key[:2] == (number, first)]:
                    for one, two in zip(self.place[key], self.place[number, other, key[2]], strict=True):
                        self.model.add(one == two)

    # --- totals ------------------------------------------------------------------------------

    def scores(self, competitor: str, *, least: bool) -> Iterator[Got]:
        """What a competitor gets from each contest and feat. ``least``: as in ``total``.

        That matters where only the first of several cars score.
        """
        for number, round_ in enumerate(self.outlook.rounds):
            cars = round_.cars(competitor)
            for index in self.matter[number]:
                contest = round_.contests[index]
                taken = []
                for car in cars:
                    worth = self._worth(number, index, self._share(round_, car, competitor))
                    if any(worth):
                        places = self.place[number, index, car]
                        taken.append(sum(w * x for w, x in zip(worth, places, strict=True) if w))
                if round_.scoring is not None and len(taken) > round_.scoring:
                    top = self.outlook.worth(max(contest.points))
                    taken = [best_of(self.model, round_.scoring, taken, top, least=least)]
                for points in taken:
                    yield Got(number, contest.stage, contest.session, points)
            for stage, session, dealt in round_.dealt.get(competitor, ()):
                yield Got(number, stage, session, self.outlook.worth(dealt))
            for index, feat in enumerate(round_.feats):
                for car in cars:
                    worth_ = self.outlook.worth(feat.points * self._share(round_, car, competitor))
                    yield Got(number, feat.bonus, feat.session, worth_ * self.feat[number, index, car])

    @staticmethod
    def _share(round_: RoundToCome, car: str, competitor: str) -> Fraction:
        return next(share for owner, share in round_.owners[car] if owner == competitor)

    def _worth(self, number: int, index: int, share: Fraction) -> tuple[int, ...]:
        """What the places of a contest are worth to a car of which a competitor has a share, those alike together."""
        key = number, index, share
        if key not in self._worths:
            points = self.outlook.rounds[number].contests[index].points
            alike = self.alike[number, index]
            self._worths[key] = tuple(self.outlook.worth(points[places[0] - 1] * share) for places in alike)
        return self._worths[key]

    def total(self, competitor: str, *, least: bool) -> Any:
        """An expression for the total, without what is in doubt.

        ``least``: at most the real one, which the model may raise up to it. Otherwise at least the real one, which
        it may lower down to it.
        """
        key = competitor, least
        if key not in self._totals:
            holding = self.outlook.holdings[competitor]
            always: list[Any] = [holding.always]
            units: dict[tuple[int, int, str], list[Any]] = {}
            for got in self.scores(competitor, least=least):
                unit = self.outlook.unit_of(self.outlook.rounds[got.round].number, got.stage, got.session)
                if unit is None:
                    always.append(got.points)
                else:
                    units.setdefault((unit[0], got.round, unit[1]), []).append(got.points)
            total = sum(always)
            for index, pot in enumerate(holding.pots):
                total = total + self._counted(pot, [sum(units[unit]) for unit in units if unit[0] == index], least)
            self._totals[key] = total
        return self._totals[key]

    def _counted(self, pot: Pot, added: Sequence[Any], least: bool) -> Any:
        return pot.bound + best_of(self.model, pot.room, [*pot.scores, *added], self._most(pot, added), least=least)

    def _most(self, pot: Pot, added: Sequence[Any]) -> int:
        return max(self.top if added else 0, *pot.scores, 1)

    @cached_property
    def top(self) -> int:
        """More than anybody can score in a round to come."""
        return max(
            (
                sum(self.outlook.worth(points) for contest in round_.contests for points in contest.points)
                + sum(self.outlook.worth(feat.points) for feat in round_.feats)
                + max((sum(self.outlook.worth(one[2]) for one in dealt) for dealt in round_.dealt.values()), default=0)
                for round_ in self.outlook.rounds
            ),
            default=0,
        )

    def best_of(self, room: int, scores: Sequence[Any], top: int, *, least: bool) -> Any:
        """The sum of the best ``room`` scores, as the function of that name has it."""
        return best_of(self.model, room, scores, top, least=least)

    # --- who is ahead ------------------------------------------------------------------------

    def ahead(self, one: str, other: str, when: Sequence[Any], *, strictly: bool) -> None:
        """Where ``when`` holds, ``one`` has a better place than ``other`` (or, unless ``strictly``, as good a one)."""
        mine = self.total(one, least=True) + (0 if self.strict else self.outlook.holdings[one].doubt)
        his = self.total(other, least=False) + (self.outlook.holdings[other].doubt if self.strict else 0)
        level = self.model.new_bool_var("")
        self.model.add(mine >= his + 1).only_enforce_if([*when, ~level])
        self.model.add(mine >= his).only_enforce_if([*when, level])
        self._parted(one, other, [*when, level], strictly)

    def listed(self, competitor: str) -> Any:
        """Whether a competitor has a place in the table at all: a literal of which ``True`` is certain."""
        here = self.model.new_bool_var("")
        if competitor in self.outlook.listed or (competitor in self.outlook.unsure and not self.strict):
            return here
        gained = self.model.new_bool_var("")
        self.model.add(self.total(competitor, least=True) >= 1).only_enforce_if([here, gained])
        if competitor in self.outlook.unsure:
            self.model.add_implication(here, gained)
        self.model.add(self.total(competitor, least=False) <= -1).only_enforce_if([here, ~gained])
        return here

    def unlisted(self, competitor: str) -> Any:
        """Whether a competitor has no place in the table: a literal of which ``True`` is certain."""
        out = self.model.new_bool_var("")
        doubt = self.outlook.holdings[competitor].doubt
        if competitor in self.outlook.listed or (competitor in self.outlook.unsure and self.strict):
            self.model.add(out == 0)
        else:
            self.model.add(self.total(competitor, least=False) <= 0).only_enforce_if(out)
            self.model.add(self.total(competitor, least=True) + doubt >= 0).only_enforce_if(out)
        return out

    def _parted(self, one: str, other: str, when: list[Any], strictly: bool) -> None:
        """Where level on points, the tie-break chain must not put ``one`` behind."""
        if {one, other} & self.outlook.unsure:
            if self.strict:
                self.model.add_bool_or([~literal for literal in when])
            return
        reach = when
        for vectors in self.ties.steps(one, other):
            if vectors is None:
                # Nothing can be said from here on: a strict claim must be settled before, another may hope.
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

    # --- answers -----------------------------------------------------------------------------

    def solve(self) -> Answer:
        """Whether there is such a completion; ``unknown`` where the time is up before that is known."""
        module = cp_model()
        for level, effort in ((0, 0.25), (2, None)):
            # Most answers come at once without the linear relaxation; the proofs that do not, need it. To look for
            # symmetries and to probe takes longer than it saves.
            self._solver = module.CpSolver()
            parameters = self._solver.parameters
            parameters.max_time_in_seconds = self.seconds
            if effort is not None:
                parameters.max_deterministic_time = effort
            parameters.num_workers = 1
            parameters.linearization_level = level
            parameters.symmetry_level = 0
            parameters.cp_model_probing_level = 0
            status = self._solver.solve(self.model)
            if status in (module.OPTIMAL, module.FEASIBLE):
                return "feasible"
            if status == module.INFEASIBLE:
                return "infeasible"
        return "unknown"

    def extreme(self, competitor: str, *, highest: bool) -> tuple[int | None, bool] | None:
        """The highest (or least) total of a competitor in such a completion, or no total, if there is no completion.

        If the time is up: one beyond which there is none, and False. None: nothing is known in time.
        """
        module = cp_model()
        # From the side that the model may only bring nearer to the real total: the extreme is the real one.
        total = self.total(competitor, least=highest)
        if highest:
            self.model.maximize(total)
        else:
            self.model.minimize(total)
        self._solver = module.CpSolver()
        self._solver.parameters.max_time_in_seconds = self.seconds
        self._solver.parameters.num_workers = 1
        # An extreme has to be proved, and here the linear relaxation is nearly the whole proof.
        self._solver.parameters.linearization_level = 2
        status = self._solver.solve(self.model)
        if status == module.INFEASIBLE:
            return None, True
        if status not in (module.OPTIMAL, module.FEASIBLE):
            return None
        return round(self._solver.best_objective_bound), status == module.OPTIMAL

    def hint(self, orders: Sequence[Sequence[str]]) -> None:
        """Where to begin: one order a round, which nearly does."""
        for number, (round_, order) in enumerate(zip(self.outlook.rounds, orders, strict=True)):
            for seats, car in zip(round_.ranks, order, strict=True):
                for index, taken in seats:
                    variables = self.place.get((number, index, car))
                    if variables is not None:
                        for places, variable in zip(self.alike[number, index], variables, strict=True):
                            self.model.add_hint(variable, taken in places)

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
        for index in self.matter[number]:
            contest = round_.contests[index]
            mine: dict[int, str] = {}
            free = [list(places) for places in self.alike[number, index]]
            for car in round_.field:
                for places, variable in zip(free, self.place.get((number, index, car), ()), strict=False):
                    if self._solver.value(variable):
                        mine[places.pop(0)] = car
            found[index] = (
                list(contest.known)
                if contest.known is not None
                else _filled(contest, mine, round_, found, set(self._watched(round_)))
            )
        overall: Sequence[str] = round_.field
        orders: dict[tuple[int, str], Sequence[str]] = {}
        for index in reversed([i for i in self.matter[number] if round_.contests[i].known is None]):
            if len(found[index]) == len(round_.field):
                overall = found[index]
        for stage in rules.stages:
            for session in stage.sessions:
                if session not in round_.over:
                    orders[round_.number, session] = overall
        for index, order in found.items():
            contest = round_.contests[index]
            if contest.session and contest.known is None:
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
    if room == 1:
        for score in scores:
            model.add(level >= score)
        return level
    excess = [model.new_int_var(0, top, "") for _ in scores]
    for score, over in zip(scores, excess, strict=True):
        model.add(over >= score - level)
    return room * level + sum(excess)


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
