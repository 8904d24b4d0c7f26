"""Who can still win: a verdict for every competitor, with a completion of the season that shows it, or a proof.

Cheap and certain first: bounds, then a completion that is likely to do, then the solver. Nothing is called ``alive``
that the engine has not scored, and nothing ``eliminated`` that only was not found.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Literal

from attrs import define, field, frozen

from rxscore.scoring import Scored, Table
from rxscore.title.bounds import Shares, shares
from rxscore.title.orders import Orders
from rxscore.title.play import Completion, UnplayableError, as_run, replay, taking_part
from rxscore.title.solver import Puzzle
from rxscore.title.tally import Outlook, Outlooks
from rxscore.title.ties import in_model

LAST_TRY = 0.3
"""Seconds to look further for a completion where facts are missing, on which it turns anyway as far as is known."""

Status = Literal["clinched", "alive", "eliminated", "undecided"]


@frozen
class Chance:
    """What is certain of a competitor and a position. ``witness``: a completion in which he takes it.

    ``least`` and ``most``: between which points he will end (None: nothing that is known limits it).
    ``how``: what decided it, in words.
    """

    competitor: str
    status: Status
    points: int
    least: int
    most: int | None
    how: str
    witness: Completion | None = None


@frozen(eq=False)
class Chances:
    """The verdicts of everybody after a round, or ``before`` a session of the next. Points in units of 1/``unit``."""

    standing: str
    position: int
    after: int
    unit: int
    rounds_left: tuple[int, ...]
    verdicts: tuple[Chance, ...]
    before: str = ""

    def of(self, competitor: str) -> Chance | None:
        """The verdict on a competitor, or None for one who has no part in it."""
        return next((one for one in self.verdicts if one.competitor == competitor), None)


@frozen(eq=False)
class Prospects(Outlooks):
    """A season and a standing, to be asked after any of its rounds who can still win."""

    def chances(
        self,
        after: int,
        position: int = 1,
        *,
        before: str = "",
        seconds: float = 10.0,
        only: Sequence[str] | None = None,
    ) -> Chances:
        """Who can still take ``position`` or a better one, after a round or ``before`` a session of the next one.

        ``only``: these competitors; ``seconds``: for each solve. Raises UserError where the solver is needed and not
        installed, or the next round has no such session.
        """
        inquiry = Inquiry(self.outlook(after, before), position, seconds)
        names = inquiry.outlook.rivals if only is None else [name for name in inquiry.outlook.rivals if name in only]
        rounds = tuple(round_.number for round_ in inquiry.outlook.rounds)
        verdicts = sorted((inquiry.verdict(name) for name in names), key=lambda one: (-one.points, one.competitor))
        return Chances(self.standing.id, position, after, inquiry.outlook.unit, rounds, tuple(verdicts), before)


@define(eq=False)
class Inquiry:
    """One position in one outlook, asked about competitor by competitor."""

    outlook: Outlook
    position: int
    seconds: float = 10.0
    _bounds: dict[str, tuple[int, int]] = field(factory=dict)
    _shown: list[Table] = field(factory=list)

    def verdict(self, competitor: str) -> Chance:
        """What is certain of a competitor."""
        least, most = self._of(competitor)
        holding = self.outlook.holdings[competitor]
        now = self.outlook.so_far(competitor)
        unsound = self.outlook.because
        if self.outlook.standing.order == "low":
            unsound = "the lowest total wins here"

        def chance(status: Status, how: str, witness: Completion | None = None) -> Chance:
            ceiling = None if unsound or self.outlook.unlimited(competitor) else most + holding.doubt
            return Chance(competitor, status, now, least, ceiling, how, witness)

        if unsound:
            return chance("undecided", unsound)
        if not self.outlook.rounds:
            return self._final(competitor, chance)
        out = self._out_of_reach(competitor)
        if out:
            return chance("eliminated", out)
        guess = self._best_orders(competitor)
        witness = self._shown_by_trying(competitor, guess.completion())
        how = "by winning all that is left" if witness is not None else ""
        if witness is None:
            answer, witness, how = self._solved(competitor, guess)
            if answer != "alive":
                return chance(answer, how)
        certain, why = self._certain(competitor)
        if certain and least <= 0 and self.outlook.unseen:
            certain, why = False, "whether it can still be taken from him is undecided"
        if certain:
            return chance("clinched", why, witness)
        return chance("alive", f"{how}; {why}" if why else how, witness)

    def _final(self, competitor: str, chance: Callable[..., Chance]) -> Chance:
        """With nothing left to come the table says it all, unless facts are missing."""
        table = self.outlook.base.table(self.outlook.standing.id)
        if self._takes_it(competitor, table):
            return chance("clinched", "by the table, with nothing left to come", Completion())
        if self._misses_it(competitor, table):
            return chance("eliminated", "by the table, with nothing left to come")
        return chance("undecided", "facts are missing, and nothing is left to come")

    # --- bounds ------------------------------------------------------------------------------

    def _of(self, competitor: str) -> tuple[int, int]:
        if competitor not in self._bounds:
            self._bounds[competitor] = self.outlook.bounds(competitor)
        return self._bounds[competitor]

    def _doubt(self, competitor: str) -> int:
        return self.outlook.holdings[competitor].doubt

    def _out_of_reach(self, competitor: str) -> str:
        """Why a competitor cannot get there, if bounds say so."""
        nothing = self._of(competitor) == (0, 0) and competitor not in self.outlook.unsure
        if nothing and not self._sure_of_a_place(competitor):
            return "he will have no points, and those without have no place"
        beyond = self._beyond(competitor, strict=False)
        if beyond >= self.position:
            return f"{beyond} will have more than he can reach"
        if self._too_many_points(competitor, strict=False):
            return "more points are to come than the others can take without passing him"
        return ""

    def _too_many_points(self, competitor: str, *, strict: bool) -> bool:
        """Whether the points to come, which somebody must take, carry too many past the competitor.

        Asked only where nothing is dropped: what is taken then counts. ``strict``: unless missing facts help him.
        """
        outlook = self.outlook
        if outlook.plan.clauses:
            return False
        most = self._of(competitor)[1]
        limit = most + (0 if strict else self._doubt(competitor))
        if limit < 0:
            return False
        free = self.position - 1
        room, passing, caps = 0, [], []
        for name, holding in outlook.holdings.items():
            if name == competitor:
                continue
            more = holding.doubt if strict else 0
            upper = self._of(name)[1] + more
            within = upper if name in outlook.barred else min(upper, limit)
            room += within - holding.always - more
            passing.append(upper - within)
            caps.append((within - more - outlook.so_far(name), name))
        room += sum(sorted(passing, reverse=True)[:free])
        if room < self._to_be_taken - (most - outlook.holdings[competitor].always):
            return True
        return self._shares.crowded(caps, free)

    @cached_property
    def _shares(self) -> Shares:
        return shares(self.outlook)

    @cached_property
    def _to_be_taken(self) -> int:
        """The points to come that cars which score cannot but take."""
        total = 0
        for round_ in self.outlook.rounds:
            others = round_.passed_over
            for contest in round_.contests:
                total += self.outlook.worth(sum(sorted(contest.points)[: max(contest.size - others, 0)]))
            total += sum(self.outlook.worth(points) for dealt in round_.dealt.values() for _, _, points in dealt)
        return total

    def _beyond(self, competitor: str, *, strict: bool) -> int:
        """How many are sure to have more than he can reach; ``strict``: unless the missing facts go against them."""
        most = self._of(competitor)[1] + (0 if strict else self._doubt(competitor))
        return sum(
            self._of(name)[0] + (self._doubt(name) if strict else 0) > most
            for name in self.outlook.rivals
            if name != competitor and self._sure_of_a_place(name)
        )

    # --- tables ------------------------------------------------------------------------------

    def _takes_it(self, competitor: str, table: Table) -> bool:
        """Whether the position is certainly his in a table, whatever the missing facts turn out to be."""
        mine = table.row(competitor)
        if mine is None or mine.position is None:
            return False
        if mine.points <= 0 and competitor in self.outlook.unsure - self.outlook.listed:
            return False
        points = self.outlook.worth(mine.points)
        shown = {row.competitor for row in table.rows}
        # Without points, but only for want of facts.
        ahead = sum(self._doubt(name) >= max(points, 1) for name in self.outlook.unsure - shown - self.outlook.barred)
        ahead += len(self.outlook.unseen - shown) if points <= 0 else 0
        for row in table.rows:
            if row.competitor != competitor and row.position is not None:
                most = self.outlook.worth(row.points) + self._doubt(row.competitor)
                level = most == points and not {competitor, row.competitor} & self.outlook.unsure
                ahead += most > points or (most == points and not level) or (level and row.position < mine.position)
        return ahead < self.position

    def _misses_it(self, competitor: str, table: Table) -> bool:
        """Whether the position is certainly not his in a table, whatever the missing facts turn out to be."""
        mine = table.row(competitor)
        if (mine is None or mine.position is None) and competitor not in self.outlook.unsure:
            return True
        points = self._doubt(competitor) + (0 if mine is None else self.outlook.worth(mine.points))
        ahead = 0
        for row in table.rows:
            if row.competitor != competitor and row.position is not None:
                his = self.outlook.worth(row.points)
                sure = not {competitor, row.competitor} & self.outlook.unsure
                better = mine is None or mine.position is None or row.position < mine.position
                listed = his != 0 or row.competitor in self.outlook.listed
                ahead += listed and (his > points or (his == points and sure and better))
        return ahead >= self.position

    def _table(self, completion: Completion) -> Table | None:
        played = self._played(completion)
        return None if played is None else played[1]

    def _played(self, completion: Completion) -> tuple[Scored, Table] | None:
        """The season played out by a completion, and its table."""
        rounds = [round_.number for round_ in self.outlook.rounds]
        try:
            played = replay(self.outlook.known, self.outlook.rules, rounds, completion, self._fields)
        except UnplayableError:
            return None
        table = played.table(self.outlook.standing.id)
        self._shown.append(table)
        return played, table

    @cached_property
    def _fields(self) -> Mapping[int, tuple[str, ...]]:
        known, rules = self.outlook.known.season, self.outlook.rules
        return {one.number: taking_part(known, rules.of(one.number), one.number) for one in self.outlook.rounds}

    def _shown_by_trying(self, competitor: str, completion: Completion) -> Completion | None:
        found = self._played(completion)
        if found is None:
            return None
        played, table = found
        return as_run(completion, played.season) if self._takes_it(competitor, table) else None

    # --- likely completions ------------------------------------------------------------------

    def _best_orders(self, competitor: str, *, strict: bool = True) -> Orders:
        """The competitor wins all; of the others those who can afford it most come next, whom he must beat last.

        ``strict``: points in doubt are taken to be his rivals' and not his; else the other way round.
        """
        rivals = [name for name in self.outlook.rivals if name != competitor]
        ahead = sorted(rivals, key=lambda name: -self._of(name)[1])[: self.position - 1]
        goal = self._of(competitor)[1] + (0 if strict else self._doubt(competitor))
        limits = {name: goal - (self._doubt(name) if strict else 0) for name in rivals if name not in ahead}
        room = {name: limits.get(name, 10**12) - self._of(name)[0] for name in rivals}
        orders = Orders(self.outlook, room, first=competitor)
        orders.mend(limits)
        return orders

    # --- the solver --------------------------------------------------------------------------

    def _solved(self, competitor: str, guess: Orders) -> tuple[Status, Completion | None, str]:
        """Whether there is any completion, by the solver; what is found is replayed."""
        linked = not self._better_ahead(competitor)
        doubtful = self._doubtful(competitor)
        possible = self._beyond(competitor, strict=True) < self.position
        possible = possible and not self._too_many_points(competitor, strict=True)
        if possible:
            found = self._asked(competitor, guess, strict=True, wins=True)
            if found[0] == "alive" or (found[0] == "eliminated" and not linked and self._all_told(competitor)):
                return found
        if not (doubtful and self._may_take_it(competitor)):
            # Where one contest fills another, to win all need not be best: it moves the others from seat to seat.
            found = self._asked(competitor, guess, strict=False, wins=not linked)
            if found[0] != "undecided":
                return found
        if possible and linked:
            # Where facts are missing, only what is likeliest to be found: one order for all contests of a round.
            tries = ((True, False),) if doubtful else ((False, False), (True, False), (False, True))
            for together, everyone in tries:
                found = self._asked(
                    competitor, guess, strict=True, wins=False, together=together, everyone=everyone,
                    seconds=LAST_TRY if doubtful else None,
                )  # fmt: skip
                if found[0] == "alive" or (found[0] == "eliminated" and not together and self._all_told(competitor)):
                    return found
                if found[0] == "eliminated" and not together:
                    break
        why = "it turns on points of which facts are missing" if doubtful else found[2]
        return "undecided", None, why

    def _all_told(self, competitor: str) -> bool:
        """Whether what the solver is told is the whole truth, so that its strict no is a no."""
        return in_model(self.outlook) and not self._doubtful(competitor)

    def _doubtful(self, competitor: str) -> bool:
        """Whether facts are missing of anybody who matters here."""
        return any(name in self.outlook.unsure for name in self._near(competitor))

    def _near(self, competitor: str) -> list[str]:
        """The competitor, and whoever is not sure to end behind him whatever he does."""
        floor = self._floor(competitor, strict=True)
        return [name for name in self.outlook.rivals if self._of(name)[1] + self._doubt(name) >= floor]

    def _floor(self, competitor: str, *, strict: bool) -> int:
        """Points without which he cannot get there: those that the one he must beat is sure to have."""
        others = sorted(
            (
                self._of(name)[0] + (self._doubt(name) if strict else 0)
                for name in self.outlook.rivals
                if name != competitor and self._sure_of_a_place(name)
            ),
            reverse=True,
        )
        least = self._of(competitor)[0]
        goal = others[self.position - 1] if len(others) >= self.position else least
        return max(least, goal - (0 if strict else self._doubt(competitor)))

    def _may_take_it(self, competitor: str) -> bool:
        """Whether some completion puts him there if the missing facts turn out well."""
        table = self._table(self._best_orders(competitor, strict=False).completion())
        return table is not None and not self._misses_it(competitor, table)

    def _asked(
        self,
        competitor: str,
        guess: Orders,
        *,
        strict: bool,
        wins: bool,
        together: bool = False,
        everyone: bool = False,
        seconds: float | None = None,
    ) -> tuple[Status, Completion | None, str]:
        cars = max((len(round_.cars(competitor)) for round_ in self.outlook.rounds), default=0)
        linked = not self._better_ahead(competitor)
        whole = wins and (cars <= 1 or not linked)
        floor = self._of(competitor)[1] if whole else self._floor(competitor, strict=strict)
        # Whoever cannot come near may fill any place that is left.
        rivals = [
            name
            for name in self.outlook.rivals
            if name != competitor and self._of(name)[1] + self._doubt(name) >= floor
        ]
        puzzle = Puzzle(
            self.outlook, [competitor, *rivals], strict, min(self.seconds, seconds or self.seconds), everyone
        )
        if wins:
            puzzle.wins_all(competitor)
        if together:
            puzzle.same_order()
        behind = []
        for rival in rivals:
            may_lead = puzzle.model.new_bool_var("")
            behind.append(may_lead)
            when = [~may_lead] if rival in self.outlook.listed else [~may_lead, ~puzzle.unlisted(rival)]
            puzzle.ahead(competitor, rival, when, strictly=False)
        puzzle.model.add(sum(behind) <= self.position - 1)
        puzzle.model.add(puzzle.listed(competitor) == 1)
        puzzle.hint(guess.orders)
        answer = puzzle.solve()
        if answer == "unknown":
            return "undecided", None, "the time limit of the solver"
        if answer == "infeasible":
            return "eliminated", None, "proved by the solver: no way to finish the season puts him there"
        witness = self._shown_by_trying(competitor, puzzle.completion())
        if witness is not None:
            return "alive", witness, "by a completion that the solver found"
        return "undecided", None, "what the solver found does not hold when it is replayed"

    # --- what nobody can take away -----------------------------------------------------------

    def _certain(self, competitor: str) -> tuple[bool, str]:
        """Whether the position is his however the season goes, and why."""
        if any(not self._takes_it(competitor, table) for table in self._shown):
            return False, ""
        least = self._of(competitor)[0]
        near = [
            name
            for name in self.outlook.rivals
            if name != competitor and self._of(name)[1] + self._doubt(name) >= least
        ]
        if len(near) < self.position and self._sure_of_a_place(competitor):
            return True, "nobody else can get near" if not near else "too few can still pass him"
        for completion in self._worst_orders(competitor, near):
            table = self._table(completion)
            if table is not None and not self._takes_it(competitor, table):
                return False, ""
        needs = sorted(least - self.outlook.so_far(name) - self._doubt(name) for name in near)
        if self._sure_of_a_place(competitor) and self._shares.out_of_reach(needs[: self.position], near):
            return True, "the points to come are not enough for others to pass him"
        better = self._better_ahead(competitor)
        for everyone in (False,) if better else (False, True):
            puzzle = self._against(competitor, near, everyone=everyone)
            answer = puzzle.solve()
            if answer == "infeasible":
                return True, "proved by the solver: nobody else can pass him"
            table = self._table(puzzle.completion()) if answer == "feasible" else None
            if table is not None and not self._takes_it(competitor, table):
                return False, ""
        return False, "whether it can still be taken from him is undecided"

    def _against(self, competitor: str, near: Sequence[str], *, everyone: bool) -> Puzzle:
        """Completions in which the position is not his."""
        puzzle = Puzzle(self.outlook, [competitor, *near], False, self.seconds, everyone)
        if self._better_ahead(competitor):
            puzzle.loses_all(competitor)
        leads = []
        for rival in near:
            passes = puzzle.model.new_bool_var("")
            leads.append(passes)
            puzzle.ahead(rival, competitor, [passes], strictly=True)
            if rival not in self.outlook.listed:
                puzzle.model.add_implication(passes, puzzle.listed(rival))
        gone = puzzle.unlisted(competitor)
        puzzle.model.add(sum(leads) >= self.position).only_enforce_if(~gone)
        return puzzle

    def _better_ahead(self, competitor: str) -> bool:
        """Whether it cannot but help him to come in further ahead, and to come in last is the worst.

        One from whom points were taken off may have fewer than none, and a place; with none he has no place.
        """
        sure = self._sure_of_a_place(competitor) or self._of(competitor)[0] >= 0
        return sure and all(round_.ahead_is_better for round_ in self.outlook.rounds)

    def _sure_of_a_place(self, competitor: str) -> bool:
        """Whether he is in the table whatever happens: one without points need not be."""
        return competitor in self.outlook.listed or self._of(competitor)[0] > 0

    def _worst_orders(self, competitor: str, near: Sequence[str]) -> Iterator[Completion]:
        """The competitor comes last, whoever might pass him as far ahead as can be."""
        ranked = sorted(near, key=lambda name: -self._of(name)[1])
        if self.position == 1:
            for rival in ranked:
                yield Orders(self.outlook, {}, first=rival, last=competitor).completion()
        else:
            need = {name: 10**9 - self._of(name)[0] for name in ranked[: self.position]}
            yield Orders(self.outlook, need, last=competitor).completion()
