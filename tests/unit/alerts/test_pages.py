"""The pages of alerts, opened and posted as a browser does."""

from __future__ import annotations

import re

import pytest

from services.alerts.rules.alert import Alert
from services.alerts.rules.commands import Acknowledge, Cancel, Fill
from services.alerts.rules.facts import Reason
from services.alerts.use_cases.returning import Answer, return_by_hand
from services.alerts.use_cases.transmitting import transmit
from tests.unit.alerts.fake_platform import Platform
from tests.unit.alerts.fake_site import Site


def url(alert: Alert, slug: str = "") -> str:
    return f"/alertes/{alert.alert_id}" + (f"/{slug}" if slug else "")


def test_the_board_shows_each_open_alert_with_the_time_that_is_left(site: Site, alert: Alert) -> None:
    """Post, enterprise, place, state, countdown, and a way in."""
    site.platform.later(hours=6)
    answer = site.open("/alertes")
    assert answer.status == 200
    for words in ("3 postes : Ajusteur monteur", "Mécanique du Lion", "Héricourt", "Reçue", "il reste 42 h"):
        assert words in answer.text
    assert f'href="{url(alert)}"' in answer.body


def test_what_is_late_comes_first_and_is_counted(site: Site, platform: Platform) -> None:
    """Red first, then the shortest delay; a transmitted alert waits below."""
    late = platform.raised("n-late")
    platform.later(hours=40)
    sent, fresh = platform.raised("n-sent"), platform.raised("n-fresh")
    transmit(platform.desk, platform.ask(sent), "phone")
    platform.later(hours=9)
    platform.sweep.run()
    answer = site.open("/alertes")
    assert re.findall(r'href="/alertes/([0-9a-f-]{36})"', answer.body) == [late.alert_id, fresh.alert_id, sent.alert_id]
    assert "1 alerte en rouge" in answer.text


def test_an_empty_board_says_what_will_appear_there(site: Site) -> None:
    """An empty page explains itself, on both shelves."""
    assert "Aucune alerte ouverte" in site.open("/alertes").text
    assert "Aucune alerte close" in site.open("/alertes", etat="closes").text


def test_closed_alerts_are_one_link_away(site: Site, alert: Alert) -> None:
    """The filter is a link: it works without JavaScript."""
    site.platform.do(alert, Cancel, reason=Reason.ENTERPRISE_WITHDREW)
    assert alert.alert_id not in site.open("/alertes").body
    closed = site.open("/alertes", etat="closes")
    assert alert.alert_id in closed.body
    assert "L’entreprise a retiré son besoin" in closed.text


def test_a_long_board_has_a_next_page(site: Site, platform: Platform) -> None:
    """Fifty alerts a page; the link to the next keeps the shelf."""
    for number in range(51):
        platform.raised(f"n-{number}")
    first = site.open("/alertes")
    (cursor,) = re.findall(r'href="/alertes\?suite=([^"]+)" rel="next"', first.body)
    assert site.open("/alertes", suite=cursor).body.count('class="row-title"') == 1


@pytest.mark.parametrize("who", ["m-manager", "m-capteur"])
def test_readers_see_the_alert_but_no_button_of_the_coordination(site: Site, alert: Alert, who: str) -> None:
    """A manager reads; the capteur who reported it may withdraw the need, nothing else."""
    answer = site.open(url(alert), who=who)
    assert answer.status == 200
    assert "prise-en-charge" not in answer.body
    assert ("annulation" in answer.body) == (who == "m-capteur")


def test_another_structures_capteur_does_not_see_it(site: Site, alert: Alert) -> None:
    """Neither on the board nor by its address: the same 404 as an unknown one."""
    assert alert.alert_id not in site.open("/alertes", who="m-autre").body
    assert site.open(url(alert), who="m-autre").status == 404


def test_steering_sees_what_was_late(site: Site, alert: Alert) -> None:
    """It is told of breaches: it can open those, and no other alert."""
    assert site.open(url(alert), who="m-steering").status == 404
    site.platform.later(hours=49)
    site.platform.sweep.run()
    assert site.open(url(alert), who="m-steering").status == 200


