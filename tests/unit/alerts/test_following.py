"""What became of a message, in words: every end that it can come to, and every attempt on the way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.alerts.deliveries.attempt import Attempt
from services.alerts.deliveries.delivery import Delivery, DeliveryState, dead, replayed, superseded
from services.alerts.deliveries.silences import silence_reason
from services.alerts.deliveries.store import DeliveryStore, creation
from services.alerts.endpoints.circuit import withheld
from services.alerts.endpoints.endpoint import MACHINE, born, disabled, paused, verified
from services.alerts.rules.notices import Purpose
from services.alerts.site.following import Followed, as_it_stands, dispatches, follow, passes, sieve_of
from shared.tables import MemoryTable
from tests.unit.alerts.delivery_scene import NOON, PORTAL, TERRITORY, broadcast, closed, delivery

LATER = NOON + timedelta(hours=1)
OFFER = delivery(Purpose.BROADCAST, PORTAL.id, "webhook")
MAIL = delivery(Purpose.BROADCAST, "p-mission", "email")
ENDPOINT = verified(born(TERRITORY, PORTAL, NOON), PORTAL.address, NOON)


def told(message: Delivery, **changes: Any) -> Followed:
    return follow(message.becoming(**changes), LATER)


@pytest.mark.parametrize(
    ("message", "badge", "words"),
    [
        (MAIL.becoming(state=DeliveryState.SENT, sent_at=NOON), "Envoyé", ""),
        (MAIL.becoming(state=DeliveryState.DELIVERED, sent_at=NOON, delivered_at=NOON), "Reçu", ""),
        (dead(MAIL, silence_reason("bounced")), "Échec", "ne reçoit plus rien"),
        (superseded(MAIL, silence_reason("opted_out")), "Sans objet", "a demandé à ne plus recevoir"),
        (withheld(ENDPOINT.becoming(retry_at=LATER), OFFER), "Nouvel essai prévu", "ne répond plus"),
        (withheld(paused(ENDPOINT, MACHINE, NOON), OFFER), "En pause", "en pause"),
        (withheld(disabled(ENDPOINT, "Fermée (410).", MACHINE, NOON), OFFER), "En pause", "désactivée. Fermée (410)"),
        (MAIL.becoming(state=DeliveryState.SENT, possible_duplicate=True), "Envoyé", "Peut-être reçu deux fois"),
    ],
)
def test_every_end_is_said_with_what_to_do(message: Delivery, badge: str, words: str) -> None:
    """Received, bounced, opted out, waiting for the circuit, paused, disabled, possibly doubled."""
    said = follow(message, LATER)
    assert said.badge[0] == badge
    assert words in said.advice


def test_what_waits_for_an_endpoint_has_no_object_once_its_alert_is_over() -> None:
    """An endpoint that never opens again would show « En pause » for ever; while the alert lives, it does wait."""
    waiting = withheld(disabled(ENDPOINT, "Fermée (410).", MACHINE, NOON), OFFER)
    assert as_it_stands(waiting, broadcast()) == waiting
    over = as_it_stands(waiting, closed(broadcast(), LATER))
    shown = follow(over, LATER)
    assert (shown.badge[0], shown.advice) == ("Sans objet", "L’alerte était close avant l’envoi.")
    assert not shown.when.startswith("Attend")
    assert (passes(over, "en-attente"), shown.replay) == (False, "")
    left = OFFER.becoming(state=DeliveryState.SENT, sent_at=NOON)
    assert as_it_stands(left, closed(broadcast(), LATER)) == left


def test_what_waits_for_its_recipient_says_since_when() -> None:
    """No next attempt is promised to what the circuit holds back."""
    assert told(withheld(paused(ENDPOINT, MACHINE, NOON), OFFER)).when.startswith("Attend depuis")


@pytest.mark.parametrize(
    ("attempt", "words"),
    [
        (Attempt(at=NOON, verdict="sent", status=204, duration_ms=120), "accepté (204) en 120\u00a0ms"),
        (Attempt(at=NOON, verdict="later", duration_ms=7000), "pas accepté, à réessayer en 7,0\u00a0s"),
        (
            Attempt(at=NOON, verdict="later", status=504, doubtful=True),
            "sans réponse à temps : peut-être reçu, à réessayer (504)",
        ),
        (Attempt(at=NOON, verdict="unknown"), "sans réponse : nul ne sait s’il est parti"),
        (Attempt(at=NOON, verdict="sent", said="bounced"), "accepté, puis revenu : l’adresse ne reçoit pas"),
    ],
)
def test_an_attempt_is_said_with_its_status_its_duration_and_what_came_since(attempt: Attempt, words: str) -> None:
    """One line, whoever the provider is."""
    assert told(MAIL, attempts=(attempt,)).tries[0].words == words


def test_the_newest_attempt_stands_first_and_a_replay_forgets_none() -> None:
    """What was tried before the replay follows what was tried since."""
    first, second = Attempt(at=NOON, verdict="refused"), Attempt(at=LATER, verdict="sent")
    again = replayed(dead(MAIL.becoming(attempts=(first,)), "Refusé."), NOON).becoming(attempts=(second,))
    assert [each.when for each in follow(again, LATER).tries] == [LATER, NOON]


def test_the_button_says_whether_the_message_had_arrived() -> None:
    """Sending again what failed, sending again all the same, or nothing to send."""
    assert told(dead(MAIL, "Refusé.")).replay == "Envoyer de nouveau"
    assert told(MAIL, state=DeliveryState.SENT).replay == "Renvoyer quand même"
    assert told(MAIL).replay == ""


def test_a_reader_may_look_at_some_only() -> None:
    """What is unknown in an address shows everything."""
    messages = [MAIL, MAIL.becoming(state=DeliveryState.SENT), dead(OFFER, "Refusé.")]
    (shown,) = dispatches(messages, LATER, "a-traiter")
    assert [message.recipient for message in shown.messages] == [OFFER.recipient]
    assert sieve_of("inconnu") == ""
    assert all(passes(message, "") for message in messages)


def test_a_partners_deliveries_are_found_again_newest_first() -> None:
    """Across alerts, up to an instant; those of people are not in the index."""
    table = MemoryTable()
    for hours in range(3):
        table.write(creation(OFFER.becoming(alert_id=f"a-{hours}", created_at=NOON + timedelta(hours=hours))))
    table.write(creation(delivery(Purpose.NUDGE, PORTAL.id, "email")))
    store = DeliveryStore(table)
    page, cursor = store.of_recipient(TERRITORY, PORTAL.id, 2)
    rest, last = store.of_recipient(TERRITORY, PORTAL.id, 2, cursor)
    assert [found.alert_id for found in page + rest] == ["a-2", "a-1", "a-0"]
    assert last is None
    early, _ = store.of_recipient(TERRITORY, PORTAL.id, 9, up_to=LATER)
    assert [found.alert_id for found in early] == ["a-1", "a-0"]
