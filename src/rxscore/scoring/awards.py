"""Dealing points: which car gets what for its place, and to whom the points belong.

First the cars: a standing's rules look at a classification as if those who do not score in it were not there
(or hold their places), and deal points by place and status. Then the competitors: the driver, the crew, the
team or the make of each car.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from attrs import evolve, frozen

from rxscore.events import (
    EligibilitySet,
    EntryFiled,
    FeatBy,
    FeatRecorded,
    Points,
    PointsReported,
    SessionShortened,
    plain,
    points_text,
)
from rxscore.rulesets import AwardRule, Bonus, Ruleset, Scale, Shortened, Stage, Standing
from rxscore.scoring.model import Award, Classification, Classified, Contest
from rxscore.scoring.stages import Stages, points_for
from rxscore.season import Round, Season

Extension = Callable[[Sequence[Classified]], Mapping[str, Points]]
"""A Python extension that deals points: from the rows of a contest to points by entry."""


@frozen
class Deal:
    """Points for a car, before it is said whose they are."""

    entry: str
    drivers: tuple[str, ...]
    points: Points
    stage: str
    session: str
    clause: str
    cite: str
    events: tuple[str, ...]
    inferred: bool


@frozen
class Dealer:
    """What dealing the points of one round needs to know. ``entries``: by id, as they stand in this round."""

    season: Season
    round: Round
    rules: Ruleset
    stages: Stages
    entries: Mapping[str, EntryFiled]
    last_round: int
    extensions: Mapping[str, Extension]

    def awards(self, standing: Standing) -> tuple[Award, ...]:
        """Every award of the round in one standing."""
        source = self.rules.standing(standing.points_of) if standing.points_of else standing
        deals = list(self._deals(source))
        if standing.points_of:
            deals = [deal for deal in deals if self.scores(standing, deal.entry) == "score"]
        factor = self._factor(standing)
        found = [award for deal in deals for award in self._belonging(standing, deal, factor)]
        if standing.cars is not None and standing.cars_by == "round":
            found = _best_cars(found, standing.cars)
        if standing.own_shares == "best":
            found = _best_share(found)
        return tuple(self._reported(standing, source, found))

    # --- cars --------------------------------------------------------------------------------

    def _deals(self, standing: Standing) -> Iterator[Deal]:
        for stage in self.rules.stages:
            clause = stage.award.get(standing.id)
            found = self.stages.get(stage.id)
            if clause is None or found is None:
                continue
            for contest in contests_of(found):
                yield from self._dealt(standing, stage, clause, contest)
        for bonus in self.rules.bonuses:
            if standing.id in bonus.award:
                yield from self._bonus(standing, bonus)

    def untold(self, standing: Standing) -> Iterator[tuple[str, str]]:
        """The (competitor, stage) pairs to whom a place gave points that no source tells."""
        source = self.rules.standing(standing.points_of) if standing.points_of else standing
        for stage in self.rules.stages:
            clause = stage.award.get(source.id)
            found = self.stages.get(stage.id)
            if clause is None or found is None or not clause.unknown:
                continue
            for contest in contests_of(found):
                for row, amount in self._amounts(source, stage, clause, contest):
                    if amount is None and self.scores(standing, row.entry) == "score":
                        for owner in self.owners(standing, row.entry, row.drivers):
                            yield owner, stage.id

    def _amounts(
        self, standing: Standing, stage: Stage, clause: AwardRule, contest: Contest
    ) -> Iterator[tuple[Classified, Points | None]]:
        """What each car that scores gets for its place in a contest; None where no source tells."""
        rows = self.eligible(standing, clause, contest.rows)
        shortened = self._shortened(standing, stage, contest.session)
        if clause.function:
            given = self.extensions[clause.function]([row for row, _ in rows])
            points: Mapping[str, Points | None] = {row.entry: given.get(row.entry, 0) for row, _ in rows}
        else:
            scale = self._scale(clause, rows, shortened)
            points = _by_scale(rows, clause, scale, self.rules.dead_heat)
        for row, scores in rows:
            amount = points[row.entry]
            if amount is not None and shortened is not None and shortened.factor is not None:
                amount = plain(Fraction(amount * shortened.factor))
            if scores:
                yield row, amount

    def _dealt(self, standing: Standing, stage: Stage, clause: AwardRule, contest: Contest) -> Iterator[Deal]:
        for row, amount in self._amounts(standing, stage, clause, contest):
            if not amount:
                continue
            where = contest.session or stage.title or stage.id
            place = f"{ordinal(row.place)} in {where}" if row.place is not None else f"{row.status} in {where}"
            cite = clause.cite or stage.cite
            yield Deal(row.entry, row.drivers, amount, stage.id, contest.session, place, cite, row.events, row.inferred)

    def eligible(
        self, standing: Standing, clause: AwardRule | None, rows: Sequence[Classified]
    ) -> list[tuple[Classified, bool]]:
        """The cars as a standing sees them, and whether each scores: invisible ones left out, places closed up."""
        needed = None if clause is None or not clause.if_classified else self.stages.get(clause.if_classified)
        seen: list[tuple[Classified, bool]] = []
        gone: list[int] = []
        cars: dict[str, int] = {}
        for row in rows:
            how = self.scores(standing, row.entry)
            if needed is not None and not any(one.entry == row.entry and one.place for one in needed.rows):
                how = "invisible"
            if how == "score" and standing.cars is not None and standing.cars_by == "contest":
                owner = self._owner(standing, row.entry)
                if cars.get(owner, 0) >= standing.cars:
                    how = standing.others
                cars[owner] = cars.get(owner, 0) + 1
            if how == "invisible":
                if row.place is not None:
                    gone.append(row.place)
                continue
            if gone and row.place is not None:
                row = evolve(row, place=row.place - sum(place < row.place for place in gone))
            seen.append((row, how == "score"))
        return seen

    def scores(self, standing: Standing, entry: str) -> str:
        """``score``, ``invisible`` or ``hold places``: how an entry counts in a standing in this round."""
        filed = self.entries.get(entry)
        if filed is None:
            return "score"
        said = [
            event
            for event in self.season.of_entry(entry, EligibilitySet)
            if (not event.standings or standing.id in event.standings)
            and (not event.rounds or self.round.number in event.rounds)
        ]
        if said:
            # What is said of this round in particular goes before what is said of the season.
            event = max(said, key=lambda event: (bool(event.rounds), bool(event.standings), event.known, event.id))
            return "score" if event.scores else "hold places" if event.holds_place else "invisible"
        if standing.car_class and filed.car_class != standing.car_class:
            return "invisible"
        if filed.guest and standing.guests != "score":
            return standing.guests
        if standing.entries == "nominated" and standing.id not in filed.nominated:
            return standing.not_eligible
        return "score"

    def _scale(self, clause: AwardRule, rows: Sequence[tuple[Classified, bool]], shortened: Shortened | None) -> Scale:
        if shortened is not None and shortened.scale is not None:
            return shortened.scale
        if clause.scale is not None:
            return clause.scale
        starters = sum(scores and row.status != "DNS" for row, scores in rows)
        fitting = [option for option in clause.by_starters if starters >= option.least]
        return max(fitting, key=lambda option: option.least).scale if fitting else Scale()

    def _shortened(self, standing: Standing, stage: Stage, session: str) -> Shortened | None:
        run = next((event for event in self.round.of(SessionShortened) if event.session == session), None)
        if run is None:
            return None
        for rule in self.rules.shortened:
            fits = rule.least <= run.completed and (rule.below is None or run.completed < rule.below)
            stopped = not (rule.unless_resumed and run.resumed)
            if stage.id in rule.stages and fits and stopped and (not rule.standings or standing.id in rule.standings):
                return rule
        return None

    def _factor(self, standing: Standing) -> Points:
        scheduled = self.round.scheduled
        factor: Points = 1 if scheduled is None else scheduled.coefficient
        for rule in self.rules.multipliers:
            meant = self.round.number in rule.rounds or self.round.number > self.last_round - rule.last
            if meant and (not rule.standings or standing.id in rule.standings):
                factor = factor * rule.factor
        return factor

    def _bonus(self, standing: Standing, bonus: Bonus) -> Iterator[Deal]:
        for feat in self.round.of(FeatRecorded):
            if feat.feat != bonus.feat or (bonus.session and feat.session != bonus.session):
                continue
            if bonus.completed is not None and not self._ran(feat.session, bonus.completed):
                continue
            share = _share(bonus, standing, feat.rows)
            for by in feat.rows:
                if self.scores(standing, by.entry) != "score" or not self._placed(standing, bonus, by.entry):
                    continue
                amount = plain(Fraction(share * by.count))
                if amount:
                    inferred = (by.basis or feat.basis) == "inferred"
                    yield Deal(
                        by.entry, by.drivers, amount, bonus.id, feat.session, _feat(feat, by), bonus.cite,
                        (feat.id,), inferred,
                    )  # fmt: skip

    def _ran(self, session: str, share: Points) -> bool:
        return all(event.completed > share for event in self.round.of(SessionShortened) if event.session == session)

    def _placed(self, standing: Standing, bonus: Bonus, entry: str) -> bool:
        if bonus.classified is None:
            return True
        found = self.stages.get(bonus.stage)
        rows = () if found is None else found.rows
        for row, _ in self.eligible(standing, None, rows):
            if row.entry == entry and row.place is not None and row.status == "classified":
                return not bonus.classified or row.place <= bonus.classified
        return False

    # --- competitors -------------------------------------------------------------------------

    def owners(self, standing: Standing, entry: str, drivers: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The competitors of a standing to whom a car's result belongs."""
        filed = self.entries.get(entry)
        if standing.of == "driver":
            return drivers or (() if filed is None else filed.drivers)
        owner = self._owner(standing, entry)
        return (owner,) if owner else ()

    def _owner(self, standing: Standing, entry: str) -> str:
        filed = self.entries.get(entry)
        if standing.of == "entry" or filed is None:
            return entry if standing.of == "entry" else ""
        return filed.team if standing.of == "team" else filed.make

    def _belonging(self, standing: Standing, deal: Deal, factor: Points) -> Iterator[Award]:
        owners = self.owners(standing, deal.entry, deal.drivers)
        amount = deal.points if factor == 1 else plain(Fraction(deal.points * factor))
        clause = deal.clause if factor == 1 else f"{deal.clause}, times {points_text(factor)}"
        if len(owners) > 1 and standing.of == "driver" and standing.crew != "each":
            if standing.crew == "nothing":
                return
            clause = f"{clause}, a part of {points_text(amount)}"
            amount = plain(Fraction(amount, len(owners)))
        for owner in owners:
            yield Award(
                standing.id, owner, amount, self.round.number, deal.stage, deal.session, clause, deal.cite,
                deal.entry, deal.events, deal.inferred,
            )  # fmt: skip

    def _reported(self, standing: Standing, source: Standing, awards: Iterable[Award]) -> Iterator[Award]:
        """The awards, with those replaced for which the log reports the points themselves."""
        events = [event for event in self.round.of(PointsReported) if event.standing in (standing.id, source.id)]
        if not events:
            yield from awards
            return
        given = [award for event in events for award in self._from_report(standing, event)]
        replaced = {(award.competitor, event.stage) for event in events for award in self._from_report(standing, event)}
        for award in awards:
            # Points regrouped from another standing are known by car: the report of any of its drivers counts.
            stages = {stage for competitor, stage in replaced if competitor == award.competitor}
            if award.stage not in stages and "" not in stages:
                yield award
        yield from (award for award in given if award.points)

    def _from_report(self, standing: Standing, event: PointsReported) -> Iterator[Award]:
        for row in event.rows:
            inferred = (row.basis or event.basis) == "inferred"
            entry = next((e.entry for e in self.entries.values() if row.competitor in (*e.drivers, e.entry)), "")
            if event.standing == standing.id:
                owners: tuple[str, ...] = (row.competitor,)
            elif entry and self.scores(standing, entry) == "score":
                owners = self.owners(standing, entry)
            else:
                owners = ()
            for owner in owners:
                yield Award(
                    standing.id, owner, row.points, self.round.number, event.stage, "", "points as reported", "",
                    entry, (event.id,), inferred,
                )  # fmt: skip


