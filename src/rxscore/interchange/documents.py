"""Results as plain JSON objects, in the stable shapes that docs/json.md describes."""

from collections.abc import Iterable, Iterator
from typing import Any

from rxscore.events import Points, points_json, time_text
from rxscore.rulesets import Stage
from rxscore.scoring import Award, Classified, RoundScore, Row, Scored, Table
from rxscore.season.naming import Naming
from rxscore.verify import VERDICTS, ClaimVerdict, Interval, Report, Sums
from rxscore.whatif import Change, WhatIf

Document = dict[str, Any]


def exact(value: Points | None) -> int | float | str | None:
    """Points for JSON, exact; None stays None."""
    return None if value is None else points_json(value)


def standings(season: str, table: Table, rules: str, naming: Naming, as_of: str | None = None) -> Document:
    """A standing: ``season, standing, after_round, as_of, rules, rows``."""
    return {
        "season": season,
        "standing": table.standing,
        "after_round": table.after_round,
        "as_of": as_of,
        "rules": rules,
        "rows": [_row(row, naming) for row in table.rows],
    }


def _row(row: Row, naming: Naming) -> Document:
    return {
        "position": row.position,
        "competitor": row.competitor,
        "name": naming.name(row.competitor),
        "points": points_json(row.points),
        "gross": points_json(row.gross),
        "dropped": [
            {"round": one.round, "session": one.session or None, "points": points_json(one.points)}
            for one in row.dropped
        ],
        "open": row.open,
        "inferred": row.inferred,
        "tie": row.tie or None,
    }


def verdicts(reports: Iterable[tuple[str, Report]]) -> Document:
    """What verifying says: ``totals`` and ``claims``, then the checks of published figures against each other."""
    reports = list(reports)
    totals = dict.fromkeys(VERDICTS, 0)
    for _, report in reports:
        for verdict, count in report.totals.items():
            totals[verdict] += count
    return {
        "totals": totals,
        "unexplained": any(report.unexplained for _, report in reports),
        "claims": [_claim(season, claim) for season, report in reports for claim in report.claims],
        "intervals": [_interval(season, one) for season, report in reports for one in report.intervals],
        "sums": [_sums(season, one) for season, report in reports for one in report.sums],
        "declared": [
            {"season": season, "round": note.round, "stage": note.stage, "entry": note.entry, "message": note.message}
            for season, report in reports
            for note in report.notes
        ],
        "stale": [{"season": season, "event": event} for season, report in reports for event in report.stale],
    }


def _claim(season: str, claim: ClaimVerdict) -> Document:
    return {
        "season": season,
        "claim": claim.claim,
        "standing": claim.standing,
        "after_round": None if claim.of_round else claim.after_round,
        "round": claim.after_round if claim.of_round else None,
        "session": claim.session or None,
        "source": list(claim.source),
        "rows": [
            {
                "competitor": row.competitor,
                "behind": row.behind or None,
                "claimed": exact(row.claimed),
                "computed": exact(row.computed),
                "claimed_position": row.claimed_position,
                "computed_position": row.computed_position,
                "verdict": row.verdict,
                "known": row.known or None,
            }
            for row in claim.rows
        ],
    }


def _interval(season: str, one: Interval) -> Document:
    return {
        "season": season,
        "standing": one.standing,
        "competitor": one.competitor,
        "behind": one.behind or None,
        "since_round": one.since,
        "until_round": one.until,
        "claimed": exact(one.claimed),
        "computed": exact(one.computed),
        "verdict": one.verdict,
        "known": one.known or None,
    }


def _sums(season: str, one: Sums) -> Document:
    return {
        "season": season,
        "standing": one.standing,
        "competitor": one.competitor,
        "after_round": one.after_round,
        "claimed": exact(one.claimed),
        "parts": [{"competitor": part, "points": exact(points)} for part, points in one.parts],
        "verdict": one.verdict,
        "known": one.known or None,
    }


