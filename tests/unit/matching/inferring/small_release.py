"""A release of twelve métiers in six families, whose passerelles go where the skills go."""

from __future__ import annotations

from services.matching.reference.release import Core, Item, Kind, Link, Mobility, Occupation, Release, Sector, Texts

TRADES = {
    "A1101": ("Conducteur d'engins agricoles", "engins sol semis"),
    "A1102": ("Bûcheron", "engins bois abattage"),
    "B1101": ("Ébéniste", "bois dessin finition"),
    "B1102": ("Luthier", "bois finition musique"),
    "C1101": ("Conseiller bancaire", "clients crédit comptes"),
    "C1102": ("Courtier", "clients crédit contrats"),
    "D1101": ("Vendeur en boutique", "clients caisse rayon"),
    "D1102": ("Caissier", "caisse rayon comptes"),
    "E1101": ("Graphiste", "dessin images textes"),
    "E1102": ("Illustrateur", "dessin images finition"),
    "F1101": ("Maçon", "sol béton levage"),
    "F1102": ("Charpentier", "bois levage dessin"),
}
CODES = tuple(TRADES)


def mobility() -> tuple[Mobility, ...]:
    """Each goes first to the one of its domain, then to the one after that shares most."""
    return tuple(Mobility(code, target, order) for code in CODES for order, target in enumerate(_alike(code), start=1))


def _alike(code: str) -> list[str]:
    held = set(TRADES[code][1].split())
    others = [other for other in CODES if other != code and held & set(TRADES[other][1].split())]
    return sorted(others, key=lambda other: (-len(held & set(TRADES[other][1].split())), other))[:3]


def release(pairs: tuple[Mobility, ...] | None = None) -> Release:
    """The whole, or with another table of mobility."""
    skills = sorted({word for _, words in TRADES.values() for word in words.split()})
    return Release(
        version="v000",
        digest="0" * 64,
        occupations=tuple(Occupation(code, title, False, f"{code[:4]}1") for code, (title, _) in TRADES.items()),
        items={word: Item(word, f"Connaître {word}", Kind.KNOW_HOW, "") for word in skills},
        links=tuple(
            Link(code, word, Core.MAIN if place == 0 else Core.NONE)
            for code, (_, words) in TRADES.items()
            for place, word in enumerate(words.split())
        ),
        mobility=mobility() if pairs is None else pairs,
        macros={},
        texts={
            code: Texts(f"{title} : {words}", "Accessible avec un CAP ou un Bac+2")
            for code, (title, words) in TRADES.items()
        },
        sectors=tuple(Sector(code[0], code[0], "", "", code, True) for code in CODES),
        domains={},
        ignored={},
    )
