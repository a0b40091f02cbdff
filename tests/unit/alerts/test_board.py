"""The read models: everything that can happen has its words, and red means red."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, get_args

import pytest

from services.alerts.deliveries.delivery import Attempt, Delivery, DeliveryState
from services.alerts.deliveries.ways import CHANNELS
from services.alerts.rules.alert import Alert
from services.alerts.rules.commands import Acknowledge, Close, Command, Fill
from services.alerts.rules.facts import Fact, Reason
from services.alerts.rules.notices import Purpose
from services.alerts.site.board import clock, read_board, row
from services.alerts.site.chronicle import COMMANDS, Moment, chronicle, since
from services.alerts.site.following import TITLES, dispatches, follow
from services.alerts.site.reading import remarks
from services.alerts.use_cases.returning import Answer, return_by_hand
from services.alerts.use_cases.transmitting import transmit
from shared.address_book import ChannelName
from shared.web.countdown import Level
from tests.unit.alerts.fake_platform import TERRITORY, TUESDAY, Platform
from tests.unit.alerts.fake_site import Site

TOLD_BY_THEIR_COMMAND = {"reopened", "offer_corrected", "offer_withdrawn", "transmission_corrected", "breached_48h"}
FACTS = {
    *("ack_chased", "ack_lapsed", "acknowledged_again", "nudged_24h", "nudged_36h", "nudged_44h", "escalated"),
    *("pre_noticed", "offer_nudged", "inferred_transmit", "sent_again", "partial_return", "ref_conflict"),
    *("late_fact", "no_recipient", "clock_ahead"),
}


def history(platform: Platform, alert: Alert) -> list[Moment]:
    alert = platform.now_is(alert)
    trail = platform.store.trail(TERRITORY, alert.alert_id)
    return chronicle(alert, trail, platform.book.directory(TERRITORY))


def titles(platform: Platform, alert: Alert) -> list[str]:
    return [moment.title for moment in history(platform, alert)]


def test_every_command_has_its_words() -> None:
    """A command without words would leave a hole in the history; the sweep's own is told by its facts."""
    (union, *_) = get_args(Command)
    kinds = {kind.model_fields["kind"].default for kind in get_args(union)}
    assert kinds - {"fire"} == set(COMMANDS)


def test_every_purpose_and_channel_has_its_words() -> None:
    """The per-recipient table never shows a code."""
    assert set(TITLES) == set(Purpose)
    assert set(CHANNELS) == set(get_args(ChannelName))


@pytest.mark.parametrize("kind", sorted(FACTS))
def test_every_fact_is_told_in_words(platform: Platform, alert: Alert, kind: str) -> None:
    """Each fact is a line of the history with a title of its own."""
    fact = Fact(kind=kind, at=platform.clock.now(), by="sweep", detail="coordinator")
    told = chronicle(alert.model_copy(update={"facts": (fact,)}), [], platform.book.directory(TERRITORY))
    assert [bool(moment.title) for moment in told] == [True]


@pytest.mark.parametrize("kind", sorted(TOLD_BY_THEIR_COMMAND))
def test_a_fact_that_its_command_tells_is_not_told_twice(platform: Platform, alert: Alert, kind: str) -> None:
    """The audit entry already says it, with its author."""
    fact = Fact(kind=kind, at=platform.clock.now(), by="m-coord")
    assert chronicle(alert.model_copy(update={"facts": (fact,)}), [], platform.book.directory(TERRITORY)) == []


def test_three_days_without_anybody_are_told_in_order(platform: Platform, alert: Alert) -> None:
    """The chase, the recalls, the escalation and the breach, at their times, each by the platform."""
    for _ in range(72):
        platform.later(hours=1)
        platform.sweep.run()
    told = history(platform, alert)
    assert [moment.when for moment in told] == sorted(moment.when for moment in told)
    assert [moment.title for moment in told].count("Rappel envoyé") == 3
    assert [moment.title for moment in told].count("Échéance dépassée") == 1


def test_a_person_who_left_keeps_their_deeds(platform: Platform, alert: Alert) -> None:
    """The directory no longer knows the member: the deed stays, with its role."""
    platform.do(alert, Acknowledge)
    del platform.directory.items[f"T#{TERRITORY}", "MEMBER#m-coord"]
    assert history(platform, alert)[-1].by == "Une personne qui a quitté le territoire, coordination"


def test_the_details_of_a_deed_stand_beside_it(platform: Platform, alert: Alert) -> None:
    """By which means, which reference, how many partners, for which reason."""
    transmit(platform.desk, platform.ask(alert), "portal")
    platform.later(hours=1)
    return_by_hand(platform.desk, platform.ask(alert), Answer("048KLTP", "Sofia Petit"))
    platform.later(hours=1)
    platform.do(alert, Close, reason=Reason.NO_CANDIDATE)
    told = {moment.title: moment.text for moment in history(platform, alert)}
    assert told["Alerte transmise à France Travail"] == "Par le portail de France Travail"
    assert told["Réponse de France Travail"] == "Référence 048KLTP"
    assert told["Offre diffusée aux partenaires"] == "3\N{NO-BREAK SPACE}destinataires"
    assert told["Alerte close sans suite"] == "Aucun candidat"


