"""Which other rules would fit the same claims, and what would tell them apart."""

import re
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import orjson
import pytest
from attrs import evolve
from click.testing import CliRunner

from rxscore.cli import cli
from rxscore.events import (
    ClaimedRow,
    Disqualification,
    EligibilitySet,
    Event,
    FeatBy,
    FeatRecorded,
    PointsClaimed,
    SessionShortened,
    StandingClaimed,
    canonical,
)
from rxscore.rulesets import Ruleset
from rxscore.scoring import Scored, score
from rxscore.verify.hypotheses import hypotheses
from rxscore.verify.mutations import Mutation, mutations
from rxscore.verify.rivals import Refuted, Rivals, Survivor, rivals
from season_text import HEAD, RACE, car, rules, say, scored, table, told

FEW = RACE.replace("[10, 6, 4, 3, 2, 1]", "[10]")


def claimed(of: Scored, *also: Event, top: int | None = None) -> Scored:
    """The season with its own table claimed, or the first lines of it."""
    rows = tuple(ClaimedRow(row.competitor, row.points, row.position) for row in of.table("drivers").rows)
    claim = say(StandingClaimed, id="claim", standing="drivers", rows=rows[:top], top=top is not None)
    season = of.season.apply(claim)
    for event in also:
        season = season.apply(event)
    return score(season, of.rules)


def survivor(found: Rivals, key: str, after: str) -> Survivor:
    return next(one for one in found.survivors if (one.mutation.key, one.mutation.after) == (key, after))


def refuted(found: Rivals, key: str, after: str) -> Refuted:
    return next(one for one in found.refuted if (one.mutation.key, one.mutation.after) == (key, after))


# --- survivors and refuted -------------------------------------------------------------------


def test_a_drop_rule_that_was_never_tried_survives_and_is_told_apart_by_one_result() -> None:
    found = rivals(claimed(scored("1 R1: a b\n2 R1: b a", rules(FEW))))
    one = survivor(found, "standings.drivers.counts", "all but 1")
    assert one.mutation.before == "everything"
    apart = one.apart
    assert apart is not None
    assert apart.hypothesis is not None
    # In the other order both wins are of one driver, and one of them would be dropped.
    assert (apart.hypothesis.round, apart.hypothesis.entries) == (2, ("a", "b"))
    assert apart.hypothesis.what == "{} in place 1, before {}"
    assert (apart.competitor, apart.rules.points, apart.rival.points) == ("A", 20, 10)  # type: ignore[union-attr]


def test_a_drop_rule_that_was_tried_is_refuted() -> None:
    found = rivals(claimed(scored("1 R1: a b\n2 R1: a b", rules(FEW))))
    wrong = refuted(found, "standings.drivers.counts", "all but 1")
    assert (wrong.lines, wrong.claim, wrong.competitor) == (1, "claim", "A")


def test_where_only_the_first_lines_are_claimed_a_published_line_would_decide() -> None:
    found = rivals(claimed(scored("1 R1: a b c", rules()), top=1))
    apart = survivor(found, "stages.race.award.drivers.scale", "10-6-5-3-2-1").apart
    assert apart is not None
    assert apart.hypothesis is None
    assert (apart.competitor, apart.rules.points, apart.rival.points) == ("C", 4, 5)  # type: ignore[union-attr]
    assert refuted(found, "stages.race.award.drivers.scale", "11-6-4-3-2-1").competitor == "A"


def test_what_no_result_tells_apart_is_said_to_be_so() -> None:
    # A win is always worth points.
    book = rules(RACE, {"standings.drivers.ties": ["event wins"]})
    found = rivals(claimed(scored("1 R1: a b c\n2 R1: b a c", book)))
    assert survivor(found, "standings.drivers.ties", "event wins (scoring)").apart is None
    assert found.hypotheses > 0
    assert found.tried == len(found.survivors) + len(found.refuted)


def test_a_rival_can_reproduce_more_than_the_rules() -> None:
    claim = say(StandingClaimed, id="c", standing="drivers", rows=(ClaimedRow("A", 10, 1), ClaimedRow("B", 7, 2)))
    found = rivals(scored("1 R1: a b", rules(), claim))
    assert survivor(found, "stages.race.award.drivers.scale", "10-7-4-3-2-1").better == 1
    assert [one for one in found.refuted if one.mutation.after == "10-5-4-3-2-1"] == []  # as wrong as the rules


