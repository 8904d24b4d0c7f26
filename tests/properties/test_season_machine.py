"""Append, correct, rule, revoke, read back: a log and its season against a model that a child could keep."""

import tempfile
from pathlib import Path
from typing import Any

from attrs import define, evolve, field
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, precondition, rule

from rxscore.events import Disqualification, Event, Result, Revocation, SessionResults
from rxscore.logs import JsonlLog
from rxscore.scoring import Rulebook, Scored, score
from rxscore.season import Season, fold
from season_text import car, events, rules

CARS = "abcd"
ROUNDS = (1, 2)
SCALE = (10, 6, 4, 3)
BOOK = Rulebook(rules())


@define
class Said:
    """Something said, and whether it is taken back."""

    event: Any
    back: bool = False


@define
class Model:
    """What a person with a pencil would keep: the versions of each round's results, the rulings."""

    results: dict[int, list[Said]] = field(factory=dict)
    rulings: list[Said] = field(factory=list)

    def points(self) -> dict[str, int]:
        """Each driver's points, by hand."""
        total = dict.fromkeys(CARS.upper(), 0)
        for number, versions in self.results.items():
            valid = [said.event for said in versions if not said.back]
            out = {said.event.entry for said in self.rulings if not said.back and said.event.round == number}
            finishers = [row.entry for row in valid[-1].rows if row.entry not in out] if valid else []
            for entry, points in zip(finishers, SCALE, strict=False):
                total[entry.upper()] += points
        return {driver: points for driver, points in total.items() if points}


class SeasonMachine(RuleBasedStateMachine):
    """A log on disk, the season applied event by event, the score carried on, and the model."""

    said = Bundle("said")
    revoked = Bundle("revoked")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.log = JsonlLog(Path(self.folder.name) / "log.jsonl")
        self.season = Season()
        self.scored: Scored | None = None
        self.model = Model()
        self.day = 0
        self.bytes = b""
        start = events("1 R1\n2 R1", cars=[car(entry) for entry in CARS])
        self.log.append(start, None)
        for event in start:
            self.season = self.season.apply(event)

    def teardown(self) -> None:
        self.folder.cleanup()

    def tell(self, event: Event) -> None:
        """Append an event everywhere; what was written before must not change."""
        before = self.log.path.read_bytes()
        self.log.append([event], self.log.head())
        assert self.log.path.read_bytes().startswith(before)
        self.season = self.season.apply(event)

    def next(self, what: str) -> dict[str, str]:
        self.day += 1
        return {"id": f"{what}-{self.day}", "known": f"2025-{self.day // 28 + 1:02d}-{self.day % 28 + 1:02d}"}

    @rule(target=said, number=st.sampled_from(ROUNDS), order=st.permutations(CARS), count=st.integers(1, 4))
    def results(self, number: int, order: list[str], count: int) -> Said:
        """The results of a round, or a correction of those that stand, or of those that were corrected."""
        versions = self.model.results.setdefault(number, [])
        rows = tuple(Result(entry, place) for place, entry in enumerate(order[:count], start=1))
        event = SessionResults(**self.next("results"), round=number, session="R1", rows=rows)
        if versions:
            event = evolve(event, supersedes=versions[-1].event.id)
        self.tell(event)
        versions.append(Said(event))
        return versions[-1]

    @rule(target=said, number=st.sampled_from(ROUNDS), entry=st.sampled_from(CARS))
    def disqualify(self, number: int, entry: str) -> Said:
        event = Disqualification(**self.next("ruling"), round=number, session="R1", entry=entry)
        self.tell(event)
        self.model.rulings.append(Said(event))
        return self.model.rulings[-1]

    @rule(target=revoked, what=consumes(said))
    def revoke(self, what: Said) -> tuple[Said, Revocation]:
        event = Revocation(**self.next("revocation"), revokes=what.event.id)
        self.tell(event)
        what.back = True
        return what, event

    @rule(target=said, what=consumes(revoked))
    def restore(self, what: tuple[Said, Revocation]) -> Said:
        self.tell(Revocation(**self.next("revocation"), revokes=what[1].id))
        what[0].back = False
        return what[0]

    @precondition(lambda self: self.day > 0)
    @rule()
    def read_back(self) -> None:
        read = self.log.read()
        again = score(fold(read), BOOK)
        assert tuple(read) == self.season.history
        assert points(again) == self.model.points()
        assert list(again.tables("drivers")) == list(score(self.season, BOOK).tables("drivers"))

    @invariant()
    def the_score_carried_on_is_the_model(self) -> None:
        self.scored = score(self.season, BOOK, self.scored)
        assert points(self.scored) == self.model.points()


def points(of: Scored) -> dict[str, object]:
    return {row.competitor: row.points for row in of.table("drivers").rows if row.points}


TestSeasonMachine = SeasonMachine.TestCase
TestSeasonMachine.settings = settings(
    max_examples=max(settings().max_examples // 8, 12), stateful_step_count=20, deadline=None
)
