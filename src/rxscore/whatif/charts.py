"""The shares of a sensitivity as a chart."""

from collections.abc import Callable
from typing import Any

from rxscore import charts
from rxscore.events import points_text
from rxscore.whatif.sensitivity import Sensitivity


def shares(found: Sensitivity, name: Callable[[str], str]) -> Any:
    """A bar for each champion: under how many of the scales, and of the scales of real rules."""

    def names(who: list[str]) -> str:
        return " and ".join(map(name, who)) or "nobody"

    families = max(len(found.families), 1)
    bars = []
    for row in found.rows():
        who = names(row["champions"]) + (" (champion)" if row["is_champion"] else "")
        kinds = {"scales drawn": row["share"] or 0, "scales of real series": row["real_scales"] / families}
        bars += [charts.Bar(who, share, label=charts.per_cent(share), kind=kind) for kind, share in kinds.items()]
    scale = "-".join(map(points_text, found.scale))
    return charts.bars(
        f"{found.season}: who is champion under scales other than {scale}", "", bars, "share of the scales"
    )
