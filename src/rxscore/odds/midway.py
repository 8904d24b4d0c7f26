"""A round that has begun: what is over of it stays as the scoring engine has it, only the rest is simulated."""

from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from attrs import frozen

from rxscore.events import Points
from rxscore.odds.codes import ABSENT, OUT, UNPLACED, Codes
from rxscore.problems import UserError
from rxscore.scoring import RoundScore, Rulebook, Scored, score
from rxscore.scoring.lookup import contests_in
from rxscore.scoring.model import Classified
from rxscore.season import Season
from rxscore.title.inside import before_session, decided_by, listed_at_start
from rxscore.title.play import fed, sessions_of, through

Which = npt.NDArray[np.bool_]


@frozen(eq=False)
class Begun:
    """A round as it stood before one of its sessions.

    ``scored``: the season up to there; ``over``: the sessions that had been run; ``decided``: the stages that nothing
    but these decide; ``started``: by session still to come, who is known to have started in it later.
    """

    scored: Scored
    number: int
    session: str
    over: tuple[str, ...]
    decided: frozenset[str]
    started: Mapping[str, frozenset[str]]

    @property
    def round(self) -> RoundScore:
        """The round so far."""
        found = self.scored.round(self.number)
        assert found is not None, "a round of which sessions are over is scored"
        return found

    def known(self, stage: str, session: str) -> bool:
        """Whether a contest is over."""
        return stage in self.decided or (bool(session) and session in self.over)

    def rows(self, stage: str, session: str) -> Mapping[str, Classified]:
        """The cars in a contest that is over. Raises UserError where the log does not tell how they came in."""
        if session:
            raced = contests_in(session, self.round.stages, self.round.rules)
            rows = [row for contest in raced for row in contest.rows]
            complete = all(contest.complete for contest in raced)
        else:
            found = self.round.stages.get(stage)
            rows, complete = ([], False) if found is None else (list(found.rows), found.complete)
        if not rows or not complete or not all(row.settled for row in rows):
            where = session or self.round.rules.stage(stage).title or stage
            raise UserError(f"round {self.number}: how {where} ended is not fully known from the log")
        return {row.entry: row for row in rows}

    def codes(self, stage: str, session: str, cars: Sequence[str], unseen: Collection[str] = ()) -> Codes:
        """Where each car came in, in a contest that is over: as a simulated contest would say it.

        ``unseen``: cars that are as good as not there. Raises UserError where the log does not tell.
        """
        rows = self.rows(stage, session)
        others = [row.place for entry, row in rows.items() if entry in unseen and row.place is not None]
        strangers = sorted(
            entry for entry in rows if entry not in cars and entry not in unseen and rows[entry].status != "DNS"
        )
        if strangers:
            raise UserError(f"round {self.number}: {strangers[0]} started without being entered")
        last = max((row.place or 0 for row in rows.values()), default=0)
        codes = np.full(len(cars), ABSENT, dtype=np.uint8)
        for number, car in enumerate(cars):
            row = rows.get(car)
            if row is None or row.status not in ("classified", "DNF", "NC"):
                continue
            if row.place is None and row.status == "NC":
                codes[number] = UNPLACED
                continue
            if row.place is None:
                last += 1
            place = row.place or last
            codes[number] = (
                place - sum(other < place for other in others) - 1 + (0 if row.status == "classified" else OUT)
            )
        return codes

    def scores(self, stage: str, session: str) -> Mapping[str, Points]:
        """What a session that is over is worth to each car inside the event."""
        found: dict[str, Points] = {}
        for car, row in self.rows(stage, session).items():
            if row.score is None:
                raise UserError(f"round {self.number}: what {session} was worth to {car} cannot be told from the log")
            found[car] = row.score
        return found

    def there(self, cars: Sequence[str]) -> Which:
        """Which cars are at the event: those listed in a session that is over, if one lists all for whom it was."""
        stages, rules = self.round.stages, self.round.rules
        raced = [contest for session in self.over for contest in contests_in(session, stages, rules)]
        listed = {row.entry for contest in raced for row in contest.rows}
        all_there = any(contest.complete and not fed(contest.session, rules) for contest in raced)
        return np.array([not all_there or car in listed for car in cars])

    def starters(self, session: str, cars: Sequence[str]) -> Which:
        """Who starts in a session for which only stages that are decided qualify.

        Raises UserError where neither the rules nor the log tell.
        """
        found = set(through(session, self.round.stages, self.round.rules)) or self.started.get(session, frozenset())
        if not found:
            raise UserError(f"who starts in {session} of round {self.number} cannot be told from the log")
        return np.array([car in found for car in cars])

    def points(self, standing: str) -> Iterator[tuple[str, str, str, Points]]:
        """What the round has been worth for certain: stage, session, competitor and points."""
        for award in self.round.awards.get(standing, ()):
            if award.stage in self.decided or (award.session and award.session in self.over):
                yield award.stage, award.session, award.competitor, award.points


def begun(season: Season, rules: Rulebook, after: int, session: str) -> Begun:
    """The round after ``after`` as it stood before a session.

    Raises UserError if there is no such round or session, or nothing of the round had been run before it.
    """
    then, number = before_session(season, rules, after, session)
    here = rules.of(number)
    planned = sessions_of(season, here, number)
    over = planned[: planned.index(session)]
    scored = score(then, rules)
    if not over or scored.round(number) is None:
        raise UserError(f"nothing of round {number} is known from before {session}: leave --before out")
    started = {one: frozenset(listed_at_start(season.rounds[number], one)) for one in planned}
    return Begun(scored, number, session, over, frozenset(decided_by(over, planned, here)), started)
