"""Who goes on and who started as a reserve; event orders; declared classifications."""

from typing import Any

import pytest

from rxscore.events import ClassificationDeclared, Disqualification, Ranked
from rxscore.rulesets import Ruleset
from rxscore.scoring import Scored, advancing
from season_text import KNOWN, LATER, ranking, rules, say, scored, table

LADDER = """
winner = "event"

[[stages]]
id = "heats"
sessions = ["Q1", "Q2"]
score = { scale = [9, 8, 7, 6, 5, 4, 3, 2, 1] }

[[stages]]
id = "ranking"
title = "Ranking"
total = ["heats"]
ties = ["latest session"]
advance = [{ to = ["SF1", "SF2"], best = 6, seats = "odd/even" }]

[[stages]]
id = "semifinals"
sessions = ["SF1", "SF2"]
advance = [{ to = ["F"], from_each = 2 }]

[[stages]]
id = "final"
sessions = ["F"]

[[stages]]
id = "event"
follow = ["final", "semifinals", "ranking"]
ties = ["place in ranking"]
award.drivers = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]

[[standings]]
id = "drivers"
"""

HEATS = "1 Q1: a b c d e f g h\n"
SEMIS = HEATS + "1 SF1: a c e\n1 SF2: d b f\n"
WHOLE = SEMIS + "1 F: d a b c\n"


def through(text: str, stage: str = "ranking", book: Ruleset | None = None, **edits: Any) -> dict[str, str] | None:
    """Who goes on from a stage by its first clause."""
    book = book or rules(LADDER, {f"stages.{stage}.advance": [edits]} if edits else {})
    season = scored(text, book)
    found = advancing(book.stage(stage), book.stage(stage).advance[0], season.rounds[0].stages, book)
    return None if found is None else {target: "".join(entries) for target, entries in found.items()}


def notes(text: str, book: Ruleset | None = None) -> list[str]:
    return [f"{note.entry} {note.message}" for note in scored(text, book or rules(LADDER)).rounds[0].notes]


# --- who goes on -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ({"best": 6, "seats": "odd/even"}, {"SF1": "ace", "SF2": "bdf"}),
        ({"best": 6, "seats": "in order"}, {"SF1": "abc", "SF2": "def"}),
        ({"best": 5, "seats": "in order"}, {"SF1": "abc", "SF2": "de"}),
        ({"best": 6, "seats": "snake"}, {"SF1": "ade", "SF2": "bcf"}),
        ({"places": [3, 8], "seats": "odd/even"}, {"SF1": "ceg", "SF2": "dfh"}),
        ({"places": [3, 8]}, {"SF1": "cde", "SF2": "fgh"}),
        ({"best": 12}, {"SF1": "abcdef", "SF2": "gh"}),
    ],
)
def test_the_best_of_a_ranking_are_seated(clause: dict[str, Any], expected: dict[str, str]) -> None:
    assert through(HEATS, **{"to": ["SF1", "SF2"], **clause}) == expected


def test_the_best_of_each_session_go_on_the_winners_first() -> None:
    assert through(SEMIS, "semifinals") == {"F": "adcb"}


def test_so_many_more_go_on_the_best_of_those_next_in_line() -> None:
    text = HEATS + "1 SF1: a@60 c@62 e@64\n1 SF2: d@61 b@63 f@63.5\n"
    assert through(text, "semifinals", to=["F"], from_each=1, plus=1, plus_by="time") == {"F": "adc"}
    slower = text.replace("c@62", "c@63.2")
    assert through(slower, "semifinals", to=["F"], from_each=1, plus=1, plus_by="time") == {"F": "adb"}
    # By the place in the ranking: b was second there, c third.
    assert through(slower.replace("63.2", "62"), "semifinals", to=["F"], from_each=1, plus=1, plus_by="ranking") == {
        "F": "adb"
    }
    assert through(HEATS, to=["SF1"], best=2, plus=2) == {"SF1": "abcd"}


def test_only_those_who_started_often_enough_go_on() -> None:
    """H started in one heat of two: below a share of 0.6."""
    text = HEATS + "1 Q2: h b c d e f g a/DNS\n"
    assert through(text, to=["SF1"], best=6) == {"SF1": "bcdhea"}
    assert through(text, to=["SF1"], best=8, started=2) == {"SF1": "bcdhefg"}
    assert through(text, to=["SF1"], best=8, started=0.6) == {"SF1": "bcdhefg"}
    assert through(text, "heats", to=["SF1"], best=8, started=1) is None
    one = rules(LADDER, {"stages.final.advance": [{"to": ["SF1"], "best": 2, "started": 1}]})
    assert through("1 F: a b/DNS:2 c/NC:3", "final", one) == {"SF1": "ac"}


