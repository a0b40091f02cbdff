"""What the providers' words set off: a doubt ends, an address is left alone, another channel tried, the sender told once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from services.alerts.deliveries.delivery import Delivery, DeliveryState, Said, claimed
from services.alerts.deliveries.silences import Silences
from services.alerts.deliveries.store import DeliveryStore, creation
from services.alerts.deliveries.telling import BOTH_LOST
from services.alerts.deliveries.ways import NO_OTHER
from services.alerts.provider_events.hearing import TRIES, Hearing
from services.alerts.provider_events.reading import SILENT
from services.alerts.rules.alert import Alert
from services.alerts.rules.notices import Purpose
from shared.address_book import Directory, Member
from shared.clock import FixedClock
from shared.errors import Unavailable
from shared.tables import MemoryTable
from tests.unit.alerts.courier_scene import MAIL
from tests.unit.alerts.delivery_scene import (
    AGENT,
    ALERT,
    ALERT_ID,
    BOOK,
    COORDINATOR,
    MISSION,
    NOON,
    TERRITORY,
    delivery,
)
from tests.unit.alerts.provider_words import LATER, said

DEPUTY = Member(id="m-adjoint", structure_id="md3e", name="Paul Roy", roles=("deputy",), email="adjoint@md3e.example")
SILENT_AGENT = delivery(Purpose.TRANSMISSION, AGENT.id, recipient="France Travail Belfort")
CLAIMED = claimed(delivery(), NOON, MAIL, 1, None)


@dataclass
class Scene:
    """A ledger, its directory and what listens to the providers."""

    directory_of: Directory = field(
        default_factory=lambda: BOOK.model_copy(update={"members": (COORDINATOR, AGENT, DEPUTY)})
    )
    table: MemoryTable = field(default_factory=MemoryTable)
    clock: FixedClock = field(default_factory=lambda: FixedClock(LATER))

    def get(self, territory_id: str, alert_id: str) -> Alert:
        return ALERT

    def directory(self, territory_id: str) -> Directory:
        return self.directory_of

    @property
    def silences(self) -> Silences:
        return Silences(self.table)

    @property
    def store(self) -> DeliveryStore:
        return DeliveryStore(self.table)

    def having(self, *deliveries: Delivery) -> Scene:
        self.table.write(*map(creation, deliveries))
        return self

    def hear(self, kind: Said, about: Delivery, attempt: int = 1) -> dict[str, int]:
        return dict(Hearing(self.store, self, self, self.silences, self.clock).hear(said(kind, about, attempt)))

    def found(self, wanted: Delivery) -> Delivery:
        found = self.store.get(TERRITORY, ALERT_ID, wanted.sk)
        assert found
        return found

    def others(self, *known: Delivery) -> list[tuple[str, str, str]]:
        """(key, recipient, channel) of the deliveries that were added."""
        every = self.store.of_alert(TERRITORY, ALERT_ID)
        return [(one.key, one.recipient_id, one.channel) for one in every if one.sk not in {each.sk for each in known}]


def held(wanted: Delivery) -> Delivery:
    """Claimed at noon."""
    return claimed(wanted, NOON, MAIL, 1, None)


def test_a_doubt_ends_without_a_second_message() -> None:
    """The claim becomes a message that left, and the metric says so once."""
    scene = Scene().having(CLAIMED)
    assert scene.hear("accepted", CLAIMED) == {"DoubtsResolved": 1}
    assert scene.hear("accepted", CLAIMED) == {}
    assert (scene.found(CLAIMED).state, scene.others(CLAIMED)) == (DeliveryState.SENT, [])


def test_an_address_that_bounces_is_silenced_replaced_and_told_of() -> None:
    """The other channel leaves, and the coordination is told by e-mail; the address of the event is the one left alone."""
    agent = held(SILENT_AGENT)
    scene = Scene().having(agent)
    assert scene.hear("bounced", agent) == {"DeliveriesReturned": 1}
    assert scene.silences.cause(TERRITORY, "email", "coordination@md3e.example") == "bounced"
    dead = scene.found(agent)
    assert (dead.state, NO_OTHER in dead.last_error) == (DeliveryState.DEAD, True)
    assert scene.others(agent) == [(f"undelivered_{AGENT.id}", COORDINATOR.id, "email")]
    notice = scene.store.of_alert(TERRITORY, ALERT_ID)[-1]
    assert notice.about == "France Travail Belfort, par e-mail"


def test_the_sender_is_told_once_for_a_recipient_and_an_alert() -> None:
    """However many messages come back, and however often each is said."""
    first, second = held(SILENT_AGENT), held(SILENT_AGENT.becoming(key="offer_nudge", purpose=Purpose.OFFER_NUDGE))
    scene = Scene().having(first, second)
    for about in (first, second, first):
        scene.hear("bounced", about)
    assert len(scene.others(first, second)) == 1


def test_a_coordinator_who_is_lost_is_told_of_to_the_deputy() -> None:
    """And gets the same message by the other channel."""
    scene = Scene().having(CLAIMED)
    scene.hear("bounced", CLAIMED)
    assert scene.others(CLAIMED) == [
        ("alert_raised", COORDINATOR.id, "sms"),
        (f"undelivered_{COORDINATOR.id}", DEPUTY.id, "email"),
    ]
    assert "par SMS" in scene.found(CLAIMED).last_error


def test_a_text_that_fails_leaves_by_email() -> None:
    """A passing failure silences nothing, and needs nobody while there is another way."""
    text = held(delivery(channel="sms"))
    scene = Scene().having(text)
    scene.hear("failed", text)
    assert scene.others(text) == [("alert_raised", COORDINATOR.id, "email")]
    assert scene.silences.cause(TERRITORY, "sms", COORDINATOR.phone or "") is None


def test_the_other_channel_is_not_tried_twice() -> None:
    """An urgent message had left by both: the one that fails adds none."""
    mail, text = held(delivery()), held(delivery(channel="sms"))
    scene = Scene().having(mail, text)
    scene.hear("failed", mail)
    assert scene.others(mail, text) == []


def test_who_is_reached_by_neither_channel_is_told_of_to_the_back_up() -> None:
    """Each failure names the other channel, and nobody would know; the second one says that both are lost."""
    mail, text = held(delivery()), held(delivery(channel="sms"))
    scene = Scene().having(mail, text)
    scene.hear("failed", mail)
    scene.hear("failed", text)
    assert scene.others(mail, text) == [(f"undelivered_{COORDINATOR.id}", DEPUTY.id, "email")]
    assert scene.found(text).last_error.endswith(BOTH_LOST)


def test_a_passing_failure_without_another_way_is_told_of() -> None:
    """Otherwise nobody would know that somebody was not reached."""
    agent = held(SILENT_AGENT)
    scene = Scene().having(agent)
    scene.hear("failed", agent)
    assert scene.others(agent) == [(f"undelivered_{AGENT.id}", COORDINATOR.id, "email")]


def test_a_complaint_is_told_of_and_nothing_more_is_sent_there() -> None:
    """The message was received, so it does not leave by the other channel."""
    scene = Scene().having(CLAIMED)
    scene.hear("complained", CLAIMED)
    assert scene.silences.cause(TERRITORY, "email", COORDINATOR.email or "") == "complained"
    assert scene.found(CLAIMED).state is DeliveryState.DELIVERED
    assert scene.others(CLAIMED) == [(f"undelivered_{COORDINATOR.id}", DEPUTY.id, "email")]


def test_a_partner_without_a_second_address_is_said_to_have_none() -> None:
    """Its structure has nobody for the diffusion."""
    told = held(delivery(Purpose.BROADCAST, MISSION.id, recipient=MISSION.name))
    scene = Scene().having(told)
    scene.hear("bounced", told)
    assert scene.found(told).last_error.endswith(NO_OTHER)


def test_a_partner_is_reached_at_its_structures_other_address() -> None:
    """Whoever is in charge of the diffusion there."""
    partner = MISSION.model_copy(update={"structure_id": "mission"})
    person = Member(id="m-diffusion", structure_id="mission", name="A. B.", roles=("diffusion",), phone="+33611111111")
    book = BOOK.model_copy(update={"members": (COORDINATOR, person), "partners": (partner,)})
    told = held(delivery(Purpose.BROADCAST, MISSION.id, recipient=MISSION.name))
    scene = Scene(directory_of=book).having(told)
    scene.hear("failed", told)
    assert scene.others(told) == [(told.key, MISSION.id, "sms")]


@pytest.mark.parametrize(("hours", "tried"), [(45, []), (47, [("alert_raised", COORDINATOR.id, "sms")]), (49, [])])
def test_a_slow_server_near_the_deadline_is_not_waited_for(hours: int, tried: list[tuple[str, str, str]]) -> None:
    """Two hours before it, the other channel leaves; the first one may still arrive."""
    scene = Scene(clock=FixedClock(NOON + timedelta(hours=hours))).having(CLAIMED)
    scene.hear("delayed", CLAIMED)
    assert scene.others(CLAIMED) == tried
    assert scene.found(CLAIMED).state is DeliveryState.SENT


def test_what_names_no_delivery_is_harmless() -> None:
    """Another system's message, another territory, a delivery that was never written."""
    scene = Scene()
    assert scene.hear("bounced", CLAIMED) == {}
    assert scene.hear("bounced", CLAIMED.becoming(territory_id="ailleurs")) == {}
    assert Hearing(scene.store, scene, scene, scene.silences, scene.clock).hear(SILENT) == {}
    assert scene.table.items == {}


class Restless(DeliveryStore):
    """A delivery that somebody moves between each reading and writing."""

    moves = TRIES

    def replace(self, before: Delivery, after: Delivery, *beside: Delivery) -> bool:
        self.moves -= 1
        return self.moves < 0 and super().replace(before, after, *beside)


def test_a_delivery_that_moves_meanwhile_is_read_again() -> None:
    """And given back to the queue when it never stands still."""
    scene = Scene().having(CLAIMED)
    store = Restless(scene.table)
    hearing = Hearing(store, scene, scene, scene.silences, scene.clock)
    with pytest.raises(Unavailable):
        hearing.hear(said("accepted", CLAIMED))
    assert hearing.hear(said("accepted", CLAIMED)) == {"DoubtsResolved": 1}


def test_nothing_is_told_when_the_whole_cannot_be_written() -> None:
    """The other channel and the notice are written with the delivery, or not at all."""
    scene = Scene().having(CLAIMED)
    hearing = Hearing(Restless(scene.table), scene, scene, scene.silences, scene.clock)
    with pytest.raises(Unavailable):
        hearing.hear(said("bounced", CLAIMED))
    assert scene.others(CLAIMED) == []
