"""``rxscore crown``: by which points."""

from typing import TYPE_CHECKING

import click

from rxscore.cli import options
from rxscore.cli.marks import counted
from rxscore.problems import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rxscore.cli.sheets import Part
    from rxscore.rulesets import Edit, Standing
    from rxscore.season.naming import Naming
    from rxscore.title.crown import Conditions, Coronation, Crown


@click.command()
@options.season_argument
@click.argument("competitor", metavar="[COMPETITOR]", required=False, shell_complete=options.complete_competitor)
@options.table_option
@click.option("--same-places", is_flag=True, help="Only places that score today may score.")
@click.option("--only-full", is_flag=True, help="Places that were not taken in every contest are worth nothing.")
@click.option("--even", is_flag=True, help="Gaps between places do not grow towards the back.")
@click.option("--last-scores", is_flag=True, help="The last place of the largest field may be worth something.")
@click.option("--seconds", metavar="S", type=click.FloatRange(min=0, min_open=True), default=10.0,
              help="How long the solver may take for one competitor (default: 10).")  # fmt: skip
@options.rules_options
@options.format_option("text", "json", "markdown", "html")
def crown(
    season: str,
    competitor: str | None,
    table: str | None,
    same_places: bool,
    only_full: bool,
    even: bool,
    last_scores: bool,
    seconds: float,
    rules: str | None,
    settings: "tuple[Edit, ...]",
    format_: str,
) -> None:
    """By which points a competitor would have been champion: the scales nearest to the real ones, or a proof.

    Scales of whole points that do not rise towards the back, with nothing for the last place; nearest is the smallest
    sum of all changes. Without COMPETITOR everybody is tried, and the season's robustness told: how far the points are
    from those under which somebody else is champion.
    """
    from rxscore.api import open_season
    from rxscore.season.naming import Naming
    from rxscore.title.crown import Conditions, coronation

    opened = open_season(season, rules=rules, edits=settings)
    standing = opened.rules.season.standing(options.the_standing(opened, table))
    naming = Naming(opened.season)
    found = coronation(opened.scored(), standing)
    named = None if competitor is None else naming.find(competitor, naming.ranked_as(standing.of))
    conditions = Conditions(last_scores, same_places, only_full, even)
    names = list(found.sides) if named is None else [named]
    if not found.sides:
        raise UserError(f"{opened.name}: nobody has a part in {standing.id}")
    crowns = [found.crown(name, conditions, seconds=seconds) for name in names]
    if format_ == "json":
        from rxscore.cli.sheets import show_json

        show_json(_document(found, standing, crowns, naming))
        return
    from rxscore.cli.sheets import Sheet, show

    assert opened.season.opened is not None, "a checked season is opened"
    title = f"{opened.season.opened.name}: {standing.title or standing.id}, by which points"
    parts = list(_everybody(found, crowns, naming) if named is None else _one(found, crowns[0], naming, conditions))
    under = filter(None, [options.not_over_yet(opened), _conditions(conditions)])
    show(Sheet(title, "; ".join(under), parts), format_)


def _conditions(conditions: "Conditions") -> str:
    said = {
        "same_places": "only places that score today",
        "only_full": "only places taken in every contest",
        "even": "gaps that do not grow towards the back",
        "last_scores": "the last place may score",
    }
    return "; ".join(words for name, words in said.items() if getattr(conditions, name))


def _verdict(crown: "Crown", naming: "Naming") -> str:
    if crown.status == "crowned":
        said = "as the points are" if not crown.distance else f"by {counted(crown.distance, 'point')} of change"
        return f"{said} ({crown.why})" if crown.why else said
    if not crown.rivals:
        return f"{crown.status}: {crown.why}"
    named = [naming.name(rival) for rival in crown.rivals]
    return f"{crown.status}: never ahead of {named[0] if len(named) == 1 else f'{_listed(named)} at once'}"


