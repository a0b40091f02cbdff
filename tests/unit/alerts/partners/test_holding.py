"""The coordination pauses and resumes any partner, from its page and by the API, and sees how many messages wait."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from services.alerts.deliveries.delivery import DeliveryState
from services.alerts.deliveries.waiting_room import parked
from services.alerts.rules.alert import Alert
from tests.unit.alerts.fake_platform import TERRITORY
from tests.unit.alerts.partners.partner_site import MAIL, PLACE, WEBHOOK, PartnerSite

MAIL_PLACE = f"/alertes/partenaires/{MAIL}"
PAUSES = "/api/v1/deliveries/pauses"


def test_an_e_mail_partner_is_paused_and_resumed_from_its_page(partners: PartnerSite, alert: Alert) -> None:
    """The page and the list say it, and how many wait; the button becomes the one that resumes."""
    assert "Mettre en pause" in partners.open(MAIL_PLACE).text
    partners.post(f"{MAIL_PLACE}/pause", partners.open(MAIL_PLACE).hidden)
    waiting = partners.told(alert, MAIL)
    assert partners.platform.deliveries.replace(waiting, parked(waiting, DeliveryState.PAUSED, "En pause."))
    shown = partners.open(MAIL_PLACE).text
    assert "En pause" in shown
    assert re.search(r"1\s+envoi attend\.", shown)
    assert "Mettre en pause" not in shown
    assert re.search(
        r"Mission locale.{0,80}En pause.{0,200}?\b1\b", partners.open("/alertes/partenaires").text, re.DOTALL
    )
    partners.post(f"{MAIL_PLACE}/reprise", partners.open(MAIL_PLACE).hidden)
    assert "Actif" in partners.open(MAIL_PLACE).text


@pytest.mark.parametrize("partner_id", [MAIL, WEBHOOK])
def test_the_api_pauses_whatever_the_channel(partners: PartnerSite, partner_id: str) -> None:
    """One command, told back; the same address reads it."""
    for paused in (True, False):
        said = partners.call("POST", PAUSES, {"partner_id": partner_id, "paused": paused})
        assert (said.status, said.json["paused"], said.json["waiting"]) == (200, paused, 0)
        assert partners.call("GET", PAUSES, partner_id=partner_id).json["paused"] is paused


def test_a_developer_pauses_no_other_partner(partners: PartnerSite) -> None:
    """The same 404 as for a partner that there is not."""
    assert partners.call("POST", PAUSES, {"partner_id": MAIL, "paused": True}, who="m-diffusion").status == 404
    assert partners.pauses.of_territory(TERRITORY) == {}


def test_a_developer_reads_the_coordination_where_its_people_stand(partners: PartnerSite) -> None:
    """Who did what is named to the territory's own people; the partner's developer reads “La coordination”."""
    partners.post(f"{PLACE}/pause", partners.open(PLACE).hidden)
    name = partners.platform.book.directory(TERRITORY).member("m-coord")
    assert name
    assert name.name in partners.open(PLACE).text
    theirs = partners.open(PLACE, who="m-diffusion").text
    assert name.name not in theirs
    assert "La coordination" in theirs


def test_a_channel_without_a_last_success_says_so_plainly(partners: PartnerSite) -> None:
    """A dash in the column; the link to the messages stands under the name."""
    shown = partners.open("/alertes/partenaires").body
    row = shown[shown.index("Mission locale") :]
    assert row.index("Voir ses envois") < row.index('data-label="Dernier envoi réussi"')
    assert "—" in row[row.index('data-label="Dernier envoi réussi"') :][:80]


def test_a_developer_reads_how_to_verify_without_our_files(partners: PartnerSite) -> None:
    """The page's examples are those of the documentation, which are run by their own tests."""
    page = unescape(partners.open(PLACE, who="m-diffusion").body)
    shown = page.replace("\xa0", " ").replace("\u202f", " ")
    assert "docs/webhooks.md" not in shown
    for header in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        assert header in shown
    written = re.findall(
        r"```(?:python|bash)\n(.*?)```", Path("docs/webhooks.md").read_text(encoding="utf-8"), re.DOTALL
    )
    examples = [one.strip() for one in re.findall(r'<pre class="answer"[^>]*>(.*?)</pre>', shown, re.DOTALL)]
    assert len(examples) == 3
    assert set(examples) <= {one.strip() for one in written}


def test_the_minutes_sweep_lets_out_what_a_pause_has_kept(partners: PartnerSite, alert: Alert) -> None:
    """Once resumed, and not before: the pause itself is due, like an alert."""
    partners.call("POST", PAUSES, {"partner_id": MAIL, "paused": True})
    waiting = partners.told(alert, MAIL)
    assert partners.platform.deliveries.replace(waiting, parked(waiting, DeliveryState.PAUSED, "En pause."))
    partners.platform.later(hours=2)
    partners.platform.sweep.run()
    assert partners.now_is_delivery(waiting).parked
    partners.call("POST", PAUSES, {"partner_id": MAIL, "paused": False})
    partners.platform.sweep.run()
    assert not partners.now_is_delivery(waiting).parked
