"""What people do with an endpoint: another address, another secret, a pause, a test, off and on again.

Who may is the caller's business. Each command is carried out once for its request, on the version that its author saw, and
leaves a line in the endpoint's history.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from services.alerts.deliveries.delivering import Book
from services.alerts.deliveries.delivery import Attempt, Report
from services.alerts.endpoints import endpoint as rules
from services.alerts.endpoints.challenging import Challenger
from services.alerts.endpoints.endpoint import OVERLAP, Endpoint, born, met
from services.alerts.endpoints.endpoint_store import EndpointStore
from services.alerts.rules.facts import Actor
from services.alerts.webhooks.sealed_keys import KEY_BYTES
from shared.address_book import Partner
from shared.clock import Clock
from shared.errors import Conflict, Invalid, NotFound, Unavailable
from shared.idempotency import Request

LONGEST_OVERLAP = timedelta(days=7)
ASKED = "Quelqu’un l’a demandé : réactivez-la quand le partenaire est prêt."
_READINGS = 4
"""Of a record that its traffic keeps writing, before giving up for now."""


@dataclass(frozen=True)
class EndpointDesk:
    """What the use cases work with. `random_bytes` makes keys."""

    store: EndpointStore
    book: Book
    challenger: Challenger
    clock: Clock
    random_bytes: Callable[[int], bytes]


@dataclass(frozen=True)
class EndpointOrder:
    """Who asks something of which endpoint, as they saw it (`expected_version`), in one request."""

    territory_id: str
    partner_id: str
    by: Actor
    request: Request
    expected_version: int | None = None


class Rotated(NamedTuple):
    """The endpoint and its new secret, shown once: None when the same request was answered before."""

    endpoint: Endpoint
    secret: str | None


class Tested(NamedTuple):
    """The endpoint, what was posted to it and, in French, what came of it where it was not accepted."""

    endpoint: Endpoint
    attempt: Attempt
    reason: str = ""

    @property
    def accepted(self) -> bool:
        """The receiver said 2xx, and echoed what it had to."""
        return self.attempt.verdict == "sent"


def endpoint_of(desk: EndpointDesk, territory_id: str, partner_id: str) -> Endpoint:
    """The endpoint of a partner, even before anything was sent to it; raises NotFound."""
    partner = desk.book.directory(territory_id).partner(partner_id)
    if partner is None or partner.channel != "webhook":
        raise NotFound("Ce partenaire n’existe pas, ou ne reçoit pas de webhooks.")
    return _taken_over(desk.store.get(territory_id, partner_id), territory_id, partner, desk.clock.now())


def endpoints_of(desk: EndpointDesk, territory_id: str) -> tuple[Endpoint, ...]:
    """The endpoints of all the partners who receive webhooks, in the order of the address book."""
    known = {one.partner_id: one for one in desk.store.of_territory(territory_id)}
    now = desk.clock.now()
    partners = (one for one in desk.book.directory(territory_id).partners if one.channel == "webhook")
    return tuple(_taken_over(known.get(one.id), territory_id, one, now) for one in partners)


def change_address(desk: EndpointDesk, order: EndpointOrder, url: str) -> Tested:
    """Asks for another address and challenges it at once; the old one stays in force until the new one has echoed.

    Saying the same address again challenges it again. Raises NotFound, Conflict, Invalid for an address that nothing is sent
    to, Unreachable when there is nothing to sign with, Unavailable.
    """
    desk.challenger.outlet.check(url)

    def change(one: Endpoint, accepted: bool, now: datetime) -> Endpoint:
        wanted = rules.moved(one, url, order.by, now)
        if wanted.next_url is None:
            return rules.tested(wanted, accepted, order.by, now)
        return rules.verified(wanted, url, now) if accepted else rules.unverified(wanted, order.by, now)

    return _tested(desk, order, lambda one, now: desk.challenger.challenge(one, url, now), change)


def enable(desk: EndpointDesk, order: EndpointOrder) -> Tested:
    """Posts a test event, and enables the endpoint if it is accepted; one that was never verified is challenged.

    Raises NotFound, Conflict, Unreachable when there is nothing to sign with, Unavailable.
    """

    challenger = desk.challenger

    def post(one: Endpoint, now: datetime) -> Report:
        return challenger.test(one, now) if one.is_verified else challenger.challenge(one, one.url, now)

    def change(one: Endpoint, accepted: bool, now: datetime) -> Endpoint:
        if not accepted:
            return rules.tested(one, accepted, order.by, now)
        return rules.enabled(one, order.by, now) if one.is_verified else rules.verified(one, one.url, now)

    return _tested(desk, order, post, change)


def send_test(desk: EndpointDesk, order: EndpointOrder) -> Tested:
    """Posts a test event to the address in force and changes nothing but the history; raises as `enable`."""
    return _tested(
        desk, order, desk.challenger.test, lambda one, accepted, now: rules.tested(one, accepted, order.by, now)
    )


def rotate(desk: EndpointDesk, order: EndpointOrder, overlap: timedelta = OVERLAP) -> Rotated:
    """A new 32-byte secret; the old one signs beside it for the overlap, zero for an emergency.

    Raises NotFound, Conflict for another version or too many keys, Invalid for an overlap beyond a week, Unavailable.
    """
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        raise Invalid(
            "L’ancien secret reste valable entre 0 heure et 7 jours.", fields={"/overlap": "Entre 0 h et 7 jours."}
        )
    found = endpoint_of(desk, order.territory_id, order.partner_id)
    if desk.store.answered(order.request):
        return Rotated(found, None)
    key, secret = desk.challenger.keyring.sealed(found, desk.random_bytes(KEY_BYTES), desk.clock.now())
    after = _changed(desk, order, lambda one, now: rules.rotated(one, key, overlap, order.by, now))
    return Rotated(after, secret if key in after.keys else None)


def drop_key(desk: EndpointDesk, order: EndpointOrder, key_id: str) -> Endpoint:
    """An old secret signs nothing any more, at once; raises NotFound, Conflict for the newest one or another version."""
    return _changed(desk, order, lambda one, now: rules.without_key(one, key_id, order.by, now))


def disable(desk: EndpointDesk, order: EndpointOrder, reason: str = "") -> Endpoint:
    """Nothing leaves any more; what comes meanwhile waits. `reason` is French. Raises NotFound, Conflict."""
    return _changed(desk, order, lambda one, now: rules.disabled(one, reason or ASKED, order.by, now))


def pause(desk: EndpointDesk, order: EndpointOrder) -> Endpoint:
    """What is meant for the partner waits, without a single error, until somebody resumes. Raises NotFound, Conflict."""
    return _changed(desk, order, lambda one, now: rules.paused(one, order.by, now))


def resume(desk: EndpointDesk, order: EndpointOrder) -> Endpoint:
    """What has waited leaves, oldest first; raises NotFound, Conflict."""
    return _changed(desk, order, lambda one, now: rules.resumed(one, order.by, now))


def _tested(
    desk: EndpointDesk,
    order: EndpointOrder,
    post: Callable[[Endpoint, datetime], Report],
    change: Callable[[Endpoint, bool, datetime], Endpoint],
) -> Tested:
    """Posts first and writes what came of it, once: the same request again is told the same, and posts nothing."""
    answered = desk.store.answered(order.request)
    found = endpoint_of(desk, order.territory_id, order.partner_id)
    if answered:
        return Tested(found, Attempt.model_validate(answered["attempt"]), str(answered["reason"]))
    _check(found, order)
    begun = desk.clock.now()
    report = post(found, begun)
    attempt = _attempt(report, begun, desk.clock.now())
    accepted = report.verdict == "sent"
    answer = {"attempt": attempt.model_dump(mode="json"), "reason": report.reason}
    after = _changed(desk, order, lambda one, now: change(one, accepted, now), answer)
    return Tested(after, attempt, report.reason)


def _attempt(report: Report, begun: datetime, ended: datetime) -> Attempt:
    lasted = (ended - begun) // timedelta(milliseconds=1)
    return Attempt(at=begun, verdict=report.verdict, duration_ms=lasted, status=report.status, answer=report.answer)


def _changed(
    desk: EndpointDesk,
    order: EndpointOrder,
    change: Callable[[Endpoint, datetime], Endpoint],
    answer: Mapping[str, Any] = MappingProxyType({"done": True}),
) -> Endpoint:
    """The endpoint changed, written with the request's answer; as it is when the request was answered before."""
    for _ in range(_READINGS):
        found = endpoint_of(desk, order.territory_id, order.partner_id)
        if desk.store.answered(order.request):
            return found
        _check(found, order)
        now = desk.clock.now()
        after = change(found, now)
        if desk.store.replace(found, after, (order.request.claim(dict(answer), now),)):
            return after
    raise Unavailable("Cette adresse est en cours de modification : recommencez dans un instant.")


def _check(found: Endpoint, order: EndpointOrder) -> None:
    if order.expected_version not in (None, found.version):
        raise Conflict("Cette adresse a changé entre-temps : rechargez la page et recommencez.", code="version")


def _taken_over(known: Endpoint | None, territory_id: str, partner: Partner, now: datetime) -> Endpoint:
    return met(known, partner, now) if known else born(territory_id, partner, now)
