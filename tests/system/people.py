"""The demonstration territory's people, and what they do again and again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from shared.clock import PARIS
from tests.system.visitor import Page, Visitor
from tests.system.world import World


@dataclass(frozen=True)
class Person:
    """Somebody of `demonstration/belfort-montbeliard-hericourt.yaml`."""

    login: str
    email: str
    phone: str = ""


CAPTEUR = Person("camille-monnier", "camille.monnier@cci-savoureuse.example", "+33639981003")
COORDINATOR = Person("nadia-belhomme", "nadia.belhomme@maison-emploi-nfc.example", "+33639981001")
DEPUTY = Person("olivier-grandvoinet", "olivier.grandvoinet@maison-emploi-nfc.example", "+33639981002")
MANAGER = Person("helene-courvoisier", "helene.courvoisier@cci-savoureuse.example", "+33639981005")
STEERING = Person("bernard-faivre", "bernard.faivre@agglo-deux-vallees.example")
DEVELOPER = Person("solene-baudier", "solene.baudier@opco-ateliers.example")
"""Of the partner `opco-ateliers`: she follows its endpoint."""
AGENCY = Person("", "entreprises@ft-belfort-miotte.example", "+33353011007")
ELSEWHERE_COORDINATOR = Person("sylvie-pellarin", "sylvie.pellarin@maison-decolletage.example", "+33639983001")
ELSEWHERE_CAPTEUR = Person("yann-bouvard", "yann.bouvard@cci-du-mont.example", "+33639983002")

PARTNERS_BY_WEBHOOK = ("opco-ateliers", "mission-locale-allan")
PARTNERS_BY_EMAIL = (
    "offres@cma-trois-rivieres.example",
    "offres@cap-emploi-nc.example",
    "conseil@transitions-savoureuse.example",
    "stages@technest.example",
)
PARTNERS_BY_SMS = ("+33639982001", "+33639982002")

SIRET = "732 829 320 00074"


def signed_in(world: World, person: Person) -> Visitor:
    """A browser in which this person has signed in."""
    visitor = world.visitor()
    page = visitor.sign_in(person.login)
    assert page.status == 200, page.text
    return visitor


def today(world: World) -> date:
    """The day it is in Paris."""
    return world.now().astimezone(PARIS).date()


ANSWERED = {"q-activity_trend": "up", "q-headcount_trend": "stable", "q-issues-recruit": "oui"}
"""What has to be answered of the questionnaire that is shipped."""


def typed_visit(world: World, **changes: str) -> dict[str, str]:
    """What a capteur types today to report a visit with an urgent need."""
    return {**typed_on(today(world)), **changes}


def typed_on(day: date) -> dict[str, str]:
    """What a capteur types that day."""
    wanted = day + timedelta(days=10)
    return {
        "enterprise_name": "Horlogerie du Lion",
        "siret": SIRET,
        "commune": "Montbéliard",
        "persons_met": "gérante",
        **ANSWERED,
        "urgent": "oui",
        "post": "Soudeur TIG",
        "rome": "H2913",
        "quantity": "2",
        "contract": "cdi",
        "place": "Héricourt",
        "wanted_on-day": str(wanted.day),
        "wanted_on-month": str(wanted.month),
        "wanted_on-year": str(wanted.year),
    }


def report_urgent_need(world: World, capteur: Visitor | None = None, **changes: str) -> Page:
    """A capteur reports a visit through the form; the page that answers."""
    capteur = capteur or signed_in(world, CAPTEUR)
    form = capteur.get("/visites/nouvelle")
    return capteur.submit(form, "/visites/nouvelle", **typed_visit(world, **changes))
