"""Points that no source tells: a place worth an ``unknown`` number of points leaves a total open, not wrong."""

import pytest

from rxscore.events import (
    ClaimedRow,
    CompetitorRegistered,
    EntryFiled,
    Event,
    PointsReported,
    Result,
    RoundScheduled,
    SeasonOpened,
    SessionResults,
    StandingClaimed,
)
from rxscore.events import Scored as ReportedPoints
from rxscore.problems import UserError
from rxscore.rulesets import Ruleset, Source, read
from rxscore.scoring import Rulebook, Scored, score
from rxscore.season import fold
from rxscore.verify import verify

RULES = """
title = "A club"
series = "club"
seasons = "any"
winner = "race"

[[stages]]
id = "race"
sessions = ["R1"]
award.drivers = { scale = SCALE, dnf = "unknown" }

[[standings]]
id = "drivers"

[[standings]]
id = "teams"
of = "team"
points_of = "drivers"
"""

HEATS = """
title = "A club"
series = "club"
seasons = "any"
winner = "total"

[[stages]]
id = "heats"
sessions = ["Q1", "Q2"]
score = { scale = [10, 8, "unknown"] }

[[stages]]
id = "total"
total = ["heats"]

[stages.award]
drivers = [16, 15, 14]

[[standings]]
id = "drivers"
"""


def rules(scale: str = '[8, 5, "unknown", 2]', text: str = RULES) -> Ruleset:
    return read("club", "2024", lambda _: Source("club.toml", text.replace("SCALE", scale)))


def scored(book: Ruleset, *more: Event, order: str = "abcd", session: str = "R1") -> Scored:
    """A season of one race in which the cars finished in ``order``; a lower-case x behind a car: did not finish."""
    events: list[Event] = [
        SeasonOpened(id="s", known="2024-01-01", series="club", season="2024", name="Club", rules="club"),
        RoundScheduled(id="r", known="2024-01-01", round=1, name="One"),
        CompetitorRegistered(id="t", known="2024-01-01", competitor="team", type="team", name="Team"),
    ]
    for name in "abcd":
        events.append(CompetitorRegistered(id=f"d{name}", known="2024-01-01", competitor=name, name=name))
        events.append(EntryFiled(id=f"e{name}", known="2024-01-01", entry=f"car-{name}", drivers=(name,), team="team"))
    rows = tuple(Result(f"car-{name}", place=place) for place, name in enumerate(order, 1))
    events.append(SessionResults(id="res", known="2024-01-01", round=1, session=session, rows=rows))
    return score(fold([*events, *more]), Rulebook(book))


def open_rows(result: Scored, standing: str = "drivers") -> dict[str, tuple[object, bool]]:
    return {row.competitor: (row.points, row.open) for row in result.table(standing).rows}


def test_the_taker_of_an_unknown_place_is_open_and_nobody_else() -> None:
    assert open_rows(scored(rules())) == {
        "a": (8, False),
        "b": (5, False),
        "c": (0, True),
        "d": (2, False),
    }


def test_points_regrouped_for_a_team_are_open_with_them() -> None:
    assert open_rows(scored(rules()), "teams") == {"team": (15, True)}


def test_then_unknown_covers_every_place_beyond_the_list() -> None:
    result = scored(rules('{ places = [8, 5], then = "unknown" }'))
    assert open_rows(result) == {"a": (8, False), "b": (5, False), "c": (0, True), "d": (0, True)}


def test_a_dead_heat_that_shares_an_unknown_place_is_open() -> None:
    rows = (Result("car-a", 1), Result("car-b", 2, tied=True), Result("car-c", 2, tied=True))
    race = SessionResults(id="again", known="2024-01-02", supersedes="res", round=1, session="R1", rows=rows)
    assert open_rows(scored(rules(), race)) == {"a": (8, False), "b": (0, True), "c": (0, True)}


def test_an_outcome_can_be_unknown() -> None:
    rows = (Result("car-a", 1), Result("car-b", None, status="DNF"))
    race = SessionResults(id="again", known="2024-01-02", supersedes="res", round=1, session="R1", rows=rows)
    assert open_rows(scored(rules(), race)) == {"a": (8, False), "b": (0, True)}


