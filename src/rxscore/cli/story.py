"""A log in plain words: one sentence an event."""

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never, cast

from rxscore.cli.marks import counted
from rxscore.events import (
    AnyEvent,
    ClaimedRow,
    ClassificationDeclared,
    CompetitorRegistered,
    DifferenceKnown,
    Disqualification,
    EligibilitySet,
    EntryChanged,
    EntryFiled,
    Event,
    Exclusion,
    FeatBy,
    FeatRecorded,
    GapNoted,
    Margin,
    MarginClaimed,
    PlacePenalty,
    PointsClaimed,
    PointsDeduction,
    PointsReported,
    Ranked,
    Reinstatement,
    Result,
    Revocation,
    RoundCancelled,
    RoundScheduled,
    Ruling,
    Scored,
    ScoreDeduction,
    SeasonOpened,
    SessionResults,
    SessionShortened,
    SessionVoided,
    StandingClaimed,
    TieDecided,
    TimePenalty,
    points_text,
    time_text,
)
from rxscore.season import fold

SHOWN = 3
"""How many rows of a table are told; the others are counted."""


class Story:
    """Tells the events of a log, with the names of those who take part as far as the log has them."""

    def __init__(self, events: Iterable[Event]) -> None:
        events = tuple(events)
        self._season = fold(events)
        self._names = {key: event.name for key, event in self._season.competitors.items()}
        filed = [event for event in events if isinstance(event, EntryFiled)]
        # Of several, the last that is in force.
        filed.sort(key=lambda event: self._season.in_force(event.id))
        self._cars = {event.entry: event for event in filed}

    def line(self, event: Event) -> str:
        """The whole story of an event: what it says, and what has become of it."""
        parts = [f"CORRECTION of {event.supersedes}:"] if event.supersedes is not None else []
        parts += ["RULING:"] if isinstance(event, Ruling) else []
        parts.append(self.sentence(event))
        if event.basis == "inferred":
            parts.append(f"(inferred: {event.because or 'nobody says from what'})")
        if event.note:
            parts.append(f"({event.note})")
        parts += [f"[{fate}]" for fate in self._fate(event)]
        return " ".join(" ".join(parts).split())

    def sentence(self, event: Event) -> str:
        """What an event says, without what it is worth now."""
        said = cast(AnyEvent, event)
        match said:
            case SeasonOpened():
                rules = f"scored by the rules {said.rules}"
                return f"the season opens: {said.name} ({said.series} {said.season}), {rules}"
            case CompetitorRegistered():
                return f"{said.name}{_in(said.country)} is registered as a {said.type}"
            case EntryFiled():
                return self._filed(said)
            case EntryChanged():
                return self._changed(said)
            case EligibilitySet():
                return self._eligible(said)
            case RoundScheduled():
                return _scheduled(said)
            case RoundCancelled():
                return f"round {said.round} is cancelled{_because(said.reason)}"
            case SessionShortened():
                resumed = "" if said.resumed else ", and was not resumed"
                share = points_text(said.completed)
                return f"{_where(said)} went {share} of its distance{resumed}"
            case SessionResults():
                return f"results of {_where(said)}: {self._cars_in(said.rows)}{_incomplete(said.complete)}"
            case ClassificationDeclared():
                rows = f"{self._cars_in(said.rows)}{_incomplete(said.complete)}"
                return f"the classification {said.stage!r} of round {said.round} is declared: {rows}"
            case FeatRecorded():
                by = _list([self._feat(row) for row in said.rows]) or "nobody"
                return f"{said.feat} in {_where(said)}: {by}{_incomplete(said.complete)}"
            case PointsReported():
                stage = f" for {said.stage}" if said.stage else ""
                rows = f"{self._points(said.rows)}{_incomplete(said.complete)}"
                rounds = (
                    f"round {said.round}" if said.since is None else f"rounds {said.since} to {said.round} together"
                )
                return f"points reported for {said.standing} in {rounds}{stage}: {rows}"
            case GapNoted():
                of = f" of round {said.round}" if said.round is not None else ""
                return f"not known{of}: {said.missing}"
            case StandingClaimed():
                after = f" after round {said.after_round}" if said.after_round is not None else ""
                after += f", as far as {said.through}" if said.through else ""
                return f"published: the standing of {said.standing}{after}: {self._points(said.rows)}"
            case PointsClaimed():
                return f"published: the points for {said.standing} in {_where(said)}: {self._points(said.rows)}"
            case MarginClaimed():
                through = f", as far as {said.through}" if said.through else ""
                leads = _list([self._margin(row) for row in said.rows]) or "nothing"
                return f"published: the gaps of {said.standing} after round {said.after_round}{through}: {leads}"
            case DifferenceKnown():
                return self._difference(said)
            case _:
                return self._ruling(said)

    def _ruling(self, said: Ruling) -> str:
        match said:
            case Disqualification():
                behind = "those behind move up" if said.promote else "the place stays vacant"
                return f"{self._car(said.entry)} is disqualified from {_where(said)}; {behind}"
            case TimePenalty():
                seconds = f"{abs(said.seconds).normalize():f} s"
                car = self._car(said.entry)
                if said.seconds < 0:
                    return f"{car} is given back {seconds} in {_where(said)}"
                left = f", which leaves place {said.place}" if said.place is not None else ""
                return f"{car} has {seconds} added in {_where(said)}{left}"
            case PlacePenalty():
                verb = "is moved down" if said.places >= 0 else "is moved up"
                return f"{self._car(said.entry)} {verb} {counted(abs(said.places), 'place')} in {_where(said)}"
            case ScoreDeduction():
                of = f"the {said.stage} score of round {said.round}" if said.stage else f"its score in {_where(said)}"
                return f"{self._car(said.entry)} loses {points_text(said.points)} points of {of}"
            case PointsDeduction():
                verb = "loses" if said.points >= 0 else "is given"
                points = f"{points_text(said.points if said.points >= 0 else -said.points)} points"
                return f"{self._name(said.competitor)} {verb} {points} in {said.standing}{_for(said.round)}"
            case Exclusion():
                kept = ", but stays in the table" if said.keep_row else ""
                return f"{self._name(said.competitor)} is excluded from {said.standing}{_for(said.round)}{kept}"
            case TieDecided():
                ahead = ", then ".join(map(self._name, said.order))
                return f"the tie in {said.standing}{_for(said.round)} is decided: {ahead}"
            case Reinstatement():
                place = f", in place {said.place}" if said.place is not None else ""
                time = f", with {time_text(said.time)}" if said.time is not None else ""
                return f"{self._car(said.entry)} is reinstated in {_where(said)}{place}{time}"
            case SessionVoided():
                return f"{_where(said)} is annulled"
            case Revocation():
                target = self._season.events.get(said.revokes)
                if target is None or isinstance(target, Revocation):  # which may lead back here
                    return f"{said.revokes} is taken back"
                return f"{said.revokes} is taken back ({self.sentence(target)})"
            case _:  # pragma: no cover - mypy sees that no kind is left
                assert_never(said)

    def _fate(self, event: Event) -> Iterator[str]:
        by = self._season.overruled_by(event.id)
        for other in by:
            verb = "revoked" if getattr(other, "revokes", None) == event.id else "superseded"
            yield f"{verb} by {other.id}"
        if not by and not self._season.in_force(event.id):
            yield "not in force: a later correction of the same event counts"

    def _name(self, competitor: str) -> str:
        return self._names.get(competitor) or (self._car(competitor) if competitor in self._cars else competitor)

    def _car(self, entry: str) -> str:
        filed = self._cars.get(entry)
        if filed is None:
            return entry
        number = f"#{filed.number} " if filed.number else ""
        return number + (" / ".join(map(self._name_of_driver, filed.drivers)) or entry)

    def _name_of_driver(self, driver: str) -> str:
        return self._names.get(driver, driver)

    def _filed(self, said: EntryFiled) -> str:
        car = [said.car or (said.make and self._name(said.make)), said.team and self._name(said.team), said.car_class]
        what = ", ".join(part for part in car if part)
        rounds = f" for {_rounds(said.rounds)}" if said.rounds else ""
        nominated = f", nominated for {', '.join(said.nominated)}" if said.nominated else ""
        guest = " as a guest" if said.guest else ""
        number = f"#{said.number} " if said.number else ""
        drivers = " / ".join(map(self._name_of_driver, said.drivers)) or said.entry
        return f"{number}{drivers}{f' ({what})' if what else ''} enters{rounds}{guest}{nominated}"

    def _changed(self, said: EntryChanged) -> str:
        values = {
            "drivers": said.drivers and " / ".join(map(self._name_of_driver, said.drivers)),
            "number": said.number,
            "team": said.team and self._name(said.team),
            "make": said.make and self._name(said.make),
            "car": said.car,
            "class": said.car_class,
            "nominated": said.nominated and ", ".join(said.nominated),
            "guest": None if said.guest is None else "yes" if said.guest else "no",
        }
        changes = ", ".join(f"{key} {value or 'none'}" for key, value in values.items() if value is not None)
        return f"{self._car(said.entry)} from round {said.from_round}: {changes or 'nothing changes'}"

    def _eligible(self, said: EligibilitySet) -> str:
        verb = "scores" if said.scores else "does not score"
        standings = f" in {', '.join(said.standings)}" if said.standings else ""
        rounds = f", {_rounds(said.rounds)}" if said.rounds else ""
        holds = ", but holds its place" if said.holds_place else ""
        return f"{self._car(said.entry)} {verb}{standings}{rounds}{holds}"

    def _cars_in(self, rows: Sequence[Result | Ranked]) -> str:
        told = []
        for row in sorted(rows, key=lambda row: (row.place is None, row.place or 0)):
            place = f"{row.place}. " if row.place is not None else ""
            status = f" {row.status}" if row.status != "classified" else ""
            time = f" {time_text(row.time)}" if isinstance(row, Result) and row.time is not None else ""
            told.append(f"{place}{self._car(row.entry)}{time}{status}")
        return _list(told) or "no cars"

    def _feat(self, row: FeatBy) -> str:
        return self._car(row.entry) + (f" ({row.count} times)" if row.count != 1 else "")

    def _points(self, rows: Sequence[Scored | ClaimedRow]) -> str:
        told = []
        for row in rows:
            position = getattr(row, "position", None)
            place = f"{position}. " if position is not None else ""
            points = f" {points_text(row.points)}" if row.points is not None else ""
            told.append(f"{place}{self._name(row.competitor)}{points}")
        return _list(told) or "nobody"

    def _margin(self, row: Margin) -> str:
        if not row.points:
            return f"{self._name(row.ahead)} level with {self._name(row.behind)}"
        return f"{self._name(row.ahead)} {points_text(row.points)} ahead of {self._name(row.behind)}"

    def _difference(self, said: DifferenceKnown) -> str:
        by = [] if said.difference is None else [f"{points_text(said.difference)} points"]
        by += [] if said.position is None else [f"position {said.position} is computed"]
        how = f" ({', '.join(by)})" if by else ""
        return f"{said.claim} is known to differ for {self._name(said.competitor)}{how}: {said.reason}"


