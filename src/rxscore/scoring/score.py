"""A season scored: round by round, each from its own facts, and again only where something changed."""

from collections.abc import Iterator, Mapping, Sequence

from attrs import evolve, frozen

from rxscore.events import Disqualification, EntryFiled, PointsReported, SessionResults
from rxscore.rulesets import Ruleset, Standing
from rxscore.scoring.awards import Dealer, Extension, contests_of
from rxscore.scoring.model import Award, Classification, Classified, Contest, Note, Part, RoundScore
from rxscore.scoring.stages import Stages, advancing, classify, expected_sessions
from rxscore.season import Round, Season
from rxscore.season.fold import mentioned


@frozen(eq=False)
class Rulebook:
    """The rules of a season, those ``pinned`` to single rounds, and the Python extensions they may name."""

    season: Ruleset
    pinned: Mapping[int, Ruleset] = {}
    extensions: Mapping[str, Extension] = {}

    def of(self, number: int) -> Ruleset:
        """The rules of one round."""
        return self.pinned.get(number, self.season)


def score_rounds(season: Season, rules: Rulebook, before: Sequence[RoundScore] = ()) -> tuple[RoundScore, ...]:
    """Every round of the season that was held, scored. ``before``: what a former call gave.

    A round is scored again only if its facts, its entries or its rules have changed; if only the points are
    dealt differently, its classifications are kept.
    """
    known = {score.number: score for score in before}
    last = max((number for number in season.rounds if not season.rounds[number].cancelled), default=0)
    return tuple(
        _round(season, season.rounds[number], rules, last, known.get(number))
        for number in season.numbers
        if season.rounds[number].held
    )


def _round(season: Season, round_: Round, rules: Rulebook, last: int, before: RoundScore | None) -> RoundScore:
    here = rules.of(round_.number)
    kept: tuple[Stages, tuple[Note, ...]] | None = None
    if before is not None and before.round is round_:
        same = before.rules is here or before.rules == here
        if same and before.last_round == _matters(here, last) and not any(before.open.values()):
            return before if before.rules is here else evolve(before, rules=here)
        if same or _ranking(before.rules) == _ranking(here):
            kept = before.stages, before.notes
    named = {entry for event in round_.events for entry in mentioned(event)}
    entries = {entry: filed for entry in named if (filed := season.entry(entry, round_.number)) is not None}
    if any(isinstance(event, PointsReported) for event in round_.events):
        entries = {filed.entry: filed for filed in season.entered(round_.number)} | entries
    erased = frozenset(entry for entry in named if season.of_entry(entry, Disqualification))
    stages, notes = kept or classify(round_, here, erased)
    dealer = Dealer(season, round_, here, stages, entries, last, rules.extensions)
    standings = here.standings
    return RoundScore(
        round_,
        here,
        stages,
        {standing.id: dealer.awards(standing) for standing in standings},
        {standing.id: _parts(dealer, standing) for standing in standings},
        {standing.id: _places(dealer, standing) for standing in standings},
        _open(season, dealer),
        notes,
        _matters(here, last),
    )


def _matters(rules: Ruleset, last: int) -> int | None:
    """The number of the last round, if anything turns on it."""
    return last if any(rule.last for rule in rules.multipliers) else None


def _ranking(rules: Ruleset) -> tuple[object, ...]:
    """What of a ruleset decides classifications, and not only points."""
    return tuple(evolve(stage, award={}, cite="", title="") for stage in rules.stages)


def _parts(dealer: Dealer, standing: Standing) -> Mapping[str, Part]:
    """How each competitor took part, for those whom the standing can rank."""
    parts: dict[str, Part] = {}
    for stage in dealer.rules.stages:
        found = dealer.stages.get(stage.id)
        if found is None or not (stage.sessions or found.declared):
            continue
        for contest in contests_of(found):
            for row in contest.rows:
                if dealer.scores(standing, row.entry) == "score":
                    for owner in dealer.owners(standing, row.entry, row.drivers):
                        parts[owner] = _joined(parts.get(owner, _ABSENT), row, contest.session)
    return parts


_ABSENT = Part()


def _joined(part: Part, row: Classified, session: str) -> Part:
    started = row.status not in ("DNS", "unknown")
    out = row.status == "DSQ"
    return Part(
        part.started or started,
        part.classified or (row.status == "classified" and row.place is not None),
        (*part.sessions, session) if started and session not in part.sessions else part.sessions,
        (*part.disqualified, session) if out and session not in part.disqualified else part.disqualified,
    )


def stages_looked_at(standing: Standing, winner: str) -> tuple[str, ...]:
    """The stages or sessions whose places decide ties in a standing."""
    kinds = ("wins", "countback", "latest round", "earliest best")
    return tuple(dict.fromkeys(step.of or winner for step in standing.ties if step.kind in kinds))


