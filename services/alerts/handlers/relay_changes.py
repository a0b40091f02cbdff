"""Passes on what was written: events to the bus, deliveries and broadcasts to their queues."""

from __future__ import annotations

from collections.abc import Callable

from services.alerts.deliveries.relaying import Relay, queues
from services.alerts.resources import LEDGER
from shared.aws import Aws
from shared.clock import SystemClock
from shared.outbox import Outbox
from shared.runtime.streams import follower
from shared.tables import Item


def build(aws: Aws) -> Callable[[Item], None]:
    return Relay(Outbox(aws.table(LEDGER), aws.bus()), queues(aws.queue), SystemClock()).pass_on


handler = follower(build)
