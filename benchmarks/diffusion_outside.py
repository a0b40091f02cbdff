"""What stands around a broadcast: a table whose calls may fail, providers and partners that accept, and the workers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from benchmarks.diffusion_scene import NOON, NOTICE, SECRET, TERRITORY, alert
from benchmarks.failing import Outside
from benchmarks.quick_table import QuickTable
from services.alerts.channels.email import EmailChannel
from services.alerts.channels.outlet import Outlet
from services.alerts.channels.posting import Answer, Poster
from services.alerts.channels.providers import place_of
from services.alerts.channels.restraints import Restraints
from services.alerts.channels.sms import SmsChannel
from services.alerts.channels.webhook import WebhookChannel
from services.alerts.deliveries.delivering import Channel, Courier
from services.alerts.deliveries.fanning_out import FanOut
from services.alerts.deliveries.recent_book import RecentBook
from services.alerts.deliveries.recipients import planned
from services.alerts.deliveries.silences import Silences
from services.alerts.deliveries.store import DeliveryStore, creation
from services.alerts.deliveries.work import Work
from services.alerts.endpoints.challenging import CHALLENGE, Challenger
from services.alerts.endpoints.endpoint import born, verified
from services.alerts.endpoints.endpoint_store import EndpointStore
from services.alerts.endpoints.gatekeeping import Gatekeeper
from services.alerts.endpoints.keyring import Keyring
from services.alerts.messages.links import Links
from services.alerts.provider_events.hearing import Hearing
from services.alerts.provider_events.reading import ProviderWord
from services.alerts.store import AlertStore
from services.alerts.webhooks.addresses import Target
from shared.address_book import AddressBook, Directory
from shared.clock import Clock
from shared.errors import Unavailable
from shared.published import ADDRESS_BOOK, REGISTRY
from shared.tables import Item, MemoryTable, Page, Put, TableClient, Write

Handle = Callable[[Work], object]


class GuardedTable:
    """A table whose calls may fail."""

    def __init__(self, table: TableClient, outside: Outside) -> None:
        self._table = table
        self._outside = outside
        self.get_many, self.put_many = table.get_many, table.put_many

    def get(self, pk: str, sk: str) -> Item | None:
        return self._outside.call("GetItem", lambda: self._table.get(pk, sk))

    def query(self, pk: str, **options: Any) -> Page:
        return self._outside.call("Query", lambda: self._table.query(pk, **options))

    def write(self, *writes: Write) -> None:
        name = "PutItem" if len(writes) == 1 else "TransactWriteItems"
        self._outside.call(name, lambda: self._table.write(*writes))


class Providers(Poster):
    """Everybody who takes messages: what they accepted, in order, as (channel, delivery id); `tell` hears of it."""

    def __init__(self, outside: Outside, tell: Callable[[ProviderWord], None]) -> None:
        self._outside = outside
        self._tell = tell
        self.accepted: list[tuple[str, str]] = []

    def put(self, key: str, content: bytes, content_type: str) -> None:
        """A broadcast keeps no proof."""
        raise NotImplementedError

    def encrypt(self, plain: bytes, context: Mapping[str, str]) -> bytes:
        """Nobody changes a secret meanwhile."""
        raise NotImplementedError

    def decrypt(self, sealed: bytes, context: Mapping[str, str]) -> bytes:
        return self._outside.call("Decrypt", lambda: SECRET)

    def post(self, target: Target, address: str, headers: Mapping[str, str], body: bytes) -> Answer:
        event = json.loads(body)
        if event["type"] == CHALLENGE:
            return Answer(200, {}, event["data"]["challenge"].encode())
        try:
            self._outside.call("POST", lambda: self.accepted.append(("webhook", event["id"])))
        except Unavailable:
            raise TimeoutError from None
        return Answer(200, {}, b"")

    def hand_over(self, action: str, channel: str, tags: Mapping[str, str]) -> str:
        return self._outside.call(action, lambda: self._taken(channel, tags))

    def _taken(self, channel: str, tags: Mapping[str, str]) -> str:
        self.accepted.append((channel, tags["delivery"]))
        sk, message_id = place_of(tags["place"]), f"{channel}-{len(self.accepted)}"
        self._tell(ProviderWord(None, NOON, TERRITORY, tags["alert"], sk, int(tags["attempt"]), message_id))
        return message_id


@dataclass(frozen=True)
class Mail:
    """SES."""

    providers: Providers
    sender: str = "alertes@vigie.example"

    def send(self, mime: bytes, tags: Mapping[str, str]) -> str:
        return self.providers.hand_over("SendEmail", "email", tags)


@dataclass(frozen=True)
class Texts:
    """The carrier."""

    providers: Providers

    def send(self, phone: str, body: str, time_to_live_s: int, tags: Mapping[str, str]) -> str:
        return self.providers.hand_over("SendTextMessage", "sms", tags)


def workers(
    ledger: TableClient, addresses: TableClient, providers: Providers, clock: Clock, dice: Random
) -> dict[str, Handle]:
    """The service's own workers by queue, as its handlers make them."""
    store, alerts, book = DeliveryStore(ledger), AlertStore(ledger), RecentBook(AddressBook(addresses), clock)
    links, restraints = Links(lambda: "k" * 64, "https://vigie.example"), Restraints(ledger)
    channels: dict[str, Channel] = {
        "emails": EmailChannel(Mail(providers), providers, links, restraints),
        "texts": SmsChannel(Texts(providers), links, restraints),
        "webhooks": WebhookChannel(
            Gatekeeper(EndpointStore(ledger), challenger(providers, providers), Silences(ledger))
        ),
    }
    made: dict[str, Handle] = {
        queue: Courier(store, alerts, book, channel, clock, dice.random).deliver for queue, channel in channels.items()
    }
    return made | {"broadcasts": FanOut(store, alerts, book, clock).advance}


