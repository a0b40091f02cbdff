"""What people do with a partner's endpoint, over the fakes of a world."""

from __future__ import annotations

from services.alerts.endpoints.administering import EndpointDesk, EndpointOrder
from services.alerts.endpoints.endpoint_store import EndpointStore
from services.alerts.resources import LEDGER
from services.alerts.rules.facts import Actor, Role
from shared.address_book import AddressBook
from shared.idempotency import Request
from shared.published import ADDRESS_BOOK
from tests.simulation.people import COORDINATOR
from tests.simulation.territory import TERRITORY
from tests.simulation.world import World

BY = Actor(kind="human", id=COORDINATOR, role=Role.COORDINATOR)
PARTNER = "p-00000"


def endpoint_desk(world: World) -> EndpointDesk:
    """What `services.alerts.endpoints.administering` works with, in that world."""
    aws = world.aws(world.workers["partner_api"].function)
    challenger = world.machine["open_challenger"](aws.vault(), loopback=False)
    book, store = AddressBook(aws.table(ADDRESS_BOOK)), EndpointStore(aws.table(LEDGER))
    return EndpointDesk(store, book, challenger, world.watch, world.dice.randbytes)


def endpoint_order(key: str) -> EndpointOrder:
    """Of the first partner, by the coordinator, once for this key."""
    return EndpointOrder(TERRITORY, PARTNER, BY, Request.of(TERRITORY, COORDINATOR, key, key))
