"""Attaches documents to a visit: the browser sends the file to the bucket, then its content is checked and kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import Field

from services.visits.attachment import (
    KINDS,
    MEGABYTE,
    MOST_ATTACHMENTS,
    MOST_BYTES,
    Attachment,
    check_content,
)
from services.visits.attachment_store import AttachmentStore
from services.visits.given import Given
from services.visits.lifecycle import REPORTERS
from services.visits.store import VisitStore
from services.visits.visibility import reads, require_reads
from services.visits.visit import Visit
from services.visits.wording import Line
from shared.clock import Clock
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.idempotency import Request
from shared.identity import Caller, require
from shared.ids import NewId
from shared.tables import ConditionFailed

if TYPE_CHECKING:
    from services.visits.desk import VisitDesk
    from shared.objects import BucketClient, UploadForm

UPLOAD_SECONDS = 15 * 60
DOWNLOAD_SECONDS = 60
FORGOTTEN_AFTER = timedelta(days=1)
"""A place that nobody filled is given back."""


class AttachmentGiven(Given):
    """Une pièce à joindre."""

    title: Line = Field(description="Ce que c’est, sans nom de personne.", examples=["Plan de formation 2027"])
    kind: str = Field(description=f"Format : {', '.join(KINDS)}.", examples=["pdf"])
    shared: bool = Field(default=False, description="Lisible aussi par la coordination du territoire.")


@dataclass(frozen=True)
class Cabinet:
    """What attaching needs: the visits, the records of their attachments, and the bucket of their files."""

    visits: VisitStore
    attachments: AttachmentStore
    reach: Callable[[], BucketClient]
    """Opens the way to the bucket at its first use: most requests of a process need none."""
    clock: Clock
    new_id: NewId
    public_url: str
    """Of the site: where the bucket sends a browser back."""

    @cached_property
    def bucket(self) -> BucketClient:
        """Where the files are."""
        return self.reach()


def cabinet_of(desk: VisitDesk, reach: Callable[[], BucketClient], public_url: str) -> Cabinet:
    """The cabinet beside the desk of visits: the same table, clock and ids."""
    return Cabinet(desk.store, AttachmentStore(desk.store.table), reach, desk.clock, desk.new_id, public_url)


def begin_attachment(
    given: AttachmentGiven, visit_id: str, request: Request, caller: Caller, cabinet: Cabinet
) -> Attachment:
    """Reserves a place for a file; raises Invalid for a type that is not taken or a visit that is full, Forbidden."""
    visit = attachable(visit_id, caller, cabinet)
    earlier = cabinet.attachments.answer_to(request)
    if earlier is not None:
        return cabinet.attachments.get(caller.territory_id, visit_id, str(earlier["attachment_id"]))
    if given.kind not in KINDS:
        raise Invalid("Ce format n’est pas accepté.", fields={"kind": "Choisissez un format de la liste."})
    now = cabinet.clock.now()
    begun = cabinet.attachments.begun(visit.territory_id, visit.id)
    forgotten = _make_room(visit, now, cabinet)
    attachment = _attachment(given, visit, caller, now, cabinet.new_id(now))
    claim = request.claim({"attachment_id": attachment.id}, now)
    cabinet.attachments.begin(attachment, begun, forgotten, claim)
    return attachment


def upload_form(attachment: Attachment, cabinet: Cabinet) -> UploadForm:
    """What a browser posts the file with, for 15 minutes, to come back to the page that keeps it; raises Conflict."""
    if attachment.state != "pending":
        raise Conflict("Cette pièce est déjà jointe.")
    return cabinet.bucket.upload_form(
        attachment.incoming_key,
        attachment.type.content_type,
        most_bytes=MOST_BYTES,
        seconds=UPLOAD_SECONDS,
        back=f"{cabinet.public_url}/visites/{attachment.visit_id}/pieces/{attachment.id}/arrivee",
    )


def keep_attachment(visit_id: str, attachment_id: str, caller: Caller, cabinet: Cabinet) -> Attachment:
    """Checks the file that has come and keeps it; said again, changes nothing.

    Raises Conflict while there is no file. A file that is not what was declared is deleted with its place: Invalid.
    """
    attachable(visit_id, caller, cabinet)
    attachment = cabinet.attachments.get(caller.territory_id, visit_id, attachment_id)
    if attachment.state != "pending":
        return attachment
    try:
        content = _checked(attachment, cabinet)
    except Invalid:
        cabinet.attachments.drop(attachment)
        cabinet.bucket.delete(attachment.incoming_key)
        raise
    return _keep(attachment, content, cabinet)


def remove_attachment(visit_id: str, attachment_id: str, reason: str, caller: Caller, cabinet: Cabinet) -> Attachment:
    """Deletes the file and keeps the trace of who, when and why; said again, changes nothing. Raises Invalid, Forbidden."""
    attachable(visit_id, caller, cabinet)
    attachment = cabinet.attachments.get(caller.territory_id, visit_id, attachment_id)
    if attachment.state == "removed":
        return attachment
    if not reason:
        raise Invalid("Dites pourquoi.", fields={"reason": "Dites pourquoi cette pièce est retirée."})
    changes = {
        "state": "removed",
        "removed_by": caller.member_id,
        "removed_at": cabinet.clock.now(),
        "removal_reason": reason,
    }
    removed = attachment.model_copy(update=changes)
    cabinet.attachments.replace(removed, before=attachment.state)
    cabinet.bucket.delete(attachment.incoming_key)
    cabinet.bucket.delete(attachment.key)
    return removed


def download_link(visit_id: str, attachment_id: str, caller: Caller, cabinet: Cabinet) -> str:
    """Where the file can be read for one minute; raises NotFound for who may not read it."""
    visit = _seen(visit_id, caller, cabinet)
    attachment = cabinet.attachments.get(caller.territory_id, visit_id, attachment_id)
    if attachment not in readable([attachment], visit, caller) or attachment.state != "kept":
        raise NotFound("Cette pièce n’existe pas, ou vous n’y avez pas accès.")
    return cabinet.bucket.download_url(attachment.key, attachment.filename, seconds=DOWNLOAD_SECONDS)


def list_attachments(visit_id: str, caller: Caller, cabinet: Cabinet) -> list[Attachment]:
    """The attachments of a visit that the caller reads, the forgotten places apart; raises NotFound."""
    visit = _seen(visit_id, caller, cabinet)
    found = cabinet.attachments.of_visit(visit.territory_id, visit.id)
    now = cabinet.clock.now()
    return readable([one for one in found if not _forgotten(one, now)], visit, caller)


def readable(attachments: list[Attachment], visit: Visit, caller: Caller) -> list[Attachment]:
    """Those of the caller's own structure; of another one's, what was kept and shared with those who follow it up."""
    if may_attach(visit, caller):
        return attachments
    follows = reads(caller, visit, "follow_up")
    return [one for one in attachments if follows and one.shared and one.state == "kept"]


def attachable(visit_id: str, caller: Caller, cabinet: Cabinet) -> Visit:
    """The visit, if the caller may add to it or take away; raises NotFound, Forbidden."""
    require(caller, *REPORTERS)
    visit = _seen(visit_id, caller, cabinet)
    if not may_attach(visit, caller):
        raise Forbidden("Seule la structure qui a fait la visite y joint des pièces.")
    return visit


def may_attach(visit: Visit, caller: Caller) -> bool:
    """Whether the visit is of the caller's own structure."""
    return reads(caller, visit, "private")


