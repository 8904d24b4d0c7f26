"""Small seasons under shipped rulesets: the worked examples of their texts, car by car in the order of coming in."""

from collections.abc import Mapping, Sequence
from typing import Literal

from rxscore import api
from rxscore.events import (
    CompetitorRegistered,
    EntryFiled,
    Event,
    FeatRecorded,
    Points,
    Result,
    RoundScheduled,
    SeasonOpened,
    SessionResults,
)
from rxscore.rulesets import Edit
from rxscore.scoring import Rulebook, Scored, score
from rxscore.season import fold

DAY = "2020-01-01"
Finish = Sequence[str | tuple[str, Literal["DNF", "NC"]]]
"""Who came in, in order; with a status where he is listed without being classified; ``-``: not known who."""


def season(
    rules: str,
    year: str,
    rounds: Sequence[Mapping[str, Finish]],
    *,
    classes: Mapping[str, str] | None = None,
    crews: Mapping[str, tuple[str, ...]] | None = None,
    guests: Sequence[str] = (),
    feats: Sequence[FeatRecorded] = (),
    edits: Sequence[Edit] = (),
) -> Scored:
    """A season under a shipped ruleset, of which ``rounds`` gives the order in each session, car by car.

    ``H#2`` is the second race of a session. A list with unknown cars in it is not complete.
    """
    cars = list(
        dict.fromkeys(
            _car(one) for sessions in rounds for order in sessions.values() for one in order if _car(one) != "-"
        )
    )
    crew = {car: (crews or {}).get(car, (car,)) for car in cars}
    events: list[Event] = [SeasonOpened(id="s", known=DAY, series="club", season=year, name="Example", rules=rules)]
    for name in dict.fromkeys(driver for drivers in crew.values() for driver in drivers):
        events.append(CompetitorRegistered(id=f"d-{name}", known=DAY, competitor=name, name=name))
    for car in cars:
        kind = (classes or {}).get(car, "")
        filed = EntryFiled(id=f"e-{car}", known=DAY, entry=car, drivers=crew[car], guest=car in guests, car_class=kind)
        events.append(filed)
    for number, sessions in enumerate(rounds, 1):
        events.append(RoundScheduled(id=f"r{number}", known=DAY, round=number, name=f"Round {number}"))
        for heading, order in sessions.items():
            session, _, race = heading.partition("#")
            rows = tuple(
                Result(one, place) if isinstance(one, str) else Result(one[0], place, status=one[1])
                for place, one in enumerate(order, 1)
                if one != "-"
            )
            results = SessionResults(
                id=f"r{number}-{heading}",
                known=DAY,
                round=number,
                session=session,
                race=int(race) if race else None,
                rows=rows,
                complete="-" not in order,
            )
            events.append(results)
    book = Rulebook(api.ruleset(rules, year, edits))
    return score(fold([*events, *feats]), book)


def _car(one: str | tuple[str, Literal["DNF", "NC"]]) -> str:
    return one if isinstance(one, str) else one[0]


def points(scored: Scored, standing: str = "drivers") -> dict[str, Points]:
    """The points of a standing at the end."""
    return {row.competitor: row.points for row in scored.table(standing).rows}
