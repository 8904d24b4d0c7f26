"""How strong everybody is, as far as the results tell: Plackett-Luce, drawn towards the middle of the field."""

from collections.abc import Mapping, Sequence

from attrs import frozen

from rxscore.problems import UserError
from rxscore.scoring import Scored

SHRINKAGE = 0.5
"""The weight of the prior: log-strengths are taken to be normal around that of an average car, with variance
1 / (2 * SHRINKAGE). The fewer results a car has, the nearer it stays to the average."""

FRONT = 6
"""So many places of a ranking tell something of strength, from the first one on: who was chosen by it among all who
were left. Far behind, luck decides the order (a spin, a stop for repairs), and a strong car that once came in last
would count as a weak one. Looked back at over Formula One the errors are smaller so: see docs/odds.md."""

AS_STARTS = 10.0
"""A car's own rate of retirement counts against that of the whole field as if the latter were so many starts."""


Choice = tuple[int, tuple[int, ...]]
"""A place of a ranking: who took it, and who was left."""


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

    Of a ranking the first places count, each as a choice among all who are behind it.

    Who did not finish is left out of the ranking and counted as retired; who did not start, or was disqualified, says
    nothing. An entry without results is an average car. Raises UserError where the library is missing.
    """
    needed()
    import choix

    number = {entry: index for index, entry in enumerate(entries)}
    choices: list[Choice] = []
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
                order = tuple(number[entry] for _, entry in sorted(placed))
                choices += [(order[place], order[place + 1 :]) for place in range(min(len(order) - 1, FRONT))]
                for row in rows:
                    if row.entry in number and row.status in ("classified", "NC", "DNF"):
                        starts[row.entry] += 1
                        retired[row.entry] += row.status == "DNF"
    every = sum(starts.values())
    overall = sum(retired.values()) / every if every else 0.0
    rates = {
        entry: (retired[entry] + AS_STARTS * overall) / (starts[entry] + AS_STARTS) for entry in entries
    }  # fmt: skip
    values = choix.opt_top1(len(entries), choices, alpha=SHRINKAGE) if choices else [0.0] * len(entries)
    strengths = [float(value) for value in values]
    open_ = _doubt(strengths, choices)
    return Strengths(
        dict(zip(entries, strengths, strict=True)), rates, dict(zip(entries, open_, strict=True))
    )  # fmt: skip


def _doubt(values: Sequence[float], choices: Sequence[Choice]) -> list[tuple[float, ...]]:
    """What the choices leave open, by Laplace's approximation: a square root of the covariance, a row for each."""
    import numpy as np

    precision = np.eye(len(values)) * 2 * SHRINKAGE
    weights = np.exp(np.array(values))
    for chosen, others in choices:
        left = np.array((chosen, *others))
        share = weights[left] / weights[left].sum()
        precision[np.ix_(left, left)] += np.diag(share) - np.outer(share, share)
    root = np.linalg.cholesky(np.linalg.inv(precision))
    return [tuple(map(float, row)) for row in root]
