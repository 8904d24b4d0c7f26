"""``rxscore needs``: what a competitor needs."""

from typing import TYPE_CHECKING

import click

from rxscore.cli import options
from rxscore.problems import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rxscore.api import Opened
    from rxscore.cli.sheets import Part
    from rxscore.events import Points
    from rxscore.rulesets import Standing
    from rxscore.season import Season
    from rxscore.season.naming import Naming
    from rxscore.title.margins import Margins
    from rxscore.title.needs import LastContest


@click.command()
@options.season_argument
@click.argument("competitor", metavar="[COMPETITOR]", required=False, shell_complete=options.complete_competitor)
@click.option("--round", "round_", metavar="ROUND", help="Inside this round: who goes on (its number or its name).")
@click.option("--after", metavar="ROUND|SESSION",
              help="As things stood after this round, or with --round after this session of it.")  # fmt: skip
@click.option("--before", metavar="SESSION",
              help="As things stood before this session of the round after that one, or of --round.")  # fmt: skip
@click.option("--position", metavar="N", type=click.IntRange(min=1), default=1,
              help="For the title: this position, or a better one (default: 1).")  # fmt: skip
@click.option("--seconds", metavar="S", type=click.FloatRange(min=0, min_open=True), default=5.0,
              help="How long the solver may take for one question (default: 5).")  # fmt: skip
@options.table_option
@options.rules_options
@options.format_option("text", "json", "markdown", "html")
def needs(
    season: str,
    competitor: str | None,
    round_: str | None,
    after: str | None,
    before: str | None,
    position: int,
    seconds: float,
    table: str | None,
    rules: str | None,
    settings: "tuple[tuple[str, object], ...]",
    format_: str,
) -> None:
    """What a competitor needs: to be champion, or inside an event to go on.

    With --round (or without COMPETITOR in the round that is under way): who is through to the next part of the event,
    who is out, and the place each needs in the next session. With COMPETITOR alone: what he needs for the title.
    """
    from rxscore.api import open_season

    opened = open_season(season, rules=rules, edits=settings)
    if round_ is not None or competitor is None:
        _inside(opened, competitor, round_, after, before, format_)
    else:
        _title(opened, competitor, table, after, before, position, seconds, format_)


# --- inside an event -------------------------------------------------------------------------


def _inside(
    opened: "Opened", competitor: str | None, round_: str | None, after: str | None, before: str | None, format_: str
) -> None:
    from rxscore.cli import cut
    from rxscore.cli.sheets import show, show_json
    from rxscore.season.naming import Naming

    number, session = _the_round(opened, round_, after, before)
    if session is not None and before is not None:
        raise UserError("--after a session or --before one: only one of the two")
    found = cut.the_cut(opened, number, session, before)
    naming = Naming(opened.season)
    entry = None if competitor is None else naming.find(competitor, [one for one, _, _ in found.standing])
    if format_ == "json":
        show_json(cut.document(found, entry, naming))
    else:
        show(cut.sheet(opened, found, entry, naming), format_)


def _the_round(opened: "Opened", round_: str | None, after: str | None, before: str | None) -> "tuple[int, str | None]":
    """Which round is asked about, and the session after which, if one is named."""
    from rxscore.cli.round import find_round
    from rxscore.title.inside import under_way

    if round_ is not None:
        return find_round(opened, round_), after
    if after is not None and after.isdecimal():
        # After a round, and before a session of the one that follows.
        last = options.the_round(opened, int(after))
        following = next((number for number in opened.season.numbers if number > (last or 0)), None)
        if following is None:
            raise UserError(f"there is no round after round {after}")
        if before is None:
            raise UserError(f"name a COMPETITOR, or --before a session of round {following}")
        return following, None
    number = under_way(opened.season, opened.rules)
    if number is None:
        raise UserError("no round is under way: name a COMPETITOR, or a --round to see who goes on in it")
    return number, after


# --- the title -------------------------------------------------------------------------------


