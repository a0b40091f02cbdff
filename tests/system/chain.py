"""The chain from the need to the broadcast, by software: for the tests whose subject is something else."""

from __future__ import annotations

from typing import Any

from tests.system.machine import machine_of
from tests.system.people import CAPTEUR, COORDINATOR, today
from tests.system.world import World

VISITS = "/api/v1/visits"
REFERENCE, CONTACT = "048KLTP", "Service entreprises, 03 53 01 10 07"


def visit(world: World, **changes: Any) -> dict[str, Any]:
    """A visit without any need."""
    return {
        "enterprise": {"name": "Horlogerie du Lion", "siret": "73282932000074", "commune": "Montbéliard"},
        "visited_on": today(world).isoformat(),
        **changes,
    }


def urgent_visit(world: World) -> dict[str, Any]:
    """A visit with an urgent need."""
    sought = {
        "post": "Soudeur TIG",
        "contract": "cdi",
        "place": "Héricourt",
        "rome_code": "H2913",
        "wanted_on": today(world).isoformat(),
    }
    return visit(world, needs=[{"theme": "recruitment", "urgency": "urgent", "recruitment": sought}])


def raised_alert(world: World) -> dict[str, Any]:
    """An alert that was just raised, as the API tells it; everything that it sets off is done."""
    reported = machine_of(world, CAPTEUR).post(VISITS, urgent_visit(world))
    assert reported.status == 201, reported.body
    world.settle()
    return read(world, reported.body["alert_urls"][0])


def read(world: World, url: str) -> dict[str, Any]:
    """The alert as it is now."""
    return dict(machine_of(world, COORDINATOR).get(url).body)


def ordered(world: World, alert: dict[str, Any], command: str, **order: str) -> dict[str, Any]:
    """The alert after a command of the coordinator; everything that it sets off is done."""
    body = {"expected_version": alert["version"], **order}
    done = machine_of(world, COORDINATOR).post(f"{alert['url']}/{command}", body)
    assert done.status == 200, done.body
    world.settle()
    return read(world, alert["url"])


def broadcast_alert(world: World) -> dict[str, Any]:
    """An alert whose offer was returned by telephone and broadcast."""
    transmitted = ordered(world, raised_alert(world), "transmit", channel="phone")
    return ordered(world, transmitted, "return", reference=REFERENCE, contact=CONTACT)


def deliveries(world: World, alert: dict[str, Any]) -> list[dict[str, Any]]:
    """What became of each message of the alert."""
    return list(machine_of(world, COORDINATOR).get(f"{alert['url']}/deliveries").body["items"])
