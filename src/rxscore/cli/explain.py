"""``rxscore explain``: why one competitor has the points he has, and the position."""

from typing import TYPE_CHECKING

import click

from rxscore.cli import options
from rxscore.cli.marks import INFERRED, OPEN
from rxscore.problems import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rxscore.api import Opened
    from rxscore.cli.clauses import Sources
    from rxscore.events import Event, Points
    from rxscore.rulesets import Edit, Standing
    from rxscore.scoring import Award, RoundScore, Row, Scored, Table
    from rxscore.season import Season
    from rxscore.season.naming import Naming


@click.command()
@options.season_argument
@click.argument("competitor", metavar="COMPETITOR", shell_complete=options.complete_competitor)
@options.table_option
@options.after_option
@options.as_of_option
@options.rules_options
@options.format_option("text", "json")
def explain(
    season: str,
    competitor: str,
    table: str | None,
    after: int | None,
    as_of: str | None,
    rules: str | None,
    settings: "tuple[Edit, ...]",
    format_: str,
) -> None:
    """Explain every point of a competitor: by which clause, from which source, resting on which events.

    COMPETITOR is a name or a part of one, a car's number, a team, or an id. What was dropped, which tie-break
    decided and on what numbers, rulings that concern him and what is not known are told too.
    """
    from rxscore.api import open_season
    from rxscore.season.naming import Naming

    opened = open_season(season, rules=rules, edits=settings)
    naming = Naming(opened.season)
    standing, who = find_competitor(opened, naming, competitor, table)
    scored = opened.scored(as_of)
    found = scored.table(standing.id, options.the_round(opened, after))
    if format_ == "json":
        from rxscore.cli import sheets

        sheets.show_json(_document(opened, scored, found, who, naming, as_of))
        return
    click.echo("\n".join(_told(opened, scored, standing, found, who, naming, after, as_of)))


def find_competitor(opened: "Opened", naming: "Naming", said: str, table: str | None) -> "tuple[Standing, str]":
    """The standing and the competitor who is meant. Without ``table``, the first standing that has such a one.

    Raises UserError if nobody fits, or if several do.
    """
    rules = opened.rules.season
    if table is not None:
        standing = rules.standing(options.the_standing(opened, table))
        return standing, naming.find(said, naming.ranked_as(standing.of))
    among = [(standing, naming.ranked_as(standing.of)) for standing in rules.standings]
    for standing, candidates in among:
        try:
            return standing, naming.find(said, candidates)
        except UserError as error:
            if "can be any of" in str(error):
                raise
    everybody = dict.fromkeys(one for _, candidates in among for one in candidates)
    return among[0][0], naming.find(said, everybody)


# --- text ------------------------------------------------------------------------------------


def _told(
    opened: "Opened",
    scored: "Scored",
    standing: "Standing",
    table: "Table",
    who: str,
    naming: "Naming",
    after: int | None,
    as_of: str | None,
) -> "Iterator[str]":
    from rxscore.cli.clauses import Sources

    opening = opened.season.opened
    assert opening is not None, "a checked season is opened"
    called = ", ".join(filter(None, (naming.name(who), *(f"#{number}" for number in naming.numbers(who)))))
    teams = " / ".join(naming.teams(who))
    yield f"{called}{f' ({teams})' * bool(teams)}: {opening.name}, {standing.title or standing.id}"
    when = options.stands_after(opened, scored, after)
    when += f", as known on {as_of}" if as_of is not None else ""
    yield from _place(table, who, naming, when)
    sources = Sources()
    total: Points = 0
    for score in _rounds(scored, table):
        awards = [award for award in score.awards.get(standing.id, ()) if award.competitor == who]
        opened_here = who in score.open.get(standing.id, ())
        if not awards and not opened_here:
            continue
        total += sum(award.points for award in awards)
        yield ""
        yield from _round(scored.season, score, standing, awards, total, sources, naming, opened_here=opened_here)
    yield from _deductions(scored, standing, table, who)
    row = table.row(who)
    if row is not None and row.dropped:
        yield from ("", "Dropped", *_dropped(scored.season, row))
        for count in standing.counts:
            from rxscore.cli.clauses import count_text

            yield f"  {count_text(scored.ruleset, count)}{sources.mark(count.cite)}"
    ruled = rulings(opened, naming, who, table, as_of)
    if ruled:
        from rxscore.cli.story import Story

        story = Story(opened.season.history)
        yield from ("", "Rulings", *(f"  {one.known}  {one.id}  {story.line(one)}" for one in ruled))
    if sources.numbers:
        yield from ("", "Sources of the rules", *sources.listed())


