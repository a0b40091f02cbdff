"""What happened to an alert, told in French from its audit trail and its facts: who, when, what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from services.alerts.inbound import AUTHOR
from services.alerts.rules.alert import Alert
from services.alerts.rules.facts import AuditEntry, Fact
from shared.address_book import Directory
from shared.web.formats import duration, listing, plural

MACHINE = "Vigie, automatiquement"
AGENCY = "France Travail, par son lien de réponse"
SYSTEM = "Le logiciel partenaire {}, par webhook"
CHANNELS = {
    "mail": "par e-mail",
    "phone": "par téléphone",
    "portal": "par le portail de France Travail",
    "other": "par un autre moyen",
    "unknown": "par un moyen qui reste à préciser",
}
ROLES = {
    "capteur": "capteur",
    "manager": "responsable de structure",
    "coordinator": "coordination",
    "deputy": "suppléance de la coordination",
    "steering": "pilotage",
    "agency": "France Travail",
    "partners": "les partenaires",
}
COMMANDS = {
    "raise": ("Besoin urgent signalé", "info"),
    "acknowledge": ("Alerte prise en charge", "done"),
    "transmit": ("Alerte transmise à France Travail", "done"),
    "return": ("Réponse de France Travail", "info"),
    "broadcast": ("Offre diffusée aux partenaires", "done"),
    "fill": ("Poste pourvu", "done"),
    "close": ("Alerte close sans suite", "quiet"),
    "cancel": ("Alerte annulée", "quiet"),
    "reject": ("Alerte écartée", "quiet"),
    "reopen": ("Alerte rouverte", "watch"),
    "correct_transmission": ("Transmission rectifiée", "info"),
    "correct_offer": ("Offre rectifiée", "info"),
    "withdraw_offer": ("Offre retirée", "watch"),
    "merge": ("Alerte fusionnée dans une autre", "quiet"),
    "absorb": ("Un autre signalement du même besoin est réuni ici", "info"),
    "keep_apart": ("Distinguée d’une alerte semblable", "info"),
    "revoke_link": ("Lien de France Travail révoqué", "watch"),
}


class Moment(NamedTuple):
    """One line of the history."""

    when: datetime
    title: str
    text: str = ""
    by: str = ""
    tone: str = "quiet"


def chronicle(alert: Alert, trail: list[AuditEntry], directory: Directory) -> list[Moment]:
    """Everything that happened, oldest first."""
    commands = [_of_command(entry, alert, directory) for entry in trail if entry.command in COMMANDS]
    facts = [moment for fact in alert.facts for moment in _of_fact(fact, alert)]
    return sorted([*commands, *facts, *_of_lateness(alert)], key=lambda moment: moment.when)


def since(alert: Alert, trail: list[AuditEntry], version: int, directory: Directory) -> list[Moment]:
    """What others did after that version: told to whoever comes too late."""
    newer = [entry for entry in trail if entry.version > version and entry.command in COMMANDS]
    return [_of_command(entry, alert, directory) for entry in newer]


def author(entry: AuditEntry, directory: Directory) -> str:
    """A person's name and role as the directory has them today; never an address."""
    if entry.actor_kind == "agency":
        return AGENCY
    if entry.actor_kind == "machine":
        name = entry.actor_id.removeprefix(AUTHOR)
        return MACHINE if name == entry.actor_id else SYSTEM.format(name)
    role = ROLES.get(entry.role or "", "")
    return ", ".join(filter(None, [member_name(entry.actor_id, directory), role]))


def member_name(member_id: str, directory: Directory) -> str:
    """Who it is, as long as the directory knows; people leave, their acts stay."""
    member = directory.member(member_id)
    return member.name if member else "Une personne qui a quitté le territoire"


def _of_command(entry: AuditEntry, alert: Alert, directory: Directory) -> Moment:
    title, tone = COMMANDS[entry.command]
    return Moment(entry.at, title, _details(entry, alert), author(entry, directory), tone)


