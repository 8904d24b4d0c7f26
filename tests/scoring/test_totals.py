"""Scores inside an event, their totals, and the tie steps that part equals."""

from typing import Any

import pytest

from rxscore.events import ClassificationDeclared, Event, Ranked, ScoreDeduction
from rxscore.rulesets import Ruleset
from season_text import HEATS, contest, ranking, rules, say, scored

KART = """
winner = "ranking"

[[stages]]
id = "heats"
sessions = ["Q1", "Q2"]
per = "race"
score = { scale = { places = [0], then = "place" }, dnf = "entries + 1", dns = "entries + 2", dsq = "entries + 3" }

[[stages]]
id = "ranking"
total = ["heats"]
order = "low"

[[standings]]
id = "drivers"
"""
"""Karting: the winner of a heat has 0, the second 2, the third 3 points; the lowest total wins."""


def heats(text: str, *more: Event, book: Ruleset | None = None, stage: str = "ranking", **edits: Any) -> str:
    return ranking(scored(text, book or rules(HEATS, edits), *more), stage)


# --- what a place is worth -------------------------------------------------------------------


def test_a_heat_is_worth_its_place_and_a_retirement_the_place_behind_the_last_entry() -> None:
    """Four entries: behind the last one is fifth, worth 39; no start and disqualification are worth nothing."""
    assert contest(scored("1 Q1: a@60 b/DNF c/DNS d/DSQ", rules(HEATS)), "Q1") == "1 a 50, DNF b 39, DNS c 0, DSQ d 0"


def test_the_entries_are_all_who_start_in_one_of_the_heats() -> None:
    season = scored("1 Q1: a@60 b/DNF\n1 Q2: a@60 b@61 c@62 d@63", rules(HEATS))
    assert contest(season, "Q1") == "1 a 50, DNF b 39"


@pytest.mark.parametrize(
    ("outcome", "worth"),
    [(7, 7), ("place", 42), ("entries", 40), ("entries + 1", 39), ("last + 1", 42), ("last - 5", 40), ("last - 99", 0)],
)
def test_what_a_retirement_is_worth(outcome: object, worth: int) -> None:
    """Two finishers of four entries; b is listed third. The last classified place is 2 (45), the next 3 (42)."""
    season = scored("1 Q1: a c b/DNF:3 d/DNS", rules(HEATS, {"stages.heats.score.dnf": outcome}))
    assert contest(season, "Q1") == f"1 a 50, 2 c 45, 3 b {worth}, DNS d 0"


def test_a_retirement_without_a_listed_place_is_worth_nothing_where_places_count() -> None:
    season = scored("1 Q1: a@60 b/DNF", rules(HEATS, {"stages.heats.score.dnf": "place"}))
    assert contest(season, "Q1") == "1 a 50, DNF b 0"


def test_points_fewer_than_the_last_are_nothing_where_nobody_is_classified() -> None:
    season = scored("1 Q1: a/DNF", rules(HEATS, {"stages.heats.score.dnf": "last - 5"}))
    assert contest(season, "Q1") == "DNF a 0"


def test_each_status_has_its_own_outcome() -> None:
    """Karting: four entries, so 5 for a retirement, 6 for no start, 7 for a disqualification; NC: place 3."""
    season = scored("1 Q1.1: a d/DNF b/DNS c/DSQ", rules(KART))
    assert contest(season, "Q1 race 1") == "1 a 0, DNF d 5, DNS b 6, DSQ c 7"
    finished = scored("1 Q1.1: a c b/NC:3", rules(KART))
    assert contest(finished, "Q1 race 1") == "1 a 0, 2 c 2, 3 b 3"


def test_one_of_whom_nothing_is_known_has_no_score() -> None:
    assert contest(scored("1 Q1: a b/unknown", rules(HEATS)), "Q1") == "1 a 50, unknown b"
    assert heats("1 Q1: a b/unknown") == "unknown a 50, unknown b 0"
    # He may have been the faster one.
    assert contest(scored("1 Q1: a@60 b/unknown", rules(HEATS)), "Q1") == "classified a, unknown b"


