"""What two fiches say of each other without any table of mobility: skills, texts, sectors, place in the tree of codes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable

import numpy as np

from services.matching.inferring.kernels import Matrix, along_axes, cosine, covered, text_bags
from services.matching.reference.release import Core, Kind, Link, Release

CORE = 2.0
"""What an item at the heart of a fiche counts for, against 1 for another."""
LEVELS: tuple[tuple[float, str], ...] = (
    (5, r"bac ?\+ ?[5-9]|master|ingénieur|doctorat|grande école|école de commerce"),
    (4, r"bac ?\+ ?[34]|licence|bachelor"),
    (3, r"bac ?\+ ?2|\bbts\b|\bdut\b|\bbut\b|deust"),
    (2, r"\bbac\b(?! ?\+)|baccalauréat|brevet professionnel"),
    (1, r"\bcap\b|\bbep\b|\bcapa\b"),
    (0, r"sans diplôme|sans formation|sans qualification|aucun diplôme|sans expérience"),
)
"""Years after the baccalauréat, or below it, and the words that say them in the access to a métier."""
UNSAID = 2.5
Bag = dict[str, float]


def likenesses(release: Release) -> dict[str, Matrix]:
    """One matrix per reading of `features.LIKENESSES`."""
    return {**_skills(release), **_texts(release), **_sectors(release), **_tree(release), **_levels(release)}


def _skills(release: Release) -> dict[str, Matrix]:
    known = {Kind.KNOW_HOW, Kind.KNOWLEDGE}
    even = _bags(release, lambda link: float(release.items[link.ogr].kind in known))
    heavy = _bags(release, lambda link: _weight(link) * (release.items[link.ogr].kind in known))
    cover = covered(heavy)
    return {
        "skills": cosine(even),
        "coverage": cover,
        "coverage_back": cover.T.copy(),
        "know_how": cosine(_bags(release, lambda link: float(release.items[link.ogr].kind == Kind.KNOW_HOW))),
        "knowledge": cosine(_bags(release, lambda link: float(release.items[link.ogr].kind == Kind.KNOWLEDGE))),
        "contexts": cosine(_bags(release, lambda link: float(release.items[link.ogr].kind == Kind.CONTEXT))),
        "macros": cosine(_macro_bags(release)),
    }


def _weight(link: Link) -> float:
    return 1.0 if link.core == Core.NONE else CORE


def _bags(release: Release, weight: Callable[[Link], float]) -> list[Bag]:
    found: dict[str, Bag] = defaultdict(dict)
    for link in release.links:
        if amount := weight(link):
            found[link.rome][link.ogr] = amount
    return _in_order(release, found)


def _macro_bags(release: Release) -> list[Bag]:
    found: dict[str, Bag] = defaultdict(dict)
    for link in release.links:
        macro = link.ogr if link.ogr in release.macros else release.items[link.ogr].macro
        if macro:
            found[link.rome][macro] = found[link.rome].get(macro, 0.0) + 1
    return [{macro: count**0.5 for macro, count in bag.items()} for bag in _in_order(release, found)]


def _in_order(release: Release, found: dict[str, Bag]) -> list[Bag]:
    return [found.get(occupation.code, {}) for occupation in release.occupations]


def _texts(release: Release) -> dict[str, Matrix]:
    titles = [occupation.title for occupation in release.occupations]
    definitions, accesses, labels = _definitions(release), _accesses(release), _labels(release)
    parts = zip(titles, definitions, accesses, labels, strict=True)
    whole = cosine(text_bags(" ".join((title, title, title, *others)) for title, *others in parts))
    both = zip(titles, definitions, strict=True)
    axes, main_axes = along_axes(whole, (150, 60))
    return {
        "words": whole,
        "axes": axes,
        "themes": main_axes,
        "summary": cosine(text_bags(" ".join((title, title, definition)) for title, definition in both)),
        "titles": cosine(text_bags(titles)),
        "access": cosine(text_bags(accesses)),
    }


def _definitions(release: Release) -> list[str]:
    texts = release.texts
    return [texts[one.code].definition if one.code in texts else "" for one in release.occupations]


def _accesses(release: Release) -> list[str]:
    return [release.texts[one.code].access if one.code in release.texts else "" for one in release.occupations]


def _labels(release: Release) -> list[str]:
    found: dict[str, list[str]] = defaultdict(list)
    for link in release.links:
        item = release.items[link.ogr]
        if item.kind in {Kind.KNOW_HOW, Kind.KNOWLEDGE}:
            found[link.rome].append(item.label)
    return [" ".join(found[occupation.code]) for occupation in release.occupations]


def _sectors(release: Release) -> dict[str, Matrix]:
    found: dict[str, Bag] = defaultdict(dict)
    for sector in release.sectors:
        found[sector.rome][sector.sector] = 1.0
    return {"sectors": cosine(_in_order(release, found))}


def _tree(release: Release) -> dict[str, Matrix]:
    codes = [occupation.code for occupation in release.occupations]
    families = [occupation.family for occupation in release.occupations]
    heads = np.array([code == family for code, family in zip(codes, families, strict=True)])
    return {
        "same_family": same(families),
        "same_domain": same(code[:3] for code in codes),
        "same_letter": same(code[:1] for code in codes),
        "near_domain": same(code[:1] for code in codes) / (1 + _apart(int(code[1:3]) for code in codes)),
        "near_family": same(family[:3] for family in families) / (1 + _apart(int(family[3:]) for family in families)),
        "head": np.broadcast_to(heads.astype(np.float32), (len(codes), len(codes))),
    }


def same(marks: Iterable[str]) -> Matrix:
    """1 where both have the same mark, else 0."""
    _, group = np.unique(np.array(list(marks)), return_inverse=True)
    return np.asarray(group[:, None] == group[None, :], dtype=np.float32)


def _apart(numbers: Iterable[int]) -> Matrix:
    place = np.array(list(numbers), dtype=np.float32)
    return np.asarray(np.abs(place[:, None] - place[None, :]), dtype=np.float32)


def _levels(release: Release) -> dict[str, Matrix]:
    level = np.array([_level(access.lower()) for access in _accesses(release)], dtype=np.float32)
    regulated = np.array([occupation.regulated for occupation in release.occupations])
    return {
        "level_rise": level[None, :] - level[:, None],
        "regulated_rise": np.asarray(regulated[None, :] & ~regulated[:, None], dtype=np.float32),
    }


def _level(access: str) -> float:
    said = [level for level, pattern in LEVELS if re.search(pattern, access)]
    return sum(said) / len(said) if said else UNSAID
