import hashlib

from hypothesis import given

from rxscore.events import Revocation, canonical
from rxscore.logs import EMPTY, chain
from strategies import logs


def test_the_chain_of_nothing_is_where_it_starts():
    assert chain([]) == EMPTY == "0" * 64
    assert chain([], "ab" * 32) == "ab" * 32


def test_a_link_is_the_hash_of_the_last_and_the_event():
    event = Revocation(id="a", known="2016-09-23", revokes="b")
    assert chain([event]) == hashlib.sha256(bytes(32) + canonical(event)).hexdigest()


@given(logs(), logs())
def test_the_chain_goes_on_where_it_stopped(first, then):
    assert chain(first + then) == chain(then, chain(first))


@given(logs(), logs())
def test_other_events_have_another_head(one, other):
    assert (chain(one) == chain(other)) is (one == other)
