"""The store: each decision is one transaction, and another territory's alert does not exist."""

from __future__ import annotations

import pytest

from services.alerts.rules.commands import Acknowledge, Fill, machine
from services.alerts.rules.decisions import decide
from services.alerts.rules.facts import Actor, Role, State, is_unbroken
from services.alerts.store import alert_pk
from services.alerts.use_cases.recording import Cause, Step, record
from shared.clock import to_text
from shared.errors import NotFound, Unreadable
from shared.settings import AlertSettings
from shared.tables import ConditionFailed
from tests.unit.alerts.fake_platform import ELSEWHERE, TERRITORY, Platform

COORDINATOR = Actor(kind="human", id="m-coord", role=Role.COORDINATOR)


def test_an_alert_comes_back_as_it_was_written(platform: Platform) -> None:
    """What the reducer decided is what the next reader reads, to the last attribute."""
    alert = platform.raised()
    platform.do(alert, Acknowledge)
    stored = platform.now_is(alert)
    assert stored.state is State.ACKNOWLEDGED
    assert stored.version == 2
    assert platform.store.find(TERRITORY, alert.alert_id) == stored


def test_every_version_has_its_link_in_an_unbroken_audit_chain(platform: Platform) -> None:
    """Each effective command leaves one entry that holds the hash of the one before."""
    alert = platform.raised()
    platform.do(alert, Acknowledge)
    platform.do(alert, Fill)
    trail = platform.store.trail(TERRITORY, alert.alert_id)
    assert is_unbroken(trail)
    assert [entry.version for entry in trail] == [1, 2, 3]
    assert trail[-1].hash == platform.now_is(alert).audit_hash


def test_a_decision_on_an_older_version_writes_nothing_at_all(platform: Platform) -> None:
    """Neither the state, nor the audit entry, nor the events: the transaction is refused as a whole."""
    old = platform.raised()
    platform.do(old, Acknowledge)
    before = dict(platform.table.items)
    decision = decide(old, Fill(actor=COORDINATOR, at=platform.clock.now()), AlertSettings())
    cause = Cause(platform.clock.now(), "request-9", "outbox-9")
    with pytest.raises(ConditionFailed):
        record(platform.store, old, [Step(decision, COORDINATOR)], cause)
    assert platform.table.items == before


def test_an_alert_that_exists_is_not_written_over(platform: Platform) -> None:
    """Creating supposes that nothing is there."""
    alert = platform.raised()
    cause = Cause(platform.clock.now(), "request-9", "outbox-9")
    decision = decide(alert, Acknowledge(actor=COORDINATOR, at=platform.clock.now()), AlertSettings())
    with pytest.raises(ConditionFailed):
        record(platform.store, None, [Step(decision, machine("test"))], cause)


def test_the_same_id_in_another_territory_does_not_exist(platform: Platform) -> None:
    """Territory first in every key: another territory's id answers like an unknown one."""
    alert = platform.raised()
    assert platform.store.find(ELSEWHERE, alert.alert_id) is None
    with pytest.raises(NotFound):
        platform.store.get(ELSEWHERE, alert.alert_id)
    assert platform.store.board(ELSEWHERE, "OPEN").alerts == []


def test_an_alert_is_found_at_its_next_instant(platform: Platform) -> None:
    """The due index holds the alert at the instant of its first timer."""
    alert = platform.raised()
    (item,) = platform.items("alert")
    assert alert.next_due_at is not None
    assert item["due_sk"].startswith(to_text(alert.next_due_at))


def test_an_ended_alert_is_never_due_and_lies_on_the_closed_shelf(platform: Platform) -> None:
    """The indexes are sparse: what will not ring by itself is not looked at."""
    alert = platform.raised()
    platform.do(alert, Fill)
    (item,) = platform.items("alert")
    assert "due_pk" not in item
    assert "due_sk" not in item
    assert platform.store.board(TERRITORY, "OPEN").alerts == []
    assert [found.alert_id for found in platform.store.board(TERRITORY, "CLOSED").alerts] == [alert.alert_id]


def test_the_board_comes_page_by_page_by_deadline(platform: Platform) -> None:
    """The nearest deadline first; the cursor leads to the next page, the last page has none."""
    ids = []
    for number in range(5):
        ids.append(platform.raised(f"n-{number}").alert_id)
        platform.later(minutes=1)
    first = platform.store.board(TERRITORY, "OPEN", limit=3)
    second = platform.store.board(TERRITORY, "OPEN", limit=3, cursor=first.cursor)
    assert [alert.alert_id for alert in (*first.alerts, *second.alerts)] == ids
    assert second.cursor is None


def test_an_alert_that_no_version_of_the_code_can_read_is_a_refusal_not_a_crash(platform: Platform) -> None:
    """Its neighbours must go on; the places that are wrong are said, the contents are not."""
    alert = platform.raised()
    platform.table.items[alert_pk(TERRITORY, alert.alert_id), "ALERT"]["alert"]["state"] = "lost"
    with pytest.raises(Unreadable, match="state"):
        platform.store.get(TERRITORY, alert.alert_id)
