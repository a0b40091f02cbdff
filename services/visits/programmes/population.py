"""From a population to its enterprises: read as people type it, looked up in the register, capped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Protocol

from services.visits.establishment import read_insee, read_siret
from services.visits.findings import Findings
from services.visits.programmes.commands import PopulationGiven
from services.visits.programmes.programme import MOST_TARGETS, Population
from services.visits.register.criteria import Criteria, read_naf_prefix, read_size_bands
from services.visits.register.enterprise import Enterprise
from services.visits.register.searching import EnterprisePage
from shared.errors import Invalid

MOST_SEARCHES = 40
"""Communes times activities: each pair is a search of the register."""
AT_ONCE = 100
TOO_MANY = (
    f"Ces critères désignent plus de {MOST_TARGETS} entreprises : précisez la commune, l’activité ou l’effectif, "
    "ou faites plusieurs programmes."
)
TOO_CROSSED = (
    f"Trop de communes et d’activités à la fois : au plus {MOST_SEARCHES} croisements. "
    "Précisez, ou faites plusieurs programmes."
)
NOBODY = "Aucune entreprise du registre ne répond à ces critères : élargissez-les."
NOTHING = "Dites qui visiter : au moins un critère, ou une liste de SIRET."
BOTH = "Choisissez : des critères, ou une liste de SIRET, pas les deux."


class Register(Protocol):
    """What is asked of the register."""

    def communes(self, territory_id: str) -> dict[str, str]: ...

    def known(self, territory_id: str, enterprise_ids: Iterable[str]) -> dict[str, Enterprise]: ...

    def search(
        self, territory_id: str, criteria: Criteria, limit: int, cursor: str | None = None
    ) -> EnterprisePage: ...


def read_population(given: PopulationGiven, findings: Findings, place: str = "/population") -> Population | None:
    """The population, or None with what is wrong noted at JSON pointers under `place`."""
    population = Population(
        communes=tuple(_each(given.communes, read_insee, findings, f"{place}/communes")),
        naf=tuple(_each(given.naf, read_naf_prefix, findings, f"{place}/naf")),
        size_bands=_bands(given, findings, place),
        sirets=tuple(_each(given.sirets, read_siret, findings, f"{place}/sirets")),
    )
    return None if _is_ill_formed(given, population, findings, place) else population


def resolve(territory_id: str, population: Population, register: Register) -> tuple[Enterprise, ...]:
    """The enterprises that the population is today, by id; raises Invalid when they are none, unknown or too many."""
    found = (
        _listed(territory_id, population, register)
        if population.is_list
        else _searched(territory_id, population, register)
    )
    if not found:
        raise Invalid(NOBODY, code="population-vide", fields={"/population": NOBODY})
    return tuple(found[each] for each in sorted(found))


def _listed(territory_id: str, population: Population, register: Register) -> dict[str, Enterprise]:
    known = register.known(territory_id, population.sirets)
    findings = Findings("Des établissements de la liste sont à corriger.")
    for place, siret in enumerate(population.sirets):
        refusal = _refusal(known.get(siret), siret)
        if refusal:
            findings.add(f"/population/sirets/{place}", refusal)
    findings.conclude()
    return known


def _refusal(enterprise: Enterprise | None, siret: str) -> str:
    if enterprise is None:
        return f"{siret} n’est pas dans le registre du territoire : importez-le, ou retirez-le de la liste."
    if enterprise.merged_into:
        return f"{siret} a été rapproché d’une autre fiche ({enterprise.merged_into}) : mettez celle-ci."
    if enterprise.state == "closed":
        return f"{siret} est fermé d’après le registre : retirez-le de la liste."
    return ""


def _searched(territory_id: str, population: Population, register: Register) -> dict[str, Enterprise]:
    searches = _criteria(population)
    if len(searches) > MOST_SEARCHES:
        raise Invalid(TOO_CROSSED, code="population-trop-large", fields={"/population": TOO_CROSSED})
    found: dict[str, Enterprise] = {}
    for criteria in searches:
        for page in _pages(territory_id, criteria, register):
            found |= {enterprise.id: enterprise for enterprise in page.enterprises}
            if len(found) > MOST_TARGETS:
                raise Invalid(TOO_MANY, code="population-trop-large", fields={"/population": TOO_MANY})
    return found


def _criteria(population: Population) -> list[Criteria]:
    pairs = product(population.communes or (None,), population.naf or (None,))
    return [Criteria(insee=insee, naf=naf, size_bands=population.size_bands) for insee, naf in pairs]


def _pages(territory_id: str, criteria: Criteria, register: Register) -> Iterator[EnterprisePage]:
    cursor: str | None = None
    while True:
        page = register.search(territory_id, criteria, AT_ONCE, cursor)
        yield page
        cursor = page.cursor
        if cursor is None:
            return


def _each(texts: Sequence[str], read: Reader, findings: Findings, place: str) -> Iterator[str]:
    """Each text read, once; a refusal is noted at its rank, and so is what was given before."""
    first: dict[str, int] = {}
    for rank, text in enumerate(texts):
        with findings.at(f"{place}/{rank}"):
            value = read(text)
            if first.setdefault(value, rank) != rank:
                raise Invalid("Déjà donné plus haut : retirez l’un des deux.")
            yield value


def _bands(given: PopulationGiven, findings: Findings, place: str) -> tuple[str, ...]:
    with findings.at(f"{place}/size_bands"):
        return read_size_bands(given.size_bands)
    return ()


def _is_ill_formed(given: PopulationGiven, population: Population, findings: Findings, place: str) -> bool:
    criteria = bool(given.communes or given.naf or given.size_bands)
    if criteria and given.sirets:
        findings.add(place, BOTH)
    if not criteria and not given.sirets:
        findings.add(place, NOTHING)
    return population.is_empty or (criteria and population.is_list)


class Reader(Protocol):
    """Reads one code as it is typed; raises Invalid."""

    def __call__(self, text: str, /) -> str: ...
