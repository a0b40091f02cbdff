"""A partner that nothing is sent to any more is shown as such, in the list and on its page."""

from __future__ import annotations

import pytest

from services.alerts.deliveries.silences import Cause, Silences
from tests.unit.alerts.fake_platform import TERRITORY
from tests.unit.alerts.partners.partner_site import PartnerSite


@pytest.mark.parametrize(
    ("cause", "words", "advice"),
    [
        ("opted_out", "Ne veut plus d’offres", "Rien à faire"),
        ("bounced", "Adresse sans réponse", "Corrigez-la dans l’annuaire"),
        ("complained", "A signalé un indésirable", "Appelez-le"),
    ],
)
def test_the_coordinator_sees_who_is_silent_and_what_to_do(
    partners: PartnerSite, cause: Cause, words: str, advice: str
) -> None:
    """Before anything is sent in vain; the others are shown as before."""
    silences, now = Silences(partners.platform.table), partners.platform.clock.now()
    silences.silence(TERRITORY, "sms", "+33600000009", cause, now)
    listed, alone = partners.open("/alertes/partenaires"), partners.open("/alertes/partenaires/p-cap")
    for shown in (listed, alone):
        assert words in shown.text
        assert advice in shown.text
    assert listed.text.count(words) == 1
    assert words not in partners.open("/alertes/partenaires/p-mission").text


@pytest.mark.parametrize(("cause", "status"), [("bounced", 303), ("complained", 303), ("opted_out", 409)])
def test_the_coordination_may_write_again_unless_the_owner_asked_for_silence(
    partners: PartnerSite, cause: Cause, status: int
) -> None:
    """A mailbox that was full is one click away from being used again; who asked not to be written to lifts it alone."""
    silences, page = Silences(partners.platform.table), "/alertes/partenaires/p-cap"
    silences.silence(TERRITORY, "sms", "+33600000009", cause, partners.platform.clock.now())
    assert ("écrire de nouveau" in partners.open(page).text) == (status == 303)
    answer = partners.post(f"{page}/reprise-adresse", {"idempotency_key": "one-click"})
    assert answer.status == status
    assert (silences.cause(TERRITORY, "sms", "+33600000009") is None) == (status == 303)


def test_a_developer_does_not_decide_it(partners: PartnerSite) -> None:
    """Their own address is theirs to open again, by the link in a message."""
    partners.give_to("p-cap", "s-opco")
    Silences(partners.platform.table).silence(
        TERRITORY, "sms", "+33600000009", "bounced", partners.platform.clock.now()
    )
    page = "/alertes/partenaires/p-cap"
    assert "écrire de nouveau" not in partners.open(page, who="m-diffusion").text
    fields = {"idempotency_key": "one-click"}
    assert partners.post(f"{page}/reprise-adresse", fields, who="m-diffusion").status == 403
