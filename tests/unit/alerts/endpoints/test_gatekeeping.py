"""The worker before an endpoint: what is challenged, what leaves, what waits, and what is remembered of the answers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.alerts.deliveries.delivery import KEPT_ATTEMPTS, DeliveryState
from services.alerts.deliveries.work import Work
from services.alerts.endpoints import endpoint as rules
from services.alerts.endpoints.circuit import OPENS_AFTER
from services.alerts.endpoints.endpoint import MACHINE, Endpoint, born
from services.alerts.rules.notices import Purpose
from services.alerts.webhooks.sealed_keys import SealedKey
from shared.address_book import Partner
from shared.errors import Unavailable
from shared.tables import ConditionFailed, MemoryTable, Put, Write
from tests.unit.alerts.delivery_scene import ALERT_ID, BOOK, MISSION, NOON, PORTAL, TERRITORY
from tests.unit.alerts.endpoint_scene import SECRET, Receiver, accepts, portal_endpoint, says, sealed, silent
from tests.unit.alerts.endpoints.outage import MINUTE, Outage

NEW_URL = "https://nouveau.example/vigie"


def listed(outage: Outage, partner: Partner) -> None:
    """From now on the address book says this of the portal."""
    outage.book = BOOK.model_copy(update={"partners": (MISSION, partner)})


def failing(times: int = OPENS_AFTER) -> Outage:
    """A portal that has not answered so many messages."""
    outage = Outage(Receiver(silent), portal_endpoint())
    for number in range(times):
        outage.send(outage.meant(number))
    return outage


def test_a_new_partner_is_challenged_before_its_first_message() -> None:
    """Nobody presses a button: the address echoes, the offer follows, and the next ones need no challenge."""
    outage = Outage(Receiver())
    assert outage.send(outage.meant(1)).state is DeliveryState.SENT
    assert outage.send(outage.meant(2)).state is DeliveryState.SENT
    assert outage.receiver.kinds == ["endpoint.challenge.v1", "offer.broadcast.v1", "offer.broadcast.v1"]
    assert all(outage.receiver.signed)
    assert outage.endpoint.state == "enabled"


@pytest.mark.parametrize("behaviour", [says(200, b"merci"), says(404), says(200, b'{"type":"x"}'), silent])
def test_an_address_that_does_not_echo_gets_nothing_and_costs_no_attempt(behaviour: object) -> None:
    """Whoever answers there may not be the partner at all."""
    outage = Outage(Receiver(behaviour))  # type: ignore[arg-type]
    waiting = outage.send(outage.meant(1))
    assert (waiting.state, waiting.attempts, waiting.parked) == (DeliveryState.RETRYING, (), True)
    assert "pas encore vérifiée" in waiting.last_error
    assert outage.receiver.kinds == ["endpoint.challenge.v1"]
    outage.receiver.behaves = accepts
    outage.pass_on(2 * MINUTE)
    assert outage.read(waiting).state is DeliveryState.SENT


def test_a_json_echo_is_taken_and_a_mere_repetition_is_not() -> None:
    """A server that gives back whatever it is sent proves nothing."""
    outage = Outage(Receiver(says(200, b'{"challenge": "defi-0123456789"}')))
    outage.send(outage.meant(1))
    assert outage.endpoint.state == "enabled"
    parrot = Outage(Receiver(says(200, b'{"type":"endpoint.challenge.v1","data":{"challenge":"defi-0123456789"}}')))
    parrot.send(parrot.meant(1))
    assert parrot.endpoint.state == "pending"


def test_a_circuit_that_opened_keeps_everything_else_from_leaving() -> None:
    """Neither a connection nor an attempt for what comes meanwhile."""
    outage = failing()
    posted = len(outage.receiver.events)
    late = outage.send(outage.meant(9))
    assert (late.state, late.attempts, late.parked) == (DeliveryState.RETRYING, (), True)
    assert len(outage.receiver.events) == posted
    assert outage.send(late) == late


def test_the_failure_that_opens_the_circuit_waits_too_with_its_attempt_kept() -> None:
    """It leaves with the others when the partner is back, not hours later by its own schedule."""
    outage = failing()
    last = outage.read(outage.deliveries.of_alert(TERRITORY, ALERT_ID)[-1])
    assert (last.parked, len(last.attempts), last.attempts[0].verdict) == (True, 1, "later")


def test_a_gone_address_is_disabled_its_messages_wait_and_the_coordination_is_told() -> None:
    """410: the partner's own word. One e-mail says so, by the transaction that disables."""
    outage = Outage(Receiver(says(410)), portal_endpoint())
    first, second = outage.send(outage.meant(1)), outage.send(outage.meant(2))
    assert outage.endpoint.state == "disabled"
    assert (first.parked, first.attempts[0].status) == (True, 410)
    assert (second.state, second.attempts) == (DeliveryState.PAUSED, ())
    told = [one for one in outage.deliveries.of_alert(TERRITORY, ALERT_ID) if one.purpose is Purpose.ENDPOINT_DISABLED]
    assert [(one.recipient_id, one.channel, one.about) for one in told] == [("m-coordinatrice", "email", PORTAL.name)]


