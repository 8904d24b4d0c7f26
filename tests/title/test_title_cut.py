"""Who goes on: against every order of the heats to come, by a scorer of its own, and on real rounds."""

import os
import re
from collections.abc import Callable
from itertools import permutations, product
from typing import Any

import pytest
from attrs import frozen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rxscore
from rxscore.events import CompetitorRegistered, EntryFiled, Event, Result, RoundScheduled, SeasonOpened, SessionResults
from rxscore.problems import UserError
from rxscore.rulesets import build
from rxscore.scoring import Rulebook, advancing
from rxscore.scoring.lookup import Stages
from rxscore.season import Season, fold
from rxscore.title.cut import Cut, next_cut
from rxscore.title.goals import Verdict
from rxscore.title.inside import Inside, inside

EXAMPLES = int(os.environ.get("RXSCORE_EXAMPLES", "60"))
MANY = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))

Through = Callable[[Stages], set[str]]
"""Who goes on, when all is classified."""
Run = tuple[str, int | None, str]
"""A race to come: its session, its number in that, its cars."""
Heat = dict[str, int | None]
"""By car, its place; None: it did not start."""


@frozen
class Day:
    """A day of heats: what was run, how many are to come, and how many of the ranking go on."""

    cars: str
    scale: tuple[int, ...]
    ties: tuple[str, ...]
    low: bool
    best: int | None
    seats: int
    past: tuple[Heat, ...]
    left: int
    unknown: tuple[tuple[int, str], ...] = ()


@st.composite
def days(draw: st.DrawFn, *, gaps: bool = False) -> Day:
    """Any small day of heats."""
    size = draw(st.integers(3, 4 if gaps else 5))
    left = draw(st.integers(1, 1 if gaps else 3 if size == 3 else 2 if size == 4 else 1))
    cars = "abcde"[:size]
    low = draw(st.booleans()) and not gaps
    scale = sorted(draw(st.lists(st.integers(0, 6), min_size=size, max_size=size)), reverse=not low)
    past = []
    for _ in range(draw(st.integers(1, 2))):
        order = draw(st.permutations(cars))
        absent = draw(st.integers(0, 3)) == 0
        heat: Heat = {car: place for place, car in enumerate(order, start=1)}
        if absent:
            heat[order[-1]] = None
        past.append(heat)
    steps = [(), ("latest session",), ("last session",), ("countback",), *([] if low else [("best score",)])]
    ties = draw(st.sampled_from(steps))
    unknown: tuple[tuple[int, str], ...] = ()
    if gaps:
        unknown = tuple(draw(st.sets(st.tuples(st.just(0), st.sampled_from(cars)), min_size=1, max_size=2)))
    return Day(cars, tuple(scale), ties, low, draw(st.none() | st.integers(1, len(past) + left)),
               draw(st.integers(1, size - 1)), tuple(past), left, unknown)  # fmt: skip


def rulebook(day: Day) -> Rulebook:
    """The rules of a day of heats, with a final for those who go on."""
    sessions = [f"Q{number}" for number in range(1, len(day.past) + day.left + 1)]
    ranking: dict[str, Any] = {"id": "ranking", "total": ["heats"], "ties": list(day.ties),
                               "advance": [{"to": ["F"], "best": day.seats}]}  # fmt: skip
    if day.low:
        ranking["order"] = "low"
    if day.best is not None:
        ranking["best"] = day.best
    score = {"scale": list(day.scale), "dns": 9 if day.low else 0}
    return Rulebook(build("small", {
        "title": "Small", "series": "small", "seasons": "any", "winner": "final",
        "stages": [
            {"id": "heats", "sessions": sessions, "score": score}, ranking,
            {"id": "final", "sessions": ["F"], "award": {"table": [3, 2, 1]}},
        ],
        "standings": [{"id": "table"}],
    }, ()))  # fmt: skip


def season(day: Day) -> Season:
    """A day of heats as events."""
    return _season(day.cars, [
        SessionResults(id=f"q{number}", known="2020-01-02", round=1, session=f"Q{number}",
                       complete=not any(there == number - 1 for there, _ in day.unknown),
                       rows=tuple(Result(car, place, status="classified" if place else "DNS")
                                  for car, place in heat.items() if (number - 1, car) not in day.unknown))
        for number, heat in enumerate(day.past, start=1)
    ])  # fmt: skip


