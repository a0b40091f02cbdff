"""What a recipient reads, before any form: the same view becomes an e-mail's HTML and text, or a short message.

Who sees what: the people of the platform and the agency see the enterprise and the need; a diffusion partner sees the offer's
sheet, never who recruits. Of people, only the agency is told a name: the coordinator's, whom it may call.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from services.alerts.deliveries.delivery import Delivery
from services.alerts.deliveries.ways import ways
from services.alerts.messages import wording
from services.alerts.messages.links import Links, alert_url
from services.alerts.messages.stop_links import Stop, stop_url
from services.alerts.messages.wording import Wording
from services.alerts.rules.alert import Alert, Offer
from shared.address_book import Directory
from shared.clock import day_in_paris
from shared.web.formats import day, duration, instant, listing, of, phone, plural, short_instant, siret

Row = tuple[str, str]
Words = dict[str, str]


class Message(NamedTuple):
    """Everything a template shows. Texts are single lines, free of control characters."""

    subject: str
    heading: str
    lead: str
    tone: str
    button: str
    url: str
    facts: tuple[Row, ...]
    territory: str
    footer: str
    sms: str
    """The short form's pattern, for `words`."""
    words: Words
    deadline: str = ""
    remaining: str = ""
    highlights: tuple[Row, ...] = ()
    """What the recipient needs first: an offer's reference and contact."""
    stop: str = ""
    """Where the recipient asks for no more of these; empty where they may not do without."""


class Scene(NamedTuple):
    """What a message is made from."""

    delivery: Delivery
    alert: Alert
    directory: Directory
    now: datetime


def composed(scene: Scene, public_url: str, links: Links | None = None) -> Message:
    """The message of a delivery, in the form that its recipient may see; without `links`, no page to answer on."""
    if scene.directory.partner(scene.delivery.recipient_id):
        return _to_partner(scene, links)
    member = scene.directory.member(scene.delivery.recipient_id)
    if member and "agency" in member.roles and scene.delivery.purpose in wording.TO_AGENCY:
        return _to_agency(scene, links)
    return _to_people(scene, alert_url(public_url, scene.alert.alert_id))


def _to_people(scene: Scene, url: str) -> Message:
    alert = scene.alert
    rows = (
        *_enterprise(alert),
        *_need(alert),
        ("Signalé par", _reporter(scene)),
        ("Reçue le", instant(alert.received_at)),
    )
    footer = "Vous recevez ce message parce que vous suivez les alertes de ce territoire."
    message = _worded(wording.TO_PEOPLE[scene.delivery.purpose], scene, url, facts=rows, footer=footer)
    if alert.transmission or alert.state.is_terminal:
        return message
    return message._replace(deadline=message.words["deadline"], remaining=message.words["remaining"])


def _to_agency(scene: Scene, links: Links | None) -> Message:
    said = wording.TO_AGENCY[scene.delivery.purpose]
    url = links.answer_url(scene.alert, scene.delivery.recipient_id) if links and said.button else ""
    rows = (
        *_need(scene.alert),
        *_enterprise(scene.alert),
        ("Signalé par", _reporter(scene)),
        *_coordinator(scene),
        ("Numéro de l’alerte", scene.alert.alert_id),
    )
    footer = "Le bouton ouvre une page à votre nom, sans mot de passe : ne transférez pas ce message."
    return _worded(said, scene, url, facts=rows, footer=footer if said.button else _FROM_PLATFORM)


def _to_partner(scene: Scene, links: Links | None) -> Message:
    offer = scene.alert.offer
    said = _offer_wording(scene)
    url = (offer and offer.url) or ""
    shown = () if said is wording.ENDED_OFFER else _offer(offer)
    message = _worded(said, scene, url, facts=_need(scene.alert), footer=_FROM_PLATFORM)
    message = message._replace(highlights=shown, button=said.button if url else "")
    return _stoppable(message, scene, links) if links else message


def _stoppable(message: Message, scene: Scene, links: Links) -> Message:
    """With the way to receive no more of them."""
    delivery = scene.delivery
    address = ways(delivery.recipient_id, scene.directory).get(delivery.channel)
    if address is None:
        return message
    url = stop_url(links, Stop(delivery.territory_id, delivery.recipient_id, delivery.channel, address))
    return message._replace(stop=url, sms=f"{message.sms} Stop : {{stop}}", words={**message.words, "stop": url})


_FROM_PLATFORM = "Ce message vient de la plateforme territoriale dont vous êtes partenaire."


