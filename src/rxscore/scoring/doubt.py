"""What is not known: who may have got more points in a round than can be told."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import frozen

from rxscore.events import EntryFiled, FeatRecorded, SessionResults
from rxscore.record import Record
from rxscore.rulesets import AwardRule, Ruleset, Stage, Standing
from rxscore.rulesets.model import NOTHING, OF_THE_PLACE
from rxscore.scoring.advancing import advancing
from rxscore.scoring.asked import asked
from rxscore.scoring.eligibility import Roster
from rxscore.scoring.lookup import Stages, contests_of, places_held
from rxscore.scoring.meeting import Deal, Meeting
from rxscore.scoring.model import Classification, Contest
from rxscore.scoring.programme import due, expected_sessions
from rxscore.scoring.reported import reported
from rxscore.season import Round, Season


@frozen(eq=False, repr=False)
class _Doubtful(Record):
    """A stage that is worth points and not fully known: what it gives, and what there is of it."""

    stage: Stage
    clause: AwardRule
    found: Classification | None


def all_told(round_: Round, rules: Ruleset, stages: Stages) -> bool:
    """Whether nothing that was classified or achieved in a round is left open."""
    return all(
        stages[stage.id].complete if stage.id in stages else not due(round_, stage) for stage in rules.stages
    ) and all(feat.complete for feat in round_.of(FeatRecorded))


def in_doubt(season: Season, meeting: Meeting) -> Mapping[str, frozenset[str]]:
    """By standing, the competitors who may have had results in this round that are not known."""
    standings = meeting.rules.standings
    doubtful = {standing.id: _doubtful(meeting, standing) for standing in standings}
    feats = {standing.id: _partly_told(meeting, standing) for standing in standings}
    if not any(doubtful.values()) and not any(feats.values()):
        return {}
    entered = list(season.entered(meeting.round.number))
    found: dict[str, frozenset[str]] = {}
    for standing in standings:
        unknown = [(one.stage.id, _unknown(entered, meeting, one, standing)) for one in doubtful[standing.id]]
        unknown += [(bonus, _besides(entered, feat)) for bonus, feat in feats[standing.id]]
        found[standing.id] = frozenset(
            owner
            for what, cars in unknown
            for entry, drivers in cars
            for owner in _may_have_more(entry, drivers, what, meeting, standing)
        )
    return found


def untold(meeting: Meeting, standing: Standing, deals: Iterable[Deal]) -> frozenset[str]:
    """Those of whose points in a place only limits are known, unless the points themselves are reported."""
    roster = meeting.rosters[standing.id]
    return frozenset(
        owner
        for deal in deals
        if deal.more != 0
        for owner in roster.owners(deal.entry, deal.drivers)
        if owner not in _told(meeting, standing, deal.stage)
    )


def _may_have_more(
    entry: str, drivers: tuple[str, ...], what: str, meeting: Meeting, standing: Standing
) -> Iterator[str]:
    """The owners of a car whose points in a stage (or for a feat) are not known, unless they are reported."""
    roster = meeting.rosters[standing.id]
    if not roster.scores(entry):
        return
    if standing.points_of:
        told = _told(meeting, meeting.rules.standing(standing.points_of), what)
        if told.issuperset(meeting.rosters[standing.points_of].owners(entry, drivers)):
            return
    told = _told(meeting, standing, what)
    yield from (owner for owner in roster.owners(entry, drivers) if owner not in told)


def _told(meeting: Meeting, standing: Standing, what: str) -> set[str]:
    """Those whose points in a standing are reported, for the whole round or for one stage of it."""
    return reported(meeting.round, standing) | reported(meeting.round, standing, what)


def _doubtful(meeting: Meeting, standing: Standing) -> Sequence[_Doubtful]:
    found: list[_Doubtful] = []
    for stage in meeting.rules.stages:
        clause = stage.award.get(standing.points_of or standing.id)
        if clause is not None:
            classification = meeting.stages.get(stage.id)
            if classification is None:
                if due(meeting.round, stage):
                    found.append(_Doubtful(stage, clause, None))
            elif not classification.complete:
                found.append(_Doubtful(stage, clause, classification))
    return found


def _partly_told(meeting: Meeting, standing: Standing) -> Sequence[tuple[str, FeatRecorded]]:
    """The bonuses of a standing with a feat that others may have achieved as well."""
    return [
        (bonus.id, feat)
        for bonus in meeting.rules.bonuses
        if (standing.points_of or standing.id) in bonus.award
        for feat in meeting.round.of(FeatRecorded)
        if not feat.complete and feat.feat == bonus.feat and (not bonus.session or feat.session == bonus.session)
    ]


def _besides(entered: Iterable[EntryFiled], feat: FeatRecorded) -> Iterator[tuple[str, tuple[str, ...]]]:
    named = {row.entry for row in feat.rows}
    yield from ((entry.entry, ()) for entry in entered if entry.entry not in named)


def _unknown(
    entered: Sequence[EntryFiled], meeting: Meeting, doubtful: _Doubtful, standing: Standing
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The entries whose result in a stage is not known, though they may have one that is worth points.

    With who drove, where that is told.
    """
    sessions, found = doubtful.stage.sessions, doubtful.found
    contests = () if found is None else contests_of(found)
    rows = [row for contest in contests for row in contest.rows]
    settled = {row.entry for row in rows if row.settled} - _lost(meeting, doubtful)
    drove = {row.entry: row.drivers for row in rows if not row.settled}
    if found is not None and _all_listed(doubtful, meeting, standing):
        unknown = {row.entry for row in rows} - settled
    else:
        unknown = {entry.entry for entry in entered} - settled - _not_through(meeting, sessions, entered)
    yield from ((entry.entry, drove.get(entry.entry, ())) for entry in entered if entry.entry in unknown)


