"""What every store of a log must pass: subclass ``LogContract`` and give it the fixture ``make_log``.

``make_log(name)`` returns the log of that name in one place; the same name again, the same log again.
"""

import pytest
from hypothesis import HealthCheck, given, settings

from rxscore.events import Revocation
from rxscore.logs import EMPTY, Log, StaleHead, chain
from rxscore.problems import UserError
from strategies import logs

FRESH = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def revocation(id_: str, revokes: str = "x") -> Revocation:
    return Revocation(id=id_, known="2016-09-23", revokes=revokes)


ONE, TWO, THREE = map(revocation, ("one", "two", "three"))


class LogContract:
    _number = 0

    @pytest.fixture
    def make_log(self):
        raise NotImplementedError("the store's own tests say how a log is made")

    def fresh(self, make_log) -> Log:
        """A log that no other example of this test has used."""
        type(self)._number += 1
        return make_log(f"log-{self._number}")

    def test_it_is_a_log(self, make_log):
        assert isinstance(make_log("a"), Log)

    def test_the_first_append_makes_it(self, make_log):
        log = make_log("a")
        head = log.append([ONE, TWO], EMPTY)
        assert tuple(log.read()) == (ONE, TWO)
        assert head == log.head() == chain([ONE, TWO])

    @FRESH
    @given(logs(), logs())
    def test_what_is_appended_is_read_in_that_order(self, make_log, first, then):
        known = {event.id for event in first}
        then = [event for event in then if event.id not in known]
        log = self.fresh(make_log)
        head = log.append(first, EMPTY)
        assert head == chain(first)
        assert log.append(then, head) == chain(then, head) == chain(first + then)
        if first + then:
            assert list(log.read()) == first + then
            assert log.head() == chain(first + then)

    def test_a_log_is_the_same_for_everybody(self, make_log):
        make_log("a").append([ONE], EMPTY)
        assert tuple(make_log("a").read()) == (ONE,)

    def test_logs_are_apart(self, make_log):
        make_log("a").append([ONE], EMPTY)
        make_log("b").append([ONE, TWO], EMPTY)
        assert tuple(make_log("a").read()) == (ONE,)

    def test_events_may_be_given_once_only(self, make_log):
        log = make_log("a")
        log.append((event for event in (ONE, TWO)), EMPTY)
        assert tuple(log.read()) == (ONE, TWO)

    def test_nothing_to_append_changes_nothing(self, make_log):
        log = make_log("a")
        head = log.append([ONE], EMPTY)
        assert log.append([], head) == head
        assert tuple(log.read()) == (ONE,)

    def test_a_stale_head_is_refused_and_nothing_is_written(self, make_log):
        log = make_log("a")
        stale = log.append([ONE], EMPTY)
        head = make_log("a").append([TWO], stale)
        with pytest.raises(StaleHead) as caught:
            log.append([THREE], stale)
        assert (caught.value.expected, caught.value.actual) == (stale, head)
        assert stale in str(caught.value)
        assert head in str(caught.value)
        assert tuple(log.read()) == (ONE, TWO)

    def test_a_log_that_has_begun_is_not_empty(self, make_log):
        make_log("a").append([ONE], EMPTY)
        with pytest.raises(StaleHead):
            make_log("a").append([TWO], EMPTY)

    def test_no_expectation_appends_to_whatever_is_there(self, make_log):
        log = make_log("a")
        log.append([ONE], None)
        assert log.append([TWO], None) == chain([ONE, TWO])

    def test_an_id_that_is_there_is_refused_and_nothing_is_written(self, make_log):
        log = make_log("a")
        head = log.append([ONE, TWO], EMPTY)
        with pytest.raises(UserError, match="'two'"):
            log.append([THREE, revocation("two", revokes="y")], head)
        assert tuple(log.read()) == (ONE, TWO)

    def test_an_id_twice_in_what_is_appended_is_refused(self, make_log):
        log = make_log("a")
        head = log.append([ONE], EMPTY)
        with pytest.raises(UserError, match="'two'"):
            log.append([TWO, THREE, revocation("two", revokes="y")], head)
        assert tuple(log.read()) == (ONE,)

    def test_an_event_that_could_not_be_read_again_is_refused(self, make_log):
        log = make_log("a")
        head = log.append([ONE], EMPTY)
        with pytest.raises(UserError, match="'soon' is not a date"):
            log.append([TWO, Revocation(id="x", known="soon", revokes="one")], head)
        assert tuple(log.read()) == (ONE,)