def test_points_of_a_round_are_claims_too() -> None:
    claim = say(PointsClaimed, id="c", standing="drivers", round=1, rows=(ClaimedRow("A", 10), ClaimedRow("B", 6)))
    found = rivals(scored("1 R1: a b", rules(), claim))
    assert refuted(found, "stages.race.award.drivers.scale", "9-6-4-3-2-1").claim == "c"


def test_without_claims_nothing_can_be_refuted() -> None:
    assert rivals(scored("1 R1: a b", rules())).refuted == ()


def test_progress_is_told() -> None:
    seen: list[tuple[str, int, int]] = []
    rivals(claimed(scored("1 R1: a b", rules())), lambda *said: seen.append(said))
    assert seen[0][0] == "rivals"
    assert {doing for doing, _, _ in seen} == {"rivals", "results"}


# --- rulings ---------------------------------------------------------------------------------


def test_whether_those_behind_moved_up_is_put_to_the_claims() -> None:
    out = say(Disqualification, id="out", entry="b", round=1, session="R1", promote=False)
    found = rivals(claimed(scored("1 R1: a b c", rules(), out)))
    assert refuted(found, "disqualification out: promote", "those behind move up").competitor == "C"
    # Of a last car it makes no difference; one more behind it would.
    out = evolve(out, entry="c")
    found = rivals(claimed(scored("1 R1: a b c", rules(), out)))
    assert survivor(found, "disqualification out: promote", "those behind move up").apart is not None


def test_whether_an_ineligible_car_holds_its_place_is_put_to_the_claims() -> None:
    out = say(EligibilitySet, id="out", entry="b", scores=False, holds_place=True)
    found = rivals(claimed(scored("1 R1: a b c", rules(), out)))
    assert refuted(found, "eligibility-set out: holds_place", "those behind move up").lines == 1


# --- mutations -------------------------------------------------------------------------------


