"""How strong everybody is, as far as the results tell: Plackett-Luce, drawn towards the middle of the field."""

from collections.abc import Mapping, Sequence

from attrs import frozen

from rxscore.problems import UserError
from rxscore.scoring import Scored

SHRINKAGE = 0.5
"""The weight of the prior: log-strengths are taken to be normal around that of an average car, with variance
1 / (2 * SHRINKAGE). The fewer results a car has, the nearer it stays to the average."""

AS_STARTS = 10.0
"""A car's own rate of retirement counts against that of the whole field as if the latter were so many starts."""


@frozen
class Strengths:
    """By entry: the log-strength (0 is an average car), and how often a start ends in a retirement.

    ``doubt``: how far the results leave the strengths open: to an entry's strength the sum of these numbers is added,
    each times a normal deviate that is the same for everybody. Nothing said: known for certain.
    """

    strength: Mapping[str, float]
    retires: Mapping[str, float]
    doubt: Mapping[str, tuple[float, ...]] = {}

    @property
    def deviates(self) -> int:
        """On how many normal deviates the strengths turn."""
        return max(map(len, self.doubt.values()), default=0)

    @classmethod
    def equal(cls, entries: Sequence[str]) -> "Strengths":
        """Everybody alike, and nobody retires."""
        return cls(dict.fromkeys(entries, 0.0), dict.fromkeys(entries, 0.0))


def needed() -> None:
    """See that the libraries are there. Raises UserError, saying what to install."""
    try:
        import choix  # noqa: F401
        import numpy  # noqa: F401
    except ImportError:
        raise UserError("odds need NumPy and choix: pip install 'rxscore[odds]'") from None


def fitted(base: Scored, entries: Sequence[str]) -> Strengths:
    """The strengths of the entries by the contests so far: every session (or race of one) is one ranking.

    Who did not finish is left out of the ranking and counted as retired; who did not start, or was disqualified, says
    nothing. An entry without results is an average car. Raises UserError where the library is missing.
    """
    needed()
    import choix

    number = {entry: index for index, entry in enumerate(entries)}
    rankings: list[tuple[int, ...]] = []
    starts, retired = dict.fromkeys(entries, 0), dict.fromkeys(entries, 0)
    for round_ in base.rounds:
        for stage in round_.rules.stages:
            found = round_.stages.get(stage.id)
            if found is None or not stage.sessions:
                continue
            for rows in [contest.rows for contest in found.contests] or [found.rows]:
                placed = [
                    (row.place, row.entry)
                    for row in rows
                    if row.status == "classified" and row.place is not None and row.entry in number
                ]
                if len(placed) > 1:
                    rankings.append(tuple(number[entry] for _, entry in sorted(placed)))
                for row in rows:
                    if row.entry in number and row.status in ("classified", "NC", "DNF"):
                        starts[row.entry] += 1
                        retired[row.entry] += row.status == "DNF"
    every = sum(starts.values())
    overall = sum(retired.values()) / every if every else 0.0
    rates = {
        entry: (retired[entry] + AS_STARTS * overall) / (starts[entry] + AS_STARTS) for entry in entries
    }  # fmt: skip
    values = choix.opt_rankings(len(entries), rankings, alpha=SHRINKAGE) if rankings else [0.0] * len(entries)
    strengths = [float(value) for value in values]
    open_ = _doubt(strengths, rankings)
    return Strengths(
        dict(zip(entries, strengths, strict=True)), rates, dict(zip(entries, open_, strict=True))
    )  # fmt: skip


def _doubt(values: Sequence[float], rankings: Sequence[Sequence[int]]) -> list[tuple[float, ...]]:
    """What the rankings leave open, by Laplace's approximation: a square root of the covariance, a row for each."""
    import numpy as np

    precision = np.eye(len(values)) * 2 * SHRINKAGE
    weights = np.exp(np.array(values))
    for ranking in rankings:
        for first in range(len(ranking) - 1):
            left = np.array(ranking[first:])
            share = weights[left] / weights[left].sum()
            precision[np.ix_(left, left)] += np.diag(share) - np.outer(share, share)
    root = np.linalg.cholesky(np.linalg.inv(precision))
    return [tuple(map(float, row)) for row in root]
