"""Rulings on places: who is put back, sent back or thrown out, and who moves up for it."""

from collections.abc import Container, Iterable, Mapping, Sequence

from attrs import evolve

from rxscore.events import Disqualification, PlacePenalty, Reinstatement, TimePenalty
from rxscore.scoring.model import Classified


def reinstated(cars: list[Classified], ruling: Reinstatement) -> list[Classified]:
    """The cars with one back in its place, and with the time that it is given."""
    back = next((car for car in cars if car.entry == ruling.entry), Classified(ruling.entry))
    rest = made_room([car for car in cars if car.entry != ruling.entry], back.place, ruling.place)
    restored = evolve(
        back,
        status="classified",
        place=ruling.place,
        time=ruling.time if ruling.time is not None else back.time,
        events=(*back.events, ruling.id),
    )
    return [*rest, restored]


def left_at(cars: list[Classified], ruling: TimePenalty) -> list[Classified]:
    """The cars with one in the place that a penalty left it with, where the times do not tell."""
    car = next((car for car in cars if car.entry == ruling.entry), None)
    if car is None or ruling.place is None or car.status != "classified":
        return cars
    rest = made_room([one for one in cars if one is not car], car.place, ruling.place)
    return [*rest, evolve(car, place=ruling.place)]


def made_room(cars: list[Classified], left: int | None, taken: int | None) -> list[Classified]:
    """The cars' places when one leaves a place and takes another: what it leaves closes up first."""

    def now(place: int) -> int:
        place -= left is not None and place > left
        return place + (taken is not None and place >= taken)

    return [car if car.place is None else evolve(car, place=now(car.place)) for car in cars]


def places_lost(rulings: Iterable[PlacePenalty]) -> dict[str, int]:
    """By entry, how many places rulings send it back, all together."""
    lost: dict[str, int] = {}
    for ruling in rulings:
        lost[ruling.entry] = lost.get(ruling.entry, 0) + ruling.places
    return lost


def moved(cars: list[Classified], rulings: Sequence[PlacePenalty]) -> list[Classified]:
    """The cars with places lost or won: each penalised car goes where it is sent, the others fill the places left."""
    lost = places_lost(rulings)
    before = sorted((car for car in cars if car.place is not None), key=lambda car: car.place or 0)
    order = [car for car in before if car.entry not in lost]
    movers = [(index + lost[car.entry], index, car) for index, car in enumerate(before) if car.entry in lost]
    free = 0
    for target, _, car in sorted(movers, key=lambda mover: mover[:2]):
        at = min(max(target, free), len(order))
        while 0 < at < len(order) and _level(order[at - 1], order[at], lost):  # a dead heat is not driven apart
            at += 1
        order.insert(at, car)
        free = at + 1
    moved: list[Classified] = []
    for index, (car, old) in enumerate(zip(order, before, strict=True)):
        level = bool(moved) and _level(order[index - 1], car, lost)
        place = moved[-1].place if level else max(old.place or 0, index + 1)
        events = tuple(ruling.id for ruling in rulings if ruling.entry == car.entry)
        moved.append(evolve(car, place=place, events=(*car.events, *events)))
    return [*moved, *(car for car in cars if car.place is None)]


def _level(one: Classified, other: Classified, lost: Container[str]) -> bool:
    return one.place == other.place and one.entry not in lost and other.entry not in lost


def struck(cars: list[Classified], out: Mapping[str, Disqualification]) -> list[Classified]:
    """The cars without those disqualified; who was behind moves up, unless a ruling leaves the place vacant."""
    freed = [
        place
        for car in cars
        if car.entry in out
        and out[car.entry].promote
        and (place := car.place if car.place is not None else out[car.entry].place) is not None
    ]
    result = []
    for car in cars:
        ruling = out.get(car.entry)
        if ruling is not None:
            car = evolve(car, place=None, status="DSQ", events=(*car.events, ruling.id))
        elif car.place is not None:
            ahead = sum(place < car.place for place in freed)
            car = evolve(car, place=car.place - ahead) if ahead else car
        result.append(car)
    return result
