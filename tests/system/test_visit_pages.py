"""The working day of a capteur over the running system: plan, look at the day, report, attach a document, take it away."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from tests.system.machine import machine_of
from tests.system.people import ANSWERED, CAPTEUR, SIRET, signed_in, today
from tests.system.visitor import Page, Visitor
from tests.system.world import World

PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF\n"
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00"
BOUNDARY = "a-boundary-of-the-test"


def uploaded(url: str, fields: Mapping[str, str], content: bytes) -> str:
    """Posts a file to the bucket as the site says; the address that the bucket leads to."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
        if name != "file"
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'.encode()
    body = b"".join(parts) + head + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    target = urlsplit(url)
    bucket = HTTPConnection(target.netloc, timeout=20)
    bucket.request("POST", target.path, body, {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"})
    return bucket.getresponse().headers["Location"]


@pytest.fixture(scope="module")
def capteur(world: World) -> Visitor:
    """Somebody who is signed in."""
    return signed_in(world, CAPTEUR)


@pytest.fixture(scope="module")
def planned(world: World, capteur: Visitor) -> Page:
    """A visit planned for today, on its page."""
    day = today(world)
    typed = {f"planned_on-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}
    form = capteur.get("/visites/planifier")
    return capteur.submit(
        form, "/visites/planifier", enterprise_name="Horlogerie du Lion", siret=SIRET, commune="Montbéliard", **typed
    )


def test_the_day_shows_it_and_a_report_ends_it(capteur: Visitor, planned: Page) -> None:
    """What is planned today is on the page of the day until it is reported."""
    visit_id = planned.url.rpartition("/")[2]
    assert visit_id in capteur.get("/journee").body

    form = capteur.get(f"/visites/nouvelle?visite={visit_id}")
    shown = capteur.submit(form, "/visites/nouvelle", **ANSWERED)

    assert shown.url.endswith(visit_id)
    assert "Compte rendu saisi" in shown.text
    assert visit_id not in capteur.get("/journee").body


@pytest.mark.parametrize(("content", "said"), [(PDF, "La pièce est jointe"), (PROGRAM, "au format annoncé")])
def test_a_document_is_checked_on_its_way_back(capteur: Visitor, planned: Page, content: bytes, said: str) -> None:
    """The bucket leads back to the site, which keeps a PDF and deletes what only calls itself one."""
    described = capteur.get(f"{planned.url}/pieces/nouvelle")
    choice = capteur.submit(described, "/pieces/nouvelle", title="Plan de formation")
    (form,) = [form for form in choice.forms if "key" in form.fields]

    assert said in capteur.get(uploaded(form.action, form.fields, content)).text


def test_a_document_is_taken_away(capteur: Visitor, planned: Page) -> None:
    """Its file is deleted, the reason stays."""
    page = capteur.get(planned.url)
    found = re.search(r'href="([^"]+/retrait)"', page.body)
    assert found
    gone = capteur.submit(capteur.get(found.group(1)), "/retrait", reason="Doublon")

    assert "a été retirée" in gone.text


def test_software_attaches_a_document_too(world: World, planned: Page) -> None:
    """By the API: reserve, send, confirm, read, take away."""
    software, visit = machine_of(world, CAPTEUR), f"/api/v1/visits/{planned.url.rpartition('/')[2]}/attachments"
    begun = software.post(visit, {"title": "Plan", "kind": "pdf"}).body
    uploaded(begun["upload"]["url"], begun["upload"]["fields"], PDF)

    assert software.post(f"{visit}/{begun['id']}/keep", {}).body["state"] == "kept"
    assert "Signature" in software.get(f"{visit}/{begun['id']}/link").body["url"]
    assert software.post(f"{visit}/{begun['id']}/remove", {"reason": "Doublon"}).body["state"] == "removed"
