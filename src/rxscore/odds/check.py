"""Simulated seasons, told as results and scored by the exact engine: the simulation must say the same."""

from collections.abc import Iterator
from decimal import Decimal

import numpy as np

from rxscore.events import Event, FeatBy, FeatRecorded, Result, SessionResults
from rxscore.odds.codes import ABSENT, OUT
from rxscore.odds.days import Day
from rxscore.odds.seasons import Block, Seasons
from rxscore.problems import UserError
from rxscore.scoring import Scored, score
from rxscore.scoring.model import Classification

SAMPLES = 6
"""So many seasons are scored by the engine as well, every time."""

AT_MOST = 5 * SAMPLES
"""So many are looked at to find them."""


def confirmed(seasons: Seasons, seed: int) -> tuple[int, int]:
    """See that the engine scores simulated seasons as they are scored here: so many compared, of so many looked at.

    A season in which the engine leaves equals equal inside an event is passed over: there the simulation parts them.
    Raises UserError where the two differ: then the rules have something that is not simulated, and there are no odds.
    """
    block = seasons.block(np.random.SeedSequence([seed, 1]), AT_MOST)
    compared = 0
    for column in range(AT_MOST):
        scored = played_out(seasons, block, column)
        if dead_heat(scored, seasons):
            continue
        compared += 1
        wrong = difference(seasons, block, column, scored)
        if wrong:
            raise UserError(f"these rules cannot be simulated: the scoring engine gets something else ({wrong})")
        if compared == SAMPLES:
            return compared, column + 1
    raise UserError("these rules cannot be simulated: nearly always they leave equals equal inside an event")


def played_out(seasons: Seasons, block: Block, column: int) -> Scored:
    """One simulated season, scored by the engine."""
    outlook = seasons.outlook
    base = outlook.base if seasons.begun is None else seasons.begun.scored
    season = base.season
    known = max((event.known for event in season.events.values()), default="")
    for index, day in enumerate(seasons.days):
        for event in _told(day, index, block, column, known):
            season = season.apply(event)
    return score(season, outlook.rules, base)


def _told(day: Day, index: int, block: Block, column: int, known: str) -> Iterator[Event]:
    number = day.to_come.number
    for (stage, session), codes in block.days[index].codes.items():
        if not session or day.is_over(stage, session):
            continue
        listed = day.listed[stage]
        times = block.days[index].times.get((stage, session))
        rows = []
        for car in np.argsort(codes[:, column] & (OUT - 1), kind="stable"):
            code = int(codes[car, column])
            if code != ABSENT:
                out = code >= OUT
                place = code % OUT + 1 if listed or not out else None
                time = None if times is None or out else Decimal(int(times[car, column])) / 10**6
                rows.append(Result(day.cars[car], place, status="DNF" if out else "classified", time=time))
        yield SessionResults(
            id=f"odds:{number}:{session}", known=known, round=number, session=session, rows=tuple(rows)
        )  # fmt: skip
    for feat, who in block.feats[index]:
        yield FeatRecorded(
            id=f"odds:{number}:{feat.feat}:{feat.session}", known=known, round=number, feat=feat.feat,
            session=feat.session, rows=(FeatBy(day.cars[int(who[column])]),),
        )  # fmt: skip


def difference(seasons: Seasons, block: Block, column: int, scored: Scored) -> str:
    """Where the engine differs from the simulation: in who starts where, in points, or in the first positions."""
    numbers = {day.to_come.number for day in seasons.days}
    for round_ in scored.rounds:
        for note in round_.notes if round_.number in numbers else ():
            if seasons.begun is not None and note in seasons.begun.round.notes:
                continue
            return f"round {note.round}, {note.entry}: {note.message}"
    table = scored.table(seasons.outlook.standing.id)
    totals = block.totals[:, column].tolist()
    for row, name in enumerate(seasons.competitors):
        line = table.row(name)
        points = 0 if line is None else seasons.outlook.worth(line.points)
        if points != totals[row]:
            return f"{name}: {points} units of points, not {totals[row]}"
        position = int(block.positions[row, column]) + 1
        parted = not seasons.left_equal or totals.count(totals[row]) == 1
        if line is None or line.position is None or not parted or min(position, line.position) > seasons.places:
            continue
        if line.position != position:
            return f"{name}: position {line.position}, not {position}"
    return ""


def dead_heat(scored: Scored, seasons: Seasons) -> bool:
    """Whether the engine leaves equals equal inside an event to come."""
    numbers = {day.to_come.number for day in seasons.days}
    begun = seasons.begun
    return any(
        _shared(found)
        for round_ in scored.rounds
        if round_.number in numbers
        for found in round_.stages.values()
        if begun is None or round_.number != begun.number or found.stage not in begun.decided
    )


def _shared(found: Classification) -> bool:
    places = [row.place for row in found.rows if row.place is not None]
    return not found.contests and len(set(places)) < len(places)
