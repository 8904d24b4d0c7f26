"""What an archive holds of a season, and of all of them together."""

from rxscore.events import ClaimedRow, DifferenceKnown, GapNoted, StandingClaimed
from rxscore.scoring import Rulebook, score
from rxscore.season import Season
from rxscore.verify import verify
from rxscore.verify.archive import Holding, altogether, holding
from season_text import car, rules, say, told


def held(name: str, season: Season) -> Holding:
    book = Rulebook(rules())
    return holding(name, season, verify(score(season, book), lambda date: score(season.as_of(date), book)))


def claim(id_: str, after: int, **points: int) -> StandingClaimed:
    rows = tuple(ClaimedRow(name, worth) for name, worth in points.items())
    return say(StandingClaimed, id=id_, standing="drivers", after_round=after, top=True, rows=rows)


def test_a_season_at_a_glance() -> None:
    season = told(
        "1 R1: a b c?\n2 R1: b a ...\n3 R1",
        claim("early", 1, A=10, B=6, C=4),  # two as computed, and c, whose place is inferred
        claim("late", 2, A=15, B=15, D=3),  # two have one point too few; d may have been in round 2
        say(DifferenceKnown, claim="late", competitor="B", difference=-1, reason="a slip of the paper's"),
        say(GapNoted, missing="who was third", round=2),
        say(GapNoted, missing="the entries"),
        cars=[car("d")],
    )
    assert held("club/2024", season) == Holding(
        "club/2024",
        "Club",
        held=2,
        scheduled=3,
        events=1 + 4 + 4 + 3 + 2 + 5,  # the season, drivers, entries, rounds, results, and what is added above
        reproduced=2,
        consistent=1,
        undecided=1,
        contradicted=2,
        known=1,
        gaps=2,
    )


def test_a_round_that_was_called_off_was_scheduled_and_not_held() -> None:
    one = held("x", told("1 R1: a b\n2 R1\n2 cancelled"))
    assert (one.held, one.scheduled) == (1, 2)


def test_a_log_without_a_season_has_no_title() -> None:
    one = held("x", Season())
    assert (one.title, one.held, one.scheduled, one.events) == ("", 0, 0, 0)


def test_all_together_is_the_sum() -> None:
    one = Holding("a", "A", 1, 2, 30, 4, 5, 6, 7, 1, 9)
    two = Holding("b", "B", 10, 20, 300, 40, 50, 60, 70, 10, 90)
    assert altogether([one, two]) == Holding("total", "2 seasons", 11, 22, 330, 44, 55, 66, 77, 11, 99)
    assert altogether(iter([one])) == Holding("total", "1 season", 1, 2, 30, 4, 5, 6, 7, 1, 9)
    assert altogether([]) == Holding("total", "0 seasons", 0, 0, 0, 0, 0, 0, 0, 0, 0)