def _season(cars: str, results: list[SessionResults], sessions: tuple[str, ...] = ()) -> Season:
    opened = SeasonOpened(id="season", known="2020-01-01", series="small", season="2020", name="Small", rules="small")
    events: list[Event] = [opened, RoundScheduled(id="r", known="2020-01-01", round=1, name="One", sessions=sessions)]
    for car in cars:
        events.append(CompetitorRegistered(id=f"c-{car}", known="2020-01-01", competitor=car, name=car))
        events.append(EntryFiled(id=f"e-{car}", known="2020-01-01", entry=car, drivers=(car,)))
    return fold([*events, *results])


def cut_of(day: Day) -> Cut:
    """The engine's side of it."""
    return next_cut(inside(season(day), rulebook(day), 1, after=f"Q{len(day.past)}"))


# --- the truth -------------------------------------------------------------------------------


def key(day: Day, places: list[int | None]) -> tuple[Any, ...]:
    """How a car compares; the smaller is ahead."""
    scores = [(9 if day.low else 0) if place is None else day.scale[place - 1] for place in places]
    counted = sorted(scores, reverse=not day.low)[: day.best]
    worst = [99 if place is None else place for place in places]
    step: Any = ()
    match day.ties:
        case ("latest session",):
            step = worst[::-1]
        case ("last session",):
            step = worst[-1]
        case ("countback",):
            step = sorted(worst)
        case ("best score",):
            step = [-score for score in sorted(scores, reverse=True)]
    return sum(counted) * (1 if day.low else -1), step


def outcomes(day: Day, past: tuple[Heat, ...]) -> dict[tuple[str, int], set[tuple[bool, bool]]]:
    """By car and its place in the next heat: whether it goes on for certain, and whether it may, in every way to go."""
    found: dict[tuple[str, int], set[tuple[bool, bool]]] = {}
    for rest in product(permutations(day.cars), repeat=day.left):
        keys = {
            car: key(day, [*(heat[car] for heat in past), *(order.index(car) + 1 for order in rest)])
            for car in day.cars
        }
        for car in day.cars:
            others = [keys[other] for other in day.cars if other != car]
            on = sum(other <= keys[car] for other in others) < day.seats
            may = sum(other < keys[car] for other in others) < day.seats
            found.setdefault((car, rest[0].index(car) + 1), set()).add((on, may))
    return found


def pasts(day: Day) -> list[tuple[Heat, ...]]:
    """Every way in which what is not known may have gone."""
    missing = sorted(car for _, car in day.unknown)
    taken = {day.past[0][car] for car in day.cars if car not in missing}
    free: list[int | None] = [place for place in range(1, len(day.cars) + 1) if place not in taken]
    ways = []
    for places in product([*free, None], repeat=len(missing)):
        given = [place for place in places if place is not None]
        if len(set(given)) == len(given):
            ways.append(({**day.past[0], **dict(zip(missing, places, strict=True))}, *day.past[1:]))
    return ways


@given(days())
@MANY
def test_every_verdict_is_that_of_every_order_of_the_heats_to_come(day: Day) -> None:
    truth = outcomes(day, day.past)
    size = len(day.cars)
    for one in cut_of(day).verdicts[0]:
        sure = [all(on for on, _ in truth[one.entry, place]) for place in range(1, size + 1)]
        chance = [any(may for _, may in truth[one.entry, place]) for place in range(1, size + 1)]
        assert one.session == f"Q{len(day.past) + 1}"
        assert (one.sure, one.chance) == (sum(sure), sum(chance)), one
        assert sure == sorted(sure, reverse=True)
        assert one.status == ("through" if all(sure) else "out" if not any(chance) else "open")
        assert not one.because


@given(days(gaps=True))
@MANY
def test_what_is_not_known_can_make_no_verdict_wrong(day: Day) -> None:
    ways = [outcomes(day, past) for past in pasts(day)]
    size = len(day.cars)
    for one in cut_of(day).verdicts[0]:
        for truth in ways:
            sure = sum(all(on for on, _ in truth[one.entry, place]) for place in range(1, size + 1))
            chance = sum(any(may for _, may in truth[one.entry, place]) for place in range(1, size + 1))
            assert one.sure in (None, sure), one
            assert one.chance in (None, chance), one
            assert one.status in ("through" if sure == size else "out" if not chance else "open", "undecided"), one