def test_who_goes_on_is_not_known_where_the_ranking_is_not() -> None:
    assert through("1 F: a b") is None
    assert through("1 Q1: a b ...") is None
    assert through("1 SF1: a\n1 SF2: b c", "semifinals") is None
    assert through("1 SF1 SF2\n1 SF1: a b c", "semifinals") is None
    # Of a list that is not complete the first are known all the same.
    book = rules(LADDER, {"stages.final.advance": [{"to": ["SF1"], "best": 2}]})
    assert through("1 F: a b ...", "final", book) == {"SF1": "ab"}
    assert through("1 F: a ...", "final", book) is None


def test_of_a_stage_of_one_session_the_best_are_those_of_the_session() -> None:
    book = rules(LADDER, {"stages.final.advance": [{"to": ["SF1"], "from_each": 2}]})
    assert through("1 F: a b c", "final", book) == {"SF1": "ab"}


# --- reserves --------------------------------------------------------------------------------


def test_a_starter_who_had_not_qualified_is_a_reserve_and_no_mistake() -> None:
    assert notes(WHOLE) == []
    reserve = HEATS + "1 SF1: a c g e/DNS\n1 SF2: d b f\n"
    assert notes(reserve) == ["g started SF1 as a reserve (place 7 in Ranking)"]
    stranger = HEATS + "1 SF1: a c x\n1 SF2: d b f\n"
    assert notes(stranger) == ["x started SF1 as a reserve (without a place in Ranking)"]


def test_a_session_can_be_fed_in_two_ways() -> None:
    book = rules(
        LADDER,
        {"stages.ranking.advance": [{"to": ["SF1"], "best": 2}, {"to": ["SF1", "SF2"], "places": [3, 6]}]},
    )
    # SF1: a and b, and c and d of the next four; e and f go to SF2.
    assert notes(HEATS + "1 SF1: a b c d\n1 SF2: e f\n", book) == []
    assert notes(HEATS + "1 SF1: a b c e\n1 SF2: d f\n", book) == [
        "e started SF1 as a reserve (place 5 in Ranking)",
        "d started SF2 as a reserve (place 4 in Ranking)",
    ]


def test_nobody_is_a_reserve_where_it_is_not_known_who_qualified() -> None:
    assert notes("1 SF1: a b c") == []


# --- event orders ----------------------------------------------------------------------------


def test_an_event_order_is_the_final_then_the_semifinals_then_the_ranking() -> None:
    """E and f were both third in a semi-final: e was fifth in the ranking, f sixth."""
    season = scored(WHOLE, rules(LADDER))
    assert ranking(season, "event") == "1 d, 2 a, 3 b, 4 c, 5 e, 6 f, 7 g, 8 h"
    assert season.rounds[0].winner == "d"
    assert table(season) == "1 D 10, 2 A 9, 3 B 8, 4 C 7, 5 E 6, 6 F 5, 7 G 4, 8 H 3"
    assert season.rounds[0].stages["event"].rows[4].tie == "place in ranking: 5 against 6"


def test_those_without_a_place_come_behind_in_the_order_of_how_they_ended() -> None:
    text = SEMIS + "1 F: d c/DSQ b/DNS a/DNF\n"
    assert ranking(scored(text, rules(LADDER)), "event").startswith("1 d, 2 a, 3 b, 4 c, 5 e")


def test_equals_in_two_sessions_can_be_parted_by_time_or_by_points() -> None:
    semis = HEATS + "1 SF1: a@60 c@64\n1 SF2: d@61 b@63\n"
    timed = rules(LADDER, {"stages.event.ties": ["time"], "stages.event.follow": ["semifinals"]})
    assert ranking(scored(semis, timed), "event") == "1 a, 2 d, 3 b, 4 c"
    points = rules(LADDER, {"stages.event.ties": ["points in Q1"], "stages.event.follow": ["semifinals"]})
    assert ranking(scored(semis, points), "event") == "1 a, 2 d, 3 b, 4 c"
    nothing = rules(LADDER, {"stages.event.ties": [], "stages.event.follow": ["semifinals"]})
    assert ranking(scored(semis, nothing), "event") == "1 a, 1 d, 3 c, 3 b"


def test_behind_something_unknown_no_place_is_certain() -> None:
    assert ranking(scored(SEMIS, rules(LADDER)), "event") == (
        "unknown a, unknown d, unknown b, unknown c, unknown e, unknown f, unknown g, unknown h"
    )
    doubtful = SEMIS + "1 F: d a ...\n"
    assert ranking(scored(doubtful, rules(LADDER)), "event").startswith("1 d, 2 a, unknown b")
    riddle = SEMIS + "1 F: d a b/unknown\n"
    assert ranking(scored(riddle, rules(LADDER)), "event").startswith("unknown d, unknown a, unknown b")


# --- declared --------------------------------------------------------------------------------


def declared(*rows: Ranked, stage: str = "ranking", **fields: Any) -> ClassificationDeclared:
    return say(ClassificationDeclared, **{"id": "d", "round": 1, "stage": stage, "rows": rows, **fields})


