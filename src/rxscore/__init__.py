"""Score motorsport championships: race logs in, standings with reasons out.

The public API is the few names below; everything else may change between versions.

    >>> import rxscore
    >>> season = rxscore.open_season("worldrx/2016")
    >>> table = season.scored().table("drivers")
    >>> [(row.position, row.competitor, row.points) for row in table.rows[:2]]
    [(1, 'mattias-ekstrom', 272), (2, 'johan-kristoffersson', 240)]
    >>> season.verify().totals["contradicted"]
    1
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rxscore.api import Opened, open_season
    from rxscore.events import Event
    from rxscore.problems import Problem, UserError
    from rxscore.rulesets import Ruleset
    from rxscore.scoring import Award, Rulebook, Scored, Table, score
    from rxscore.season import Season, fold
    from rxscore.simulate import sensitivity, what_if
    from rxscore.sweeping import Sweep, sweep
    from rxscore.verify import Report
    from rxscore.whatif import WhatIf

_HOME = {
    "Award": "rxscore.scoring",
    "Event": "rxscore.events",
    "Opened": "rxscore.api",
    "Problem": "rxscore.problems",
    "Report": "rxscore.verify",
    "Rulebook": "rxscore.scoring",
    "Ruleset": "rxscore.rulesets",
    "Scored": "rxscore.scoring",
    "Season": "rxscore.season",
    "Table": "rxscore.scoring",
    "Sweep": "rxscore.sweeping",
    "UserError": "rxscore.problems",
    "WhatIf": "rxscore.whatif",
    "fold": "rxscore.season",
    "open_season": "rxscore.api",
    "score": "rxscore.scoring",
    "sensitivity": "rxscore.simulate",
    "sweep": "rxscore.sweeping",
    "what_if": "rxscore.simulate",
}

__all__ = [
    "Award",
    "Event",
    "Opened",
    "Problem",
    "Report",
    "Rulebook",
    "Ruleset",
    "Scored",
    "Season",
    "Sweep",
    "Table",
    "UserError",
    "WhatIf",
    "fold",
    "open_season",
    "score",
    "sensitivity",
    "sweep",
    "what_if",
]


def __getattr__(name: str) -> Any:
    """A public name, its module imported only now, so that the command line starts fast."""
    if name not in _HOME:
        raise AttributeError(f"module 'rxscore' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return list(__all__)
