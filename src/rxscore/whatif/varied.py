"""One scale of the rules varied, the exact way: the rulebook with another scale in a clause, and who leads then.

The batch engine does the same for many scales at once; this is what it must equal, and what does the work where
it cannot.
"""

from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve, frozen

from rxscore.events import Points, suggest
from rxscore.problems import Problem, UserError
from rxscore.rulesets import AwardRule, Ruleset, Scale
from rxscore.scoring import Rulebook, Scored, Table, score


@frozen
class Slot:
    """The place of a scale in the rules: what a ``stage`` deals in a ``standing``."""

    stage: str
    standing: str

    @property
    def key(self) -> str:
        """The slot as a dotted key of the ruleset."""
        return f"stages.{self.stage}.award.{self.standing}.scale"


def slot(rules: Ruleset, standing: str, stage: str | None = None) -> Slot:
    """The slot that decides a standing: that of ``stage``, or else of the stage that wins the event.

    Where the winner's stage deals no points, it is the last stage that does. Raises UserError if there is none.
    """
    known = [one.id for one in rules.standings]
    if standing not in known:
        raise UserError(Problem(f"unknown standing {standing!r}{suggest(standing, known)}", rules.name))
    source = rules.standing(standing).points_of or standing
    dealing = [one.id for one in rules.stages if source in one.award]
    if not dealing:
        raise UserError(Problem(f"no stage deals points in {standing!r} by place", rules.name))
    if stage is not None and stage not in dealing:
        message = f"stage {stage!r} deals no points in {standing!r}{suggest(stage, dealing)}"
        raise UserError(Problem(message, rules.name))
    if stage is None:
        stage = rules.winner if rules.winner in dealing else dealing[-1]
    return Slot(stage, source)


def clauses(rules: Rulebook, where: Slot) -> Iterator[tuple[Ruleset, AwardRule]]:
    """The clauses in that slot, in the season's rules and in those pinned to rounds."""
    for book in {id(book): book for book in (rules.season, *rules.pinned.values())}.values():
        for stage in book.stages:
            if stage.id == where.stage and where.standing in stage.award:
                yield book, stage.award[where.standing]


def with_scale(rules: Rulebook, where: Slot, scale: Scale) -> Rulebook:
    """The rulebook with one scale put in place of whatever the slot deals."""

    def changed(book: Ruleset) -> Ruleset:
        return evolve(
            book,
            stages=tuple(
                evolve(stage, award={**stage.award, where.standing: _dealing(stage.award[where.standing], scale)})
                if stage.id == where.stage and where.standing in stage.award
                else stage
                for stage in book.stages
            ),
        )

    season = changed(rules.season)
    return evolve(rules, season=season, pinned={number: changed(book) for number, book in rules.pinned.items()})


def _dealing(clause: AwardRule, scale: Scale) -> AwardRule:
    return evolve(clause, scale=scale, by_starters=(), function="")


def champions(table: Table) -> tuple[str, ...]:
    """Those in first place, by id: one, several whom nothing parts, or nobody."""
    return tuple(sorted(row.competitor for row in table.rows if row.position == 1))


def exact_champions(
    scored: Scored, standing: str, where: Slot, scales: Iterable[Sequence[Points]]
) -> Iterator[tuple[str, ...]]:
    """Who leads the standing at the end under each scale, one replay a scale."""
    for scale in scales:
        book = with_scale(scored.rules, where, Scale(tuple(scale)))
        yield champions(score(scored.season, book, scored).table(standing))
