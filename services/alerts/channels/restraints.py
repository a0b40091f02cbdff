"""What keeps an e-mail or a text from leaving although it is wanted: a pause of its recipient, the silence of its address."""

from __future__ import annotations

from services.alerts.channels.providers import heed
from services.alerts.deliveries.delivery import Delivery
from services.alerts.deliveries.pauses import PauseStore, wait_for
from services.alerts.deliveries.silences import Silences
from shared.address_book import Directory
from shared.tables import TableClient


class Restraints:
    """Looked up just before a message is composed."""

    def __init__(self, table: TableClient) -> None:
        self._pauses = PauseStore(table)
        self._silences = Silences(table)

    def check(self, delivery: Delivery, address: str, directory: Directory) -> None:
        """Raises Withheld or Unreachable; the pause first, or a silent address would be given up meanwhile."""
        wait_for(self._pauses, delivery)
        heed(self._silences, delivery, address, directory)
