"""The marks that stand beside a number, and what they mean; numbers of things in words."""

OPEN = "≥"
OPEN_MEANS = f"{OPEN}  at least: results are missing"
INFERRED = "*"
INFERRED_MEANS = f"{INFERRED}  rests on an inferred fact"


def counted(number: int, what: str) -> str:
    """``1 line``, ``2 lines``."""
    return f"{number} {what}{'' if number == 1 else 's'}"
