"""Who scores in a standing: how each car counts in it in one round, and to whom its result belongs."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal

from attrs import evolve, frozen

from rxscore.events import EligibilitySet, EntryFiled, moment
from rxscore.record import Record
from rxscore.rulesets import Standing
from rxscore.scoring.model import Classified, Contest
from rxscore.season import Season

How = Literal["score", "invisible", "hold places"]
"""How a car counts: it scores; it is as if it were not there; it scores nothing, but keeps its place."""

Seen = Sequence[tuple[Classified, bool]]
"""Rows as a standing sees them, and whether each scores."""


@frozen(eq=False, repr=False)
class Field(Record):
    """What a standing ranks together: a race, or one class of it. ``rows``: those of whom it is told how they came out.

    ``unseen``: how many cars that the standing passes over may be in places that are not told; ``lost``: how many
    others there may be in them, and ``starters``: how many of these score and are not listed. ``perhaps``: cars of
    which it is not known whether they count at all.
    """

    name: str
    rows: Seen
    unseen: int = 0
    lost: int = 0
    starters: int = 0
    perhaps: frozenset[str] = frozenset()

    def ways(self) -> Iterator[Seen]:
        """The rows as told, and closed up over ever more cars ahead that may be none that the standing sees."""
        yield self.rows
        nearer = self._nearer()
        for gone in range(1, max(nearer, default=0) + 1):
            yield [
                (_ahead(row, min(gone, most)), scores) for (row, scores), most in zip(self.rows, nearer, strict=True)
            ]

    def sure(self) -> list[Classified]:
        """The rows of which it is known for certain where the standing sees them."""
        found = [row for (row, _), most in zip(self.rows, self._nearer(), strict=True) if row.settled and not most]
        return [row for row in found if row.entry not in self.perhaps]

    def _nearer(self) -> list[int]:
        """How many places further ahead than told each car may be."""
        if not self.unseen and not self.perhaps:
            return [0] * len(self.rows)
        unsure = [row.place for row, _ in self.rows if row.entry in self.perhaps and row.place is not None]
        return [
            min(self.unseen, _untold_ahead(row.place, self.rows)) + sum(place < (row.place or 0) for place in unsure)
            for row, _ in self.rows
        ]


@frozen(eq=False, repr=False)
class Asked(Record):
    """The cars that fulfil what a clause asks of them, and those that do ``perhaps``."""

    only: frozenset[str]
    perhaps: frozenset[str] = frozenset()


def _untold_ahead(place: int | None, rows: Seen) -> int:
    """Of how many places ahead of one it is not told who took them."""
    return 0 if place is None else place - 1 - sum(row.place is not None and row.place < place for row, _ in rows)


@frozen(eq=False, repr=False)
class Roster(Record):
    """The cars of one round as a standing sees them.

    ``exceptions``: those that do not simply score. ``left_out``: by entry, who of its crew does not score.
    """

    standing: Standing
    entries: Mapping[str, EntryFiled]
    exceptions: Mapping[str, How]
    left_out: Mapping[str, frozenset[str]] = {}

    def how(self, entry: str) -> How:
        """How an entry counts."""
        return self.exceptions.get(entry, "score")

    def scores(self, entry: str) -> bool:
        """Whether an entry scores."""
        return entry not in self.exceptions

    def owners(self, entry: str, drivers: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The competitors to whom a car's result belongs. ``drivers``: who drove, if not those of the entry."""
        if self.standing.of == "driver":
            return self.crew(entry, drivers)
        owner = self.owner(entry)
        return (owner,) if owner else ()

    def crew(self, entry: str, drivers: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Those who drove a car, as far as the standing takes note of them. ``drivers``: as in ``owners``."""
        filed = self.entries.get(entry)
        drove = drivers or (() if filed is None else filed.drivers)
        out = self.left_out.get(entry)
        return drove if out is None else tuple(driver for driver in drove if driver not in out)

    def nobodys(self, entry: str, drivers: tuple[str, ...] = ()) -> bool:
        """Whether a car's result belongs to nobody, because it was shared where the rules give that nothing."""
        return self.standing.crew == "nothing" and len(self.crew(entry, drivers)) > 1

    def owner(self, entry: str) -> str:
        """The team or the make of a car, or the entry itself; empty where that is not known."""
        if self.standing.of == "entry":
            return entry
        filed = self.entries.get(entry)
        if filed is None:
            return ""
        return filed.team if self.standing.of == "team" else filed.make

    def fields(self, contest: Contest, asked: Asked | None = None) -> Iterator[Field]:
        """What is ranked together: the whole race, or each class of it as if the others were not there.

        ``asked``: as if those besides were not there.
        """
        if self.standing.places_in == "race":
            yield self.race(contest, asked)
            return
        may = {row.entry for row in contest.rows} if asked is None else asked.only | asked.perhaps
        for name in dict.fromkeys(self._class(row.entry) for row in contest.rows if row.entry in may):
            mine = {entry for entry in self.entries.keys() | may if self._class(entry) == name}
            yield self.race(contest, _among(mine, asked), name)

    def _class(self, entry: str) -> str:
        filed = self.entries.get(entry)
        return "" if filed is None else filed.car_class

    def race(self, contest: Contest, asked: Asked | None = None, name: str = "") -> Field:
        """A race as the standing sees it. ``asked``: as if those besides were not there; ``name``: how it is called."""
        only = None if asked is None else asked.only | asked.perhaps
        perhaps = frozenset() if asked is None else asked.perhaps
        rows = self.seen(contest.rows, only)
        listed = {row.entry for row in contest.rows}
        lost = {row.entry for row in contest.rows if not row.settled}
        if not contest.complete:
            lost |= self.entries.keys() - listed
        elif not lost and not contest.gone:
            return Field(name, rows, perhaps=perhaps)
        seen = [entry for entry in lost if (only is None or entry in only) and self.how(entry) != "invisible"]
        by_limit = self.standing.cars_by == "contest" and self.standing.cars is not None
        passed_over = len(lost) - (0 if by_limit and self.standing.others == "invisible" else len(seen))
        # Cars that the log does not know at all must have filled the places left: of which class, nobody knows.
        last = max((row.place or 0 for row in contest.rows), default=0)
        strangers = max(_untold_ahead(last, [(row, True) for row in contest.rows]) - len(lost), 0)
        by_class = bool(self.standing.car_class) or self.standing.places_in == "class"
        starters = sum(self.scores(entry) for entry in seen if entry not in listed) + strangers
        unseen = passed_over + contest.gone + (strangers if by_class else 0)
        return Field(name, rows, unseen, len(seen) + strangers, starters, perhaps)

    def seen(self, rows: Sequence[Classified], only: frozenset[str] | None = None) -> Seen:
        """The rows that the standing sees: invisible ones left out, places closed up. ``only``: the others go too."""
        limit = self.standing.cars if self.standing.cars_by == "contest" else None
        if not self.exceptions and only is None and limit is None:
            return [(row, True) for row in rows]
        kept: list[tuple[Classified, bool]] = []
        gone: list[int] = []
        cars: dict[str, int] = {}
        for row in rows:
            how = self.how(row.entry) if only is None or row.entry in only else "invisible"
            if how == "score" and limit is not None:
                owner = self.owner(row.entry)
                cars[owner] = cars.get(owner, 0) + 1
                if cars[owner] > limit:
                    how = self.standing.others
            if how != "invisible":
                kept.append((_ahead(row, sum(place < (row.place or 0) for place in gone)), how == "score"))
            elif row.place is not None:
                gone.append(row.place)
        return kept


def _among(entries: Collection[str], asked: Asked | None) -> Asked:
    mine = frozenset(entries)
    return Asked(mine) if asked is None else Asked(asked.only & mine, asked.perhaps & mine)


def _ahead(row: Classified, places: int) -> Classified:
    """A row so many places further ahead."""
    return evolve(row, place=max(row.place - places, 1)) if places and row.place is not None else row


def roster(season: Season, number: int, standing: Standing, entries: Mapping[str, EntryFiled]) -> Roster:
    """How each of the ``entries`` counts in a standing in round ``number``."""
    found = {entry: _how(season, number, standing, filed) for entry, filed in entries.items()}
    out = {entry: _left_out(season, number, standing, entry) for entry, filed in entries.items() if filed.drivers[1:]}
    return Roster(
        standing,
        entries,
        {entry: how for entry, how in found.items() if how != "score"},
        {entry: drivers for entry, drivers in out.items() if drivers},
    )


def _said(season: Season, number: int, standing: Standing, entry: str) -> Iterator[EligibilitySet]:
    for event in season.of_entry(entry, EligibilitySet):
        if (not event.standings or standing.id in event.standings) and (not event.rounds or number in event.rounds):
            yield event


def _left_out(season: Season, number: int, standing: Standing, entry: str) -> frozenset[str]:
    said = list(_said(season, number, standing, entry))
    named = {driver for event in said for driver in event.drivers}
    return frozenset(
        driver for driver in named if _as_said(event for event in said if driver in event.drivers) != "score"
    )


def _how(season: Season, number: int, standing: Standing, filed: EntryFiled) -> How:
    said = [event for event in _said(season, number, standing, filed.entry) if not event.drivers]
    if said:
        return _as_said(said)
    if standing.car_class and filed.car_class != standing.car_class:
        return "invisible"
    if filed.guest and standing.guests != "score":
        return standing.guests
    if standing.entries == "nominated" and standing.id not in filed.nominated:
        return standing.not_eligible
    return "score"


def _as_said(said: Iterable[EligibilitySet]) -> How:
    # What is said of this round in particular goes before what is said of the season.
    event = max(said, key=lambda event: (bool(event.rounds), bool(event.standings), moment(event.known), event.id))
    return "score" if event.scores else "hold places" if event.holds_place else "invisible"
