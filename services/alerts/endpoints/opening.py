"""What speaks to endpoints, as a running function has it."""

from __future__ import annotations

from secrets import token_urlsafe

from services.alerts.channels.outlet import Outlet
from services.alerts.channels.posting import Poster
from services.alerts.deliveries.silences import Silences
from services.alerts.endpoints.challenging import Challenger
from services.alerts.endpoints.endpoint_store import EndpointStore
from services.alerts.endpoints.gatekeeping import Gatekeeper
from services.alerts.endpoints.keyring import Keyring
from services.alerts.webhooks.addresses import look_up_within
from services.alerts.webhooks.sealed_keys import Vault
from shared.tables import TableClient

DEADLINE_S, LOOK_UP_S = 10, 3
"""For one request and for the name before it; a message may have a challenge before it, and the function outlives both."""
_TOKEN_BYTES = 24


def open_challenger(vault: Vault, *, loopback: bool, busy: bool = False) -> Challenger:
    """Posts to real addresses; `loopback` is the local system's leave to post to its own receiver.

    `busy` is for a function that does little else: it gets ready before the first message comes.
    """
    outlet = Outlet(Poster(deadline_s=DEADLINE_S, busy=busy), look_up_within(LOOK_UP_S), loopback)
    return Challenger(Keyring(vault), outlet, lambda: token_urlsafe(_TOKEN_BYTES))


def open_gate(ledger: TableClient, vault: Vault, *, loopback: bool) -> Gatekeeper:
    """Stands before every endpoint of the ledger."""
    return Gatekeeper(EndpointStore(ledger), open_challenger(vault, loopback=loopback, busy=True), Silences(ledger))
