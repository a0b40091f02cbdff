"""How alike two enterprises are, with the reasons: proposed to people, decided by nobody else."""

from __future__ import annotations

from dataclasses import dataclass

from services.visits.register.enterprise import Enterprise
from services.visits.register.folding import letters_of, words_of

LEAST_SCORE = 80
"""Under it, two names of a commune are mostly two enterprises."""
SIREN_SCORE = 90
"""What the same SIREN in the same place is worth, whatever the names."""
SAME = 100


@dataclass(frozen=True)
class Candidate:
    """An enterprise that may be the same, how alike out of 100, and why."""

    enterprise: Enterprise
    score: int
    reasons: tuple[str, ...]


def candidate(given: Enterprise, other: Enterprise) -> Candidate | None:
    """The other one as a likely duplicate of the given one, or None: of the same place, with a near name or the same
    SIREN. Two different SIRETs may be listed so that the right one is chosen; they cannot be merged."""
    place = same_place(given, other)
    if other.id == given.id or not place:
        return None
    names = likeness(given, other)
    same_siren = given.siren is not None and given.siren == other.siren
    if names < LEAST_SCORE and not same_siren:
        return None
    reasons = [_names_alike(names), place, *_further(given, other)]
    return Candidate(other, max(names, SIREN_SCORE) if same_siren else names, tuple(reasons))


def likeness(given: Enterprise, other: Enterprise) -> int:
    """0 to 100: the best that their names and trade names have in common, whatever the order of words."""
    # Loaded when somebody asks for duplicates: most requests do not.
    from rapidfuzz import fuzz  # noqa: PLC0415 - see above

    return round(
        max(
            max(fuzz.token_sort_ratio(one, two), fuzz.ratio(one.replace(" ", ""), two.replace(" ", "")))
            for one in _names(given)
            for two in _names(other)
        )
    )


def same_place(given: Enterprise, other: Enterprise) -> str:
    """What place the two share, in words; empty for none."""
    if (given.insee and given.insee == other.insee) or letters_of(given.commune) == letters_of(other.commune):
        return "même commune"
    return "même code postal" if given.postcode and given.postcode == other.postcode else ""


def _names_alike(score: int) -> str:
    return "même nom" if score == SAME else f"noms semblables à {score} %"


def _names(enterprise: Enterprise) -> list[str]:
    return [" ".join(words_of(name)) for name in (enterprise.name, enterprise.trade_name) if name]


def _further(given: Enterprise, other: Enterprise) -> list[str]:
    alike = [
        (given.siren, other.siren, "même SIREN"),
        (given.address and letters_of(given.address), other.address and letters_of(other.address), "même adresse"),
        (given.naf, other.naf, "même activité"),
    ]
    return [words for one, two, words in alike if one and one == two]
