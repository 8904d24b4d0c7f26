"""``rxscore title``: who can still win."""

from typing import TYPE_CHECKING

import click

from rxscore.cli import options
from rxscore.cli.progress import progress
from rxscore.problems import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rxscore.api import Opened
    from rxscore.cli.sheets import Sheet
    from rxscore.season.naming import Naming
    from rxscore.title.chances import Chance, Chances, Prospects
    from rxscore.title.play import Completion
    from rxscore.title.timeline import Line

MARKS = {"clinched": "1", "alive": "o", "eliminated": "", "undecided": "?"}


@click.command()
@options.season_argument
@options.table_option
@click.option("--after", metavar="ROUND", type=int, help="As things stood after this round (default: after each).")
@click.option("--before", metavar="SESSION", help="As things stood before this session of the round after that one.")
@click.option("--position", metavar="N", type=click.IntRange(min=1), default=1, help="This position, or a better one.")
@click.option("--witness", metavar="COMPETITOR", help="Print a way to finish the season that puts him there.")
@click.option("--seconds", metavar="S", type=click.FloatRange(min=0, min_open=True), default=10.0,
              help="How long the solver may take for one question (default: 10).")  # fmt: skip
@click.option("--chart", metavar="FILE", help="Draw the timeline: an .svg, .png or .html file.")
@options.as_of_option
@options.rules_options
@options.format_option("text", "json", "markdown", "html")
def title(
    season: str,
    table: str | None,
    after: int | None,
    before: str | None,
    position: int,
    witness: str | None,
    seconds: float,
    chart: str | None,
    as_of: str | None,
    rules: str | None,
    settings: "tuple[tuple[str, object], ...]",
    format_: str,
) -> None:
    """Who can still win: for certain, with a way to get there, or a proof that there is none.

    After one round, or in the middle of one (--before), or (without these) over the whole season: who was still in it
    after which round. All who are entered for a round are taken to start and finish it, each place once. "rxscore docs
    title-mathematics" tells the rest.
    """
    from attrs import evolve

    from rxscore.api import open_season
    from rxscore.season.naming import Naming
    from rxscore.title.chances import Prospects

    opened = open_season(season, rules=rules, edits=settings)
    if as_of is not None:
        opened = evolve(opened, season=opened.season.as_of(as_of))
    standing = opened.rules.season.standing(options.the_standing(opened, table))
    prospects = Prospects(opened.season, opened.rules, standing)
    naming = Naming(opened.season)
    last = options.the_moment(opened, after)
    if after is None and before is None and witness is None:
        _timeline(opened, prospects, position, seconds, naming, format_, chart)
        return
    if chart is not None:
        raise UserError("--chart draws the whole season: leave --after, --before and --witness out")
    only = None if witness is None else [naming.find(witness, prospects.outlook(last).rivals)]
    chances = prospects.chances(last, position, before=before or "", seconds=seconds, only=only)
    if format_ == "json":
        from rxscore.cli.sheets import show_json

        show_json(_document(chances, naming))
        return
    from rxscore.cli.sheets import show

    show(_sheet(opened, chances, prospects, naming, witness is not None), format_)


# --- after one round -------------------------------------------------------------------------


def _goal(position: int) -> str:
    from rxscore.scoring import ordinal

    return "first" if position == 1 else f"{ordinal(position)} or better"


def _head(opened: "Opened", prospects: "Prospects", position: int) -> str:
    assert opened.season.opened is not None, "a checked season is opened"
    standing = prospects.standing
    return f"{opened.season.opened.name}: {standing.title or standing.id}, who can be {_goal(position)}"


def _points(units: int, unit: int) -> str:
    from fractions import Fraction

    from rxscore.events import plain, points_text

    return points_text(plain(Fraction(units, unit)))


def _exact(units: int, unit: int) -> object:
    from fractions import Fraction

    from rxscore.events import plain, points_json

    return points_json(plain(Fraction(units, unit)))


def _sheet(
    opened: "Opened", chances: "Chances", prospects: "Prospects", naming: "Naming", show_witness: bool
) -> "Sheet":
    from rxscore.cli.sheets import Part, Sheet
    from rxscore.interchange.tables import Table

    left = chances.rounds_left
    count = f"{len(left)} round{'' if len(left) == 1 else 's'} to come" if left else "nothing left to come"
    rows = [
        (naming.name(one.competitor), _points(one.points, chances.unit), _span(one, chances.unit), one.status, one.how)
        for one in chances.verdicts
    ]
    table = Table(["Name", "Points", "Will end with", "", "Why"], rows, ["left", "right", "right", "left", "left"])
    notes = [_summary(chances, naming)]
    parts = [Part("", table, notes)]
    if show_witness:
        parts += [
            Part(f"A way to get there: {naming.name(one.competitor)}", None, list(_told(one.witness, naming, opened)))
            for one in chances.verdicts
            if one.witness is not None
        ]
    when = f"after round {chances.after}" if chances.after else "before the first round"
    if chances.before:
        when = f"before {chances.before} of round {left[0]}"
    return Sheet(_head(opened, prospects, chances.position), f"{when}, {count}", parts)


