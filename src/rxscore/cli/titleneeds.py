"""What ``rxscore needs`` says of the title: place by place before the last contest, before that in points."""

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from attrs import frozen

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
    from rxscore.title.chances import Prospects
    from rxscore.title.margins import Margins
    from rxscore.title.needs import LastContest


ASKED_AT_MOST = 150
"""So many contests to come, over all contenders, are put before the solver; with more there are bounds."""


@frozen(eq=False)
class Question:
    """What is asked: of which standing and position; after round ``last``, or ``before`` a session of the next one.

    ``then``: the season as it stood then, and ``when`` that was, in words. ``left``: how many contests were to come.
    """

    opened: "Opened"
    standing: "Standing"
    last: int
    before: str
    then: "Season"
    when: str
    position: int
    seconds: float
    left: int


def question(
    opened: "Opened", table: str | None, after: str | None, before: str | None, position: int, seconds: float
) -> Question:
    """What the options ask; without them, as things stand now. Raises UserError for a round or session there is not."""
    from rxscore.title.inside import before_session, next_session
    from rxscore.title.needs import contests_left
    from rxscore.title.play import cut

    standing = opened.rules.season.standing(options.the_standing(opened, table))
    last = options.the_moment(opened, None if after is None else int(after))
    now = next_session(opened.season, opened.rules) if after is None and before is None else None
    session = before or ("" if now is None else now[1])
    if session:
        then, number = before_session(opened.season, opened.rules, last, session)
        when = f"before {session} of round {number}"
    else:
        then = cut(opened.season, last)
        when = f"after round {last}" if last else "before the first round"
    return Question(opened, standing, last, session, then, when, position, seconds, contests_left(then, opened.rules))


def show_one(asked: Question, competitor: str, format_: str) -> None:
    """Print what one competitor needs."""
    from rxscore.cli.sheets import Sheet, show, show_json
    from rxscore.season.naming import Naming

    naming = Naming(asked.opened.season)
    name = naming.find(competitor, naming.ranked_as(asked.standing.of))
    contest, margins = _answer(asked, name)
    if format_ == "json":
        show_json({**_head_json(asked), **_json(contest or margins, naming)})
        return
    parts = _place_by_place(contest, naming) if contest is not None else _points(margins, naming)  # type: ignore[arg-type]
    show(Sheet(_title(asked, f"what {naming.name(name)} needs"), asked.when, list(parts)), format_)


def show_everybody(asked: Question, format_: str) -> None:
    """Print what everybody needs who can still take the position."""
    from rxscore.cli.sheets import Part, Sheet, show, show_json
    from rxscore.season.naming import Naming

    if not asked.left:
        raise UserError(f"{asked.when} nothing is to come: say after which round (--after), or inside which (--round)")
    naming = Naming(asked.opened.season)
    found, solved = _answers(asked)
    if format_ == "json":
        show_json({**_head_json(asked), "contenders": [_json(one, naming) for one in found]})
        return
    from rxscore.title.needs import LastContest

    parts: list[Part] = []
    contests = [one for one in found if isinstance(one, LastContest)]
    for contest in contests:
        (part,) = _place_by_place(contest, naming)
        parts.append(Part(naming.name(contest.competitor), part.table, part.notes))
    margins = [one for one in found if not isinstance(one, LastContest)]
    if margins:
        parts.append(_side_by_side(margins, naming, solved=solved))
    if not parts:
        parts.append(Part("", None, [f"Nobody can be {_goal(asked.position)}."]))
    show(Sheet(_title(asked, "what everybody needs who can still win it"), asked.when, parts), format_)


def _title(asked: Question, what: str) -> str:
    opening = asked.opened.season.opened
    assert opening is not None, "a checked season is opened"
    goal = "" if asked.position == 1 else f" to be {_goal(asked.position)}"
    if goal:
        what = what.replace(" who can still win it", "")
    return f"{opening.name}: {asked.standing.title or asked.standing.id}, {what}{goal}"


def _answer(asked: Question, name: str) -> "tuple[LastContest | None, Margins | None]":
    """What is needed place by place, if one contest is left in which the competitor has one car; else in points."""
    from rxscore.title.margins import margins
    from rxscore.title.needs import SeveralCarsError, last_contest

    opened = asked.opened
    try:
        contest = last_contest(asked.then, opened.rules, asked.standing, name, opened.season, asked.position)
    except SeveralCarsError:
        contest = None
    if contest is not None:
        return contest, None
    return None, margins(
        _prospects(asked), asked.last, name, asked.position, before=asked.before, seconds=asked.seconds
    )


def _answers(asked: Question) -> "tuple[Sequence[LastContest | Margins], bool]":
    """The same for everybody who can still take the position, and whether the solver was asked about points."""
    from rxscore.title.margins import contenders, margins
    from rxscore.title.needs import SeveralCarsError, last_contenders

    opened = asked.opened
    if asked.left == 1:
        try:
            return last_contenders(asked.then, opened.rules, asked.standing, opened.season, asked.position), False
        except SeveralCarsError:
            pass
    prospects = _prospects(asked)
    names = contenders(prospects, asked.last, asked.position, before=asked.before)
    # The more are asked about, the less time for each; and early in a season none.
    solved = len(names) * asked.left <= ASKED_AT_MOST
    seconds = asked.seconds / max(len(names), 1) if solved else 0.0
    told = [
        margins(prospects, asked.last, name, asked.position, before=asked.before, seconds=seconds) for name in names
    ]
    return [one for one in told if one.least <= one.most], solved


