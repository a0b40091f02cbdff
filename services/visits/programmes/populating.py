"""Writes the targets of a programme from its frozen list: later than the commitment, resumable, never over a claim."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from services.visits.programmes import telling
from services.visits.programmes.population import Register
from services.visits.programmes.programme import Programme
from services.visits.programmes.store import ProgrammeStore, programme_put, target_put
from services.visits.programmes.surroundings import Surroundings
from services.visits.programmes.target import Target
from services.visits.register.enterprise import Enterprise
from shared.clock import Clock
from shared.errors import Unavailable
from shared.events import Recorded
from shared.events.visits import ProgrammeCommitted
from shared.ids import NewId, new_id
from shared.tables import ConditionFailed

AT_ONCE = 100
"""Targets of a transaction."""


@dataclass(frozen=True)
class Populating:
    """Hears of a commitment, writes its targets, then makes the programme active."""

    store: ProgrammeStore
    surroundings: Surroundings
    register: Register
    clock: Clock
    new_id: NewId = new_id

    def populate(self, told: Recorded[ProgrammeCommitted]) -> None:
        """Said twice, or begun and cut, it ends the same; raises Unavailable when two of them write at once."""
        programme = self.store.programme(told.metadata.territory_id, told.event.programme_id)
        if programme.state != "committed":
            return
        try:
            for enterprise_ids in _slices(self.store.frozen_list(programme)):
                self._write(programme, enterprise_ids)
            self._activate(programme, told.metadata.id)
        except ConditionFailed:
            # A twin of this message is at work, or the programme was closed meanwhile: the next try sees which.
            raise Unavailable("Les cibles de ce programme sont en cours d’écriture.") from None

    def _write(self, programme: Programme, enterprise_ids: Sequence[str]) -> None:
        missing = set(enterprise_ids) - self.store.written_targets(programme, enterprise_ids)
        if missing:
            known = self.register.known(programme.territory_id, sorted(missing))
            seen = self.surroundings.last_visits(programme.territory_id, sorted(known))
            targets = (_target(programme, known[each], seen.get(each)) for each in sorted(known))
            self.store.write(*(target_put(target, None) for target in targets))

    def _activate(self, programme: Programme, cause: str) -> None:
        now = self.clock.now()
        active = programme.model_copy(update={"state": "active", "version": programme.version + 1})
        told = telling.Teller(telling.MACHINE, cause, now, self.new_id).of_programme(active, telling.activated(active))
        self.store.write(programme_put(active, programme.version), told)


def _slices(enterprise_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (enterprise_ids[start : start + AT_ONCE] for start in range(0, len(enterprise_ids), AT_ONCE))


def _target(programme: Programme, enterprise: Enterprise, last_visited_on: date | None) -> Target:
    return Target(
        programme_id=programme.id,
        enterprise_id=enterprise.id,
        territory_id=programme.territory_id,
        structure_id=programme.structure_id,
        version=1,
        name=enterprise.shown_name,
        commune=enterprise.commune,
        insee=enterprise.insee,
        naf=enterprise.naf,
        size_band=enterprise.size_band,
        last_visited_on=last_visited_on,
    )
