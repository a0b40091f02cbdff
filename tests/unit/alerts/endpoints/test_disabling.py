"""Who is told that an endpoint has been disabled: the coordination, or whoever can be reached in its place."""

from __future__ import annotations

import pytest

from services.alerts.deliveries.silences import Cause, Silences
from services.alerts.rules.notices import Purpose
from shared.address_book import Member
from tests.unit.alerts.delivery_scene import ALERT_ID, BOOK, COORDINATOR, NOON, TERRITORY
from tests.unit.alerts.endpoint_scene import Receiver, portal_endpoint, says
from tests.unit.alerts.endpoints.outage import Outage

DEPUTY = Member(id="m-adjoint", structure_id="md3e", name="Paul Roy", roles=("deputy",), email="adjoint@md3e.example")


def told(silences: dict[str, Cause]) -> set[str]:
    """Who hears that the portal's address is closed, when these addresses of the coordinator are silent."""
    outage = Outage(Receiver(says(410)), portal_endpoint())
    outage.book = BOOK.model_copy(update={"members": (COORDINATOR, DEPUTY)})
    addresses = {"email": COORDINATOR.email or "", "sms": COORDINATOR.phone or ""}
    for channel, cause in silences.items():
        Silences(outage.table).silence(TERRITORY, channel, addresses[channel], cause, NOON)
    outage.send(outage.meant(1))
    every = outage.deliveries.of_alert(TERRITORY, ALERT_ID)
    return {one.recipient_id for one in every if one.purpose is Purpose.ENDPOINT_DISABLED}


@pytest.mark.parametrize(
    ("silences", "who"),
    [
        ({}, COORDINATOR.id),
        ({"email": "bounced"}, COORDINATOR.id),
        ({"email": "opted_out", "sms": "opted_out"}, COORDINATOR.id),
        ({"email": "bounced", "sms": "complained"}, DEPUTY.id),
    ],
)
def test_a_coordinator_whose_addresses_are_lost_is_replaced_by_the_back_up(
    silences: dict[str, Cause], who: str
) -> None:
    """A word to somebody whom nothing reaches is no word; one address that works is enough, by the other channel."""
    assert told(silences) == {who}
