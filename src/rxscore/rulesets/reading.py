"""From TOML text to a checked ruleset: inheritance, dated changes, every mistake at once.

A file can extend another (``extends``) and can change its own values for some seasons (``[[changes]]`` with
``seasons``); both are laid over the base as a diff. What comes out is read strictly: an unknown key, a wrong
type, a name that leads nowhere are all reported together, each with its file, key and line.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from attrs import frozen
from cattrs import BaseValidationError, Converter

from rxscore.events import Points, mistakes, strict_converter, suggest
from rxscore.problems import Problem, UserError
from rxscore.record import Record
from rxscore.rulesets.check import contradictions
from rxscore.rulesets.model import Linear, Outcome, Ruleset, Scale, TieStep, Unknown, covers
from rxscore.rulesets.patch import NoSuchKeyError, Plain, changed, laid_over, removed
from rxscore.rulesets.words import beyond, outcome, tie_step, worth


@frozen(eq=False, repr=False)
class Source(Record):
    """The text of one ruleset file, and the name to call it by in messages."""

    file: str
    text: str


Find = Callable[[str], Source]
"""Gives the text of a ruleset by name. Raises UserError if there is none."""

Edit = tuple[str, Any]
"""A dotted key and its new value; the value None removes the key."""


def read(name: str, season: str, find: Find, edits: Sequence[Edit] = ()) -> Ruleset:
    """The ruleset ``name`` as it stands in ``season``, with ``edits`` laid over it.

    Raises UserError with every mistake in the files it is made of, or in the edits.
    """
    plain, sources = assemble(name, season, find)
    before, scales = plain, plain.get("scales", {})
    for key, value in edits:
        plain = edited(plain, key, value)
    strays = [key for key, _ in edits if _strays(key, scales, plain)]
    if strays:
        raise UserError(
            Problem(f"no clause uses a scale of this name{suggest(key.split('.')[1], scales)}", field=key)
            for key in strays
        )
    try:
        return build(name, plain, sources)
    except UserError as error:
        # Where the files themselves are wrong that comes first; else it is the edits, which stand in no file.
        build(name, before, sources)
        raise UserError(
            Problem(f"with the values set, {problem.message}", field=problem.field) for problem in error.problems
        ) from None


def _strays(key: str, scales: Mapping[str, Any], plain: Plain) -> bool:
    """Whether an edit makes a scale that nothing speaks of: a slip of the pen that would change nothing."""
    table, _, name = key.partition(".")
    return table == "scales" and bool(name) and "." not in name and name not in scales and not _speaks_of(plain, name)


def _speaks_of(item: Any, name: str) -> bool:
    if isinstance(item, Mapping):
        return any(_speaks_of(one, name) for one in item.values())
    return any(_speaks_of(one, name) for one in item) if isinstance(item, list) else item == name


def assemble(name: str, season: str, find: Find, below: tuple[str, ...] = ()) -> tuple[Plain, tuple[Source, ...]]:
    """The plain tables of a ruleset for a season, and the files they come from, the nearest first.

    Raises UserError for malformed TOML, a base that leads back to itself, or changes that cannot be laid over.
    """
    source = find(name)
    if name in below:
        raise UserError(Problem(f"extends leads back to itself: {' > '.join((*below, name))}", source.file))
    plain = _parsed(source)
    base: Plain = {}
    sources: tuple[Source, ...] = ()
    if "extends" in plain:
        parent = plain.pop("extends")
        if not isinstance(parent, str):
            raise UserError(_problem(source, "extends", "the name of one ruleset is expected"))
        base, sources = assemble(parent, season, find, (*below, name))
    changes = plain.pop("changes", [])
    if not isinstance(changes, list) or not all(isinstance(change, dict) for change in changes):
        raise UserError(_problem(source, "changes", "a list of tables is expected: [[changes]]"))
    result = _laid(base, plain, source, "")
    for index, change in enumerate(changes):
        key = f"changes.{index}"
        if not isinstance(change.get("seasons"), str):
            raise UserError(_problem(source, key, 'a change says for which seasons: seasons = "1967-1978"'))
        try:
            applies = covers(change["seasons"], season)
        except ValueError as error:
            raise UserError(_problem(source, f"{key}.seasons", str(error))) from None
        if applies:
            content = {name: value for name, value in change.items() if name not in ("seasons", "cite", "because")}
            result = _laid(result, content, source, key)
    return result, (source, *sources)


def edited(plain: Plain, key: str, value: Any) -> Plain:
    """``plain`` with one dotted key set (or, with None, removed). Raises UserError naming the keys there are."""
    try:
        return removed(plain, key) if value is None else changed(plain, key, value)
    except NoSuchKeyError as error:
        raise UserError(Problem(f"there is no {error.part!r}{suggest(error.part, error.known)}", field=key)) from None


def build(name: str, plain: Plain, sources: Sequence[Source]) -> Ruleset:
    """The ruleset that plain tables describe. Raises UserError with every mistake in them."""
    with_scales, problems = _with_scales(plain)
    try:
        rules = _structured({"name": name, **with_scales})
    except BaseValidationError as error:
        problems += [(_by_id(mistake.field, with_scales), mistake.message) for mistake in mistakes(error)]
    else:
        problems += list(contradictions(rules))
    if problems:
        raise UserError(_located(sources, key, message) for key, message in problems)
    return rules


def _parsed(source: Source) -> Plain:
    try:
        return dict(_tables(source.text))  # Nothing inside is changed: what is laid over it makes new tables.
    except tomllib.TOMLDecodeError as error:
        raise UserError(Problem(f"this is not TOML: {error}", source.file)) from None


@lru_cache(maxsize=16)
def _tables(text: str) -> Plain:
    """A file's tables: the seasons of a championship share their rules, and read them one after the other."""
    return tomllib.loads(text)


