"""Which passerelles are inferred, and how they are judged."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from services.matching.inferring.calibrating import calibrated, reliability, said
from services.matching.inferring.echoes import given_of
from services.matching.inferring.judging import hidden_parts, judge, recall
from services.matching.inferring.ranking import KEPT, infer, kept, log_shares, probabilities
from services.matching.inferring.shapes import shipped
from services.matching.inferring.training import train
from services.matching.reference.release import read_release
from tests.unit.matching.inferring.small_release import CODES, release

FAMILIES = np.array([f"{code[:4]}1" for code in CODES])
DOMAINS = np.array([code[:3] for code in CODES])


def test_official_passerelles_are_never_inferred() -> None:
    """What the table says, and the origin itself, are 0; the rest has its percentile."""
    one = release()
    found = infer(one, train(one))
    assert not found[given_of(one).order > 0].any()
    assert not found.diagonal().any()
    assert found.max() <= 1000


def test_percentiles_follow_the_score() -> None:
    """The best of an origin's targets is 1,000, and a better one never has less."""
    score = np.arange(144, dtype=float).reshape(12, 12)
    found = kept(score, given_of(release(())))
    assert found[0].tolist() == [0, *(int(np.ceil(1000 * (1 - rank / 11))) for rank in range(10, -1, -1))]


def test_no_more_than_so_many_are_kept() -> None:
    """An origin keeps its best ranks only."""
    count = KEPT + 20
    one = given_of(release(()))
    wide = type(one)(np.zeros((count, count), np.int16), np.zeros(count, np.bool_))
    assert (kept(np.ones((count, count)), wide) > 0).sum(axis=1).tolist() == [KEPT] * count


def test_shares_of_an_origin_add_up() -> None:
    """Targets share 1, the origin itself gets nothing, and a probability stays between 0 and 1."""
    score = np.eye(12) * 50 + np.arange(12)
    assert np.allclose(np.exp(log_shares(score, np.arange(12))).sum(axis=1), 1)
    assert np.exp(log_shares(score, np.arange(12))).diagonal().tolist() == [0] * 12
    chance = probabilities(score, train(release()))
    assert chance.min() >= 0
    assert chance.max() <= 1


def test_a_family_is_hidden_whole() -> None:
    """Each origin is in one part, with all of its family."""
    parts = hidden_parts(given_of(release()), FAMILIES, 3, seed=1)
    assert sorted(np.concatenate(parts).tolist()) == list(range(12))
    assert all(not set(FAMILIES[part]) & set(np.delete(FAMILIES, part)) for part in parts)


def test_recall_counts_the_ten_best() -> None:
    """One of two targets found is a half; across domains only others' targets and candidates count."""
    official = np.zeros((1, 12), dtype=np.bool_)
    official[0, [1, 11]] = True
    found = recall(-np.arange(12.0)[None, :], official, DOMAINS, np.array([0]))
    assert (found.whole, found.across) == (0.5, 1.0)


def test_calibration_says_what_is_found() -> None:
    """On shares that are probabilities already the line is near the identity, and the bands agree."""
    draw = np.random.default_rng(3)
    chance = draw.uniform(0.01, 0.6, 20_000)
    official = draw.uniform(size=20_000) < chance
    line = calibrated(np.log(chance), official)
    bands = reliability(said(np.log(chance), line), official)
    assert all(abs(band.said - band.found) < 0.05 for band in bands)
    assert sum(band.pairs for band in bands) == 20_000


def test_judging_the_same_twice_gives_the_same() -> None:
    """Figures depend on the release alone."""
    assert judge(release(), parts=3) == judge(release(), parts=3)


def test_every_origin_of_the_rome_gets_some() -> None:
    """With the shipped weights, no origin of the official release is left without an inferred passerelle."""
    folder = os.environ.get("VIGIE_ROME")
    if not folder:
        pytest.skip("VIGIE_ROME does not say where the official release is")
    one = read_release(Path(folder))
    assert (infer(one, shipped()) > 0).sum(axis=1).min() > 0
