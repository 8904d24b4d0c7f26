"""Other rules for a season that was not run under them: which of their stages are which of the season's.

A stage that names a session of the season needs nothing. Otherwise it takes the sessions of the season's own stage
of the same id; and the stage that wins the event takes those of the stage that wins it by the season's own rules.
Nothing else is guessed: what has no counterpart deals no points, and is said.
"""

from collections.abc import Collection, Mapping

from attrs import evolve, frozen

from rxscore.events import ClassificationDeclared, PointsReported, SessionResults
from rxscore.rulesets import Ruleset, Stage
from rxscore.season import Season
from rxscore.whatif.variant import amended


@frozen
class Matching:
    """How the stages of other rules fit a season.

    ``taken``: by stage of theirs, the season's own stage whose sessions it takes. ``idle``: their raced stages
    for which the season has no session; ``unread``: sessions of the season that none of their stages reads.
    """

    rules: str
    taken: Mapping[str, str] = {}
    idle: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether every stage has its sessions and every session its stage."""
        return not self.idle and not self.unread

    def told(self) -> list[str]:
        """What is worth knowing about it, in sentences."""
        said = [f"{theirs!r} of {self.rules} is taken to be {own!r}" for theirs, own in self.taken.items()]
        if self.idle:
            said.append(f"of {self.rules} not matched by any session: {', '.join(self.idle)}")
        if self.unread:
            said.append(f"sessions that {self.rules} does not score: {', '.join(self.unread)}")
        return said


def raced(season: Season) -> frozenset[str]:
    """The sessions of which a season has results."""
    return frozenset(
        results.session for number in season.numbers for results in season.rounds[number].of(SessionResults)
    )


def matched(other: Ruleset, own: Ruleset, sessions: Collection[str]) -> tuple[Ruleset, Matching]:
    """The other rules with the ``sessions`` of a season that has rules of its ``own``; and how that went."""
    claimed = {session for stage in other.stages for session in stage.sessions if session in sessions}
    taken: dict[str, str] = {}
    renamed: dict[str, str] = {}
    stages: list[Stage] = []
    for stage in other.stages:
        mine = None if not stage.sessions or set(stage.sessions) & set(sessions) else _counterpart(stage, other, own)
        theirs = () if mine is None else tuple(one for one in mine.sessions if one in sessions and one not in claimed)
        if mine is not None and theirs:
            if len(stage.sessions) == len(theirs):
                renamed.update(zip(stage.sessions, theirs, strict=True))
            claimed.update(theirs)
            taken[stage.id] = mine.id
            stage = evolve(stage, sessions=theirs)
        stages.append(stage)
    bonuses = tuple(evolve(one, session=renamed.get(one.session, one.session)) for one in other.bonuses)
    idle = tuple(one.id for one in stages if one.sessions and not set(one.sessions) & set(sessions))
    matching = Matching(other.name, taken, idle, tuple(sorted(set(sessions) - claimed)))
    if not taken:
        return other, matching
    return evolve(other, stages=tuple(stages), bonuses=bonuses), matching


def _counterpart(stage: Stage, other: Ruleset, own: Ruleset) -> Stage | None:
    """The own stage that a stage of other rules stands for: the one of its id, or the one that wins the event."""
    same = next((one for one in own.stages if one.id == stage.id and one.sessions), None)
    if same is not None or stage.id != other.winner:
        return same
    winner = own.stage(own.winner)
    return winner if winner.sessions else None


def renamed(season: Season, matching: Matching) -> Season:
    """The season with what it says of its own stages (declared classifications, reported points) said of the others."""
    theirs = {own: other for other, own in matching.taken.items() if own != other}
    for number in season.numbers if theirs else ():
        for event in season.rounds[number].events:
            if isinstance(event, ClassificationDeclared | PointsReported) and event.stage in theirs:
                season = amended(season, event, stage=theirs[event.stage])
    return season
