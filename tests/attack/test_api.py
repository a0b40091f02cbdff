"""Every route of the JSON APIs under schemathesis: hostile and honest cases, each role, no token, the other territory's ids."""

from __future__ import annotations

import re

import pytest

from tests.attack.fuzzing import DOCUMENTS, Assault, Tally
from tests.attack.wandering import wander

CASES, MANY_CASES = 1, 1_000
"""A route; the second with `--soak`."""
SHORT = {"alerts", "visits-importing"}
"""The documents that are walked through without `--soak`: the longest life, and the fewest routes."""
HEAD = f"{'route':<78}{'cases':>7}{'5xx':>5}{'breaks':>8}{'without right':>15}"


def row(label: str, tally: Tally) -> str:
    """A line of the table."""
    found = (len(tally.crashes), len(tally.breaks), len(tally.trespasses))
    return f"{label:<78}{tally.cases:>7}{found[0]:>5}{found[1]:>8}{found[2]:>15}"


@pytest.mark.parametrize("document", sorted(file.stem for file in DOCUMENTS.glob("*.json")))
def test_no_route_breaks_whatever_it_is_sent(
    assault: Assault, document: str, soak: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """No 5xx, no answer that the document does not describe, nothing done or shown without right, no GET that writes."""
    cases = MANY_CASES if soak else CASES
    routes = enumerate(assault.operations(document).items())
    tallies = {label: assault.attack(each, cases, turn) for turn, (label, each) in routes}
    table = "\n".join([HEAD, *(row(label, tally) for label, tally in tallies.items())])
    if soak:
        with capsys.disabled():
            print(f"\n{document}\n{table}")  # noqa: T201 - the table is what the long run is for
    found = [each for tally in tallies.values() for each in (*tally.crashes, *tally.breaks, *tally.trespasses)]
    assert not found, f"{table}\n" + "\n\n".join(found[:20])


@pytest.mark.parametrize("document", ["alerts", "visits", "visits-programmes", "visits-importing", "visits-register"])
def test_no_walk_from_answer_to_request_breaks(assault: Assault, document: str, soak: bool) -> None:
    """Ids that one route gives out lead to the others, where the state has changed meanwhile: no 5xx, nothing undescribed."""
    if not soak and document not in SHORT:
        pytest.skip("walked through with --soak")
    tally = wander(assault, document, walks=300 if soak else 1, steps=20 if soak else 5)
    assert tally.cases > 1
    assert tally.sound, "\n\n".join([*tally.crashes, *tally.breaks][:20])


def test_every_route_of_the_apis_is_attacked(assault: Assault) -> None:
    """A route that no document describes would be left out; one that nobody serves would prove nothing."""
    served = {
        f"{each.method} " + re.sub(r"<(\w+)>", r"{\1}", each.path): each.bearer for each in assault.front.routes()
    }
    described = set(assault.operations())
    assert {label for label, bearer in served.items() if bearer} <= described <= set(served)


def test_a_crash_and_a_trespass_would_be_seen(assault: Assault) -> None:
    """The judge is tried too: a route that answers 500, and one that lets a stranger in."""
    operation = assault.operations("alerts")["GET /api/v1/alerts"]
    served = assault.front.serving("/api/v1/alerts")
    honest = served.handler
    object.__setattr__(served, "handler", lambda event, context: {"statusCode": 200, "headers": {}, "body": "{}"})
    lax = assault.attack(operation, 5)
    object.__setattr__(served, "handler", lambda event, context: 1 / 0)
    broken = assault.attack(operation, 1)
    object.__setattr__(served, "handler", honest)
    assert lax.trespasses
    assert lax.breaks
    assert broken.crashes
