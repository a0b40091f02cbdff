"""A territory on tables in memory, with its people, its partners and a clock that moves by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from services.alerts.deliveries.delivery import Delivery
from services.alerts.deliveries.relaying import Relay
from services.alerts.deliveries.store import DeliveryStore
from services.alerts.deliveries.work import Work
from services.alerts.rules.alert import Alert, alert_id
from services.alerts.rules.commands import Asked
from services.alerts.store import AlertStore
from services.alerts.use_cases.commanding import Ask, act
from services.alerts.use_cases.desk import Desk
from services.alerts.use_cases.opening import open_alert
from services.alerts.use_cases.outcome import Outcome
from services.alerts.use_cases.sweeping import Sweep
from shared.address_book import AddressBook
from shared.clock import FixedClock, to_text
from shared.events import Metadata, Recorded
from shared.events.visits import UrgentRecruitmentReported
from shared.idempotency import Request
from shared.outbox import Outbox, StoppedBus
from shared.published import Registry
from shared.tables import Item, MemoryTable, Put

TERRITORY = "belfort-montbeliard-hericourt"
ELSEWHERE = "vallee-de-l-arve"
TUESDAY = datetime(2026, 6, 2, 8, 0, tzinfo=UTC)
"""10:00 in Paris; the 48 hours end on Thursday, no holiday near."""

MEMBERS: tuple[dict[str, Any], ...] = (
    {"id": "m-capteur", "name": "Karim Haddad", "structure_id": "s-cci", "roles": ["capteur"]},
    {"id": "m-autre", "name": "Lise Perrin", "structure_id": "s-opco", "roles": ["capteur"]},
    {"id": "m-coord", "name": "Anne Roy", "structure_id": "s-mde", "roles": ["coordinator"], "phone": "+33600000001"},
    {"id": "m-deputy", "name": "Paul Viard", "structure_id": "s-mde", "roles": ["deputy"]},
    {"id": "m-manager", "name": "Ines Morel", "structure_id": "s-cci", "roles": ["manager"]},
    {"id": "m-steering", "name": "Jean Caron", "structure_id": "s-mde", "roles": ["steering"]},
    {"id": "m-agency", "name": "Sofia Petit", "structure_id": "s-ft", "roles": ["agency"]},
    {"id": "m-diffusion", "name": "Marc Blin", "structure_id": "s-opco", "roles": ["diffusion"]},
)
STRUCTURES = {"s-cci": "CCI", "s-mde": "Maison de l’emploi", "s-ft": "France Travail Belfort", "s-opco": "OPCO 2i"}
PARTNERS: tuple[dict[str, Any], ...] = (
    {"id": "p-mission", "name": "Mission locale", "channel": "email", "address": "mission@example.org"},
    {"id": "p-cap", "name": "Cap emploi", "channel": "sms", "address": "+33600000009"},
    {
        "id": "p-interim",
        "name": "Agence d’intérim",
        "channel": "webhook",
        "address": "https://hooks.example.org/x",
        "sealed_secret": "c2VjcmV0",
    },
)


class FakeQueue:
    """Keeps what it was sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, int]] = []
        self.refusal: Exception | None = None

    def send(self, body: str, *, delay_s: int = 0, group: str = "") -> None:
        if self.refusal:
            raise self.refusal
        self.sent.append((body, delay_s))

    @property
    def work(self) -> list[Work]:
        return [Work.model_validate_json(body) for body, _ in self.sent]


def directory_table() -> MemoryTable:
    """The address book of the two territories."""
    table = MemoryTable()
    for territory in (TERRITORY, ELSEWHERE):
        pk = f"T#{territory}"
        table.write(
            Put({"pk": "TERRITORIES", "sk": territory}),
            Put({"pk": pk, "sk": "TERRITORY", "id": territory, "name": territory.title()}),
            *(
                Put({"pk": pk, "sk": f"STRUCTURE#{key}", "id": key, "name": name, "kind": "autre"})
                for key, name in STRUCTURES.items()
            ),
            *(
                Put({"pk": pk, "sk": f"MEMBER#{entry['id']}", "email": f"{entry['id']}@example.org", **entry})
                for entry in MEMBERS
            ),
            *(Put({"pk": pk, "sk": f"PARTNER#{entry['id']}", **entry}) for entry in PARTNERS),
        )
    return table


