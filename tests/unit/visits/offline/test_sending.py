"""What the server tells the script that sends a kept visit, beside the answer itself."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from shared.web.flash import FLASH_COOKIE
from tests.unit.visits.territory import SITE, Answer, Territory, form

FORM = "/visites/nouvelle"
ANSWERS = {"q-activity_trend": "up", "q-headcount_trend": "stable", "q-issues-none": "oui"}


def _send(territory: Territory, **headers: str) -> Answer:
    kind = "application/x-www-form-urlencoded"
    asked = {
        "origin": SITE,
        "content-type": kind,
        "accept": "application/json",
        "cookie": "vigie_session=capteur",
    } | headers
    return territory.serve("POST", FORM, asked, urlencode(form() | ANSWERS).encode())


def test_a_visit_whose_page_comes_next_is_announced_there(territory: Territory) -> None:
    """As after a form that is posted: the next page says that the visit is recorded."""
    answer = _send(territory, **{"vigie-then": "page"})
    assert answer.status == 201
    assert any(cookie.startswith(FLASH_COOKIE) for cookie in answer.cookies)


@pytest.mark.parametrize("headers", [{}, {"vigie-then": "queue"}])
def test_a_visit_that_leaves_in_the_background_announces_nothing(territory: Territory, headers: dict[str, str]) -> None:
    """Whatever page is opened next has nothing to do with it."""
    answer = _send(territory, **headers)
    assert answer.status == 201
    assert answer.cookies == ()
