"""Persons to call: kept three years, silent when they ask for it, told to nobody."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.visits.register.commands import ContactGiven, CorrectContact
from services.visits.register.contact import Contact, read_email, read_phone
from services.visits.register.contacting import ContactKept, Contacts
from services.visits.register.reading import contacts_of
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from tests.unit.visits.register.office import Office
from tests.unit.visits.register.rows import HERE, enterprise

ID = enterprise().id
TODAY = date(2026, 11, 27)


def given(**changes: Any) -> ContactGiven:
    """A manager met today; `changes` replace what is known of her."""
    known = {"name": "Camille Exemple", "function": "Gérante", "phone": "03 81 00 00 00", "email": "c@example.fr"}
    return ContactGiven.model_validate({**known, "last_contact_on": TODAY, **changes})


def add(office: Office, key: str = "add-1", who: str = "capteur", **changes: Any) -> ContactKept:
    """Writes her in."""
    command = given(**changes)
    request = office.request(who, key, command.model_dump_json())
    return Contacts(office.office).add(ID, command, request, office.caller(who))


def contacts(office: Office) -> tuple[Contact, ...]:
    """Those that the enterprise's page shows."""
    return contacts_of(office.office.store.get(HERE, ID), office.office)


@pytest.fixture
def known(office: Office) -> Office:
    """A territory that knows the enterprise."""
    office.knows(enterprise())
    return office


def test_a_contact_is_forgotten_three_years_after_the_last_exchange(known: Office) -> None:
    """By the table itself, and by the page at the very hour."""
    add(known)
    (item,) = known.kept("/CONTACT#")

    assert datetime.fromtimestamp(item["expires_at"], UTC).date() == date(2029, 11, 26)
    known.clock.now_is += timedelta(days=3 * 365)
    assert len(contacts(known)) == 1
    known.clock.now_is += timedelta(days=2)
    assert contacts(known) == ()


def test_a_contact_sent_twice_is_one(known: Office) -> None:
    """The same answer, one person."""
    assert add(known) == add(known)
    assert [contact.phone for contact in contacts(known)] == ["+33381000000"]


def test_nothing_of_a_person_is_remembered_elsewhere(known: Office) -> None:
    """Neither in the answers kept for idempotency, nor in the history, nor in an event."""
    add(known)

    elsewhere = [item for item in known.kept("") if not item["sk"].startswith("CONTACT#")]
    text = json.dumps(elsewhere, ensure_ascii=False)
    assert not any(word in text for word in ("Camille", "381000000", "c@example.fr"))
    assert not known.kept("#OUTBOX")


def test_who_objects_is_silent_and_not_written_in_again(known: Office) -> None:
    """Telephone and address are erased; the name stays, so that the next capteur is told."""
    kept = add(known)
    Contacts(known.office).object(ID, kept.contact_id, known.request("rival", "object-1"), known.caller("rival"))

    (silent,) = contacts(known)
    assert (silent.phone, silent.email, silent.objected_on) == (None, None, TODAY)
    with pytest.raises(Invalid, match="ne plus être contactée"):
        add(known, "add-2", name="camille EXEMPLE", phone=None)
    correction = CorrectContact(**given().model_dump(), expected_version=2)
    with pytest.raises(Invalid, match="ne plus être contactée"):
        Contacts(known.office).correct(ID, kept.contact_id, correction, known.request("capteur"), known.caller())


def test_a_correction_holds_on_what_was_read(known: Office) -> None:
    """Two who correct at once: the second reads again."""
    kept = add(known)
    correction = CorrectContact(**given(function="Directrice").model_dump(), expected_version=1)
    change = Contacts(known.office).correct

    change(ID, kept.contact_id, correction, known.request("capteur", "correct-1"), known.caller())
    with pytest.raises(Conflict):
        change(ID, kept.contact_id, correction, known.request("rival", "correct-2"), known.caller("rival"))
    assert [contact.function for contact in contacts(known)] == ["Directrice"]


def test_a_person_is_forgotten_at_once(known: Office) -> None:
    """The history says that somebody was removed, not who; the same request again changes nothing."""
    kept = add(known)
    for _ in range(2):
        Contacts(known.office).remove(ID, kept.contact_id, known.request("capteur", "remove-1"), known.caller())

    assert contacts(known) == ()
    assert [item["kind"] for item in known.kept("/NOTE#")].count("contact_removed") == 1


def test_only_members_on_the_ground_keep_contacts(known: Office) -> None:
    """The agency reads no contact; another territory's enterprise does not exist."""
    with pytest.raises(Forbidden):
        add(known, who="agency")
    with pytest.raises(NotFound):
        add(known, who="neighbour")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"phone": "12"}, "/phone"),
        ({"email": "camille"}, "/email"),
        ({"last_contact_on": "2026-11-28"}, "/last_contact_on"),
        ({"last_contact_on": "2023-01-01"}, "/last_contact_on"),
    ],
)
def test_what_cannot_be_a_contact_is_refused_at_its_place(known: Office, changes: dict[str, str], field: str) -> None:
    """With a message for each JSON pointer, and nothing kept."""
    with pytest.raises(Invalid) as refused:
        add(known, **changes)
    assert list(refused.value.fields) == [field]
    assert not known.kept("/CONTACT#")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("06 12.34-56 78", "+33612345678"),
        ("+33 (0)3 81 00 00 00", "+33381000000"),
        ("0041 32 123 45 67", "+41321234567"),
    ],
)
def test_a_telephone_is_read_as_it_is_written(typed: str, read: str) -> None:
    """French without a prefix; a neighbour's country with one."""
    assert read_phone(typed) == read


@pytest.mark.parametrize(
    "typed", ["a@b", "a b@example.fr", "a@example.fr, b@example.fr", "@example.fr", "a@example.fr>"]
)
def test_an_address_that_nobody_can_write_to_is_refused(typed: str) -> None:
    """Nor two at once."""
    with pytest.raises(Invalid):
        read_email(typed)
