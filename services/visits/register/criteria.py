"""What is searched in the register: read as people type it, and told apart from what does not match."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from stdnum.fr import siren as siren_number

from services.visits.establishment import SIREN_DIGITS, read_insee, read_siret
from services.visits.register.enterprise import NAME_LETTERS, SIZE_BANDS, UNSIZED, Enterprise
from services.visits.register.folding import fold
from shared.errors import Invalid

OR_MORE = "+"
_SEPARATORS = re.compile(r"[\s.\-\u00a0\u202f]")
_NUMBER = re.compile(r"[0-9\s.\-\u00a0\u202f]+")
_NAF_PREFIX = re.compile(r"([0-9]{2})\.?([0-9](?:[0-9][A-Z]?)?)?")


@dataclass(frozen=True)
class Criteria:
    """All that is given must hold; nothing given is everybody."""

    name: str | None = None
    """The beginning of a name, two letters at least; accents, case, punctuation and legal forms do not count."""
    siret_or_siren: str | None = None
    """Digits only. A closed establishment is found by its SIRET alone."""
    insee: str | None = None
    naf: str | None = None
    """The beginning of a code, with its dot: `29`, `29.3`, `29.32`, `29.32Z`."""
    size_bands: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.name is not None and len(fold(self.name)) < NAME_LETTERS:
            raise Invalid("Tapez au moins deux lettres ou chiffres du nom.", fields={"name": "Deux lettres au moins."})

    @property
    def siret(self) -> str | None:
        """The whole SIRET, when that is what is searched."""
        number = self.siret_or_siren
        return number if number and len(number) > SIREN_DIGITS else None

    def match(self, enterprise: Enterprise) -> bool:
        """Whether an enterprise is what is searched: the rule that every way through the indexes obeys."""
        return (
            (enterprise.listed or (enterprise.siret is not None and enterprise.siret == self.siret))
            and (enterprise.siret or "").startswith(self.siret_or_siren or "")
            and (self.name is None or (enterprise.diffusible and fold(enterprise.name).startswith(fold(self.name))))
            and self.insee in (None, enterprise.insee)
            and (enterprise.naf or "").startswith(self.naf or "")
            and (not self.size_bands or enterprise.size_band in self.size_bands)
        )


def read_criteria(words: str, commune: str = "", naf: str = "", size_bands: Iterable[str] = ()) -> Criteria:
    """The criteria of a form whose first field takes a name, a SIRET or a SIREN; raises Invalid with its fields.

    `commune` is an INSEE code: a commune's name is resolved before (see `places`).
    """
    number = (
        read_number(words) if _NUMBER.fullmatch(words) and len(_SEPARATORS.sub("", words)) >= SIREN_DIGITS else None
    )
    return Criteria(
        name=words.strip() or None if number is None else None,
        siret_or_siren=number,
        insee=read_insee(commune) if commune else None,
        naf=read_naf_prefix(naf) if naf.strip() else None,
        size_bands=read_size_bands(size_bands),
    )


def read_number(text: str) -> str:
    """A SIRET or a SIREN, typed with or without spaces, as digits; raises Invalid."""
    digits = _SEPARATORS.sub("", text)
    if len(digits) == SIREN_DIGITS and siren_number.is_valid(digits):
        return digits
    return read_siret(text)


def read_naf_prefix(text: str) -> str:
    """The beginning of an activity code as it is kept, `2932` → `29.32`; raises Invalid."""
    found = _NAF_PREFIX.fullmatch(text.strip().upper())
    if found is None:
        raise Invalid(
            "Un code NAF commence par deux chiffres : 29, 29.3 ou 29.32Z.", fields={"naf": "Code NAF illisible."}
        )
    division, rest = found.groups()
    return f"{division}.{rest}" if rest else str(division)


def read_size_bands(codes: Iterable[str]) -> tuple[str, ...]:
    """Bands of headcount in the order of size, `11+` for one and all the larger ones; raises Invalid for an unknown one."""
    asked = {code for text in codes for code in _bands(text.strip())}
    return tuple(code for code in SIZE_BANDS if code in asked)


def _bands(text: str) -> Iterable[str]:
    code = text.removesuffix(OR_MORE)
    if code not in SIZE_BANDS or text == UNSIZED + OR_MORE:
        raise Invalid("Cette tranche d’effectif n’existe pas.", fields={"size": "Tranche inconnue."})
    if code == text:
        return [code]
    least = SIZE_BANDS[code].least
    return [larger for larger, band in SIZE_BANDS.items() if band.least >= least and larger != UNSIZED]
