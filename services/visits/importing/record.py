"""An import, and the life it leads: who may move it from where to where, as pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.visits.importing.layouts import Kind
from shared.errors import Conflict

State = Literal["expected", "reading", "checked", "applying", "applied", "failed", "abandoned"]
STATES: Mapping[State, str] = {
    "expected": "Fichier attendu",
    "reading": "Vérification en cours",
    "checked": "Vérifié",
    "applying": "Application en cours",
    "applied": "Appliqué",
    "failed": "Fichier refusé",
    "abandoned": "Abandonné",
}
MOVES: Mapping[State, frozenset[State]] = {
    "expected": frozenset({"reading", "abandoned"}),
    "reading": frozenset({"checked", "failed", "abandoned"}),
    "checked": frozenset({"applying", "abandoned"}),
    "applying": frozenset({"applied"}),
    "applied": frozenset(),
    "failed": frozenset(),
    "abandoned": frozenset(),
}
"""expected (no file yet) → reading → checked → applying → applied; a file that cannot be read fails, people abandon."""
OPERATOR = "console"
"""The member id of who imports from the command line."""
CHECK_HOLDS = timedelta(days=30)
"""How long what a check has found may be applied; the bucket keeps its chunks longer."""
AT_WORK: frozenset[State] = frozenset({"reading", "applying"})


class Twin(BaseModel):
    """The last time that the very same file was applied."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    import_id: str
    member_id: str
    applied_at: AwareDatetime


class FileRead(BaseModel):
    """What the reading of a file has told."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    kind: Kind
    sha256: str
    encoding: str
    """Empty for a workbook."""
    separator: str
    ignored: tuple[str, ...]
    """Headers of the columns left aside."""
    tally: dict[str, int]
    """As `reading.Tally` counts."""
    chunks: int
    annotated: str = ""
    """The suffix of the file given back with a column of errors; empty when there is none to give."""
    twin: Twin | None = None


class Import(BaseModel):
    """An import as it stands. `version` counts its moves."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    id: str
    territory_id: str
    version: int
    state: State
    title: str
    structure_id: str
    member_id: str
    created_at: AwareDatetime
    moved_at: AwareDatetime
    etag: str = ""
    """Of the object that people asked to check: another one sent afterwards is not theirs."""
    file: FileRead | None = None
    found: dict[str, int] = Field(default_factory=dict)
    """What comparing would do to the register, by outcome."""
    done: dict[str, int] = Field(default_factory=dict)
    """What applying did, by outcome."""
    failure: str = ""
    """Why the file was refused, in French."""

    @property
    def at_work(self) -> bool:
        """Whether the machine is busy with it."""
        return self.state in AT_WORK

    @property
    def open(self) -> bool:
        """Whether anything can still happen to it."""
        return bool(MOVES[self.state])


def moved(subject: Import, state: State, now: datetime, **changes: Any) -> Import:
    """The import after a move; raises Conflict for one that its state does not allow."""
    if state not in MOVES[subject.state]:
        raise Conflict(f"Cet import est dans l’état « {STATES[subject.state]} » : cette action n’y est plus possible.")
    return _next(subject, state, now, changes)


def read(subject: Import, file: FileRead, now: datetime) -> Import:
    """The import once its file is read through; its chunks are still being compared."""
    if subject.state != "reading":
        raise Conflict("Cet import n’est plus en cours de vérification.")
    return _next(subject, "reading", now, {"file": file})


def started(subject: Import, now: datetime, etag: str = "") -> Import:
    """The import once somebody has asked to check its file; asked again, the same."""
    return subject if subject.state == "reading" else moved(subject, "reading", now, etag=etag)


def agreed(subject: Import, now: datetime) -> Import:
    """The import once somebody has asked to apply it; asked again, the same. Raises Conflict when its check is old."""
    if subject.state in {"applying", "applied"}:
        return subject
    if subject.state == "checked" and now - subject.moved_at > CHECK_HOLDS:
        raise Conflict("Cette vérification a plus de 30 jours : le registre a changé, recommencez l’import.")
    return moved(subject, "applying", now)


def abandoned(subject: Import, now: datetime) -> Import:
    """The import once somebody has given it up; asked again, the same."""
    return subject if subject.state == "abandoned" else moved(subject, "abandoned", now)


def _next(subject: Import, state: State, now: datetime, changes: Mapping[str, Any]) -> Import:
    return subject.model_copy(update={**changes, "state": state, "version": subject.version + 1, "moved_at": now})
