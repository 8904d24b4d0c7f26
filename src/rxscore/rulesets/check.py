"""What a ruleset must not say: names that lead nowhere, a stage fed by a later one, two answers to one question."""

from collections.abc import Iterable, Iterator

from rxscore.events import suggest
from rxscore.rulesets.model import Ruleset, Stage, Standing, TieStep, covers

Mistake = tuple[str, str]
"""A dotted key and what is wrong there."""

_OF_STAGES = {
    "latest session",
    "last session",
    "countback",
    "time",
    "latest time",
    "place",
    "points",
    "best score",
}
_ELSEWHERE_FROM_STAGES = {"place", "points"}
"""The steps of a stage that look at another stage or session; the others look at its own contests."""
_OF_STANDINGS = {"wins", "countback", "latest round", "earliest best", "gross points", "points", "best score"}
_ELSEWHERE_FROM_STANDINGS = {"wins", "countback", "latest round", "earliest best", "points"}
"""The steps of a standing that look at a stage or session; the others look at the standing's own points."""


def contradictions(rules: Ruleset) -> Iterator[Mistake]:
    """Every mistake of meaning in a ruleset whose keys and types are right."""
    try:
        covers(rules.seasons, "2000")
    except ValueError as error:
        yield "seasons", str(error)
    yield from _twice("stages", (stage.id for stage in rules.stages))
    yield from _twice("standings", (standing.id for standing in rules.standings))
    yield from _twice("bonuses", (bonus.id for bonus in rules.bonuses))
    stages = [stage.id for stage in rules.stages]
    standings = [standing.id for standing in rules.standings]
    regrouped = {standing.id: standing.points_of for standing in rules.standings if standing.points_of}
    if rules.winner not in stages:
        yield "winner", f"unknown stage {rules.winner!r}{suggest(rules.winner, stages)}"
    taken: dict[str, str] = {}
    for position, stage in enumerate(rules.stages):
        key = f"stages.{stage.id}"
        for session in stage.sessions:
            owner = taken.setdefault(session, stage.id)
            if owner != stage.id:
                yield f"{key}.sessions", f"session {session!r} belongs to stage {owner!r} already"
        yield from _stage(rules, stage, key, stages[:position], stages)
        for name in stage.award:
            if name not in standings:
                yield f"{key}.award.{name}", f"unknown standing {name!r}{suggest(name, standings)}"
            elif source := regrouped.get(name):
                yield f"{key}.award.{name}", f"{name!r} adds up the points of {source!r}: what is dealt here is lost"
    for standing in rules.standings:
        yield from _standing(standing, f"standings.{standing.id}", stages, standings, list(taken))
        first = regrouped.get(standing.points_of)
        if first and standing.points_of != standing.id:
            where = f"standings.{standing.id}.points_of"
            yield where, f"{standing.points_of!r} adds up the points of {first!r} itself: name {first!r}"
    for bonus in rules.bonuses:
        key = f"bonuses.{bonus.id}"
        for name in bonus.award:
            if name not in standings:
                yield f"{key}.award.{name}", f"unknown standing {name!r}{suggest(name, standings)}"
            elif source := regrouped.get(name):
                yield f"{key}.award.{name}", f"{name!r} adds up the points of {source!r}: what is dealt here is lost"
        if (bonus.stage or bonus.classified is not None) and bonus.stage not in stages:
            yield f"{key}.stage", f"unknown stage {bonus.stage!r}{suggest(bonus.stage, stages)}"
    for index, shortened in enumerate(rules.shortened):
        key = f"shortened.{index}"
        for name in shortened.stages:
            if name not in stages:
                yield f"{key}.stages", f"unknown stage {name!r}{suggest(name, stages)}"
        yield from _standings_of(key, shortened.standings, standings)
        if (shortened.factor is None) == (shortened.scale is None):
            yield key, "exactly one of factor and scale says what becomes of the points"
    for index, multiplier in enumerate(rules.multipliers):
        yield from _standings_of(f"multipliers.{index}", multiplier.standings, standings)
        if bool(multiplier.rounds) == bool(multiplier.last):
            yield f"multipliers.{index}", "exactly one of rounds and last says which rounds are meant"


def _standings_of(key: str, named: Iterable[str], standings: list[str]) -> Iterator[Mistake]:
    for name in named:
        if name not in standings:
            yield f"{key}.standings", f"unknown standing {name!r}{suggest(name, standings)}"


