"""Whether anything may leave for an endpoint, and what answers change: pure rules."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from services.alerts.deliveries.delivery import DeliveryState, Report
from services.alerts.endpoints import endpoint as rules
from services.alerts.endpoints.circuit import OPENS_AFTER, PROBE, SILENCE, Gate, answered, gate, probed, withheld
from services.alerts.endpoints.endpoint import MACHINE, Endpoint, born
from tests.unit.alerts.delivery_scene import NOON, PORTAL, TERRITORY
from tests.unit.alerts.endpoint_scene import portal_endpoint
from tests.unit.alerts.webhook_scene import OFFER

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
ACCEPTED, DOWN = Report(verdict="sent", status=200), Report(verdict="later", status=503, reason="Indisponible (503).")


def tried(endpoint: Endpoint, report: Report, times: int, now: datetime = NOON) -> Endpoint:
    """The endpoint after the same answer so many times."""
    for _ in range(times):
        endpoint = answered(endpoint, report, now)
    return endpoint


def opened_circuit() -> Endpoint:
    """An endpoint that has just failed once too often."""
    return tried(portal_endpoint(), DOWN, OPENS_AFTER)


def test_some_failures_in_a_row_open_the_circuit_and_fewer_do_not() -> None:
    """One message refused by an overloaded server is no outage."""
    assert gate(tried(portal_endpoint(), DOWN, OPENS_AFTER - 1), NOON) is Gate.OPEN
    assert gate(opened_circuit(), NOON) is Gate.CLOSED
    assert gate(answered(tried(portal_endpoint(), DOWN, OPENS_AFTER - 1), ACCEPTED, NOON), NOON) is Gate.OPEN
    assert answered(tried(portal_endpoint(), DOWN, OPENS_AFTER - 1), ACCEPTED, NOON).failures == 0


def test_nothing_leaves_before_the_appointed_time_and_then_one_message() -> None:
    """Whoever comes while the probe is under way waits; a probe of which nothing is heard makes room for the next."""
    endpoint = opened_circuit()
    assert endpoint.retry_at == NOON + MINUTE
    assert gate(endpoint, NOON + MINUTE - SECOND) is Gate.CLOSED
    assert gate(endpoint, NOON + MINUTE) is Gate.PROBE
    taken = probed(endpoint, NOON + MINUTE)
    assert gate(taken, NOON + MINUTE) is Gate.CLOSED
    assert gate(taken, NOON + MINUTE + PROBE) is Gate.PROBE


def test_the_waits_between_probes_grow_to_half_an_hour() -> None:
    """A partner that comes back is noticed within half an hour, and a dead one costs two requests an hour."""
    endpoint, now, waits = opened_circuit(), NOON, []
    for _ in range(8):
        assert endpoint.retry_at
        waits.append((endpoint.retry_at - now) // MINUTE)
        now = endpoint.retry_at
        endpoint = answered(probed(endpoint, now), DOWN, now, probe=True)
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]


@pytest.mark.parametrize(("asked", "waited"), [(0, 1), (20, 20), (60, 60), (24 * 60, 60)])
def test_a_server_that_asks_to_be_left_alone_is_within_reason(asked: int, waited: int) -> None:
    """A maintenance is announced by `Retry-After`; more than an hour is not believed."""
    busy = Report(verdict="later", status=429, wait=asked * MINUTE)
    assert tried(portal_endpoint(), busy, OPENS_AFTER).retry_at == NOON + waited * MINUTE


def test_failures_that_began_before_the_circuit_opened_do_not_lengthen_the_wait() -> None:
    """Ten messages that were on their way together are one outage."""
    endpoint = opened_circuit()
    assert tried(endpoint, DOWN, 10) == endpoint


def test_one_success_closes_the_circuit_whoever_had_it() -> None:
    """A slow message that got through late proves as much as the probe; the room is looked at from then on."""
    endpoint = answered(opened_circuit(), ACCEPTED, NOON + SECOND)
    assert (gate(endpoint, NOON), endpoint.failures, endpoint.failing_since) == (Gate.OPEN, 0, None)
    assert endpoint.look_at == NOON + SECOND


@pytest.mark.parametrize("status", [400, 409, 413, 415, 422])
def test_a_refusal_of_the_message_says_nothing_of_the_address(status: int) -> None:
    """One malformed offer must not close the way for the others, nor does it prove that they would pass."""
    endpoint = tried(portal_endpoint(), DOWN, 2)
    assert answered(endpoint, Report(verdict="refused", status=status), NOON) is endpoint


@pytest.mark.parametrize("status", [None, 301, 401, 403, 404, 405, 408, 425, 429, 500, 503])
def test_everything_else_that_is_no_success_is_a_failure_of_the_address(status: int | None) -> None:
    """No answer, a redirection, a door that is shut to all, an overload: the next message would fare no better."""
    verdict = "refused" if status and status < 408 else "later"
    assert answered(portal_endpoint(), Report(verdict=verdict, status=status), NOON).failures == 1


def test_a_gone_address_is_disabled_at_once() -> None:
    """410 is the partner's own word."""
    endpoint = answered(portal_endpoint(), Report(verdict="later", status=410, reason="Fermée (410)."), NOON)
    assert (endpoint.state, endpoint.disabled_reason, endpoint.disabled_at) == ("disabled", "Fermée (410).", NOON)
    assert gate(endpoint, NOON + DAY) is Gate.CLOSED


