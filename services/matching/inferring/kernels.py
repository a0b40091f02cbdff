"""How alike métiers are by what they have in common, rare things first: cosines for all pairs at once."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
"""One value per [origin, target]."""
Bags = Sequence[Mapping[str, float]]
"""For each métier, how much of each thing it has."""

STEM = 7
"""Letters of a word that count: "maintenance" and "maintenir" stay apart, "technicien" and "techniques" too."""
_STOP = (
    "le la les de des du un une et en au aux dans pour par sur ou avec son sa ses se qu que qui est sont ce cette ces "
    "ne pas il elle peut plus selon ainsi the of leur leurs"
)
STOP = frozenset(_STOP.split())
_WORD = re.compile(r"[a-z0-9]+")


def words(text: str) -> list[str]:
    """The words that count, without accents, ending nor plural."""
    plain = unicodedata.normalize("NFD", text.lower().replace("œ", "oe"))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return [
        (word[:-1] if word[-1] in "sx" else word)[:STEM]
        for word in _WORD.findall(bare)
        if len(word) > 1 and word not in STOP
    ]


def text_bags(texts: Iterable[str]) -> list[dict[str, float]]:
    """The words of each text; one that comes back counts by the logarithm."""
    return [{word: 1 + float(np.log(count)) for word, count in Counter(words(text)).items()} for text in texts]


def cosine(bags: Bags) -> Matrix:
    """Cosines between métiers, each thing weighing the logarithm of how rare it is."""
    total = np.zeros((len(bags), len(bags)))
    for holders, amounts in _weighed(bags):
        total[np.ix_(holders, holders)] += np.outer(amounts, amounts)
    length = np.sqrt(np.maximum(total.diagonal(), 1e-12))
    return np.asarray(total / np.outer(length, length), dtype=np.float32)


def covered(bags: Bags) -> Matrix:
    """The share [origin, target] of what the target has, by rarity and amount, that the origin has too."""
    total = np.zeros((len(bags), len(bags)))
    for holders, amounts in _weighed(bags):
        total[np.ix_(holders, holders)] += amounts[None, :]
    return np.asarray(total / np.maximum(total.diagonal(), 1e-12)[None, :], dtype=np.float32)


def along_axes(alike: Matrix, counts: Sequence[int]) -> list[Matrix]:
    """Cosines along so many main axes of a matrix of cosines: words that go together count as one."""
    values, vectors = np.linalg.eigh(alike.astype(np.float64))
    places = (vectors * np.sqrt(np.maximum(values, 0)))[:, ::-1]
    return [_directions(places[:, :count]) for count in counts]


def _directions(places: NDArray[np.float64]) -> Matrix:
    unit = places / np.maximum(np.linalg.norm(places, axis=1, keepdims=True), 1e-12)
    return np.asarray(unit @ unit.T, dtype=np.float32)


def _weighed(bags: Bags) -> list[tuple[NDArray[np.intp], NDArray[np.float64]]]:
    """For each thing, in order: who has it, and how much of it times its rarity."""
    held: dict[str, list[tuple[int, float]]] = {}
    for who, bag in enumerate(bags):
        for thing, amount in bag.items():
            held.setdefault(thing, []).append((who, amount))
    return [
        (np.array([who for who, _ in held[thing]]), np.array([amount for _, amount in held[thing]]) * rarity)
        for thing in sorted(held)
        if (rarity := float(np.log(len(bags) / len(held[thing]))))
    ]
