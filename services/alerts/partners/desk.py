"""What the pages and the API of partners work with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes

from services.alerts.deliveries.pauses import PauseStore
from services.alerts.deliveries.silences import Silences
from services.alerts.deliveries.store import DeliveryStore
from services.alerts.endpoints.administering import EndpointDesk, EndpointOrder
from services.alerts.endpoints.endpoint_store import EndpointStore
from services.alerts.endpoints.opening import open_challenger
from services.alerts.rules.facts import Actor
from services.alerts.store import AlertStore
from services.alerts.use_cases.desk import Desk
from services.alerts.webhooks.sealed_keys import Vault
from shared.address_book import AddressBook
from shared.clock import SystemClock
from shared.idempotency import Request
from shared.identity import Caller
from shared.ids import new_id
from shared.tables import TableClient


@dataclass(frozen=True)
class PartnerDesk:
    """Alerts, deliveries, endpoints, silences and pauses, each with its own store."""

    alerts: Desk
    deliveries: DeliveryStore
    endpoints: EndpointDesk
    silences: Silences
    pauses: PauseStore

    @property
    def now(self) -> datetime:
        return self.alerts.clock.now()


def open_desk(ledger: TableClient, book: AddressBook, vault: Vault, *, loopback: bool) -> PartnerDesk:
    """The desk of a process."""
    clock = SystemClock()
    challenger = open_challenger(vault, loopback=loopback)
    endpoints = EndpointDesk(EndpointStore(ledger), book, challenger, clock, token_bytes)
    alerts = Desk(AlertStore(ledger), book, clock, new_id)
    return PartnerDesk(alerts, DeliveryStore(ledger), endpoints, Silences(ledger), PauseStore(ledger))


def order_of(caller: Caller, partner_id: str, request: Request, expected_version: int | None) -> EndpointOrder:
    """What this person asks of an endpoint; whether they may was asked before."""
    by = Actor(kind="human", id=caller.member_id)
    return EndpointOrder(caller.territory_id, partner_id, by, request, expected_version)