def _seen(visit_id: str, caller: Caller, cabinet: Cabinet) -> Visit:
    visit = cabinet.visits.visit(caller.territory_id, visit_id)
    require_reads(caller, visit)
    return visit


def _attachment(given: AttachmentGiven, visit: Visit, caller: Caller, now: datetime, attachment_id: str) -> Attachment:
    return Attachment(
        id=attachment_id,
        territory_id=visit.territory_id,
        visit_id=visit.id,
        title=given.title,
        kind=given.kind,
        shared=given.shared,
        member_id=caller.member_id,
        begun_at=now,
    )


def _make_room(visit: Visit, now: datetime, cabinet: Cabinet) -> list[Attachment]:
    """The forgotten places, whose files are deleted; raises Invalid when all places are taken."""
    found = cabinet.attachments.of_visit(visit.territory_id, visit.id)
    forgotten = [one for one in found if _forgotten(one, now)]
    taken = [one for one in found if one.state != "removed" and one not in forgotten]
    if len(taken) >= MOST_ATTACHMENTS:
        raise Invalid(
            f"Une visite a au plus {MOST_ATTACHMENTS} pièces : retirez-en une d’abord.", code="trop-de-pieces"
        )
    for one in forgotten:
        cabinet.bucket.delete(one.incoming_key)
    return forgotten


def _forgotten(attachment: Attachment, now: datetime) -> bool:
    return attachment.state == "pending" and attachment.begun_at < now - FORGOTTEN_AFTER


def _checked(attachment: Attachment, cabinet: Cabinet) -> bytes:
    found = cabinet.bucket.stat(attachment.incoming_key)
    if found is None:
        raise Conflict("Le fichier n’est pas encore arrivé : envoyez-le, puis recommencez.", code="fichier-attendu")
    if not 0 < found.size <= MOST_BYTES:
        most = MOST_BYTES // MEGABYTE
        raise Invalid(f"Un fichier vide ou de plus de {most} Mo n’est pas accepté.", code="taille-de-fichier")
    content = cabinet.bucket.get(attachment.incoming_key)
    check_content(content, attachment.type)
    return content


def _keep(attachment: Attachment, content: bytes, cabinet: Cabinet) -> Attachment:
    """Keeps a copy of what was checked: the form of the upload could still replace the file itself."""
    cabinet.bucket.put(attachment.key, content, attachment.type.content_type)
    changes = {"state": "kept", "size": len(content), "checked_at": cabinet.clock.now()}
    kept = attachment.model_copy(update=changes)
    try:
        cabinet.attachments.replace(kept, before="pending")
    except ConditionFailed:
        # Confirmed twice at once: the other one has kept the same bytes.
        return cabinet.attachments.get(attachment.territory_id, attachment.visit_id, attachment.id)
    cabinet.bucket.delete(attachment.incoming_key)
    return kept
