"""A territory and its people, as the directory publishes them, and a capteur's report."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from services.alerts.rules.alert import alert_id
from shared.address_book import Directory, Member, Partner, Structure, Territory
from shared.aws import to_json
from shared.events import Metadata, Recorded
from shared.events.visits import UrgentRecruitmentReported
from shared.ids import derived_id
from shared.published import REGISTRY
from shared.tables import Item
from tests.simulation.cloud import sealed

TUESDAY = datetime(2026, 6, 2, 8, 0, tzinfo=UTC)
"""A Tuesday at 10:00 in Paris, with no holiday near."""
TERRITORY = "belfort-montbeliard-hericourt"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

PEOPLE = (
    Member(
        id="m-coordinatrice",
        structure_id="md3e",
        name="Camille Durand",
        roles=("coordinator",),
        email="coordination@md3e.example",
        phone="+33612345678",
    ),
    Member(id="m-agente", structure_id="ft", name="Nadia Petit", roles=("agency",), email="agence@ft.example"),
)


def partner(number: int, channel: str = "") -> Partner:
    """A partner; of the three channels in turn where none is said."""
    name, chosen = f"p-{number:05}", channel or ("email", "sms", "webhook")[number % 3]
    addresses = {
        "email": f"{name}@partenaire.example",
        "sms": f"+3369{number:07}",
        "webhook": f"https://{name}.example/v",
    }
    key = base64.b64encode(sealed(SECRET, territory=TERRITORY, partner=name)).decode()
    secret = key if chosen == "webhook" else None
    shape = {"id": name, "name": f"Partenaire {number}", "channel": chosen}
    return Partner.model_validate({**shape, "address": addresses[chosen], "sealed_secret": secret})


def directory(partners: Iterable[Partner], members: tuple[Member, ...] = PEOPLE) -> Directory:
    """The territory with these partners."""
    return Directory(
        territory=Territory(id=TERRITORY, name="Aire urbaine Belfort – Montbéliard – Héricourt", revision="1"),
        structures=(
            Structure(id="md3e", name="MD3E", kind="coordination"),
            Structure(id="ft", name="France Travail Belfort", kind="agency"),
        ),
        members=members,
        partners=tuple(partners),
    )


def published(book: Directory) -> list[Item]:
    """The items that the directory's service writes for it."""
    pk = f"T#{book.territory.id}"
    kinds: dict[str, tuple[Any, ...]] = {"STRUCTURE": book.structures, "MEMBER": book.members, "PARTNER": book.partners}
    entries = [
        {**entry.model_dump(mode="json"), "pk": pk, "sk": f"{kind}#{entry.id}"}
        for kind in kinds
        for entry in kinds[kind]
    ]
    settings = {**book.territory.model_dump(mode="json"), "pk": pk, "sk": "TERRITORY"}
    return [settings, {"pk": REGISTRY, "sk": book.territory.id}, *entries]


def visit(number: int) -> str:
    """The id of a visit."""
    return f"v-{number}"


def alert_of(number: int) -> str:
    """The alert that a visit's report opens."""
    return alert_id(TERRITORY, visit(number), "n-1")


def report(number: int, at: datetime) -> tuple[str, str, str]:
    """A capteur's urgent need as the visits' service publishes it: source, detail-type, detail."""
    event = UrgentRecruitmentReported(
        visit_id=visit(number),
        need_id="n-1",
        structure_id="cci",
        structure_name="CCI",
        member_id="m-capteur",
        siret=f"{73282932000000 + number:014}",
        enterprise_name="Ateliers Vauban",
        commune="Héricourt",
        post="Soudeur TIG",
        quantity=2,
        contract="cdi",
        contract_label="CDI",
        place="Héricourt",
        rome_code="H2913",
        rome_label="Soudage manuel",
        wanted_on=(at + timedelta(days=10)).date(),
        occurred_at=None,
        received_at=at,
    )
    metadata = Metadata(
        id=derived_id("report", str(number)),
        occurred_at=at,
        recorded_at=at,
        territory_id=TERRITORY,
        actor="m-capteur",
        correlation_id=visit(number),
        causation_id=visit(number),
        sequence=1,
    )
    return event.source, event.detail_type, to_json(Recorded(metadata, event).detail())
