"""R10: nobody can be reached. The alert exists, is red, says why and what to do; and is red no more once somebody was."""

from __future__ import annotations

import pytest

from services.alerts.messages.links import serial_of
from services.alerts.rules.alert import PARTNERS, Alert
from services.alerts.rules.commands import Acknowledge, RevokeLink, Transmit
from services.alerts.rules.decisions import Context, decide
from services.alerts.rules.facts import Role
from services.alerts.use_cases.returning import Answer, return_by_hand, return_by_link
from services.alerts.use_cases.transmitting import transmit
from shared.errors import Conflict, NotFound
from tests.unit.alerts.alert_examples import (
    H1,
    H2,
    H3,
    SETTINGS,
    TUESDAY,
    acknowledge,
    broadcast,
    fire,
    give_back,
    hours,
    raised,
    raising,
    told,
)
from tests.unit.alerts.alert_examples import transmit as by_mail
from tests.unit.alerts.fake_platform import TERRITORY, Platform
from tests.unit.alerts.fake_site import Site

NOBODY = Context(frozenset())
DEPUTY_ALONE = Context(frozenset({Role.DEPUTY}))
ALL = Context(frozenset(Role))


def facts(alert: Alert) -> list[tuple[str, str]]:
    return [(fact.kind, fact.detail) for fact in alert.facts]


def test_with_nobody_the_alert_stands_and_is_red() -> None:
    """Nothing can leave; the fact names the role."""
    decision = decide(None, raising(), SETTINGS, NOBODY)
    assert decision.notices == ()
    assert facts(decision.alert) == [("no_recipient", "coordinator")]
    assert decision.alert.is_red(TUESDAY)


def test_the_back_up_is_told_and_the_fact_says_which() -> None:
    """It is still red: whoever is responsible has not been told."""
    decision = decide(None, raising(), SETTINGS, DEPUTY_ALONE)
    assert told(decision) == [("deputy", "alert_raised")]
    assert facts(decision.alert) == [("no_recipient", "coordinator"), ("backed_up", "deputy")]
    assert decision.alert.is_red(TUESDAY)


def test_it_is_said_once_however_often_it_happens() -> None:
    """Each recall that finds nobody adds nothing to what is known."""
    alert = decide(None, raising(), SETTINGS, NOBODY).alert
    again = decide(alert, fire(TUESDAY + hours(3)), SETTINGS, NOBODY).alert
    assert [fact for fact in facts(again) if fact[0] == "no_recipient"] == [("no_recipient", "coordinator")]


def test_a_later_message_that_finds_somebody_clears_it() -> None:
    """The fact stays in the history; the red does not."""
    alert = decide(None, raising(), SETTINGS, NOBODY).alert
    reached = decide(alert, fire(TUESDAY + hours(2)), SETTINGS, ALL)
    assert ("recipient_found", "coordinator") in facts(reached.alert)
    assert reached.alert.unreached == frozenset()
    assert not reached.alert.is_red(TUESDAY + hours(2))
    assert told(reached) == [("coordinator", "alert_raised")]


def test_whoever_is_found_again_is_told_what_they_have_missed_once() -> None:
    """The alert itself, not only its recalls; the next visit says nothing."""
    alert = decide(None, raising(), SETTINGS, NOBODY).alert
    found = decide(alert, fire(TUESDAY + hours(0.1)), SETTINGS, ALL)
    assert told(found) == [("coordinator", "alert_raised")]
    assert not decide(found.alert, fire(TUESDAY + hours(0.2)), SETTINGS, ALL).changed


def test_what_is_missing_again_is_red_again() -> None:
    """A role that was found and is lost once more is noted once more."""
    alert = decide(None, raising(), SETTINGS, NOBODY).alert
    found = decide(alert, fire(TUESDAY + hours(2)), SETTINGS, ALL).alert
    lost = decide(found, fire(TUESDAY + hours(24)), SETTINGS, NOBODY).alert
    assert lost.is_red(TUESDAY + hours(24))
    assert "coordinator" in lost.unreached


def test_somebody_of_the_coordination_who_acts_has_been_reached() -> None:
    """Told by whatever means, a person is there: that nobody was is past."""
    alert = decide(None, raising(), SETTINGS, NOBODY).alert
    taken = decide(alert, acknowledge(H1), SETTINGS, NOBODY).alert
    assert not taken.is_red(H1)


