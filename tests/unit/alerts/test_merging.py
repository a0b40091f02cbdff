"""Two alerts that may be one need: shown to the coordination, merged by a person alone, and undone by a reopening."""

from __future__ import annotations

from typing import Any

import pytest

from services.alerts.rules.alert import Alert, alert_id
from services.alerts.rules.commands import Cancel, Fill, KeepApart, Reopen, ReturnOffer, Transmit
from services.alerts.rules.decisions import decide
from services.alerts.rules.duplicates import MOST_OCCURRENCES
from services.alerts.rules.facts import Reason, State
from services.alerts.use_cases.commanding import Order, carry_out
from services.alerts.use_cases.likeness import alike
from services.alerts.use_cases.merging import merge
from services.alerts.use_cases.opening import open_alert
from services.alerts.use_cases.outcome import Moved
from shared.errors import Conflict, Forbidden, Invalid
from tests.unit.alerts.alert_examples import H1, H2, SETTINGS, absorb, after, fill, raised
from tests.unit.alerts.fake_platform import ELSEWHERE, TERRITORY, Platform
from tests.unit.alerts.fake_site import Site


def another(platform: Platform, **changes: Any) -> Alert:
    """A second report, which may be of the same need."""
    open_alert(platform.desk, platform.report("n-2", **changes))
    return platform.store.get(TERRITORY, alert_id(TERRITORY, "v-1", "n-2"))


def likely(platform: Platform, alert: Alert) -> list[str]:
    return [other.alert_id for other in alike(platform.store, platform.now_is(alert))]


def test_a_second_report_is_proposed_on_both_sides_and_nothing_is_done(platform: Platform, alert: Alert) -> None:
    """Same SIRET, same métier, same place: two alerts, each with its own clock, until somebody says otherwise."""
    platform.later(days=1)
    second = another(platform)
    assert likely(platform, alert) == [second.alert_id]
    assert likely(platform, second) == [alert.alert_id]
    assert {platform.now_is(each).state for each in (alert, second)} == {State.RAISED}


@pytest.mark.parametrize(
    ("changes", "days"),
    [
        ({"siret": "12345678200002"}, 0),
        ({"siret": None}, 0),
        ({"rome_code": "H2902"}, 0),
        ({"place": "Delle"}, 0),
        ({}, 15),
    ],
    ids=["another firm", "a firm without SIRET", "another métier", "another place", "15 days later"],
)
def test_what_differs_is_not_proposed(platform: Platform, alert: Alert, changes: dict[str, object], days: int) -> None:
    """A likeness of names alone is none."""
    platform.later(days=days)
    second = another(platform, **changes)
    assert likely(platform, alert) == likely(platform, second) == []


def test_fourteen_days_are_within(platform: Platform, alert: Alert) -> None:
    """The rule says 14 days."""
    platform.later(days=14)
    assert likely(platform, another(platform)) == [alert.alert_id]


def test_neither_an_ended_alert_nor_another_territory_is_proposed(platform: Platform, alert: Alert) -> None:
    """Only what is open can be one need; a territory sees its own."""
    platform.raised(territory_id=ELSEWHERE)
    assert likely(platform, alert) == []
    second = another(platform)
    platform.do(alert, Fill)
    assert likely(platform, second) == []


def test_merging_keeps_both_reports_and_ends_one_with_the_name_of_the_other(platform: Platform, alert: Alert) -> None:
    """The kept alert runs on as it was; the other one says what it was a duplicate of."""
    platform.later(hours=3)
    second = another(platform)
    merge(platform.desk, platform.ask(second), alert.alert_id)
    kept, ended = platform.now_is(alert), platform.now_is(second)
    assert (kept.state, kept.deadline_at) == (State.RAISED, alert.deadline_at)
    assert [(one.alert_id, one.origin.need_id) for one in kept.occurrences] == [(second.alert_id, "n-2")]
    assert ended.state is State.REJECTED
    assert ended.closure is not None
    assert (ended.closure.reason, ended.closure.into) == (Reason.DUPLICATE, alert.alert_id)
    assert ended.next_due_at is None
    assert [entry.command for entry in platform.store.trail(TERRITORY, alert.alert_id)][-1] == "absorb"
    assert platform.told()[-1] == "AlertClosed.v1"