def test_what_others_did_since_a_version(platform: Platform, alert: Alert) -> None:
    """Only what came after the version that was on the screen."""
    platform.do(alert, Acknowledge)
    platform.do(alert, Fill, who="m-deputy")
    trail = platform.store.trail(TERRITORY, alert.alert_id)
    told = since(platform.now_is(alert), trail, 2, platform.book.directory(TERRITORY))
    assert [moment.title for moment in told] == ["Poste pourvu"]


def test_a_late_alert_is_red_until_it_ends(platform: Platform, alert: Alert) -> None:
    """Red from the first instant after the deadline, even before the sweep has recorded the breach."""
    deadline = TUESDAY + timedelta(hours=48)
    assert not row(alert, deadline).red
    assert row(alert, deadline + timedelta(microseconds=1)).red
    platform.later(hours=49)
    platform.sweep.run()
    platform.do(alert, Fill)
    assert not row(platform.now_is(alert), platform.clock.now()).red


def test_the_countdown_stops_at_the_transmission(platform: Platform, alert: Alert) -> None:
    """In time it is done, afterwards it is done late; closed untransmitted, it stops at the end."""
    other = platform.raised("n-2")
    platform.later(hours=6)
    transmit(platform.desk, platform.ask(alert), "phone")
    platform.later(hours=50)
    transmit(platform.desk, platform.ask(other), "phone")
    now = platform.clock.now()
    assert clock(platform.now_is(alert), now).level is Level.DONE
    assert clock(platform.now_is(alert), now).text.startswith("transmise en 6")
    assert clock(platform.now_is(other), now).level is Level.DONE_LATE


def test_a_page_leaves_out_what_the_reader_may_not_see_and_goes_on(site: Site, platform: Platform) -> None:
    """The rows are filtered after the page is read: the cursor still leads to the rest."""
    for number in range(4):
        platform.raised(f"n-{number}")
    other = site.identity.of_page({"vigie_session": "m-autre"}, platform.clock.now())
    shown = read_board(platform.store, other, "OPEN", platform.clock.now(), limit=2)
    assert (shown.rows, shown.cursor is None) == ([], False)


def remark_titles(alert: Alert, platform: Platform) -> list[str]:
    return [remark.title for remark in remarks(platform.now_is(alert), platform.clock.now())]


def test_the_page_says_first_what_hinders(platform: Platform, alert: Alert) -> None:
    """Half an answer, then two answers, then nothing once it has ended; a breach stays."""
    return_by_hand(platform.desk, platform.ask(alert), Answer(reference="048KLTP"))
    assert remark_titles(alert, platform) == ["Réponse incomplète", "Transmission à confirmer"]
    return_by_hand(platform.desk, platform.ask(alert), Answer("048KLTP", "Sofia Petit"))
    return_by_hand(platform.desk, platform.ask(alert), Answer("049ABCD", "Sofia Petit"))
    assert remark_titles(alert, platform) == ["Deux réponses se contredisent", "Transmission à confirmer"]
    platform.do(alert, Fill)
    assert remark_titles(alert, platform) == []


def test_the_deadline_is_told_as_missed_before_the_sweep_has_seen_it(platform: Platform, alert: Alert) -> None:
    """The truth comes from the timestamps."""
    platform.later(hours=49)
    assert remark_titles(alert, platform) == ["Délai dépassé"]


def followed(platform: Platform, alert: Alert, **changes: Any) -> str:
    """The advice of a message in that state."""
    delivery: Delivery = platform.sent(alert)[0].becoming(**changes)
    return follow(delivery, platform.clock.now()).advice


def test_each_state_of_a_message_says_what_to_do(platform: Platform, alert: Alert) -> None:
    """People ask to be told what to do, not the raw error."""
    now = platform.clock.now()
    assert followed(platform, alert) == "Part dans la minute. Rien à faire."
    assert followed(platform, alert, state=DeliveryState.SENT) == ""
    assert (
        followed(platform, alert, state=DeliveryState.DEAD, last_error="Corrigez l’adresse.") == "Corrigez l’adresse."
    )
    doubtful = followed(platform, alert, state=DeliveryState.SENT, possible_duplicate=True)
    assert doubtful.startswith("Peut-être reçu deux fois")
    unknown = followed(platform, alert, state=DeliveryState.CLAIMED, claimed_until=now)
    assert unknown.startswith("Envoi sans confirmation")


def test_when_a_message_left_or_will_be_tried_again(platform: Platform, alert: Alert) -> None:
    """The time that matters: of the sending, of the next try, else of the request."""
    first, now = platform.sent(alert)[0], platform.clock.now()
    tried = (Attempt(at=now, verdict="later"),)
    words = [
        follow(first, now).when,
        follow(first.becoming(state=DeliveryState.RETRYING, attempts=tried), now).when,
        follow(first.becoming(state=DeliveryState.SENT, sent_at=now), now).when,
    ]
    assert [said.partition(" mar.")[0] for said in words] == ["Demandé", "Nouvel essai", "Parti"]


def test_messages_are_grouped_by_whom_they_are_for(platform: Platform, alert: Alert) -> None:
    """Partners, France Travail, the team: groups without message are left out."""
    transmit(platform.desk, platform.ask(alert), "mail")
    found = dispatches(platform.sent(alert), platform.clock.now())
    assert [(dispatch.group, dispatch.left, len(dispatch.messages)) for dispatch in found] == [
        ("agency", 0, 1),
        ("team", 0, 2),
    ]
