"""What ``rxscore needs`` says inside an event: who is through, who is out, and the place everybody needs."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rxscore.api import Opened
    from rxscore.cli.sheets import Part, Sheet
    from rxscore.interchange.tables import Table
    from rxscore.season.naming import Naming
    from rxscore.title.cut import Cut
    from rxscore.title.goals import Duel, Goal, Verdict
    from rxscore.title.seats import Ranking

ANY, NONE, UNKNOWN = "any place", "-", "?"


def the_cut(opened: "Opened", number: int, after: str | None, before: str | None) -> "Cut":
    """The next cut of a round as it stood after a session or before one. Raises UserError where there is none."""
    from rxscore.title.cut import next_cut
    from rxscore.title.inside import inside

    return next_cut(inside(opened.season, opened.rules, number, after=after, before=before))


def sheet(opened: "Opened", cut: "Cut", entry: str | None, naming: "Naming") -> "Sheet":
    """The cut as a table of everybody, or what one car needs."""
    from rxscore.cli.sheets import Part, Sheet

    opening = opened.season.opened
    assert opening is not None, "a checked season is opened"
    scheduled = cut.inside.round.scheduled
    name = scheduled.name if scheduled is not None and scheduled.name else f"round {cut.inside.number}"
    targets = _listed(dict.fromkeys(to for goal in cut.goals for to in goal.to), "and")
    who = "who goes on" if entry is None else f"what {naming.name(entry)} needs to go on"
    title = f"{opening.name}: {name}, {who} to {targets}"
    stands = f"after {cut.inside.over[-1]}" if cut.inside.over else f"before {cut.inside.to_come[0]}"
    subtitle = f"{stands} of round {cut.inside.number}, to come: {', '.join(cut.sessions)}"
    if cut.undecided:
        rule = [_rule(cut, goal) for goal in cut.goals]
        return Sheet(title, subtitle, [Part("", None, [f"Undecided: {cut.undecided}.", *rule])])
    parts = list(_everybody(cut, naming) if entry is None else _one(cut, entry, naming))
    return Sheet(title, subtitle, parts)


def _listed(words: "Sequence[str] | dict[str, None]", last: str) -> str:
    *some, one = words
    return f"{', '.join(some)} {last} {one}" if some else one


def _each(cut: "Cut") -> bool:
    return any(goal.advance.from_each for goal in cut.goals)


def _rule(cut: "Cut", goal: "Goal") -> str:
    """What the goal is, in a sentence."""
    to = _listed(goal.to, "or" if len(cut.goals) > 1 else "and")
    if _each(cut):
        more = f", and {goal.advance.plus} more of those next in line" if goal.advance.plus else ""
        return f"The first {goal.seats} of each go to {to}{more}."
    if goal.spared:
        return f"The first {goal.seats} need not go to {to}."
    return f"The first {goal.seats} go to {to}."


def _everybody(cut: "Cut", naming: "Naming") -> "Iterator[Part]":
    from rxscore.cli.sheets import Part

    for goal, verdicts in zip(cut.goals, cut.verdicts, strict=True):
        heading = _rule(cut, goal).rstrip(".") if len(cut.goals) > 1 else ""
        notes = [] if heading else [_rule(cut, goal)]
        yield Part(heading, _table(cut, verdicts, naming), [*notes, *_summary(verdicts, naming)])
    notes = list(_footnotes(cut))
    if notes:
        yield Part("", None, notes)


def _table(cut: "Cut", verdicts: "Sequence[Verdict]", naming: "Naming") -> "Table":
    from rxscore.cli.marks import OPEN
    from rxscore.events import points_text
    from rxscore.interchange.tables import Table

    columns: dict[str, list[str]] = {"Pos": [], "Name": [], "Points": [], "": [], "In": [], "To be sure": []}
    columns["To have a chance"] = []
    for (entry, place, points), one in zip(cut.standing, verdicts, strict=True):
        columns["Pos"].append("" if place is None else str(place))
        columns["Name"].append(naming.name(entry))
        mark = OPEN if entry in cut.doubtful else ""
        columns["Points"].append("" if points is None else f"{mark}{points_text(points)}")
        columns[""].append(f"{one.status}, even without starting" if one.resting else one.status)
        columns["In"].append(one.session)
        columns["To be sure"].append("" if not one.session else _place(one.sure, one.starters))
        columns["To have a chance"].append("" if not one.session else _place(one.chance, one.starters))
    if len({*columns["In"]}) == 1:
        session = columns.pop("In")[0]
        columns = {f"{name} in {session}" if name == "To be sure" else name: cells for name, cells in columns.items()}
    kept = {name: cells for name, cells in columns.items() if any(cells) or name == ""}
    align = ["right" if name in ("Pos", "Points") else "left" for name in kept]
    return Table(list(kept), list(zip(*kept.values(), strict=True)), align)  # type: ignore[arg-type]


def _place(place: int | None, size: int) -> str:
    from rxscore.scoring import ordinal

    if place is None:
        return UNKNOWN
    if place == 0:
        return NONE
    return ANY if place == size else ordinal(place) if place == 1 else f"{ordinal(place)} or better"


def _summary(verdicts: "Sequence[Verdict]", naming: "Naming") -> "Iterator[str]":
    for status in ("through", "out"):
        names = [naming.name(one.entry) for one in verdicts if one.status == status]
        if names:
            yield f"{status.capitalize()}: {'everybody' if len(names) == len(verdicts) else ', '.join(names)}."


def _footnotes(cut: "Cut", entry: str | None = None) -> "Iterator[str]":
    """What the table leaves unsaid, or what is said of one car."""
    from rxscore.cli.marks import OPEN_MEANS

    asked = [one for verdicts in cut.verdicts for one in verdicts if entry in (None, one.entry)]
    if any(one.status != "through" for one in asked) and any(len(ranking.form.races) > 1 for ranking in cut.rankings):
        later = _listed(cut.sessions[1:], "and")
        yield f"To be sure: even if last in {later}. To have a chance: if first there."
    reasons = dict.fromkeys(one.because for one in asked if one.because and one.status != "out")
    yield from (f"{UNKNOWN}  not settled: {reason}" for reason in reasons)
    if cut.doubtful and entry is None:
        yield OPEN_MEANS
    steps = dict.fromkeys(ranking.form.open_step for ranking in cut.rankings if ranking.form.open_step)
    yield from (f"Level as far as places tell, one may be ahead or behind: {step} decides." for step in steps)
    if cut.other_ways:
        yield f"Another way there: {', '.join(cut.other_ways)}."


# --- one car ---------------------------------------------------------------------------------


def _one(cut: "Cut", entry: str, naming: "Naming") -> "Iterator[Part]":
    from rxscore.cli.sheets import Part
    from rxscore.events import points_text
    from rxscore.scoring import ordinal

    place, points = next((place, points) for one, place, points in cut.standing if one == entry)
    now = [] if place is None else [f"Now {ordinal(place)} with {points_text(points or 0)} points."]
    for index, goal in enumerate(cut.goals):
        verdict = cut.verdict(entry, index)
        assert verdict is not None, "whoever is found is in the cut"
        heading = _rule(cut, goal).rstrip(".") if len(cut.goals) > 1 else ""
        said = [*now, *([] if heading else [_rule(cut, goal)]), _sentence(verdict)]
        yield Part(heading, None, said)
        if cut.rankings and verdict.status in ("open", "undecided"):
            yield from _rivals(cut, cut.rankings[index], verdict, naming)
        now = []
    notes = list(_footnotes(cut, entry))
    if notes:
        yield Part("", None, notes)


def _sentence(one: "Verdict") -> str:
    """A verdict in words."""
    if one.status == "through":
        return f"Through for certain{', even without starting' if one.resting else ''}."
    if one.status == "out":
        return f"Out for certain{f': {one.because}' if one.because else ''}."
    if not one.session:
        return "Can do no more: it turns on the others."
    sure, chance = (_place(place, one.starters) for place in (one.sure, one.chance))
    enough = {NONE: "no place is enough alone", UNKNOWN: "which place is enough is not settled"}
    hope = {NONE: "there is no chance", UNKNOWN: "which place leaves a chance is not settled"}
    said = enough.get(sure, f"{sure} is enough, whatever the others do")
    return f"In {one.session} {said}; {hope.get(chance, f'with {chance} there is a chance')}."


def _rivals(cut: "Cut", ranking: "Ranking", verdict: "Verdict", naming: "Naming") -> "Iterator[Part]":
    """Which rivals matter: those who are neither ahead nor behind in any case."""
    from rxscore.cli.sheets import Part
    from rxscore.events import Points, points_text
    from rxscore.interchange.tables import Table

    here: dict[str, tuple[int | None, Points | None]] = {one: (place, points) for one, place, points in cut.standing}
    duels = sorted(ranking.duels(verdict.entry), key=lambda duel: list(here).index(duel.rival))
    if not duels:
        mine = here[verdict.entry][1]
        rows = [
            (naming.name(one), points_text(points), _lead(mine - points))
            for one, (_, points) in here.items()
            if one != verdict.entry and points is not None and mine is not None
        ]
        if rows:
            yield Part("", Table(["Rival", "Points", "Lead"], rows, ["left", "right", "right"]))
        return
    ahead = [duel for duel in duels if all(place is None for place in duel.behind)]
    close = [duel for duel in duels if duel not in ahead and any(place != 1 for place in duel.behind)]
    room = max(ranking.goal.seats - 1 - len(ahead), 0)
    notes = [
        f"Across: the place in {verdict.session}. In a line: the best place that leaves the rival behind"
        " (.: any; x: he is ahead in any place).",
        f"At most {room} of these may be ahead"
        + (f"; ahead in any case: {', '.join(naming.name(duel.rival) for duel in ahead)}." if ahead else "."),
    ]
    places = ranking.places(verdict.entry)
    headers = ["Rival", *("-" if place is None else str(place) for place in places)]
    rows_ = [(naming.name(duel.rival), *map(_cell, duel.behind)) for duel in close]
    table = Table(headers, rows_, ["left", *["right"] * len(places)]) if rows_ else None  # type: ignore[list-item]
    yield Part("", table, notes if rows_ else notes[1:])


def _cell(place: int | None) -> str:
    return "x" if place is None else "." if place == 1 else str(place)


def _lead(points: object) -> str:
    from fractions import Fraction

    from rxscore.events import plain, points_text

    lead = Fraction(str(points))
    return f"{'+' if lead > 0 else '-' if lead < 0 else ''}{points_text(plain(abs(lead)))}"


# --- json ------------------------------------------------------------------------------------


def document(cut: "Cut", entry: str | None, naming: "Naming") -> dict[str, object]:
    """The cut as plain data."""
    from rxscore.events import points_json

    def cars(index: int) -> list[dict[str, object]]:
        return [
            {
                "entry": one,
                "name": naming.name(one),
                "place": place,
                "points": None if points is None else points_json(points),
                "open": one in cut.doubtful,
                "status": verdict.status,
                "session": verdict.session,
                "size": verdict.starters,
                "sure": verdict.sure,
                "chance": verdict.chance,
                "without_starting": verdict.resting,
                "because": verdict.because,
                **({"rivals": rivals(index, one)} if entry is not None and cut.rankings else {}),
            }
            for (one, place, points), verdict in zip(cut.standing, cut.verdicts[index], strict=True)
            if entry in (None, one)
        ]

    def rivals(index: int, one: str) -> list[dict[str, object]]:
        duels: Sequence[Duel] = cut.rankings[index].duels(one)
        return [{"entry": duel.rival, "name": naming.name(duel.rival), "behind": list(duel.behind)} for duel in duels]

    return {
        "round": cut.inside.number,
        "after": cut.inside.over[-1] if cut.inside.over else "",
        "stage": cut.stage.id,
        "sessions": list(cut.sessions),
        "undecided": cut.undecided,
        "other_ways": list(cut.other_ways),
        "goals": [
            {
                "to": list(goal.to),
                "seats": goal.seats,
                "of_each": bool(goal.advance.from_each),
                "spared": goal.spared,
                "cars": [] if cut.undecided else cars(index),
            }
            for index, goal in enumerate(cut.goals)
        ],
    }
