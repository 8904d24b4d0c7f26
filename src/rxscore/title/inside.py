"""A round under way: what has been run of it, what is still to come, and who takes part."""

from collections.abc import Iterable, Sequence
from functools import cached_property

from attrs import frozen

from rxscore.events import ClassificationDeclared, Disqualification, Event, SessionResults
from rxscore.problems import UserError
from rxscore.rulesets import Ruleset, Stage
from rxscore.scoring import Rulebook
from rxscore.scoring.contests import voided
from rxscore.scoring.lookup import Stages
from rxscore.scoring.stages import classify
from rxscore.season import Round, Season
from rxscore.title.play import cut, fed, field_of, round_after, sessions_of, through


@frozen(eq=False)
class Inside:
    """A round as it stood between two of its sessions.

    ``round``: what was known of it then. ``season``: the whole log; from what it tells of the rest of the round only
    that is taken which is known before a start: who takes part, and who meets whom. ``over`` and ``to_come``: its
    sessions, in the order of the rules.
    """

    season: Season
    round: Round
    rules: Ruleset
    over: tuple[str, ...]
    to_come: tuple[str, ...]

    @property
    def number(self) -> int:
        """The number of the round."""
        return self.round.number

    @cached_property
    def stages(self) -> Stages:
        """Every stage as far as it was classified then."""
        return self.classified(self.round.events)

    def classified(self, events: Iterable[Event]) -> Stages:
        """Every stage of the round if these were its events."""
        round_ = Round(self.number, tuple(sorted(events, key=lambda event: event.id)))
        thrown_out = {entry: ruling for entry in self.season.entries
                      for ruling in self.season.of_entry(entry, Disqualification)}  # fmt: skip
        return classify(round_, self.rules, thrown_out)[0]

    def deciding(self, stage: Stage) -> tuple[str, ...]:
        """The sessions of this round that decide a stage, its own or those of the stages it adds up or follows."""
        parts = [self.rules.stage(name) for name in (*stage.total, *stage.follow)]
        sessions = {*stage.sessions, *(session for part in parts for session in self.deciding(part))}
        return tuple(session for session in (*self.over, *self.to_come) if session in sessions)

    def decided(self, stage: Stage) -> bool:
        """Whether nothing that is to come can change a stage."""
        return not set(self.deciding(stage)) & set(self.to_come)

    def field(self, stage: Stage) -> tuple[str, ...]:
        """The cars that take part in the sessions that decide a stage, where nobody has to qualify to start in them.

        Those listed in them so far, if one of them lists everybody; else those that the log lists in any of them, or
        in the stage; and if that is not complete either, all who are entered.
        """
        sessions = self.deciding(stage)
        out = {one.entry for one in self.round.of(Disqualification) if not one.session}
        events = self.season.rounds[self.number].events
        said = [event for event in events if isinstance(event, SessionResults) and event.session in sessions]
        told = [event for event in events if isinstance(event, ClassificationDeclared) and event.stage == stage.id]
        then = [event for event in said if event.session in self.over]
        listed: dict[str, None] = {}
        for results, declared in ((then, []), (said, told)):
            listed |= dict.fromkeys(row.entry for event in results for row in event.rows)
            listed |= dict.fromkeys(row.entry for event in declared for row in event.rows)
            runs = {event.session for event in results}
            whole = any(all(event.complete for event in results if event.session == run) for run in runs)
            if whole or any(event.complete for event in declared):
                return tuple(entry for entry in listed if entry not in out)
        listed |= dict.fromkeys(field_of(self.season, self.number))
        return tuple(entry for entry in listed if entry not in out)

    def starters(self, session: str) -> tuple[str, ...]:
        """The cars that start in a session: who has qualified, else whom the log lists there; none: not known."""
        found = tuple(through(session, self.stages, self.rules)) if fed(session, self.rules) else ()
        return found or listed_at_start(self.season.rounds[self.number], session)

    def races(self, session: str, field: Sequence[str], stage: Stage) -> tuple[tuple[str, ...], ...] | None:
        """Who meets whom in a session to come that is classified race by race; None where the log does not tell."""
        if stage.per == "session":
            return (tuple(field),)
        told = [event for event in self.season.rounds[self.number].of(SessionResults) if event.session == session]
        groups = [tuple(row.entry for row in event.rows) for event in sorted(told, key=lambda event: event.race or 0)]
        known = {entry for group in groups for entry in group}
        return tuple(groups) if known == set(field) and all(event.complete for event in told) else None