def _offer_wording(scene: Scene) -> Wording:
    if scene.alert.state.is_terminal:
        return wording.ENDED_OFFER
    if scene.alert.offer is None:
        return wording.UNREGISTERED_OFFER
    return wording.CORRECTED_OFFER if scene.delivery.follows else wording.NEW_OFFER


def _worded(said: Wording, scene: Scene, url: str, *, facts: tuple[Row, ...], footer: str) -> Message:
    words = {**_words(scene), "url": url}
    return Message(
        subject=said.subject.format_map(words),
        heading=said.heading.format_map(words),
        lead=" ".join(filter(None, [said.lead.format_map(words), _deputising(scene)])),
        tone=said.tone,
        button=said.button,
        url=url,
        facts=tuple((label, _one_line(value)) for label, value in facts),
        territory=words["territory"],
        footer=footer,
        sms=said.sms,
        words=words,
    )


def _deputising(scene: Scene) -> str:
    """Whom the reader stands in for; said where people read it, never kept with the delivery nor logged."""
    absent = scene.directory.member(scene.delivery.instead_of or "")
    return f"Ce message vous parvient en l’absence {of(_one_line(absent.name))}." if absent else ""


def _words(scene: Scene) -> Words:
    alert, offer = scene.alert, scene.alert.offer
    words = {
        "post": _post(alert),
        "place": alert.post.place.commune,
        "territory": scene.directory.territory.name,
        "reporter": _reporter(scene),
        "received": short_instant(alert.received_at),
        "deadline": instant(alert.deadline_at),
        "short_deadline": short_instant(alert.deadline_at),
        "remaining": _remaining(alert, scene.now),
        "transmitted": instant(alert.transmission.at) if alert.transmission else "",
        "reference": (offer and offer.ft_reference) or "sans référence",
        "references": listing(sorted(alert.references)),
        "contact": (offer and offer.contact) or "à venir",
        "outcome": _outcome(alert),
        "about": scene.delivery.about,
    }
    return {name: _one_line(word) for name, word in words.items()}


def _post(alert: Alert) -> str:
    quantity = alert.post.quantity
    return f"{alert.post.title} ({plural(quantity, 'poste')})" if quantity > 1 else alert.post.title


def _need(alert: Alert) -> tuple[Row, ...]:
    post = alert.post
    rows = [
        ("Poste", post.title),
        ("Nombre", plural(post.quantity, "poste")),
        ("Contrat", post.contract),
        ("Lieu", post.place.commune),
        ("Métier", f"{post.rome.label} ({post.rome.code})"),
    ]
    return (*rows, ("À pourvoir le", day(post.wanted_on))) if post.wanted_on else tuple(rows)


def _enterprise(alert: Alert) -> tuple[Row, ...]:
    firm = alert.enterprise
    rows = (("Entreprise", f"{firm.name}, {firm.commune}"),)
    return (*rows, ("SIRET", siret(firm.siret))) if firm.siret else rows


def _offer(offer: Offer | None) -> tuple[Row, ...]:
    if offer is None:
        return ()
    return (("Référence", _one_line(offer.ft_reference or "")), ("Contact", _one_line(offer.contact or "")))


def _coordinator(scene: Scene) -> tuple[Row, ...]:
    """Who may be called today: the coordinator, or their deputy."""
    named = scene.directory.member(scene.alert.coordinator_id or "")
    member = named and (scene.directory.standing_in(named, day_in_paris(scene.now)) or named)
    if member is None:
        return ()
    ways = (member.name, member.email, member.phone and phone(member.phone))
    return (("Coordination", ", ".join(filter(None, ways))),)


def _reporter(scene: Scene) -> str:
    structure = scene.directory.structure(scene.alert.origin.structure_id)
    return structure.name if structure else "un capteur du territoire"


def _remaining(alert: Alert, now: datetime) -> str:
    left = alert.deadline_at - now
    return f"il reste {duration(left)}" if left.total_seconds() > 0 else f"dépassé depuis {duration(left)}"


def _outcome(alert: Alert) -> str:
    reason = alert.closure.reason if alert.closure else None
    state = alert.state.label.lower()
    return f"{state}, {_lowered(reason.label)}" if reason else state


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


@lru_cache(maxsize=512)
def _one_line(text: str) -> str:
    """Without line breaks, control and direction marks: a name cannot forge a header or turn a line around."""
    spaced = (" " if letter in _BREAKS else letter for letter in text)
    return "".join(letter for letter in spaced if unicodedata.category(letter) not in _UNPRINTABLE).strip()


_BREAKS = frozenset("\t\n\v\f\r\x85\u2028\u2029")
_UNPRINTABLE = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
