"""Results as plain JSON objects, in the stable shapes that docs/json.md describes."""

from collections.abc import Iterable
from typing import Any

from rxscore.events import Points, points_json
from rxscore.scoring import Row, Table
from rxscore.season.naming import Naming
from rxscore.verify import VERDICTS, ClaimVerdict, Interval, Report, Sums

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