@given(days())
@MANY
def test_one_who_is_through_even_without_starting_is_through_without_starting(day: Day) -> None:
    for one in cut_of(day).verdicts[0]:
        others = day.cars.replace(one.entry, "")
        on = []
        for rest in product(permutations(others), repeat=day.left):
            mine = key(day, [*(heat[one.entry] for heat in day.past), *[None] * day.left])
            theirs = [
                key(day, [*(heat[car] for heat in day.past), *(order.index(car) + 1 for order in rest)])
                for car in others
            ]
            on.append(sum(other <= mine for other in theirs) < day.seats)
        assert one.resting == (all(on) and one.status == "through")


# --- other formats, against the engine -------------------------------------------------------


def stages(*, races: bool, progression: bool, seats: int, each: int, plus: int) -> list[dict[str, Any]]:
    """Heats (race by race, or as one), a ranking or progression races, two semi-finals and a final."""
    heats: dict[str, Any] = {"id": "heats", "sessions": ["Q1", "Q2"], "score": {"scale": [9, 6, 4, 3, 2, 1]}}
    if races:
        heats |= {"per": "race"}
    cut = [{"to": ["S1", "S2"], "best": seats, "seats": "odd/even"}]
    ranking: dict[str, Any] = {"id": "ranking", "total": ["heats"], "ties": ["latest session"]}
    found = [heats, ranking]
    if progression:
        found.append({"id": "progression", "sessions": ["P1", "P2"]})
        found.append({"id": "order", "follow": ["progression"], "ties": ["place in ranking"], "advance": cut})
    else:
        ranking["advance"] = cut
    on: dict[str, Any] = {"to": ["F"], "from_each": each}
    if plus:
        on |= {"plus": plus, "plus_by": "ranking"}
    found.append({"id": "semifinals", "sessions": ["S1", "S2"], "advance": [on]})
    found.append({"id": "final", "sessions": ["F"], "award": {"table": [3, 2, 1]}})
    return found


def rules_of(found: list[dict[str, Any]]) -> Rulebook:
    return Rulebook(build("small", {
        "title": "Small", "series": "small", "seasons": "any", "winner": "final", "stages": found,
        "standings": [{"id": "table"}],
    }, ()))  # fmt: skip


def results(session: str, order: str, race: int | None = None) -> SessionResults:
    rows = tuple(Result(car, place) for place, car in enumerate(order, start=1))
    return SessionResults(id=f"{session}-{race}", known="2020-01-02", round=1, session=session, race=race, rows=rows)


def ways_on(asked: Inside, runs: list[Run], through: Through) -> dict[tuple[str, int], set[bool]]:
    """By car and its place in its race, whether it goes on: in every way in which the races can go, by the engine."""
    found: dict[tuple[str, int], set[bool]] = {}
    for orders in product(*(permutations(cars) for _, _, cars in runs)):
        made = [results(session, "".join(order), race) for (session, race, _), order in zip(runs, orders, strict=True)]
        on = through(asked.classified([*asked.round.events, *made]))
        for order in orders:
            for place, car in enumerate(order, start=1):
                found.setdefault((car, place), set()).add(car in on)
    return found


def agrees(cut: Cut, truth: dict[tuple[str, int], set[bool]]) -> None:
    for one in cut.verdicts[0]:
        mine = [truth[one.entry, place] for place in range(1, one.starters + 1) if one.session]
        if mine:
            assert (one.sure, one.chance) == (sum(on == {True} for on in mine), sum(True in on for on in mine)), one
            status = "through" if one.sure == one.starters else "open" if one.chance else "out"
            assert one.status == status


def seated(asked: Inside, stage: str) -> Through:
    """Who goes on from a stage, by the engine."""
    of = asked.rules.stage(stage)

    def on(found: Stages) -> set[str]:
        ways = advancing(of, of.advance[0], found, asked.rules)
        return {entry for entries in (ways or {}).values() for entry in entries}

    return on


