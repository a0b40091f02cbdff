"""Attaching a document: reserve a place, send the file, have it checked, read it, take it away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.visits.attaching import (
    DOWNLOAD_SECONDS,
    download_link,
    list_attachments,
    remove_attachment,
    upload_form,
)
from services.visits.attachment import MOST_ATTACHMENTS, MOST_BYTES
from shared.errors import Conflict, Forbidden, Invalid, NotFound, VigieError
from shared.tables import ConditionFailed, Put
from tests.unit.visits.attachments.files import PDF, PNG, PROGRAM
from tests.unit.visits.attachments.scene import Attaching


@pytest.fixture
def scene() -> Attaching:
    """A visit without any attachment."""
    return Attaching()


def test_a_file_that_is_what_it_says_is_kept(scene: Attaching) -> None:
    """Its size is known, and nothing is left where it came in."""
    attachment = scene.kept()

    assert (attachment.state, attachment.size) == ("kept", len(PDF))
    assert list(scene.bucket.objects) == [attachment.key]


def test_the_form_holds_size_type_and_way_back(scene: Attaching) -> None:
    """The bucket itself refuses more than ten megabytes."""
    attachment = scene.begin()
    form = upload_form(attachment, scene.cabinet)

    assert form.fields["Content-Type"] == "application/pdf"
    assert form.fields["success_action_redirect"].endswith(f"/pieces/{attachment.id}/arrivee")
    assert not scene.send(attachment, b"%PDF-" + b"x" * MOST_BYTES)


@pytest.mark.parametrize("content", [PNG, PROGRAM])
def test_a_file_that_is_something_else_is_deleted(scene: Attaching, content: bytes) -> None:
    """It is refused with its place, so that another one may be sent."""
    attachment = scene.begin()
    scene.send(attachment, content)

    with pytest.raises(Invalid, match="format annoncé"):
        scene.keep(attachment)
    assert scene.bucket.objects == {}
    assert scene.territory.kept("ATTACHMENT#") == []


def test_a_file_too_large_for_the_rule_is_deleted_however_it_came(scene: Attaching) -> None:
    """The real size counts, not what the form allowed."""
    attachment = scene.begin()
    scene.bucket.put(attachment.incoming_key, b"%PDF-" + b"x" * MOST_BYTES, "application/pdf")

    with pytest.raises(Invalid, match="10 Mo"):
        scene.keep(attachment)
    assert scene.bucket.objects == {}


def test_nothing_is_kept_before_the_file_has_come(scene: Attaching) -> None:
    """The place stays reserved."""
    attachment = scene.begin()

    with pytest.raises(Conflict, match="pas encore arrivé"):
        scene.keep(attachment)
    assert scene.territory.kept("ATTACHMENT#")[0]["state"] == "pending"


def test_what_was_checked_cannot_be_replaced(scene: Attaching) -> None:
    """The upload's form is good for some more minutes: it writes elsewhere than what is read."""
    attachment = scene.begin()
    form = upload_form(attachment, scene.cabinet)
    scene.bucket.receive(form, PDF)
    kept = scene.keep(attachment)

    scene.bucket.receive(form, PROGRAM)

    assert scene.bucket.get(kept.key) == PDF
    with pytest.raises(Conflict):
        upload_form(kept, scene.cabinet)


def test_confirmed_twice_is_kept_once(scene: Attaching) -> None:
    """The browser may come back by the history."""
    attachment = scene.kept()

    assert scene.keep(attachment) == attachment


def test_the_same_request_reserves_one_place(scene: Attaching) -> None:
    """A double click is one attachment."""
    assert scene.begin().id == scene.begin().id
    assert len(scene.territory.kept("ATTACHMENT#")) == 1


def test_a_visit_has_ten_places(scene: Attaching) -> None:
    """The eleventh is refused, and possible again once one is taken away."""
    first, *_others = (scene.begin(str(number)) for number in range(MOST_ATTACHMENTS))

    with pytest.raises(Invalid, match="au plus 10"):
        scene.begin("eleventh")
    remove_attachment(scene.visit_id, first.id, "Doublon", scene.territory.caller(), scene.cabinet)
    assert scene.begin("eleventh").state == "pending"


