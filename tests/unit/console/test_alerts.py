"""`vigie alerts`: what is late is seen, what is due is done as the sweep would, and a rehearsal writes nothing."""

from __future__ import annotations

from copy import deepcopy

import pytest

from console.alerts import due_at, fired, listed, repaired
from console.alerts_text import BROKEN, WHOLE, alert_lines
from console.ledger import Ledger, of_tables
from services.alerts.rules.alert import Alert
from services.alerts.rules.commands import Acknowledge
from services.alerts.store import alert_pk
from shared.errors import NotFound
from tests.unit.alerts.fake_platform import ELSEWHERE, MEMBERS, PARTNERS, TERRITORY, Platform

PRIVATE = (
    *(member["name"] for member in MEMBERS),
    *(partner["name"] for partner in PARTNERS),
    *("Mécanique du Lion", "@example.org", "+336", "hooks.example"),
)
"""What no line of an operator's terminal may show."""


@pytest.fixture
def platform() -> Platform:
    return Platform()


def opened(platform: Platform, *, dry_run: bool = False) -> Ledger:
    """The platform's tables, as the console opens them."""
    return of_tables(platform.table, platform.directory, platform.clock, dry_run=dry_run)


def shown(store: Ledger, alert: Alert) -> tuple[str, bool]:
    """`vigie alerts show`."""
    trail = store.desk.store.trail(alert.territory_id, alert.alert_id)
    lines, is_whole = alert_lines(store.alert(alert.alert_id), trail, due_at(store, alert), store.clock.now())
    return "\n".join(lines), is_whole


def test_what_should_have_rung_is_told_as_late(platform: Platform) -> None:
    """An hour after a notice that no sweep has sent, the list says so; the other territory's alert is on time."""
    alert, other = platform.raised(), platform.raised("n-2", ELSEWHERE)
    platform.later(hours=3)
    every = list(listed(opened(platform), "", late_only=False))
    assert "2 alertes ouvertes, dont 2 en retard" in every[-1].replace("\u00a0", " ")
    platform.sweep.run()
    on_time = list(listed(opened(platform), "", late_only=True))
    assert "2 alertes ouvertes, dont 0 en retard" in on_time[-1].replace("\u00a0", " ")
    assert {alert.alert_id, other.alert_id} <= {line.split()[0] for line in every}


def test_firing_does_what_the_sweep_would(platform: Platform) -> None:
    """The same messages, once; a second time finds nothing to do."""
    swept, alert = Platform(), platform.raised()
    swept.raised()
    for one in (platform, swept):
        one.later(hours=49)
    swept.sweep.run()
    store = opened(platform)
    assert "1 alerte traitée" in list(fired(store, store.open_alerts("")))[-1].replace("\u00a0", " ")
    assert {one.sk for one in platform.sent(alert)} == {one.sk for one in swept.sent(alert)}
    assert "0 alerte traitée" in list(fired(store, store.open_alerts("")))[-1].replace("\u00a0", " ")


def test_a_rehearsal_says_what_would_leave_and_writes_nothing(platform: Platform) -> None:
    """By purposes, identifiers and channels; nobody's address, telephone or name."""
    platform.raised()
    platform.later(hours=49)
    before = deepcopy(platform.table.items)
    store = opened(platform, dry_run=True)
    told = "\n".join(fired(store, store.open_alerts(TERRITORY)))
    assert "partirait : breach → m-steering (email)" in told
    assert "rien n’a été écrit" in told
    assert platform.table.items == before
    assert not [word for word in PRIVATE if word in told]


@pytest.mark.parametrize("dry_run", [False, True])
def test_an_alert_that_has_left_the_index_is_put_back(platform: Platform, dry_run: bool) -> None:
    """So is a delivery that nothing would ever look at again; in a rehearsal both are only told of."""
    alert = platform.raised()
    for item in platform.table.items.values():
        item.pop("due_pk", None)
        item.pop("due_sk", None)
    store = opened(platform, dry_run=dry_run)
    told = list(repaired(store, store.open_alerts("")))
    assert "rappel remis à sa place" in told[0]
    assert "envois remis : 0" not in told[0]
    stray = [item for item in platform.table.items.values() if item.get("kind") == "alert" and "due_sk" not in item]
    assert bool(stray) is dry_run
    again = list(repaired(opened(platform), opened(platform).open_alerts("")))
    assert len(again) == (2 if dry_run else 1), alert.alert_id


def test_the_trail_is_vouched_for_until_somebody_touches_it(platform: Platform) -> None:
    """A changed line of the audit shows, whatever else was left alone."""
    alert = platform.raised()
    platform.do(alert, Acknowledge)
    text, is_whole = shown(opened(platform), alert)
    assert is_whole
    assert WHOLE in text
    assert "acknowledge  human m-coord (coordinator)" in text
    platform.table.items[alert_pk(TERRITORY, alert.alert_id), "AUDIT#00000002"]["entry"]["actor_id"] = "m-deputy"
    text, is_whole = shown(opened(platform), alert)
    assert not is_whole
    assert BROKEN in text


def test_the_history_names_nobody(platform: Platform) -> None:
    """Identifiers alone: a terminal is read over shoulders, and kept by its scrolling."""
    alert = platform.raised()
    platform.later(hours=49)
    platform.sweep.run()
    text, _ = shown(opened(platform), alert)
    told = text + "\n".join(listed(opened(platform), "", late_only=False))
    assert not [word for word in PRIVATE if word in told]


def test_what_does_not_exist_is_said(platform: Platform) -> None:
    """An alert of no territory, a territory of nobody."""
    with pytest.raises(NotFound, match="Aucune alerte « a-1 »"):
        opened(platform).alert("a-1")
    with pytest.raises(NotFound, match=f"Connus : {TERRITORY}"):
        opened(platform).territories("ailleurs")
