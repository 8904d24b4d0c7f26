"""A list that is not fully told, and rulings on it: between the cars that are known there may be others.

What a ruling does to places is then known only as far as it does not turn on those. Where it does, the place is left
open, and so is how far those behind move up for a car of which it is not told where it was.
"""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from functools import reduce

from attrs import evolve

from rxscore.events import Disqualification, Event, PlacePenalty, Reinstatement, SessionResults, TimePenalty
from rxscore.scoring.lookup import places_held
from rxscore.scoring.model import Classified
from rxscore.scoring.rulings import left_at, moved, places_lost


def moved_unseen(cars: Sequence[Classified], told: Collection[str], rulings: Iterable[Event]) -> set[str]:
    """The cars that a ruling takes out of a place or sends back, where it is not told which place that was.

    ``told``: the cars of which it is told. Seconds without times move nobody.
    """
    timed = any(car.time is not None for car in cars)
    listed = {car.entry for car in cars}
    found = set()
    for ruling in rulings:
        match ruling:
            case Disqualification(entry=entry, promote=True, place=place) if place is None or entry not in listed:
                found.add(entry)
            case Reinstatement(entry=entry):
                found.add(entry)
            case PlacePenalty(entry=entry, places=places) if places > 0:
                found.add(entry)
            case TimePenalty(entry=entry) if timed:
                found.add(entry)
            case _:
                pass
    return found - set(told)


def sharing_told(cars: Iterable[Classified], results: Iterable[SessionResults]) -> list[Classified]:
    """The cars; without its place one that shared it with others, none of whom is told: how many, is not known."""
    alone = {
        row.entry
        for event in results
        for row in event.rows
        if row.tied and sum(other.place == row.place for other in event.rows) == 1
    }
    return [evolve(car, place=None) if car.entry in alone else car for car in cars]


def in_part(cars: list[Classified], penalties: Sequence[TimePenalty], *, pooled: bool) -> list[Classified]:
    """The cars in the places that are known of them, with times that take the ``penalties`` in already.

    ``pooled``: the results are those of several races, over all of which times decide.
    """
    finished = [car for car in cars if car.status == "classified"]
    if pooled:
        return [evolve(car, place=None) for car in cars]
    if not penalties:
        return cars
    if not all(car.time is not None and car.place is not None for car in finished):
        return reduce(left_at, penalties, cars)
    seconds: dict[str, Decimal] = {}
    for ruling in penalties:
        seconds[ruling.entry] = seconds.get(ruling.entry, Decimal(0)) + ruling.seconds
    told = {ruling.entry: ruling.place for ruling in penalties}
    return [
        evolve(car, place=_place(car, finished, seconds) or told.get(car.entry)) if car.status == "classified" else car
        for car in cars
    ]


def _place(car: Classified, finished: Sequence[Classified], seconds: dict[str, Decimal]) -> int | None:
    """The place of a car after the penalties; None, where it turns on cars of which nothing is told.

    In a gap between two places are cars that were slower than the one ahead of it, and faster than the one behind.
    """
    before = {one.place or 0: (one.time or Decimal(0)) - seconds.get(one.entry, Decimal(0)) for one in finished}
    gaps = _gaps(finished)
    now = car.time or Decimal(0)
    place = 1 + sum((one.time or 0) < now for one in finished)
    if car.entry not in seconds:
        return place + sum(gap < (car.place or 0) for gap in gaps)
    if now > max(before.values()):
        return None
    for gap in gaps:
        slower = min(time for taken, time in before.items() if taken > gap)
        faster = max((time for taken, time in before.items() if taken < gap), default=Decimal(0))
        if faster < now < slower:
            return None
        place += slower <= now
    return place


def moved_in_part(cars: Sequence[Classified], rulings: Sequence[PlacePenalty]) -> list[Classified]:
    """The cars with places lost or won, counted over the gaps as well: somebody is in each.

    Who is sent back behind the last of them is in no place that is known, nor is anybody where one of whom nothing is
    told is put ahead.
    """
    placed = [car for car in cars if car.place is not None]
    known = {car.entry for car in cars if car.settled}
    if any(ruling.places < 0 and ruling.entry not in known for ruling in rulings):
        return [evolve(car, place=None) for car in cars]
    last = max((car.place or 0 for car in placed), default=0)
    lost = places_lost(rulings)
    beyond = {car.entry for car in placed if (car.place or 0) + lost.get(car.entry, 0) > last}
    found = moved([*cars, *(Classified("", gap) for gap in _gaps(placed))], rulings)
    return [evolve(car, place=None) if car.entry in beyond else car for car in found if car.entry]


def _gaps(placed: Sequence[Classified]) -> list[int]:
    """The places, up to the last that is told, of which it is not told who took them."""
    held = places_held(placed)
    return sorted(set(range(1, max(held, default=0))) - held)
