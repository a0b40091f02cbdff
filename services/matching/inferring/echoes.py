"""What a table of mobility says of the métiers it has no row for: where their neighbours go, who is a target of whom.

An origin never sees the rows of its own family of version 3, be it given or not: what is learnt on the origins given
then holds for those whose whole family is absent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.matching.inferring.kernels import Matrix
from services.matching.reference.release import Release

NEAREST = 30
FEW = 10
TINY = 1e-9


@dataclass(frozen=True)
class Given:
    """A table of mobility by position: `order[origin, target]`, 0 without a passerelle; `seen`, the origins it has."""

    order: NDArray[np.int16]
    seen: NDArray[np.bool_]

    def without(self, hidden: NDArray[np.intp]) -> Given:
        """The same table without the rows of these origins."""
        order, seen = self.order.copy(), self.seen.copy()
        order[hidden], seen[hidden] = 0, False
        return Given(order, seen)


def given_of(release: Release) -> Given:
    """The table of the release."""
    place = {occupation.code: position for position, occupation in enumerate(release.occupations)}
    order = np.zeros((len(place), len(place)), dtype=np.int16)
    for passerelle in release.mobility:
        order[place[passerelle.origin], place[passerelle.target]] = passerelle.order
    return Given(order, np.asarray(order.any(axis=1), dtype=np.bool_))


def echoes(given: Given, like: Mapping[str, Matrix]) -> dict[str, Matrix]:
    """One matrix per reading of `features.ECHOES`."""
    strange = 1 - like["same_family"]
    blend = _blend([like["words"], like["axes"], like["skills"]])
    rows = np.asarray(given.order > 0, dtype=np.float32)
    visible = strange * given.seen[None, :].astype(np.float32)
    return {
        **_neighbours(given, rows, blend, visible, like),
        **_sources(rows, like["axes"] * visible),
        **_popularity(rows, visible, like),
        **_returns(rows, blend, strange),
    }


def _blend(likenesses: Sequence[Matrix]) -> Matrix:
    """Likenesses added up, each over its spread."""
    total = np.zeros_like(likenesses[0])
    for likeness in likenesses:
        total += np.maximum(likeness, 0) / max(float(likeness.std()), TINY)
    return total


def _neighbours(
    given: Given, rows: Matrix, blend: Matrix, visible: Matrix, like: Mapping[str, Matrix]
) -> dict[str, Matrix]:
    """Where the most alike of the origins seen go, by rank."""
    many, few = _nearest(blend * visible, NEAREST), _nearest(blend * visible, FEW)
    worth = np.where(given.order > 0, 1 / np.log2(1 + np.maximum(given.order, 1)), 0).astype(np.float32)
    return {
        "neighbours": many @ worth,
        "close_neighbours": few @ worth,
        "neighbours_families": many @ (rows @ like["same_family"]),
        "neighbours_domains": many @ (rows @ like["same_domain"]),
        "neighbours_akin": many @ (worth @ like["skills"]),
        "neighbours_themes": many @ (worth @ np.maximum(like["axes"], 0)),
    }


def _nearest(likeness: Matrix, count: int) -> Matrix:
    """Shares by the square of the likeness among the `count` most alike."""
    count = min(count, likeness.shape[1] - 1)
    bar = -np.partition(-likeness, count, axis=1)[:, count, None]
    kept = np.where(likeness > bar, likeness, 0) ** 2
    return np.asarray(kept / np.maximum(kept.sum(axis=1, keepdims=True), TINY), dtype=np.float32)


def _sources(rows: Matrix, likeness: Matrix) -> dict[str, Matrix]:
    """How alike are the two most alike of the origins that go to the target."""
    best, second = np.zeros_like(likeness), np.zeros_like(likeness)
    for target in range(len(rows)):
        ranked = np.sort(likeness[:, rows[:, target] > 0], axis=1)
        if ranked.shape[1]:
            best[:, target] = ranked[:, -1]
        if ranked.shape[1] > 1:
            second[:, target] = ranked[:, -2]
    return {"best_source": best, "second_source": second}


def _popularity(rows: Matrix, visible: Matrix, like: Mapping[str, Matrix]) -> dict[str, Matrix]:
    """How many per 100 of the origins seen go to the target, overall and from around this one, by the logarithm."""
    seen, chosen = visible.sum(axis=1, keepdims=True), visible @ rows
    usual = chosen / np.maximum(seen, 1)
    near = {"letter": (like["same_letter"], 20), "domain": (like["same_domain"], 10), "sector": (like["sectors"], 20)}
    around = {name: _rate(visible * mark, rows, usual, prior) for name, (mark, prior) in near.items()}
    flow = _flow(rows, visible, like["same_domain"])
    return {"popularity": _logged(usual), **{f"popularity_{name}": rate for name, rate in around.items()}, **flow}


def _rate(around: Matrix, rows: Matrix, usual: Matrix, prior: float) -> Matrix:
    rate = (around @ rows + prior * usual) / (around.sum(axis=1, keepdims=True) + prior)
    return _logged(rate)


def _flow(rows: Matrix, visible: Matrix, domain: Matrix) -> dict[str, Matrix]:
    """Passerelles per origin from the one's domain to the other's, by the target domain's size."""
    reached = (visible * domain) @ rows @ domain
    overall = (visible @ rows @ domain) / np.maximum(visible.sum(axis=1, keepdims=True), 1)
    rate = (reached + 3 * overall) / ((visible * domain).sum(axis=1, keepdims=True) + 3)
    return {"domain_flow": _logged(rate / domain.sum(axis=1)[None, :])}


def _returns(rows: Matrix, blend: Matrix, strange: Matrix) -> dict[str, Matrix]:
    """What the target's own row says: goes to this origin, or to ones like it; and who goes to both."""
    close = _nearest(blend * (1 - np.eye(len(blend), dtype=np.float32)), NEAREST)
    both, to_origin = (rows.T * strange) @ rows, (rows.T * strange).sum(axis=1)
    expected = np.sqrt((to_origin + 3)[:, None] * (rows.sum(axis=0) + 3)[None, :])
    return {
        "reverse": rows.T * strange,
        "reverse_akin": (close @ rows.T) * strange,
        "joint": np.asarray(both / expected, dtype=np.float32),
    }


def _logged(rate: Matrix) -> Matrix:
    return np.asarray(np.log(100 * rate + 0.05), dtype=np.float32)
