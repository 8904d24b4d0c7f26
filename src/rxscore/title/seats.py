"""The seats that go to the first so many of one ranking: who has one, and what is needed for one."""

from collections.abc import Callable, Iterator, Sequence

from attrs import evolve, field, frozen

from rxscore.events import Event, Points, Result, SessionResults
from rxscore.problems import UserError
from rxscore.scoring.ranking import ranked
from rxscore.title.form import Form, Total
from rxscore.title.goals import Duel, Goal, Status, Verdict
from rxscore.title.passing import Deal, Passing, Places


@frozen(eq=False)
class Ranking:
    """A ranking of which the first so many go on."""

    form: Form
    goal: Goal
    _told: dict[tuple[str, int | None, bool, bool], tuple[bool | None, Deal | None]] = field(factory=dict)

    def verdict(self, entry: str) -> Verdict:
        """What is certain of a car."""
        if not self._fit(entry):
            because = "has not started, or finished, often enough"
            return Verdict(entry, "out", self._session(entry), 0, 0, because=because, starters=len(self.places(entry)))
        places = self.places(entry)
        lowest, highest = (False, True) if self.form.doubtful else (False, False)
        sure_least = self._weakest(places, lambda place: self.sure(entry, place, kindly=lowest)[0] is True)
        sure_most = self._weakest(places, lambda place: self.sure(entry, place, kindly=highest)[0] is not False)
        chance_least = self._weakest(places, lambda place: self.chance(entry, place, kindly=lowest)[0] is True)
        chance_most = self._weakest(places, lambda place: self.chance(entry, place, kindly=highest)[0] is not False)
        through, out = sure_least == len(places), chance_most == 0
        status: Status = "through" if through else "out" if out else "open"
        if status == "open" and (sure_most == len(places) or chance_least == 0):
            status = "undecided"
        because = self._why(entry) if sure_least != sure_most or chance_least != chance_most else ""
        if not because and not self.form.open_step and not self.form.doubtful:
            because = self._contradicted(entry, places, sure_least, chance_least)
            status = "undecided" if because else status
        moving = places != [None]
        return Verdict(
            entry,
            status,
            self._session(entry),
            (sure_least if sure_least == sure_most else None) if moving else None,
            (chance_least if chance_least == chance_most else None) if moving else None,
            through and moving and self._resting(entry),
            because,
            len(places),
        )

    def places(self, entry: str) -> list[int | None]:
        """The places a car can take in the next session it starts in; only None, if it starts in none."""
        layer = self._layer(entry)
        return [None] if layer is None else list(range(1, len(self._race(layer, entry)) + 1))

    def sure(self, entry: str, place: int | None, *, kindly: bool) -> tuple[bool | None, Deal | None]:
        """Whether a car goes on for certain with a place in the next session, if it comes last in all others.

        ``kindly``: missing facts are taken to help it, and not its rivals. With a deal that shows the contrary.
        """
        asked = entry, place, kindly, False
        if asked not in self._told:
            places = self._spread(entry, place, first=False)
            passed, deal = self._passing(entry, places, ahead=True, kindly=kindly).reaches(self.goal.seats)
            self._told[asked] = None if passed is None else not passed, deal
        return self._told[asked]

    def chance(self, entry: str, place: int | None, *, kindly: bool) -> tuple[bool | None, Deal | None]:
        """Whether a car can go on with a place in the next session, if it wins all others; and a deal that shows it."""
        asked = entry, place, kindly, True
        if asked not in self._told:
            places = self._spread(entry, place, first=True)
            behind = len(self._rivals(entry)) - (self.goal.seats - 1)
            self._told[asked] = self._passing(entry, places, ahead=False, kindly=kindly).reaches(behind)
        return self._told[asked]

    def duels(self, entry: str) -> tuple["Duel", ...]:
        """What it takes to be ahead of each rival, where one session is left: the rivals in the order of the field."""
        if len(self.form.races) != 1:
            return ()
        return tuple(self._duel(entry, rival) for rival in self._rivals(entry))

    def _duel(self, entry: str, rival: str) -> "Duel":
        race = self._race(0, rival)
        theirs: Sequence[int | None] = range(1, len(race) + 1) if race else [None]
        found: list[int | None] = []
        for place in self.places(entry):
            mine = self.form.key(entry, (place,), kindly=False)
            free = [one for one in theirs if one is None or one != place or entry not in race]
            behind = [one for one in free if self.form.key(rival, (one,), kindly=True) > mine]
            found.append(None if not behind else 1 if len(behind) == len(free) else behind[0])
        return Duel(rival, tuple(found))

    # --- inside ------------------------------------------------------------------------------

    def _fit(self, entry: str) -> bool:
        return self.form.fit(entry, self.goal.advance)

    def _rivals(self, entry: str) -> list[str]:
        return [name for name in self.form.field if name != entry and self._fit(name)]

    def _layer(self, entry: str) -> int | None:
        """The first session to come in which a car starts."""
        layers = range(len(self.form.races))
        return next((one for one in layers if any(entry in cars for cars in self.form.races[one])), None)

    def _race(self, layer: int, entry: str) -> Sequence[str]:
        return next((cars for cars in self.form.races[layer] if entry in cars), ())

    def _session(self, entry: str) -> str:
        layer = self._layer(entry)
        if layer is None:
            return ""
        race = next(index for index, cars in enumerate(self.form.races[layer]) if entry in cars)
        return self.form.run(layer, race)[0]

    def _spread(self, entry: str, place: int | None, *, first: bool) -> Places:
        """A place in the next session, and the first or the last in all that follow."""
        mine = self._layer(entry)
        found: list[int | None] = []
        for layer in range(len(self.form.races)):
            cars = self._race(layer, entry)
            found.append(place if layer == mine else None if not cars else 1 if first else len(cars))
        return tuple(found)

    def _passing(self, entry: str, places: Places, *, ahead: bool, kindly: bool) -> Passing:
        here = self.form
        mine = here.key(entry, places, kindly=kindly)
        # Who is level to the end of the tie-break counts against what is to be certain, and not against a chance.
        if ahead:
            fits: Callable[[str, Places], bool] = lambda rival, theirs: bool(  # noqa: E731
                here.key(rival, theirs, kindly=not kindly) <= mine
            )
        else:
            fits = lambda rival, theirs: bool(here.key(rival, theirs, kindly=not kindly) >= mine)  # noqa: E731
        rivals = self._rivals(entry)
        if not isinstance(here, Total) or here.stage.best is not None:
            return Passing(here.races, entry, places, rivals, ahead, fits)
        sign = (1 if here.stage.order == "high" else -1) * (1 if ahead else -1)
        total = here.points(entry, places, kindly=kindly)
        short = {rival: sign * (total - here.points(rival, kindly=not kindly)) for rival in rivals}
        return Passing(here.races, entry, places, rivals, ahead, fits, short, lambda n, p: sign * here.worth(n, p))

    def _weakest(self, places: Sequence[int | None], holds: Callable[[int | None], bool]) -> int:
        """How many of the places do, from the first on: what is enough in one is enough in every better one."""
        low, high = 0, len(places)
        if places and holds(places[-1]):
            return high
        while low < high:
            middle = (low + high) // 2
            if holds(places[middle]):
                low = middle + 1
            else:
                high = middle
        return low

    def _resting(self, entry: str) -> bool:
        """Whether a car goes on even if it starts no more."""
        nowhere = tuple(None for _ in self.form.races)
        if not self.form.fit(entry, self.goal.advance, starting=False):
            return False
        return self._passing(entry, nowhere, ahead=True, kindly=False).reaches(self.goal.seats)[0] is False

    def _why(self, entry: str) -> str:
        if entry in self.form.doubtful or any(name in self.form.doubtful for name in self._rivals(entry)):
            return "facts are missing"
        if any(len(races) > 1 for races in self.form.races):
            return "several sessions of several races are to come"
        try:
            from rxscore.title.solver import cp_model

            cp_model()
        except UserError as error:
            return str(error)
        return "the solver did not settle it"

    # --- the engine's word -------------------------------------------------------------------

    def _contradicted(self, entry: str, places: Sequence[int | None], sure: int, chance: int) -> str:
        """Why what is said does not hold, if the engine does not confirm it.

        It scores a way in which the car goes on, and one in which it does not.
        """
        if chance:
            deal = self.chance(entry, places[chance - 1], kindly=False)[1]
            if deal is not None and self._ahead(entry, deal, level=False) >= self.goal.seats:
                return "the engine does not confirm the chance"
        if sure < len(places):
            deal = self.sure(entry, places[sure], kindly=False)[1]
            if deal is not None and self._ahead(entry, deal, level=True) < self.goal.seats:
                return "the engine does not confirm that it can fail"
        return ""

    def _ahead(self, entry: str, deal: Deal, *, level: bool) -> int:
        """How many are ahead of a car (or ``level`` with it) if the sessions to come go as dealt: scored."""
        inside = self.form.inside
        known = max((event.known for event in inside.season.events.values()), default="")
        # Nothing is missing of those who take part, even where the log does not say that it lists them all.
        events: list[Event] = [
            evolve(event, complete=True) if isinstance(event, SessionResults) else event
            for event in inside.round.events
        ]
        for (layer, race), order in deal.items():
            session, number = self.form.run(layer, race)
            rows = tuple(Result(car, place) for place, car in enumerate(order, start=1))
            events.append(SessionResults(id=f"title:{session}:{race}", known=known, round=inside.number,
                                         session=session, race=number, rows=rows))  # fmt: skip
        found = inside.classified(events)[self.form.stage.id]
        rivals = {row.entry: row.place for row in found.rows if row.place and self._fit(row.entry)}
        mine = rivals.pop(entry, None)
        if mine is None:
            return len(rivals) + 1
        return sum(place <= mine if level else place < mine for place in rivals.values())


