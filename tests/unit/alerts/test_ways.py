"""The recipient's other channel: when the first one fails, or is in doubt with the deadline near; never as a double."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.alerts.deliveries.delivering import Unreachable
from services.alerts.deliveries.delivery import Delivery, DeliveryState, Report, claimed
from services.alerts.deliveries.silences import Silences
from services.alerts.deliveries.ways import NO_OTHER, is_pressing, other_way, ways
from services.alerts.deliveries.work import Work
from services.alerts.provider_events.hearing import Hearing
from services.alerts.provider_events.reconciling import reconciled
from services.alerts.rules.facts import State
from services.alerts.rules.notices import Purpose
from services.alerts.site.following import follow
from shared.address_book import ChannelName
from shared.tables import MemoryTable
from tests.unit.alerts.courier_scene import HOUR, Ledger, Wire
from tests.unit.alerts.delivery_scene import (
    AGENT,
    ALERT,
    ALERT_ID,
    BOOK,
    COORDINATOR,
    MISSION,
    NOON,
    PORTAL,
    TERRITORY,
    closed,
    delivery,
)
from tests.unit.alerts.provider_words import said

UNKNOWN = Report(verdict="unknown")
MINUTE = timedelta(minutes=1)
NEAR = NOON + 47 * HOUR


def others(ledger: Ledger, known: Delivery) -> list[tuple[str, str]]:
    """(channel, state) of the deliveries that were added."""
    every = ledger.store.of_alert(TERRITORY, ALERT_ID)
    return [(one.channel, str(one.state)) for one in every if one.sk != known.sk]


def due_at(instant_hours: float) -> Delivery:
    """A delivery that is due so long after noon."""
    instant = NOON + instant_hours * HOUR
    return delivery(created_at=instant, next_attempt_at=instant)


def ledger_at(hours: float, report: Report) -> tuple[Ledger, Delivery]:
    """A courier at that hour, whose wire answers so."""
    wanted = due_at(hours)
    ledger = Ledger(wire=Wire(report=report)).having(wanted)
    ledger.clock.now_is = NOON + hours * HOUR
    return ledger, wanted


def test_what_is_refused_leaves_by_the_other_channel() -> None:
    """Written with the refusal; the page says where it went."""
    ledger, wanted = ledger_at(1, Report(verdict="refused", reason="Adresse refusée."))
    dead = ledger.deliver(wanted)
    assert (dead.state, dead.last_error) == (DeliveryState.DEAD, "Adresse refusée. Le message part aussi par SMS.")
    assert others(ledger, wanted) == [("sms", "queued")]


def test_a_recipient_without_another_channel_is_said_to_have_none() -> None:
    """A person has to call: the delivery says so."""
    wanted = delivery(Purpose.TRANSMISSION, AGENT.id)
    ledger = Ledger(wire=Wire(refusal=Unreachable("Plus d’adresse."))).having(wanted)
    assert ledger.deliver(wanted).last_error == f"Plus d’adresse. {NO_OTHER}"
    assert "sms" not in dict(others(ledger, wanted))


def test_the_page_says_why_a_message_takes_the_other_way_and_when_it_arrived() -> None:
    """People see what happened, recipient by recipient."""
    second = other_way(delivery(), BOOK, NOON)
    assert second
    assert follow(second, NOON).advice == "Envoyé ainsi car l’envoi par e-mail a échoué ou reste incertain."
    arrived = reconciled(claimed(delivery(), NOON, Wire().patience, 1, None), said("delivered", delivery()))
    shown = follow(arrived, NOON)
    assert (shown.badge[0], shown.when[:4]) == ("Reçu", "Reçu")
    assert shown.advice == "L’envoi était resté sans réponse ; le service d’envoi a confirmé depuis."


def test_the_other_way_of_the_other_way_is_not_tried() -> None:
    """Two channels, and then a person."""
    second = other_way(delivery(), BOOK, NOON)
    assert second
    ledger = Ledger(wire=Wire(refusal=Unreachable("Plus de numéro."))).having(second)
    assert ledger.deliver(second).last_error == "Plus de numéro."
    assert others(ledger, second) == []


def test_a_silence_of_the_provider_near_the_deadline_tries_the_other_channel_at_once() -> None:
    """The claim goes on waiting for the provider's word: by this channel nothing is sent a second time."""
    ledger, wanted = ledger_at(47, UNKNOWN)
    held = ledger.deliver(wanted)
    assert (held.state, held.looked_at) == (DeliveryState.CLAIMED, NEAR + 62 * MINUTE)
    assert "par SMS" in held.last_error
    assert others(ledger, wanted) == [("sms", "queued")]


def test_far_from_the_deadline_a_doubt_waits() -> None:
    """The quiet time is there to spare people a second message."""
    ledger, wanted = ledger_at(44, UNKNOWN)
    assert ledger.deliver(wanted).looked_at == NOON + 44 * HOUR + 62 * MINUTE
    assert others(ledger, wanted) == []


