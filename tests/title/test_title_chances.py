"""Who can still win, in seasons small enough to reason about, and in the log that is shipped."""

import sys
from typing import Any

import pytest
from attrs import evolve

import rxscore
from rxscore.events import (
    EntryFiled,
    FeatBy,
    FeatRecorded,
    PointsDeduction,
    Result,
    RoundScheduled,
    SessionResults,
)
from rxscore.problems import UserError
from rxscore.rulesets import build
from rxscore.scoring import Rulebook
from rxscore.title.chances import Chances, Prospects
from rxscore.title.solver import Puzzle
from rxscore.title.timeline import timeline
from unfinished_seasons import Small, rulebook, season


def small(**changes: Any) -> Small:
    """Three cars, one race a round for 5, 3 and 2 points; one round of two is over: a before b before c."""
    plain: dict[str, Any] = {
        "cars": ("a", "b", "c"), "teams": (), "format": "race", "scales": {"race": (5, 3, 2)}, "ties": ("countback",),
        "best": None, "bonus": 0, "past": ({"R": ("a", "b", "c")},), "left": 1,
    }  # fmt: skip
    return Small(**(plain | changes))


def chances(one: Small, position: int = 1, **changes: Any) -> Chances:
    rules = rulebook(one)
    prospects = Prospects(season(one), rules, rules.season.standing("table"))
    return prospects.chances(len(one.past), position, **changes)


def status(found: Chances) -> dict[str, str]:
    return {one.competitor: one.status for one in found.verdicts}


def test_points_and_what_is_left_are_not_enough_where_everybody_scores() -> None:
    # c can reach 2 + 5 = 7, which is what a has if he gets the two points of the last place: level, on one win each.
    level = chances(small())
    assert status(level) == {"a": "alive", "b": "alive", "c": "alive"}
    # After three rounds of five won by a (6 points, then 5, then 4) and one by b: c has 4 + 4 + 4 + 4 and can reach 22.
    # a has 6 + 6 + 6 + 5 = 23 already. b has 5 + 5 + 5 + 6 = 21, can reach 27, and a must take 4: 27 as well, three
    # wins against two. "Points and maximum left" alone would keep b in it.
    order, other = {"R": ("a", "b", "c")}, {"R": ("b", "a", "c")}
    late = chances(small(scales={"race": (6, 5, 4)}, past=(order, order, order, other)))
    assert status(late) == {"a": "clinched", "b": "eliminated", "c": "eliminated"}
    after_two = chances(small(past=({"R": ("a", "b", "c")}, {"R": ("a", "b", "c")})))
    assert status(after_two) == {"a": "clinched", "b": "eliminated", "c": "eliminated"}
    assert "more than he can reach" in next(one.how for one in after_two.verdicts if one.competitor == "c")


def test_a_tie_is_broken_before_somebody_is_called_alive() -> None:
    # a has 4 + 4 + 0 at least, b 2 + 2 + 4 at most: level, and a has two wins against one.
    one = small(scales={"race": (4, 2, 0)}, past=({"R": ("a", "b", "c")}, {"R": ("a", "b", "c")}))
    assert status(chances(one))["b"] == "eliminated"
    assert status(chances(evolve(one, ties=("event wins",))))["b"] == "eliminated"
    assert status(chances(evolve(one, ties=())))["b"] == "alive"


def test_a_witness_puts_the_competitor_where_it_says() -> None:
    found = chances(small())
    witness = next(one.witness for one in found.verdicts if one.competitor == "c")
    assert witness is not None
    assert witness.orders[2, "R"][0] == "c"
    assert witness.orders[2, "R"][-1] == "a"


def test_a_feat_is_worth_its_points() -> None:
    # c can win (5) with the fastest lap (3) and come to 10; a gets 2 for the last place and comes to 9.
    one = small(scales={"race": (7, 3, 2)}, bonus=0)
    assert status(chances(one))["c"] == "alive"
    two = small(scales={"race": (7, 3, 2)}, past=({"R": ("a", "b", "c")},) * 2, left=1)
    # c: 4 + 7 = 11 against 14 for a. With a fastest lap of 5 points c comes to 16, a to 16 with more wins.
    assert status(chances(two))["c"] == "eliminated"
    assert status(chances(evolve(two, bonus=6)))["c"] == "alive"


