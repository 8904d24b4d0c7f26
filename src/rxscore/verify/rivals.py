"""How sure are the rules? Which others, one step away, reproduce the same claims, and what would tell them apart.

That the rules reproduce a table does not prove them: a drop rule is not tried by a season in which nobody had a
score to drop. So every mutation of the rules is put to the same claims. For one that survives, the cheapest fact is
looked for that would tell it from the rules: a line of a table of this season that nobody has claimed, or else the
least change of its results after which the two give different tables. Where there is none, this season's data,
whatever had been one result otherwise, cannot decide between them.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from attrs import field, frozen

from rxscore.scoring import Row, Rulebook, Scored, Table, score
from rxscore.season import Season
from rxscore.verify.hypotheses import Hypothesis, hypotheses
from rxscore.verify.mutations import Mutation, mutations
from rxscore.verify.verdicts import Report, verify

MOST = 500
"""So many results are tried at most to tell rivals from the rules."""

Watch = Callable[[str, int, int], None]
"""Told what is being done, how many are done, and how many there are (0: not known)."""


@frozen(eq=False)
class Apart:
    """What would tell a rival from the rules: a line of a table under the one and under the other.

    ``hypothesis``: the result that it takes; None, if the tables of the season as it was differ already.
    """

    hypothesis: Hypothesis | None
    standing: str
    after_round: int | None
    rules: Row | None
    rival: Row | None

    @property
    def competitor(self) -> str:
        """Whose line it is."""
        row = self.rules or self.rival
        assert row is not None, "a line that differs is in one of the two tables"
        return row.competitor


@frozen(eq=False)
class Survivor:
    """A rival that no claim refutes. ``better``: so many lines it reproduces that the rules do not.

    ``apart``: what would tell it from the rules; None, if none of the results that were tried does.
    """

    mutation: Mutation
    better: int = 0
    apart: Apart | None = None


@frozen(eq=False)
class Refuted:
    """A rival that the claims refute: by how many lines, and one of them (claim and competitor)."""

    mutation: Mutation
    lines: int
    claim: str
    competitor: str


@frozen(eq=False)
class Rivals:
    """Every rival of the rules that was tried. ``hypotheses``: so many results were tried to tell survivors apart."""

    survivors: tuple[Survivor, ...] = ()
    refuted: tuple[Refuted, ...] = ()
    hypotheses: int = 0

    @property
    def tried(self) -> int:
        """How many rivals were tried."""
        return len(self.survivors) + len(self.refuted)


@frozen(eq=False)
class _Alive:
    """A rival that still has to be told apart: its rules and its season, scored."""

    mutation: Mutation
    rules: Rulebook
    scored: Scored
    better: int = field(default=0)


def rivals(scored: Scored, watch: Watch = lambda *_: None) -> Rivals:
    """All rivals of a season's rules, put to its claims. ``watch`` is told how far it is."""
    season = scored.season
    report = _report(scored)
    standings = list(dict.fromkeys(claim.standing for claim in report.claims))
    known = _wrong(report)
    tried = list(mutations(scored.ruleset, season, standings))
    alive: list[_Alive] = []
    refuted: list[Refuted] = []
    for number, mutation in enumerate(tried):
        watch("rivals", number, len(tried))
        rules, changed = mutation.of(scored.rules), mutation.on(season)
        rival = score(changed, rules, scored)
        wrong = _wrong(_report(rival))
        against = sorted(wrong - known)
        if against:
            refuted.append(Refuted(mutation, len(against), *against[0]))
        else:
            alive.append(_Alive(mutation, rules, rival, len(known - wrong)))
    apart, count = _told_apart(scored, alive, standings, watch)
    survivors = tuple(Survivor(one.mutation, one.better, apart.get(index)) for index, one in enumerate(alive))
    return Rivals(survivors, tuple(sorted(refuted, key=lambda one: one.lines)), count)


def _report(scored: Scored) -> Report:
    return verify(scored, lambda date: score(scored.season.as_of(date), scored.rules))


def _wrong(report: Report) -> set[tuple[str, str]]:
    """Every published figure that is contradicted: the claim (or the rounds between two) and the competitor."""
    lines = {
        (claim.claim, row.competitor) for claim in report.claims for row in claim.rows if row.verdict == "contradicted"
    }
    between = {
        (f"{one.standing}, rounds {one.since + 1} to {one.until}", one.competitor)
        for one in report.intervals
        if one.verdict == "contradicted"
    }
    return lines | between


# --- telling them apart ----------------------------------------------------------------------


def _told_apart(
    scored: Scored, alive: Sequence[_Alive], standings: Sequence[str], watch: Watch
) -> tuple[dict[int, Apart], int]:
    """By number of the rival, the first result that tells it from the rules; and how many results were tried."""
    found: dict[int, Apart] = {}
    for index, one in enumerate(alive):
        apart = next(_differences(scored, one, standings), None)
        if apart is not None:
            found[index] = apart
    count = 0
    for hypothesis in islice(hypotheses(scored.season, scored.ruleset), MOST):
        waiting = [index for index in range(len(alive)) if index not in found]
        if not waiting:
            break
        watch("results", count, 0)
        count += 1
        base = _supposed(scored, scored.rules, hypothesis)
        for index in waiting:
            one = alive[index]
            rival = _supposed(one.scored, one.rules, hypothesis)
            touched = (standing for standing in standings if one.mutation.standing in ("", standing))
            tables = ((base.table(standing), rival.table(standing)) for standing in touched)
            differing = (_first_difference(ours, theirs, hypothesis) for ours, theirs in tables)
            apart = next((difference for difference in differing if difference is not None), None)
            if apart is not None:
                found[index] = apart
    return found, count


def _supposed(scored: Scored, rules: Rulebook, hypothesis: Hypothesis) -> Scored:
    season: Season = scored.season.apply(hypothesis.event)
    return score(season, rules, scored)


def _differences(scored: Scored, one: _Alive, standings: Sequence[str]) -> Iterator[Apart]:
    """Where the tables of the season as it was differ: at the end, or else after a round of it."""
    for standing in standings:
        if one.mutation.standing in ("", standing):
            pairs = list(zip(scored.tables(standing), one.scored.tables(standing), strict=True))
            for ours, theirs in reversed(pairs):
                apart = _first_difference(ours, theirs, None)
                if apart is not None:
                    yield apart


def _first_difference(ours: Table, theirs: Table, hypothesis: Hypothesis | None) -> Apart | None:
    rows, rival = ({row.competitor: row for row in table.rows} for table in (ours, theirs))
    for name in {**rows, **rival}:
        one, two = rows.get(name), rival.get(name)
        if (one and (one.points, one.position)) != (two and (two.points, two.position)):
            return Apart(hypothesis, ours.standing, ours.after_round, one, two)
    return None
