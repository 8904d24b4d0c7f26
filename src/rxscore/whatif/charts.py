"""The shares of a sensitivity as a chart, described for Altair; who draws it is not this room's business."""

from collections.abc import Callable
from typing import Any

from rxscore.events import points_text
from rxscore.whatif.sensitivity import Sensitivity


def shares(alt: Any, found: Sensitivity, name: Callable[[str], str]) -> Any:
    """A bar for each champion: under how many of the scales, and of the scales of real rules. ``alt``: Altair."""

    def names(who: list[str]) -> str:
        return " and ".join(map(name, who)) or "nobody"

    families = max(len(found.families), 1)
    rows = []
    for row in found.rows():
        who = names(row["champions"]) + (" (champion)" if row["is_champion"] else "")
        kinds = {"scales drawn": row["share"] or 0, "scales of real series": row["real_scales"] / families}
        rows += [{"champion": who, "of": kind, "share": share} for kind, share in kinds.items()]
    order = list(dict.fromkeys(row["champion"] for row in rows))
    scale = "-".join(map(points_text, found.scale))
    return (
        alt.Chart(alt.Data(values=rows), title=f"{found.season}: who is champion under scales other than {scale}")
        .mark_bar()
        .encode(
            x=alt.X("share:Q", title="share of the scales", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])),
            y=alt.Y("champion:N", sort=order, title=None),
            yOffset="of:N",
            color=alt.Color("of:N", title=None),
        )
    )