def _title(
    opened: "Opened",
    competitor: str,
    table: str | None,
    after: str | None,
    before: str | None,
    position: int,
    seconds: float,
    format_: str,
) -> None:
    from rxscore.cli.sheets import Sheet, show, show_json
    from rxscore.season.naming import Naming
    from rxscore.title.inside import before_session
    from rxscore.title.play import cut

    standing = opened.rules.season.standing(options.the_standing(opened, table))
    naming = Naming(opened.season)
    name = naming.find(competitor, naming.ranked_as(standing.of))
    last = _the_last(opened, after)
    then = cut(opened.season, last)
    when = f"after round {last}" if last else "before the first round"
    if before is not None:
        then, number = before_session(opened.season, opened.rules, last, before)
        when = f"before {before} of round {number}"
    contest, margins = _asked(opened, standing, then, name, position, seconds, before)
    if format_ == "json":
        document = _contest_json(contest) if contest is not None else _margins_json(margins)  # type: ignore[arg-type]
        show_json(
            {"standing": standing.id, "competitor": name, "name": naming.name(name), "position": position, **document}
        )
        return
    assert opened.season.opened is not None, "a checked season is opened"
    goal = "" if position == 1 else f" to be {_goal(position)}"
    title = f"{opened.season.opened.name}: {standing.title or standing.id}, what {naming.name(name)} needs{goal}"
    parts = _place_by_place(contest, naming) if contest is not None else _points(margins, naming)  # type: ignore[arg-type]
    show(Sheet(title, when, list(parts)), format_)


def _asked(
    opened: "Opened",
    standing: "Standing",
    then: "Season",
    name: str,
    position: int,
    seconds: float,
    before: str | None,
) -> "tuple[LastContest | None, Margins | None]":
    """What is needed place by place, if one contest is left in which the competitor has one car; else in points."""
    from rxscore.title.chances import Prospects
    from rxscore.title.margins import margins
    from rxscore.title.needs import SeveralCarsError, last_contest

    try:
        contest = last_contest(then, opened.rules, standing, name, opened.season, position)
    except SeveralCarsError:
        if before is not None:
            raise
        contest = None
    if contest is not None:
        return contest, None
    if before is not None:
        raise UserError(
            f"before {before} there is more than one contest to come: --before is for the season's last one"
        )
    return None, margins(Prospects(opened.season, opened.rules, standing), then, name, position, seconds=seconds)


def _goal(position: int) -> str:
    from rxscore.scoring import ordinal

    return "first" if position == 1 else f"{ordinal(position)} or better"


def _the_last(opened: "Opened", after: str | None) -> int:
    """The round after which is asked: as given, else the last one that is over."""
    if after is not None and not after.isdecimal():
        raise UserError(f"{after!r} is no round; inside an event: --round ROUND --after {after}")
    return options.the_moment(opened, None if after is None else int(after))


def _place_by_place(contest: "LastContest", naming: "Naming") -> "Iterator[Part]":
    from rxscore.cli.sheets import Part
    from rxscore.interchange.tables import Table
    from rxscore.scoring import ordinal

    asked: list[str] = []
    ahead: list[str] = []
    for rival in contest.lines[0].rivals:
        told = {line.rivals[rival] for line in contest.lines}
        if told == {None}:
            ahead.append(rival)
        elif told != {1}:
            asked.append(rival)
    rows = []
    for line in contest.lines:
        cells = [_cell(line.rivals[rival]) for rival in asked]
        said = "enough" if line.enough else "" if line.possible else "not enough"
        rows.append(("does not start" if line.place is None else ordinal(line.place), *cells, said))
    notes = [_weakest(contest)]
    if contest.position > 1:
        notes.append(f"At most {contest.position - 1} may be ahead of him.")
    if ahead:
        notes.append(f"Ahead in any case: {', '.join(map(naming.name, ahead))}.")
    if contest.open:
        names = ", ".join(naming.name(name) for name in sorted(contest.open))
        notes.append(f"Results are missing in the log; only what is known counts of {names}.")
    if contest.feats:
        feats = ", ".join(dict.fromkeys(feat.replace("-", " ") for feat in contest.feats))
        notes.append(f"Enough and not enough hold whoever achieves {feats}; the places are those without.")
    if not any(line.possible for line in contest.lines):
        yield Part("", None, notes)
        return
    headers = [f"In {contest.session}", *(naming.name(rival) for rival in asked), ""]
    yield Part("", Table(headers, rows, ["left"] * len(headers)), notes)


def _cell(place: int | None) -> str:
    from rxscore.scoring import ordinal

    if place == 1:
        return "anywhere"
    return "ahead in any place" if place is None else f"{ordinal(place)} or worse"


