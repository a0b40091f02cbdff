"""An alert's messages a page at a time: nothing reads, shows or sends again thousands of them in one request."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.alerts.deliveries.attempt import ANSWERS_READ, Attempt
from services.alerts.deliveries.delivery import Delivery, DeliveryState, dead, replayed
from services.alerts.deliveries.replaying import MOST_PAGES, replay_missed_of_alert
from services.alerts.deliveries.replaying import PER_PAGE as LOOKED_THROUGH
from services.alerts.deliveries.store import DeliveryStore, creation
from services.alerts.rules.notices import Purpose
from services.alerts.site.following import follow
from services.alerts.site.leafing import PER_PAGE, leaf
from services.alerts.site.reading import SHOWN
from shared.clock import FixedClock
from shared.tables import MemoryTable
from tests.unit.alerts.delivery_scene import ALERT, ALERT_ID, MISSION, NOON, TERRITORY, delivery

PLACE = (TERRITORY, ALERT_ID)
CLOCK = FixedClock(NOON)


def crowd(number: int, failed: int = 0) -> DeliveryStore:
    """A diffusion to so many partners, the last ones failed, between two messages to people."""
    offer = delivery(Purpose.BROADCAST, MISSION.id)
    offers = [offer.becoming(key="broadcast_1", recipient_id=f"p-{place:05}") for place in range(number)]
    lost = [dead(one, "Refusé.") for one in offers[number - failed :]]
    people = [offer.becoming(purpose=Purpose.NUDGE, key=key) for key in ("ack_chase_1", "transmission_1")]
    return kept(*people, *offers[: number - failed], *lost)


def kept(*deliveries: Delivery) -> DeliveryStore:
    """A store that has just these."""
    table = MemoryTable()
    for one in deliveries:
        table.write(creation(one))
    return DeliveryStore(table)


def test_a_page_shows_so_many_and_leads_to_the_next() -> None:
    """Each message stands on one page; counts are said only where all are there."""
    store, cursor, shown = crowd(PER_PAGE), None, 0
    first = leaf(store, ALERT, NOON, "", None)
    assert (first.is_whole, {count for *_, count in first.tabs}) == (False, {None})
    while True:
        page, cursor = store.page_of_alert(*PLACE, PER_PAGE, cursor)
        shown += len(page)
        if cursor is None:
            break
    assert shown == PER_PAGE + 2
    whole = leaf(crowd(3, failed=1), ALERT, NOON, "", None)
    assert (whole.is_whole, whole.following, whole.missed) == (True, "", 1)
    assert [(words, count) for words, _, _, count in whole.tabs] == [
        ("Tous", 5),
        ("À traiter", 1),
        ("En attente", 4),
        ("Partis", 0),
    ]


def test_what_is_asked_for_is_looked_for_on_the_pages_that_follow() -> None:
    """The failures of the last partners are found although the first page has none."""
    found = leaf(crowd(2 * PER_PAGE, failed=1), ALERT, NOON, "a-traiter", None)
    assert [len(dispatch.messages) for dispatch in found.dispatches] == [1]


@pytest.mark.parametrize(("partners", "left_out"), [(3, False), (4 * SHOWN, True)])
def test_the_alerts_page_reads_the_first_of_a_crowd_and_every_message_to_people(partners: int, left_out: bool) -> None:
    """The agency's transmission stands after the diffusion, and is never cut off by it."""
    found, cut = crowd(partners).first_of_alert(*PLACE, SHOWN)
    assert cut is left_out
    assert len(found) <= 2 * SHOWN + 2
    assert {"ack_chase_1", "transmission_1"} <= {one.key for one in found}


def test_sending_again_what_failed_is_bounded_and_says_that_there_is_more() -> None:
    """One click goes through so many; the next one begins where it stopped, and nothing leaves twice."""
    many = LOOKED_THROUGH * MOST_PAGES
    store = crowd(many + 5, failed=many + 5)
    done = replay_missed_of_alert(store, CLOCK, PLACE, "one")
    assert done.cursor is not None
    rest = replay_missed_of_alert(store, CLOCK, PLACE, "two", done.cursor)
    assert (done.number + rest.number, rest.cursor) == (many + 5, None)


def test_what_was_answered_is_forgotten_after_a_while() -> None:
    """It may quote somebody: neither shown nor written again once it is old; what came of the attempt stays."""
    old = Attempt(at=NOON, verdict="refused", status=422, answer="Mme Martin est inconnue")
    failed = delivery(Purpose.BROADCAST, MISSION.id).becoming(state=DeliveryState.DEAD, attempts=(old,))
    lately, late = NOON + ANSWERS_READ, NOON + ANSWERS_READ + timedelta(seconds=1)
    assert [each.answer for each in follow(failed, lately).tries] == [old.answer]
    assert [each.answer for each in follow(failed, late).tries] == [""]
    assert follow(failed, late).delivery.attempts[0].status == old.status
    assert (replayed(failed, lately).earlier[0].answer, replayed(failed, late).earlier[0].answer) == (old.answer, "")
