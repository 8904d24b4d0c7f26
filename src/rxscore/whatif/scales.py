"""Points scales by the thousand: drawn at random, taken from real rules, or as near to a given one as can be.

All are whole numbers of some part of a point, so that they stay exact.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import numpy as np

from rxscore.events import Points
from rxscore.rulesets import Scale
from rxscore.whatif.batch import Whole

FINE = 1000
"""So many steps there are between nothing and the winner's points in a scale drawn at random."""


def drawn(number: int, top: Points, places: int, *, convex: bool, seed: int) -> tuple[Whole, int]:
    """Random scales that never rise, the winner having ``top`` points: whole numbers, and of what part of a point.

    Every such scale is as likely as any other. ``convex``: only those in which no step between two places is
    greater than the one above it.
    """
    random = np.random.default_rng(seed)
    top = Fraction(top)
    if not convex:
        lower = random.integers(0, FINE, size=(number, places - 1), endpoint=True)
        lower[:, ::-1].sort(axis=1)
        first = np.full((number, 1), FINE)
        return np.hstack([first, lower]).astype(np.int64) * top.numerator, FINE * top.denominator
    # A convex scale is a mean of straight ones, each falling to nothing behind so many places.
    cuts = np.sort(random.integers(0, FINE, size=(number, places - 1), endpoint=True), axis=1)
    edges = np.hstack([np.zeros((number, 1), dtype=np.int64), cuts, np.full((number, 1), FINE)])
    weights = np.diff(edges, axis=1)
    whole = lcm(*range(1, places + 1))
    straight = np.array(
        [[max(last - place, 0) * (whole // last) for place in range(places)] for last in range(1, places + 1)],
        dtype=np.int64,
    )
    return (weights @ straight) * top.numerator, FINE * whole * top.denominator


def values(scale: Scale, places: int) -> list[Points] | None:
    """The points of the first so many places, or None where some are not known."""
    found = [scale.at(place) for place in range(1, places + 1)]
    return None if None in found else [points for points in found if points is not None]


def together(scales: Sequence[Sequence[Points]]) -> tuple[Whole, int]:
    """Scales as one array of whole numbers (shorter ones filled up with nothing), and of what part of a point."""
    places = max(map(len, scales), default=0)
    over = lcm(*(points.denominator for scale in scales for points in scale))
    rows = [[int(points * over) for points in scale] + [0] * (places - len(scale)) for scale in scales]
    return np.array(rows, dtype=np.int64).reshape(len(scales), places), over


def at_distance(scale: Sequence[int], distance: int, most: int) -> Whole | None:
    """Every scale of whole numbers that never rises and differs by so much in all, over all places.

    None, if there are more than ``most`` on the way there.
    """
    found = np.zeros((1, 0), dtype=np.int64)
    left = np.array([distance], dtype=np.int64)
    for index, worth in enumerate(scale):
        last = index == len(scale) - 1
        grown, remaining = [], []
        for change in range(-distance, distance + 1):
            here = worth + change
            fits = (left == abs(change)) if last else (left >= abs(change))
            if index:
                fits &= found[:, -1] >= here
            if here >= 0 and fits.any():
                chosen = found[fits]
                grown.append(np.hstack([chosen, np.full((len(chosen), 1), here, dtype=np.int64)]))
                remaining.append(left[fits] - abs(change))
        if sum(map(len, grown)) > most:
            return None
        found = np.concatenate(grown) if grown else np.zeros((0, index + 1), dtype=np.int64)
        left = np.concatenate(remaining) if remaining else np.zeros(0, dtype=np.int64)
    return found