def test_two_who_begin_at_once_meet(scene: Attaching) -> None:
    """Otherwise the tenth place could be given twice."""
    scene.begin("first")
    records = scene.cabinet.attachments
    late = scene.begin("second").model_copy(update={"id": "late"})
    claim = Put(scene.territory.kept("IDEMPOTENCY")[0] | {"sk": "another"})

    with pytest.raises(ConditionFailed):
        records.begin(late, 1, [], claim)


def test_a_place_that_nobody_filled_is_given_back(scene: Attaching) -> None:
    """After a day it is listed no more, and its file goes with the next attachment."""
    forgotten = scene.begin("first")
    scene.send(forgotten)
    scene.territory.clock.now_is += timedelta(days=1, minutes=1)

    assert list_attachments(scene.visit_id, scene.territory.caller(), scene.cabinet) == []
    scene.begin("second")
    assert scene.bucket.objects == {}
    assert len(scene.territory.kept("ATTACHMENT#")) == 1


def test_a_type_that_is_not_taken_is_told_beside_its_field(scene: Attaching) -> None:
    """A program has no place here."""
    with pytest.raises(Invalid) as refusal:
        scene.begin(kind="exe")

    assert refusal.value.fields == {"kind": "Choisissez un format de la liste."}


@pytest.mark.parametrize(
    ("who", "shared", "error"),
    [
        ("capteur", False, None),
        ("colleague", False, None),
        ("coordinator", False, NotFound),
        ("coordinator", True, None),
        ("rival", True, NotFound),
        ("neighbour", True, NotFound),
    ],
)
def test_who_reads_an_attachment(scene: Attaching, who: str, shared: bool, error: type[VigieError] | None) -> None:
    """The structure reads its own; the coordination what was shared; others nothing, for one minute."""
    attachment = scene.kept(shared=shared)
    caller = scene.territory.caller(who)

    if error:
        with pytest.raises(error):
            download_link(scene.visit_id, attachment.id, caller, scene.cabinet)
    else:
        link = download_link(scene.visit_id, attachment.id, caller, scene.cabinet)
        assert f"&seconds={DOWNLOAD_SECONDS}" in link
        assert "Plan%20de%20formation.pdf" in link


def test_the_coordination_attaches_nothing_to_the_visit_of_a_structure(scene: Attaching) -> None:
    """It reads; the documents are handed over to those who came."""
    with pytest.raises(Forbidden):
        scene.begin(who="coordinator")


def test_the_coordination_sees_no_place_that_is_not_filled(scene: Attaching) -> None:
    """What may still be refused is nobody else's business."""
    scene.begin("first", shared=True)
    kept = scene.kept("second", shared=True)

    assert list_attachments(scene.visit_id, scene.territory.caller("coordinator"), scene.cabinet) == [kept]


def test_what_is_taken_away_leaves_a_trace_and_no_file(scene: Attaching) -> None:
    """Who, when and why stay; saying it again changes nothing."""
    attachment = scene.kept()
    caller = scene.territory.caller("colleague")

    removed = remove_attachment(scene.visit_id, attachment.id, "Mauvais fichier", caller, scene.cabinet)
    again = remove_attachment(scene.visit_id, attachment.id, "Autre motif", caller, scene.cabinet)

    assert scene.bucket.objects == {}
    assert (removed.removed_by, removed.removal_reason) == ("colleague", "Mauvais fichier")
    assert again == removed
    with pytest.raises(NotFound):
        download_link(scene.visit_id, attachment.id, caller, scene.cabinet)


def test_taking_away_asks_why(scene: Attaching) -> None:
    """Without a reason nothing is deleted."""
    attachment = scene.kept()

    with pytest.raises(Invalid, match="pourquoi"):
        remove_attachment(scene.visit_id, attachment.id, "", scene.territory.caller(), scene.cabinet)
    assert scene.bucket.objects