def test_what_is_declared_beats_what_is_computed_and_the_difference_is_noted() -> None:
    official = declared(Ranked("b", 1, score=9), Ranked("a", 2), Ranked("c", 3), Ranked("x", 4), Ranked("d", 5))
    season = scored("1 Q1: a b c d/DNS", rules(LADDER), official)
    assert ranking(season, "ranking") == "1 b 9, 2 a 9, 3 c 7, 4 x, 5 d 0"
    assert season.rounds[0].stages["ranking"].declared == "d"
    assert [f"{note.kind}: {note.entry} {note.message}" for note in season.rounds[0].notes] == [
        "declared differs: b declared 1 with 9, computed 2 with 8",
        "declared differs: a declared 2, computed 1",
        "declared differs: x declared 4, not in the results",
        "declared differs: d declared 5, computed 4",
    ]


def test_a_declared_score_that_differs_is_noted() -> None:
    season = scored("1 Q1: a b", rules(LADDER), declared(Ranked("a", 1, score=10), Ranked("b", 2, score=8)))
    assert [note.message for note in season.rounds[0].notes] == ["declared 1 with 10, computed 1 with 9"]


def test_nothing_is_noted_where_there_is_no_difference_or_the_results_are_not_complete() -> None:
    official = declared(Ranked("a", 1), Ranked("b", 2), Ranked("c", status="DSQ"))
    assert scored("1 Q1: a b c/DSQ", rules(LADDER), official).rounds[0].notes == ()
    other_way = declared(Ranked("b", 1), Ranked("a", 2))
    assert scored("1 Q1: a b ...", rules(LADDER), other_way).rounds[0].notes == ()


def test_a_declared_one_without_a_computed_place_is_noted() -> None:
    book = rules(LADDER, {"stages.ranking.finished": 1})
    season = scored("1 Q1: a b/DNF", book, declared(Ranked("a", 1), Ranked("b", 2, score=3)))
    assert [note.message for note in season.rounds[0].notes] == ["declared 2 with 3, computed without a place with 0"]


def test_the_top_of_a_ranking_can_be_declared_and_the_rest_computed() -> None:
    season = scored("1 Q1: a b c d", rules(LADDER), declared(Ranked("b", 1), Ranked("a", 2), complete=False))
    assert ranking(season, "ranking") == "1 b 8, 2 a 9, 3 c 7, 4 d 6"
    known = scored("1 Q1: a b c ...", rules(LADDER), declared(Ranked("b", 1), complete=False))
    assert ranking(known, "ranking") == "1 b 8"
    assert not known.rounds[0].stages["ranking"].complete


def test_a_declared_classification_needs_no_results() -> None:
    season = scored("", rules(LADDER), declared(Ranked("x", 2), Ranked("y", 1)), cars=[])
    assert ranking(season, "ranking") == "1 y, 2 x"
    unknown = scored("", rules(LADDER), declared(Ranked("x", 1), Ranked("y", status="unknown")))
    assert not unknown.rounds[0].stages["ranking"].complete


def test_one_disqualified_from_the_round_afterwards_loses_his_declared_place() -> None:
    rows = (Ranked("a", 1), Ranked("b", 2), Ranked("c", 3))
    out: dict[str, Any] = {"id": "out", "entry": "a", "round": 1}

    def after(official: ClassificationDeclared, ruling: Disqualification) -> Scored:
        return scored("1 Q1: a b c", rules(LADDER), official, ruling)

    early = declared(*rows, known=KNOWN)
    season = after(early, say(Disqualification, **out))
    assert ranking(season, "ranking") == "1 b 9, 2 c 8, DSQ a 0"
    assert season.rounds[0].stages["ranking"].rows[2].events == ("d", "out")
    vacant = after(early, say(Disqualification, promote=False, **out))
    assert ranking(vacant, "ranking").startswith("2 b")
    # What was declared after the ruling knew of it.
    assert ranking(after(declared(*rows, known=LATER), say(Disqualification, **out)), "ranking").startswith("1 a")


def test_a_declared_row_can_be_inferred() -> None:
    one = declared(Ranked("a", 1, basis="inferred", because="x"), Ranked("b", 2))
    rows = scored("", rules(LADDER), one).rounds[0].stages["ranking"].rows
    assert [row.inferred for row in rows] == [True, False]


def test_the_semifinals_can_be_declared_as_a_whole() -> None:
    """Points go by the declared order then, not by session."""
    book = rules(LADDER, {"stages.semifinals.award": {"drivers": [3, 2, 1]}})
    season = scored("1 SF1: a b\n1 SF2: c d", book, declared(Ranked("c", 1), Ranked("a", 2), stage="semifinals"))
    assert [(award.competitor, award.points, award.clause) for award in season.awards("drivers")] == [
        ("C", 3, "1st in semifinals"),
        ("A", 2, "2nd in semifinals"),
    ]