def _details(entry: AuditEntry, alert: Alert) -> str:
    if entry.reason:
        return entry.reason.label
    if entry.command == "transmit":
        sendings = filter(None, [alert.transmission, *alert.sent_again])
        return next((_sentence(CHANNELS[sent.channel]) for sent in sendings if sent.at == entry.at), "")
    if entry.command == "return":
        references = [offer.ft_reference for offer in alert.offers if offer.registered_at == entry.at]
        return next((f"Référence {reference}" for reference in references if reference), "")
    if entry.command == "broadcast":
        counts = [done.count for done in alert.broadcasts if done.at == entry.at]
        return next((plural(count, "destinataire") for count in counts), "")
    return ""


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _of_lateness(alert: Alert) -> Iterator[Moment]:
    """The breach: recorded once, shown for ever."""
    if alert.breach:
        yield Moment(
            alert.breach.deadline_at,
            "Échéance dépassée",
            "L’alerte n’était pas transmise à France Travail à la fin du délai.",
            MACHINE,
            "late",
        )


def _of_fact(fact: Fact, alert: Alert) -> Iterator[Moment]:
    """The line of a fact; none for those that a command or the breach already tells."""
    hours = fact.kind.removeprefix("nudged_")
    if hours != fact.kind:
        text = f"Toujours pas transmise {hours.removesuffix('h')} h après sa réception."
        yield Moment(fact.at, "Rappel envoyé", text, MACHINE, "watch")
    elif fact.kind in _FACTS:
        title, words, tone = _FACTS[fact.kind]
        yield Moment(fact.at, title, words(fact, alert), "", tone)


def _plain(words: str) -> Callable[[Fact, Alert], str]:
    return lambda _fact, _alert: words


def named(roles: Sequence[str]) -> str:
    """Roles, or lists, in the words of people."""
    return listing([ROLES.get(role, role) for role in roles])


def _unreached(fact: Fact, _alert: Alert) -> str:
    return f"Personne n’a pu être joint : {named([fact.detail])}. Complétez l’annuaire du territoire."


def _instead(fact: Fact, _alert: Alert) -> str:
    return f"À la place : {named([fact.detail])}."


def _found_again(fact: Fact, _alert: Alert) -> str:
    return f"{_sentence(named([fact.detail]))}."


def _late(fact: Fact, _alert: Alert) -> str:
    command = COMMANDS.get(fact.detail)
    return f"« {command[0]} » est arrivé après la fin : sans effet." if command else f"Référence {fact.detail}."


def _sent_again(fact: Fact, _alert: Alert) -> str:
    return f"De nouveau {CHANNELS.get(fact.detail, '')} ; la première transmission continue de compter."


def _device_lag(_fact: Fact, alert: Alert) -> str:
    return f"Le délai compte depuis la réception ; il en reste {duration(alert.deadline_at - alert.raised_at)}."


_FACTS: Mapping[str, tuple[str, Callable[[Fact, Alert], str], str]] = {
    "ack_chased": ("Relance", _plain("Personne n’avait pris l’alerte en charge."), "watch"),
    "ack_lapsed": ("Prise en charge caduque", _plain("Prise en charge, mais pas transmise à temps."), "watch"),
    "acknowledged_again": ("Reprise en charge", _plain(""), "done"),
    "escalated": ("Suppléance et responsables prévenus", _plain("L’échéance approche."), "urgent"),
    "pre_noticed": ("Rappel avant les jours chômés", _plain("L’échéance tombe avant la reprise."), "watch"),
    "offer_nudged": ("France Travail relancé", _plain("Pas encore de référence en retour."), "watch"),
    "inferred_transmit": (
        "Transmission déduite",
        _plain("France Travail a répondu avant qu’un envoi soit noté : confirmez l’heure réelle."),
        "watch",
    ),
    "partial_return": ("Réponse incomplète", _plain("Il manque la référence ou le contact."), "watch"),
    "ref_conflict": (
        "Références contradictoires",
        lambda fact, _alert: f"France Travail a aussi donné {fact.detail} : à la coordination de trancher.",
        "urgent",
    ),
    "no_recipient": ("Personne à prévenir", _unreached, "late"),
    "backed_up": ("Quelqu’un d’autre a été prévenu", _instead, "watch"),
    "recipient_found": ("Quelqu’un a pu être joint", _found_again, "done"),
    "late_fact": ("Arrivé après la fin", _late, "quiet"),
    "sent_again": ("Transmise une nouvelle fois", _sent_again, "info"),
    "clock_ahead": ("Horloge du capteur en avance", _device_lag, "quiet"),
}
"""Title, text and tone of each fact; `offer_corrected`, `transmission_corrected`, `reopened`… are told by their command."""
