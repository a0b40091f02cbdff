"""How a command is carried out once: its effects and the answer to repeat, in one transaction."""

from __future__ import annotations

from datetime import datetime

from services.visits.programmes.programme import Programme, decides, sees_programme
from services.visits.programmes.store import ProgrammeStore
from shared.errors import Conflict, Forbidden, NotFound
from shared.idempotency import Request
from shared.identity import Caller
from shared.tables import ConditionFailed, Contended, Item, Write

MOVED = "Le programme a changé entre-temps : rechargez la page et recommencez."


def perform(request: Request, answer: Item, store: ProgrammeStore, now: datetime, *writes: Write) -> Item:
    """Writes all, or nothing; returns the answer, or the one that this very request was given meanwhile.

    Raises ConditionFailed or Contended when something else has moved.
    """
    try:
        store.write(request.claim(answer, now), *writes)
    except (ConditionFailed, Contended):
        earlier = store.answer_to(request)
        if earlier is None:
            raise
        return earlier
    return answer


def open_programme(programme_id: str, caller: Caller, store: ProgrammeStore) -> Programme:
    """A programme that the caller may read; raises NotFound for any other."""
    programme = store.programme(caller.territory_id, programme_id)
    if not sees_programme(caller, programme.territory_id, programme.structure_id):
        raise NotFound("Ce programme n’existe pas, ou vous n’y avez pas accès.")
    return programme


def open_decision(programme_id: str, caller: Caller, store: ProgrammeStore) -> Programme:
    """A programme that the caller decides of; raises NotFound, or Forbidden to who only reads it."""
    programme = open_programme(programme_id, caller, store)
    if not decides(caller, programme.structure_id):
        raise Forbidden("Seuls le responsable de la structure et la coordination décident d’un programme.")
    return programme


def require_version(programme: Programme, expected: int) -> None:
    """Raises Conflict when the programme is not what the caller read."""
    if programme.version != expected:
        raise Conflict(MOVED, code="version")
