"""What Vigie posts to a partner's endpoint, one class an event: the contract that the documents are written from.

The bodies are composed by `services.alerts.channels.webhook` and `services.alerts.endpoints.challenging`; a test holds
every one against its class, so that no function pays for these models.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class Told(BaseModel):
    """A part of an event: every attribute is always there, `null` when there is nothing to say."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")


class PlaceTold(Told):
    """Où est le poste."""

    commune: str = Field(examples=["Héricourt"])
    insee: str | None = Field(description="Le code INSEE de la commune.", examples=["70285"])


class OccupationTold(Told):
    """Le métier, dans la nomenclature ROME."""

    code: str = Field(examples=["H2913"])
    label: str = Field(examples=["Soudage manuel"])


class OfferTold(Told):
    """La fiche de l’offre : jamais l’entreprise qui recrute, jamais une personne."""

    alert_id: str = Field(description="Le même pour tout ce qui concerne ce besoin.")
    sequence: int = Field(
        description="Croissant pour un même `alert_id` : ignorez ce qui est plus ancien que ce que vous avez.",
        examples=[4],
    )
    reference: str | None = Field(description="La référence de l’offre à France Travail.", examples=["048KLTP"])
    contact: str | None = Field(description="Qui joindre.", examples=["Agence de Belfort, 03 84 00 00 00"])
    url: str | None = Field(description="L’offre en ligne.")
    post: str = Field(description="L’intitulé du poste.", examples=["Soudeur TIG"])
    quantity: int = Field(ge=1, description="Nombre de postes.", examples=[2])
    contract: str = Field(examples=["CDI, temps plein"])
    place: PlaceTold
    rome: OccupationTold
    wanted_on: date | None = Field(description="Date souhaitée.")


class WebhookEvent(Told):
    """Ce que tout message a."""

    id: str = Field(description="Le `webhook-id` : le même à chaque nouvel essai du même message.")
    time: AwareDatetime = Field(description="Quand le message a été demandé.")
    territory_id: str = Field(examples=["belfort-montbeliard-hericourt"])


class OfferBroadcast(WebhookEvent):
    """Une offre est diffusée : la première fois que ce partenaire en entend parler."""

    type: Literal["offer.broadcast.v1"]
    data: OfferTold


class OfferCorrected(WebhookEvent):
    """Une offre déjà reçue a changé : remplacez ce que vous aviez sous le même `alert_id`."""

    type: Literal["offer.corrected.v1"]
    data: OfferTold


class OfferEnded(WebhookEvent):
    """Une offre déjà reçue est terminée, pourvue ou annulée : retirez-la."""

    type: Literal["offer.ended.v1"]
    data: OfferTold


class ChallengeTold(Told):
    """Le défi."""

    challenge: str = Field(description="À renvoyer tel quel dans la réponse.", min_length=16)


class EndpointChallenge(WebhookEvent):
    """Une adresse doit prouver qu’elle veut recevoir : répondez 200 avec le défi, seul ou en `{"challenge": …}`."""

    type: Literal["endpoint.challenge.v1"]
    data: ChallengeTold


class TestTold(Told):
    """À qui l’essai est adressé."""

    __test__ = False
    partner_id: str


class EndpointTest(WebhookEvent):
    """Un essai demandé par une personne : répondez 2xx, ne faites rien d’autre."""

    type: Literal["endpoint.test.v1"]
    data: TestTold


EVENTS: tuple[type[WebhookEvent], ...] = (OfferBroadcast, OfferCorrected, OfferEnded, EndpointChallenge, EndpointTest)


def name_of(event: type[WebhookEvent]) -> str:
    """The event's `type`, as it travels."""
    return str(event.model_fields["type"].annotation.__args__[0])  # type: ignore[union-attr]
