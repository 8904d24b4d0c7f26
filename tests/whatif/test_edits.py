"""Each kind of edit: what it changes, what it leaves alone, and what it refuses."""

from fractions import Fraction
from typing import Any

import pytest

from rxscore.events import ClassificationDeclared, Disqualification, FeatBy, FeatRecorded, PointsDeduction, Ranked
from rxscore.problems import UserError
from rxscore.rulesets import Ruleset
from rxscore.scoring import Rulebook, Scored, score
from rxscore.season import Season
from rxscore.season.check import problems
from rxscore.whatif import Variant, edited, made_of
from season_text import HEATS, RACE, car, rules, say, table, told

SEASON = """
1 R1: a b c d
2 R1: b a c/DNF d/DNS
3 R1: c b a
"""
DROPPING = RACE.replace('{ id = "drivers" }', '{ id = "drivers", counts = [{ drop = 1 }] }')


def replayed(season: Season, *edits: dict[str, Any], book: Ruleset | None = None) -> Scored:
    """The season with the edits made, which must leave it without a contradiction."""
    variant = edited(Variant(season), made_of(edits).edits)
    assert list(problems(variant.season)) == []
    assert season.history == told_before[id(season)], "an edit never changes the season itself"
    return score(variant.season, Rulebook(book or rules()))


told_before: dict[int, Any] = {}


def season(text: str = SEASON, *more: Any, **fields: Any) -> Season:
    """The season of a text, its history noted."""
    found = told(text, *more, **fields)
    told_before[id(found)] = found.history
    return found


def refused(season: Season, *edits: dict[str, Any]) -> list[str]:
    """What is said of edits that cannot be made."""
    scenario = made_of(edits)
    with pytest.raises(UserError) as caught:
        edited(Variant(season), scenario.edits, scenario.places)
    return [str(problem) for problem in caught.value.problems]


def test_nothing_edited() -> None:
    assert table(replayed(season())) == "1 B 22, 2 A 20, 3 C 14, 4 D 3"


RULED_OUT = say(Disqualification, id="dsq", entry="a", round=1, session="R1")


def test_without_a_ruling() -> None:
    ruled = season(SEASON, RULED_OUT)
    assert table(score(ruled, Rulebook(rules()))) == "1 B 26, 2 C 16, 3 A 10, 4 D 4"
    assert table(replayed(ruled, {"without": "dsq"})) == "1 B 22, 2 A 20, 3 C 14, 4 D 3"


def test_without_an_event_twice_or_one_that_is_not_there() -> None:
    ruled = season(SEASON, RULED_OUT)
    assert refused(ruled, {"without": "dsq"}, {"without": "dsq"}, {"without": "dsk"}) == [
        "edits.1: the event 'dsq' is not in force: it was revoked or superseded",
        "edits.2: there is no event 'dsk'; did you mean dsq?",
    ]


def test_a_ruling_changed() -> None:
    ruled = season(SEASON, say(PointsDeduction, id="ten", competitor="B", standing="drivers", points=10))
    assert table(score(ruled, Rulebook(rules()))) == "1 A 20, 2 C 14, 3 B 12, 4 D 3"
    now = replayed(ruled, {"change": "ten", "to": {"points": 3, "competitor": "A"}})
    assert table(now) == "1 B 22, 2 A 17, 3 C 14, 4 D 3"


def test_a_change_is_read_as_strictly_as_a_log() -> None:
    ruled = season(SEASON, RULED_OUT)
    wrong = {"entri": "b", "promote": "no"}
    assert refused(ruled, {"change": "dsq", "to": wrong}, {"change": "dsq", "to": {"kind": "exclusion"}}) == [
        "edits.0.to.promote: text where true or false is expected",
        "edits.0.to.entri: unknown field; did you mean entry?",
        "edits.1.to.kind: this cannot be changed: it says which event it is",
    ]


