"""From contests to the classification of every stage of a round.

What is declared beats what is computed. Where facts are missing nothing is made up: a total over heats that are
not fully known has no places, and says so by not being complete.
"""

from rxscore.events import ClassificationDeclared, ScoreDeduction
from rxscore.rulesets import Ruleset, Stage
from rxscore.scoring.advancing import reserves
from rxscore.scoring.contests import Erased, contests
from rxscore.scoring.declared import declared, differing, merged
from rxscore.scoring.followed import followed
from rxscore.scoring.lookup import Stages
from rxscore.scoring.model import Classification, Note
from rxscore.scoring.programme import expected_sessions
from rxscore.scoring.scores import scored
from rxscore.scoring.totals import total
from rxscore.season import Round


def classify(round_: Round, rules: Ruleset, erased: Erased) -> tuple[Stages, tuple[Note, ...]]:
    """Every stage of a round that is known about, by stage id, and what is worth noting."""
    stages: dict[str, Classification] = {}
    notes: list[Note] = []
    events = {event.stage: event for event in round_.of(ClassificationDeclared)}
    for stage in rules.stages:
        found = _computed(round_, stage, rules, stages, erased)
        event = events.get(stage.id)
        if event is not None:
            official = declared(event, round_)
            if found is not None:
                notes += differing(round_.number, stage, official, found)
            found = merged(official, found)
        if found is not None:
            stages[stage.id] = found
    notes += reserves(round_.number, rules, stages)
    return stages, tuple(notes)


def _computed(round_: Round, stage: Stage, rules: Ruleset, stages: Stages, erased: Erased) -> Classification | None:
    if stage.sessions:
        return _raced(round_, stage, erased)
    if stage.total:
        return total(round_, stage, rules, stages)
    return followed(round_, stage, rules, stages)


def _raced(round_: Round, stage: Stage, erased: Erased) -> Classification | None:
    raced = contests(round_, stage, erased)
    if not raced:
        return None
    if stage.score is not None:
        raced = scored(raced, stage.score, round_.of(ScoreDeduction))
    here = {contest.session for contest in raced}
    known = all(one.complete and not one.gone and all(row.settled for row in one.rows) for one in raced)
    complete = known and all(session in here for session in expected_sessions(round_, stage.sessions))
    # With one contest the stage as a whole is that contest; with several it is ranked only by a later stage.
    rows = raced[0].rows if len(raced) == 1 else ()
    return Classification(stage.id, raced, rows, complete)
