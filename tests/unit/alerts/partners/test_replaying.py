"""Sending again: one, a period, or only what was missed; counted first, once for each demand, for those who may."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from services.alerts.deliveries.delivery import DeliveryState
from services.alerts.deliveries.replaying import (
    MOST_PAGES,
    PER_PAGE,
    Wanted,
    count_wanted,
    missed,
    replay,
    replay_many,
    replay_page,
)
from services.alerts.rules.alert import Alert
from shared.errors import Conflict
from tests.unit.alerts.fake_platform import TERRITORY
from tests.unit.alerts.partners.partner_site import MAIL, PLACE, WEBHOOK, PartnerSite

LEFT = {"state": DeliveryState.SENT}


def several(site: PartnerSite, number: int) -> list[DeliveryState]:
    """As many failed deliveries to the partner, a minute apart, each of an alert of its own."""
    for place in range(number):
        site.platform.later(minutes=1)
        site.failed(site.platform.raised(f"n-{place}"))
    return [DeliveryState.DEAD] * number


def states(site: PartnerSite) -> list[DeliveryState]:
    found, _ = site.platform.deliveries.of_recipient(TERRITORY, WEBHOOK, 1000)
    return [delivery.state for delivery in found]


def wanted(site: PartnerSite, hours: float = 1, missed_only: bool = True) -> Wanted:
    now = site.platform.clock.now()
    return Wanted(TERRITORY, WEBHOOK, now - timedelta(hours=hours), now, missed_only)


def test_only_what_was_missed_leaves_again(partners: PartnerSite, alert: Alert) -> None:
    """What has arrived, or waits, is left alone."""
    partners.told(alert, **LEFT)
    partners.failed(partners.platform.raised("n-2"))
    partners.told(partners.platform.raised("n-3"))
    now = partners.platform.clock.now()
    assert count_wanted(partners.platform.deliveries, missed(TERRITORY, WEBHOOK, now)).number == 1
    done = replay_many(
        partners.platform.deliveries, partners.platform.clock, missed(TERRITORY, WEBHOOK, now), "one-demand"
    )
    assert (done.number, sorted(states(partners))) == (1, ["queued", "replayed", "sent"])


def test_a_period_is_sent_again_whole_but_for_what_is_on_its_way(partners: PartnerSite, alert: Alert) -> None:
    """Also what arrived, with the same webhook-id; nothing before the period."""
    partners.told(alert, **LEFT)
    partners.platform.later(hours=2)
    fresh = partners.told(partners.platform.raised("n-2"), **LEFT)
    done = replay_many(
        partners.platform.deliveries, partners.platform.clock, wanted(partners, missed_only=False), "one-demand"
    )
    again = partners.now_is_delivery(fresh)
    assert (done.number, again.id, again.possible_duplicate) == (1, fresh.id, False)


def test_what_arrived_by_another_way_is_marked_as_a_possible_duplicate(partners: PartnerSite, alert: Alert) -> None:
    """An e-mail has no id that its reader would recognise."""
    arrived = partners.told(alert, MAIL, **LEFT)
    again = replay(partners.platform.deliveries, partners.platform.clock, TERRITORY, alert.alert_id, arrived.sk)
    assert again.possible_duplicate


def test_the_same_demand_replays_each_delivery_once(partners: PartnerSite, alert: Alert) -> None:
    """Also when the delivery has left, or has failed, in between."""
    first = partners.failed(alert)
    deliveries, clock = partners.platform.deliveries, partners.platform.clock
    assert replay_page(deliveries, clock, wanted(partners), "one-demand").number == 1
    gone = partners.now_is_delivery(first)
    deliveries.replace(gone, gone.becoming(state=DeliveryState.DEAD))
    assert replay_page(deliveries, clock, wanted(partners), "one-demand").number == 0
    assert replay_page(deliveries, clock, wanted(partners), "another").number == 1


def test_one_click_has_a_bound_and_says_that_there_is_more(partners: PartnerSite) -> None:
    """A page reads so many; the cursor leads to the next, and misses nothing."""
    several(partners, 7)
    page = wanted(partners, hours=24)
    found = count_wanted(partners.platform.deliveries, page)
    assert (found.number, found.cursor, MOST_PAGES * PER_PAGE) == (7, None, 1000)


@pytest.mark.parametrize("state", [DeliveryState.QUEUED, DeliveryState.SUPERSEDED, DeliveryState.PAUSED])
def test_what_leaves_by_itself_or_not_at_all_says_so(partners: PartnerSite, alert: Alert, state: DeliveryState) -> None:
    """The refusal is a sentence about that very state."""
    made = partners.told(alert, state=state)
    with pytest.raises(Conflict) as refusal:
        replay(partners.platform.deliveries, partners.platform.clock, TERRITORY, alert.alert_id, made.sk)
    assert refusal.value.code == "envoi-en-cours"


def test_the_attempts_before_a_replay_are_still_told(partners: PartnerSite, alert: Alert) -> None:
    """The schedule begins anew, what happened is not forgotten."""
    made = partners.failed(alert)
    replay(partners.platform.deliveries, partners.platform.clock, TERRITORY, alert.alert_id, made.sk)
    assert "refusé (422) en 87 ms" in partners.open(PLACE).text
    assert partners.now_is_delivery(made).attempts == ()


def test_the_page_counts_before_anything_leaves(partners: PartnerSite, alert: Alert) -> None:
    """How many, then a button that says so; sent twice, it has one effect."""
    partners.failed(alert)
    fields = {**partners.open(f"{PLACE}/renvoi").hidden, "what": "missed"}
    counted = partners.post(f"{PLACE}/renvoi", fields)
    assert "1 envoi à renvoyer" in counted.text
    assert states(partners) == [DeliveryState.DEAD]
    posts = [partners.post(f"{PLACE}/renvoi", counted.hidden) for _ in range(2)]
    assert [post.status for post in posts] == [303, 303]
    assert states(partners) == [DeliveryState.REPLAYED]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Choisissez ce qu’il faut renvoyer"),
        ({"what": "range", "since-day": "2", "since-month": "6", "since-year": "2026"}, "Indiquez un jour"),
        (
            {
                f"{name}-{part}": value
                for name in ("since", "until")
                for part, value in (("day", "1"), ("month", "1"), ("year", "2026"))
            }
            | {"what": "range"},
            "30 jours au plus",
        ),
    ],
)
def test_a_period_that_cannot_be_is_said_beside_its_field(
    partners: PartnerSite, fields: dict[str, str], said: str
) -> None:
    """Nothing leaves, and the form comes back."""
    refused = partners.post(f"{PLACE}/renvoi", {**partners.open(f"{PLACE}/renvoi").hidden, **fields})
    assert refused.status == 422
    assert said in refused.text


def test_a_day_is_the_whole_day_in_paris(partners: PartnerSite, alert: Alert) -> None:
    """From midnight to midnight there: today until now."""
    partners.told(alert, **LEFT)
    today = {"day": "2", "month": "6", "year": "2026"}
    fields = {f"{name}-{part}": value for name in ("since", "until") for part, value in today.items()}
    counted = partners.post(f"{PLACE}/renvoi", {**partners.open(f"{PLACE}/renvoi").hidden, **fields, "what": "range"})
    assert "1 envoi à renvoyer" in counted.text


def test_what_failed_of_an_alert_leaves_again_at_once(partners: PartnerSite, alert: Alert) -> None:
    """From the alert's own page of deliveries, whoever they were for; the number is on the button."""
    partners.failed(alert)
    partners.failed(alert, MAIL)
    place = f"/alertes/{alert.alert_id}/envois"
    site = partners.platform
    pages = partners.alert_pages()
    shown = pages.open(place)
    assert "2 envois en échec" in shown.text
    assert "Renvoyer les 2 envois en échec" in shown.text
    key = re.findall(r'name="idempotency_key" value="([^"]+)"', shown.body)[0]
    sent = pages.post(place, {"delivery": "manques", "depuis": "envois", "idempotency_key": key})
    assert (sent.status, sent.headers["Location"]) == (303, place)
    assert {delivery.state for delivery in site.sent(alert) if delivery.key == "broadcast_1"} == {
        DeliveryState.REPLAYED
    }
    assert "en échec" not in pages.open(place, etat="a-traiter").text
