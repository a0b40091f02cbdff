"""Who a notice goes to, by which channels: from roles to people, each person once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from services.alerts.alert import Alert
from services.alerts.delivery import Delivery
from services.alerts.facts import Role
from services.alerts.notices import Notice, coalesced
from services.alerts.rounds import Round
from shared.address_book import ChannelName, Directory, Member, Partner

AUDIENCE = "partners"
"""The list of a broadcast: every partner of the territory, as it is when its turn comes."""

AT_ONCE = 80
"""Deliveries in the alert's own transaction, whose limit is 100 writes; more are written by pages, as a round."""

_MOBILE = re.compile(r"\+(?:33|262|590|594|596)[67][0-9]{8}")
"""The numbers that texts go to: French mobiles, mainland and overseas departments; a landline is there to be called."""

NO_CHANNEL = "Aucun canal utilisable : complétez l’adresse de ce partenaire, puis rejouez l’envoi."

_ROLES = {
    Role.CAPTEUR: "capteur",
    Role.MANAGER: "responsable",
    Role.COORDINATOR: "coordination",
    Role.DEPUTY: "suppléance",
    Role.STEERING: "pilotage",
    Role.AGENCY: "agence",
    Role.DIFFUSION: "diffusion",
}


@dataclass(frozen=True)
class Plan:
    """What a decision's notices become: deliveries to people, and rounds to be paged through afterwards."""

    deliveries: tuple[Delivery, ...]
    rounds: tuple[Round, ...]


def planned(notices: Iterable[Notice], alert: Alert, directory: Directory, now: datetime) -> Plan:
    """Everything to create beside the alert, in its transaction: one delivery a (key, person, channel)."""
    notices = tuple(notices)
    rounds = tuple(_round(notice, alert, now) for notice in notices if notice.audience in ("partners", "reached"))
    people = tuple(notice for notice in notices if notice.audience in ("role", "member"))
    if not people:
        return Plan((), rounds)
    told = _told_to_people(people, alert, now)
    deliveries = personal(told, directory, now)
    return Plan(deliveries, rounds) if len(deliveries) <= AT_ONCE else Plan((), (*rounds, told))


def personal(told: Round, directory: Directory, now: datetime) -> tuple[Delivery, ...]:
    """What a round to people comes to: each person once, by the channels that they have."""
    notices = coalesced(_to_people(told.notices, directory), lambda notice: notice.member)
    found = {one.sk: one for notice in notices for one in _deliveries(notice, told, directory, now)}
    return tuple(found.values())


def reachable(directory: Directory) -> frozenset[Role]:
    """The roles in which somebody has an e-mail address or a mobile telephone."""
    return frozenset(Role(role) for member in directory.members if _usable(member) for role in member.roles)


def partners_to_reach(directory: Directory) -> int:
    """How many partners a broadcast would reach."""
    return sum(map(is_usable, directory.partners))


def is_usable(partner: Partner) -> bool:
    """Whether the partner can be sent to by the channel that it chose."""
    return bool(partner.address) and (partner.channel != "webhook" or partner.sealed_secret is not None)


def _to_people(notices: Iterable[Notice], directory: Directory) -> Iterator[Notice]:
    for notice in notices:
        if notice.audience == "member":
            yield notice
        elif notice.audience == "role" and notice.role:
            members = _addressed(notice, directory) or directory.having(notice.role.value)
            yield from (notice.model_copy(update={"audience": "member", "member": one.id}) for one in members)


def _addressed(notice: Notice, directory: Directory) -> tuple[Member, ...]:
    """The one person of the role whom the notice names, while that person is there."""
    member = directory.member(notice.addressee or "")
    return (member,) if member else ()


def _deliveries(notice: Notice, told: Round, directory: Directory, now: datetime) -> Iterator[Delivery]:
    member = directory.member(notice.member or "")
    if member is None:
        return
    for channel in _channels(notice, member):
        yield Delivery(
            territory_id=told.territory_id,
            alert_id=told.alert_id,
            key=notice.key,
            purpose=notice.purpose,
            recipient_id=member.id,
            channel=channel,
            recipient=_label(member, notice, directory),
            sequence=told.sequence,
            created_at=told.created_at,
            next_attempt_at=now,
        )


def _channels(notice: Notice, member: Member) -> tuple[ChannelName, ...]:
    """Those of the notice that the person has; any other rather than none."""
    usable = _usable(member)
    return tuple(channel for channel in notice.channels if channel in usable) or usable[:1]


def _usable(member: Member) -> tuple[ChannelName, ...]:
    texted = _MOBILE.fullmatch(member.phone or "")
    channels: list[tuple[ChannelName, object]] = [("email", member.email), ("sms", texted)]
    return tuple(channel for channel, address in channels if address)


def _label(member: Member, notice: Notice, directory: Directory) -> str:
    structure = directory.structure(member.structure_id)
    name = structure.name if structure else member.structure_id
    return f"{name} ({_ROLES[notice.role]})" if notice.role else name


def _round(notice: Notice, alert: Alert, now: datetime) -> Round:
    return Round(
        territory_id=alert.territory_id,
        alert_id=alert.alert_id,
        key=notice.key,
        purpose=notice.purpose,
        audience="partners" if notice.audience == "partners" else "reached",
        sequence=alert.version,
        created_at=now,
        moved_at=now,
    )


def _told_to_people(notices: tuple[Notice, ...], alert: Alert, now: datetime) -> Round:
    """All that one decision says to people; the alert's version makes its key unique."""
    return Round(
        territory_id=alert.territory_id,
        alert_id=alert.alert_id,
        key="people",
        purpose=notices[0].purpose,
        audience="people",
        notices=notices,
        sequence=alert.version,
        created_at=now,
        moved_at=now,
    )