def inside(
    season: Season, rules: Rulebook, number: int, *, after: str | None = None, before: str | None = None
) -> Inside:
    """A round as it stood after one of its sessions, or before one; else as far as the log has results of it.

    Raises UserError if the round has no such session, or nothing of it is left to come.
    """
    here, round_ = rules.of(number), season.rounds[number]
    if round_.cancelled:
        raise UserError(f"round {number} was cancelled")
    planned = [one for one in sessions_of(season, here, number) if not voided(round_, one, None)]
    run = {event.session for event in round_.of(SessionResults)}
    asked = after if after is not None else before
    if asked is not None and asked not in planned:
        raise UserError(f"round {number} has no session {asked!r}; its sessions are {', '.join(planned)}")
    if after is not None:
        split = planned.index(after) + 1
    elif before is not None:
        split = planned.index(before)
    else:
        split = max((index for index, session in enumerate(planned, start=1) if session in run), default=0)
    over, to_come = tuple(planned[:split]), tuple(planned[split:])
    if not to_come:
        said = f"after {after} nothing is to come in round {number}" if after else f"round {number} is over"
        raise UserError(f"{said}; say after which of its sessions: {', '.join(planned)}")
    kept = {*over, *decided_by(over, planned, here)}
    later = [event for event in round_.events if _told_of(event) and not _told_of(event) & kept]
    if not any(isinstance(event, SessionResults | ClassificationDeclared) for event in later):
        # The log ends here: nothing in it was said later.
        later = []
    then = tuple(event for event in round_.events if event not in later)
    return Inside(season, Round(number, then), here, over, to_come)


def _told_of(event: Event) -> set[str]:
    """The session or stage that an event is about; ``""`` for the whole round; nothing for one of the calendar."""
    return {getattr(event, name) for name in ("session", "stage") if hasattr(event, name)}


def listed_at_start(round_: Round, session: str) -> tuple[str, ...]:
    """The cars that started in a session by its results; none, where these do not list all.

    Who starts is known before the start, though archives may tell it only by the results.
    """
    told = [event for event in round_.of(SessionResults) if event.session == session]
    if not all(event.complete for event in told):
        return ()
    return tuple(dict.fromkeys(row.entry for event in told for row in event.rows if row.status != "DNS"))


def decided_by(over: Sequence[str], planned: Sequence[str], rules: Ruleset) -> list[str]:
    """The stages that are to be held and that nothing but these sessions decides."""
    decided: list[str] = []
    for stage in rules.stages:
        sessions = [session for session in stage.sessions if session in planned]
        parts = [part for part in (*stage.total, *stage.follow) if _held(rules.stage(part), planned, rules)]
        if (sessions or parts) and all(session in over for session in sessions) and set(parts) <= set(decided):
            decided.append(stage.id)
    return decided


def _held(stage: Stage, planned: Sequence[str], rules: Ruleset) -> bool:
    """Whether a stage has any part in the round."""
    parts = (rules.stage(part) for part in (*stage.total, *stage.follow))
    return any(session in planned for session in stage.sessions) or any(_held(part, planned, rules) for part in parts)


def before_session(season: Season, rules: Rulebook, after: int, session: str) -> tuple[Season, int]:
    """The season before a session of the round after ``after``, and that round.

    Raises UserError if there is no such round, or no such session in it.
    """
    following = round_after(season, after)
    if following is None:
        raise UserError(f"there is no round after round {after}")
    here = rules.of(following)
    planned = sessions_of(season, here, following)
    if session not in planned:
        raise UserError(f"round {following} has no session {session!r}; its sessions are {', '.join(planned)}")
    over = planned[: planned.index(session)]
    return cut(season, after, [*over, *decided_by(over, planned, here)]), following


def under_way(season: Season, rules: Rulebook) -> int | None:
    """The round of which some sessions have been run and others are to come, if there is one: the last such."""
    for number in reversed(season.numbers):
        round_ = season.rounds[number]
        run = {event.session for event in round_.of(SessionResults)}
        if run and not round_.cancelled:
            planned = sessions_of(season, rules.of(number), number)
            last = max((index for index, session in enumerate(planned, start=1) if session in run), default=0)
            return number if last < len(planned) else None
    return None


def rounds_over(season: Season, rules: Rulebook) -> list[int]:
    """The rounds that were held, but for one that is under way."""
    begun = under_way(season, rules)
    return [number for number in season.numbers if season.rounds[number].held and number != begun]


def next_session(season: Season, rules: Rulebook) -> tuple[int, str] | None:
    """The round that is under way and its next session, if there is one."""
    number = under_way(season, rules)
    return None if number is None else (number, inside(season, rules, number).to_come[0])
