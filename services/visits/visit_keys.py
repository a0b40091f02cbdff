"""The keys of a visit, which say what is then not said again in its item."""

from __future__ import annotations

from shared.tables import Item

SAID_BY_KEYS = {"id", "territory_id", "structure_id", "enterprise_id", "day"}
"""With them, a visit would often take a second kilobyte, paid four times with its indexes."""


def said_by_keys(item: Item) -> dict[str, str]:
    """These attributes of a visit, from the keys of its item."""
    _, territory_id, _, visit_id = item["pk"].split("#")
    owners = {f"{name}_id": item[f"{name}_pk"].split("#")[3] for name in ("structure", "enterprise")}
    day = item["structure_sk"].partition("#")[0]
    return {"id": visit_id, "territory_id": territory_id, "day": day, **owners}


def visit_pk(territory_id: str, visit_id: str) -> str:
    """The partition of a visit and of all that belongs to it."""
    return f"T#{territory_id}#VISIT#{visit_id}"


def territory_pk(territory_id: str) -> str:
    """The visits of a territory by day."""
    return f"T#{territory_id}#VISITS"


def structure_pk(territory_id: str, structure_id: str) -> str:
    """The visits of a structure by day."""
    return f"T#{territory_id}#STRUCTURE#{structure_id}#VISITS"


def enterprise_pk(territory_id: str, enterprise_id: str) -> str:
    """The visits to an enterprise by day."""
    return f"{enterprise_partition(territory_id, enterprise_id)}#VISITS"


def enterprise_partition(territory_id: str, enterprise_id: str) -> str:
    """What is known about an enterprise, apart from the register and its visits."""
    return f"T#{territory_id}#ENTERPRISE#{enterprise_id}"
