"""The seats that go to the first so many of each of several races, and to the best of those next in line."""

from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from rxscore.rulesets import Stage, TieStep
from rxscore.scoring.lookup import contests_of, row_in
from rxscore.scoring.tiesteps import chain, record_of
from rxscore.title.form import UndecidedError, settled
from rxscore.title.goals import Goal, Status, Verdict
from rxscore.title.inside import Inside


@frozen(eq=False)
class Races:
    """Races of each of which the first so many go on, and perhaps some of those next in line."""

    inside: Inside
    stage: Stage
    goal: Goal
    raced: Mapping[str, tuple[str, ...]]

    def verdicts(self) -> Iterator[Verdict]:
        """What is certain of every car, race by race."""
        for session in self.inside.deciding(self.stage):
            if session in self.raced:
                yield from (self._to_come(entry, session) for entry in self.raced[session])
            else:
                yield from self._run(session)

    def _to_come(self, entry: str, session: str) -> Verdict:
        size, seats = len(self.raced[session]), self.goal.seats
        sure = chance = min(seats, size)
        if size > seats:
            next_one = self._next_in_line(entry, session)
            sure += next_one == "through"
            chance += next_one != "out"
        return Verdict(entry, "through" if sure == size else "open", session, sure, chance, starters=size)

    def _run(self, session: str) -> Iterator[Verdict]:
        found = self.inside.stages.get(self.stage.id)
        contest = next((one for one in contests_of(found) if one.session == session), None) if found else None
        if contest is None or not contest.complete or not all(row.settled for row in contest.rows):
            raise UndecidedError(f"the results of {session} are not fully known")
        for row in contest.rows:
            if row.place is None or row.place > self.goal.seats + 1:
                status: Status = "out"
            elif row.place <= self.goal.seats:
                status = "through"
            else:
                status = self._next_in_line(row.entry, session)
            yield Verdict(row.entry, status)

    def _next_in_line(self, entry: str, session: str) -> Status:
        """Whether the first without a seat goes on: so many of those next in line do, by what the rules compare."""
        advance, inside = self.goal.advance, self.inside
        if not advance.plus:
            return "out"
        step = TieStep("time") if advance.plus_by == "time" else TieStep("place", advance.plus_by)
        may = must = 0
        for other in inside.deciding(self.stage):
            if other == session:
                continue
            rivals = self._in_line(other)
            if not rivals:
                continue
            if not settled([step], inside):
                may += 1
                continue
            keys = chain([step], record_of, inside.stages, inside.rules)
            mine = [one.key(row_in(self.stage.id, entry, {}, inside.rules)) for one in keys]
            theirs = [[one.key(row_in(self.stage.id, rival, {}, inside.rules)) for one in keys] for rival in rivals]
            may += any(key <= mine for key in theirs)
            must += all(key < mine for key in theirs)
        return "through" if may < advance.plus else "open" if must < advance.plus else "out"

    def _in_line(self, session: str) -> Sequence[str]:
        """Who may be the first without a seat in a race."""
        if session in self.raced:
            return self.raced[session] if len(self.raced[session]) > self.goal.seats else ()
        found = self.inside.stages[self.stage.id]
        rows = next(contest.rows for contest in contests_of(found) if contest.session == session)
        return [row.entry for row in rows if row.place == self.goal.seats + 1]
