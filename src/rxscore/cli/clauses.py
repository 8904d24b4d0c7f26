"""A ruleset in words: what a clerk of the course would want to check against the regulations."""

from collections.abc import Iterable, Iterator

from rxscore.events import Points, points_text
from rxscore.rulesets import AwardRule, Count, Outcome, Ruleset, Scale, Score, Stage, Standing, TieStep
from rxscore.rulesets.model import Linear, Unknown

_STATUSES = {
    "dnf": "did not finish",
    "dns": "did not start",
    "dsq": "disqualified",
    "nc": "not classified",
}


class Sources:
    """Citations, numbered in the order in which they are first used."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def mark(self, cite: str) -> str:
        """`` [3]``, or nothing where nothing is cited."""
        return f" [{self.numbers.setdefault(cite, len(self.numbers) + 1)}]" if cite else ""

    def listed(self) -> Iterator[str]:
        """Every citation with its number."""
        width = len(str(len(self.numbers)))
        for cite, number in self.numbers.items():
            yield f"  [{number:{width}}] {cite}"


def told(rules: Ruleset, season: str) -> Iterator[str]:
    """The ruleset as lines of text."""
    sources = Sources()
    when = f", as it stands in {season}" if season else ""
    marks = "".join(sources.mark(cite) for cite in rules.cite)
    yield f"{rules.title}{marks}"
    yield f"{rules.name}, for the seasons {rules.seasons}{when}"
    yield f"An event is won in: {_title(rules, rules.winner)}"
    if any(stage.award for stage in rules.stages):
        shared = {"share": "share the points of the places they fill", "full": "get the full points each"}
        yield f"Who shares a place: {shared[rules.dead_heat]}"
    if rules.scales:
        yield from ("", "Scales")
        width = max(map(len, rules.scales))
        for name, scale in rules.scales.items():
            yield f"  {name:{width}}  {scale_text(scale)}{sources.mark(scale.cite)}"
    for stage in rules.stages:
        yield from _stage(rules, stage, sources)
    for bonus in rules.bonuses:
        given = ", ".join(f"{points_text(points)} in {name}" for name, points in bonus.award.items())
        where = f" in {bonus.session}" if bonus.session else ""
        if bonus.classified is not None:
            where += f", if classified in {_title(rules, bonus.stage)}"
            where += f" in the first {bonus.classified}" if bonus.classified else ""
        yield from ("", f"Bonus: {bonus.feat.replace('-', ' ')}{where}: {given}{sources.mark(bonus.cite)}")
        if bonus.completed is not None:
            yield f"  only if more than {points_text(bonus.completed)} of the session was run"
        yield f"  if shared: {_SHARED[bonus.shared]}"
    for shortened in rules.shortened:
        span = f"{points_text(shortened.least)} of the distance or more"
        span += f", less than {points_text(shortened.below)}" if shortened.below is not None else ""
        span += ", unless it was started again" if shortened.unless_resumed else ""
        then = f"points times {points_text(shortened.factor)}" if shortened.factor is not None else ""
        then = then or f"points {scale_text(shortened.scale or Scale())}"
        only = f" in {', '.join(shortened.standings)}" if shortened.standings else ""
        stages = ", ".join(_title(rules, stage) for stage in shortened.stages)
        yield from ("", f"Shortened: {stages}, {span}: {then}{only}{sources.mark(shortened.cite)}")
    for rule in rules.multipliers:
        which = f"round{'s' * (len(rule.rounds) > 1)} {', '.join(map(str, rule.rounds))}"
        which = which if rule.rounds else "the last round" if rule.last == 1 else f"the last {rule.last} rounds"
        only = f" in {', '.join(rule.standings)}" if rule.standings else ""
        yield from ("", f"Points times {points_text(rule.factor)}: {which}{only}{sources.mark(rule.cite)}")
    for standing in rules.standings:
        yield from _standing(rules, standing, sources)
    if rules.unsettled:
        yield from ("", "Not settled by the sources")
        for remark in rules.unsettled:
            yield f"  {remark.what}{sources.mark(remark.cite)}"
            if remark.suggests:
                yield f"    {remark.suggests}"
    if sources.numbers:
        yield from ("", "Sources")
        yield from sources.listed()


_SHARED = {"split": "each gets a part", "full": "each gets the whole", "none": "nobody gets anything"}


def _title(rules: Ruleset, stage: str) -> str:
    return next((one.title or one.id for one in rules.stages if one.id == stage), stage)


def scale_text(scale: Scale) -> str:
    """``8, 5, 4, 3, 2, 1``; ``50, 45, 42, 40, then 44 - place``."""
    places = ", ".join("unknown" if isinstance(worth, Unknown) else points_text(worth) for worth in scale.places)
    if scale.then is None:
        return places or "nothing"
    line = "unknown" if isinstance(scale.then, Unknown) else _line(scale.then)
    return f"{places}, then {line}" if places else line


def _line(linear: Linear) -> str:
    constant = points_text(linear.constant)
    place = "place" if abs(linear.slope) == 1 else f"{abs(linear.slope)} x place"
    if linear.slope < 0:
        return f"{constant} - {place}"
    return f"{place} + {constant}" if linear.constant else place


def _stage(rules: Ruleset, stage: Stage, sources: Sources) -> Iterator[str]:
    yield from ("", f"{stage.title or stage.id}{sources.mark(stage.cite)}")
    if stage.sessions:
        how = "by time over all its races" if stage.rank == "time" else "by place"
        each = "each race" if stage.per == "race" else "each"
        ranked = f", {each} ranked {how}" if len(stage.sessions) > 1 or stage.per == "race" else f", ranked {how}"
        yield f"  sessions {', '.join(stage.sessions)}{ranked}"
    if stage.total:
        what = "times" if stage.by == "time" else "scores"
        best = f"the best {stage.best} " if stage.best is not None else ""
        order = "the lowest first" if stage.by == "time" or stage.order == "low" else "the highest first"
        yield f"  adds up {best}{what} of {', '.join(_title(rules, one) for one in stage.total)}, {order}"
        if stage.finished:
            yield f"  classified: who finished {stage.finished} or more"
        if stage.started:
            yield f"  classified: who started {_share(stage.started)} or more"
    if stage.follow:
        yield f"  the order of {', then of '.join(_title(rules, one) for one in stage.follow)}"
    if stage.ties:
        yield f"  equals: {ties_text(stage.ties)}"
    if stage.score is not None:
        yield f"  scores inside the event: {scale_text(stage.score.scale)}"
        yield f"    {_outcomes(stage.score)}"
    for name, award in stage.award.items():
        yield from _award(rules, name, award, sources)
    for advance in stage.advance:
        if advance.from_each is not None:
            who = f"the best {advance.from_each} of each"
        elif advance.places:
            who = f"places {advance.places[0]} to {advance.places[-1]}"
        else:
            who = f"the best {advance.best}"
        who += f" and the next {advance.plus} by {advance.plus_by or 'place'}" if advance.plus else ""
        who += f", if they started {_share(advance.started)}" if advance.started else ""
        seats = f", seated {advance.seats}" if len(advance.to) > 1 else ""
        yield f"  on to {' and '.join(advance.to)}: {who}{seats}"


def _share(value: Points) -> str:
    return f"{points_text(value)} of the sessions" if value < 1 else f"{points_text(value)} sessions"


def _outcomes(rule: Score | AwardRule) -> str:
    """What those get who did not finish in a place, alike ones together."""
    groups: dict[str, list[str]] = {}
    for key, status in _STATUSES.items():
        groups.setdefault(outcome_text(getattr(rule, key)), []).append(status)
    return "; ".join(f"{', '.join(statuses)}: {text}" for text, statuses in groups.items())


def outcome_text(outcome: Outcome) -> str:
    """What one gets who did not finish in a place, in words."""
    value = points_text(outcome.value)
    match outcome.kind:
        case "points":
            return "nothing" if not outcome.value else f"{value} points"
        case "place":
            return "the points of the place listed, if any"
        case "entries":
            return f"the points of place (entries + {value})" if outcome.value else "the points of the last entry"
        case "last":
            return f"the points of place (last classified + {value})"
        case "less":
            return f"{value} less than the last classified"
        case "unknown":
            return "unknown"


def _award(rules: Ruleset, name: str, award: AwardRule, sources: Sources) -> Iterator[str]:
    only = f", only if classified in {_title(rules, award.if_classified)}" if award.if_classified else ""
    mark = sources.mark(award.cite)
    if award.function:
        yield f"  points for {name}: by the extension {award.function!r}{only}{mark}"
    elif award.by_starters:
        yield f"  points for {name}, by the number of starters{only}{mark}"
        for step in award.by_starters:
            yield f"    {step.least} or more: {scale_text(step.scale)}{sources.mark(step.scale.cite)}"
    else:
        scale = award.scale or Scale()
        yield f"  points for {name}: {scale_text(scale)}{only}{mark or sources.mark(scale.cite)}"
    yield f"    {_outcomes(award)}"


def ties_text(steps: Iterable[TieStep]) -> str:
    """A tie-break chain: ``event wins, then countback``."""
    return ", then ".join(map(str, steps))


def _standing(rules: Ruleset, standing: Standing, sources: Sources) -> Iterator[str]:
    yield from ("", f"Standing: {standing.title or standing.id}{sources.mark(standing.cite)}")
    ranks = {"entry": "entries", "driver": "drivers", "team": "teams", "make": "makes"}[standing.of]
    car_class = f" of class {standing.car_class}" if standing.car_class else ""
    yield f"  ranks {ranks}{car_class}, the {'highest' if standing.order == 'high' else 'lowest'} total first"
    if standing.points_of:
        yield f"  adds up the points of {standing.points_of}"
    if standing.places_in == "class":
        yield "  points go by the place among the cars of one's class"
    if standing.entries == "nominated":
        yield "  only entries nominated for it score"
    if standing.cars is not None:
        others = "the others hold their places" if standing.others == "hold places" else "the others are passed over"
        yield f"  the best {standing.cars} cars of each {standing.cars_by} score; {others}"
    guests = {"invisible": "are passed over", "hold places": "hold their places", "score": "score"}
    yield f"  guests {guests[standing.guests]}"
    crew = {"each": "each gets the points", "share": "they share the points", "nothing": "nobody gets any"}
    if standing.of == "driver":
        yield f"  several drivers of one car: {crew[standing.crew]}"
    for count in standing.counts:
        yield f"  {count_text(rules, count)}{sources.mark(count.cite)}"
    yield f"  equals: {ties_text(standing.ties) if standing.ties else 'share the place'}"


def count_text(rules: Ruleset, count: Count) -> str:
    """``the best 11 of all rounds count``."""
    what = "sessions" if count.unit == "session" else "rounds"
    if count.half is not None:
        span = f"the {'first' if count.half == 1 else 'second'} half of the season"
    elif count.first is not None or count.last is not None:
        span = f"rounds {count.first or 1} to {count.last if count.last is not None else 'the last'}"
    else:
        span = "the season"
    stages = f", of {', '.join(_title(rules, one) for one in count.stages)}" if count.stages else ""
    fulfilled = f"; droppable only if {' and '.join(count.droppable)}" if count.droppable else ""
    if count.best_of:
        steps = ", ".join(f"{kept} of {scores}" for scores, kept in count.best_of)
        return f"the best {what} of {span}{stages} count: {steps}{fulfilled}"
    if count.best is not None:
        return f"the best {count.best} {what} of {span}{stages} count{fulfilled}"
    return f"all {what} of {span}{stages} count but the worst {count.drop}{fulfilled}"
