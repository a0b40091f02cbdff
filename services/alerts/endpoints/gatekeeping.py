"""Lets messages through to an endpoint or has them wait, challenges new addresses, keeps what answers say of an endpoint.

What is kept of the answers is a hint: a write that loses a race, or that the table refuses, costs one more attempt at the most.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from services.alerts.deliveries.delivering import Withheld
from services.alerts.deliveries.delivery import Delivery, DeliveryState, Report
from services.alerts.deliveries.recipients import planned, reachable
from services.alerts.deliveries.silences import Silences
from services.alerts.deliveries.store import creation
from services.alerts.deliveries.waiting_room import IN_PAUSE, parked
from services.alerts.endpoints.challenging import Challenger
from services.alerts.endpoints.circuit import OF_THE_MESSAGE, Gate, answered, failed, gate, probed, withheld
from services.alerts.endpoints.endpoint import (
    CLOSED_LOOKED_AT,
    MACHINE,
    ROOM_LOOKED_AT,
    Endpoint,
    born,
    met,
    unverified,
    verified,
)
from services.alerts.endpoints.endpoint_store import EndpointStore
from services.alerts.rules.alert import Alert
from services.alerts.rules.facts import Role
from services.alerts.rules.notices import Purpose, Urgency, routed, to_roles
from shared.address_book import Directory, Partner
from shared.errors import Unavailable
from shared.tables import Put


class Scene(NamedTuple):
    """What is being sent, and among whom."""

    delivery: Delivery
    alert: Alert
    directory: Directory


class Admission(NamedTuple):
    """The endpoint that takes a message, as it was read or just written; `probe` when it takes this one only."""

    endpoint: Endpoint
    probe: bool


@dataclass(frozen=True)
class Gatekeeper:
    """Stands before every endpoint."""

    store: EndpointStore
    challenger: Challenger
    silences: Silences

    def admit(self, scene: Scene, partner: Partner, now: datetime) -> Admission:
        """The endpoint, if it takes the message now; raises Withheld otherwise, Unreachable, Unavailable."""
        found = self._found(scene.delivery.territory_id, partner, now)
        if partner.paused:
            self._rested(found, now)
            raise Withheld(parked(scene.delivery, DeliveryState.PAUSED, IN_PAUSE))
        state = gate(found, now)
        if state is Gate.CLOSED:
            raise Withheld(withheld(found, scene.delivery))
        if state is Gate.PROBE:
            found = self._taken(found, scene.delivery, now)
        unverified_url = found.to_challenge(now)
        if unverified_url:
            found = self._challenged(found, unverified_url, scene, now)
        return Admission(found, state is Gate.PROBE)

    def told(self, admission: Admission, report: Report, scene: Scene, now: datetime) -> Report:
        """Keeps what the answer says of the endpoint; the report, parked where the endpoint takes nothing any more."""
        after = self._kept(
            admission.endpoint, lambda one: answered(one, report, now, probe=admission.probe), scene, now
        )
        waits = gate(after, now) is not Gate.OPEN and report.verdict != "sent" and report.status not in OF_THE_MESSAGE
        return report.model_copy(update={"parked": True}) if waits else report

    def _found(self, territory_id: str, partner: Partner, now: datetime) -> Endpoint:
        """The endpoint as it is kept, with what has changed in the address book since; a new one before its first message."""
        known = self.store.get(territory_id, partner.id)
        if known is None:
            return born(territory_id, partner, now)
        found = met(known, partner, now)
        return self._written(known, found) if found is not known else found

    def _rested(self, found: Endpoint, now: datetime) -> None:
        """The territory's file has a pause: the endpoint is due, or nobody would look at its room; raises Unavailable."""
        if found.look_at and found.look_at > now + ROOM_LOOKED_AT:
            return
        if not self.store.replace(found, found.becoming(look_at=now + CLOSED_LOOKED_AT)):
            raise Unavailable("L’adresse du partenaire vient de changer : l’envoi est repris dans un instant.")

    def _taken(self, found: Endpoint, delivery: Delivery, now: datetime) -> Endpoint:
        """The endpoint for this message alone; raises Withheld when another one was quicker."""
        taken = probed(found, now)
        if not self.store.replace(found, taken):
            raise Withheld(withheld(taken, delivery))
        return taken.becoming(revision=found.revision + 1)

    def _challenged(self, found: Endpoint, url: str, scene: Scene, now: datetime) -> Endpoint:
        """The endpoint once its new address was challenged; raises Withheld when there is no other to send to."""
        report = self.challenger.challenge(found, url, now)
        if report.verdict == "sent":
            return self._written(found, verified(found, url, now))
        if found.state == "enabled":
            return self._written(found, unverified(found, MACHINE, now))
        after = failed(found, report, now)
        if not self.store.replace(found, after, self._told_of(found, after, scene, now)):
            # Nobody would look at a room whose endpoint's record does not say when.
            raise Unavailable("L’adresse du partenaire vient de changer : l’envoi est repris dans un instant.")
        raise Withheld(withheld(after, scene.delivery))

    def _written(self, before: Endpoint, after: Endpoint) -> Endpoint:
        """The endpoint as written; where somebody else was quicker, as it would have been, and theirs is not written over."""
        is_kept = self.store.replace(before, after)
        return after.becoming(revision=before.revision + 1) if is_kept else after

    def _kept(self, found: Endpoint, change: Callable[[Endpoint], Endpoint], scene: Scene, now: datetime) -> Endpoint:
        """The endpoint after the change, tried once more on a fresh reading; as it was when the table does not answer."""
        try:
            for _ in range(2):
                after = change(found)
                if after is found or self.store.replace(found, after, self._told_of(found, after, scene, now)):
                    return after
                found = self.store.get(found.territory_id, found.partner_id) or found
        except Unavailable:
            return found
        return found

    def _told_of(self, before: Endpoint, after: Endpoint, scene: Scene, now: datetime) -> Sequence[Put]:
        """The messages that tell the coordination, or who can be reached instead, that an endpoint has just been disabled."""
        if after.state != "disabled" or before.state == "disabled":
            return ()
        directory = scene.directory
        partner = directory.partner(after.partner_id)
        key = f"endpoint_disabled_{after.partner_id}_{now:%Y%m%d%H%M}"
        told = to_roles(Purpose.ENDPOINT_DISABLED, key, Urgency.NORMAL, Role.COORDINATOR)
        silenced = self.silences.of_territory(directory.territory.id)
        notices, _ = routed(told, reachable(directory, now, silenced))
        plan = planned(notices, scene.alert, directory, now)
        return [creation(one.becoming(about=partner.name if partner else "")) for one in plan.deliveries]
