"""``rxscore odds``: how likely."""

from typing import TYPE_CHECKING

import click

from rxscore.cli import options
from rxscore.problems import UserError

if TYPE_CHECKING:
    from collections.abc import Callable

    from rxscore.api import Opened
    from rxscore.cli.sheets import Sheet
    from rxscore.interchange.tables import Cell, Table
    from rxscore.odds.backtest import Backtest
    from rxscore.odds.forecast import Chance, Forecast, Prospects
    from rxscore.season.naming import Naming


@click.command("odds")
@click.argument("seasons", metavar="SEASON...", nargs=-1, required=True, shell_complete=options.complete_season)
@options.table_option
@click.option("--after", metavar="ROUND", type=int, help="As things stood after this round (default: the last held).")
@click.option("--before", metavar="SESSION", help="As things stood before this session of the round after that one.")
@click.option("--simulations", metavar="N", type=click.IntRange(1_000, 100_000_000), default=100_000,
              show_default=True, help="So many seasons are simulated.")  # fmt: skip
@click.option("--seed", metavar="N", type=click.IntRange(min=0), default=0, show_default=True,
              help="Other random numbers; the same seed gives the same answer.")  # fmt: skip
@click.option("--backtest", is_flag=True, help="How good the odds would have been over these past seasons.")
@options.as_of_option
@options.rules_options
@options.format_option("text", "json", "csv", "markdown", "html")
def odds(
    seasons: tuple[str, ...],
    table: str | None,
    after: int | None,
    before: str | None,
    simulations: int,
    seed: int,
    backtest: bool,
    as_of: str | None,
    rules: str | None,
    settings: "tuple[tuple[str, object], ...]",
    format_: str,
) -> None:
    """How likely: what remains of a season simulated many times, with strengths fitted on its results so far.

    The chances of the title, of the first three positions, and of getting through to the stages of the next round
    that one must qualify for. Estimates under a simple model; what is certain, `rxscore title` says.
    """
    from rxscore.odds.strengths import needed

    needed()
    if backtest:
        if after is not None or before is not None:
            raise UserError("--backtest looks at every round: leave --after and --before out")
        if as_of is not None:
            raise UserError("--backtest looks back from today: leave --as-of out")
        _backtest(seasons, table, simulations, seed, rules, settings, format_)
        return
    if len(seasons) > 1:
        raise UserError("one season at a time; several only with --backtest")
    from rxscore.season.naming import Naming

    opened, prospects = _opened(seasons[0], table, rules, settings, as_of)
    options.the_round(opened, after)
    held = [score.number for score in opened.scored().rounds]
    number = after if after is not None else max(held, default=0)
    with _progress(simulations, "seasons") as step:
        forecast = prospects.forecast(number, simulations, seed, before=before or "", done=step)
    naming = Naming(opened.season)
    from rxscore.cli import sheets
    from rxscore.interchange.tables import render

    if format_ == "json":
        sheets.show_json({**_document(forecast, prospects, naming), "as_of": as_of})
    elif format_ == "csv":
        click.echo(render(_positions(forecast, naming, exact=True), "csv"))
    else:
        sheets.show(_sheet(opened, forecast, prospects, naming, as_of), format_)


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


class _Bar:
    """A bar on standard error, where a person watches."""

    def __init__(self, length: int, label: str) -> None:
        import sys

        self.bar = click.progressbar(length=length, label=label, file=sys.stderr)
        self.shown = sys.stderr.isatty()

    def __enter__(self) -> "Callable[[int], None]":
        if self.shown:
            self.bar.__enter__()
        return self._step

    def _step(self, done: int = 1) -> None:
        if self.shown:
            self.bar.update(done)

    def __exit__(self, *error: object) -> None:
        if self.shown:
            self.bar.__exit__(*error)  # type: ignore[arg-type]


def _progress(length: int, label: str) -> _Bar:
    return _Bar(length, label)


# --- after one round -------------------------------------------------------------------------


def _per_cent(chance: float) -> str:
    """A chance as people read it; what is rare or nearly certain is not rounded to never and always."""
    if chance in (0.0, 1.0):
        return f"{chance * 100:.0f}"
    return "<0.1" if chance < 0.0005 else ">99.9" if chance > 0.9995 else f"{chance * 100:.1f}"


