"""A structure's year over the running system: a promise, the next enterprise, the plan, the report and what follows."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.request import urlopen

import pytest

from infra.assembly import ROOT
from tests.system.machine import Machine, machine_of
from tests.system.people import ANSWERED, CAPTEUR, COORDINATOR, MANAGER, signed_in, today
from tests.system.test_imports import upload
from tests.system.visitor import Visitor
from tests.system.world import TERRITORY, World

API = "/api/v1"
REGISTER = ROOT / "demonstration" / f"{TERRITORY}.csv"
PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF\n"
ANSWERS: dict[str, Any] = {"activity_trend": "up", "headcount_trend": "stable", "issues": ["recruit"]}


@pytest.fixture(scope="module", autouse=True)
def register(world: World) -> None:
    """The enterprises of the demonstration territory."""
    world.console("enterprises", "import", str(REGISTER), "--territory", TERRITORY)


@pytest.fixture(scope="module")
def software(world: World) -> Machine:
    """The structure's own software, in the name of its manager."""
    return machine_of(world, MANAGER)


@pytest.fixture(scope="module")
def capteur(world: World) -> Visitor:
    """Somebody of that structure, signed in."""
    return signed_in(world, CAPTEUR)


def done(software: Machine, path: str, body: dict[str, Any], status: int = 200) -> Any:
    """What a command answers, once it is seen to be done."""
    reply = software.post(f"{API}{path}", body)
    assert reply.status == status, reply.body
    return reply.body


@pytest.fixture(scope="module")
def programme(world: World, software: Machine) -> str:
    """The id of a programme that the structure has committed to: the larger enterprises of Belfort."""
    drafted = done(
        software,
        "/programmes",
        {
            "title": "Ateliers de Belfort",
            "first_month": f"{today(world):%Y-%m}",
            "months": 12,
            "per_month": 4,
            "population": {"communes": ["90010"], "naf": [], "size_bands": ["11", "12", "21", "22"]},
        },
        201,
    )
    assert drafted["targets_count"] > 0
    done(software, f"/programmes/{drafted['id']}/commit", {"expected_version": 1})
    world.settle()
    return str(drafted["id"])


@pytest.fixture(scope="module")
def target(software: Machine, programme: str) -> str:
    """The enterprise that the list puts first."""
    ranked = software.get(f"{API}/programmes/{programme}/ranking?limit=5").body["items"]
    first = ranked[0]
    assert first["score"] == sum(reason["points"] for reason in first["reasons"]) > 0
    return str(first["target"]["enterprise_id"])


def test_the_next_enterprise_is_taken_by_one_person(
    world: World, capteur: Visitor, programme: str, target: str
) -> None:
    """Claimed on the page; a colleague who wants it too is told who has it."""
    claimed = capteur.submit(capteur.get(f"/programmes/{programme}"), f"/cibles/{target}/reserver")
    assert claimed.status == 200

    refused = machine_of(world, MANAGER).post(f"{API}/programmes/{programme}/targets/{target}/claim", {})

    assert refused.status == 409
    assert "Camille Monnier" in refused.body["detail"]


def test_a_list_of_sirets_is_a_population_too(world: World, software: Machine, target: str) -> None:
    """By the interface and on the page: the register knows each number."""
    listed = {"title": "Une liste", "first_month": f"{today(world):%Y-%m}", "months": 1, "per_month": 1}
    assert done(software, "/programmes", {**listed, "population": {"sirets": [target]}}, 201)["targets_count"] == 1

    manager = signed_in(world, MANAGER)
    typed = {"title": "Une autre liste", "kind": "liste", "sirets": target}
    drafted = manager.submit(manager.get("/programmes/nouveau"), "/programmes/nouveau", **typed)

    assert "1 entreprise" in drafted.text.replace("\u00a0", " ")


def test_the_plan_is_in_the_capteurs_calendar(
    world: World, capteur: Visitor, software: Machine, programme: str, target: str
) -> None:
    """A private address gives the visits that are planned, and nobody's contact."""
    day = (today(world) + timedelta(days=2)).isoformat()
    me = {"enterprise_id": target, "planned_on": day, "planned_at": "14:30", "programme_id": programme}
    done(software, "/visits/plan", {**me, "capteurs": ["camille-monnier"]}, 201)
    page = capteur.submit(capteur.get("/programmes/calendrier"), "/programmes/calendrier")
    found = re.search(r"<code>([^<]+\.ics)</code>", page.body)
    assert found

    with urlopen(found[1], timeout=30) as answer:  # noqa: S310 - loopback
        calendar = answer.read().decode()

    assert calendar.count("BEGIN:VEVENT") == 1
    assert "TZID=Europe/Paris" in calendar
    assert "@" not in re.sub(r"UID:\S+", "", calendar)


