"""What if? A season's history and rules with edits, replayed, and compared with what really happened. Pure."""

from rxscore.whatif.compare import Change, Comparison, Handed, Move, changes, compare, handed, parting
from rxscore.whatif.doubt import in_doubt
from rxscore.whatif.edits import (
    VERBS,
    AddEvent,
    ChangeEvent,
    CorrectResult,
    DropRound,
    Edit,
    ExcludeCompetitor,
    OtherRules,
    RemoveCompetitor,
    RepeatRound,
    RestoreRound,
    SetRule,
    Swap,
    UnsetRule,
    VoidRound,
    WeighRound,
    Without,
    edited,
    told,
)
from rxscore.whatif.matching import Matching, matched
from rxscore.whatif.outcome import WhatIf
from rxscore.whatif.scenario import Scenario, composed, made_of
from rxscore.whatif.variant import Variant

__all__ = [
    "VERBS",
    "AddEvent",
    "Change",
    "ChangeEvent",
    "Comparison",
    "CorrectResult",
    "DropRound",
    "Edit",
    "ExcludeCompetitor",
    "Handed",
    "Matching",
    "Move",
    "OtherRules",
    "RemoveCompetitor",
    "RepeatRound",
    "RestoreRound",
    "Scenario",
    "SetRule",
    "Swap",
    "UnsetRule",
    "Variant",
    "VoidRound",
    "WeighRound",
    "WhatIf",
    "Without",
    "changes",
    "compare",
    "composed",
    "edited",
    "handed",
    "in_doubt",
    "made_of",
    "matched",
    "parting",
    "told",
]
