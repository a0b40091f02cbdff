"""From the fields of the register's forms to commands, and from a refusal back to the fields."""

from __future__ import annotations

import json
from collections.abc import Mapping

from services.visits.findings import Findings
from services.visits.form_fields import Fields
from services.visits.register.commands import AddEnterprise, ContactGiven
from services.visits.register.contact import Contact
from services.visits.register.places import find_commune
from services.visits.wording import TEXT_LENGTH
from shared.errors import Conflict, Invalid, VigieError
from shared.idempotency import Request
from shared.identity import Caller
from shared.typed import clean
from shared.web.forms import Form, read_date

KEY = "idempotency_key"
SPENT_KEYS = frozenset({"cle-idempotence", "cle-idempotence-reutilisee"})
SPENT = "Ce formulaire a déjà servi : regardez la fiche de l’entreprise avant de l’envoyer de nouveau."
SHORTEST_REASON = 3
LONGEST_TYPED_NUMBER = 40


def asked(fields: Mapping[str, str], caller: Caller) -> Request:
    """The request that a form makes: the same for the same form sent twice."""
    text = json.dumps(sorted(fields.items()), ensure_ascii=False)
    return Request.of(caller.territory_id, caller.member_id, fields.get(KEY), text)


def form_again(fields: Mapping[str, str], error: VigieError) -> Form:
    """What was typed, with the refusal beside its fields: a JSON pointer is the field's name.

    When its key can serve no more, or something moved, what is sent next is another decision: it gets a new key.
    """
    spent = error.code in SPENT_KEYS
    kept = (
        {name: value for name, value in fields.items() if name != KEY}
        if spent or isinstance(error, Conflict)
        else fields
    )
    if spent:
        return Form(kept, message=SPENT)
    return Form(kept, {name.removeprefix("/"): message for name, message in error.fields.items()}, error.message)


def read_addition(fields: Mapping[str, str], communes: Mapping[str, str]) -> AddEnterprise:
    """The enterprise to add; raises Invalid with a message for each field."""
    findings = Findings("L’entreprise n’est pas encore ajoutée : des informations sont à corriger.")
    form = Fields(fields, findings)
    name = form.line("name", "Indiquez le nom de l’entreprise.")
    commune = form.line("commune", "Indiquez la commune de l’entreprise.")
    address = form.line("address")
    numbers = {field: _number(form, field) for field in ("siret", "postcode", "naf", "size_band")}
    findings.conclude()
    insee = _known_commune(commune, communes)
    label = communes[insee] if insee else commune
    return AddEnterprise(name=name, commune=label, insee=insee, address=address or None, **numbers)


def read_contact_form(fields: Mapping[str, str]) -> ContactGiven:
    """The person to call; raises Invalid with a message for each field."""
    findings = Findings("Le contact n’est pas encore enregistré : des informations sont à corriger.")
    form = Fields(fields, findings)
    name, function, email = (
        form.line("name", "Indiquez le nom de la personne."),
        form.line("function"),
        form.line("email"),
    )
    phone = _number(form, "phone")
    last_contact_on = None
    with findings.at("last_contact_on"):
        last_contact_on = _day(fields)
    findings.conclude()
    return ContactGiven.model_validate(
        {"name": name, "function": function, "phone": phone, "email": email, "last_contact_on": last_contact_on}
    )


def read_reason(fields: Mapping[str, str]) -> str:
    """Why; raises Invalid on the field `reason` when nothing is said."""
    reason = str(clean(fields.get("reason", "")))
    if not SHORTEST_REASON <= len(reason) <= TEXT_LENGTH:
        message = f"Dites pourquoi, en {TEXT_LENGTH} caractères au plus."
        raise Invalid("La décision n’est pas encore prise : il manque sa raison.", fields={"reason": message})
    return reason


def contact_fields(contact: Contact) -> dict[str, str]:
    """What the form of a contact shows first."""
    day = contact.last_contact_on
    return {
        "name": contact.name,
        "function": contact.function or "",
        "phone": contact.phone or "",
        "email": contact.email or "",
        "last_contact_on-day": str(day.day),
        "last_contact_on-month": str(day.month),
        "last_contact_on-year": str(day.year),
        "expected_version": str(contact.version),
    }


def _number(form: Fields, name: str) -> str | None:
    text = str(clean(form.said(name)))
    if len(text) > LONGEST_TYPED_NUMBER:
        form.findings.add(name, f"Trop long : au plus {LONGEST_TYPED_NUMBER} caractères.")
    return text or None


def _day(fields: Mapping[str, str]) -> object:
    try:
        return read_date(fields, "last_contact_on")
    except Invalid as error:
        raise Invalid(error.fields["last_contact_on"]) from None


def _known_commune(typed: str, communes: Mapping[str, str]) -> str | None:
    """Its code when the register knows it; a commune that it does not know yet is kept as typed."""
    try:
        found = find_commune(typed, communes)
    except Invalid:
        return None
    return found if found in communes else None
