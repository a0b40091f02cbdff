"""The ways to a recipient: their own channels first, and the other one when the first fails or is in doubt.

A second channel is not a double: whoever reads the same words twice, on a telephone and in a mailbox, knows them for one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from services.alerts.deliveries.delivery import Delivery, DeliveryState
from services.alerts.rules.alert import Alert
from shared.address_book import ChannelName, Directory, Member

NEAR = timedelta(hours=2)
"""Before the alert's deadline nobody waits an hour to learn what became of a message."""

CHANNELS = {"email": "par e-mail", "sms": "par SMS", "webhook": "par webhook"}
NO_OTHER = "L’annuaire n’a pas d’autre moyen de joindre ce destinataire."

_MOBILE = re.compile(r"\+(?:33|262|590|594|596)[67][0-9]{8}")
"""The numbers that texts go to: French mobiles, mainland and overseas departments; a landline is there to be called."""

_SAID = {
    *("territory_id", "alert_id", "key", "purpose", "recipient_id", "recipient"),
    *("instead_of", "about", "sequence", "created_at", "follows"),
}
"""What a message is, by whichever channel it goes."""

Ways = Mapping[ChannelName, str]


def ways_to_member(member: Member) -> Ways:
    """The member's channels and addresses, e-mail first."""
    texted = member.phone if _MOBILE.fullmatch(member.phone or "") else None
    found: list[tuple[ChannelName, str | None]] = [("email", member.email), ("sms", texted)]
    return {channel: address for channel, address in found if address}


def ways(recipient_id: str, directory: Directory) -> Ways:
    """A recipient's channels and addresses. A partner's own comes first, then those of its structure's diffusion."""
    member = directory.member(recipient_id)
    if member:
        return ways_to_member(member)
    partner = directory.partner(recipient_id)
    if partner is None:
        return {}
    people = [one for one in directory.having("diffusion") if one.structure_id == partner.structure_id]
    second = {channel: address for one in reversed(people) for channel, address in ways_to_member(one).items()}
    return {partner.channel: partner.address} | {name: second[name] for name in second if name != partner.channel}


def presses_at(alert: Alert, now: datetime) -> datetime | None:
    """When the alert's deadline is so near that a message in doubt tries the other channel; None once that is over."""
    return alert.deadline_at - NEAR if now < alert.deadline_at and not alert.state.is_terminal else None


def is_pressing(alert: Alert, now: datetime) -> bool:
    """Whether a message in doubt tries the other channel at once."""
    instant = presses_at(alert, now)
    return instant is not None and instant < now


def other_way(delivery: Delivery, directory: Directory, now: datetime) -> Delivery | None:
    """The same message by the recipient's other channel; None when there is none, or when this is the other one already."""
    known = ways(delivery.recipient_id, directory)
    others = [channel for channel in ("email", "sms") if channel in known and channel != delivery.channel]
    if not others or delivery.second_to:
        return None
    said = delivery.model_dump(include=_SAID)
    return Delivery(**said, channel=others[0], second_to=delivery.channel, next_attempt_at=now)


def given_up(delivery: Delivery, directory: Directory, now: datetime) -> tuple[Delivery, tuple[Delivery, ...]]:
    """A dead delivery that says whether the message leaves another way, and that other way; any other as it is."""
    if delivery.state is not DeliveryState.DEAD or delivery.second_to:
        return delivery, ()
    other = other_way(delivery, directory, now)
    if other is None:
        return delivery.becoming(last_error=f"{delivery.last_error} {NO_OTHER}"), ()
    said = f"{delivery.last_error} Le message part aussi {CHANNELS[other.channel]}."
    return delivery.becoming(last_error=said), (other,)


def in_doubt(held: Delivery, directory: Directory, now: datetime) -> tuple[Delivery, tuple[Delivery, ...]]:
    """A claimed delivery of which nobody knows the end so near the deadline, doubted once, and the other way."""
    other = other_way(held, directory, now)
    if other is None:
        return held.becoming(doubted_at=None), ()
    said = f"Sans confirmation si près de l’échéance : le message part aussi {CHANNELS[other.channel]}."
    return held.becoming(doubted_at=None, last_error=said), (other,)
