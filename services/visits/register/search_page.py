"""The search as a page: from the address to criteria, and rows with what tells enterprises apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from services.visits.register.criteria import OR_MORE, Criteria, read_criteria
from services.visits.register.desk import RegisterDesk
from services.visits.register.enterprise import SIZE_BANDS, UNSIZED, Enterprise
from services.visits.register.places import find_commune
from services.visits.wording import LINE_LENGTH
from shared.errors import Invalid

FIELDS = ("q", "commune", "naf", "taille")
FORM_FIELDS = {"name": "q", "size": "taille"}
"""Where a refusal of the criteria stands in the form, if not under its own name."""
PER_PAGE = 20
SIZES = (
    *((code + OR_MORE, f"{SIZE_BANDS[code].least} salariés et plus") for code in ("11", "21", "32")),
    *((code, band.label) for code, band in SIZE_BANDS.items() if code != UNSIZED),
    (UNSIZED, SIZE_BANDS[UNSIZED].label),
)


@dataclass(frozen=True)
class Found:
    """A page of results: the enterprises, when each was last visited, and the address of the next page."""

    enterprises: tuple[Enterprise, ...] = ()
    last_visits: Mapping[str, date] | None = None
    next: str = ""
    asked: bool = False
    """Whether anything was searched at all."""


def search_page(fields: Mapping[str, str], cursor: str | None, territory_id: str, desk: RegisterDesk) -> Found:
    """What the fields of the form find; raises Invalid with messages for them."""
    typed = {name: fields.get(name, "")[:LINE_LENGTH] for name in FIELDS}
    if not any(typed.values()):
        return Found()
    page = desk.store.search(territory_id, _criteria(typed, territory_id, desk), PER_PAGE, cursor)
    last_visits = desk.files.last_visits(territory_id, [each.id for each in page.enterprises])
    more = urlencode({**{name: value for name, value in typed.items() if value}, "suite": page.cursor or ""})
    return Found(page.enterprises, last_visits, f"/entreprises?{more}" if page.cursor else "", asked=True)


def _criteria(typed: Mapping[str, str], territory_id: str, desk: RegisterDesk) -> Criteria:
    try:
        commune = find_commune(typed["commune"], desk.store.communes(territory_id)) if typed["commune"] else ""
        return read_criteria(typed["q"], commune, typed["naf"], [typed["taille"]] if typed["taille"] else [])
    except Invalid as error:
        fields = {FORM_FIELDS.get(name, name): message for name, message in error.fields.items()}
        raise Invalid(error.message, code=error.code, fields=fields or {"q": error.message}) from None
