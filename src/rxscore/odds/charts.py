"""The odds as charts: over a season, after one round, and looked back at."""

from collections.abc import Callable, Sequence
from typing import Any

from rxscore import charts
from rxscore.odds.backtest import Backtest
from rxscore.odds.forecast import Forecast
from rxscore.odds.over_time import Moment, contenders


def over_time_chart(moments: Sequence[Moment], name: Callable[[str], str], title: str, subtitle: str) -> Any:
    """The chances of the title of the contenders, round by round."""
    lines = []
    for who in contenders(moments):
        values = [moment.chance(who) for moment in moments]
        known = [value for value in values if value is not None]
        label = charts.per_cent(known[-1]) if known[-1] else f"(up to {charts.per_cent(max(known))})"
        lines.append(charts.Series(name(who), values, label))
    rounds = [moment.after for moment in moments]
    return charts.lines(title, subtitle, rounds, lines, "chance of the title", per_cent=True)


def after_round_chart(forecast: Forecast, name: Callable[[str], str], title: str, subtitle: str) -> Any:
    """The chances of the title after one round, with the intervals of the simulation."""
    bars = []
    for line in forecast.lines:
        chance = line.positions[0]
        if chance.times:
            low, high = chance.interval
            bars.append(charts.Bar(name(line.competitor), chance.chance, low, high, charts.per_cent(chance.chance)))
    return charts.bars(title, subtitle, bars, "chance of the title")


def reliability_chart(found: Backtest, title: str, subtitle: str) -> Any:
    """What was told by tenths against what came true."""
    marks = [charts.Mark(one.mean, one.came, *one.interval, one.told) for one in found.reliability()]
    return charts.reliability(title, subtitle, marks)