def test_a_new_address_that_is_gone_is_disabled_at_its_challenge() -> None:
    """It is not asked again for five days; the coordination is told, and the message waits."""
    outage = Outage(Receiver(says(410)))
    waiting = outage.send(outage.meant(1))
    assert (outage.endpoint.state, waiting.state, waiting.parked) == ("disabled", DeliveryState.PAUSED, True)
    told = [one for one in outage.deliveries.of_alert(TERRITORY, ALERT_ID) if one.purpose is Purpose.ENDPOINT_DISABLED]
    assert len(told) == 1


def test_five_days_of_silence_disable_and_nothing_is_lost() -> None:
    """The message is still there when somebody enables the endpoint by an accepted test."""
    since = {"failures": 200, "failing_since": NOON - timedelta(days=4, hours=22), "retry_at": NOON}
    outage = Outage(Receiver(silent), portal_endpoint().becoming(**since))
    waiting = outage.send(outage.meant(1))
    assert outage.endpoint.disabled_at is None
    outage.pass_on(timedelta(hours=3))
    assert outage.endpoint.state == "disabled"
    assert (outage.read(waiting).parked, outage.read(waiting).state.is_final) == (True, False)
    told = [one for one in outage.deliveries.of_alert(TERRITORY, ALERT_ID) if one.purpose is Purpose.ENDPOINT_DISABLED]
    assert len(told) == 1
    outage.receiver.behaves = accepts
    assert outage.endpoints.replace(outage.endpoint, rules.enabled(outage.endpoint, MACHINE, outage.now))
    outage.pass_on(2 * MINUTE)
    assert outage.read(waiting).state is DeliveryState.SENT


@pytest.mark.parametrize("hours", [1, 24, 60])
def test_a_partner_that_was_down_gets_everything_soon_after_it_is_back(hours: int) -> None:
    """Within half an hour of the recovery, whatever the outage lasted, and each message once."""
    outage = Outage(Receiver(silent), portal_endpoint())
    wanted = [outage.send(outage.meant(number)) for number in range(12)]
    outage.pass_on(timedelta(hours=hours))
    outage.receiver.behaves = accepts
    outage.receiver.events.clear()
    outage.pass_on(35 * MINUTE)
    assert {outage.read(one).state for one in wanted} == {DeliveryState.SENT}
    assert sorted(str(event["id"]) for event in outage.receiver.events) == sorted(one.id for one in wanted)


def test_a_message_that_was_a_probe_for_days_has_its_whole_schedule_afterwards() -> None:
    """What failed while nothing could pass is kept, the latest of it, and does not bring the message nearer to its end."""
    outage = Outage(Receiver(silent), portal_endpoint())
    alone = outage.send(outage.meant(1))
    outage.pass_on(timedelta(hours=20))
    worn = outage.read(alone)
    assert (len(worn.earlier), worn.state.is_final) == (KEPT_ATTEMPTS, False)
    outage.endpoints.replace(outage.endpoint, rules.opened(outage.endpoint, outage.now))
    outage.pass_on(MINUTE)
    assert (outage.read(alone).state, outage.read(alone).parked) == (DeliveryState.RETRYING, False)


class Interleaved(MemoryTable):
    """A table in which something else happens just before one write to the endpoint."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: list[object] = []

    def write(self, *writes: Write) -> None:
        if self.meanwhile and isinstance(writes[0], Put) and writes[0].item["sk"].startswith("ENDPOINT#"):
            self.meanwhile.pop()()  # type: ignore[operator]
        super().write(*writes)


def test_of_two_workers_one_has_the_probe() -> None:
    """Both read that the time has come; the second one's write fails, and its message waits."""
    table = Interleaved()
    outage = Outage(Receiver(silent), portal_endpoint(), table)
    for number in range(OPENS_AFTER):
        outage.send(outage.meant(number))
    outage.clock.now_is = NOON + MINUTE
    first, second = outage.meant(50), outage.meant(51)
    posted = len(outage.receiver.events)
    other = outage.another_worker()
    table.meanwhile.append(lambda: other.deliver(Work(territory_id=TERRITORY, alert_id=ALERT_ID, sk=second.sk)))
    loser = outage.send(first)
    assert len(outage.receiver.events) == posted + 1
    assert (loser.parked, loser.attempts) == (True, ())
    assert len(outage.read(second).attempts) == 1


def test_a_count_that_loses_its_race_is_made_on_the_fresh_record() -> None:
    """Two failures at once are two failures; neither worker is kept waiting."""
    table = Interleaved()
    outage = Outage(Receiver(silent), portal_endpoint(), table)
    first, second = outage.meant(1), outage.meant(2)
    other = outage.another_worker()
    table.meanwhile.append(lambda: other.deliver(Work(territory_id=TERRITORY, alert_id=ALERT_ID, sk=second.sk)))
    assert outage.send(first).state is DeliveryState.RETRYING
    assert outage.endpoint.failures == 2


