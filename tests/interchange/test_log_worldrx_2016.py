"""The shipped log of World RX 2016, checked by plain sums that know nothing of the engine."""

from collections import Counter
from pathlib import Path

import orjson
import pytest

from rxscore.events import (
    ClassificationDeclared,
    Disqualification,
    EntryFiled,
    SessionResults,
    StandingClaimed,
    canonical,
    known_by,
    read,
)
from rxscore.season import check

LOG = Path(__file__).parents[2] / "events" / "worldrx" / "2016.jsonl"
SCALES = {
    "intermediate": dict(zip(range(1, 17), range(16, 0, -1), strict=True)),
    "SF1": dict(zip(range(1, 7), range(6, 0, -1), strict=True)),
    "SF2": dict(zip(range(1, 7), range(6, 0, -1), strict=True)),
    "F": dict(zip(range(1, 7), (8, 5, 4, 3, 2, 1), strict=True)),
}
CHAMPIONS = (
    "mattias-ekstrom",
    "johan-kristoffersson",
    "andreas-bakkerud",
    "petter-solberg",
    "sebastien-loeb",
)


@pytest.fixture(scope="module")
def events():
    return [read(orjson.loads(line)) for line in LOG.read_bytes().splitlines()]


def totals(events, after, as_of):
    drivers = {event.entry: event.drivers[0] for event in events if isinstance(event, EntryFiled)}
    places = {}
    for event in events:
        if isinstance(event, SessionResults | ClassificationDeclared) and event.round <= after:
            stage = getattr(event, "session", "") or event.stage
            places[event.round, stage] = {row.entry: row.place for row in event.rows}
    for event in events:
        if isinstance(event, Disqualification) and known_by(event.known, as_of) and event.round <= after:
            session = places[event.round, event.session]
            lost = session.pop(event.entry)
            for entry, place in session.items():
                if lost and place and place > lost:
                    session[entry] = place - 1
    sums = Counter()
    for (_, stage), session in places.items():
        for entry, place in session.items():
            sums[drivers[entry]] += SCALES.get(stage, {}).get(place, 0)
    return sums


def test_it_is_canonical_and_nothing_in_it_is_impossible(events):
    assert b"".join(canonical(event) + b"\n" for event in events) == LOG.read_bytes()
    assert check(events) == ()
    assert all(event.source for event in events if isinstance(event, SessionResults | StandingClaimed))


def test_every_published_total_of_the_first_five_is_the_sum_of_the_places(events):
    claims = [event for event in events if isinstance(event, StandingClaimed) and event.standing == "drivers"]
    assert len(claims) == 9
    for claim in claims:
        computed = totals(events, claim.after_round or 12, claim.as_of or "2017")
        for row in claim.rows:
            if row.competitor in CHAMPIONS:
                assert (claim.id, row.competitor, computed[row.competitor]) == (
                    claim.id,
                    row.competitor,
                    row.points,
                )
            # Missing rows can only cost points: nobody has more than was published.
            assert computed[row.competitor] <= row.points
