"""A synthetic rallycross season of any length: heats for time, two semi-finals, a final."""

from collections.abc import Iterator
from decimal import Decimal

from rxscore.events import CompetitorRegistered, EntryFiled, Event, Result, RoundScheduled, SeasonOpened, SessionResults

RULES = """
title = "Synthetic"
series = "synthetic"
seasons = "any"
winner = "final"

[[stages]]
id = "heats"
sessions = ["Q1", "Q2", "Q3", "Q4"]
rank = "time"
score = { scale = { places = [50, 45, 42, 40], then = "44 - place" }, dnf = "entries + 1" }

[[stages]]
id = "ranking"
total = ["heats"]
ties = ["latest session"]
award = { drivers = [16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1] }
advance = [{ to = ["SF1", "SF2"], best = 12, seats = "odd/even" }]

[[stages]]
id = "semifinals"
sessions = ["SF1", "SF2"]
award = { drivers = [6, 5, 4, 3, 2, 1] }

[[stages]]
id = "final"
sessions = ["F"]
award = { drivers = [8, 5, 4, 3, 2, 1] }

[[standings]]
id = "drivers"
ties = ["event wins", "countback"]

[[standings]]
id = "teams"
of = "team"
points_of = "drivers"
"""

CARS = 30


def opening(cars: int = CARS) -> Iterator[Event]:
    """The events before the first round."""
    known = "2024-01-01"
    yield SeasonOpened(id="season", known=known, series="synthetic", season="2024", name="Synthetic", rules="synthetic")
    for number in range(cars // 2):
        yield CompetitorRegistered(
            id=f"t{number}", known=known, competitor=f"team-{number}", type="team", name=f"T{number}"
        )
    for number in range(cars):
        yield CompetitorRegistered(id=f"d{number}", known=known, competitor=f"driver-{number}", name=f"D{number}")
        yield EntryFiled(
            id=f"e{number}",
            known=known,
            entry=f"car-{number}",
            drivers=(f"driver-{number}",),
            team=f"team-{number // 2}",
        )


def round_events(number: int, cars: int = CARS) -> Iterator[Event]:
    """One round: a schedule, four heats, two semi-finals, a final. Who is fast changes from round to round."""
    known = f"{2024 + number // 336}-{number // 28 % 12 + 1:02d}-{number % 28 + 1:02d}"
    sessions = ("Q1", "Q2", "Q3", "Q4", "SF1", "SF2", "F")
    yield RoundScheduled(id=f"{number}", known=known, round=number, name=f"Round {number}", sessions=sessions)
    order = sorted(range(cars), key=lambda car: (car * 7919 + number * 104729) % 1009)
    for heat in range(4):
        heat_order = sorted(order, key=lambda car: (order.index(car) // 3, (car * 31 + heat * 17 + number) % 97))
        rows = tuple(
            Result(f"car-{car}", time=Decimal(180000 + 37 * place) / 1000) for place, car in enumerate(heat_order)
        )
        yield SessionResults(id=f"{number}-Q{heat + 1}", known=known, round=number, session=f"Q{heat + 1}", rows=rows)
    for session, starters in (("SF1", order[0:12:2]), ("SF2", order[1:12:2]), ("F", order[:6])):
        rows = tuple(Result(f"car-{car}", place) for place, car in enumerate(starters, start=1))
        yield SessionResults(id=f"{number}-{session}", known=known, round=number, session=session, rows=rows)


def season_events(rounds: int, cars: int = CARS) -> list[Event]:
    """A whole season."""
    return [*opening(cars), *(event for number in range(1, rounds + 1) for event in round_events(number, cars))]