@pytest.mark.parametrize("who", ["m-diffusion", "m-agency"])
def test_who_reads_no_alert_is_refused(site: Site, alert: Alert, who: str) -> None:
    """A partner gets the offer's sheet, the agency its link."""
    assert site.open("/alertes", who=who).status == 403
    assert site.open(url(alert), who=who).status == 403


def test_another_territory_finds_nothing(site: Site, alert: Alert) -> None:
    """Page, form and post answer 404."""
    assert site.open(url(alert), who="stranger").status == 404
    assert site.open(url(alert, "prise-en-charge"), who="stranger").status == 404
    fields = {"idempotency_key": "key-of-a-stranger", "expected_version": "1"}
    assert site.post(url(alert, "prise-en-charge"), fields, who="stranger").status == 404
    assert site.platform.now_is(alert) == alert


def test_a_visitor_is_sent_to_sign_in_and_back(site: Site, alert: Alert) -> None:
    """The link of an e-mail leads, after signing in, to its alert."""
    answer = site.open(url(alert), who=None)
    assert answer.status == 303
    assert answer.headers["Location"] == f"/connexion?suite={url(alert)}"


def test_the_page_shows_the_need_the_path_the_messages_and_the_history(
    site: Site, platform: Platform, alert: Alert
) -> None:
    """Everything that a coordinator asks for, in plain French."""
    platform.do(alert, Acknowledge)
    transmit(platform.desk, platform.ask(alert), "phone", "Appel de 9 h 40.")
    return_by_hand(platform.desk, platform.ask(alert), Answer("048KLTP", "Sofia Petit"))
    text = site.open(url(alert)).text
    for words in (
        *("H2901 Ajustement et montage de fabrication", "lundi 15 juin 2026", "CDI", "CCI"),
        *("Anne Roy, mardi 2 juin 2026 à 10 h 00", "Par téléphone", "Appel de 9 h 40."),
        *("048KLTP", "En vigueur", "Équipe du territoire", "Maison de l’emploi (coordination)"),
        *(
            "Part dans la minute. Rien à faire.",
            "Besoin urgent signalé",
            "Karim Haddad, capteur",
            "Vigie, automatiquement",
        ),
    ):
        assert words in text


def test_no_contact_of_a_member_is_ever_shown(site: Site, alert: Alert) -> None:
    """The per-recipient table names structures and channels, never addresses or numbers."""
    body = site.open(url(alert)).body
    assert "example.org" not in body
    assert "+336" not in body


def test_a_breach_is_shown_for_ever(site: Site, platform: Platform, alert: Alert) -> None:
    """Also after a late transmission and the end of the alert."""
    platform.later(hours=50)
    platform.sweep.run()
    transmit(platform.desk, platform.ask(alert), "phone")
    platform.do(alert, Fill)
    text = site.open(url(alert)).text
    assert "Délai dépassé" in text
    assert "Transmise avec un retard de 2 h" in text
    assert "Échéance dépassée" in text


def test_what_people_typed_is_shown_as_text(site: Site, platform: Platform, alert: Alert) -> None:
    """Autoescape: no markup of theirs becomes ours."""
    return_by_hand(platform.desk, platform.ask(alert), Answer("048KLTP", "<script>alert(1)</script>"))
    assert "<script>alert" not in site.open(url(alert)).body


def test_opening_pages_changes_nothing(site: Site, alert: Alert) -> None:
    """GET and HEAD never write, whatever the page."""
    before = dict(site.platform.table.items)
    for path in ("/alertes", url(alert), url(alert, "prise-en-charge"), url(alert, "transmission")):
        for method in ("GET", "HEAD"):
            site.open(path, method=method)
    assert site.platform.table.items == before


def test_the_kept_e_mail_is_named_as_the_proof(site: Site, alert: Alert) -> None:
    """Whoever doubts the transmission finds which bytes left."""
    transmit(site.platform.desk, site.platform.ask(alert), "mail")
    (sent,) = (item for item in site.platform.table.items.values() if "#transmission" in item["sk"].lower())
    sent["proof"] = {"sha256": "ab" * 32, "key": "T#here/proof"}
    assert "E-mail conservé, empreinte SHA-256 abababababababab…" in site.open(url(alert)).text
