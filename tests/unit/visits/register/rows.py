"""Enterprises made for tests, and a table that counts what reading them would cost."""

from __future__ import annotations

import json
from math import ceil
from typing import Any

from services.visits.register.enterprise import Enterprise
from shared.tables import MemoryTable, Page

HERE, ELSEWHERE = "belfort-montbeliard-hericourt", "vallee-de-l-arve"


def enterprise(**changes: Any) -> Enterprise:
    """A watchmaker of Montbéliard; `changes` replace its attributes, and a SIRET its id."""
    given = {
        "siret": "73282932000074",
        "territory_id": HERE,
        "name": "Horlogerie du Lion",
        "commune": "Montbéliard",
        "insee": "25388",
        "postcode": "25200",
        "naf": "26.52Z",
        "naf_nomenclature": "NAFRev2",
        "size_band": "12",
        "source": "sirene",
        "recorded_on": "2026-11-02",
    } | changes
    return Enterprise.model_validate({"id": given["siret"]} | given)


def unregistered(number: int, **changes: Any) -> Enterprise:
    """An enterprise without a SIRET."""
    return enterprise(**{"id": f"00000000-0000-4000-8000-{number:012}", "siret": None, "source": "visit"} | changes)


def many(count: int) -> list[Enterprise]:
    """So many establishments, spread over names, communes, activities and bands as a real territory is: unevenly."""
    bands = ("NN", "NN", "NN", "NN", "00", "00", "01", "02", "03", "11", "12", "31")
    return [
        enterprise(
            siret=f"{100_000_000 + number // 3}{number:05}",
            name=f"{('Boulangerie', 'Bois', 'Garage', 'Éts Müller')[number % 4]} {number}",
            insee=f"25{number % 7 + 100}",
            naf=f"{10 + number % 40}.{number % 10}{number % 3}Z",
            size_band=bands[number % len(bands)],
        )
        for number in range(count)
    ]


class CountingTable(MemoryTable):
    """Counts the rows and the read units of each query as DynamoDB does: by 4 kB, half price in an index."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = 0
        self.units = 0.0

    def query(self, pk: str, *, index: str | None = None, **asked: Any) -> Page:
        page = super().query(pk, index=index, **asked)
        size = sum(len(json.dumps(item).encode()) for item in page.items)
        self.rows += len(page.items)
        self.units += max(1, ceil(size / 4096)) * (0.5 if index else 1)
        return page