def test_a_decision_that_came_earlier() -> None:
    ruled = season(SEASON, RULED_OUT)  # known in June
    moved = edited(Variant(ruled), made_of([{"change": "dsq", "to": {"known": "2024-05-01"}}]).edits).season
    assert table(score(ruled.as_of("2024-05-02"), Rulebook(rules()))).startswith("1 B 22, 2 A 20")
    assert table(score(moved.as_of("2024-05-02"), Rulebook(rules()))).startswith("1 B 26, 2 C 16")
    untouched = [number for number in ruled.numbers if moved.rounds[number] is ruled.rounds[number]]
    assert untouched == [2, 3], "what is said of the other rounds is the same, and need not be scored again"


def test_a_ruling_added() -> None:
    said = {"kind": "disqualification", "entry": "b", "round": 3, "session": "R1"}
    assert table(replayed(season(), {"add": said})) == "1 A 22, 2 B 16, 3 C 14, 4 D 3"


def test_results_of_a_round_not_yet_run() -> None:
    coming = season(SEASON + "4 R1")
    rows = [{"entry": "d", "place": 1}, {"entry": "a", "place": 2}]
    now = replayed(coming, {"add": {"kind": "results", "round": 4, "session": "R1", "rows": rows}})
    assert table(now) == "1 A 26, 2 B 22, 3 C 14, 4 D 13"


def test_what_a_log_would_not_accept_cannot_be_added() -> None:
    assert refused(season(), {"add": {"kind": "disqualified", "entry": "b"}}, {"add": {"kind": "exclusion"}}) == [
        "edits.0.add.kind: unknown kind 'disqualified'; did you mean disqualification?",
        "edits.1.add.competitor: missing",
        "edits.1.add.standing: missing",
    ]
    assert refused(season(), {"add": {"kind": "gap-noted", "missing": "x", "id": "season"}}) == [
        "edits.0.add.id: the id 'season' is in use"
    ]


def test_a_round_dropped_is_no_score_to_drop() -> None:
    """Of three rounds one is dropped: two count. Without a round, one of the other two counts."""
    assert table(replayed(season(), book=rules(DROPPING))) == "1 A 16, 1 B 16, 3 C 14, 4 D 3"
    assert table(replayed(season(), {"drop-round": 2}, book=rules(DROPPING))) == "1 A 10, 1 C 10, 3 B 6, 4 D 3"


def test_a_round_annulled_is_a_score_of_nothing() -> None:
    assert table(replayed(season(), {"void-round": 2}, book=rules(DROPPING))) == "1 A 14, 1 C 14, 3 B 12, 4 D 3"


def test_a_round_restored() -> None:
    called_off = season(SEASON + "4 cancelled")
    rows = [{"entry": "d", "place": 1}]
    result = {"kind": "results", "round": 4, "session": "R1", "rows": rows}
    assert table(replayed(called_off, {"restore-round": 4}, {"add": result})).endswith("4 D 13")
    now = replayed(season(), {"void-round": 2}, {"restore-round": 2})
    assert table(now) == "1 B 22, 2 A 20, 3 C 14, 4 D 3"


def test_a_round_weighed() -> None:
    assert table(replayed(season(), {"weigh-round": 1, "by": "1/2"})) == "1 B 19, 2 A 15, 3 C 12, 4 D 1.5"
    assert table(replayed(season(), {"weigh-round": 1, "by": 2})) == "1 A 30, 2 B 28, 3 C 18, 4 D 6"
    doubled = made_of([{"weigh-round": 1, "by": 2.5}]).edits[0]
    assert getattr(doubled, "by") == Fraction(5, 2)  # noqa: B009 - one of many kinds of edit


def test_a_round_held_twice_with_its_rulings() -> None:
    ruled = season(SEASON, RULED_OUT)
    now = replayed(ruled, {"repeat-round": 1})
    assert [one.number for one in now.rounds] == [1, 2, 3, 4]
    assert table(now) == "1 B 36, 2 C 22, 3 A 10, 4 D 8"


