"""The forms of an alert's page, filled in and posted as a browser does."""

from __future__ import annotations

import re

import pytest

from services.alerts.deliveries.delivery import DeliveryState, dead
from services.alerts.rules.alert import Alert
from services.alerts.rules.commands import Acknowledge, Cancel, Fill
from services.alerts.rules.facts import Reason, State
from services.alerts.site.acting import ACTIONS
from services.alerts.use_cases.returning import Answer, return_by_hand
from services.alerts.use_cases.transmitting import transmit
from tests.unit.alerts import fake_site
from tests.unit.alerts.fake_platform import TERRITORY, Platform
from tests.unit.alerts.fake_site import Site


def url(alert: Alert, slug: str = "") -> str:
    return f"/alertes/{alert.alert_id}" + (f"/{slug}" if slug else "")


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
    """Through all the states of an alert that another one looks like, no offered link is dead."""
    platform.raised("n-2")
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
    assert seen - {"envois"} == {action.slug for action in ACTIONS}


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


def test_a_territory_without_the_agency_is_told_before_the_clock_stops(
    site: Site, platform: Platform, alert: Alert
) -> None:
    """Nobody to e-mail: the form says what to do instead."""
    platform.directory.items[f"T#{TERRITORY}", "MEMBER#m-agency"]["email"] = None
    answer = site.fill_in(alert, "transmission", channel="mail")
    assert answer.status == 422
    assert "transmettez autrement" in answer.text


def fail(platform: Platform, alert: Alert) -> str:
    """The first message of the alert has failed for good; its key."""
    first = platform.sent(alert)[0]
    platform.deliveries.replace(first, dead(first, "Adresse refusée : corrigez-la dans l’annuaire."))
    return first.sk


def again(site: Site, alert: Alert, delivery: str, who: str = "m-coord", key: str = "one-click") -> fake_site.Answer:
    """What comes of the button that sends a message again."""
    return site.post(url(alert, "envois"), {"delivery": delivery, "idempotency_key": key}, who=who)


def test_a_failed_message_says_what_to_do_and_can_be_sent_again(site: Site, platform: Platform, alert: Alert) -> None:
    """“Let me send it again myself”: the button puts it back in its queue, twice is once."""
    delivery = fail(platform, alert)
    shown = site.open(url(alert))
    assert "Adresse refusée : corrigez-la dans l’annuaire." in shown.text
    assert "1 échec à traiter" in shown.text
    posts = [again(site, alert, delivery) for _ in range(2)]
    assert [(post.status, post.headers["Location"]) for post in posts] == [(303, url(alert))] * 2
    assert platform.sent(alert)[0].state is DeliveryState.REPLAYED
    assert "Envoyer de nouveau" not in site.open(url(alert)).text


def test_only_what_has_failed_is_sent_again_and_only_by_the_coordination(
    site: Site, platform: Platform, alert: Alert
) -> None:
    """A message on its way is no failure; another alert's is unknown; a manager only reads."""
    queued = platform.sent(alert)[0].sk
    assert again(site, alert, queued).status == 409
    assert again(site, alert, "unknown").status == 404
    assert again(site, platform.raised("n-2"), "DELIVERY#nudge_1#m-coord#email").status == 404
    mine = fail(platform, alert)
    assert again(site, alert, mine, who="m-manager").status == 403
    assert "Envoyer de nouveau" not in site.open(url(alert), who="m-manager").text
