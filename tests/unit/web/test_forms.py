"""Forms: what is read, what is refused, and how errors find their field again."""

from __future__ import annotations

import base64
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest

from shared.errors import Forbidden, Invalid, TooLarge
from shared.web.forms import MOST_FIELDS, Form, read_date, read_form, refuse_cross_site
from shared.web.sizes import LONGEST_BODY

SITE = "https://vigie.example"


def event(
    body: str, *, encoded: bool = False, content_type: str = "application/x-www-form-urlencoded"
) -> dict[str, Any]:
    return {"headers": {"content-type": content_type}, "body": body, "isBase64Encoded": encoded}


def test_fields_are_read_trimmed_and_composed() -> None:
    """Spaces around, decomposed accents and Windows line ends are tidied."""
    body = urlencode({"post": "  soudeur a\u0300 l’arc ", "notes": "un\r\ndeux", "blank": ""})
    assert read_form(event(body)) == {"post": "soudeur à l’arc", "notes": "un\ndeux", "blank": ""}


def test_base64_body_is_decoded() -> None:
    """API Gateway may send the body in base 64."""
    body = base64.b64encode(b"post=m%C3%A9tier").decode()
    assert read_form(event(body, encoded=True, content_type="application/x-www-form-urlencoded; charset=UTF-8")) == {
        "post": "métier"
    }


@pytest.mark.parametrize(
    "broken",
    [
        event("{}", content_type="application/json"),
        event("a=1&a=2"),
        event("a=%FF"),
        event("a=%00"),
        event("a=%1B%5B2J"),
        event("***", encoded=True),
        event("&".join(f"f{index}=1" for index in range(MOST_FIELDS + 1))),
        {"headers": {}, "body": None},
    ],
    ids=["json", "repeated", "not utf-8", "nul", "escape", "not base64", "too many", "nothing"],
)
def test_hostile_bodies_are_refused(broken: dict[str, Any]) -> None:
    """Whatever is sent, the answer is a refusal and never a fault."""
    with pytest.raises(Invalid) as refused:
        read_form(broken)
    assert refused.value.code == "formulaire-illisible"


@pytest.mark.parametrize("encoded", [False, True])
def test_a_body_over_64_kb_is_refused(encoded: bool) -> None:
    """The size is counted in bytes, after decoding."""
    raw = b"a=" + b"x" * LONGEST_BODY
    with pytest.raises(TooLarge):
        read_form(event(base64.b64encode(raw).decode() if encoded else raw.decode(), encoded=encoded))


def test_date_is_made_of_three_fields() -> None:
    """Day, month and year are typed apart."""
    assert read_date({"on-day": "27", "on-month": "11", "on-year": "2026"}, "on") == date(2026, 11, 27)


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        ("31", "2", "2026"),
        ("", "11", "2026"),
        ("27", "11", "26"),
        ("٢٧", "11", "2026"),
        ("-1", "1", "2026"),
        ("9" * 30, "1", "2026"),
    ],
)
def test_a_date_that_does_not_exist_is_refused_on_its_field(day: str, month: str, year: str) -> None:
    """The message stands beside the date, whichever of the three fields is wrong."""
    with pytest.raises(Invalid) as refused:
        read_date({"on-day": day, "on-month": month, "on-year": year}, "on")
    assert list(refused.value.fields) == ["on"]


def test_an_error_comes_back_beside_what_was_typed() -> None:
    """Nothing typed is lost when a form is refused."""
    form = Form.from_error({"siret": "123"}, Invalid("À corriger", fields={"siret": "14 chiffres"}))
    assert (form.value("siret"), form.error("siret"), form.error("post"), form.refused) == (
        "123",
        "14 chiffres",
        "",
        True,
    )
    assert not Form().refused


@pytest.mark.parametrize(
    "headers",
    [{}, {"origin": SITE}, {"sec-fetch-site": "same-origin", "origin": "null"}, {"sec-fetch-site": "none"}],
)
def test_own_forms_pass(headers: dict[str, str]) -> None:
    """A form of this site, or a client that is no browser, goes through."""
    refuse_cross_site(headers, SITE)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site", "origin": SITE},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_foreign_forms_are_refused(headers: dict[str, str]) -> None:
    """A form posted from another site does nothing here."""
    with pytest.raises(Forbidden):
        refuse_cross_site(headers, SITE)