def test_a_report_is_corrected_and_nothing_of_it_is_lost(world: World, software: Machine, target: str) -> None:
    """A second revision stands beside the first, with its author and reason."""
    report = {
        "enterprise_id": target,
        "visited_on": today(world).isoformat(),
        "questionnaire_version": 0,
        "answers": ANSWERS,
        "shared_text": "Carnet de commandes plein.",
        "needs": [{"theme": "skills", "description": "Former au contrôle."}],
    }
    visit = done(software, "/visits", report, 201)
    path = f"/visits/{visit['id']}"
    before = software.get(f"{API}{path}").body
    needs = [{"id": before["needs"][0]["id"], "theme": "skills", "description": "Former deux personnes."}]
    correction = {**report, "needs": needs}
    done(software, f"{path}/correct", {"expected_version": 1, "reason": "Deux personnes", "report": correction})

    after = software.get(f"{API}{path}").body

    assert [each["revision"] for each in after["revisions"]] == [1, 2]
    need = f"/needs/{visit['id']}/{needs[0]['id']}"
    done(
        software, f"{need}/actions", {"kind": "met", "acted_on": today(world).isoformat(), "note": "Stage prévu."}, 201
    )
    assert software.get(f"{API}{need}").body["state"] == "met"
    coordinator = machine_of(world, COORDINATOR)
    done(coordinator, f"{path}/refer", {"expected_version": after["version"], "reason": "À examiner"})


def test_a_document_comes_by_the_interface(world: World, software: Machine) -> None:
    """Announced, sent to the bucket, checked, read back, taken away."""
    visits = software.get(f"{API}/visits?limit=5").body["items"]
    path = next(f"/visits/{visit['id']}" for visit in visits if visit["state"] == "referred")
    begun = done(software, f"{path}/attachments", {"title": "Plan", "kind": "pdf", "shared": True}, 201)
    upload(begun["upload"], PDF)
    one = f"{path}/attachments/{begun['id']}"
    done(software, f"{one}/keep", {})

    link = software.get(f"{API}{one}/link").body["url"]

    with urlopen(link, timeout=30) as answer:  # noqa: S310 - loopback
        assert answer.read() == PDF
    done(software, f"{one}/remove", {"reason": "Doublon"})


def test_an_enterprise_without_siret_is_merged_and_separated(world: World, capteur: Visitor, software: Machine) -> None:
    """The likely duplicate is proposed; a person decides, and may change their mind."""
    likely = software.get(f"{API}/enterprises/duplicates").body["items"]
    pair = next(each for each in likely if each["candidates"])
    absorbed, kept = pair["enterprise"]["id"], pair["candidates"][0]["enterprise"]["id"]
    done(software, "/enterprises/merges", {"absorbed_id": absorbed, "survivor_id": kept, "reason": "La même"})
    assert capteur.get(f"/entreprises/{absorbed}").url.endswith(kept)

    done(software, f"/enterprises/{absorbed}/separate", {"reason": "Deux ateliers"})

    assert capteur.get(f"/entreprises/{absorbed}").url.endswith(absorbed)
    assert capteur.get("/entreprises?q=bureau").status == 200
    assert capteur.get(f"/alertes/entreprise/{kept}").status == 200


def test_a_territory_asks_its_own_questions(world: World) -> None:
    """A draft is published by the coordinator's software; the form asks the new version at once."""
    coordinator = machine_of(world, COORDINATOR)
    current = coordinator.get(f"{API}/questionnaire").body
    asked = {key: current[key] for key in ("title", "sections")} | {"title": "Notre compte rendu"}
    draft = done(coordinator, "/questionnaire/draft", asked)
    published = done(
        coordinator, "/questionnaire/publish", {"expected_revision": draft["revision"], "reason": "Titre"}, 201
    )
    assert published["version"] == 1

    page = signed_in(world, COORDINATOR)
    assert "version 1" in page.get("/questionnaire").text
    form = next(form for form in page.get("/visites/nouvelle").forms if "questionnaire_version" in form.fields)
    assert form.fields["questionnaire_version"] == "1"
    assert ANSWERED.keys() <= form.names | form.fields.keys()
    assert page.get("/imports").status == 200
