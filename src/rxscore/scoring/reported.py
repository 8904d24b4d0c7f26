"""Points as reported: where the log tells the points themselves, they replace what would be computed."""

from collections.abc import Collection, Iterable, Iterator

from rxscore.events import PointsReported
from rxscore.rulesets import Standing
from rxscore.scoring.meeting import Meeting
from rxscore.scoring.model import Award
from rxscore.season import Round


def with_reports(awards: Iterable[Award], meeting: Meeting, standing: Standing) -> Iterator[Award]:
    """The awards of a standing, with those replaced for which the log reports the points."""
    source = standing.points_of or standing.id
    events = [event for event in meeting.round.of(PointsReported) if event.standing in (standing.id, source)]
    if not events:
        yield from awards
        return
    told = [(event, award) for event in events for award in _from_report(event, meeting, standing)]
    # Regrouped points are replaced car by car: of a team's two drivers, perhaps only one is reported.
    replaced = {
        (award.competitor, award.entry if event.standing != standing.id else "", award.stage) for event, award in told
    }
    # The points of several rounds together are dealt in the last of them, and replace those of each.
    given = [award for event, award in told if event.round == meeting.round.number]
    for award in awards:
        cars = (award.entry, "")
        if not replaced & {(award.competitor, car, stage) for car in cars for stage in (award.stage, "")}:
            yield award
    # That there were none is a fact as well: where it is inferred, the total rests on it.
    yield from (award for award in given if award.points or award.inferred)


def pending(meeting: Meeting, standing: Standing) -> frozenset[str]:
    """Those of whom points of the round are reported only together with those of later rounds."""
    return frozenset(
        award.competitor
        for event in meeting.round.of(PointsReported)
        if event.round > meeting.round.number and event.standing in (standing.id, standing.points_of)
        for award in _from_report(event, meeting, standing)
    )


def _from_report(event: PointsReported, meeting: Meeting, standing: Standing) -> Iterator[Award]:
    roster = meeting.rosters[standing.id]
    for row in event.rows:
        entry = _entry_of(row.competitor, meeting, standing)
        owners: Collection[str] = (row.competitor,)
        if event.standing != standing.id:
            # Points regrouped from another standing belong to whoever the car belongs to.
            owners = roster.owners(entry) if entry and roster.scores(entry) else ()
        inferred = (row.basis or event.basis) == "inferred"
        for owner in owners:
            yield Award(
                standing.id, owner, row.points, meeting.round.number, event.stage, "", "points as reported", "",
                entry, (event.id,), inferred,
            )  # fmt: skip


def _entry_of(competitor: str, meeting: Meeting, standing: Standing) -> str:
    entries = meeting.rosters[standing.id].entries.values()
    return next((filed.entry for filed in entries if competitor in (*filed.drivers, filed.entry)), "")


def reported(round_: Round, standing: Standing, stage: str = "") -> set[str]:
    """Those whose points of the whole round, or of one ``stage`` of it, are reported as such."""
    return {
        row.competitor
        for event in round_.of(PointsReported)
        if event.standing == standing.id and event.stage == stage
        for row in event.rows
    }
