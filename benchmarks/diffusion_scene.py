"""One offer to make known, and a territory of any size to make it known to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from services.alerts.rules.alert import (
    Alert,
    Enterprise,
    Measures,
    Offer,
    Origin,
    Place,
    Post,
    Rome,
    Standing,
    Transmission,
)
from services.alerts.rules.facts import State
from services.alerts.rules.notices import Notice, Purpose
from shared.address_book import ChannelName, Directory, Member, Partner, Structure, Territory

NOON = datetime(2026, 11, 26, 11, 0, tzinfo=UTC)
TERRITORY = "mesure"
ALERT_ID = "0b5f6a1e-8f5c-5c1e-9d0e-2f3a4b5c6d7e"
SECRET = b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOTICE = Notice(purpose=Purpose.BROADCAST, key="broadcast", audience="partners")
_ADDRESSES: dict[ChannelName, str] = {
    "email": "p{0:05}@mesure.example",
    "sms": "+336{0:08}",
    "webhook": "https://p{0:05}.mesure.example/vigie",
}


def directory(size: int, channels: Sequence[ChannelName]) -> Directory:
    """So many partners, of these channels in turn."""
    member = Member(
        id="c", structure_id="maison", name="Coordinatrice", roles=("coordinator",), email="c@mesure.example"
    )
    return Directory(
        territory=Territory(id=TERRITORY, name="Territoire de mesure", revision="1"),
        structures=(Structure(id="maison", name="Maison de l’emploi", kind="coordination"),),
        members=(member,),
        partners=tuple(_partner(number, channels[number % len(channels)]) for number in range(size)),
    )


def _partner(number: int, channel: ChannelName) -> Partner:
    return Partner(
        id=f"p{number:05}",
        name=f"Partenaire {number}",
        channel=channel,
        address=_ADDRESSES[channel].format(number),
        sealed_secret="c2NlbGxl" if channel == "webhook" else None,
    )


def alert() -> Alert:
    """An alert whose offer is registered and leaves for the partners, a day after it was raised."""
    return Alert(
        alert_id=ALERT_ID,
        territory_id=TERRITORY,
        version=4,
        state=State.BROADCAST,
        origin=Origin(visit_id="v", need_id="n", structure_id="maison", member_id="c"),
        enterprise=Enterprise(name="Horlogerie du Lion", commune="Montbéliard", siret="73282932000074"),
        post=_post(),
        coordinator_id="c",
        received_at=NOON - timedelta(hours=24),
        raised_at=NOON - timedelta(hours=24),
        deadline_at=NOON + timedelta(hours=24),
        clock_mode="elapsed",
        transmission=_transmission(),
        offers=(_offer(),),
        broadcast_version=1,
    )


def _post() -> Post:
    return Post(
        title="Soudeur TIG",
        quantity=2,
        contract="CDI, temps plein",
        place=Place(commune="Héricourt", insee="70285"),
        rome=Rome(code="H2913", label="Soudage manuel"),
        wanted_on=(NOON + timedelta(days=10)).date(),
    )


def _transmission() -> Transmission:
    measures = Measures(elapsed_seconds=7_200, open_seconds=7_200)
    return Transmission(at=NOON - timedelta(hours=22), by="c", channel="mail", to="a", measures=measures)


def _offer() -> Offer:
    return Offer(
        ft_reference="048KLTP",
        contact="Agence de Belfort, 03 53 01 10 07",
        url="https://candidat.example/offres/048KLTP",
        registered_at=NOON - timedelta(hours=1),
        returned_by="agency",
        standing=Standing.REGISTERED,
    )