def _where(said: object) -> str:
    """``Q1, race 2, of round 3``, as far as the event says it."""
    session, race, number = (getattr(said, name, None) for name in ("session", "race", "round"))
    if number is None:
        return "the season"
    if not session:
        return f"round {number}"
    return f"{session}, race {race}, of round {number}" if race is not None else f"{session} of round {number}"


def _scheduled(said: RoundScheduled) -> str:
    place = ", ".join(part for part in (said.venue, said.country) if part)
    dates = " to ".join(dict.fromkeys(date for date in (said.start, said.end) if date is not None))
    told = ", ".join(part for part in (said.name, place, dates) if part)
    rules = f"; rules {said.rules}" if said.rules else ""
    points = f"; points times {points_text(said.coefficient)}" if said.coefficient != 1 else ""
    return f"round {said.round} is scheduled: {told}{rules}{points}"


def _list(told: list[str]) -> str:
    more = f" and {len(told) - SHOWN} more" if len(told) > SHOWN else ""
    return ", ".join(told[:SHOWN]) + more


def _rounds(numbers: Iterable[int]) -> str:
    listed = [str(number) for number in numbers]
    return f"round{'s' if len(listed) > 1 else ''} {', '.join(listed)}"


def _in(country: str) -> str:
    return f" ({country})" if country else ""


def _because(reason: str) -> str:
    return f": {reason}" if reason else ""


def _for(number: int | None) -> str:
    return f", from round {number} on" if number is not None else ""


def _incomplete(complete: bool) -> str:
    return "" if complete else " (incomplete)"
