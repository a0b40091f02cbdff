"""Where a delivery stands; apart from the delivery, so that the relay of changes does without its model."""

from __future__ import annotations

from enum import StrEnum


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    SENT = "sent"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    RETRYING = "retrying"
    DEAD = "dead"
    REPLAYED = "replayed"
    RESOLVED = "resolved"
    PAUSED = "paused"
    SUPERSEDED = "superseded"

    @property
    def label(self) -> str:
        """The French word that people read."""
        return _LABELS[self]

    @property
    def tone(self) -> str:
        """The colour of its badge."""
        return _TONES.get(self, "info")

    @property
    def is_final(self) -> bool:
        """Nothing more will be tried by itself."""
        return self not in WAITING and self is not DeliveryState.CLAIMED

    @property
    def has_left(self) -> bool:
        """The message was accepted on its way to the recipient."""
        return self in _LEFT


WAITING = frozenset({DeliveryState.QUEUED, DeliveryState.RETRYING, DeliveryState.REPLAYED, DeliveryState.PAUSED})
_LEFT = frozenset({DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.ACKNOWLEDGED})
_LABELS = {
    DeliveryState.QUEUED: "En file",
    DeliveryState.CLAIMED: "Envoi en cours",
    DeliveryState.SENT: "Envoyé",
    DeliveryState.DELIVERED: "Reçu",
    DeliveryState.ACKNOWLEDGED: "Lu",
    DeliveryState.RETRYING: "Nouvel essai prévu",
    DeliveryState.DEAD: "Échec",
    DeliveryState.REPLAYED: "Rejoué",
    DeliveryState.RESOLVED: "Réglé autrement",
    DeliveryState.PAUSED: "En pause",
    DeliveryState.SUPERSEDED: "Sans objet",
}
_TONES = {
    DeliveryState.SENT: "done",
    DeliveryState.DELIVERED: "done",
    DeliveryState.ACKNOWLEDGED: "done",
    DeliveryState.RESOLVED: "done",
    DeliveryState.RETRYING: "watch",
    DeliveryState.PAUSED: "watch",
    DeliveryState.DEAD: "late",
    DeliveryState.SUPERSEDED: "quiet",
}
