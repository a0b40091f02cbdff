"""Points: whole numbers that add up, with what is not known neutral and said so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from services.matching.scoring.contracts import Contract
from services.matching.scoring.points import components, scores, seven, unsaid
from services.matching.scoring.scoring import score_run
from services.matching.scoring.sides import pairs_of
from services.matching.scoring.terms import days
from services.matching.scoring.weights import COMPONENTS
from tests.unit.matching.scoring.small_territory import MONTBELIARD, ON, blank, declared, instance, met, row, rules

TODAY = days(ON)
ONE = np.zeros(1, dtype=np.intp)


def points(source: dict[str, Any], opening: dict[str, Any]) -> dict[str, int | None]:
    """The seven points of a pair by name; None for what nobody said, which is neutral."""
    reference = blank(official_rank=[(0, 1, 3)], coverage=[(0, 1, 640), (0, 2, 100)])
    run = met(
        rules(reference, declared(reference, 0, 2, grade=700, hours=525)), row("s", **source), row("o", **opening)
    )
    pairs = pairs_of(run, ONE, ONE)
    made, unknown = seven(run, pairs)[0].tolist(), unsaid(run, pairs)[0].tolist()
    assert all(point == 500 for point, flag in zip(made, unknown, strict=True) if flag)
    return {name: None if flag else point for name, point, flag in zip(COMPONENTS, made, unknown, strict=True)}


def test_what_nobody_said_is_neutral_and_said_so() -> None:
    """The same métier with nothing else known: three facts, four neutral points."""
    assert points({"place": None}, {}) == {
        "passerelle": 1000,
        "skills": 1000,
        "training": 1000,
        "distance": None,
        "timing": None,
        "contract": None,
        "wage": None,
    }


def test_metiers_give_three_points() -> None:
    """An official passerelle with its rank, the skills shared, the hours their lack needs; a declared one with its own."""
    official, own = points({}, {"occupation": 1}), points({}, {"occupation": 2})
    assert (official["passerelle"], official["skills"], official["training"]) == (850, 640, 922)
    assert (own["passerelle"], own["skills"], own["training"]) == (700, 100, 750)


def test_distance_costs_points_up_to_sixty_kilometres() -> None:
    """19,517 m by road leave 674 thousandths; the same place leaves all."""
    assert points({}, {})["distance"] == 1000
    assert points({}, {"place": MONTBELIARD})["distance"] == 674


@pytest.mark.parametrize(("wait", "expected"), [(-30, 0), (-15, 500), (0, 1000), (30, 1000), (105, 500), (180, 0)])
def test_timing_is_full_for_a_month_then_falls(wait: int, expected: int) -> None:
    """From the day of readiness to the start: late, on time, later."""
    assert points({"ends_on": TODAY + 50}, {"starts_on": TODAY + 50 + wait})["timing"] == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (Contract.PERMANENT, Contract.PERMANENT, 1000),
        (Contract.PERMANENT, Contract.FIXED_TERM, 500),
        (Contract.PERMANENT, Contract.AGENCY, 0),
        (Contract.AGENCY, Contract.PERMANENT, 1000),
    ],
)
def test_a_shorter_contract_costs_points(old: Contract, new: Contract, expected: int) -> None:
    """A longer one gives no more than the same."""
    assert points({"contract": old}, {"contract": new})["contract"] == expected


@pytest.mark.parametrize(("offered", "expected"), [(150_000, 0), (175_000, 500), (199_999, 996), (200_000, 1000)])
def test_a_lower_wage_costs_points(offered: int, expected: int) -> None:
    """None are left at three quarters of the present one."""
    assert points({"wage": 200_000}, {"wage": offered})["wage"] == expected


def test_components_add_up_on_every_edge() -> None:
    """What is told of a pair sums to its score, in a whole random territory."""
    run = instance(1, least_score=0)
    edges = score_run(run).edges
    pairs = pairs_of(run, edges.source, edges.opening)
    assert len(edges) > 20
    assert (components(run, pairs).sum(axis=1) == edges.score).all()
    assert (scores(run, pairs) == edges.score).all()
