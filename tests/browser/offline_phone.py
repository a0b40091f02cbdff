"""A capteur's telephone in front of the site: what a person does there, in words of the trade."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.offline_site import SESSION, Site
from tests.unit.visits.territory import SIRET

FORM = "/visites/nouvelle"
REQUIRED = ("q-activity_trend", "q-headcount_trend", "q-issues")
SAVE = "Enregistrer la visite"
NETWORK_IS_BACK = "dispatchEvent(new Event('online'))"
WORKER_RULES = "navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"


@dataclass
class Phone:
    """One browser, its present tab and the person who is signed in."""

    page: Page
    site: Site

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    @property
    def bar(self) -> Locator:
        return self.page.locator("#offline")

    def sign_in(self, who: str) -> None:
        self.context.add_cookies([{"name": SESSION, "value": who, "url": self.site.url}])

    def open(self, path: str = FORM) -> None:
        """Opens a page, and waits until its script has looked at what the telephone keeps."""
        self.page.goto(self.site.url + path)
        self.wait_until_ready()

    def reload(self) -> None:
        self.page.reload()
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        expect(self.bar).to_be_visible()
        if self.page.locator("form[data-offline]").count():
            self.page.locator("form[data-ready]").wait_for()

    def new_tab(self) -> Phone:
        return Phone(self.context.new_page(), self.site)

    def kill_tab(self) -> None:
        """The tab is gone without a word; another one is opened."""
        page = self.context.new_page()
        self.page.close()
        self.page = page

    def type(self, name: str = "Horlogerie du Lion", siret: str = SIRET) -> None:
        for field, text in {"enterprise_name": name, "siret": siret, "commune": "Montbéliard"}.items():
            self.page.locator(f"#{field}").fill(text)
        self.answer()

    def answer(self) -> None:
        """Answers what the territory's questionnaire requires."""
        for question in REQUIRED:
            self.page.locator(f"#{question}").check()

    def wait_for_draft(self) -> None:
        self.page.wait_for_url("**brouillon=*")
        self.page.locator("#visit-form:not([data-unkept])").wait_for()
        expect(self.page.locator("form [data-part=kept]")).to_contain_text("Brouillon gardé")

    def save(self) -> None:
        self.page.locator("#visit-form").get_by_role("button", name=SAVE).last.click()

    def record(self, name: str = "Horlogerie du Lion") -> None:
        """Types a visit and saves it without network: it is in the queue."""
        self.type(name)
        self.save()
        self.expect_said("La visite est gardée sur cet appareil.")

    def send(self) -> None:
        self.page.get_by_role("button", name="Envoyer maintenant").click()

    def network_is_back(self) -> None:
        self.site.unplugged = False
        self.page.evaluate(NETWORK_IS_BACK)

    def expect_said(self, words: str) -> None:
        expect(self.bar.get_by_role("status")).to_contain_text(words)

    def expect_counts(self, words: str) -> None:
        expect(self.bar.locator(".offline-counts")).to_contain_text(words)

    def kept(self) -> None:
        """Opens the list of what the telephone keeps."""
        self.page.locator(".offline-lists > summary").click()


def phone_of(open_page: OpenPage, site: Site, who: str = "capteur", **options: object) -> Phone:
    """A telephone whose owner has signed in and has opened the form once, with network: the worker rules."""
    phone = Phone(open_page(360, **options), site)
    phone.sign_in(who)
    phone.open()
    phone.page.evaluate(WORKER_RULES)
    phone.reload()
    assert phone.page.evaluate("navigator.serviceWorker.controller !== null")
    return phone