def _rounds(scored: "Scored", table: "Table") -> "list[RoundScore]":
    return [score for score in scored.rounds if table.after_round is None or score.number <= table.after_round]


def _place(table: "Table", who: str, naming: "Naming", when: str) -> "Iterator[str]":
    from rxscore.events import points_text
    from rxscore.scoring import ordinal

    row = table.row(who)
    if row is None:
        yield f"Not in the table {when}."
        return
    place = "excluded" if row.position is None else ordinal(row.position)
    points = f"{'at least ' if row.open else ''}{points_text(row.points)} points"
    gross = f" ({points_text(row.gross)} scored)" if row.gross != row.points else ""
    doubts = "; results are missing" * row.open + "; some facts are inferred" * row.inferred
    yield f"{place} with {points}{gross} {when}{doubts}"
    yield from _tie(table, row, naming)


def _tie(table: "Table", row: "Row", naming: "Naming") -> "Iterator[str]":
    """Who has as many points, and what decided between them."""
    from rxscore.events import points_text
    from rxscore.scoring import ordinal

    level = [one for one in table.rows if one is not row and one.points == row.points and one.position is not None]
    if not level or not row.tie or row.position is None:
        return
    if len(level) > 3 and not row.points:
        return
    for other in level:
        if other.position is None:
            continue
        order = "before" if row.position < other.position else "behind"
        order = "level with" if row.position == other.position else order
        rival = f"{naming.name(other.competitor)}, who has {points_text(other.points)} too"
        yield f"  {ordinal(row.position)} {order} {rival}"
    yield f"  decided on {row.tie}" if row.tie != "level" else "  nothing in the rules parts them"


def _round(
    season: "Season",
    score: "RoundScore",
    standing: "Standing",
    awards: "Sequence[Award]",
    total: "Points",
    sources: "Sources",
    naming: "Naming",
    *,
    opened_here: bool,
) -> "Iterator[str]":
    from rxscore.events import plain, points_text

    scheduled = score.round.scheduled
    name = f", {scheduled.name}" if scheduled is not None and scheduled.name else ""
    here = points_text(plain(sum(award.points for award in awards)))
    least = OPEN if opened_here else ""
    yield f"Round {score.number}{name}: {least}{here}, {points_text(plain(total))} in all"
    clauses = [_clause(award, standing, naming) + sources.mark(award.cite) for award in awards]
    width = max(map(len, clauses), default=0)
    for award, clause in zip(awards, clauses, strict=True):
        mark = INFERRED if award.inferred else " "
        yield f"  {points_text(award.points):>4}{mark} {clause:{width}}  from {', '.join(award.events)}"
        if award.inferred:
            yield from (f"        inferred: {reason}" for reason in _reasons(season, award))
    if opened_here:
        yield from (f"  open: {reason}" for reason in _open(season, score, standing))


def _clause(award: "Award", standing: "Standing", naming: "Naming") -> str:
    """The clause, and whose car it was where the table does not rank drivers."""
    if standing.of == "driver" or not award.entry or award.entry == award.competitor:
        return award.clause
    return f"{award.clause} ({naming.name(award.entry)})"


def _reasons(season: "Season", award: "Award") -> "Iterator[str]":
    """Why an award counts as inferred: from what its facts were concluded."""
    for key in award.events:
        event = season.events[key]
        rows = [row for row in getattr(event, "rows", ()) if getattr(row, "entry", None) == award.entry]
        reasons = [row.because for row in rows if row.basis == "inferred" and row.because]
        yield from reasons or ([event.because] if event.basis == "inferred" and event.because else [])