def contests_of(classification: Classification) -> Sequence[Contest]:
    """The contests whose places are worth points: the sessions of a stage, or the stage as a whole."""
    if classification.contests and not (classification.declared and classification.rows):
        return classification.contests
    session = classification.contests[0].session if len(classification.contests) == 1 else ""
    return (Contest(session, None, classification.rows, classification.complete),)


def ordinal(number: int | None) -> str:
    """``1st``, ``2nd``, ``3rd``, ``11th``."""
    if number is None:
        return "-"
    last = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{last}"


def _by_scale(
    rows: Sequence[tuple[Classified, bool]], clause: AwardRule, scale: Scale, dead_heat: str
) -> dict[str, Points | None]:
    sharing: dict[int, int] = {}
    last = 0
    for row, _ in rows:
        if row.place is not None and row.status == "classified":
            sharing[row.place] = sharing.get(row.place, 0) + 1
            last = max(last, row.place)

    def at(place: int) -> Points | None:
        level = sharing.get(place, 1)
        if level == 1 or dead_heat == "full":
            return scale.at(place)
        shared = [worth for index in range(level) if (worth := scale.at(place + index)) is not None]
        return plain(Fraction(sum(shared), level)) if len(shared) == level else None

    return {row.entry: points_for(row, clause, at, len(rows), last) for row, _ in rows}


