"""Reads an official ROME release, whatever shape that month's files are in, into what the tables are made from."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

from services.matching.reference.published_files import PublishedFile, PublishedFiles, read_files
from shared.errors import Invalid

CODE = re.compile(r"[A-N]\d{4}")
OCCUPATIONS = "referentiel_code_rome"
ITEMS = "item"
LINKS = "coherence_item"
MOBILITY = "rubrique_mobilite"
COMPETENCES = "referentiel_competence"
TEXTS = "texte"
SECTORS = "arborescence_secteur_activite"
DOMAINS = "domaine_professionnel"
NEEDED = (OCCUPATIONS, ITEMS, LINKS, MOBILITY)
TABLES = (*NEEDED, COMPETENCES, TEXTS, SECTORS, DOMAINS)


class Kind(IntEnum):
    """What an item of a fiche is, by the release's `code_rubrique`."""

    CONTEXT = 0
    KNOW_HOW = 1
    ATTITUDE = 2
    KNOWLEDGE = 3


class Core(IntEnum):
    """Whether an item is at the heart of a fiche, by the release's `coeur_metier`."""

    NONE = 0
    MAIN = 1
    EMERGING = 2


_CORES = {"": Core.NONE, "principale": Core.MAIN, "émergente": Core.EMERGING, "emergente": Core.EMERGING}


class Occupation(NamedTuple):
    """A fiche métier; `family` is the code that it had in version 3 of the ROME, its own when there is none."""

    code: str
    title: str
    regulated: bool
    family: str


class Item(NamedTuple):
    """What fiches share: `ogr` is its number; `macro` that of the macro-competence it belongs to, "" for none."""

    ogr: str
    label: str
    kind: Kind
    macro: str


class Link(NamedTuple):
    """An item of a fiche."""

    rome: str
    ogr: str
    core: Core


class Mobility(NamedTuple):
    """An official passerelle, from `origin` to `target` and not back; `order` ranks it within its origin from 1."""

    origin: str
    target: str
    order: int


class Texts(NamedTuple):
    """What a fiche says of the métier, and of how one comes to it."""

    definition: str
    access: str


class Sector(NamedTuple):
    """A métier of a sector of activity; `principal` when it is one of its main ones."""

    sector: str
    title: str
    part: str
    part_title: str
    rome: str
    principal: bool


@dataclass(frozen=True)
class Release:
    """One version of the ROME, each collection in a stable order."""

    version: str
    """Like `v460`."""
    digest: str
    """SHA-256 of the files' contents, in hexadecimal."""
    occupations: tuple[Occupation, ...]
    items: Mapping[str, Item]
    links: tuple[Link, ...]
    mobility: tuple[Mobility, ...]
    macros: Mapping[str, str]
    """Labels of the macro-competences."""
    texts: Mapping[str, Texts]
    sectors: tuple[Sector, ...]
    domains: Mapping[str, str]
    """Labels of the professional domains, by the three first characters of a code."""
    ignored: Mapping[str, int]
    """Rows left out because they name a métier or an item that the release does not have, by table."""

    @property
    def name(self) -> str:
        """The version that tables made from it carry: the same files, however packed, give the same one."""
        return f"rome-{self.version}-{self.digest[:12]}"


def read_release(path: Path) -> Release:
    """The release in this folder or zip; raises Invalid, saying which file and line is wrong."""
    return release_of(read_files(path, TABLES))


def release_of(files: PublishedFiles) -> Release:
    """The release that these tables hold; raises Invalid."""
    missing = [table for table in NEEDED if table not in files.tables]
    if missing:
        raise Invalid(
            f"Il manque des fichiers du ROME {files.version} : {', '.join(f'unix_{m}_….csv' for m in missing)}."
        )
    tables, ignored = files.tables, Counter[str]()
    occupations, competences = _occupations(tables[OCCUPATIONS]), tables.get(COMPETENCES)
    known = {occupation.code for occupation in occupations}
    items = _items(tables[ITEMS], _macro_of(competences) if competences else {})
    return Release(
        version=files.version,
        digest=files.digest,
        occupations=occupations,
        items=items,
        links=_links(tables[LINKS], known, items, ignored),
        mobility=_mobility(tables[MOBILITY], known, ignored),
        macros=_macros(competences) if competences else {},
        texts=_texts(tables[TEXTS]) if TEXTS in tables else {},
        sectors=_sectors(tables[SECTORS], known) if SECTORS in tables else (),
        domains=_domains(tables[DOMAINS]) if DOMAINS in tables else {},
        ignored=ignored,
    )


def _occupations(file: PublishedFile) -> tuple[Occupation, ...]:
    found = {}
    for number, row in file.rows(("code_rome", "libelle_rome"), ("emploi_reglemente", "code_rome_parent")):
        code, title, regulated, family = _code(file, number, row[0]), *row[1:]
        if not title:
            raise file.refused(number, f"le métier {code} n’a pas d’intitulé")
        found[code] = Occupation(code, title, regulated.upper() == "O", family or code)
    if not found:
        raise Invalid(f"{file.name} ne contient aucun métier.")
    return tuple(found[code] for code in sorted(found))