def _open(season: "Season", score: "RoundScore", standing: "Standing") -> "Iterator[str]":
    """What of a round is not known, so that there may be more points."""
    from rxscore.events import GapNoted
    from rxscore.scoring.programme import expected_sessions

    source = standing.points_of or standing.id
    for stage in score.rules.stages:
        found = score.stages.get(stage.id)
        if source not in stage.award or (found is not None and found.complete):
            continue
        if found is None and stage.sessions and not expected_sessions(score.round, stage.sessions):
            continue
        title = stage.title or stage.id
        if found is None:
            yield f"{title}: nothing is known"
            continue
        partly = ", ".join(contest.label for contest in found.contests if not contest.complete)
        yield f"{title}: not everybody's place is known{f' in {partly}' * bool(partly)}"
    yield from (event.missing for event in season.general(GapNoted) if event.round == score.number)


def _deductions(scored: "Scored", standing: "Standing", table: "Table", who: str) -> "Iterator[str]":
    from rxscore.events import points_text
    from rxscore.scoring.accounts import plan

    events = [
        event
        for number, effective in sorted(plan(scored.season, scored.ruleset, standing).deductions.items())
        for event in effective
        if event.competitor == who and (table.after_round is None or number <= table.after_round)
    ]
    if events:
        yield from ("", "Deducted in this standing")
    for event in events:
        imposed = f"  for round {event.round}" if event.round is not None else ""
        yield f"  {points_text(-event.points):>4}  {event.note or 'points deducted'}{imposed}  from {event.id}"


def _dropped(season: "Season", row: "Row") -> "Iterator[str]":
    from rxscore.events import points_text

    for one in row.dropped:
        scheduled = season.rounds[one.round].scheduled
        name = f", {scheduled.name}" if scheduled is not None and scheduled.name else ""
        session = f", {one.session}" if one.session else ""
        yield f"  {points_text(one.points):>4}  round {one.round}{name}{session}"


def rulings(opened: "Opened", naming: "Naming", who: str, table: "Table", as_of: str | None) -> "list[Event]":
    """The rulings that concern a competitor or his cars, and what revoked them, in the order they became known.

    Those for rounds after the table's, or in other standings, are left out.
    """
    from rxscore.events import Ruling, known_by

    cars = naming.cars_of(who)
    said = [event for event in opened.season.history if as_of is None or known_by(event.known, as_of)]
    mine = {
        event.id
        for event in said
        if isinstance(event, Ruling)
        and (getattr(event, "entry", None) in cars or getattr(event, "competitor", None) == who)
        and getattr(event, "standing", table.standing) == table.standing
        and (getattr(event, "round", None) or 0) <= (table.after_round or 0)
    }
    found = [event for event in said if event.id in mine or getattr(event, "revokes", None) in mine]
    return sorted(found, key=lambda event: event.known)


# --- json ------------------------------------------------------------------------------------


def _document(
    opened: "Opened", scored: "Scored", table: "Table", who: str, naming: "Naming", as_of: str | None
) -> dict[str, object]:
    from rxscore.interchange import documents

    standing = scored.ruleset.standing(table.standing)
    rounds = _rounds(scored, table)
    plain = documents.standings(opened.name, table, opened.rules.season.name, naming, as_of)
    row = next((one for one in plain.pop("rows") if one["competitor"] == who), None)
    return {
        **plain,
        "competitor": who,
        "name": naming.name(who),
        "row": row,
        "awards": [
            documents.award(award)
            for score in rounds
            for award in score.awards.get(standing.id, ())
            if award.competitor == who
        ],
        "open": [
            {"round": score.number, "reasons": list(_open(scored.season, score, standing))}
            for score in rounds
            if who in score.open.get(standing.id, ())
        ],
        "rulings": [event.id for event in rulings(opened, naming, who, table, as_of)],
    }