def round_sheet(season: str, scored: Scored, number: int, naming: Naming, as_of: str | None = None) -> Document:
    """A round: its place in the calendar, every result, the points it gave, what is worth noting."""
    round_ = scored.season.rounds.get(number)
    scheduled = None if round_ is None else round_.scheduled
    score = scored.round(number)
    return {
        "season": season,
        "round": number,
        "as_of": as_of,
        "name": None if scheduled is None else scheduled.name,
        "venue": None if scheduled is None else scheduled.venue or None,
        "country": None if scheduled is None else scheduled.country or None,
        "start": None if scheduled is None else scheduled.start,
        "end": None if scheduled is None else scheduled.end,
        "cancelled": round_ is not None and round_.cancelled,
        "held": score is not None,
        "rules": None if score is None else score.rules.name,
        "winner": None if score is None else score.winner,
        "stages": [] if score is None else [_stage(score, stage, naming) for stage in score.rules.stages],
        "points": [] if score is None else [award(one) for awards in score.awards.values() for one in awards],
        "open": {} if score is None else {name: sorted(who) for name, who in score.open.items() if who},
        "notes": []
        if score is None
        else [
            {"kind": one.kind, "stage": one.stage, "entry": one.entry, "message": one.message} for one in score.notes
        ],
    }


def award(one: Award) -> Document:
    """One line of the ledger, with its clause, its citation and the events it rests on."""
    return {
        "standing": one.standing,
        "competitor": one.competitor,
        "points": points_json(one.points),
        "round": one.round,
        "stage": one.stage,
        "session": one.session or None,
        "entry": one.entry or None,
        "clause": one.clause,
        "cite": one.cite or None,
        "events": list(one.events),
        "inferred": one.inferred,
    }


def _stage(score: RoundScore, stage: Stage, naming: Naming) -> Document:
    found = score.stages.get(stage.id)
    return {
        "stage": stage.id,
        "title": stage.title or None,
        "known": found is not None,
        "complete": found is not None and found.complete,
        "declared": None if found is None else found.declared or None,
        "contests": []
        if found is None
        else [
            {
                "session": one.session,
                "race": one.race,
                "complete": one.complete,
                "rows": [_result(row, naming) for row in one.rows],
            }
            for one in found.contests
        ],
        "rows": [] if found is None else [_result(row, naming) for row in found.rows],
    }


def _result(row: Classified, naming: Naming) -> Document:
    filed = naming.entries.get(row.entry, ())
    drivers = row.drivers or (filed[-1].drivers if filed else ())
    return {
        "place": row.place,
        "status": row.status,
        "entry": row.entry,
        "number": next(iter(naming.numbers(row.entry)), None),
        "drivers": list(drivers),
        "name": naming.crew(drivers) or row.entry,
        "time": None if row.time is None else time_text(row.time),
        "score": exact(row.score),
        "tie": row.tie or None,
        "inferred": row.inferred,
        "events": list(row.events),
    }


def results(scored: Scored, number: int, naming: Naming) -> Iterator[Document]:
    """Every result of a round, one object each: what ``round_sheet`` has in its stages, laid flat."""
    score = scored.round(number)
    for stage in score.rules.stages if score is not None else ():
        found = score.stages.get(stage.id) if score is not None else None
        if found is None:
            continue
        for contest in found.contests:
            for row in contest.rows:
                yield {"stage": stage.id, "session": contest.session, "race": contest.race, **_result(row, naming)}
        if not found.contests or (stage.follow or stage.total):
            for row in found.rows:
                yield {"stage": stage.id, "session": None, "race": None, **_result(row, naming)}


def what_if(found: WhatIf, naming: Naming, *, explain: bool = False) -> Document:
    """A what-if: the new table, each line with the real one beside it, and what changes by it."""
    table = found.comparison
    return {
        "season": found.season,
        "title": found.scenario.title or None,
        "source": list(found.scenario.source),
        "edits": found.said,
        "rules": found.now.ruleset.name,
        "matching": [line for one in found.matchings for line in one.told()],
        "standing": table.standing,
        "after_round": table.after_round,
        "first": list(table.first),
        "really_first": list(table.really_first),
        "undecided": list(found.in_doubt),
        "really_undecided": list(found.really_in_doubt),
        "parting": found.parting,
        "lead_parting": found.lead_parting,
        "handed": [
            {"what": one.what, "round": one.round, "place": one.place, "really": list(one.really), "now": list(one.now)}
            for one in found.handed
        ],
        "rows": [
            {
                **_row(move.row, naming),
                "gained": move.gained,
                "newly_open": move.newly_open,
                "really": None if move.real is None else _row(move.real, naming),
                **({"changes": [_change(one) for one in found.changes(move.competitor)]} if explain else {}),
            }
            for move in table.moves
            if move.row is not None
        ],
        "gone": [_row(move.real, naming) for move in table.moves if move.row is None and move.real is not None],
    }


def _change(one: Change) -> Document:
    return {
        "round": one.round,
        "stage": one.stage or None,
        "session": one.session or None,
        "really": points_json(one.really),
        "now": points_json(one.now),
        "difference": points_json(one.difference),
        "because": one.because,
    }