def _items(file: PublishedFile, macro_of: Mapping[str, str]) -> dict[str, Item]:
    found = {}
    for number, (ogr, label, rubric) in file.rows(("code_ogr", "libelle", "code_rubrique")):
        if rubric not in ("", "1", "2", "3"):
            raise file.refused(number, f"rubrique inconnue « {rubric[:20]} »")
        found[ogr] = Item(ogr, label, Kind(int(rubric or 0)), macro_of.get(ogr, ""))
    return dict(sorted(found.items()))


def _links(file: PublishedFile, known: set[str], items: Mapping[str, Item], ignored: Counter[str]) -> tuple[Link, ...]:
    found: dict[tuple[str, str], Core] = {}
    for number, (rome, ogr, heart) in file.rows(("code_rome", "code_ogr"), ("coeur_metier",)):
        core = _CORES.get(heart.lower())
        if core is None:
            raise file.refused(number, f"cœur de métier inconnu « {heart[:20]} »")
        if rome in known and ogr in items:
            found[rome, ogr] = core
        else:
            ignored[LINKS] += 1
    return tuple(Link(rome, ogr, core) for (rome, ogr), core in sorted(found.items()))


def _mobility(file: PublishedFile, known: set[str], ignored: Counter[str]) -> tuple[Mobility, ...]:
    """Version 4 ranks its pairs; version 3 says near (1) or evolution (2), row by row, sometimes twice for a pair."""
    ranked: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for number, (origin, target, order, near) in file.rows(
        ("code_rome", "code_rome_cible"), ("numero_ordre", "code_type_mobilite")
    ):
        pair = _code(file, number, origin), _code(file, number, target)
        if known.issuperset(pair) and origin != target:
            # The first row of version 3 for a pair says its place; version 4 has one row, and says it by itself.
            rank = (_whole(file, number, order), 0) if order else (_whole(file, number, near), number)
            ranked[origin][target] = min(rank, ranked[origin].get(target, rank))
        else:
            ignored[MOBILITY] += 1
    return tuple(pair for origin in sorted(ranked) for pair in _ordered(origin, ranked[origin]))


def _ordered(origin: str, ranked: Mapping[str, tuple[int, int]]) -> Iterator[Mobility]:
    """The passerelles of an origin by rank; what version 3 did not number is numbered here."""
    for place, target in enumerate(sorted(ranked, key=ranked.__getitem__), start=1):
        official, row = ranked[target]
        yield Mobility(origin, target, place if row else official)


def _macro_of(file: PublishedFile) -> dict[str, str]:
    return {ogr: macro for _, (ogr, macro) in file.rows(("code_ogr", "code_ogr_macro_comp")) if macro}


def _macros(file: PublishedFile) -> dict[str, str]:
    rows = (row for _, row in file.rows(("code_ogr", "libelle_competence", "nature")))
    return {ogr: label for ogr, label, nature in sorted(rows) if nature.lower().startswith("macro")}


def _texts(file: PublishedFile) -> dict[str, Texts]:
    said: dict[str, dict[str, list[tuple[int, str]]]] = defaultdict(lambda: defaultdict(list))
    columns = ("code_rome", "libelle_type_texte", "position_phrase", "libelle_texte")
    for number, (rome, kind, position, text) in file.rows(columns):
        said[rome][kind].append((_whole(file, number, position), text))
    return {
        rome: Texts(*(" ".join(text for _, text in sorted(kinds[kind])) for kind in ("definition", "acces_metier")))
        for rome, kinds in sorted(said.items())
    }


def _sectors(file: PublishedFile, known: set[str]) -> tuple[Sector, ...]:
    columns = ("code_sect_activite", "libelle_sect_activite", "code_ss_sect_activite", "libelle_ss_sect_activite")
    rows = (row for _, row in file.rows((*columns, "code_rome"), ("principal",)))
    return tuple(
        sorted(
            Sector(sector, title, part, part_title, rome, principal.lower() == "oui")
            for sector, title, part, part_title, rome, principal in rows
            if rome in known
        )
    )


def _domains(file: PublishedFile) -> dict[str, str]:
    rows = file.rows(("code_domaine_professionnel", "libelle_domaine_professionnel"))
    return {code: label for _, (code, label) in rows}


def _code(file: PublishedFile, number: int, code: str) -> str:
    if not CODE.fullmatch(code):
        raise file.refused(number, f"« {code[:20]} » n’est pas un code du ROME")
    return code


def _whole(file: PublishedFile, number: int, text: str) -> int:
    if not text.isdecimal():
        raise file.refused(number, f"« {text[:20]} » n’est pas un numéro")
    return int(text)