def test_an_entry_for_a_round_is_one_for_its_repetition_too() -> None:
    guest = season("1 R1: a b\n2 R1: b a", cars=[car("a", rounds=(1,)), car("b")])
    variant = edited(Variant(guest), made_of([{"repeat-round": 1}]).edits)
    assert [entry.entry for entry in variant.season.entered(3)] == ["a", "b"]


@pytest.mark.parametrize("verb", ["drop-round", "void-round", "restore-round", "repeat-round"])
def test_a_round_that_is_not_there(verb: str) -> None:
    assert refused(season(), {verb: 9}) == ["edits.0: there is no round 9; known: 1, 2, 3"]


def test_what_cannot_be_done_to_a_round() -> None:
    called_off = season(SEASON + "4 cancelled")
    assert refused(called_off, {"drop-round": 4}) == ["edits.0: round 4 was cancelled anyway"]
    assert refused(called_off, {"void-round": 4}) == ["edits.0: round 4 was not held, and cannot be annulled"]
    assert refused(called_off, {"repeat-round": 4}) == ["edits.0: round 4 was not held, and cannot be repeated"]
    assert refused(called_off, {"restore-round": 1}) == ["edits.0: round 1 was neither cancelled nor annulled"]
    assert refused(called_off, {"weigh-round": 1, "by": 1}) == ["edits.0: round 1 counts 1 times anyway"]


def test_a_place_corrected() -> None:
    """C wins the first round: A and B move down one."""
    now = replayed(season(), {"result": "c", "round": 1, "session": "R1", "place": 1})
    assert table(now) == "1 B 20, 1 C 20, 3 A 16, 4 D 3"


def test_a_driver_who_would_have_finished_and_one_who_would_not() -> None:
    finished = replayed(season(), {"result": "c", "round": 2, "session": "R1", "place": 1})
    assert table(finished) == "1 C 24, 2 A 18, 2 B 18, 4 D 3"
    out = replayed(season(), {"result": "a", "round": 1, "session": "R1", "status": "DNF"})
    assert table(out) == "1 B 26, 2 C 16, 3 A 10, 4 D 4"


def test_a_time_corrected() -> None:
    heats = season("1 Q1: a@60 b@61 c@62\n1 F: a b c")
    book = rules(HEATS, {"stages.heats.sessions": ["Q1"]})
    assert table(replayed(heats, book=book)) == "1 A 24, 2 B 20, 3 C 18"
    now = replayed(heats, {"result": "c", "round": 1, "session": "Q1", "time": "59.5"}, book=book)
    assert table(now) == "1 A 23, 2 C 20, 3 B 19"


def test_a_correction_must_fit() -> None:
    here = {"round": 1, "session": "R1"}
    assert refused(season(), {"result": "e", "place": 1, **here}, {"result": "a", "place": 6, **here}) == [
        "edits.0: 'e' is not in the results of R1 in round 1; known: a, b, c, d",
        "edits.1.place: with so many cars placed, 4 is the last place",
    ]
    assert refused(season(), {"result": "a", **here}, {"result": "a", "place": 1, "round": 1, "session": "R2"}) == [
        "edits.0: exactly one of place, status and time says what the result is to be",
        "edits.1.session: round 1 has no results of 'R2'; known: R1",
    ]
    assert refused(season(), {"result": "a", "status": "classified", **here}) == [
        "edits.0.status: to be classified takes a place, or a time"
    ]


def test_two_cars_exchanged() -> None:
    now = replayed(season(), {"swap": ["a", "c"], "round": 1, "session": "R1"})
    assert table(now) == "1 B 22, 2 C 20, 3 A 14, 4 D 3"
    retired = replayed(season(), {"swap": ["a", "c"], "round": 2, "session": "R1"})
    assert table(retired) == "1 B 22, 2 C 20, 3 A 14, 4 D 3"


