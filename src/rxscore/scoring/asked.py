"""What a clause asks of a car: to be classified in another stage as well."""

from collections.abc import Collection

from rxscore.events import SessionResults
from rxscore.rulesets import AwardRule, Ruleset
from rxscore.scoring.eligibility import Asked
from rxscore.scoring.lookup import Stages
from rxscore.scoring.programme import due
from rxscore.season import Round


def asked(clause: AwardRule, round_: Round, rules: Ruleset, stages: Stages, entries: Collection[str]) -> Asked | None:
    """Those with a place in the stage on which a clause insists; None, where it insists on nothing.

    ``entries``: all who may have started. Who went on from that stage was classified in it.
    """
    if not clause.if_classified:
        return None
    stage, found = rules.stage(clause.if_classified), stages.get(clause.if_classified)
    if found is None and not due(round_, stage):
        return None
    rows = () if found is None else found.rows
    placed = {row.entry for row in rows if row.place is not None}
    if found is not None and found.complete:
        return Asked(frozenset(placed))
    onward = {session for advance in stage.advance for session in advance.to}
    raced = {row.entry for event in round_.of(SessionResults) if event.session in onward for row in event.rows}
    out = {row.entry for row in rows if row.settled and row.place is None}
    everybody = {*entries, *(row.entry for row in rows)}
    return Asked(frozenset(placed | raced), frozenset(everybody - placed - raced - out))