def _places(dealer: Dealer, standing: Standing) -> Mapping[str, tuple[tuple[str, int], ...]]:
    return {
        of: tuple(
            (owner, row.place)
            for contest in _contests_in(dealer, of)
            for row in contest.rows
            if row.place is not None and row.status == "classified"
            for owner in dealer.owners(standing, row.entry, row.drivers)
        )
        for of in stages_looked_at(standing, dealer.rules.winner)
    }


def _contests_in(dealer: Dealer, of: str) -> Sequence[Contest]:
    if of in dealer.stages:
        return contests_of(dealer.stages[of])
    stage = dealer.rules.stage_of_session(of)
    found = None if stage is None else dealer.stages.get(stage.id)
    return () if found is None else [contest for contest in found.contests if contest.session == of]


# --- what is not known -----------------------------------------------------------------------


def _open(season: Season, dealer: Dealer) -> Mapping[str, frozenset[str]]:
    """By standing, the competitors who may have got more points in this round than are known."""
    doubtful = {
        standing.id: [
            (stage.sessions, found)
            for stage in dealer.rules.stages
            if (standing.points_of or standing.id) in stage.award
            and ((found := dealer.stages.get(stage.id)) is None or not found.complete)
            and (found is not None or not stage.sessions or expected_sessions(dealer.round, stage))
        ]
        for standing in dealer.rules.standings
    }
    untold = {standing.id: _untold(dealer, standing) for standing in dealer.rules.standings}
    if not any(doubtful.values()) and not any(untold.values()):
        return {}
    entered = list(season.entered(dealer.round.number))
    everybody = Dealer(
        season, dealer.round, dealer.rules, dealer.stages, {entry.entry: entry for entry in entered},
        dealer.last_round, dealer.extensions,
    )  # fmt: skip
    return {
        standing.id: frozenset(
            owner
            for sessions, found in doubtful[standing.id]
            for entry in _in_doubt(entered, dealer, sessions, found)
            if everybody.scores(standing, entry.entry) == "score"
            for owner in everybody.owners(standing, entry.entry)
            if owner not in _reported(dealer.round, standing)
        )
        | untold[standing.id]
        for standing in dealer.rules.standings
    }


def _untold(dealer: Dealer, standing: Standing) -> frozenset[str]:
    """Those who took a place whose points no source tells, unless their points themselves are reported."""
    return frozenset(
        owner
        for owner, stage in dealer.untold(standing)
        if owner not in _reported(dealer.round, standing) | _reported(dealer.round, standing, stage)
    )


def _in_doubt(
    entered: Sequence[EntryFiled], dealer: Dealer, sessions: tuple[str, ...], found: Classification | None
) -> Iterator[EntryFiled]:
    """The entries whose result in a stage is not known, though they may have one."""
    if found is None:
        settled: set[str] = set()
        unlisted = True
    else:
        contests = contests_of(found)
        rows = [row for contest in contests for row in contest.rows]
        settled = {row.entry for row in rows if row.status != "unknown" and not _lost(row.status, row.place)}
        named = {row.entry for row in rows}
        here = {contest.session for contest in contests}
        missing = [session for session in expected_sessions_of(dealer, sessions) if session not in here]
        unlisted = bool(missing) or not all(contest.complete for contest in contests)
        if not unlisted:
            yield from (entry for entry in entered if entry.entry in named - settled)
            return
    out = _not_through(dealer, sessions)
    yield from (entry for entry in entered if entry.entry not in settled and entry.entry not in out)


def _lost(status: str, place: int | None) -> bool:
    return status == "classified" and place is None


def expected_sessions_of(dealer: Dealer, sessions: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the sessions that the round's schedule names."""
    scheduled = dealer.round.scheduled
    return () if scheduled is None else tuple(session for session in sessions if session in scheduled.sessions)


def _not_through(dealer: Dealer, sessions: tuple[str, ...]) -> set[str]:
    """The entries known not to have qualified for any of these sessions: placed in what fed them, but too far back."""
    out: set[str] = set()
    for stage in dealer.rules.stages:
        found = dealer.stages.get(stage.id)
        for advance in stage.advance:
            if found is None or not set(advance.to) & set(sessions) or advance.best is None:
                continue
            through = advancing(stage, advance, dealer.stages, dealer.rules)
            ahead = {entry for entries in (through or {}).values() for entry in entries}
            out |= {row.entry for row in found.rows if row.place is not None and row.place > advance.best} - ahead
    raced = {row.entry for event in dealer.round.of(SessionResults) if event.session in sessions for row in event.rows}
    return out - raced


def _reported(round_: Round, standing: Standing, stage: str = "") -> set[str]:
    """Those whose points of the whole round, or of one ``stage`` of it, are reported as such."""
    return {
        row.competitor
        for event in round_.of(PointsReported)
        if event.standing == standing.id and event.stage == stage
        for row in event.rows
    }


def ledger(scores: Sequence[RoundScore], standing: str, competitor: str | None = None) -> Iterator[Award]:
    """The awards of a standing in the order of the rounds, of all competitors or of one."""
    for score in scores:
        for award in score.awards.get(standing, ()):
            if competitor is None or award.competitor == competitor:
                yield award
