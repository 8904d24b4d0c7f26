"""Who goes on from a stage to the next, in which seats, and who started there as a reserve."""

from collections.abc import Iterable, Iterator, Mapping

from rxscore.rulesets import Advance, Ruleset, Stage, TieStep
from rxscore.scoring.lookup import Stages, row_in
from rxscore.scoring.model import Classification, Classified, Note
from rxscore.scoring.ranking import ranked
from rxscore.scoring.tiesteps import chain, or_last, record_of
from rxscore.scoring.totals import enough


def advancing(stage: Stage, advance: Advance, stages: Stages, rules: Ruleset) -> Mapping[str, tuple[str, ...]] | None:
    """Who goes on from a stage by one clause: the entries for each target, or None where that is not known."""
    classification = stages.get(stage.id)
    if classification is None:
        return None
    chosen = _chosen(advance, classification, stages, rules)
    if chosen is None:
        return None
    seats: dict[str, list[str]] = {target: [] for target in advance.to}
    for index, entry in enumerate(chosen):
        seats[advance.to[_seat(index, len(advance.to), advance)]].append(entry)
    return {target: tuple(entries) for target, entries in seats.items()}


def _chosen(advance: Advance, classification: Classification, stages: Stages, rules: Ruleset) -> list[str] | None:
    groups = [contest.rows for contest in classification.contests]
    if classification.rows:
        groups = [classification.rows] if advance.from_each is None or len(groups) <= 1 else groups
    elif advance.from_each is None:
        return None
    if advance.from_each is not None:
        first = [_between(rows, 1, advance.from_each) for rows in groups]
        if any(len(rows) < advance.from_each for rows in first):
            return None
        chosen = [row.entry for rows in zip(*first, strict=True) for row in rows]
        next_in_line = [row for rows in groups for row in _between(rows, advance.from_each + 1, advance.from_each + 1)]
    else:
        low, high = advance.places or (1, advance.best or 0)
        rows = [row for row in groups[0] if row.place is not None and _started_enough(row, advance, classification)]
        if not classification.complete and len(rows) < high:
            return None
        chosen = [row.entry for row in rows[low - 1 : high]]
        next_in_line = rows[high:]
    if advance.plus:
        step = TieStep("time") if advance.plus_by == "time" else TieStep("place", advance.plus_by)
        steps = chain([step], record_of, stages, rules)
        best = [place.item for place in ranked(next_in_line, lambda row: or_last(row.place), steps)]
        chosen += [row.entry for row in best[: advance.plus]]
    return chosen


def _started_enough(row: Classified, advance: Advance, classification: Classification) -> bool:
    raced = classification.contests
    if not advance.started or not raced:
        return True
    started = sum(any(one.entry == row.entry and one.status != "DNS" for one in contest.rows) for contest in raced)
    return enough(started, advance.started, len(raced))


def _between(rows: Iterable[Classified], low: int, high: int) -> list[Classified]:
    return [row for row in rows if row.place is not None and low <= row.place <= high]


def _seat(index: int, targets: int, advance: Advance) -> int:
    lap, seat = divmod(index, targets)
    if advance.seats == "in order":
        share = -(-(advance.best or 0) // targets) if advance.best else 0
        return min(index // share, targets - 1) if share else seat
    return targets - 1 - seat if advance.seats == "snake" and lap % 2 else seat


def reserves(number: int, stage: Stage, rules: Ruleset, stages: Stages) -> Iterator[Note]:
    """Starters who had not qualified. They are no mistake: somebody could not start, and they were next."""
    for advance in stage.advance:
        through = advancing(stage, advance, stages, rules)
        if through is None:
            continue
        for session, entries in through.items():
            owner = rules.stage_of_session(session)
            later = None if owner is None else stages.get(owner.id)
            others = [clause for one in rules.stages for clause in one.advance if clause is not advance]
            if later is None or any(session in clause.to for clause in others):
                continue
            for contest in later.contests:
                if contest.session != session:
                    continue
                for row in contest.rows:
                    if row.entry not in entries and row.status != "DNS":
                        place = row_in(stage.id, row.entry, stages, rules).place
                        where = "without a place" if place is None else f"place {place}"
                        message = f"started {session} as a reserve ({where} in {stage.title or stage.id})"
                        yield Note("reserve", number, stage.id, row.entry, message)
