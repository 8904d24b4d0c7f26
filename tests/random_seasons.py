"""Hypothesis strategies: small seasons that could have happened, rulings in them, rules to score them by."""

from decimal import Decimal
from typing import Any

from attrs import evolve
from hypothesis import strategies as st

from rxscore.events import (
    Disqualification,
    EntryFiled,
    Event,
    Exclusion,
    PlacePenalty,
    PointsDeduction,
    RoundScheduled,
    ScoreDeduction,
    SessionResults,
    SessionVoided,
    TimePenalty,
)
from rxscore.events import Result as Row
from rxscore.rulesets import Ruleset
from season_text import HEATS, KNOWN, car, events, rules

CARS = "abcdef"
SESSIONS = ("Q1", "Q2", "F")

_out = st.sampled_from(["DNF", "DNS", "DSQ", "NC"])


@st.composite
def rows(draw: st.DrawFn, *, timed: bool) -> tuple[Row, ...]:
    """The results of one session: some cars in an order with dead heats, some without a place, some not there."""
    order = draw(st.permutations(CARS))[: draw(st.integers(1, len(CARS)))]
    placed = draw(st.integers(0, len(order)))
    finished = sorted((draw(st.integers(60, 66)), entry) for entry in order[:placed])
    seconds = [time for time, _ in finished]
    listed = [
        Row(entry, time=Decimal(time)) if timed else Row(entry, seconds.index(time) + 1, tied=seconds.count(time) > 1)
        for time, entry in finished
    ]
    return (*listed, *(Row(entry, status=draw(_out)) for entry in order[placed:]))


@st.composite
def seasons(draw: st.DrawFn, *, rulings: bool = True, complete: bool = False) -> list[Event]:
    """The events of a season, each known on a day of its own."""
    teams = {entry: draw(st.sampled_from(["red", "blue", ""])) for entry in CARS}
    cars = [car(entry, team=teams[entry], guest=entry == "f" and draw(st.booleans())) for entry in CARS]
    found: list[Event] = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        found.append(RoundScheduled(id=f"round-{number}", known=KNOWN, round=number, name=f"Round {number}"))
        for session in SESSIONS:
            if draw(st.integers(0, 5)):
                found.append(
                    SessionResults(
                        id=f"{number}-{session}",
                        known=f"2024-05-{10 + number}",
                        round=number,
                        session=session,
                        rows=draw(rows(timed=session != "F")),
                        complete=complete or bool(draw(st.integers(0, 5))),
                    )
                )
    if rulings:
        numbers = len([event for event in found if isinstance(event, RoundScheduled)])
        for index, ruling in enumerate(draw(st.lists(ruled(numbers), max_size=5))):
            found.append(ruling(index))
    return events("", *found, cars=cars)


def ruled(rounds: int) -> st.SearchStrategy[Any]:
    """A ruling of any kind on something that was raced, as a function of its number."""
    where: dict[str, Any] = {"round": st.integers(1, rounds), "session": st.sampled_from(SESSIONS)}
    car_in = {"entry": st.sampled_from(CARS), **where}
    driver = st.sampled_from(CARS.upper())
    standing = {"competitor": driver, "standing": st.just("drivers"), "round": st.none() | st.integers(1, rounds)}
    kinds: list[tuple[type[Event], dict[str, Any]]] = [
        (Disqualification, {**car_in, "promote": st.booleans()}),
        (TimePenalty, {**car_in, "seconds": st.integers(-3, 5).map(Decimal)}),
        (PlacePenalty, {**car_in, "places": st.integers(-3, 3)}),
        (ScoreDeduction, {**car_in, "points": st.integers(1, 9)}),
        (SessionVoided, where),
        (PointsDeduction, {**standing, "points": st.integers(-3, 9)}),
        (Exclusion, {**standing, "keep_row": st.booleans()}),
    ]

    def of(kind: type[Event], fields: dict[str, Any]) -> st.SearchStrategy[Any]:
        return st.fixed_dictionaries(fields).map(
            lambda given: lambda index: kind(id=f"ruling-{index}", known=f"2024-06-{index + 1:02d}", **given)
        )

    return st.one_of([of(kind, fields) for kind, fields in kinds])


TIES = (
    "event wins",
    "countback",
    "latest round",
    "earliest best",
    "gross points",
    "points in final",
    "countback in ranking",
)

falling = st.lists(st.integers(0, 30), min_size=1, max_size=7).map(lambda points: sorted(points, reverse=True))
"""A scale on which no place is worth more than the one before."""

counts = st.lists(
    st.fixed_dictionaries(
        {
            "best": st.integers(1, 3),
            "droppable": st.lists(st.sampled_from(["started", "not disqualified"]), unique=True),
        }
    ),
    max_size=1,
)


@st.composite
def rulesets(draw: st.DrawFn, **fixed: Any) -> Ruleset:
    """Heats, their total and a final, with scales, tie steps, drops and dead heats of any kind."""
    edits: dict[str, Any] = {
        "stages.heats.score.scale": {"places": draw(falling), "then": draw(st.sampled_from([0, "9 - place"]))},
        "stages.ranking.award.drivers": draw(falling),
        "stages.final.award.drivers": {"scale": draw(falling), "dnf": draw(st.sampled_from([0, 1, "last + 1"]))},
        "stages.ranking.ties": draw(
            st.lists(st.sampled_from(["latest session", "countback", "best score", "time"]), max_size=2)
        ),
        "dead_heat": draw(st.sampled_from(["share", "full"])),
        "standings.drivers.counts": draw(counts),
        "standings.drivers.ties": draw(st.lists(st.sampled_from(TIES), max_size=3, unique=True)),
        "standings.drivers.guests": draw(st.sampled_from(["invisible", "hold places", "score"])),
        **fixed,
    }
    text = HEATS.replace(
        '[[standings]]\nid = "drivers"\n',
        '[[standings]]\nid = "drivers"\n\n[[standings]]\nid = "teams"\nof = "team"\npoints_of = "drivers"\n',
    )
    return rules(text, edits)


def renamed(event: Event, names: dict[str, str]) -> Event:
    """The event with cars and drivers called by other names."""

    def called(name: str) -> str:
        return names[name.lower()].upper() if name.isupper() else names.get(name, name)

    changes: dict[str, Any] = {}
    if isinstance(event, EntryFiled):
        changes["drivers"] = tuple(map(called, event.drivers))
    if isinstance(event, SessionResults):
        changes["rows"] = tuple(evolve(row, entry=called(row.entry)) for row in event.rows)
    for field in ("entry", "competitor"):
        if isinstance(getattr(event, field, None), str) and (field == "entry" or event.competitor.isupper()):  # type: ignore[attr-defined]
            changes[field] = called(getattr(event, field))
    return evolve(event, **changes)