@given(st.permutations("abcdef"), st.permutations("abcdef"), st.integers(1, 5))
@settings(max_examples=15, deadline=None)
def test_heats_of_several_races_are_judged_by_who_meets_whom(first: list[str], draw: list[str], seats: int) -> None:
    races = ["".join(draw[:3]), "".join(draw[3:])]
    run = [results("Q1", "".join(first[:3]), 1), results("Q1", "".join(first[3:]), 2)]
    later = [results("Q2", cars, number) for number, cars in enumerate(races, start=1)]
    rules = rules_of(stages(races=True, progression=False, seats=seats, each=1, plus=0))
    asked = inside(_season("abcdef", [*run, *later], ("Q1", "Q2", "S1", "S2", "F")), rules, 1, after="Q1")

    def on(found: Stages) -> set[str]:
        places = {row.entry: row.place or 99 for row in found["ranking"].rows}
        return {car for car in places if sum(place <= places[car] for place in places.values()) <= seats}

    def may(found: Stages) -> set[str]:
        places = {row.entry: row.place or 99 for row in found["ranking"].rows}
        return {car for car in places if sum(place < places[car] for place in places.values()) < seats}

    runs: list[Run] = [("Q2", number, cars) for number, cars in enumerate(races, start=1)]
    sure, chance = ways_on(asked, runs, on), ways_on(asked, runs, may)
    for one in next_cut(asked).verdicts[0]:
        assert one.starters == 3
        assert one.sure == sum(sure[one.entry, place] == {True} for place in (1, 2, 3))
        assert one.chance == sum(True in chance[one.entry, place] for place in (1, 2, 3))


def test_without_a_word_on_who_meets_whom_it_is_undecided() -> None:
    rules = rules_of(stages(races=True, progression=False, seats=4, each=1, plus=0))
    run = [results("Q1", "abc", 1), results("Q1", "def", 2)]
    cut = next_cut(inside(_season("abcdef", run, ("Q1", "Q2", "S1", "S2", "F")), rules, 1))
    assert cut.undecided == "who meets whom in the races of Q2 is not known"
    assert cut.verdicts == ()


@given(st.permutations("abcdef"), st.permutations("abcdef"), st.integers(1, 5), st.booleans())
@settings(max_examples=15, deadline=None)
def test_progression_races_are_judged_with_the_ranking_that_parts_equals(
    heat: list[str], draw: list[str], seats: int, half: bool
) -> None:
    rules = rules_of(stages(races=False, progression=True, seats=seats, each=1, plus=0))
    races = {"P1": "".join(draw[:3]), "P2": "".join(draw[3:])}
    log = [results("Q1", "".join(heat)), *(results(session, cars) for session, cars in races.items())]
    programme = ("Q1", "P1", "P2", "S1", "S2", "F")
    asked = inside(_season("abcdef", log, programme), rules, 1, after="P1" if half else "Q1")
    left: list[Run] = [(run, None, cars) for run, cars in races.items() if run in asked.to_come]
    truth = ways_on(asked, left, seated(asked, "order"))
    cut = next_cut(asked)
    assert cut.stage.id == "order"
    agrees(cut, truth)
    assert {one.entry for one in cut.verdicts[0] if not one.session} == (set(races["P1"]) if half else set())


@given(st.permutations("abcdef"), st.integers(1, 2), st.integers(0, 1), st.none() | st.permutations([0, 1, 2]))
@settings(max_examples=30, deadline=None)
def test_semi_finals_are_judged_as_every_way_to_run_them(
    heat: list[str], each: int, plus: int, first: list[int] | None
) -> None:
    rules = rules_of(stages(races=False, progression=False, seats=6, each=each, plus=plus))
    one, two = "".join(heat[::2]), "".join(heat[1::2])
    log = [results("Q1", "".join(heat)), *([] if first is None else [results("S1", "".join(one[n] for n in first))])]
    asked = inside(_season("abcdef", log, ("Q1", "S1", "S2", "F")), rules, 1)
    left: list[Run] = [("S1", None, one), ("S2", None, two)][first is not None :]
    truth = ways_on(asked, left, seated(asked, "semifinals"))
    cut = next_cut(asked)
    assert {verdict.entry for verdict in cut.verdicts[0]} == set("abcdef")
    agrees(cut, truth)
    if first is not None:
        # Those of the first semi-final can do no more: whether they go on turns on the second, if at all.
        for orders in permutations(two):
            on = seated(asked, "semifinals")(asked.classified([*asked.round.events, results("S2", "".join(orders))]))
            for verdict in cut.verdicts[0]:
                if verdict.session == "" and verdict.status != "open":
                    assert (verdict.entry in on) == (verdict.status == "through")


