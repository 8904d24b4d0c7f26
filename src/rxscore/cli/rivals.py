"""How ``rxscore verify --rivals`` tells which other rules fit as well, and what would tell them apart."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import click

from rxscore.events import points_text
from rxscore.scoring import Row
from rxscore.season.naming import Naming
from rxscore.verify.rivals import Apart, Refuted, Rivals, Survivor

NEAREST = 5
"""So many of the refuted rivals are named: those that the fewest lines speak against."""


def watched(season: str) -> Any:
    """Tells on a terminal how far it is; where nobody watches, nothing."""

    def show(doing: str, done: int, of: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r\x1b[2K{season}: {doing} {done}{f' of {of}' if of else ''}\r", err=True, nl=False)

    return show


def told(season: str, found: Rivals, naming: Naming) -> Iterator[str]:
    """What came of the rivals of a season's rules, line by line."""
    alive = [one for one in found.survivors if one.apart is not None and one.apart.hypothesis is not None]
    bare = [one for one in found.survivors if one.apart is not None and one.apart.hypothesis is None]
    level = [one for one in found.survivors if one.apart is None]
    yield (
        f"{season}: {found.tried} rivals of the rules tried; the claims refute {len(found.refuted)}, "
        f"and {len(found.survivors)} fit them as well"
    )
    for group, heading in (
        (bare, "The tables differ already, where nothing is claimed; one more published line would decide:"),
        (alive, "The tables are the same; one result otherwise would have told them apart:"),
    ):
        if group:
            yield ""
            yield f"  {heading}"
        for one in group:
            if one.apart is not None:
                yield f"    {_mutation(one)}"
                yield f"      {_apart(one.apart, naming)}"
    if level:
        yield ""
        yield f"  No result of this season tells these apart from the rules ({found.hypotheses} tried):"
        for one in level:
            yield f"    {_mutation(one)}"
    if found.refuted:
        yield ""
        yield "  Refuted by the fewest lines:"
        for wrong in found.refuted[:NEAREST]:
            yield f"    {_refuted(wrong, naming)}"


def document(season: str, found: Rivals, naming: Naming) -> Mapping[str, Any]:
    """The same for programs."""
    return {
        "season": season,
        "tried": found.tried,
        "results_tried": found.hypotheses,
        "survivors": [
            {**_change(one), "reproduces_more": one.better, "apart": one.apart and _apart_document(one.apart, naming)}
            for one in found.survivors
        ],
        "refuted": [{**_change(one), "lines": one.lines, "by": [one.claim, one.competitor]} for one in found.refuted],
    }


def _change(one: Survivor | Refuted) -> dict[str, Any]:
    return {"key": one.mutation.key, "rules": one.mutation.before, "rival": one.mutation.after}


def _mutation(one: Survivor | Refuted) -> str:
    more = f", and reproduces {one.better} lines more" if isinstance(one, Survivor) and one.better else ""
    return f"{one.mutation.key}: {one.mutation.after} (the rules: {one.mutation.before}){more}"


def _refuted(one: Refuted, naming: Naming) -> str:
    lines = "1 line" if one.lines == 1 else f"{one.lines} lines"
    return f"{_mutation(one)}: {lines}, as {one.claim} {naming.name(one.competitor)}"


def _apart(apart: Apart, naming: Naming) -> str:
    after = f" after round {apart.after_round}" if apart.after_round is not None else ""
    supposed = f"{_supposed(apart, naming)}: " if apart.hypothesis is not None else ""
    return (
        f"{supposed}{apart.standing}{after}, {naming.name(apart.competitor)} "
        f"{_row(apart.rules)} by the rules, {_row(apart.rival)} by the rival"
    )


def _supposed(apart: Apart, naming: Naming) -> str:
    supposed = apart.hypothesis
    if supposed is None:
        return ""
    what = supposed.what.format(*(naming.name(entry) for entry in supposed.entries))
    return f"round {supposed.round}, {supposed.where}, with {what}"


def _row(row: Row | None) -> str:
    if row is None:
        return "not in the table"
    place = "without a place" if row.position is None else f"in place {row.position}"
    return f"{points_text(row.points)} {place}"


def _apart_document(apart: Apart, naming: Naming) -> Mapping[str, Any]:
    def row(one: Row | None) -> Any:
        return None if one is None else {"points": points_text(one.points), "position": one.position}

    return {
        "round": apart.hypothesis and apart.hypothesis.round,
        "where": apart.hypothesis and apart.hypothesis.where,
        "result": _supposed(apart, naming) or None,
        "standing": apart.standing,
        "after_round": apart.after_round,
        "competitor": apart.competitor,
        "rules": row(apart.rules),
        "rival": row(apart.rival),
    }
