"""Playing out what is still to come: orders of finish in, events out, which the engine then scores.

Nothing here deals points. Who starts in a semi-final is the engine's word too (``advancing``): a completion of a
season says only who would finish ahead of whom, session by session.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from attrs import field, frozen

from rxscore.events import (
    ClassificationDeclared,
    Disqualification,
    Event,
    Exclusion,
    FeatBy,
    FeatRecorded,
    PointsDeduction,
    PointsReported,
    Result,
    Revocation,
    RoundCancelled,
    RoundScheduled,
    SessionResults,
    TieDecided,
)
from rxscore.rulesets import Ruleset, Stage
from rxscore.scoring import Classification, Rulebook, Scored, advancing, score
from rxscore.scoring.lookup import Stages
from rxscore.scoring.stages import classify
from rxscore.season import Round, Season


class UnplayableError(ValueError):
    """A round cannot be played out, for the reason given: who would start in it does not follow from the rules."""


@frozen
class Completion:
    """How the rest of a season might go.

    ``orders``: by round and session, the entries, the better one first; entries that do not start in the session
    are passed over. ``feats``: by round, feat and session, who achieves it.
    """

    orders: Mapping[tuple[int, str], Sequence[str]] = field(factory=dict)
    feats: Mapping[tuple[int, str, str], str] = field(factory=dict)


def cut(season: Season, after: int, kept: Collection[str] = ()) -> Season:
    """The season as it stood after round ``after``: what happened, or was ruled, in later rounds is taken back.

    The calendar and the entries stay as they are known. ``kept``: sessions of the next round, and stages decided by
    them, that were over as well.
    """
    following = round_after(season, after)
    said = [
        event
        for event in season.history
        if _later(event, after) and not (getattr(event, "round", None) == following and _of_any(event, kept))
    ]
    known = max((event.known for event in season.history), default="")
    for number, event in enumerate(said):
        season = season.apply(Revocation(id=f"title:cut:{number}", known=known, revokes=event.id))
    return season


def round_after(season: Season, after: int) -> int | None:
    """The next round that is held after another, if there is one."""
    return min(
        (number for number in season.numbers if number > after and not season.rounds[number].cancelled), default=None
    )


def _of_any(event: Event, kept: Collection[str]) -> bool:
    return bool({getattr(event, "session", ""), getattr(event, "stage", "")} & set(kept))


def _later(event: Event, after: int) -> bool:
    if isinstance(event, RoundScheduled | RoundCancelled):
        return False
    number = getattr(event, "round", None)
    return number is not None and number > after and _changes_points(event)


def _changes_points(event: Event) -> bool:
    # Whatever belongs to a round and is not its place in the calendar is a result or a ruling.
    return hasattr(event, "session") or isinstance(
        event, ClassificationDeclared | PointsReported | PointsDeduction | Exclusion | TieDecided
    )


def to_come(season: Season) -> list[int]:
    """The rounds of the calendar in which nothing has happened yet."""
    return [number for number in season.numbers if _open(season.rounds[number])]


def _open(round_: Round) -> bool:
    return round_.scheduled is not None and not round_.cancelled and not round_.held


def sessions_of(season: Season, rules: Ruleset, number: int) -> tuple[str, ...]:
    """The sessions to be run in a round: as scheduled, else those of the last round held, else all the rules know."""
    scheduled = season.rounds[number].scheduled
    if scheduled is not None and scheduled.sessions:
        planned = set(scheduled.sessions)
    else:
        held = [one for one in season.numbers if one != number and season.rounds[one].of(SessionResults)]
        before = max((one for one in held if one < number), default=max(held, default=None))
        # What the round itself has seen already belongs to it, whatever other rounds had.
        raced = [season.rounds[one].of(SessionResults) for one in (before, number) if one is not None]
        planned = {event.session for events in raced for event in events} if before is not None else set()
    known = [session for stage in rules.stages for session in stage.sessions]
    if scheduled is not None and scheduled.sessions:
        return tuple(session for session in scheduled.sessions if session in known)
    return tuple(session for session in known if session in planned or not planned)


def field_of(season: Season, number: int) -> tuple[str, ...]:
    """The entries that are to start in a round: those entered for it, less those thrown out of the season.

    A driver who is entered in several cars starts in the one in which he raced last.
    """
    entered = [one for one in season.entered(number) if not season.of_entry(one.entry, Disqualification)]
    drivers = Counter(driver for one in entered for driver in one.drivers)
    if all(count == 1 for count in drivers.values()):
        return tuple(one.entry for one in entered)
    seated: set[str] = set()
    chosen: set[str] = set()
    for one in sorted(entered, key=lambda one: (-_raced_last(season, one.entry), one.entry)):
        if not seated & set(one.drivers):
            chosen.add(one.entry)
            seated.update(one.drivers)
    return tuple(one.entry for one in entered if one.entry in chosen)


def taking_part(season: Season, rules: Ruleset, number: int) -> tuple[str, ...]:
    """The entries that start in a round: of one that has begun, those listed where one need not qualify."""
    told = [
        {row.entry for row in event.rows}
        for event in season.rounds[number].of(SessionResults)
        if event.complete and event.race is None and not fed(event.session, rules)
    ]
    return tuple(entry for entry in field_of(season, number) if not told or any(entry in listed for listed in told))


def _raced_last(season: Season, entry: str) -> int:
    """The last round in whose results an entry is, or 0."""
    return max(
        (
            number
            for number in season.numbers
            for event in season.rounds[number].of(SessionResults)
            if any(row.entry == entry for row in event.rows)
        ),
        default=0,
    )


def as_run(completion: Completion, season: Season) -> Completion:
    """A completion with those only in each order who start: ``season`` is the one that was played out by it."""
    results = {
        (number, event.session): event.rows
        for number in {number for number, _ in completion.orders}
        for event in season.rounds[number].of(SessionResults)
    }
    orders = {key: tuple(row.entry for row in results[key]) for key in completion.orders if key in results}
    return Completion(orders, completion.feats)


def played(
    season: Season,
    rules: Ruleset,
    number: int,
    completion: Completion,
    known: str,
    field_: Sequence[str] | None = None,
) -> list[Event]:
    """The events of one round as a completion has it: results of every session to come, and feats.

    ``field_``: who starts (``taking_part``), if that is at hand. A session for which nobody qualifies has no rows.
    Raises UnplayableError where the rules do not say who starts in a session.
    """
    field_ = taking_part(season, rules, number) if field_ is None else field_
    run = {event.session for event in season.rounds[number].of(SessionResults)}
    sessions = [session for session in sessions_of(season, rules, number) if session not in run]
    events: list[Event] = list(season.rounds[number].events)
    made: list[Event] = []
    timed = any(map(looks_at_times, rules.stages))
    for stage in rules.stages:
        here = [session for session in stage.sessions if session in sessions]
        stages: Stages | None = None
        for session in here:
            if fed(session, rules):
                stages = classify(_round(number, events), rules, {})[0] if stages is None else stages
                starters: Sequence[str] = tuple(through(session, stages, rules))
                if not starters and not _nobody_qualifies(session, stages, rules):
                    raise UnplayableError(f"who starts in {session} of round {number} does not follow from the rules")
            else:
                starters = field_
            planned = completion.orders.get((number, session), field_)
            order = _ordered(planned, starters)
            times = _times(planned, order) if timed else [None] * len(order)
            rows = tuple(
                Result(entry, place, time=time)
                for place, (entry, time) in enumerate(zip(order, times, strict=True), start=1)
            )
            made.append(SessionResults(id=f"title:{number}:{session}", known=known, round=number,
                                       session=session, rows=rows))  # fmt: skip
        events = [*season.rounds[number].events, *made]
    for (there, feat, session), entry in completion.feats.items():
        if there == number:
            made.append(FeatRecorded(id=f"title:{number}:{feat}:{session}", known=known, round=number, feat=feat,
                                     session=session, rows=(FeatBy(entry),)))  # fmt: skip
    return made


def _round(number: int, events: Iterable[Event]) -> Round:
    return Round(number, tuple(sorted(events, key=lambda event: event.id)))


def fed(session: str, rules: Ruleset) -> bool:
    """Whether one has to qualify for a session."""
    return any(session in advance.to for stage in rules.stages for advance in stage.advance)


def _nobody_qualifies(session: str, stages: Stages, rules: Ruleset) -> bool:
    """Whether it is known of every way into a session that nobody takes it: a C final, where there are few cars."""
    ways = [(stage, advance) for stage in rules.stages for advance in stage.advance if session in advance.to]
    held = [(stage, advance) for stage, advance in ways if stage.id in stages]
    return bool(held) and all(
        _empty(stages[stage.id]) or advancing(stage, advance, stages, rules) is not None for stage, advance in held
    )


def _empty(found: Classification) -> bool:
    """Whether it is known that nobody was in a stage."""
    return found.complete and not found.rows and not any(contest.rows for contest in found.contests)


def through(session: str, stages: Stages, rules: Ruleset) -> Iterator[str]:
    """The entries that have qualified for a session."""
    for stage in rules.stages:
        for advance in stage.advance:
            if session in advance.to and stage.id in stages:
                found = advancing(stage, advance, stages, rules)
                yield from () if found is None else found.get(session, ())


def _ordered(order: Sequence[str], starters: Sequence[str]) -> list[str]:
    """The starters in the order given; who is not in it comes last."""
    rank = {entry: index for index, entry in enumerate(order)}
    return sorted(starters, key=lambda entry: rank.get(entry, len(rank)))


def _times(order: Sequence[str], starters: Sequence[str]) -> list[Decimal]:
    """Times to go with an order of finish: who is further back in the order of all is slower, in every session."""
    rank = {entry: index for index, entry in enumerate(order)}
    return [
        Decimal(60 + rank.get(entry, len(rank))) + Decimal(place) / 1000 for place, entry in enumerate(starters)
    ]  # fmt: skip


def looks_at_times(stage: Stage) -> bool:
    """Whether places alone do not say how a stage is ranked, or who goes on from it."""
    by_time = any(advance.plus and advance.plus_by == "time" for advance in stage.advance)
    return stage.by == "time" or by_time or any(step.kind in TIMES for step in stage.ties)


TIMES = ("time", "latest time")
"""The tie steps that look at times."""


def replay(
    base: Scored,
    rules: Rulebook,
    rounds: Sequence[int],
    completion: Completion,
    fields: Mapping[int, Sequence[str]] | None = None,
) -> Scored:
    """The season played out, scored by the engine. ``base``: what is known, scored; ``fields``: who starts, by round.

    Raises UnplayableError where the rules do not say who starts in a session.
    """
    season = base.season
    known = max((event.known for event in season.events.values()), default="")
    for number in rounds:
        field_ = None if fields is None else fields[number]
        for event in played(base.season, rules.of(number), number, completion, known, field_):
            season = season.apply(event)
    return score(season, rules, base)
