"""``rxscore what-if``: the table as it would have been."""

from typing import TYPE_CHECKING, Any

import click

from rxscore.cli import options
from rxscore.cli.marks import OPEN, OPEN_MEANS
from rxscore.problems import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rxscore.api import Opened
    from rxscore.cli.sheets import Part, Sheet
    from rxscore.events import Event, Points
    from rxscore.interchange.tables import Align, Cell
    from rxscore.rulesets import Edit as RuleEdit
    from rxscore.scoring import Row
    from rxscore.season.naming import Naming
    from rxscore.whatif import Edit, Handed, Move, Scenario, WhatIf

EXPLAINED = 10
"""So many competitors' differences are explained, those of the most points first; JSON has them all."""

NOTHING_RUN = "Nobody is listed: no round has been run."
"""Said instead of a table without rows."""


def _complete_event(context: click.Context, _: click.Parameter, incomplete: str) -> "list[str]":
    from rxscore.api import open_season

    try:
        events: Sequence[Event] = open_season(options.season_so_far(context)).season.history
    except UserError:
        return []
    return [event.id for event in events if event.id.startswith(incomplete)]


def _complete_scenario(_: click.Context, __: click.Parameter, incomplete: str) -> "list[str]":
    from rxscore import catalog

    return [name for name in catalog.scenarios() if name.startswith(incomplete)]


def _round_option(name: str, help: str) -> "Callable[[Any], Any]":
    return click.option(name, metavar="N", type=int, multiple=True, help=help)


@click.command("what-if")
@options.season_argument
@click.argument("scenarios", metavar="[SCENARIO]...", nargs=-1, shell_complete=_complete_scenario)
@options.rules_options
@click.option(
    "--without",
    metavar="EVENT_ID",
    multiple=True,
    shell_complete=_complete_event,
    help="As if this event (a ruling, a result) had never been said.",
)
@click.option("--change", metavar="EVENT_ID.FIELD=VALUE", multiple=True, help="Another value in an event.")
@click.option(
    "--add", metavar="EVENT", multiple=True, help="An event more, as a TOML table: '{ kind = \"...\", ... }'."
)
@_round_option("--drop-round", "As if this round had been cancelled.")
@_round_option("--void-round", "As if this round had been annulled: a score of nothing for everybody.")
@_round_option("--restore-round", "As if this round had not been cancelled, or annulled.")
@click.option("--weigh-round", metavar="N=FACTOR", multiple=True, help="This round's points times so much.")
@_round_option("--repeat-round", "As if this round had been held once more at the end.")
@click.option(
    "--result",
    metavar="N/SESSION/CAR=RESULT",
    multiple=True,
    help="Another result: a place, a status (DNF, DNS, DSQ, NC) or a time.",
)
@click.option("--swap", metavar="N/SESSION/CAR,CAR", multiple=True, help="Two cars in each other's place.")
@click.option("--remove", metavar="WHO", multiple=True, help="As if this competitor had never been there.")
@click.option("--exclude", metavar="WHO", multiple=True, help="Out of the table; the results stand.")
@options.table_option
@options.after_option
@options.as_of_option
@click.option("--explain", is_flag=True, help="Where each difference comes from.")
@options.format_option()
def what_if(
    season: str,
    scenarios: tuple[str, ...],
    table: str | None,
    after: int | None,
    as_of: str | None,
    explain: bool,
    format_: str,
    **flags: Any,
) -> None:
    """Replay a season with its history or its rules edited, beside the real table.

    A SCENARIO is a TOML file, or the name of one; the options are edits too, made after those of the scenario.
    Rulings stand, unless one is taken out. With several scenarios: who is first under each.
    """
    from rxscore.api import open_season
    from rxscore.cli import sheets
    from rxscore.interchange.documents import what_if as document
    from rxscore.season.naming import Naming
    from rxscore.simulate import find_scenario, what_if

    real = open_season(season)
    standing = options.the_standing(real, table)
    last = options.the_round(real, after)
    more = _flags(real, standing, **flags)
    asked = _asked([find_scenario(name) for name in scenarios], more)
    before = real.scored(as_of)
    found = [what_if(real, one, standing=standing, after=last, as_of=as_of, before=before) for one in asked]
    naming = Naming(found[0].now.season)
    if format_ == "json":
        documents = [document(one, naming, explain=explain) for one in found]
        sheets.show_json(documents[0] if len(found) == 1 else documents)
    elif format_ == "csv":
        click.echo(_csv(found, naming))
    elif len(found) > 1:
        sheets.show(_matrix(real, found, naming), format_)
    else:
        sheets.show(_sheet(real, found[0], naming, explain=explain), format_)


# --- what is asked ---------------------------------------------------------------------------


