"""What-ifs by name: seasons and rules found, edits made, both histories scored.

This is where files meet ``rxscore.whatif``, as ``rxscore.api`` is where they meet scoring.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from rxscore import catalog
from rxscore.api import Opened, open_season, rulebook, ruleset, source
from rxscore.events import Event, Exclusion, PointsDeduction, PointsReported, suggest
from rxscore.problems import Problem, UserError
from rxscore.rulesets import Scale
from rxscore.scoring import Rulebook, Scored, score
from rxscore.season import Season
from rxscore.season.check import Finding, problems
from rxscore.whatif.edits import Edit, OtherRules, SetRule, UnsetRule, edited
from rxscore.whatif.matching import Matching, matched, raced, renamed
from rxscore.whatif.outcome import WhatIf
from rxscore.whatif.scenario import Scenario, made_of, read
from rxscore.whatif.variant import Variant

if TYPE_CHECKING:
    from rxscore.whatif.sensitivity import Sensitivity

Edits = Scenario | str | Sequence[Edit | Mapping[str, Any]]
"""A scenario, the name or path of one, or edits: objects, or the plain tables of a scenario's file."""


SCALES = 10_000
"""So many scales are drawn by ``sensitivity``, if nothing else is said."""

_ANY = "2000"
"""Any season, for rules that are the same in all."""

_SPAN = re.compile(r"\b\d{4}(?:-\d{2,4})?")


@frozen(eq=False)
class Altered:
    """A season with a scenario's edits made: what to score, and how other rules fit it."""

    season: Season
    rules: Rulebook
    matchings: tuple[Matching, ...] = ()


def find_scenario(name: str) -> Scenario:
    """The scenario of that name, or of that file. Raises UserError with everything that is wrong with it."""
    path = catalog.find_scenario(name)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(Problem(f"this is not UTF-8 (byte {error.start})", str(path))) from None
    except OSError as error:
        raise UserError(Problem(error.strerror or str(error), str(path))) from None
    return read(text, str(path), name)


def the_scenario(edits: Edits) -> Scenario:
    """Whatever stands for a scenario, as one. Raises UserError."""
    if isinstance(edits, Scenario):
        return edits
    return find_scenario(edits) if isinstance(edits, str) else made_of(edits)


def what_if(
    season: str | Opened,
    edits: Edits,
    *,
    standing: str | None = None,
    after: int | None = None,
    as_of: str | None = None,
    before: Scored | None = None,
) -> WhatIf:
    """A season replayed with edits, beside the real one.

    ``standing``: the table to look at (the rules' first, if None), after round ``after``, as known on a date.
    ``before``: the real season scored, if it is at hand; what the edits do not touch is taken over from there.
    Raises UserError for edits that cannot be made.
    """
    opened = open_season(season) if isinstance(season, str) else season
    scenario = the_scenario(edits)
    altered = alter(opened, scenario)
    if before is None or as_of is not None:
        before = opened.scored(as_of)
    now = altered.season if as_of is None else altered.season.as_of(as_of)
    really = _standing(opened.name, opened.rules, standing)
    name = _standing(altered.rules.season.name, altered.rules, really if standing is None else standing)
    return WhatIf(
        opened.name, scenario, before, score(now, altered.rules, before), name, really, after, altered.matchings
    )


def _standing(where: str, rules: Rulebook, wanted: str | None) -> str:
    known = [one.id for one in rules.season.standings]
    if wanted is None:
        return known[0]
    if wanted not in known:
        raise UserError(f"{where} has no table {wanted!r}{suggest(wanted, known)}")
    return wanted


def alter(opened: Opened, scenario: Scenario) -> Altered:
    """The season with a scenario's edits made, its history and rules checked.

    Raises UserError for an edit that cannot be made, or that leaves a history or rules that cannot be right.
    """
    variant = edited(Variant(opened.season), scenario.edits, scenario.places)
    season = variant.season
    wrong = [] if season is opened.season else list(problems(season))
    if wrong:
        raise UserError(_located(opened, scenario, finding) for finding in wrong)
    rules = _rules(opened, variant, scenario)
    matchings: tuple[Matching, ...] = ()
    if variant.rules is not None:
        fitting, matching = matched(rules.season, opened.rules.season, raced(season))
        season, rules, matchings = renamed(season, matching), evolve(rules, season=fitting), (matching,)
    known = [one.id for one in rules.season.standings]
    nowhere = [
        Finding(event.id, "standing", f"unknown standing {event.standing!r}{suggest(event.standing, known)}")
        for event in _said_since(season, opened.season)
        if isinstance(event, Exclusion | PointsDeduction | PointsReported) and event.standing not in known
    ]
    if nowhere:
        raise UserError(_located(opened, scenario, finding) for finding in nowhere)
    return Altered(season, rules, matchings)


