"""A merge: somebody says that an enterprise without SIRET is another one; nothing is moved, and it can be undone."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict

from services.visits.register.enterprise import Enterprise
from shared.errors import Conflict, Invalid


class Merge(BaseModel):
    """Which enterprise stands for which, since when, by whose decision."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    id: str
    territory_id: str
    absorbed_id: str
    absorbed_name: str
    survivor_id: str
    survivor_name: str
    reason: str
    member_id: str
    structure_name: str
    merged_at: AwareDatetime


def check_mergeable(absorbed: Enterprise, survivor: Enterprise) -> None:
    """Raises Invalid for two that may not be merged, Conflict for one that already is."""
    if absorbed.id == survivor.id:
        raise Invalid("Une entreprise ne se fusionne pas avec elle-même.", code="fusion-impossible")
    if absorbed.siret and survivor.siret:
        raise Invalid(
            "Deux SIRET différents sont deux établissements différents pour l’INSEE, même avec le même nom : "
            "ils ne se fusionnent pas. Si l’un est faux, corrigez la visite qui le porte.",
            code="fusion-impossible",
        )
    if absorbed.siret:
        raise Invalid("Celle qui a un SIRET est celle qui reste : inversez la fusion.", code="fusion-impossible")
    if absorbed.merged_into or survivor.merged_into:
        raise Conflict("L’une des deux est déjà fusionnée : rechargez la page.", code="deja-fusionnee")


def in_order(one: Enterprise, other: Enterprise) -> tuple[Enterprise, Enterprise]:
    """The one to absorb and the one that stays: that with a SIRET, else the better known."""
    absorbed, survivor = sorted((one, other), key=lambda each: (each.siret is not None, _facts(each), each.id))
    return absorbed, survivor


def _facts(enterprise: Enterprise) -> int:
    return len(enterprise.model_fields_set)
