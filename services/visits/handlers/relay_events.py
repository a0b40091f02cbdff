"""Passes what was written to the outbox on to the bus, as soon as the table's stream tells it."""

from __future__ import annotations

from collections.abc import Callable

from services.visits.resources import VISITS
from shared.aws import Aws
from shared.outbox import Outbox
from shared.runtime.streams import follower
from shared.tables import Item


def build(aws: Aws) -> Callable[[Item], None]:
    return Outbox(aws.table(VISITS), aws.bus()).follow


handler = follower(build)
