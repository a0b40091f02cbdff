"""Programmes in French: their population, their months, the tones of their states."""

from __future__ import annotations

from collections.abc import Mapping

from services.visits.programmes.programme import Programme, ProgrammeState
from services.visits.register.enterprise import SIZE_BANDS
from shared.web.formats import MONTHS, listing, plural

STATE_TONES: Mapping[ProgrammeState, str] = {
    "draft": "quiet",
    "committed": "watch",
    "active": "calm",
    "closed": "done",
}


def month_label(month: str) -> str:
    """`novembre 2026`."""
    year, _, number = month.partition("-")
    return f"{MONTHS[int(number) - 1]} {year}"


def described(programme: Programme, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """The population, criterion by criterion; communes by their names, given by INSEE code."""
    population = programme.population
    if population.is_list:
        return [("Population", f"Liste de {plural(len(population.sirets), 'établissement')}")]
    criteria = [
        ("Communes", [names.get(code, code) for code in population.communes]),
        ("Activités (NAF)", list(population.naf)),
        ("Effectifs", [SIZE_BANDS[code].label for code in population.size_bands]),
    ]
    return [(label, listing(words, "ou")) for label, words in criteria if words]
