"""What came out of a what-if: both seasons scored, and whatever one may ask about the two."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from attrs import define

from rxscore.events import Points, points_text
from rxscore.scoring import Scored
from rxscore.season.naming import Naming
from rxscore.whatif.compare import Change, Comparison, Handed, Who, changes, compare, handed, leaders, parting
from rxscore.whatif.doubt import in_doubt
from rxscore.whatif.matching import Matching
from rxscore.whatif.scenario import Scenario
from rxscore.whatif.tidy import Tidy, html_table


@define(eq=False, slots=False)
class WhatIf(Tidy):
    """A season beside what it would have been. Everything but the two scored seasons is computed when asked for.

    ``standing`` and ``really_standing``: the table looked at, by the rules of the scenario and by the real ones.
    ``matchings``: how other rules fit the season, where a scenario brings some.
    """

    season: str
    scenario: Scenario
    real: Scored
    now: Scored
    standing: str
    really_standing: str
    after: int | None = None
    matchings: Sequence[Matching] = ()

    @cached_property
    def comparison(self) -> Comparison:
        """The new table beside the real one."""
        return compare(self.real.table(self.really_standing, self.after), self.now.table(self.standing, self.after))

    @property
    def champions(self) -> Who:
        """Who is first; several, if they share the place; nobody, if nobody scored."""
        return self.comparison.first

    @property
    def real_champions(self) -> Who:
        """Who is first in reality."""
        return self.comparison.really_first

    @cached_property
    def in_doubt(self) -> Who:
        """Those who could be champion instead, if facts that are missing were known; nobody, if it is decided."""
        return in_doubt(self.now, self.standing, self.after)

    @property
    def decided(self) -> bool:
        """Whether the facts there are decide who is champion."""
        return not self.in_doubt

    @cached_property
    def really_in_doubt(self) -> Who:
        """As ``in_doubt``, of the real season."""
        return in_doubt(self.real, self.really_standing, self.after)

    @property
    def changed(self) -> bool:
        """Whether somebody else is first."""
        return set(self.champions) != set(self.real_champions)

    @cached_property
    def parting(self) -> int | None:
        """The round after which the two tables first differ; None if they never do."""
        return parting(self.real, self.really_standing, self.now, self.standing)

    @cached_property
    def lead_parting(self) -> int | None:
        """The round after which somebody else first leads; None if nobody else ever does."""
        before, after = leaders(self.real, self.really_standing), leaders(self.now, self.standing)
        return next((number for number in sorted({**before, **after}) if before.get(number) != after.get(number)), None)

    @cached_property
    def handed(self) -> tuple[Handed, ...]:
        """Titles and podium places that change hands; none, where a table in the middle of the season is asked for."""
        return tuple(handed(self.real, self.now)) if self.after is None else ()

    def changes(self, competitor: str) -> tuple[Change, ...]:
        """Where the difference between a competitor's totals comes from."""
        return changes(self.real, self.really_standing, self.now, self.standing, competitor)

    @property
    def said(self) -> list[str]:
        """What is different, edit by edit, in words."""
        return [edit.told() for edit in self.scenario.edits]

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """The table as plain rows, one a competitor."""
        naming = Naming(self.now.season)
        for move in self.comparison.moves:
            yield {
                "competitor": move.competitor,
                "name": naming.name(move.competitor),
                "position": None if move.row is None else move.row.position,
                "points": None if move.row is None else move.row.points,
                "open": None if move.row is None else move.row.open,
                "real_position": None if move.real is None else move.real.position,
                "real_points": None if move.real is None else move.real.points,
                "gained": move.gained,
            }

    def _repr_html_(self) -> str:
        """The table, in a notebook."""
        naming = Naming(self.now.season)
        who = " and ".join(map(naming.name, self.champions)) or "nobody"
        really = " and ".join(map(naming.name, self.real_champions)) or "nobody"
        doubt = f" (undecided: {', '.join(map(naming.name, self.in_doubt))} could have more)" if self.in_doubt else ""
        rows = [
            [row["position"], row["name"], _text(row["points"]), row["real_position"], _text(row["real_points"])]
            for row in self.rows()
        ]
        caption = f"{self.season}: first {who}{doubt}; really {really}. {'; '.join(self.said)}"
        return html_table(caption, ["Pos", "Name", "Points", "Really", "Points"], rows)


def _text(points: Points | None) -> str:
    return "" if points is None else points_text(points)