def _lost(meeting: Meeting, doubtful: _Doubtful) -> set[str]:
    """Cars of which some result of a stage is known, but not that of every session in which everybody starts."""
    fed = {session for stage in meeting.rules.stages for advance in stage.advance for session in advance.to}
    expected = expected_sessions(meeting.round, doubtful.stage.sessions)
    contests = () if doubtful.found is None else contests_of(doubtful.found)
    lost = {row.entry for contest in contests for row in contest.rows if not row.settled}
    sessions = dict.fromkeys([*expected, *(contest.session for contest in contests)])
    if len(sessions) < 2 or (len(contests) == 1 and not contests[0].session):
        return lost
    for session in sessions:
        here = [contest for contest in contests if contest.session == session]
        known = {row.entry for contest in here for row in contest.rows if row.settled}
        if session not in fed and not (here and all(contest.complete for contest in here)):
            lost |= {row.entry for contest in contests for row in contest.rows} - known
    return lost


def _all_listed(doubtful: _Doubtful, meeting: Meeting, standing: Standing) -> bool:
    """Whether everybody who can have got points is listed, though perhaps not how he came out."""
    contests = () if doubtful.found is None else contests_of(doubtful.found)
    here = {contest.session for contest in contests}
    scheduled = meeting.round.scheduled
    expected = () if scheduled is None else [s for s in doubtful.stage.sessions if s in scheduled.sessions]
    roster = meeting.rosters[standing.points_of or standing.id]
    return all(session in here for session in expected) and all(
        contest.complete or _nothing_left(contest, doubtful, meeting, roster) for contest in contests
    )


def _nothing_left(contest: Contest, doubtful: _Doubtful, meeting: Meeting, roster: Roster) -> bool:
    """Whether the cars listed hold every place that is worth points: whoever is missing got nothing."""
    if roster.standing.places_in == "class":
        return False
    clause = doubtful.clause
    scale = clause.scale
    outcomes = (clause.dnf, clause.dns, clause.dsq, clause.nc)
    if scale is None or scale.then is not None or any(outcome not in (NOTHING, OF_THE_PLACE) for outcome in outcomes):
        return False
    who = asked(clause, meeting.round, meeting.rules, meeting.stages, roster.entries)
    held = places_held(roster.race(contest, who).sure())
    instead = [rule.scale for rule in meeting.rules.shortened if doubtful.stage.id in rule.stages and rule.scale]
    return held >= set(range(1, max(len(one.places) for one in (scale, *instead)) + 1))


def _not_through(meeting: Meeting, sessions: tuple[str, ...], entered: Iterable[EntryFiled]) -> set[str]:
    """The entries known not to have qualified for any of these sessions.

    Either they are placed in what fed them, but too far back, or they are not in it, though it lists everybody.
    """
    out: set[str] = set()
    for stage in meeting.rules.stages:
        found = meeting.stages.get(stage.id)
        for advance in stage.advance:
            if found is None or not set(advance.to) & set(sessions) or advance.best is None:
                continue
            through = advancing(stage, advance, meeting.stages, meeting.rules)
            ahead = {entry for entries in (through or {}).values() for entry in entries}
            out |= {row.entry for row in found.rows if row.place is not None and row.place > advance.best} - ahead
            if found.complete:
                out |= {entry.entry for entry in entered} - {row.entry for row in found.rows}
    raced = {row.entry for event in meeting.round.of(SessionResults) if event.session in sessions for row in event.rows}
    return out - raced
