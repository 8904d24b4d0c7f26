"""Seasons small enough to try out every way in which they can still go, and a scorer of their own to do it with.

The scorer shares no code with the engine: it knows three formats (one race; heats, two semi-finals and a final; the
same with one order of the whole event), scores that are dropped, wins and countback. What it says is the truth that
the title mathematics is checked against.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations, product
from typing import Any

from attrs import frozen
from hypothesis import strategies as st

from rxscore.events import (
    CompetitorRegistered,
    EntryFiled,
    Event,
    Result,
    RoundScheduled,
    SeasonOpened,
    SessionResults,
)
from rxscore.rulesets import build
from rxscore.scoring import Rulebook
from rxscore.season import Season, fold

Day = dict[str, tuple[str, ...]]
"""One round: by session, the cars in order."""


@frozen
class Small:
    """A season: its format, the points by stage, what has happened, how many rounds are left."""

    cars: tuple[str, ...]
    teams: tuple[str, ...]
    format: str
    scales: dict[str, tuple[int, ...]]
    ties: tuple[str, ...]
    best: int | None
    bonus: int
    past: tuple[Day, ...]
    left: int

    @property
    def of(self) -> str:
        """What the standing ranks: drivers, or the teams that some of them share."""
        return "team" if self.teams else "driver"

    def owner(self, car: str) -> str:
        """Whose points a car scores."""
        return self.teams[self.cars.index(car)] if self.teams else car

    @property
    def owners(self) -> list[str]:
        """Everybody in the standing."""
        return sorted({self.owner(car) for car in self.cars})


SESSIONS = {
    "race": ("R",), "two races": ("R1", "R2"), "knock-out": ("H", "S1", "S2", "F"), "overall": ("H", "S1", "S2", "F"),
}  # fmt: skip
WINNER = {"race": "race", "two races": "race", "knock-out": "final", "overall": "event"}
KNOCK_OUT = ("knock-out", "overall")


@st.composite
def smalls(draw: st.DrawFn, formats: Sequence[str] = ("race", "knock-out", "overall")) -> Small:
    """Any small season."""
    format_ = draw(st.sampled_from(formats))
    cars = tuple("abcde"[: draw(st.integers(3, 4)) if format_ == "race" else draw(st.integers(4, 5))])
    left = draw(st.integers(1, 2)) if format_ == "race" else 1
    teams: tuple[str, ...] = ()
    if draw(st.integers(0, 4)) == 0:
        teams = tuple(draw(st.sampled_from("XYZ")) for _ in cars)

    def scale(size: int) -> tuple[int, ...]:
        return tuple(sorted(draw(st.lists(st.integers(0, 6), min_size=size, max_size=size)), reverse=True))

    if format_ == "race":
        scales = {"race": scale(len(cars))}
    elif format_ == "knock-out":
        scales = {"heats": scale(len(cars)), "semis": scale(2), "final": scale(2)}
    else:
        scales = {"event": scale(len(cars)), "heats": scale(draw(st.integers(0, 1)))}
    past = tuple(draw(_days(format_, cars)) for _ in range(draw(st.integers(1, 3))))
    rounds = len(past) + left
    return Small(
        cars, teams, format_, scales,
        draw(st.sampled_from(
            [(), ("event wins",), ("countback",), ("countback (scoring)",), ("event wins", "countback")]
        )),
        draw(st.none() | st.integers(1, rounds)),
        draw(st.integers(0, 2)) if format_ == "race" and not teams and left == 1 else 0,
        past, left,
    )  # fmt: skip


def _days(format_: str, cars: tuple[str, ...]) -> st.SearchStrategy[Day]:
    if format_ == "race":
        return st.permutations(cars).map(lambda order: {"R": tuple(order)})
    return st.sampled_from(list(days(format_, cars)))


def days(format_: str, cars: Sequence[str]) -> Iterator[Day]:
    """Every way in which a round can go."""
    if format_ not in KNOCK_OUT:
        for orders in product(permutations(cars), repeat=len(SESSIONS[format_])):
            yield dict(zip(SESSIONS[format_], orders, strict=True))
        return
    for order in permutations(cars):
        for first, second in product(permutations((order[0], order[2])), permutations((order[1], order[3]))):
            for final in permutations((first[0], second[0])):
                yield {"H": order, "S1": first, "S2": second, "F": final}


# --- for the engine --------------------------------------------------------------------------


def stages(format_: str, scales: Mapping[str, Sequence[int]]) -> list[dict[str, Any]]:
    """The stages of a format, with points by those that have a scale."""

    def award(name: str) -> dict[str, Any]:
        return {"award": {"table": list(scales[name])}} if scales.get(name) else {}

    if format_ not in KNOCK_OUT:
        return [{"id": "race", "sessions": list(SESSIONS[format_]), **award("race")}]
    found = [
        {"id": "heat", "sessions": ["H"], "score": {"scale": {"places": [], "then": "44 - place"}}},
        {"id": "heats", "total": ["heat"], "ties": ["latest session"], **award("heats"),
         "advance": [{"to": ["S1", "S2"], "best": 4, "seats": "odd/even"}]},
        {"id": "semis", "sessions": ["S1", "S2"], **award("semis"), "advance": [{"to": ["F"], "from_each": 1}]},
        {"id": "final", "sessions": ["F"], **award("final")},
    ]  # fmt: skip
    if format_ == "overall":
        found.append({"id": "event", "follow": ["final", "semis", "heats"], "ties": ["place in heats"],
                      **award("event")})  # fmt: skip
    return found


def rulebook(small: Small) -> Rulebook:
    """The rules of a small season."""
    standing: dict[str, Any] = {"id": "table", "of": small.of, "ties": list(small.ties)}
    if small.best is not None:
        standing["counts"] = [{"best": small.best}]
    plain: dict[str, Any] = {
        "title": "Small", "series": "small", "seasons": "any", "winner": WINNER[small.format],
        "stages": stages(small.format, small.scales),
        "standings": [standing],
    }  # fmt: skip
    if small.bonus:
        plain["bonuses"] = [{"id": "fl", "feat": "fastest-lap", "stage": "race", "classified": 2,
                             "award": {"table": small.bonus}}]  # fmt: skip
    return Rulebook(build("small", plain, ()))


def season(small: Small) -> Season:
    """A small season as events."""
    events: list[Event] = [SeasonOpened(id="season", known="2020-01-01", series="small", season="2020", name="Small",
                                        rules="small")]  # fmt: skip
    events += [CompetitorRegistered(id=f"c-{car}", known="2020-01-01", competitor=car, name=car) for car in small.cars]
    events += [
        CompetitorRegistered(id=f"t-{team}", known="2020-01-01", competitor=team, type="team", name=team)
        for team in sorted(set(small.teams))
    ]
    for index, car in enumerate(small.cars):
        team = small.teams[index] if small.teams else ""
        events.append(EntryFiled(id=f"e-{car}", known="2020-01-01", entry=car, drivers=(car,), team=team))
    for number in range(1, len(small.past) + small.left + 1):
        events.append(RoundScheduled(id=f"r-{number}", known="2020-01-01", round=number, name=f"Round {number}",
                                     sessions=SESSIONS[small.format]))  # fmt: skip
    for number, day in enumerate(small.past, start=1):
        for session, order in day.items():
            rows = tuple(Result(car, place) for place, car in enumerate(order, start=1))
            events.append(SessionResults(id=f"{number}-{session}", known=f"2020-01-{number:02}", round=number,
                                         session=session, rows=rows))  # fmt: skip
    return fold(events)


# --- the truth -------------------------------------------------------------------------------


def positions(small: Small) -> dict[str, tuple[int, int]]:
    """By owner, the best and the worst position that is still possible: every way to go on is tried."""
    best = dict.fromkeys(small.owners, 10**6)
    worst = dict.fromkeys(small.owners, 0)
    rounds = [[_with_feats(small, day) for day in days(small.format, small.cars)]] * small.left
    past = [scored(small, day, None) for day in small.past]
    ways = [[scored(small, day, feat) for day, feats in each for feat in feats] for each in rounds]
    for rest in product(*ways):
        for owner, position in table_of(small, [*past, *rest]).items():
            best[owner] = min(best[owner], position)
            worst[owner] = max(worst[owner], position)
    return {owner: (best[owner], worst[owner]) for owner in small.owners}


def _with_feats(small: Small, day: Day) -> tuple[Day, list[str | None]]:
    return day, [None, *small.cars] if small.bonus else [None]


Scored = tuple[dict[str, int], dict[str, tuple[int, ...]]]


def scored(small: Small, day: Day, feat: str | None) -> Scored:
    """A round: points by owner, and the places of each in what decides ties."""
    orders = _classified(small, day)
    points = dict.fromkeys(small.owners, 0)
    for stage, contests in orders.items():
        scale = small.scales.get(stage, ())
        for order in contests:
            for place, car in enumerate(order):
                points[small.owner(car)] += scale[place] if place < len(scale) else 0
    winner = WINNER[small.format]
    if feat is not None and feat in day["R"][:2]:
        points[small.owner(feat)] += small.bonus
    places = {
        owner: tuple(p for p, car in enumerate(orders[winner][0], start=1) if small.owner(car) == owner)
        for owner in small.owners
    }
    return points, places


def _classified(small: Small, day: Day) -> dict[str, list[tuple[str, ...]]]:
    if small.format == "race":
        return {"race": [day["R"]]}
    heat, final = day["H"], day["F"]
    beaten = sorted((day["S1"][1], day["S2"][1]), key=heat.index)
    event = (*final, *beaten, *heat[4:])
    return {"heats": [heat], "semis": [day["S1"], day["S2"]], "final": [final], "event": [event]}


def table_of(small: Small, rounds: Sequence[Scored]) -> dict[str, int]:
    keys = {}
    for owner in small.owners:
        scores = sorted((points[owner] for points, _ in rounds), reverse=True)
        total = sum(scores[: small.best])
        places = sorted(place for _, by in rounds for place in by[owner])
        steps: list[Any] = [-total]
        for tie in small.ties:
            looked_at = [place for place in places if not tie.endswith("(scoring)") or _scores(small, place)]
            steps.append(-places.count(1) if tie == "event wins" else (*looked_at, 10**9))
        keys[owner] = steps
    return {owner: 1 + sum(other < keys[owner] for other in keys.values()) for owner in keys}


def _scores(small: Small, place: int) -> bool:
    """Whether a place in what decides the event is worth points (any place, where none are dealt for it)."""
    scale = small.scales.get(WINNER[small.format], ())
    return not scale or (place <= len(scale) and scale[place - 1] > 0)
