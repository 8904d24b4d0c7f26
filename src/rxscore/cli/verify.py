"""``rxscore verify``: published tables against what is computed."""

from collections import Counter
from typing import TYPE_CHECKING

import click

from rxscore.cli import options
from rxscore.cli.marks import counted
from rxscore.problems import Problem, UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from rxscore.season.naming import Naming
    from rxscore.verify import ClaimVerdict, Report, RowVerdict

MANY = 100
"""With more claims than this they are counted by season, and only contradictions are told line by line."""


class Verified:
    """A season's report, with what is needed to tell it."""

    def __init__(self, season: str, report: "Report", naming: "Naming") -> None:
        self.season, self.report, self.naming = season, report, naming


@click.command()
@click.argument("seasons", metavar="[SEASON]...", nargs=-1, shell_complete=options.complete_season)
@click.option("--full", is_flag=True, help="Tell every claim and line, however many there are.")
@click.option("--rivals", is_flag=True, help="Tell which other rules, one step away, fit the claims as well.")
@options.format_option("text", "json")
@click.pass_context
def verify(context: click.Context, seasons: tuple[str, ...], full: bool, rivals: bool, format_: str) -> None:
    """Check published tables, line by line, against what is computed.

    SEASON is a name, a pattern ('f1/*'), a series (f1) or the path of a log; without one, every log there is.
    Each published line is reproduced (from reported facts alone), consistent (equal, but resting on inferred
    facts), undecided (facts are missing) or contradicted. The exit status is 1 if a line is contradicted and
    the difference is not on record as known.

    That the rules reproduce a table does not prove them: --rivals puts every ruleset one step away to the same
    claims, and says for each that fits what result would have told it apart.
    """
    if rivals:
        _rivals(options.the_seasons(seasons), format_)
        return
    verified, wrong = _verified(options.the_seasons(seasons))
    if format_ == "json":
        from rxscore.cli import sheets
        from rxscore.interchange.documents import verdicts

        sheets.show_json(verdicts([(one.season, one.report) for one in verified]))
    elif verified:
        claims = sum(len(one.report.claims) for one in verified)
        click.echo("\n".join(_compact(verified) if claims > MANY and not full else _whole(verified)))
    if wrong:
        raise UserError(wrong)
    if any(one.report.unexplained for one in verified):
        context.exit(1)


def _rivals(names: "Sequence[str]", format_: str) -> None:
    from rxscore.api import open_season
    from rxscore.cli import rivals as faces
    from rxscore.cli import sheets
    from rxscore.season.naming import Naming
    from rxscore.verify.rivals import rivals

    found = []
    for name in names:
        opened = open_season(name)
        found.append((name, rivals(opened.scored(), faces.watched(name)), Naming(opened.season)))
    if format_ == "json":
        sheets.show_json([faces.document(*one) for one in found])
        return
    for index, one in enumerate(found):
        click.echo("\n".join([*[""] * bool(index), *faces.told(*one)]))


def _verified(names: "Iterable[str]") -> tuple[list[Verified], list[Problem]]:
    from rxscore.api import open_season
    from rxscore.season.naming import Naming
    from rxscore.verify import verify as check

    verified: list[Verified] = []
    wrong: list[Problem] = []
    for name in names:
        try:
            opened = open_season(name)
        except UserError as error:
            wrong += error.problems
            continue
        verified.append(Verified(opened.name, check(opened.scored(), opened.scored), Naming(opened.season)))
    return verified, wrong


# --- everything ------------------------------------------------------------------------------


def _whole(verified: "Sequence[Verified]") -> "Iterator[str]":
    for one in verified:
        yield from _season(one)
        yield ""
    yield from _totals(verified)


def _season(one: Verified) -> "Iterator[str]":
    report = one.report
    if not report.claims:
        yield f"{one.season}: nothing is claimed"
        return
    yield f"{one.season}: {counted(len(report.claims), 'published table')}"
    labels = {claim.claim: _label(claim) for claim in report.claims}
    ids, width = max(map(len, labels)), max(map(len, labels.values()))
    for claim in report.claims:
        told = f"  {claim.claim:{ids}}  {labels[claim.claim]:{width}}"
        yield f"{told}  {_counted(row.verdict for row in claim.rows)}"
    yield from _lines(one, lambda row: row.verdict != "reproduced")
    yield from _between(one)


def _label(claim: "ClaimVerdict") -> str:
    if claim.of_round:
        return f"{claim.standing}, points of round {claim.after_round}{', ' * bool(claim.session)}{claim.session}"
    through = f", as far as {claim.session}" if claim.session else ""
    if not claim.after_round:
        return f"{claim.standing} at the end{through}"
    return f"{claim.standing} after round {claim.after_round}{through}"