def _span(one: "Chance") -> str:
    low, high = one.interval
    return f"{low * 100:.1f} to {high * 100:.1f}"


def _sheet(
    opened: "Opened", forecast: "Forecast", prospects: "Prospects", naming: "Naming", as_of: str | None
) -> "Sheet":
    from rxscore.cli.sheets import Part, Sheet

    assert opened.season.opened is not None, "a checked season is opened"
    standing = prospects.standing
    left = forecast.rounds_left
    when = f"before {forecast.before} of round {left[0]}" if forecast.before else f"after round {forecast.after}"
    known = f", as known on {as_of}" if as_of is not None else ""
    parts = [Part("", _positions(forecast, naming), _notes(forecast, naming))]
    if forecast.through or forecast.wins:
        what = "who starts where, and who wins" if forecast.through else "who wins"
        parts.append(Part(f"Round {left[0]}: {what}, in per cent", _next_round(forecast, prospects, naming)))
    return Sheet(
        f"{opened.season.opened.name}: {standing.title or standing.id}, how likely, in per cent",
        f"{when}{known}, {len(left)} round{'' if len(left) == 1 else 's'} to come; "
        f"{forecast.seasons} seasons simulated, seed {forecast.seed}",
        parts,
    )


def _positions(forecast: "Forecast", naming: "Naming", *, exact: bool = False) -> "Table":
    from fractions import Fraction

    from rxscore.events import plain, points_text
    from rxscore.interchange.tables import Table
    from rxscore.scoring import ordinal

    headers = ["Name", "Points"]
    places = [ordinal(place) for place in range(1, len(forecast.lines[0].positions) + 1)]
    headers += ["1st", "95 % interval", *places[1:], f"Top {len(places)}"]
    rows: list[list[str | int | None]] = []
    for line in forecast.lines:
        points = points_text(plain(Fraction(line.points, forecast.unit)))
        if exact:
            low, high = line.positions[0].interval
            numbers = [line.positions[0].chance, low, high, *(one.chance for one in line.positions[1:])]
            rows.append([naming.name(line.competitor), points, *(f"{number:.6f}" for number in numbers),
                         f"{line.podium.chance:.6f}"])  # fmt: skip
        elif line.podium.times:
            mark = "+" if line.doubt else ""
            rows.append([naming.name(line.competitor), points + mark, _per_cent(line.positions[0].chance),
                         _span(line.positions[0]), *(_per_cent(one.chance) for one in line.positions[1:]),
                         _per_cent(line.podium.chance)])  # fmt: skip
    if exact:
        headers = ["name", "points", "first", "first_low", "first_high", "second", "third", "top_three"]
        return Table(headers, rows)
    return Table(headers, rows, ["left", *["right"] * (len(headers) - 1)])  # type: ignore[list-item]


def _notes(forecast: "Forecast", naming: "Naming") -> list[str]:
    notes = [
        "Estimates: strengths fitted on the results so far, the same for every session. The interval is the",
        "simulation's alone; that the model is wrong is not in it.",
    ]
    nobody = sum(not line.podium.times for line in forecast.lines)
    if nobody:
        notes.append(f"{nobody} more never came among the first {len(forecast.lines[0].positions)}.")
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
    columns = {rules.stage(stage).title or stage: chances for stage, chances in forecast.through.items()}
    if forecast.wins:
        columns["Wins"] = forecast.wins
    headers = ["Name", *(part for title in columns for part in (title, "95 % interval"))]
    chances = list(columns.values())
    cars = [car for car in chances[0] if any(one[car].times for one in chances)]
    cars.sort(key=lambda car: [-one[car].times for one in chances])
    rows = [[naming.name(car), *(part for one in chances for part in _both(one[car]))] for car in cars]
    return Table(headers, rows, ["left", *["right"] * (len(headers) - 1)])  # type: ignore[list-item]


def _both(one: "Chance") -> tuple[str, str]:
    return _per_cent(one.chance), _span(one)


