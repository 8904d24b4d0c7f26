"""Unfinished seasons with everything in them that rules and stewards think of, small enough to try out every ending.

Richer than ``unfinished_seasons``: teams and crews, guests, cars that stay away, rounds called off, double points,
deductions and exclusions, every tie step, scores dropped by round and by race, points for feats, lost results. The
scorer shares no code with the engine.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from attrs import evolve, field, frozen
from hypothesis import strategies as st

from rxscore.events import (
    CompetitorRegistered,
    EntryFiled,
    Event,
    Exclusion,
    FeatBy,
    FeatRecorded,
    PointsDeduction,
    Result,
    RoundCancelled,
    RoundScheduled,
    SeasonOpened,
    SessionResults,
    TieDecided,
)
from rxscore.rulesets import build
from rxscore.scoring import Rulebook
from rxscore.season import Season, fold
from unfinished_seasons import KNOCK_OUT, SESSIONS, WINNER, days, stages

Day = Mapping[str, tuple[str | None, ...]]
"""One round: by session, the cars in order (None: a car that the log does not know)."""

NOBODY = "-"
"""Who is in a place that no car of the season took."""


@frozen
class Drop:
    """A count clause: the ``best`` so many (or all but ``drop``) of the rounds from ``first`` to ``last``."""

    best: int | None
    drop: int | None
    first: int
    last: int
    by_session: bool = False
    started: bool = False


@frozen
class Varied:
    """A season. ``past``: what happened, by round; ``entered``: the cars of each round, the ones to come included.

    ``begun``: the sessions of the first round to come that have been run.
    """

    format: str
    crews: Mapping[str, tuple[str, ...]]
    of: str
    crew: str
    teams: Mapping[str, str]
    scoring: int | None
    guests: frozenset[str]
    guests_are: str
    scales: Mapping[str, tuple[int, ...]]
    ties: tuple[str, ...]
    drops: tuple[Drop, ...]
    bonus: int
    within: int | None
    entered: Mapping[int, tuple[str, ...]]
    past: Mapping[int, Day]
    feats: Mapping[int, str]
    cancelled: frozenset[int]
    coefficients: Mapping[int, int]
    double_last: bool
    deductions: tuple[tuple[str, int, int], ...]
    excluded: tuple[tuple[str, int], ...]
    decided: tuple[str, ...]
    appears: str
    begun: Day = field(factory=dict)

    @property
    def rounds(self) -> list[int]:
        """The rounds that are held."""
        return [number for number in self.entered if number not in self.cancelled]

    @property
    def left(self) -> list[int]:
        """The rounds to come."""
        return [number for number in self.rounds if number not in self.past]

    def owners(self, car: str) -> tuple[str, ...]:
        """Whose points a car scores."""
        return (self.teams[car],) if self.of == "team" else self.crews[car]

    @property
    def everybody(self) -> list[str]:
        """All owners."""
        return sorted({owner for car in self.crews for owner in self.owners(car)})


# --- making them up --------------------------------------------------------------------------


@st.composite
def varieties(draw: st.DrawFn, *, whole: bool = True) -> Varied:
    """Any such season. ``whole``: every result is known."""
    format_ = draw(st.sampled_from(["race", "race", "race", "two races", "knock-out", "overall"]))
    knock_out = format_ in KNOCK_OUT
    most = 5 if knock_out else 3 if format_ == "two races" else 4
    cars = "abcde"[: draw(st.integers(4 if knock_out else 2, most))]
    left = draw(st.integers(1, 2)) if format_ == "race" else 1
    held = draw(st.integers(1, 3))
    numbers = list(range(1, held + left + 1 + draw(st.integers(0, 1))))
    cancelled = frozenset([draw(st.sampled_from(numbers))] if len(numbers) > held + left else [])
    over = [number for number in numbers if number not in cancelled][:held]
    entered = {number: tuple(cars) for number in numbers}
    for number in numbers if draw(st.integers(0, 3)) == 0 else ():
        stays = draw(st.sets(st.sampled_from(cars), min_size=4 if knock_out else 1))
        entered[number] = tuple(car for car in cars if car in stays)
    of = draw(st.sampled_from(["driver", "driver", "team"]))
    pool = [car.upper() for car in cars]
    crews = {car: (car.upper(),) for car in cars}
    if of == "driver" and draw(st.integers(0, 5)) == 0:
        crews[cars[0]] = (cars[0].upper(), "Z")
    teams = {car: draw(st.sampled_from("XYZ")) for car in cars} if of == "team" else {}
    scales = _scales(draw, format_, len(cars))
    bonus = draw(st.sampled_from([0, 0, 0, 1, 3])) if not knock_out and (left == 1 or len(cars) < 4) else 0
    guests: frozenset[str] = frozenset()
    if draw(st.integers(0, 4 if whole else 1)) == 0:
        guests = frozenset([draw(st.sampled_from(cars))])
    plain = draw(st.integers(0, 2)) == 0
    drops = () if plain else tuple(_drops(draw, format_, numbers))
    past = {number: draw(_day(format_, entered[number])) for number in over}
    owners = pool if of == "driver" else sorted(set(teams.values()))
    small = Varied(
        format=format_, crews=crews, of=of, crew=draw(st.sampled_from(["each", "share"])), teams=teams,
        scoring=draw(st.sampled_from([None, 1, 2])) if of == "team" else None,
        guests=guests, guests_are=draw(st.sampled_from(["hold places", "score", "invisible"][: 2 if knock_out else 3])),
        scales=scales, ties=tuple(_ties(draw, bool(drops), format_)), drops=drops,
        bonus=bonus, within=draw(st.sampled_from([None, 0, 1, 2])) if bonus and format_ == "race" else None,
        entered=entered, past=past,
        feats={number: draw(st.sampled_from(entered[number])) for number in over if bonus and draw(st.booleans())},
        cancelled=cancelled,
        coefficients={draw(st.sampled_from(numbers)): 2} if draw(st.integers(0, 4)) == 0 else {},
        double_last=draw(st.integers(0, 5)) == 0,
        deductions=((draw(st.sampled_from(owners)), over[-1], draw(st.integers(-3, 3))),)
        if draw(st.integers(0, 4)) == 0 else (),
        excluded=((draw(st.sampled_from(owners)), over[-1]),) if draw(st.integers(0, 9)) == 0 else (),
        decided=tuple(draw(st.permutations(owners))) if draw(st.integers(0, 7)) == 0 else (),
        appears=draw(st.sampled_from(["started", "started", "scored"])),
    )  # fmt: skip
    if small.scoring is not None or (small.bonus and any(drop.by_session for drop in small.drops)):
        # Which results count is not in the model where places alone do not tell which cars score, or which scores
        # there are.
        small = evolve(small, ties=tuple(step for step in small.ties if not step.endswith("(counted)")))
    if not whole and not knock_out:
        number = draw(st.sampled_from(over))
        session = draw(st.sampled_from(SESSIONS[format_]))
        order = past[number][session]
        known = draw(st.sets(st.sampled_from(range(len(order))), max_size=len(order) - 1))
        torn = tuple(car if place in known else None for place, car in enumerate(order))
        small = evolve(small, past={**past, number: {**past[number], session: torn}})
    return small


@st.composite
def begun(draw: st.DrawFn) -> Varied:
    """Any such season in which a round is under way."""
    small = draw(varieties().filter(lambda small: len(SESSIONS[small.format]) > 1))
    sessions = SESSIONS[small.format]
    day = draw(_day(small.format, small.entered[small.left[0]]))
    over = sessions[: draw(st.integers(1, len(sessions) - 1))]
    return evolve(small, begun={session: day[session] for session in over})


def _scales(draw: st.DrawFn, format_: str, cars: int) -> Mapping[str, tuple[int, ...]]:
    falling = draw(st.integers(0, 5)) > 0

    def scale(size: int) -> tuple[int, ...]:
        values = draw(st.lists(st.integers(0, 6), min_size=size, max_size=size))
        return tuple(sorted(values, reverse=True) if falling else values)

    if format_ in ("race", "two races"):
        return {"race": scale(draw(st.integers(1, cars)))}
    if format_ == "knock-out":
        return {"heats": scale(cars), "semis": scale(2), "final": scale(2)}
    return {"event": scale(cars), "heats": scale(draw(st.integers(0, 1)))}


def _drops(draw: st.DrawFn, format_: str, numbers: Sequence[int]) -> Iterator[Drop]:
    last = numbers[-1]
    halves = [(1, last)]
    if last > 2 and draw(st.booleans()):
        middle = draw(st.integers(1, last - 1))
        halves = [(1, middle), (middle + 1, last)]
    for first, until in halves:
        number = draw(st.integers(1, max(until - first + 1, 1)))
        best = draw(st.booleans())
        yield Drop(
            number if best else None, None if best else min(number, 2), first, until,
            format_ == "two races" and draw(st.booleans()), draw(st.integers(0, 2)) == 0,
        )  # fmt: skip


def _ties(draw: st.DrawFn, drops: bool, format_: str) -> Iterator[str]:
    steps = [
        "event wins", "countback", "countback (scoring)", "latest round", "latest round (scoring)", "earliest best",
        "earliest best (scoring)", "gross points",
        f"points in {'heats' if format_ in KNOCK_OUT else 'race'}",
    ]  # fmt: skip
    if drops:
        steps += ["best score", "event wins (counted)", "countback (counted)", "latest round (counted)",
                  "earliest best (counted)"]  # fmt: skip
    yield from draw(st.lists(st.sampled_from(steps), max_size=3, unique=True))


def _day(format_: str, cars: Sequence[str]) -> st.SearchStrategy[Day]:
    if format_ in KNOCK_OUT:
        return st.sampled_from(list(days(format_, cars)))
    orders = st.permutations(cars).map(tuple)
    return st.fixed_dictionaries(dict.fromkeys(SESSIONS[format_], orders))  # type: ignore[return-value]


# --- for the engine --------------------------------------------------------------------------


def rulebook(one: Varied) -> Rulebook:
    """The rules of such a season."""
    standing: dict[str, Any] = {"id": "table", "of": one.of, "ties": list(one.ties), "crew": one.crew,
                                "guests": one.guests_are, "appears": one.appears}  # fmt: skip
    if one.scoring is not None:
        standing |= {"cars": one.scoring, "others": "hold places"}
    standing["counts"] = [
        {"first": drop.first, "last": drop.last, "unit": "session" if drop.by_session else "round"}
        | ({"best": drop.best} if drop.best is not None else {"drop": drop.drop})
        | ({"droppable": ["started"]} if drop.started else {})
        for drop in one.drops
    ]
    plain: dict[str, Any] = {
        "title": "Varied", "series": "varied", "seasons": "any", "winner": WINNER[one.format],
        "stages": stages(one.format, one.scales),
        "standings": [standing],
    }  # fmt: skip
    if one.bonus:
        plain["bonuses"] = [{"id": "fl", "feat": "fastest-lap", "award": {"table": one.bonus}}
                            | ({} if one.within is None else {"stage": "race", "classified": one.within})]  # fmt: skip
    if one.double_last:
        plain["multipliers"] = [{"last": 1, "factor": 2}]
    return Rulebook(build("varied", plain, ()))


def season(one: Varied) -> Season:
    """Such a season as events."""
    known = "2020-01-01"
    events: list[Event] = [SeasonOpened(id="season", known=known, series="varied", season="2020", name="Varied",
                                        rules="varied")]  # fmt: skip
    for driver in sorted({driver for crew in one.crews.values() for driver in crew}):
        events.append(CompetitorRegistered(id=f"d-{driver}", known=known, competitor=f"{driver}", name=driver))
    if one.of == "team":
        for team in sorted(set(one.teams.values()) - {driver for crew in one.crews.values() for driver in crew}):
            events.append(CompetitorRegistered(id=f"t-{team}", known=known, competitor=team, type="team", name=team))
    for car, crew in one.crews.items():
        rounds = tuple(number for number, cars in one.entered.items() if car in cars)
        if rounds:
            events.append(EntryFiled(id=f"e-{car}", known=known, entry=car, drivers=crew, team=one.teams.get(car, ""),
                                     rounds=rounds, guest=car in one.guests))  # fmt: skip
    for number in one.entered:
        factor = one.coefficients.get(number, 1)
        events.append(RoundScheduled(id=f"r-{number}", known=known, round=number, name=f"Round {number}",
                                     sessions=SESSIONS[one.format], coefficient=factor))  # fmt: skip
    events += [RoundCancelled(id=f"off-{number}", known=known, round=number) for number in one.cancelled]
    for number, day in {**one.past, **({one.left[0]: one.begun} if one.begun else {})}.items():
        for session, order in day.items():
            rows = tuple(Result(car, place) for place, car in enumerate(order, start=1) if car not in (None, NOBODY))
            events.append(SessionResults(id=f"{number}-{session}", known=known, round=number, session=session,
                                         rows=rows, complete=None not in order))  # fmt: skip
    for number, car in one.feats.items():
        events.append(FeatRecorded(id=f"fl-{number}", known=known, round=number, feat="fastest-lap",
                                   rows=(FeatBy(car),)))  # fmt: skip
    for owner, number, points in one.deductions:
        events.append(PointsDeduction(id=f"off-{owner}-{number}", known=known, round=number, competitor=owner,
                                      standing="table", points=points))  # fmt: skip
    for owner, number in one.excluded:
        events.append(Exclusion(id=f"out-{owner}", known=known, round=number, competitor=owner, standing="table"))
    if one.decided:
        events.append(TieDecided(id="decided", known=known, standing="table", order=one.decided))
    return fold(events)


# --- the truth -------------------------------------------------------------------------------


@frozen
class Played:
    """What one owner has of one round: his scores by stage and session, his places, whether he was there."""

    scores: Mapping[tuple[str, str], Fraction]
    places: tuple[int, ...]
    started: bool


def ways(one: Varied) -> int:
    """How many endings there are."""
    feats = 1 + len(one.crews) if one.bonus else 1
    return prod(sum(1 for _ in _still(one, number)) * feats for number in one.left)


def _still(one: Varied, number: int) -> Iterator[dict[str, tuple[str, ...]]]:
    """Every way in which a round can still go."""
    over = one.begun if number == one.left[0] else {}
    for day in days(one.format, one.entered[number]):
        if all(day[session] == order for session, order in over.items()):
            yield day


def fills(one: Varied) -> Iterator[Varied]:
    """Every season that it may have been, where results are lost: each car at a place that is not known, or nowhere."""
    for number, day in one.past.items():
        for session, order in day.items():
            if None in order:
                gaps = [place for place, car in enumerate(order) if car is None]
                lost = [car for car in one.entered[number] if car not in order]
                for cars in product([None, *lost], repeat=len(gaps)):
                    seated = [car for car in cars if car is not None]
                    if len(set(seated)) == len(seated):
                        filled = list(order)
                        for place, car in zip(gaps, cars, strict=True):
                            filled[place] = car or NOBODY
                        yield evolve(one, past={**one.past, number: {**day, session: tuple(filled)}})
                return
    yield one


def positions(one: Varied) -> dict[str, tuple[int, int]]:
    """By owner, the best and the worst position that is still possible (10**6 for none at all)."""
    best = dict.fromkeys(one.everybody, 10**6)
    worst = dict.fromkeys(one.everybody, 0)
    before = {number: played(one, number, day, one.feats.get(number)) for number, day in one.past.items()}
    endings = [
        [
            (number, played(one, number, day, feat))
            for day in _still(one, number)
            for feat in ([None, *one.entered[number]] if one.bonus else [None])
        ]
        for number in one.left
    ]
    for rest in product(*endings):
        table = table_of(one, before | dict(rest))
        for owner in one.everybody:
            best[owner] = min(best[owner], table.get(owner, 10**6))
            worst[owner] = max(worst[owner], table.get(owner, 10**6))
    return {owner: (best[owner], worst[owner]) for owner in one.everybody}


def _contests(one: Varied, day: Day) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """The classifications of a round: stage, session, cars in order."""
    if one.format not in KNOCK_OUT:
        for session, order in day.items():
            yield "race", session, tuple(car or NOBODY for car in order)
        return
    heat, final = day["H"], day["F"]
    beaten = sorted((day["S1"][1], day["S2"][1]), key=heat.index)
    yield "heats", "", heat  # type: ignore[misc]
    yield "semis", "S1", day["S1"]  # type: ignore[misc]
    yield "semis", "S2", day["S2"]  # type: ignore[misc]
    yield "final", "F", final  # type: ignore[misc]
    yield "event", "", (*final, *beaten, *heat[4:])  # type: ignore[misc]


def played(one: Varied, number: int, day: Day, feat: str | None) -> dict[str, Played]:
    """What each owner has of a round."""
    factor = one.coefficients.get(number, 1) * (2 if one.double_last and number == max(one.rounds) else 1)
    scores: dict[str, dict[tuple[str, str], Fraction]] = {owner: {} for owner in one.everybody}
    places: dict[str, list[int]] = {owner: [] for owner in one.everybody}
    there: set[str] = set()

    def give(car: str, stage: str, session: str, points: int) -> None:
        owners = one.owners(car)
        share = len(owners) if one.of == "driver" and one.crew == "share" else 1
        for owner in owners:
            mine = scores[owner]
            mine[stage, session] = mine.get((stage, session), Fraction(0)) + Fraction(points * factor, share)

    idle = one.guests if one.guests_are != "score" else frozenset()
    for stage, session, order in _contests(one, day):
        seen = [car for car in order if not (car in idle and one.guests_are == "invisible")]
        scale = one.scales.get(stage, ())
        cars: dict[str, int] = {}
        for place, car in enumerate(seen, start=1):
            if car in idle or car == NOBODY:
                continue
            there.update(one.owners(car))
            for owner in one.owners(car):
                cars[owner] = cars.get(owner, 0) + 1
                if stage == WINNER[one.format]:
                    places[owner].append(place)
            counts = one.scoring is None or cars[one.owners(car)[0]] <= one.scoring
            if counts and place <= len(scale) and scale[place - 1]:
                give(car, stage, session, scale[place - 1])
    if feat is not None and feat not in idle:
        seen = [car for car in day.get("R", ()) if not (car in idle and one.guests_are == "invisible")]  # type: ignore[misc]
        if one.within is None or feat in seen[: one.within or None]:
            give(feat, "fl", "", one.bonus)
    return {owner: Played(scores[owner], tuple(sorted(places[owner])), owner in there) for owner in one.everybody}


def table_of(one: Varied, rounds: Mapping[int, Mapping[str, Played]]) -> dict[str, int]:
    """The position of everybody whom the table shows."""
    keys: dict[str, list[Any]] = {}
    for owner in one.everybody:
        mine = {number: by[owner] for number, by in rounds.items()}
        total, dropped, units = _counted(one, mine)
        gross = sum((points for each in mine.values() for points in each.scores.values()), Fraction(0))
        for who, _, points in one.deductions:
            if who == owner:
                total, gross = total - points, gross - points
        shown = total != 0 or (one.appears == "started" and any(each.started for each in mine.values()))
        if shown and owner not in {who for who, _ in one.excluded}:
            keys[owner] = [-total, *(_step(one, step, mine, dropped, units, gross) for step in one.ties),
                           one.decided.index(owner) if owner in one.decided else len(one.decided)]  # fmt: skip
    return {owner: 1 + sum(other < keys[owner] for other in keys.values()) for owner in keys}


def _counted(one: Varied, mine: Mapping[int, Played]) -> tuple[Fraction, set[int], list[Fraction]]:
    """The total, the rounds of which a score was dropped, and the scores of which some may be."""
    total = sum(
        (points for number, each in mine.items() for points in each.scores.values() if not _clause(one, number)),
        Fraction(0),
    )
    dropped: set[int] = set()
    every: list[Fraction] = []
    for drop in one.drops:
        covered = [number for number in one.rounds if drop.first <= number <= drop.last]
        many = len(covered) * (len(SESSIONS[one.format]) if drop.by_session else 1)
        limit = max(drop.best if drop.best is not None else many - (drop.drop or 0), 0)
        free: list[tuple[Fraction, int, str]] = []
        for number in covered:
            each = mine.get(number)
            if each is None or not (each.started or each.scores):
                limit -= drop.started  # Not to have come is a score of nothing that has to be counted.
                continue
            sessions = SESSIONS[one.format] if drop.by_session else ("",)
            for session in {*sessions, *(session for _, session in each.scores if drop.by_session)}:
                points = sum((p for (_, at), p in each.scores.items() if not drop.by_session or at == session),
                             Fraction(0))  # fmt: skip
                every.append(points)
                free.append((-points, number, session))
        free.sort()
        kept = free[: max(limit, 0)]
        dropped |= {number for _, number, _ in free[len(kept) :]}
        total += sum((-points for points, _, _ in kept), Fraction(0))
    return total, dropped, every


def _clause(one: Varied, number: int) -> bool:
    return any(drop.first <= number <= drop.last for drop in one.drops)


def _step(
    one: Varied, step: str, mine: Mapping[int, Played], dropped: set[int], units: list[Fraction], gross: Fraction
) -> Any:
    scale = one.scales.get(WINNER[one.format], ())
    results = [
        (place, number)
        for number, each in mine.items()
        for place in each.places
        if not (step.endswith("(counted)") and number in dropped)
        if not (step.endswith("(scoring)") and scale and not (place <= len(scale) and scale[place - 1]))
    ]
    name = step.split(" (")[0]
    if name == "event wins":
        return -sum(place == 1 for place, _ in results)
    if name == "countback":
        return (*sorted(place for place, _ in results), 10**9)
    if name == "latest round":
        return tuple(
            min((place for place, at in results if at == number), default=10**9)
            for number in sorted(mine, reverse=True)
        )
    if name == "earliest best":
        return min(results, default=(10**9, 0))
    if name == "gross points":
        return -gross
    if name == "best score":
        return (*sorted(-points for points in units if points), 0)
    stage = name.removeprefix("points in ")
    return -sum((p for each in mine.values() for (of, _), p in each.scores.items() if of == stage), Fraction(0))
