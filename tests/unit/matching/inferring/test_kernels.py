"""Likeness by what métiers have in common."""

from __future__ import annotations

import math

import numpy as np
import pytest

from services.matching.inferring.kernels import along_axes, cosine, covered, text_bags, words

BAGS = [{"a": 1.0, "b": 1.0}, {"a": 1.0}, {"c": 1.0}]


def test_rare_things_weigh_more() -> None:
    """The cosine is that of vectors whose terms are the logarithms of rarity."""
    common, rare = math.log(3 / 2), math.log(3)
    assert cosine(BAGS)[0, 1] == pytest.approx(common / math.hypot(common, rare))


def test_what_shares_nothing_is_not_alike() -> None:
    """Nothing in common is 0, oneself is 1."""
    found = cosine(BAGS)
    assert (found[0, 2], found[2, 2]) == (0, 1)


def test_coverage_has_a_direction() -> None:
    """The first has all that the second has; the second has a part of what the first has."""
    found = covered(BAGS)
    assert found[0, 1] == 1
    assert found[1, 0] == pytest.approx(math.log(3 / 2) / (math.log(3 / 2) + math.log(3)))


def test_an_empty_fiche_is_like_nothing() -> None:
    """A métier without any item is 0 to all, and breaks nothing."""
    assert not cosine([*BAGS, {}])[3].any()
    assert not covered([*BAGS, {}])[:, 3].any()


def test_all_axes_say_what_the_cosine_says() -> None:
    """With every axis kept, nothing is lost."""
    alike = cosine(BAGS)
    assert np.allclose(along_axes(alike, (3,))[0], alike, atol=1e-6)


def test_words_lose_accents_and_plurals() -> None:
    """Two spellings of a word are one; short and empty words are none."""
    assert words("Les Élevages à l’œuvre") == words("elevage oeuvres")
    assert text_bags(["bois bois"])[0]["boi"] == pytest.approx(1 + math.log(2))
