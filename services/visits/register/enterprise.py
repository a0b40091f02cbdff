"""The enterprise of the register: one establishment of the territory, as it is kept and found."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from services.visits.establishment import SIREN_DIGITS
from services.visits.register.folding import KEY_LENGTH, fold
from shared.tables import Item

State = Literal["active", "closed"]
Source = Literal["sirene", "file", "visit", "person"]
SOURCES: Mapping[Source, str] = {
    "sirene": "Répertoire SIRENE (INSEE)",
    "file": "Fichier du territoire",
    "visit": "Saisie lors d’une visite",
    "person": "Ajoutée à la main",
}
UNSIZED = "NN"
UNDISCLOSED = "Entreprise non diffusible"
"""What is shown instead of a name that its owner keeps off the public register."""
NAME_LETTERS = 2
"""Letters of a folded name that make a partition of the index `name`."""
NOT_IMPORTED = frozenset({"id", "territory_id", "merged_into", "recorded_on"})
"""What identifies a record, or is said of it by people here."""
_SIRET = re.compile(r"[0-9]{14}")


class SizeBand(NamedTuple):
    """A band of headcount (INSEE, « tranche d’effectif salarié »), with its bounds."""

    label: str
    least: int
    most: int | None


SIZE_BANDS: Mapping[str, SizeBand] = {
    UNSIZED: SizeBand("Effectif non renseigné", 0, None),
    "00": SizeBand("0 salarié", 0, 0),
    "01": SizeBand("1 ou 2 salariés", 1, 2),
    "02": SizeBand("3 à 5 salariés", 3, 5),
    "03": SizeBand("6 à 9 salariés", 6, 9),
    "11": SizeBand("10 à 19 salariés", 10, 19),
    "12": SizeBand("20 à 49 salariés", 20, 49),
    "21": SizeBand("50 à 99 salariés", 50, 99),
    "22": SizeBand("100 à 199 salariés", 100, 199),
    "31": SizeBand("200 à 249 salariés", 200, 249),
    "32": SizeBand("250 à 499 salariés", 250, 499),
    "41": SizeBand("500 à 999 salariés", 500, 999),
    "42": SizeBand("1 000 à 1 999 salariés", 1000, 1999),
    "51": SizeBand("2 000 à 4 999 salariés", 2000, 4999),
    "52": SizeBand("5 000 à 9 999 salariés", 5000, 9999),
    "53": SizeBand("10 000 salariés et plus", 10000, None),
}


class Enterprise(BaseModel):
    """An establishment with its SIRET; or, without one, an enterprise that is never the same as another by itself."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    id: str
    """The SIRET; a UUID without one."""
    territory_id: str
    siret: str | None = None
    name: str
    trade_name: str | None = None
    diffusible: bool = True
    """False when its owner opposes that name and address be shown (`[ND]` in SIRENE)."""
    commune: str
    insee: str | None = None
    postcode: str | None = None
    address: str | None = None
    naf: str | None = None
    """The activity's code, `29.32Z`, in the nomenclature named beside it."""
    naf_nomenclature: str | None = None
    naf_2025: str | None = None
    size_band: str = UNSIZED
    size_year: int | None = None
    state: State = "active"
    created_on: date | None = None
    head_office: bool | None = None
    employer: bool | None = None
    source: Source
    reference: str | None = None
    """The key that the structure whose file it comes from gives it."""
    recorded_on: date | None = None
    """The day on which the source said so (Paris)."""
    merged_into: str | None = None
    """The id of the enterprise that it turned out to be, by a person's decision."""

    @property
    def siren(self) -> str | None:
        """The enterprise that the establishment belongs to."""
        return self.siret[:SIREN_DIGITS] if self.siret else None

    @property
    def shown_name(self) -> str:
        """What may be shown as its name."""
        return self.name if self.diffusible else UNDISCLOSED

    @property
    def listed(self) -> bool:
        """Whether a search without its number may find it."""
        return self.state == "active" and self.merged_into is None


def enterprise_of(item: Item) -> Enterprise:
    """The enterprise that an item holds."""
    return Enterprise.model_validate(item)


def item_of(enterprise: Enterprise) -> Item:
    """What is kept of an enterprise: about 700 bytes, and at most the 1,024 that one write unit takes."""
    pk, sk = key_of(enterprise.territory_id, enterprise.id)
    kept: Item = enterprise.model_dump(mode="json", exclude_defaults=True)
    item = kept | {"pk": pk, "sk": sk, "digest": _digest(kept)}
    return item | _index_keys(enterprise) if enterprise.listed else item


def renewed(known: Enterprise | None, read: Enterprise) -> Enterprise:
    """What a source says now of an enterprise: a merge that people decided stays decided."""
    return read.model_copy(update={"merged_into": known.merged_into}) if known and known.merged_into else read


def key_of(territory_id: str, enterprise_id: str) -> tuple[str, str]:
    """Where an enterprise is kept: by SIREN with its siblings, or among those without a SIRET."""
    if _SIRET.fullmatch(enterprise_id):
        return siren_pk(territory_id, enterprise_id[:SIREN_DIGITS]), enterprise_id
    return unregistered_pk(territory_id), enterprise_id


def digest(enterprise: Enterprise) -> str:
    """Sixteen characters that change with what an import can change, and with nothing else."""
    return _digest(enterprise.model_dump(mode="json", exclude_defaults=True))


def siren_pk(territory_id: str, siren: str) -> str:
    """The partition of a SIREN's establishments."""
    return f"T#{territory_id}#SIREN#{siren}"


def unregistered_pk(territory_id: str) -> str:
    """The partition of the enterprises without a SIRET."""
    return f"T#{territory_id}#UNREGISTERED"


def name_pk(territory_id: str, folded: str) -> str:
    """The partition of the names that begin alike."""
    return f"T#{territory_id}#NAME#{folded[:NAME_LETTERS]}"


def place_pk(territory_id: str, insee: str) -> str:
    """The partition of a commune."""
    return f"T#{territory_id}#PLACE#{insee}"


def size_pk(territory_id: str, band: str) -> str:
    """The partition of a band of headcount."""
    return f"T#{territory_id}#SIZE#{band}"


def _digest(kept: Item) -> str:
    told = [(name, value) for name, value in kept.items() if name not in NOT_IMPORTED]
    return hashlib.blake2b(repr(told).encode(), digest_size=8).hexdigest()


def _index_keys(enterprise: Enterprise) -> Item:
    territory, band, naf = enterprise.territory_id, enterprise.size_band, enterprise.naf or ""
    folded = fold(enterprise.name) if enterprise.diffusible else ""
    named = f"{folded[:KEY_LENGTH]}#{enterprise.id}"
    keys = {"size_pk": size_pk(territory, band), "size_sk": f"{naf}#{enterprise.insee or ''}#{named}"}
    if enterprise.insee:
        keys |= {"place_pk": place_pk(territory, enterprise.insee), "place_sk": f"{band}#{naf}#{named}"}
    if folded:
        keys |= {"name_pk": name_pk(territory, folded), "name_sk": named}
    return keys
