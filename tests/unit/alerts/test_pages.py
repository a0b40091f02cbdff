"""The pages of alerts, opened and posted as a browser does."""

from __future__ import annotations

import re

import pytest

from services.alerts.acting import ACTIONS
from services.alerts.alert import Alert
from services.alerts.commands import Acknowledge, Cancel, Fill
from services.alerts.facts import Reason, State
from services.alerts.returning import Answer, return_by_hand
from services.alerts.transmitting import transmit
from tests.unit.alerts.fake_platform import TERRITORY, Platform
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


def test_the_whole_chain_by_its_forms(site: Site, alert: Alert) -> None:
    """Acknowledge, transmit, type the return, say that it is filled: each page offers the next button."""
    for slug, fields, state in (
        ("prise-en-charge", {}, State.ACKNOWLEDGED),
        ("transmission", {"channel": "mail"}, State.TRANSMITTED),
        ("retour", {"reference": "048KLTP", "contact": "Sofia Petit, 03 84 00 00 00"}, State.BROADCAST),
        ("pourvue", {}, State.FILLED),
    ):
        shown = site.open(url(alert))
        assert f'action="{url(alert, slug)}"' in shown.body
        answer = site.post(url(alert, slug), {**shown.hidden, **fields})
        assert (answer.status, answer.headers["Location"]) == (303, url(alert))
        assert site.platform.now_is(alert).state is state


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


def test_a_double_click_is_one_command(site: Site, alert: Alert) -> None:
    """The second post of the same form leads to the same place and changes nothing."""
    hidden = site.open(url(alert)).hidden
    answers = [site.post(url(alert, "prise-en-charge"), hidden) for _ in range(2)]
    assert {(answer.status, answer.headers["Location"]) for answer in answers} == {(303, url(alert))}
    assert site.platform.now_is(alert).version == 2


def test_a_form_posted_too_late_is_told_who_did_what_meanwhile(site: Site, platform: Platform, alert: Alert) -> None:
    """409: the current state, the author and the deed, and the way back."""
    hidden = site.open(url(alert, "transmission")).hidden
    platform.do(alert, Cancel, who="m-deputy", reason=Reason.ENTERPRISE_WITHDREW)
    answer = site.post(url(alert, "transmission"), {**hidden, "channel": "mail"})
    assert answer.status == 409
    for words in (
        "Annulée",
        "Alerte annulée",
        "Paul Viard, suppléance de la coordination",
        "Rien de ce que vous venez",
    ):
        assert words in answer.text
    assert f'href="{url(alert)}"' in answer.body


@pytest.mark.parametrize(
    ("slug", "fields", "message"),
    [
        ("transmission", {}, "Dites comment l’alerte est transmise."),
        ("retour", {}, "Référence attendue."),
        ("cloture", {"reason": ""}, "Choisissez un motif"),
        ("ecart", {"reason": "no_candidate"}, "Choisissez un motif"),
    ],
)
def test_a_form_to_correct_comes_back_with_what_was_typed(
    site: Site, alert: Alert, slug: str, fields: dict[str, str], message: str
) -> None:
    """422, the message beside its field and in the summary, the same key: nothing was done."""
    shown = site.open(url(alert, slug))
    answer = site.post(url(alert, slug), {**shown.hidden, "note": "déjà tapé", **fields})
    assert answer.status == 422
    assert message in answer.text
    assert answer.hidden == shown.hidden
    assert site.platform.now_is(alert) == alert


def test_an_inferred_transmission_can_be_confirmed_with_its_hour(site: Site, platform: Platform, alert: Alert) -> None:
    """The coordinator says when it really was; the measure follows."""
    platform.later(hours=5)
    return_by_hand(platform.desk, platform.ask(alert), Answer("048KLTP", "Sofia Petit"))
    assert "Transmission à confirmer" in site.open(url(alert)).text
    day = {"day-day": "2", "day-month": "6", "day-year": "2026"}
    fields = {**day, "hour": "11:30", "channel": "phone", "reason": "time_confirmed"}
    assert site.fill_in(alert, "rectification-transmission", **fields).status == 303
    transmission = platform.now_is(alert).transmission
    assert transmission is not None
    assert (transmission.inferred, transmission.measures.elapsed_seconds) == (False, 90 * 60)


