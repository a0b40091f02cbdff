"""Which enterprise a visit is to: the register's record of it, made on the spot for one that nobody knew."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from services.visits.commands import EnterpriseGiven
from services.visits.desk import VisitDesk
from services.visits.establishment import Establishment, read_insee, read_naf, read_siret
from services.visits.findings import Findings
from services.visits.register.enterprise import Enterprise
from services.visits.visit import Visit
from shared.errors import Invalid, NotFound
from shared.idempotency import Request
from shared.ids import derived_id
from shared.tables import ConditionFailed

MISSING = "Dites quelle entreprise : par `enterprise`, ou par `enterprise_id` si elle est au registre."
BOTH = "Dites l’entreprise une seule fois : par `enterprise` ou par `enterprise_id`."
UNKNOWN = "Cette entreprise n’est pas au registre du territoire."
OTHER = "La visite est à une autre entreprise : enregistrez celle-ci comme une autre visite."
ALERTED = (
    "Une alerte a été déclenchée pour cette entreprise : annulez-la depuis sa page, et enregistrez la visite à part."
)
NOMENCLATURE = "NAFRev2"
"""What a code typed without its nomenclature is read as: all codes until 2026 are of it."""


class NamesEnterprise(Protocol):
    """A command that says which enterprise, in one of two ways."""

    @property
    def enterprise(self) -> EnterpriseGiven | None: ...

    @property
    def enterprise_id(self) -> str | None: ...


class EnterpriseFound(NamedTuple):
    """The enterprise's id in the register, and what a visit copies of it."""

    id: str
    establishment: Establishment


def check_enterprise(command: NamesEnterprise, findings: Findings) -> None:
    """Notes what is wrong with how the enterprise is named."""
    given = command.enterprise
    if given is None and command.enterprise_id is None:
        findings.add("/enterprise", MISSING)
    if given is None:
        return
    if command.enterprise_id is not None:
        findings.add("/enterprise_id", BOTH)
    for name, read in (("siret", read_siret), ("insee", read_insee), ("naf", read_naf)):
        with findings.at(f"/enterprise/{name}"):
            _optional(read, getattr(given, name))


def check_enterprise_again(command: NamesEnterprise, visit: Visit, findings: Findings, *, fixed: str = "") -> None:
    """Notes what is wrong with how the enterprise of a visit is named once more: nothing needs to be.

    `fixed` says why it must be the visit's own, where it must.
    """
    if command.enterprise is None and command.enterprise_id is None:
        return
    check_enterprise(command, findings)
    with findings.at("/enterprise/siret" if command.enterprise else "/enterprise_id"):
        if fixed and is_another(command, visit):
            raise Invalid(fixed)


def is_another(command: NamesEnterprise, visit: Visit) -> bool:
    """Whether the command names another enterprise than the visit's; raises Invalid for a number that is none."""
    if command.enterprise is None:
        return command.enterprise_id not in (None, visit.enterprise_id)
    return _optional(read_siret, command.enterprise.siret) != visit.establishment.siret


def corrected_enterprise(command: NamesEnterprise, visit: Visit, request: Request, desk: VisitDesk) -> EnterpriseFound:
    """The enterprise of a corrected report: another one, or the same in other words."""
    if is_another(command, visit):
        return find_enterprise(command, request, desk)
    given, told = command.enterprise, visit.establishment
    if given is None:
        return EnterpriseFound(visit.enterprise_id, told)
    return EnterpriseFound(visit.enterprise_id, told.model_copy(update=_words(given, told)))


def find_enterprise(command: NamesEnterprise, request: Request, desk: VisitDesk) -> EnterpriseFound:
    """The enterprise of a command that `check_enterprise` has passed; raises Invalid for an unknown `enterprise_id`.

    One that the register does not have is added before the visit is written: the request gives its id, so that a second
    try finds it, and a crash in between leaves a record without a visit, which harms nobody.
    """
    given = command.enterprise
    if given is None:
        return _registered(request.territory_id, str(command.enterprise_id), desk)
    number = _optional(read_siret, given.siret)
    enterprise_id = number or derived_id(request.territory_id, request.caller_id, request.key, "enterprise")
    try:
        known = desk.register.get(request.territory_id, enterprise_id)
    except NotFound:
        known = _added(_enterprise(given, enterprise_id, number, request.territory_id), desk)
    if known.merged_into:
        return _registered(request.territory_id, known.merged_into, desk)
    return EnterpriseFound(known.id, _completed(given, known))


def _registered(territory_id: str, enterprise_id: str, desk: VisitDesk) -> EnterpriseFound:
    """The record with this id, or the one that it was merged into."""
    try:
        known = desk.register.get(territory_id, enterprise_id)
        if known.merged_into:
            known = desk.register.get(territory_id, known.merged_into)
    except NotFound:
        raise Invalid(UNKNOWN, fields={"/enterprise_id": UNKNOWN}) from None
    return EnterpriseFound(known.id, _as_registered(known))


def _added(enterprise: Enterprise, desk: VisitDesk) -> Enterprise:
    try:
        desk.register.add(enterprise)
    except ConditionFailed:
        return desk.register.get(enterprise.territory_id, enterprise.id)
    return enterprise


def _enterprise(given: EnterpriseGiven, enterprise_id: str, number: str | None, territory_id: str) -> Enterprise:
    naf = _optional(read_naf, given.naf)
    return Enterprise(
        id=enterprise_id,
        territory_id=territory_id,
        siret=number,
        name=given.name,
        commune=given.commune,
        insee=_optional(read_insee, given.insee),
        naf=naf,
        naf_nomenclature=NOMENCLATURE if naf else None,
        source="visit",
    )


def _as_registered(known: Enterprise) -> Establishment:
    return Establishment(
        siret=known.siret,
        name=known.trade_name or known.shown_name if known.diffusible else known.shown_name,
        commune=known.commune,
        insee=known.insee,
        naf=known.naf,
        naf_nomenclature=known.naf_nomenclature if known.naf else None,
        size_band=known.size_band,
    )


def _completed(given: EnterpriseGiven, known: Enterprise) -> Establishment:
    """The words of whoever was there, the codes of the register; theirs where it has none."""
    registered = _as_registered(known)
    return registered.model_copy(update=_words(given, registered))


def _words(given: EnterpriseGiven, known: Establishment) -> dict[str, str | None]:
    naf = known.naf or _optional(read_naf, given.naf)
    return {
        "name": given.name,
        "commune": given.commune,
        "insee": known.insee or _optional(read_insee, given.insee),
        "naf": naf,
        "naf_nomenclature": known.naf_nomenclature or (NOMENCLATURE if naf else None),
    }


def _optional(read: Callable[[str], str], text: str | None) -> str | None:
    return None if text is None else read(text)