def _laid(base: Plain, changes: Plain, source: Source, key: str) -> Plain:
    try:
        return laid_over(base, changes)
    except NoSuchKeyError as error:
        where = f"{key}.remove" if key else "remove"
        message = f"there is no {error.key!r} to remove{suggest(error.part, error.known)}"
        raise UserError(_problem(source, where, message)) from None


def _problem(source: Source, key: str, message: str) -> Problem:
    from rxscore.rulesets.locate import line_of  # here, because nothing is looked for while all is well

    return Problem(message, source.file, line_of(source.text, key), key)


def _by_id(field: str, plain: Plain) -> str:
    """The dotted key of a field: ``stages.heats.score`` for ``stages[0].score``, where the table has an id."""
    parts: list[str] = []
    item: Any = plain
    for part in field.replace("[", ".").replace("]", "").split("."):
        if isinstance(item, list):
            item = item[int(part)]
            name = item.get("id") if isinstance(item, Mapping) else None
            parts.append(name if isinstance(name, str) else part)
        else:
            item = item.get(part) if isinstance(item, Mapping) else None
            parts.append(part)
    return ".".join(parts)


def _located(sources: Sequence[Source], key: str, message: str) -> Problem:
    """The problem at the place where the key is written: in the nearest file that has it."""
    from rxscore.rulesets.locate import line_of  # as above

    found = [(source, line_of(source.text, key)) for source in sources]
    for source, line in found:
        if line is not None:
            return Problem(message, source.file, line, key)
    return Problem(message, sources[0].file if sources else "", None, key)


# --- reading tables into classes -------------------------------------------------------------


def _with_scales(plain: Plain) -> tuple[Plain, list[tuple[str, str]]]:
    """The tables with every scale that is called by name put in its place, and the names that lead nowhere."""
    scales = plain.get("scales", {})
    problems: list[tuple[str, str]] = []
    if not isinstance(scales, Mapping):
        return plain, problems

    def scale(value: Any, key: str) -> Any:
        if not isinstance(value, str):
            return value
        if value not in scales:
            problems.append((key, f"unknown scale {value!r}{suggest(value, scales)}"))
            return []
        return scales[value]

    def walk(item: Any, key: str) -> Any:
        if isinstance(item, Mapping):
            result = {}
            for name, value in item.items():
                inner = f"{key}.{name}" if key else str(name)
                if name == "scale":
                    result[name] = scale(value, inner)
                elif name == "award" and isinstance(value, Mapping) and not key.startswith("bonuses"):
                    result[name] = {
                        standing: walk(award, f"{inner}.{standing}")
                        if isinstance(award, Mapping)
                        else {"scale": scale(award, f"{inner}.{standing}")}
                        for standing, award in value.items()
                    }
                elif name != "scales":
                    result[name] = walk(value, inner)
                else:
                    result[name] = value
            return result
        if isinstance(item, list):
            named = [one.get("id", index) if isinstance(one, Mapping) else index for index, one in enumerate(item)]
            return [walk(one, f"{key}.{name}") for one, name in zip(item, named, strict=True)]
        return item

    return walk(plain, ""), problems


def _structured(plain: Plain) -> Ruleset:
    """The ruleset. Raises BaseValidationError with every mistake."""
    try:
        return _converter(detailed=False).structure(plain, Ruleset)
    except Exception:
        # The fast converter stops at the first mistake and does not say where: read again, slowly.
        return _converter(detailed=True).structure(plain, Ruleset)


@cache
def _converter(*, detailed: bool) -> Converter:
    converter = strict_converter(detailed=detailed)
    converter.register_structure_hook(Linear | Unknown, lambda value, _: beyond(value))
    converter.register_structure_hook(Points | Unknown, lambda value, _: worth(value))
    converter.register_structure_hook(Outcome, lambda value, _: outcome(value))
    converter.register_structure_hook(TieStep, lambda value, _: tie_step(_text(value)))
    # A hook is made with the hooks there are at that time: those of the parts come first.
    scale = converter.get_structure_hook(Scale)
    converter.register_structure_hook(Scale, lambda value, _: _scale(value, scale))
    return converter


def _scale(value: Any, structure: Callable[[Any, Any], Any]) -> Scale:
    if isinstance(value, list):
        return Scale(tuple(worth(one) for one in value))
    result: Scale = structure(value, Scale)
    return result


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"text is expected, not {value!r}")
    return value
