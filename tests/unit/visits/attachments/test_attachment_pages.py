"""The pages of attachments: a browser without JavaScript describes a document, sends its file and comes back."""

from __future__ import annotations

import re

import pytest

from shared.objects import UploadForm
from tests.unit.visits.attachments.files import PDF, PROGRAM
from tests.unit.visits.attachments.scene import Attaching
from tests.unit.visits.pages.scene import refusals
from tests.unit.visits.territory import Answer

FIELDS = {"idempotency_key": "attach-by-page", "title": "Plan de formation", "kind": "pdf"}


@pytest.fixture
def scene() -> Attaching:
    """A visit without any attachment."""
    return Attaching()


def begun(scene: Attaching, **changes: str) -> str:
    """The page where the file is chosen."""
    sent = scene.territory.post(f"/visites/{scene.visit_id}/pieces/nouvelle", FIELDS | changes)
    assert sent.status == 303, refusals(sent)
    return sent.headers["Location"]


def uploaded(scene: Attaching, page: Answer, content: bytes) -> str:
    """Posts the file to the bucket as the page's form says, and returns where the bucket sends the browser."""
    form = page.text.partition('enctype="multipart/form-data"')[2].partition("</form>")[0]
    fields: dict[str, str] = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
    assert scene.bucket.receive(UploadForm("", fields), content)
    return fields["success_action_redirect"].removeprefix("https://vigie.example")


def test_a_document_goes_all_the_way(scene: Attaching) -> None:
    """Describe, choose, send, come back: it is on the page of the visit, and can be read."""
    page = begun(scene, shared="oui")
    back = uploaded(scene, scene.territory.open(page), PDF)
    arrived = scene.territory.open(back)

    assert (arrived.status, arrived.headers["Location"]) == (303, f"/visites/{scene.visit_id}#pieces")
    shown = scene.territory.open(f"/visites/{scene.visit_id}").text
    assert "Partagée avec la coordination" in shown
    link = re.search(r'href="(/visites/[^"]+/fichier)">Plan de formation</a>', shown)
    assert link
    assert scene.territory.open(link.group(1)).headers["Location"].startswith("https://bucket.example/kept/")
    assert scene.territory.open(link.group(1), who="coordinator").status == 303
    assert scene.territory.open(link.group(1), who="rival").status == 404


def test_the_page_of_the_file_may_post_to_the_bucket_and_to_nobody_else(scene: Attaching) -> None:
    """Its content security policy names that one origin."""
    policy = scene.territory.open(begun(scene)).headers["Content-Security-Policy"]

    assert "form-action 'self' https://bucket.example" in policy


def test_a_file_of_another_type_leads_back_to_the_description(scene: Attaching) -> None:
    """With the reason said once, and nothing kept."""
    back = uploaded(scene, scene.territory.open(begun(scene)), PROGRAM)
    refused = scene.territory.open(back)

    assert refused.headers["Location"] == f"/visites/{scene.visit_id}/pieces/nouvelle"
    assert scene.bucket.objects == {}


def test_coming_back_without_a_file_asks_for_it_again(scene: Attaching) -> None:
    """The place stays reserved, and the page of the visit offers to send the file."""
    page = begun(scene)

    assert scene.territory.open(f"{page}/arrivee").headers["Location"] == page
    assert f'href="{page}"' in scene.territory.open(f"/visites/{scene.visit_id}").text


@pytest.mark.parametrize(
    ("change", "field"), [({"title": ""}, "title"), ({"title": "x" * 121}, "title"), ({"kind": "exe"}, "kind")]
)
def test_what_is_wrong_is_told_beside_its_field(scene: Attaching, change: dict[str, str], field: str) -> None:
    """422, and no place is reserved."""
    refused = scene.territory.post(f"/visites/{scene.visit_id}/pieces/nouvelle", FIELDS | change)

    assert refused.status == 422
    assert list(refusals(refused)) == [field]
    assert scene.territory.kept("ATTACHMENT#") == []


def test_taking_away_asks_why_and_leaves_a_trace(scene: Attaching) -> None:
    """The reason stays on the page of the visit."""
    page = f"/visites/{scene.visit_id}/pieces/{scene.kept().id}/retrait"

    assert scene.territory.open(page).status == 200
    assert list(refusals(scene.territory.post(page, {"reason": " "}))) == ["reason"]
    assert scene.territory.post(page, {"reason": "Mauvais fichier"}).status == 303
    assert "a été retirée le" in scene.territory.open(f"/visites/{scene.visit_id}").text
    assert scene.territory.open(page).status == 404


@pytest.mark.parametrize(("who", "status"), [("coordinator", 403), ("rival", 404), ("neighbour", 404)])
def test_only_the_structure_attaches(scene: Attaching, who: str, status: int) -> None:
    """The coordination reads; others see nothing."""
    assert scene.territory.open(f"/visites/{scene.visit_id}/pieces/nouvelle", who=who).status == status


def test_a_piece_that_is_there_is_not_sent_again(scene: Attaching) -> None:
    """The page of its file leads back to the visit."""
    shown = scene.territory.open(f"/visites/{scene.visit_id}/pieces/{scene.kept().id}")

    assert shown.headers["Location"] == f"/visites/{scene.visit_id}#pieces"
