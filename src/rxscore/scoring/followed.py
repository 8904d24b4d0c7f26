"""Event orders: one stage's classification, then the next one's."""

from attrs import evolve

from rxscore.rulesets import Ruleset, Stage
from rxscore.scoring.lookup import Stages
from rxscore.scoring.model import STATUS_ORDER, Classification, Classified
from rxscore.scoring.programme import left_out
from rxscore.scoring.ranking import ranked
from rxscore.scoring.tiesteps import chain, or_last, record_of
from rxscore.season import Round


def followed(round_: Round, stage: Stage, rules: Ruleset, stages: Stages) -> Classification | None:
    """One stage's order after the other's; each entry is placed by the first stage in which it stands."""
    placed: list[Classified] = []
    seen: set[str] = set()
    certain = True
    steps = chain(stage.ties, record_of, stages, rules)
    for name in stage.follow:
        classification = stages.get(name)
        if classification is None:
            certain = certain and left_out(round_, rules.stage(name))
            continue
        rows = classification.rows or [row for contest in classification.contests for row in contest.rows]
        here = [row for row in rows if row.entry not in seen]
        certain = certain and all(row.settled for row in here)
        offset = len(placed)
        for place in ranked(here, _behind_the_placed, steps):
            known = place.place + offset
            if not classification.complete:
                # Some are missing: who leads the order keeps the place that he has, the others could be anywhere.
                known = place.item.place or 0 if classification.rows and not offset else 0
            if certain and known:
                placed.append(evolve(place.item, place=known, status="classified", score=None, tie=place.tie))
            else:
                placed.append(evolve(place.item, place=None, status="unknown", score=None))
        seen.update(row.entry for row in here)
        certain = certain and classification.complete
    return Classification(stage.id, (), tuple(placed), certain) if placed else None


def _behind_the_placed(row: Classified) -> tuple[int, int]:
    """Those without a place come behind those with one: not finished, not started, disqualified."""
    return or_last(row.place), STATUS_ORDER[row.status]
