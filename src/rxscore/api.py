"""Opening a season by name: its log read and checked, its rules found, both scored.

This is where files meet pure functions; everything below it works on values.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from rxscore import catalog
from rxscore.events import (
    Disqualification,
    Event,
    Exclusion,
    MarginClaimed,
    PlacePenalty,
    PointsClaimed,
    PointsDeduction,
    PointsReported,
    Reinstatement,
    ScoreDeduction,
    SessionResults,
    SessionShortened,
    SessionVoided,
    StandingClaimed,
    TieDecided,
    TimePenalty,
    suggest,
)
from rxscore.logs import Located, located
from rxscore.problems import Problem, UserError, capped
from rxscore.rulesets import Edit, Ruleset, Source, read
from rxscore.scoring import Extension, Rulebook, Scored, score
from rxscore.season import Season, fold
from rxscore.season.check import problems

if TYPE_CHECKING:
    from rxscore.verify import Report

_OF_SEASON = re.compile(r"(.+)@(\d{4}(?:-\d\d)?)$")

EXTENSIONS = "rxscore.rules"
"""The group of entry points in which Python extensions are registered."""


@frozen(eq=False)
class Opened:
    """A season read from a log: what it is called, the season as known, and its rules."""

    name: str
    log: Located
    season: Season
    rules: Rulebook

    def scored(self, as_of: str | None = None) -> Scored:
        """The season scored, with all that is known, or with what was known on a date."""
        return score(self.season if as_of is None else self.season.as_of(as_of), self.rules)

    def verify(self) -> "Report":
        """Every published table in the log against the one computed, line by line."""
        from rxscore.verify import verify

        return verify(self.scored(), self.scored)


def open_season(name: str, *, rules: str | None = None, edits: Sequence[Edit] = ()) -> Opened:
    """The season of a log, by name or path, with the ruleset its log names or with another one.

    Raises UserError with everything that is wrong with the log or the rules, by file, line and field.
    """
    log = located(catalog.find_log(name))
    if not log.events:
        raise UserError(Problem("the log is empty", log.file))
    season = checked(log)
    book = rulebook(season, rules, edits, log)
    # Other rules need not have every standing and session that the log speaks of.
    wrong = [*_standings_named(log, season, book.season), *_sessions_named(log, season, book)] if rules is None else []
    if wrong:
        raise UserError(wrong)
    return Opened(name, log, season, book)


def checked(log: Located) -> Season:
    """The season a log tells. Raises UserError with everything in it that cannot be right."""
    season = fold(log.events)
    wrong = [_problem(log, finding.event, finding.field, finding.message) for finding in problems(season)]
    if wrong:
        raise UserError(capped(sorted(wrong, key=lambda problem: problem.line or 0), log.file))
    return season


def rulebook(
    season: Season, name: str | None = None, edits: Sequence[Edit] = (), log: Located | None = None
) -> Rulebook:
    """The rules of a season and of those rounds that have their own. ``name``: these instead, for all of it.

    ``log``: where the season is told. A ruleset that it names by a path can lie beside it, and one that there
    is not is reported at the line that names it. Raises UserError.
    """
    opened = season.opened
    assert opened is not None, "a checked season is opened"
    if name is not None:
        own = ruleset(name, opened.season, edits)
        return Rulebook(own, {}, extensions([own]))
    own = _named_by(log, opened, opened.rules, opened.season, edits)
    pinned: dict[int, Ruleset] = {}
    for number in season.numbers:
        scheduled = season.rounds[number].scheduled
        if scheduled is not None and scheduled.rules:
            pinned[number] = _named_by(log, scheduled, scheduled.rules, opened.season, edits)
    return Rulebook(own, pinned, extensions([own, *pinned.values()]))


def _named_by(log: Located | None, event: Event, name: str, season: str, edits: Sequence[Edit]) -> Ruleset:
    """The ruleset that an event of a log names. Raises UserError, at the event's line if there is no such ruleset."""
    beside = Path(log.file).parent if log is not None and log.file else None
    other = _OF_SEASON.match(name)
    try:
        catalog.find_rules(other[1] if other else name, beside)
    except UserError as error:
        # What an edit named is reported at the edit.
        if log is None or event.id not in log.line_of:
            raise
        raise UserError(_problem(log, event.id, "rules", str(problem)) for problem in error.problems) from None
    return ruleset(name, season, edits, beside)


