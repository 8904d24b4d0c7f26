"""Two tables of the same standing beside each other: what is, and what would have been."""

from attrs import frozen

from rxscore.scoring import Row, Table


@frozen
class Move:
    """One competitor in both tables; ``row`` or ``real`` is None where he is in one only."""

    competitor: str
    row: Row | None
    real: Row | None

    @property
    def gained(self) -> int | None:
        """How many positions better than really (negative: worse), or None where one of the two is missing."""
        before = None if self.real is None else self.real.position
        now = None if self.row is None else self.row.position
        return None if before is None or now is None else before - now

    @property
    def newly_open(self) -> bool:
        """Whether facts are missing for this total that the real one does not need."""
        return self.row is not None and self.row.open and not (self.real is not None and self.real.open)


@frozen
class Comparison:
    """The new table beside the real one: ``moves`` in the order of the new one, then those who are not in it."""

    standing: str
    after_round: int | None
    moves: tuple[Move, ...]

    @property
    def first(self) -> tuple[str, ...]:
        """Who is first now; several, if they share the place."""
        return tuple(one.competitor for one in self.moves if one.row is not None and one.row.position == 1)

    @property
    def really_first(self) -> tuple[str, ...]:
        """Who is first in reality."""
        return tuple(one.competitor for one in self.moves if one.real is not None and one.real.position == 1)


def compare(real: Table, now: Table) -> Comparison:
    """Two tables of one standing beside each other."""
    before = {row.competitor: row for row in real.rows}
    listed = {row.competitor for row in now.rows}
    moves = [Move(row.competitor, row, before.get(row.competitor)) for row in now.rows]
    moves += [Move(row.competitor, None, row) for row in real.rows if row.competitor not in listed]
    return Comparison(now.standing, now.after_round, tuple(moves))
