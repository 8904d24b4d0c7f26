"""Finding one's way in the classifications of a round: a car's row, the contests whose places count."""

from collections.abc import Iterable, Mapping, Sequence

from rxscore.rulesets import Ruleset
from rxscore.scoring.model import Classification, Classified, Contest

Stages = Mapping[str, Classification]
"""What is classified in a round, by stage id."""


def places_held(rows: Iterable[Classified]) -> set[int]:
    """The places that rows take; of those level in one, also the places behind it that they leave out."""
    places = [row.place for row in rows if row.place is not None]
    return {place + behind for place in places for behind in range(places.count(place))}


def contests_of(classification: Classification) -> Sequence[Contest]:
    """The contests whose places are worth points: the sessions of a stage, or the stage as a whole."""
    if classification.contests and not (classification.declared and classification.rows):
        return classification.contests
    session = classification.contests[0].session if len(classification.contests) == 1 else ""
    return (Contest(session, None, classification.rows, classification.complete),)


def contests_in(where: str, stages: Stages, rules: Ruleset) -> Sequence[Contest]:
    """The contests of a stage, or those of one session."""
    if where in stages:
        return contests_of(stages[where])
    stage = rules.stage_of_session(where)
    found = None if stage is None else stages.get(stage.id)
    return () if found is None else [contest for contest in found.contests if contest.session == where]


def row_in(where: str, entry: str, stages: Stages, rules: Ruleset) -> Classified:
    """The row of an entry in a stage or a session; one without a place, if there is none."""
    if where in stages and stages[where].rows:
        rows: Iterable[Classified] = stages[where].rows
    else:
        contests = stages[where].contests if where in stages else contests_in(where, stages, rules)
        rows = (row for contest in contests for row in contest.rows)
    return next((row for row in rows if row.entry == entry), Classified(entry))
