"""The marks that stand beside a number, and what they mean."""

OPEN = "≥"
OPEN_MEANS = f"{OPEN}  at least: results are missing"
INFERRED = "*"
INFERRED_MEANS = f"{INFERRED}  rests on an inferred fact"
