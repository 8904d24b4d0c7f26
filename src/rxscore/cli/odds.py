"""``rxscore odds``: how likely."""

import os
from typing import TYPE_CHECKING

import click

from rxscore.cli import chances, options
from rxscore.cli.marks import counted
from rxscore.cli.progress import progress
from rxscore.problems import Problem, UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rxscore.api import Opened
    from rxscore.cli.sheets import Sheet
    from rxscore.interchange.tables import Table
    from rxscore.odds.forecast import Chance, Forecast, Line, Prospects
    from rxscore.season.naming import Naming


ENOUGH = 2_000_000
"""Looking back at so many simulated seasons is shared out among processes."""


@click.command("odds")
@click.argument("seasons", metavar="SEASON...", nargs=-1, required=True, shell_complete=options.complete_season)
@options.table_option
@click.option("--after", metavar="ROUND", type=int, help="As things stood after this round (default: after each).")
@click.option("--before", metavar="SESSION", help="As things stood before this session of the round after that one.")
@click.option("--positions", metavar="N", type=click.IntRange(1, 100), help="The chances of the first N positions (3).")
@click.option("--simulations", metavar="N", type=click.IntRange(1_000, 100_000_000), default=100_000,
              show_default=True, help="So many seasons are simulated.")  # fmt: skip
@click.option("--seed", metavar="N", type=click.IntRange(min=0), default=0, show_default=True,
              help="Other random numbers; the same seed gives the same answer.")  # fmt: skip
@click.option("--backtest", is_flag=True, help="How good the odds would have been over these past seasons.")
@click.option("--processes", metavar="N", type=click.IntRange(1), help="So many seasons at once, with --backtest.")
@click.option("--chart", metavar="FILE", help="Draw it too: an .svg, .png or .html file.")
@options.as_of_option
@options.rules_options
@options.format_option("text", "json", "csv", "markdown", "html")
def odds(
    seasons: tuple[str, ...],
    table: str | None,
    after: int | None,
    before: str | None,
    positions: int | None,
    simulations: int,
    seed: int,
    backtest: bool,
    processes: int | None,
    chart: str | None,
    as_of: str | None,
    rules: str | None,
    settings: "tuple[tuple[str, object], ...]",
    format_: str,
) -> None:
    """How likely: what remains of a season simulated many times, with strengths fitted on its results so far.

    After one round: the chances of the title, of the first three positions, and of getting through to the stages of the
    next round that one must qualify for. Without --after: how the chances of the title went, round by round. Estimates
    under a simple model; what is certain, `rxscore title` says. With --backtest, SEASONs may be patterns ('f1/*').
    """
    from rxscore.odds.strengths import needed

    needed()
    if chart is not None:
        from rxscore import charts

        charts.ready(chart)
    if backtest:
        if after is not None or before is not None:
            raise UserError("--backtest looks at every round: leave --after and --before out")
        if positions is not None:
            raise UserError("--backtest looks at the title: leave --positions out")
        if as_of is not None:
            raise UserError("--backtest looks back from today: leave --as-of out")
        _backtest(seasons, table, simulations, seed, rules, settings, format_, processes, chart)
        return
    if processes is not None:
        raise UserError("--processes goes with --backtest: one season is simulated in one")
    if len(seasons) > 1:
        raise UserError("one season at a time; several only with --backtest")
    from rxscore.season.naming import Naming

    opened, prospects = _opened(seasons[0], table, rules, settings, as_of)
    naming = Naming(opened.season)
    number = options.the_moment(opened, after)
    if after is None and before is None and number:
        if positions is not None:
            raise UserError("--positions needs --after: over the season only the title is told")
        _over_time(opened, prospects, naming, simulations, seed, as_of, format_, chart)
        return
    with progress(simulations, "Seasons") as step:
        forecast = prospects.forecast(
            number, simulations, seed, before=before or "", positions=positions or 3, done=step
        )  # fmt: skip
    from rxscore.cli import sheets
    from rxscore.interchange.tables import render

    if format_ == "json":
        sheets.show_json({**_document(forecast, prospects, naming), "as_of": as_of})
    elif format_ == "csv":
        click.echo(render(_positions(forecast, naming, exact=True), "csv"))
    else:
        sheets.show(_sheet(opened, forecast, prospects, naming, as_of), format_)
    if chart is not None:
        _draw(forecast, prospects, naming, as_of, chart)


def _opened(
    season: str,
    table: str | None,
    rules: str | None,
    settings: "tuple[tuple[str, object], ...]",
    as_of: str | None = None,
) -> "tuple[Opened, Prospects]":
    from attrs import evolve

    from rxscore.api import open_season
    from rxscore.odds.forecast import Prospects

    opened = open_season(season, rules=rules, edits=settings)
    if as_of is not None:
        opened = evolve(opened, season=opened.season.as_of(as_of))
    standing = opened.rules.season.standing(options.the_standing(opened, table))
    return opened, Prospects(opened.season, opened.rules, standing)


