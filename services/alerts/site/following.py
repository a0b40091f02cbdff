"""What became of each message of an alert, recipient by recipient, and what there is to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from services.alerts.deliveries.attempt import discreet
from services.alerts.deliveries.delivery import WAITING, Delivery, DeliveryState, superseded
from services.alerts.deliveries.relevance import pointless
from services.alerts.deliveries.replaying import can_replay, is_missed
from services.alerts.deliveries.ways import CHANNELS
from services.alerts.rules.alert import Alert
from services.alerts.rules.notices import Purpose
from services.alerts.site.tries import Try, tries_of
from shared.web.formats import number, plural, short_instant

Group = Literal["partners", "agency", "team"]
Sieve = Literal["", "a-traiter", "en-attente", "partis"]
SIEVES: Mapping[Sieve, str] = {"": "Tous", "a-traiter": "À traiter", "en-attente": "En attente", "partis": "Partis"}
"""What a reader may look at alone: the end of the address, and its words."""

TITLES = {
    Purpose.ALERT_RAISED: "Nouvelle alerte",
    Purpose.ACK_CHASE: "Relance : à prendre en charge",
    Purpose.ACK_LAPSED: "Prise en charge caduque",
    Purpose.NUDGE: "Rappel du délai",
    Purpose.ESCALATION: "Échéance proche",
    Purpose.PRE_NOTICE: "Rappel avant les jours chômés",
    Purpose.BREACH: "Délai dépassé",
    Purpose.TRANSMISSION: "Transmission de l’alerte",
    Purpose.CONFIRM_TRANSMISSION: "Transmission à confirmer",
    Purpose.OFFER_NUDGE: "Relance : référence attendue",
    Purpose.PARTIAL_RETURN: "Réponse incomplète",
    Purpose.REF_CONFLICT: "Références contradictoires",
    Purpose.OFFER_RETURNED: "Offre enregistrée",
    Purpose.LATE_RETURN: "Réponse après la fin",
    Purpose.BROADCAST: "Diffusion de l’offre",
    Purpose.CORRECTION: "Rectificatif",
    Purpose.NO_RECIPIENT: "Aucun partenaire joignable",
    Purpose.UNDELIVERED: "Destinataire à rappeler",
    Purpose.ENDPOINT_DISABLED: "Webhook désactivé",
}
_TO_AGENCY = frozenset({Purpose.TRANSMISSION, Purpose.OFFER_NUDGE})


class Followed(NamedTuple):
    """One message to one recipient, as people read it."""

    delivery: Delivery
    title: str
    """What it says and by which channel."""
    when: str
    advice: str
    tries: list[Try]
    """Every attempt that is kept, the newest first."""

    @property
    def recipient(self) -> str:
        """The structure's or partner's name."""
        return self.delivery.recipient

    @property
    def badge(self) -> tuple[str, str]:
        """The state's words and tone."""
        return self.delivery.state.label, self.delivery.state.tone

    @property
    def replay(self) -> str:
        """What the button to send it again says; empty when there is nothing to send again."""
        if not can_replay(self.delivery):
            return ""
        return "Envoyer de nouveau" if is_missed(self.delivery) else "Renvoyer quand même"


class Dispatch(NamedTuple):
    """The messages of one group of recipients, newest first, and how many have left."""

    group: Group
    title: str
    messages: list[Followed]

    @property
    def left(self) -> int:
        """How many were accepted on their way."""
        return sum(followed.delivery.state.has_left for followed in self.messages)

    @property
    def progress(self) -> str:
        """`3 messages partis sur 5`."""
        return f"{plural(self.left, 'message parti', 'messages partis')} sur {number(len(self.messages))}"

    @property
    def failed(self) -> int:
        """How many wait for somebody to do something."""
        return sum(is_missed(followed.delivery) for followed in self.messages)


