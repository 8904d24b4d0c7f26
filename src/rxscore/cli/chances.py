"""Chances as they are printed."""

from typing import TYPE_CHECKING

from rxscore import charts

if TYPE_CHECKING:
    from rxscore.odds.forecast import Chance


def per_cent(chance: float) -> str:
    """A chance in per cent as people read it; what is rare or nearly certain is not rounded to never and always."""
    return charts.per_cent(chance)[:-1]


def whole(chance: float) -> str:
    """The same without a decimal, for many side by side; nothing for never."""
    if chance in (0.0, 1.0):
        return "100" if chance else ""
    return "<1" if chance < 0.01 else ">99" if chance > 0.99 else f"{chance * 100:.0f}"


def span(interval: tuple[float, float]) -> str:
    """Between which chances, in per cent."""
    low, high = interval
    return f"{low * 100:.1f} to {high * 100:.1f}"


def document(one: "Chance") -> dict[str, object]:
    """A chance for JSON, with its interval."""
    low, high = one.interval
    return {"chance": one.chance, "low": low, "high": high}