def _over_time(
    opened: "Opened",
    prospects: "Prospects",
    naming: "Naming",
    simulations: int,
    seed: int,
    as_of: str | None,
    format_: str,
    chart: str | None,
) -> None:
    from rxscore.cli import over_time as face
    from rxscore.odds.over_time import over_time, refusals
    from rxscore.title.inside import rounds_over

    rounds = len(rounds_over(prospects.season, prospects.rules))
    with progress(rounds, "Rounds") as step:
        moments = list(over_time(prospects, simulations, seed, done=step))
    reasons = refusals(moments)
    if reasons and not any(moment.forecast for moment in moments):
        raise UserError(Problem(reason) for reason in reasons)
    now = options.as_it_stands(opened)
    face.show(moments, prospects, naming, format_, simulations=simulations, seed=seed, as_of=as_of, now=now)
    if chart is not None:
        face.draw(moments, prospects, naming, simulations, chart)


# --- after one round -------------------------------------------------------------------------


def _sheet(
    opened: "Opened", forecast: "Forecast", prospects: "Prospects", naming: "Naming", as_of: str | None
) -> "Sheet":
    from rxscore.cli.sheets import Part, Sheet

    assert opened.season.opened is not None, "a checked season is opened"
    standing = prospects.standing
    left = forecast.rounds_left
    parts = [Part("", _positions(forecast, naming), _notes(forecast, naming))]
    if forecast.through or forecast.wins:
        what = "who starts where, and who wins" if forecast.through else "who wins"
        parts.append(Part(f"Round {left[0]}: {what}, in per cent", _next_round(forecast, prospects, naming)))
    return Sheet(
        f"{opened.season.opened.name}: {standing.title or standing.id}, how likely, in per cent",
        _when(forecast, as_of),
        parts,
    )


def _when(forecast: "Forecast", as_of: str | None) -> str:
    left = forecast.rounds_left
    when = f"after round {forecast.after}" if forecast.after else "before the first round"
    when = f"before {forecast.before} of round {left[0]}" if forecast.before else when
    known = f", as known on {as_of}" if as_of is not None else ""
    return (
        f"{when}{known}, {counted(len(left), 'round')} to come; "
        f"{forecast.seasons} seasons simulated, seed {forecast.seed}"
    )


def _draw(forecast: "Forecast", prospects: "Prospects", naming: "Naming", as_of: str | None, file: str) -> None:
    from rxscore import charts
    from rxscore.odds.charts import after_round_chart

    opened, standing = prospects.season.opened, prospects.standing
    assert opened is not None, "a checked season is opened"
    title = f"{opened.name}: {standing.title or standing.id}, how likely the title is"
    charts.draw(after_round_chart(forecast, naming.name, title, _when(forecast, as_of)), file)


def _positions(forecast: "Forecast", naming: "Naming", *, exact: bool = False) -> "Table":
    from fractions import Fraction

    from rxscore.events import plain, points_text
    from rxscore.interchange.tables import Table
    from rxscore.scoring import ordinal

    headers = ["Name", "Points"]
    places = [ordinal(place) for place in range(1, len(forecast.lines[0].positions) + 1)]
    headers += ["1st", "95 % interval", *places[1:], *([f"Top {len(places)}"] if len(places) > 1 else [])]
    rows: list[list[str | int | None]] = []

    def top(line: "Line") -> "Sequence[Chance]":
        return (line.podium,) if len(places) > 1 else ()

    for line in forecast.lines:
        points = points_text(plain(Fraction(line.points, forecast.unit)))
        if exact:
            low, high = line.positions[0].interval
            numbers = [line.positions[0].chance, low, high, *(one.chance for one in (*line.positions[1:], *top(line)))]
            rows.append([naming.name(line.competitor), points, *(f"{number:.6f}" for number in numbers)])
        elif line.podium.times:
            mark = "+" if line.doubt else ""
            others = (chances.per_cent(one.chance) for one in (*line.positions[1:], *top(line)))
            rows.append([naming.name(line.competitor), points + mark, *_both(line.positions[0]), *others])
    if exact:
        words = ["first", "second", "third", *places[3:]][: len(places)]
        whole = [] if len(places) == 1 else ["top_three" if len(places) == 3 else f"top_{len(places)}"]
        headers = ["name", "points", "first", "first_low", "first_high", *words[1:], *whole]
        return Table(headers, rows)
    return Table(headers, rows, ["left", *["right"] * (len(headers) - 1)])  # type: ignore[list-item]


