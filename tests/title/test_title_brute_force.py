"""Who can still win, against every way in which a small season can still go."""

import os
from collections.abc import Mapping

from attrs import evolve
from hypothesis import HealthCheck, assume, event, example, given, settings

import unfinished_varieties as varied
from rxscore.rulesets import Standing
from rxscore.scoring import Rulebook, score
from rxscore.season import Season
from rxscore.title.chances import Chances, Prospects
from rxscore.title.inside import before_session
from rxscore.title.play import cut, replay
from unfinished_seasons import Small, positions, rulebook, season, smalls
from unfinished_varieties import Varied, begun, varieties

EXAMPLES = int(os.environ.get("RXSCORE_EXAMPLES", "120"))
WAYS = 6000
"""A season with more endings than this is left to those who have the time."""

NOT_IN_THE_MODEL = tuple(f"round {number}: " for number in range(1, 7))
"""How a reason begins why a round to come cannot be put into places: such rules are said to be undecided."""

seasons = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


def expected(best: int, worst: int, position: int) -> str:
    """What is to be said of one who can end between two positions."""
    return "clinched" if worst <= position else "alive" if best <= position else "eliminated"


def confirmed(chances: Chances, known: Season, rules: Rulebook) -> None:
    """Every witness puts its competitor where it says."""
    then = before_session(known, rules, chances.after, chances.before)[0] if chances.before else None
    base = score(then or cut(known, chances.after), rules)
    for one in chances.verdicts:
        assert (one.witness is not None) == (one.status in ("alive", "clinched"))
        if one.witness is not None:
            row = replay(base, rules, chances.rounds_left, one.witness).table("table").row(one.competitor)
            assert row is not None
            assert row.position is not None
            assert row.position <= chances.position


@given(smalls())
@seasons
def test_verdicts_are_those_of_every_way_to_go_on(small: Small) -> None:
    truth = positions(small)
    rules, known = rulebook(small), season(small)
    prospects = Prospects(known, rules, rules.season.standing("table"))
    for position in range(1, len(small.owners) + 1):
        chances = prospects.chances(len(small.past), position)
        said = {one.competitor: one for one in chances.verdicts}
        assert set(said) == set(truth)
        for owner, (best, worst) in truth.items():
            assert said[owner].status == expected(best, worst, position), (owner, position, truth, said[owner])
        confirmed(chances, known, rules)


def asked(one: Varied, position: int) -> tuple[Chances, Season, Rulebook, Standing]:
    rules, known = varied.rulebook(one), varied.season(one)
    standing = rules.season.standing("table")
    before = varied.SESSIONS[one.format][len(one.begun)] if one.begun else ""
    return Prospects(known, rules, standing).chances(max(one.past), position, before=before), known, rules, standing


@given(varieties())
@seasons
def test_whatever_rules_and_stewards_think_of(one: Varied) -> None:
    as_every_ending_says(one)


@given(begun())
@seasons
def test_a_round_under_way(one: Varied) -> None:
    as_every_ending_says(one)


def as_every_ending_says(one: Varied) -> None:
    assume(varied.ways(one) <= WAYS)
    truth = varied.positions(one)
    for position in range(1, len(one.everybody) + 1):
        chances, known, rules, _ = asked(one, position)
        said = {verdict.competitor: verdict for verdict in chances.verdicts}
        for owner, (best, worst) in truth.items():
            if owner in said and said[owner].how.startswith(NOT_IN_THE_MODEL):
                event(said[owner].how)
                assert said[owner].status == "undecided"
            elif owner in said:
                assert said[owner].status == expected(best, worst, position), (owner, position, truth, said[owner])
            else:
                # Who is not asked about has no place in the table, whatever happens.
                assert best == 10**6, (owner, truth)
        confirmed(chances, known, rules)


LOST = Varied(
    format="race", crews={"a": ("A",), "b": ("B",), "c": ("C",)}, of="driver", crew="each", teams={}, scoring=None,
    guests=frozenset("a"), guests_are="invisible", scales={"race": (1,)}, ties=(), drops=(), bonus=0, within=None,
    entered={1: ("b", "c"), 2: ("a", "b", "c"), 3: ("b", "c")},
    past={1: {"R": ("b", "c")}, 2: {"R": (None, "c", None)}},
    feats={}, cancelled=frozenset(), coefficients={1: 2}, double_last=False, deductions=(), excluded=(), decided=(),
    appears="started",
)  # fmt: skip
"""B won, for two points. Then C was second: behind B, or behind A, who is a guest, so that he won the point."""

DEAR = evolve(
    LOST, crews={car: (car.upper(),) for car in "abcd"}, of="team", teams={"a": "X", "b": "X", "c": "Y", "d": "X"},
    scoring=1, scales={"race": (0, 0, 0, 1)}, entered=dict.fromkeys((1, 2), tuple("abcd")),
    past={1: {"R": ("b", "d", None, "c")}}, coefficients={1: 2, 2: 2},
)  # fmt: skip
"""The last place alone is worth something. C has it for Y, unless A, a guest, was the one ahead of him."""


@given(varieties(whole=False))
@example(LOST)
@example(DEAR)
@seasons
def test_what_is_not_known_is_nobody_s_gain(one: Varied) -> None:
    filled = list(varied.fills(one))
    assume(sum(map(varied.ways, filled)) <= WAYS)
    truths: list[Mapping[str, tuple[int, int]]] = [varied.positions(fill) for fill in filled]
    for position in range(1, len(one.everybody) + 1):
        chances, _, _, _ = asked(one, position)
        for verdict in chances.verdicts:
            answers = {expected(*truth[verdict.competitor], position) for truth in truths}
            # Certain, or certainly out: whatever the lost results were. Possible: in any case, not only with luck.
            allowed = {"undecided"} | (answers if len(answers) == 1 else set())
            allowed |= {"alive"} if "eliminated" not in answers else set()
            assert verdict.status in allowed, (verdict, position, answers)
