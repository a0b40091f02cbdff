"""Who a notice goes to, by which channels: from roles to people, each person once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from services.alerts.deliveries.delivery import Delivery
from services.alerts.deliveries.rounds import Round
from services.alerts.deliveries.ways import ways_to_member
from services.alerts.rules.alert import Alert
from services.alerts.rules.facts import Role
from services.alerts.rules.notices import Notice, coalesced
from shared.address_book import ChannelName, Directory, Member, Partner
from shared.clock import day_in_paris

Silenced = Callable[[str, str], str | None]
"""Why nothing is sent by a channel to an address, or None."""
AUDIENCE = "partners"
"""The list of a broadcast: every partner of the territory, as it is when its turn comes."""

AT_ONCE = 80
"""Deliveries in the alert's own transaction, whose limit is 100 writes; more are written by pages, as a round."""

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
    """What a round to people comes to: each person once, by the channels that they have; deputies for who is absent."""
    notices = coalesced(_to_people(told.notices, directory, day_in_paris(now)), lambda notice: notice.member)
    found = {one.sk: one for notice in notices for one in _deliveries(notice, told, directory, now)}
    return tuple(found.values())


def reachable(
    directory: Directory, now: datetime, silenced: Silenced = lambda _channel, _address: None
) -> frozenset[Role]:
    """The roles in which somebody present, or a deputy, has an address that takes the messages of the 48 hours."""
    today = day_in_paris(now)
    there = ((member, directory.standing_in(member, today)) for member in directory.members)
    return frozenset(
        Role(role) for member, person in there if person and _hears(person, silenced) for role in member.roles
    )


def _hears(member: Member, silenced: Silenced) -> bool:
    """Who asked for silence still gets what is not optional; an address that gives messages back gets nothing."""
    return any(silenced(*way) in (None, "opted_out") for way in ways_to_member(member).items())


def partners_to_reach(directory: Directory) -> int:
    """How many partners a broadcast would reach."""
    return sum(map(is_usable, directory.partners))


def is_usable(partner: Partner) -> bool:
    """Whether the partner can be sent to by the channel that it chose."""
    return bool(partner.address) and (partner.channel != "webhook" or partner.sealed_secret is not None)


def _to_people(notices: Iterable[Notice], directory: Directory, today: date) -> Iterator[Notice]:
    for notice in notices:
        for member in _meant(notice, directory, today):
            person = directory.standing_in(member, today)
            if person:
                absent = None if person.id == member.id else member.id
                yield notice.model_copy(update={"audience": "member", "member": person.id, "instead_of": absent})


def _meant(notice: Notice, directory: Directory, today: date) -> tuple[Member, ...]:
    """The one person whom the notice names, while they or their deputy are there; else everyone in its role."""
    named = directory.member(notice.member or notice.addressee or "")
    if named and (notice.audience == "member" or directory.standing_in(named, today)):
        return (named,)
    return directory.having(notice.role.value) if notice.audience == "role" and notice.role else ()


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
            instead_of=notice.instead_of,
        )


def _channels(notice: Notice, member: Member) -> tuple[ChannelName, ...]:
    """Those of the notice that the person has; any other rather than none."""
    usable = _usable(member)
    return tuple(channel for channel in notice.channels if channel in usable) or usable[:1]


def _usable(member: Member) -> tuple[ChannelName, ...]:
    return tuple(ways_to_member(member))


def _label(member: Member, notice: Notice, directory: Directory) -> str:
    structure = directory.structure(member.structure_id)
    name = structure.name if structure else member.structure_id
    said = [_ROLES[notice.role]] if notice.role else []
    said += ["en suppléance"] if notice.instead_of else []
    return f"{name} ({', '.join(said)})" if said else name


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