def test_reported_points_close_what_the_rules_leave_open() -> None:
    told = PointsReported(
        id="told", known="2024-01-02", round=1, standing="drivers", stage="race", rows=(ReportedPoints("c", 3),)
    )
    assert open_rows(scored(rules(), told))["c"] == (3, False)


@pytest.mark.parametrize(("claimed", "verdict"), [(4, "undecided"), (0, "undecided")])
def test_a_claim_about_an_unknown_place_is_undecided(claimed: int, verdict: str) -> None:
    claim = StandingClaimed(
        id="claim", known="2024-01-02", standing="drivers", after_round=1, rows=(ClaimedRow("c", claimed),), top=True
    )
    result = scored(rules(), claim)
    (found,) = verify(result, lambda _: result).claims
    assert [row.verdict for row in found.rows] == [verdict]


def test_a_total_over_a_heat_with_unknown_points_places_nobody() -> None:
    second = SessionResults(
        id="q2", known="2024-01-01", round=1, session="Q2", rows=(Result("car-a", 1), Result("car-b", 2))
    )
    result = scored(rules(text=HEATS), second, order="abc", session="Q1")
    total = result.rounds[0].stages["total"]
    assert not total.complete
    assert {row.place for row in total.rows} == {None}
    # With nobody in third place everything is told: 20 against 16.
    known = scored(rules(text=HEATS), second, order="ab", session="Q1").rounds[0].stages["total"]
    assert [(row.entry, row.place, row.score) for row in known.rows] == [("car-a", 1, 20), ("car-b", 2, 16)]


def test_the_long_form_of_a_scale_can_say_unknown() -> None:
    result = scored(rules('{ places = [8, "unknown"], then = "10 - place" }'))
    assert open_rows(result) == {"a": (8, False), "b": (0, True), "c": (7, False), "d": (6, False)}


def test_a_misspelt_unknown_says_what_is_allowed() -> None:
    with pytest.raises(UserError) as raised:
        rules('[8, "unkown"]')
    assert '"unknown"' in str(raised.value)


DROPS = """
title = "A club"
series = "club"
seasons = "any"
winner = "race"

[[stages]]
id = "race"
sessions = ["R1"]
award.drivers = [10, 6, "unknown", "unknown"]

[[standings]]
id = "drivers"
counts = [{ best = 2 }]
"""


def after_rounds(*orders: str) -> dict[str, tuple[object, bool]]:
    """The points of a to d, and whether they are open, after races in these orders, of which the best two count."""
    races: list[Event] = []
    for number, order in enumerate(orders[1:], 2):
        rows = tuple(Result(f"car-{name}", place=place) for place, name in enumerate(order, 1))
        races.append(RoundScheduled(id=f"r{number}", known="2024-01-01", round=number, name=str(number)))
        races.append(SessionResults(id=f"res{number}", known="2024-01-01", round=number, session="R1", rows=rows))
    return open_rows(scored(rules(text=DROPS), *races, order=orders[0]))


def test_an_unknown_score_that_is_dropped_at_its_most_leaves_nothing_open() -> None:
    # Third is worth six points at most: to one with a first and a second place it makes no difference.
    assert after_rounds("abcd", "bacd", "dcab")["a"] == (16, False)


def test_an_unknown_score_that_could_count_leaves_the_total_open() -> None:
    found = after_rounds("abcd", "cdab", "cdba")
    assert found["a"] == (10, True)  # third and fourth beside a win
    assert found["c"] == (20, False)  # two wins beside a third place
    assert found["d"] == (12, False)  # two second places: fourth cannot be worth more than another second


def test_before_enough_scores_are_there_nothing_is_dropped() -> None:
    assert after_rounds("abcd", "bacd")["c"] == (0, True)


def test_a_better_place_is_the_limit_of_an_unknown_one() -> None:
    scale = rules('{ places = [8, 5, "unknown", 2, "unknown"], then = "unknown" }').stage("race")
    limits = scale.award["drivers"].scale
    assert limits is not None
    assert [limits.most(place) for place in range(1, 8)] == [8, 5, 5, 2, 2, 2, 2]
    nothing = rules('{ places = ["unknown", 4], then = "8 - place" }').stage("race").award["drivers"].scale
    assert nothing is not None
    assert [nothing.most(place) for place in (1, 2, 3)] == [None, 4, 5]
