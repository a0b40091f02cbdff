"""The pages, asked as a browser without JavaScript asks."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from shared.web.flash import FLASH_COOKIE
from tests.unit.visits.territory import HERE, KEY, Answer, Territory, form, report

NEW = "/visites/nouvelle"


def typed(answer: Answer, name: str) -> str | None:
    """What a field of the page holds."""
    found = re.search(rf'name="{name}"[^>]*? value="([^"]*)"', answer.text)
    return found.group(1) if found else None


def test_a_new_form_proposes_today_and_a_key(territory: Territory) -> None:
    """Nothing to change for a visit of this morning."""
    shown = territory.open(NEW)

    assert shown.status == 200
    assert (typed(shown, "visited_on-day"), typed(shown, "visited_on-year")) == ("27", "2026")
    assert typed(shown, "idempotency_key")


def test_a_form_sent_leads_to_the_visit_and_to_the_alert(territory: Territory) -> None:
    """Post, redirect, get: the page says what happens next and where to follow it."""
    sent = territory.post(NEW, form())

    assert sent.status == 303
    shown = territory.open(sent.headers["Location"])
    visit_id = sent.headers["Location"].removeprefix("/visites/")
    assert "Le coordinateur est prévenu" in shown.text
    alert = territory.store.file(HERE, visit_id).needs[0].alert_id
    assert f'href="/alertes/{alert}"' in shown.text
    assert "Montbéliard" in shown.text


def test_a_double_click_is_one_visit(territory: Territory) -> None:
    """The hidden key makes the second send the same as the first."""
    places = {territory.post(NEW, form()).headers["Location"] for _ in range(2)}

    assert len(places) == 1
    assert len(territory.kept("/VISIT")) == 1


def test_a_form_sent_again_when_its_dates_are_over_leads_to_the_visit(territory: Territory) -> None:
    """The answer was lost and the phone tries again a month later: the visit stands, and is not judged anew."""
    first = territory.post(NEW, form())
    territory.clock.now_is += timedelta(days=30)
    again = territory.post(NEW, form())

    assert (again.status, again.headers["Location"]) == (303, first.headers["Location"])
    assert len(territory.kept("/VISIT")) == 1


def test_a_form_that_has_served_asks_before_it_serves_again(territory: Territory) -> None:
    """Back, change, send: the person is told, keeps what was typed and gets a new key."""
    territory.post(NEW, form())

    again = territory.post(NEW, form(enterprise_name="Autre maison"))

    assert again.status == 422
    assert "déjà servi" in again.text
    assert typed(again, "enterprise_name") == "Autre maison"
    assert typed(again, "idempotency_key") not in {KEY, ""}


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"enterprise_name": ""}, "enterprise_name", "Indiquez le nom"),
        ({"enterprise_name": "A" * 121}, "enterprise_name", "au plus 120"),
        ({"siret": ""}, "siret", "en cours de création"),
        ({"siret": "73282932000079"}, "siret", "clé de contrôle"),
        ({"creation": "oui"}, "siret", "Videz le SIRET"),
        ({"commune": ""}, "commune", "Indiquez la commune"),
        ({"visited_on-day": "31"}, "visited_on", "qui existent"),
        ({"visited_on-day": "28"}, "visited_on", "futur"),
        ({"mode": "pigeon"}, "mode", "Dites comment"),
        ({"urgent": ""}, "urgent", "Cochez la case"),
        ({"post": ""}, "post", "Indiquez l’intitulé"),
        ({"rome": ""}, "rome", "Indiquez le métier"),
        ({"rome": "soudr"}, "rome", "H2913 Soudeur"),
        ({"quantity": "0"}, "quantity", "entre 1 et 999"),
        ({"quantity": "beaucoup"}, "quantity", "entre 1 et 999"),
        ({"contract": ""}, "contract", "Choisissez"),
        ({"wanted_on-year": "2025"}, "wanted_on", "déjà passée"),
    ],
)
def test_a_wrong_field_is_told_beside_it_and_above(
    territory: Territory, change: dict[str, str], field: str, words: str
) -> None:
    """422, a link to the field in the summary, the message beside it, all that was typed kept, nothing written."""
    refused = territory.post(NEW, form(**change))

    assert refused.status == 422
    assert f'href="#{field}"' in refused.text
    assert f'id="{field}-error"' in refused.text
    assert words in refused.text
    assert typed(refused, "persons_met") == "Gérante"
    assert typed(refused, "idempotency_key") == KEY
    assert not territory.table.items


def test_all_errors_are_told_at_once(territory: Territory) -> None:
    """An empty form lists what it lacks."""
    refused = territory.post(NEW, {"idempotency_key": KEY, "urgent": "oui"})

    assert refused.text.count('<li><a href="#') == 13


def test_a_visit_without_an_urgent_need_is_short(territory: Territory) -> None:
    """The urgent part stays closed and empty, and no alert is mentioned."""
    plain = {name: value for name, value in form().items() if name not in {"urgent", "post", "rome"}}
    sent = territory.post(NEW, {name: value for name, value in plain.items() if not name.startswith("wanted_on")})

    assert sent.status == 303
    assert "/alertes/" not in territory.open(sent.headers["Location"]).text.partition("<main")[2]


def test_a_firm_being_created_needs_no_siret(territory: Territory) -> None:
    """The box says why the number is missing."""
    sent = territory.post(NEW, form(siret="", creation="oui"))

    assert "Entreprise en cours de création" in territory.open(sent.headers["Location"]).text


def test_the_search_button_proposes_metiers_and_keeps_what_was_typed(territory: Territory) -> None:
    """Without JavaScript the form comes back with a choice, and nothing is recorded."""
    shown = territory.post(NEW, form(rome="tech maint", chercher="oui"))

    assert shown.status == 200
    assert 'value="I1304"' in shown.text
    assert typed(shown, "post") == "Soudeur TIG"
    assert not territory.table.items


def test_the_metier_chosen_among_those_proposed_wins_over_the_words(territory: Territory) -> None:
    """The words found several; the choice is one of them."""
    territory.post(NEW, form(rome="tech maint", rome_code="I1304"))

    assert territory.kept("/NEED")[0]["recruitment"]["rome_code"] == "I1304"


def test_a_choice_that_the_words_no_longer_propose_is_forgotten(territory: Territory) -> None:
    """Whoever chose, then typed another métier, means the other one."""
    territory.post(NEW, form(rome="cariste", rome_code="I1304"))

    assert territory.kept("/NEED")[0]["recruitment"]["rome_code"] == "N1101"


def test_suggestions_are_a_fragment(territory: Territory) -> None:
    """htmx gets the choices alone, escaped."""
    shown = territory.open("/visites/occupations", rome="soud")
    nothing = territory.open("/visites/occupations", rome="<b>xyzw")

    assert 'value="H2913"' in shown.text
    assert "<html" not in shown.text
    assert "&lt;b&gt;xyzw" in nothing.text


def test_the_list_shows_visits_and_the_way_to_the_next_ones(territory: Territory) -> None:
    """The latest first, twenty a page."""
    for number in range(21):
        territory.report(report(visited_on=f"2026-11-{number + 1:02}"), key=f"visit-number-{number}")

    first = territory.open("/visites")
    cursor = re.search(r'href="/visites\?etat=toutes&amp;cursor=([^"]+)"', first.text)

    assert first.text.count('<li class="row') == 20
    assert cursor
    assert "dimanche 1er\N{NO-BREAK SPACE}novembre" in territory.open("/visites", cursor=cursor.group(1)).text


def test_an_empty_list_says_what_to_do(territory: Territory) -> None:
    """A first day is not an error."""
    assert "enregistrez-la ici" in territory.open("/visites").text


@pytest.mark.parametrize(("who", "status"), [("rival", 404), ("neighbour", 404), ("coordinator", 200)])
def test_a_visit_out_of_sight_does_not_exist(territory: Territory, who: str, status: int) -> None:
    """Another structure's or another territory's visit is answered like an unknown one."""
    sent = territory.post(NEW, form())

    assert territory.open(sent.headers["Location"], who=who).status == status


def test_a_visitor_without_a_session_is_sent_to_sign_in_and_back(territory: Territory) -> None:
    """303 to the sign-in page with where to return; a fragment moves the whole page."""
    whole = territory.open("/visites", who=None, cursor="a")
    part = territory.open(
        "/visites/occupations",
        who=None,
        headers={"hx-request": "true", "hx-current-url": f"https://x{NEW}?y=1"},
        rome="s",
    )

    assert (whole.status, whole.headers["Location"]) == (303, "/connexion?suite=/visites%3Fcursor%3Da")
    assert (part.status, part.headers["HX-Redirect"]) == (401, f"/connexion?suite={NEW}")


def test_a_fragment_that_says_nonsense_of_its_page_is_sent_to_sign_in_all_the_same(territory: Territory) -> None:
    """A malformed header of the browser's is no fault of ours."""
    headers = {"hx-request": "true", "hx-current-url": "http://["}
    answer = territory.open("/visites/occupations", who=None, headers=headers, rome="s")

    assert (answer.status, answer.headers["HX-Redirect"]) == (401, "/connexion?suite=/")


