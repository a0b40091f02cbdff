"""Operators give a partner's system its address and its secret, replace the secret, or take it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from services.alerts.inbound.keys import rotated, seal
from services.alerts.inbound.system import IDENTIFIER, System, SystemStore
from services.alerts.webhooks.sealed_keys import KEY_BYTES, SealedKey, Sealer, secret_of
from shared.clock import Clock
from shared.errors import Conflict, Invalid, NotFound
from shared.ids import NewId


@dataclass(frozen=True)
class Administration:
    """Does what operators ask. A secret that is returned is shown once: only its sealed form is kept."""

    systems: SystemStore
    sealer: Sealer
    clock: Clock
    new_id: NewId
    random_bytes: Callable[[int], bytes]

    def create(self, territory_id: str, system_id: str, name: str) -> str:
        """A new system, and its secret; raises Invalid for an identifier or a name that is none, Conflict if it exists."""
        if not IDENTIFIER.fullmatch(system_id) or not 0 < len(name) <= _LONGEST_NAME:
            raise Invalid(
                "L’identifiant est fait de minuscules, de chiffres et de tirets (60 au plus), et le nom compte de 1 à "
                f"{_LONGEST_NAME} caractères."
            )
        if self.systems.get(territory_id, system_id):
            raise Conflict("Ce système existe déjà : « vigie inbound rotate » lui donne un nouveau secret.")
        now = self.clock.now()
        born = System(territory_id=territory_id, id=system_id, name=name, keys=(), created_at=now)
        return self._keyed(None, born, timedelta())

    def rotate(self, territory_id: str, system_id: str, overlap: timedelta) -> str:
        """Another secret; the earlier ones are good for `overlap` more, or for nothing at once when it is zero."""
        system = self._system(territory_id, system_id)
        return self._keyed(system, system, overlap)

    def revoke(self, territory_id: str, system_id: str) -> None:
        """No secret is good any more: whatever the system sends is refused, until it is given another."""
        system = self._system(territory_id, system_id)
        self._write(system, system.model_copy(update={"keys": ()}))

    def _keyed(self, before: System | None, system: System, overlap: timedelta) -> str:
        secret = secret_of(self.random_bytes(KEY_BYTES))
        fresh = self._sealed(system, secret)
        keys = rotated(system.keys, fresh, fresh.created_at, overlap)
        self._write(before, system.model_copy(update={"keys": keys}))
        return secret

    def _sealed(self, system: System, secret: str) -> SealedKey:
        now = self.clock.now()
        return seal(secret, self.sealer, system.context, self.new_id(now), now)

    def _system(self, territory_id: str, system_id: str) -> System:
        system = self.systems.get(territory_id, system_id)
        if system is None:
            raise NotFound("Ce système n’existe pas dans ce territoire : « vigie inbound list » les montre.")
        return system

    def _write(self, before: System | None, after: System) -> None:
        if not self.systems.replace(before, after):
            raise Conflict("Ce système vient d’être modifié par quelqu’un d’autre : relancez la commande.")


_LONGEST_NAME = 200
