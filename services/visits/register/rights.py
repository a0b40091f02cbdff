"""Who does what in the register of a territory."""

from __future__ import annotations

from services.visits.lifecycle import REPORTERS
from shared.address_book import Role

READERS = REPORTERS
"""Who reads the register, adds to it and keeps its contacts: whoever meets enterprises, and who coordinates them."""
MERGERS: tuple[Role, ...] = ("manager", "coordinator", "deputy")
"""Who says that two enterprises are one."""
