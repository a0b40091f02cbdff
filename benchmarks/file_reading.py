"""Reads a file of establishments in a process of its own: by our reader, or as one would without it. Prints what it took.

`python -m benchmarks.file_reading ours FILE`; the other way is csv, pydantic and python-stdnum, straightforwardly.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints, ValidationError
from pydantic.functional_validators import AfterValidator
from stdnum.fr import siret

from services.visits.importing.files import open_table, spool
from services.visits.importing.reading import Reading, headed
from services.visits.importing.reports import ReportWriter
from services.visits.register.enterprise import SIZE_BANDS


@dataclass(frozen=True)
class Took:
    """CPU seconds, the most memory at once in MB, and rows that were sound."""

    cpu_s: float
    peak_mb: float
    sound: int


def took(way: str, file: Path) -> Took:
    """What it takes to read a file this way, by a new process, its start apart."""
    command = [sys.executable, "-m", "benchmarks.file_reading", way, str(file)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Took(**json.loads(said))


def ours(file: Path) -> int:
    """As an import does: found encoding and digest, columns by name, each cell checked, a report of what is wrong."""
    with tempfile.TemporaryDirectory() as folder, ReportWriter(Path(folder) / "report.csv") as report:
        with file.open("rb") as stream:
            table = open_table(spool(stream, Path(folder) / "file"))
        rows = table.rows()
        layout, first_line = headed(rows)
        reading = Reading(layout, frozenset(), report.tell)
        return sum(1 for _ in reading.accepted(rows, first_line))


def _checked(text: str) -> str:
    if not siret.is_valid(text):
        raise ValueError("not a SIRET")
    return text


Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Masked = Annotated[str, StringConstraints(pattern=r"^(\d{5}|\[ND\]|)$")]
Activity = Annotated[str, StringConstraints(pattern=r"^(\d{2}\.\d{2}[A-Z]|)$")]


class Row(BaseModel):
    """The same columns, each with the rule that ours holds it to."""

    siret: Annotated[str, AfterValidator(_checked)]
    diffusion: Literal["O", "P", "N"] = Field(alias="statutDiffusionEtablissement")
    created_on: date | Literal[""] = Field(alias="dateCreationEtablissement")
    size_band: str = Field(alias="trancheEffectifsEtablissement", pattern=rf"^({'|'.join(SIZE_BANDS)}|)$")
    size_year: int | Literal[""] = Field(alias="anneeEffectifsEtablissement")
    head_office: bool = Field(alias="etablissementSiege")
    number: Text = Field(alias="numeroVoieEtablissement")
    way: Text = Field(alias="typeVoieEtablissement")
    street: Text = Field(alias="libelleVoieEtablissement")
    postcode: Masked = Field(alias="codePostalEtablissement")
    commune: Text = Field(alias="libelleCommuneEtablissement")
    insee: Masked = Field(alias="codeCommuneEtablissement")
    state: Literal["A", "F"] = Field(alias="etatAdministratifEtablissement")
    sign_1: Text = Field(alias="enseigne1Etablissement")
    sign_2: Text = Field(alias="enseigne2Etablissement")
    sign_3: Text = Field(alias="enseigne3Etablissement")
    usual_name: Text = Field(alias="denominationUsuelleEtablissement")
    naf: Activity = Field(alias="activitePrincipaleEtablissement")
    nomenclature: Literal["NAFRev2", "NAFRev1", "NAF1993", "NAP", ""] = Field(
        alias="nomenclatureActivitePrincipaleEtablissement"
    )
    naf_2025: Activity = Field(alias="activitePrincipaleNAF25Etablissement")
    employer: Literal["O", "N", ""] = Field(alias="caractereEmployeurEtablissement")
    legal_name: Text = Field(alias="denominationUniteLegale")


def reference(file: Path) -> int:
    """csv, pydantic and python-stdnum, and a set against a number that comes twice."""
    seen: set[str] = set()
    with file.open(encoding="utf-8", newline="") as stream:
        for cells in csv.DictReader(stream):
            try:
                seen.add(Row.model_validate(cells).siret)
            except ValidationError:
                continue
    return len(seen)


WAYS: dict[str, Callable[[Path], int]] = {"ours": ours, "reference": reference}


def main(way: str, file: Path) -> None:
    """Reads the file and prints what it took as JSON."""
    start = time.process_time()
    sound = WAYS[way](file)
    spent = time.process_time() - start
    print(json.dumps({"cpu_s": spent, "peak_mb": _peak_mb(), "sound": sound}))


def _peak_mb() -> float:
    """Of this program alone: what `getrusage` tells begins with the memory of the process that started it."""
    told = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines())
    return int(told["VmHWM"].split()[0]) / 1024


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