def test_scores_that_are_dropped_count_for_neither_side() -> None:
    # Best two of three: a has 5 + 5 and cannot get worse; c: 2 and 5 make 7.
    one = small(past=({"R": ("a", "b", "c")}, {"R": ("a", "b", "c")}), best=2)
    assert status(chances(one)) == {"a": "clinched", "b": "eliminated", "c": "eliminated"}
    # Best one of three: everybody can have one win, and a has most of them.
    assert status(chances(evolve(one, best=1, ties=()))) == {"a": "clinched", "b": "alive", "c": "alive"}


def test_a_place_other_than_the_first() -> None:
    one = small(past=({"R": ("a", "b", "c")}, {"R": ("a", "b", "c")}))
    assert status(chances(one, 2)) == {"a": "clinched", "b": "alive", "c": "alive"}
    assert status(chances(one, 3)) == {"a": "clinched", "b": "clinched", "c": "clinched"}


def test_with_nothing_left_to_come_the_table_says_it() -> None:
    over = chances(small(past=({"R": ("a", "b", "c")}, {"R": ("a", "b", "c")}), left=0))
    assert over.rounds_left == ()
    assert status(over) == {"a": "clinched", "b": "eliminated", "c": "eliminated"}


def test_a_timeline_names_the_round_since_which_it_is_so() -> None:
    one = small(past=({"R": ("a", "b", "c")},) * 3)
    rules = rulebook(one)
    lines = timeline(Prospects(season(one), rules, rules.season.standing("table")), [1, 2, 3])
    assert [(line.competitor, line.settled, line.after) for line in lines] == [
        ("a", "clinched", 3), ("b", "eliminated", 3), ("c", "eliminated", 3),
    ]  # fmt: skip


def test_what_happens_later_is_not_known_yet() -> None:
    one = small(past=({"R": ("a", "b", "c")}, {"R": ("a", "b", "c")}, {"R": ("c", "b", "a")}), left=0)
    rules = rulebook(one)
    found = Prospects(season(one), rules, rules.season.standing("table")).chances(1)
    assert found.rounds_left == (2, 3)
    assert set(status(found).values()) == {"alive"}


def two_teams(**changes: Any) -> tuple[Chances, Chances]:
    """Team X with three cars, team Y with one that won the first of two rounds: with all cars scoring, and with two."""
    one = small(cars=("a", "b", "c", "d"), teams=("X", "X", "X", "Y"), scales={"race": (5, 3, 2, 1)},
                past=({"R": ("d", "a", "b", "c")},))  # fmt: skip
    rules = rulebook(one).season
    found = []
    for standing in (rules.standing("table"), evolve(rules.standing("table"), cars=2, **changes)):
        book = Rulebook(evolve(rules, standings=(standing,)))
        found.append(Prospects(season(one), book, standing).chances(1))
    return found[0], found[1]


def test_a_third_car_whose_points_do_not_count_helps_nobody() -> None:
    # X has 3 + 2 + 1 points, or without the third car 5; whatever Y does, X gets as many again. Y comes to 10 at most.
    all_score, two_score = two_teams()
    assert status(all_score) == {"X": "clinched", "Y": "eliminated"}
    assert status(two_score) == {"X": "alive", "Y": "alive"}
    assert [(one.competitor, one.points, one.least, one.most) for one in two_score.verdicts] == [
        ("X", 5, 5 + 3 + 2, 5 + 5 + 3), ("Y", 5, 5 + 1, 5 + 5),
    ]  # fmt: skip


def test_cars_that_score_by_the_whole_round_or_are_not_seen_otherwise_leave_it_undecided() -> None:
    for changes in ({"cars_by": "round"}, {"others": "invisible"}):
        _, found = two_teams(**changes)
        assert set(status(found).values()) == {"undecided"}
        assert {one.how for one in found.verdicts} == {"round 2: only 2 of a competitor's cars score"}


def test_points_that_no_source_tells_leave_it_undecided() -> None:
    plain = {
        "title": "t", "series": "s", "seasons": "any", "winner": "race",
        "stages": [{"id": "race", "sessions": ["R"], "award": {"table": [5, "unknown", 1]}}],
        "standings": [{"id": "table"}],
    }  # fmt: skip
    book = Rulebook(build("t", plain, ()))
    found = Prospects(season(small()), book, book.season.standing("table")).chances(1)
    assert set(status(found).values()) == {"undecided"}


