"""What the world is like around an alert that is being decided upon."""

from __future__ import annotations

from datetime import datetime

from services.alerts.deliveries.recipients import reachable
from services.alerts.deliveries.silences import Silences
from services.alerts.rules.decisions import Context
from services.alerts.use_cases.desk import Desk
from shared.address_book import Directory


def context(desk: Desk, directory: Directory, now: datetime) -> Context:
    """Who can be reached: as the directory says, and as its addresses have answered so far."""
    silenced = Silences(desk.store.table).of_territory(directory.territory.id)
    return Context(reachable(directory, now, silenced))
