"""Published tables against computed ones, line by line, with a verdict for each."""

from rxscore.verify.verdicts import (
    VERDICTS,
    ClaimVerdict,
    Interval,
    Report,
    RowVerdict,
    Sums,
    Verdict,
    difference_text,
    verify,
)

__all__ = [
    "VERDICTS",
    "ClaimVerdict",
    "Interval",
    "Report",
    "RowVerdict",
    "Sums",
    "Verdict",
    "difference_text",
    "verify",
]
