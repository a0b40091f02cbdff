"""`vigie deliveries`: what failed or waits is found, one is shown attempt by attempt, what never arrived leaves again."""

from __future__ import annotations

from argparse import Namespace
from copy import deepcopy
from datetime import timedelta

import pytest

from console.deliveries import listed, replayed, to_replay
from console.deliveries_text import delivery_lines
from console.ledger import Ledger, of_tables
from console.search import Search, named
from services.alerts.deliveries.delivery import Attempt, Delivery, DeliveryState, dead
from services.alerts.deliveries.store import creation
from services.alerts.rules.notices import Purpose
from shared.errors import Invalid, NotFound
from tests.unit.alerts.fake_platform import TERRITORY, TUESDAY, Platform
from tests.unit.console.test_alerts import PRIVATE

ASKED = {
    "territory": "",
    "alert": "",
    "partner": "",
    "delivery": "",
    "missed": False,
    "since": "",
    "until": "",
}
REFUSED = Attempt(at=TUESDAY, verdict="refused", status=403, duration_ms=120, answer="non : Anne Roy, +33600000001")


class Scene:
    """An alert with one delivery to a partner that failed, one that left, one that waits."""

    def __init__(self) -> None:
        self.platform = Platform()
        self.alert = self.platform.raised()
        waiting = self._delivery("p-cap", "sms")
        self.failed = dead(self._delivery("p-interim", "webhook").becoming(attempts=(REFUSED,)), "Refusé.")
        self.left = self._delivery("p-mission", "email").becoming(state=DeliveryState.SENT, sent_at=TUESDAY)
        self.platform.table.write(*map(creation, (waiting, self.failed, self.left)))

    def _delivery(self, partner: str, channel: str) -> Delivery:
        return Delivery(
            territory_id=TERRITORY,
            alert_id=self.alert.alert_id,
            key="broadcast",
            purpose=Purpose.BROADCAST,
            recipient_id=partner,
            channel=channel,
            recipient="Agence d’intérim",
            sequence=1,
            created_at=TUESDAY,
            next_attempt_at=TUESDAY,
        )

    @property
    def store(self) -> Ledger:
        return of_tables(self.platform.table, self.platform.directory, self.platform.clock)

    def found(self, **criteria: object) -> set[str]:
        """Recipients of what the search finds."""
        search = Search(**criteria)  # type: ignore[arg-type]
        return {one.recipient_id for one in search.found(self.store, self.platform.clock.now())}

    def wanted(self, **asked: object) -> list[str]:
        """Recipients of what would be replayed."""
        return [one.recipient_id for one in to_replay(self.store, Namespace(**{**ASKED, **asked}))]

    def state(self, delivery: Delivery) -> DeliveryState:
        """Where it stands now."""
        return named(self.store, delivery.alert_id, delivery.id).state


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.mark.parametrize("territory", ["", TERRITORY])
def test_what_failed_is_found_in_a_territory(scene: Scene, territory: str) -> None:
    """Through its alerts, open or closed."""
    assert scene.found(territory=territory, state="failed") == {"p-interim"}


def test_what_waits_and_what_is_in_doubt_are_told_apart(scene: Scene) -> None:
    """A message that is being sent, of which nobody has heard yet, is in doubt."""
    held = scene.left.becoming(state=DeliveryState.CLAIMED, claimed_until=TUESDAY + timedelta(hours=1))
    scene.store.deliveries.replace(scene.left, held)
    assert scene.found(state="unknown") == {"p-mission"}
    assert "p-cap" in scene.found(state="waiting")


def test_a_partner_has_its_own_list(scene: Scene) -> None:
    """Whatever the alert, within the period."""
    assert scene.found(partner="p-interim") == {"p-interim"}
    assert scene.found(partner="p-interim", since=TUESDAY + timedelta(hours=1)) == set()


def test_a_list_says_when_it_is_cut(scene: Scene) -> None:
    """Nobody takes a page for the whole."""
    search = Search(alert=scene.alert.alert_id)
    assert "il y en a d’autres" in list(listed(scene.store, search, 1))[-1]


def test_one_is_shown_with_its_attempts_and_no_word_of_the_answer(scene: Scene) -> None:
    """A partner's answer may hold anything: its length is told."""
    delivery = named(scene.store, scene.alert.alert_id, scene.failed.id[:8])
    told = "\n".join(delivery_lines(delivery, TUESDAY))
    assert "refusé, 120 ms, statut 403, réponse de 28" in told
    assert not [word for word in PRIVATE if word in told]


def test_what_is_missed_leaves_again_and_nothing_else(scene: Scene) -> None:
    """Of an alert or of a partner; once, however often it is asked."""
    assert scene.wanted(alert=scene.alert.alert_id, missed=True) == ["p-interim"]
    assert scene.wanted(partner="p-mission", missed=True) == []
    assert replayed(scene.store, [scene.failed]) == 1
    assert scene.state(scene.failed) is DeliveryState.REPLAYED
    assert scene.wanted(alert=scene.alert.alert_id, missed=True) == []


def test_a_range_sends_again_what_had_left(scene: Scene) -> None:
    """A partner that lost a day asks for the whole day; a possible duplicate is marked as one."""
    assert scene.wanted(partner="p-mission", since="2026-06-01", until="2026-06-03") == ["p-mission"]
    assert scene.wanted(partner="p-mission", since="2026-06-03") == []
    replayed(scene.store, [scene.left])
    assert named(scene.store, scene.alert.alert_id, scene.left.id).possible_duplicate


def test_looking_writes_nothing(scene: Scene) -> None:
    """A dry run only lists."""
    before = deepcopy(scene.platform.table.items)
    scene.wanted(alert=scene.alert.alert_id, missed=True)
    assert scene.platform.table.items == before


def test_what_is_on_its_way_is_left_alone(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    """It is said, and the others go on."""
    (waiting,) = [one for one in scene.platform.sent(scene.alert) if one.recipient_id == "p-cap"]
    assert replayed(scene.store, [waiting, scene.failed]) == 1
    assert "en cours" in capsys.readouterr().out


@pytest.mark.parametrize("asked", [{}, {"partner": "p-cap"}, {"alert": "a-1"}, {"missed": True}])
def test_a_replay_names_what_it_replays(scene: Scene, asked: dict[str, object]) -> None:
    """Never a whole territory by forgetting an option."""
    with pytest.raises(Invalid, match="Dites"):
        scene.wanted(**asked)


def test_an_identifier_names_one_delivery(scene: Scene) -> None:
    """Too short a beginning names nobody, an unknown one neither."""
    with pytest.raises(Invalid, match="au moins 6"):
        named(scene.store, scene.alert.alert_id, "ab")
    with pytest.raises(NotFound, match="0 envois"):
        named(scene.store, scene.alert.alert_id, "ffffffff-ffff")
