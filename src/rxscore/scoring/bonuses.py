"""Bonuses: points for a feat (a fastest lap, a pole), shared, or given only on a condition."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from rxscore.events import FeatBy, FeatRecorded, Points, SessionShortened, plain
from rxscore.rulesets import Bonus
from rxscore.scoring.eligibility import Roster
from rxscore.scoring.meeting import Deal, Meeting


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
        if amount and roster.scores(by.entry) and _placed(bonus, by.entry, meeting, roster):
            inferred = (by.basis or feat.basis) == "inferred"
            clause = _clause(feat, by)
            yield Deal(by.entry, by.drivers, amount, bonus.id, feat.session, clause, bonus.cite, (feat.id,), inferred)


def _share(bonus: Bonus, standing: str, rows: Sequence[FeatBy]) -> Points:
    whole = bonus.award[standing]
    if len(rows) == 1 or bonus.shared == "full":
        return whole
    return Fraction(whole, len(rows)) if bonus.shared == "split" else 0


def _placed(bonus: Bonus, entry: str, meeting: Meeting, roster: Roster) -> bool:
    """Whether a car came in where it had to, for a bonus that asks for a place."""
    if bonus.classified is None:
        return True
    found = meeting.stages.get(bonus.stage)
    for row, _ in roster.seen(() if found is None else found.rows):
        if row.entry == entry and row.place is not None and row.status == "classified":
            return not bonus.classified or row.place <= bonus.classified
    return False


def _clause(feat: FeatRecorded, by: FeatBy) -> str:
    times = f" x {by.count}" if by.count > 1 else ""
    return f"{feat.feat.replace('-', ' ')}{times}" + (f" in {feat.session}" if feat.session else "")
