"""From a checked row to the enterprise that it speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from services.visits.importing.chunk import Chunk
from services.visits.register.enterprise import UNDISCLOSED, Enterprise
from shared.ids import derived_id
from shared.web.formats import siret as spaced

NAMES = ("usual_name", "legal_name", "sign_1", "sign_2", "sign_3")
"""Where the name of an establishment of SIRENE stands, the better place first."""
SIGNS = ("sign_1", "sign_2", "sign_3", "usual_name")
STREET = ("street_number", "street_suffix", "street_kind", "street_name")
KEPT = frozenset(Enterprise.model_fields) - {"id", "territory_id", "source", "merged_into", "recorded_on"}


class Origin(NamedTuple):
    """What all the rows of an import share."""

    territory_id: str
    structure_id: str
    day: date


def enterprises_of(chunk: Chunk, origin: Origin) -> list[Enterprise]:
    """The enterprises of a chunk, in its order."""
    assemble = _official if chunk.kind == "sirene" else _own
    return [
        Enterprise.model_validate(
            assemble(record)
            | {
                "id": record.get("siret") or _own_id(record, origin, chunk.sha256),
                "territory_id": origin.territory_id,
                "source": chunk.kind,
                "recorded_on": origin.day,
            }
        )
        for record in chunk.records()
    ]


def unnamed(siret: str) -> str:
    """What an establishment is called when its file says no name."""
    return f"Établissement {spaced(siret)}"


def _own_id(record: Mapping[str, Any], origin: Origin, sha256: str) -> str:
    """The same id each time for the structure's own key, else for this line of this very file: never another's."""
    if reference := record.get("reference"):
        return derived_id("enterprise", origin.territory_id, origin.structure_id, reference)
    return derived_id("enterprise", origin.territory_id, sha256, str(record["line"]))


def _official(record: Mapping[str, Any]) -> dict[str, Any]:
    named = _first(record, NAMES) or _person(record) or unnamed(record["siret"])
    name = named if record.get("diffusible", True) else UNDISCLOSED
    sign = _first(record, SIGNS) if record.get("diffusible", True) else None
    return _kept(record) | {
        "name": name,
        "trade_name": sign if sign != name else None,
        "commune": record.get("commune") or record.get("insee") or "Commune non précisée",
        "address": " ".join(str(record[part]) for part in STREET if part in record) or None,
    }


def _own(record: Mapping[str, Any]) -> dict[str, Any]:
    kept = _kept(record)
    if "headcount" in record:
        kept.setdefault("size_band", record["headcount"])
    if "naf" in record:
        kept["naf_nomenclature"] = "NAFRev2"
    return kept


def _kept(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name in KEPT}


def _first(record: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((str(record[name]) for name in names if name in record), None)


def _person(record: Mapping[str, Any]) -> str:
    """The name of a person who is the enterprise: public in SIRENE unless they oppose it."""
    return " ".join(str(record[name]) for name in ("first_name", "last_name") if name in record)
