"""The declaration: a function that sends has the time to finish what it has begun."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.alerts.channels.email import EmailChannel
from services.alerts.channels.sms import SmsChannel
from services.alerts.channels.webhook import WebhookChannel
from services.alerts.endpoints.circuit import PROBE
from services.alerts.endpoints.endpoint import ROOM_LOOKED_AT
from services.alerts.endpoints.opening import DEADLINE_S, LOOK_UP_S
from services.alerts.service import SERVICE
from shared.aws.calls import ONCE
from shared.topology import Drains, Function

SENDERS = [function for function in SERVICE.functions if function.channels]
LEASES = {
    "send_email": EmailChannel.patience.lease,
    "send_text": SmsChannel.patience.lease,
    "send_webhook": WebhookChannel.patience.lease,
}


def test_the_senders_are_found() -> None:
    """The rules below have something to hold on to."""
    assert {function.name for function in SENDERS} == {"send_email", "send_text"}


@pytest.mark.parametrize("function", SENDERS, ids=lambda function: function.name)
def test_a_slow_provider_does_not_kill_a_batch(function: Function) -> None:
    """A sender that is killed within a send leaves a message of which nobody knows whether it left."""
    assert isinstance(function.trigger, Drains)
    longest_s = ONCE.connect_timeout + ONCE.read_timeout  # type: ignore[attr-defined]
    assert function.trigger.batch * longest_s < function.timeout_s


@pytest.mark.parametrize(("name", "lease"), LEASES.items())
def test_a_claim_outlives_its_holder(name: str, lease: timedelta) -> None:
    """Nobody else takes a delivery while the function that claimed it may still be sending it."""
    (function,) = [function for function in SERVICE.functions if function.name == name]
    assert timedelta(seconds=function.timeout_s) < lease


def test_a_challenge_and_its_message_fit_in_one_run_and_in_one_probe() -> None:
    """Two look-ups and two requests to the slowest of partners; whoever has the probe has it to the end."""
    (function,) = [function for function in SERVICE.functions if function.name == "send_webhook"]
    assert 2 * (DEADLINE_S + LOOK_UP_S) < function.timeout_s < PROBE.total_seconds()
    assert timedelta(seconds=function.timeout_s) < ROOM_LOOKED_AT
