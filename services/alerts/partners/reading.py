"""A partner as people read it: the channel, whether it works, what waits, what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from services.alerts.deliveries.delivery import Delivery
from services.alerts.deliveries.pauses import Pause
from services.alerts.deliveries.silences import Cause, silence_reason
from services.alerts.endpoints.administering import endpoint_of, endpoints_of
from services.alerts.endpoints.endpoint import Endpoint
from services.alerts.partners.desk import PartnerDesk
from services.alerts.partners.references import reference_of
from services.alerts.site.following import Followed, Sieve, as_it_stands, follow, passes
from shared.address_book import ChannelName, Partner
from shared.web.formats import plural, short_instant

CHANNELS: Mapping[ChannelName, str] = {"email": "E-mail", "sms": "SMS", "webhook": "Webhook"}
REOPENED = frozenset[Cause | None]({"bounced", "complained"})
_SILENT: Mapping[Cause, str] = {
    "opted_out": "Ne veut plus d’offres",
    "bounced": "Adresse sans réponse",
    "complained": "A signalé un indésirable",
}
_AT_REST = "Les envois attendent ; ils partiront à la reprise, les plus anciens d’abord."
PER_PAGE = 20
MOST_WAITING = 100
"""Counted for one partner; whoever has more waiting is told that many."""
MOST_LOOKED_AT = 500
"""Deliveries looked through for one page when only some of them are asked for."""


class Standing(NamedTuple):
    """Whether messages get through."""

    words: str
    tone: str
    advice: str
    """French: what happened and what to do; empty when all is well."""


class Row(NamedTuple):
    """A partner in the list."""

    partner: Partner
    channel: str
    standing: Standing
    last_success: str
    """When, of a webhook, whose server says so itself; empty for the others, whose messages each say what became of them."""
    waiting: int


class Sheet(NamedTuple):
    """A partner and its endpoint, when it receives webhooks."""

    partner: Partner
    channel: str
    standing: Standing
    endpoint: Endpoint | None
    now: datetime
    silence: Cause | None = None
    """Why nothing is sent to its address, if anything."""
    held: bool = False
    """Somebody has paused what it is sent by e-mail or text; an endpoint says so itself."""
    waiting: int = 0
    """What stands in its room, counted to `MOST_WAITING`."""

    @property
    def is_paused(self) -> bool:
        """Somebody has asked for a pause from here: the one that stands in the territory's file is lifted there."""
        return self.held or bool(self.endpoint and self.endpoint.paused)

    @property
    def crowd(self) -> str:
        """`3 envois attendent.`; empty when nobody does."""
        if not self.waiting:
            return ""
        more = " au moins" if self.waiting >= MOST_WAITING else ""
        return f"{plural(self.waiting, 'envoi attend', 'envois attendent')}{more}."

    @property
    def may_reopen(self) -> bool:
        """Whether a person may decide to write to the address again: not where its owner asked for the silence."""
        return self.silence in REOPENED


class Line(NamedTuple):
    """A message, and the alert that it was about."""

    followed: Followed
    about: str
    """The post, as the offer's sheet says it to the partner."""

    @property
    def reference(self) -> str:
        """What a form or an address names the delivery by."""
        return reference_of(self.followed.delivery)


class Letters(NamedTuple):
    """Some messages of a partner, and the cursor of the next ones, or None."""

    lines: list[Line]
    cursor: str | None


def rows(desk: PartnerDesk, territory_id: str, partners: tuple[Partner, ...]) -> list[Row]:
    """The list: a few queries, and one for each partner whose deliveries may wait apart: webhooks, and who was paused."""
    known = {endpoint.partner_id: endpoint for endpoint in endpoints_of(desk.endpoints, territory_id)}
    waiting = Counter(delivery.recipient_id for delivery in desk.deliveries.waiting(territory_id))
    pauses = desk.pauses.of_territory(territory_id)
    for partner_id in {*known, *pauses}:
        waiting[partner_id] += len(desk.deliveries.in_room(territory_id, partner_id, MOST_WAITING))
    silent = desk.silences.of_territory(territory_id)

    def row(partner: Partner) -> Row:
        endpoint, cause = known.get(partner.id), silent(partner.channel, partner.address)
        said = standing(partner, endpoint, desk.now, cause, held=_holds(pauses.get(partner.id), partner))
        return Row(partner, CHANNELS[partner.channel], said, _last_success(endpoint), waiting[partner.id])

    return [row(partner) for partner in partners]


