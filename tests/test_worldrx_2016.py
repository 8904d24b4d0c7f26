"""The 2016 FIA World Rallycross Championship, from a log of its events to verified standings."""

from collections import Counter
from functools import cache

from rxscore.api import Opened, open_season
from rxscore.events import Disqualification
from rxscore.scoring import Rulebook, Scored, score
from rxscore.season import fold
from rxscore.verify import Report, verify


@cache
def opened() -> Opened:
    return open_season("worldrx/2016")


@cache
def season() -> Scored:
    return opened().scored()


@cache
def report() -> Report:
    return verify(season(), opened().scored)


def test_round_5_as_it_was() -> None:
    """Norway: Bakkerud won all four heats, was first after them, won his semi-final and the final."""
    norway = season().round(5)
    assert norway is not None
    assert norway.winner is not None
    entry = norway.winner
    ranking = norway.stages["intermediate"].rows[0]
    assert (ranking.entry, ranking.place, ranking.score) == (entry, 1, 200)
    points = [award.points for award in norway.awards["drivers"] if award.competitor == "andreas-bakkerud"]
    assert points == [16, 6, 8]


def test_the_final_table() -> None:
    rows = season().table("drivers").rows[:5]
    assert [(row.competitor, row.points) for row in rows] == [
        ("mattias-ekstrom", 272),
        ("johan-kristoffersson", 240),
        ("andreas-bakkerud", 239),
        ("petter-solberg", 239),
        ("sebastien-loeb", 209),
    ]
    assert [row.position for row in rows] == [1, 2, 3, 4, 5]
    assert rows[2].tie == "event wins: 3 against 1"
    assert rows[3].tie == "event wins: 1 against 3"


def test_no_published_driver_total_is_contradicted_and_each_verdict_follows_its_facts() -> None:
    rows = [(claim, row) for claim in report().claims if claim.standing == "drivers" for row in claim.rows]
    assert len(rows) > 30
    for claim, row in rows:
        mine = season().table("drivers", claim.after_round).row(row.competitor)
        assert row.verdict != "contradicted"
        if mine is not None and mine.open:
            assert row.verdict == "undecided"
        elif mine is not None:
            assert row.computed == row.claimed
            assert row.verdict == ("consistent" if mine.inferred else "reproduced")


def test_the_totals_by_verdict() -> None:
    assert report().totals == {"reproduced": 1, "consistent": 46, "undecided": 33, "contradicted": 1}
    assert not report().unexplained
    assert report().stale == ()


def test_the_intervals_that_rest_on_reported_rows_alone() -> None:
    """NOTES.md of the source counts 21 of them."""
    verdicts = Counter(one.verdict for one in report().intervals if one.standing == "drivers")
    assert verdicts == {"reproduced": 21, "consistent": 25, "undecided": 8}


def test_team_totals_are_the_sums_of_their_drivers_and_the_one_that_is_not_is_on_record() -> None:
    assert {one.verdict for one in report().sums} == {"reproduced"}
    assert len(report().sums) == 8
    wrong = [
        row
        for claim in report().claims
        if claim.standing == "teams"
        for row in claim.rows
        if row.verdict == "contradicted"
    ]
    assert len(wrong) == 1
    assert wrong[0].known


def test_before_and_after_the_disqualifications_of_round_9_only_they_differ() -> None:
    rulings = {"ruling-r09-andreas-bakkerud-sf2", "ruling-r09-johan-kristoffersson-final"}
    assert {event.id for event in season().season.rounds[9].of(Disqualification)} == rulings
    before, after = opened().scored(as_of="2016-09-18"), opened().scored(as_of="2016-09-23")
    lost = [one for one in before.awards("drivers", "johan-kristoffersson") if (one.round, one.session) == (9, "F")]
    assert [(one.clause, one.points) for one in lost] == [("3rd in Final", 4)]
    assert not [one for one in after.awards("drivers", "johan-kristoffersson") if (one.round, one.session) == (9, "F")]
    # Who was fourth is third now: a point more.
    assert [row.entry for row in after.rounds[8].stages["final"].rows if row.place == 3] == [
        row.entry for row in before.rounds[8].stages["final"].rows if row.place == 4
    ]
    known = after.season.history
    unruled = score(fold(event for event in known if event.id not in rulings), opened().rules)
    assert unruled.table("drivers").rows == before.table("drivers").rows
    assert unruled.table("teams").rows == before.table("teams").rows
    assert after.table("drivers").rows != before.table("drivers").rows


def test_a_rule_swap_keeps_every_ruling() -> None:
    swapped = open_season("worldrx/2016", edits=[("scales.final", [25, 18, 15, 12, 10, 8])]).scored()
    assert swapped.table("drivers").rows[0].points > season().table("drivers").rows[0].points
    for old, new in zip(season().rounds, swapped.rounds, strict=True):
        for stage, classification in old.stages.items():
            assert new.stages[stage].rows == classification.rows
    disqualified = [
        row.entry
        for one in swapped.rounds
        for stage in one.stages.values()
        for contest in stage.contests
        for row in contest.rows
        if row.status == "DSQ"
    ]
    assert disqualified


def test_scoring_again_gives_the_same() -> None:
    again = score(opened().season, Rulebook(opened().rules.season))
    assert list(again.tables("drivers")) == list(season().tables("drivers"))
    assert list(again.tables("teams")) == list(season().tables("teams"))
