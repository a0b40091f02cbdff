"""From notices to recipients, and from a round to its deliveries, page after page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from services.alerts.deliveries.delivery import Attempt, Delivery, DeliveryState
from services.alerts.deliveries.fanning_out import PAGE, FanOut
from services.alerts.deliveries.recipients import NO_CHANNEL, partners_to_reach, planned, reachable
from services.alerts.deliveries.rounds import Round
from services.alerts.deliveries.store import DeliveryStore, creation
from services.alerts.deliveries.work import Work
from services.alerts.rules.alert import Alert
from services.alerts.rules.facts import Role
from services.alerts.rules.notices import Notice, Purpose, Urgency
from shared.address_book import Directory, Partner
from shared.clock import FixedClock
from shared.tables import MemoryTable
from tests.unit.alerts.delivery_scene import (
    AGENT,
    ALERT,
    ALERT_ID,
    BOOK,
    COORDINATOR,
    MISSION,
    NOON,
    PORTAL,
    TERRITORY,
    broadcast,
    closed,
    delivery,
)

HOUR = timedelta(hours=1)
RAISED = Notice(purpose=Purpose.ALERT_RAISED, key="alert_raised", role=Role.COORDINATOR, urgency=Urgency.URGENT)
OFFER = Notice(purpose=Purpose.BROADCAST, key="broadcast", audience="partners")
CORRECTION = Notice(purpose=Purpose.CORRECTION, key="correction_2", audience="reached")


def people(*notices: Notice, book: Directory = BOOK) -> list[tuple[str, str, str]]:
    """(key, recipient, channel) of the deliveries planned."""
    return [(one.key, one.recipient_id, one.channel) for one in planned(notices, ALERT, book, NOON).deliveries]


def with_member(**changes: object) -> Directory:
    """The territory with its coordinator changed."""
    return BOOK.model_copy(update={"members": (COORDINATOR.model_copy(update=changes), AGENT)})


def test_an_urgent_notice_rings_and_writes() -> None:
    """By e-mail and by text message, to everyone in the role."""
    assert people(RAISED) == [("alert_raised", COORDINATOR.id, "email"), ("alert_raised", COORDINATOR.id, "sms")]


def test_a_recipient_is_shown_by_structure_and_role_without_contact_details() -> None:
    """The board shows who was told, never how to reach them."""
    (written, _) = planned([RAISED], ALERT, BOOK, NOON).deliveries
    assert (written.recipient, written.sequence, written.next_attempt_at) == ("MD3E (coordination)", 1, NOON)


def test_whoever_lacks_the_channel_is_told_by_another() -> None:
    """Somebody with a telephone only still gets what goes by e-mail."""
    calm = RAISED.model_copy(update={"urgency": Urgency.NORMAL})
    assert people(calm, book=with_member(email=None)) == [("alert_raised", COORDINATOR.id, "sms")]
    assert people(calm, book=with_member(email=None, phone=None)) == []


def test_a_person_in_two_roles_is_told_once() -> None:
    """The same message to the coordinator and the deputy is one message when they are one person."""
    twice = (RAISED, RAISED.model_copy(update={"role": Role.DEPUTY}))
    assert len(people(*twice, book=with_member(roles=("coordinator", "deputy")))) == 2


def test_of_two_recalls_to_one_person_the_heavier_leaves() -> None:
    """An escalation makes the nudge of the same moment pointless."""
    nudge = RAISED.model_copy(update={"purpose": Purpose.NUDGE, "key": "notice_36h"})
    breach = RAISED.model_copy(update={"purpose": Purpose.BREACH, "key": "breach_48h", "urgency": Urgency.CRITICAL})
    assert {key for key, *_ in people(nudge, breach)} == {"breach_48h"}


def test_the_agency_is_reached_at_the_person_chosen_or_at_everyone() -> None:
    """The coordinator may name one agent; when that one has left, the whole agency is told."""
    colleague = AGENT.model_copy(update={"id": "m-autre"})
    book = BOOK.model_copy(update={"members": (AGENT, colleague)})
    named = Notice(purpose=Purpose.TRANSMISSION, key="t", audience="member", member=AGENT.id, role=Role.AGENCY)
    everyone = Notice(purpose=Purpose.TRANSMISSION, key="t", role=Role.AGENCY)
    assert people(named, book=book) == [("t", AGENT.id, "email")]
    assert people(everyone.model_copy(update={"addressee": AGENT.id}), book=book) == [("t", AGENT.id, "email")]
    assert len(people(everyone.model_copy(update={"addressee": "m-parti"}), book=book)) == 2
    assert people(everyone, book=book) == [("t", AGENT.id, "email"), ("t", "m-autre", "email")]


def test_a_role_is_reachable_when_somebody_in_it_has_an_address() -> None:
    """What the reducer needs in order to find a back-up."""
    assert reachable(BOOK, NOON) == {Role.COORDINATOR, Role.AGENCY}
    assert reachable(with_member(email=None, phone=None), NOON) == {Role.AGENCY}


def test_a_broadcast_is_planned_as_a_round_that_bears_the_version() -> None:
    """The same key may be broadcast again later: the round is another, the deliveries are not."""
    plan = planned([OFFER], ALERT, BOOK, NOON)
    assert plan.deliveries == ()
    assert [work.sk for work in plan.rounds] == ["BROADCAST#broadcast#00000001"]


@dataclass
class Diffusion:
    """A territory of partners, a round, and the worker that goes through it."""

    book: Directory = BOOK
    alert: Alert = field(default_factory=broadcast)
    notice: Notice = OFFER
    table: MemoryTable = field(default_factory=MemoryTable)

    def __post_init__(self) -> None:
        (self.round,) = planned([self.notice], self.alert, self.book, NOON).rounds
        self.table.write(creation(self.round))
        self.store = DeliveryStore(self.table)
        self.worker = FanOut(self.store, self, self, FixedClock(NOON + timedelta(seconds=5)))

    def get(self, territory_id: str, alert_id: str) -> Alert:
        return self.alert

    def directory(self, territory_id: str) -> Directory:
        return self.book

    def advance(self, times: int = 1) -> Round:
        for _ in range(times):
            self.worker.advance(Work(territory_id=TERRITORY, alert_id=ALERT_ID, sk=self.round.sk))
        found = self.store.round(TERRITORY, ALERT_ID, self.round.sk)
        assert found
        return found

    def told(self) -> list[Delivery]:
        return [one for one in self.store.of_alert(TERRITORY, ALERT_ID) if one.key == self.notice.key]


def many(count: int) -> Directory:
    """A territory of so many partners."""
    partners = tuple(MISSION.model_copy(update={"id": f"p-{number:03}"}) for number in range(count))
    return BOOK.model_copy(update={"partners": partners})


def test_every_partner_gets_one_delivery_by_its_own_channel() -> None:
    """The diffusion is addressed to all, as each chose."""
    diffusion = Diffusion()
    assert diffusion.advance().done
    assert {(one.recipient_id, one.channel, one.recipient) for one in diffusion.told()} == {
        ("p-mission", "email", "Mission locale"),
        ("p-cap", "sms", "Cap emploi"),
        ("p-portail", "webhook", "Portail emploi"),
    }


def test_a_long_list_is_written_by_pages_that_each_count() -> None:
    """A page and its progress are one transaction."""
    diffusion = Diffusion(book=many(2 * PAGE + 1))
    assert [(diffusion.advance().count, len(diffusion.told())) for _ in range(3)] == [(50, 50), (100, 100), (101, 101)]
    assert diffusion.advance().done


def test_a_list_that_fills_its_last_page_ends_there() -> None:
    """No empty page, none forgotten."""
    diffusion = Diffusion(book=many(PAGE))
    assert diffusion.advance().done
    assert len(diffusion.told()) == PAGE


def test_a_hint_that_comes_twice_writes_nothing_twice() -> None:
    """The round is read at each hint; once done it stays done."""
    diffusion = Diffusion()
    before = diffusion.advance()
    assert diffusion.advance(3) == before


def test_two_workers_on_one_page_write_it_once() -> None:
    """The progress is conditional on the cursor that was read."""
    diffusion = Diffusion(book=many(60))
    stale = diffusion.round
    diffusion.advance()
    diffusion.store.advance(stale, stale.advanced("p-049", 50, NOON), [])
    found = diffusion.store.round(TERRITORY, ALERT_ID, stale.sk)
    assert found
    assert found.count == 50


def test_whoever_has_had_the_offer_does_not_have_it_twice() -> None:
    """A second broadcast reaches only the new ones; the others' deliveries are left as they are."""
    diffusion = Diffusion()
    had = delivery(Purpose.BROADCAST, MISSION.id, key="broadcast", state=DeliveryState.SENT)
    diffusion.table.write(creation(had))
    assert diffusion.advance().done
    assert {one.recipient_id: one.state for one in diffusion.told()}["p-mission"] is DeliveryState.SENT
    assert len(diffusion.told()) == 3