def _said_since(season: Season, before: Season) -> Iterator[Event]:
    if season is not before:
        yield from (event for event in season.events.values() if event.id not in before.events)


def _rules(opened: Opened, variant: Variant, scenario: Scenario) -> Rulebook:
    """The rules as the scenario has them; a mistake in a value is reported where the scenario gives it."""
    season = variant.season
    if variant.rules is None and not variant.settings and _pins(season) == _pins(opened.season):
        return opened.rules
    try:
        return rulebook(season, variant.rules, variant.settings, opened.log)
    except UserError as error:
        raise UserError(_of_edit(scenario, problem) for problem in error.problems) from None


def _pins(season: Season) -> Mapping[int, str]:
    """The rounds that have rules of their own."""
    scheduled = {number: season.rounds[number].scheduled for number in season.numbers}
    return {number: said.rules for number, said in scheduled.items() if said is not None and said.rules}


def _of_edit(scenario: Scenario, problem: Problem) -> Problem:
    """A problem of rules at the edit that made it, if one did."""
    field = problem.field.replace("[", ".").replace("]", "")
    for index, edit in enumerate(scenario.edits):
        mine = isinstance(edit, SetRule | UnsetRule) and f"{field}.".startswith(f"{edit.key}.")
        above = isinstance(edit, SetRule | UnsetRule) and bool(field) and f"{edit.key}.".startswith(f"{field}.")
        if mine or above:
            said = f"{field}: {problem.message}"
            return evolve(scenario.places[index], message=said) if scenario.places else Problem(said)
    if not problem.file:
        for index, edit in enumerate(scenario.edits):
            if isinstance(edit, OtherRules) and scenario.places:
                return evolve(scenario.places[index], message=problem.message)
    return problem


def _located(opened: Opened, scenario: Scenario, finding: Finding) -> Problem:
    """What cannot be right any more, at the edit since which it is said."""
    message = f"with these changes, {finding.message} (event {finding.event!r})"
    if scenario.places and finding.event not in opened.season.events:
        for index, place in enumerate(scenario.places):
            if finding.event in edited(Variant(opened.season), scenario.edits[: index + 1]).season.events:
                return evolve(place, message=f"{finding.field}: {message}" if finding.field else message)
    return Problem(message, field=finding.field)


def real_scales() -> Mapping[str, Scale]:
    """The scales by which the known rules deal points to drivers, by ruleset, season and stage.

    Rules that cannot be read are passed over: they are not what is asked about.
    """
    found: dict[str, Scale] = {}
    for name in catalog.rules():
        for year in _years(name):
            try:
                rules = ruleset(name, year)
            except UserError:
                continue
            for stage in rules.stages:
                for standing in rules.standings:
                    clause = stage.award.get(standing.id)
                    if clause is not None and clause.scale is not None and standing.of == "driver":
                        known = [f"{name}@{year}" if year != _ANY else name, stage.id]
                        found.setdefault(" ".join(known), clause.scale)
    return found


def _years(name: str) -> Sequence[str]:
    """The seasons with which something changes in a ruleset: those that its file names as the first of a span."""
    try:
        text = source(name).text
    except UserError:
        return ()
    spans = [line for line in text.splitlines() if line.strip().startswith("seasons")]
    years = {span.split("-")[0] for line in spans for span in _SPAN.findall(line)}
    return sorted(years) or [_ANY]


def sensitivity(
    season: str | Opened,
    *,
    standing: str | None = None,
    stage: str | None = None,
    number: int = SCALES,
    convex: bool = False,
    seed: int = 0,
    hinges: bool = True,
) -> "Sensitivity":
    """How much the points system decided a season: see ``rxscore.whatif.sensitivity``.

    Needs NumPy (``pip install 'rxscore[batch]'``). Raises UserError where it is missing, and where there is no
    scale to vary.
    """
    try:
        from rxscore.whatif import sensitivity as room
    except ImportError:
        raise UserError("this needs NumPy: python -m pip install 'rxscore[batch]'") from None
    opened = open_season(season) if isinstance(season, str) else season
    return room.sensitivity(
        opened.name, opened.scored(), _standing(opened.name, opened.rules, standing), stage=stage, real=real_scales(),
        number=number, convex=convex, seed=seed, hinges=hinges,
    )  # fmt: skip
