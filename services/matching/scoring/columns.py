"""Jobs at risk and jobs to fill as columns in the order of their ids: what scoring computes on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from services.matching.reference.communes import NOWHERE
from services.matching.scoring.certificates import masks
from services.matching.scoring.contracts import Contract
from shared.errors import Invalid

Int16 = NDArray[np.int16]
Int32 = NDArray[np.int32]
Flags = NDArray[np.bool_]

UNKNOWN_ENTERPRISE = -1
"""Never the same as another."""

_TYPES: Mapping[str, DTypeLike] = {
    "occupation": np.int16,
    "territory": np.int16,
    "contract": np.uint8,
    "certificates": np.uint64,
    "consented": np.bool_,
    "urgent": np.bool_,
}
_DEFAULTS: Mapping[str, int] = {
    "enterprise": UNKNOWN_ENTERPRISE,
    "headcount": 1,
    "places": 1,
    "latitude": NOWHERE,
    "radius_m": 30_000,
}
_LEAST: Mapping[str, int] = {"enterprise": UNKNOWN_ENTERPRISE, "latitude": NOWHERE, "longitude": NOWHERE}
_RIGHT_ANGLE = 90_000_000
_MOST: Mapping[str, int] = {"latitude": _RIGHT_ANGLE, "longitude": 2 * _RIGHT_ANGLE, "contract": max(Contract)}


@dataclass(frozen=True, eq=False)
class Columns:
    """Columns of one length, by strictly increasing ids; raises Invalid for anything else."""

    ids: NDArray[np.str_]
    enterprise: Int32
    """A number for each enterprise, the same on both sides; -1 when unknown."""
    occupation: Int16
    """Position of the métier in the reference."""
    latitude: Int32
    """Millionths of a degree; `NOWHERE` when nobody said the commune."""
    longitude: Int32
    contract: NDArray[np.uint8]
    """A `Contract`; 0 when unknown."""
    wage: Int32
    """Cents a month, gross; 0 when unknown."""
    certificates: NDArray[np.uint64]
    """Bits [row, word] over the certificates that the terms name: those held, or those asked for."""
    territory: Int16

    def __post_init__(self) -> None:
        for name, column in self._columns().items():
            _check(name, column, len(self.ids))
        placed = self.latitude != NOWHERE
        if np.any(placed & ((self.latitude < -_RIGHT_ANGLE) | (self.longitude < -2 * _RIGHT_ANGLE))):
            raise Invalid("Une latitude ou une longitude est hors de ses bornes.")
        if np.any(self.ids[1:] <= self.ids[:-1]):
            raise Invalid("Deux lignes portent le même identifiant, ou elles ne sont pas dans leur ordre.")

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def of(cls, ids: ArrayLike, **columns: ArrayLike) -> Self:
        """Any rows, put in the order of their ids; a column that is not given says "unknown" on each row."""
        names = np.asarray(ids, dtype=np.str_)
        order = np.argsort(names, kind="stable")
        unknown = set(columns) - {field.name for field in fields(cls)}
        if unknown:
            raise Invalid(f"Colonnes inconnues : {', '.join(sorted(unknown))}.")
        typed = {name: _column(name, columns.get(name), len(names)) for name in _names(cls)}
        return cls(ids=names[order], **{name: column[order] for name, column in typed.items()})

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, Any]], certificates: Sequence[str] = ()) -> Self:
        """Rows in any order; `certificates` of a row are names, of those given here."""
        listed = list(rows)
        given = {name for row in listed for name in row} - {"ids", "certificates"}
        columns = {name: [row.get(name, _DEFAULTS.get(name, 0)) for row in listed] for name in given}
        held = masks([row.get("certificates", ()) for row in listed], certificates)
        return cls.of([row["ids"] for row in listed], certificates=held, **columns)

    def _columns(self) -> dict[str, NDArray[Any]]:
        return {name: getattr(self, name) for name in _names(type(self))}


@dataclass(frozen=True, eq=False)
class Sources(Columns):
    """Fragile posts, or workers who agreed."""

    headcount: Int32
    radius_m: Int32
    """How far they may go, in metres by road."""
    ends_on: Int32
    """Days since 1970-01-01; 0 when unknown."""
    consented: Flags


@dataclass(frozen=True, eq=False)
class Openings(Columns):
    """Jobs to fill."""

    places: Int32
    starts_on: Int32
    """Days since 1970-01-01; 0 when unknown."""
    urgent: Flags


def _names(kind: type[Columns]) -> list[str]:
    return [field.name for field in fields(kind) if field.name != "ids"]


def _column(name: str, given: ArrayLike | None, rows: int) -> NDArray[Any]:
    if given is None:
        shape = (rows, 1) if name == "certificates" else rows
        return np.full(shape, _DEFAULTS.get(name, 0), dtype=_TYPES.get(name, np.int32))
    column = np.asarray(given)
    if len(column) != rows:
        raise Invalid(f"La colonne {name} a {len(column)} lignes au lieu de {rows}.")
    kind = np.dtype(_TYPES.get(name, np.int32))
    typed = column.astype(kind)
    if np.any(typed != column):
        raise Invalid(f"La colonne {name} a une valeur qui n'est pas admise.")
    return typed


def _check(name: str, column: NDArray[Any], rows: int) -> None:
    dimensions = 2 if name == "certificates" else 1
    if column.dtype != _TYPES.get(name, np.int32) or column.ndim != dimensions or len(column) != rows:
        raise Invalid(f"La colonne {name} n'a pas la forme attendue.")
    least, most = _LEAST.get(name, 0), _MOST.get(name)
    if name != "certificates" and rows and (column.min() < least or (most is not None and column.max() > most)):
        raise Invalid(f"La colonne {name} a une valeur hors de ses bornes.")
