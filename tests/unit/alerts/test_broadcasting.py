"""Broadcasting by hand: when nothing left by itself, or before an offer is registered."""

from __future__ import annotations

from typing import Any

import pytest

from services.alerts.rules.commands import Acknowledge
from services.alerts.rules.facts import Reason, State
from services.alerts.use_cases.broadcasting import broadcast_now
from services.alerts.use_cases.outcome import Moved
from services.alerts.use_cases.returning import Answer, return_by_hand
from services.alerts.use_cases.transmitting import transmit
from shared.errors import Invalid
from tests.unit.alerts.fake_platform import PARTNERS, TERRITORY, Platform


def test_the_coordinator_broadcasts_what_had_nobody_to_go_to(platform: Platform) -> None:
    """Partners were added to the directory since: the offer leaves for them."""
    without = {key: item for key, item in platform.directory.items.items() if not key[1].startswith("PARTNER#")}
    platform.directory.items, complete = without, platform.directory.items
    alert = platform.raised()
    return_by_hand(platform.desk, platform.ask(alert), Answer("048KLTP", "Sofia Petit"))
    assert platform.now_is(alert).state is State.OFFER_REGISTERED
    platform.directory.items = complete
    outcome = broadcast_now(platform.desk, platform.ask(alert))
    assert outcome.state == "broadcast"
    assert platform.now_is(alert).broadcasts[0].count == len(PARTNERS)


def test_before_the_return_a_reason_is_needed(platform: Platform) -> None:
    """The coordinator may insist when the agency cannot be reached, and says so."""
    alert = platform.raised()
    transmit(platform.desk, platform.ask(alert), "mail")
    with pytest.raises(Moved):
        broadcast_now(platform.desk, platform.ask(alert))
    broadcast_now(platform.desk, platform.ask(alert), Reason.AGENCY_UNREACHABLE)
    assert platform.now_is(alert).broadcasts[0].overridden is Reason.AGENCY_UNREACHABLE
    assert '"reference":""' in platform.events()[-1]["detail"]


def test_the_same_list_again_is_no_news(platform: Platform) -> None:
    """Who has had the offer does not have it twice."""
    alert = platform.raised()
    return_by_hand(platform.desk, platform.ask(alert), Answer("048KLTP", "Sofia Petit"))
    assert broadcast_now(platform.desk, platform.ask(alert)).changed is False


def test_an_alert_that_was_not_transmitted_cannot_be_broadcast(platform: Platform) -> None:
    """First the agency, then the partners."""
    alert = platform.raised()
    platform.do(alert, Acknowledge)
    with pytest.raises(Moved):
        broadcast_now(platform.desk, platform.ask(alert), Reason.AGENCY_UNREACHABLE)


def test_a_partner_without_usable_address_does_not_count(platform: Platform) -> None:
    """The number announced is the number that can be reached."""
    entry: dict[str, Any] = platform.directory.items[f"T#{TERRITORY}", "PARTNER#p-interim"]
    entry["sealed_secret"] = None
    alert = platform.raised()
    return_by_hand(platform.desk, platform.ask(alert), Answer("048KLTP", "Sofia Petit"))
    assert platform.now_is(alert).broadcasts[0].count == len(PARTNERS) - 1


def test_a_reason_of_another_command_is_refused(platform: Platform) -> None:
    """Insisting has its own list of reasons."""
    alert = platform.raised()
    transmit(platform.desk, platform.ask(alert), "mail")
    with pytest.raises(Invalid):
        broadcast_now(platform.desk, platform.ask(alert), Reason.DUPLICATE)
