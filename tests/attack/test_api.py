"""Every route of the JSON APIs under schemathesis: hostile and honest cases, each role, no token, the other territory's ids."""

from __future__ import annotations

import re

import pytest

from tests.attack.fuzzing import KNOWN, Assault, Table, described
from tests.attack.wandering import wander

CASES, MANY_CASES = 1, 1_000
"""A route; the second with `--soak`."""
SHORT = {"alerts", "visits-importing"}
"""The documents that are walked through without `--soak`: the longest life, and the fewest routes."""


@pytest.mark.parametrize(("turn", "label"), [*enumerate(described())], ids=str)
def test_no_route_breaks_whatever_it_is_sent(assault: Assault, turn: int, label: str, soak: bool, table: Table) -> None:
    """No 5xx, no answer that the document does not describe, nothing done or shown without right, no GET that writes."""
    tally = assault.attack(assault.operations[label], MANY_CASES if soak else CASES, turn)
    table(label, tally)
    assert not tally.found, "\n\n".join(tally.found[:20])


@pytest.mark.parametrize("document", ["alerts", "visits", "visits-programmes", "visits-importing", "visits-register"])
def test_no_walk_from_answer_to_request_breaks(assault: Assault, document: str, soak: bool, table: Table) -> None:
    """Ids that one route gives out lead to the others, where the state has changed meanwhile: no 5xx, nothing undescribed."""
    if not soak and document not in SHORT:
        pytest.skip("walked through with --soak")
    tally = wander(assault, document, walks=300 if soak else 1, steps=20 if soak else 5)
    table(f"walks through {document}", tally)
    assert tally.cases > 1
    assert not tally.found, "\n\n".join(tally.found[:20])


def test_every_route_of_the_apis_is_attacked(assault: Assault) -> None:
    """A route that no document describes would be left out; one that nobody serves would prove nothing."""
    served = {
        f"{each.method} " + re.sub(r"<(\w+)>", r"{\1}", each.path): each.bearer for each in assault.front.routes()
    }
    attacked = set(assault.operations)
    assert attacked == set(described())
    assert {label for label, bearer in served.items() if bearer} <= attacked <= set(served)


def test_a_crash_and_a_trespass_would_be_seen(assault: Assault) -> None:
    """The judge is tried too: a route that answers 500, and one that lets a stranger in."""
    operation = assault.operations["GET /api/v1/alerts"]
    served = assault.front.serving("/api/v1/alerts")
    honest = served.handler
    object.__setattr__(served, "handler", lambda event, context: {"statusCode": 200, "headers": {}, "body": "{}"})
    lax = assault.attack(operation, 40, turn=len(KNOWN))
    object.__setattr__(served, "handler", lambda event, context: 1 / 0)
    broken = assault.attack(operation, 1)
    object.__setattr__(served, "handler", honest)
    assert lax.trespasses
    assert lax.breaks
    assert broken.crashes
