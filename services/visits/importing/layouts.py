"""The columns of an imported file, found by name: those of SIRENE's establishment file, and those of a territory's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from services.visits.importing import cells
from services.visits.importing.cells import Reader, folded
from shared.errors import Invalid
from shared.web.formats import listing

Kind = Literal["sirene", "file"]
KINDS: dict[Kind, str] = {"sirene": "Fichier SIRENE des établissements", "file": "Fichier du territoire"}


class Column(NamedTuple):
    """A column that we read: its names, the first one shown, and what its cells must be."""

    field: str
    names: tuple[str, ...]
    read: Reader
    needed: bool = False
    """Whether a file without this column is refused."""
    filled: bool = False
    """Whether a row without this cell is refused."""
    varied: bool = False
    """Whether nearly every row has another value: then none is worth remembering."""


def _official(field: str, name: str, read: Reader, *, needed: bool = True, **rules: bool) -> Column:
    return Column(field, (name,), read, needed, **rules)


SIRENE = (
    _official("siret", "siret", cells.read_siret, filled=True, varied=True),
    _official("diffusible", "statutDiffusionEtablissement", cells.read_diffusion),
    _official("created_on", "dateCreationEtablissement", cells.read_date),
    _official("size_band", "trancheEffectifsEtablissement", cells.read_band),
    _official("size_year", "anneeEffectifsEtablissement", cells.read_year),
    _official("naf", "activitePrincipaleEtablissement", cells.read_any_naf),
    _official("naf_nomenclature", "nomenclatureActivitePrincipaleEtablissement", cells.read_nomenclature),
    _official("naf_2025", "activitePrincipaleNAF25Etablissement", cells.read_any_naf, needed=False),
    _official("postcode", "codePostalEtablissement", cells.read_postcode),
    _official("insee", "codeCommuneEtablissement", cells.read_insee),
    _official("commune", "libelleCommuneEtablissement", cells.read_text),
    _official("state", "etatAdministratifEtablissement", cells.read_state, filled=True),
    _official("usual_name", "denominationUsuelleEtablissement", cells.read_text, varied=True),
    _official("sign_1", "enseigne1Etablissement", cells.read_text, varied=True),
    _official("sign_2", "enseigne2Etablissement", cells.read_text, needed=False, varied=True),
    _official("sign_3", "enseigne3Etablissement", cells.read_text, needed=False, varied=True),
    _official("employer", "caractereEmployeurEtablissement", cells.read_flag),
    _official("head_office", "etablissementSiege", cells.read_flag),
    _official("street_number", "numeroVoieEtablissement", cells.read_text, needed=False),
    _official("street_suffix", "indiceRepetitionEtablissement", cells.read_text, needed=False),
    _official("street_kind", "typeVoieEtablissement", cells.read_text, needed=False),
    _official("street_name", "libelleVoieEtablissement", cells.read_text, needed=False),
    _official("legal_name", "denominationUniteLegale", cells.read_text, needed=False, varied=True),
    _official("last_name", "nomUniteLegale", cells.read_text, needed=False, varied=True),
    _official("first_name", "prenomUsuelUniteLegale", cells.read_text, needed=False),
)
"""INSEE, « StockEtablissement »; the legal unit's names stand in it once it was joined to « StockUniteLegale »."""

OWN = (
    Column("siret", ("SIRET", "N° SIRET", "Numéro SIRET", "Code SIRET"), cells.read_siret, varied=True),
    Column(
        "name",
        ("Nom", "Raison sociale", "Dénomination", "Entreprise", "Nom de l’entreprise", "Établissement", "Société"),
        cells.read_text,
        needed=True,
        filled=True,
        varied=True,
    ),
    Column("trade_name", ("Enseigne", "Nom commercial", "Nom d’usage"), cells.read_text, varied=True),
    Column("address", ("Adresse", "Rue", "Voie", "Adresse 1"), cells.read_text, varied=True),
    Column("postcode", ("Code postal", "CP"), cells.read_postcode),
    Column("commune", ("Commune", "Ville", "Localité"), cells.read_text, needed=True, filled=True),
    Column("insee", ("Code INSEE", "INSEE", "Code commune", "Code commune INSEE"), cells.read_insee),
    Column("naf", ("Code NAF", "NAF", "Code APE", "APE", "Activité principale"), cells.read_naf),
    Column("naf_2025", ("NAF 2025", "Code NAF 2025", "NAF25"), cells.read_naf),
    Column("size_band", ("Tranche d’effectif", "Tranche d’effectifs", "Tranche effectif"), cells.read_band),
    Column("headcount", ("Effectif", "Effectifs", "Nombre de salariés", "Salariés"), cells.read_headcount),
    Column("size_year", ("Année de l’effectif", "Année effectif"), cells.read_year),
    Column("created_on", ("Date de création", "Créée le", "Création"), cells.read_date),
    Column("state", ("État", "Statut", "État administratif"), cells.read_state),
    Column(
        "reference", ("Référence", "Identifiant", "Code client", "Id", "Numéro interne"), cells.read_text, varied=True
    ),
)
"""The first name of a column is the one to use; the others are understood, in that order of preference."""


class Layout(NamedTuple):
    """Which of a file's columns are read, and where they stand."""

    kind: Kind
    header: tuple[str, ...]
    columns: tuple[Column, ...]
    positions: tuple[int, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(column.field for column in self.columns)

    @property
    def ignored(self) -> tuple[str, ...]:
        """The headers of the columns that are left aside."""
        return tuple(name for place, name in enumerate(self.header) if name and place not in self.positions)

    def at(self, field: str) -> int | None:
        """Where a field stands among the values of a row."""
        return self.fields.index(field) if field in self.fields else None

    def title(self, place: int) -> str:
        """What the file itself calls the column of a value."""
        return self.header[self.positions[place]]


def layout_of(header: Sequence[str]) -> Layout:
    """Recognises a file by its first row; raises Invalid, naming the columns that are missing or there twice."""
    names = tuple(" ".join(name.split()) for name in header)
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        if folded(name) and places.setdefault(folded(name), place) != place and _is_read(name):
            raise Invalid(f"La colonne « {name} » est deux fois dans le fichier : gardez-en une seule.")
    kind: Kind = "sirene" if _is_official(places) else "file"
    found = [(column, _place(column, places)) for column in (SIRENE if kind == "sirene" else OWN)]
    missing = [column.names[0] for column, place in found if place is None and column.needed]
    if missing:
        raise _missing(kind, missing)
    kept = [(column, place) for column, place in found if place is not None]
    return Layout(kind, names, tuple(column for column, _ in kept), tuple(place for _, place in kept))


def _is_official(places: dict[str, int]) -> bool:
    """Whether most of SIRENE's columns are there: a territory's own file has none of their long names."""
    needed = [column for column in SIRENE if column.needed]
    return sum(_place(column, places) is not None for column in needed) * 2 >= len(needed)


def _is_read(name: str) -> bool:
    return any(folded(name) == folded(known) for column in (*SIRENE, *OWN) for known in column.names)


def _place(column: Column, places: dict[str, int]) -> int | None:
    return next((places[folded(name)] for name in column.names if folded(name) in places), None)


def _missing(kind: Kind, missing: Sequence[str]) -> Invalid:
    names = listing([f"« {name} »" for name in missing])
    whole = "Colonne absente" if len(missing) == 1 else "Colonnes absentes"
    hint = (
        "Reprenez le fichier « StockEtablissement » complet de l’INSEE."
        if kind == "sirene"
        else "La première ligne du fichier doit porter le nom des colonnes."
    )
    return Invalid(f"{whole} : {names}. {hint}", code="colonnes-absentes")
