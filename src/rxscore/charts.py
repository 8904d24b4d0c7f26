"""Charts of a few kinds, drawn offline: lines over the rounds, bars, fields, reliability. SVG, PNG or HTML.

What is drawn is plain names and numbers; where they come from is the business of the rooms above. Everything is named
where it is, at the end of its line or beside its bar: with twenty-five drivers no legend of colours can be read.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from json import JSONEncoder
from pathlib import Path
from typing import Any

from attrs import frozen

from rxscore.problems import Problem, UserError

FORMATS = (".svg", ".png", ".html")

COLOURS = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf", "#8c564b", "#e377c2", "#bcbd22", "#000000")
"""So many lines can be told apart by colour; the first ones get them."""

GREY = "#a0a0a0"
"""The lines after those."""

DARK = "#707070"
"""Their names: what is to be read is darker."""

LONGEST = 36
"""A name longer than this is cut."""

LINE = 14
"""The height of a line of text, in pixels."""


@frozen
class Series:
    """A line over the rounds: a name, a value (or none) for each round, and what is written behind its name."""

    name: str
    values: Sequence[float | None]
    label: str = ""


@frozen
class Bar:
    """A bar, of an interval if there is one, and what is written behind it. ``kind``: of several for one name."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    label: str = ""
    kind: str = ""


@frozen
class Mark:
    """Of a reliability chart: what was told on average, what came true and between which limits; of so many."""

    told: float
    came: float
    low: float
    high: float
    times: int


def altair() -> Any:
    """The charting library. Raises UserError that says what to install, where it is not."""
    try:
        import altair as module
        import vl_convert  # noqa: F401 - draws what altair describes
    except ImportError:
        raise UserError("this needs Altair: pip install 'rxscore[charts]'") from None
    return module


def ready(file: str) -> None:
    """See, before the work and not after it, that a chart can be drawn and written there. Raises UserError if not."""
    path = Path(file)
    if path.suffix.casefold() not in FORMATS:
        raise UserError(Problem(f"a chart is one of {', '.join(FORMATS)}, by the end of the file's name", file))
    if path.is_dir():
        raise UserError(Problem("cannot be written: it is a folder", file))
    if not path.parent.is_dir():
        raise UserError(Problem(f"cannot be written: there is no folder {path.parent}", file))
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise UserError(Problem("cannot be written: permission denied", file))
    altair()


def draw(chart: Any, file: str) -> None:
    """Write a chart to a file, of the kind its name ends in. Raises UserError where that cannot be done."""
    ready(file)
    path = Path(file)
    chart = chart.configure_view(stroke=None).configure_axis(labelLimit=320, gridColor="#eeeeee")
    try:
        if path.suffix.casefold() == ".html":
            # The scripts are written into the page: it can be read without a network.
            path.write_text(chart.to_html(inline=True, json_kwds={"cls": _InScript}), encoding="utf-8")
        else:
            chart.save(str(path), format=path.suffix.casefold()[1:], scale_factor=2)
    except OSError as error:
        raise UserError(Problem(f"cannot be written: {error.strerror or error}", file)) from None


class _InScript(JSONEncoder):
    """JSON that can stand inside a script of a page: a name in it cannot end the script."""

    def encode(self, o: Any) -> str:
        return super().encode(o).replace("<", "\\u003c")


# --- kinds -----------------------------------------------------------------------------------


