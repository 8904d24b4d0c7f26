"""Hypothesis strategies for small seasons under small rulesets, with all that makes adding up difficult."""

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from rxscore.events import (
    CompetitorRegistered,
    EligibilitySet,
    EntryFiled,
    Event,
    Exclusion,
    FeatBy,
    FeatRecorded,
    PointsDeduction,
    Result,
    RoundScheduled,
    SeasonOpened,
    SessionResults,
    SessionShortened,
    TieDecided,
)
from rxscore.rulesets import (
    AwardRule,
    Bonus,
    Count,
    Multiplier,
    Outcome,
    Ruleset,
    Scale,
    Shortened,
    Stage,
    Standing,
    TieStep,
)
from rxscore.scoring import Rulebook, Scored, score
from rxscore.season import fold

DRIVERS = "abcdef"
SAID: dict[str, Any] = {"known": "2024-01-01"}

scales = st.lists(st.integers(0, 12) | st.sampled_from([Fraction(1, 2), Fraction(9, 2)]), min_size=4, max_size=4)
outcomes = st.sampled_from([Outcome("place"), Outcome("points", 0), Outcome("points", 1), Outcome("last", 1)])
steps = st.builds(
    TieStep,
    kind=st.sampled_from(
        ["wins", "countback", "latest round", "earliest best", "gross points", "best score", "points"]
    ),
    of=st.sampled_from(["", "race", "sprint"]),
    counted=st.booleans(),
    scoring=st.booleans(),
).filter(lambda step: (step.kind != "points" or bool(step.of)) and not (step.scoring and step.of == "sprint"))
counts = st.builds(
    Count,
    best=st.integers(0, 3),
    half=st.sampled_from([None, None, 1, 2]),
    stages=st.sampled_from([(), (), ("race",)]),
    unit=st.sampled_from(["round", "round", "session"]),
    droppable=st.sets(st.sampled_from(["started", "not disqualified"])).map(tuple),
)


dropping = st.builds(Count, best=st.integers(1, 2))
by_scores = st.builds(
    TieStep,
    kind=st.sampled_from(["gross points", "best score", "countback", "earliest best"]),
    counted=st.just(True),
)


@st.composite
def rulesets(draw: st.DrawFn, counts: Any = counts, steps: Any = steps) -> Ruleset:
    """A ruleset of two stages, a bonus and two standings: the drivers, and the teams that add their points up."""
    varied = AwardRule(
        scale=Scale((9, 6, 4)),
        dnf=draw(outcomes),
        dsq=draw(outcomes),
        if_classified=draw(st.sampled_from(["", "sprint"])),
    )
    drivers = Standing(
        id="drivers",
        crew=draw(st.sampled_from(["each", "share", "nothing"])),
        appears=draw(st.sampled_from(["started", "classified", "scored"])),
        order=draw(st.sampled_from(["high", "high", "low"])),
        counts=tuple(draw(st.lists(counts, max_size=1))),
        ties=tuple(draw(st.lists(steps, max_size=3))),
    )
    return Ruleset(
        name="club",
        title="A club",
        series="club",
        seasons="any",
        winner="race",
        dead_heat=draw(st.sampled_from(["share", "full"])),
        stages=(
            Stage(id="sprint", sessions=("S",), award={"drivers": AwardRule(scale=Scale((3, 1)))}),
            Stage(id="race", sessions=("R1", "R2"), award={"drivers": varied}),
        ),
        bonuses=(Bonus(id="fl", feat="fastest-lap", award={"drivers": Fraction(1, 2)}, shared="split"),),
        shortened=(Shortened(stages=("race",), below=1, factor=Fraction(1, 2)),),
        multipliers=tuple(draw(st.sampled_from([(), (Multiplier(last=1, factor=2),)]))),
        standings=(
            drivers,
            Standing(id="teams", of="team", points_of="drivers", counts=drivers.counts, ties=drivers.ties),
        ),
    )


