"""What each message says, in French: one entry a purpose, and nothing of it elsewhere.

Braces are filled in from the words of `services.alerts.messages.message`; nothing that people typed is ever read as a pattern.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.alerts.rules.notices import Purpose


@dataclass(frozen=True)
class Wording:
    """One message: its subject, its text, its button, and its short form for a telephone."""

    subject: str
    heading: str
    lead: str
    button: str
    sms: str
    tone: str = "info"
    """info, watch, urgent or done."""


SEE = "Voir l’alerte"

TO_PEOPLE: dict[Purpose, Wording] = {
    Purpose.ALERT_RAISED: Wording(
        "Recrutement urgent à transmettre : {post} à {place}",
        "Un recrutement urgent vient d’être signalé",
        "{reporter} a rencontré une entreprise qui recrute sans attendre. Prenez l’alerte en charge, puis transmettez-la "
        "à France Travail avant le {deadline}.",
        "Prendre en charge",
        "Vigie : recrutement urgent, {post} à {place}. À transmettre avant {short_deadline}. {url}",
        "urgent",
    ),
    Purpose.ACK_CHASE: Wording(
        "À prendre en charge : {post} à {place}",
        "Personne n’a encore pris cette alerte en charge",
        "L’alerte attend depuis {received}. Le délai court : elle doit être transmise à France Travail avant le "
        "{deadline}.",
        "Prendre en charge",
        "Vigie : alerte sans prise en charge, {post} à {place}. Échéance {short_deadline}. {url}",
        "watch",
    ),
    Purpose.ACK_LAPSED: Wording(
        "Prise en charge sans suite : {post} à {place}",
        "La prise en charge n’a pas été suivie d’une transmission",
        "L’alerte redevient à prendre en charge : elle doit être transmise à France Travail avant le {deadline}.",
        "Reprendre l’alerte",
        "Vigie : alerte à reprendre, {post} à {place}. Échéance {short_deadline}. {url}",
        "watch",
    ),
    Purpose.NUDGE: Wording(
        "Alerte à transmettre, {remaining} : {post} à {place}",
        "Cette alerte n’est pas encore transmise",
        "Elle doit l’être à France Travail avant le {deadline} ({remaining}).",
        "Transmettre",
        "Vigie : alerte non transmise, {post} à {place}. Échéance {short_deadline}. {url}",
        "watch",
    ),
    Purpose.ESCALATION: Wording(
        "Échéance proche, alerte non transmise : {post} à {place}",
        "L’échéance approche et l’alerte n’est pas transmise",
        "Ce message part aussi à la suppléance et aux responsables. L’alerte doit être transmise à France Travail avant "
        "le {deadline} ({remaining}).",
        "Transmettre",
        "Vigie : échéance proche, alerte non transmise, {post} à {place}, avant {short_deadline}. {url}",
        "urgent",
    ),
    Purpose.PRE_NOTICE: Wording(
        "Avant les jours de repos : {post} à {place}",
        "L’échéance tombe pendant les jours de repos",
        "Pour tenir le délai, transmettez l’alerte à France Travail dès aujourd’hui : l’échéance est le {deadline}.",
        "Transmettre",
        "Vigie : à transmettre avant le repos, {post} à {place}. Échéance {short_deadline}. {url}",
        "watch",
    ),
    Purpose.BREACH: Wording(
        "Délai dépassé : {post} à {place}",
        "Le délai est dépassé sans transmission",
        "L’échéance était le {deadline}. Le dépassement est consigné ; l’alerte reste à transmettre à France Travail.",
        "Transmettre maintenant",
        "Vigie : délai dépassé, alerte non transmise, {post} à {place}. {url}",
        "urgent",
    ),
    Purpose.TRANSMISSION: Wording(
        "France Travail injoignable : {post} à {place}",
        "Le message à France Travail n’a trouvé personne",
        "Plus personne de France Travail n’est joignable dans l’annuaire du territoire. Transmettez ce besoin autrement, puis "
        "faites compléter l’annuaire.",
        SEE,
        "Vigie : France Travail injoignable, à transmettre autrement, {post} à {place}. {url}",
        "urgent",
    ),
    Purpose.OFFER_NUDGE: Wording(
        "France Travail à relancer : {post} à {place}",
        "France Travail n’a pas encore rendu la référence de l’offre",
        "Le besoin a été transmis le {transmitted} et aucune adresse de France Travail ne permet de le relancer d’ici. "
        "Demandez la référence et le contact, puis consignez-les.",
        "Consigner le retour",
        "Vigie : référence à demander à France Travail, {post} à {place}. {url}",
        "watch",
    ),
    Purpose.CONFIRM_TRANSMISSION: Wording(
        "Transmission à confirmer : {post} à {place}",
        "France Travail a répondu, la transmission n’était pas consignée",
        "La transmission a été déduite de la réponse. Confirmez l’heure et le moyen, ou corrigez-les.",
        "Confirmer la transmission",
        "Vigie : transmission à confirmer, {post} à {place}. {url}",
    ),
    Purpose.PARTIAL_RETURN: Wording(
        "Retour incomplet de France Travail : {post} à {place}",
        "Il manque la référence ou le contact de l’offre",
        "France Travail n’a rendu qu’une partie de la réponse. Complétez-la pour que l’offre soit diffusée.",
        "Compléter le retour",
        "Vigie : retour incomplet de France Travail, {post} à {place}. {url}",
        "watch",
    ),
    Purpose.REF_CONFLICT: Wording(
        "Deux références pour une alerte : {post} à {place}",
        "France Travail a rendu une autre référence",
        "Références reçues : {references}. La première reste en vigueur tant que vous n’avez pas tranché.",
        "Trancher",
        "Vigie : deux références pour une alerte, {post} à {place}. {url}",
        "watch",
    ),
    Purpose.OFFER_RETURNED: Wording(
        "Offre enregistrée : {post} à {place}",
        "France Travail a enregistré l’offre",
        "Référence {reference}. Elle part aux partenaires du territoire.",
        SEE,
        "Vigie : offre {reference} enregistrée, {post} à {place}. {url}",
        "done",
    ),
    Purpose.LATE_RETURN: Wording(
        "Retour de France Travail sur une alerte close : {post} à {place}",
        "France Travail a répondu après la clôture",
        "La réponse est gardée sans effet. Rouvrez l’alerte si le besoin demeure.",
        SEE,
        "Vigie : retour de France Travail sur une alerte close, {post} à {place}. {url}",
    ),
    Purpose.NO_RECIPIENT: Wording(
        "Aucun partenaire à prévenir : {post} à {place}",
        "L’offre est prête, mais aucun partenaire n’est joignable",
        "Complétez l’annuaire des partenaires du territoire, puis relancez la diffusion.",
        SEE,
        "Vigie : aucun partenaire joignable pour l'offre {reference}, {post} à {place}. {url}",
        "urgent",
    ),
    Purpose.UNDELIVERED: Wording(
        "Destinataire à rappeler : {about}",
        "Un message n’a pas trouvé son destinataire",
        "{about} : un message de cette alerte n’est pas arrivé, ou a été signalé comme indésirable. Appelez ce destinataire, "
        "corrigez l’annuaire si besoin, puis rejouez l’envoi depuis la page de l’alerte.",
        "Voir les envois",
        "Vigie : un message n'est pas arrivé, {about}. Recrutement {post} à {place}. {url}",
        "watch",
    ),
    Purpose.ENDPOINT_DISABLED: Wording(
        "Webhook désactivé : {about}",
        "L’adresse de webhook d’un partenaire est désactivée",
        "{about} ne reçoit plus rien par webhook : l’adresse est fermée, ou n’a rien accepté depuis cinq jours. Les envois "
        "attendent et rien n’est perdu. Voyez avec le partenaire, puis réactivez son adresse par un essai.",
        "Voir les envois",
        "Vigie : webhook désactivé, {about}. Les envois attendent. {url}",
        "watch",
    ),
    Purpose.CORRECTION: Wording(
        "Alerte close : {post} à {place}",
        "L’alerte est close",
        "Elle a pris fin : {outcome}. Il n’y a plus rien à faire pour elle.",
        SEE,
        "Vigie : alerte close ({outcome}), {post} à {place}. {url}",
    ),
}

TO_AGENCY: dict[Purpose, Wording] = {
    Purpose.TRANSMISSION: Wording(
        "Offre à enregistrer : {post} à {place}",
        "Un recrutement urgent vous est transmis",
        "La plateforme {territory} vous transmet le besoin ci-dessous. Enregistrez l’offre, puis rendez-nous sa référence "
        "et son contact : ils partiront aussitôt à tous les partenaires du territoire.",
        "Rendre la référence et le contact",
        "Vigie : recrutement urgent transmis, {post} à {place}. Répondez par le lien reçu par e-mail.",
        "info",
    ),
    Purpose.OFFER_NUDGE: Wording(
        "Référence attendue : {post} à {place}",
        "Nous attendons la référence de cette offre",
        "Ce besoin vous a été transmis le {transmitted}. Dès que l’offre est enregistrée, rendez-nous sa référence et son "
        "contact : les partenaires du territoire les attendent.",
        "Rendre la référence et le contact",
        "Vigie : la référence de l'offre {post} à {place} est attendue. Répondez par le lien reçu par e-mail.",
        "watch",
    ),
    Purpose.CORRECTION: Wording(
        "Ne plus traiter : {post} à {place}",
        "Le besoin n’est plus à traiter",
        "L’alerte qui vous avait été transmise le {transmitted} est close : {outcome}. Vous n’avez rien à faire de plus.",
        "",
        "Vigie : besoin clos ({outcome}), {post} à {place}. Ne plus traiter.",
    ),
}

NEW_OFFER = Wording(
    "Offre {reference} : {post} à {place}",
    "Une offre urgente à faire connaître",
    "France Travail a enregistré cette offre d’une entreprise du territoire {territory}. Proposez-la sans attendre aux "
    "personnes que vous accompagnez.",
    "Voir l’offre",
    "Vigie : offre {reference}, {post} à {place}. Contact : {contact} {url}",
)
UNREGISTERED_OFFER = Wording(
    "Recrutement urgent : {post} à {place}",
    "Un recrutement urgent à faire connaître",
    "L’offre n’a pas encore de référence à France Travail : elle vous sera envoyée dès qu’elle sera connue.",
    "Voir l’offre",
    "Vigie : recrutement urgent, {post} à {place}. Référence à venir. {url}",
    "watch",
)
CORRECTED_OFFER = Wording(
    "Rectificatif, offre {reference} : {post} à {place}",
    "Cette offre a changé depuis notre dernier message",
    "Remplacez ce que vous avez reçu par la fiche ci-dessous.",
    "Voir l’offre",
    "Vigie : rectificatif, offre {reference}, {post} à {place}. Contact : {contact} {url}",
    "watch",
)
ENDED_OFFER = Wording(
    "Offre {reference} à retirer : {post} à {place}",
    "Cette offre n’est plus à pourvoir",
    "Elle a pris fin : {outcome}. Retirez-la de ce que vous proposez.",
    "",
    "Vigie : offre {reference} à retirer ({outcome}), {post} à {place}.",
    "watch",
)