# --- totals ----------------------------------------------------------------------------------

THREE = "1 Q1: a@60 b@61 c@62\n1 Q2: b@60 c@61 a@62\n1 Q3: b@60 a@61 c/DNF"


def test_a_total_adds_up_the_heats() -> None:
    """A 50+42+45, b 45+50+50, c 42+45 and fourth place (three entries + 1) 40."""
    assert heats(THREE) == "1 b 145, 2 a 137, 3 c 127"


def test_only_the_best_so_many_heats_can_count() -> None:
    """The worst of each is left out: b 45, a 42, c 40."""
    assert heats(THREE, **{"stages.ranking.best": 2}) == "1 b 100, 2 a 95, 3 c 87"


def test_the_lowest_total_can_win() -> None:
    """A 0+2, b 2+0, c 3+5 (retired: three entries and one, so place 4 is worth 4): level a and b."""
    assert heats("1 Q1.1: a b c\n1 Q2.1: b a c/DNF", book=rules(KART)) == "1 a 2, 1 b 2, 3 c 7"
    assert heats("1 Q1.1: a b c\n1 Q2.1: b a c/DNF", book=rules(KART, {"stages.ranking.best": 1})) == (
        "1 a 0, 1 b 0, 3 c 3"
    )


def test_a_race_of_others_is_nothing_to_an_entry() -> None:
    """In karting not everybody meets everybody: d never raced c, and has one race fewer."""
    text = "1 Q1.1: a b\n1 Q1.2: c d\n1 Q2.1: a c"
    assert heats(text, book=rules(KART)) == "1 a 0, 2 b 2, 2 c 2, 2 d 2"


def test_a_heat_that_does_not_list_an_entry_is_worth_as_much_as_no_start() -> None:
    text = "1 Q1: a@60 b@61\n1 Q2: a@60"
    assert heats(text) == "1 a 100, 2 b 45"
    assert heats(text, **{"stages.heats.score.dns": 10}) == "1 a 100, 2 b 55"
    assert heats(text, **{"stages.heats.score.absent": "entries + 1"}) == "1 a 100, 2 b 87"
    # Behind the last classified of that heat (one): place 2, 45.
    assert heats(text, **{"stages.heats.score.absent": "last + 1"}) == "1 a 100, 2 b 90"


def test_times_can_be_added_up() -> None:
    book = rules(HEATS, {"stages.ranking.by": "time", "stages.ranking.award.drivers": [10, 8]})
    season = scored("1 Q1: a@60.5 b@61\n1 Q2: b@60 a@62 c@59", book)
    rows = season.rounds[0].stages["ranking"].rows
    # c has no time in Q1: it cannot be placed.
    assert [(row.entry, row.place, row.status, str(row.time)) for row in rows] == [
        ("b", 1, "classified", "121"),
        ("a", 2, "classified", "122.5"),
        ("c", None, "NC", "None"),
    ]


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ({"stages.ranking.finished": 2}, "1 a 100, NC b 85, NC c 42"),
        ({"stages.ranking.started": 2}, "1 a 100, 2 b 85, NC c 42"),
        # A share: more than half of two heats is both.
        ({"stages.ranking.started": 0.6}, "1 a 100, 2 b 85, NC c 42"),
        ({"stages.ranking.started": 0.5}, "1 a 100, 2 b 85, 3 c 42"),
    ],
)
def test_a_total_can_ask_for_finishes_or_starts(edit: dict[str, Any], expected: str) -> None:
    """B finished one and retired from the other (place 4: 40), c started one."""
    assert heats("1 Q1: a@60 b@61 c@62\n1 Q2: a@60 b/DNF c/DNS", **edit) == expected


