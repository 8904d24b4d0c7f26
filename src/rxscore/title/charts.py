"""The title race round by round as a chart."""

from collections.abc import Callable, Sequence
from typing import Any

from rxscore import charts
from rxscore.title.timeline import Line

COLOURS = {"clinched": "#1b7837", "alive": "#a6dba0", "undecided": "#fdb863", "eliminated": "#e8e8e8"}
"""One colour for each thing that can be certain."""


def timeline_chart(lines: Sequence[Line], numbers: Sequence[int], name: Callable[[str], str], title: str) -> Any:
    """Who was still in it after which round: a line for each competitor, a field for each round."""
    rows = [(name(line.competitor), line.statuses) for line in lines]
    return charts.fields(title, "after each round", numbers, rows, COLOURS)
