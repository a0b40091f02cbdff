"""The sign-in pages as a browser meets them: cookies, redirections, refusals in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from services.directory.home_pages import HomePages
from services.directory.pages import SignInPages
from services.directory.store import DirectoryStore
from shared.identity import COOKIE
from tests.unit.directory.sign_in_service import ISSUER, request
from tests.unit.directory.territory_examples import accepted, applied, changed
from tests.unit.directory.test_signing_in import World

ELSEWHERE = changed(
    ("val-de-test", "val-voisin"), ("Val de Test", "Val Voisin"), ("[coordinator]", "[capteur, coordinator]")
)


@dataclass
class Browser:
    """Keeps cookies between requests, as a browser does."""

    world: World
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        pages = SignInPages(self.world.signing_in, self.world.identity)
        self._sign_in = pages.resolver()
        self._home = HomePages(self.world.identity, self.world.clock).resolver()

    def get(self, address: str) -> dict[str, Any]:
        url = urlsplit(address)
        return self._ask(request("GET", url.path, dict(parse_qsl(url.query)), cookies=self.cookies))

    def post(self, path: str, *, origin: str | None = None, **form: str) -> dict[str, Any]:
        asked = request("POST", path, cookies=self.cookies, form=form)
        asked["headers"] |= {"origin": origin} if origin else {}
        return self._ask(asked)

    def sign_in(self, suite: str = "/") -> dict[str, Any]:
        departure = self.get(f"/connexion/depart?suite={suite}")
        brought = self.world.service.sign_in(departure["headers"]["Location"])
        return self.get(f"/connexion/retour?code={brought['code']}&state={brought['state']}")

    def _ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        is_door = asked["rawPath"].startswith(("/connexion", "/deconnexion"))
        resolver: APIGatewayHttpResolver = self._sign_in if is_door else self._home
        answer: dict[str, Any] = resolver(asked, object())
        for text in answer.get("cookies", []):
            pair, _, attributes = text.partition(";")
            name, _, value = pair.partition("=")
            self.cookies[name] = "" if "Max-Age=0" in attributes else value
        return answer


@pytest.fixture
def browser() -> Browser:
    """A browser that has never been here."""
    return Browser(World())


def test_the_door_leads_to_the_departure_with_the_page_asked_for(browser: Browser) -> None:
    """One link, no script, and the way back kept."""
    body = browser.get("/connexion?suite=/alertes/7")["body"]
    assert 'href="/connexion/depart?suite=/alertes/7"' in body


@pytest.mark.parametrize(
    "suite", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/connexion/retour", ""]
)
def test_a_way_back_that_leaves_the_site_is_the_home(browser: Browser, suite: str) -> None:
    """A crafted link cannot send a signed-in person elsewhere, nor round in circles."""
    assert browser.sign_in(suite)["headers"]["Location"] == "/"


def test_signing_in_goes_to_the_issuer_and_back_to_the_page(browser: Browser) -> None:
    """Out by a redirection to the sign-in service, back by one to the page asked for."""
    departure = browser.get("/connexion/depart?suite=/alertes/7")
    assert departure["headers"]["Location"].startswith(f"{ISSUER}/authorize?")
    assert browser.sign_in("/alertes/7")["headers"]["Location"] == "/alertes/7"
    assert browser.get("/connexion/territoire")["statusCode"] == 200


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(browser: Browser) -> None:
    """Both cookies are HttpOnly, Secure and SameSite."""
    departure = browser.get("/connexion/depart")
    set_cookies = [*departure["cookies"], *browser.sign_in()["cookies"]]
    assert all({"HttpOnly", "Secure", "SameSite=Lax"} <= set(text.split("; ")) for text in set_cookies)


def test_a_refusal_of_the_issuer_is_said_at_the_door(browser: Browser) -> None:
    """Who declines comes back to the same page, with a word about it."""
    answer = browser.get("/connexion/retour?error=access_denied&state=x")
    assert (answer["statusCode"], "abandonnée" in answer["body"]) == (403, True)


def test_a_silent_issuer_is_said_at_the_door(browser: Browser) -> None:
    """A page in French with 503, never a stack of calls."""
    browser.world.service.is_down = True
    answer = browser.get("/connexion/depart")
    assert (answer["statusCode"], "ne répond pas" in answer["body"]) == (503, True)


def test_signing_out_ends_the_session_itself(browser: Browser) -> None:
    """A cookie kept aside opens nothing afterwards."""
    browser.sign_in()
    kept = browser.cookies[COOKIE]
    assert browser.post("/deconnexion")["headers"]["Location"] == "/connexion"
    browser.cookies[COOKIE] = kept
    assert browser.get("/connexion/territoire")["headers"]["Location"].startswith("/connexion?")


def test_another_site_cannot_sign_anybody_out(browser: Browser) -> None:
    """A form posted from elsewhere is refused and changes nothing."""
    browser.sign_in()
    assert browser.post("/deconnexion", origin="https://evil.example")["statusCode"] == 403
    assert browser.get("/connexion/territoire")["statusCode"] == 200


def test_home_is_the_first_page_of_the_role(browser: Browser) -> None:
    """A coordinator begins on the board."""
    browser.sign_in()
    assert browser.get("/")["headers"]["Location"] == "/alertes"


def test_home_of_a_visitor_is_the_door(browser: Browser) -> None:
    """Nobody signed in: sign in, then come back."""
    assert browser.get("/")["headers"]["Location"] == "/connexion?suite=/"


def test_a_territory_of_ones_own_can_be_chosen(browser: Browser) -> None:
    """The session goes on there, and the caller is who they are there."""
    applied(accepted(text=ELSEWHERE), DirectoryStore(browser.world.table))
    browser.sign_in()
    assert browser.post("/connexion/territoire", territory_id="val-voisin")["headers"]["Location"] == "/alertes"
    caller = browser.world.identity.of_page(browser.cookies, browser.world.clock.now())
    assert (caller.territory_id, caller.membership.roles) == ("val-voisin", ("capteur", "coordinator"))


@pytest.mark.parametrize("territory_id", ["val-inconnu", ""])
def test_a_territory_of_others_is_not_found(browser: Browser, territory_id: str) -> None:
    """It looks as if it did not exist."""
    browser.sign_in()
    assert browser.post("/connexion/territoire", territory_id=territory_id)["statusCode"] == 404


@pytest.mark.parametrize("path", ["/accessibilite", "/donnees-personnelles"])
def test_the_pages_below_every_other_are_for_everybody(browser: Browser, path: str) -> None:
    """No session is needed to know one's rights."""
    assert browser.get(path)["statusCode"] == 200


def test_the_choice_of_a_territory_is_offered_to_who_has_several(browser: Browser) -> None:
    """And to nobody else: one territory is no choice."""
    browser.sign_in()
    menu = 'href="/connexion/territoire"'
    assert menu not in browser.get("/connexion/territoire")["body"]
    applied(accepted(text=ELSEWHERE), DirectoryStore(browser.world.table))
    assert menu in browser.get("/connexion/territoire")["body"]