def test_missing_facts_are_nobody_s_gain() -> None:
    rules = rxscore.open_season("worldrx/2016").rules
    prospects = Prospects(rxscore.open_season("worldrx/2016").season, rules, rules.season.standing("drivers"))
    after_ten = prospects.chances(10, only=["timmy-hansen", "mattias-ekstrom"])
    assert {one.competitor: (one.status, one.how) for one in after_ten.verdicts} == {
        "mattias-ekstrom": ("alive", "by winning all that is left"),
        "timmy-hansen": ("undecided", "it turns on points of which facts are missing"),
    }


def test_a_lost_place_behind_a_guest_may_be_worth_more_than_it_looks() -> None:
    # Of the first race only a and b are known. c may have been third, and second of those whom the standing sees.
    one = small(scales={"race": (6, 5, 0)}, ties=())
    known = season(one).apply(EntryFiled(id="guest", known="2020-01-02", entry="a", drivers=("a",), guest=True,
                                         supersedes="e-a"))  # fmt: skip
    known = known.apply(SessionResults(id="lost", known="2020-01-02", round=1, session="R", supersedes="1-R",
                                       rows=(Result("a", 1), Result("b", 2)), complete=False))  # fmt: skip
    rules = rulebook(one)
    found = {v.competitor: v for v in Prospects(known, rules, rules.season.standing("table")).chances(1).verdicts}
    assert (found["b"].status, found["b"].points) == ("alive", 6)
    assert (found["c"].status, found["c"].points, found["c"].most) == ("undecided", 0, 5 + 6)


def test_ekstrom_was_champion_after_the_round_in_germany_in_2016() -> None:
    # It was so reported: one round before the end, and Solberg could still draw level on points.
    opened = rxscore.open_season("worldrx/2016")
    prospects = Prospects(opened.season, opened.rules, opened.rules.season.standing("drivers"))
    found = {one.competitor: one for one in prospects.chances(11).verdicts}
    assert found["mattias-ekstrom"].status == "clinched"
    solberg = found["petter-solberg"]
    assert solberg.status == "eliminated"
    assert solberg.most == found["mattias-ekstrom"].least
    assert prospects.chances(10, only=["mattias-ekstrom"]).verdicts[0].status == "alive"


def test_a_time_limit_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = rxscore.open_season("worldrx/2016")
    prospects = Prospects(opened.season, opened.rules, opened.rules.season.standing("drivers"))
    monkeypatch.setattr(Puzzle, "solve", lambda _: "unknown")
    found = {one.competitor: one for one in prospects.chances(11).verdicts}
    assert (found["petter-solberg"].status, found["petter-solberg"].how) == (
        "undecided",
        "the time limit of the solver",
    )
    assert found["mattias-ekstrom"].status == "alive"
    assert found["mattias-ekstrom"].how.endswith("whether it can still be taken from him is undecided")


def test_without_the_solver_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ortools.sat.python", None)
    opened = rxscore.open_season("worldrx/2016")
    prospects = Prospects(opened.season, opened.rules, opened.rules.season.standing("drivers"))
    with pytest.raises(UserError, match=r"pip install 'rxscore\[solver\]'"):
        prospects.chances(11)


def test_a_round_without_a_schedule_is_taken_to_be_run_like_the_last_one() -> None:
    one = small()
    known = season(one).apply(RoundScheduled(id="again", known="2020-01-02", round=2, name="2", supersedes="r-2"))
    rules = rulebook(one)
    found = Prospects(known, rules, rules.season.standing("table")).chances(1)
    assert status(found) == status(chances(one))


def test_who_is_entered_later_can_still_score() -> None:
    known = season(small()).apply(EntryFiled(id="e-d", known="2020-01-02", entry="d", drivers=("d",), rounds=(2,)))
    rules = rulebook(small())
    found = Prospects(known, rules, rules.season.standing("table")).chances(1, 3)
    # d can win (5): a has 5 and b 3 before that.
    assert status(found)["d"] == "alive"


def test_a_feat_already_won_stays_won() -> None:
    one = small(bonus=9, ties=())
    known = season(one).apply(
        FeatRecorded(id="fl", known="2020-01-01", round=1, feat="fastest-lap", rows=(FeatBy("b"),))
    )
    rules = rulebook(one)
    found = {v.competitor: v for v in Prospects(known, rules, rules.season.standing("table")).chances(1).verdicts}
    assert found["b"].points == 3 + 9


