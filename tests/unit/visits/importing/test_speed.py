"""Reading and checking is at most as dear as the obvious way, and by far."""

from __future__ import annotations

import csv
import io
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import BaseModel
from stdnum.fr import siret

from services.visits.importing.files import open_table, spool
from services.visits.importing.numbers import is_siren, is_siret
from services.visits.importing.reading import Reading, headed
from tests.unit.visits.importing.workshop import OFFICIAL, official, table

ROWS = 10_000
NAMES = [name for name in OFFICIAL if name.endswith("Etablissement")]


class Row(BaseModel):
    """A row the obvious way."""

    siret: str
    codeCommuneEtablissement: str  # noqa: N815 - the file's own names
    libelleCommuneEtablissement: str  # noqa: N815
    activitePrincipaleEtablissement: str | None  # noqa: N815
    trancheEffectifsEtablissement: str | None  # noqa: N815
    etatAdministratifEtablissement: str  # noqa: N815
    dateCreationEtablissement: str | None  # noqa: N815
    etablissementSiege: bool  # noqa: N815


@pytest.fixture(scope="module")
def content() -> bytes:
    """Ten thousand establishments, the same each time."""
    drawn = random.Random(1)  # noqa: S311 - drawn to be the same each time
    sirets = dict.fromkeys(_siret(f"{drawn.randrange(10**8):08d}", drawn.randrange(10**4)) for _ in range(ROWS))
    return table([official(siret=number, enseigne1Etablissement=f"ATELIER {number}") for number in sirets])


def _siret(start: str, nic: int) -> str:
    siren = next(f"{start}{key}" for key in range(10) if is_siren(f"{start}{key}") or start == "0" * 8)
    return next(f"{siren}{nic:04d}{key}" for key in range(10) if is_siret(f"{siren}{nic:04d}{key}"))


def cpu(work: Callable[[], int]) -> float:
    """CPU seconds of the quicker of two runs."""
    times = []
    for _ in range(2):
        started = time.process_time()
        assert work() > ROWS * 0.99
        times.append(time.process_time() - started)
    return min(times)


def test_reading_is_far_cheaper_than_csv_pydantic_and_stdnum(content: bytes, tmp_path: Path) -> None:
    """In the same run, on the same file: from its bytes to its checked rows."""

    def obvious() -> int:
        rows = csv.DictReader(io.StringIO(content.decode(), newline=""))
        return sum(siret.is_valid(Row.model_validate(row).siret) for row in rows)

    def ours() -> int:
        lines = open_table(spool(io.BytesIO(content), tmp_path / "file")).rows()
        layout, first_line = headed(lines)
        return sum(1 for _ in Reading(layout, frozenset(), print).accepted(lines, first_line))

    assert cpu(ours) < 0.6 * cpu(obvious)
