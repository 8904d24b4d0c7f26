"""``rxscore round``: a results sheet of one event, as a paddock would pin it up."""

from typing import TYPE_CHECKING

import click

from rxscore.cli import options
from rxscore.cli.marks import INFERRED, INFERRED_MEANS, OPEN, OPEN_MEANS
from rxscore.problems import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rxscore.api import Opened
    from rxscore.cli import sheets
    from rxscore.cli.sheets import Part
    from rxscore.events import EntryFiled, Points
    from rxscore.interchange.tables import Cell
    from rxscore.rulesets import Edit, Stage
    from rxscore.scoring import Classification, Classified, Contest, RoundScore, Scored
    from rxscore.season import Season
    from rxscore.season.naming import Naming


def _complete_round(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    from rxscore.api import open_season

    try:
        numbers = open_season(options.season_so_far(context)).season.numbers
    except UserError:
        return []
    return [str(number) for number in numbers if str(number).startswith(incomplete)]


@click.command("round")
@options.season_argument
@click.argument("round_", metavar="ROUND", shell_complete=_complete_round)
@options.table_option
@options.as_of_option
@options.rules_options
@options.format_option()
def round_(
    season: str,
    round_: str,
    table: str | None,
    as_of: str | None,
    rules: str | None,
    settings: "tuple[Edit, ...]",
    format_: str,
) -> None:
    """Print the results of one round: heats, classifications, finals, points, and what the stewards ruled.

    ROUND is its number, or a part of its name, venue or country (norway).
    """
    from rxscore.api import open_season
    from rxscore.cli import sheets
    from rxscore.season.naming import Naming

    opened = open_season(season, rules=rules, edits=settings)
    number = find_round(opened, round_)
    standing = options.the_standing(opened, table)
    scored = opened.scored(as_of)
    naming = Naming(opened.season)
    if format_ == "json":
        from rxscore.interchange.documents import round_sheet

        sheets.show_json(round_sheet(opened.name, scored, number, naming, as_of))
    elif format_ == "csv":
        click.echo(_csv(scored, number, naming))
    else:
        sheets.show(_sheet(opened, scored, number, standing, naming, as_of), format_)


def find_round(opened: "Opened", said: str) -> int:
    """The number of the round meant by a number or a part of its name. Raises UserError, naming those there are."""
    from rxscore.events import slug, suggest

    if said.isdecimal() and len(said) < 10:
        found = options.the_round(opened, int(said))
        assert found is not None
        return found
    names = {number: _called(opened.season, number) for number in opened.season.numbers}
    wanted = slug(said)
    fitting = [number for number, name in names.items() if wanted and wanted in slug(name)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        listed = ", ".join(f"{number} ({names[number].split(', ')[0]})" for number in fitting)
        raise UserError(f"{said!r} can be any of the rounds {listed}")
    plain = [name.split(", ")[0] for name in names.values() if name]
    words = {word.strip("()") for name in names.values() for word in name.replace(",", " ").split() if len(word) > 3}
    near = suggest(said, [*plain, *words])
    raise UserError(f"{opened.name} has no round {said!r}{near if '?' in near else suggest(said, plain)}")


def _called(season: "Season", number: int) -> str:
    scheduled = season.rounds[number].scheduled
    return "" if scheduled is None else ", ".join(filter(None, (scheduled.name, scheduled.venue, scheduled.country)))


# --- the sheet -------------------------------------------------------------------------------


class Cars:
    """The cars of a round as they stand in its entry list, and the points each was given."""

    def __init__(self, season: "Season", score: "RoundScore", standing: str, naming: "Naming") -> None:
        self.number, self._season, self.naming = score.number, season, naming
        self._points: dict[tuple[str, str, str], Points] = {}
        self._first: dict[tuple[str, str, str], str] = {}
        for award in score.awards.get(standing, ()):
            key = award.stage, award.session, award.entry
            # Of several who share a car and get the points each, the car's line shows them once.
            if self._first.setdefault(key, award.competitor) == award.competitor:
                self._points[key] = self._points.get(key, 0) + award.points

    def filed(self, entry: str) -> "EntryFiled | None":
        """The entry as it stood in the round."""
        return self._season.entry(entry, self.number)

    def number_of(self, entry: str) -> str:
        """The number on the car's doors, or nothing."""
        filed = self.filed(entry)
        return filed.number if filed is not None else ""

    def driver(self, row: "Classified") -> str:
        """Who drove."""
        filed = self.filed(row.entry)
        drivers = row.drivers or (filed.drivers if filed is not None else ())
        return self.naming.crew(drivers) or row.entry

    def team(self, entry: str) -> str:
        """For which team, or else in which make of car."""
        filed = self.filed(entry)
        team = "" if filed is None else filed.team or filed.make
        return self.naming.name(team) if team else ""

    def points(self, stage: str, session: str, entry: str) -> str:
        """The championship points for it, or nothing."""
        from rxscore.events import points_text

        found = self._points.get((stage, session, entry))
        return "" if found is None else points_text(found)


def _sheet(
    opened: "Opened", scored: "Scored", number: int, standing: str, naming: "Naming", as_of: str | None
) -> "sheets.Sheet":
    from rxscore.cli import sheets

    season = scored.season
    opening = opened.season.opened
    assert opening is not None, "a checked season is opened"
    scheduled = opened.season.rounds[number].scheduled
    name = scheduled.name if scheduled is not None and scheduled.name else f"Round {number}"
    numbers = [one for one in opened.season.numbers if not opened.season.rounds[one].cancelled]
    title = f"{name}: round {number} of {max(numbers, default=number)}, {opening.name}"
    subtitle = ""
    if scheduled is not None:
        dates = " to ".join(dict.fromkeys(filter(None, (scheduled.start, scheduled.end))))
        subtitle = ", ".join(filter(None, (scheduled.venue, scheduled.country, dates)))
    subtitle += f", as known on {as_of}" if as_of is not None else ""
    score = scored.round(number)
    if score is None:
        return sheets.Sheet(title, subtitle, [sheets.Part(notes=_not_held(season, number))])
    cars = Cars(season, score, standing, naming)
    parts = list(_winner(score, cars))
    parts += _stages(score, cars)
    parts += _points(scored, score, naming)
    parts += _notes(opened, scored, score, naming, as_of)
    return sheets.Sheet(title, subtitle, parts)


def _not_held(season: "Season", number: int) -> list[str]:
    from rxscore.events import RoundCancelled

    round_ = season.rounds.get(number)
    for event in round_.of(RoundCancelled) if round_ is not None else ():
        return [f"The round was cancelled{': ' * bool(event.reason)}{event.reason}."]
    return ["No results are known."]


def _winner(score: "RoundScore", cars: Cars) -> "Iterator[Part]":
    from rxscore.cli.sheets import Part

    for row in score.stages[score.rules.winner].rows if score.winner is not None else ():
        if row.place == 1:
            number = cars.number_of(row.entry)
            of = ", ".join(filter(None, (f"#{number}" * bool(number), cars.team(row.entry))))
            yield Part(notes=[f"Winner: {cars.driver(row)}{f' ({of})' * bool(of)}"])


def _stages(score: "RoundScore", cars: Cars) -> "Iterator[Part]":
    """Every stage that is known about. Heats that only feed a total are told in its table, side by side."""
    totals = [stage for stage in score.rules.stages if stage.total and stage.id in score.stages]
    inside = {name for stage in totals for name in stage.total if not score.rules.stage(name).award}
    for stage in score.rules.stages:
        found = score.stages.get(stage.id)
        if found is None or (stage.id in inside and score.stages[stage.id].contests):
            continue
        if stage.total:
            fed = [score.stages[name] for name in stage.total if name in score.stages]
            contests = [contest for one in fed for contest in one.contests]
            yield _total(stage, found, contests, cars)
        elif found.contests and not found.declared:
            for contest in found.contests:
                yield _contest(stage, found, contest, cars)
        else:
            yield _classified(stage, found, cars)


def _total(stage: "Stage", found: "Classification", contests: "Sequence[Contest]", cars: Cars) -> "Part":
    by_entry = [{row.entry: row for row in contest.rows} for contest in contests]
    rows = _all_rows(found, contests)
    columns: dict[str, list[Cell]] = _who(rows, cars, complete=found.complete)
    for contest, results in zip(contests, by_entry, strict=True):
        mine = [results.get(row.entry) for row in rows]
        columns[contest.label] = [None if row is None else _place(row) for row in mine]
        columns[f"{contest.label} pts"] = [None if row is None else _score(row) for row in mine]
        if stage.by == "time":
            columns[f"{contest.label} time"] = [None if row is None else _time(row) for row in mine]
    columns["Total"] = [_score(row) or _time(row) for row in rows]
    columns["Points"] = [cars.points(stage.id, _session_of(found), row.entry) for row in rows]
    return _part(stage.title or stage.id, columns, found, rows)


def _all_rows(found: "Classification", contests: "Sequence[Contest]") -> "list[Classified]":
    """The rows of a total, then those that only its contests list: not everybody need be known in it."""
    from rxscore.scoring import Classified

    listed = {row.entry for row in found.rows}
    others = dict.fromkeys(row.entry for contest in contests for row in contest.rows if row.entry not in listed)
    return [*found.rows, *(Classified(entry, status="unknown") for entry in others)]


def _contest(stage: "Stage", found: "Classification", contest: "Contest", cars: Cars) -> "Part":
    title = stage.title or stage.id
    heading = f"{title}: {contest.label}" if len(stage.sessions) > 1 or contest.race is not None else title
    columns = _who(contest.rows, cars, complete=contest.complete)
    columns["Time"] = [_time(row) for row in contest.rows]
    columns["Score"] = [_score(row) for row in contest.rows]
    columns["Points"] = [cars.points(stage.id, contest.session, row.entry) for row in contest.rows]
    return _part(heading, columns, contest, contest.rows)


def _classified(stage: "Stage", found: "Classification", cars: Cars) -> "Part":
    columns = _who(found.rows, cars, complete=found.complete)
    columns["Time"] = [_time(row) for row in found.rows]
    columns["Score"] = [_score(row) for row in found.rows]
    columns["Points"] = [cars.points(stage.id, _session_of(found), row.entry) for row in found.rows]
    return _part(stage.title or stage.id, columns, found, found.rows)


def _session_of(found: "Classification") -> str:
    from rxscore.scoring.lookup import contests_of

    return contests_of(found)[0].session


def _who(rows: "Sequence[Classified]", cars: Cars, *, complete: bool) -> "dict[str, list[Cell]]":
    return {
        "Pos": [_place(row) for row in rows],
        "No": [cars.number_of(row.entry) for row in rows],
        "Driver": [cars.driver(row) for row in rows],
        "Team": [cars.team(row.entry) for row in rows],
    }


def _place(row: "Classified") -> str:
    if row.status in ("classified", "unknown"):
        return "?" if row.place is None else str(row.place)
    return row.status if row.place is None else f"{row.place} {row.status}"


def _score(row: "Classified") -> str:
    from rxscore.events import points_text

    return "" if row.score is None else points_text(row.score)


def _time(row: "Classified") -> str:
    from rxscore.events import time_text

    return "" if row.time is None else time_text(row.time)


def _part(
    heading: str,
    columns: "dict[str, list[Cell]]",
    found: "Classification | Contest",
    rows: "Sequence[Classified]",
) -> "Part":
    from rxscore.cli.sheets import Part
    from rxscore.interchange.tables import Table

    kept = {name: cells for name, cells in columns.items() if any(cell not in ("", None) for cell in cells)}
    marks = [INFERRED if row.inferred else "" for row in rows]
    if any(marks) and kept:
        kept[""] = marks  # type: ignore[assignment]
    headers = ["pts" if name.endswith(" pts") else name.removesuffix(" time") for name in kept]
    align = ["left" if name in ("Driver", "Team", "") else "right" for name in kept]
    notes = []
    if getattr(found, "declared", ""):
        notes.append(f"as declared ({found.declared})")  # type: ignore[union-attr]
    if not found.complete:
        notes.append("not everything is known")
    if any(marks):
        notes.append(INFERRED_MEANS)
    parted = [(row, row.tie) for row in rows if row.tie and row.tie != "level" and row.place is not None]
    notes += [f"{row.place} on {tie}" for row, tie in parted]
    if not kept or not rows:
        return Part(heading, None, notes or ["nobody is listed"])
    return Part(heading, Table(headers, list(zip(*kept.values(), strict=True)), align), notes)  # type: ignore[arg-type]


# --- points, notes ---------------------------------------------------------------------------


def _points(scored: "Scored", score: "RoundScore", naming: "Naming") -> "Iterator[Part]":
    """What the round gave in every standing, by stage."""
    from rxscore.cli.sheets import Part
    from rxscore.events import points_text
    from rxscore.interchange.tables import Table

    titles = {stage.id: stage.title or stage.id for stage in score.rules.stages}
    titles |= {bonus.id: bonus.feat.replace("-", " ").capitalize() for bonus in score.rules.bonuses}
    for standing in score.rules.standings:
        sums = _sums(score, standing.id)
        opened = score.open.get(standing.id, frozenset())
        if not sums and not opened:
            continue
        stages = [stage for stage in [*titles, ""] if any(stage in mine for mine in sums.values())]
        totals = {one: sum(mine.values()) for one, mine in sums.items()}
        order = sorted(sums, key=lambda one: (-totals[one], naming.name(one)))
        rows = [
            (
                naming.name(one),
                *(points_text(sums[one][stage]) if stage in sums[one] else "" for stage in stages),
                f"{OPEN if one in opened else ''}{points_text(totals[one])}",
            )
            for one in order
        ]
        headers = ["Name", *(titles.get(stage, "Reported") for stage in stages), "Total"]
        notes = [OPEN_MEANS] if any(one in opened for one in order) else []
        others = ", ".join(sorted(naming.name(one) for one in opened if one not in sums))
        notes += [f"may have scored too: {others}"] if others else []
        heading = f"Points of the round: {standing.title or standing.id}"
        if not rows:
            yield Part(heading, None, notes)
            continue
        yield Part(heading, Table(headers, rows, ["left", *["right"] * (len(headers) - 1)]), notes)  # type: ignore[list-item]


def _sums(score: "RoundScore", standing: str) -> "Mapping[str, Mapping[str, Points]]":
    """By competitor and stage, the points of a round."""
    from rxscore.events import plain

    sums: dict[str, dict[str, Points]] = {}
    for award in score.awards.get(standing, ()):
        mine = sums.setdefault(award.competitor, {})
        mine[award.stage] = plain(mine.get(award.stage, 0) + award.points)
    return sums


def _notes(
    opened: "Opened", scored: "Scored", score: "RoundScore", naming: "Naming", as_of: str | None
) -> "Iterator[Part]":
    from rxscore.cli.sheets import Part
    from rxscore.cli.story import Story
    from rxscore.events import GapNoted, Ruling, known_by

    told = []
    for note in score.notes:
        filed = scored.season.entry(note.entry, score.number)
        who = naming.crew(filed.drivers) if filed is not None and filed.drivers else f"entry {note.entry}"
        told.append(f"{who}: {note.message}")
    if told:
        yield Part("Notes", None, told)
    said = [event for event in opened.season.history if as_of is None or known_by(event.known, as_of)]
    mine = {event.id for event in said if isinstance(event, Ruling) and getattr(event, "round", None) == score.number}
    rulings = [event for event in said if event.id in mine or getattr(event, "revokes", "") in mine]
    if rulings:
        story = Story(said)
        yield Part("Rulings", None, [f"{event.known}  {story.line(event)}" for event in rulings])
    gaps = [event.missing for event in scored.season.general(GapNoted) if event.round == score.number]
    if gaps:
        yield Part("Not known", None, gaps)


# --- csv -------------------------------------------------------------------------------------


def _csv(scored: "Scored", number: int, naming: "Naming") -> str:
    """One line for every result of every stage."""
    from rxscore.interchange.documents import results
    from rxscore.interchange.tables import Table, render

    keys = ["stage", "session", "race", "place", "status", "number", "entry", "name", "time", "score", "inferred"]
    rows = [
        [
            "" if line[key] is None else ("yes" if line[key] else "no") if key == "inferred" else str(line[key])
            for key in keys
        ]
        for line in results(scored, number, naming)
    ]
    return render(Table(keys, rows), "csv")