def _asked(scenarios: "Sequence[Scenario]", flags: "Scenario") -> "Sequence[Scenario]":
    from rxscore.whatif import composed

    if not scenarios and not flags.edits:
        raise UserError(
            "say what is different: a SCENARIO, or --set KEY=VALUE, --rules RULESET, --without EVENT_ID, "
            "--drop-round N and the like (see rxscore what-if --help)"
        )
    if not scenarios:
        return [flags]
    return [composed([one, flags]) if flags.edits else one for one in scenarios]


def _flags(
    opened: "Opened",
    standing: str,
    *,
    rules: str | None,
    settings: "tuple[RuleEdit, ...]",
    without: tuple[str, ...],
    change: tuple[str, ...],
    add: tuple[str, ...],
    drop_round: tuple[int, ...],
    void_round: tuple[int, ...],
    restore_round: tuple[int, ...],
    weigh_round: tuple[str, ...],
    repeat_round: tuple[int, ...],
    result: tuple[str, ...],
    swap: tuple[str, ...],
    remove: tuple[str, ...],
    exclude: tuple[str, ...],
) -> "Scenario":
    """The options as a scenario: rules first, then history, in the order of the command's help."""
    from rxscore.season.naming import Naming
    from rxscore.whatif import SetRule

    naming = Naming(opened.season)

    def who(said: str) -> str:
        return said if said in naming.entries else naming.find(said, naming.registered)

    return _made(
        {
            "--rules": [{"rules": rules}] if rules is not None else [],
            "--set": [SetRule(key, value) for key, value in settings],
            "--without": [{"without": event} for event in without],
            "--change": [_change(opened, said) for said in change],
            "--add": [{"add": _toml(said, "--add")} for said in add],
            "--drop-round": [{"drop-round": number} for number in drop_round],
            "--void-round": [{"void-round": number} for number in void_round],
            "--restore-round": [{"restore-round": number} for number in restore_round],
            "--weigh-round": [_weighed(said) for said in weigh_round],
            "--repeat-round": [{"repeat-round": number} for number in repeat_round],
            "--result": [_result(naming, said) for said in result],
            "--swap": [_swap(naming, said) for said in swap],
            "--remove": [{"remove": who(said)} for said in remove],
            "--exclude": [{"exclude": who(said), "standing": standing} for said in exclude],
        }
    )


def _made(said: "Mapping[str, Sequence[Edit | dict[str, Any]]]") -> "Scenario":
    """The edits that options tell, as a scenario. What is wrong is said of the option, not of the nth edit."""
    from rxscore.problems import Problem
    from rxscore.whatif import Scenario
    from rxscore.whatif.scenario import edit

    # An option is where an edit is written, as a file is; its place among the edits says nothing to the user.
    made: list[Edit] = []
    places: list[Problem] = []
    wrong: list[Problem] = []
    for option, told in said.items():
        for one in told:
            try:
                made.append(edit(one) if isinstance(one, dict) else one)
                places.append(Problem("", option))
            except UserError as error:
                # The keys of the edit's table are not the user's words.
                wrong += [Problem(problem.message, option) for problem in error.problems]
    if wrong:
        raise UserError(wrong)
    return Scenario("", tuple(made), places=tuple(places))


def _change(opened: "Opened", said: str) -> "dict[str, Any]":
    key, equals, value = said.partition("=")
    # An id can have dots in it; a field has none.
    event, _, field = key.strip().rpartition(".")
    if not equals or not event:
        raise UserError(f"--change: {said!r} is not EVENT_ID.FIELD=VALUE")
    return {"change": event, "to": {field: _toml(value.strip(), "--change")}}


def _weighed(said: str) -> "dict[str, Any]":
    number, _, factor = said.partition("=")
    if not number.strip().isdigit() or not factor.strip():
        raise UserError(f"--weigh-round: {said!r} is not N=FACTOR")
    return {"weigh-round": int(number), "by": factor.strip()}


def _toml(said: str, option: str) -> Any:
    """A value as TOML writes it; what it cannot read is taken as a text, so that dates and names need no quotes."""
    import tomllib

    try:
        value = tomllib.loads(f"value = {said}")["value"]
    except (tomllib.TOMLDecodeError, KeyError):
        if option == "--add":
            raise UserError(f"{option}: {said!r} is not a TOML table") from None
        return said
    return str(value) if hasattr(value, "isoformat") else value


def _session(said: str, option: str, what: str) -> tuple[int, str, int | None, str]:
    """``9/SF1/...``, or ``9/Q1/3/...`` for the third race of a session."""
    parts = said.split("/")
    if len(parts) not in (3, 4) or not parts[0].isdigit() or (len(parts) == 4 and not parts[2].isdigit()):
        raise UserError(f"{option}: {said!r} is not ROUND/SESSION/{what} (or ROUND/SESSION/RACE/{what})")
    return int(parts[0]), parts[1], int(parts[2]) if len(parts) == 4 else None, parts[-1]


