"""What is needed with more than one contest to come, in points.

Against each rival: by how much he may outscore the competitor. Against all of them at once bounds are cheap, but they
take every rival to win all that is left; with OR-Tools it is exact, because a place can be taken only once: the weakest
total that is enough is just above the highest with which the competitor can still fail.
"""

from collections.abc import Sequence
from fractions import Fraction
from time import monotonic
from typing import Literal

from attrs import frozen

from rxscore.events import Points, plain
from rxscore.problems import UserError
from rxscore.title.chances import Prospects
from rxscore.title.play import UnplayableError, replay
from rxscore.title.solver import Puzzle, cp_model
from rxscore.title.tally import Outlook

MATTER_MOST = 2
"""So many rivals beyond the position are asked about first: mostly they decide, and the others only fill places."""


@frozen
class Margin:
    """What a competitor needs against one rival: how many points more than he himself the rival may score.

    ``most``: the most that the rival can still get. None, both: facts are missing that nothing limits.
    """

    rival: str
    points: Points | None
    most: Points | None


Certainty = Literal["exact", "bound"]


@frozen(eq=False)
class Margins:
    """What a competitor needs with several contests to come, in points that he must add to what he has ``now``.

    ``most``: what he can add. ``enough``: with so many he has the position whatever happens (None: no number is
    enough). ``least``: with fewer he cannot have it. Each is ``exact``, the fewest that are enough and that leave a
    chance, or a ``bound``: then fewer may be enough, or more be needed. ``margins``: none, where scores may be dropped,
    so that points now are not points in the end. ``open``: those who matter of whom facts are missing.
    """

    competitor: str
    position: int
    rounds: tuple[int, ...]
    now: Points
    most: Points
    enough: Points | None
    least: Points
    enough_is: Certainty
    least_is: Certainty
    margins: tuple[Margin, ...]
    open: frozenset[str]


def margins(
    prospects: Prospects,
    after: int,
    competitor: str,
    position: int = 1,
    *,
    before: str = "",
    seconds: float = 5.0,
) -> Margins:
    """What a competitor needs with contests to come, after a round or ``before`` a session of the next one.

    ``seconds``: for each solve (0: bounds alone will do). Raises UserError where places do not say what is to be won.
    """
    standing = prospects.standing
    if standing.order == "low":
        raise UserError("what is needed cannot be told where the lowest total wins")
    view = prospects.outlook(after, before)
    if view.because:
        raise UserError(f"what is needed cannot be told: {view.because}")
    if competitor not in view.rivals:
        raise UserError(f"{competitor!r} has no part in {standing.id!r}")
    ends = _Ends(view, competitor, position, seconds)
    enough, enough_is = ends.enough()
    least, least_is = ends.least()

    def points(units: int) -> Points:
        return plain(Fraction(units, view.unit))

    now = ends.now
    return Margins(
        competitor,
        position,
        tuple(round_.number for round_ in view.rounds),
        points(now),
        points(ends.high - now),
        None if enough is None else points(max(enough - now, 0)),
        points(max(least - now, 0)),
        enough_is,
        least_is,
        () if view.plan.clauses else _each(view, competitor),
        view.unsure & {competitor, *ends.rivals},
    )


def contenders(prospects: Prospects, after: int, position: int = 1, *, before: str = "") -> tuple[str, ...]:
    """Those whom bounds do not rule out for a position, the one with the most points first."""
    view = prospects.outlook(after, before)
    bounds = {name: view.bounds(name) for name in view.rivals}
    found = []
    for name, (_, most) in bounds.items():
        beyond = sum(low > most + view.holdings[name].doubt for one, (low, _) in bounds.items() if one != name)
        if beyond < position:
            found.append(name)
    return tuple(sorted(found, key=lambda name: (-view.so_far(name), name)))


def _each(view: Outlook, competitor: str) -> tuple[Margin, ...]:
    """Against every rival who can still be level with the competitor."""
    mine = view.so_far(competitor)
    found = []
    for rival in view.rivals:
        now, doubt = view.so_far(rival), view.holdings[rival].doubt
        high = view.bounds(rival)[1] + doubt
        if rival != competitor and view.unlimited(rival):
            found.append(Margin(rival, None, None))
        elif rival != competitor and high >= mine:
            lead = plain(Fraction(mine - now - doubt, view.unit))
            found.append(Margin(rival, lead, plain(Fraction(high - now, view.unit))))
    return tuple(sorted(found, key=lambda one: (one.points is not None, one.points or 0, one.rival)))


