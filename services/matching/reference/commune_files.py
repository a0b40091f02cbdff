"""Reads communes from the JSON of `@etalab/decoupage-administratif` or from a CSV file, and their places from another."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from services.matching.reference.communes import MICRO, Commune
from services.matching.reference.lines import Cells, needed, read_lines, whole
from shared.errors import Invalid

COLUMNS = ("code", "nom", "population")
PLACE_COLUMNS = ("code", "latitude", "longitude")
PLACED, NEIGHBOURS = ("latitude", "longitude"), "voisines"
MOST_PEOPLE = 5_000_000
PLACE_KINDS = frozenset({"commune-actuelle", "arrondissement-municipal"})
"""Of the JSON's `type`; the others have merged into one of these."""
_CODE = re.compile(r"\d[0-9AB]\d{3}")
_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]+)?")


def read_communes(content: bytes, name: str) -> tuple[Commune, ...]:
    """The communes of a file; raises Invalid, telling every wrong line."""
    if content.lstrip().startswith(b"["):
        found = tuple(_from_json(content, name))
    else:
        found = read_lines(content, name, COLUMNS, _commune, (*PLACED, NEIGHBOURS)).whole()
    if not found:
        raise Invalid(f"{name} ne contient aucune commune.")
    return found


def placed(communes: Iterable[Commune], content: bytes, name: str) -> tuple[Commune, ...]:
    """The same communes at the places that a CSV file gives, with its neighbours if it has any; raises Invalid."""
    places = dict(read_lines(content, name, PLACE_COLUMNS, _place, (NEIGHBOURS,)).whole())
    return tuple(replace(commune, **places.get(commune.code, {})) for commune in communes)


def _commune(cells: Cells) -> Commune:
    return Commune(
        code=_code(cells["code"]),
        name=needed(cells["nom"], "nom"),
        population=whole(cells["population"], "population", 0, MOST_PEOPLE),
        **_place(cells)[1],
    )


def _place(cells: Cells) -> tuple[str, Mapping[str, Any]]:
    place: dict[str, Any] = {}
    if cells["latitude"] or cells["longitude"]:
        place = {"latitude": _degrees(cells, "latitude", 90), "longitude": _degrees(cells, "longitude", 180)}
    if cells[NEIGHBOURS]:
        place["neighbours"] = tuple(map(_code, cells[NEIGHBOURS].split()))
    return _code(cells["code"]), place


def _from_json(content: bytes, name: str) -> Iterable[Commune]:
    try:
        for told in json.loads(content):
            if told["type"] in PLACE_KINDS:
                yield Commune(_code(told["code"]), str(told["nom"]), int(told.get("population", 0)))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Invalid(f"{name} n’est pas le communes.json de @etalab/decoupage-administratif.") from error


def _code(text: str) -> str:
    code = text.strip().upper()
    if not _CODE.fullmatch(code):
        raise Invalid(f"code : « {text[:20]} » n’est pas un code INSEE, comme 90010")
    return code


def _degrees(cells: Cells, column: str, most: int) -> int:
    """Micro-degrees; decimal comma or point."""
    text = cells[column].replace(",", ".")
    if not _DEGREES.fullmatch(text) or abs(Decimal(text)) > most:
        raise Invalid(f"{column} : « {text[:20]} » n’est pas un nombre de degrés entre -{most} et {most}")
    return round(Decimal(text) * MICRO)
