"""How competitors took part in a round: starts, disqualifications, the places that ties look at."""

from collections.abc import Mapping

from rxscore.rulesets import Appears, Standing
from rxscore.scoring.lookup import contests_in, contests_of
from rxscore.scoring.meeting import Meeting
from rxscore.scoring.model import Classified, Part

_ABSENT = Part()


def parts(meeting: Meeting, standing: Standing) -> Mapping[str, Part]:
    """How each competitor took part, for those whom the standing can rank."""
    found: dict[str, Part] = {}
    roster = meeting.rosters[standing.id]
    for stage in meeting.rules.stages:
        classification = meeting.stages.get(stage.id)
        if classification is None or not (stage.sessions or classification.declared):
            continue
        shows = "scored" if standing.appears_in and stage.id not in standing.appears_in else standing.appears
        for contest in contests_of(classification):
            for row in contest.rows:
                if roster.scores(row.entry):
                    for owner in roster.owners(row.entry, row.drivers):
                        found[owner] = _joined(found.get(owner, _ABSENT), row, contest.session, shows)
    return found


def _joined(part: Part, row: Classified, session: str, shows: Appears) -> Part:
    started = row.status not in ("DNS", "unknown")
    out = row.status == "DSQ"
    return Part(
        part.started or started,
        part.listed or (started if shows == "started" else shows == "classified" and _has_place(row)),
        (*part.sessions, session) if started and session not in part.sessions else part.sessions,
        (*part.disqualified, session) if out and session not in part.disqualified else part.disqualified,
    )


def _has_place(row: Classified) -> bool:
    return row.status == "classified" and row.place is not None


def places(meeting: Meeting, standing: Standing) -> Mapping[str, tuple[tuple[str, int], ...]]:
    """By stage (or session) that the standing's ties look at, whose places these are, as the standing sees them.

    A make's second car has a place of its own, though it may not score; a car that is not eligible has none.
    """
    roster = meeting.rosters[standing.id]
    return {
        of: tuple(
            (owner, row.place)
            for contest in contests_in(of, meeting.stages, meeting.rules)
            for row, _ in roster.seen(contest.rows)
            if row.place is not None and _has_place(row) and roster.scores(row.entry)
            if not roster.nobodys(row.entry, row.drivers)
            for owner in roster.owners(row.entry, row.drivers)
        )
        for of in looked_at(standing, meeting.rules.winner)
    }


def looked_at(standing: Standing, winner: str) -> tuple[str, ...]:
    """The stages and sessions whose places decide ties in a standing. ``winner``: the stage that decides the event."""
    kinds = ("wins", "countback", "latest round", "earliest best")
    return tuple(dict.fromkeys(step.of or winner for step in standing.ties if step.kind in kinds))
