"""Addresses that nothing is sent to any more: they bounced, complained, or asked not to be written to.

The address itself is not kept, only a digest with the territory in it, so that nobody reads addresses by looking at the table,
nor compares two territories at a glance. The digest is no secret: whoever may read the table finds a telephone number again by
trying them all, and an e-mail address by guessing it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Literal

from services.alerts.store import pages_of
from shared.clock import to_text
from shared.tables import Absent, ConditionFailed, Delete, Equals, Put, TableClient

Cause = Literal["bounced", "complained", "opted_out"]

_BEGINS = "SILENCE#"
_REASONS: dict[Cause, str] = {
    "bounced": "Cette adresse ne reçoit plus rien : un envoi précédent en est revenu. Corrigez-la dans l’annuaire, ou prévenez "
    "ce destinataire autrement.",
    "complained": "Ce destinataire a signalé un message de Vigie comme indésirable : plus rien ne part vers cette adresse. "
    "Appelez-le avant de lui écrire de nouveau.",
    "opted_out": "Ce destinataire a demandé à ne plus recevoir d’offres à cette adresse : rien ne part, par aucun moyen. "
    "Rien à faire ; lui seul peut les reprendre, par le lien de ses messages.",
}


class Silences:
    """Keeps the addresses of each territory that must be left alone."""

    def __init__(self, table: TableClient) -> None:
        self._table = table

    def silence(self, territory_id: str, channel: str, address: str, cause: Cause, at: datetime) -> None:
        """From now on nothing is sent there. The first cause stays, unless it was a wish, which lets some messages through."""
        pk, sk = _key(territory_id, channel, address)
        item = {"pk": pk, "sk": sk, "kind": "silence", "channel": channel, "cause": cause, "at": to_text(at)}
        for condition in (Absent(), Equals({"cause": "opted_out"})):
            with suppress(ConditionFailed):
                self._table.write(Put(item, (condition,)))
                return

    def cause(self, territory_id: str, channel: str, address: str) -> Cause | None:
        """Why nothing is sent there; None when nothing speaks against it."""
        item = self._table.get(*_key(territory_id, channel, address))
        return item["cause"] if item else None

    def of_territory(self, territory_id: str) -> Callable[[str, str], Cause | None]:
        """What `cause` says of any channel and address of the territory, after one reading of them all.

        Few addresses are ever lost: a unit of reading holds sixteen silences, but only one member's address asked for by key,
        and most of those have no silence. By key it would cost a hundred units where the query costs one or two.
        """
        kept = {item["sk"]: item["cause"] for item in pages_of(self._table, f"T#{territory_id}", _BEGINS)}
        return lambda channel, address: kept.get(_key(territory_id, channel, address)[1])

    def lift(self, territory_id: str, channel: str, address: str) -> None:
        """Messages may be sent there again; does nothing when they already may."""
        self._table.write(Delete(*_key(territory_id, channel, address)))


def silence_reason(cause: Cause) -> str:
    """French: why nothing leaves, and what to do."""
    return _REASONS[cause]


def _key(territory_id: str, channel: str, address: str) -> tuple[str, str]:
    told = "\0".join((territory_id, channel, address.strip().casefold()))
    return f"T#{territory_id}", f"{_BEGINS}{channel}#{hashlib.sha256(told.encode()).hexdigest()}"
