"""What there is to qualify for inside an event, and what is certain of a car: words that the other modules share."""

from typing import Literal

from attrs import frozen

from rxscore.rulesets import Advance

Status = Literal["through", "out", "open", "undecided"]


@frozen
class Goal:
    """What there is to qualify for: ``seats`` in the sessions ``to``, or (``spared``) not having to go there."""

    seats: int
    to: tuple[str, ...]
    advance: Advance
    spared: bool = False


@frozen
class Verdict:
    """What is certain of a car and a goal.

    ``session``: the next one it starts in, if any decides, and how many ``starters`` it has. ``sure``: the weakest
    place there that is enough whatever the others do; ``chance``: the weakest with which there still is a chance. 0: no
    place is; None: not settled.
    ``resting``: it goes on even if it starts in nothing that is to come.
    """

    entry: str
    status: Status
    session: str = ""
    sure: int | None = None
    chance: int | None = None
    resting: bool = False
    because: str = ""
    starters: int = 0


@frozen
class Duel:
    """What it takes to be ahead of one rival in the one session to come.

    ``behind``: for each of one's own places, the best of his that leaves him behind (1: any; None: he is ahead in any).
    """

    rival: str
    behind: tuple[int | None, ...]