def _stage(rules: Ruleset, stage: Stage, key: str, earlier: list[str], stages: list[str]) -> Iterator[Mistake]:
    kinds = [name for name in ("sessions", "total", "follow") if getattr(stage, name)]
    if len(kinds) != 1:
        yield (
            key,
            f"a stage has exactly one of sessions, total and follow; this has {' and '.join(kinds) or 'none'}",
        )
    for kind in ("total", "follow"):
        for name in getattr(stage, kind):
            if name in stages and name not in earlier:
                yield f"{key}.{kind}", f"is fed by {name!r}, which comes later (or is the stage itself)"
            elif name not in stages:
                yield f"{key}.{kind}", f"unknown stage {name!r}{suggest(name, stages)}"
    if stage.by == "points":
        for name in stage.total:
            if name in earlier and rules.stage(name).score is None:
                yield f"{key}.total", f"stage {name!r} has no score to add up"
    sessions = [session for one in rules.stages for session in one.sessions]
    for step in stage.ties:
        yield from _step(step, f"{key}.ties", _OF_STAGES, _ELSEWHERE_FROM_STAGES, [*stages, *sessions])
    for index, advance in enumerate(stage.advance):
        for name in advance.to:
            if name not in sessions and name not in stages:
                yield (
                    f"{key}.advance.{index}.to",
                    f"unknown session {name!r}{suggest(name, [*sessions, *stages])}",
                )
        if advance.plus_by not in ("", "time", *stages, *sessions):
            near = suggest(advance.plus_by, ["time", *stages, *sessions])
            yield f"{key}.advance.{index}.plus_by", f"unknown stage or session {advance.plus_by!r}{near}"
        if sum(limit is not None for limit in (advance.best, advance.from_each, advance.places)) != 1:
            yield f"{key}.advance.{index}", "exactly one of best, from_each and places says who goes on"
    for name, award in stage.award.items():
        if sum([award.scale is not None, bool(award.by_starters), bool(award.function)]) != 1:
            yield f"{key}.award.{name}", "exactly one of scale, by_starters and function says what is dealt"
        if award.if_classified and award.if_classified not in stages:
            where = f"{key}.award.{name}.if_classified"
            yield where, f"unknown stage {award.if_classified!r}{suggest(award.if_classified, stages)}"


def _standing(
    standing: Standing, key: str, stages: list[str], standings: list[str], sessions: list[str]
) -> Iterator[Mistake]:
    source = standing.points_of
    if source and source not in standings:
        yield f"{key}.points_of", f"unknown standing {source!r}{suggest(source, standings)}"
    elif source and source == standing.id:
        yield f"{key}.points_of", "a standing cannot be fed by itself"
    for name in standing.appears_in:
        if name not in stages:
            yield f"{key}.appears_in", f"unknown stage {name!r}{suggest(name, stages)}"
    for step in standing.ties:
        yield from _step(step, f"{key}.ties", _OF_STANDINGS, _ELSEWHERE_FROM_STANDINGS, [*stages, *sessions])
    for index, count in enumerate(standing.counts):
        where = f"{key}.counts.{index}"
        if (count.best is not None) + (count.drop is not None) + bool(count.best_of) != 1:
            yield where, "exactly one of best, drop and best_of says how many scores count"
        if count.half is not None and (count.first is not None or count.last is not None):
            yield where, "half and first/last both say which rounds are meant"
        for name in count.stages:
            if name not in stages:
                yield f"{where}.stages", f"unknown stage {name!r}{suggest(name, stages)}"


def _step(step: TieStep, key: str, allowed: set[str], elsewhere: set[str], places: list[str]) -> Iterator[Mistake]:
    if step.kind not in allowed:
        yield key, f"{str(step)!r} does not fit here{suggest(step.kind, allowed)}"
    elif step.of and step.kind not in elsewhere:
        yield key, f"{step.kind!r} looks at nothing but what is ranked here: leave out 'in {step.of}'"
    elif step.of and step.of not in places:
        yield key, f"unknown stage or session {step.of!r}{suggest(step.of, places)}"


def _twice(key: str, ids: Iterable[str]) -> Iterator[Mistake]:
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            yield f"{key}.{name}", f"the id {name!r} is used twice"
        seen.add(name)