def test_a_worker_that_loses_its_race_never_writes_over_what_a_person_has_just_done() -> None:
    """The secret that was shown once must sign, whatever the worker had read before."""
    table = Interleaved()
    outage = Outage(Receiver(), None, table)
    key = SealedKey(id="k2", sealed=sealed(SECRET), created_at=NOON)

    def rotate() -> None:
        first = born(TERRITORY, PORTAL, NOON)
        assert outage.endpoints.replace(None, rules.rotated(first, key, timedelta(hours=24), MACHINE, NOON))

    table.meanwhile.append(rotate)
    outage.receiver.behaves = lambda url, event: (says(503) if "offer" in str(event["type"]) else accepts)(url, event)
    outage.send(outage.meant(1))
    assert [one.id for one in outage.endpoint.keys][-1:] == ["k2"]
    assert outage.endpoint.failures == 1


@pytest.mark.parametrize("refusal", [Unavailable("DynamoDB"), ConditionFailed([0])])
def test_a_record_that_cannot_be_written_does_not_hold_up_the_delivery(refusal: Exception) -> None:
    """What is remembered of an endpoint is a hint; what became of the message is not."""
    table = Interleaved()
    outage = Outage(Receiver(silent), portal_endpoint(), table)

    def refuse() -> None:
        table.meanwhile.append(refuse)
        raise refusal

    table.meanwhile.append(refuse)
    after = outage.send(outage.meant(1))
    assert (after.state, len(after.attempts), outage.endpoint.failures) == (DeliveryState.RETRYING, 1, 0)


def test_a_dead_partner_costs_few_requests_however_much_waits_for_it() -> None:
    """Two hundred offers in a night: a dozen requests, and not one worker kept busy by the others."""
    outage = Outage(Receiver(silent), portal_endpoint())
    for number in range(200):
        outage.send(outage.meant(number))
        outage.clock.now_is += timedelta(minutes=3)
    assert len(outage.receiver.events) < 40
    assert len(outage.waiting()) >= 195


def test_nothing_goes_to_an_address_that_a_person_has_just_failed_to_verify() -> None:
    """The wait between two challenges is for a second address; a first one is challenged before every message."""
    typed = rules.unverified(born(TERRITORY, PORTAL, NOON), MACHINE, NOON)
    outage = Outage(Receiver(says(200, b"merci")), typed)
    assert outage.send(outage.meant(1)).parked
    assert outage.receiver.kinds == ["endpoint.challenge.v1"]


def test_a_failed_challenge_that_cannot_be_noted_is_tried_again_by_the_queue() -> None:
    """A message is parked only where somebody will look for it."""
    table = Interleaved()
    outage = Outage(Receiver(silent), None, table)
    one = outage.meant(1)

    def refuse() -> None:
        raise ConditionFailed([0])

    table.meanwhile.append(refuse)
    with pytest.raises(Unavailable):
        outage.send(one)
    assert outage.read(one) == one


def test_an_address_changed_by_the_operator_is_verified_before_it_replaces_the_old_one() -> None:
    """Until it echoes, messages go where they went; it is not asked again at every message."""
    outage = Outage(Receiver(), portal_endpoint())
    listed(outage, PORTAL.model_copy(update={"address": NEW_URL}))
    outage.receiver.behaves = lambda url, event: (says(404) if url == NEW_URL else accepts)(url, event)
    outage.send(outage.meant(1))
    outage.send(outage.meant(2))
    assert outage.receiver.urls == [NEW_URL, PORTAL.address, PORTAL.address]
    outage.receiver.behaves = accepts
    outage.clock.now_is = NOON + 61 * MINUTE
    outage.send(outage.meant(3))
    assert outage.receiver.urls[3:] == [NEW_URL, NEW_URL]
    assert outage.endpoint.url == NEW_URL


def test_what_waits_for_a_partner_that_left_webhooks_is_let_out() -> None:
    """Nothing is left behind in a room that nobody looks at: it ends with its reason, and another way may be tried."""
    outage = Outage(Receiver(says(410)), portal_endpoint())
    first = outage.send(outage.meant(1))
    outage.pass_on(5 * MINUTE)
    listed(outage, PORTAL.model_copy(update={"channel": "email", "address": "offres@portail.example"}))
    outage.pass_on(70 * MINUTE)
    assert outage.read(first).state is DeliveryState.DEAD


def test_a_pause_holds_everything_without_an_error_and_ends_in_order() -> None:
    """Oldest first, nothing counted, nothing lost."""
    paused: Endpoint = rules.paused(portal_endpoint(), MACHINE, NOON)
    outage = Outage(Receiver(), paused)
    for number in (3, 1, 2):
        outage.send(outage.meant(number))
    assert outage.waiting() == ["broadcast_001", "broadcast_002", "broadcast_003"]
    assert outage.receiver.events == []
    assert outage.endpoints.replace(outage.endpoint, rules.resumed(outage.endpoint, MACHINE, outage.now))
    outage.pass_on(2 * MINUTE)
    keys = [one.id for one in (outage.deliveries.of_alert(TERRITORY, ALERT_ID))]
    assert [event["id"] for event in outage.receiver.events] == keys
    assert all(len(one.attempts) == 1 for one in outage.deliveries.of_alert(TERRITORY, ALERT_ID))
