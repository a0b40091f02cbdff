"""What `vigie reference` says, in French."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import numpy as np

from services.matching.reference.communes import NOWHERE, Communes
from services.matching.reference.dispositifs.dispositif import Dispositif
from services.matching.reference.dispositifs.eligibility import Answer, Eligibility
from services.matching.reference.passerelles import Declared
from services.matching.reference.release import Release
from services.matching.reference.tables import Tables
from shared.web.formats import number, plural

_MARKS = {Answer.ELIGIBLE: "oui", Answer.NOT: "non", Answer.UNKNOWN: "?"}


def told_release(release: Release, tables: Tables) -> Iterator[str]:
    """What was read and what was made of it."""
    skills, pairs = tables.skills, tables.official_rank > 0
    yield f"{plural(len(tables.occupations), 'fiche')}, dont {number(int(tables.occupations.regulated.sum()))} réglementées"
    yield (
        f"{plural(len(skills.codes), 'savoir ou savoir-faire', 'savoirs et savoir-faire')}, "
        f"{plural(len(skills.item), 'lien')} avec les fiches, dont {number(int(skills.core.sum()))} au cœur du métier"
    )
    yield (
        f"{plural(int(pairs.sum()), 'passerelle officielle', 'passerelles officielles')}, "
        f"depuis {plural(int(pairs.any(axis=1).sum()), 'fiche')}"
    )
    if inferred := int(np.count_nonzero(tables.inferred)):
        yield plural(inferred, "passerelle inférée", "passerelles inférées")
    yield f"{plural(len(release.sectors), 'rattachement')} à un secteur, {plural(len(release.texts), 'définition')}"
    for table, count in release.ignored.items():
        lines = plural(count, "ligne laissée", "lignes laissées")
        yield f"{lines} de côté ({table}) : un code y est absent de cette version"


def told_communes(communes: Communes) -> Iterator[str]:
    """How many, and how many can be placed."""
    placed = int(np.count_nonzero(communes.latitude != NOWHERE))
    yield f"{plural(len(communes), 'commune')}, dont {number(placed)} avec des coordonnées"
    yield f"{plural(len(communes.neighbour) // 2, 'paire')} de communes voisines"


def told_passerelles(declared: Iterable[Declared]) -> Iterator[str]:
    """One line each, as a committee reads them."""
    for one in declared:
        training = f"{one.training}, {plural(one.hours, 'heure')}" if one.training else "sans formation"
        until = f" au {_day(one.valid_to)}" if one.valid_to else ""
        yield f"{one.origin} → {one.target}  {training}  du {_day(one.valid_from)}{until}  ({one.author})"


def told_dispositifs(dispositifs: Iterable[Dispositif]) -> Iterator[str]:
    """One line a version, then what is still to be verified."""
    for one in dispositifs:
        until = f"au {_day(one.valid_to)}" if one.valid_to else "sans fin connue"
        yield f"{one.code:<24} du {_day(one.valid_from)} {until}  {one.name}"
        yield f"{'':<24} {one.legal_source}"
        if one.to_verify:
            yield f"{'':<24} à vérifier : {one.to_verify}"


def told_eligibilities(answers: Iterable[Eligibility]) -> Iterator[str]:
    """Yes, no or what to ask, with what decided and its source."""
    for one in answers:
        yield f"{_MARKS[one.answer]:<4}{one.dispositif.name} : {one.because} ({one.source})"
        yield from (f"      {fact.name} : {fact.question}" for fact in one.asks)


def _day(on: date) -> str:
    return f"{on:%d/%m/%Y}"
