"""What if? A season's history and rules with edits, replayed, and compared with what really happened. Pure."""

from rxscore.whatif.compare import Comparison, Move, compare
from rxscore.whatif.edits import DropRound, Edit, OtherRules, SetRule, Variant, Without, edited, told

__all__ = [
    "Comparison",
    "DropRound",
    "Edit",
    "Move",
    "OtherRules",
    "SetRule",
    "Variant",
    "Without",
    "compare",
    "edited",
    "told",
]
