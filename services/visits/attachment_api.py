"""The JSON API of a visit's attachments: reserve a place, send the file to the bucket, have it checked, read, remove."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.visits.attaching import (
    DOWNLOAD_SECONDS,
    UPLOAD_SECONDS,
    AttachmentGiven,
    Cabinet,
    begin_attachment,
    download_link,
    keep_attachment,
    list_attachments,
    remove_attachment,
    upload_form,
)
from services.visits.attachment import MEGABYTE, MOST_BYTES, Attachment, AttachmentState
from services.visits.given import Given
from services.visits.wording import Line
from shared.web.api import Callers
from shared.web.openapi import route

LONGEST_ID = 64
VisitId = Annotated[str, Path(min_length=1, max_length=LONGEST_ID, description="Identifiant de la visite.")]
AttachmentId = Annotated[str, Path(min_length=1, max_length=LONGEST_ID, description="Identifiant de la pièce.")]


class RemovalGiven(Given):
    """Le retrait d’une pièce."""

    reason: Line = Field(description="Pourquoi, en quelques mots.", examples=["Mauvais fichier"])


class AttachmentAnswer(BaseModel):
    """Une pièce jointe à une visite."""

    model_config = ConfigDict(frozen=True, defer_build=True, from_attributes=True)

    id: str
    title: str
    kind: str = Field(description="Format.", examples=["pdf"])
    shared: bool = Field(description="Lisible aussi par la coordination du territoire.")
    state: AttachmentState = Field(description="`pending` : fichier attendu ; `kept` : vérifié ; `removed` : retiré.")
    size: int | None = Field(description="Octets, une fois le fichier vérifié.")
    begun_at: AwareDatetime
    removed_at: AwareDatetime | None
    removal_reason: str | None


class UploadAnswer(BaseModel):
    """Comment envoyer le fichier : en multipart à `url`, `fields` d’abord, puis le champ `file`."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    url: str
    fields: Mapping[str, str]
    seconds: int = Field(description="Durée de validité.")
    most_bytes: int


class BegunAnswer(AttachmentAnswer):
    """Une place réservée, et comment y envoyer le fichier."""

    upload: UploadAnswer


class LinkAnswer(BaseModel):
    """Où lire le fichier."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    url: str
    seconds: int = Field(description="Durée de validité du lien.")


class AttachmentListAnswer(BaseModel):
    """Les pièces d’une visite, dans l’ordre où elles ont été jointes."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    items: tuple[AttachmentAnswer, ...]
    next_cursor: None = None


@dataclass(frozen=True)
class AttachmentsApi:
    """The routes; each one finds its caller, then asks a use case."""

    cabinet: Cabinet
    callers: Callers

    def list_all(self, visit_id: VisitId) -> AttachmentListAnswer:
        found = list_attachments(visit_id, self.callers.caller(), self.cabinet)
        return AttachmentListAnswer(items=tuple(map(_answer, found)))

    def begin(self, visit_id: VisitId, given: Annotated[AttachmentGiven, Body()]) -> Response[BegunAnswer]:
        caller = self.callers.caller()
        request = self.callers.command(caller)
        attachment = begin_attachment(given, visit_id, request, caller, self.cabinet)
        form = upload_form(attachment, self.cabinet)
        upload = UploadAnswer(url=form.url, fields=form.fields, seconds=UPLOAD_SECONDS, most_bytes=MOST_BYTES)
        return Response(201, "application/json", BegunAnswer(**dict(_answer(attachment)), upload=upload))

    def keep(self, visit_id: VisitId, attachment_id: AttachmentId) -> AttachmentAnswer:
        return _answer(keep_attachment(visit_id, attachment_id, self.callers.caller(), self.cabinet))

    def link(self, visit_id: VisitId, attachment_id: AttachmentId) -> LinkAnswer:
        url = download_link(visit_id, attachment_id, self.callers.caller(), self.cabinet)
        return LinkAnswer(url=url, seconds=DOWNLOAD_SECONDS)

    def remove(
        self, visit_id: VisitId, attachment_id: AttachmentId, given: Annotated[RemovalGiven, Body()]
    ) -> AttachmentAnswer:
        return _answer(remove_attachment(visit_id, attachment_id, given.reason, self.callers.caller(), self.cabinet))

    def add_routes(self) -> None:
        """Adds them to the API of visits."""
        all_of, one = "/api/v1/visits/<visit_id>/attachments", "/api/v1/visits/<visit_id>/attachments/<attachment_id>"
        self.callers.app.get(all_of, **LIST)(self.list_all)
        self.callers.app.post(all_of, **BEGIN)(self.begin)
        self.callers.app.post(f"{one}/keep", **KEEP)(self.keep)
        self.callers.app.get(f"{one}/link", **LINK)(self.link)
        self.callers.app.post(f"{one}/remove", **REMOVE)(self.remove)


def _answer(attachment: Attachment) -> AttachmentAnswer:
    return AttachmentAnswer.model_validate(attachment)


_route = partial(route, "Pièces jointes")


LIST = _route("Lister les pièces d’une visite", "Celles que l’appelant peut lire.", *(403, 404, 422))
BEGIN = _route(
    "Joindre une pièce",
    f"Réserve une place (dix par visite) et dit où envoyer le fichier, {MOST_BYTES // MEGABYTE} Mo au plus. "
    "Une place sans fichier est rendue après un jour.",
    *(403, 404, 409, 413, 422),
    status=201,
)
KEEP = _route(
    "Confirmer l’envoi d’une pièce",
    "Vérifie la taille et le contenu du fichier, puis le garde ; un fichier d’un autre format est supprimé. "
    "Répétée, cette commande ne change rien.",
    *(403, 404, 409, 422),
)
LINK = _route("Lire une pièce", "Un lien d’une minute vers le fichier.", *(403, 404, 422))
REMOVE = _route(
    "Retirer une pièce",
    "Supprime le fichier ; qui l’a retiré, quand et pourquoi restent inscrits. Répétée, cette commande ne change rien.",
    *(403, 404, 413, 422),
)
