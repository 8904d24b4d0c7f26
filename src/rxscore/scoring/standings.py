"""Tables: who is where in a standing after a round, and which tie-break step said so."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import define, evolve, field

from rxscore.events import Exclusion, Points, TieDecided, plain, points_text
from rxscore.rulesets import Ruleset, Scale, Standing, TieStep
from rxscore.scoring.accounts import Account, Accounts, Plan, after_round, plan
from rxscore.scoring.awards import ordinal
from rxscore.scoring.model import Award, RoundScore, Row, Table
from rxscore.scoring.ranking import Step, ranked
from rxscore.scoring.score import Rulebook, score_rounds
from rxscore.scoring.tiesteps import NOWHERE
from rxscore.season import Season

Running = tuple[Plan, list[Accounts]]
"""How a standing adds up, and the accounts after every round."""


@define(eq=False)
class Scored:
    """A season scored: its rounds, and its tables on demand.

    Made by ``score``. Tables are computed from running accounts that are kept here once they are asked for;
    otherwise a scored season does not change.
    """

    season: Season
    rules: Rulebook
    rounds: tuple[RoundScore, ...]
    _former: tuple[tuple[RoundScore, ...], Mapping[str, Running]] = ((), {})
    _accounts: dict[str, Running] = field(factory=dict)

    @property
    def ruleset(self) -> Ruleset:
        """The rules of the season's standings."""
        return self.rules.season

    def round(self, number: int) -> RoundScore | None:
        """The round of that number, scored, or None if it was not held."""
        return next((score for score in self.rounds if score.number == number), None)

    def awards(self, standing: str, competitor: str | None = None) -> Iterator[Award]:
        """The ledger of a standing, in the order of the rounds."""
        for score in self.rounds:
            for award in score.awards.get(standing, ()):
                if competitor is None or award.competitor == competitor:
                    yield award

    def table(self, standing: str, after: int | None = None) -> Table:
        """A standing after round ``after`` (the last one held, if None). Raises StopIteration for an unknown one."""
        rules = self.ruleset.standing(standing)
        numbers = [score.number for score in self.rounds]
        accounts = self.accounts(standing, after)
        return _table(self, rules, accounts, after if after is not None else max(numbers, default=None))

    def tables(self, standing: str) -> Iterator[Table]:
        """A standing after every round that was held."""
        rules = self.ruleset.standing(standing)
        for score, accounts in zip(self.rounds, self._running(rules), strict=True):
            yield _table(self, rules, accounts, score.number)

    def accounts(self, standing: str, after: int | None = None) -> Accounts:
        """What each competitor has in a standing, as ``table``. Raises StopIteration for an unknown standing."""
        running = self._running(self.ruleset.standing(standing))
        position = sum(after is None or score.number <= after for score in self.rounds)
        return running[position - 1] if position else {}

    def _running(self, standing: Standing) -> list[Accounts]:
        """The accounts after every round; those of rounds before the first changed one are taken over."""
        if standing.id in self._accounts:
            return self._accounts[standing.id][1]
        mine = plan(self.season, self.ruleset, standing)
        running: list[Accounts] = []
        rounds, accounts_then = self._former
        if standing.id in accounts_then and accounts_then[standing.id][0] == mine:
            for score, former, accounts in zip(self.rounds, rounds, accounts_then[standing.id][1], strict=False):
                if score is not former:
                    break
                running.append(accounts)
        numbers = [score.number for score in self.rounds]
        for score in self.rounds[len(running) :]:
            held = [number for number in numbers if number <= score.number] if mine.clauses else ()
            running.append(after_round(running[-1] if running else {}, score, mine, held))
        self._accounts[standing.id] = mine, running
        return running


def score(season: Season, rules: Rulebook, before: Scored | None = None) -> Scored:
    """The season under the rules. ``before``: a former result, of which what has not changed is kept."""
    rounds = score_rounds(season, rules, before.rounds if before is not None else ())
    return Scored(season, rules, rounds, (before.rounds, before._accounts) if before is not None else ((), {}))


def _table(scored: Scored, standing: Standing, accounts: Accounts, after: int | None) -> Table:
    excluded = exclusions(scored.season, standing, after)
    listed = [
        account
        for name, account in sorted(accounts.items())
        if name not in excluded and (account.points or appears(account, standing))
    ]
    sign = -1 if standing.order == "high" else 1
    chain = tie_steps(scored, standing, after)
    rows = [_row(place.item, place.place, place.tie) for place in ranked(listed, lambda one: sign * one.points, chain)]
    rows += [
        _row(accounts[name] if event.keep_points else evolve(accounts[name], points=0), None, "excluded")
        for name, event in sorted(excluded.items())
        if event.keep_row and name in accounts
    ]
    for event in _excluded(scored.season, standing, after):
        if event.starts_again and event.keep_row:
            before = [a for a in scored.awards(standing.id, event.competitor) if a.round < (event.round or 0)]
            rows.append(Row(None, event.competitor, 0, plain(sum(a.points for a in before)), tie="excluded"))
    return Table(standing.id, after, tuple(rows))


def exclusions(season: Season, standing: Standing, after: int | None = None) -> Mapping[str, Exclusion]:
    """Who is excluded from a standing for good, by the table after round ``after`` (the last one, if None)."""
    return {event.competitor: event for event in _excluded(season, standing, after) if not event.starts_again}


