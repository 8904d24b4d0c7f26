"""Tie steps of a standing as the solver's model sees them: the numbers that are compared, one after the other.

Every number of a claimant is at most the real one, and every number of a rival at least (the greater is ahead), so
that neither is called ahead who is not. Most are exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field, frozen

from rxscore.events import TieDecided
from rxscore.rulesets import TieStep
from rxscore.scoring.standings import scale_of

if TYPE_CHECKING:
    from rxscore.title.contests import RoundToCome
    from rxscore.title.solver import Puzzle
    from rxscore.title.tally import Outlook

Vectors = list[tuple[Any, Any]]
"""What a step compares: pairs of numbers, the greater ahead; a later pair only where those before are equal."""


def in_model(outlook: Outlook) -> bool:
    """Whether every tie step of the standing can be put into the model."""
    return all(_in_model(step, outlook) for step in outlook.standing.ties)


def _in_model(step: TieStep, outlook: Outlook) -> bool:
    # Which results count is exact only if every score is, and if it is certain which scores there are.
    if not step.counted or not outlook.plan.clauses:
        return True
    return all(round_.scoring is None and _scores_certain(outlook, round_) for round_ in outlook.rounds)


def _scores_certain(outlook: Outlook, round_: RoundToCome) -> bool:
    """Whether everybody who starts in a round has the same scores of which some may be dropped."""
    units = {clause.count.unit for clause in outlook.plan.clauses if round_.number in clause.rounds}
    fed = any(contest.sources or contest.others or not contest.session for contest in round_.contests)
    return "session" not in units or not (fed or round_.feats)


@frozen
class Result:
    """A place that a competitor has, or may get, in a round: 1 or 0, or a variable.

    ``start``: his car and the contest; of one start he takes one place at most.
    """

    round: int
    place: int
    taken: Any
    start: tuple[str, int] = ("", 0)


@define(eq=False)
class Ties:
    """The tie steps of one model."""

    puzzle: Puzzle
    _results: dict[tuple[str, int], list[Result]] = field(factory=dict)
    _kept: dict[str, Mapping[int, Any]] = field(factory=dict)

    @property
    def outlook(self) -> Outlook:
        """What is to come."""
        return self.puzzle.outlook

    def steps(self, one: str, other: str) -> Iterator[Vectors | None]:
        """What each step compares of two competitors; None for one that is not in the model."""
        for number, step in enumerate(self.outlook.standing.ties):
            yield self._vectors(number, step, one, other) if _in_model(step, self.outlook) else None
        yield [self._decided(event, one, other) for event in self._decisions()]

    def _decisions(self) -> list[TieDecided]:
        standing = self.outlook.standing.id
        return [event for event in self.outlook.base.season.general(TieDecided) if event.standing == standing]

    @staticmethod
    def _decided(event: TieDecided, one: str, other: str) -> tuple[int, int]:
        places = {competitor: place for place, competitor in enumerate(event.order)}
        return -places.get(one, len(places)), -places.get(other, len(places))

    def _vectors(self, number: int, step: TieStep, one: str, other: str) -> Vectors:
        match step.kind:
            case "gross points":
                return [(self._gross(one, least=True), self._gross(other, least=False))]
            case "best score":
                return list(self._best_scores(one, other))
            case "points":
                return [(self._points(one, step.of, least=True), self._points(other, step.of, least=False))]
        mine, his = self._of(number, step, one), self._of(number, step, other)
        top = max((result.place for result in (*mine, *his)), default=0)
        match step.kind:
            case "wins":
                return [(_times(mine, 1), _times(his, 1))]
            case "countback":
                return [(_times(mine, place), _times(his, place)) for place in range(1, top + 1)]
            case "latest round":
                rounds = sorted({result.round for result in (*mine, *his)}, reverse=True)

                def in_round(results: Sequence[Result], round_: int) -> list[Any]:
                    return _starts([one for one in results if one.round == round_], lambda one: top + 1 - one.place)

                return [
                    (
                        self._best(in_round(mine, round_), 1, top, least=True),
                        self._best(in_round(his, round_), 1, top, least=False),
                    )
                    for round_ in rounds
                ]
            case _:  # earliest best
                last = max((result.round for result in (*mine, *his)), default=0) + 1

                def early(one: Result) -> int:
                    return (top + 1 - one.place) * last - one.round

                return [
                    (
                        self._best(_starts(mine, early), 1, top * last, least=True),
                        self._best(_starts(his, early), 1, top * last, least=False),
                    )
                ]

    # --- points ------------------------------------------------------------------------------

    def _gross(self, competitor: str, *, least: bool) -> Any:
        account = self.outlook.holdings[competitor].account
        known = 0 if account is None else self.outlook.worth(account.gross)
        return known + sum(got.points for got in self.puzzle.scores(competitor, least=least))

    def _points(self, competitor: str, of: str, *, least: bool) -> Any:
        """What a competitor has scored in one stage or session."""
        of = of or self.outlook.rules.season.winner
        awards = self.outlook.base.awards(self.outlook.standing.id, competitor)
        known = sum(self.outlook.worth(award.points) for award in awards if of in (award.stage, award.session))
        gained = self.puzzle.scores(competitor, least=least)
        return known + sum(got.points for got in gained if of in (got.stage, got.session))

    def _best_scores(self, one: str, other: str) -> Iterator[tuple[Any, Any]]:
        """The best score, the two best, the three best: who is ahead first in one of these has the better scores."""
        mine, his = self._units(one, least=True), self._units(other, least=False)
        top = max([self.puzzle.top, *(score for score in (*mine, *his) if isinstance(score, int))])
        for number in range(1, max(len(mine), len(his)) + 1):
            yield self._best(mine, number, top, least=True), self._best(his, number, top, least=False)

    def _units(self, competitor: str, *, least: bool) -> list[Any]:
        """Every score that may be dropped."""
        account = self.outlook.holdings[competitor].account
        units = () if account is None else account.units
        known = [self.outlook.worth(unit.points) for clause in units for unit in clause]
        new: dict[tuple[int, int, str], list[Any]] = {}
        for got in self.puzzle.scores(competitor, least=least):
            unit = self.outlook.unit_of(self.outlook.rounds[got.round].number, got.stage, got.session)
            if unit is not None:
                new.setdefault((unit[0], got.round, unit[1]), []).append(got.points)
        return [*known, *map(sum, new.values())]

    def _best(self, values: Sequence[Any], number: int, top: int, *, least: bool) -> Any:
        """The sum of the best so many, none above ``top``: at most that sum (``least``), or at least."""
        known = sorted((value for value in values if isinstance(value, int) and value), reverse=True)[:number]
        open_ = [value for value in values if not isinstance(value, int)]
        if not open_:
            return sum(known)
        return self.puzzle.best_of(number, [*known, *open_], top, least=least)

    # --- places ------------------------------------------------------------------------------

    def _of(self, number: int, step: TieStep, competitor: str) -> list[Result]:
        """The places that a step looks at."""
        key = competitor, number
        if key not in self._results:
            of = step.of or self.outlook.rules.season.winner
            found = [*self._known(competitor, of), *self._new(competitor, of)]
            if step.scoring:
                worth = scale_of(self.outlook.rules.season, self.outlook.standing, of)
                found = [one for one in found if worth is None or worth.at(one.place)]
            if step.counted:
                kept = self._kept_rounds(competitor)
                found = [self._if_kept(one, kept.get(one.round, 1)) for one in found]
            self._results[key] = found
        return self._results[key]

    def _known(self, competitor: str, of: str) -> Iterator[Result]:
        account = self.outlook.holdings[competitor].account
        for place, number in () if account is None else account.results.get(of, ()):
            yield Result(number, place, 1)

    def _new(self, competitor: str, of: str) -> Iterator[Result]:
        for number, round_ in enumerate(self.outlook.rounds):
            for index in round_.tied.get(of, ()):
                for car in round_.cars(competitor):
                    alike = self.puzzle.alike[number, index]
                    for places, taken in zip(alike, self.puzzle.place[number, index, car], strict=True):
                        if len(places) == 1:  # no step looks at places that are put together
                            yield Result(round_.number, places[0], taken, (car, index))

    def _if_kept(self, result: Result, kept: Any) -> Result:
        if isinstance(kept, int) or (isinstance(result.taken, int) and not result.taken):
            return result if kept else evolve(result, taken=0)
        if isinstance(result.taken, int):
            return evolve(result, taken=kept)
        both = self.puzzle.model.new_bool_var("")
        self.puzzle.model.add_bool_and([result.taken, kept]).only_enforce_if(both)
        self.puzzle.model.add_bool_or([~result.taken, ~kept, both])
        return evolve(result, taken=both)

    def _kept_rounds(self, competitor: str) -> Mapping[int, Any]:
        """By round with a score that may be dropped, whether none of it is: 1 or 0, or a variable."""
        if competitor not in self._kept:
            kept: dict[int, list[Any]] = {}
            for clause, units in enumerate(self._by_clause(competitor)):
                room = self.outlook.holdings[competitor].pots[clause].room
                for (number, _), counts in self._kept_units(units, room).items():
                    kept.setdefault(number, []).append(counts)
            self._kept[competitor] = {number: self._all(counts) for number, counts in kept.items()}
        return self._kept[competitor]

    def _by_clause(self, competitor: str) -> list[dict[tuple[int, str], Any]]:
        """By count clause, the scores of which some may be dropped, by round and session."""
        account = self.outlook.holdings[competitor].account
        found: list[dict[tuple[int, str], Any]] = [{} for _ in self.outlook.plan.clauses]
        for clause, units in enumerate(() if account is None else account.units):
            for unit in units:
                if unit.droppable:
                    found[clause][unit.round, unit.session] = self.outlook.worth(unit.points)
        for round_ in self.outlook.rounds:
            for clause, one in enumerate(self.outlook.plan.clauses):
                if round_.number in one.rounds and round_.cars(competitor):
                    sessions = {contest.session for contest in round_.contests}
                    for session in sessions if one.count.unit == "session" else ("",):
                        found[clause][round_.number, session] = 0
        for got in self.puzzle.scores(competitor, least=True):
            number = self.outlook.rounds[got.round].number
            unit_ = self.outlook.unit_of(number, got.stage, got.session)
            if unit_ is not None:
                before = found[unit_[0]].get((number, unit_[1]), 0)
                found[unit_[0]][number, unit_[1]] = before + got.points
        return found

    def _kept_units(self, units: Mapping[tuple[int, str], Any], room: int) -> Mapping[tuple[int, str], Any]:
        """Which scores are kept: the best, and of equals the earlier ones."""
        if room >= len(units):
            return dict.fromkeys(units, 1)
        model = self.puzzle.model
        many = len(units)
        highest = max([self.puzzle.top, *(score for score in units.values() if isinstance(score, int))])
        # No two of these keys are equal: the scores, and behind the point how early they were.
        keys = {unit: units[unit] * many + (many - 1 - rank) for rank, unit in enumerate(sorted(units))}
        level = model.new_int_var(0, (highest + 1) * many, "")
        kept: dict[tuple[int, str], Any] = {}
        for unit, key in keys.items():
            kept[unit] = model.new_bool_var("")
            model.add(key >= level).only_enforce_if(kept[unit])
            model.add(key + 1 <= level).only_enforce_if(~kept[unit])
        model.add(sum(kept.values()) == room)
        return kept

    def _all(self, counts: Sequence[Any]) -> Any:
        unsure = [one for one in counts if not isinstance(one, int)]
        if any(isinstance(one, int) and not one for one in counts):
            return 0
        if len(unsure) < 2:
            return unsure[0] if unsure else 1
        every = self.puzzle.model.new_bool_var("")
        self.puzzle.model.add_bool_and(unsure).only_enforce_if(every)
        self.puzzle.model.add_bool_or([*(~one for one in unsure), every])
        return every


def _times(results: Sequence[Result], place: int) -> Any:
    """How often a place was taken."""
    return sum(result.taken for result in results if result.place == place)


def _starts(results: Sequence[Result], value: Callable[[Result], int]) -> list[Any]:
    """What each start brings, if a place brings ``value``."""
    known = [value(one) for one in results if isinstance(one.taken, int) and one.taken]
    starts: dict[tuple[int, tuple[str, int], int], list[Any]] = {}
    for number, one in enumerate(results):
        if not isinstance(one.taken, int):
            # Known places that may be left out (their rounds dropped) are each on their own.
            alone = number if one.start == ("", 0) else -1
            starts.setdefault((one.round, one.start, alone), []).append(value(one) * one.taken)
    return [*known, *map(sum, starts.values())]
