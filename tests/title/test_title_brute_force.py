"""Who can still win, against every way in which a small season can still go."""

import os

from hypothesis import HealthCheck, given, settings

from rxscore.scoring import score
from rxscore.title.chances import Prospects
from rxscore.title.play import cut, replay
from unfinished_seasons import Small, positions, rulebook, season, smalls

EXAMPLES = int(os.environ.get("RXSCORE_EXAMPLES", "150"))


@given(smalls())
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_verdicts_are_those_of_every_way_to_go_on(small: Small) -> None:
    truth = positions(small)
    rules, known = rulebook(small), season(small)
    prospects = Prospects(known, rules, rules.season.standing("table"))
    after = len(small.past)
    for position in range(1, len(small.owners) + 1):
        chances = prospects.chances(after, position)
        said = {one.competitor: one for one in chances.verdicts}
        assert set(said) == set(truth)
        for owner, (best, worst) in truth.items():
            one = said[owner]
            expected = "clinched" if worst <= position else "alive" if best <= position else "eliminated"
            assert one.status == expected, (owner, position, truth, one)
            if one.witness is not None:
                base = score(cut(known, after), rules)
                table = replay(base, rules, chances.rounds_left, one.witness).table("table")
                row = table.row(owner)
                assert row is not None
                assert row.position is not None
                assert row.position <= position
