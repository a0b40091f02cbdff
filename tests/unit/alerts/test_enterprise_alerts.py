"""The alerts of one enterprise: a part of its page in another service, or a page of their own."""

from __future__ import annotations

import pytest

from services.alerts.rules.alert import alert_id
from services.alerts.rules.commands import Acknowledge
from services.alerts.use_cases.opening import open_alert
from shared.tables import Item
from tests.unit.alerts.fake_platform import ELSEWHERE, TERRITORY, Platform
from tests.unit.alerts.fake_site import Site

SIRET = "44306184100047"
PATH = f"/alertes/entreprise/{SIRET}"


def _marks(platform: Platform) -> list[Item]:
    return [item for (pk, _), item in platform.table.items.items() if "#ENTERPRISE#" in pk]


def test_the_newest_alert_of_an_enterprise_comes_first_with_its_state_and_link(platform: Platform, site: Site) -> None:
    """Each is a link to its page, with what it has come to."""
    first = platform.raised("n-1")
    platform.do(first, Acknowledge)
    platform.later(hours=1)
    second = platform.raised("n-2")
    answer = site.open(PATH, fragment=True)
    hrefs = [answer.body.index(f'href="/alertes/{alert.alert_id}"') for alert in (second, first)]
    assert hrefs == sorted(hrefs)
    assert "3 postes : Ajusteur monteur" in answer.text
    assert all(alert.state.label in answer.text for alert in map(platform.now_is, (first, second)))


def test_a_fragment_is_no_page_and_a_page_is_whole(platform: Platform, site: Site) -> None:
    """Without JavaScript the same address is a page that can be read on its own."""
    platform.raised()
    fragment, page = site.open(PATH, fragment=True), site.open(PATH)
    assert (fragment.status, page.status) == (200, 200)
    assert "<html" not in fragment.body
    assert "<h1>Mécanique du Lion</h1>" in page.body
    assert "Ajusteur monteur" in fragment.text


def test_only_what_one_may_see_is_listed(platform: Platform, site: Site) -> None:
    """Another structure's capteur, another territory and an unknown enterprise are answered alike; the agency has no page."""
    platform.raised()
    platform.raised(territory_id=ELSEWHERE)
    for path, who in ((PATH, "m-autre"), (PATH, "m-steering"), ("/alertes/entreprise/inconnue", "m-coord")):
        assert "Aucune alerte" in site.open(path, who=who, fragment=True).text
    assert site.open(PATH, who="m-capteur", fragment=True).body.count("<li") == 1
    assert site.open(PATH, who="m-agency").status == 403
    assert site.open(PATH, who=None).status == 303


def test_the_enterprise_is_known_by_its_id_in_the_register(platform: Platform, site: Site) -> None:
    """An enterprise without a SIRET has a page too; one that the register did not know then has none."""
    identity = "0192f0c4-0000-7000-8000-000000000001"
    open_alert(platform.desk, platform.report("n-1", siret=None, enterprise_id=identity))
    open_alert(platform.desk, platform.report("n-2", siret=None))
    assert [mark["alert_id"] for mark in _marks(platform)] == [alert_id(TERRITORY, "v-1", "n-1")]
    assert "Ajusteur monteur" in site.open(f"/alertes/entreprise/{identity}", fragment=True).text


def test_finding_an_alert_again_costs_one_small_item(platform: Platform) -> None:
    """However often the alert changes: the mark is written once, with the alert."""
    alert = platform.raised()
    (mark,) = _marks(platform)
    platform.do(alert, Acknowledge)
    assert _marks(platform) == [mark]
    assert mark.keys() == {"pk", "sk", "alert_id"}


@pytest.mark.parametrize("identity", ["a" * 3000, "é", "%20"])
def test_any_identifier_can_be_typed(site: Site, identity: str) -> None:
    """An address is anything: it is an enterprise without alerts, not an error."""
    assert "Aucune alerte" in site.open(f"/alertes/entreprise/{identity}", fragment=True).text
