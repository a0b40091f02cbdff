"""The agency's page: opened without account, it changes nothing until its button is pressed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.alerts.messages.links import Link, Links
from services.alerts.rules.alert import Alert, Standing
from services.alerts.rules.commands import Cancel
from services.alerts.rules.facts import Reason, State
from services.alerts.use_cases.transmitting import transmit
from tests.unit.alerts.fake_platform import ELSEWHERE, TERRITORY, Platform
from tests.unit.alerts.fake_site import SITE, Answer, Site

WHOLE = {"reference": "048KLTP", "contact": "Sofia Petit, 03 84 00 00 00"}


@pytest.fixture
def sent(platform: Platform, alert: Alert) -> Alert:
    """An alert that was transmitted to the agency."""
    transmit(platform.desk, platform.ask(alert), "mail")
    return platform.now_is(alert)


def address(site: Site, alert: Alert) -> str:
    return f"/retour/{site.token(alert)}"


def answer_with(site: Site, alert: Alert, **fields: str) -> Answer:
    """Opens the link, types and confirms; the agency has no session."""
    path = address(site, alert)
    return site.post(path, {**site.open(path, who=None).hidden, **fields}, who=None, origin="null")


def test_the_link_shows_the_need_and_the_form(site: Site, sent: Alert) -> None:
    """Without account: what is sought, by whom, and three fields."""
    shown = site.open(address(site, sent), who=None)
    assert shown.status == 200
    for words in ("3 postes : Ajusteur monteur", "Mécanique du Lion", "Héricourt", "Confirmer la référence"):
        assert words in shown.text


def test_opening_the_link_ten_times_changes_nothing(site: Site, sent: Alert) -> None:
    """Scanners of e-mails open every link, some with HEAD."""
    before = dict(site.platform.table.items)
    for method in ("GET", "HEAD") * 5:
        site.open(address(site, sent), who=None, method=method)
    assert site.platform.table.items == before


def test_confirming_registers_the_offer_thanks_and_sends_it_to_the_partners(site: Site, sent: Alert) -> None:
    """Post, redirect, get: the page says what was registered and that it left."""
    posted = answer_with(site, sent, **WHOLE)
    assert (posted.status, posted.headers["Location"]) == (303, address(site, sent))
    thanks = site.open(address(site, sent), who=None)
    for words in ("048KLTP", "Sofia Petit, 03 84 00 00 00", "L’offre est partie à 3 partenaires du territoire"):
        assert words in thanks.text
    assert site.platform.now_is(sent).state is State.BROADCAST


def test_the_word_of_thanks_is_shown_once(site: Site, sent: Alert) -> None:
    """It travels in a short-lived cookie."""
    posted = answer_with(site, sent, **WHOLE)
    assert any(cookie.startswith("vigie_flash=done.") for cookie in posted.cookies)


def test_a_double_submission_has_the_same_result(site: Site, sent: Alert) -> None:
    """Twice the same form: two redirections, one registration, one broadcast."""
    path = address(site, sent)
    fields = {**site.open(path, who=None).hidden, **WHOLE}
    assert [site.post(path, fields, who=None).status for _ in range(2)] == [303, 303]
    assert len(site.platform.items("round")) == 1


def test_another_reference_is_kept_beside_the_first_and_explained(site: Site, sent: Alert) -> None:
    """Nothing is overwritten; the page says who will settle it."""
    answer_with(site, sent, **WHOLE)
    assert answer_with(site, sent, reference="049ABCD", contact="Sofia Petit").status == 303
    shown = site.open(address(site, sent), who=None)
    assert "Une autre référence a aussi été donnée" in shown.text
    assert "049ABCD" in shown.text
    offers = site.platform.now_is(sent).offers
    assert [offer.standing for offer in offers] == [Standing.REGISTERED, Standing.CONFLICTING]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"reference": "", "contact": "Sofia"}, "Donnez la référence"),
        ({"reference": "048KLTP", "contact": "  "}, "Dites qui joindre"),
        ({**WHOLE, "url": "http://example.org"}, "format"),
        ({"reference": "048KLTP", "contact": "x" * 301}, "Trop long"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_with_what_was_typed(
    site: Site, sent: Alert, fields: dict[str, str], message: str
) -> None:
    """422, the form again, nothing registered."""
    answer = answer_with(site, sent, **fields)
    assert answer.status == 422
    assert message in answer.text
    assert site.platform.now_is(sent) == sent


def test_an_unusual_reference_is_asked_about_once_and_never_refused(site: Site, sent: Alert) -> None:
    """Offers of partner sites are numbered otherwise: a tick sends it as it is."""
    typed = {**WHOLE, "reference": "PART-2026-7"}
    remark = answer_with(site, sent, **typed)
    assert remark.status == 422
    assert "Cette référence est exacte" in remark.text
    assert site.platform.now_is(sent) == sent
    assert answer_with(site, sent, **typed, sure="oui").status == 303
    assert site.platform.now_is(sent).references == {"PART-2026-7"}


def test_a_key_already_spent_for_another_content_is_replaced(site: Site, sent: Alert) -> None:
    """The form comes back with a fresh key, so that the second answer can be sent."""
    path = address(site, sent)
    hidden = site.open(path, who=None).hidden
    site.post(path, {**hidden, **WHOLE}, who=None)
    again = site.post(path, {**hidden, **WHOLE, "contact": "Quelqu’un d’autre"}, who=None)
    assert again.status == 422
    assert again.hidden["idempotency_key"] != hidden["idempotency_key"]


def test_a_closed_alert_says_so_and_keeps_the_answer(site: Site, platform: Platform, sent: Alert) -> None:
    """A late answer is kept without effect; the agency is told that the alert is closed."""
    platform.do(sent, Cancel, reason=Reason.ENTERPRISE_WITHDREW)
    assert "Cette alerte est close" in site.open(address(site, sent), who=None).text
    assert answer_with(site, sent, **WHOLE).status == 303
    assert platform.now_is(sent).offers[0].standing is Standing.LATE


def test_every_bad_link_gets_the_very_same_page(site: Site, platform: Platform, sent: Alert) -> None:
    """Forged, cut, of another key, another territory, another alert, expired: nothing tells which."""
    token = site.token(sent)
    valid = site.links.read(token, platform.clock.now())
    bad = [
        token[:-2],
        "A" + token[1:],
        "x",
        Links(lambda: "another key, long enough for a link", SITE).token(valid),
        site.links.token(Link(ELSEWHERE, sent.alert_id, "m-agency", valid.expires_at, 0)),
        site.links.token(Link(TERRITORY, "unknown", "m-agency", valid.expires_at, 0)),
        site.links.token(Link(TERRITORY, sent.alert_id, "m-agency", valid.expires_at, 1)),
    ]
    answers = [site.open(f"/retour/{token}", who=None) for token in bad]
    answers += [site.post(f"/retour/{token}", WHOLE, who=None) for token in bad]
    platform.clock.now_is += timedelta(days=60)
    answers.append(site.open(f"/retour/{token}", who=None))
    assert {answer.status for answer in answers} == {404}
    assert len({answer.body for answer in answers}) == 1


def test_the_page_leaks_neither_its_address_nor_its_content(site: Site, sent: Alert) -> None:
    """The address is the secret: no referrer, no cache, on the page as on the refusal."""
    for answer in (site.open(address(site, sent), who=None), site.open("/retour/x", who=None)):
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_agency_sees_the_need_only(site: Site, sent: Alert) -> None:
    """No history, no other recipient, no menu."""
    text = site.open(address(site, sent), who=None).text
    for words in ("Historique", "Anne Roy", "Karim Haddad", "Alertes"):
        assert words not in text


def test_an_oversized_form_is_refused(site: Site, sent: Alert) -> None:
    """64 kB are plenty."""
    assert answer_with(site, sent, **WHOLE, url="https://" + "x" * 70_000).status == 413