def _listed(names: "Sequence[str]") -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _proof(crown: "Crown", naming: "Naming", conditions: "Conditions") -> str:
    """Why somebody is never ahead of his rivals, whatever places are worth."""
    named = [naming.name(rival) for rival in crown.rivals]
    more = [f"{naming.name(rival)} {times} times" for rival, times in crown.rivals.items() if times > 1]
    having = "points under every such scale" if conditions.even else "results down to every place that may score"
    if len(named) == 1:
        return f"Whatever places are worth: {named[0]} has at least as many {having}."
    weighed = f" (counting {_listed(more)})" if more else ""
    return f"Whatever places are worth: {_listed(named)} have on average{weighed} at least as many {having}."


MISSING = "results are missing in the log: this counts only what is known"


def _one(found: "Coronation", crown: "Crown", naming: "Naming", conditions: "Conditions") -> "Iterator[Part]":
    from rxscore.cli.sheets import Part
    from rxscore.interchange.tables import Table

    notes = [f"{naming.name(crown.competitor)}: {_verdict(crown, naming)}"]
    if crown.rivals:
        notes.append(_proof(crown, naming, conditions))
    if crown.competitor in found.open:
        notes.append(MISSING)
    yield Part("", None, notes)
    if crown.table is None:
        return
    for slot, real in zip(found.slots, found.real, strict=True):
        scale = crown.scales[slot]
        rows = [
            (place, worth, new, f"{new - worth:+}" if new != worth else "")
            for place, (worth, new) in enumerate(zip(real, scale, strict=True), start=1)
            if worth or new
        ]
        yield Part(slot.stage, Table(["Place", "Real", "New", "+/-"], rows, ["right"] * 4))
    from rxscore.events import points_text

    table = [
        ("" if row.position is None else row.position, naming.name(row.competitor), points_text(row.points))
        for row in crown.table.rows[:5]
    ]
    yield Part("The season replayed under these points", Table(["Pos", "Name", "Points"], table))


def _everybody(found: "Coronation", crowns: "Sequence[Crown]", naming: "Naming") -> "Iterator[Part]":
    from rxscore.cli.sheets import Part
    from rxscore.interchange.tables import Table

    rank = {"crowned": 0, "undecided": 1, "impossible": 2}
    order = sorted(crowns, key=lambda one: (rank[one.status], one.distance or 0, one.competitor))
    rows = [
        (naming.name(one.competitor) + (" *" if one.competitor in found.open else ""), _verdict(one, naming))
        for one in order
    ]
    notes = []
    champion = [row.competitor for row in found.scored.table(found.standing.id).rows if row.position == 1]
    others = [one for one in order if one.status == "crowned" and champion != [one.competitor]]
    if others:
        nearest = others[0]
        notes.append(f"Nearest other champion: {naming.name(nearest.competitor)}, {_verdict(nearest, naming)}")
    elif all(one.status == "impossible" for one in order if champion != [one.competitor]):
        notes.append("No such points make anybody else champion.")
    if any(one.rivals for one in crowns):
        notes.append("Never ahead: whatever places are worth; name a competitor to see why.")
    if found.open & set(found.sides):
        notes.append(f"*  {MISSING}")
    yield Part("", Table(["Champion", ""], rows, ["left", "left"]), notes)


def _document(
    found: "Coronation", standing: "Standing", crowns: "Sequence[Crown]", naming: "Naming"
) -> dict[str, object]:
    return {
        "standing": standing.id,
        "real": {slot.stage: list(real) for slot, real in zip(found.slots, found.real, strict=True)},
        "competitors": [
            {
                "competitor": one.competitor,
                "name": naming.name(one.competitor),
                "status": one.status,
                "distance": one.distance,
                "scales": {slot.stage: list(scale) for slot, scale in one.scales.items()},
                "rivals": [{"competitor": rival, "times": times} for rival, times in one.rivals.items()],
                "why": one.why,
                "open": one.competitor in found.open,
            }
            for one in crowns
        ],
    }