def test_points_are_taken_off_a_heat_or_off_the_total() -> None:
    heat = say(ScoreDeduction, id="less", entry="a", round=1, session="Q1", points=10)
    season = scored(THREE, rules(HEATS), heat)
    assert contest(season, "Q1") == "1 a 40, 2 b 45, 3 c 42"
    # Level with c now, and ahead of him by the better place in the latest heat.
    assert ranking(season, "ranking") == "1 b 145, 2 a 127, 3 c 127"
    assert "less" in season.rounds[0].stages["ranking"].rows[1].events
    total = say(ScoreDeduction, id="less", entry="b", round=1, stage="ranking", points=10)
    assert heats(THREE, total) == "1 a 137, 2 b 135, 3 c 127"
    assert heats(THREE, say(ScoreDeduction, entry="b", round=1, stage="other", points=10)) == heats(THREE)
    unknown = say(ScoreDeduction, entry="b", round=1, session="Q1", points=10)
    assert contest(scored("1 Q1: a b/unknown", rules(HEATS), unknown), "Q1") == "1 a 50, unknown b"


def test_a_total_of_heats_that_are_not_fully_known_has_no_places() -> None:
    assert heats("1 Q1: a b ...") == "unknown a 50, unknown b 45"
    assert heats("1 Q1: a@60 b@61 ...") == "unknown a 0, unknown b 0"
    assert heats("1 Q1 Q2\n1 Q1: a@60 b@61") == "unknown a 50, unknown b 45"
    assert heats("1 Q1\n1 Q1: a@60 b@61") == "1 a 50, 2 b 45"


def test_a_total_needs_all_the_stages_it_adds_up() -> None:
    two = HEATS.replace('total = ["heats"]', 'total = ["heats", "late"]').replace(
        '[[stages]]\nid = "ranking"',
        '[[stages]]\nid = "late"\nsessions = ["Q9"]\nscore = { scale = [3, 2] }\n\n[[stages]]\nid = "ranking"',
    )
    assert ranking(scored("1 Q1: a@60 b@61", rules(two)), "ranking") == "unknown a 50, unknown b 45"
    assert ranking(scored("1 Q1: a@60 b@61\n1 Q9: b a", rules(two)), "ranking") == "1 a 52, 2 b 48"


def test_a_total_of_nothing_is_not_there() -> None:
    assert "ranking" not in scored("1 F: a b", rules(HEATS)).rounds[0].stages


def test_one_inferred_result_makes_every_place_of_a_total_inferred() -> None:
    rows = scored("1 Q1: a@60 b?@61", rules(HEATS)).rounds[0].stages["ranking"].rows
    assert [row.inferred for row in rows] == [True, True]


# --- tie steps -------------------------------------------------------------------------------

LEVEL = "1 Q1: a@60 b@61 c@62\n1 Q2: b@60.5 a@62.5 c@63"


def parted(text: str, *ties: str, edits: dict[str, Any] | None = None) -> list[tuple[str, int | None, str]]:
    season = scored(text, rules(HEATS, {"stages.ranking.ties": list(ties), **(edits or {})}))
    return [(row.entry, row.place, row.tie) for row in season.rounds[0].stages["ranking"].rows if row.entry in "ab"]


def test_without_a_tie_step_equals_share_a_place() -> None:
    assert parted(LEVEL) == [("a", 1, "level"), ("b", 1, "level")]


def test_the_better_place_in_the_latest_heat_decides_then_the_one_before() -> None:
    assert parted(LEVEL, "latest session") == [
        ("b", 1, "latest session: 1, 2 against 2, 1"),
        ("a", 2, "latest session: 2, 1 against 1, 2"),
    ]
    # Level in the last heat: the one before decides.
    level_last = "1 Q1: a@60 b@61 c@62\n1 Q2: b@60 a@61 c@62\n1 Q3: a=b c"
    assert [row[:2] for row in parted(level_last, "latest session")] == [("b", 1), ("a", 2)]
    assert [row[:2] for row in parted(level_last, "last session")] == [("a", 1), ("b", 1)]


