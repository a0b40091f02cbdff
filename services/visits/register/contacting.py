"""Keeps the persons to call in an enterprise: adds, corrects, notes an objection, forgets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from services.visits.findings import Findings
from services.visits.register.adding import note_of
from services.visits.register.commands import ContactGiven, CorrectContact
from services.visits.register.contact import Contact, check_last_contact, read_email, read_phone
from services.visits.register.desk import RegisterDesk
from services.visits.register.files import contact_delete, contact_put, note_put
from services.visits.register.folding import words_of
from services.visits.register.note import NoteKind
from services.visits.register.rights import READERS
from shared.errors import Conflict, Invalid
from shared.idempotency import Request
from shared.identity import Caller, require
from shared.ids import derived_id
from shared.tables import Write

OBJECTED = "Cette personne a demandé à ne plus être contactée : elle ne peut pas être réinscrite."


class ContactKept(BaseModel):
    """The answer to each command about a contact: ids only, for the answer is remembered."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    contact_id: str
    version: int


@dataclass(frozen=True)
class Contacts:
    """The commands about contacts; each raises Forbidden, NotFound for an unknown enterprise or contact, Invalid."""

    desk: RegisterDesk

    def add(self, enterprise_id: str, given: ContactGiven, request: Request, caller: Caller) -> ContactKept:
        """Writes somebody in; Invalid for who objected."""
        earlier = self._earlier(request, caller)
        if earlier is not None:
            return earlier
        self.desk.store.get(caller.territory_id, enterprise_id)
        contact_id = derived_id("contact", request.territory_id, request.caller_id, request.key)
        contact = self._contact(given, enterprise_id, contact_id, caller)
        self._refuse_objector(contact)
        return self._keep("contact_added", contact, contact_put(contact), request, caller)

    def correct(
        self, enterprise_id: str, contact_id: str, given: CorrectContact, request: Request, caller: Caller
    ) -> ContactKept:
        """Replaces what is known of somebody; Conflict when it changed meanwhile, Invalid for who objected."""
        earlier = self._earlier(request, caller)
        if earlier is not None:
            return earlier
        known = self.desk.files.contact(caller.territory_id, enterprise_id, contact_id)
        if known.objected_on:
            raise Invalid(OBJECTED, code="opposition")
        if known.version != given.expected_version:
            raise Conflict("Ce contact a changé entre-temps : relisez-le et recommencez.")
        contact = self._contact(given, enterprise_id, contact_id, caller)
        contact = contact.model_copy(update={"version": known.version + 1})
        return self._keep("contact_corrected", contact, contact_put(contact, known.version), request, caller)

    def object(self, enterprise_id: str, contact_id: str, request: Request, caller: Caller) -> ContactKept:
        """Somebody wants no more calls: telephone and address are erased, the name stays so that nobody calls again."""
        earlier = self._earlier(request, caller)
        if earlier is not None:
            return earlier
        known = self.desk.files.contact(caller.territory_id, enterprise_id, contact_id)
        today = self.desk.today()
        silent = {"phone": None, "email": None, "objected_on": today, "last_contact_on": today}
        contact = known.model_copy(update=silent | {"version": known.version + 1})
        return self._keep("contact_objected", contact, contact_put(contact, known.version), request, caller)

    def remove(self, enterprise_id: str, contact_id: str, request: Request, caller: Caller) -> ContactKept:
        """Forgets somebody at once."""
        earlier = self._earlier(request, caller)
        if earlier is not None:
            return earlier
        contact = self.desk.files.contact(caller.territory_id, enterprise_id, contact_id)
        return self._keep("contact_removed", contact, contact_delete(contact), request, caller)

    def _earlier(self, request: Request, caller: Caller) -> ContactKept | None:
        require(caller, *READERS)
        earlier = self.desk.files.answer_to(request)
        return None if earlier is None else ContactKept.model_validate(earlier)

    def _contact(self, given: ContactGiven, enterprise_id: str, contact_id: str, caller: Caller) -> Contact:
        return read_contact(given, enterprise_id, contact_id, caller.territory_id, self.desk)

    def _refuse_objector(self, contact: Contact) -> None:
        file = self.desk.files.file(contact.territory_id, contact.enterprise_id, self.desk.clock.now())
        objectors = {tuple(words_of(known.name)) for known in file.contacts if known.objected_on}
        if tuple(words_of(contact.name)) in objectors:
            raise Invalid(OBJECTED, code="opposition", fields={"/name": OBJECTED})

    def _keep(self, kind: NoteKind, contact: Contact, write: Write, request: Request, caller: Caller) -> ContactKept:
        now = self.desk.clock.now()
        note = note_put(note_of(kind, caller, self.desk.new_id(now), now), contact.territory_id, contact.enterprise_id)
        kept = ContactKept(contact_id=contact.id, version=contact.version)
        return self.desk.files.do_once(kept, [write, note], request, now)


def read_contact(
    given: ContactGiven, enterprise_id: str, contact_id: str, territory_id: str, desk: RegisterDesk
) -> Contact:
    """The contact that was typed; raises Invalid with a message for each JSON pointer."""
    findings = Findings("Le contact contient des données à corriger.")
    phone = _checked(findings, "/phone", read_phone, given.phone)
    email = _checked(findings, "/email", read_email, given.email)
    with findings.at("/last_contact_on"):
        check_last_contact(given.last_contact_on, desk.today())
    findings.conclude()
    return Contact(
        id=contact_id,
        territory_id=territory_id,
        enterprise_id=enterprise_id,
        name=given.name,
        function=given.function,
        phone=phone,
        email=email,
        last_contact_on=given.last_contact_on,
        recorded_at=desk.clock.now(),
    )


def _checked(findings: Findings, place: str, read: Callable[[str], str], text: str | None) -> str | None:
    with findings.at(place):
        return read(text) if text else None
    return None