def sheet(desk: PartnerDesk, territory_id: str, partner: Partner) -> Sheet:
    """One partner."""
    endpoint = endpoint_of(desk.endpoints, territory_id, partner.id) if partner.channel == "webhook" else None
    cause = desk.silences.cause(territory_id, partner.channel, partner.address)
    held = not endpoint and _holds(desk.pauses.get(territory_id, partner.id), partner)
    said = standing(partner, endpoint, desk.now, cause, held=held)
    waiting = len(desk.deliveries.in_room(territory_id, partner.id, MOST_WAITING))
    return Sheet(partner, CHANNELS[partner.channel], said, endpoint, desk.now, cause, held, waiting)


def letters(
    desk: PartnerDesk, territory_id: str, partner: Partner, sieve: Sieve = "", cursor: str | None = None
) -> Letters:
    """The partner's messages of all alerts, the newest first; raises Invalid for a cursor from elsewhere.

    A page may be short although others follow: what was not asked for is left out, and only so many are looked through.
    """
    found, following = chosen(desk, territory_id, partner, sieve, limit=PER_PAGE, cursor=cursor)
    posts = {alert_id: _about(desk, territory_id, alert_id) for alert_id in {each.alert_id for each in found}}
    return Letters([Line(follow(each, desk.now), posts[each.alert_id]) for each in found], following)


def chosen(
    desk: PartnerDesk, territory_id: str, partner: Partner, sieve: Sieve, *, limit: int, cursor: str | None
) -> tuple[list[Delivery], str | None]:
    """The deliveries of one page, and the cursor of the next one."""
    found: list[Delivery] = []
    for _ in range(MOST_LOOKED_AT // limit if sieve else 1):
        page, cursor = desk.deliveries.of_recipient(territory_id, partner.id, limit, cursor)
        found += [delivery for delivery in (current(desk, one) for one in page) if passes(delivery, sieve)]
        if cursor is None or found:
            break
    return found, cursor


def current(desk: PartnerDesk, delivery: Delivery) -> Delivery:
    """The delivery as people are to read it: the alert of one that waits may have ended meanwhile."""
    alert = desk.alerts.store.find(delivery.territory_id, delivery.alert_id) if delivery.parked else None
    return as_it_stands(delivery, alert) if alert else delivery


def standing(
    partner: Partner, endpoint: Endpoint | None, now: datetime, cause: Cause | None = None, *, held: bool = False
) -> Standing:
    """What there is to know of a partner, the most hindering first; `cause` is why nothing is sent to its address.

    `held`: somebody has paused its e-mails or texts.
    """
    if cause:
        return Standing(_SILENT[cause], "late" if cause in REOPENED else "quiet", silence_reason(cause))
    if partner.paused:
        advice = "La pause est inscrite dans l’annuaire du territoire : c’est là qu’elle se lève."
        return Standing("En pause", "watch", advice)
    if held:
        return Standing("En pause", "watch", _AT_REST)
    return _standing(endpoint, now) if endpoint else Standing("Actif", "done", "")


def _standing(endpoint: Endpoint, now: datetime) -> Standing:
    if endpoint.state == "disabled":
        return Standing(
            "Désactivé", "late", f"{endpoint.disabled_reason} Les envois attendent la réactivation.".strip()
        )
    if endpoint.paused:
        return Standing("En pause", "watch", _AT_REST)
    if endpoint.state == "pending":
        advice = "L’adresse n’a pas encore renvoyé le défi. Il part avec le premier envoi, ou dès maintenant si vous vérifiez."
        return Standing("À vérifier", "watch", " ".join(filter(None, [advice, endpoint.last_error])))
    if endpoint.retry_at and endpoint.retry_at > now:
        advice = f"{endpoint.last_error} Les envois attendent ; nouvel essai {short_instant(endpoint.retry_at)}."
        return Standing("En panne", "urgent", advice.strip())
    return Standing("Actif", "done", "")


def _holds(pause: Pause | None, partner: Partner) -> bool:
    """A partner who receives webhooks now has an endpoint, and its pause."""
    return pause is not None and pause.paused and partner.channel != "webhook"


def _last_success(endpoint: Endpoint | None) -> str:
    last = endpoint.last_success_at if endpoint else None
    return short_instant(last) if last else "Aucun encore" if endpoint else ""


def _about(desk: PartnerDesk, territory_id: str, alert_id: str) -> str:
    alert = desk.alerts.store.find(territory_id, alert_id)
    return f"{alert.post.title}, {alert.post.place.commune}" if alert else ""
