"""`vigie restore`: a restored ledger is settled before anything runs on it again."""

from __future__ import annotations

from copy import deepcopy

from console.restore import expected, settled
from services.alerts.deliveries.delivery import DeliveryState
from tests.unit.alerts.fake_platform import Platform
from tests.unit.console.test_alerts import opened


def test_what_is_to_be_settled_is_told_before_and_nothing_is_written() -> None:
    """How many messages could be doubles, by alert."""
    platform = Platform()
    alert = platform.raised()
    before = deepcopy(platform.table.items)
    told = list(expected(opened(platform), [alert]))
    assert f"{len(platform.sent(alert))}\u00a0envois à mettre en doute" in told[0]
    assert platform.table.items == before


def test_what_waited_is_in_doubt_from_then_on() -> None:
    """Each message leaves once more, and says that it may be the second one."""
    platform = Platform()
    alert = platform.raised()
    told = list(settled(opened(platform), [alert]))
    assert "en doute" in told[0]
    assert {one.state for one in platform.sent(alert)} == {DeliveryState.CLAIMED}