@pytest.mark.parametrize(("hour", "status"), [("14 h 05", 303), ("9:05", 303), ("25:00", 422), ("midi", 422)])
def test_hours_are_read_as_people_write_them(
    site: Site, platform: Platform, alert: Alert, hour: str, status: int
) -> None:
    """`14:05` or `14 h 05`; anything else is to be corrected."""
    platform.later(hours=5)
    return_by_hand(platform.desk, platform.ask(alert), Answer("048KLTP", "Sofia Petit"))
    day = {"day-day": "2", "day-month": "6", "day-year": "2026"}
    fields = {**day, "hour": hour, "channel": "phone", "reason": "time_confirmed"}
    assert site.fill_in(alert, "rectification-transmission", **fields).status == status


def test_two_references_are_settled_by_the_coordinator(site: Site, platform: Platform, alert: Alert) -> None:
    """The page asks first for a decision; the retained reference is the one in force."""
    for reference in ("048KLTP", "049ABCD"):
        return_by_hand(platform.desk, platform.ask(alert), Answer(reference, "Sofia Petit"))
    shown = site.open(url(alert))
    assert "Deux réponses se contredisent" in shown.text
    fields = {"reference": "049ABCD", "contact": "Sofia Petit", "reason": "agency_corrected"}
    assert site.fill_in(alert, "rectification-offre", **fields).status == 303
    assert site.fill_in(alert, "retrait-offre", reference="048KLTP", reason="entry_error").status == 303
    assert platform.now_is(alert).references == {"049ABCD"}


def test_every_action_that_a_page_offers_has_a_form_that_renders(site: Site, platform: Platform, alert: Alert) -> None:
    """Through all the states of an alert, no offered link is dead."""
    seen: set[str] = set()
    steps = (
        lambda: None,
        lambda: platform.do(alert, Acknowledge),
        lambda: transmit(platform.desk, platform.ask(alert), "mail"),
        lambda: return_by_hand(platform.desk, platform.ask(alert), Answer("048KLTP", "Sofia Petit")),
        lambda: platform.do(alert, Fill),
    )
    for step in steps:
        step()
        offered = set(re.findall(rf'"{url(alert)}/([a-z-]+)"', site.open(url(alert)).body))
        assert {slug: site.open(url(alert, slug)).status for slug in offered} == dict.fromkeys(offered, 200)
        seen |= offered
    assert seen == {action.slug for action in ACTIONS}


def test_an_action_that_is_not_possible_has_no_page(site: Site, alert: Alert) -> None:
    """Reopening an open alert, a word that is no action, another's role: 404."""
    assert site.open(url(alert, "reouverture")).status == 404
    assert site.open(url(alert, "danser")).status == 404
    assert site.open(url(alert, "transmission"), who="m-manager").status == 404


def test_a_role_that_posts_all_the_same_is_refused(site: Site, alert: Alert) -> None:
    """The reducer has the last word on who may do what."""
    hidden = site.open(url(alert, "transmission")).hidden
    assert site.post(url(alert, "transmission"), {**hidden, "channel": "mail"}, who="m-manager").status == 403


def test_a_form_from_another_site_is_refused(site: Site, alert: Alert) -> None:
    """403, and nothing moves."""
    hidden = site.open(url(alert)).hidden
    assert site.post(url(alert, "prise-en-charge"), hidden, origin="https://evil.example").status == 403
    assert site.platform.now_is(alert) == alert


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 12])
def test_a_form_without_its_hidden_fields_does_nothing(site: Site, alert: Alert, version: str) -> None:
    """422: it comes from nowhere."""
    fields = {"idempotency_key": "key-000000", "expected_version": version}
    assert site.post(url(alert, "prise-en-charge"), fields).status == 422
    assert site.post(url(alert, "prise-en-charge"), {"expected_version": "1"}).status == 422
    assert site.platform.now_is(alert) == alert


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


def test_a_territory_without_the_agency_is_told_before_the_clock_stops(
    site: Site, platform: Platform, alert: Alert
) -> None:
    """Nobody to e-mail: the form says what to do instead."""
    platform.directory.items[f"T#{TERRITORY}", "MEMBER#m-agency"]["email"] = None
    answer = site.fill_in(alert, "transmission", channel="mail")
    assert answer.status == 422
    assert "transmettez autrement" in answer.text