def test_five_days_without_a_success_disable_and_a_single_success_begins_anew() -> None:
    """A partner that answers now and then is not dead."""
    last = NOON + SILENCE
    down = opened_circuit()
    assert answered(probed(down, last), DOWN, last - SECOND, probe=True).state == "enabled"
    assert answered(probed(down, last), DOWN, last, probe=True).state == "disabled"
    again = tried(answered(down, ACCEPTED, last - SECOND), DOWN, OPENS_AFTER, last)
    assert (again.state, again.failing_since) == ("enabled", last)


def test_one_old_failure_is_no_silence() -> None:
    """A failure of last month and one of today are no outage of a month."""
    endpoint = answered(tried(portal_endpoint(), DOWN, 1), DOWN, NOON + 30 * DAY)
    assert (endpoint.state, gate(endpoint, NOON + 30 * DAY)) == ("enabled", Gate.OPEN)


def test_an_unverified_address_is_closed_by_its_first_failure() -> None:
    """The offers of every alert must not all knock at a door that nobody has answered yet."""
    endpoint = answered(born(TERRITORY, PORTAL, NOON), DOWN, NOON)
    assert (gate(endpoint, NOON), endpoint.retry_at) == (Gate.CLOSED, NOON + MINUTE)


def test_successes_are_not_all_written() -> None:
    """A write for each message would make the record the slowest part of a broadcast."""
    endpoint = portal_endpoint()
    assert answered(endpoint, ACCEPTED, NOON + 59 * MINUTE) is endpoint
    assert answered(endpoint, ACCEPTED, NOON + 60 * MINUTE).last_success_at == NOON + 60 * MINUTE


def test_a_late_failure_does_not_wake_a_disabled_endpoint() -> None:
    """Only a person, by an accepted test, enables again."""
    off = rules.disabled(portal_endpoint(), "Fermée.", MACHINE, NOON)
    assert answered(off, DOWN, NOON) is off


def test_what_waits_says_why_and_costs_no_attempt() -> None:
    """Paused, disabled or not answering: a person reads which, and sees no pile of errors."""
    paused = rules.paused(portal_endpoint(), MACHINE, NOON)
    off = rules.disabled(portal_endpoint(), "Fermée (410).", MACHINE, NOON)
    waiting = {name: withheld(one, OFFER) for name, one in {"p": paused, "d": off, "o": opened_circuit()}.items()}
    assert [one.state for one in waiting.values()] == [
        DeliveryState.PAUSED,
        DeliveryState.PAUSED,
        DeliveryState.RETRYING,
    ]
    assert all(one.parked and not one.attempts and not one.is_due(NOON + 90 * DAY) for one in waiting.values())
    assert "Fermée (410)" in waiting["d"].last_error
    assert "ne répond plus" in waiting["o"].last_error


def test_the_waits_never_shrink_while_nothing_succeeds() -> None:
    """Whatever number of failures the record has reached, the next wait is at least as long."""
    waits = []
    for failures in range(OPENS_AFTER, OPENS_AFTER + 200):
        after = answered(portal_endpoint().becoming(failures=failures), DOWN, NOON, probe=True)
        waits.append(after.retry_at or NOON)
    assert all(shorter <= longer for shorter, longer in pairwise(waits))
