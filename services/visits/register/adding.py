"""Adds an enterprise to the register, with a SIRET or without."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from services.visits.establishment import read_insee, read_naf, read_siret
from services.visits.findings import Findings
from services.visits.register.commands import AddEnterprise
from services.visits.register.desk import RegisterDesk
from services.visits.register.enterprise import SIZE_BANDS, UNSIZED, Enterprise
from services.visits.register.files import note_put
from services.visits.register.note import Note, NoteKind
from services.visits.register.rights import READERS
from services.visits.register.store import RegisterStore
from shared.clock import day_in_paris
from shared.errors import Invalid
from shared.idempotency import Request
from shared.identity import Caller, require
from shared.ids import derived_id
from shared.tables import ConditionFailed

NOMENCLATURE = "NAFRev2"
_POSTCODE = re.compile(r"[0-9]{5}")


class Added(BaseModel):
    """The answer to an addition, the same each time that it is sent again."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    enterprise_id: str
    added: bool
    """False when the register had this SIRET: what it says of it stands."""


def add_enterprise(command: AddEnterprise, request: Request, caller: Caller, desk: RegisterDesk) -> Added:
    """Raises Forbidden, or Invalid with a message for each JSON pointer.

    The record comes first: a crash before its answer is kept leaves one that the next try finds and answers.
    """
    require(caller, *READERS)
    earlier = desk.files.answer_to(request)
    if earlier is not None:
        return Added.model_validate(earlier)
    now = desk.clock.now()
    enterprise = proposed(command, caller.territory_id, own_id(request), now)
    added = _add(enterprise, desk.store)
    note = note_of("added", caller, desk.new_id(now), now)
    writes = [note_put(note, caller.territory_id, enterprise.id)] if added else []
    return desk.files.do_once(Added(enterprise_id=enterprise.id, added=added), writes, request, now)


def own_id(request: Request) -> str:
    """The id of an enterprise without SIRET: the same for the same request."""
    return derived_id("enterprise", request.territory_id, request.caller_id, request.key)


def proposed(command: AddEnterprise, territory_id: str, unregistered_id: str, now: datetime) -> Enterprise:
    """The enterprise that the command describes; raises Invalid with all that is wrong."""
    findings = Findings("L’entreprise contient des données à corriger.")
    siret = _checked(findings, "/siret", read_siret, command.siret)
    naf = _checked(findings, "/naf", read_naf, command.naf)
    insee = _checked(findings, "/insee", read_insee, command.insee)
    postcode = _checked(findings, "/postcode", _read_postcode, command.postcode)
    band = _checked(findings, "/size_band", _read_band, command.size_band)
    findings.conclude()
    return Enterprise(
        id=siret or unregistered_id,
        territory_id=territory_id,
        siret=siret,
        name=command.name,
        commune=command.commune,
        insee=insee,
        postcode=postcode,
        address=command.address,
        naf=naf,
        naf_nomenclature=NOMENCLATURE if naf else None,
        size_band=band or UNSIZED,
        source="person",
        recorded_on=day_in_paris(now),
    )


def note_of(kind: NoteKind, caller: Caller, note_id: str, now: datetime, text: str | None = None) -> Note:
    """What the caller did, for the history."""
    structure = caller.membership.structure_name
    return Note(id=note_id, kind=kind, at=now, member_id=caller.member_id, structure_name=structure, text=text)


def _add(enterprise: Enterprise, store: RegisterStore) -> bool:
    try:
        store.add(enterprise)
    except ConditionFailed:
        # Without a SIRET the id is this request's own: it came before, and its answer was lost.
        return enterprise.siret is None
    return True


def _checked(findings: Findings, place: str, read: Callable[[str], str], text: str | None) -> str | None:
    with findings.at(place):
        return read(text) if text else None
    return None


def _read_postcode(text: str) -> str:
    if not _POSTCODE.fullmatch(text.strip()):
        raise Invalid("Un code postal a cinq chiffres.")
    return text.strip()


def _read_band(text: str) -> str:
    if text not in SIZE_BANDS:
        raise Invalid("Cette tranche d’effectif n’existe pas : deux caractères, par exemple 12.")
    return text
