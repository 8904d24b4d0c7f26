"""Tables published between two races of a meeting, and margins as they were known on a date."""

from rxscore.events import ClaimedRow, Disqualification, Margin, MarginClaimed, StandingClaimed
from rxscore.scoring import Scored, score
from rxscore.verify import RowVerdict, verify
from worked_examples import DAY, season

ROUNDS = [{"Q": ["a", "b"], "R1": ["b", "a"], "R2": ["a", "b"]}, {"Q": ["a", "b"], "R1": ["a", "b"], "R2": ["a", "b"]}]
"""Qualifying 5-4, races 40-35: after race 1 of the second meeting a has 80 + 45, b 79 + 39."""


def verdicts(*claims: StandingClaimed | MarginClaimed | Disqualification) -> list[RowVerdict]:
    played = season("tcr-europe/2019", "2019", ROUNDS)
    known = played.season
    for claim in claims:
        known = known.apply(claim)
    result = score(known, played.rules)

    def as_known(date: str) -> Scored:
        return score(known.as_of(date), played.rules)

    return [row for claim in verify(result, as_known).claims for row in claim.rows]


def table(points: dict[str, int], positions: tuple[int, int] = (1, 2)) -> StandingClaimed:
    rows = tuple(ClaimedRow(name, has, place) for (name, has), place in zip(points.items(), positions, strict=True))
    return StandingClaimed(id="t", known=DAY, standing="drivers", after_round=2, through="race-1", rows=rows)


def test_a_table_after_a_stage_of_a_round_counts_the_stages_up_to_it() -> None:
    found = verdicts(table({"a": 80 + 45, "b": 79 + 39}))
    assert [(row.competitor, row.verdict, row.computed_position) for row in found] == [
        ("a", "reproduced", 1),
        ("b", "reproduced", 2),
    ]


def test_a_wrong_total_or_place_after_a_stage_is_contradicted() -> None:
    assert [row.verdict for row in verdicts(table({"a": 80 + 85, "b": 79 + 39}))] == ["contradicted", "reproduced"]
    found = verdicts(table({"a": 80 + 45, "b": 79 + 39}, positions=(2, 1)))
    assert [row.verdict for row in found] == ["contradicted", "contradicted"]


def test_a_margin_can_be_one_of_a_date() -> None:
    # b wins race 1 of the first meeting, loses it after the margin was printed, and a has five points more.
    ruling = Disqualification(id="out", known="2020-02-01", entry="b", round=1, session="R1")
    rows = (Margin("a", "b", 1),)
    printed = MarginClaimed(id="m", known=DAY, standing="drivers", after_round=1, rows=rows, as_of="2020-01-15")
    assert [(row.verdict, row.computed) for row in verdicts(ruling, printed)] == [("reproduced", 1)]
    today = MarginClaimed(id="m", known=DAY, standing="drivers", after_round=1, rows=rows)
    assert [(row.verdict, row.computed) for row in verdicts(ruling, today)] == [("contradicted", 46)]
