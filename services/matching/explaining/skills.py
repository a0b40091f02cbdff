"""What people of one métier already hold of what another asks, item by item: the same rule as the table of coverage."""

from __future__ import annotations

from dataclasses import dataclass

from services.matching.reference.coverage import CORE
from services.matching.reference.tables import Skills


@dataclass(frozen=True)
class Item:
    """An item that the target asks for."""

    label: str
    weight: int
    """Its rarity, twice where it is at the heart of the métier: what it counts for in the coverage."""
    core: bool
    through: str | None = None
    """The macro-competence by which it is half held; None where it is held itself, or not at all."""


@dataclass(frozen=True)
class Held:
    """The target's items, the weightiest first, then by their labels."""

    held: tuple[Item, ...]
    near: tuple[Item, ...]
    """Half held: another item of the same macro-competence is."""
    missing: tuple[Item, ...]


def held_of(skills: Skills, source: int, target: int) -> Held:
    """What a source métier holds of a target's items."""
    mine = set(skills.of(source).tolist())
    macros = {int(skills.macro[item]) for item in mine} - {-1}
    held, near, missing = [], [], []
    for place in range(int(skills.indptr[target]), int(skills.indptr[target + 1])):
        item, core = int(skills.item[place]), bool(skills.core[place])
        macro = int(skills.macro[item])
        weight = int(skills.weight[item]) * (CORE if core else 1)
        if item in mine:
            held.append(Item(skills.labels[item], weight, core))
        elif macro in macros:
            near.append(Item(skills.labels[item], weight, core, skills.macro_labels[macro]))
        else:
            missing.append(Item(skills.labels[item], weight, core))
    return Held(*(tuple(sorted(items, key=lambda one: (-one.weight, one.label))) for items in (held, near, missing)))
