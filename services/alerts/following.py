"""What became of each message of an alert, recipient by recipient, and what there is to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, NamedTuple

from services.alerts.delivery import WAITING, Delivery, DeliveryState
from services.alerts.notices import Purpose
from shared.web.formats import number, plural, short_instant

Group = Literal["partners", "agency", "team"]

CHANNELS = {"email": "par e-mail", "sms": "par SMS", "webhook": "par webhook"}
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
}
_TO_AGENCY = frozenset({Purpose.TRANSMISSION, Purpose.OFFER_NUDGE})


class Followed(NamedTuple):
    """One message to one recipient, as people read it."""

    delivery: Delivery
    title: str
    """What it says and by which channel."""
    when: str
    advice: str

    @property
    def recipient(self) -> str:
        """The structure's or partner's name."""
        return self.delivery.recipient

    @property
    def badge(self) -> tuple[str, str]:
        """The state's words and tone."""
        return self.delivery.state.label, self.delivery.state.tone


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
        return sum(followed.delivery.state is DeliveryState.DEAD for followed in self.messages)


def dispatches(deliveries: Iterable[Delivery], now: datetime) -> list[Dispatch]:
    """The partners first: “did it reach them?” is what is asked most; groups without message are left out."""
    newest = sorted(deliveries, key=lambda delivery: delivery.created_at, reverse=True)
    followed = [follow(delivery, now) for delivery in newest]
    grouped = [Dispatch(group, title, _of(group, followed)) for group, title in _GROUPS.items()]
    return [dispatch for dispatch in grouped if dispatch.messages]


def follow(delivery: Delivery, now: datetime) -> Followed:
    """One message in words."""
    return Followed(
        delivery=delivery,
        title=f"{TITLES[delivery.purpose]}, {CHANNELS[delivery.channel]}",
        when=_when(delivery),
        advice=_advice(delivery, now),
    )


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
    if delivery.sent_at:
        return f"Parti {short_instant(delivery.sent_at)}"
    if delivery.state in WAITING and delivery.attempts:
        return f"Nouvel essai {short_instant(delivery.next_attempt_at)}"
    return f"Demandé {short_instant(delivery.created_at)}"


def _advice(delivery: Delivery, now: datetime) -> str:
    doubt = (
        "Peut-être reçu deux fois : le premier envoi n’a pas eu de confirmation." if delivery.possible_duplicate else ""
    )
    if delivery.is_unknown(now):
        doubt = "Envoi sans confirmation : Vigie le vérifie et recommencera une fois si besoin. Rien à faire."
    return " ".join(filter(None, [delivery.last_error, doubt])) or _usual(delivery.state)


def _usual(state: DeliveryState) -> str:
    waiting = state in WAITING or state is DeliveryState.CLAIMED
    return "Part dans la minute. Rien à faire." if waiting else ""
