"""``rxscore sensitivity``: how much the points system decided."""

from typing import TYPE_CHECKING, Any

import click

from rxscore.cli import options

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rxscore.api import Opened
    from rxscore.cli.sheets import Part, Sheet
    from rxscore.interchange.tables import Cell
    from rxscore.season.naming import Naming
    from rxscore.whatif.sensitivity import Hinge, Sensitivity


@click.command("sensitivity")
@options.season_argument
@options.table_option
@click.option("--stage", metavar="STAGE", help="Whose scale is varied (default: that of what wins the event).")
@click.option(
    "--scales", "number", metavar="N", type=click.IntRange(1, 1_000_000), default=10_000, show_default=True,
    help="So many scales are drawn.",
)  # fmt: skip
@click.option("--convex", is_flag=True, help="Only scales whose steps never grow downwards.")
@click.option(
    "--seed", metavar="N", type=click.IntRange(min=0), default=0, show_default=True, help="Draw other scales."
)
@click.option("--no-hinges", is_flag=True, help="Do not look for the rounds and results the title hung on.")
@click.option("--chart", metavar="FILE", help="Draw the shares: an .svg, .png or .html file.")
@options.format_option("text", "json", "csv", "markdown", "html")
def sensitivity(
    season: str,
    table: str | None,
    stage: str | None,
    number: int,
    convex: bool,
    seed: int,
    no_hinges: bool,
    chart: str | None,
    format_: str,
) -> None:
    """Who would be champion under other points scales, and what the title hung on.

    Thousands of scales that never rise are drawn, all equally likely, the winner's points being the real ones; the
    scales of all known rules are tried too. Then: the closest scale that changes the champion, and the rounds, the
    results and the competitors without which somebody else is champion.
    """
    from rxscore.api import open_season
    from rxscore.cli import sheets
    from rxscore.season.naming import Naming
    from rxscore.simulate import sensitivity

    if chart is not None:
        from rxscore import charts

        charts.ready(chart)
    opened = open_season(season)
    standing = options.the_standing(opened, table)
    found = sensitivity(
        opened, standing=standing, stage=stage, number=number, convex=convex, seed=seed, hinges=not no_hinges
    )
    naming = Naming(opened.season)
    if format_ == "json":
        sheets.show_json(_document(found))
    elif format_ == "csv":
        click.echo(_csv(found, naming))
    else:
        sheets.show(_sheet(opened, found, naming), format_)
    if chart is not None:
        from rxscore.whatif.charts import shares

        charts.draw(shares(found, naming.name), chart)


def _names(who: "Sequence[str]", naming: "Naming") -> str:
    return " and ".join(map(naming.name, who)) or "nobody"


def _scale(scale: "Sequence[Any]") -> str:
    from rxscore.events import points_text

    shown = [points_text(points) for points in scale]
    return "-".join(shown if len(shown) <= 12 else [*shown[:10], "...", shown[-1]])


def _share(number: int, of: int) -> str:
    """Rounded, but never to all or nothing where it is neither."""
    if number in (0, of):
        return f"{100 * number // of} %"
    return f"{min(max(100 * number / of, 0.01), 99.99):.2f} %"


def _sheet(opened: "Opened", found: "Sensitivity", naming: "Naming") -> "Sheet":
    from rxscore.cli.sheets import Sheet

    share = _share(found.shares.get(found.champions, 0), found.number)
    title = f"{_names(found.champions, naming)}: champion under {share} of {found.number:,} scales"
    opening = opened.season.opened
    assert opening is not None, "a checked season is opened"
    kind = "never rising, steps never growing" if found.convex else "never rising"
    standing = opened.rules.season.standing(found.standing)
    what = f"{opening.name}: {standing.title or standing.id}, scale of {found.slot.stage} ({_scale(found.scale)})"
    when = options.not_over_yet(opened)
    under = "; ".join(filter(None, [what, f"scales {kind}", when]))
    return Sheet(title, under, [*_parts(found, naming)])


def _parts(found: "Sensitivity", naming: "Naming") -> "Iterator[Part]":
    from rxscore.cli.sheets import Part
    from rxscore.interchange.tables import Table

    rows: list[list[Cell]] = [
        [_names(row["champions"], naming), row["scales"], _share(row["scales"], found.number), row["real_scales"]]
        for row in found.rows()
    ]
    notes = [f"The exact engine did this: {found.exact}"] if found.exact else []
    if found.in_doubt:
        notes.append(f"By what is known; facts are missing for {_names(found.in_doubt, naming)}")
    yield Part("", Table(("Champion", "Scales", "Share", "Scales of real series"), rows), notes)
    others = [one for one in found.families if one.champions != found.champions]
    if others:
        lines = [[_scale(one.scale), _names(one.champions, naming), _rules(one.rules)] for one in others]
        yield Part("Real scales that change the champion", Table(("Scale", "Champion", "Rules"), lines))
    yield Part("The closest scale that changes the champion", None, [_closest(found, naming)])
    if found.hinges:
        hinges = [[_without(one, naming), _names(one.champions, naming)] for one in found.hinges]
        yield Part("What the title hung on", Table(("What if", "Champion"), hinges))


def _rules(names: "Sequence[str]") -> str:
    shown = ", ".join(names[:2])
    return f"{shown} and {len(names) - 2} more" if len(names) > 2 else shown


def _closest(found: "Sensitivity", naming: "Naming") -> str:
    from rxscore.events import points_text

    far = f"{points_text(found.closest.distance)} point{'' if found.closest.distance == 1 else 's'}"
    if found.closest.scale is None:
        return f"None that differs by up to {far} in all"
    return f"{far} away: {_scale(found.closest.scale)} makes it {_names(found.closest.champions, naming)}"


def _without(hinge: "Hinge", naming: "Naming") -> str:
    from rxscore.whatif import RemoveCompetitor, Swap

    edit = hinge.edit
    if isinstance(edit, Swap):
        cars = " and ".join(map(naming.name, edit.entries))
        return f"round {edit.round}, {edit.session}: {cars} exchanged"
    if isinstance(edit, RemoveCompetitor):
        return f"without {naming.name(edit.competitor)}"
    return edit.told()


def _document(found: "Sensitivity") -> "dict[str, Any]":
    from rxscore.events import points_json

    return {
        "season": found.season,
        "standing": found.standing,
        "stage": found.slot.stage,
        "scale": [points_json(points) for points in found.scale],
        "champions": list(found.champions),
        "undecided": list(found.in_doubt),
        "scales": found.number,
        "convex": found.convex,
        "seed": found.seed,
        "exact": found.exact or None,
        "shares": [{"champions": list(who), "scales": many} for who, many in found.shares.items()],
        "families": [
            {"scale": [points_json(one) for one in family.scale], "rules": list(family.rules),
             "champions": list(family.champions)}
            for family in found.families
        ],
        "closest": {
            "distance": points_json(found.closest.distance),
            "scale": None if found.closest.scale is None else [points_json(one) for one in found.closest.scale],
            "champions": list(found.closest.champions),
        },
        "hinges": [{"edit": one.edit.told(), "champions": list(one.champions)} for one in found.hinges],
    }  # fmt: skip


def _csv(found: "Sensitivity", naming: "Naming") -> str:
    from rxscore.interchange.tables import Table, render

    rows: list[list[Cell]] = [
        ["; ".join(row["champions"]), _names(row["champions"], naming), row["scales"], found.number, row["real_scales"]]
        for row in found.rows()
    ]
    return render(Table(("champions", "names", "scales", "of", "real_scales"), rows), "csv")