def _result(naming: "Naming", said: str) -> "dict[str, Any]":
    where, equals, value = said.rpartition("=")
    if not equals or not value:
        raise UserError(f"--result: {said!r} does not say what the result is: ROUND/SESSION/CAR=RESULT")
    number, session, race, car = _session(where, "--result", "CAR=RESULT")
    table: dict[str, Any] = {"result": naming.find(car, naming.entries), "round": number, "session": session}
    if value.isdigit():
        table["place"] = int(value)
    else:
        table["time" if value[:1].isdigit() else "status"] = value
    return table if race is None else {**table, "race": race}


def _swap(naming: "Naming", said: str) -> "dict[str, Any]":
    number, session, race, cars = _session(said, "--swap", "CAR,CAR")
    entries = [naming.find(car.strip(), naming.entries) for car in cars.split(",")]
    table = {"swap": entries, "round": number, "session": session}
    return table if race is None else {**table, "race": race}


# --- what came out ---------------------------------------------------------------------------


def _sheet(real: "Opened", found: "WhatIf", naming: "Naming", *, explain: bool) -> "Sheet":
    from rxscore.cli.sheets import Part, Sheet
    from rxscore.interchange.tables import Table

    opening = real.season.opened
    assert opening is not None, "a checked season is opened"
    standing = found.now.ruleset.standing(found.standing)
    comparison = found.comparison
    said = "; ".join(found.said)
    title = found.scenario.title
    parts = [Part("", None, list(_matching(found)))] if found.matchings else []
    heading = f"{opening.name}: {standing.title or standing.id}, {options.stands_after(real, found.real, found.after)}"
    rows = [_row(move, naming) for move in comparison.moves]
    printed = Table(
        ("Pos", "", "Name", "Points", "Really", "Points", "+/-"),
        rows,
        ("right", "left", "left", "right", "right", "right", "right"),
    )
    if rows:
        parts.append(Part(heading, printed, list(_notes(found, naming))))
    else:
        parts.append(Part(heading, notes=[NOTHING_RUN]))
    changing = [_told(one, naming) for one in found.handed] if found.after is None else []
    if changing:
        parts.append(Part("Changes hands", None, changing))
    if explain:
        parts += _explained(found, naming)
    return Sheet(_first(found, naming), f"What if: {f'{title} ({said})' if title else said}", parts)


def _matching(found: "WhatIf") -> "Iterator[str]":
    for matching in found.matchings:
        yield from matching.told()


def _first(found: "WhatIf", naming: "Naming") -> str:
    what = "Champion" if _over(found) else "Leader"
    first, really = found.champions, found.real_champions
    who = _names(first, naming)
    if found.in_doubt:
        return (
            f"{what}: undecided. {who} would lead, but facts are missing for {_names(found.in_doubt, naming)} "
            f"(really: {_names(really, naming)})"
        )
    title = f"{what}{'s' * (len(first) > 1)}: {who}"
    if not found.changed:
        return f"{title}, as in reality"
    return f"{title}, instead of {_names(really, naming)}"


def _over(found: "WhatIf") -> bool:
    """Whether the table is the season's last."""
    held = [score.number for score in found.now.rounds]
    now = found.now.season
    over = all(now.rounds[number].cancelled or number in held for number in now.numbers)
    return over and found.after in (None, max(held, default=None))


def _names(who: "Sequence[str]", naming: "Naming") -> str:
    *others, last = map(naming.name, who) if who else ["nobody"]
    return f"{', '.join(others)} and {last}" if others else last


def _row(move: "Move", naming: "Naming") -> "list[Cell]":
    from rxscore.events import plain

    row, real = move.row, move.real
    difference = None if row is None or real is None else plain(row.points - real.points)
    return [
        "" if row is None or row.position is None else row.position,
        _moved(move),
        naming.name(move.competitor),
        _points(row),
        "" if real is None or real.position is None else real.position,
        _points(real),
        _signed(difference) if difference else "",
    ]


def _signed(points: "Points") -> str:
    from rxscore.events import points_text

    return f"{'+' if points > 0 else ''}{points_text(points)}"


def _moved(move: "Move") -> str:
    if move.gained is None:
        return "new" if move.row is not None else "out"
    return "=" if not move.gained else f"▲{move.gained}" if move.gained > 0 else f"▼{-move.gained}"


def _points(row: "Row | None") -> str:
    from rxscore.events import points_text

    return "" if row is None else f"{OPEN if row.open else ''}{points_text(row.points)}"


