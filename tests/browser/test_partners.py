"""The pages of partners and of deliveries in a real browser: accessible, narrow, touchable, in light and dark."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page, Request, Route, expect

from services.alerts.deliveries.delivery import Attempt, DeliveryState
from services.alerts.endpoints.endpoint import MACHINE, OVERLAP, born, disabled, rotated, verified
from services.alerts.webhooks.sealed_keys import SealedKey
from shared.web.static import static_file
from tests.browser.checking import assert_accessible, assert_reflow, assert_touchable
from tests.browser.conftest import OpenPage
from tests.unit.alerts.fake_platform import TERRITORY, Platform
from tests.unit.alerts.fake_site import SITE, Answer
from tests.unit.alerts.partners.partner_site import MAIL, PLACE, WEBHOOK, PartnerSite

pytestmark = pytest.mark.browser
LIST = "/alertes/partenaires"


@pytest.fixture
def office() -> PartnerSite:
    """A territory whose webhook partner has had a bad morning, and an alert that went to two partners."""
    office = PartnerSite(Platform())
    office.give_to(WEBHOOK, "s-opco")
    alert, now = office.platform.raised(), office.platform.clock.now()
    office.failed(alert)
    office.told(alert, MAIL, state=DeliveryState.SENT, sent_at=now, possible_duplicate=True)
    tries = (Attempt(at=now, verdict="sent", status=204, duration_ms=120),)
    office.told(office.platform.raised("n-2"), state=DeliveryState.SENT, sent_at=now, attempts=tries)
    office.told(office.platform.raised("n-3"))
    return office


def stop(office: PartnerSite) -> None:
    """The endpoint had two secrets, and was disabled."""
    now = office.platform.clock.now()
    partner = office.platform.book.directory(TERRITORY).partner(WEBHOOK)
    assert partner
    endpoint = verified(born(TERRITORY, partner, now), partner.address, now)
    fresh = SealedKey(id="new", sealed="c2VjcmV0", created_at=now)
    reason = "Le partenaire a fermé cette adresse (410) : demandez-lui la nouvelle."
    after = disabled(rotated(endpoint, fresh, OVERLAP, MACHINE, now), reason, MACHINE, now)
    assert office.desk.endpoints.store.replace(None, after)


def browse(page: Page, office: PartnerSite, path: str, who: str = "m-coord") -> None:
    """Opens a page of partners, or of an alert, as that person."""
    alerts = office.alert_pages()

    def answer(route: Route, request: Request) -> None:
        asked = urlsplit(request.url)
        file = static_file(asked.path.removeprefix("/static/")) if asked.path.startswith("/static/") else None
        if file:
            route.fulfill(status=200, body=file.body, headers={"content-type": file.content_type})
        elif request.method == "POST":
            _fulfil(route, office.post(asked.path, dict(parse_qsl(request.post_data or "")), who=who))
        else:
            site, query = office if asked.path.startswith(LIST) else alerts, dict(parse_qsl(asked.query))
            _fulfil(route, site.open(asked.path, who=who, method="GET", fragment=False, **query))

    page.route("**/*", answer)
    page.goto(f"{SITE}{path}")


def _fulfil(route: Route, made: Answer) -> None:
    route.fulfill(status=made.status, body=made.body, headers=dict(made.headers))


def pages(office: PartnerSite) -> tuple[str, ...]:
    (alert_id,) = {
        delivery["alert_id"] for delivery in office.platform.items("delivery") if delivery["state"] == "dead"
    }
    forms = tuple(f"{PLACE}/{slug}" for slug in ("adresse", "secret", "desactivation", "renvoi"))
    return (LIST, PLACE, f"{LIST}/{MAIL}", f"/alertes/{alert_id}/envois", *forms)


UNFOLD = "document.querySelectorAll('details').forEach((fold) => { fold.open = true; })"


def test_every_page_is_accessible_and_narrow(office: PartnerSite, open_page: OpenPage) -> None:
    """No violation, also with the attempts unfolded; no sideways scrolling at 320 px; controls that a thumb reaches."""
    page = open_page(360)
    stop(office)
    for path in pages(office):
        browse(page, office, path)
        page.evaluate(UNFOLD)
        assert_accessible(page)
        assert_touchable(page)
        assert_reflow(page, 320, 360)


def test_the_two_long_pages_can_be_read_in_the_dark(office: PartnerSite, open_page: OpenPage) -> None:
    """The partner's page and the alert's deliveries have every colour that the others have."""
    page = open_page(360, dark=True)
    stop(office)
    for path in (PLACE, pages(office)[3]):
        browse(page, office, path)
        page.evaluate(UNFOLD)
        assert_accessible(page, "color-contrast")


def test_the_developer_changes_the_secret_and_sees_it_once(office: PartnerSite, open_page: OpenPage) -> None:
    """From their own page, through the choice, to the secret with its button to copy; a reload shows it no more."""
    page = open_page(360)
    browse(page, office, PLACE, "m-diffusion")
    page.get_by_role("link", name="Changer le secret").click()
    page.get_by_role("button", name="Changer le secret").click()
    expect(page.locator("code.secret")).to_contain_text("whsec_")
    expect(page.get_by_role("button", name="Copier le secret")).to_be_visible()
    assert_accessible(page)
    assert_reflow(page, 320, 360)


def test_the_number_is_shown_before_anything_leaves(office: PartnerSite, open_page: OpenPage) -> None:
    """Two steps: how many, then the button that says so."""
    page = open_page(360)
    browse(page, office, f"{PLACE}/renvoi")
    page.get_by_role("button", name="Compter les envois").click()
    expect(page.get_by_role("button", name="Renvoyer 1 envoi")).to_be_visible()
    assert_accessible(page)
    assert_reflow(page, 320, 360)
