"""What the API says of an alert: a contract with other software, apart from how it is kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.alerts.deliveries.delivery import DeliveryState
from services.alerts.rules.alert import Alert, Offer, Standing, Transmission
from services.alerts.rules.facts import Channel, Reason, State
from services.alerts.rules.notices import Purpose
from services.alerts.site.chronicle import Moment
from services.alerts.site.following import Followed
from services.alerts.use_cases.outcome import Outcome
from shared.address_book import ChannelName

ALERT_PATH = "/api/v1/alerts/"
VISIT_PATH = "/api/v1/visits/"


class Answer(BaseModel):
    """Every attribute is always there, `null` when there is nothing to say."""

    model_config = ConfigDict(frozen=True, defer_build=True, from_attributes=True)


class EnterpriseAnswer(Answer):
    """L’entreprise qui recrute."""

    name: str
    commune: str
    siret: str | None = Field(description="`null` pour une entreprise en cours de création.")


class PostAnswer(Answer):
    """Le poste à pourvoir."""

    title: str
    quantity: int
    contract: str
    place: str
    rome_code: str = Field(examples=["H2901"])
    rome_label: str
    wanted_on: date | None


class AcknowledgementAnswer(Answer):
    """La prise en charge ; elle n’arrête pas le délai."""

    at: AwareDatetime
    by: str = Field(description="Identifiant du membre.")
    inferred: bool = Field(description="Déduite de la transmission.")
    lapsed_at: AwareDatetime | None


class TransmissionAnswer(Answer):
    """La transmission à France Travail ; elle arrête le délai."""

    at: AwareDatetime
    by: str
    channel: Channel
    inferred: bool = Field(description="Déduite d’un retour arrivé avant tout envoi consigné.")
    in_time: bool
    elapsed_s: int = Field(description="Secondes depuis la réception.")
    open_s: int = Field(description="Secondes d’ouverture du territoire depuis la réception.")


class OfferAnswer(Answer):
    """Ce que France Travail a rendu."""

    reference: str | None = Field(examples=["048KLTP"])
    contact: str | None
    url: str | None
    registered_at: AwareDatetime
    standing: Standing = Field(description="Seule une offre `registered` est diffusée.")


class BroadcastAnswer(Answer):
    """Une diffusion aux partenaires."""

    version: int
    at: AwareDatetime
    count: int = Field(description="Destinataires joignables ce jour-là.")


class ClosureAnswer(Answer):
    """La fin de l’alerte."""

    at: AwareDatetime
    by: str
    reason: Reason | None
    into: str | None = Field(description="L’alerte qui a été gardée, quand celle-ci en était un doublon.")


class AlertSummary(Answer):
    """Une alerte en bref."""

    id: str
    url: str
    version: int = Field(description="À rendre en `expected_version` avec toute commande.")
    state: State
    state_label: str
    red: bool = Field(description="En retard, ou personne n’a pu être prévenu.")
    enterprise: EnterpriseAnswer
    post: PostAnswer
    received_at: AwareDatetime
    deadline_at: AwareDatetime
    breached: bool = Field(description="Le délai a été dépassé ; ne s’efface jamais.")


class OccurrenceAnswer(Answer):
    """Un autre signalement du même besoin, d’une alerte qui a été fusionnée dans celle-ci."""

    alert_id: str
    received_at: AwareDatetime


class AlertAnswer(AlertSummary):
    """Une alerte en entier."""

    visit_url: str
    structure_id: str
    occurred_at: AwareDatetime | None = Field(description="Heure de l’appareil du capteur, sans valeur de preuve.")
    acknowledgement: AcknowledgementAnswer | None
    transmission: TransmissionAnswer | None
    offers: tuple[OfferAnswer, ...]
    broadcasts: tuple[BroadcastAnswer, ...]
    closure: ClosureAnswer | None
    occurrences: tuple[OccurrenceAnswer, ...] = Field(description="Les autres signalements du même besoin, réunis ici.")


class AlertPageAnswer(Answer):
    """Des alertes, l’échéance la plus proche d’abord ; les alertes closes, de la plus récente à la plus ancienne."""

    items: tuple[AlertSummary, ...]
    next_cursor: str | None = Field(description="À donner en `cursor` pour la suite ; `null` à la fin.")


class DeliveryAnswer(Answer):
    """Un message à un destinataire, par un canal."""

    id: str = Field(description="Aussi le `webhook-id` d’un webhook.")
    purpose: Purpose
    title: str
    recipient_id: str
    recipient: str
    channel: ChannelName
    state: DeliveryState
    state_label: str
    created_at: AwareDatetime
    sent_at: AwareDatetime | None
    delivered_at: AwareDatetime | None = Field(description="Quand le destinataire l’a reçu, si son fournisseur le dit.")
    attempts: int
    possible_duplicate: bool
    advice: str = Field(description="En français : ce qui s’est passé et ce qu’il y a à faire.")


class DeliveryPageAnswer(Answer):
    """Les messages d’une alerte, le plus récent d’abord."""

    items: tuple[DeliveryAnswer, ...]
    next_cursor: None = Field(default=None, description="Toujours `null` : la liste est entière.")


class MomentAnswer(Answer):
    """Un moment de l’histoire d’une alerte."""

    when: AwareDatetime
    title: str
    text: str
    by: str
    tone: Literal["calm", "info", "watch", "urgent", "late", "done", "quiet"]


class MomentPageAnswer(Answer):
    """L’histoire d’une alerte, la plus ancienne entrée d’abord."""

    items: tuple[MomentAnswer, ...]
    next_cursor: None = Field(default=None, description="Toujours `null` : la liste est entière.")


class OutcomeAnswer(Answer):
    """Ce qu’une commande a fait ; la même réponse à chaque nouvel envoi de la même clé."""

    alert_id: str
    url: str
    version: int
    state: State
    changed: bool = Field(description="`false` quand c’était déjà fait.")


def summary(alert: Alert, now: datetime) -> AlertSummary:
    """An alert for a list."""
    return AlertSummary.model_validate(_summary(alert, now))


def whole(alert: Alert, now: datetime) -> AlertAnswer:
    """An alert with everything that happened to it."""
    sent = alert.transmission
    return AlertAnswer.model_validate(
        {
            **_summary(alert, now),
            "visit_url": VISIT_PATH + alert.origin.visit_id,
            "structure_id": alert.origin.structure_id,
            "occurred_at": alert.occurred_at,
            "acknowledgement": alert.acknowledgement,
            "transmission": _transmission(sent, alert) if sent else None,
            "offers": tuple(map(_offer, alert.offers)),
            "broadcasts": alert.broadcasts,
            "closure": alert.closure,
            "occurrences": alert.occurrences,
        }
    )


def delivery(followed: Followed) -> DeliveryAnswer:
    """A message and what became of it."""
    kept = followed.delivery
    return DeliveryAnswer.model_validate(
        {
            **dict(kept),
            "id": kept.id,
            "title": followed.title,
            "state_label": kept.state.label,
            "attempts": len(kept.attempts),
            "advice": followed.advice,
        }
    )


def moment(told: Moment) -> MomentAnswer:
    """A line of the history."""
    return MomentAnswer.model_validate(told)


def outcome(done: Outcome) -> OutcomeAnswer:
    """What came of a command."""
    return OutcomeAnswer.model_validate({**done.model_dump(), "url": ALERT_PATH + done.alert_id})


def _summary(alert: Alert, now: datetime) -> dict[str, object]:
    post = alert.post
    return {
        "id": alert.alert_id,
        "url": ALERT_PATH + alert.alert_id,
        "version": alert.version,
        "state": alert.state,
        "state_label": alert.state.label,
        "red": alert.is_red(now),
        "enterprise": alert.enterprise,
        "post": {
            **dict(post),
            "place": post.place.commune,
            "rome_code": post.rome.code,
            "rome_label": post.rome.label,
        },
        "received_at": alert.received_at,
        "deadline_at": alert.deadline_at,
        "breached": alert.breach is not None,
    }


def _transmission(sent: Transmission, alert: Alert) -> TransmissionAnswer:
    measures = {"elapsed_s": sent.measures.elapsed_seconds, "open_s": sent.measures.open_seconds}
    return TransmissionAnswer.model_validate({**dict(sent), **measures, "in_time": sent.at <= alert.deadline_at})


def _offer(offer: Offer) -> OfferAnswer:
    return OfferAnswer.model_validate({**dict(offer), "reference": offer.ft_reference})
