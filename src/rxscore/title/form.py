"""What every car brings into the sessions that decide a cut, and how it compares with whatever places it takes there.

The comparison is the engine's: its records, its sums, its tie-break chain. Where facts are missing there are two: the
best that a car may have done so far, and the worst.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

import attrs
from attrs import define, frozen

from rxscore.events import Points, ScoreDeduction, Status, plain
from rxscore.rulesets import Advance, Score, Stage, TieStep
from rxscore.scoring.model import STATUS_ORDER, Classified, Contest
from rxscore.scoring.ranking import Step
from rxscore.scoring.scores import last_place, outcome_points
from rxscore.scoring.tiesteps import Record, chain, or_last
from rxscore.scoring.totals import absence, counted, enough
from rxscore.title.inside import Inside
from rxscore.title.passing import Places

BEYOND = 10**9
"""More points than a heat can give or take away: for an outcome of which no source tells what it is worth."""


class UndecidedError(ValueError):
    """Who goes on does not follow from the places to come, or not from what is known; it says why."""


class Form(Protocol):
    """The cars before the sessions that decide a cut.

    ``sessions``: those to come, one after the other; several in one line are run side by side. ``races``: for each
    line, who meets whom. ``doubtful``: the cars of which facts are missing. ``open_step``: the step of
    the tie-break from which on it turns on more than places, or on what is not decided yet; empty, if there is none.
    """

    inside: Inside
    stage: Stage
    sessions: tuple[tuple[str, ...], ...]
    races: tuple[tuple[tuple[str, ...], ...], ...]
    field: tuple[str, ...]
    open_step: str

    @property
    def doubtful(self) -> frozenset[str]:
        """The cars of which it is not known what they did."""

    def key(self, entry: str, places: Places, *, kindly: bool) -> Any:
        """How a car compares with these places to come; the smaller is ahead. ``kindly``: missing facts help it."""

    def fit(self, entry: str, advance: Advance, *, starting: bool = True) -> bool:
        """Whether a car can go on at all, if it starts in (and finishes) all that is to come, or in nothing of it."""

    def run(self, layer: int, race: int) -> tuple[str, int | None]:
        """Which session, and which race of it (None: it is one race), a race to come belongs to."""


def form(inside: Inside, stage: Stage) -> Form:
    """The cars before the sessions that decide a stage which is one ranking. Raises UndecidedError."""
    if stage.total:
        return _total(inside, stage)
    if stage.follow:
        return _order(inside, stage)
    raise UndecidedError(f"{stage.title or stage.id} is several races, and the rules do not rank them as one")


def settled(steps: Sequence[TieStep], inside: Inside) -> tuple[TieStep, ...]:
    """The tie steps as far as they look at places, and at what is decided already."""
    done = {stage.id for stage in inside.rules.stages if inside.decided(stage)} | set(inside.over)
    found = []
    for step in steps:
        if step.kind in ("time", "latest time") or (step.kind in ("place", "points") and step.of not in done):
            break
        found.append(step)
    return tuple(found)


def _open_step(stage: Stage, steps: Sequence[TieStep]) -> str:
    return str(stage.ties[len(steps)]) if len(steps) < len(stage.ties) else ""


def _same(record: Record) -> Record:
    return record


# --- totals ----------------------------------------------------------------------------------


@frozen
class Done:
    """What a car did in a heat. ``score`` is None where the heat is nothing to it: a race of others."""

    place: int | None = None
    score: Points | None = None
    time: Decimal | None = None


@frozen(eq=False)
class Heat:
    """A contest that a total adds up: run, or (with the number of its session and race) to come.

    ``low`` and ``high``: what each car did in it, at worst and at best; the same, where it is known.
    """

    score: Score | None
    low: Mapping[str, Done] = {}
    high: Mapping[str, Done] = {}
    started: frozenset[str] = frozenset()
    finished: frozenset[str] = frozenset()
    to_come: tuple[int, int] | None = None


@define(eq=False)
class Total:
    """The cars before the heats to come of a total of scores."""

    inside: Inside
    stage: Stage
    sessions: tuple[tuple[str, ...], ...]
    races: tuple[tuple[tuple[str, ...], ...], ...]
    field: tuple[str, ...]
    heats: tuple[Heat, ...]
    steps: Sequence[Step[Record]]
    open_step: str
    taken_off: Mapping[str, Points]
    _keys: dict[tuple[str, Places, bool], Any] = attrs.field(factory=dict)

    @property
    def doubtful(self) -> frozenset[str]:
        """The cars of which it is not known what they did in some heat."""
        return frozenset(
            entry for entry in self.field for heat in self.heats if heat.low.get(entry) != heat.high.get(entry)
        )

    def key(self, entry: str, places: Places, *, kindly: bool) -> Any:
        """How a car compares with these places in the heats to come; the smaller is ahead."""
        asked = entry, places, kindly
        if asked not in self._keys:
            record = self._record(entry, places, kindly)
            sign = -1 if self.stage.order == "high" else 1
            self._keys[asked] = (sign * self._sum(record), *(step.key(record) for step in self.steps))
        return self._keys[asked]

    def fit(self, entry: str, advance: Advance, *, starting: bool = True) -> bool:
        """Whether a car fulfils what is asked to be placed, and to go on."""
        more = sum(self._starts(entry, heat) for heat in self.heats) if starting else 0
        started = more + sum(entry in heat.started for heat in self.heats)
        finished = more + sum(entry in heat.finished for heat in self.heats)
        asked = (self.stage.started, advance.started)
        return finished >= self.stage.finished and all(enough(started, one, len(self.heats)) for one in asked)

    def points(self, entry: str, places: Places = (), *, kindly: bool = False) -> Points:
        """What a car has with these places; with none, what it has so far (the least it can be)."""
        return self._sum(self._record(entry, places, kindly))

    def worth(self, layer: int, place: int) -> Points:
        """What a place in a session to come is worth."""
        heat = next(heat for heat in self.heats if heat.to_come is not None and heat.to_come[0] == layer)
        worth = heat.score.scale.at(place) if heat.score is not None else None
        assert worth is not None, "a scale that does not tell is refused before"
        return worth

    def run(self, layer: int, race: int) -> tuple[str, int | None]:
        """The session of a heat to come, and the race where it is classified race by race."""
        session = self.sessions[layer][0]
        owner = self.inside.rules.stage_of_session(session)
        return session, race + 1 if owner is not None and owner.per == "race" else None

    def _starts(self, entry: str, heat: Heat) -> bool:
        return heat.to_come is not None and entry in self.races[heat.to_come[0]][heat.to_come[1]]

    def _sum(self, record: Record) -> Points:
        return plain(counted(record.scores, self.stage) - self.taken_off.get(record.entry, 0))

    def _record(self, entry: str, places: Places, kindly: bool) -> Record:
        done = list(self.done(entry, places, kindly))
        scores = tuple(one.score for one in done if one.score is not None)
        return Record(entry, tuple(one.place for one in done), scores, tuple(one.time for one in done))

    def done(self, entry: str, places: Places = (), kindly: bool = False) -> Iterator[Done]:
        """What a car did, heat by heat, and what it does in those to come as far as ``places`` go."""
        for heat in self.heats:
            if heat.to_come is None:
                yield (heat.high if kindly else heat.low).get(entry, Done())
            elif heat.to_come[0] < len(places):
                yield self._to_come(entry, places[heat.to_come[0]], heat)

    def _to_come(self, entry: str, place: int | None, heat: Heat) -> Done:
        if not self._starts(entry, heat):
            return Done()
        assert heat.score is not None, "heats to come without a score are refused before"
        assert heat.to_come is not None
        at = heat.score.scale.at
        if place is not None:
            return Done(place, at(place))
        cars = self.races[heat.to_come[0]][heat.to_come[1]]
        worst = outcome_points(heat.score.dns, None, at, len(self.field), len(cars) - 1)
        return Done(None, (-BEYOND if self.stage.order == "high" else BEYOND) if worst is None else worst)


def _total(inside: Inside, stage: Stage) -> Total:
    title = stage.title or stage.id
    if stage.by == "time":
        raise UndecidedError(f"{title} adds up times, and the times to come can be any")
    if stage.order == "low" and any(step.kind == "best score" for step in stage.ties):
        raise UndecidedError(f"the tie-break of {title} prefers a worse place to a better one")
    sessions = inside.deciding(stage)
    cars = inside.field(stage)
    if not cars:
        raise UndecidedError("who takes part is not known")
    missing = [one for one in sessions if one in inside.over and not _contests(inside, stage, one)]
    if missing:
        raise UndecidedError(f"the log has no results of {', '.join(missing)}")
    to_come = [session for session in sessions if session in inside.to_come]
    races = [_races(inside, session, cars, high=stage.order == "high") for session in to_come]
    steps = settled(stage.ties, inside)
    taken_off: dict[str, Points] = {}
    for one in inside.round.of(ScoreDeduction):
        if one.stage == stage.id:
            taken_off[one.entry] = taken_off.get(one.entry, 0) + one.points
    return Total(
        inside,
        stage,
        tuple((session,) for session in to_come),
        tuple(races),
        cars,
        tuple(_heats(inside, stage, cars, to_come, races)),
        chain(steps, _same, inside.stages, inside.rules),
        _open_step(stage, steps),
        taken_off,
    )


def _races(inside: Inside, session: str, cars: Sequence[str], *, high: bool) -> tuple[tuple[str, ...], ...]:
    owner = inside.rules.stage_of_session(session)
    assert owner is not None, "a session that decides a stage belongs to one"
    worth = [None if owner.score is None else owner.score.scale.at(place) for place in range(1, len(cars) + 1)]
    told = [one for one in worth if one is not None]
    if len(told) < len(worth):
        raise UndecidedError(f"no source tells what every place in {session} is worth")
    if told != sorted(told, reverse=high):
        raise UndecidedError(f"a better place in {session} can be worth less than a worse one")
    races = inside.races(session, cars, owner)
    if races is None:
        raise UndecidedError(f"who meets whom in the races of {session} is not known")
    return races


def _contests(inside: Inside, stage: Stage, session: str) -> list[Contest]:
    parts = [inside.stages[name] for name in stage.total if name in inside.stages]
    return [contest for part in parts for contest in part.contests if contest.session == session]


def _heats(
    inside: Inside, stage: Stage, cars: Sequence[str], to_come: Sequence[str], races: Sequence[Sequence[Sequence[str]]]
) -> Iterator[Heat]:
    """The contests of a total in their order: those that were run, and those to come."""
    for name in stage.total:
        owner = inside.rules.stage(name)
        for session in owner.sessions:
            if session in to_come:
                layer = to_come.index(session)
                yield from (Heat(owner.score, to_come=(layer, race)) for race in range(len(races[layer])))
            else:
                yield from (_run(inside, contest, owner, stage, cars) for contest in _contests(inside, stage, session))


def _run(inside: Inside, contest: Contest, owner: Stage, stage: Stage, cars: Sequence[str]) -> Heat:
    """What each car did in a contest that was run."""
    if owner.score is None:
        raise UndecidedError(f"no source tells what a place in {contest.session} is worth")
    if owner.per == "race" and not contest.complete:
        raise UndecidedError(f"who started in {contest.label} is not fully known")
    rows = {row.entry: row for row in contest.rows}
    low: dict[str, Done] = {}
    high: dict[str, Done] = {}
    for entry in cars:
        known = _known(rows.get(entry), contest, len(cars), inside)
        if known is not None:
            low[entry] = high[entry] = known
        else:
            low[entry], high[entry] = _range(contest, owner.score, stage, len(cars))
    started = frozenset(entry for entry, row in rows.items() if row.status not in ("DNS", "unknown"))
    finished = frozenset(entry for entry, row in rows.items() if row.status == "classified")
    return Heat(owner.score, low, high, started, finished)


def _known(row: Classified | None, contest: Contest, size: int, inside: Inside) -> Done | None:
    if row is not None:
        told = row.settled and row.score is not None
        return Done(row.place, row.score, row.time if row.status == "classified" else None) if told else None
    if not contest.complete:
        return None
    given = absence(contest, size, inside.rules)
    return None if None in given else Done(None, next(iter(given), None))


def _range(contest: Contest, score: Score, stage: Stage, size: int) -> tuple[Done, Done]:
    """The worst and the best that one may have done of whom a contest does not tell it."""
    taken = {row.place for row in contest.rows}
    free = next(place for place in range(1, len(taken) + 2) if place not in taken)
    at = score.scale.at
    outcomes = (score.dnf, score.dns, score.dsq, score.nc)
    given = [at(size), *(outcome_points(one, None, at, size, last_place(contest.rows)) for one in outcomes)]
    told = [one for one in given if one is not None]
    high = stage.order == "high"
    if len(told) < len(given):
        told.append(0 if high else BEYOND)
    return Done(None, min(told) if high else max(told)), Done(free, at(free))


# --- an order that follows races -------------------------------------------------------------


@define(eq=False)
class Order:
    """The cars before races that are ranked together: equal places of different races, parted by what was before."""

    inside: Inside
    stage: Stage
    sessions: tuple[tuple[str, ...], ...]
    races: tuple[tuple[tuple[str, ...], ...], ...]
    field: tuple[str, ...]
    steps: Sequence[Step[Record]]
    open_step: str
    done: Mapping[str, tuple[int | None, Status]]

    @property
    def doubtful(self) -> frozenset[str]:
        """None: nothing is missing, or it is undecided."""
        return frozenset()

    def key(self, entry: str, places: Places, *, kindly: bool) -> Any:
        """How a car compares with a place in its race; ``kindly`` makes no difference: nothing is missing."""
        place, status = self.done.get(entry) or (places[0], "classified")
        record = Record(entry, (place,), (), (None,))
        return or_last(place), STATUS_ORDER[status], *(step.key(record) for step in self.steps)

    def fit(self, entry: str, advance: Advance, *, starting: bool = True) -> bool:
        """Whether a car can go on: it has raced, or will."""
        return entry in self.done or starting

    def run(self, layer: int, race: int) -> tuple[str, int | None]:
        """The session of a race to come."""
        return self.sessions[layer][race], None


def _order(inside: Inside, stage: Stage) -> Order:
    raced = inside.rules.stage(stage.follow[0])
    title = stage.title or stage.id
    if len(stage.follow) > 1 or not raced.sessions or raced.per == "race":
        raise UndecidedError(f"{title} is put together from several stages")
    steps = settled(stage.ties, inside)
    for step in steps:
        if step.of in inside.stages and not inside.stages[step.of].complete:
            raise UndecidedError(f"{inside.rules.stage(step.of).title or step.of}, which parts equals, is not known")
    found = inside.stages.get(raced.id)
    done: dict[str, tuple[int | None, Status]] = {}
    for contest in found.contests if found is not None else ():
        if not contest.complete or not all(row.settled for row in contest.rows):
            raise UndecidedError(f"the results of {contest.session} are not fully known")
        done |= {row.entry: (row.place, row.status) for row in contest.rows}
    to_come = [session for session in inside.deciding(raced) if session in inside.to_come]
    races = tuple(_starters(inside, session) for session in to_come)
    cars = tuple(dict.fromkeys([*done, *(entry for race in races for entry in race)]))
    return Order(
        inside,
        stage,
        (tuple(to_come),),
        (races,),
        cars,
        chain(steps, _same, inside.stages, inside.rules),
        _open_step(stage, steps),
        done,
    )


def _starters(inside: Inside, session: str) -> tuple[str, ...]:
    starters = inside.starters(session)
    if not starters:
        raise UndecidedError(f"who starts in {session} is not known")
    return starters