def _weakest(contest: "LastContest") -> str:
    from rxscore.scoring import ordinal

    goal = _goal(contest.position)
    if contest.lines[0].place is None:
        one = contest.lines[0]
        return f"Is {goal} whatever happens." if one.enough else "Needs help." if one.possible else f"Cannot be {goal}."
    enough = _down_to(contest, [line.enough for line in contest.lines])
    possible = _down_to(contest, [line.possible for line in contest.lines])
    if possible is None:
        return f"Cannot be {goal} any more."
    if enough == len(contest.lines):
        return f"Is {goal} whatever happens."
    better = "" if enough == 1 else " or better"
    sure = f"{ordinal(enough)}{better} is enough, whatever the others do" if enough else "No place is enough alone"
    return f"{sure}; with less than {ordinal(possible)} it is over." if possible < len(contest.lines) else f"{sure}."


def _down_to(contest: "LastContest", holds: "Sequence[bool]") -> int | None:
    """The last place down to which something holds."""
    found = None
    for line, one in zip(contest.lines, holds, strict=True):
        if not one:
            break
        found = line.place
    return found


def _points(margins: "Margins", naming: "Naming") -> "Iterator[Part]":
    from rxscore.cli.sheets import Part
    from rxscore.events import points_text
    from rxscore.interchange.tables import Table

    rounds = ", ".join(map(str, margins.rounds))
    to_come = f"round{'s' if len(margins.rounds) > 1 else ''} {rounds}; at most {points_text(margins.most)} points"
    notes = [f"To come: {to_come if margins.rounds else 'nothing'}.", *_totals(margins)]
    if margins.open:
        notes.append("Points of which facts are missing are taken to be the rivals'.")
    rows = [(naming.name(one.rival), _margin(one.points), points_text(one.most)) for one in margins.margins]
    if rows:
        yield Part(
            "", Table(["Rival", "Is behind or level if", "Can still get"], rows, ["left", "left", "right"]), notes
        )
    else:
        yield Part("", None, notes)


def _totals(margins: "Margins") -> "Iterator[str]":
    """Which totals are enough, and which are not, in sentences."""
    from rxscore.events import plain, points_text

    def more(points: "Points") -> str:
        return f"{points_text(points)} more ({points_text(plain(margins.now + points))} in all)"

    goal = _goal(margins.position)
    if margins.least > margins.most:
        yield f"Cannot be {goal} any more."
        return
    if margins.enough is None and margins.enough_is == "exact":
        yield "No total of his own is enough: it depends on the others."
    elif margins.enough is None:
        yield "No total of his own is known to be enough."
    elif not margins.enough:
        yield f"Needs no more points: he is {goal} whatever happens."
    else:
        fewer = "with fewer it depends on the others" if margins.enough_is == "exact" else "fewer may be"
        yield f"{more(margins.enough)} are enough, whatever the others do; {fewer}."
    if margins.least:
        some = "" if margins.least_is == "exact" else "; it may take more"
        yield f"With fewer than {more(margins.least)} it is over{some}."
    if "bound" in (margins.enough_is, margins.least_is) and not margins.open:
        yield from _no_solver()


def _no_solver() -> "Iterator[str]":
    from rxscore.title.solver import cp_model

    try:
        cp_model()
    except UserError:
        yield "These are bounds; for exact figures: pip install 'rxscore[solver]'."


def _margin(points: object) -> str:
    from fractions import Fraction

    from rxscore.events import plain, points_text

    margin = Fraction(str(points))
    text = points_text(plain(abs(margin)))
    if margin == 0:
        return "he does not outscore him"
    return f"he outscores him by {text} or less" if margin > 0 else f"outscored by {text} or more"


def _contest_json(contest: "LastContest") -> dict[str, object]:
    return {
        "round": contest.round,
        "session": contest.session,
        "starters": list(contest.starters),
        "open": sorted(contest.open),
        "feats": list(contest.feats),
        "places": [
            {"place": line.place, "enough": line.enough, "possible": line.possible, "rivals": dict(line.rivals)}
            for line in contest.lines
        ],
    }


def _margins_json(margins: "Margins") -> dict[str, object]:
    from rxscore.events import points_json

    return {
        "rounds_to_come": list(margins.rounds),
        "points": points_json(margins.now),
        "most": points_json(margins.most),
        "enough": None if margins.enough is None else points_json(margins.enough),
        "enough_is": margins.enough_is,
        "least": points_json(margins.least),
        "least_is": margins.least_is,
        "open": sorted(margins.open),
        "margins": [
            {"rival": one.rival, "points": points_json(one.points), "most": points_json(one.most)}
            for one in margins.margins
        ],
    }