def test_next_in_line_by_time_is_open_until_all_have_run() -> None:
    found = stages(races=False, progression=False, seats=6, each=1, plus=1)
    next(stage for stage in found if stage["id"] == "semifinals")["advance"][0]["plus_by"] = "time"
    log = [results("Q1", "abcdef"), results("S1", "ace")]
    cut = next_cut(inside(_season("abcdef", log, ("Q1", "S1", "S2", "F")), rules_of(found), 1))
    assert {one.entry: (one.status, one.sure, one.chance) for one in cut.verdicts[0]} == {
        "a": ("through", None, None), "c": ("open", None, None), "e": ("out", None, None),
        "b": ("open", 1, 2), "d": ("open", 1, 2), "f": ("open", 1, 2),
    }  # fmt: skip


# --- real rounds -----------------------------------------------------------------------------


def real(name: str, number: int, after: str) -> Cut:
    opened = rxscore.open_season(name)
    return next_cut(inside(opened.season, opened.rules, number, after=after))


def test_before_the_last_heat_of_hell_2016() -> None:
    cut = real("worldrx/2016", 5, "Q3")
    assert (cut.stage.id, cut.sessions, cut.goals[0].seats) == ("intermediate", ("Q4",), 12)
    # 150 points of 150; with nothing from the last heat he would still be among the first twelve.
    assert cut.verdict("13") == Verdict("13", "through", "Q4", 18, 18, resting=True, starters=18)
    # Eighth on 110: fourteenth in the last heat would do. Anton Marklund, 17th, needs a place among the first three.
    places = {one.entry: (one.status, one.sure, one.chance) for one in cut.verdicts[0]}
    assert places["3"] == ("open", 14, 18)
    assert places["92"] == ("open", 0, 3)
    # Of car 77 the log knows no place in any heat.
    assert cut.doubtful == {"77"}
    assert places["77"] == ("undecided", 0, None)


def test_what_was_certain_came_true() -> None:
    opened = rxscore.open_season("worldrx/2018")
    for number in (2, 3, 7):
        on = {row.entry for row in opened.scored().rounds[number - 1].stages["intermediate"].rows[:12]}
        for session in ("Q1", "Q2", "Q3"):
            for one in real("worldrx/2018", number, session).verdicts[0]:
                assert one.status == "open" or (one.status == "through") == (one.entry in on)


def test_the_log_may_hold_the_rest_of_the_round_or_end_there() -> None:
    opened = rxscore.open_season("worldrx/2018")
    kept = [event for event in opened.season.history if getattr(event, "round", 0) != 2 or event.kind != "results"]
    heats = [event for event in opened.season.history if event.kind == "results" and event.round == 2
             and event.session in ("Q1", "Q2", "Q3")]  # type: ignore[attr-defined] # fmt: skip
    kept = [event for event in kept if event.kind != "classification-declared" or event.round != 2]  # type: ignore[attr-defined]
    live = fold([*kept, *heats])
    assert next_cut(inside(live, opened.rules, 2)).verdicts == real("worldrx/2018", 2, "Q3").verdicts


@pytest.mark.parametrize(
    ("name", "number", "asked", "said"),
    [
        ("worldrx/2016", 5, {"after": "Q9"}, "round 5 has no session 'Q9'; its sessions are Q1, Q2, Q3, Q4, SF1"),
        ("worldrx/2016", 5, {"after": "F"}, "after F nothing is to come in round 5"),
        ("worldrx/2016", 5, {}, "round 5 is over; say after which of its sessions: Q1, Q2"),
        ("worldrx/2016", 5, {"before": "F"}, "after SF2 of round 5 no cut is to come: it is known who starts in F"),
        ("tcr-uk/2018", 1, {"before": "R2"}, "round 1 has no cut: by its rules nobody has to qualify"),
    ],
)  # fmt: skip
def test_where_there_is_no_cut_that_is_said(name: str, number: int, asked: dict[str, str], said: str) -> None:
    opened = rxscore.open_season(name)
    with pytest.raises(UserError, match=re.escape(said)):
        next_cut(inside(opened.season, opened.rules, number, **asked))


@pytest.mark.parametrize(
    ("name", "number", "after", "said"),
    [
        ("extreme-e/2021", 2, "Q1", "Qualifying adds up times"),
        ("worldrx/2024", 1, "Q2", "who starts in SF1, SF2 is not known"),
        ("eurorx/supercar-2011", 1, "Q1", "the log has no results of Q1"),
    ],
)
def test_what_places_do_not_decide_is_undecided_in_words(name: str, number: int, after: str, said: str) -> None:
    cut = real(name, number, after)
    assert said in cut.undecided
    assert cut.verdicts == ()
