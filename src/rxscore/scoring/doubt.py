"""What is not known: who may have got more points in a round than can be told."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rxscore.events import EntryFiled, SessionResults
from rxscore.rulesets import Standing
from rxscore.scoring.advancing import advancing
from rxscore.scoring.lookup import contests_of
from rxscore.scoring.meeting import Deal, Meeting, rosters
from rxscore.scoring.model import Classification
from rxscore.scoring.reported import reported
from rxscore.scoring.stages import expected_sessions
from rxscore.season import Season

_Doubtful = tuple[tuple[str, ...], Classification | None]
"""A stage that is worth points and not fully known: its sessions, and what there is of it."""


def in_doubt(season: Season, meeting: Meeting, deals: Mapping[str, Iterable[Deal]]) -> Mapping[str, frozenset[str]]:
    """By standing, the competitors who may have got more points in this round than are known."""
    standings = meeting.rules.standings
    doubtful = {standing.id: _doubtful(meeting, standing) for standing in standings}
    untold = {standing.id: _untold(meeting, standing, deals[standing.id]) for standing in standings}
    if not any(doubtful.values()) and not any(untold.values()):
        return {}
    entered = list(season.entered(meeting.round.number))
    everybody = rosters(season, meeting.round.number, meeting.rules, entered)
    return {
        standing.id: untold[standing.id]
        | frozenset(
            owner
            for sessions, found in doubtful[standing.id]
            for entry in _unknown(entered, meeting, sessions, found)
            if everybody[standing.id].scores(entry.entry)
            for owner in everybody[standing.id].owners(entry.entry)
            if owner not in reported(meeting.round, standing)
        )
        for standing in standings
    }


def _doubtful(meeting: Meeting, standing: Standing) -> Sequence[_Doubtful]:
    found: list[_Doubtful] = []
    for stage in meeting.rules.stages:
        if (standing.points_of or standing.id) in stage.award:
            classification = meeting.stages.get(stage.id)
            if classification is None:
                # A stage of which nothing is told was not run, unless the schedule says that it was to be.
                if not stage.sessions or expected_sessions(meeting.round, stage.sessions):
                    found.append((stage.sessions, None))
            elif not classification.complete:
                found.append((stage.sessions, classification))
    return found


def _untold(meeting: Meeting, standing: Standing, deals: Iterable[Deal]) -> frozenset[str]:
    """Those who took a place whose points no source tells, unless their points themselves are reported."""
    roster = meeting.rosters[standing.id]
    return frozenset(
        owner
        for deal in deals
        if deal.points is None
        for owner in roster.owners(deal.entry, deal.drivers)
        if owner not in reported(meeting.round, standing) | reported(meeting.round, standing, deal.stage)
    )


def _unknown(
    entered: Sequence[EntryFiled], meeting: Meeting, sessions: tuple[str, ...], found: Classification | None
) -> Iterator[EntryFiled]:
    """The entries whose result in a stage is not known, though they may have one."""
    contests = () if found is None else contests_of(found)
    rows = [row for contest in contests for row in contest.rows]
    settled = {row.entry for row in rows if row.settled}
    if found is not None and _all_listed(found, meeting, sessions):
        unsettled = {row.entry for row in rows} - settled
        yield from (entry for entry in entered if entry.entry in unsettled)
    else:
        out = _not_through(meeting, sessions)
        yield from (entry for entry in entered if entry.entry not in settled and entry.entry not in out)


def _all_listed(found: Classification, meeting: Meeting, sessions: tuple[str, ...]) -> bool:
    """Whether everybody who took part is listed, though perhaps not how he came out."""
    contests = contests_of(found)
    here = {contest.session for contest in contests}
    scheduled = meeting.round.scheduled
    expected = () if scheduled is None else [session for session in sessions if session in scheduled.sessions]
    return all(session in here for session in expected) and all(contest.complete for contest in contests)


def _not_through(meeting: Meeting, sessions: tuple[str, ...]) -> set[str]:
    """The entries known not to have qualified for any of these sessions: placed in what fed them, but too far back."""
    out: set[str] = set()
    for stage in meeting.rules.stages:
        found = meeting.stages.get(stage.id)
        for advance in stage.advance:
            if found is None or not set(advance.to) & set(sessions) or advance.best is None:
                continue
            through = advancing(stage, advance, meeting.stages, meeting.rules)
            ahead = {entry for entries in (through or {}).values() for entry in entries}
            out |= {row.entry for row in found.rows if row.place is not None and row.place > advance.best} - ahead
    raced = {row.entry for event in meeting.round.of(SessionResults) if event.session in sessions for row in event.rows}
    return out - raced
