"""Opens the alert of an urgent recruitment need."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from services.alerts.resources import LEDGER
from services.alerts.store import AlertStore
from services.alerts.use_cases.desk import Desk
from services.alerts.use_cases.opening import open_alert
from shared.address_book import AddressBook
from shared.aws import Aws
from shared.clock import SystemClock
from shared.events import Recorded
from shared.events.visits import UrgentRecruitmentReported
from shared.ids import new_id
from shared.published import ADDRESS_BOOK
from shared.runtime.messages import consumer


def build(aws: Aws) -> Callable[[Recorded[UrgentRecruitmentReported]], None]:
    book = AddressBook(aws.table(ADDRESS_BOOK))
    return partial(open_alert, Desk(AlertStore(aws.table(LEDGER)), book, SystemClock(), new_id))


handler = consumer(build, UrgentRecruitmentReported)