def mutated(book: Ruleset, text: str = "1 R1: a b", *more: Event, **fields: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in mutations(book, told(text, *more, **fields), ["drivers"]):
        found.setdefault(one.key, []).append(one.after)
    return found


@pytest.mark.parametrize(
    ("counts", "others"),
    [
        ([], ["all but 1", "all but 2"]),
        (
            [{"best": 2}],
            [
                "everything", "best 1", "best 3",
                "best 1 of the first half and best 1 of the second half (first half the larger)",
            ],
        ),
        (
            [{"drop": 1, "half": 1}, {"drop": 1, "half": 2}],
            [
                "everything",
                "all but 0 of the first half and all but 1 of the second half (first half the larger)",
                "all but 2 of the first half and all but 1 of the second half (first half the larger)",
                "all but 1 of the first half and all but 0 of the second half (first half the larger)",
                "all but 1 of the first half and all but 2 of the second half (first half the larger)",
                "all but 1 of the first half and all but 1 of the second half (second half the larger)",
                "all but 2",
            ],
        ),
        (
            [{"best": 3, "half": 1}, {"best": 2, "half": 2}],
            [
                "everything",
                "best 2 of the first half and best 2 of the second half (first half the larger)",
                "best 3 of the first half and best 1 of the second half (first half the larger)",
                "best 3 of the first half and best 3 of the second half (first half the larger)",
                "best 3 of the first half and best 2 of the second half (second half the larger)",
                "best 5",
            ],
        ),
        ([{"best": 1, "first": 2}], ["everything", "best 2 of rounds 2 to the last"]),
    ],
)  # fmt: skip
def test_counts_a_step_away(counts: Sequence[Any], others: list[str]) -> None:
    book = rules(RACE, {"standings.drivers.counts": counts})
    text = "\n".join(f"{number} R1: a b" for number in range(1, 5))
    found = mutated(book, text)["standings.drivers.counts"]
    assert list(dict.fromkeys(found)) == others


def test_scales_a_step_away() -> None:
    found = mutated(rules(RACE, {"stages.race.award.drivers": [2, 1]}))["stages.race.award.drivers.scale"]
    assert found == ["1-1", "3-1", "2-0", "2-2", "2-1-1"]
    found = mutated(rules(RACE, {"stages.race.award.drivers": [3, Fraction(5, 2)]}))["stages.race.award.drivers.scale"]
    assert found == ["2-2.5", "4-2.5", "3-1.5", "3-3.5", "3-2.5-1", "3"]


def test_ties_a_step_away() -> None:
    book = rules(RACE, {"standings.drivers.ties": ["event wins", "countback"]})
    assert mutated(book)["standings.drivers.ties"] == [
        "countback",
        "event wins (scoring), then countback",
        "event wins",
        "event wins, then countback (scoring)",
        "countback, then event wins",
        "event wins, then countback, then earliest best",
        "event wins, then countback, then latest round",
    ]


def test_counted_results_are_asked_for_where_some_do_not_count() -> None:
    book = rules(RACE, {"standings.drivers.ties": ["countback"], "standings.drivers.counts": [{"best": 1}]})
    found = mutated(book)["standings.drivers.ties"]
    assert "countback (counted)" in found
    assert "countback, then event wins" not in found  # with which a countback begins


def test_fastest_lap_conditions_a_step_away() -> None:
    bonus = {
        "id": "lap",
        "feat": "fastest-lap",
        "award": {"drivers": 1},
        "stage": "race",
        "classified": 10,
        "completed": 0.5,
    }
    found = mutated(rules(RACE, {"bonuses": [bonus]}))
    assert {key.removeprefix("bonuses.lap."): after for key, after in found.items() if key.startswith("bonuses")} == {
        "award": ["0 in drivers", "2 in drivers"],
        "shared": ["split", "none"],
        "classified": ["not said", "0", "9", "11"],
        "completed": ["not said"],
    }


def test_crews_and_cars_are_mutated_where_there_are_any() -> None:
    plain = mutated(rules())
    assert not any(key.endswith((".crew", ".cars", ".own_shares")) for key in plain)
    shared = mutated(rules(), cars=[car("a", "A", "C")])
    assert shared["standings.drivers.crew"] == ["share", "nothing"]
    assert shared["standings.drivers.own_shares"] == ["best"]


def test_shortened_races_and_multipliers_are_mutated() -> None:
    half = {"stages": ["race"], "below": 0.75, "factor": 0.5}
    found = mutated(rules(RACE, {"shortened": [half], "multipliers": [{"last": 1, "factor": 2}]}))
    assert found["shortened.0"] == ["full points"]
    assert found["shortened.0.unless_resumed"] == ["yes"]
    assert found["multipliers.0"] == ["single points"]


def test_every_mutation_is_another_rule_and_changes_only_what_it_says() -> None:
    book = rules(RACE, {"standings.drivers.ties": ["event wins"], "standings.drivers.counts": [{"best": 2}],
                        "multipliers": [{"last": 1, "factor": 2}]})  # fmt: skip
    of = scored("1 R1: a b\n2 R1: b a", book)
    for one in mutations(book, of.season, ["drivers"]):
        changed = one.of(of.rules).season
        assert changed != book, one.key
        assert (changed.title, changed.winner, len(changed.stages)) == (book.title, book.winner, 1)
        assert isinstance(one, Mutation)


# --- results that might have been ------------------------------------------------------------


def supposed(text: str, book: Ruleset | None = None, *more: Event) -> dict[str, str]:
    """Every hypothesis in words, and the table that comes of it."""
    of = scored(text, book or rules(), *more)
    return {
        f"{one.round} {one.where}: {one.what.format(*one.entries)}": table(score(of.season.apply(one.event), of.rules))
        for one in hypotheses(of.season, of.ruleset)
    }


def test_hypotheses_amend_one_result() -> None:
    assert supposed("1 R1: a b c") == {
        "1 R1: b in place 1, before a": "1 B 10, 2 A 6, 3 C 4",
        "1 R1: c in place 2, before b": "1 A 10, 2 C 6, 3 B 4",
        "1 R1: a and b level in place 1": "1 A 8, 1 B 8, 3 C 4",
        "1 R1: b and c level in place 2": "1 A 10, 2 B 5, 2 C 5",
        "1 R1: a disqualified from place 1": "1 B 10, 2 C 6, 3 A 0",
        "1 R1: b disqualified from place 2": "1 A 10, 2 C 6, 3 B 0",
        "1 R1: c disqualified from place 3": "1 A 10, 2 B 6, 3 C 0",
        "1 R1: a retired from place 1": "1 B 10, 2 C 6, 3 A 0",
        "1 R1: b retired from place 2": "1 A 10, 2 C 6, 3 B 0",
        "1 R1: c retired from place 3": "1 A 10, 2 B 6, 3 C 0",
    }


def test_fastest_laps_and_stopped_races_are_tried_where_the_rules_ask() -> None:
    bonus = {"id": "lap", "feat": "fastest-lap", "award": {"drivers": 1}, "shared": "split"}
    half = {"stages": ["race"], "below": 0.75, "factor": 0.5}
    lap = say(FeatRecorded, round=1, feat="fastest-lap", session="R1", rows=(FeatBy("a"),))
    short = say(SessionShortened, round=1, session="R1", completed=Fraction(1, 2))
    found = supposed("1 R1: a b c/DNF", rules(RACE, {"bonuses": [bonus], "shortened": [half]}), lap, short)
    assert found["1 R1: fastest lap by b (place 2)"] == "1 A 5, 2 B 4, 3 C 0"
    assert found["1 R1: fastest lap by b as well"] == "1 A 5.5, 2 B 3.5, 3 C 0"
    assert found["1 R1: fastest lap by c (not classified)"] == "1 A 5, 2 B 3, 3 C 1"
    assert found["1 R1: stopped after 90 percent, not resumed"] == "1 A 11, 2 B 6, 3 C 0"
    assert found["1 R1: run in full"] == "1 A 11, 2 B 6, 3 C 0"


def test_times_go_with_the_places() -> None:
    of = scored("1 R1: a@60 b@61", rules(RACE, {"stages.race.rank": "time"}))
    first, second, *_ = hypotheses(of.season, of.ruleset)
    assert table(score(of.season.apply(first.event), of.rules)) == "1 B 10, 2 A 6"
    assert table(score(of.season.apply(second.event), of.rules)) == "1 A 8, 1 B 8"  # level on time


def test_a_dead_heat_for_the_last_seat_sends_both_on() -> None:
    text = """
    winner = "final"
    stages = [
      { id = "semis", sessions = ["SF1", "SF2"], advance = [{ to = ["F"], from_each = 1 }] },
      { id = "final", sessions = ["F"], award.drivers = [3, 2, 1] },
    ]
    standings = [{ id = "drivers" }]
    """
    of = scored("1 SF1: a=b\n1 SF2: c d\n1 F: a b c", rules(text))
    assert [note.entry for note in of.rounds[0].notes] == []


# --- the command -----------------------------------------------------------------------------


@pytest.fixture
def club(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    of = claimed(scored("1 R1: a b\n2 R1: b a", rules(FEW)))
    (tmp_path / "rulesets").mkdir()
    (tmp_path / "rulesets" / "club.toml").write_text(HEAD + FEW, "utf-8")
    (tmp_path / "events").mkdir()
    lines = b"".join(canonical(event) + b"\n" for event in of.season.events.values())
    (tmp_path / "events" / "cup.jsonl").write_bytes(lines)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_command_tells_rivals_in_words(club: Path) -> None:
    result = CliRunner().invoke(cli, ["verify", "cup", "--rivals"])
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    lines = result.stdout.splitlines()
    assert re.fullmatch(
        r"cup: \d+ rivals of the rules tried; the claims refute \d+, and \d+ fit them as well", lines[0]
    )
    at = lines.index("    standings.drivers.counts: all but 1 (the rules: everything)")
    assert lines[at + 1] == (
        "      round 2, R1, with A in place 1, before B: drivers after round 2, A 20 in place 1 by the rules, "
        "10 in place 1 by the rival"
    )
    assert "  Refuted by the fewest lines:" in lines


def test_the_command_tells_rivals_for_programs(club: Path) -> None:
    (found,) = orjson.loads(CliRunner().invoke(cli, ["verify", "cup", "--rivals", "--format", "json"]).stdout)
    assert (found["season"], found["tried"]) == ("cup", len(found["survivors"]) + len(found["refuted"]))
    one = next(one for one in found["survivors"] if one["rival"] == "all but 1")
    assert one["apart"] == {
        "round": 2,
        "where": "R1",
        "result": "round 2, R1, with A in place 1, before B",
        "standing": "drivers",
        "after_round": 2,
        "competitor": "A",
        "rules": {"points": "20", "position": 1},
        "rival": {"points": "10", "position": 1},
    }
    assert set(found["refuted"][0]) == {"key", "rules", "rival", "lines", "by"}
