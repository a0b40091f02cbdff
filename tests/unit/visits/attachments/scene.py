"""A visit of the chamber of commerce, a bucket, and the ways to attach to it as somebody."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.visits.attaching import (
    AttachmentGiven,
    begin_attachment,
    keep_attachment,
    upload_form,
)
from services.visits.attachment import Attachment
from shared.idempotency import Request
from tests.unit.visits.attachments.files import PDF
from tests.unit.visits.territory import KEY, Territory, report


@dataclass
class Attaching:
    """What the tests of attachments start from: one visit, reported by the capteur of the chamber."""

    territory: Territory = field(default_factory=Territory)

    def __post_init__(self) -> None:
        self.visit_id = self.territory.report(report(needs=[])).visit_id
        self.cabinet, self.bucket = self.territory.cabinet, self.territory.bucket

    def begin(self, key: str = KEY, who: str = "capteur", **changes: object) -> Attachment:
        """Reserves a place for a PDF; `changes` replace what is given."""
        caller = self.territory.caller(who)
        given = AttachmentGiven.model_validate({"title": "Plan de formation", "kind": "pdf"} | changes)
        request = Request.of(caller.territory_id, caller.member_id, f"attach-{key}", given.model_dump_json())
        return begin_attachment(given, self.visit_id, request, caller, self.cabinet)

    def send(self, attachment: Attachment, content: bytes = PDF) -> bool:
        """Posts the file as a browser does; whether the bucket took it."""
        return self.bucket.receive(upload_form(attachment, self.cabinet), content)

    def keep(self, attachment: Attachment, who: str = "capteur") -> Attachment:
        return keep_attachment(self.visit_id, attachment.id, self.territory.caller(who), self.cabinet)

    def kept(self, key: str = KEY, *, shared: bool = False) -> Attachment:
        """An attachment that has gone all the way."""
        attachment = self.begin(key, shared=shared)
        assert self.send(attachment)
        return self.keep(attachment)