@st.composite
def events(draw: st.DrawFn) -> list[Event]:
    """A season of a few rounds: dead heats, retirements, shared cars, half points, rulings."""
    said: list[Event] = [SeasonOpened(id="s", series="club", season="2024", name="Club", rules="club", **SAID)]
    for number, name in enumerate(DRIVERS):
        said.append(CompetitorRegistered(id=f"d{name}", competitor=name, name=name.upper(), **SAID))
        crew = (name, DRIVERS[number + 1]) if number == 0 else (name,)
        said.append(EntryFiled(id=f"e{name}", entry=f"car-{name}", drivers=crew, team=f"team-{number // 2}", **SAID))
    for number in (0, 1, 2):
        said.append(
            CompetitorRegistered(id=f"t{number}", competitor=f"team-{number}", type="team", name="Team", **SAID)
        )
    for round_ in range(1, draw(st.integers(2, 5)) + 1):
        factor = draw(st.sampled_from([1, 1, Fraction(1, 2), 2]))
        said.append(RoundScheduled(id=f"r{round_}", round=round_, name="Round", coefficient=factor, **SAID))
        for session in draw(st.sets(st.sampled_from(["S", "R1", "R2"]), min_size=1)):
            rows = draw(classified())
            key = f"{session}{round_}"
            said.append(SessionResults(id=key, round=round_, session=session, rows=rows, **SAID))
            if draw(st.integers(0, 5)) == 0:
                half = Fraction(1, 2)
                said.append(SessionShortened(id=f"h{key}", round=round_, session=session, completed=half, **SAID))
        laps = draw(st.lists(st.sampled_from(DRIVERS), unique=True, max_size=2))
        if laps:
            fastest = tuple(FeatBy(f"car-{name}") for name in laps)
            said.append(FeatRecorded(id=f"fl{round_}", round=round_, feat="fastest-lap", rows=fastest, **SAID))
    for name in draw(st.sets(st.sampled_from(DRIVERS), max_size=1)):
        said.append(
            PointsDeduction(id="p", competitor=name, standing="drivers", points=draw(st.integers(-4, 4)), **SAID)
        )
    for name in draw(st.sets(st.sampled_from(DRIVERS), max_size=1)):
        said.append(Exclusion(id="x", competitor=name, standing="drivers", keep_row=True, **SAID))
    if draw(st.booleans()):
        order = tuple(draw(st.permutations(DRIVERS))[: draw(st.integers(2, len(DRIVERS)))])
        said.append(TieDecided(id="lot", standing="drivers", order=order, **SAID))
    for name in draw(st.sets(st.sampled_from(DRIVERS), max_size=1)):
        said.append(EligibilitySet(id="g", entry=f"car-{name}", scores=False, holds_place=draw(st.booleans()), **SAID))
    return said


@st.composite
def classified(draw: st.DrawFn) -> tuple[Result, ...]:
    """The rows of one race."""
    names = draw(st.permutations(DRIVERS))[: draw(st.integers(2, len(DRIVERS)))]
    rows: list[Result] = []
    for place, name in enumerate(names, start=1):
        status = draw(st.sampled_from(["classified"] * 6 + ["DNF", "DNS", "DSQ", "unknown"]))
        placed = status in ("classified", "DNF")
        rows.append(Result(f"car-{name}", place=place if placed else None, status=status))
    if len(rows) > 1 and rows[0].status == rows[1].status == "classified" and draw(st.booleans()):
        rows[1] = Result(rows[1].entry, place=1, tied=True)
        rows[0] = Result(rows[0].entry, place=1, tied=True)
    return tuple(rows)


@st.composite
def scored_seasons(draw: st.DrawFn, counts: Any = counts, steps: Any = steps) -> Scored:
    """A season of ``events`` scored by one of ``rulesets``."""
    return score(fold(draw(events())), Rulebook(draw(rulesets(counts, steps))))