def _prospects(asked: Question) -> "Prospects":
    from rxscore.title.chances import Prospects

    return Prospects(asked.opened.season, asked.opened.rules, asked.standing)


def _goal(position: int) -> str:
    from rxscore.scoring import ordinal

    return "first" if position == 1 else f"{ordinal(position)} or better"


# --- place by place --------------------------------------------------------------------------


def _place_by_place(contest: "LastContest", naming: "Naming") -> "Iterator[Part]":
    from rxscore.cli.sheets import Part
    from rxscore.interchange.tables import Table
    from rxscore.scoring import ordinal

    asked: list[str] = []
    ahead: list[str] = []
    for rival in contest.lines[0].rivals:
        needed = {line.rivals[rival] for line in contest.lines}
        if needed == {None}:
            ahead.append(rival)
        elif needed != {1}:
            asked.append(rival)
    told = [
        (*(_cell(line.rivals[rival]) for rival in asked),
         "enough" if line.enough else "" if line.possible else "not enough")
        for line in contest.lines
    ]  # fmt: skip
    rows = []
    for cells, lines in groupby(zip(told, contest.lines, strict=True), key=itemgetter(0)):
        # Places in which nothing changes any more are one line.
        places = [line.place for _, line in lines]
        first, last = ("does not start" if place is None else ordinal(place) for place in (places[0], places[-1]))
        rows.append((first if first == last else f"{first} to {last}", *cells))
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


# --- in points -------------------------------------------------------------------------------


def _side_by_side(found: "Sequence[Margins]", naming: "Naming", *, solved: bool) -> "Part":
    """What each of several needs, in points. ``solved``: the solver was asked."""
    from rxscore.cli.sheets import Part
    from rxscore.events import points_text
    from rxscore.interchange.tables import Table

    rows = [
        (
            naming.name(one.competitor),
            points_text(one.now),
            points_text(one.most),
            "" if not one.least else points_text(one.least) + BOUND * (one.least_is == "bound"),
            _enough(one),
        )
        for one in found
    ]
    headers = ["Name", "Points", "Can still get", "Needs at least", "Enough in any case"]
    rounds = ", ".join(map(str, found[0].rounds))
    notes = [f"To come: round{'s' if len(found[0].rounds) > 1 else ''} {rounds}."]
    if any(BOUND in "".join(row[3:]) for row in rows):
        notes.append(f"{BOUND}  a bound: with a few more it may still be over, or a few fewer may be enough")
    if any(one.enough is None for one in found):
        notes.append("-  no score of his own is enough: it depends on the others")
    if any(one.open for one in found):
        notes.append("Points of which facts are missing are taken to be the rivals'.")
    if not solved:
        notes.append("Too much is to come to be exact about everybody; name a COMPETITOR for sharper figures.")
    elif not any(one.open for one in found) and any("bound" in (one.enough_is, one.least_is) for one in found):
        notes += _no_solver()
    return Part("", Table(headers, rows, ["left", "right", "right", "right", "right"]), notes)


BOUND = "~"


def _enough(one: "Margins") -> str:
    from rxscore.events import points_text

    mark = BOUND * (one.enough_is == "bound")
    return f"-{mark}" if one.enough is None else f"{points_text(one.enough)}{mark}"


def _points(margins: "Margins", naming: "Naming") -> "Iterator[Part]":
    from rxscore.cli.sheets import Part
    from rxscore.events import points_text
    from rxscore.interchange.tables import Table

    rounds = ", ".join(map(str, margins.rounds))
    to_come = f"round{'s' if len(margins.rounds) > 1 else ''} {rounds}; at most {points_text(margins.most)} points"
    notes = [f"To come: {to_come if margins.rounds else 'nothing'}.", *_totals(margins)]
    if margins.open:
        notes.append("Points of which facts are missing are taken to be the rivals'.")
    rows = [
        (
            naming.name(one.rival),
            "?" if one.points is None else _margin(one.points),
            "?" if one.most is None else points_text(one.most),
        )
        for one in margins.margins
    ]
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


# --- json ------------------------------------------------------------------------------------


def _head_json(asked: Question) -> dict[str, object]:
    return {"standing": asked.standing.id, "position": asked.position}


def _json(one: "LastContest | Margins | None", naming: "Naming") -> dict[str, object]:
    from rxscore.title.needs import LastContest

    assert one is not None, "there is an answer, or an error"
    told = _contest_json(one) if isinstance(one, LastContest) else _margins_json(one)
    return {"competitor": one.competitor, "name": naming.name(one.competitor), **told}


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

    def told(points: "Points | None") -> object:
        return None if points is None else points_json(points)

    return {
        "rounds_to_come": list(margins.rounds),
        "points": points_json(margins.now),
        "most": points_json(margins.most),
        "enough": told(margins.enough),
        "enough_is": margins.enough_is,
        "least": points_json(margins.least),
        "least_is": margins.least_is,
        "open": sorted(margins.open),
        "margins": [
            {"rival": one.rival, "points": told(one.points), "most": told(one.most)} for one in margins.margins
        ],
    }