@dataclass
class Platform:
    """Everything that the use cases need, and shortcuts to speak in the tests' own words."""

    table: MemoryTable = field(default_factory=MemoryTable)
    directory: MemoryTable = field(default_factory=directory_table)
    clock: FixedClock = field(default_factory=lambda: FixedClock(TUESDAY))
    bus: StoppedBus = field(default_factory=StoppedBus)

    def __post_init__(self) -> None:
        self.store = AlertStore(self.table)
        self.book = AddressBook(self.directory)
        self._ids = count(1)
        self.desk = Desk(self.store, self.book, self.clock, self.new_id)
        self.deliveries = DeliveryStore(self.table)
        self.queues = {name: FakeQueue() for name in ("emails", "texts", "webhooks", "broadcasts")}
        self.relay = Relay(Outbox(self.table, self.bus), self.queues, self.clock)
        self.sweep = Sweep(self.table, self.desk, self.deliveries, self.relay, Registry(self.directory))

    def new_id(self, now: datetime) -> str:
        """Sorts in the order of `now`, then of the calls, as a UUID version 7 does in a real process."""
        return f"{to_text(now)}-{next(self._ids):06}"

    def later(self, **time: float) -> None:
        self.clock.now_is += timedelta(**time)

    def raised(self, need_id: str = "n-1", territory_id: str = TERRITORY) -> Alert:
        """The alert of a fresh report."""
        open_alert(self.desk, self.report(need_id, territory_id))
        return self.store.get(territory_id, alert_id(territory_id, "v-1", need_id))

    def report(self, need_id: str = "n-1", territory_id: str = TERRITORY, **changes: Any) -> Recorded[Any]:
        """A capteur's report, received now."""
        now = self.clock.now()
        metadata = Metadata(
            id=f"e-{need_id}",
            occurred_at=now,
            recorded_at=now,
            territory_id=territory_id,
            actor="m-capteur",
            correlation_id="v-1",
            causation_id="request-1",
            sequence=1,
        )
        return Recorded(metadata, UrgentRecruitmentReported(**{**need(need_id, now), **changes}))

    def ask(self, alert: Alert, who: str = "m-coord", key: str | None = None, version: int | None = None) -> Ask:
        """That person asks something of the alert; a new request each time unless `key` is given."""
        directory = self.book.directory(alert.territory_id)
        member = directory.member(who)
        assert member is not None
        key = key or f"key-{next(self._ids):06}"
        return Ask(
            territory_id=alert.territory_id,
            alert_id=alert.alert_id,
            member_id=who,
            roles=member.roles,
            at=self.clock.now(),
            request=Request.of(alert.territory_id, who, key, "body"),
            expected_version=version,
        )

    def do(self, alert: Alert, kind: type[Asked], who: str = "m-coord", **fields: Any) -> Outcome:
        return act(self.desk, self.ask(alert, who), kind, **fields)

    def now_is(self, alert: Alert) -> Alert:
        """The alert as it stands."""
        return self.store.get(alert.territory_id, alert.alert_id)

    def sent(self, alert: Alert) -> list[Delivery]:
        return list(self.deliveries.of_alert(alert.territory_id, alert.alert_id))

    def items(self, kind: str) -> list[Item]:
        return [item for item in self.table.items.values() if item.get("kind") == kind]

    def waiting(self) -> list[dict[str, Any]]:
        """Every event that is still in the outbox, oldest first."""
        items = sorted((item for item in self.table.items.values() if "events" in item), key=lambda item: item["sk"])
        return [event for item in items for event in item["events"]]

    def events(self) -> list[dict[str, Any]]:
        """Every event so far, published or waiting."""
        names = ("source", "detail_type", "detail")
        return [dict(zip(names, entry, strict=True)) for entry in self.bus.published] + self.waiting()

    def told(self) -> list[str]:
        return [event["detail_type"] for event in self.events()]


def need(need_id: str, now: datetime) -> dict[str, Any]:
    """The data of an urgent need for three fitters."""
    return {
        "visit_id": "v-1",
        "need_id": need_id,
        "structure_id": "s-cci",
        "structure_name": "CCI",
        "member_id": "m-capteur",
        "siret": "44306184100047",
        "enterprise_name": "Mécanique du Lion",
        "commune": "Héricourt",
        "post": "Ajusteur monteur",
        "quantity": 3,
        "contract": "cdi",
        "contract_label": "CDI",
        "place": "Héricourt",
        "rome_code": "H2901",
        "rome_label": "Ajustement et montage de fabrication",
        "wanted_on": date(2026, 6, 15),
        "occurred_at": now,
        "received_at": now,
    }
