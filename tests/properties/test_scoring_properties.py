"""What holds for every season under every rules, whatever happened in it."""

import itertools
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from attrs import evolve
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from random_seasons import CARS, falling, renamed, ruled, rulesets, seasons
from rxscore.events import EntryFiled, Event, PointsDeduction, Revocation, SessionResults
from rxscore.rulesets import Count, Ruleset
from rxscore.scoring import Rulebook, Scored, score
from rxscore.scoring.ranking import Step, ranked
from rxscore.season import Season, fold
from season_text import RACE, rules, say

few = settings(
    max_examples=max(settings().max_examples // 4, 25),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def scored(events: Sequence[Event], book: Ruleset) -> Scored:
    return score(fold(events), Rulebook(book))


def outcome(of: Scored) -> Any:
    """Everything that scoring says: classifications, awards, who is open, notes, tables after every round."""
    rounds = [
        (
            one.number,
            dict(one.stages),
            dict(one.awards),
            {key: set(value) for key, value in one.open.items() if value},
            one.notes,
        )
        for one in of.rounds
    ]
    return rounds, {standing.id: list(of.tables(standing.id)) for standing in of.ruleset.standings}


# --- events ----------------------------------------------------------------------------------


def corrections(told: Sequence[Event], data: Any) -> list[Event]:
    """Corrections of one of the results, each known on a day of its own, each of any of those before it."""
    results = [event for event in told if isinstance(event, SessionResults)]
    chain = [data.draw(st.sampled_from(results))] if results else []
    for number in range(data.draw(st.integers(1, 3)) if chain else 0):
        target, rows = data.draw(st.sampled_from(chain)), data.draw(st.permutations(chain[0].rows))
        changes = {"known": f"2024-07-{number + 1:02d}", "supersedes": target.id, "complete": False}
        chain.append(evolve(chain[0], id=f"c{9 - number}", rows=tuple(rows[: 1 + number]), **changes))
    return chain[1:]


@few
@given(seasons(), rulesets(), st.data(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter_and_replay_gives_the_same(
    told: list[Event], book: Ruleset, data: Any, random: Any
) -> None:
    told = [*told, *corrections(told, data)]
    expected = outcome(scored(told, book))
    assert outcome(scored(told, book)) == expected
    random.shuffle(told)
    assert outcome(scored(told, book)) == expected


@few
@given(seasons(), rulesets(), st.data(), st.randoms(use_true_random=False))
def test_scoring_on_from_every_prefix_is_scoring_from_the_start(
    told: list[Event], book: Ruleset, data: Any, random: Any
) -> None:
    """Whatever comes first: entries, results, rulings, corrections."""
    told = [*told, *corrections(told, data)]
    random.shuffle(told)
    rulebook = Rulebook(book)
    season, before = Season(), None
    for length, event in enumerate(told, start=1):
        season = season.apply(event)
        before = score(season, rulebook, before)
        if length > len(told) // 2:
            assert outcome(before) == outcome(scored(told[:length], book))


@few
@given(seasons(rulings=False), rulesets(), ruled(1))
def test_a_ruling_that_is_revoked_was_never_made(
    told: list[Event], book: Ruleset, ruling: Callable[[int], Event]
) -> None:
    made = ruling(0)
    revoked = say(Revocation, id="back", known="2024-07-01", revokes=made.id)
    assert outcome(scored([*told, made, revoked], book)) == outcome(scored(told, book))
    again = say(Revocation, id="and-again", known="2024-07-02", revokes="back")
    assert outcome(scored([*told, revoked, again, made], book)) == outcome(scored([*told, made], book))


@few
@given(seasons(rulings=False), rulesets(), st.data())
def test_the_last_correction_wins_and_what_it_corrects_was_never_said(
    told: list[Event], book: Ruleset, data: Any
) -> None:
    chain = corrections(told, data)
    assume(chain)
    first = next(event.id for event in told if event.id == chain[0].supersedes)
    alone = evolve(chain[-1], supersedes=None)  # but for what it corrects a fact like any other
    others = [event for event in told if event.id != first]
    assert outcome(scored([*told, *chain], book)) == outcome(scored([*others, alone], book))


@few
@given(seasons(), rulesets(), st.permutations(CARS))
def test_other_names_give_the_same_table_under_other_names(told: list[Event], book: Ruleset, order: list[str]) -> None:
    names = dict(zip(CARS, order, strict=True))
    plain = scored(told, book).table("drivers")
    other = scored([renamed(event, names) for event in told], book).table("drivers")
    assert {
        names[row.competitor.lower()].upper(): (row.position, row.points, row.gross, row.open) for row in plain.rows
    } == {row.competitor: (row.position, row.points, row.gross, row.open) for row in other.rows}


# --- tables ----------------------------------------------------------------------------------


@few
@given(seasons(), rulesets())
def test_positions_are_without_gaps_but_for_ties_and_follow_the_points(told: list[Event], book: Ruleset) -> None:
    season = scored(told, book)
    for standing in ("drivers", "teams"):
        for table in season.tables(standing):
            rows = [row for row in table.rows if row.position is not None]
            for index, row in enumerate(rows):
                level = index and row.position == rows[index - 1].position
                assert level or row.position == index + 1
                assert not index or rows[index - 1].points >= row.points
                if level:
                    assert rows[index - 1].points == row.points
                    assert row.tie.endswith("level")


@few
@given(seasons(), rulesets())
def test_the_ledger_adds_up_to_every_total(told: list[Event], book: Ruleset) -> None:
    season = scored(told, book)
    for standing in ("drivers", "teams"):
        taken = [event for event in season.season.general(PointsDeduction) if event.standing == standing]
        for table in season.tables(standing):
            after = table.after_round or 0
            for row in table.rows:
                given_ = sum(one.points for one in season.awards(standing, row.competitor) if one.round <= after)
                first = min(season.season.numbers)
                less = sum(
                    event.points
                    for event in taken
                    if event.competitor == row.competitor and (event.round or first) <= after
                )
                if row.tie != "excluded":
                    assert row.gross == given_ - less
                    assert row.points == row.gross - sum(one.points for one in row.dropped)
                    assert all(type(points) in (int, Fraction) for points in (row.points, row.gross))


@few
@given(seasons(), rulesets())
def test_a_better_place_never_scores_less(told: list[Event], book: Ruleset) -> None:
    """Of cars that finished in a place, under a scale that does not rise."""
    for one in scored(told, book).rounds:
        final = one.stages.get("final")
        worth = {award.entry: award.points for award in one.awards["drivers"] if award.stage == "final"}
        if final is not None:
            placed = [row for row in final.rows if row.place is not None and row.entry != "f"]
            for ahead, behind in itertools.pairwise(placed):
                assert worth.get(ahead.entry, 0) >= worth.get(behind.entry, 0)


@few
@given(seasons(), rulesets(**{"standings.drivers.counts": []}), st.integers(1, 4))
def test_drops_never_raise_a_total_and_leave_the_best(told: list[Event], book: Ruleset, best: int) -> None:
    told = [event for event in told if not isinstance(event, PointsDeduction)]
    standings = (evolve(book.standings[0], counts=(Count(best=best),)), *book.standings[1:])
    whole, counted = scored(told, book), scored(told, evolve(book, standings=standings))
    for competitor, account in counted.accounts("drivers").items():
        full = whole.accounts("drivers")[competitor]
        rounds: dict[int, Any] = {}
        for award in whole.awards("drivers", competitor):
            rounds[award.round] = rounds.get(award.round, 0) + award.points
        assert account.points <= full.points == account.gross
        assert account.points == sum(sorted(rounds.values(), reverse=True)[:best])


@few
@given(
    seasons(rulings=False, complete=True),
    falling,
    st.lists(st.sampled_from(["event wins", "countback", "latest round"]), max_size=2),
)
def test_a_car_that_is_invisible_changes_nobody_by_going(told: list[Event], scale: list[int], ties: list[str]) -> None:
    book = rules(RACE.replace("R1", "F"), {"stages.race.award.drivers": scale, "standings.drivers.ties": ties})
    there = [evolve(event, guest=event.entry == "f") if isinstance(event, EntryFiled) else event for event in told]
    gone = [_without_f(event) if isinstance(event, SessionResults) else event for event in there]
    for with_it, without in zip(
        scored(there, book).tables("drivers"), scored(gone, book).tables("drivers"), strict=True
    ):
        assert with_it.rows == without.rows


def _without_f(event: SessionResults) -> SessionResults:
    place = next((row.place for row in event.rows if row.entry == "f" and row.place), 99)
    level = sum(row.place == place for row in event.rows)
    rows = [
        evolve(
            row,
            place=row.place - 1 if row.place and row.place > place else row.place,
            tied=row.tied and not (row.place == place and level == 2),
        )
        for row in event.rows
        if row.entry != "f"
    ]
    return evolve(event, rows=tuple(rows))


@few
@given(seasons(), rulesets(), st.sampled_from(CARS.upper()), st.integers(-5, 5))
def test_points_taken_off_in_one_standing_touch_no_other(
    told: list[Event], book: Ruleset, driver: str, points: int
) -> None:
    less = say(PointsDeduction, competitor=driver, standing="drivers", points=points)
    before, after = scored(told, book), scored([*told, less], book)
    assert list(before.tables("teams")) == list(after.tables("teams"))
    mine, theirs = before.accounts("drivers"), after.accounts("drivers")
    assert {name: one for name, one in mine.items() if name != driver} == {
        name: one for name, one in theirs.items() if name != driver
    }


# --- ties ------------------------------------------------------------------------------------

records = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=7)
CHAIN = [
    Step("one", lambda item: item[1][1], lambda item: str(item[1][1])),
    Step("two", lambda item: item[1][2], lambda item: str(item[1][2])),
]  # type: ignore[var-annotated]


@given(records)
def test_a_tie_break_chain_is_an_order(found: list[tuple[int, int, int]]) -> None:
    """Antisymmetric, transitive, and blind to who else is there: two alone come out as they do among all."""
    items = list(enumerate(found))
    place = {one.item: one.place for one in ranked(items, lambda item: item[1][0], CHAIN)}
    assert sorted(place) == items
    for one, other in itertools.combinations(items, 2):
        alone = {item.item: item.place for item in ranked([other, one], lambda item: item[1][0], CHAIN)}
        assert (place[one] < place[other]) is (alone[one] < alone[other])
        assert (place[one] == place[other]) is (one[1] == other[1])
