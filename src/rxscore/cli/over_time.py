"""The odds round by round, as they are printed and drawn."""

from typing import TYPE_CHECKING

import click

from rxscore.cli import chances, sheets
from rxscore.interchange.tables import Table, render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rxscore.interchange.tables import Cell
    from rxscore.odds.forecast import Prospects
    from rxscore.odds.over_time import Moment
    from rxscore.season.naming import Naming


def show(
    moments: "Sequence[Moment]",
    prospects: "Prospects",
    naming: "Naming",
    format_: str,
    *,
    simulations: int,
    seed: int,
    as_of: str | None,
    now: str,
) -> None:
    """Print the chances of the title after every round. ``now``: what else there is to be said."""
    if format_ == "json":
        sheets.show_json(
            {
                "standing": prospects.standing.id,
                "as_of": as_of,
                "simulations": simulations,
                "seed": seed,
                "rounds": [_document(moment, naming) for moment in moments],
            }
        )
    elif format_ == "csv":
        click.echo(render(_table(moments, naming), "csv"))
    else:
        known = f", as known on {as_of}" if as_of is not None else ""
        subtitle = f"after each round{known}; {simulations} seasons simulated each time, seed {seed}"
        sheets.show(sheets.Sheet(head(prospects), subtitle, [_part(moments, naming, simulations, now)]), format_)


def head(prospects: "Prospects") -> str:
    """What it is about."""
    opened, standing = prospects.season.opened, prospects.standing
    assert opened is not None, "a checked season is opened"
    return f"{opened.name}: {standing.title or standing.id}, how likely the title was, in per cent"


def draw(moments: "Sequence[Moment]", prospects: "Prospects", naming: "Naming", simulations: int, file: str) -> None:
    """Draw the chances of the title after every round."""
    from rxscore import charts
    from rxscore.odds.charts import over_time_chart

    title = head(prospects).removesuffix(", in per cent")
    charts.draw(over_time_chart(moments, naming.name, title, f"{simulations} seasons simulated after each round"), file)


def _part(moments: "Sequence[Moment]", naming: "Naming", simulations: int, now: str) -> sheets.Part:
    from rxscore.odds.forecast import wilson
    from rxscore.odds.over_time import contenders, greatest_chances, refusals

    shown = contenders(moments)
    rows = [
        [naming.name(who), *("-" if moment.because else chances.whole(moment.chance(who) or 0.0) for moment in moments)]
        for who in shown
    ]
    table = Table(["Name", *(str(moment.after) for moment in moments)], rows, ["left", *["right"] * len(moments)])  # type: ignore[list-item]
    others = [chance for who, chance in greatest_chances(moments).items() if who not in shown]
    low, high = wilson(0.5, simulations)
    notes = [
        "Estimates: strengths fitted on the results up to that round, the same for every session. A chance is",
        f"simulated to within {(high - low) * 50:.1f}; that the model is wrong is not in that. Blank: it never came.",
    ]
    if others:
        most = chances.per_cent(max(others))
        notes.append(f"{len(others)} more never had a chance above {most} per cent (JSON and CSV have all).")
    refused = refusals(moments)
    notes += [f"-  After {rounds(numbers)} there are no odds: {because}" for because, numbers in refused.items()]
    notes.append("With --after ROUND: intervals, the first three, and the next round.")
    notes += [now] if now else []
    return sheets.Part("", table, notes)


def rounds(numbers: "Sequence[int]") -> str:
    """Rounds, in words."""
    if len(numbers) == 1:
        return f"round {numbers[0]}"
    return f"rounds {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def _document(moment: "Moment", naming: "Naming") -> dict[str, object]:
    one = moment.forecast
    return {
        "after_round": moment.after,
        "because": moment.because or None,
        "champions": sorted(moment.champions),
        "scored_exactly": None if one is None else one.compared,
        "looked_into": None if one is None else one.looked_at,
        "shared": None if one is None else one.level,
        "competitors": [
            {"competitor": who, "name": naming.name(who), **chances.document(chance)}
            for who, chance in moment.first.items()
        ],
    }


def _table(moments: "Sequence[Moment]", naming: "Naming") -> Table:
    """A line for each round and competitor."""
    rows: list[list[Cell]] = []
    for moment in moments:
        told = {who: (one.chance, *one.interval) for who, one in moment.first.items()}
        told |= dict.fromkeys(moment.champions, (1.0, 1.0, 1.0))
        rows += [
            [moment.after, who, naming.name(who), *(f"{number:.6f}" for number in numbers)]
            for who, numbers in told.items()
        ]
    return Table(["after_round", "competitor", "name", "chance", "low", "high"], rows)
