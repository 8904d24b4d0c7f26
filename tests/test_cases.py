"""Real cases: every file of ``tests/cases`` is scored, and says what must come out. See tests/cases/README.md.

Each expectation is tried on the log as written, backwards and shuffled, and with the second half of the log added
to a season that was scored already: none of that may make a difference.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from functools import reduce
from typing import Any

import pytest

from case_files import FOLDER, Case, Line, Variant, cases, exact, lines, variant
from rxscore.events import Event, PointsDeduction
from rxscore.problems import UserError
from rxscore.scoring import Classified, Scored, Table, advancing, score
from rxscore.season import Season, fold
from rxscore.season.check import problems
from rxscore.verify import verify

Score = Callable[[Variant], Scored]

_VARIANT = {"because", "without", "set", "as_of"}


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.path.stem)
def test_case(case: Case) -> None:
    findings = list(problems(fold(case.events)))
    assert not findings, findings
    for order, scored in _orders(case).items():
        for index, said in enumerate(case.expectations, 1):
            with _told(case, f"expect {index}, log {order}"):
                _expect(case, said, scored)
        for index, said in enumerate(case.comparisons, 1):
            with _told(case, f"compare {index}, log {order}"):
                _compare(said, scored)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.path.stem)
def test_every_total_is_a_sum_over_the_ledger(case: Case) -> None:
    scored = _orders(case)["as written"](Variant())
    ids = {event.id for event in case.events}
    for standing in scored.ruleset.standings:
        awards = list(scored.awards(standing.id))
        assert all(award.clause and award.events and set(award.events) <= ids for award in awards)
        deductions = [one for one in scored.season.general(PointsDeduction) if one.standing == standing.id]
        for row in scored.table(standing.id).rows:
            if row.position is None:  # excluded: what was scored is not in the table
                continue
            dealt = sum(award.points for award in awards if award.competitor == row.competitor)
            taken = sum(one.points for one in deductions if one.competitor == row.competitor)
            assert (row.competitor, row.gross) == (row.competitor, dealt - taken)
            assert (row.competitor, row.points) == (row.competitor, row.gross - sum(one.points for one in row.dropped))


def test_every_case_of_the_list_is_here() -> None:
    listed = [f"a{n:02}" for n in range(1, 17)] + [f"b{n:02}" for n in range(1, 26)]
    here = {path.stem[:3] for path in FOLDER.glob("*.toml")}
    assert [name for name in listed if name not in here] == []


@contextmanager
def _told(case: Case, where: str) -> Iterator[None]:
    """Says with a failure which case, expectation and order of the log it is about."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"{case.path.name}: {where}")
        raise


def _orders(case: Case) -> Mapping[str, Score]:
    shuffled = list(case.events)
    random.Random(case.path.stem).shuffle(shuffled)
    orders = {"as written": case.events, "backwards": case.events[::-1], "shuffled": tuple(shuffled)}
    scorers = {name: _scorer(case, events, ()) for name, events in orders.items()}
    half = len(shuffled) // 2
    return {**scorers, "added to": _scorer(case, shuffled[half:], shuffled[:half])}


def _scorer(case: Case, events: Sequence[Event], before: Sequence[Event]) -> Score:
    made: dict[str, Scored] = {}

    def scored(asked: Variant) -> Scored:
        if repr(asked) not in made:
            ids = {event.id for event in case.events}
            assert set(asked.without) <= ids, f"no event {sorted(set(asked.without) - ids)}"
            known = [
                [event for event in part if event.id not in asked.without]
                for part in (before, events)
            ]  # fmt: skip
            rules = case.rules(asked)
            season = fold(known[0])
            former = score(season, rules) if known[0] else None
            season = reduce(Season.apply, known[1], season)
            if asked.as_of is not None:
                season = season.as_of(asked.as_of)
            made[repr(asked)] = score(season, rules, former)
        return made[repr(asked)]

    return scored


# --- what a file can expect ------------------------------------------------------------------


def _expect(case: Case, said: dict[str, Any], score: Score) -> None:
    asked = variant(said)
    if "refused" in said:
        with pytest.raises(UserError, match=said["refused"]):
            case.rules(asked)
        return
    scored = score(asked)
    said = {key: value for key, value in said.items() if key not in _VARIANT}
    if "verdicts" in said:
        report = verify(scored, lambda date: score(Variant(asked.without, asked.set, date)))
        assert {name: count for name, count in report.totals.items() if count} == said.pop("verdicts")
        assert report.unexplained is said.pop("unexplained", False)
    elif "stage" in said:
        _expect_of_stage(said, scored)
    else:
        _expect_of_table(said, scored)
    assert not said, f"not understood: {sorted(said)}"


