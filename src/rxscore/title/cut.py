"""Who goes on: before the sessions that decide it, who is through for certain, who is out, and what the others need.

A cut is what the rules say by ``advance``: the first so many of a ranking, or of each of several races. Everybody is
taken to finish what is to come, each place once. All answers hold for every way in which that can go.
"""

from collections.abc import Iterator, Sequence

from attrs import evolve, frozen

from rxscore.events import Points
from rxscore.problems import UserError
from rxscore.rulesets import Advance, Stage
from rxscore.title.form import UndecidedError, form
from rxscore.title.goals import Goal, Verdict
from rxscore.title.inside import Inside
from rxscore.title.races import Races
from rxscore.title.seats import Ranking, standing_now


@frozen(eq=False)
class Cut:
    """The next cut of a round under way. ``sessions``: those to come that decide it, the next one first.

    ``verdicts``: by goal. ``standing``: the cars as they stand now, with their places and points where the cut is a
    total of points. ``undecided``: why nothing can be told. ``other_ways``: stages to come that lead there as well.
    ``rankings``: by goal, to be asked for more, where the cut is one ranking.
    """

    inside: Inside
    stage: Stage
    sessions: tuple[str, ...]
    goals: tuple[Goal, ...]
    verdicts: tuple[tuple[Verdict, ...], ...] = ()
    standing: tuple[tuple[str, int | None, Points | None], ...] = ()
    doubtful: frozenset[str] = frozenset()
    other_ways: tuple[str, ...] = ()
    undecided: str = ""
    rankings: tuple[Ranking, ...] = ()

    def verdict(self, entry: str, goal: int = 0) -> Verdict | None:
        """What is certain of a car."""
        return next((one for one in self.verdicts[goal] if one.entry == entry), None) if self.verdicts else None


def next_cut(inside: Inside) -> Cut:
    """The next cut of a round, and what is certain of every car. Raises UserError where there is none."""
    stage = _next_stage(inside)
    clauses = [one for one in stage.advance if set(one.to) & set(inside.to_come)]
    sessions = tuple(one for one in inside.deciding(stage) if one in inside.to_come)
    ways = tuple(
        other.title or other.id
        for other in inside.rules.stages
        if other is not stage and not inside.decided(other)
        for one in other.advance
        if {to for clause in clauses for to in clause.to} & set(one.to)
    )
    cut = Cut(inside, stage, sessions, tuple(_goals(stage, clauses)), other_ways=tuple(dict.fromkeys(ways)))
    try:
        return _from_each(cut) if _apart(cut) else _of_all(cut)
    except UndecidedError as error:
        return evolve(cut, undecided=str(error))


def _next_stage(inside: Inside) -> Stage:
    for stage in inside.rules.stages:
        if any(set(one.to) & set(inside.to_come) for one in stage.advance) and not inside.decided(stage):
            return stage
    if not any(stage.advance for stage in inside.rules.stages):
        raise UserError(f"round {inside.number} has no cut: by its rules nobody has to qualify for a session")
    where = f"after {inside.over[-1]} of round {inside.number}" if inside.over else f"in round {inside.number}"
    raise UserError(f"{where} no cut is to come: it is known who starts in {', '.join(inside.to_come)}")


def _goals(stage: Stage, clauses: Sequence[Advance]) -> Iterator[Goal]:
    """What there is to qualify for, the best first: a final, then that or the next lower one, and so on."""
    if any(one.from_each for one in clauses):
        yield from (Goal(one.from_each or 0, one.to, one) for one in clauses)
        return
    to: tuple[str, ...] = ()
    reached = 0
    for one in sorted(clauses, key=_last_seat):
        low = one.places[0] if one.places else 1
        if low > reached + 1:
            yield Goal(low - 1, one.to, one, spared=True)
        to, reached = (*to, *one.to), _last_seat(one)
        yield Goal(reached, to, one)


def _last_seat(one: Advance) -> int:
    return one.places[1] if one.places else one.best or 0


def _apart(cut: Cut) -> bool:
    """Whether the cut takes so many of each race, and not of one ranking."""
    return any(goal.advance.from_each for goal in cut.goals) or (
        bool(cut.stage.sessions) and len(cut.inside.deciding(cut.stage)) == 1
    )


def _of_all(cut: Cut) -> Cut:
    if any(goal.advance.plus for goal in cut.goals):
        raise UndecidedError("further seats go to the next in line, which places alone do not tell")
    here = form(cut.inside, cut.stage)
    rankings = [Ranking(here, goal) for goal in cut.goals]
    standing = tuple(standing_now(here))
    order = [entry for entry, _, _ in standing]
    verdicts = tuple(tuple(ranking.verdict(entry) for entry in order) for ranking in rankings)
    return evolve(cut, verdicts=verdicts, standing=standing, doubtful=here.doubtful, rankings=tuple(rankings))


def _from_each(cut: Cut) -> Cut:
    inside = cut.inside
    if cut.stage.per == "race":
        raise UndecidedError(f"how many races {cut.stage.title or cut.stage.id} will have is not known")
    raced = {session: inside.starters(session) for session in cut.sessions}
    unknown = [session for session, cars in raced.items() if not cars]
    if unknown:
        raise UndecidedError(f"who starts in {', '.join(unknown)} is not known")
    verdicts = tuple(tuple(Races(inside, cut.stage, goal, raced).verdicts()) for goal in cut.goals)
    standing = tuple((one.entry, None, None) for one in verdicts[0])
    return evolve(cut, verdicts=verdicts, standing=standing)
