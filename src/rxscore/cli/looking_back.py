"""How good the odds would have been, as it is printed and drawn."""

from typing import TYPE_CHECKING

import click

from rxscore.cli import chances, sheets
from rxscore.cli.marks import counted
from rxscore.interchange.tables import Table, render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rxscore.interchange.tables import Cell
    from rxscore.odds.backtest import Backtest

TITLE = "How good the odds would have been"


def show(found: "Backtest", simulations: int, seed: int, format_: str) -> None:
    """Print what came of the forecasts."""
    if format_ == "json":
        sheets.show_json(_document(found, simulations, seed))
    elif format_ == "csv":
        click.echo(render(_each(found), "csv"))
    else:
        sheets.show(_sheet(found, simulations, seed), format_)


def draw(found: "Backtest", simulations: int, file: str) -> None:
    """Draw the reliability chart."""
    from rxscore import charts
    from rxscore.odds.charts import reliability_chart

    what = (
        f"chances of the title: {counted(len(found.told), 'forecast')} of {counted(len(found.seasons), 'season')}, "
        f"{simulations} simulated each\n"
        "beside each mark how often it was told; the bar: 95 %, a competitor of a season counting once"
    )
    charts.draw(reliability_chart(found, TITLE, what), file)


def _sheet(found: "Backtest", simulations: int, seed: int) -> sheets.Sheet:
    parts = [
        sheets.Part("", _scores(found), [*_of_scores(found), *_left_out(found)]),
        sheets.Part("How often what was told came true", _reliability(found), [*_of_reliability(found)]),
    ]
    return sheets.Sheet(
        TITLE, f"after every round but the last; {simulations} seasons simulated each, seed {seed}", parts
    )


def _scores(found: "Backtest") -> Table:
    from rxscore.odds.backtest import METHODS

    rows: list[list[Cell]] = [
        [season, *(f"{found.brier(method, season=season):.3f}" for method in METHODS)] for season in found.seasons
    ]
    if len(rows) > 1:
        rows += [
            [f"{third} of the season", *(f"{found.brier(method, third=third):.3f}" for method in METHODS)]
            for third in found.thirds()
        ]
    if len(found.told) > 1:
        rows.append(["all forecasts", *(f"{found.brier(method):.3f}" for method in METHODS)])
    return Table(["Season", *METHODS], rows, ["left", *["right"] * len(METHODS)])  # type: ignore[list-item]


def _of_scores(found: "Backtest") -> "Iterator[str]":
    from math import exp

    from rxscore.odds.backtest import METHODS

    yield "Brier's score of the chances of the title: 0 is perfect, 2 the worst. Less is better."
    yield f"That of the odds is {', '.join(_compared(found.skill(method), method) for method in METHODS[1:])}."
    loss = found.log_loss("odds")
    given = chances.per_cent(exp(-loss))
    yield f"Logarithmic loss of the odds: {loss:.3f}: the champion was given {given} % in the geometric mean."


def _compared(skill: float, method: str) -> str:
    from math import isinf

    if isinf(skill):
        return f"more than that of {method!r}, which was never wrong"
    return f"{abs(skill) * 100:.0f} % {'less' if skill >= 0 else 'more'} than that of {method!r}"


def _left_out(found: "Backtest") -> "Iterator[str]":
    """What is left out, the same reason once."""
    from rxscore.cli.over_time import rounds

    by: dict[str, list[str]] = {}
    for one in found.left_out:
        by.setdefault(one.because, []).append(f"{one.season} after {rounds(one.rounds)}" if one.rounds else one.season)
    for because, which in by.items():
        yield f"Left out, {because}: {', '.join(which)}"


def _reliability(found: "Backtest") -> Table:
    rows: list[list[Cell]] = [
        [f"{one.low * 100:.0f} to {one.high * 100:.0f}", one.told, one.who, f"{one.mean * 100:.1f}",
         f"{one.came * 100:.1f}", chances.span(one.interval)]
        for one in found.reliability()
    ]  # fmt: skip
    return Table(["Told, %", "times", "competitors", "on average", "came true, %", "95 % interval"], rows)


def _of_reliability(found: "Backtest") -> "Iterator[str]":
    yield (
        f"{counted(len(found.told), 'forecast')}, but only {counted(len(found.seasons), 'champion')}: the forecasts of "
        "a season share its outcome. So the"
    )
    yield "interval counts a competitor of a season once. Calendar and entries are those known today."


def _each(found: "Backtest") -> Table:
    from rxscore.odds.backtest import METHODS

    rows: list[list[Cell]] = [
        [one.season, one.after, *(f"{one.brier(method):.6f}" for method in METHODS), f"{one.log_loss('odds'):.6f}"]
        for one in found.told
    ]
    return Table(["season", "after_round", *map(_key, METHODS), "log_loss"], rows)


def _key(words: str) -> str:
    return words.replace(" ", "_")


def _document(found: "Backtest", simulations: int, seed: int) -> dict[str, object]:
    from rxscore.odds.backtest import METHODS

    return {
        "simulations": simulations,
        "seed": seed,
        "forecasts": [
            {
                "season": one.season,
                "after_round": one.after,
                "champions": sorted(one.champions),
                "brier": {_key(method): one.brier(method) for method in METHODS},
                "log_loss": one.log_loss("odds"),
            }
            for one in found.told
        ],
        "brier": {_key(method): found.brier(method) for method in METHODS},
        "thirds": [
            {
                "part": third,
                "forecasts": found.count(third),
                "brier": {_key(method): found.brier(method, third=third) for method in METHODS},
            }
            for third in found.thirds()
        ],
        "skill": {_key(method): found.skill(method) for method in METHODS[1:]},
        "log_loss": found.log_loss("odds"),
        "reliability": [
            {
                "low": one.low,
                "high": one.high,
                "times": one.told,
                "of": one.who,
                "mean": one.mean,
                "came_true": {"chance": one.came, "low": one.interval[0], "high": one.interval[1]},
            }
            for one in found.reliability()
        ],
        "left_out": [
            {"season": one.season, "after_rounds": list(one.rounds), "because": one.because} for one in found.left_out
        ],
    }
