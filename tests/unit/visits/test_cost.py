"""What a visit costs in DynamoDB write units, counted on what is really written."""

from __future__ import annotations

from math import ceil
from typing import Any

import pytest

from services.visits.questionnaire.shipped import shipped
from services.visits.resources import VISITS
from shared.tables import Delete, Item, MemoryTable, Put, Write
from tests.unit.visits.territory import Territory, report, urgent
from tests.unit.visits.visits.life import answer_to

KILOBYTE = 1024
COMPLETE: dict[str, Any] = {
    "answers": {question.id: answer_to(question) for question in shipped().questions},
    "private_text": "x" * 300,
    "shared_text": "x" * 300,
    "persons_met": ["Gérante", "Responsable de production"],
    "consent_to_share": True,
}
"""Every question of the shipped questionnaire answered, and two paragraphs."""


def size(value: Any) -> int:
    """Bytes of a stored value, by DynamoDB's published rules."""
    if isinstance(value, dict):
        return 3 + sum(len(name.encode()) + size(part) + 1 for name, part in value.items())
    if isinstance(value, list | tuple):
        return 3 + sum(size(part) + 1 for part in value)
    if isinstance(value, bool) or value is None:
        return 1
    return len(value.encode()) if isinstance(value, str) else len(str(value)) // 2 + 2


def units(item: Item) -> int:
    """Write units of one plain write: one a started kilobyte."""
    return ceil((size(item) - 3) / KILOBYTE)


class Metered(MemoryTable):
    """A table that counts its write units: a transaction pays double, an index as a plain write of its copy."""

    def __init__(self) -> None:
        super().__init__()
        self.spent = 0

    def write(self, *writes: Write) -> None:
        times = 2 if len(writes) > 1 else 1
        for write in writes:
            self.spent += self._cost(write, times)
        super().write(*writes)

    def _cost(self, write: Write, times: int) -> int:
        if isinstance(write, Delete):
            return units(self.items[(write.pk, write.sk)])
        assert isinstance(write, Put)
        copies = sum(f"{index.name}_pk" in write.item for index in VISITS.indexes)
        return units(write.item) * (times + copies)


@pytest.mark.parametrize(
    ("body", "most"),
    [
        (report(needs=[]), 17),
        (report(needs=[{"theme": "skills"}]), 22),
        (report(), 26),
        (report(needs=[urgent(), urgent()]), 36),
        (report(needs=[], **COMPLETE), 25),
    ],
)
def test_a_visit_costs_few_write_units(body: dict[str, Any], most: int) -> None:
    """The visit, three lists, its report and needs, what it leaves, the answer to repeat, the outbox and its emptying."""
    table = Metered()
    territory = Territory(table=table)

    territory.report(body)
    entry = territory.kept("#OUTBOX")[0]
    table.write(Delete(entry["pk"], entry["sk"]))

    assert table.spent <= most


def test_what_a_visit_is_stored_in_is_one_kilobyte(territory: Territory) -> None:
    """Names of the longest usual kind do not take a second kilobyte, paid once more for each list."""
    enterprise = {
        "name": "Société franc-comtoise d’horlogerie et de mécanique",
        "siret": "73282932000074",
        "commune": "Saint-Maurice-Colombier",
        "insee": "25524",
        "naf": "26.52Z",
    }
    body = report(enterprise=enterprise, capteurs=["capteur", "colleague"], **COMPLETE)

    territory.report(body)

    assert size(territory.kept("/VISIT")[0]) < KILOBYTE - 100