def lines(
    title: str, subtitle: str, rounds: Sequence[int], series: Sequence[Series], measure: str, *, per_cent: bool = False
) -> Any:
    """A line for each, over the rounds, named at its end. The first in order are coloured, the others grey.

    Values of ``per_cent`` are shares of 1. Raises UserError where there is no round.
    """
    if not rounds:
        raise UserError("there is nothing to draw: no round has been held yet")
    alt = altair()
    names = _names([one.name for one in series])
    known = [value for one in series for value in one.values if value is not None]
    low, high = min([0.0, *known]), max([1.0 if per_cent else 0.0, *known]) or 1.0
    height = max(340, (LINE + 1) * len(series))
    width = min(max(420, 36 * len(rounds)), 900) if len(rounds) > 1 else 120
    paint = _paint(alt, names)
    domain = alt.Scale(domain=[low, high], nice=False, zero=False)
    form = "%" if per_cent else "d"
    rows = [
        {"name": name, "round": number, "value": value}
        for name, one in zip(names, series, strict=True)
        for number, value in zip(rounds, one.values, strict=True)
        if value is not None
    ]
    # Who is told first lies on top of the others.
    span = [rounds[0], rounds[-1]] if len(rounds) > 1 else [rounds[0] - 1, rounds[0]]
    across = alt.X(
        "round:Q",
        title="after round",
        axis=alt.Axis(values=list(rounds), format="d", grid=False, labelOverlap=False),
        scale=alt.Scale(domain=span, nice=False, zero=False),
    )
    over = alt.Chart(alt.Data(values=rows[::-1])).encode(
        x=across,
        y=alt.Y("value:Q", title=measure, axis=alt.Axis(format=form), scale=domain),
        color=paint,
        detail="name:N",
        tooltip=["name:N", "round:Q", alt.Tooltip("value:Q", format=".1%" if per_cent else "")],
    )
    ends = list(_ends(names, series, rounds, (low, high), height))
    at_end = alt.Chart(alt.Data(values=ends))
    text = at_end.mark_text(align="left", baseline="middle", fontSize=11).encode(
        x=alt.value(width + 18), y=alt.Y("label_at:Q", scale=domain), text="label:N", color=_paint(alt, names, DARK)
    )
    lead = at_end.mark_rule(strokeWidth=0.7, opacity=0.6).encode(
        x=across, x2=alt.value(width + 15), y=alt.Y("value:Q", scale=domain), y2="label_at:Q", color=paint
    )
    drawn = over.mark_line(strokeWidth=1.8, clip=False) + over.mark_point(size=14, filled=True, opacity=1) + lead + text
    # The names have colours of their own: the grey ones are darker.
    drawn = drawn.resolve_scale(color="independent")
    return drawn.properties(title=_title(alt, title, subtitle), width=width, height=height)


def bars(title: str, subtitle: str, found: Sequence[Bar], measure: str) -> Any:
    """A bar for each, a share of 1, with its interval if there is one; of several kinds, if a name has them."""
    alt = altair()
    kinds = list(dict.fromkeys(one.kind for one in found))
    names = _names([one.name for one in found]) if len(kinds) == 1 else [_short(one.name) for one in found]
    order = list(dict.fromkeys(names))
    rows = [
        {"name": name, "value": one.value, "low": one.low, "high": one.high, "kind": one.kind,
         "label": one.label, "beside": max(one.value, one.high or 0)}
        for name, one in zip(names, found, strict=True)
    ]  # fmt: skip
    share = alt.Scale(domain=[0, 1])
    base = alt.Chart(alt.Data(values=rows)).encode(y=alt.Y("name:N", sort=order, title=None))
    if len(kinds) > 1:
        base = base.encode(yOffset=alt.YOffset("kind:N", sort=kinds))
    length = alt.X("value:Q", title=measure, axis=alt.Axis(format="%"), scale=share)
    colour = (
        alt.Color("kind:N", title=None, sort=kinds, scale=alt.Scale(range=list(COLOURS[: len(kinds)])),
                  legend=alt.Legend(orient="top"))
        if len(kinds) > 1
        else alt.value(COLOURS[0])
    )  # fmt: skip
    drawn = base.mark_bar().encode(x=length, color=colour)
    if any(one.low is not None for one in found):
        drawn += base.mark_rule(strokeWidth=1.5).encode(x=alt.X("low:Q", scale=share, title=measure), x2="high:Q")
    if any(one.label for one in found):
        text = base.mark_text(align="left", dx=5, baseline="middle", fontSize=11)
        drawn += text.encode(x=alt.X("beside:Q", scale=share, title=measure), text="label:N")
    return drawn.properties(
        title=_title(alt, title, subtitle), width=480, height=alt.Step(18 if len(kinds) == 1 else 10)
    )