def _plain(one: "Chance") -> dict[str, object]:
    low, high = one.interval
    return {"chance": one.chance, "low": low, "high": high}


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
                "positions": [_plain(one) for one in line.positions],
                "top": _plain(line.podium),
            }
            for line in forecast.lines
        ],
        "through": [
            {"stage": stage, "entry": car, "name": naming.name(car), **_plain(one)}
            for stage, cars in forecast.through.items()
            for car, one in cars.items()
        ],
        "wins": [{"entry": car, "name": naming.name(car), **_plain(one)} for car, one in forecast.wins.items()],
    }


# --- over past seasons -----------------------------------------------------------------------


def _backtest(
    names: tuple[str, ...],
    table: str | None,
    simulations: int,
    seed: int,
    rules: str | None,
    settings: "tuple[tuple[str, object], ...]",
    format_: str,
) -> None:
    from rxscore.cli import sheets
    from rxscore.interchange.tables import render
    from rxscore.odds.backtest import backtest

    opened = [(name, _opened(name, table, rules, settings)[1]) for name in dict.fromkeys(names)]
    with _progress(len(opened), "seasons") as step:
        found = backtest(opened, simulations, seed, done=lambda: step(1))
    if format_ == "json":
        sheets.show_json(_tested(found, simulations, seed))
    elif format_ == "csv":
        click.echo(render(_each(found), "csv"))
    else:
        sheets.show(_test_sheet(found, simulations, seed), format_)


def _test_sheet(found: "Backtest", simulations: int, seed: int) -> "Sheet":
    from rxscore.cli.sheets import Part, Sheet
    from rxscore.interchange.tables import Table
    from rxscore.odds.backtest import METHODS, by_season

    rows: list[list[Cell]] = [
        [season, *(f"{found.brier(method, season):.3f}" for method in METHODS)] for season in by_season(found)
    ]
    if len(rows) > 1:
        rows.append(["all forecasts", *(f"{found.brier(method):.3f}" for method in METHODS)])
    scores = Table(["Season", *METHODS], rows, ["left", "right", "right", "right"])
    tenths: list[list[Cell]] = [
        [f"{tenth.low * 100:.0f} to {tenth.high * 100:.0f}", tenth.told, f"{tenth.mean * 100:.1f}",
         f"{tenth.came.chance * 100:.1f}", _span(tenth.came)]
        for tenth in found.reliability()
    ]  # fmt: skip
    reliability = Table(["Told, %", "times", "on average", "came true, %", "95 % interval"], tenths)
    notes = [
        "Brier's score of the chances of the title: 0 is perfect, 2 the worst. Less is better.",
        *(f"{name}: left out: {why}" for name, why in found.left_out),
    ]
    honest = [
        f"{len(found.told)} forecasts, but only {found.seasons} champion{'s' if found.seasons > 1 else ''}: the "
        "forecasts of a season all share its outcome,",
        "so that the intervals are too narrow. They take the calendar and the entries as known today.",
    ]
    return Sheet(
        "How good the odds would have been",
        f"after every round but the last; {simulations} seasons simulated each, seed {seed}",
        [Part("", scores, notes), Part("How often what was told came true", reliability, honest)],
    )


def _each(found: "Backtest") -> "Table":
    from rxscore.interchange.tables import Table
    from rxscore.odds.backtest import METHODS

    rows: list[list[Cell]] = [
        [one.season, one.after, *(f"{one.brier(method):.6f}" for method in METHODS)] for one in found.told
    ]
    return Table(["season", "after_round", *(method.replace(" ", "_") for method in METHODS)], rows)


def _tested(found: "Backtest", simulations: int, seed: int) -> dict[str, object]:
    from rxscore.odds.backtest import METHODS

    return {
        "simulations": simulations,
        "seed": seed,
        "forecasts": [
            {
                "season": one.season,
                "after_round": one.after,
                "champions": sorted(one.champions),
                "brier": {method.replace(" ", "_"): one.brier(method) for method in METHODS},
            }
            for one in found.told
        ],
        "brier": {method.replace(" ", "_"): found.brier(method) for method in METHODS},
        "reliability": [
            {"low": one.low, "high": one.high, "times": one.told, "mean": one.mean, "came_true": _plain(one.came)}
            for one in found.reliability()
        ],
        "left_out": [{"season": name, "because": why} for name, why in found.left_out],
    }