def test_only_the_very_last_heat_can_decide() -> None:
    assert parted(LEVEL, "last session") == [
        ("b", 1, "last session: 1 against 2"),
        ("a", 2, "last session: 2 against 1"),
    ]


def test_a_heat_without_a_place_is_behind_every_place() -> None:
    text = "1 Q1: a@60 b/DNF c@61\n1 Q2: b@60 a/DNF c@61"
    assert [row[2] for row in parted(text, "latest session", edits={"stages.heats.score.dnf": 30})] == [
        "latest session: 1, none against none, 1",
        "latest session: none, 1 against 1, none",
    ]


def test_countback_compares_the_best_places_first() -> None:
    """Both have 90: a won one heat and was third in the other, b was second twice."""
    scale = {"stages.heats.score.scale": [50, 45, 40]}
    text = "1 Q1: a@60 b@61\n1 Q2: c@60 b@61 a@62"
    assert parted(text, "countback", edits=scale) == [
        ("a", 1, "countback: 1, 3 against 2, 2"),
        ("b", 2, "countback: 2, 2 against 1, 3"),
    ]


def test_the_best_score_decides() -> None:
    scale = {"stages.heats.score.scale": [50, 45, 40]}
    text = "1 Q1: a@60 b@61\n1 Q2: c@60 b@61 a@62"
    assert parted(text, "best score", edits=scale) == [
        ("a", 1, "best score: 50, 40 against 45, 45"),
        ("b", 2, "best score: 45, 45 against 50, 40"),
    ]


def test_the_sum_of_the_times_decides_and_a_missing_one_is_behind() -> None:
    assert parted(LEVEL, "time") == [
        ("b", 1, "time: 2:01.5 against 2:02.5"),
        ("a", 2, "time: 2:02.5 against 2:01.5"),
    ]
    text = "1 Q1: a@60 b/DNF c@70\n1 Q2: b@50 a@60 c@70"
    worth = {"stages.heats.score.dnf": 45}
    assert [row[:2] for row in parted(text, "time", edits=worth)] == [("a", 1), ("b", 2)]


def test_the_latest_time_decides() -> None:
    assert parted(LEVEL, "latest time") == [
        ("b", 1, "latest time: 1:00.5 against 1:02.5"),
        ("a", 2, "latest time: 1:02.5 against 1:00.5"),
    ]
    text = "1 Q1: a/DNF b@60\n1 Q2: b/DNF a@60"
    assert parted(text, "latest time") == [
        ("a", 1, "latest time: 1:00 against no time"),
        ("b", 2, "latest time: no time against 1:00"),
    ]


def test_a_place_or_the_points_in_another_session_decide() -> None:
    assert parted(LEVEL, "place in Q1") == [("a", 1, "place in Q1: 1 against 2"), ("b", 2, "place in Q1: 2 against 1")]
    assert parted(LEVEL, "points in Q2") == [
        ("b", 1, "points in Q2: 50 against 45"),
        ("a", 2, "points in Q2: 45 against 50"),
    ]
    assert parted(LEVEL, "place in F") == [("a", 1, "level"), ("b", 1, "level")]


def test_a_chain_goes_on_until_everybody_is_parted_and_says_how() -> None:
    text = "1 Q1: a=b d c\n1 Q2: c b a d"
    scale = {"stages.heats.score.scale": [50, 40, 40, 10]}
    assert parted(text, "place in Q1", "latest session", edits=scale) == [
        ("b", 1, "latest session: 2, 1 against 3, 1"),
        ("a", 2, "latest session: 3, 1 against 2, 1"),
    ]


def test_a_declared_heat_total_feeds_no_tie_without_its_scores() -> None:
    declared = say(ClassificationDeclared, id="d", round=1, stage="heats", rows=(Ranked("a", 1), Ranked("b", 2)))
    season = scored("1 F: a b", rules(HEATS), declared)
    assert "ranking" not in season.rounds[0].stages
