"""The versioned tables that scoring reads: métiers, their items, and all pairs of métiers in small integers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.matching.reference.coverage import coverage, rarity
from services.matching.reference.packed import Arrays, pack, unpack, unreadable
from services.matching.reference.release import Core, Kind, Release

FORMAT = "occupations-1"
"""Of the file that `dump` writes; `load` reads no other."""
LAST_RANK = 255
NO_MACRO = -1


@dataclass(frozen=True, eq=False)
class Occupations:
    """The métiers, by code; the position of one here is its name in every other table."""

    codes: NDArray[np.str_]
    titles: tuple[str, ...]
    regulated: NDArray[np.bool_]
    """Whether the law asks for a certificate to practise."""
    family: NDArray[np.int16]
    """Which métiers were one in version 3 of the ROME: those with the same number."""
    domain: NDArray[np.str_]
    """The three first characters of the code."""

    def __len__(self) -> int:
        return len(self.codes)

    def find(self, code: str) -> int | None:
        """The position of a code, or None."""
        return self._positions.get(code)

    @cached_property
    def _positions(self) -> Mapping[str, int]:
        return {code: position for position, code in enumerate(self.codes.tolist())}


@dataclass(frozen=True, eq=False)
class Skills:
    """The know-how, knowledge and attitudes of each métier, compressed by rows."""

    indptr: NDArray[np.int32]
    """The items of métier i are those from `indptr[i]` to `indptr[i + 1]`."""
    item: NDArray[np.int32]
    core: NDArray[np.bool_]
    """Whether the item is at the heart of that métier."""
    codes: tuple[str, ...]
    labels: tuple[str, ...]
    macro: NDArray[np.int32]
    """The macro-competence of each item, -1 for none."""
    macro_labels: tuple[str, ...]
    weight: NDArray[np.int32]
    """How rare each item is: thousandths of a logarithm."""

    def of(self, occupation: int) -> NDArray[np.int32]:
        """The items of a métier."""
        return self.item[self.indptr[occupation] : self.indptr[occupation + 1]]


@dataclass(frozen=True, eq=False)
class Tables:
    """A version of the reference, ready for scoring; the tables of pairs are [source, target]."""

    version: str
    """`rome-v460-<12 hexadecimal digits of the files' hash>`."""
    occupations: Occupations
    skills: Skills
    coverage: NDArray[np.int16]
    """Thousandths of the target's items that the source holds."""
    official_rank: NDArray[np.uint8]
    """The rank of an official passerelle within its source, from 1; 0 for none. The way back is not one."""
    inferred: NDArray[np.int16]
    """Tenths of a percentile within the source, 1 to 1,000, of a passerelle that is inferred; 0 for none."""


def tables_of(release: Release, inferred: NDArray[np.int16] | None = None) -> Tables:
    """The tables of a release; `inferred` is [source, target] over its métiers, in the order of their codes."""
    occupations = _occupations(release)
    skills = _skills(release)
    count = len(occupations)
    return Tables(
        version=release.name,
        occupations=occupations,
        skills=skills,
        coverage=coverage(skills.indptr, skills.item, skills.core, skills.macro, skills.weight),
        official_rank=_official(release, occupations),
        inferred=np.zeros((count, count), dtype=np.int16) if inferred is None else inferred,
    )


def _occupations(release: Release) -> Occupations:
    codes = np.asarray([occupation.code for occupation in release.occupations], dtype="<U5")
    families = _numbered(occupation.family for occupation in release.occupations)
    return Occupations(
        codes=codes,
        titles=tuple(occupation.title for occupation in release.occupations),
        regulated=np.asarray([occupation.regulated for occupation in release.occupations], dtype=np.bool_),
        family=np.asarray([families[one.family] for one in release.occupations], dtype=np.int16),
        domain=codes.astype("<U3"),
    )


def _skills(release: Release) -> Skills:
    links = [link for link in release.links if release.items[link.ogr].kind is not Kind.CONTEXT]
    items = _numbered(link.ogr for link in links)
    macros = _numbered(macro for ogr in items if (macro := release.items[ogr].macro))
    row = _numbered(occupation.code for occupation in release.occupations)
    owners = np.asarray([row[link.rome] for link in links], dtype=np.int32)
    indptr = np.searchsorted(owners, np.arange(len(row) + 1)).astype(np.int32)
    item = np.asarray([items[link.ogr] for link in links], dtype=np.int32)
    return Skills(
        indptr=indptr,
        item=item,
        core=np.asarray([link.core is Core.MAIN for link in links], dtype=np.bool_),
        codes=tuple(items),
        labels=tuple(release.items[ogr].label for ogr in items),
        macro=np.asarray([macros.get(release.items[ogr].macro, NO_MACRO) for ogr in items], dtype=np.int32),
        macro_labels=tuple(release.macros.get(macro, "") for macro in macros),
        weight=rarity(indptr, item, len(items)),
    )


def _official(release: Release, occupations: Occupations) -> NDArray[np.uint8]:
    rank = np.zeros((len(occupations), len(occupations)), dtype=np.uint8)
    for pair in release.mobility:
        rank[occupations.find(pair.origin), occupations.find(pair.target)] = min(pair.order, LAST_RANK)
    return rank


def _numbered(names: Iterable[str]) -> dict[str, int]:
    """The distinct names in their order, each with its position."""
    return {name: position for position, name in enumerate(sorted(set(names)))}


def dump(tables: Tables) -> bytes:
    """The tables as one file: the same tables give the same bytes."""
    occupations, skills = tables.occupations, tables.skills
    texts = {
        "format": FORMAT,
        "version": tables.version,
        "titles": occupations.titles,
        "items": skills.codes,
        "labels": skills.labels,
        "macros": skills.macro_labels,
    }
    return pack(texts, {f"{owner}.{name}": array for owner, name, array in _arrays(tables)})


def _arrays(tables: Tables) -> Iterator[tuple[str, str, NDArray[Any]]]:
    for owner, thing in {"occupations": tables.occupations, "skills": tables.skills, "pairs": tables}.items():
        for name, value in vars(thing).items():
            if isinstance(value, np.ndarray):
                yield owner, name, value


def load(content: bytes) -> Tables:
    """The inverse of `dump`; raises Unreadable for anything else."""
    texts, arrays = unpack(content, FORMAT)
    try:
        return Tables(
            version=texts["version"],
            occupations=Occupations(titles=tuple(texts["titles"]), **_of("occupations", arrays)),
            skills=Skills(
                codes=tuple(texts["items"]),
                labels=tuple(texts["labels"]),
                macro_labels=tuple(texts["macros"]),
                **_of("skills", arrays),
            ),
            **_of("pairs", arrays),
        )
    except (KeyError, TypeError) as error:
        raise unreadable() from error


def _of(owner: str, arrays: Arrays) -> dict[str, Any]:
    return {name.removeprefix(f"{owner}."): array for name, array in arrays.items() if name.startswith(f"{owner}.")}
