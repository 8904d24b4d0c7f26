"""Two tables of the same standing beside each other: what is, and what would have been."""

from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from rxscore.events import Points, plain
from rxscore.scoring import Award, Row, Scored, Table
from rxscore.scoring.standings import exclusions

Who = tuple[str, ...]


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
    def first(self) -> Who:
        """Who is first now; several, if they share the place."""
        return tuple(one.competitor for one in self.moves if one.row is not None and one.row.position == 1)

    @property
    def really_first(self) -> Who:
        """Who is first in reality."""
        return tuple(one.competitor for one in self.moves if one.real is not None and one.real.position == 1)


def compare(real: Table, now: Table) -> Comparison:
    """Two tables of one standing beside each other."""
    before = {row.competitor: row for row in real.rows}
    listed = {row.competitor for row in now.rows}
    moves = [Move(row.competitor, row, before.get(row.competitor)) for row in now.rows]
    moves += [Move(row.competitor, None, row) for row in real.rows if row.competitor not in listed]
    return Comparison(now.standing, now.after_round, tuple(moves))


# --- where a difference comes from -----------------------------------------------------------


@frozen
class Change:
    """A part of a difference: what one was given ``really`` and ``now`` in a round, and by which clauses.

    ``stage`` is empty where it is no award: scores dropped (both sides negative), points deducted.
    """

    round: int | None
    stage: str
    session: str
    really: Points
    now: Points
    because: str

    @property
    def difference(self) -> Points:
        """How much of the difference this is."""
        return plain(self.now - self.really)


def changes(real: Scored, standing: str, now: Scored, now_standing: str, competitor: str) -> tuple[Change, ...]:
    """Where the difference between a competitor's two totals comes from: the parts add up to it, to the last point."""
    before, after = _by_place(real, standing, competitor), _by_place(now, now_standing, competitor)
    found = [_changed(key, before.get(key, ()), after.get(key, ())) for key in sorted({**before, **after})]
    dropped, left_out = _dropped(real, standing, competitor), _dropped(now, now_standing, competitor)
    for number in sorted({*dropped, *left_out}):
        was, is_ = -dropped.get(number, 0), -left_out.get(number, 0)
        found.append(Change(number, "", "", plain(was), plain(is_), "scores that do not count"))
    parts = sum(change.difference for change in found)
    rest = _points(now, now_standing, competitor) - _points(real, standing, competitor) - parts
    if rest:
        # All that a total has besides awards and drops are deductions, and the loss of the row.
        excluded = competitor in exclusions(now.season, now.ruleset.standing(now_standing))
        found.append(Change(None, "", "", 0, plain(rest), "excluded" if excluded else "deductions"))
    return tuple(change for change in found if change.difference)


def _by_place(scored: Scored, standing: str, competitor: str) -> Mapping[tuple[int, str, str], Sequence[Award]]:
    found: dict[tuple[int, str, str], list[Award]] = {}
    for award in scored.awards(standing, competitor):
        found.setdefault((award.round, award.stage, award.session), []).append(award)
    return found


def _changed(key: tuple[int, str, str], before: Sequence[Award], after: Sequence[Award]) -> Change:
    really: Points = plain(sum(award.points for award in before))
    now: Points = plain(sum(award.points for award in after))
    was = " and ".join(award.clause for award in before) or "nothing"
    is_ = " and ".join(award.clause for award in after) or "nothing"
    return Change(*key, really, now, is_ if was == is_ else f"{is_} instead of {was}")


def _dropped(scored: Scored, standing: str, competitor: str) -> Mapping[int, Points]:
    found: dict[int, Points] = {}
    account = scored.accounts(standing).get(competitor)
    for dropped in account.dropped if account is not None else ():
        found[dropped.round] = found.get(dropped.round, 0) + dropped.points
    return found


def _points(scored: Scored, standing: str, competitor: str) -> Points:
    account = scored.accounts(standing).get(competitor)
    return 0 if account is None else account.points


# --- where the histories part ----------------------------------------------------------------


def parting(real: Scored, standing: str, now: Scored, now_standing: str) -> int | None:
    """The first round after which the two tables differ, in points or in order; None if they never do."""
    before = {table.after_round: table for table in real.tables(standing)}
    after = {table.after_round: table for table in now.tables(now_standing)}
    was: object = ()
    is_: object = ()
    for number in sorted({*before, *after}, key=lambda one: one or 0):
        was = _said(before[number]) if number in before else was
        is_ = _said(after[number]) if number in after else is_
        if was != is_:
            return number
    return None


def leaders(scored: Scored, standing: str) -> Mapping[int, Who]:
    """Who led after each round."""
    return {
        table.after_round: tuple(sorted(row.competitor for row in table.rows if row.position == 1))
        for table in scored.tables(standing)
        if table.after_round is not None
    }


def _said(table: Table) -> object:
    return tuple((row.position, row.competitor, row.points) for row in table.rows)


@frozen
class Handed:
    """Something that goes to others: a ``title``, a place on a season's or a round's podium."""

    what: str
    place: int
    really: Who
    now: Who
    round: int | None = None


def handed(real: Scored, now: Scored) -> Iterator[Handed]:
    """Titles, and the other podium places of seasons and rounds, that change hands; in every standing both have."""
    known = [one.id for one in now.ruleset.standings]
    for standing in real.ruleset.standings:
        if standing.id in known:
            before, after = real.table(standing.id), now.table(standing.id)
            for place in (1, 2, 3):
                yield from _handed(standing.id, place, _at(before, place), _at(after, place), None)
    for number in sorted({score.number for score in (*real.rounds, *now.rounds)}):
        for place in (1, 2, 3):
            was, is_ = _on_podium(real, number, place), _on_podium(now, number, place)
            if was is not None and is_ is not None:
                yield from _handed("round", place, was, is_, number)


def _handed(what: str, place: int, really: Who, now: Who, number: int | None) -> Iterator[Handed]:
    if set(really) != set(now):
        yield Handed(what, place, really, now, number)


def _at(table: Table, place: int) -> Who:
    return tuple(row.competitor for row in table.rows if row.position == place)


def _on_podium(scored: Scored, number: int, place: int) -> Who | None:
    """The drivers (or the entry) in a place of an event, or None where there is none, or its order is not known."""
    score = scored.round(number)
    stage = None if score is None else score.stages.get(score.rules.winner)
    if stage is None or not stage.rows:
        return None
    crews = []
    for row in stage.rows:
        if row.place == place:
            filed = scored.season.entry(row.entry, number)
            crews.append(row.drivers or (filed.drivers if filed is not None else ()) or (row.entry,))
    return tuple(driver for crew in crews for driver in crew)