def ruleset(name: str, season: str, edits: Sequence[Edit] = (), beside: Path | None = None) -> Ruleset:
    """A ruleset by name or path, as it stands in a season. Raises UserError with every mistake in it.

    ``name@season``: as it stood in that other season. ``beside``: as in ``catalog.find_rules``.
    """
    other = _OF_SEASON.match(name)
    find = partial(source, beside=beside)
    return read(other[1], other[2], find, edits) if other else read(name, season, find, edits)


def source(name: str, beside: Path | None = None) -> Source:
    """The text of a ruleset's file. Raises UserError if there is none, or it is not UTF-8.

    ``beside``: as in ``catalog.find_rules``.
    """
    path = catalog.find_rules(name, beside)
    try:
        return Source(str(path), path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UserError(Problem(f"this is not UTF-8 (byte {error.start})", str(path))) from None
    except OSError as error:
        raise UserError(Problem(error.strerror or str(error), str(path))) from None


def extensions(rules: Sequence[Ruleset]) -> Mapping[str, Extension]:
    """The Python extensions that rulesets name. Raises UserError for one that is not installed."""
    named = {
        award.function: f"{one.name}: stages.{stage.id}.award.{standing}.function"
        for one in rules
        for stage in one.stages
        for standing, award in stage.award.items()
        if award.function
    }
    installed = _installed() if named else {}
    missing = [
        Problem(f"no extension {name!r} is installed{suggest(name, installed)}", field=key)
        for name, key in named.items()
        if name not in installed
    ]
    if missing:
        raise UserError(missing)
    return {name: installed[name].load() for name in named}


@cache
def _installed() -> Mapping[str, Any]:
    from importlib.metadata import entry_points

    return {point.name: point for point in entry_points(group=EXTENSIONS)}


def _standings_named(log: Located, season: Season, rules: Ruleset) -> list[Problem]:
    """Claims, deductions and the like that name a standing the rules do not have."""
    known = [standing.id for standing in rules.standings]
    claims = (StandingClaimed, PointsClaimed, MarginClaimed)
    kinds = (*claims, PointsReported, PointsDeduction, Exclusion, TieDecided)
    return [
        _problem(log, event.id, "standing", f"unknown standing {event.standing!r}{suggest(event.standing, known)}")
        for event in season.history
        if isinstance(event, kinds) and event.standing not in known and season.in_force(event.id)
    ]


def _sessions_named(log: Located, season: Season, rules: Rulebook) -> Iterator[Problem]:
    """Rulings on a session that neither the rules nor the schedule have, and of which there are no results either."""
    rulings = (Disqualification, PlacePenalty, Reinstatement, ScoreDeduction, TimePenalty)
    kinds = (*rulings, SessionShortened, SessionVoided)
    for event in season.history:
        if isinstance(event, kinds) and event.session and event.round is not None and season.in_force(event.id):
            round_ = season.rounds[event.round]
            scheduled = () if round_.scheduled is None else round_.scheduled.sessions
            known = [session for stage in rules.of(event.round).stages for session in stage.sessions]
            known += [*scheduled, *(results.session for results in round_.of(SessionResults))]
            if event.session not in known:
                near = suggest(event.session, list(dict.fromkeys(known)))
                yield _problem(log, event.id, "session", f"there is no session {event.session!r}{near}")


def _problem(log: Located, event: str, field: str, message: str) -> Problem:
    return Problem(f"{message} (event {event!r})" if field else message, log.file, log.line_of.get(event), field)