def _span(one: "Chance", unit: int) -> str:
    least = _points(one.least, unit)
    if one.most is None:
        return f"{least} or more"
    most = _points(one.most, unit)
    return least if least == most else f"{least} to {most}"


def _summary(chances: "Chances", naming: "Naming") -> str:
    by: dict[str, list[str]] = {}
    for one in chances.verdicts:
        by.setdefault(one.status, []).append(naming.name(one.competitor))
    said = []
    for status in ("clinched", "alive", "undecided"):
        if by.get(status):
            said.append(f"{status}: {', '.join(by[status])}")
    return "; ".join(said) or "nobody"


def _told(witness: "Completion", naming: "Naming", opened: "Opened") -> "Iterator[str]":
    """A completion in words: by round and session, the first of each."""
    if not witness.orders:
        yield "As the table stands: nothing is left to come."
    by_round: dict[int, dict[str, Sequence[str]]] = {}
    for (number, session), order in witness.orders.items():
        by_round.setdefault(number, {})[session] = order
    for number, sessions in sorted(by_round.items()):
        scheduled = opened.season.rounds[number].scheduled
        yield f"Round {number}{f' ({scheduled.name})' if scheduled is not None else ''}"
        alike: dict[Sequence[str], list[str]] = {}
        for session, order in sessions.items():
            if scheduled is None or not scheduled.sessions or session in scheduled.sessions:
                alike.setdefault(tuple(order), []).append(session)
        for order, names in alike.items():
            listed = ", ".join(f"{place} {naming.name(entry)}" for place, entry in enumerate(order, start=1))
            yield f"  {', '.join(names)}: {listed}"
        for (there, feat, _), entry in witness.feats.items():
            if there == number:
                yield f"  {feat.replace('-', ' ')}: {naming.name(entry)}"


def _document(chances: "Chances", naming: "Naming") -> dict[str, object]:
    return {
        "standing": chances.standing,
        "position": chances.position,
        "after_round": chances.after,
        "before": chances.before or None,
        "rounds_to_come": list(chances.rounds_left),
        "competitors": [
            {
                "competitor": one.competitor,
                "name": naming.name(one.competitor),
                "status": one.status,
                "points": _exact(one.points, chances.unit),
                "least": _exact(one.least, chances.unit),
                "most": None if one.most is None else _exact(one.most, chances.unit),
                "how": one.how,
                "witness": None
                if one.witness is None
                else {
                    "orders": [
                        {"round": number, "session": session, "entries": list(order)}
                        for (number, session), order in one.witness.orders.items()
                    ],
                    "feats": [
                        {"round": number, "feat": feat, "session": session, "entry": entry}
                        for (number, feat, session), entry in one.witness.feats.items()
                    ],
                },
            }
            for one in chances.verdicts
        ],
    }


# --- over the season -------------------------------------------------------------------------


def _timeline(
    opened: "Opened",
    prospects: "Prospects",
    position: int,
    seconds: float,
    naming: "Naming",
    format_: str,
    chart: str | None,
) -> None:
    from rxscore.cli.sheets import show, show_json
    from rxscore.title.inside import rounds_over
    from rxscore.title.timeline import timeline

    if chart is not None:
        from rxscore import charts

        charts.ready(chart)
    numbers = rounds_over(opened.season, opened.rules)
    if not numbers:
        raise UserError(f"{opened.name}: no round has been held yet")
    with progress(len(numbers), "Rounds") as step:
        lines = timeline(prospects, numbers, position, seconds=seconds, done=lambda: step(1))
    if format_ == "json":
        show_json(
            {
                "standing": prospects.standing.id,
                "position": position,
                "after_rounds": numbers,
                "competitors": [
                    {
                        "competitor": line.competitor,
                        "name": naming.name(line.competitor),
                        "settled": line.settled,
                        "settled_after": line.after,
                        "statuses": dict(zip(map(str, numbers), line.statuses, strict=True)),
                    }
                    for line in lines
                ],
            }
        )
    else:
        show(_timeline_sheet(opened, prospects, position, lines, numbers, naming), format_)
    if chart is not None:
        from rxscore.title.charts import timeline_chart

        charts.draw(timeline_chart(lines, numbers, naming.name, _head(opened, prospects, position)), chart)


def _timeline_sheet(
    opened: "Opened",
    prospects: "Prospects",
    position: int,
    lines: "Sequence[Line]",
    numbers: "Sequence[int]",
    naming: "Naming",
) -> "Sheet":
    from rxscore.cli.sheets import Part, Sheet
    from rxscore.interchange.tables import Table

    rows = [
        (naming.name(line.competitor), *(MARKS[status] for status in line.statuses), _settled(line)) for line in lines
    ]
    headers = ["Name", *map(str, numbers), ""]
    table = Table(headers, rows, ["left", *["center"] * len(numbers), "left"])  # type: ignore[list-item]
    legend = "o  still possible    1  certain    ?  undecided    (blank)  out of reach"
    notes = [legend, *filter(None, [options.as_it_stands(opened)])]
    return Sheet(_head(opened, prospects, position), "after each round", [Part("", table, notes)])


def _settled(line: "Line") -> str:
    if line.after is None:
        return "open"
    return f"{'certain' if line.settled == 'clinched' else 'out'} after round {line.after}"