def test_a_driver_entered_in_two_cars_starts_in_the_one_he_raced_last() -> None:
    # In two cars he could take the points of two places.
    known = season(small()).apply(EntryFiled(id="e-c2", known="2020-01-02", entry="c2", drivers=("c",)))
    rules = rulebook(small())
    outlook = Prospects(known, rules, rules.season.standing("table")).outlook(1)
    assert outlook.rounds[0].field == ("a", "b", "c")
    assert outlook.bounds("c") == (2 + 2, 2 + 5)


def test_two_of_them_cannot_both_come_last() -> None:
    # d has 6 points and can come to 12, as many as a and b may have: 11 each, so a point each. But only one is last.
    six = {"cars": tuple("abcdef"), "scales": {"race": (6, 5, 4, 3, 2, 1)}, "ties": ()}
    found = chances(small(past=({"R": tuple("abcdef")}, {"R": tuple("bacdef")}), **six), only=["d"]).verdicts[0]
    why = "more points are to come than the others can take without passing him"
    assert (found.status, found.points, found.most, found.how) == ("eliminated", 6, 12, why)
    # Where a may take two points, b one, and c three, d is level with them.
    other = chances(small(past=({"R": tuple("abcdef")}, {"R": tuple("bcadef")}), **six), only=["d"]).verdicts[0]
    assert other.status == "alive"


def test_of_two_who_could_pass_him_not_both_can() -> None:
    # a has 12 and gets two more at least; b and c have 4 each and can come to 16. Both to 14: twice ten of 2 x (6 + 3).
    order, other = {"R": ("a", "b", "c")}, {"R": ("a", "c", "b")}
    found = chances(small(scales={"race": (6, 3, 1)}, past=(order, other), left=2, ties=()), 2, only=["a"]).verdicts[0]
    why = "the points to come are not enough for others to pass him"
    assert (found.status, found.least, found.how) == ("clinched", 14, why)


def test_fewer_points_than_none_are_a_place_in_a_table_that_shows_none_without_points() -> None:
    # Team X has lost two points. If b wins for it, it comes to nothing and is in no table; if not, it is alone in it.
    one = small(cars=("a", "b"), teams=("X", "X"), scales={"race": (2,)}, past=({"R": ("a", "b")},))
    known = season(one).apply(EntryFiled(id="e-a2", known="2020-01-02", entry="a", drivers=("a",), team="X",
                                         guest=True, supersedes="e-a"))  # fmt: skip
    known = known.apply(PointsDeduction(id="off", known="2020-01-02", round=1, competitor="X", standing="table",
                                        points=2))  # fmt: skip
    rules = rulebook(one).season
    standing = evolve(rules.standing("table"), appears="scored", guests="hold places")
    found = Prospects(known, Rulebook(evolve(rules, standings=(standing,))), standing).chances(1)
    assert [(v.competitor, v.points, v.least, v.most, v.status) for v in found.verdicts] == [("X", -2, -2, 0, "alive")]
    assert found.verdicts[0].witness is not None
    assert found.verdicts[0].witness.orders[2, "R"] == ("a", "b")


def test_a_final_for_which_nobody_qualifies_is_not_run() -> None:
    plain = {
        "title": "t", "series": "s", "seasons": "any", "winner": "final",
        "stages": [
            {"id": "heat", "sessions": ["R"],
             "advance": [{"to": ["F"], "places": [1, 2]}, {"to": ["B"], "places": [4, 5]},
                         {"to": ["C"], "places": [6, 8]}]},
            {"id": "c-final", "sessions": ["C"], "award": {"table": [9]}, "advance": [{"to": ["B"], "best": 1}]},
            {"id": "b-final", "sessions": ["B"], "award": {"table": [9]}},
            {"id": "final", "sessions": ["F"], "award": {"table": [5, 3]}},
        ],
        "standings": [{"id": "table"}],
    }  # fmt: skip
    book = Rulebook(build("t", plain, ()))
    known = season(small())
    for number in (1, 2):
        known = known.apply(RoundScheduled(id=f"s-{number}", known="2020-01-02", round=number, name="2",
                                           sessions=("R", "C", "B", "F"), supersedes=f"r-{number}"))  # fmt: skip
    outlook = Prospects(known, book, book.season.standing("table")).outlook(1)
    assert outlook.rounds[0].because == ""
    assert {contest.session for contest in outlook.rounds[0].contests} == {"R", "F"}
