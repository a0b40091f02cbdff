"""Whether anything may leave for an endpoint now, and what its answers change: pure.

The circuit opens after some failures in a row. From then on one message at a time tries it, at growing intervals; everything
else waits in its room without an attempt. What counts as a failure: no answer, or any answer but a success, except one that
speaks of the message rather than of the address.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from http import HTTPStatus

from services.alerts.deliveries.delivery import Delivery, DeliveryState, Report
from services.alerts.deliveries.waiting_room import IN_PAUSE, parked
from services.alerts.endpoints.endpoint import MACHINE, Endpoint, disabled, opened

OPENS_AFTER = 5
"""Failures in a row; an address that never echoed its challenge is closed after the first."""
_FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=30)
_DOUBLINGS = 5
_LONGEST_ASKED = timedelta(hours=1)
"""A server that asks to be left alone (`Retry-After`) is, but offers do not wait longer for the asking."""
PROBE = timedelta(minutes=2)
"""How long one message has the endpoint to itself; the sending function never runs as long."""
SILENCE = timedelta(days=5)
"""Without a success, from the first failure on: then the endpoint is disabled."""
_KEPT_FRESH = timedelta(hours=1)
"""Successes nearer than this to the last one written are not written."""

OF_THE_MESSAGE = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.CONFLICT,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)
"""Statuses that refuse what was said, not the one who said it: the same words again would fare no better."""

SILENT = "Aucun envoi n’a abouti depuis 5 jours : voyez avec le partenaire, puis réactivez l’adresse par un essai."
_FAILING = "L’adresse du partenaire ne répond plus : l’envoi partira dès qu’elle répondra."
_UNVERIFIED = "L’adresse du partenaire n’est pas encore vérifiée : l’envoi partira dès qu’elle le sera."


class Gate(Enum):
    """What may leave now: anything, one message as a probe, or nothing."""

    OPEN = "open"
    PROBE = "probe"
    CLOSED = "closed"


def gate(endpoint: Endpoint, now: datetime) -> Gate:
    """What the endpoint takes now."""
    if endpoint.state == "disabled" or endpoint.paused:
        return Gate.CLOSED
    if endpoint.retry_at is None:
        return Gate.OPEN
    return Gate.CLOSED if now < endpoint.retry_at else Gate.PROBE


def withheld(endpoint: Endpoint, delivery: Delivery) -> Delivery:
    """The delivery while its endpoint takes nothing: it waits, and no attempt is counted."""
    if endpoint.state == "disabled":
        return parked(
            delivery, DeliveryState.PAUSED, f"L’adresse du partenaire est désactivée. {endpoint.disabled_reason}"
        )
    if endpoint.paused:
        return parked(delivery, DeliveryState.PAUSED, IN_PAUSE)
    reason = _UNVERIFIED if endpoint.state == "pending" else _FAILING
    return parked(delivery, DeliveryState.RETRYING, f"{reason} {endpoint.last_error}".strip())


def probed(endpoint: Endpoint, now: datetime) -> Endpoint:
    """Taken for one message; whoever comes meanwhile waits, and if nothing is heard of it the next one may try."""
    return endpoint.becoming(retry_at=now + PROBE, look_at=now + PROBE)


def answered(endpoint: Endpoint, report: Report, now: datetime, *, probe: bool = False) -> Endpoint:
    """The endpoint after what a send came to; itself when that says nothing new.

    `probe`: the send was the one that an open circuit allows; any other that fails then was begun before it opened.
    """
    if report.verdict == "sent":
        return _succeeded(endpoint, now)
    if report.status in OF_THE_MESSAGE or endpoint.state == "disabled":
        return endpoint
    is_stale = endpoint.retry_at and not probe and report.status != HTTPStatus.GONE
    return endpoint if is_stale else failed(endpoint, report, now)


def failed(endpoint: Endpoint, report: Report, now: datetime) -> Endpoint:
    """One more failure in a row; enough of them open the circuit. Enough time without a success disables the endpoint, and
    the receiver's own word that the address is closed does so at once.
    """
    if report.status == HTTPStatus.GONE:
        return disabled(endpoint, report.reason, MACHINE, now)
    since = endpoint.failing_since or now
    worse = endpoint.becoming(failures=endpoint.failures + 1, failing_since=since, last_error=report.reason)
    trips = worse.failures - (1 if endpoint.state == "pending" else OPENS_AFTER)
    if trips < 0:
        return worse
    if now - since >= SILENCE:
        return disabled(worse, SILENT, MACHINE, now)
    wait = min(_FIRST_WAIT * 2 ** min(trips, _DOUBLINGS), LONGEST_WAIT)
    until = now + max(wait, min(report.wait, _LONGEST_ASKED))
    return worse.becoming(retry_at=until, look_at=until)


def _succeeded(endpoint: Endpoint, now: datetime) -> Endpoint:
    if endpoint.retry_at:
        return opened(endpoint, now)
    last = endpoint.last_success_at
    if endpoint.failures or last is None or now - last >= _KEPT_FRESH:
        return endpoint.becoming(failures=0, failing_since=None, last_error="", last_success_at=now)
    return endpoint
