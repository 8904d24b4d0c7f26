"""From results and rulings to the classification of one session, or of one race of it.

Rulings are applied together, whatever the order in which they became known: times first, then places lost,
then disqualifications.
"""

from collections.abc import Iterator, Mapping, Sequence
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
from rxscore.scoring.gaps import in_part, moved_in_part, moved_unseen, sharing_told
from rxscore.scoring.model import STATUS_ORDER, Classified, Contest
from rxscore.scoring.rulings import left_at, moved, reinstated, struck
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
    complete = all(event.complete for event in results)
    told = {car.entry for car in cars if car.settled or car.time is not None}
    listed = {car.entry for car in cars}
    whole = complete and told == listed
    # Whom a complete list leaves out was not there, or it was published after the ruling on him.
    gone = set() if whole else moved_unseen(cars, told, [*mine, *erased.values()])
    gone = gone & listed if complete else gone
    pooled = len(results) > 1 and stage.rank == "time"
    slowed = [ruling for ruling in mine if isinstance(ruling, TimePenalty)]
    for ruling in mine:
        if isinstance(ruling, Reinstatement):
            cars = reinstated(cars, ruling)
        elif isinstance(ruling, TimePenalty):
            cars = [_slowed(car, ruling) if car.entry == ruling.entry else car for car in cars]
    if not whole:
        cars = in_part(sharing_told(cars, results), slowed, pooled=pooled)
    elif pooled or slowed or stage.rank == "time" or _only_times(cars, results):
        timed = all(car.time is not None for car in cars if car.status == "classified")
        cars = _by_time(cars, pooled=pooled, penalised=bool(slowed))
        if not timed and not pooled:
            cars = reduce(left_at, slowed, cars)
    sent = [ruling for ruling in mine if isinstance(ruling, PlacePenalty)]
    if sent:
        cars = moved(cars, sent) if whole else moved_in_part(cars, sent)
    out = {**erased, **{ruling.entry: ruling for ruling in mine if isinstance(ruling, Disqualification)}}
    if out:
        cars = struck(cars, out)
    cars.sort(key=_listed)
    return Contest(session, race, tuple(cars), complete, len(gone))


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
