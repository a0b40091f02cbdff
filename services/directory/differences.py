"""What a territory's file would change in the directory: entry by entry, field by field, contact details masked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from services.directory.masking import masked
from shared.address_book import Directory, Entry

Outcome = Literal["added", "changed", "removed"]
Key = tuple[str, str]
HIDDEN = frozenset({"id", "revision", "sealed_secret"})
"""What is not compared: the key, and what the directory itself keeps beside the file's content."""


@dataclass(frozen=True)
class FieldChange:
    """A field before and after, as may be shown."""

    name: str
    before: str
    after: str
    """Equal to `before` where masks look alike: the field did change."""


@dataclass(frozen=True)
class Difference:
    """One entry that the file adds, changes or removes. `kind` is `territory`, `structure`, `member` or `partner`."""

    outcome: Outcome
    kind: str
    id: str
    name: str
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True)
class Differences:
    """All of them; nothing to do when there is none."""

    entries: tuple[Difference, ...] = ()

    def count(self, outcome: Outcome) -> int:
        """How many entries have this outcome."""
        return Counter(entry.outcome for entry in self.entries)[outcome]


def entries_of(directory: Directory | None) -> dict[Key, Entry]:
    """Every entry of a directory by its kind and id, in the order in which they are shown."""
    if directory is None:
        return {}
    return {
        ("territory", directory.territory.id): directory.territory,
        **{("structure", entry.id): entry for entry in directory.structures},
        **{("member", entry.id): entry for entry in directory.members},
        **{("partner", entry.id): entry for entry in directory.partners},
    }


def compare(current: Directory | None, target: Directory) -> Differences:
    """What must be done to `current` (None where there is none yet) to make it `target`."""
    return Differences(tuple(_compared(entries_of(current), entries_of(target))))


def _compared(before: Mapping[Key, Entry], after: Mapping[Key, Entry]) -> Iterator[Difference]:
    for key, entry in after.items():
        if key not in before:
            yield _difference("added", key, entry)
        elif changes := tuple(_field_changes(before[key], entry)):
            yield _difference("changed", key, entry, changes)
    for key, entry in before.items():
        if key not in after:
            yield _difference("removed", key, entry)


def _difference(outcome: Outcome, key: Key, entry: Entry, changes: tuple[FieldChange, ...] = ()) -> Difference:
    kind, entry_id = key
    return Difference(outcome, kind, entry_id, str(getattr(entry, "name", "")), changes)


def _field_changes(before: Entry, after: Entry) -> Iterator[FieldChange]:
    for name, old, new in _pairs(before.model_dump(), after.model_dump()):
        if old != new:
            yield FieldChange(name, masked(name, old), masked(name, new))


def _pairs(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[tuple[str, object, object]]:
    for name, new in after.items():
        old = before[name]
        if isinstance(old, dict) and isinstance(new, dict):
            # The settings: each is a choice of its own.
            yield from _pairs(old, new)
        elif name not in HIDDEN:
            yield name, old, new
