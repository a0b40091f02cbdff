"""Operators give, replace and take back the secrets of partners' systems."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.alerts.webhooks.sealed_keys import MOST_KEYS
from shared.errors import Conflict, Invalid, NotFound
from tests.unit.alerts.fake_platform import ELSEWHERE, TERRITORY
from tests.unit.alerts.inbound.partner_system import AGENCY, PartnerSystem

HOUR = timedelta(hours=1)


def test_a_secret_is_kept_sealed_for_its_system_alone(agency: PartnerSystem) -> None:
    """Nothing in the table reads like it, and what seals it names the territory and the system."""
    assert agency.secret not in str(agency.platform.table.items)
    system = agency.systems.get(TERRITORY, AGENCY)
    assert system
    assert system.context == {"territory": TERRITORY, "inbound": AGENCY}


def test_a_system_is_created_once_in_each_territory(agency: PartnerSystem) -> None:
    """A second creation would silently replace the secret of the first."""
    with pytest.raises(Conflict, match="rotate"):
        agency.operator.create(TERRITORY, AGENCY, "Encore")
    agency.operator.create(ELSEWHERE, AGENCY, "Le même nom, ailleurs")
    assert [system.id for system in agency.systems.of_territory(TERRITORY)] == [AGENCY]


@pytest.mark.parametrize(
    ("system_id", "name"), [("Agence", "x"), ("a b", "x"), ("-a", "x"), ("a" * 61, "x"), ("a", "")]
)
def test_an_identifier_is_part_of_an_address(agency: PartnerSystem, system_id: str, name: str) -> None:
    """Lower case, digits and hyphens; and people read a name."""
    with pytest.raises(Invalid):
        agency.operator.create(TERRITORY, system_id, name)


def test_a_system_that_is_not_there_cannot_be_changed(agency: PartnerSystem) -> None:
    """The message says where to look."""
    for act in (lambda: agency.operator.rotate(TERRITORY, "x", HOUR), lambda: agency.operator.revoke(TERRITORY, "x")):
        with pytest.raises(NotFound, match="list"):
            act()


def test_a_rotation_never_lengthens_the_life_of_an_older_key(agency: PartnerSystem) -> None:
    """A key that had an hour left has no more of it because another one came."""
    agency.operator.rotate(TERRITORY, AGENCY, HOUR)
    agency.operator.rotate(TERRITORY, AGENCY, 24 * HOUR)
    system, now = agency.systems.get(TERRITORY, AGENCY), agency.platform.clock.now()
    assert system
    ends = sorted(key.expires_at - now for key in system.keys if key.expires_at)
    assert ends == [HOUR, 24 * HOUR]


def test_no_more_than_ten_keys_live_at_once(agency: PartnerSystem) -> None:
    """Each is one more to compare with; an emergency needs no room."""
    for _ in range(MOST_KEYS - 1):
        agency.operator.rotate(TERRITORY, AGENCY, HOUR)
    with pytest.raises(Conflict, match="sans recouvrement"):
        agency.operator.rotate(TERRITORY, AGENCY, HOUR)
    agency.operator.rotate(TERRITORY, AGENCY, timedelta())
    system = agency.systems.get(TERRITORY, AGENCY)
    assert system
    assert len(system.keys) == 1


def test_of_two_operators_at_once_one_is_told(agency: PartnerSystem) -> None:
    """Neither secret is lost unseen: the second must begin again."""
    system = agency.systems.get(TERRITORY, AGENCY)
    assert system
    agency.operator.rotate(TERRITORY, AGENCY, HOUR)
    assert not agency.systems.replace(system, system)
