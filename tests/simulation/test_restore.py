"""Only the table is left: from a copy of it, on an empty platform, everything goes on."""

from __future__ import annotations

import pytest

from tests.simulation.machine import HOUR, MINUTE, SECOND
from tests.simulation.plans import NoFaults
from tests.simulation.playing import HEALING, Play, staged
from tests.simulation.scenarios import Scenario, closed_errand, diffusion, missed
from tests.simulation.territory import partner
from tests.simulation.world import World


def _restored(scenario: Scenario, lost_at: int) -> Play:
    """What was at that instant is gone but for the table; the same people's later acts are left out."""
    first = staged(scenario, NoFaults())
    first.prepare()
    first.world.hub.run(lost_at)
    begins = first.world.hub.instant(lost_at + HOUR)
    second = World(scenario.book, NoFaults(), 1, begins=begins, history=first.world.history)
    second.restore(first.world.items())
    return Play(Scenario({}, scenario.book, begins), second)


@pytest.mark.parametrize("lost_at", [MINUTE, 6 * MINUTE + SECOND, 6 * MINUTE + 3 * SECOND, 20 * MINUTE + SECOND])
@pytest.mark.parametrize("channel", ["email", "sms", "webhook"])
def test_what_was_under_way_arrives_after_a_restore(channel: str, lost_at: int) -> None:
    """Queues, stream and schedules are lost in the middle of a chain: nothing is lost, no second message leaves."""
    play = _restored(closed_errand(channel), lost_at)
    findings = play.run()
    assert (findings.lost, findings.doubled, findings.unpublished, findings.restless) == ([], [], [], [])
    assert findings.flagged == []


def test_no_recall_is_lost_with_the_schedules() -> None:
    """The table says when each is due: the chases, the notices and the breach ring after the restore as before."""
    play = _restored(missed(), 3 * HOUR)
    findings = play.run()
    (alert,) = [item["alert"] for item in play.world.items() if item["sk"] == "ALERT"]
    assert {"notice_24h", "notice_36h", "notice_44h", "breach_48h"} <= set(alert["fired"])
    assert (findings.lost, findings.doubled, findings.flagged, findings.restless) == ([], [], [], [])
    assert play.world.hub.now >= HEALING * HOUR


def test_a_diffusion_goes_on_after_a_restore() -> None:
    """A hundred and twenty partners, of whom some were told before."""
    partners = [partner(number, "sms") for number in range(120)]
    play = _restored(diffusion(partners), 10 * MINUTE + 2 * SECOND)
    told = len(play.world.history.accepted)
    findings = play.run()
    assert (findings.lost, findings.doubled, findings.flagged, findings.restless) == ([], [], [], [])
    assert told < 120 <= len({one.to for one in play.world.history.accepted if one.channel == "sms"})
