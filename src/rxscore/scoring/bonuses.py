"""Bonuses: points for a feat (a fastest lap, a pole), shared, or given only on a condition."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from rxscore.events import FeatBy, FeatRecorded, Points, SessionShortened, plain
from rxscore.rulesets import Bonus
from rxscore.scoring.eligibility import Roster
from rxscore.scoring.lookup import contests_of
from rxscore.scoring.meeting import Deal, Meeting
from rxscore.scoring.model import Classification, Classified, Contest
from rxscore.scoring.programme import due


def bonuses(meeting: Meeting, roster: Roster) -> Iterator[Deal]:
    """The points of a round for feats in one standing, by car."""
    for bonus in meeting.rules.bonuses:
        if roster.standing.id in bonus.award:
            for feat in meeting.round.of(FeatRecorded):
                if _meant(bonus, feat, meeting):
                    yield from _dealt(bonus, feat, meeting, roster)


def _meant(bonus: Bonus, feat: FeatRecorded, meeting: Meeting) -> bool:
    if feat.feat != bonus.feat or (bonus.session and feat.session != bonus.session):
        return False
    shortened = [event for event in meeting.round.of(SessionShortened) if event.session == feat.session]
    return bonus.completed is None or all(event.completed > bonus.completed for event in shortened)


def _dealt(bonus: Bonus, feat: FeatRecorded, meeting: Meeting, roster: Roster) -> Iterator[Deal]:
    share = _share(bonus, roster.standing.id, feat.rows)
    for by in feat.rows:
        amount = plain(Fraction(share * by.count))
        if amount and roster.scores(by.entry) and any(placed := _placed(bonus, by.entry, meeting, roster)):
            inferred = (by.basis or feat.basis) == "inferred"
            clause = _clause(feat, by)
            least = plain(Fraction(_least_share(bonus, feat, roster) * by.count)) if all(placed) else 0
            yield Deal(
                by.entry, by.drivers, least, bonus.id, feat.session, clause, bonus.cite, (feat.id,), inferred, amount
            )  # fmt: skip


def _share(bonus: Bonus, standing: str, rows: Sequence[FeatBy]) -> Points:
    whole = bonus.award[standing]
    if len(rows) == 1 or bonus.shared == "full":
        return whole
    return Fraction(whole, len(rows)) if bonus.shared == "split" else 0


def _least_share(bonus: Bonus, feat: FeatRecorded, roster: Roster) -> Points:
    """What each of those named gets at least, if others may have achieved the same."""
    whole, named = bonus.award[roster.standing.id], len(feat.rows)
    if feat.complete or bonus.shared == "full":
        return _share(bonus, roster.standing.id, feat.rows)
    return Fraction(whole, max(len(roster.entries), named)) if bonus.shared == "split" else 0


def _placed(bonus: Bonus, entry: str, meeting: Meeting, roster: Roster) -> list[bool]:
    """Whether a car came in where it had to, for a bonus that asks for a place: in every way that it may have been."""
    if bonus.classified is None:
        return [True]
    found = meeting.stages.get(bonus.stage)
    if found is None:
        run = due(meeting.round, meeting.rules.stage(bonus.stage))
        found = Classification(bonus.stage, (), complete=not run)
    contests = contests_of(found)
    race = roster.race(contests[0] if len(contests) == 1 else Contest("", None, found.rows, found.complete))
    listed = [next((row for row, _ in rows if row.entry == entry), None) for rows in race.ways()]
    return [answer for row in listed for answer in _in_place(row, bonus.classified, found)]


def _in_place(row: Classified | None, within: int, found: Classification) -> Sequence[bool]:
    """Whether a row has a place that is good enough (0: any); both, where it is not known."""
    if (row is None and not found.complete) or (row is not None and not row.settled):
        return [False, True]
    place = None if row is None or row.status != "classified" else row.place
    return [place is not None and (not within or place <= within)]


def _clause(feat: FeatRecorded, by: FeatBy) -> str:
    times = f" x {by.count}" if by.count > 1 else ""
    return f"{feat.feat.replace('-', ' ')}{times}" + (f" in {feat.session}" if feat.session else "")