def test_a_partner_without_a_usable_channel_is_visible() -> None:
    """Nobody is silently left out."""
    mute = PORTAL.model_copy(update={"sealed_secret": None})
    diffusion = Diffusion(book=BOOK.model_copy(update={"partners": (mute,)}))
    diffusion.advance()
    assert [(one.state, one.last_error) for one in diffusion.told()] == [(DeliveryState.DEAD, NO_CHANNEL)]
    assert partners_to_reach(diffusion.book) == 0


def test_an_alert_that_ends_stops_the_round() -> None:
    """Those not yet told get nothing; the others get a correction of their own."""
    diffusion = Diffusion(alert=closed(broadcast(), NOON + timedelta(seconds=1)))
    assert diffusion.advance().done
    assert diffusion.told() == []


def reached(partner: Partner, state: DeliveryState, **changes: object) -> Delivery:
    """The broadcast that a partner had."""
    return delivery(Purpose.BROADCAST, partner.id, partner.channel, key="broadcast", state=state, **changes)


def test_a_correction_is_planned_for_those_who_were_or_may_be_reached() -> None:
    """Sent, in flight or of unknown end: yes. Dead without doubt or superseded: no."""
    diffusion = Diffusion(notice=CORRECTION)
    ghost = MISSION.model_copy(update={"id": "p-z"})
    diffusion.table.write(
        creation(reached(MISSION, DeliveryState.SENT)),
        creation(reached(PORTAL, DeliveryState.RETRYING)),
        creation(reached(MISSION.model_copy(update={"id": "p-x"}), DeliveryState.SUPERSEDED)),
        creation(reached(MISSION.model_copy(update={"id": "p-y"}), DeliveryState.DEAD)),
        creation(reached(ghost, DeliveryState.DEAD, attempts=(Attempt(at=NOON, verdict="unknown"),))),
    )
    assert diffusion.advance().done
    assert {one.recipient_id for one in diffusion.told()} == {MISSION.id, PORTAL.id, "p-z"}
    assert all(one.follows and one.follows.startswith("DELIVERY#broadcast#") for one in diffusion.told())


