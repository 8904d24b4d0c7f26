"""An archive at a glance: what each season has, how much of what was published it settles, what it does not know."""

from collections.abc import Iterable

from attrs import frozen

from rxscore.events import GapNoted
from rxscore.season import Season
from rxscore.verify.verdicts import Report


@frozen
class Holding:
    """What an archive holds: of one season, or of all of them.

    ``held`` of the rounds ``scheduled`` are known to have been run. ``reproduced``, ``consistent``, ``undecided``
    and ``contradicted`` count the published lines; ``known`` of the contradicted ones are on record with their
    reason. ``gaps``: how many things are said to be not known.
    """

    name: str
    title: str
    held: int
    scheduled: int
    events: int
    reproduced: int
    consistent: int
    undecided: int
    contradicted: int
    known: int
    gaps: int


def holding(name: str, season: Season, report: Report) -> Holding:
    """What the log of that name holds."""
    rounds = [season.rounds[number] for number in season.numbers]
    verdicts = report.totals
    return Holding(
        name,
        season.opened.name if season.opened is not None else "",
        held=sum(round_.held for round_ in rounds),
        scheduled=sum(round_.scheduled is not None for round_ in rounds),
        events=len(season.events),
        reproduced=verdicts["reproduced"],
        consistent=verdicts["consistent"],
        undecided=verdicts["undecided"],
        contradicted=verdicts["contradicted"],
        known=sum(bool(row.known) for claim in report.claims for row in claim.rows),
        gaps=len(season.general(GapNoted)),
    )


def altogether(holdings: Iterable[Holding]) -> Holding:
    """The sum of all holdings; its title says how many they are."""
    seasons = list(holdings)
    counted = (
        sum(getattr(one, field) for one in seasons)
        for field in (
            "held", "scheduled", "events", "reproduced", "consistent", "undecided", "contradicted", "known", "gaps",
        )
    )  # fmt: skip
    return Holding("total", f"{len(seasons)} season{'s' * (len(seasons) != 1)}", *counted)
