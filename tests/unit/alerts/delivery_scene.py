"""An alert, a territory and its people, ready to be written to: plain values for the tests of deliveries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from services.alerts.deliveries.delivery import Delivery
from services.alerts.rules.alert import (
    Alert,
    Closure,
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
from services.alerts.rules.notices import Purpose
from shared.address_book import ChannelName, Directory, Member, Partner, Structure, Territory

NOON = datetime(2026, 11, 26, 11, 0, tzinfo=UTC)
TERRITORY = "belfort-montbeliard-hericourt"
ALERT_ID = "0b5f6a1e-8f5c-5c1e-9d0e-2f3a4b5c6d7e"

COORDINATOR = Member(
    id="m-coordinatrice",
    structure_id="md3e",
    name="Camille Durand",
    roles=("coordinator",),
    email="coordination@md3e.example",
    phone="+33612345678",
)
AGENT = Member(
    id="m-agente", structure_id="ft", name="Nadia Petit", roles=("agency",), email="agence.belfort@ft.example"
)
MISSION = Partner(id="p-mission", name="Mission locale", channel="email", address="offres@mission.example")
CAP = Partner(id="p-cap", name="Cap emploi", channel="sms", address="+33698765432")
PORTAL = Partner(
    id="p-portail",
    name="Portail emploi",
    channel="webhook",
    address="https://portail.example/vigie",
    sealed_secret="c2NlbGxl",
)

BOOK = Directory(
    territory=Territory(id=TERRITORY, name="Aire urbaine Belfort – Montbéliard – Héricourt"),
    structures=(
        Structure(id="md3e", name="MD3E", kind="coordination"),
        Structure(id="ft", name="France Travail Belfort", kind="agency"),
        Structure(id="cci", name="CCI du Territoire de Belfort", kind="chamber"),
    ),
    members=(COORDINATOR, AGENT),
    partners=(MISSION, CAP, PORTAL),
)

ALERT = Alert(
    alert_id=ALERT_ID,
    territory_id=TERRITORY,
    version=1,
    state=State.RAISED,
    origin=Origin(visit_id="v-1", need_id="n-1", structure_id="cci", member_id="m-capteur"),
    enterprise=Enterprise(name="Ateliers Vauban", commune="Héricourt", siret="73282932000074"),
    post=Post(
        title="Soudeur TIG",
        quantity=2,
        contract="CDI, temps plein",
        place=Place(commune="Héricourt", insee="70285"),
        rome=Rome(code="H2913", label="Soudage manuel"),
        wanted_on=(NOON + timedelta(days=10)).date(),
    ),
    coordinator_id=COORDINATOR.id,
    received_at=NOON,
    raised_at=NOON,
    deadline_at=NOON + timedelta(hours=48),
    clock_mode="elapsed",
)

OFFER = Offer(
    ft_reference="048KLTP",
    contact="Agence de Belfort, 03 84 00 00 00",
    url="https://candidat.example/offres/048KLTP",
    registered_at=NOON + timedelta(hours=20),
    returned_by="agency",
    standing=Standing.REGISTERED,
)


def transmitted(alert: Alert = ALERT) -> Alert:
    """The alert once handed to France Travail."""
    sent = Transmission(
        at=NOON + timedelta(hours=3),
        by=COORDINATOR.id,
        channel="mail",
        to=AGENT.id,
        measures=Measures(elapsed_seconds=10_800, open_seconds=10_800),
    )
    return alert.model_copy(update={"state": State.TRANSMITTED, "transmission": sent, "version": alert.version + 1})


def broadcast(alert: Alert = ALERT) -> Alert:
    """The alert once its offer is registered and on its way to the partners."""
    told = transmitted(alert)
    return told.model_copy(
        update={"state": State.BROADCAST, "offers": (OFFER,), "broadcast_version": 1, "version": told.version + 1}
    )


def closed(alert: Alert, at: datetime, state: State = State.FILLED) -> Alert:
    """The alert once it has ended."""
    closure = Closure(at=at, by=COORDINATOR.id)
    return alert.model_copy(update={"state": state, "closure": closure, "version": alert.version + 1})


def delivery(
    purpose: Purpose = Purpose.ALERT_RAISED,
    recipient_id: str = COORDINATOR.id,
    channel: ChannelName = "email",
    **changes: object,
) -> Delivery:
    """A delivery that waits, created at noon."""
    waiting = Delivery(
        territory_id=TERRITORY,
        alert_id=ALERT_ID,
        key=str(purpose),
        purpose=purpose,
        recipient_id=recipient_id,
        channel=channel,
        recipient="MD3E (coordination)",
        sequence=1,
        created_at=NOON,
        next_attempt_at=NOON,
    )
    return waiting.becoming(**changes)
