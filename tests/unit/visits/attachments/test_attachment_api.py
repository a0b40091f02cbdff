"""The JSON API of attachments."""

from __future__ import annotations

from typing import Any

import pytest

from shared.objects import UploadForm
from tests.unit.visits.attachments.files import PDF, PROGRAM
from tests.unit.visits.attachments.scene import Attaching

GIVEN = {"title": "Plan de formation", "kind": "pdf", "shared": True}


@pytest.fixture
def scene() -> Attaching:
    """A visit without any attachment."""
    return Attaching()


def begin(scene: Attaching, content: bytes = PDF) -> dict[str, Any]:
    """A place reserved and its file sent, as a structure's own software does."""
    begun = scene.territory.call("POST", f"/api/v1/visits/{scene.visit_id}/attachments", GIVEN, key="attach-one")
    assert begun.status == 201, begun.text
    answer: dict[str, Any] = begun.json
    assert scene.bucket.receive(UploadForm(answer["upload"]["url"], answer["upload"]["fields"]), content)
    return answer


def test_a_document_goes_all_the_way(scene: Attaching) -> None:
    """Reserve, send, confirm, list, read, remove."""
    one = f"/api/v1/visits/{scene.visit_id}/attachments/{begin(scene)['id']}"

    assert scene.territory.call("POST", f"{one}/keep").json["state"] == "kept"
    listed = scene.territory.call("GET", f"/api/v1/visits/{scene.visit_id}/attachments", who="coordinator").json
    assert [item["title"] for item in listed["items"]] == ["Plan de formation"]
    assert scene.territory.call("GET", f"{one}/link").json["url"].startswith("https://bucket.example/kept/")
    removed = scene.territory.call("POST", f"{one}/remove", {"reason": "Doublon"}).json
    assert (removed["state"], removed["removal_reason"]) == ("removed", "Doublon")


def test_the_same_key_reserves_one_place(scene: Attaching) -> None:
    """The answer that was lost is given again, with a form that works."""
    assert begin(scene)["id"] == begin(scene)["id"]


def test_a_file_of_another_type_is_refused(scene: Attaching) -> None:
    """422 with a stable code."""
    one = f"/api/v1/visits/{scene.visit_id}/attachments/{begin(scene, PROGRAM)['id']}"
    refused = scene.territory.call("POST", f"{one}/keep")

    assert refused.status == 422
    assert refused.json["type"].endswith("/type-de-fichier")


@pytest.mark.parametrize(("who", "status"), [("coordinator", 403), ("rival", 404), ("neighbour", 404)])
def test_only_the_structure_attaches(scene: Attaching, who: str, status: int) -> None:
    """The coordination reads; others see nothing."""
    refused = scene.territory.call("POST", f"/api/v1/visits/{scene.visit_id}/attachments", GIVEN, who=who)

    assert refused.status == status