def test_a_sender_that_dies_near_the_deadline_is_missed_within_minutes() -> None:
    """The sweep looks again when the lease is over, once; the quiet time is then waited for as ever."""
    ledger, wanted = ledger_at(47, UNKNOWN)
    ledger.wire.report = MemoryError()
    with pytest.raises(MemoryError):
        ledger.deliver(wanted)
    ledger.clock.now_is = NEAR + MINUTE
    assert ledger.deliver(wanted).looked_at == NEAR + 2 * MINUTE
    assert others(ledger, wanted) == []
    ledger.clock.now_is = NEAR + 2 * MINUTE
    for _ in range(2):
        assert ledger.deliver(wanted).looked_at == NEAR + 62 * MINUTE
    assert others(ledger, wanted) == [("sms", "queued")]
    assert len(ledger.wire.left) == 1


def test_a_doubt_that_the_deadline_catches_up_with_waits_no_longer() -> None:
    """Two hours before it the sweep looks at what was claimed earlier and is still without a word."""
    ledger, wanted = ledger_at(45.5, UNKNOWN)
    assert ledger.deliver(wanted).looked_at == NOON + 46 * HOUR
    assert others(ledger, wanted) == []
    ledger.clock.now_is = NOON + 46 * HOUR
    assert ledger.deliver(wanted).looked_at == NOON + 45.5 * HOUR + 62 * MINUTE
    assert others(ledger, wanted) == [("sms", "queued")]


def test_a_repetition_is_counted_once_for_the_metric() -> None:
    """The dashboard shows how often nobody knew."""
    ledger, wanted = ledger_at(1, UNKNOWN)
    work = Work(territory_id=TERRITORY, alert_id=ALERT_ID, sk=wanted.sk)
    counted = []
    for minutes in (0, 10, 62, 124):
        ledger.clock.now_is = NOON + HOUR + minutes * MINUTE
        counted.append(ledger.courier().deliver(work).get("DeliveriesPossiblyDoubled", 0))
    assert (counted, len(ledger.wire.left)) == ([0, 0, 1, 0], 2)


def test_a_provider_quicker_than_the_sender_has_the_last_word() -> None:
    """What the sender then writes is older than what is known."""
    ledger, wanted = ledger_at(1, Report(verdict="sent", message_id="m-1"))
    hearing = Hearing(ledger.store, ledger, ledger, Silences(MemoryTable()), ledger.clock)

    def overtake() -> None:
        hearing.hear(said("delivered", wanted))

    ledger.wire.on_send = overtake
    assert ledger.deliver(wanted).state is DeliveryState.DELIVERED


def test_a_known_departure_stops_the_repetition() -> None:
    """The word came while the claim waited: nothing more leaves."""
    ledger, wanted = ledger_at(1, UNKNOWN)
    ledger.deliver(wanted)
    Hearing(ledger.store, ledger, ledger, Silences(MemoryTable()), ledger.clock).hear(said("accepted", wanted))
    ledger.clock.now_is = NOON + 10 * HOUR
    assert (ledger.deliver(wanted).state, len(ledger.wire.left)) == (DeliveryState.SENT, 1)


@pytest.mark.parametrize(("recipient", "channels"), [(COORDINATOR, ["email", "sms"]), (AGENT, ["email"])])
def test_a_person_has_the_channels_of_the_directory(recipient: object, channels: list[ChannelName]) -> None:
    """E-mail first; a landline receives no text."""
    known = ways(getattr(recipient, "id", ""), BOOK)
    assert list(known) == channels
    landline = COORDINATOR.model_copy(update={"phone": "+33384000000"})
    assert list(ways(COORDINATOR.id, BOOK.model_copy(update={"members": (landline,)}))) == ["email"]


def test_a_partners_own_channel_comes_first_then_its_structures_diffusion() -> None:
    """A webhook that is dead for good may be followed by an e-mail to a person."""
    partner = PORTAL.model_copy(update={"structure_id": "ft"})
    person = AGENT.model_copy(update={"id": "m-2", "roles": ("diffusion",)})
    book = BOOK.model_copy(update={"members": (AGENT, person), "partners": (partner, MISSION)})
    assert ways(partner.id, book) == {"webhook": partner.address, "email": person.email}
    assert ways(MISSION.id, book) == {"email": MISSION.address}
    assert ways("nobody", book) == {}


def test_only_an_open_alert_whose_deadline_is_ahead_presses() -> None:
    """After the deadline, or once the alert has ended, an hour more or less harms nobody."""
    assert is_pressing(ALERT, NEAR)
    assert not is_pressing(ALERT, NOON + 46 * HOUR)
    assert not is_pressing(ALERT, NOON + 48 * HOUR)
    assert not is_pressing(closed(ALERT, NEAR, State.CANCELLED), NEAR)
