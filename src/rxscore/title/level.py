"""Who is ahead of whom on level points, as far as that does not turn on what places are worth.

A step that looks only at places that score turns on how many places score, and no more on points than that.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from rxscore.rulesets import Scale, Standing, TieStep
from rxscore.scoring import Scored
from rxscore.scoring.accounts import Account
from rxscore.scoring.standings import scale_of, tie_steps
from rxscore.whatif.varied import Slot, with_scale

Ahead = bool | None
"""Whether one is ahead; None: that turns on points."""


@frozen(eq=False)
class Level:
    """The tie-break chain of a standing, worked out. Made by ``on_level_points``.

    ``slot``: on the number of whose scoring places the chain turns (None: on none). ``compared``: by that number, from
    0, what everybody shows, step by step; ``whole``: whether that is the whole chain.
    """

    slot: int | None
    compared: tuple[Mapping[str, list[Any]], ...]
    whole: bool

    def ahead(self, one: str, other: str) -> tuple[Ahead, ...]:
        """Whether ``one`` is ahead of ``other``, by the number of scoring places; level to the end is not ahead."""
        undecided: Ahead = False if self.whole else None
        return tuple(undecided if shown[one] == shown[other] else shown[one] < shown[other] for shown in self.compared)


def on_level_points(
    scored: Scored, standing: Standing, slots: Sequence[Slot], sizes: Sequence[int], accounts: Mapping[str, Account]
) -> Level:
    """What the tie-break chain says of the accounts. ``sizes``: by slot, how many places there are."""
    known = 0
    turning: set[int] = set()
    for step in standing.ties:
        on = _turns_on(step, scored, standing, slots)
        if on is None or len(turning | on) > 1:
            break
        known, turning = known + 1, turning | on
    if not turning:
        return Level(None, (_shown(scored, standing, known, accounts),), known == len(standing.ties))
    slot = min(turning)
    compared = []
    for scoring in range(sizes[slot] + 1):
        rules = with_scale(scored.rules, slots[slot], Scale((1,) * scoring))
        under = Scored(scored.season, rules, scored.rounds)
        compared.append(_shown(under, standing, known, accounts))
    return Level(slot, tuple(compared), known == len(standing.ties))


def _turns_on(step: TieStep, scored: Scored, standing: Standing, slots: Sequence[Slot]) -> set[int] | None:
    """The slot on the number of whose scoring places a step turns, if any; None if it turns on points."""
    if step.counted or step.kind in ("points", "best score"):
        return None
    if step.kind == "gross points":
        # Where nothing is dropped, who is level on points is level on these.
        return None if standing.counts else set()
    of = step.of or scored.ruleset.winner
    if not step.scoring or scale_of(scored.ruleset, standing, of) is None:
        return set()
    stage = next(stage.id for stage in scored.ruleset.stages if of in (stage.id, *stage.sessions))
    return {number for number, slot in enumerate(slots) if slot.stage == stage}


def _shown(scored: Scored, standing: Standing, known: int, accounts: Mapping[str, Account]) -> Mapping[str, list[Any]]:
    steps = tie_steps(scored, standing)
    if known < len(standing.ties):
        steps = steps[:known]
    skipped = [number for number, step in enumerate(standing.ties) if step.kind == "gross points"]
    return {
        name: [step.key(account) for number, step in enumerate(steps) if number not in skipped]
        for name, account in accounts.items()
    }
