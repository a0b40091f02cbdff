"""The JSON API of the questionnaire: what a structure's own software asks of it."""

from __future__ import annotations

from typing import Any

import pytest

from services.visits.questionnaire.shipped import shipped
from tests.unit.visits.questionnaire.bureau import NIGHT, Bureau
from tests.unit.visits.territory import HERE

PATH = "/api/v1/questionnaire"


def proposal(**changes: Any) -> dict[str, Any]:
    """The version in force with one section more, as software sends it."""
    sections = [section.model_dump(mode="json") for section in shipped().sections]
    more = {"id": "night", "title": "Nuit", "questions": [NIGHT.model_dump(mode="json")]}
    return {"expected_revision": None, "title": "Compte rendu", "sections": [*sections, more]} | changes


def proposed(bureau: Bureau) -> str:
    """The revision of a draft that was just proposed."""
    return str(bureau.call("POST", f"{PATH}/draft", proposal(), who="coordinator").json["revision"])


def test_software_learns_what_to_send(bureau: Bureau) -> None:
    """The version, and for each question its id, its kind and the codes of its answers."""
    told = bureau.call("GET", PATH).json

    question = told["sections"][0]["questions"][0]
    assert (told["version"], question["id"], question["kind"], question["required"]) == (
        0,
        "activity_trend",
        "choice",
        True,
    )
    assert question["options"][0] == {"code": "up", "label": "En hausse"}


def test_an_old_version_is_read_as_it_was(bureau: Bureau) -> None:
    """By its number, for as long as somebody may still send it."""
    bureau.published_with(NIGHT)

    assert bureau.call("GET", PATH).json["version"] == 1
    assert "night_shifts" not in bureau.call("GET", f"{PATH}/versions/0").text
    assert bureau.call("GET", f"{PATH}/versions/7").status == 404
    assert bureau.call("GET", f"{PATH}/versions/x").status == 422


def test_a_version_is_proposed_then_published(bureau: Bureau) -> None:
    """Two commands: what is proposed can be read again by people before it is in force."""
    revision = proposed(bureau)
    draft = bureau.call("GET", f"{PATH}/draft", who="coordinator").json
    assert (draft["revision"], draft["version"]) == (revision, 1)

    order = {"expected_revision": revision, "reason": "Suivre la nuit"}
    done = bureau.call("POST", f"{PATH}/publish", order, who="coordinator", key="publication-key")

    assert (done.status, done.headers["Location"]) == (201, f"{PATH}/versions/1")
    assert bureau.call("GET", PATH).json["reason"] == "Suivre la nuit"
    assert bureau.call("GET", f"{PATH}/draft", who="coordinator").status == 404


def test_a_proposal_is_the_same_when_sent_twice(bureau: Bureau) -> None:
    """Its key answers as it did."""
    assert proposed(bureau) == proposed(bureau)


def test_a_proposal_on_what_has_moved_is_refused(bureau: Bureau) -> None:
    """409, with a code that a machine understands."""
    proposed(bureau)

    late = bureau.call("POST", f"{PATH}/draft", proposal(), who="coordinator", key="another-key")

    assert (late.status, late.json["type"].rpartition("/")[2]) == (409, "brouillon-modifie")


def test_another_meaning_for_an_id_is_refused_at_its_place(bureau: Bureau) -> None:
    """The pointer of the question, and what its id already means."""
    body = proposal()
    body["sections"][1]["questions"][0] |= {"kind": "text", "unit": "", "maximum": None}

    refused = bureau.call("POST", f"{PATH}/draft", body, who="coordinator")

    assert refused.status == 422
    assert "désigne déjà" in refused.refused["/sections/1/questions/0/kind"]
    assert bureau.versions.draft(HERE) is None


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"{PATH}/draft", None),
        ("POST", f"{PATH}/draft", proposal()),
        ("POST", f"{PATH}/publish", {"expected_revision": "x", "reason": "x"}),
    ],
)
def test_only_the_coordination_prepares(bureau: Bureau, method: str, path: str, body: Any) -> None:
    """A structure's software reads what is in force, and no more."""
    assert bureau.call(method, path, body).status == 403
    assert bureau.call(method, path, body, who=None).status == 401


def test_who_visits_nobody_reads_nothing(bureau: Bureau) -> None:
    """The agency has no questionnaire to answer."""
    assert bureau.call("GET", PATH, who="agency").status == 403
