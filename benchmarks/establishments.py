"""A synthetic file of SIRENE's establishments: INSEE's columns, valid numbers, the same bytes for the same seed.

Names, communes and activities are spread as unevenly as a department's; nothing in it is about anybody.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

from benchmarks.progress import Bar

COMMUNES = 300
CLOSED, HIDDEN, WRONG, CHANGED = 0.1, 0.05, 0.002, 0.02
"""Shares of the rows: closed, with `[ND]`, with a number that is not right; and what a later file has changed."""
IDENTITY = (
    "siren",
    "nic",
    "siret",
    "statutDiffusionEtablissement",
    "dateCreationEtablissement",
    "dateDernierTraitementEtablissement",
    "etablissementSiege",
    "nombrePeriodesEtablissement",
)
PLACE = (
    "numeroVoieEtablissement",
    "typeVoieEtablissement",
    "libelleVoieEtablissement",
    "codePostalEtablissement",
    "libelleCommuneEtablissement",
    "codeCommuneEtablissement",
)
ACTIVITY = (
    "trancheEffectifsEtablissement",
    "anneeEffectifsEtablissement",
    "etatAdministratifEtablissement",
    "enseigne1Etablissement",
    "enseigne2Etablissement",
    "enseigne3Etablissement",
    "denominationUsuelleEtablissement",
    "activitePrincipaleEtablissement",
    "nomenclatureActivitePrincipaleEtablissement",
    "activitePrincipaleNAF25Etablissement",
    "caractereEmployeurEtablissement",
    "denominationUniteLegale",
)
HEADER = (*IDENTITY, *PLACE, *ACTIVITY)
SIRET, BAND, STATE = map(HEADER.index, ("siret", ACTIVITY[0], ACTIVITY[2]))
UNDISCLOSED = "[ND]"
BANDS = ("NN", "00", "01", "02", "03", "11", "12", "21", "22", "31", "32", "41")
BAND_WEIGHTS = (62, 6, 13, 8, 5, 3, 2, 0.6, 0.25, 0.08, 0.05, 0.02)
DIVISIONS = (10, 25, 29, 43, 45, 46, 47, 47, 56, 56, 68, 70, 86, 96)
TRADES: tuple[str, ...] = (
    *("Garage", "Boulangerie", "Menuiserie", "Mécanique", "Transports", "Cabinet", "Ets", "Atelier", "Pharmacie"),
    *("Maçonnerie", "Électricité", "Coiffure", "Taxi", "Horlogerie", "Usinage", "Plastiques", "Fonderie"),
)
SYLLABLES = ("ba", "cor", "du", "lan", "mi", "ner", "o", "par", "ro", "sa", "ti", "vau", "bel", "che", "gri", "hu")
WAYS, PLACES = (
    ("RUE", "AVENUE", "IMPASSE", "CHEMIN"),
    ("DES GRANGES", "DE LA GARE", "DU LION", "DES PRES", "VICTOR HUGO"),
)


def write_file(path: Path, rows: int, *, changed: bool = False, seed: int = 2026) -> int:
    """Writes so many rows; `changed` is the same file a month later. Returns how many rows differ."""
    bar = Bar("Writing the file", rows)
    later = random.Random(seed + 1)  # noqa: S311 - a seed is the point
    differ = 0
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER)
        for number, row in enumerate(_rows(rows, random.Random(seed))):  # noqa: S311 - a seed is the point
            moved = changed and later.random() < CHANGED and _is_kept(row)
            differ += moved
            writer.writerow(_moved(row) if moved else row)
            bar.at(number)
    bar.close()
    return differ


def _is_kept(row: list[str]) -> bool:
    """Whether an import keeps this row: neither closed nor wrong."""
    return row[STATE] == "A" and len(row[SIRET]) == len("73282932000074")


def _moved(row: list[str]) -> list[str]:
    """A month later, one employee more than its band held."""
    later = BANDS[(BANDS.index(row[BAND]) + 1) % len(BANDS)]
    return [*row[:BAND], later, *row[BAND + 1 :]]


def _rows(count: int, draw: random.Random) -> Iterator[list[str]]:
    sirens, nic = _sirens(draw), 0
    siren = next(sirens)
    weights = list(accumulate(1 / (rank + 3) for rank in range(COMMUNES)))
    for _ in range(count):
        same = draw.random() < 0.25 and nic < 90
        siren, nic = (siren, nic + 1) if same else (next(sirens), 1)
        yield _row(draw, _siret(siren, nic), draw.choices(range(COMMUNES), cum_weights=weights)[0], head=nic == 1)


def _row(draw: random.Random, siret: str, commune: int, *, head: bool) -> list[str]:
    hidden = draw.random() < HIDDEN
    identity = [
        siret[:9],
        siret[9:],
        siret[:13] if draw.random() < WRONG else siret,
        "P" if hidden else "O",
        f"{draw.randrange(1970, 2026)}-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}",
        "2026-08-31T12:00:00",
        "true" if head else "false",
        str(draw.randrange(1, 6)),
    ]
    return [*identity, *_place(draw, commune, hidden=hidden), *_activity(draw, hidden=hidden)]


def _place(draw: random.Random, commune: int, *, hidden: bool) -> list[str]:
    street = [str(draw.randrange(1, 200)), draw.choice(WAYS), draw.choice(PLACES)]
    town = [f"{25000 + commune // 4 * 10:05}", f"COMMUNE {commune}", f"{25000 + commune:05}"]
    return [*([UNDISCLOSED] * 3 if hidden else street), *town]


def _activity(draw: random.Random, *, hidden: bool) -> list[str]:
    band = draw.choices(BANDS, BAND_WEIGHTS)[0]
    name = f"{draw.choice(TRADES)} {''.join(draw.choices(SYLLABLES, k=3))}".upper()
    naf = f"{draw.choice(DIVISIONS)}.{draw.randrange(10)}{draw.randrange(3)}Z"
    return [
        band,
        "" if band == "NN" else "2023",
        "F" if draw.random() < CLOSED else "A",
        *["", "", "", UNDISCLOSED if hidden else ""],
        naf,
        "NAFRev2",
        f"{naf[:-1]}Y",
        "N" if band in ("NN", "00") else "O",
        UNDISCLOSED if hidden else name,
    ]


def _sirens(draw: random.Random) -> Iterator[str]:
    """Valid ones, each once: they grow by chance steps."""
    value = 30_000_000
    while True:
        value += draw.randrange(1, 100)
        yield _with_key(f"{value:08}")


def _siret(siren: str, nic: int) -> str:
    return _with_key(f"{siren}{nic:04}")


def _with_key(digits: str) -> str:
    """The digits and Luhn's key."""
    doubled = [sum(divmod(2 * int(digit), 10)) for digit in digits[::-2]]
    return digits + str(-(sum(doubled) + sum(map(int, digits[-2::-2]))) % 10)
