"""What is told of a season in which results are lost, against every season that it may have been."""

from collections.abc import Mapping

from attrs import evolve
from hypothesis import HealthCheck, given, settings

from rxscore.events import Points
from rxscore.scoring import RoundScore, score
from unfinished_seasons import KNOCK_OUT
from unfinished_varieties import Varied, fills, rulebook, season, varieties


def points(played: RoundScore) -> Mapping[str, Points]:
    """What everybody got in a round."""
    found: dict[str, Points] = {}
    for award in played.awards["table"]:
        found[award.competitor] = found.get(award.competitor, 0) + award.points
    return found


def with_a_guest(one: Varied) -> Varied:
    """The season with a car of which the standing takes no note, so that those behind it move up."""
    return (
        one if one.format in KNOCK_OUT else evolve(one, guests=one.guests or {min(one.crews)}, guests_are="invisible")
    )


@given(varieties(whole=False).map(with_a_guest))
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_points_are_at_least_what_is_told_and_at_most_what_the_limits_say(one: Varied) -> None:
    """Under scales that do not rise; one who is not said to be open has what is told."""
    one = evolve(one, scales={stage: tuple(sorted(scale, reverse=True)) for stage, scale in one.scales.items()})
    rules = rulebook(one)
    told = {played.number: played for played in score(season(one), rules).rounds}
    for fill in fills(one):
        for played in score(season(fill), rules).rounds:
            mine, known = points(played), told[played.number]
            limits, missing = known.bounded.get("table", {}), known.missing.get("table", ())
            for name in one.everybody:
                least, truth = points(known).get(name, 0), mine.get(name, 0)
                assert least <= truth, (name, played.number)
                if name not in known.open.get("table", ()):
                    assert truth == least, (name, played.number)
                elif name not in missing:
                    assert truth <= least + sum(limit.points for limit in limits[name]), (name, played.number)
