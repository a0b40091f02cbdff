"""Nobody acts: the recalls leave at 24, 36, 44 and 48 hours, to whom they should, and the breach is recorded for ever."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from shared.clock import PARIS
from tests.system.machine import machine_of
from tests.system.people import (
    COORDINATOR,
    DEPUTY,
    MANAGER,
    STEERING,
    Person,
    report_urgent_need,
    signed_in,
)
from tests.system.world import World

PEOPLE = (COORDINATOR, DEPUTY, MANAGER, STEERING)
ROUND = timedelta(minutes=20)
"""The clock moves in steps: a recall leaves within one of them."""
TEN, HALF_PAST_EIGHT = "10 h", "20 h 30"


@pytest.fixture(scope="module")
def alerts(world: World) -> dict[str, tuple[str, datetime]]:
    """Two alerts that nobody touches for more than 48 hours, by the hour of Tuesday they were raised: page, instant."""
    raised = {TEN: _raised(world, "Soudeur TIG")}
    world.advance(hours=10.5)
    raised[HALF_PAST_EIGHT] = _raised(world, "Régleur")
    world.advance(hours=49)
    return raised


def _raised(world: World, post: str) -> tuple[str, datetime]:
    visit = report_urgent_need(world, post=post)
    world.settle()
    page = visit.links["Suivre l’alerte"]
    alert = machine_of(world, COORDINATOR).get(api_of(page)).body
    return page, datetime.fromisoformat(alert["received_at"])


def api_of(page: str) -> str:
    """Where software reads the alert that people read there."""
    return page.replace("/alertes/", "/api/v1/alerts/")


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        (24, {COORDINATOR}),
        (36, {COORDINATOR, DEPUTY, MANAGER}),
        (44, {COORDINATOR, DEPUTY}),
        (48, {COORDINATOR, DEPUTY, MANAGER, STEERING}),
    ],
)
def test_each_recall_leaves_at_its_hour(
    world: World, alerts: dict[str, tuple[str, datetime]], hours: int, told: set[Person]
) -> None:
    """Raised on a Tuesday at 20:30, every hour of recall falls by day: e-mail and text to those whom it concerns."""
    page, raised_at = alerts[HALF_PAST_EIGHT]
    due = raised_at + timedelta(hours=hours)
    assert _mailed(world, page, due) == told
    assert _texted(world, page, due) == {person for person in told if person.phone}


def test_recalls_that_fall_at_night_leave_the_evening_before(
    world: World, alerts: dict[str, tuple[str, datetime]]
) -> None:
    """Raised on a Tuesday at 10:00, the recalls of 22:00 and of 6:00 leave together on Wednesday at 20:59."""
    page, raised_at = alerts[TEN]
    evening = raised_at.astimezone(PARIS).replace(hour=20, minute=59, second=0) + timedelta(days=1)
    assert _mailed(world, page, evening) == {COORDINATOR, DEPUTY, MANAGER}
    assert _mailed(world, page, raised_at + timedelta(hours=36)) == set()
    assert _mailed(world, page, raised_at + timedelta(hours=44)) == set()


def test_nobody_is_told_the_same_thing_twice(world: World, alerts: dict[str, tuple[str, datetime]]) -> None:
    """Whatever sweeps overlap, no two messages about an alert come to one person within half an hour."""
    for page, _ in alerts.values():
        for person in PEOPLE:
            instants = [mail.at for mail in world.mails_to(person.email) if page in mail.text]
            assert all(later - earlier > timedelta(minutes=15) for earlier, later in pairwise(instants))


def test_the_breach_is_recorded_once_and_never_edited(world: World, alerts: dict[str, tuple[str, datetime]]) -> None:
    """A transmission that comes late stops the recalls; the breach stays where and as it was."""
    page, _ = alerts[TEN]
    before = _breaches(world, page)
    coordinator = signed_in(world, COORDINATOR)
    late = coordinator.submit(coordinator.get(page), "/transmission", channel="phone", note="appel de 22 h")
    world.advance(hours=1)
    assert len(before) == 1
    assert _breaches(world, page) == before
    assert "hors délai" in late.text
    assert machine_of(world, COORDINATOR).get(api_of(page)).body["breached"] is True


def test_nothing_failed_for_good(world: World, alerts: dict[str, tuple[str, datetime]]) -> None:
    """Two days of sweeps and recalls leave no dead letter."""
    assert world.dead_letters() == {}


def _mailed(world: World, page: str, due: datetime) -> set[Person]:
    return {person for person in PEOPLE if _within(due, world.mails_to(person.email), page)}


def _texted(world: World, page: str, due: datetime) -> set[Person]:
    return {person for person in PEOPLE if person.phone and _within(due, world.texts_to(person.phone), page)}


def _within(due: datetime, messages: list[Any], page: str) -> bool:
    return any(due <= message.at < due + ROUND for message in messages if page in message.text)


def _breaches(world: World, page: str) -> list[Any]:
    moments = machine_of(world, COORDINATOR).get(f"{api_of(page)}/timeline").body["items"]
    return [moment for moment in moments if "dépassé" in moment["title"].lower()]
