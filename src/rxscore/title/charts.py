"""Charts, drawn offline: the title race round by round. SVG, PNG or HTML."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rxscore.problems import Problem, UserError
from rxscore.title.timeline import Line

FORMATS = (".svg", ".png", ".html")

COLOURS = {"clinched": "#1b7837", "alive": "#a6dba0", "undecided": "#dddddd", "eliminated": "#f7f7f7"}
"""One colour for each thing that can be certain."""


def altair() -> Any:
    """The charting library. Raises UserError that says what to install, where it is not."""
    try:
        import altair as module
        import vl_convert  # noqa: F401 - draws what altair describes
    except ImportError:
        raise UserError("this needs Altair: pip install 'rxscore[charts]'") from None
    return module


def check_file(file: str) -> Path:
    """The path of a chart to be written. Raises UserError for a kind of file that cannot be drawn."""
    path = Path(file)
    if path.suffix.casefold() not in FORMATS:
        raise UserError(Problem(f"a chart is one of {', '.join(FORMATS)}, by the end of the file's name", file))
    return path


def draw(chart: Any, file: str) -> None:
    """Write a chart to a file, of the kind its name ends in. Raises UserError where that cannot be done."""
    path = check_file(file)
    try:
        if path.suffix.casefold() == ".html":
            # The scripts are written into the page: it can be read without a network.
            path.write_text(chart.to_html(inline=True), encoding="utf-8")
        else:
            chart.save(str(path), format=path.suffix.casefold()[1:], scale_factor=2)
    except OSError as error:
        raise UserError(Problem(f"cannot be written: {error.strerror}", file)) from None


def timeline_chart(lines: Sequence[Line], numbers: Sequence[int], name: Callable[[str], str], title: str) -> Any:
    """Who was still in it after which round: a line for each competitor, a field for each round."""
    alt = altair()
    names = [name(line.competitor) for line in lines]
    rows = [
        {"name": shown, "round": number, "status": status}
        for line, shown in zip(lines, names, strict=True)
        for number, status in zip(numbers, line.statuses, strict=True)
    ]
    return (
        alt.Chart(alt.Data(values=rows), title=title)
        .mark_rect(stroke="white")
        .encode(
            x=alt.X("round:O", title="after round", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("name:N", sort=names, title=None),
            color=alt.Color(
                "status:N", title=None, scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values()))
            ),
        )
    )
