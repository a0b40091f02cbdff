"""An alert as its page shows it: where it stands, what to do next, who was told, what happened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from services.alerts.deliveries.delivery import Delivery
from services.alerts.deliveries.store import DeliveryStore
from services.alerts.rules.alert import PARTNERS, Alert, Offer, Standing
from services.alerts.rules.facts import Role
from services.alerts.rules.measuring import is_breached
from services.alerts.rules.notices import Purpose
from services.alerts.site.acting import Choices, choices
from services.alerts.site.board import badge, clock, described
from services.alerts.site.chronicle import CHANNELS, Moment, chronicle, member_name, named
from services.alerts.site.following import Dispatch, as_it_stands, dispatches
from services.alerts.use_cases.desk import Desk
from services.alerts.use_cases.likeness import alike
from services.alerts.use_cases.seeing import COORDINATION
from shared.address_book import Directory
from shared.identity import Caller
from shared.web.countdown import Countdown
from shared.web.formats import duration, instant

STANDINGS = {
    Standing.REGISTERED: "En vigueur",
    Standing.PARTIAL: "Incomplète",
    Standing.CONFLICTING: "Contredit la première",
    Standing.LATE: "Arrivée après la fin",
}

SHOWN = 50
"""Messages of one diffusion that the alert's page shows; all of them stand on a page of their own."""


class Remark(NamedTuple):
    """What the reader must know first."""

    tone: str
    title: str
    text: str


class Case(NamedTuple):
    """Everything that the page of an alert shows."""

    alert: Alert
    badge: tuple[str, str]
    countdown: Countdown
    remarks: list[Remark]
    choices: Choices
    taken_by: str
    transmission: str
    proof: str
    """What shows that the alert was transmitted: the words noted, or the kept e-mail's digest."""
    structure: str
    offers: list[tuple[Offer, str]]
    """Each with what it is worth, in words."""
    dispatches: list[Dispatch]
    left_out: bool
    """Only the first messages of a diffusion are there."""
    moments: list[Moment]
    alike: list[tuple[str, str]]
    """Other alerts that may be the same need, by id, each in one line; told to the coordination alone."""
    may_replay: bool
    """Whether the reader may have a failed message sent again."""


def read_case(desk: Desk, deliveries: DeliveryStore, caller: Caller, alert: Alert) -> Case:
    """The page of one alert that the caller may see."""
    now = desk.clock.now()
    directory = desk.book.directory(alert.territory_id)
    place = (alert.territory_id, alert.alert_id)
    structure = directory.structure(alert.origin.structure_id)
    messages, left_out = deliveries.first_of_alert(*place, SHOWN)
    likely = alike(desk.store, alert) if caller.has(*COORDINATION) else []
    return Case(
        alert=alert,
        badge=badge(alert, now),
        countdown=clock(alert, now),
        remarks=remarks(alert, now),
        choices=choices(alert, caller, likely),
        alike=[(other.alert_id, described(other)) for other in likely],
        taken_by=_taken_by(alert, directory),
        transmission=_transmission(alert),
        proof=_proof(desk, alert, messages),
        structure=structure.name if structure else alert.origin.structure_id,
        offers=[(offer, STANDINGS[offer.standing]) for offer in alert.offers],
        dispatches=dispatches([as_it_stands(one, alert) for one in messages], now),
        left_out=left_out,
        may_replay=caller.has(*COORDINATION),
        moments=chronicle(alert, desk.store.trail(*place), directory),
    )


def remarks(alert: Alert, now: datetime) -> list[Remark]:
    """What stands above all: a breach for ever, then what hinders the alert now."""
    found = [_lateness(alert, now), _unreached(alert), _conflict(alert), _half(alert), _inferred(alert)]
    return [remark for remark in found if remark]


def _lateness(alert: Alert, now: datetime) -> Remark | None:
    deadline = f"L’échéance était le {instant(alert.deadline_at)}."
    if alert.breach and alert.transmission and not alert.transmission.inferred:
        late = alert.transmission.at - alert.deadline_at
        if late.total_seconds() > 0:
            return Remark("urgent", "Délai dépassé", f"{deadline} Transmise avec un retard de {duration(late)}.")
    if alert.breach or is_breached(alert, now):
        return Remark("urgent", "Délai dépassé", f"{deadline} Le dépassement est consigné et ne s’efface pas.")
    return None


def _unreached(alert: Alert) -> Remark | None:
    if alert.state.is_terminal or not alert.unreached:
        return None
    backed_up = sorted({fact.detail for fact in alert.facts if fact.kind == "backed_up"})
    instead = (
        f"À la place, Vigie a prévenu : {named(backed_up)}." if backed_up else "Vigie n’a pu prévenir personne d’autre."
    )
    text = f"{instead} {_remedy(alert)}"
    return Remark("urgent", f"Personne n’a pu être joint : {named(sorted(alert.unreached))}", text)


def _remedy(alert: Alert) -> str:
    """What to do depends on who is missing: a list of partners, the agency, or people of the territory."""
    if PARTNERS in alert.unreached:
        return "Faites compléter la liste des partenaires, puis diffusez l’offre d’ici."
    if Role.AGENCY in alert.unreached:
        return (
            "Appelez France Travail, puis consignez ici ce qui a été fait ; faites compléter l’annuaire du territoire."
        )
    return (
        "Faites compléter l’annuaire du territoire (adresse, mobile, suppléance) : Vigie prévient alors dans les cinq minutes. "
        "Sans attendre, une personne de la coordination peut agir d’ici."
    )


def _conflict(alert: Alert) -> Remark | None:
    others = [offer.ft_reference for offer in alert.offers if offer.standing is Standing.CONFLICTING]
    if alert.state.is_terminal or not others:
        return None
    given = ", ".join(reference or "un autre contact" for reference in others)
    return Remark(
        "urgent", "Deux réponses se contredisent", f"France Travail a aussi donné : {given}. À vous de trancher."
    )


def _half(alert: Alert) -> Remark | None:
    if alert.offer or not any(offer.standing is Standing.PARTIAL for offer in alert.offers):
        return None
    return Remark("watch", "Réponse incomplète", "Il manque la référence ou le contact : l’offre n’est pas diffusée.")


def _inferred(alert: Alert) -> Remark | None:
    if alert.state.is_terminal or not (alert.transmission and alert.transmission.inferred):
        return None
    text = "France Travail a répondu avant qu’un envoi soit consigné. Confirmez l’heure et le moyen réels."
    return Remark("watch", "Transmission à confirmer", text)


def _taken_by(alert: Alert, directory: Directory) -> str:
    taken = alert.acknowledgement
    if taken is None:
        return ""
    return f"{member_name(taken.by, directory)}, {instant(taken.at)}" + (" (caduque)" if taken.lapsed_at else "")


def _transmission(alert: Alert) -> str:
    sent = alert.transmission
    return f"{CHANNELS[sent.channel].capitalize()}, {instant(sent.at)}" if sent else ""


def _proof(desk: Desk, alert: Alert, messages: Iterable[Delivery]) -> str:
    noted = alert.transmission.proof if alert.transmission else None
    words = noted and desk.store.note(alert.territory_id, alert.alert_id, noted.key)
    kept = [message.proof.sha256 for message in messages if message.purpose is Purpose.TRANSMISSION and message.proof]
    return words or "".join(f"E-mail conservé, empreinte SHA-256 {digest[:16]}…" for digest in kept[:1])
