"""The pages of a visit's attachments: describe one, send its file to the bucket, read it, take it away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aws_lambda_powertools.event_handler import Response

from services.visits.attaching import (
    AttachmentGiven,
    Cabinet,
    attachable,
    begin_attachment,
    download_link,
    keep_attachment,
    remove_attachment,
    upload_form,
)
from services.visits.attachment import KINDS, MEGABYTE, MOST_BYTES
from services.visits.findings import Findings
from services.visits.site import Site
from services.visits.wording import LINE_LENGTH
from shared.errors import Conflict, Invalid, NotFound
from shared.typed import clean
from shared.web.flash import Flash
from shared.web.forms import Form
from shared.web.responses import external_redirect, redirect

KEPT = Flash("La pièce est jointe à la visite.")
REMOVED = Flash("La pièce est retirée.")
PAGE = "/visites/<visit_id>/pieces"


@dataclass(frozen=True)
class AttachmentPages:
    """The routes; each one finds its caller, then asks a use case."""

    site: Site
    cabinet: Cabinet

    def describe(self, visit_id: str) -> Response[str]:
        """The form that says what will be attached."""
        attachable(visit_id, self.site.reporter(), self.cabinet)
        return self._description(visit_id, Form({"kind": "pdf"}))

    def begin(self, visit_id: str) -> Response[str]:
        caller, fields = self.site.reporter(), self.site.posted()
        try:
            given = _read(fields)
            begun = begin_attachment(given, visit_id, self.site.request(fields, caller), caller, self.cabinet)
        except Invalid as error:
            return self._description(visit_id, self.site.again(fields, error), 422)
        return redirect(f"/visites/{visit_id}/pieces/{begun.id}")

    def choose(self, visit_id: str, attachment_id: str) -> Response[str]:
        """The form that a browser sends the file with, straight to the bucket."""
        visit = attachable(visit_id, self.site.reporter(), self.cabinet)
        attachment = self.cabinet.attachments.get(visit.territory_id, visit_id, attachment_id)
        if attachment.state != "pending":
            return redirect(f"/visites/{visit_id}#pieces")
        form = upload_form(attachment, self.cabinet)
        context = {"visit": visit, "attachment": attachment, "form": form, "most": MOST_BYTES // MEGABYTE}
        return self.site.show("visits/attachment_file.html", context, form_targets=[form.origin])

    def arrive(self, visit_id: str, attachment_id: str) -> Response[str]:
        """Where the bucket sends the browser back: the file is checked, whether it came once or again."""
        try:
            keep_attachment(visit_id, attachment_id, self.site.reporter(), self.cabinet)
        except Invalid as error:
            return redirect(f"/visites/{visit_id}/pieces/nouvelle", flash=Flash(error.message, "urgent"))
        except Conflict as error:
            return redirect(f"/visites/{visit_id}/pieces/{attachment_id}", flash=Flash(error.message, "watch"))
        return redirect(f"/visites/{visit_id}#pieces", flash=KEPT)

    def read(self, visit_id: str, attachment_id: str) -> Response[str]:
        """Leads to the file by a link of one minute."""
        return external_redirect(download_link(visit_id, attachment_id, self.site.reporter(), self.cabinet))

    def ask_removal(self, visit_id: str, attachment_id: str) -> Response[str]:
        return self._removal(visit_id, attachment_id, Form())

    def remove(self, visit_id: str, attachment_id: str) -> Response[str]:
        caller, fields = self.site.reporter(), self.site.posted()
        reason = str(clean(fields.get("reason", "")))[:LINE_LENGTH]
        try:
            remove_attachment(visit_id, attachment_id, reason, caller, self.cabinet)
        except Invalid as error:
            return self._removal(visit_id, attachment_id, self.site.again(fields, error), 422)
        return redirect(f"/visites/{visit_id}#pieces", flash=REMOVED)

    def register(self) -> None:
        """Adds the routes, the fixed addresses before those that hold an id."""
        app, one = self.site.app, f"{PAGE}/<attachment_id>"
        app.get(f"{PAGE}/nouvelle")(self.describe)
        app.post(f"{PAGE}/nouvelle")(self.begin)
        app.get(one)(self.choose)
        app.get(f"{one}/arrivee")(self.arrive)
        app.get(f"{one}/fichier")(self.read)
        app.get(f"{one}/retrait")(self.ask_removal)
        app.post(f"{one}/retrait")(self.remove)

    def _description(self, visit_id: str, form: Form, status: int = 200) -> Response[str]:
        context = {
            "visit_id": visit_id,
            "f": form,
            "key": self.site.key(form),
            "kinds": [(name, kind.label) for name, kind in KINDS.items()],
            "longest": LINE_LENGTH,
            "most": MOST_BYTES // MEGABYTE,
        }
        return self.site.show("visits/attachment.html", context, status)

    def _removal(self, visit_id: str, attachment_id: str, form: Form, status: int = 200) -> Response[str]:
        visit = attachable(visit_id, self.site.reporter(), self.cabinet)
        attachment = self.cabinet.attachments.get(visit.territory_id, visit_id, attachment_id)
        if attachment.state == "removed":
            raise NotFound("Cette pièce est déjà retirée.")
        context = {"visit": visit, "attachment": attachment, "f": form, "longest": LINE_LENGTH}
        return self.site.show("visits/attachment_removal.html", context, status)


def _read(fields: Mapping[str, str]) -> AttachmentGiven:
    """What was typed, as a command; raises Invalid with a message for each field."""
    findings = Findings("La pièce n’est pas encore jointe.")
    title = str(clean(fields.get("title", "")))
    if not title:
        findings.add("title", "Dites ce que c’est.")
    if len(title) > LINE_LENGTH:
        findings.add("title", f"Trop long : au plus {LINE_LENGTH} caractères.")
    if fields.get("kind") not in KINDS:
        findings.add("kind", "Choisissez un format de la liste.")
    findings.conclude()
    return AttachmentGiven(title=title, kind=fields["kind"], shared=fields.get("shared") == "oui")