def as_it_stands(delivery: Delivery, alert: Alert) -> Delivery:
    """What waits in its recipient's room once nobody needs it has no object any more: its endpoint may never let it out."""
    reason = pointless(delivery, alert) if delivery.parked and delivery.state in WAITING else ""
    return superseded(delivery, reason).becoming(parked=False) if reason else delivery


def dispatches(deliveries: Iterable[Delivery], now: datetime, sieve: Sieve = "") -> list[Dispatch]:
    """The partners first: “did it reach them?” is what is asked most; groups without message are left out."""
    newest = sorted(deliveries, key=lambda delivery: delivery.created_at, reverse=True)
    followed = [follow(delivery, now) for delivery in newest if passes(delivery, sieve)]
    grouped = [Dispatch(group, title, _of(group, followed)) for group, title in _GROUPS.items()]
    return [dispatch for dispatch in grouped if dispatch.messages]


def follow(delivery: Delivery, now: datetime) -> Followed:
    """One message in words, and what was answered lately."""
    said = {"earlier": discreet(delivery.earlier, now), "attempts": discreet(delivery.attempts, now)}
    read = delivery.becoming(**said)
    return Followed(
        delivery=read,
        title=f"{TITLES[delivery.purpose]}, {CHANNELS[delivery.channel]}",
        when=_when(delivery),
        advice=_advice(delivery, now),
        tries=tries_of(read),
    )


def passes(delivery: Delivery, sieve: Sieve) -> bool:
    """Whether a reader who asked for these only is shown this one."""
    if sieve == "a-traiter":
        return is_missed(delivery)
    if sieve == "en-attente":
        return not delivery.state.is_final
    return delivery.state.has_left if sieve == "partis" else True


def sieve_of(text: str) -> Sieve:
    """What was asked for in an address; anything unknown is everything."""
    return next((sieve for sieve in SIEVES if sieve == text), "")


_GROUPS: dict[Group, str] = {
    "partners": "Partenaires de la diffusion",
    "agency": "France Travail",
    "team": "Équipe du territoire",
}


def _of(group: Group, messages: list[Followed]) -> list[Followed]:
    return [message for message in messages if _group(message.delivery) == group]


def _group(delivery: Delivery) -> Group:
    if delivery.purpose in _TO_AGENCY or delivery.key.startswith("end_"):
        return "agency"
    return "partners" if delivery.purpose in {Purpose.BROADCAST, Purpose.CORRECTION} else "team"


def _when(delivery: Delivery) -> str:
    if delivery.delivered_at and delivery.state.has_left:
        return f"Reçu {short_instant(delivery.delivered_at)}"
    if delivery.sent_at and delivery.state.has_left:
        return f"Parti {short_instant(delivery.sent_at)}"
    if delivery.state is DeliveryState.PAUSED or delivery.parked:
        return f"Attend depuis {short_instant(delivery.created_at)}"
    if delivery.state in WAITING and (delivery.attempts or delivery.earlier):
        return f"Nouvel essai {short_instant(delivery.next_attempt_at)}"
    return f"Demandé {short_instant(delivery.created_at)}"


def _advice(delivery: Delivery, now: datetime) -> str:
    doubt = "Peut-être reçu deux fois : un envoi précédent a pu arriver aussi." if delivery.possible_duplicate else ""
    if delivery.confirmed and not doubt:
        doubt = "L’envoi était resté sans réponse ; le service d’envoi a confirmé depuis."
    if delivery.is_unknown(now):
        doubt = "Envoi sans confirmation : Vigie le vérifie et recommencera une fois si besoin. Rien à faire."
    first = f"l’envoi {CHANNELS[delivery.second_to]}" if delivery.second_to else ""
    second = f"Envoyé ainsi car {first} a échoué ou reste incertain." if first else ""
    return " ".join(filter(None, [delivery.last_error, doubt, second])) or _usual(delivery.state)


def _usual(state: DeliveryState) -> str:
    waiting = state in WAITING or state is DeliveryState.CLAIMED
    return "Part dans la minute. Rien à faire." if waiting else ""
