"""A season scored: round by round, each from its own facts, and again only where something changed."""

from collections.abc import Iterable, Mapping, Sequence

from attrs import evolve, frozen

from rxscore.events import Disqualification, EntryFiled, PointsReported
from rxscore.rulesets import Ruleset
from rxscore.scoring.awards import awards, bounds, dealt
from rxscore.scoring.doubt import all_told, in_doubt, untold
from rxscore.scoring.lookup import Stages
from rxscore.scoring.meeting import Extension, Meeting, rosters
from rxscore.scoring.model import Note, RoundScore
from rxscore.scoring.parts import parts, places
from rxscore.scoring.reported import pending
from rxscore.scoring.stages import classify
from rxscore.season import Round, Season
from rxscore.season.fold import mentioned


@frozen(eq=False)
class Rulebook:
    """The rules of a season, those ``pinned`` to single rounds, and the Python extensions they may name."""

    season: Ruleset
    pinned: Mapping[int, Ruleset] = {}
    extensions: Mapping[str, Extension] = {}

    def of(self, number: int) -> Ruleset:
        """The rules of one round."""
        return self.pinned.get(number, self.season)


def score_rounds(season: Season, rules: Rulebook, before: Sequence[RoundScore] = ()) -> tuple[RoundScore, ...]:
    """Every round of the season that was held, scored. ``before``: what a former call gave.

    A round is scored again only if its facts, its entries or its rules have changed; if only the points are
    dealt differently, its classifications are kept.
    """
    known = {score.number: score for score in before}
    numbers = season.numbers
    left = _rounds_left(season, rules)
    found: list[RoundScore] = []
    for number in numbers:
        round_, former = season.rounds[number], known.get(number)
        # A round that is still the same object was held, if it was then.
        if (former is not None and former.round is round_) or round_.held:
            found.append(_round(season, round_, rules, left.get(number, 0), former))
    return tuple(found)


_NOBODY: frozenset[str] = frozenset()


def _rounds_left(season: Season, rules: Rulebook) -> Mapping[int, int]:
    """By round, how many come after it that are not called off, as far as a rule asks; nothing, where none does."""
    asked = max((rule.last for book in (rules.season, *rules.pinned.values()) for rule in book.multipliers), default=0)
    if not asked:
        return {}
    held = [number for number in season.numbers if not season.rounds[number].cancelled]
    return {number: min(left, asked) for left, number in enumerate(reversed(held))}


def _round(season: Season, round_: Round, rules: Rulebook, left: int, before: RoundScore | None) -> RoundScore:
    here = rules.of(round_.number)
    kept: tuple[Stages, tuple[Note, ...]] | None = None
    if before is not None and before.round is round_:
        same = before.rules is here or before.rules == here
        unmoved = before.filed is None or before.filed is season.filed
        if same and unmoved and before.rounds_left == left:
            return before if before.rules is here else evolve(before, rules=here)
        if same or _ranking(before.rules) == _ranking(here):
            kept = before.stages, before.notes
    named = {entry for event in round_.events for entry in mentioned(event)}
    erased = {entry: ruling for entry in named for ruling in season.of_entry(entry, Disqualification)}
    stages, notes = kept or classify(round_, here, erased)
    told, reports = all_told(round_, here, stages), _reports(round_)
    # What is not told turns on cars that the round does not name.
    everybody = reports or not told
    entries = _entries(season, round_, named, everybody=everybody)
    meeting = Meeting(round_, here, stages, rosters(season, round_.number, here, entries), left, rules.extensions)
    deals = dealt(meeting)
    missing = {} if told else in_doubt(season, meeting)
    takers = {standing.id: untold(meeting, standing, deals[standing.id]) for standing in here.standings}
    doubts = {}
    if missing or any(takers.values()):
        doubts = {standing: missing.get(standing, _NOBODY) | who for standing, who in takers.items()}
    return RoundScore(
        round_,
        here,
        stages,
        {standing.id: awards(meeting, standing, deals[standing.id]) for standing in here.standings},
        {standing.id: parts(meeting, standing) for standing in here.standings},
        {standing.id: places(meeting, standing) for standing in here.standings},
        doubts,
        notes,
        left,
        season.filed if everybody else None,
        {standing.id: pending(meeting, standing) for standing in here.standings} if reports else {},
        missing,
        {
            standing.id: {
                competitor: limits
                for competitor, limits in bounds(meeting, standing, deals[standing.id]).items()
                if competitor in takers[standing.id]
            }
            for standing in here.standings
            if takers[standing.id]
        },
    )


def _entries(season: Season, round_: Round, named: Iterable[str], *, everybody: bool) -> list[EntryFiled]:
    """The entries that a round names, as they stood in it. ``everybody``: and all others that may have started."""
    found = {entry: filed for entry in sorted(named) if (filed := season.entry(entry, round_.number)) is not None}
    if everybody:
        found = {filed.entry: filed for filed in season.entered(round_.number)} | found
    return list(found.values())


def _reports(round_: Round) -> bool:
    return any(isinstance(event, PointsReported) for event in round_.events)


def _ranking(rules: Ruleset) -> tuple[object, ...]:
    """What of a ruleset decides classifications, and not only points."""
    return tuple(evolve(stage, award={}, cite="", title="") for stage in rules.stages)