def test_a_correction_reads_the_list_of_the_reached_by_pages() -> None:
    """The cursor of the table is the round's."""
    diffusion = Diffusion(notice=CORRECTION)
    for number in range(PAGE + 5):
        partner = MISSION.model_copy(update={"id": f"p-{number:03}"})
        diffusion.table.write(creation(reached(partner, DeliveryState.SENT)))
    assert not diffusion.advance().done
    assert diffusion.advance().done
    assert len(diffusion.told()) == PAGE + 5


def test_a_correction_leaves_by_the_channel_that_the_partner_has_now() -> None:
    """It follows the broadcast though its own channel is another."""
    moved = MISSION.model_copy(update={"channel": "sms", "address": "+33600000000"})
    diffusion = Diffusion(notice=CORRECTION, book=BOOK.model_copy(update={"partners": (moved,)}))
    diffusion.table.write(creation(reached(MISSION, DeliveryState.SENT)))
    diffusion.advance()
    assert [one.channel for one in diffusion.told()] == ["sms"]


@pytest.mark.parametrize("phone", ["+33384123456", "+262262123456", "+41791234567", "+336", ""])
def test_no_text_leaves_for_a_number_that_cannot_read_it(phone: str) -> None:
    """A landline stands in the directory to be called: it makes nobody reachable, and no message that fails."""
    assert people(RAISED, book=with_member(phone=phone)) == [("alert_raised", COORDINATOR.id, "email")]
    assert reachable(with_member(email=None, phone=phone), NOON) == {Role.AGENCY}
