"""Claims against standings: each published line is reproduced, consistent, undecided or contradicted."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Literal

from attrs import evolve, frozen

from rxscore.events import (
    DifferenceKnown,
    MarginClaimed,
    Points,
    PointsClaimed,
    PointsDeduction,
    StandingClaimed,
    plain,
    points_text,
)
from rxscore.scoring import Note, Row, Scored, Table
from rxscore.scoring.ranking import ranked

Verdict = Literal["reproduced", "consistent", "undecided", "contradicted"]
VERDICTS: tuple[Verdict, ...] = ("reproduced", "consistent", "undecided", "contradicted")


@frozen
class RowVerdict:
    """One line of a claim beside what was computed.

    ``behind``: in a margin, whom ``competitor`` leads by the points given.
    ``verdict``: *reproduced* from reported facts alone; *consistent*: equal, but resting on an inferred fact;
    *undecided*: facts are missing; *contradicted*. ``known``: the reason on record, if the difference is known.
    """

    competitor: str
    claimed: Points | None
    computed: Points | None
    verdict: Verdict
    claimed_position: int | None = None
    computed_position: int | None = None
    known: str = ""
    behind: str = ""


@frozen
class ClaimVerdict:
    """A published table, line by line.

    ``session``: for the points of one round or session; of a margin, the stage up to which it was counted.
    """

    claim: str
    standing: str
    after_round: int | None
    source: tuple[str, ...]
    rows: tuple[RowVerdict, ...]
    session: str = ""
    of_round: bool = False


@frozen
class Interval:
    """What a competitor scored between two published tables, as published and as computed.

    ``since``: the round of the earlier table, 0 for the start of the season. ``known``: the reason on record, if
    one of the two tables is known to differ in this line. ``behind``: of a margin, whom the competitor leads.
    """

    standing: str
    competitor: str
    since: int
    until: int
    claimed: Points
    computed: Points
    verdict: Verdict
    known: str = ""
    behind: str = ""


@frozen
class Sums:
    """A published total that should be the sum of other published totals (a team's two drivers)."""

    standing: str
    competitor: str
    after_round: int
    claimed: Points
    parts: tuple[tuple[str, Points], ...]
    verdict: Verdict
    known: str = ""


@frozen
class Report:
    """Everything that verifying a season says.

    ``stale``: differences on record that are no differences (any more), by the id of the event.
    """

    claims: tuple[ClaimVerdict, ...]
    intervals: tuple[Interval, ...]
    sums: tuple[Sums, ...]
    notes: tuple[Note, ...]
    stale: tuple[str, ...]

    @property
    def totals(self) -> dict[Verdict, int]:
        """How many claimed lines have which verdict."""
        verdicts = [row.verdict for claim in self.claims for row in claim.rows]
        return {verdict: verdicts.count(verdict) for verdict in VERDICTS}

    @property
    def unexplained(self) -> bool:
        """Whether something is contradicted that is not on record as known, with its reason."""
        return (
            any(row.verdict == "contradicted" and not row.known for claim in self.claims for row in claim.rows)
            or any(one.verdict == "contradicted" and not one.known for one in self.intervals)
            or bool(self.stale)
        )


def verify(scored: Scored, as_known: Callable[[str], Scored]) -> Report:
    """Every claim of a season against what is computed. ``as_known``: the season as scored on an earlier date."""
    season = scored.season
    differences: dict[tuple[str, str], list[DifferenceKnown]] = {}
    for event in season.general(DifferenceKnown):
        differences.setdefault((event.claim, event.competitor), []).append(event)
    used: set[str] = set()
    last = max((score.number for score in scored.rounds), default=0)
    tables = {
        standing: {table.after_round: table for table in scored.tables(standing)}
        for standing in {claim.standing for claim in season.general(StandingClaimed) if _of_now(claim)}
    }
    claims: list[ClaimVerdict] = []
    for claim in season.general(StandingClaimed):
        if not _of_now(claim):
            then = scored if claim.as_of is None else as_known(claim.as_of)
            table = _table_through(claim, then) if claim.through else then.table(claim.standing, claim.after_round)
        else:
            after = claim.after_round if claim.after_round is not None else last
            found = tables[claim.standing].get(after)
            # A round that was not held changes nothing: the table after it is the one before it.
            table = found if found is not None else scored.table(claim.standing, after)
        if _silent(scored, 0, claim.after_round):
            table = _least(table, claim)
        low = scored.ruleset.standing(claim.standing).order == "low"
        rows = tuple(_claimed_rows(claim, table, differences, used, low=low))
        claims.append(ClaimVerdict(claim.id, claim.standing, claim.after_round, claim.source, rows, claim.through))
    for scores in season.general(PointsClaimed):
        rows = tuple(_scored_rows(scores, scored, differences, used))
        claims.append(
            ClaimVerdict(scores.id, scores.standing, scores.round, scores.source, rows, scores.session, of_round=True)
        )
    for margins in season.general(MarginClaimed):
        then = scored if margins.as_of is None else as_known(margins.as_of)
        rows = tuple(_margins(margins, then, differences, used))
        claims.append(
            ClaimVerdict(margins.id, margins.standing, margins.after_round, margins.source, rows, margins.through)
        )
    stale = tuple(event.id for events in differences.values() for event in events if event.id not in used)
    notes = tuple(note for score in scored.rounds for note in score.notes if note.kind == "declared differs")
    return Report(
        tuple(claims),
        (*_intervals(scored, last, claims), *_margin_intervals(scored, claims)),
        tuple(_sums(scored, last, claims)),
        notes,
        stale,
    )


def _silent(scored: Scored, since: int, until: int | None) -> bool:
    """Whether nothing is known of a round behind ``since``, up to ``until``, that was to be held.

    Anybody may have scored in it: a table that counts it says that it was not called off.
    """
    season = scored.season
    told = {score.number for score in scored.rounds}
    return any(
        season.rounds[number].scheduled is not None and not season.rounds[number].cancelled
        for number in season.numbers
        if since < number and (until is None or number <= until) and number not in told
    )


def _least(table: Table, claim: StandingClaimed) -> Table:
    """The table as the least that everybody can have, with those whom it does not list yet."""
    rows = [evolve(row, open=True) for row in table.rows]
    listed = {row.competitor for row in rows}
    rows += [Row(None, row.competitor, 0, 0, open=True) for row in claim.rows if row.competitor not in listed]
    return evolve(table, rows=tuple(rows))


# --- the lines of a claim --------------------------------------------------------------------


def _claimed_rows(
    claim: StandingClaimed,
    table: Table,
    differences: Mapping[tuple[str, str], list[DifferenceKnown]],
    used: set[str],
    *,
    low: bool,
) -> Iterator[RowVerdict]:
    placed = {row.competitor: row for row in table.rows if row.position is not None}
    # One who was excluded and started again stands in the table twice: once with a place, once without.
    out = {row.competitor: row for row in table.rows if row.position is None}
    in_doubt = any(row.open for row in table.rows)
    for row in claim.rows:
        first, second = (placed, out) if row.position is not None else (out, placed)
        mine = first.get(row.competitor) or second.get(row.competitor)
        verdict = _verdict(row.points, mine, claim.decimals)
        place = None if mine is None else mine.position
        if verdict in ("reproduced", "consistent") and row.position is not None and row.position != place:
            possible = mine is not None and in_doubt and _possible(row.position, mine, table, low=low)
            verdict = "undecided" if possible else "contradicted"
        points: Points = 0 if mine is None else mine.points
        known = ""
        if verdict == "contradicted":
            gap = None if row.points is None else plain(row.points - points)
            known = _known(differences.get((claim.id, row.competitor), ()), gap, place, used)
        yield RowVerdict(row.competitor, row.points, points, verdict, row.position, place, known)
    if claim.top:
        return
    listed = {row.competitor for row in claim.rows}
    for mine in table.rows:
        if mine.points and mine.position is not None and mine.competitor not in listed:
            # A whole table leaves out who has no points, but nobody who has some.
            gap = plain(-mine.points)
            known = _known(differences.get((claim.id, mine.competitor), ()), gap, mine.position, used)
            yield RowVerdict(mine.competitor, None, mine.points, "contradicted", None, mine.position, known)


def _verdict(claimed: Points | None, mine: Row | None, decimals: int | None = None) -> Verdict:
    computed: Points = 0 if mine is None else mine.points
    opened = mine is not None and mine.open
    if claimed is None or _prints_as(claimed, computed, decimals):
        if opened:
            return "undecided"
        return "consistent" if mine is not None and mine.inferred else "reproduced"
    # A total with facts missing is the least it can be: a published one may be higher, not lower.
    return "undecided" if opened and claimed > computed else "contradicted"


def _prints_as(claimed: Points, computed: Points, decimals: int | None) -> bool:
    """Whether the points are those claimed, or print so with no more ``decimals``, rounded or cut off."""
    if decimals is None or claimed == computed:
        return claimed == computed
    return bool(abs(claimed - computed) * 10**decimals < 1)


def _possible(position: int, mine: Row, table: Table, *, low: bool) -> bool:
    """Whether the facts that are missing could put a competitor in this position.

    ``low``: the fewest points win, so that those of whom facts are missing fall behind and not ahead.
    """
    if mine.position is None:
        return False
    others = [row for row in table.rows if row.competitor != mine.competitor and row.position is not None]
    ahead = sum(row.open for row in others if row.position is not None and row.position < mine.position)
    behind = sum(row.open for row in others if row.position is not None and row.position >= mine.position)
    best, worst = (mine.position - ahead, mine.position) if low else (mine.position, mine.position + behind)
    return best <= position <= worst


def _known(events: Iterable[DifferenceKnown], difference: Points | None, position: int | None, used: set[str]) -> str:
    for event in events:
        same_points = event.difference is None or event.difference == difference
        if same_points and (event.position is None or event.position == position):
            used.add(event.id)
            return event.reason
    return ""


def _scored_rows(
    claim: PointsClaimed,
    scored: Scored,
    differences: Mapping[tuple[str, str], list[DifferenceKnown]],
    used: set[str],
) -> Iterator[RowVerdict]:
    score = scored.round(claim.round)
    awards = () if score is None else score.awards[claim.standing]
    opened = frozenset[str]() if score is None else score.open.get(claim.standing, frozenset())
    apart = _pending(scored, claim.standing, claim.round - 1) | _pending(scored, claim.standing, claim.round)
    sums: dict[str, Points] = {}
    doubtful: set[str] = set()
    for award in awards:
        if not claim.session or award.session == claim.session:
            sums[award.competitor] = sums.get(award.competitor, 0) + award.points
            if award.inferred:
                doubtful.add(award.competitor)
    for row in claim.rows:
        name = row.competitor
        mine = Row(None, name, plain(sums.get(name, 0)), 0, open=name in opened, inferred=name in doubtful)
        verdict: Verdict = "undecided" if name in apart else _verdict(row.points, mine, claim.decimals)
        known = ""
        if verdict == "contradicted" and row.points is not None:
            known = _known(differences.get((claim.id, name), ()), plain(row.points - mine.points), None, used)
        yield RowVerdict(name, row.points, mine.points, verdict, known=known)


def _margins(
    claim: MarginClaimed,
    scored: Scored,
    differences: Mapping[tuple[str, str], list[DifferenceKnown]],
    used: set[str],
) -> Iterator[RowVerdict]:
    for row in claim.rows:
        ahead, behind = (
            _total_in(claim.standing, claim.after_round, claim.through, scored, name)
            for name in (row.ahead, row.behind)
        )
        gap = plain(ahead.points - behind.points)
        verdict = _margin_verdict(row.points, gap, ahead, behind)
        known = ""
        if verdict == "contradicted":
            known = _known(differences.get((claim.id, row.ahead), ()), plain(row.points - gap), None, used)
        yield RowVerdict(row.ahead, row.points, gap, verdict, known=known, behind=row.behind)


def _of_now(claim: StandingClaimed) -> bool:
    """Whether a claim is of a whole round, and to be compared with all that is known."""
    return claim.as_of is None and not claim.through


def _table_through(claim: StandingClaimed, scored: Scored) -> Table:
    """The standing after a stage of a round, with those level in it level in the table too."""
    number = (
        claim.after_round if claim.after_round is not None else max((one.number for one in scored.rounds), default=0)
    )
    names = [row.competitor for row in scored.table(claim.standing, number).rows if row.position is not None]
    rows = [_total_in(claim.standing, number, claim.through, scored, name) for name in names]
    sign = -1 if scored.ruleset.standing(claim.standing).order == "high" else 1
    placed = ranked(rows, lambda row: sign * row.points, ())
    return Table(claim.standing, number, tuple(evolve(one.item, position=one.place) for one in placed))


def _total_in(standing: str, number: int, through: str, scored: Scored, name: str) -> Row:
    """What a competitor had after a round, or after a stage of it."""
    none = Row(None, name, 0, 0)
    if not through:
        row = scored.table(standing, number).row(name) or none
        return evolve(row, open=True) if _silent(scored, 0, number) else row
    before = scored.table(standing, number - 1).row(name) or none
    score = scored.round(number)
    if score is None:
        return evolve(before, open=True)
    stages = [stage.id for stage in score.rules.stages]
    counted = stages[: stages.index(through) + 1] if through in stages else stages
    awards = [one for one in score.awards[standing] if one.competitor == name and one.stage in counted]
    points = plain(before.points + sum(award.points for award in awards))
    opened = before.open or name in score.open.get(standing, ()) or _silent(scored, 0, number)
    return Row(None, name, points, points, open=opened, inferred=before.inferred or any(one.inferred for one in awards))


def _margin_verdict(claimed: Points, gap: Points, ahead: Row, behind: Row) -> Verdict:
    """As for a total; what is not known of the one ahead can widen a margin, of the one behind narrow it."""
    if claimed == gap:
        if ahead.open or behind.open:
            return "undecided"
        return "consistent" if ahead.inferred or behind.inferred else "reproduced"
    possible = ahead.open if claimed > gap else behind.open
    return "undecided" if possible else "contradicted"


# --- checks between published figures --------------------------------------------------------


def _published(scored: Scored, standing: str, last: int) -> Mapping[str, Sequence[tuple[int, Points, str]]]:
    """By competitor, the published totals of a standing as they are known now: (round, points, claim id)."""
    found: dict[str, dict[int, tuple[Points, str]]] = {}
    for claim in scored.season.general(StandingClaimed):
        if claim.standing == standing and _of_now(claim):
            after = claim.after_round if claim.after_round is not None else last
            for row in claim.rows:
                if row.points is not None:
                    found.setdefault(row.competitor, {}).setdefault(after, (row.points, claim.id))
    return {
        name: [(after, points, claim) for after, (points, claim) in sorted(totals.items())]
        for name, totals in found.items()
    }


def _on_record(claims: Sequence[ClaimVerdict], last: int) -> Mapping[tuple[str, int, str], str]:
    """By standing, round and competitor, the reasons of the differences that are known."""
    return {
        (claim.standing, claim.after_round if claim.after_round is not None else last, row.competitor): row.known
        for claim in claims
        for row in claim.rows
        if row.known and not row.behind
    }


def _intervals(scored: Scored, last: int, claims: Sequence[ClaimVerdict]) -> Iterator[Interval]:
    """The differences between one competitor's published totals, which can rest on fewer facts than the totals."""
    known = _on_record(claims, last)
    for standing in scored.ruleset.standings:
        if standing.counts:
            continue
        published = _published(scored, standing.id, last)
        if not any(score.open.get(standing.id) for score in scored.rounds) and not _inferred(scored, standing.id):
            # Nothing is in doubt: the totals themselves are as good a check.
            continue
        for competitor, totals in published.items():
            since, before = 0, 0
            for until, points, _ in totals:
                found = _interval(scored, standing.id, competitor, since, until, plain(points - before))
                if found.verdict == "contradicted":
                    ends = [known.get((standing.id, number, competitor), "") for number in (since, until)]
                    found = evolve(found, known=next(filter(None, ends), ""))
                yield found
                since, before = until, points  # type: ignore[assignment]


def _margin_intervals(scored: Scored, claims: Sequence[ClaimVerdict]) -> Iterator[Interval]:
    """How published margins between the same two changed, which can rest on fewer facts than the margins."""
    pairs: dict[tuple[str, str, str], list[tuple[int, RowVerdict]]] = {}
    of_now = {claim.id for claim in scored.season.general(MarginClaimed) if claim.as_of is None}
    for claim in claims:
        if (
            claim.claim in of_now
            and not claim.session
            and claim.after_round is not None
            and not scored.ruleset.standing(claim.standing).counts
        ):
            for row in claim.rows:
                pairs.setdefault((claim.standing, row.competitor, row.behind), []).append((claim.after_round, row))
    for (standing, ahead, behind), margins in pairs.items():
        since, before, reason = 0, Fraction(0), ""
        for until, row in sorted(margins, key=lambda margin: margin[0]):
            claimed = plain((row.claimed or 0) - before)
            first, second = (_between(scored, standing, name, since, until) for name in (ahead, behind))
            gap = plain(first.points - second.points)
            verdict = _margin_verdict(claimed, gap, first, second)
            if {ahead, behind} & (_pending(scored, standing, since) | _pending(scored, standing, until)):
                verdict = "undecided"
            known = (reason or row.known) if verdict == "contradicted" else ""
            yield Interval(standing, ahead, since, until, claimed, gap, verdict, known, behind)
            since, before, reason = until, Fraction(row.claimed or 0), row.known


def _inferred(scored: Scored, standing: str) -> bool:
    return any(award.inferred for award in scored.awards(standing))


def _interval(scored: Scored, standing: str, competitor: str, since: int, until: int, claimed: Points) -> Interval:
    row = _between(scored, standing, competitor, since, until)
    apart = competitor in _pending(scored, standing, since) | _pending(scored, standing, until)
    verdict: Verdict = "undecided" if apart else _verdict(claimed, row)
    return Interval(standing, competitor, since, until, claimed, row.points, verdict)


def _pending(scored: Scored, standing: str, after: int) -> frozenset[str]:
    """Those of whom points up to round ``after`` are reported only together with later ones."""
    score = scored.round(after)
    return frozenset() if score is None else score.pending.get(standing, frozenset())


def _between(scored: Scored, standing: str, competitor: str, since: int, until: int) -> Row:
    """What a competitor scored in the rounds behind ``since``, up to ``until``."""
    rounds = [score for score in scored.rounds if since < score.number <= until]
    awards = [a for score in rounds for a in score.awards[standing] if a.competitor == competitor]
    deducted = sum(
        event.points
        for event in scored.season.general(PointsDeduction)
        if event.standing == standing and event.competitor == competitor and since < (event.round or 1) <= until
    )
    computed = plain(sum(award.points for award in awards) - deducted)
    opened = any(competitor in score.open.get(standing, ()) for score in rounds) or _silent(scored, since, until)
    return Row(None, competitor, computed, computed, open=opened, inferred=any(award.inferred for award in awards))


def _sums(scored: Scored, last: int, claims: Sequence[ClaimVerdict]) -> Iterator[Sums]:
    """Published totals of one standing against the published totals they are made of."""
    known = _on_record(claims, last)
    for standing in scored.ruleset.standings:
        if not standing.points_of or standing.counts:
            continue
        parts = {
            (name, after): points
            for name, totals in _published(scored, standing.points_of, last).items()
            for after, points, _ in totals
        }
        for competitor, totals in _published(scored, standing.id, last).items():
            for after, claimed, _ in totals:
                members = _members(scored, standing.id, standing.points_of, competitor, after)
                if not members or any((member, after) not in parts for member in members):
                    continue
                mine = tuple((member, parts[member, after]) for member in members)
                verdict: Verdict = "reproduced" if sum(points for _, points in mine) == claimed else "contradicted"
                reason = known.get((standing.id, after, competitor), "") if verdict == "contradicted" else ""
                yield Sums(standing.id, competitor, after, claimed, mine, verdict, reason)


def _members(scored: Scored, standing: str, source: str, competitor: str, after: int) -> list[str]:
    """Those whose points made up a competitor's; none, if any of them scored for another as well."""
    owners: dict[str, set[str]] = {}
    for score in scored.rounds:
        if score.number <= after:
            cars = {award.entry: award.competitor for award in score.awards[standing]}
            for award in score.awards[source]:
                owners.setdefault(award.competitor, set()).add(cars.get(award.entry, ""))
    members = sorted(name for name, teams in owners.items() if competitor in teams)
    return members if all(owners[name] == {competitor} for name in members) else []


def difference_text(claimed: Points | None, computed: Points | None) -> str:
    """``+8``, ``-3``: how much more was claimed than computed."""
    if claimed is None or computed is None:
        return ""
    gap = plain(claimed - computed)
    return f"+{points_text(gap)}" if gap > 0 else points_text(gap)
