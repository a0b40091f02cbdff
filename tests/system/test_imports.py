"""A territory's file, from a program's disk to the register, through every machine on the way."""

from __future__ import annotations

import csv
import http.client
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from tests.system.machine import Machine, machine_of
from tests.system.people import COORDINATOR, signed_in
from tests.system.world import TERRITORY, World

IMPORTS = "/api/v1/imports"
FILE = (
    "SIRET;Raison sociale;Commune;Code INSEE;Référence\r\n"
    "73282932000074;Horlogerie du Lion;Montbéliard;25388;\r\n"
    "7,3E+13;Forge de l’Étang;Belfort;90010;\r\n"
    ";Scierie du Salbert;Belfort;90010;A-12\r\n"
).encode("cp1252")
BOUNDARY = "vigie-system-test"


@pytest.fixture(scope="module")
def coordinator(world: World) -> Machine:
    """The coordinator's software."""
    return machine_of(world, COORDINATOR)


def multipart(fields: Mapping[str, str], content: bytes) -> bytes:
    """A form as a browser posts it, its file last."""
    parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{fields[name]}' for name in fields]
    parts.append(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="f.csv"\r\n\r\n')
    return "\r\n".join(parts).encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def upload(form: Mapping[str, Any], content: bytes) -> str:
    """Sends a file to the bucket; returns where a browser would be led then."""
    place = urlsplit(form["url"])
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=30)
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    connection.request("POST", place.path, multipart(form["fields"], content), headers)
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    assert answer.status == 303, said
    return answer.headers["Location"]


def download(url: str) -> bytes:
    """What a signed address gives."""
    with urlopen(url, timeout=30) as answer:  # noqa: S310 - loopback
        return bytes(answer.read())


def checked(world: World, coordinator: Machine, content: bytes = FILE) -> str:
    """The address of an import whose file was sent and checked."""
    begun = coordinator.post(IMPORTS, {"title": "Fichier des adhérents"})
    assert begun.status == 201, begun.body
    back = upload(begun.body["upload"], content)
    assert back.startswith(f"{world.site}/imports/{begun.body['id']}")
    assert coordinator.post(f"{begun.body['url']}/check", {}).status == 200
    world.settle()
    return str(begun.body["url"])


def test_a_file_goes_from_a_program_to_the_register(world: World, coordinator: Machine) -> None:
    """Sent to the bucket itself, checked, applied; what is wrong comes back in two files to download."""
    place = checked(world, coordinator)
    found = coordinator.get(place).body
    assert (found["state"], found["found"], found["rows"]["rejected"]) == ("checked", {"new": 2}, 1)

    report = io.StringIO(download(found["report_url"]).decode("utf-8-sig"))
    assert [row[:3] for row in csv.reader(report, delimiter=";")][1] == ["3", "SIRET", "7,3E+13"]
    assert download(found["annotated_url"]).decode("cp1252").splitlines()[0].endswith(";erreur")

    assert coordinator.post(f"{place}/apply", {}).status == 200
    world.settle()
    assert coordinator.get(place).body["done"] == {"new": 2}
    assert coordinator.get("/api/v1/enterprises/73282932000074").body["name"] == "Horlogerie du Lion"


def test_an_outage_between_two_writes_delays_an_import(world: World, coordinator: Machine) -> None:
    """The chunk comes again, finds what is left to do and tells what it had planned."""
    grown = FILE.replace(b"Scierie du Salbert", b"Scierie du Grand Salbert")
    place = checked(world, coordinator, grown)
    with world.outage("dynamodb", "BatchWriteItem"):
        assert coordinator.post(f"{place}/apply", {}).status == 200
        world.settle()
        assert coordinator.get(place).body["state"] == "applying"
    world.advance(minutes=10)
    world.settle()

    applied = coordinator.get(place).body
    assert (applied["state"], applied["done"]["changed"]) == ("applied", 1)
    assert not any("import" in queue for queue in world.dead_letters())


def test_an_operator_imports_from_a_terminal(world: World, tmp_path: Path) -> None:
    """The same machines; a dry run says what would change."""
    file = tmp_path / "adherents.csv"
    file.write_bytes(FILE)

    told = world.console("enterprises", "import", str(file), "--territory", TERRITORY, "--dry-run")

    assert "adherents.csv : vérifié" in told


def test_a_coordinator_imports_on_the_pages(world: World) -> None:
    """From the title to the figures, in forms alone; the files to download are the bucket's."""
    coordinator = signed_in(world, COORDINATOR)
    choice = coordinator.submit(coordinator.get("/imports/nouveau"), "/imports/nouveau", title="Adhérents")
    (form,) = [form for form in choice.forms if "key" in form.fields]
    fields = {name: value for name, value in form.fields.items() if name != "file"}
    waiting = coordinator.get(upload({"url": form.action, "fields": fields}, FILE.replace(b"A-12", b"B-1")))
    coordinator.submit(waiting, "/verification")
    world.settle()

    checked_page = coordinator.get(waiting.url)

    assert "7,3E+13" in checked_page.text
    coordinator.submit(checked_page, "/application")
    world.settle()
    assert "Appliqué" in coordinator.get(waiting.url).text


def test_a_stranger_signs_in_first(world: World) -> None:
    """The pages of imports are nobody's who is not known."""
    assert "/connexion" in world.visitor().get("/imports").url
