"""What counts: rulesets as data, read from TOML and checked, inherited and compared as diffs."""

from rxscore.rulesets.model import (
    Advance,
    AwardRule,
    Bonus,
    Count,
    Multiplier,
    Outcome,
    Ruleset,
    Scale,
    Score,
    Shortened,
    Stage,
    Standing,
    TieStep,
    Unsettled,
    covers,
)
from rxscore.rulesets.patch import Difference, differences
from rxscore.rulesets.reading import Edit, Find, Source, assemble, build, edited, read

__all__ = [
    "Advance",
    "AwardRule",
    "Bonus",
    "Count",
    "Difference",
    "Edit",
    "Find",
    "Multiplier",
    "Outcome",
    "Ruleset",
    "Scale",
    "Score",
    "Shortened",
    "Source",
    "Stage",
    "Standing",
    "TieStep",
    "Unsettled",
    "assemble",
    "build",
    "covers",
    "differences",
    "edited",
    "read",
]
