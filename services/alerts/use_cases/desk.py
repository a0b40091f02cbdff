"""What every use case works with."""

from __future__ import annotations

from dataclasses import dataclass

from services.alerts.store import AlertStore
from shared.address_book import AddressBook
from shared.clock import Clock
from shared.ids import NewId


@dataclass(frozen=True)
class Desk:
    """Where alerts are kept, who is who, what time it is, and new ids."""

    store: AlertStore
    book: AddressBook
    clock: Clock
    new_id: NewId