# --- as they stand now -----------------------------------------------------------------------


def standing_now(here: Form) -> Iterator[tuple[str, int | None, Points | None]]:
    """The cars as they stand before the sessions to come."""
    if not isinstance(here, Total):
        for entry in sorted(here.field, key=lambda one: _race_now(here, one)):
            yield entry, None, None
        return
    known = [entry for entry in here.field if any(one.score is not None for one in here.done(entry))]
    for one in ranked(known, lambda entry: here.key(entry, (), kindly=False), ()):
        yield one.item, one.place if _certain(here, one.item, known) else None, here.points(one.item)
    yield from ((entry, None, None) for entry in here.field if entry not in known)


def _certain(here: Form, entry: str, known: Sequence[str]) -> bool:
    """Whether it is known who is ahead of a car now, whatever the missing facts are."""
    low, high = (here.key(entry, (), kindly=kindly) for kindly in (False, True))
    ahead = sum(here.key(other, (), kindly=True) < low for other in known if other != entry)
    return bool(ahead == sum(here.key(other, (), kindly=False) < high for other in known if other != entry))


def _race_now(here: Form, entry: str) -> tuple[int, int]:
    race = next((index for index, cars in enumerate(here.races[0]) if entry in cars), -1)
    return race, here.field.index(entry)
