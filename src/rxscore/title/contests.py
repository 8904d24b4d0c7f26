"""What is still to be won: every contest to come of a round, its places, what each is worth, who can take it.

None of it is written down here. A round is played through the engine in a few orders, and what comes out says who
starts where and what each place is worth: a contest to come is what the engine made of it. Where those plays do not
agree with each other (a bonus for many starters, a team's third car, a Python extension) the round is said not to be
``sound``: then bounds on it may be wrong, and nobody is called eliminated because of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from attrs import Factory, frozen

from rxscore.events import Points
from rxscore.rulesets import Ruleset, Standing
from rxscore.scoring import Award, Classification, RoundScore, Rulebook, Scored
from rxscore.scoring.eligibility import Roster, roster
from rxscore.title.play import Completion, UnplayableError, fed, field_of, replay, sessions_of

SEATS_TAKEN = "cars that do not score take seats in later sessions"
"""Why a round is not sound, if for no other reason: then what the places are worth is right all the same."""

Seat = tuple[int, int]
"""A place in a contest: the number of the contest in its round, and the place (from 1)."""


@frozen
class ToCome:
    """A contest to come. ``points``: what each place is worth to a car that scores.

    ``sources``: from which places of earlier contests one starts in it (everybody starts, if there are none);
    ``others``: of these seats ``extra`` more are through, and which is not a question of places.
    ``blocks``: places that are shared out among those who had certain places before (an event's overall order),
    in the ``order`` of another contest, if that is what parts them.
    """

    stage: str
    session: str
    size: int
    points: tuple[Points, ...]
    sources: tuple[Seat, ...] = ()
    others: tuple[Seat, ...] = ()
    extra: int = 0
    blocks: tuple[tuple[tuple[int, ...], tuple[Seat, ...]], ...] = ()
    order: int | None = None


@frozen
class Feat:
    """Points for a feat. ``within``: only for one of the first so many of these contests (0: of any place)."""

    feat: str
    session: str
    points: Points
    contests: tuple[int, ...] = ()
    within: int | None = None


@frozen
class RoundToCome:
    """A round to come, as a standing sees it.

    ``field``: the entries; ``owners``: whose points an entry scores (nobody's, if it does not score), and which share
    of them. ``sound``: nothing can come out that the contests do not allow; if not, ``because`` says what is in the
    way. ``tied``: by session or stage that ties look at, the numbers of its contests. ``ranks``: if the cars finish in
    one order all day, the places that the first takes, the second, and so on.
    """

    number: int
    field: tuple[str, ...]
    owners: Mapping[str, tuple[tuple[str, Fraction], ...]]
    contests: tuple[ToCome, ...] = ()
    feats: tuple[Feat, ...] = ()
    tied: Mapping[str, tuple[int, ...]] = Factory(dict)
    ranks: tuple[tuple[Seat, ...], ...] = ()
    because: str = ""

    @property
    def sound(self) -> bool:
        """Whether the contests say all that can come out."""
        return not self.because

    @property
    def linked(self) -> bool:
        """Whether one contest decides who starts in another, or what it is worth to be ahead in it."""
        return any(contest.sources or contest.others or contest.blocks for contest in self.contests)

    def cars(self, competitor: str) -> tuple[str, ...]:
        """The entries whose points a competitor gets."""
        return tuple(entry for entry in self.field if any(owner == competitor for owner, _ in self.owners[entry]))


def round_to_come(
    base: Scored, rules: Rulebook, standing: Standing, number: int, looked_at: Sequence[str]
) -> RoundToCome:
    """What can be won in round ``number``. ``looked_at``: the stages and sessions whose places decide ties."""
    here = rules.of(number)
    entries = field_of(base.season, number)
    source = here.standing(standing.points_of) if standing.points_of else standing
    by_id = {filed.entry: filed for filed in base.season.entered(number)}
    seen, mine = (roster(base.season, number, one, by_id) for one in (source, standing))
    hidden = tuple(entry for entry in entries if seen.how(entry) == "invisible")
    # Places close up over those whom the standing does not see: they are as good as not there.
    entries = tuple(entry for entry in entries if entry not in hidden)
    owners = {entry: _owners(entry, seen, mine, standing) for entry in entries}
    bare = RoundToCome(number, entries, owners)
    try:
        plays = [_play(base, rules, number, order) for order in _orders(bare)]
    except UnplayableError as error:
        return RoundToCome(number, entries, owners, because=str(error))
    sessions = sessions_of(base.season, here, number)
    shape = _Shape(bare, here, standing, plays, tuple(looked_at), sessions, bool(hidden))
    return shape.round()


def _owners(entry: str, seen: Roster, mine: Roster, standing: Standing) -> tuple[tuple[str, Fraction], ...]:
    if not seen.scores(entry) or not mine.scores(entry):
        return ()
    owners = mine.owners(entry)
    if len(owners) > 1 and standing.of == "driver" and standing.crew != "each":
        return () if standing.crew == "nothing" else tuple((owner, Fraction(1, len(owners))) for owner in owners)
    return tuple((owner, Fraction(1)) for owner in owners)


def _orders(round_: RoundToCome) -> Iterator[tuple[str, ...]]:
    """Orders in which to play a round so that a car that scores is seen in every place, the first and the last."""
    scoring = tuple(entry for entry in round_.field if round_.owners[entry])
    others = tuple(entry for entry in round_.field if not round_.owners[entry])
    yield scoring[::-1] + others
    # Few score in a standing of nominated cars: they are moved back through the field, as far as they have not been.
    for ahead in range(0, len(others), max(len(scoring), 1)):
        yield others[:ahead] + scoring + others[ahead:]
    yield others + scoring


def _play(base: Scored, rules: Rulebook, number: int, order: Sequence[str]) -> RoundScore:
    here = rules.of(number)
    sessions = [session for stage in here.stages for session in stage.sessions]
    completion = Completion({(number, session): order for session in sessions})
    played = replay(base, rules, [number], completion).round(number)
    assert played is not None, "a round that is played out is held"
    return played


@frozen
class _Shape:
    """A round read off the plays of it. ``hidden``: whether there are cars that the standing does not see."""

    bare: RoundToCome
    rules: Ruleset
    standing: Standing
    plays: Sequence[RoundScore]
    looked_at: tuple[str, ...]
    sessions: tuple[str, ...]
    hidden: bool

    def round(self) -> RoundToCome:
        """The round as the plays show it."""
        contests: list[ToCome] = []
        index: dict[tuple[str, str], int] = {}
        for stage, session, rows in self._contests():
            index[stage, session] = len(contests)
            contests.append(self._contest(stage, session, rows, index))
        feats = tuple(self._feats(index))
        tied = {
            of: tuple(n for (stage, session), n in index.items() if of in (stage, session)) for of in self.looked_at
        }
        wrong = next(self._wrong(contests), "")
        bare = self.bare
        return RoundToCome(
            bare.number, bare.field, bare.owners, tuple(contests), feats, tied, self._ranks(index), wrong
        )

    def _contests(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Every contest of the first play, in the order of the event: its stage, session, and cars in order."""
        yield from self._parts_of(self.plays[0])

    def _parts_of(self, play: RoundScore) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Every contest of a play: its stage, session, and the cars that the standing sees in order."""
        for stage, session, cars in _all_parts(play, self.rules):
            yield stage, session, tuple(entry for entry in cars if entry in self.bare.owners)

    def _ranks(self, index: Mapping[tuple[str, str], int]) -> tuple[tuple[Seat, ...], ...]:
        contests = list(self._contests())
        return tuple(
            tuple((index[stage, session], cars.index(entry) + 1) for stage, session, cars in contests if entry in cars)
            for entry in self.bare.field
        )

    def _contest(self, stage: str, session: str, rows: tuple[str, ...], index: Mapping[tuple[str, str], int]) -> ToCome:
        points = tuple(self._worth(stage, session, place) or 0 for place in range(1, len(rows) + 1))
        sources: list[Seat] = []
        others: list[Seat] = []
        extra = 0
        if session and fed(session, self.rules):
            for feeder in self.rules.stages:
                for advance in feeder.advance:
                    if session not in advance.to or feeder.id not in self.plays[0].stages:
                        continue
                    if not advance.plus:
                        sources += self._seats(feeder.id, rows, index)
                        continue
                    line = self._next_in_line(feeder.id, advance.from_each, index)
                    taken = list(self._seats(feeder.id, rows, index))
                    sources += [seat for seat in taken if seat not in line]
                    others += line
                    extra += sum(seat in line for seat in taken)
        blocks = tuple(self._blocks(stage, rows, index)) if self.rules.stage(stage).follow else ()
        if any(advance.plus for one in self.rules.stages for advance in one.advance):
            # Who is through by a time is not a question of places; beyond the first part the order is left free.
            first = {n for (of, _), n in index.items() if of in self.rules.stage(stage).follow[:1]}
            blocks = tuple(block for block in blocks if {n for n, _ in block[1]} <= first)
        unique = tuple(dict.fromkeys(sources))
        step = next(iter(self.rules.stage(stage).ties), None)
        order = index.get((step.of, "")) if blocks and step is not None and step.kind == "place" else None
        return ToCome(stage, session, len(rows), points, unique, tuple(dict.fromkeys(others)), extra, blocks, order)

    def _seats(self, feeder: str, rows: Sequence[str], index: Mapping[tuple[str, str], int]) -> Iterator[Seat]:
        """The places in a stage from which the cars of a contest came."""
        for stage, session, cars in self._contests():
            if stage == feeder:
                for place, entry in enumerate(cars, start=1):
                    if entry in rows:
                        yield index[stage, session], place

    def _next_in_line(self, feeder: str, each: int | None, index: Mapping[tuple[str, str], int]) -> list[Seat]:
        return [
            (index[stage, session], each + 1)
            for stage, session, cars in self._contests()
            if stage == feeder and each is not None and len(cars) > each
        ]

    def _blocks(
        self, stage: str, rows: Sequence[str], index: Mapping[tuple[str, str], int]
    ) -> Iterator[tuple[tuple[int, ...], tuple[Seat, ...]]]:
        """Places of an order that follows other stages, and the places there whose cars share them out."""
        groups: dict[tuple[str, int], list[tuple[int, Seat]]] = {}
        for place, entry in enumerate(rows, start=1):
            part, session, there = self._standing_in(self.rules.stage(stage).follow, entry)
            groups.setdefault((part, there), []).append((place, (index[part, session], there)))
        for group in groups.values():
            yield tuple(place for place, _ in group), tuple(seat for _, seat in group)

    def _standing_in(self, follow: Sequence[str], entry: str) -> tuple[str, str, int]:
        return next(
            (stage, session, cars.index(entry) + 1)
            for part in follow
            for stage, session, cars in self._contests()
            if stage == part and entry in cars
        )

    def _worth(self, stage: str, session: str, place: int) -> Points | None:
        """What a place is worth: as seen in the first play in which a car that scores took it."""
        for play in self.plays:
            found = self._seen(play, stage, session, place)
            if found is not None:
                return found
        return None

    def _seen(self, play: RoundScore, stage: str, session: str, place: int) -> Points | None:
        cars = next((cars for of, where, cars in self._parts_of(play) if (of, where) == (stage, session)), ())
        if place > len(cars) or not self.bare.owners[cars[place - 1]]:
            return None
        entry = cars[place - 1]
        owner, share = self.bare.owners[entry][0]
        return sum(
            (
                Fraction(award.points) / share
                for award in play.awards.get(self.standing.id, ())
                if award.competitor == owner and award.entry == entry and _of(award, stage, session)
            ),
            Fraction(0),
        )

    def _feats(self, index: Mapping[tuple[str, str], int]) -> Iterator[Feat]:
        source = self.standing.points_of or self.standing.id
        for bonus in self.rules.bonuses:
            if source in bonus.award and (not bonus.session or bonus.session in self.sessions):
                contests = tuple(n for (stage, _), n in index.items() if stage == bonus.stage)
                factor = self._factor()
                yield Feat(bonus.feat, bonus.session, bonus.award[source] * factor, contests, bonus.classified)

    def _factor(self) -> Fraction:
        """By how much the round's points are multiplied: its coefficient, and whatever the rules add."""
        scheduled = self.plays[0].round.scheduled
        factor = Fraction(1 if scheduled is None else scheduled.coefficient)
        for rule in self.rules.multipliers:
            meant = self.bare.number in rule.rounds or self.plays[0].rounds_left < rule.last
            if meant and (not rule.standings or self.standing.id in rule.standings):
                factor *= Fraction(rule.factor)
        return factor

    def _wrong(self, contests: Sequence[ToCome]) -> Iterator[str]:
        """Why the contests do not say all that can come out."""
        where = f"round {self.bare.number}"
        if any(play.open.get(self.standing.id) for play in self.plays):
            yield f"{where}: some places are worth points that no source tells"
        for stage in self.rules.stages:
            if stage.per == "race" and any(session in self.sessions for session in stage.sessions):
                yield f"{where}: how many races {stage.title or stage.id} will have is not known"
        cars = self.standing.cars
        most = max((len(self.bare.cars(owner)) for owner in self._competitors()), default=0)
        if cars is not None and most > cars:
            yield f"{where}: only {cars} of a competitor's cars score"
        for play in self.plays:
            for contest in contests:
                for place in range(1, contest.size + 1):
                    worth = self._seen(play, contest.stage, contest.session, place)
                    if worth is not None and worth != contest.points[place - 1]:
                        yield f"{where}: what a place in {contest.session or contest.stage} is worth is no fixed number"
        for contest in contests:
            if any(points < 0 for points in contest.points):
                yield f"{where}: points are taken off for a place"
        if self.hidden and any(contest.sources for contest in contests):
            yield f"{where}: {SEATS_TAKEN}"

    def _competitors(self) -> set[str]:
        return {owner for owners in self.bare.owners.values() for owner, _ in owners}


def _of(award: Award, stage: str, session: str) -> bool:
    return award.stage == stage and (award.session == session or not session)


def _all_parts(play: RoundScore, rules: Ruleset) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for stage in rules.stages:
        found = play.stages.get(stage.id)
        if found is not None:
            yield from _parts(stage.id, found)


def _parts(stage: str, found: Classification) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """The contests of a stage, each with its cars in their order."""
    if found.contests:
        for contest in found.contests:
            yield stage, contest.session, tuple(row.entry for row in contest.rows)
    else:
        yield stage, "", tuple(row.entry for row in found.rows)
