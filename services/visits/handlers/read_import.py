"""Reads the file of an import into chunks, or sends these to be written."""

from __future__ import annotations

from collections.abc import Callable

from services.visits.importing.advancing import ImportAdvancer
from services.visits.importing.objects import ImportObjects
from services.visits.importing.settling import Settler
from services.visits.importing.store import ImportStore
from services.visits.importing.work import Advance
from services.visits.resources import IMPORT_CHUNKS, IMPORTS, VISITS
from shared.address_book import AddressBook
from shared.aws import Aws
from shared.clock import SystemClock
from shared.ids import new_id
from shared.published import ADDRESS_BOOK
from shared.runtime.messages import worker


def build(aws: Aws) -> Callable[[Advance], None]:
    clock, store = SystemClock(), ImportStore(aws.table(VISITS))
    territory_of = AddressBook(aws.table(ADDRESS_BOOK)).territory
    objects, settler = ImportObjects(aws.bucket(IMPORTS)), Settler(store, clock, new_id)
    return ImportAdvancer(store, objects, settler, aws.queue(IMPORT_CHUNKS), territory_of, clock).advance


handler = worker(build, Advance)