def _excluded(season: Season, standing: Standing, after: int | None) -> Iterator[Exclusion]:
    for event in season.general(Exclusion):
        if event.standing == standing.id and (event.round is None or after is None or event.round <= after):
            yield event


def appears(account: Account, standing: Standing) -> bool:
    """Whether a standing lists a competitor who has no points."""
    return standing.appears != "scored" and (account.listed or (standing.appears == "started" and account.uncertain))


def tie_steps(scored: Scored, standing: Standing, after: int | None = None) -> Sequence[Step[Account]]:
    """What parts equals in a standing, step by step: the rules' steps, then what was decided where they end."""
    decided = [
        _decided(event)
        for event in scored.season.general(TieDecided)
        if event.standing == standing.id and (event.round is None or after is None or event.round <= after)
    ]
    return [*(_step(step, scored, standing, after) for step in standing.ties), *decided]


def _decided(event: TieDecided) -> Step[Account]:
    places = {competitor: place for place, competitor in enumerate(event.order, 1)}

    def place(account: Account) -> int:
        return places.get(account.competitor, len(places) + 1)

    return Step("decided", place, lambda account: ordinal(places.get(account.competitor)))


def _row(account: Account, position: int | None, tie: str) -> Row:
    return Row(
        position,
        account.competitor,
        account.points,
        account.gross,
        tuple(dropped for dropped in account.dropped if dropped.points),
        account.uncertain,
        account.inferred,
        tie,
    )


# --- tie steps of standings ------------------------------------------------------------------


def _step(step: TieStep, scored: Scored, standing: Standing, after: int | None) -> Step[Account]:
    of = step.of or scored.ruleset.winner
    worth = scale_of(scored.ruleset, standing, of) if step.scoring else None

    def results(account: Account) -> Sequence[tuple[int, int]]:
        found = account.results.get(of, ())
        if worth is not None:
            found = tuple(result for result in found if worth.at(result[0]))
        if step.counted:
            left_out = {dropped.round for dropped in account.dropped}
            return [(place, number) for place, number in found if number not in left_out]
        return found

    def places(account: Account) -> tuple[int, ...]:
        return tuple(place for place, _ in results(account))

    def points_in(account: Account) -> Points:
        numbers = {score.number for score in scored.rounds if after is None or score.number <= after}
        awards = scored.awards(standing.id, account.competitor)
        return sum(one.points for one in awards if of in (one.stage, one.session) and one.round in numbers)

    def show_places(account: Account) -> str:
        return ", ".join(f"{n} x {place}" for place, n in _counts(places(account)).items()) or "none"

    name = str(step)
    match step.kind:
        case "wins":
            return Step(name, lambda one: -places(one).count(1), lambda one: str(places(one).count(1)))
        case "countback":
            # Equal so far and one has more results: he is ahead, so the shorter list ends in nowhere.
            return Step(name, lambda one: (*places(one), NOWHERE), show_places)
        case "latest round":
            numbers = sorted(score.number for score in scored.rounds if after is None or score.number <= after)
            return Step(name, lambda one: _backwards(results(one), numbers), lambda one: _latest(results(one)))
        case "earliest best":
            return Step(name, lambda one: min(results(one), default=(NOWHERE,)), lambda one: _best(results(one)))
        case "gross points":
            return Step(name, lambda one: -one.gross, lambda one: points_text(one.gross))
        case "best score":
            return Step(
                name,
                _best_scores,
                lambda one: ", ".join(points_text(-score) for score in _best_scores(one)[:-1]) or "none",
            )
        case _:
            return Step(name, lambda one: -points_in(one), lambda one: points_text(points_in(one)))


def scale_of(rules: Ruleset, standing: Standing, of: str) -> Scale | None:
    """The scale by which a stage's places are worth points in a standing, if there is one."""
    award = next((stage.award for stage in rules.stages if of in (stage.id, *stage.sessions)), {})
    clause = award.get(standing.points_of or standing.id)
    return None if clause is None else clause.scale


def _counts(places: Iterable[int]) -> Mapping[int, int]:
    counts: dict[int, int] = {}
    for place in places:
        counts[place] = counts.get(place, 0) + 1
    return counts


def _backwards(results: Iterable[tuple[int, int]], numbers: Sequence[int]) -> tuple[Any, ...]:
    best: dict[int, int] = {}
    for place, number in results:
        best[number] = min(place, best.get(number, place))
    return tuple(best.get(number, NOWHERE) for number in reversed(numbers))


def _latest(results: Iterable[tuple[int, int]]) -> str:
    latest = max(((number, -place) for place, number in results), default=None)
    return "none" if latest is None else f"{-latest[1]} in round {latest[0]}"


def _best(results: Iterable[tuple[int, int]]) -> str:
    best = min(results, default=None)
    return "none" if best is None else f"{best[0]} in round {best[1]}"


def _best_scores(account: Account) -> list[Points]:
    # Equal so far and one has more scores: he is ahead, so the shorter list ends in nothing; and nothing is no score.
    return [*sorted(-unit.points for units in account.units for unit in units if unit.points), 0]
