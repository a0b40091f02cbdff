"""What the API says of endpoints and deliveries: a contract with the partner's software."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from services.alerts.deliveries.delivery import Attempt, Verdict
from services.alerts.deliveries.replaying import Found
from services.alerts.endpoints.administering import Rotated, Tested
from services.alerts.partners.reading import Sheet, standing
from services.alerts.partners.references import reference_of
from services.alerts.site.answers import Answer, DeliveryAnswer
from services.alerts.site.answers import delivery as delivery_answer
from services.alerts.site.following import Followed
from services.alerts.webhooks.sealed_keys import SealedKey
from shared.errors import NotFound

ENDPOINT_PATH = "/api/v1/webhook-endpoints/"
DELIVERY_PATH = "/api/v1/deliveries/"


class KeyAnswer(Answer):
    """Un secret, sans sa valeur."""

    id: str
    created_at: AwareDatetime
    expires_at: AwareDatetime | None = Field(description="`null` pour le secret en cours.")


class EndpointAnswer(Answer):
    """Où et comment un partenaire reçoit les webhooks."""

    partner_id: str
    partner: str
    api_url: str
    version: int = Field(description="À rendre en `expected_version` avec toute commande.")
    url: str
    candidate_url: str | None = Field(description="Une adresse demandée, qui n’a pas encore renvoyé le défi.")
    state: Literal["pending", "enabled", "disabled"]
    paused: bool
    label: str = Field(description="L’état en un mot, en français.")
    advice: str = Field(description="En français : ce qui s’est passé et ce qu’il y a à faire.")
    failures: int = Field(description="Échecs de suite.")
    failing_since: AwareDatetime | None
    retry_at: AwareDatetime | None = Field(description="Rien n’est tenté avant ; `null` quand tout va bien.")
    last_success_at: AwareDatetime | None
    keys: tuple[KeyAnswer, ...] = Field(description="Les secrets qui signent, le plus récent d’abord.")


class EndpointsAnswer(Answer):
    """Les points d’accès que l’appelant suit."""

    items: tuple[EndpointAnswer, ...]
    next_cursor: None = Field(default=None, description="Toujours `null` : la liste est entière.")


class SecretAnswer(Answer):
    """Un nouveau secret."""

    secret: str | None = Field(
        description="Montré une seule fois ; `null` quand la même commande avait déjà été exécutée.",
        examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    )
    endpoint: EndpointAnswer


class TryAnswer(Answer):
    """Un essai."""

    at: AwareDatetime
    verdict: Verdict = Field(description="`later` : pas accepté, à réessayer ; `unknown` : nul ne sait.")
    status: int | None = Field(description="Le statut HTTP.")
    duration_ms: int
    answer: str = Field(description="Le début de la réponse, sans adresse ni long numéro.")


class TestedAnswer(Answer):
    """Ce qu’a donné un message d’essai ou un défi."""

    accepted: bool
    reason: str = Field(description="En français, quand il n’a pas été accepté.")
    attempt: TryAnswer
    endpoint: EndpointAnswer


class LetterAnswer(DeliveryAnswer):
    """Un message à un partenaire."""

    alert_id: str
    reference: str
    api_url: str
    sequence: int = Field(description="La version de l’alerte : croissante pour une même alerte.")
    next_attempt_at: AwareDatetime | None = Field(description="`null` quand plus rien n’est prévu.")
    last_error: str


class LetterFileAnswer(LetterAnswer):
    """Un message et chacun de ses essais, le plus récent d’abord."""

    tries: tuple[TryAnswer, ...]


class LettersAnswer(Answer):
    """Des messages, le plus récent d’abord."""

    items: tuple[LetterAnswer, ...]
    next_cursor: str | None = Field(description="À donner en `cursor` pour la suite ; `null` à la fin.")


class PauseAnswer(Answer):
    """La pause d’un partenaire."""

    partner_id: str
    paused: bool
    label: str = Field(description="L’état en un mot, en français.")
    advice: str = Field(description="En français : ce qui se passe et ce qu’il y a à faire.")
    waiting: int = Field(description="Combien d’envois attendent la reprise, compté jusqu’à 100.")


class CountAnswer(Answer):
    """Combien d’envois seraient renvoyés."""

    count: int
    more: bool = Field(description="Il y en a d’autres, plus anciens.")


class ReplayAnswer(Answer):
    """Combien d’envois repartent."""

    replayed: int
    next_cursor: str | None = Field(description="À donner en `cursor` pour la suite ; `null` quand tout est fait.")


def endpoint(read: Sheet) -> EndpointAnswer:
    """An endpoint as it now stands, without its secrets; raises NotFound for a partner that has none."""
    found = read.endpoint
    if found is None:
        raise NotFound("Ce partenaire ne reçoit pas les offres par webhook.")
    said = standing(read.partner, found, read.now)
    return EndpointAnswer.model_validate(
        {
            **found.model_dump(exclude={"keys", "history"}),
            "partner": read.partner.name,
            "api_url": ENDPOINT_PATH + found.partner_id,
            "candidate_url": found.candidate,
            "paused": found.paused or read.partner.paused,
            "label": said.words,
            "advice": said.advice,
            "keys": tuple(map(_key, found.signing(read.now))),
        }
    )


def secret(read: Sheet, made: Rotated) -> SecretAnswer:
    """A new secret, this once."""
    return SecretAnswer(secret=made.secret, endpoint=endpoint(read))


def tested(read: Sheet, made: Tested) -> TestedAnswer:
    """What came of a test."""
    said = endpoint(read)
    return TestedAnswer(accepted=made.accepted, reason=made.reason, attempt=attempt(made.attempt), endpoint=said)


def attempt(made: Attempt) -> TryAnswer:
    """One attempt."""
    return TryAnswer.model_validate(made)


def letter(followed: Followed) -> LetterAnswer:
    """A message for a list."""
    return LetterAnswer.model_validate(_letter(followed))


def letter_file(followed: Followed) -> LetterFileAnswer:
    """A message with all that was tried."""
    kept = followed.delivery
    tries = tuple(attempt(made) for made in reversed((*kept.earlier, *kept.attempts)))
    return LetterFileAnswer.model_validate({**_letter(followed), "tries": tries})


def pause(read: Sheet) -> PauseAnswer:
    """Whether a partner's messages wait."""
    return PauseAnswer(
        partner_id=read.partner.id,
        paused=read.is_paused or read.partner.paused,
        label=read.standing.words,
        advice=read.standing.advice,
        waiting=read.waiting,
    )


def replayed(found: Found) -> ReplayAnswer:
    """What leaves again."""
    return ReplayAnswer(replayed=found.number, next_cursor=found.cursor)


def _letter(followed: Followed) -> dict[str, object]:
    kept, reference = followed.delivery, reference_of(followed.delivery)
    return {
        **delivery_answer(followed).model_dump(),
        "alert_id": kept.alert_id,
        "reference": reference,
        "api_url": DELIVERY_PATH + reference,
        "sequence": kept.sequence,
        "next_attempt_at": None if kept.state.is_final else kept.looked_at,
        "last_error": kept.last_error,
    }


def _key(kept: SealedKey) -> KeyAnswer:
    return KeyAnswer.model_validate(kept)