def test_a_form_posted_from_another_site_is_refused(territory: Territory) -> None:
    """The session cookie alone is not enough."""
    refused = territory.post(NEW, form(), origin="https://evil.example")

    assert refused.status == 403
    assert not territory.table.items


def test_who_visits_no_enterprise_is_told_so(territory: Territory) -> None:
    """A page that says why, with the person's own menu around it."""
    refused = territory.open(NEW, who="agency")

    assert refused.status == 403
    assert "rôle" in refused.text


def test_an_oversized_form_is_refused(territory: Territory) -> None:
    """Over 64 kB nothing is read."""
    assert territory.post(NEW, form(post="x" * 70_000)).status == 413


@pytest.mark.parametrize("key", ["", "short", "clé-accentuée"])
def test_a_forged_key_is_replaced(territory: Territory, key: str) -> None:
    """A form without a sound key records nothing; it comes back with one."""
    refused = territory.post(NEW, form(idempotency_key=key))

    assert refused.status == 422
    assert len(typed(refused, "idempotency_key") or "") == 36
    assert not territory.table.items


def test_what_was_typed_is_escaped(territory: Territory) -> None:
    """A name with markup is a name."""
    sent = territory.post(NEW, form(enterprise_name="<b>Lion</b> & fils"))

    assert "&lt;b&gt;Lion&lt;/b&gt; &amp; fils" in territory.open(sent.headers["Location"]).text


def test_the_confirmation_is_said_once(territory: Territory) -> None:
    """The redirection carries the word of thanks in a short-lived cookie."""
    sent = territory.post(NEW, form())

    assert FLASH_COOKIE in str(sent.cookies)
