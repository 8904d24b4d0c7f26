"""From results and rulings to the classification of one session, or of one race of it.

Rulings are applied together, whatever the order in which they became known: times first, then places lost,
then disqualifications.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import reduce

from attrs import evolve

from rxscore.events import (
    Disqualification,
    Event,
    PlacePenalty,
    Reinstatement,
    Result,
    SessionResults,
    SessionVoided,
    TimePenalty,
)
from rxscore.rulesets import Stage
from rxscore.scoring.model import STATUS_ORDER, Classified, Contest
from rxscore.season import Round

_RULINGS = (Disqualification, PlacePenalty, Reinstatement, TimePenalty)


Erased = Mapping[str, Disqualification]
"""Entries whose results are taken away for the season, and the rulings that say so."""


def contests(round_: Round, stage: Stage, erased: Erased) -> tuple[Contest, ...]:
    """Every contest of a stage that was raced in a round, in the order of its sessions and races."""
    rulings = [event for event in round_.events if isinstance(event, _RULINGS)]
    return tuple(
        _contest(session, race, results, rulings, stage, erased)
        for session in stage.sessions
        for race, results in _races(round_, session, stage)
    )


def voided(round_: Round, session: str, race: int | None) -> bool:
    """Whether a session, or this race of it, was annulled."""
    return any(
        event.session == session and (event.race is None or event.race == race) for event in round_.of(SessionVoided)
    )


def _races(round_: Round, session: str, stage: Stage) -> Iterator[tuple[int | None, list[SessionResults]]]:
    grouped: dict[int | None, list[SessionResults]] = {}
    for results in round_.events:
        if isinstance(results, SessionResults) and results.session == session:
            if voided(round_, session, results.race):
                continue
            race = results.race if stage.per == "race" else None
            grouped.setdefault(race, []).append(results)
    yield from sorted(grouped.items(), key=lambda item: item[0] or 0)


def _contest(
    session: str,
    race: int | None,
    results: Sequence[SessionResults],
    rulings: Sequence[Event],
    stage: Stage,
    erased: Erased,
) -> Contest:
    cars = [_car(row, event) for event in results for row in event.rows]
    mine = [ruling for ruling in rulings if _concerns(ruling, session, race)]
    pooled = len(results) > 1 and stage.rank == "time"
    penalised = False
    for ruling in mine:
        if isinstance(ruling, Reinstatement):
            cars = _reinstated(cars, ruling)
        elif isinstance(ruling, TimePenalty):
            cars = [_slowed(car, ruling) if car.entry == ruling.entry else car for car in cars]
            penalised = True
    if pooled or penalised or stage.rank == "time" or _only_times(cars, results):
        timed = all(car.time is not None for car in cars if car.status == "classified")
        cars = _by_time(cars, pooled=pooled, penalised=penalised)
        if not timed and not pooled:
            cars = reduce(_left_at, [ruling for ruling in mine if isinstance(ruling, TimePenalty)], cars)
    lost = [ruling for ruling in mine if isinstance(ruling, PlacePenalty)]
    if lost:
        cars = _moved(cars, lost)
    out = {**erased, **{ruling.entry: ruling for ruling in mine if isinstance(ruling, Disqualification)}}
    if out:
        cars = _struck(cars, out)
    cars.sort(key=_listed)
    return Contest(session, race, tuple(cars), all(event.complete for event in results))


def _car(row: Result, event: SessionResults) -> Classified:
    basis = row.basis or event.basis
    return Classified(
        row.entry, row.place, row.status, None, row.time, row.drivers, "", basis == "inferred", (event.id,)
    )


def _concerns(ruling: Event, session: str, race: int | None) -> bool:
    if isinstance(ruling, Disqualification) and not ruling.session:
        return True
    said: int | None = getattr(ruling, "race", None)
    return getattr(ruling, "session", "") == session and (said is None or race is None or said == race)


def _listed(car: Classified) -> tuple[bool, int, int]:
    return car.place is None, car.place or 0, STATUS_ORDER[car.status]


def _slowed(car: Classified, ruling: TimePenalty) -> Classified:
    time = None if car.time is None else car.time + ruling.seconds
    return evolve(car, time=time, events=(*car.events, ruling.id))


def _only_times(cars: Sequence[Classified], results: Sequence[SessionResults]) -> bool:
    """Whether the results say who needed how long and leave it at that: then the times make the places."""
    return all(car.place is None for car in cars) and all(event.complete for event in results)


def _by_time(cars: list[Classified], *, pooled: bool, penalised: bool) -> list[Classified]:
    """The cars placed by time, where every finisher has one and the places given do not decide already."""
    finished = [car for car in cars if car.status == "classified"]
    if not all(car.time is not None for car in finished):
        # Places inside single races say nothing about a ranking over all of them.
        return [evolve(car, place=None) for car in cars] if pooled else cars
    if not pooled and not penalised and all(car.place is not None for car in finished):
        return cars
    times = sorted(car.time for car in finished if car.time is not None)
    first = {time: times.index(time) + 1 for time in times}
    behind = len(times)
    # Those who did not finish keep their order behind the finishers, if the results list them in places.
    others = sorted({car.place for car in cars if car.status != "classified" and car.place is not None})
    after = {place: behind + 1 + index for index, place in enumerate(others)}
    return [evolve(car, place=_place_by_time(car, first, {} if pooled else after)) for car in cars]


def _place_by_time(car: Classified, first: dict[Decimal, int], after: dict[int, int]) -> int | None:
    if car.status == "classified" and car.time is not None:
        return first[car.time]
    return None if car.place is None else after.get(car.place)


def _reinstated(cars: list[Classified], ruling: Reinstatement) -> list[Classified]:
    back = next((car for car in cars if car.entry == ruling.entry), Classified(ruling.entry))
    rest = _made_room([car for car in cars if car.entry != ruling.entry], back.place, ruling.place)
    restored = evolve(
        back,
        status="classified",
        place=ruling.place,
        time=ruling.time if ruling.time is not None else back.time,
        events=(*back.events, ruling.id),
    )
    return [*rest, restored]


def _left_at(cars: list[Classified], ruling: TimePenalty) -> list[Classified]:
    """The cars with one in the place that a penalty left it with, where the times do not tell."""
    car = next((car for car in cars if car.entry == ruling.entry), None)
    if car is None or ruling.place is None or car.status != "classified":
        return cars
    rest = _made_room([one for one in cars if one is not car], car.place, ruling.place)
    return [*rest, evolve(car, place=ruling.place)]


def _made_room(cars: list[Classified], left: int | None, taken: int | None) -> list[Classified]:
    """The cars' places when one leaves a place and takes another: what it leaves closes up first."""

    def now(place: int) -> int:
        place -= left is not None and place > left
        return place + (taken is not None and place >= taken)

    return [car if car.place is None else evolve(car, place=now(car.place)) for car in cars]


def _moved(cars: list[Classified], rulings: Sequence[PlacePenalty]) -> list[Classified]:
    """The cars with places lost or won: each penalised car goes where it is sent, the others fill the places left."""
    lost: dict[str, int] = {}
    for ruling in rulings:
        lost[ruling.entry] = lost.get(ruling.entry, 0) + ruling.places
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


def _struck(cars: list[Classified], out: Mapping[str, Disqualification]) -> list[Classified]:
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