def _notes(forecast: "Forecast", naming: "Naming") -> list[str]:
    notes = [
        "Estimates: strengths fitted on the results so far, the same for every session. The interval is the",
        "simulation's alone; that the model is wrong is not in it.",
    ]
    nobody = sum(not line.podium.times for line in forecast.lines)
    if nobody:
        first = len(forecast.lines[0].positions)
        notes.append(f"{nobody} more never came {f'among the first {first}' if first > 1 else 'first'}.")
    if any(line.doubt for line in forecast.lines):
        doubt = [naming.name(line.competitor) for line in forecast.lines if line.doubt and line.podium.times]
        others = sum(line.doubt and not line.podium.times for line in forecast.lines)
        who = [*doubt, *([f"{others} of those who never came so far"] if others else [])]
        notes.append(f"+ Facts are missing; the points that are known count, and no more: {', '.join(who)}.")
    if forecast.looked_at > forecast.compared:
        equal = forecast.looked_at - forecast.compared
        notes.append(
            f"In {equal} of {forecast.looked_at} seasons looked into, the rules leave cars equal inside an event: "
            "the latest session parts them here."
        )
    if forecast.level:
        where = f" (the rules go on with {forecast.left_equal!r})" if forecast.left_equal else ""
        notes.append(f"In {forecast.level} seasons equals shared one of these positions{where}; it counts for each.")
    return notes


def _next_round(forecast: "Forecast", prospects: "Prospects", naming: "Naming") -> "Table":
    from rxscore.interchange.tables import Table

    rules = prospects.rules.of(forecast.rounds_left[0])
    columns = {rules.stage(stage).title or stage: told for stage, told in forecast.through.items()}
    if forecast.wins:
        columns["Wins"] = forecast.wins
    headers = ["Name", *(part for title in columns for part in (title, "95 % interval"))]
    told = list(columns.values())
    cars = [car for car in told[0] if any(one[car].times for one in told)]
    cars.sort(key=lambda car: [-one[car].times for one in told])
    rows = [[naming.name(car), *(part for one in told for part in _both(one[car]))] for car in cars]
    return Table(headers, rows, ["left", *["right"] * (len(headers) - 1)])  # type: ignore[list-item]


def _both(one: "Chance") -> tuple[str, str]:
    return chances.per_cent(one.chance), chances.span(one.interval)


def _document(forecast: "Forecast", prospects: "Prospects", naming: "Naming") -> dict[str, object]:
    from fractions import Fraction

    from rxscore.events import plain, points_json

    return {
        "standing": prospects.standing.id,
        "after_round": forecast.after,
        "before": forecast.before or None,
        "rounds_to_come": list(forecast.rounds_left),
        "simulations": forecast.seasons,
        "seed": forecast.seed,
        "scored_exactly": forecast.compared,
        "looked_into": forecast.looked_at,
        "shared": forecast.level,
        "competitors": [
            {
                "competitor": line.competitor,
                "name": naming.name(line.competitor),
                "points": points_json(plain(Fraction(line.points, forecast.unit))),
                "open": line.doubt,
                "positions": [chances.document(one) for one in line.positions],
                "top": chances.document(line.podium),
            }
            for line in forecast.lines
        ],
        "through": [
            {"stage": stage, "entry": car, "name": naming.name(car), **chances.document(one)}
            for stage, cars in forecast.through.items()
            for car, one in cars.items()
        ],
        "wins": [
            {"entry": car, "name": naming.name(car), **chances.document(one)} for car, one in forecast.wins.items()
        ],
    }


# --- over past seasons -----------------------------------------------------------------------


def _backtest(
    said: tuple[str, ...],
    table: str | None,
    simulations: int,
    seed: int,
    rules: str | None,
    settings: "tuple[tuple[str, object], ...]",
    format_: str,
    processes: int | None,
    chart: str | None,
) -> None:
    from rxscore.cli import looking_back as face
    from rxscore.odds.backtest import LeftOut, backtest
    from rxscore.title.inside import rounds_over

    seasons: list[tuple[str, Prospects]] = []
    left_out: list[LeftOut] = []
    rounds = 0
    for name in options.the_seasons(said):
        try:
            _, prospects = _opened(name, table, rules, settings)
        except UserError as error:
            if name in said:
                raise
            # Of those that a pattern means, one may have no such table.
            left_out.append(LeftOut(name, (), str(error.problems[0])))
            continue
        seasons.append((name, prospects))
        rounds += len(rounds_over(prospects.season, prospects.rules))
    if processes is None:
        # Below so much work the start of a process is not worth its while; above so many, its memory.
        processes = min(os.cpu_count() or 1, 8) if rounds * simulations >= ENOUGH else 1
    with progress(rounds, "Rounds") as step:
        found = backtest(seasons, simulations, seed, left_out=left_out, processes=processes, done=step)
    face.show(found, simulations, seed, format_)
    if chart is not None:
        face.draw(found, simulations, chart)
