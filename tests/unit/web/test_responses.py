"""Answers: the headers they carry, where they lead, what a machine is told of an error."""

from __future__ import annotations

import json

import pytest

from shared.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge, Unavailable, Unidentified, VigieError
from shared.web import responses
from shared.web.flash import FLASH_COOKIE, Flash, read_flash
from shared.web.problems import from_validation, problem_details
from shared.web.rendering import Frame, Pages


def test_a_page_is_guarded_and_kept_by_no_cache() -> None:
    """No inline script or style, no frame, no sniffing, no storing."""
    answer = responses.page("<p>")
    policy = str(answer.headers["Content-Security-Policy"])
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


def test_a_page_that_uploads_names_where_to() -> None:
    """Its forms may post to that origin and to the site, everything else stays forbidden; only an origin is taken."""
    open_page = responses.page("<p>", form_targets=("https://files.s3.eu-west-3.amazonaws.com",))
    policy = str(open_page.headers["Content-Security-Policy"])
    assert "form-action 'self' https://files.s3.eu-west-3.amazonaws.com;" in policy
    assert "default-src 'none'" in policy
    for wrong in ("*", "https:", "https://x.example; script-src *", "https://x.example/path"):
        with pytest.raises(ValueError, match="origin"):
            responses.page("<p>", form_targets=(wrong,))


def test_redirect_is_a_303_with_its_flash() -> None:
    """After a post the browser gets the page with a GET, and the word of confirmation with it."""
    answer = responses.redirect("/alertes/1", flash=Flash("L’alerte est transmise."))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/alertes/1")
    assert read_flash({FLASH_COOKIE: answer.cookies[0].value}) == Flash("L’alerte est transmise.")


@pytest.mark.parametrize(
    "url", ["https://evil.example", "//evil.example", "/\\evil.example", "alertes", "", "/a\r\nX: 1", "/a b", "/\t/e"]
)
def test_redirect_stays_on_the_site(url: str) -> None:
    """An address that a browser could read as another site is refused."""
    with pytest.raises(ValueError, match="local path"):
        responses.redirect(url)


def test_external_redirect_goes_to_https_or_this_machine() -> None:
    """A sign-in service is reached over https; on a developer's machine over loopback."""
    assert responses.external_redirect("https://issuer.example/a").status_code == 303
    assert responses.external_redirect("http://localhost:8600/_local/issuer").status_code == 303
    for wrong in ("http://issuer.example", "javascript:alert(1)", "/alertes"):
        with pytest.raises(ValueError, match="https"):
            responses.external_redirect(wrong)


def test_cookies_are_out_of_reach_of_scripts() -> None:
    """HttpOnly, SameSite=Lax and Secure are not options that a page can forget."""
    text = str(responses.cookie("vigie_session", "abc", max_age=60))
    assert text == "vigie_session=abc; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax"
    assert "Max-Age=0" in str(responses.forget("vigie_session"))


@pytest.mark.parametrize("value", ["", "done", "done.", "evil.QQ", "done.****", "done._w", "done.QQQQQ"])
def test_an_unreadable_flash_is_no_flash(value: str) -> None:
    """A forged or cut cookie shows nothing and breaks nothing."""
    assert read_flash({FLASH_COOKIE: value}) is None


def test_a_problem_says_it_in_french_with_a_stable_type() -> None:
    """RFC 9457: the type is for the machine, the detail for the person, one entry a field."""
    error = Invalid("Le SIRET est faux.", code="siret-faux", fields={"/siret": "14 chiffres"})
    answer = responses.problem(error)
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert json.loads(str(answer.body)) == {
        "type": "https://vigie.example/problemes/siret-faux",
        "title": "Données invalides",
        "status": 422,
        "detail": "Le SIRET est faux.",
        "errors": [{"field": "/siret", "detail": "14 chiffres"}],
    }


def test_a_problem_without_fields_lists_none() -> None:
    """The member `errors` exists only where there is something in it."""
    assert "errors" not in problem_details(NotFound("Rien ici."))


def test_validation_errors_become_french_pointers() -> None:
    """Pydantic's English and the value that was sent are both kept from the answer."""
    error = from_validation([
        {"loc": ("body", "needs", 0, "post"), "type": "missing", "msg": "Field required"},
        {"loc": ("body", "quantity"), "type": "greater_than_equal", "ctx": {"ge": 1}, "input": "-3"},
        {"loc": ("query", "cursor"), "type": "something_new", "input": "06 12 34 56 78"},
        {"loc": ("body", "name"), "type": "string_too_long", "msg": "…"},
    ])  # fmt: skip
    assert error.fields == {
        "/needs/0/post": "Ce champ est obligatoire.",
        "/quantity": "La valeur doit être d’au moins 1.",
        "/cursor": "Cette valeur n’est pas acceptée.",
        "/name": "Trop long : au plus … caractères.",
    }


@pytest.mark.parametrize(
    "kind", [Unidentified, Forbidden, NotFound, Conflict, TooLarge, Invalid, Unavailable, VigieError]
)
def test_every_error_has_a_page_that_says_what_to_do(kind: type[VigieError]) -> None:
    """Each status has its own title, the cause, and a way out."""
    answer = responses.error_page(Pages(), kind("La cause.", fields={"x": "Le détail."}), Frame(home="/alertes"))
    assert answer.status_code == kind.status
    for words in ("La cause.", "Le détail.", 'href="/alertes"'):
        assert words in str(answer.body)


def test_a_flash_once_shown_is_forgotten() -> None:
    """The page that shows it deletes the cookie; a page without one leaves cookies alone."""
    error = Conflict("Déjà fait.")
    told = responses.show(Pages(), "error.html", Frame(flash=Flash("C’est fait.")), error=error)
    assert "C’est fait." in str(told.body)
    assert "Max-Age=0" in str(told.cookies[0])
    assert responses.show(Pages(), "error.html", Frame(), error=error).cookies == []