def fields(
    title: str,
    subtitle: str,
    rounds: Sequence[int],
    rows: Sequence[tuple[str, Sequence[str]]],
    colours: Mapping[str, str],
) -> Any:
    """A row for each name, with a field for each round in the colour of its word. ``colours``: by word, in order."""
    alt = altair()
    names = _names([name for name, _ in rows])
    values = [
        {"name": name, "round": number, "word": word}
        for name, (_, words) in zip(names, rows, strict=True)
        for number, word in zip(rounds, words, strict=True)
    ]
    there = {one["word"] for one in values}
    shown = {word: colour for word, colour in colours.items() if word in there}
    return (
        alt.Chart(alt.Data(values=values))
        .mark_rect(stroke="white")
        .encode(
            x=alt.X("round:O", title="after round", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("name:N", sort=names, title=None),
            color=alt.Color(
                "word:N", title=None, sort=list(shown), scale=alt.Scale(domain=list(shown), range=list(shown.values()))
            ),
            tooltip=["name:N", "round:O", "word:N"],
        )
        .properties(title=_title(alt, title, subtitle), width=alt.Step(26), height=alt.Step(18))
    )


def reliability(title: str, subtitle: str, marks: Sequence[Mark]) -> Any:
    """What was told against what came true: on the diagonal, where it can be relied on."""
    alt = altair()
    rows = [
        {"told": one.told, "came": one.came, "low": one.low, "high": one.high, "times": one.times,
         "label": f"{one.times:,}", "label_at": max(one.came, 0.04)}
        for one in marks
    ]  # fmt: skip
    scale = alt.Scale(domain=[0, 1])
    diagonal = (
        alt.Chart(alt.Data(values=[{"told": 0, "came": 0}, {"told": 1, "came": 1}]))
        .mark_line(color="#888888", strokeDash=[4, 4], strokeWidth=1)
        .encode(x=alt.X("told:Q", scale=scale), y=alt.Y("came:Q", scale=scale))
    )
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("told:Q", title="chance told", axis=alt.Axis(format="%"), scale=scale)
    )
    came = alt.Y("came:Q", title="came true", axis=alt.Axis(format="%"), scale=scale)
    span = base.mark_rule(color=COLOURS[0], strokeWidth=1.5).encode(
        y=alt.Y("low:Q", scale=scale, title="came true"), y2="high:Q"
    )
    points = base.mark_point(filled=True, size=70, color=COLOURS[0], opacity=1).encode(
        y=came,
        tooltip=[alt.Tooltip("told:Q", format=".1%"), alt.Tooltip("came:Q", format=".1%"), alt.Tooltip("times:Q")],
    )
    text = base.mark_text(align="left", dx=7, dy=9, fontSize=10, color="#444444").encode(
        y=alt.Y("label_at:Q", scale=scale, title="came true"), text="label:N"
    )
    drawn = diagonal + span + points + text
    return drawn.properties(title=_title(alt, title, subtitle), width=420, height=420)


def per_cent(share: float) -> str:
    """A share as people read it; what is rare or nearly certain is not rounded to never and always."""
    if share in (0.0, 1.0):
        return f"{share:.0%}"
    return "<0.1%" if share < 0.0005 else ">99.9%" if share > 0.9995 else f"{share:.1%}"


# --- names and places ------------------------------------------------------------------------


def _title(alt: Any, title: str, subtitle: str) -> Any:
    below = {"subtitle": subtitle.split("\n")} if subtitle else {}
    return alt.Title(title, **below, anchor="start", fontSize=15, subtitleColor="#555555")


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}…"


def _names(names: Sequence[str]) -> list[str]:
    """Names as they are shown, no two the same: father and son keep a line each."""
    seen: Counter[str] = Counter()
    shown = []
    for name in map(_short, names):
        seen[name] += 1
        shown.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return shown


def _paint(alt: Any, names: Sequence[str], others: str = GREY) -> Any:
    colours = [*COLOURS, *[others] * len(names)][: len(names)]
    return alt.Color("name:N", legend=None, scale=alt.Scale(domain=list(names), range=colours))


def _ends(
    names: Sequence[str], series: Sequence[Series], rounds: Sequence[int], domain: tuple[float, float], height: int
) -> Iterator[dict[str, Any]]:
    """Where each line ends, and where its name is written so that none lies on another."""
    ends = []
    for name, one in zip(names, series, strict=True):
        known = [(number, value) for number, value in zip(rounds, one.values, strict=True) if value is not None]
        if known:
            ends.append((name, f"{name}  {one.label}".rstrip(), *known[-1]))
    low, high = domain
    pixels = [(high - value) / (high - low) * height for *_, value in ends]
    for (name, label, number, value), pixel in zip(ends, apart(pixels, LINE, height), strict=True):
        at = high - pixel / height * (high - low)
        yield {"name": name, "label": label, "round": number, "value": value, "label_at": at}


def apart(wanted: Sequence[float], gap: float, most: float) -> list[float]:
    """Places as near as can be to those wanted, at least ``gap`` from each other, from 0 to ``most`` if there is room.

    Of equals the first stays first.
    """
    groups: list[tuple[float, int]] = []  # the sum of what its members want of the group's first place; how many
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    place: Callable[[tuple[float, int]], float] = lambda group: min(  # noqa: E731
        max(group[0] / group[1], 0.0), max(most - gap * (group[1] - 1), 0.0)
    )
    for index in order:
        groups.append((wanted[index], 1))
        while len(groups) > 1 and place(groups[-2]) + gap * groups[-2][1] > place(groups[-1]):
            total, many = groups.pop()
            before, there = groups.pop()
            groups.append((before + total - gap * there * many, there + many))
    found = [place(group) + gap * step for group in groups for step in range(group[1])]
    places = [0.0] * len(wanted)
    for index, at in zip(order, found, strict=True):
        places[index] = at
    return places
