"""Declared classifications: what is official beats what is computed, and a difference between the two is noted."""

from collections.abc import Iterator, Sequence

from attrs import evolve

from rxscore.events import ClassificationDeclared, Disqualification, Ranked, moment, points_text
from rxscore.rulesets import Stage
from rxscore.scoring.model import Classification, Classified, Note
from rxscore.season import Round


def declared(event: ClassificationDeclared, round_: Round) -> Classification:
    """The classification as declared, less those thrown out of the whole round after it was known."""
    out = {
        ruling.entry: ruling
        for ruling in round_.of(Disqualification)
        if not ruling.session and moment(ruling.known) > moment(event.known)
    }
    freed = [row.place for row in event.rows if row.entry in out and out[row.entry].promote and row.place is not None]
    rows = [_declared_row(row, event, out.get(row.entry), freed) for row in event.rows]
    rows.sort(key=lambda row: (row.place is None, row.place or 0))
    complete = event.complete and all(row.settled for row in rows)
    return Classification(event.stage, (), tuple(rows), complete, event.id)


def _declared_row(
    row: Ranked, event: ClassificationDeclared, ruling: Disqualification | None, freed: Sequence[int]
) -> Classified:
    inferred = (row.basis or event.basis) == "inferred"
    if ruling is not None:
        return Classified(row.entry, None, "DSQ", inferred=inferred, events=(event.id, ruling.id))
    place = row.place
    if place is not None:
        place -= sum(one < place for one in freed)
    return Classified(row.entry, place, row.status, row.score, inferred=inferred, events=(event.id,))


def merged(official: Classification, computed: Classification | None) -> Classification:
    """The official rows; the contests behind them are kept, and the scores that are computed shown beside them."""
    if computed is None:
        return official
    scores = {row.entry: row for row in computed.rows}
    rows = tuple(
        evolve(row, score=scores[row.entry].score, tie=scores[row.entry].tie)
        if row.score is None and row.entry in scores
        else row
        for row in official.rows
    )
    if not official.complete and computed.complete:
        listed = {row.entry for row in rows}
        rest = tuple(row for row in computed.rows if row.entry not in listed)
        return evolve(computed, rows=(*rows, *rest), declared=official.declared)
    return evolve(official, rows=rows, contests=computed.contests)


def differing(number: int, stage: Stage, official: Classification, computed: Classification) -> Iterator[Note]:
    """A note for every car whose declared place or score is not the one computed from complete facts."""
    if not computed.complete:
        return
    found = {row.entry: row for row in computed.rows}
    for row in official.rows:
        mine = found.get(row.entry)
        if row.place is None:
            continue
        if mine is None:
            yield Note("declared differs", number, stage.id, row.entry, f"declared {row.place}, not in the results")
        elif mine.place != row.place or (row.score is not None and row.score != mine.score):
            said = f"{row.place}" if row.score is None else f"{row.place} with {points_text(row.score)}"
            ours = f"{mine.place or 'without a place'}"
            ours += "" if row.score is None or mine.score is None else f" with {points_text(mine.score)}"
            yield Note("declared differs", number, stage.id, row.entry, f"declared {said}, computed {ours}")
