"""The form of a person to call: added, corrected, silent at their own request, or forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lambda_powertools.event_handler import Response

from services.visits.register.commands import CorrectContact
from services.visits.register.contact import Contact
from services.visits.register.contacting import Contacts
from services.visits.register.enterprise import Enterprise
from services.visits.register.typed import asked, contact_fields, form_again, read_contact_form
from services.visits.site import expected_version
from shared.errors import Conflict, Invalid, NotFound
from shared.identity import Caller
from shared.web.flash import Flash
from shared.web.forms import Form
from shared.web.requests import posted_form
from shared.web.responses import redirect

if TYPE_CHECKING:
    from services.visits.register.pages import RegisterPages

NEW = "nouveau"
KEPT = Flash("Le contact est enregistré.")
SILENT = Flash("C’est noté : ses coordonnées sont effacées, et personne ne la réinscrira.")
FORGOTTEN = Flash("Le contact est effacé.")


@dataclass(frozen=True)
class ContactForms:
    """Each ends on the enterprise's page. A contact stays with the record that it was written in."""

    site: RegisterPages

    def show(self, enterprise_id: str, contact_id: str) -> Response[str]:
        caller = self.site.reader()
        enterprise = self.site.desk.store.get(caller.territory_id, enterprise_id)
        if contact_id == NEW:
            return self._form(enterprise, None, Form(self._today()))
        contact = self._contact(enterprise_id, contact_id, caller)
        return self._form(enterprise, contact, Form(contact_fields(contact)))

    def keep(self, enterprise_id: str, contact_id: str) -> Response[str]:
        caller = self.site.reader()
        enterprise = self.site.desk.store.get(caller.territory_id, enterprise_id)
        fields = posted_form(self.site.app, self.site.public_url)
        try:
            self._keep(enterprise_id, contact_id, fields, caller)
        except (Invalid, Conflict) as error:
            contact = None if contact_id == NEW else self._contact(enterprise_id, contact_id, caller)
            return self._form(enterprise, contact, _again(fields, error, contact), status=error.status)
        return self._back(enterprise_id, caller, KEPT)

    def end(self, enterprise_id: str, contact_id: str, act: str) -> Response[str]:
        caller, contacts = self.site.reader(), Contacts(self.site.desk)
        request = asked(posted_form(self.site.app, self.site.public_url), caller)
        acts = {"opposition": (contacts.object, SILENT), "retrait": (contacts.remove, FORGOTTEN)}
        if act not in acts:
            raise NotFound("Cette action n’existe pas.")
        carry_out, flash = acts[act]
        carry_out(enterprise_id, contact_id, request, caller)
        return self._back(enterprise_id, caller, flash)

    def _keep(self, enterprise_id: str, contact_id: str, fields: Mapping[str, str], caller: Caller) -> None:
        contacts, request = Contacts(self.site.desk), asked(fields, caller)
        given = read_contact_form(fields)
        if contact_id == NEW:
            contacts.add(enterprise_id, given, request, caller)
            return
        command = CorrectContact(**given.model_dump(), expected_version=max(1, expected_version(fields)))
        contacts.correct(enterprise_id, contact_id, command, request, caller)

    def _back(self, enterprise_id: str, caller: Caller, flash: Flash) -> Response[str]:
        survivor_id = self.site.desk.files.survivor_of(caller.territory_id, enterprise_id)
        return redirect(f"/entreprises/{survivor_id}", flash=flash)

    def _contact(self, enterprise_id: str, contact_id: str, caller: Caller) -> Contact:
        return self.site.desk.files.contact(caller.territory_id, enterprise_id, contact_id)

    def _form(self, enterprise: Enterprise, contact: Contact | None, form: Form, status: int = 200) -> Response[str]:
        return self.site.render(
            "register/contact.html",
            status,
            f=form,
            key=self.site.key(form),
            end_key=self.site.desk.new_id(self.site.desk.clock.now()),
            enterprise=enterprise,
            contact=contact,
        )

    def _today(self) -> dict[str, str]:
        day = self.site.desk.today()
        return {f"last_contact_on-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}


def _again(fields: Mapping[str, str], error: Invalid | Conflict, contact: Contact | None) -> Form:
    """What was typed; after a conflict it is sent over the version that is there now, once the person has read so."""
    if contact and isinstance(error, Conflict):
        fields = {**fields, "expected_version": str(contact.version)}
    return form_again(fields, error)
