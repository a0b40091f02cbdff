"""Commands: one effect a request, one winner a version, and the loser learns how things stand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.alerts.rules.alert import Alert
from services.alerts.rules.commands import Acknowledge, Close, Fill, RejectAlert, Reopen
from services.alerts.rules.facts import Reason, State
from services.alerts.store import AlertStore
from services.alerts.use_cases.commanding import act
from services.alerts.use_cases.desk import Desk
from services.alerts.use_cases.outcome import Moved
from shared.errors import Forbidden, Invalid, NotFound, Unavailable
from shared.idempotency import Request
from shared.tables import ConditionFailed, Contended
from tests.unit.alerts.fake_platform import Platform


def test_the_same_request_twice_has_one_effect_and_one_answer(platform: Platform) -> None:
    """A double click: the second answer is the first, word for word, even after others have acted."""
    alert = platform.raised()
    ask = platform.ask(alert, key="double-click")
    first = act(platform.desk, ask, Acknowledge)
    platform.do(alert, Fill)
    assert act(platform.desk, ask, Acknowledge) == first
    assert platform.told() == ["AlertRaised.v1", "AlertAcknowledged.v1", "AlertClosed.v1"]


def test_a_command_without_effect_is_remembered_too(platform: Platform) -> None:
    """Its key stays bound to its content: the same key with another content is refused."""
    alert = platform.raised()
    platform.do(alert, Acknowledge)
    outcome = act(platform.desk, platform.ask(alert, key="same-key-1"), Acknowledge)
    assert outcome.changed is False
    assert outcome.version == 2
    request = Request.of(alert.territory_id, "m-coord", "same-key-1", "another content")
    with pytest.raises(Invalid):
        act(platform.desk, replace(platform.ask(alert), request=request), Acknowledge)


def test_of_two_commands_on_the_same_version_one_wins_and_the_other_learns_the_state(platform: Platform) -> None:
    """The expected version is checked against the stored one; the refusal carries the alert as it stands."""
    alert = platform.raised()
    winner, loser = platform.ask(alert, version=1), platform.ask(alert, "m-deputy", version=1)
    assert act(platform.desk, winner, Fill).state == "filled"
    with pytest.raises(Moved) as refusal:
        act(platform.desk, loser, Close, reason=Reason.NO_CANDIDATE)
    assert refusal.value.alert.state is State.FILLED
    assert refusal.value.alert.version == 2


def test_two_commands_that_read_the_same_version_at_the_same_instant_do_not_both_write(platform: Platform) -> None:
    """The second write is refused by its condition, the command is decided anew, and refused with the new state."""
    alert = platform.raised()
    racing = Racing(platform, lambda: platform.do(alert, Fill))
    desk = Desk(racing, platform.book, platform.clock, platform.desk.new_id)
    with pytest.raises(Moved) as refusal:
        act(desk, platform.ask(alert, "m-deputy", version=1), Close, reason=Reason.NO_CANDIDATE)
    assert refusal.value.alert.state is State.FILLED
    assert platform.told() == ["AlertRaised.v1", "AlertClosed.v1"]


def test_a_command_without_expected_version_survives_a_lost_race(platform: Platform) -> None:
    """A machine's command says nothing of what it saw: it is decided again on the newer alert."""
    alert = platform.raised()
    racing = Racing(platform, lambda: platform.do(alert, Acknowledge))
    desk = Desk(racing, platform.book, platform.clock, platform.desk.new_id)
    outcome = act(desk, platform.ask(alert), Fill)
    assert (outcome.version, outcome.state) == (3, "filled")


def test_an_alert_that_never_stands_still_is_tried_again_later(platform: Platform) -> None:
    """After four lost races the caller is told to come back: nothing is half done."""
    alert = platform.raised()

    class Never(AlertStore):
        def save(self, *_: Any) -> None:
            raise ConditionFailed([0])

    desk = Desk(Never(platform.table), platform.book, platform.clock, platform.desk.new_id)
    with pytest.raises(Unavailable):
        act(desk, platform.ask(alert), Fill)


def test_what_is_already_so_is_no_conflict(platform: Platform) -> None:
    """Acknowledging what is acknowledged succeeds, even from an old page."""
    alert = platform.raised()
    platform.do(alert, Acknowledge)
    outcome = act(platform.desk, platform.ask(alert, "m-deputy", version=1), Acknowledge)
    assert (outcome.changed, outcome.version) == (False, 2)


def test_an_end_and_a_new_start(platform: Platform) -> None:
    """Rejected, then reopened by the coordinator with a reason: both are told and audited."""
    alert = platform.raised()
    platform.do(alert, RejectAlert, reason=Reason.NOT_URGENT)
    platform.do(alert, Reopen, reason=Reason.STILL_NEEDED)
    assert platform.now_is(alert).state is State.RAISED
    assert platform.told()[-2:] == ["AlertClosed.v1", "AlertReopened.v1"]


def test_a_role_that_may_not_is_refused(platform: Platform) -> None:
    """A manager reads; commands belong to the coordination."""
    with pytest.raises(Forbidden):
        platform.do(platform.raised(), Acknowledge, who="m-manager")


def test_a_reason_out_of_the_list_is_said_beside_its_field(platform: Platform) -> None:
    """A value that the model refuses is the sender's fault, told in French beside the field."""
    with pytest.raises(Invalid) as refusal:
        platform.do(platform.raised(), Close, reason="parce que")
    assert "/reason" in refusal.value.fields


def test_a_command_on_no_alert_is_not_found(platform: Platform) -> None:
    """An unknown id writes nothing."""
    alert = platform.raised()
    ghost = alert.model_copy(update={"alert_id": "00000000-0000-5000-8000-000000000000"})
    with pytest.raises(NotFound):
        platform.do(ghost, Acknowledge)


class Racing(AlertStore):
    """A store in which somebody else acts just before the first write."""

    def __init__(self, platform: Platform, meanwhile: Any) -> None:
        super().__init__(platform.table)
        self._meanwhile = [meanwhile]

    def save(self, before: Alert | None, alert: Alert, trail: Any, beside: Any = ()) -> None:
        while self._meanwhile:
            self._meanwhile.pop()()
        super().save(before, alert, trail, beside)


def test_two_clicks_at_the_very_same_instant_are_one(platform: Platform) -> None:
    """DynamoDB lets one transaction through and tells the other to read again: it finds the answer already given."""
    alert = platform.raised()
    ask = platform.ask(alert, key="double-click")

    class Busy(Racing):
        def save(self, before: Alert | None, alert: Alert, trail: Any, beside: Any = ()) -> None:
            while self._meanwhile:
                self._meanwhile.pop()()
                raise Contended
            super().save(before, alert, trail, beside)

    store = Busy(platform, lambda: act(platform.desk, ask, Acknowledge))
    desk = Desk(store, platform.book, platform.clock, platform.desk.new_id)
    assert act(desk, ask, Acknowledge).version == 2
    assert platform.told() == ["AlertRaised.v1", "AlertAcknowledged.v1"]
