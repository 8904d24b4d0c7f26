"""Results as plain JSON objects, in the stable shapes that docs/json.md describes."""

from collections.abc import Iterable, Mapping
from typing import Any

from rxscore.events import Points, points_json
from rxscore.scoring import Row, Table
from rxscore.season.naming import Naming

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


def without_empty(plain: Mapping[str, Any], keys: Iterable[str]) -> Document:
    """The object without those of the keys that have no value."""
    return {key: value for key, value in plain.items() if key not in keys or value not in (None, "", [], ())}