def _expect_of_table(said: dict[str, Any], scored: Scored) -> None:
    standing, after = said.pop("standing", "drivers"), said.pop("after", None)
    table = scored.table(standing, after)
    rows = {row.competitor: row for row in table.rows}
    if "table" in said:
        _same_lines(said.pop("table"), [Line(row.position, row.competitor, row.points) for row in table.rows])
    if "order" in said:
        assert [row.competitor for row in table.rows] == said.pop("order").split()
    for name, value in said.pop("points", {}).items():
        assert (name, _points(table, name)) == (name, exact(value))
    for name, value in said.pop("gross", {}).items():
        assert (name, rows[name].gross) == (name, exact(value))
    for name, value in said.pop("dropped", {}).items():
        assert (name, [one.round for one in rows[name].dropped]) == (name, value)
    for name, text in said.pop("tie", {}).items():
        assert text in rows[name].tie, f"{name}: {rows[name].tie!r}"
    for name in said.pop("absent", ()):
        assert name not in rows, name
    for name, wanted in said.pop("awards", {}).items():
        given = [
            award
            for award in scored.awards(standing, name)
            if after is None or award.round <= after
        ]  # fmt: skip
        assert [f"{award.clause}: {award.points}" for award in given] == wanted
    if "gap" in said:
        first, second, gap = said.pop("gap")
        assert _points(table, first) - _points(table, second) == exact(gap)


def _expect_of_stage(said: dict[str, Any], scored: Scored) -> None:
    number, name, session = said.pop("round", 1), said.pop("stage"), said.pop("session", None)
    round_ = scored.round(number)
    assert round_ is not None, f"round {number} was not held"
    if said.pop("not_held", False):
        assert name not in round_.stages
        return
    found = round_.stages[name]
    if "ranking" in said:
        rows: Sequence[Classified] = found.rows
        if session is not None:
            rows = next(one.rows for one in found.contests if one.label == session)
        _same_lines(said.pop("ranking"), [Line(row.place, row.entry, row.score, row.status) for row in rows])
    if "advance" in said:
        stage = round_.rules.stage(name)
        through: dict[str, str] = {}
        for advance in stage.advance:
            seats = advancing(stage, advance, round_.stages, round_.rules) or {}
            through |= {target: " ".join(entries) for target, entries in seats.items()}
        assert through == said.pop("advance")
    if "notes" in said:
        told = [f"{note.kind}: {note.entry} {note.message}" for note in round_.notes if note.stage == name]
        assert told == said.pop("notes")


def _same_lines(wanted: str, found: Sequence[Line]) -> None:
    expected, whole = lines(wanted)
    shown = list(found) if whole else list(found)[: len(expected)]
    for index, line in enumerate(expected):
        assert index < len(shown), f"{line} is missing; found {found}"
        mine = shown[index]
        fields = {
            "place": mine.place,
            "name": mine.name,
            "points": None if line.points is None else mine.points,
            "status": None if line.status is None else mine.status,
        }
        assert Line(**fields) == line
    assert len(shown) == len(expected), f"also found: {shown[len(expected) :]}"


def _compare(said: dict[str, Any], score: Score) -> None:
    """Two versions of the case: exactly what is told differs between their tables, and nothing else."""
    said = dict(said)
    said.pop("because", None)
    standing, after = said.pop("standing", "drivers"), said.pop("after", None)
    before = score(variant(said.pop("from", {}))).table(standing, after)
    now = score(variant(said.pop("to", {}))).table(standing, after)
    names = {row.competitor for table in (before, now) for row in table.rows}
    gone = [name for name in sorted(names) if before.row(name) and not now.row(name)]
    assert gone == said.pop("gone", []), f"before {before.rows}, now {now.rows}"
    stay = sorted(names - set(gone))
    points = {name: _points(now, name) - _points(before, name) for name in stay}
    wanted = {name: exact(value) for name, value in said.pop("points", {}).items()}
    assert {name: value for name, value in points.items() if value} == wanted
    if "places" in said:
        gained = {name: (_place(before, name) or 0) - (_place(now, name) or 0) for name in stay}
        assert {name: places for name, places in gained.items() if places} == said.pop("places")
    assert not said, f"not understood: {sorted(said)}"


def _points(table: Table, name: str) -> Fraction:
    row = table.row(name)
    return Fraction(0 if row is None else row.points)


def _place(table: Table, name: str) -> int | None:
    row = table.row(name)
    return None if row is None else row.position