def _lines(one: Verified, wanted: "Callable[[RowVerdict], bool]") -> "Iterator[str]":
    """The lines of claims that want telling, in columns."""
    told = [(claim, row) for claim in one.report.claims for row in claim.rows if wanted(row)]
    if not told:
        return
    yield ""
    ids = max(len(claim.claim) for claim, _ in told)
    names = [_whose(one, row.competitor, row.behind) for _, row in told]
    width = max(map(len, names))
    for (claim, row), name in zip(told, names, strict=True):
        yield f"  {claim.claim:{ids}}  {name:{width}}  {_line(row)}"


def _whose(one: Verified, competitor: str, behind: str) -> str:
    """A competitor's name; of a margin, also whom he leads."""
    name = one.naming.name(competitor)
    return f"{name} over {one.naming.name(behind)}" if behind else name


def _line(row: "RowVerdict") -> str:
    from rxscore.events import points_text
    from rxscore.verify import difference_text

    computed = points_text(row.computed) if row.computed is not None else "-"
    if row.claimed is None and row.claimed_position is None:
        said = f"not in the table, computed {computed}"
    elif row.claimed is None:
        said = f"position {row.claimed_position}, computed {row.computed_position}"
    elif row.claimed == row.computed and row.claimed_position not in (None, row.computed_position):
        places = f"position {row.claimed_position}, computed {row.computed_position}"
        said = f"claimed {points_text(row.claimed):>4}  computed {computed:>4}  {places}"
    else:
        gap = f" ({difference_text(row.claimed, row.computed)})" if row.claimed != row.computed else ""
        said = f"claimed {points_text(row.claimed):>4}  computed {computed:>4}{gap}"
    known = f": known, {row.known}" if row.known else ""
    return f"{row.verdict:12}  {said}{known}"


def _between(one: Verified) -> "Iterator[str]":
    """What published figures say about each other: intervals between tables, and sums of parts."""
    from rxscore.events import points_text
    from rxscore.verify import difference_text

    report, name = one.report, one.naming.name
    if report.intervals:
        yield ""
        yield f"  between tables: {_counted(interval.verdict for interval in report.intervals)}"
        for gap in report.intervals:
            if gap.verdict == "contradicted":
                known = f": known, {gap.known}" if gap.known else ""
                yield (
                    f"    {gap.standing}: {_whose(one, gap.competitor, gap.behind)}, rounds {gap.since + 1} to "
                    f"{gap.until}: claimed "
                    f"{points_text(gap.claimed)}, computed {points_text(gap.computed)} "
                    f"({difference_text(gap.claimed, gap.computed)}){known}"
                )
    if report.sums:
        yield ""
        yield f"  sums of published totals: {_counted(total.verdict for total in report.sums)}"
        for total in report.sums:
            if total.verdict == "contradicted":
                parts = " + ".join(f"{name(part)} {points_text(points)}" for part, points in total.parts)
                known = f": known, {total.known}" if total.known else ""
                yield (
                    f"    {total.standing}: {name(total.competitor)} after round {total.after_round}: claimed "
                    f"{points_text(total.claimed)}, but {parts}{known}"
                )
    if report.notes:
        yield ""
        yield f"  declared classifications that differ from what is computed: {len(report.notes)}"
        for note in report.notes:
            yield f"    round {note.round}, {note.stage}: entry {note.entry}, {note.message}"
    for stale in report.stale:
        yield f"  {stale}: a difference on record that is none (any more)"


# --- very many -------------------------------------------------------------------------------


def _compact(verified: "Sequence[Verified]") -> "Iterator[str]":
    """A line a season, then the contradictions."""
    width = max(len(one.season) for one in verified)
    for one in verified:
        report = one.report
        tables = counted(len(report.claims), "table")
        yield f"{one.season:{width}}  {tables:>10}  {_counted_totals(report.totals)}"
    for one in verified:
        told = [
            *_lines(one, lambda row: row.verdict == "contradicted"),
            *(line for line in _between(one) if line.startswith("    ") or ": a difference on record" in line),
        ]
        if told:
            yield ""
            yield f"{one.season}:"
            yield from (line for line in told if line)
    yield ""
    yield from _totals(verified)


def _totals(verified: "Sequence[Verified]") -> "Iterator[str]":
    totals: Counter[str] = Counter()
    for one in verified:
        totals.update(one.report.totals)
    tables = sum(len(one.report.claims) for one in verified)
    where = f"{counted(sum(totals.values()), 'line')} of {counted(tables, 'table')}"
    yield f"{where}: {_counted_totals(totals)}"
    known = sum(bool(row.known) for one in verified for claim in one.report.claims for row in claim.rows)
    if known:
        yield f"{known} of the contradicted {'is' if known == 1 else 'are'} on record as known, with the reason"


def _counted(verdicts: "Iterable[str]") -> str:
    return _counted_totals(Counter(verdicts))


def _counted_totals(totals: "Mapping[Any, int]") -> str:
    from rxscore.verify import VERDICTS

    return ", ".join(f"{totals[verdict]} {verdict}" for verdict in VERDICTS if totals.get(verdict)) or "no lines"
