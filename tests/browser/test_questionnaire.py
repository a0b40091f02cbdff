"""The pages of the questionnaire and of needs in a real browser: accessible, narrow, and live where one types."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page, Request, Route

from shared.web.static import static_file
from tests.browser.checking import assert_sound
from tests.browser.conftest import OpenPage
from tests.unit.visits.needs.following import record, reported
from tests.unit.visits.needs.test_need_rules import job
from tests.unit.visits.questionnaire.bureau import NIGHT, WASTE, Bureau, adding
from tests.unit.visits.territory import SITE, Territory, urgent

pytestmark = pytest.mark.browser
DRAFT = "/questionnaire/brouillon"
PAGES = (
    "/questionnaire",
    "/questionnaire/apercu",
    "/questionnaire/versions/0",
    "/questionnaire/publication",
    DRAFT,
    f"{DRAFT}/question?rubrique=ages",
    f"{DRAFT}/question?id=issues",
)


@pytest.fixture
def bureau() -> Bureau:
    """A territory with a version of its own, and a draft of the next one."""
    bureau = Bureau()
    bureau.published_with(NIGHT)
    bureau.change(adding(WASTE), key="draft-of-the-next")
    return bureau


def browse(page: Page, territory: Territory, path: str) -> None:
    """Opens a page as the coordinator; what a form posts is answered too."""

    def answer(route: Route, request: Request) -> None:
        asked = urlsplit(request.url)
        file = static_file(asked.path.removeprefix("/static/")) if asked.path.startswith("/static/") else None
        if file:
            route.fulfill(status=200, body=file.body, headers={"content-type": file.content_type})
            return
        if request.method == "POST":
            fields = dict(parse_qsl(request.post_data or "", keep_blank_values=True))
            made = territory.post(asked.path, fields, who="coordinator")
        else:
            made = territory.open(asked.path, who="coordinator", headers=None, **dict(parse_qsl(asked.query)))
        route.fulfill(status=made.status, body=made.text, headers=dict(made.headers))

    page.route("**/*", answer)
    page.goto(f"{SITE}{path}")


def test_every_page_of_the_questionnaire_is_accessible_and_narrow(bureau: Bureau, open_page: OpenPage) -> None:
    """By day and by night, with a version, a draft and its differences."""
    page = open_page(360)
    for path in PAGES:
        browse(page, bureau, path)
        assert_sound(page)


def test_every_page_of_needs_is_accessible_and_narrow(open_page: OpenPage) -> None:
    """The list with all sorts of needs, and one with its history and its forms."""
    territory = Territory()
    needs = reported(territory, urgent(), {"theme": "jobs_at_risk", "jobs_at_risk": [job()]}, {"theme": "skills"})
    record(territory, needs[1], "qualified", note="Vu avec l’entreprise.")
    page = open_page(360)
    for path in ("/visites/besoins", f"/visites/{needs[1].visit_id}/besoins/{needs[1].need_id}"):
        browse(page, territory, path)
        assert_sound(page)


def test_a_refused_question_is_accessible_too(bureau: Bureau, open_page: OpenPage) -> None:
    """The summary takes the focus and leads to the field."""
    page = open_page(360)
    browse(page, bureau, f"{DRAFT}/question?rubrique=ages")

    page.get_by_role("button", name="Enregistrer dans le brouillon").click()

    page.get_by_role("alert").get_by_role("link").first.click()
    assert page.evaluate("document.activeElement.name") == "label"
    assert_sound(page)


def test_the_question_is_shown_while_it_is_typed(bureau: Bureau, open_page: OpenPage) -> None:
    """As a capteur will see it, without a reload and without saving."""
    page = open_page()
    browse(page, bureau, f"{DRAFT}/question?rubrique=ages")
    page.evaluate("window.stayed = true")

    page.get_by_label("La question").fill("Qui forme les plus jeunes ?")
    page.get_by_label("Réponses proposées").fill("Un tuteur\nPersonne")

    shown = page.locator("#apercu")
    shown.get_by_text("Qui forme les plus jeunes").wait_for()
    shown.get_by_label("Un tuteur").wait_for()
    assert page.evaluate("window.stayed") is True