def _notes(found: "WhatIf", naming: "Naming") -> "Iterator[str]":
    moves = found.comparison.moves
    if any(row is not None and row.open for move in moves for row in (move.row, move.real)):
        yield OPEN_MEANS
    newly = [naming.name(move.competitor) for move in moves if move.newly_open]
    if newly:
        yield f"Undecided by these changes, for want of facts: {', '.join(newly)}"
    ties = [move.row for move in moves if move.row is not None and move.row.tie not in ("", "level")]
    yield from (f"{row.position} ({naming.name(row.competitor)}) on {row.tie}" for row in ties if row.points)
    if found.parting is None:
        yield "The two histories never part"
        return
    yield f"The two histories part in round {found.parting}"
    if found.lead_parting is None:
        yield "Nobody else ever leads"
    else:
        yield f"Somebody else first leads after round {found.lead_parting}"


def _told(one: "Handed", naming: "Naming") -> str:
    from rxscore.scoring import ordinal

    now, really = _names(one.now, naming), _names(one.really, naming)
    where = f"round {one.round}" if one.round is not None else one.what
    what = "the title" if one.place == 1 and one.round is None else f"{ordinal(one.place)} place"
    return f"{where}: {what} to {now}, from {really}"


def _explained(found: "WhatIf", naming: "Naming") -> "Iterator[Part]":
    from rxscore.cli.sheets import Part
    from rxscore.events import points_text
    from rxscore.interchange.tables import Table

    told = 0
    for move in found.comparison.moves:
        changes = found.changes(move.competitor) if told < EXPLAINED else ()
        if not changes:
            continue
        told += 1
        rows = [
            [
                one.round,
                one.session or one.stage,
                points_text(one.now),
                points_text(one.really),
                _signed(one.difference),
                one.because,
            ]
            for one in changes
        ]
        headers = ("Round", "", "Points", "Really", "+/-", "Because")
        heading = f"{naming.name(move.competitor)}: {_signed(sum(one.difference for one in changes))}"
        yield Part(heading, Table(headers, rows, ("right", "left", "right", "right", "right", "left")))


def _matrix(real: "Opened", found: "Sequence[WhatIf]", naming: "Naming") -> "Sheet":
    from rxscore.cli.sheets import Part, Sheet
    from rxscore.interchange.tables import Table

    rows: list[list[Cell]] = [["", "as it was", _names(found[0].real_champions, naming), ""]]
    for number, one in enumerate(found, start=1):
        doubt = f"undecided: facts are missing for {_names(one.in_doubt, naming)}" if one.in_doubt else ""
        label = one.scenario.name or one.scenario.title or "; ".join(one.said)
        rows.append([number, label, _names(one.champions, naming), doubt or ("changes" if one.changed else "")])
    what = "Champion" if all(_over(one) for one in found) else "Leader"
    first = Part("", Table(("", "What if", what, ""), rows, ("right", "left", "left", "left")))
    everybody = list(dict.fromkeys(move.competitor for one in found for move in one.comparison.moves))
    placed = [
        [
            naming.name(who),
            *(_position(one, who, real=True) for one in found[:1]),
            *(_position(one, who) for one in found),
        ]
        for who in everybody
    ]
    headers = ("Name", "As it was", *(str(number) for number in range(1, len(found) + 1)))
    numbers: list[Align] = ["right"] * (len(headers) - 1)
    second = Part("Positions and points", Table(headers, placed, ["left", *numbers]))
    if not placed:
        second = Part(notes=[NOTHING_RUN])
    changed = sum(one.changed for one in found)
    title = f"{changed} of {len(found)} what-ifs change who is first"
    return Sheet(title, real.name, [first, second])


def _position(found: "WhatIf", who: str, *, real: bool = False) -> str:
    move = next((one for one in found.comparison.moves if one.competitor == who), None)
    row = None if move is None else move.real if real else move.row
    return "" if row is None else f"{row.position or '-'} ({_points(row)})"


def _csv(found: "Sequence[WhatIf]", naming: "Naming") -> str:
    from rxscore.events import points_json
    from rxscore.interchange.tables import Table, render

    keys = ["position", "competitor", "name", "points", "open", "real_position", "real_points", "real_open"]

    def told(row: "Row | None") -> list[str]:
        if row is None:
            return ["", "", ""]
        return [str(row.position or ""), str(points_json(row.points)), "yes" if row.open else "no"]

    rows = []
    for one in found:
        for move in one.comparison.moves:
            position, points, opened = told(move.row)
            line = [position, move.competitor, naming.name(move.competitor), points, opened, *told(move.real)]
            rows.append(line if len(found) == 1 else [one.scenario.name, *line])
    return render(Table(keys if len(found) == 1 else ["scenario", *keys], rows), "csv")
