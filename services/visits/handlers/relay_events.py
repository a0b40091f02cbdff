"""Relays the facts of visits to the bus as they are written."""

from __future__ import annotations

from collections.abc import Callable

from services.visits.relaying import Relay
from services.visits.service import VISITS
from shared.aws import Aws
from shared.outbox import Outbox
from shared.runtime import follower
from shared.tables import Item


def build(aws: Aws) -> Callable[[Item], None]:
    return Relay(Outbox(aws.table(VISITS), aws.bus())).pass_on


handler = follower(build)