def test_who_was_reached_by_the_ended_one_is_told(platform: Platform, alert: Alert) -> None:
    """France Travail had both: the one that ends is corrected there, once."""
    second = another(platform)
    platform.do(second, Transmit, channel="mail", to="agency")
    merge(platform.desk, platform.ask(second), alert.alert_id)
    corrections = [one.recipient_id for one in platform.sent(second) if one.purpose == "correction"]
    assert corrections == ["m-agency"]
    assert not [one for one in platform.sent(alert) if one.purpose == "correction"]


def test_partners_who_had_its_offer_are_told(platform: Platform, alert: Alert) -> None:
    """The usual correction goes to those whom the broadcast has reached."""
    second = another(platform)
    answer = ReturnOffer(
        actor=platform.ask(second).command(Transmit, channel="phone").actor,
        at=platform.clock.now(),
        reference="048KLTP",
        contact="Mme Test",
    )
    carry_out(platform.desk, Order(TERRITORY, second.alert_id, answer, "e-1"))
    merge(platform.desk, platform.ask(second), alert.alert_id)
    assert [(item["audience"], item["purpose"]) for item in platform.items("round")][-1] == ("reached", "correction")


def test_the_same_request_twice_is_one_merge(platform: Platform, alert: Alert) -> None:
    """A double click answers the same and adds nothing."""
    second = another(platform)
    ask = platform.ask(second, key="click-01")
    assert merge(platform.desk, ask, alert.alert_id) == merge(platform.desk, ask, alert.alert_id)
    assert len(platform.now_is(alert).occurrences) == 1


def test_both_are_written_or_none(platform: Platform, alert: Alert) -> None:
    """The kept alert moves between the reading and the writing: everything is decided again, on what it has become."""
    second = another(platform)
    find = platform.store.find
    meddled: list[bool] = []

    def meddling(territory_id: str, wanted: str) -> Alert | None:
        found = find(territory_id, wanted)
        if wanted == alert.alert_id and not meddled:
            meddled.append(True)
            platform.do(alert, Transmit, channel="phone")
        return found

    platform.store.find = meddling  # type: ignore[method-assign,assignment]
    merge(platform.desk, platform.ask(second), alert.alert_id)
    kept = platform.now_is(alert)
    assert (kept.state, len(kept.occurrences), kept.version) == (State.TRANSMITTED, 1, 3)
    assert platform.now_is(second).state is State.REJECTED


def test_reopening_undoes_it(platform: Platform, alert: Alert) -> None:
    """The alert that ended stands again; the question is asked again; merging again keeps one report, not two."""
    second = another(platform)
    merge(platform.desk, platform.ask(second), alert.alert_id)
    platform.do(second, Reopen, reason=Reason.CLOSED_BY_MISTAKE)
    reopened = platform.now_is(second)
    assert (reopened.state, reopened.closure) == (State.RAISED, None)
    assert likely(platform, alert) == [second.alert_id]
    merge(platform.desk, platform.ask(second), alert.alert_id)
    assert len(platform.now_is(alert).occurrences) == 1


def test_an_alert_is_merged_into_one_that_looks_like_it_alone(platform: Platform, alert: Alert) -> None:
    """Not into itself, not into anything, not into one that has ended meanwhile."""
    other = another(platform, rome_code="H2902")
    for into in (other.alert_id, alert.alert_id, "nowhere"):
        with pytest.raises(Invalid):
            merge(platform.desk, platform.ask(alert), into)
    assert platform.now_is(alert) == alert


def test_what_was_ended_meanwhile_is_a_conflict_and_leaves_the_other_alone(platform: Platform, alert: Alert) -> None:
    """Somebody cancelled the alert that was to be merged: its author reads it again first."""
    second = another(platform)
    platform.do(second, Cancel, reason=Reason.ENTERPRISE_WITHDREW)
    with pytest.raises(Moved):
        merge(platform.desk, platform.ask(second, version=second.version), alert.alert_id)
    assert platform.now_is(alert).occurrences == ()