@pytest.mark.parametrize("answered", [True, False], ids=["it answers", "by telephone"])
def test_the_agency_is_reached_by_other_means(answered: bool) -> None:
    """An e-mail that found nobody there; then it answers, or is called: either clears it."""
    without_agency = Context(frozenset(Role) - {Role.AGENCY})
    sent = decide(raised(), by_mail(H1), SETTINGS, without_agency).alert
    assert sent.unreached == {"agency"}
    command = give_back(H2) if answered else Transmit(actor=by_mail(H2).actor, at=H2, channel="phone")
    assert decide(sent, command, SETTINGS, without_agency).alert.unreached == frozenset()


def test_partners_found_later_clear_it_and_lost_again_are_told_again() -> None:
    """Nobody on the list, then somebody: the offer leaves and the red goes. The coordinator is told once a want."""
    alert = decide(decide(raised(), by_mail(H1), SETTINGS).alert, give_back(H2), SETTINGS).alert
    empty = decide(alert, broadcast(H3, count=0), SETTINGS)
    assert (set(empty.alert.unreached), empty.alert.is_red(H3)) == ({PARTNERS}, True)
    assert not decide(empty.alert, broadcast(H3, count=0), SETTINGS).changed
    left = decide(empty.alert, broadcast(H3), SETTINGS).alert
    assert (left.unreached, left.is_red(H3)) == (frozenset(), False)


def test_the_page_and_the_board_say_why_and_what_to_do(platform: Platform, site: Site) -> None:
    """The reason stands on the board's row; the page adds who was told instead and the remedy."""
    platform.directory.items[f"T#{TERRITORY}", "MEMBER#m-coord"].update(email=None, phone=None)
    alert = platform.raised()
    board, page = site.open("/alertes"), site.open(f"/alertes/{alert.alert_id}")
    assert "Personne n’a pu être joint : coordination" in board.text
    assert "Personne n’a pu être joint : coordination" in page.text
    assert "À la place, Vigie a prévenu : suppléance de la coordination." in page.text
    assert "Faites compléter l’annuaire du territoire" in page.text
    platform.do(alert, Acknowledge)
    assert "Personne n’a pu être joint : coordination" not in site.open("/alertes").text


def test_revoking_the_link_closes_it_and_sends_another(platform: Platform, site: Site, alert: Alert) -> None:
    """The link that was sent opens nothing; the agency has a new one at once, while its answer is awaited."""
    transmit(platform.desk, platform.ask(alert), "mail")
    old = site.token(platform.now_is(alert))
    assert site.fill_in(alert, "revocation-lien").status == 303
    assert serial_of(platform.now_is(alert)) == 1
    assert site.open(f"/retour/{old}", who=None).status == 404
    assert site.open(f"/retour/{site.token(platform.now_is(alert))}", who=None).status == 200
    sent = [one.key for one in platform.sent(alert) if one.purpose == "transmission"]
    assert sent == ["new_link_3", "transmission_2"]
    with pytest.raises(NotFound):
        return_by_link(platform.desk, site.links.read(old, platform.clock.now()), Answer("048KLTP", "x"), "key-00001")


def test_revoking_once_it_has_answered_sends_nothing(platform: Platform, site: Site, alert: Alert) -> None:
    """Nothing is awaited any more: the next message, if there is one, bears the new link."""
    transmit(platform.desk, platform.ask(alert), "mail")
    return_by_hand(platform.desk, platform.ask(alert), Answer("048KLTP", "Mme Test"))
    before = len(platform.sent(alert))
    version = platform.now_is(alert).version
    revoked = site.call("POST", f"/api/v1/alerts/{alert.alert_id}/revoke-link", {"expected_version": version})
    assert (revoked.status, revoked.json["changed"]) == (200, True)
    assert len(platform.sent(alert)) == before
    assert "Lien de France Travail révoqué" in site.open(f"/alertes/{alert.alert_id}").text


def test_there_is_no_link_to_revoke_before_a_transmission(platform: Platform, site: Site, alert: Alert) -> None:
    """Nobody was sent any; a capteur may not at all."""
    assert site.open(f"/alertes/{alert.alert_id}/revocation-lien").status == 404
    with pytest.raises(Conflict):
        platform.do(alert, RevokeLink)