def _share(bonus: Bonus, standing: Standing, rows: Sequence[FeatBy]) -> Points:
    whole = bonus.award[standing.id]
    if len(rows) == 1 or bonus.shared == "full":
        return whole
    return Fraction(whole, len(rows)) if bonus.shared == "split" else 0


def _feat(feat: FeatRecorded, by: FeatBy) -> str:
    times = f" x {by.count}" if by.count > 1 else ""
    return f"{feat.feat.replace('-', ' ')}{times}" + (f" in {feat.session}" if feat.session else "")


def _best_cars(awards: Sequence[Award], cars: int) -> list[Award]:
    """The awards of each competitor's best cars of the round."""
    sums: dict[tuple[str, str], Points] = {}
    for award in awards:
        key = award.competitor, award.entry
        sums[key] = sums.get(key, 0) + award.points
    kept: set[tuple[str, str]] = set()
    for competitor in {competitor for competitor, _ in sums}:
        mine = sorted((key for key in sums if key[0] == competitor), key=lambda key: (-sums[key], key))
        kept.update(mine[:cars])
    return [award for award in awards if (award.competitor, award.entry) in kept]


def _best_share(awards: Sequence[Award]) -> list[Award]:
    """Of several cars that one driver shared in a session, the one that gives him most."""
    best: dict[tuple[str, str, str], Award] = {}
    for award in awards:
        key = award.competitor, award.stage, award.session
        if key not in best or award.points > best[key].points:
            best[key] = award
    return list(best.values())
