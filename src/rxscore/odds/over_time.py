"""The odds of a season after each of its rounds: how the chances of the title went."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from attrs import frozen

from rxscore.odds.forecast import Chance, Forecast, Prospects
from rxscore.problems import UserError
from rxscore.scoring import Scored, score
from rxscore.title.inside import rounds_over
from rxscore.title.tally import Outlook

CONTENDER = 0.05
"""Who had such a chance of the title after some round is a contender,"""

AT_LEAST = 10
"""and so are, in any case, so many whose greatest chance was greater than anybody else's."""


@frozen(eq=False)
class Moment:
    """What was told after a round: a forecast, or who had the title when nothing was left to come, or why nothing."""

    after: int
    forecast: Forecast | None = None
    champions: frozenset[str] = frozenset()
    because: str = ""

    @property
    def first(self) -> Mapping[str, Chance]:
        """By competitor the chance of the title; empty where there is none, or where it is decided."""
        return {} if self.forecast is None else {line.competitor: line.positions[0] for line in self.forecast.lines}

    def chance(self, competitor: str) -> float | None:
        """The chance of the title of one of them, 1 or 0 where it is decided; None where nothing is told."""
        if self.forecast is None:
            return float(competitor in self.champions) if self.champions else None
        one = self.first.get(competitor)
        return None if one is None else one.chance


def over_time(
    prospects: Prospects, simulations: int, seed: int, *, done: Callable[[int], None] = lambda _: None
) -> Iterator[Moment]:
    """The odds after every round that is over. A round after which there are none is told with the reason.

    ``done``: called with 1 after each. After the last round of the calendar the title is decided, or that turns on
    missing facts.
    """
    scored = score(prospects.season, prospects.rules)
    for number in rounds_over(prospects.season, prospects.rules):
        yield (_at_the_end if _over(prospects, number) else _then)(prospects, scored, number, simulations, seed)
        done(1)


def contenders(moments: Sequence[Moment]) -> list[str]:
    """Who had a chance worth telling after some round: the likeliest at the end first, then by the greatest chance."""
    greatest = greatest_chances(moments)
    limit = min([CONTENDER, *sorted(greatest.values(), reverse=True)[:AT_LEAST][-1:]])
    last = next((moment for moment in reversed(moments) if not moment.because), None)
    latest = {} if last is None else {who: last.chance(who) or 0.0 for who in greatest}
    return sorted(
        (who for who, chance in greatest.items() if chance >= limit and chance),
        key=lambda who: (-latest.get(who, 0.0), -greatest[who], who),
    )


def greatest_chances(moments: Sequence[Moment]) -> dict[str, float]:
    """The greatest chance of the title that each had after any round."""
    greatest: dict[str, float] = {}
    for moment in moments:
        for who in (*moment.first, *moment.champions):
            greatest[who] = max(greatest.get(who, 0.0), moment.chance(who) or 0.0)
    return greatest


def refusals(moments: Iterable[Moment]) -> Mapping[str, list[int]]:
    """Why there are no odds, and after which rounds: the same reason is told once, whatever round it names."""
    found: dict[str, list[int]] = {}
    for moment in moments:
        if moment.because:
            found.setdefault(re.sub(r"\bround \d+: ", "", moment.because), []).append(moment.after)
    return found


def decided(prospects: Prospects, scored: Scored) -> frozenset[str]:
    """The champions of a season that is over.

    Raises UserError if it is not over, or if who they are turns on facts that are missing.
    """
    numbers = rounds_over(prospects.season, prospects.rules)
    if not numbers or not _over(prospects, numbers[-1]):
        raise UserError("the season is not over")
    rows = scored.table(prospects.standing.id).rows
    champions = frozenset(row.competitor for row in rows if row.position == 1)
    if not champions or not _certain(prospects.outlook(numbers[-1]), champions):
        raise UserError("facts are missing: who the champion was does not follow from the log for certain")
    return champions


def _over(prospects: Prospects, after: int) -> bool:
    season = prospects.season
    return not any(number > after and not season.rounds[number].cancelled for number in season.numbers)


def _then(prospects: Prospects, _: Scored, number: int, simulations: int, seed: int) -> Moment:
    try:
        return Moment(number, prospects.forecast(number, simulations, seed))
    except UserError as error:
        return Moment(number, because=str(error.problems[0]))


def _at_the_end(prospects: Prospects, scored: Scored, number: int, *_: int) -> Moment:
    try:
        return Moment(number, champions=decided(prospects, scored))
    except UserError as error:
        return Moment(number, because=str(error.problems[0]))


def _certain(end: Outlook, champions: frozenset[str]) -> bool:
    """Whether nobody can have been ahead of those who lead on what is known, however the missing facts turn out."""
    totals = {name: end.counted(holding, 0, {}) for name, holding in end.holdings.items()}
    least = min(totals[name] for name in champions)
    return all(
        not holding.doubt or totals[name] + holding.doubt < least
        for name, holding in end.holdings.items()
        if name not in champions or len(champions) > 1
    )
