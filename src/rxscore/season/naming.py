"""Who is who in a season: names, numbers, teams and cars, and finding somebody by whatever he is called."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from rxscore.events import CompetitorRegistered, EntryFiled, nearest, slug, suggest
from rxscore.problems import UserError
from rxscore.season.fold import Season


class Naming:
    """The names of a season. Reads it once, on demand."""

    def __init__(self, season: Season) -> None:
        self.season = season

    @cached_property
    def registered(self) -> Mapping[str, CompetitorRegistered]:
        """Everybody registered, by id."""
        return self.season.competitors

    @cached_property
    def entries(self) -> Mapping[str, tuple[EntryFiled, ...]]:
        """Every entry by id, in each of the forms it took over the season."""
        forms: dict[str, tuple[EntryFiled, ...]] = {}
        for key in self.season.entries:
            met = [self.season.entry(key, number) for number in (1, *self.season.numbers)]
            forms[key] = tuple(dict.fromkeys(form for form in met if form is not None))
        return forms

    def name(self, competitor: str) -> str:
        """What a competitor is called: a registered name, or the drivers of the entry, or the id itself."""
        known = self.registered.get(competitor)
        if known is not None:
            return known.name
        forms = self.entries.get(competitor, ())
        return self.crew(forms[-1].drivers) if forms and forms[-1].drivers else competitor

    def crew(self, drivers: Iterable[str]) -> str:
        """The names of those who share a car."""
        return " / ".join(self.name(driver) for driver in drivers)

    def country(self, competitor: str) -> str:
        """Where a competitor comes from, or nothing."""
        known = self.registered.get(competitor)
        return known.country if known is not None else ""

    @cached_property
    def _teams(self) -> Mapping[str, Mapping[str, None]]:
        teams: dict[str, dict[str, None]] = {}
        for entry, forms in self.entries.items():
            for form in forms:
                for one in (entry, *form.drivers):
                    if form.team or form.make:
                        teams.setdefault(one, {})[form.team or form.make] = None
        return teams

    @cached_property
    def _numbers(self) -> Mapping[str, Mapping[str, None]]:
        numbers: dict[str, dict[str, None]] = {}
        for entry, forms in self.entries.items():
            for form in forms:
                for one in (entry, *form.drivers):
                    if form.number:
                        numbers.setdefault(one, {})[form.number] = None
        return numbers

    def teams(self, competitor: str) -> tuple[str, ...]:
        """The names of the teams (or else of the makes) for which a driver or an entry is entered."""
        return tuple(self.name(team) for team in self._teams.get(competitor, ()))

    def numbers(self, competitor: str) -> tuple[str, ...]:
        """The numbers under which a driver or an entry is entered."""
        return tuple(self._numbers.get(competitor, ()))

    def cars_of(self, competitor: str) -> frozenset[str]:
        """The entries that have to do with a competitor: those he drives, or his team's, or his make's."""
        return frozenset(
            entry
            for entry, forms in self.entries.items()
            if any(competitor in (entry, *form.drivers, form.team, form.make) for form in forms)
        )

    def ranked_as(self, kind: str) -> list[str]:
        """The ids that a standing of drivers, teams, makes or entries can list."""
        if kind == "entry":
            return list(self.entries)
        drivers = {driver for forms in self.entries.values() for form in forms for driver in form.drivers}
        ids = [one.competitor for one in self.registered.values() if one.type == kind]
        return [*ids, *sorted(drivers - set(self.registered))] if kind == "driver" else ids

    def find(self, said: str, among: Iterable[str]) -> str:
        """The one competitor who is meant by an id, a name, a part of a name or a number.

        Raises UserError if several fit, naming them, or if none does, with the nearest.
        """
        among = list(among)
        for fitting in self._fits(said, among):
            found = [one for one in among if fitting(one)]
            if len(found) == 1:
                return found[0]
            if found:
                listed = ", ".join(map(self.described, found[:10])) + (", ..." if len(found) > 10 else "")
                raise UserError(f"{said!r} can be any of {listed}")
        names = list(dict.fromkeys(self.name(one) for one in among))
        near = _nearest(said, names)
        hint = f"; did you mean {' or '.join(near)}?" if near else suggest(said, names)
        raise UserError(f"there is no competitor {said!r}{hint}")

    def described(self, competitor: str) -> str:
        """Name, number and id: enough to tell two from each other."""
        numbers = ", ".join(f"#{number}" for number in self.numbers(competitor))
        return f"{self.name(competitor)} ({', '.join(part for part in (numbers, competitor) if part)})"

    def _fits(self, said: str, among: list[str]) -> Iterator[Callable[[str], bool]]:
        """From the strictest way of being meant to the most forgiving."""
        # #13 is a number, and nothing else.
        folded = "" if said.startswith("#") else slug(said)
        words = folded.split("-")
        names = {one: slug(self.name(one)) for one in among}
        yield lambda one: one == said
        yield lambda one: bool(folded) and folded in (slug(one), names[one])
        yield lambda one: said.removeprefix("#") in self.numbers(one)
        yield lambda one: bool(folded) and set(words) <= set(names[one].split("-"))
        yield lambda one: bool(folded) and all(_begins(word, names[one]) for word in words)


def _nearest(said: str, names: Iterable[str]) -> list[str]:
    """The few names that are most like what was said as a whole, or in one of their words."""
    whole: dict[str, list[str]] = {}
    for name in names:
        for form in dict.fromkeys((name, *(word for word in name.split() if len(word) > 2))):
            whole.setdefault(form, []).append(name)
    return list(dict.fromkeys(name for form in nearest(said, whole) for name in whole[form]))[:3]


def _begins(word: str, name: str) -> bool:
    return any(part.startswith(word) for part in name.split("-"))
