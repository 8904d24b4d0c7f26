"""What is still to be won: every contest to come of a round, its places, what each is worth, who can take it.

None of it is written down here. A round is played through the engine in a few orders, and what comes out says who
starts where and what each place is worth: a contest to come is what the engine made of it. Where those plays do not
agree with each other (a bonus for many starters, a team's third car, a Python extension) the round is said not to be
``sound``: then bounds on it may be wrong, and nobody is called eliminated because of them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import chain, pairwise

from attrs import Factory, evolve, frozen

from rxscore.events import FeatRecorded, Points, SessionResults
from rxscore.rulesets import Bonus, Ruleset, Standing
from rxscore.scoring import Classification, RoundScore, Rulebook, Scored
from rxscore.scoring.eligibility import Roster, roster
from rxscore.scoring.model import Classified
from rxscore.season import Season
from rxscore.title.inside import decided_by
from rxscore.title.play import Completion, UnplayableError, fed, replay, sessions_of, taking_part

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
    in the ``order`` of another contest, if that is what parts them. ``known``: its cars in order, where it is over and
    only decides about others (its points have been dealt).
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
    known: tuple[str, ...] | None = None


@frozen
class Feat:
    """Points for a feat. ``within``: only for one of the first so many of these contests (0: of any place).

    ``bonus``: the clause that deals them.
    """

    feat: str
    session: str
    points: Points
    contests: tuple[int, ...] = ()
    within: int | None = None
    bonus: str = ""


@frozen
class RoundToCome:
    """A round to come, as a standing sees it.

    ``field``: the entries; ``owners``: whose points an entry scores (nobody's, if it does not score), and which share
    of them. ``scoring``: how many of a competitor's cars score in each contest, the best of them (None: all).
    ``sound``: nothing can come out that the contests do not allow; if not, ``because`` says what is in the way.
    ``tied``: by session or stage that ties look at, the numbers of its contests. ``ranks``: if the cars finish in
    one order all day, the places that the first takes, the second, and so on. ``dealt``: by competitor, what he has got
    already where the round has begun: stage (or bonus), session and points. ``sharing``: those who start in a car that
    they share, and that scores nothing for that.
    """

    number: int
    field: tuple[str, ...]
    owners: Mapping[str, tuple[tuple[str, Fraction], ...]]
    contests: tuple[ToCome, ...] = ()
    feats: tuple[Feat, ...] = ()
    tied: Mapping[str, tuple[int, ...]] = Factory(dict)
    ranks: tuple[tuple[Seat, ...], ...] = ()
    scoring: int | None = None
    because: str = ""
    dealt: Mapping[str, tuple[tuple[str, str, Points], ...]] = Factory(dict)
    sharing: frozenset[str] = frozenset()

    @property
    def sound(self) -> bool:
        """Whether the contests say all that can come out."""
        return not self.because

    @property
    def linked(self) -> bool:
        """Whether one contest decides who starts in another, or what it is worth to be ahead in it."""
        return any(contest.sources or contest.others or contest.blocks for contest in self.contests)

    @property
    def ahead_is_better(self) -> bool:
        """Whether nobody can lose, and nobody behind him gain, if a car comes in further ahead."""
        falling = all(better >= worse for contest in self.contests for better, worse in pairwise(contest.points))
        return falling and not self.linked

    @cached_property
    def by_owner(self) -> Mapping[str, tuple[str, ...]]:
        """By competitor, the entries whose points he gets."""
        found: dict[str, list[str]] = {}
        for entry in self.field:
            for owner, _ in self.owners[entry]:
                found.setdefault(owner, []).append(entry)
        return {owner: tuple(dict.fromkeys(cars)) for owner, cars in found.items()}

    @cached_property
    def over(self) -> frozenset[str]:
        """The sessions that have been run, where the round has begun."""
        return frozenset(contest.session for contest in self.contests if contest.known is not None)

    def cars(self, competitor: str) -> tuple[str, ...]:
        """The entries whose points a competitor gets."""
        return self.by_owner.get(competitor, ())

    def starters(self, contest: ToCome) -> frozenset[str] | None:
        """Who starts in a contest to come, where only what is over decides that; None, where it is open, or all do."""
        if not contest.sources or contest.others or any(self.contests[of].known is None for of, _ in contest.sources):
            return None
        seats = [(self.contests[of].known or (), place) for of, place in contest.sources]
        return frozenset(cars[place - 1] for cars, place in seats if place <= len(cars))

    @cached_property
    def passed_over(self) -> int:
        """How many cars at least score in no contest in which all start."""
        idle = sum(not owners for owners in self.owners.values())
        beyond = 0 if self.scoring is None else sum(max(len(cars) - self.scoring, 0) for cars in self.by_owner.values())
        return idle + beyond


def round_to_come(
    base: Scored,
    rules: Rulebook,
    standing: Standing,
    number: int,
    looked_at: Sequence[str],
    often: frozenset[str] = frozenset(),
) -> RoundToCome:
    """What can be won in round ``number``. ``looked_at``: the stages and sessions whose places decide ties.

    ``base``: what is known, also of the round itself, if it has begun. ``often``: the bonuses that were given more than
    once in some round.
    """
    here = rules.of(number)
    entries = taking_part(base.season, here, number)
    source = here.standing(standing.points_of) if standing.points_of else standing
    by_id = {filed.entry: filed for filed in base.season.entered(number)}
    seen, mine = (roster(base.season, number, one, by_id) for one in (source, standing))
    hidden = tuple(entry for entry in entries if seen.how(entry) == "invisible")
    # Places close up over those whom the standing does not see: they are as good as not there.
    entries = tuple(entry for entry in entries if entry not in hidden)
    owners = {entry: _owners(entry, seen, mine, standing) for entry in entries}
    scoring = source.cars if source.cars_by == "contest" else None
    shared = [entry for entry in entries if mine.scores(entry) and mine.nobodys(entry)]
    sharing = frozenset(owner for entry in shared for owner in mine.owners(entry))
    bare = RoundToCome(number, entries, owners, scoring=scoring, sharing=sharing)
    if scoring is not None and all(len(cars) <= scoring for cars in bare.by_owner.values()):
        bare = evolve(bare, scoring=None)
    try:
        plays = [_play(base, rules, number, order) for order in _orders(bare)]
    except UnplayableError as error:
        return evolve(bare, scoring=None, because=str(error))
    sessions = sessions_of(base.season, here, number)
    unlike = any((seen.how(entry) == "invisible") != (mine.how(entry) == "invisible") for entry in by_id)
    classes = len({by_id[entry].car_class for entry in entries})
    shape = _Shape(
        bare, here, standing, source, plays, tuple(looked_at), sessions, bool(hidden), unlike, classes, often,
        base.round(number),
    )  # fmt: skip
    return shape.round()


def given_often(season: Season, bonuses: Iterable[Bonus]) -> frozenset[str]:
    """The bonuses that were given more than once in some round, other than by being split between equals."""
    found = set()
    for bonus in bonuses:
        for number in season.numbers:
            feats = [
                feat
                for feat in season.rounds[number].of(FeatRecorded)
                if feat.feat == bonus.feat and bonus.session in ("", feat.session)
            ]
            rows = [by for feat in feats for by in feat.rows]
            split = len(feats) == 1 and bonus.shared != "full"
            if any(by.count > 1 for by in rows) or (len(rows) > 1 and not split):
                found.add(bonus.id)
    return frozenset(found)


def _owners(entry: str, seen: Roster, mine: Roster, standing: Standing) -> tuple[tuple[str, Fraction], ...]:
    if not seen.scores(entry) or not mine.scores(entry) or mine.nobodys(entry):
        return ()
    owners = mine.owners(entry)
    if len(owners) > 1 and standing.crew == "share":
        return tuple((owner, Fraction(1, len(owners))) for owner in owners)
    return tuple((owner, Fraction(1)) for owner in owners)


def _orders(round_: RoundToCome) -> Iterator[tuple[str, ...]]:
    """Orders in which to play a round so that a car that scores is seen in every place, the first and the last."""
    scoring = _first_cars_first(round_)
    others = tuple(entry for entry in round_.field if not round_.owners[entry])
    yield scoring + others
    yield scoring[::-1] + others
    # Few score in a standing of nominated cars: they are moved back through the field, as far as they have not been.
    for ahead in range(len(scoring), len(others), max(len(scoring), 1)):
        yield others[:ahead] + scoring + others[ahead:]
    if others:
        yield others + scoring
    yield from _places_of_first_cars(round_, scoring, others)


def _first_cars_first(round_: RoundToCome) -> tuple[str, ...]:
    """The cars that may score; where only some of each competitor's do, so many of each are ahead of the others."""
    scoring = [entry for entry in round_.field if round_.owners[entry]]
    if round_.scoring is not None:
        scoring.sort(key=lambda entry: round_.cars(round_.owners[entry][0][0]).index(entry) >= (round_.scoring or 0))
    return tuple(scoring)


def _places_of_first_cars(
    round_: RoundToCome, scoring: Sequence[str], others: Sequence[str]
) -> Iterator[tuple[str, ...]]:
    """Where only the first cars of each score: orders in which such cars take the places that none has taken yet."""
    if round_.scoring is None or not scoring:
        return
    fewest = _fewest_cars(round_)
    if len(fewest) == len(scoring):
        return
    seen = sum(min(len(cars), round_.scoring) for cars in round_.by_owner.values())
    rest = [entry for entry in (*scoring, *others) if entry not in fewest]
    for ahead in range(seen, len(rest) + 1, min(len(fewest), round_.scoring)):
        yield (*rest[:ahead], *fewest, *rest[ahead:])


def _fewest_cars(round_: RoundToCome) -> tuple[str, ...]:
    """The cars of the competitor who has fewest."""
    return min(round_.by_owner.values(), key=len)


def _play(base: Scored, rules: Rulebook, number: int, order: Sequence[str]) -> RoundScore:
    here = rules.of(number)
    sessions = [session for stage in here.stages for session in stage.sessions]
    completion = Completion({(number, session): order for session in sessions})
    played = replay(base, rules, [number], completion).round(number)
    assert played is not None, "a round that is played out is held"
    return played


@frozen
class _Shape:
    """A round read off the plays of it.

    ``source``: the standing whose points these are. ``hidden``: whether there are cars that the standing does not see;
    ``unlike``: whether these are not the same for points and for ties. ``classes``: how many there are of those it
    sees. ``often``: the bonuses that were given more than once in some round. ``begun``: what is known of the round, if
    it has begun.
    """

    bare: RoundToCome
    rules: Ruleset
    standing: Standing
    source: Standing
    plays: Sequence[RoundScore]
    looked_at: tuple[str, ...]
    sessions: tuple[str, ...]
    hidden: bool
    unlike: bool
    classes: int
    often: frozenset[str]
    begun: RoundScore | None = None

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
        wrong = next(chain(self._not_told(contests, tied), self._wrong(contests)), "")
        return evolve(
            self.bare, contests=tuple(contests), feats=feats, tied=tied, ranks=self._ranks(index), because=wrong,
            dealt=self._dealt(),
        )  # fmt: skip

    # --- what is over of a round that has begun --------------------------------------------------

    @cached_property
    def _over(self) -> frozenset[str]:
        """The sessions that have been run, and the stages that nothing else decides."""
        if self.begun is None:
            return frozenset()
        run = {event.session for event in self.begun.round.of(SessionResults)}
        return frozenset({*run, *decided_by([one for one in self.sessions if one in run], self.sessions, self.rules)})

    def _is_over(self, stage: str, session: str) -> bool:
        return (session or stage) in self._over

    def _dealt(self) -> Mapping[str, tuple[tuple[str, str, Points], ...]]:
        """By competitor, the points of what is over."""
        found: dict[str, list[tuple[str, str, Points]]] = {}
        bonuses = {bonus.id for bonus in self.rules.bonuses}
        for award in () if self.begun is None else self.begun.awards.get(self.standing.id, ()):
            if self._is_over(award.stage, award.session) or award.stage in self._over | bonuses:
                found.setdefault(award.competitor, []).append((award.stage, award.session, award.points))
        return {competitor: tuple(dealt) for competitor, dealt in found.items()}

    def _not_told(self, contests: Sequence[ToCome], tied: Mapping[str, Sequence[int]]) -> Iterator[str]:
        """Which contest that is over, and that decides something, is not fully known."""
        needed = {index for indices in tied.values() for index in indices}
        for contest in contests:
            if contest.known is None:
                seats = (*contest.sources, *contest.others, *(seat for _, seats in contest.blocks for seat in seats))
                needed |= {index for index, _ in seats}
        for index in sorted(needed):
            contest = contests[index]
            if contest.known is not None and not self._is_told(contest):
                yield f"round {self.bare.number}: how {contest.session or contest.stage} ended is not fully known"

    def _is_told(self, contest: ToCome) -> bool:
        """Whether all is known of a contest that is over, and no two are level in it."""
        found = None if self.begun is None else self.begun.stages.get(contest.stage)
        parts = [] if found is None else [one for one in found.contests if one.session == contest.session]
        complete = all(one.complete for one in parts) if parts else found is not None and found.complete
        rows = self._rows(contest.stage, contest.session)
        places = [row.place for row in rows if row.place is not None]
        return complete and all(row.settled for row in rows) and len(set(places)) == len(places)

    def _rows(self, stage: str, session: str) -> Sequence[Classified]:
        """The rows of a contest that is over."""
        found = self.plays[0].stages[stage]
        return [row for one in found.contests if one.session == session for row in one.rows] or found.rows

    # --- contests ----------------------------------------------------------------------------

    def _contests(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Every contest of the first play, in the order of the event: its stage, session, and cars in order."""
        yield from self._parts_of(self.plays[0])

    def _parts_of(self, play: RoundScore) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Every contest of a play: its stage, session, and the cars that the standing sees in order."""
        for stage, session, cars in _all_parts(play, self.rules):
            seen = tuple(entry for entry in cars if entry in self.bare.owners)
            if seen:  # A final for which nobody qualifies is not run.
                yield stage, session, seen

    def _ranks(self, index: Mapping[tuple[str, str], int]) -> tuple[tuple[Seat, ...], ...]:
        contests = list(self._contests())
        return tuple(
            tuple(
                (index[stage, session], cars.index(entry) + 1)
                for stage, session, cars in contests
                if entry in cars and not self._is_over(stage, session)
            )
            for entry in next(_orders(self.bare))  # that of the first play
        )

    def _contest(self, stage: str, session: str, rows: tuple[str, ...], index: Mapping[tuple[str, str], int]) -> ToCome:
        if self._is_over(stage, session):
            placed = {row.entry for row in self._rows(stage, session) if row.place is not None}
            known = tuple(entry for entry in rows if entry in placed)
            return ToCome(stage, session, len(rows), (0,) * len(rows), known=known)
        points = tuple(
            next(iter(self._worths.get((stage, session, place), ())), 0) for place in range(1, len(rows) + 1)
        )
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

    @cached_property
    def _worths(self) -> Mapping[tuple[str, str, int], set[Fraction]]:
        """By stage, session and place, what the place was worth in the plays in which a car that scores took it."""
        found: dict[tuple[str, str, int], set[Fraction]] = {}
        for play in self.plays:
            dealt: dict[tuple[str, str, str, str], Fraction] = {}
            for award in play.awards.get(self.standing.id, ()):
                for session in {award.session, ""}:
                    key = award.competitor, award.entry, award.stage, session
                    dealt[key] = dealt.get(key, Fraction(0)) + Fraction(award.points)
            for stage, session, cars in self._parts_of(play):
                for place, entry in self._scoring(cars):
                    owner, share = self.bare.owners[entry][0]
                    worth = dealt.get((owner, entry, stage, session), Fraction(0)) / share
                    found.setdefault((stage, session, place), set()).add(worth)
        return found

    def _scoring(self, cars: Sequence[str]) -> Iterator[tuple[int, str]]:
        """The cars of a contest that score, with their places."""
        ahead: Counter[str] = Counter()
        for place, entry in enumerate(cars, start=1):
            owners = self.bare.owners[entry]
            ahead.update(owner for owner, _ in owners[:1])
            if owners and (self.bare.scoring is None or ahead[owners[0][0]] <= self.bare.scoring):
                yield place, entry

    def _feats(self, index: Mapping[tuple[str, str], int]) -> Iterator[Feat]:
        source = self.standing.points_of or self.standing.id
        for bonus in self.rules.bonuses:
            if source in bonus.award and self._to_be_achieved(bonus):
                contests = tuple(n for (stage, _), n in index.items() if stage == bonus.stage)
                factor = self._factor()
                yield Feat(
                    bonus.feat, bonus.session, bonus.award[source] * factor, contests, bonus.classified, bonus.id
                )

    def _to_be_achieved(self, bonus: Bonus) -> bool:
        """Whether a feat is still to come."""
        done = () if self.begun is None else self.begun.round.of(FeatRecorded)
        if any(event.feat == bonus.feat and bonus.session in ("", event.session) for event in done):
            return False
        return not bonus.session or (bonus.session in self.sessions and bonus.session not in self._over)

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
        yield from self._too_many_cars(where)
        yield from self._not_of_places(where)
        for (of, session, _), worths in self._worths.items():
            if len(worths) > 1 and not self._is_over(of, session):
                yield f"{where}: what a place in {session or of} is worth is no fixed number"
        for contest in self._not_seen(contests):
            yield f"{where}: what a place in {contest.session or contest.stage} is worth does not come out"
        for contest in contests:
            if any(points < 0 for points in contest.points):
                yield f"{where}: points are taken off for a place"
            if self.bare.scoring is not None and any(one < other for one, other in pairwise(contest.points)):
                yield f"{where}: a place further back is worth more, and only the first cars score"
        if self.hidden and any(contest.sources for contest in contests):
            yield f"{where}: {SEATS_TAKEN}"

    def _too_many_cars(self, where: str) -> Iterator[str]:
        """Why it cannot be told from places alone which of a competitor's cars score."""
        most = max(map(len, self.bare.by_owner.values()), default=0)
        for one in (self.source, self.standing):
            by_place = one is self.source and one.cars_by == "contest" and one.others == "hold places"
            if one.cars is not None and most > one.cars and not (by_place and self.source.of == self.standing.of):
                yield f"{where}: only {one.cars} of a competitor's cars score"

    def _not_of_places(self, where: str) -> Iterator[str]:
        """What else but places decides about points."""
        source = self.source.id
        if any(clause.function for stage in self.rules.stages for of, clause in stage.award.items() if of == source):
            yield f"{where}: points are dealt by a Python extension"
        if self.source.places_in == "class" and self.classes > 1:
            yield f"{where}: places are taken in classes"
        if self.unlike and self.looked_at:
            yield f"{where}: the places that decide ties are not those that score"
        bonuses = [bonus for bonus in self.rules.bonuses if source in bonus.award]
        for bonus in bonuses:
            if bonus.award[source] < 0:
                yield f"{where}: points are taken off for a feat ({bonus.id})"
            if bonus.id in self.often:
                yield f"{where}: how often a feat ({bonus.id}) will be achieved is not known"
            if sum(one.feat == bonus.feat for one in bonuses) > 1:
                yield f"{where}: there are several clauses for a feat ({bonus.feat})"

    def _not_seen(self, contests: Sequence[ToCome]) -> Iterator[ToCome]:
        """The contests in which a car that scores can take a place that none took in any play."""
        if not self.bare.by_owner:
            return
        fewest = len(_fewest_cars(self.bare))
        beyond = 0 if self.bare.scoring is None else max(fewest - self.bare.scoring, 0)
        for contest in (one for one in contests if one.known is None):
            within = contest.size - (0 if contest.sources or contest.others else beyond)
            if any((contest.stage, contest.session, place) not in self._worths for place in range(1, within + 1)):
                yield contest


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