def challenger(vault: Providers, poster: Poster) -> Challenger:
    """Posts to partners whose names all lead to one address."""
    return Challenger(Keyring(vault), Outlet(poster, lambda host, port: ["93.184.216.34"]), lambda: "token")


def hearing(ledger: TableClient, addresses: TableClient, clock: Clock) -> Hearing:
    """Who listens to the providers."""
    book = RecentBook(AddressBook(addresses), clock)
    return Hearing(DeliveryStore(ledger), AlertStore(ledger), book, Silences(ledger), clock)


def addresses_of(partners: Directory) -> QuickTable:
    """The address book's table, as the directory writes it."""
    table, pk = QuickTable(ADDRESS_BOOK), f"T#{partners.territory.id}"
    table.put_many([
        {"pk": REGISTRY, "sk": partners.territory.id},
        {"pk": pk, "sk": "TERRITORY", **partners.territory.model_dump(mode="json")},
        *({"pk": pk, "sk": f"STRUCTURE#{one.id}", **one.model_dump(mode="json")} for one in partners.structures),
        *({"pk": pk, "sk": f"MEMBER#{one.id}", **one.model_dump(mode="json")} for one in partners.members),
        *({"pk": pk, "sk": f"PARTNER#{one.id}", **one.model_dump(mode="json")} for one in partners.partners),
    ])  # fmt: skip
    return table


def begun(partners: Directory) -> list[Write]:
    """The alert whose offer leaves, the round that goes through its partners, and endpoints that have proved themselves."""
    kept = MemoryTable()
    AlertStore(kept).save(None, alert(), [])
    for partner in partners.partners:
        if partner.channel == "webhook":
            proven = verified(born(TERRITORY, partner, NOON), partner.address, NOON)
            EndpointStore(kept).replace(None, proven.becoming(look_at=None, room_until=None))
    rounds = planned([NOTICE], alert(), partners, NOON).rounds
    return [*map(Put, kept.items.values()), *map(creation, rounds)]