class _Ends:
    """With which totals a competitor can fail, and with which he can make it. Points in units of the outlook."""

    def __init__(self, view: Outlook, competitor: str, position: int, seconds: float) -> None:
        self.view, self.competitor, self.position, self.seconds = view, competitor, position, seconds
        self.now = view.so_far(competitor)
        self.low, self.high = view.bounds(competitor)
        rivals = [name for name in view.rivals if name != competitor]
        bounds = {name: view.bounds(name) for name in rivals}
        self.reach = {name: bounds[name][1] + view.holdings[name].doubt for name in rivals}
        self.rivals = [name for name in rivals if self.reach[name] >= self.low]
        self.highs = sorted(self.reach.values(), reverse=True)
        self.least_of = {name: bounds[name][0] for name in rivals}
        self.lows = sorted(self.least_of.values(), reverse=True)
        self.sure = not {competitor, *self.rivals} & view.unsure

    def enough(self) -> tuple[int | None, Certainty]:
        """The weakest total that is enough, or one that is; what he has now, if he cannot fail."""
        # Whoever has more than the best that all but so many can end with is past all the others.
        bound = self.highs[self.position - 1] + 1 if len(self.highs) >= self.position else self.low
        there = self.competitor in self.view.listed or self.low > 0
        if bound <= self.low and self.sure and there:
            return self.now, "exact"
        known, shown = self._last_failing() if self._solver_at_hand() else (None, False)
        found = bound if known is None else min(known + 1, bound)
        certainty: Certainty = "exact" if known is not None and shown and self.sure else "bound"
        return (self.now if found <= self.low and there else found if found <= self.high else None), certainty

    def least(self) -> tuple[int, Certainty]:
        """The least total with which there is a chance, or one below which there is none; what he has now, if any."""
        bound = self.lows[self.position - 1] if len(self.lows) >= self.position else 0
        known, shown = self._first_making() if self._solver_at_hand() else (None, False)
        found = bound if known is None else max(known, bound)
        certainty: Certainty = "exact" if known is not None and shown and self.sure else "bound"
        return (self.now if found <= self.low else found), certainty

    def _last_failing(self) -> tuple[int | None, bool]:
        """The highest total with which the competitor can fail, or below all he can have, where he cannot.

        None: the solver is not at hand, or has no answer in time. Together with whether that is exact: proved, and a
        completion scored by the engine shows it.
        """
        strongest = sorted(self.rivals, key=lambda name: -self.reach[name])
        best, exact = self.low - 1, True
        tried = 0
        while tried < len(strongest):
            # Only who can have more than the most with which he is known to fail can make him fail with more still.
            matter = [name for name in strongest if self.reach[name] > best]
            if len(matter) < self.position or (tried and len(matter) <= tried):
                break
            if self.position == 1:
                # It takes one rival: each is asked about by himself, and the others take what places are left.
                group, tried = [strongest[tried]], tried + 1
            else:
                tried = max(len(matter) if tried else 0, self.position)
                group = strongest[:tried]
            found, shown = self._failing(group)
            if found is None:
                return None, False
            if found > best:
                best, exact = found, shown
        return best, exact

    def _failing(self, rivals: Sequence[str]) -> tuple[int | None, bool]:
        """The highest total with which the competitor can have so many of these rivals ahead of him."""
        puzzle = self._puzzle(rivals, fails=True)
        puzzle.wins_all(self.competitor)
        if puzzle.solve() == "feasible" and self._replayed(puzzle, fails=True, total=self.high):
            return self.high, True
        if self.view.plan.clauses:
            return self._narrowed(rivals)
        return self._edge(rivals, fails=True)

    def _first_making(self) -> tuple[int | None, bool]:
        """The least total with which the competitor can make it, or beyond all he can have, where he cannot."""
        strongest = sorted(self.rivals, key=lambda name: -self.least_of[name])
        few = strongest[: self.position + MATTER_MOST]
        # Against a few it cannot take more than against all; and if the engine confirms it, it takes no more.
        found, shown = self._edge(few, fails=False)
        if shown or len(few) == len(strongest) or not self.sure:
            return found, shown
        all_, shown = self._edge(strongest, fails=False)
        return (found, False) if all_ is None else (all_, shown)

    def _edge(self, rivals: Sequence[str], *, fails: bool) -> tuple[int | None, bool]:
        """The highest total with which he can fail, or the least with which he can make it, as the solver has it."""
        best: tuple[int | None, bool] = None, False
        linked = not all(round_.ahead_is_better for round_ in self.view.rounds)
        for everyone in (False, True) if linked and self.sure else (False,):
            # Where one contest fills another, those who matter to nobody may have to have places of their own.
            puzzle = self._puzzle(rivals, fails=fails, everyone=everyone)
            edge = puzzle.extreme(self.competitor, highest=fails)
            if edge is None:
                break
            total, found = edge
            if total is None:
                return (self.low - 1 if fails else self.high + 1), True
            best = total, found and self._replayed(puzzle, fails=fails, total=total)
            if best[1]:
                break
        return best

    def _narrowed(self, rivals: Sequence[str]) -> tuple[int | None, bool]:
        """The highest total with which the competitor can fail, where scores may be dropped: found by halving.

        The solver is better at yes or no there than at the most; if the time is up, what it has ruled out still holds.
        """
        until = monotonic() + self.seconds
        low, high, shown = self.low - 1, self.high, True
        while low < high:
            middle = (low + high + 1) // 2
            puzzle = self._puzzle(rivals, fails=True, seconds=max(until - monotonic(), 0.01))
            puzzle.model.add(puzzle.total(self.competitor, least=True) >= middle)
            answer = puzzle.solve()
            if answer == "infeasible":
                high = middle - 1
            elif answer == "feasible":
                low, shown = middle, self._replayed(puzzle, fails=True, total=middle, more=True)
            else:
                return high, False
        return high, shown

    def _puzzle(
        self, rivals: Sequence[str], *, fails: bool, seconds: float | None = None, everyone: bool = False
    ) -> Puzzle:
        """Completions in which the competitor fails because of these rivals, or makes it against them.

        Whatever cannot be put into the model is taken to be against him when he is to be sure, and for him when he is
        to have a chance: what is told is then on the safe side.
        """
        puzzle = Puzzle(self.view, [self.competitor, *rivals], False, seconds or self.seconds, everyone)
        ahead = []
        for rival in rivals:
            leads = puzzle.model.new_bool_var("")
            ahead.append(leads)
            listed = rival in self.view.listed
            if fails:
                puzzle.ahead(rival, self.competitor, [leads], strictly=True)
                if not listed:
                    puzzle.model.add_implication(leads, puzzle.listed(rival))
            else:
                when = [~leads] if listed else [~leads, ~puzzle.unlisted(rival)]
                puzzle.ahead(self.competitor, rival, when, strictly=False)
        if fails:
            gone = puzzle.unlisted(self.competitor)
            puzzle.model.add(sum(ahead) >= self.position).only_enforce_if(~gone)
        else:
            puzzle.model.add(sum(ahead) <= self.position - 1)
            puzzle.model.add(puzzle.listed(self.competitor) == 1)
        return puzzle

    def _replayed(self, puzzle: Puzzle, *, fails: bool, total: int, more: bool = False) -> bool:
        """Whether the engine confirms it: with that total (or ``more``) the competitor fails, or makes it."""
        rounds = [round_.number for round_ in self.view.rounds]
        try:
            table = replay(self.view.known, self.view.rules, rounds, puzzle.completion()).table(self.view.standing.id)
        except UnplayableError:
            return False
        row = table.row(self.competitor)
        if row is None or row.position is None:
            return fails and total <= 0
        points = self.view.worth(row.points)
        if points < total or (points > total and not more):
            return False
        return (row.position > self.position) == fails

    def _solver_at_hand(self) -> bool:
        """Whether the solver is there, and given time."""
        try:
            cp_model()
        except UserError:
            return False
        return self.seconds > 0
