"""What an assignment is asked to seek, and what the committee has already settled."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services.matching.assigning.pairs import Pair


class Mode(StrEnum):
    """What is sought, always exactly."""

    QUALITY = "quality"
    """The greatest sum of scores."""
    PLACEMENTS = "placements"
    """The most people placed; then, among those answers, the greatest sum of scores."""
    SHORTLIST = "shortlist"
    """The best lists of proposals that crowd no opening: the greatest sum of scores of the pairs proposed."""


@dataclass(frozen=True)
class Frozen:
    """People of a source that the committee has decided to place in an opening: at least so many go there.

    In a shortlist the pair is proposed, however many people were decided.
    """

    source: int
    opening: int
    people: int = 1
    label: str = ""
    """How a refusal names the pair, in French."""

    def __str__(self) -> str:
        return self.label or f"Groupe n° {self.source + 1} vers offre n° {self.opening + 1}"

    @property
    def pair(self) -> Pair:
        return Pair(self.source, self.opening)


@dataclass(frozen=True)
class Shortlist:
    """How long lists are: proposals that a source receives, and that an opening receives for each of its places."""

    per_source: int = 5
    per_place: int = 10


@dataclass(frozen=True)
class Terms:
    """All that is asked of one assignment, apart from who is there."""

    mode: Mode = Mode.QUALITY
    frozen: tuple[Frozen, ...] = ()
    vetoes: tuple[Pair, ...] = ()
    """Pairs that nobody goes to; a veto on a pair that is not admissible changes nothing."""
    shortlist: Shortlist = Shortlist()