def test_two_needs_that_look_alike_are_said_so_once(platform: Platform, alert: Alert) -> None:
    """Said on one page, it holds on both; another likely one is still proposed."""
    second = another(platform)
    platform.do(alert, KeepApart, other=second.alert_id)
    assert likely(platform, alert) == likely(platform, second) == []


def test_only_the_coordination_merges(platform: Platform, alert: Alert) -> None:
    """A capteur reports; whether two reports are one need is for others to say."""
    second = another(platform)
    with pytest.raises(Forbidden):
        merge(platform.desk, platform.ask(second, "m-capteur"), alert.alert_id)


def test_the_pages_ask_and_do_it(platform: Platform, site: Site, alert: Alert) -> None:
    """Each of the two pages names the other; the form ends one and leads back to it, which leads to the kept one."""
    second = another(platform)
    for one, other in ((alert, second), (second, alert)):
        page = site.open(f"/alertes/{one.alert_id}")
        assert "Peut-être le même besoin" in page.text
        assert f'href="/alertes/{other.alert_id}"' in page.body
    assert site.fill_in(second, "fusion", into=alert.alert_id).status == 303
    ended, kept = (site.open(f"/alertes/{one.alert_id}") for one in (second, alert))
    assert f'href="/alertes/{alert.alert_id}"' in ended.body
    assert "Doublon d’une autre alerte" in ended.text
    assert "Le même besoin, signalé aussi" in kept.text
    assert "Un autre signalement du même besoin" in kept.text
    assert "Peut-être le même besoin" not in kept.text + ended.text


def test_the_form_says_what_is_missing_and_who_may_see_it(platform: Platform, site: Site, alert: Alert) -> None:
    """Nothing chosen is told beside the choice; without anything alike, and for a capteur, there is no such page."""
    path = f"/alertes/{alert.alert_id}/fusion"
    assert site.open(path).status == 404
    second = another(platform)
    refused = site.fill_in(alert, "fusion")
    assert (refused.status, "Choisissez une alerte." in refused.text) == (422, True)
    assert site.fill_in(alert, "fusion", into="nowhere").status == 422
    assert site.open(path, who="m-capteur").status == 404
    assert "Peut-être" not in site.open(f"/alertes/{alert.alert_id}", who="m-capteur").text
    assert site.fill_in(alert, "distinction", into=second.alert_id).status == 303
    assert likely(platform, second) == []


def test_the_api_lists_merges_and_distinguishes(platform: Platform, site: Site, alert: Alert) -> None:
    """A partner's software does what the page does."""
    second, path = another(platform), f"/api/v1/alerts/{alert.alert_id}"
    listed = site.call("GET", f"{path}/duplicates")
    assert [item["id"] for item in listed.json["items"]] == [second.alert_id]
    assert site.call("GET", f"{path}/duplicates", who="m-capteur").status == 403
    body = {"into": alert.alert_id, "expected_version": 1}
    merged = site.call("POST", f"/api/v1/alerts/{second.alert_id}/merge", body)
    assert (merged.status, merged.json["state"]) == (200, "rejected")
    assert site.call("GET", f"/api/v1/alerts/{second.alert_id}").json["closure"]["into"] == alert.alert_id
    assert [one["alert_id"] for one in site.call("GET", path).json["occurrences"]] == [second.alert_id]
    again = site.call("POST", f"{path}/keep-apart", {"other": second.alert_id, "expected_version": 2})
    assert (again.status, again.json["changed"]) == (200, True)


def test_reports_are_gathered_within_reason_and_never_into_what_is_over() -> None:
    """The item that holds them must stay writable; an ended alert takes nothing in."""
    alert = raised()
    for number in range(MOST_OCCURRENCES):
        report = absorb(H1)
        other = report.occurrence.model_copy(update={"alert_id": f"other-{number}"})
        alert = decide(alert, report.model_copy(update={"occurrence": other}), SETTINGS).alert
    with pytest.raises(Conflict, match="Trop de signalements"):
        decide(alert, absorb(H1), SETTINGS)
    with pytest.raises(Conflict, match="close"):
        decide(after(raised(), fill(H1)), absorb(H2), SETTINGS)