def test_a_declared_classification_is_corrected_by_the_name_of_its_stage() -> None:
    rows = tuple(Ranked(entry, place) for place, entry in enumerate("dcba", start=1))
    official = season("1 R1: a b c d", say(ClassificationDeclared, id="official", round=1, stage="race", rows=rows))
    assert table(replayed(official)) == "1 D 10, 2 C 6, 3 B 4, 4 A 3"
    now = replayed(official, {"swap": ["a", "d"], "round": 1, "session": "race"})
    assert table(now) == "1 A 10, 2 C 6, 3 B 4, 4 D 3"


def test_somebody_who_was_never_there() -> None:
    """Who finished behind him moves up; his fastest lap is nobody's; what was ruled against him is gone."""
    lap = say(FeatRecorded, id="lap", round=1, feat="fastest-lap", rows=(FeatBy("a"),))
    deducted = say(PointsDeduction, id="ten", competitor="A", standing="drivers", points=1)
    book = rules(RACE + 'bonuses = [{ id = "lap", feat = "fastest-lap", award = { drivers = 1 } }]')
    full = season(SEASON, lap, deducted, RULED_OUT)
    assert table(replayed(full, {"remove": "A"}, book=book)) == "1 B 26, 2 C 16, 3 D 4"


def test_a_dead_heat_without_one_of_the_two() -> None:
    shared = season("1 R1: a=b c d")
    assert table(replayed(shared)) == "1 A 8, 1 B 8, 3 C 4, 4 D 3"
    assert table(replayed(shared, {"remove": "A"})) == "1 B 10, 2 C 6, 3 D 4"


def test_of_a_shared_car_only_the_driver_is_gone() -> None:
    shared = season("1 R1: a b", cars=[car("a", "A", "Z"), car("b")])
    assert table(replayed(shared)) == "1 A 10, 1 Z 10, 3 B 6"
    assert table(replayed(shared, {"remove": "A"})) == "1 Z 10, 2 B 6"


def test_a_team_that_was_never_there() -> None:
    teams = season(SEASON, cars=[car("a", team="red"), car("b", team="red"), car("c"), car("d")])
    assert table(replayed(teams, {"remove": "red"})) == "1 C 20, 2 D 6"


def test_results_that_stand_for_nothing() -> None:
    """He is out of the table; those behind gain a place, and no points."""
    now = replayed(season(), {"exclude": "B", "standing": "drivers"})
    assert table(now) == "1 A 20, 2 C 14, 3 D 3"


def test_somebody_nobody_knows() -> None:
    known = "known: A, B, C, D, a, b, c, d"
    assert refused(season(), {"remove": "X"}, {"exclude": "X", "standing": "drivers"}) == [
        f"edits.0: there is no competitor 'X'; {known}",
        f"edits.1: there is no competitor 'X'; {known}",
    ]


def test_edits_compose_in_their_order() -> None:
    edits: list[dict[str, Any]] = [
        {"swap": ["a", "b"], "round": 1, "session": "R1"},
        {"result": "a", "round": 1, "session": "R1", "place": 4},
        {"weigh-round": 1, "by": 2},
        {"remove": "C"},
    ]
    # Round 1 is first b a c d, then b c d a, then b d a; the others are b a (d did not start) and b a.
    assert table(replayed(season(), *edits)) == "1 B 40, 2 A 20, 3 D 12"


def test_edits_that_contradict_each_other() -> None:
    assert refused(
        season(), {"set": "a.b", "value": 1}, {"set": "a.b", "value": 2}, {"rules": "one"}, {"rules": "two"}
    ) == [
        "edits.1: a.b is to be 1 already, and cannot be 2 too",
        "edits.3: the rules are to be 'one' already, and cannot be 'two' too",
    ]
    assert refused(season(), {"drop-round": 2}, {"result": "a", "round": 2, "session": "R1", "place": 1}) == [
        "edits.1.session: round 2 has no results of 'R1'; there are none"
    ]


def test_a_round_that_no_edit_touches_stays_the_same_object() -> None:
    before = season()
    after = edited(Variant(before), made_of([{"result": "a", "round": 2, "session": "R1", "place": 1}]).edits).season
    assert [number for number in before.numbers if after.rounds[number] is not before.rounds[number]] == [2]
