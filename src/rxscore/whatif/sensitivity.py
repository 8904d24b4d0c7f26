"""How much the points system decided: who is champion under other scales, and what the title hung on."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import Any

from attrs import define, field, frozen

from rxscore.events import ClassificationDeclared, Points, SessionResults, plain, points_text
from rxscore.problems import UserError
from rxscore.rulesets import Scale
from rxscore.scoring import Scored, score
from rxscore.whatif.batch import Engine, engine
from rxscore.whatif.compare import Who
from rxscore.whatif.doubt import in_doubt
from rxscore.whatif.edits import DropRound, Edit, RemoveCompetitor, Swap, edited
from rxscore.whatif.scales import at_distance, drawn, together, values
from rxscore.whatif.tidy import Tidy, html_table
from rxscore.whatif.variant import Variant
from rxscore.whatif.varied import Slot, champions, clauses, slot

SEARCHED = 25_000
"""So many scales near the real one are tried in looking for one that changes the champion."""


@frozen
class Family:
    """A scale of real rules, the rules that have it, and who is champion under it."""

    scale: tuple[Points, ...]
    rules: tuple[str, ...]
    champions: Who


@frozen
class Closest:
    """The scales nearest to the real one that change the champion: how many points have to move, and an example.

    ``scale`` is None where none was found among all that differ by up to ``distance`` points.
    """

    distance: Points
    scale: tuple[Points, ...] | None = None
    champions: Who = ()


@frozen
class Hinge:
    """Something without which somebody else is champion: the edit that takes it away, and who is then."""

    edit: Edit
    champions: Who


@define(eq=False)
class Sensitivity(Tidy):
    """What came out. ``shares``: under how many of the scales drawn each champion (or group of equals) leads.

    ``exact``: why the exact engine had to do the work, where it had to. ``in_doubt``: those whose missing facts
    could change the real table's champion; where there are any, all here is by what is known.
    """

    season: str
    standing: str
    slot: Slot
    scale: tuple[Points, ...]
    champions: Who
    number: int
    convex: bool
    seed: int
    shares: Mapping[Who, int]
    families: Sequence[Family]
    closest: Closest
    hinges: Sequence[Hinge] = field(factory=tuple)
    exact: str = ""
    in_doubt: Who = ()

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """One row for every champion that some scale makes."""
        real = Counter(one.champions for one in self.families)
        for who in dict.fromkeys([*self.shares, *real]):
            number = self.shares.get(who, 0)
            yield {
                "season": self.season,
                "champions": list(who),
                "scales": number,
                "share": number / self.number if self.number else None,
                "real_scales": real.get(who, 0),
                "is_champion": who == self.champions,
            }

    def _repr_html_(self) -> str:
        """The shares, in a notebook."""
        rows = [[" and ".join(one["champions"]) or "nobody", one["scales"], one["real_scales"]] for one in self.rows()]
        scale = ", ".join(map(points_text, self.scale))
        return html_table(f"{self.season}: {self.number} scales in the place of {scale}",
                          ["Champion", "Scales", "Scales of real series"], rows)  # fmt: skip


def sensitivity(
    season: str,
    scored: Scored,
    standing: str,
    *,
    stage: str | None = None,
    real: Mapping[str, Scale] | None = None,
    number: int = 10_000,
    convex: bool = False,
    seed: int = 0,
    hinges: bool = True,
) -> Sensitivity:
    """How a season's champion depends on the scale of one stage, and on single rounds, results and competitors.

    ``real``: scales of real rules, by the name of the rules. Raises UserError where there is no scale to vary, or
    no champion.
    """
    where = slot(scored.ruleset, standing, stage)
    first = champions(scored.table(standing))
    if not first:
        raise UserError(f"{season}: nobody leads {standing}, so there is no champion whom a scale could change")
    own = _own(scored, where)
    named = _named(scored, where, real or {})
    tell = engine(scored, standing, where, max(map(len, (own, *named))))
    found = tell.winners(*drawn(number, own[0], len(own), convex=convex, seed=seed))
    shares = dict(sorted(found.counts().items(), key=lambda item: (-item[1], item[0])))
    return Sensitivity(
        season, standing, where, own, first, number, convex, seed, shares,
        _families(tell, named), _closest(tell, own, first),
        tuple(_hinges(scored, standing, where, first)) if hinges else (),
        tell.why, in_doubt(scored, standing),
    )  # fmt: skip


def _own(scored: Scored, where: Slot) -> tuple[Points, ...]:
    """The scale in the slot, as far as it pays. Raises UserError if there is none that is known."""
    for _, clause in clauses(scored.rules, where):
        options = [clause.scale] if clause.scale is not None else [one.scale for one in clause.by_starters]
        scale = max(options, key=lambda one: len(one.places), default=None)
        if scale is None:
            continue
        starters = max((len(contest.rows) for one in scored.rounds for contest in _contests(one, where)), default=0)
        paid = values(scale, max(len(scale.places), starters if scale.then is not None else 0))
        if paid and paid[0] > 0:
            return tuple(paid)
    raise UserError(f"{where.key}: there is no scale with known points to vary")


def _contests(one: Any, where: Slot) -> Sequence[Any]:
    found = one.stages.get(where.stage)
    return () if found is None else [*found.contests, found]


def _named(scored: Scored, where: Slot, real: Mapping[str, Scale]) -> Mapping[tuple[Points, ...], Sequence[str]]:
    """Scales of real rules, as far as they pay here, with the names of all rules that have them."""
    starters = max((len(contest.rows) for one in scored.rounds for contest in _contests(one, where)), default=0)
    named: dict[tuple[Points, ...], list[str]] = {}
    for name, scale in real.items():
        paid = values(scale, max(len(scale.places), starters if scale.then is not None else 0)) or []
        while paid and not paid[-1]:
            paid.pop()
        if paid:
            named.setdefault(tuple(paid), []).append(name)
    return named


def _families(tell: Engine, named: Mapping[tuple[Points, ...], Sequence[str]]) -> Sequence[Family]:
    """Who is champion under each scale of real rules."""
    if not named:
        return ()
    found = tell.winners(*together(list(named)))
    return [Family(scale, tuple(names), found[index]) for index, (scale, names) in enumerate(named.items())]


def _closest(tell: Engine, own: Sequence[Points], first: Who) -> Closest:
    """The nearest scales first: every one that differs by one point, by two, and so on, as far as can be tried."""
    over = lcm(*(points.denominator for points in own))
    whole = [int(points * over) for points in own]
    left = SEARCHED if tell.batch is not None else SEARCHED // 1000
    distance = 0
    while (near := at_distance(whole, distance + 1, left)) is not None:
        left -= len(near)
        distance += 1
        found = tell.winners(near, over)
        for index in range(len(near)):
            if found[index] != first:
                scale = tuple(plain(Fraction(int(points), over)) for points in near[index])
                return Closest(plain(Fraction(distance, over)), scale, found[index])
    return Closest(plain(Fraction(distance, over)))


def _hinges(scored: Scored, standing: str, where: Slot, first: Who) -> Iterator[Hinge]:
    """The rounds, the results and the competitors without which somebody else is champion."""
    for edit in _candidates(scored, standing, where):
        try:
            season = edited(Variant(scored.season), [edit]).season
        except UserError:
            continue
        then = champions(score(season, scored.rules, scored).table(standing))
        if set(then) - set(first) or not then:
            yield Hinge(edit, then)


def _candidates(scored: Scored, standing: str, where: Slot) -> Iterator[Edit]:
    """Each round left out; each two neighbours in the results exchanged; each competitor never there."""
    numbers = [one.number for one in scored.rounds]
    yield from (DropRound(number) for number in numbers)
    for one in scored.rounds:
        stage = one.rules.stage(where.stage)
        results: list[Any] = [event for event in one.round.of(SessionResults) if event.session in stage.sessions]
        declared = [event for event in one.round.of(ClassificationDeclared) if event.stage == stage.id]
        for event in declared or results:
            placed = sorted((row for row in event.rows if row.place), key=lambda row: row.place or 0)
            name = event.stage if isinstance(event, ClassificationDeclared) else event.session
            for ahead, behind in pairwise(placed):
                yield Swap((ahead.entry, behind.entry), one.number, name, getattr(event, "race", None))
    yield from (RemoveCompetitor(row.competitor) for row in scored.table(standing).rows if row.position != 1)
