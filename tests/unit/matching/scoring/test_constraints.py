"""Constraints: each refusal by its name, the first that applies, and no refusal for what nobody said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from services.matching.scoring.constraints import TESTS, Refusal, obstacles
from services.matching.scoring.contracts import Contract
from services.matching.scoring.rules import Rules
from services.matching.scoring.scoring import score_run
from services.matching.scoring.sides import Run, pairs_of
from services.matching.scoring.terms import days
from shared.errors import Invalid
from tests.unit.matching.scoring.small_territory import MONTBELIARD, NANCY, ON, blank, declared, met, row, rules

TODAY = days(ON)
NONE = np.zeros(1, dtype=np.intp)


def refusal(run: Run) -> str | None:
    """The name under which a run of one pair counts it, or None for an edge."""
    scored = score_run(run)
    names = [str(name) for name, count in scored.refusals.items() if count]
    assert len(names) + len(scored.edges) == 1
    return names[0] if names else None


def told(source: dict[str, Any], opening: dict[str, Any], **terms: Any) -> str | None:
    """The same, of two rows of the same métier but for what they say."""
    reference = blank(official_rank=[(0, 1, 1)], coverage=[(0, 1, 500)], regulated=[(2, 0, 0)])
    names = ("permis C", "CACES")
    return refusal(met(rules(reference, certificates=names, **terms), row("s", **source), row("o", **opening)))


@pytest.mark.parametrize(
    ("source", "opening", "terms", "expected"),
    [
        ({}, {}, {}, None),
        ({"consented": False}, {}, {}, "consent"),
        ({"enterprise": 7}, {"enterprise": 7}, {}, "same_enterprise"),
        ({"enterprise": 7}, {"enterprise": 8}, {}, None),
        ({"enterprise": -1}, {"enterprise": -1}, {}, None),
        ({}, {"occupation": 1}, {}, None),
        ({"occupation": 1}, {}, {}, "passerelle"),
        ({}, {"occupation": 1}, {"most_hours": 224}, "training"),
        ({}, {"occupation": 1}, {"most_hours": 225}, None),
        ({}, {}, {"least_hours": 150}, "training"),
        ({"radius_m": 19_000}, {"place": MONTBELIARD}, {}, "distance"),
        ({"radius_m": 20_000}, {"place": MONTBELIARD}, {}, None),
        ({"place": None, "radius_m": 0}, {"place": NANCY}, {}, None),
        ({"place": NANCY}, {"place": None}, {}, None),
        ({"place": None}, {"place": None}, {}, None),
        ({}, {"starts_on": TODAY - 30}, {}, None),
        ({}, {"starts_on": TODAY - 31}, {}, "dates"),
        ({}, {"starts_on": TODAY + 45 - 30, "occupation": 1}, {}, None),
        ({}, {"starts_on": TODAY + 45 - 31, "occupation": 1}, {}, "dates"),
        ({"ends_on": TODAY + 100}, {"starts_on": TODAY + 69}, {}, "dates"),
        ({"ends_on": TODAY + 100}, {"starts_on": TODAY + 280}, {}, None),
        ({"ends_on": TODAY + 100}, {"starts_on": TODAY + 281}, {}, "dates"),
        ({}, {"starts_on": TODAY + 400}, {}, None),
        ({"ends_on": TODAY + 900}, {}, {}, None),
        ({}, {"certificates": ["CACES"]}, {}, "certificate"),
        ({"certificates": ["permis C"]}, {"certificates": ["CACES", "permis C"]}, {}, "certificate"),
        ({"certificates": ["CACES", "permis C"]}, {"certificates": ["CACES"]}, {}, None),
        ({"wage": 200_000}, {"wage": 199_999}, {"wage_floor": 1000}, "wage"),
        ({"wage": 200_001}, {"wage": 180_000}, {"wage_floor": 900}, "wage"),
        ({"wage": 200_000}, {"wage": 180_000}, {"wage_floor": 900}, None),
        ({"wage": 200_000}, {}, {"wage_floor": 1000}, None),
        ({}, {"wage": 1}, {"wage_floor": 1000}, None),
        ({}, {"contract": 3}, {"contracts": frozenset({Contract.PERMANENT})}, "contract"),
        ({}, {"contract": 0}, {"contracts": frozenset({Contract.PERMANENT})}, None),
        ({"territory": 1}, {"territory": 2}, {}, "territory"),
        ({"territory": 1}, {"territory": 2}, {"crosses_territories": True}, None),
        ({}, {}, {"least_score": 900}, "score"),
    ],
)
def test_a_pair_is_refused_under_its_name(
    source: dict[str, Any], opening: dict[str, Any], terms: dict[str, Any], expected: str | None
) -> None:
    """One fact changed, one refusal told; and what nobody said refuses nothing."""
    assert told(source, opening, **terms) == expected


def test_the_first_refusal_in_the_order_counts() -> None:
    """With everything against it, a pair is refused for consent; facts put right one by one, it is told the next."""
    bad: list[tuple[dict[str, Any], dict[str, Any], str]] = [
        ({"consented": False}, {}, "consent"),
        ({"enterprise": 7}, {"enterprise": 7}, "same_enterprise"),
        ({"occupation": 3}, {}, "passerelle"),
        ({"radius_m": 100}, {"place": NANCY}, "distance"),
        ({}, {"starts_on": 1}, "dates"),
        ({}, {"certificates": ["CACES"]}, "certificate"),
        ({"wage": 9}, {"wage": 1}, "wage"),
        ({}, {"contract": 3}, "contract"),
        ({"territory": 1}, {"territory": 2}, "territory"),
    ]
    terms: dict[str, Any] = {"wage_floor": 1000, "contracts": frozenset({Contract.PERMANENT})}
    for left in range(len(bad)):
        source: dict[str, Any] = {}
        opening: dict[str, Any] = {}
        for one in bad[left:]:
            source, opening = {**one[0], **source}, {**one[1], **opening}
        assert told(source, opening, **terms) == bad[left][2]


def regulated(**changes: Any) -> Rules:
    """Rules in which métier 0 leads to the regulated métier 2, by the official table or by a declaration."""
    reference = blank(official_rank=[(0, 2, 1)], regulated=[(2, 0, 0)])
    names = ("DEAS",)
    passerelles = [declared(reference, 0, 2, **changes)] if changes else []
    return rules(reference, *passerelles, certificates=names)


def test_a_regulated_job_takes_those_who_practise_it() -> None:
    """When the opening does not name the certificate, another métier is refused and the same one is not."""
    opening = row("o", occupation=2)
    assert refusal(met(regulated(), row("s"), opening)) == "certificate"
    assert refusal(met(regulated(), row("s", occupation=2), opening)) is None


def test_training_may_give_the_certificate() -> None:
    """A declared passerelle that qualifies opens a regulated job, unless it gives another certificate than the one named."""
    unnamed, named = row("o", occupation=2), row("o", occupation=2, certificates=["DEAS"])
    assert refusal(met(regulated(certification="DEAS"), row("s"), unnamed)) is None
    assert refusal(met(regulated(certification="DEAS"), row("s"), named)) is None
    assert refusal(met(regulated(certification="Autre titre"), row("s"), unnamed)) is None
    assert refusal(met(regulated(certification="Autre titre"), row("s"), named)) == "certificate"
    assert refusal(met(regulated(hours=10), row("s"), unnamed)) == "certificate"


def test_all_obstacles_of_a_pair_can_be_told() -> None:
    """Not only the first: what an explanation needs to say what would unlock it."""
    reference = rules(blank())
    run = met(reference, row("s", radius_m=1, consented=False), row("o", place=NANCY, starts_on=1))
    flags = obstacles(run, pairs_of(run, NONE, NONE))[:, 0]
    assert [name for name, flag in zip(TESTS, flags, strict=True) if flag] == [
        Refusal.CONSENT,
        Refusal.DISTANCE,
        Refusal.DATES,
    ]


def test_an_occupation_of_another_reference_is_refused() -> None:
    """A position out of the tables is an error, not a wrong métier."""
    with pytest.raises(Invalid):
        met(rules(blank()), row("s", occupation=24), row("o"))


def test_certificates_of_another_vocabulary_are_refused() -> None:
    """Bits that are counted otherwise would be read as other certificates."""
    names = tuple(f"c{number}" for number in range(65))
    source, opening = row("s"), row("o")
    run = met(rules(blank(), certificates=names), source, opening)
    with pytest.raises(Invalid):
        Run(run.sources, run.openings, rules(blank()))
