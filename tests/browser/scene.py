"""A working week on the board: six urgent needs at different points of their 48 hours, made through the JSON API."""

from __future__ import annotations

from typing import Any

from tests.system.chain import VISITS, ordered, read, visit
from tests.system.machine import machine_of
from tests.system.people import CAPTEUR, today
from tests.system.world import World

Alert = dict[str, Any]
LATE, PRESSED, TAKEN, ASKED, SPREAD, FRESH = "late", "pressed", "taken", "asked", "spread", "fresh"
NEEDS = {
    LATE: ("Usinages de la Savoureuse", "Danjoutin", "Régleur sur commande numérique", 2, "H2912"),
    PRESSED: ("Chaudronnerie du Lion", "Héricourt", "Soudeur TIG", 3, "H2913"),
    TAKEN: ("Mécanique des Trois Rivières", "Audincourt", "Technicienne de maintenance", 1, "I1304"),
    ASKED: ("Résidence des Tilleuls", "Belfort", "Aide-soignante de nuit", 2, "J1501"),
    SPREAD: ("Logistique de la Lisaine", "Bethoncourt", "Préparateur de commandes", 12, "N1103"),
    FRESH: ("Toitures du Ballon", "Valdoie", "Couvreur zingueur", 1, "F1619"),
}
ANSWER = {"reference": "048KLTP", "contact": "Service entreprises, 03 53 01 10 07"}


def reported(world: World, name: str) -> Alert:
    """The alert that a capteur's visit has just raised for one of NEEDS."""
    enterprise, commune, post, quantity, code = NEEDS[name]
    sought = {
        "post": post,
        "quantity": quantity,
        "contract": "cdi",
        "place": commune,
        "rome_code": code,
        "wanted_on": today(world).isoformat(),
    }
    given = visit(
        world,
        enterprise={"name": enterprise, "siret": "73282932000074", "commune": commune},
        needs=[{"theme": "recruitment", "urgency": "urgent", "recruitment": sought}],
    )
    answered = machine_of(world, CAPTEUR).post(VISITS, given)
    assert answered.status == 201, answered.body
    world.settle()
    return read(world, answered.body["alert_urls"][0])


def told(world: World, alert: Alert, command: str, **order: str) -> Alert:
    """The alert after the coordinator's command, given on the alert as it stands now."""
    return ordered(world, read(world, alert["url"]), command, **order)


def play(world: World) -> dict[str, Alert]:
    """Fifty hours from now on; one alert runs out, one is broadcast, four stand between. Returns them by name."""
    made = {LATE: reported(world, LATE)}
    world.advance(hours=6)
    made[PRESSED] = reported(world, PRESSED)
    world.advance(hours=18, minutes=40)
    told(world, made[PRESSED], "acknowledge")
    made[TAKEN] = told(world, reported(world, TAKEN), "acknowledge")
    made[ASKED], made[SPREAD] = reported(world, ASKED), reported(world, SPREAD)
    world.advance(hours=2, minutes=25)
    transmitted = told(world, made[SPREAD], "transmit", channel="phone")
    made[SPREAD] = told(world, transmitted, "return", **ANSWER)
    world.advance(hours=3, minutes=10)
    made[ASKED] = told(world, made[ASKED], "transmit", channel="mail")
    world.advance(hours=19, minutes=20)
    made[FRESH] = reported(world, FRESH)
    world.advance(minutes=35)
    return {name: read(world, alert["url"]) for name, alert in made.items()}
