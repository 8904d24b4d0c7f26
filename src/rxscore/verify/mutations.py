"""Rulesets one step away: every clause that could be otherwise, along the grammar, and rulings with it.

A mutation changes one thing: how many scores count and how the season is split for that, one entry of a scale,
one step of a tie-break chain, the condition of a bonus, what a crew gets, whether those behind a disqualified car
move up. It is told by the dotted key of the ruleset, so that it can be tried by hand
(``rxscore what-if SEASON --set KEY=VALUE``).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from typing import Any, TypeVar

from attrs import evolve, frozen

from rxscore.events import (
    ClassificationDeclared,
    Disqualification,
    EligibilitySet,
    Event,
    SessionResults,
    plain,
    points_text,
)
from rxscore.rulesets import (
    AwardRule,
    Bonus,
    Count,
    Multiplier,
    Outcome,
    Ruleset,
    Scale,
    Shortened,
    Stage,
    Standing,
    TieStep,
)
from rxscore.rulesets.model import Unknown
from rxscore.scoring import Rulebook
from rxscore.season import Season

T = TypeVar("T")
Change = Callable[[Ruleset], Ruleset]


def _with(item: T, name: str, value: Any) -> T:
    """An item with one attribute changed, whatever it is."""
    anything: Any = item
    changed: T = evolve(anything, **{name: value})
    return changed


def _unchanged(rules: Ruleset) -> Ruleset:
    return rules


@frozen(eq=False)
class Mutation:
    """One change of the rules, or (``events``) of the rulings: what it says at ``key``, before and after.

    ``standing``: the only one that it can touch, if it is only one.
    """

    key: str
    before: str
    after: str
    change: Change = _unchanged
    events: tuple[Event, ...] = ()
    standing: str = ""

    def of(self, rules: Rulebook) -> Rulebook:
        """The rules so changed, those of single rounds as well."""
        pinned = {number: self.change(book) for number, book in rules.pinned.items()}
        return evolve(rules, season=self.change(rules.season), pinned=pinned)

    def on(self, season: Season) -> Season:
        """The season with the rulings so changed."""
        return reduce(Season.apply, self.events, season)


def mutations(rules: Ruleset, season: Season, standings: Sequence[str]) -> Iterator[Mutation]:
    """Everything that could be otherwise and has to do with the points or places of some standings."""
    fed = {rules.standing(standing).points_of or standing for standing in standings}
    for name in dict.fromkeys(standings):
        yield from _of_standing(rules, rules.standing(name), season)
    for stage in rules.stages:
        for name, award in stage.award.items():
            if name in fed:
                yield from _of_award(stage, name, award, _listed(stage, season))
    for bonus in rules.bonuses:
        yield from _of_bonus(bonus, [name for name in bonus.award if name in fed])
    yield from _of_rules(rules)
    yield from _of_rulings(season)


# --- which scores count ----------------------------------------------------------------------


def _of_standing(rules: Ruleset, standing: Standing, season: Season) -> Iterator[Mutation]:
    key = f"standings.{standing.id}"
    rounds = sum(not round_.cancelled for round_ in season.rounds.values())
    for counts in _other_counts(standing.counts, rounds):
        yield _standing(key, standing, "counts", counts, _counts_text)
    for ties in _other_ties(standing.ties, ("counted", "scoring") if standing.counts else ("scoring",)):
        yield _standing(key, standing, "ties", ties, _ties_text)
    shared = any(len(entry.drivers) > 1 for name in season.entries if (entry := season.entry(name, 1)) is not None)
    words: dict[str, tuple[Any, ...]] = {"appears": ("started", "classified", "scored")}
    if shared:
        words |= {"crew": ("each", "share", "nothing"), "own_shares": ("add", "best")}
    if standing.of in ("team", "make"):
        words["cars"] = (None, 1, 2)
        if standing.cars is not None:
            words["others"] = ("invisible", "hold places")
    for name, values in words.items():
        for value in values:
            if value != getattr(standing, name):
                yield _standing(key, standing, name, value, _text)


def _standing(key: str, standing: Standing, name: str, value: Any, text: Callable[[Any], str]) -> Mutation:
    def change(rules: Ruleset) -> Ruleset:
        mine = (_with(one, name, value) if one.id == standing.id else one for one in rules.standings)
        return evolve(rules, standings=tuple(mine))

    return Mutation(f"{key}.{name}", text(getattr(standing, name)), text(value), change, standing=standing.id)


def _other_counts(counts: tuple[Count, ...], rounds: int) -> Iterator[tuple[Count, ...]]:
    """Count clauses a step away: one score more or less, other halves, no halves, everything."""
    if not counts:
        yield (Count(drop=1),)
        yield (Count(drop=2),)
        return
    yield ()
    for index, count in enumerate(counts):
        for name in ("best", "drop"):
            now = getattr(count, name)
            for other in () if now is None else (now - 1, now + 1):
                if other >= 0 and (name == "drop" or 0 < other < rounds):
                    yield (*counts[:index], _with(count, name, other), *counts[index + 1 :])
    halves = [count for count in counts if count.half is not None]
    if halves:
        yield tuple(_with(count, "larger", 3 - count.larger) for count in counts)
        whole = evolve(counts[0], half=None, larger=1)
        if all(count.best is not None for count in counts):
            yield (evolve(whole, best=sum(count.best or 0 for count in counts)),)
        if all(count.drop is not None for count in counts):
            yield (evolve(whole, drop=sum(count.drop or 0 for count in counts)),)
    elif len(counts) == 1 and counts[0].best is not None and counts[0].first is None and counts[0].last is None:
        more, less = counts[0].best - counts[0].best // 2, counts[0].best // 2
        yield tuple(_half(counts[0], half, best) for half, best in ((1, more), (2, less)))
        yield tuple(_half(counts[0], half, best) for half, best in ((1, less), (2, more)))


def _half(count: Count, half: int, best: int) -> Count:
    return _with(_with(count, "half", half), "best", best)


def _counts_text(counts: tuple[Count, ...]) -> str:
    told = " and ".join(map(_count_text, counts)) or "everything"
    larger = next((count.larger for count in counts if count.half is not None), None)
    return told if larger is None else f"{told} ({'first' if larger == 1 else 'second'} half the larger)"


def _count_text(count: Count) -> str:
    if count.best_of:
        kept = f"best {', '.join(f'{best} of {scores}' for scores, best in count.best_of)}"
    else:
        kept = f"best {count.best}" if count.best is not None else f"all but {count.drop}"
    if count.half is not None:
        kept += f" of the {'first' if count.half == 1 else 'second'} half"
    elif count.first is not None or count.last is not None:
        kept += f" of rounds {count.first or 1} to {count.last or 'the last'}"
    return kept


# --- ties ------------------------------------------------------------------------------------


def _other_ties(ties: tuple[TieStep, ...], narrower: Sequence[str]) -> Iterator[tuple[TieStep, ...]]:
    """Chains a step away: a step less, two in the other order, one that looks at fewer results, one more."""
    found: list[tuple[TieStep, ...]] = []
    for index, step in enumerate(ties):
        found.append((*ties[:index], *ties[index + 1 :]))
        for name in narrower:
            if step.kind in ("wins", "countback", "earliest best", "latest round"):
                changed = _with(step, name, not getattr(step, name))
                found.append((*ties[:index], changed, *ties[index + 1 :]))
        if index:
            found.append((*ties[: index - 1], step, ties[index - 1], *ties[index + 1 :]))
    kinds = {step.kind for step in ties}
    of = next((step.of for step in ties), "")
    wins = () if "countback" in kinds else ("wins",)  # a countback begins with them
    more = [kind for kind in (*wins, "countback", "earliest best", "latest round") if kind not in kinds]
    found += [(*ties, TieStep(kind, of)) for kind in more]
    yield from (one for one in dict.fromkeys(found) if one != ties)


def _ties_text(ties: tuple[TieStep, ...]) -> str:
    return ", then ".join(map(str, ties)) or "none"


# --- points ----------------------------------------------------------------------------------


def _listed(stage: Stage, season: Season) -> frozenset[str]:
    """How those ended who have a place in the results of a stage, though they are not classified."""
    lists = [event for number in season.numbers for event in season.rounds[number].events]
    return frozenset(
        row.status
        for event in lists
        if (isinstance(event, SessionResults) and event.session in stage.sessions)
        or (isinstance(event, ClassificationDeclared) and event.stage == stage.id)
        for row in event.rows
        if row.place is not None
    )


def _of_award(stage: Stage, standing: str, award: AwardRule, listed: frozenset[str]) -> Iterator[Mutation]:
    key = f"stages.{stage.id}.award.{standing}"

    def changed(name: str, value: Any, text: Callable[[Any], str]) -> Mutation:
        def change(rules: Ruleset) -> Ruleset:
            return evolve(rules, stages=tuple(
                evolve(one, award={**one.award, standing: _with(one.award[standing], name, value)})
                if one.id == stage.id and standing in one.award else one
                for one in rules.stages
            ))  # fmt: skip

        return Mutation(f"{key}.{name}", text(getattr(award, name)), text(value), change)

    if award.scale is not None:
        for scale in _other_scales(award.scale):
            yield changed("scale", scale, _scale_text)
    for name in ("dnf", "dns", "dsq", "nc"):
        now: Outcome = getattr(award, name)
        for other in (Outcome("points", 0), Outcome("place")):
            # Whoever has no place gets nothing for it: where nobody is listed in one, that is one and the same rule.
            alike = name.upper() not in listed and {now, other} == {Outcome("points", 0), Outcome("place")}
            if other != now and not alike:
                yield changed(name, other, _outcome_text)


def _other_scales(scale: Scale) -> Iterator[Scale]:
    """A point more or less for one place; a place more, or one less, that is worth something."""
    places = scale.places
    for index, worth in enumerate(places):
        if isinstance(worth, Unknown):
            continue
        for other in (plain(worth - 1), plain(worth + 1)):
            if other >= 0:
                yield evolve(scale, places=(*places[:index], other, *places[index + 1 :]))
    if scale.then is None and places:
        yield evolve(scale, places=(*places, 1))
        if places[-1] != 1:  # or it is worth nothing already, a point less
            yield evolve(scale, places=places[:-1])


def _scale_text(scale: Scale | None) -> str:
    places = (
        () if scale is None else tuple("?" if isinstance(one, Unknown) else points_text(one) for one in scale.places)
    )
    rest = "" if scale is None or scale.then is None else ", and so on"
    return f"{'-'.join(places) or 'nothing'}{rest}"


def _outcome_text(outcome: Outcome) -> str:
    match outcome.kind:
        case "points":
            return f"{points_text(outcome.value)} points"
        case "place":
            return "the points of the place listed"
        case "less":
            return f"{points_text(outcome.value)} points fewer than the last classified"
        case "unknown":
            return "not known"
        case _:  # so many behind the number of entries, or the last classified
            return f"the points of place {outcome.kind} + {points_text(outcome.value)}"


def _of_bonus(bonus: Bonus, standings: Sequence[str]) -> Iterator[Mutation]:
    if not standings:
        return
    key = f"bonuses.{bonus.id}"

    def changed(name: str, value: Any, told: tuple[str, str] | None = None) -> Mutation:
        def change(rules: Ruleset) -> Ruleset:
            mine = (_with(one, name, value) if one.id == bonus.id else one for one in rules.bonuses)
            return evolve(rules, bonuses=tuple(mine))

        before, after = told or (_text(getattr(bonus, name)), _text(value))
        return Mutation(f"{key}.{name}", before, after, change)

    for standing in standings:
        worth = bonus.award[standing]
        for other in (0, plain(worth + 1)):
            told = f"{points_text(worth)} in {standing}", f"{points_text(other)} in {standing}"
            yield changed("award", {**bonus.award, standing: other}, told)
    for shared in ("split", "full", "none"):
        if shared != bonus.shared:
            yield changed("shared", shared)
    if bonus.classified is not None:
        yield changed("classified", None)
        for number in sorted({0, bonus.classified - 1, bonus.classified + 1} - {bonus.classified}):
            if number >= 0:
                yield changed("classified", number)
    if bonus.completed is not None:
        yield changed("completed", None)


# --- the rest of the rules -------------------------------------------------------------------


def _of_rules(rules: Ruleset) -> Iterator[Mutation]:
    other = "full" if rules.dead_heat == "share" else "share"
    yield Mutation("dead_heat", rules.dead_heat, other, lambda book: _with(book, "dead_heat", other))
    for index, clause in enumerate(rules.shortened):
        before = _shortened_text(clause)
        yield Mutation(f"shortened.{index}", before, "full points", _without("shortened", index))
        if clause.unless_resumed or clause.factor is not None:
            again = evolve(clause, unless_resumed=not clause.unless_resumed)
            yield Mutation(
                f"shortened.{index}.unless_resumed", _text(clause.unless_resumed), _text(again.unless_resumed),
                _instead("shortened", index, again),
            )  # fmt: skip
    for index, multiplier in enumerate(rules.multipliers):
        before = _multiplier_text(multiplier)
        yield Mutation(f"multipliers.{index}", before, "single points", _without("multipliers", index))


def _without(name: str, index: int) -> Change:
    def change(rules: Ruleset) -> Ruleset:
        clauses = getattr(rules, name)
        return _with(rules, name, (*clauses[:index], *clauses[index + 1 :]))

    return change


def _instead(name: str, index: int, clause: Any) -> Change:
    def change(rules: Ruleset) -> Ruleset:
        clauses = getattr(rules, name)
        return _with(rules, name, (*clauses[:index], clause, *clauses[index + 1 :]))

    return change


def _shortened_text(clause: Shortened) -> str:
    what = _scale_text(clause.scale) if clause.factor is None else f"points times {points_text(clause.factor)}"
    below = "" if clause.below is None else f" to {points_text(clause.below)}"
    return f"{what} from {points_text(clause.least)}{below} of the distance"


def _multiplier_text(multiplier: Multiplier) -> str:
    where = f"round {', '.join(map(str, multiplier.rounds))}" if multiplier.rounds else f"the last {multiplier.last}"
    return f"points times {points_text(multiplier.factor)} in {where}"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "not said" if value is None else str(value)


# --- rulings ---------------------------------------------------------------------------------


def _of_rulings(season: Season) -> Iterator[Mutation]:
    """Whether those behind a car that was taken out of the results move up."""
    words: Mapping[bool, str] = {True: "move up", False: "stay where they are"}
    for event in [event for event in season.events.values() if season.in_force(event.id)]:
        if isinstance(event, Disqualification):
            changed: Event = evolve(event, promote=not event.promote)
            yield _ruling(event, changed, "promote", words[event.promote], words[not event.promote])
        elif isinstance(event, EligibilitySet) and not event.scores and not event.drivers:
            changed = evolve(event, holds_place=not event.holds_place)
            yield _ruling(event, changed, "holds_place", words[not event.holds_place], words[event.holds_place])


def _ruling(event: Event, changed: Event, field: str, before: str, after: str) -> Mutation:
    said = evolve(changed, id=f"{event.id}:otherwise", supersedes=event.id)
    key = f"{event.kind} {event.id}: {field}"
    return Mutation(key, f"those behind {before}", f"those behind {after}", events=(said,))
