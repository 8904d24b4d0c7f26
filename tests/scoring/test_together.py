"""Points of several rounds reported together: dealt in the last of them, and until then not known."""

from rxscore.events import (
    ClaimedRow,
    CompetitorRegistered,
    EntryFiled,
    Event,
    PointsClaimed,
    PointsReported,
    Result,
    RoundScheduled,
    SeasonOpened,
    SessionResults,
    StandingClaimed,
)
from rxscore.events import Scored as Given
from rxscore.rulesets import Source, read
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
award.drivers = [5, 3]

[[standings]]
id = "drivers"
COUNTS
"""


def scored(*more: Event, counts: str = "") -> Scored:
    """Four rounds, each won by a from b; of rounds 2 and 3 b has eight points together."""
    events: list[Event] = [SeasonOpened(id="s", known="2024-01-01", series="c", season="2024", name="C", rules="c")]
    for name in "ab":
        events.append(CompetitorRegistered(id=f"d{name}", known="2024-01-01", competitor=name, name=name))
        events.append(EntryFiled(id=f"e{name}", known="2024-01-01", entry=f"car-{name}", drivers=(name,)))
    rows = (Result("car-a", 1), Result("car-b", 2))
    for n in range(1, 5):
        events.append(RoundScheduled(id=f"r{n}", known="2024-01-01", round=n, name=str(n)))
        events.append(SessionResults(id=f"res{n}", known="2024-01-01", round=n, session="R1", rows=rows))
    events.append(
        PointsReported(
            id="both", known="2024-01-02", round=3, since=2, standing="drivers", rows=(Given("b", 8),), complete=False
        )
    )
    book = read("club", "2024", lambda _: Source("club.toml", RULES.replace("COUNTS", counts)))
    return score(fold([*events, *more]), Rulebook(book))


def running(name: str) -> list[tuple[object, bool]]:
    rows = [table.row(name) for table in scored().tables("drivers")]
    return [(row.points, row.open) for row in rows if row is not None]


def test_between_the_first_and_the_last_of_the_rounds_a_total_is_open() -> None:
    assert running("b") == [(3, False), (3, True), (11, False), (14, False)]
    assert running("a") == [(5, False), (10, False), (15, False), (20, False)]


def test_it_closes_where_scores_are_dropped_as_well() -> None:
    rows = [table.row("b") for table in scored(counts="counts = [{ best = 9 }]").tables("drivers")]
    assert [row.open for row in rows if row is not None] == [False, True, False, False]


def test_claims_that_cut_through_the_rounds_are_undecided() -> None:
    total = StandingClaimed(
        id="total", known="2024-01-02", standing="drivers", after_round=2, top=True, rows=(ClaimedRow("b", 5),)
    )
    single = [
        PointsClaimed(id=f"of{n}", known="2024-01-02", standing="drivers", round=n, rows=(ClaimedRow("b", points),))
        for n, points in ((1, 3), (2, 2), (3, 6), (4, 3))
    ]
    result = scored(total, *single)
    found = {claim.claim: claim.rows[0].verdict for claim in verify(result, lambda _: result).claims}
    assert found == {
        "total": "undecided",
        "of1": "reproduced",
        "of2": "undecided",
        "of3": "undecided",
        "of4": "reproduced",
    }


def test_a_claimed_total_below_what_is_certain_is_contradicted() -> None:
    lower = StandingClaimed(
        id="total", known="2024-01-02", standing="drivers", after_round=2, top=True, rows=(ClaimedRow("b", 2),)
    )
    result = scored(lower)
    (claim,) = verify(result, lambda _: result).claims
    assert claim.rows[0].verdict == "contradicted"  # three points of round 1 are certain
