"""The pages of programmes in a real browser: accessible, narrow, and a claim from its button to its list."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page, Request, Route

from services.visits.programmes.claiming import claim_target, withdraw_target
from services.visits.programmes.commands import WithdrawTarget
from services.visits.programmes.programme import Programme
from shared.web.static import static_file
from tests.browser.checking import assert_sound
from tests.browser.conftest import OpenPage
from tests.unit.visits.programmes.world import SIRETS, SITE, World, enterprise

pytestmark = pytest.mark.browser
SEE_OTHER = 303


@pytest.fixture
def world() -> World:
    """Four enterprises, two of them to take, one held, one withdrawn; a month with visits done and planned."""
    world = World()
    names = ("Zénith Mécanique", "Établissements Courvoisier-Grandvoinet et fils", "Mécabel", "Alpha Découpe")
    world.keep(*(enterprise(siret, name=name) for siret, name in zip(SIRETS, names, strict=False)))
    world.visit("2026-11-03")
    world.visit("2026-12-03", state="planned")
    return world


@pytest.fixture
def programme(world: World) -> Programme:
    """A programme under way."""
    programme = world.active()
    claim_target(world.asked("claire", programme, SIRETS[2]), world.desk)
    withdraw_target(WithdrawTarget(reason="Fermée"), world.asked("claire", programme, SIRETS[3]), world.desk)
    return programme


def browse(page: Page, world: World, path: str, who: str = "claire") -> None:
    """Opens a page as somebody; what a form posts is answered too."""

    def answer(route: Route, request: Request) -> None:
        asked = urlsplit(request.url)
        file = static_file(asked.path.removeprefix("/static/")) if asked.path.startswith("/static/") else None
        if file:
            route.fulfill(status=200, body=file.body, headers={"content-type": file.content_type})
            return
        if request.method == "POST":
            fields = dict(parse_qsl(request.post_data or "", keep_blank_values=True))
            made = world.post(asked.path, fields, who=who)
            if made.status == SEE_OTHER:
                # A route cannot be answered with a redirection: the page that it leads to is shown in its place.
                following = urlsplit(made.headers["Location"])
                made = world.open(following.path, who=who, **dict(parse_qsl(following.query)))
        else:
            made = world.open(asked.path, who=who, **dict(parse_qsl(asked.query)))
        route.fulfill(status=made.status, body=made.text, headers=dict(made.headers))

    page.unroute_all()
    page.route("**/*", answer)
    page.goto(f"{SITE}{path}")


def test_what_a_capteur_reads_is_accessible_and_narrow(world: World, programme: Programme, open_page: OpenPage) -> None:
    """The months, the ranking, each list, the withdrawal, the calendar, by day and by night."""
    page = open_page(360)
    one = f"/programmes/{programme.id}"
    lists = [f"{one}?liste={state}" for state in ("pending", "claimed", "visited", "withdrawn")]
    for path in ("/programmes", *lists, f"{one}/cibles/{SIRETS[0]}/retrait", "/programmes/calendrier"):
        browse(page, world, path)
        assert_sound(page)


def test_what_a_manager_decides_is_accessible_and_narrow(
    world: World, programme: Programme, open_page: OpenPage
) -> None:
    """The forms and a draft, by day and by night."""
    page = open_page(360)
    one, draft = f"/programmes/{programme.id}", world.draft()
    for path in (
        "/programmes/nouveau",
        f"/programmes/{draft.id}",
        f"/programmes/{draft.id}/modifier",
        f"{one}/revision",
        f"{one}/cloture",
    ):
        browse(page, world, path, "marie")
        assert_sound(page)


def test_wrong_lines_of_a_list_are_shown_and_accessible(world: World, open_page: OpenPage) -> None:
    """The form comes back with its list open and each line named."""
    page = open_page(360)
    browse(page, world, "/programmes/nouveau", "marie")
    page.get_by_label("Par une liste de SIRET").check()
    page.get_by_text("Liste de SIRET", exact=True).click()
    page.get_by_label("SIRET", exact=False).last.fill(f"{SIRETS[0]}\n732 829 320 00079")
    page.get_by_role("button", name="Enregistrer le brouillon").click()

    assert page.get_by_text("Ligne 2").is_visible()
    assert_sound(page)


def test_a_claim_goes_to_the_list_of_what_is_held(world: World, programme: Programme, open_page: OpenPage) -> None:
    """One press; the page then proposes to plan the visit."""
    page = open_page(360)
    browse(page, world, f"/programmes/{programme.id}")
    page.get_by_role("button", name="Réserver").first.click()

    assert page.get_by_role("heading", name="Entreprises de la liste").is_visible()
    assert page.get_by_role("link", name="Planifier la visite").count() == 2


def test_the_address_of_a_calendar_is_shown_whole(world: World, open_page: OpenPage) -> None:
    """At 320 px too, and it can be copied."""
    page = open_page(360)
    browse(page, world, "/programmes/calendrier")
    page.get_by_role("button", name="Créer mon adresse").click()

    assert page.locator(".secret code").inner_text().endswith(".ics")
    assert page.get_by_role("button", name="Copier l’adresse").is_visible()
    assert_sound(page)
