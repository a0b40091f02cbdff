"""The pages of the register, asked as a browser without JavaScript asks."""

from __future__ import annotations

import re

import pytest

from tests.unit.visits.register.office import Office
from tests.unit.visits.register.rows import enterprise, many, unregistered
from tests.unit.visits.territory import Answer, report

SEARCH, PAGE = "/entreprises", f"/entreprises/{enterprise().id}"
CONTACT = {
    "name": "Camille Exemple",
    "function": "Gérante",
    "phone": "03 81 00 00 00",
    "email": "",
    "last_contact_on-day": "26",
    "last_contact_on-month": "11",
    "last_contact_on-year": "2026",
}


def names(answer: Answer) -> list[str]:
    """The enterprises that a page lists."""
    return re.findall(r'class="row-title"><a href="/entreprises/[^"]+">([^<]+)</a>', answer.text)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "horl"}, ["Horlogerie du Lion", "Horlogerie Nord"]),
        ({"q": "HÔRLOGERIE du"}, ["Horlogerie du Lion"]),
        ({"q": "732 829 320 00074"}, ["Horlogerie du Lion"]),
        ({"q": "horl", "commune": "belfort"}, ["Horlogerie Nord"]),
        ({"commune": "25388", "taille": "11+"}, ["Horlogerie du Lion"]),
        ({"naf": "26"}, ["Horlogerie Nord", "Horlogerie du Lion", "Entreprise non diffusible"]),
    ],
)
def test_a_search_lists_what_it_finds(office: Office, asked: dict[str, str], found: list[str]) -> None:
    """By name, number, commune, activity and size, together or not; the largest first without a name."""
    office.knows(
        enterprise(),
        unregistered(1, name="Horlogerie Nord", insee="90010", commune="Belfort", size_band="32"),
        enterprise(siret="44306184100047", name="Secrète", diffusible=False, size_band="NN"),
    )

    assert names(office.search(asked)) == found


def test_an_enterprise_that_opposes_its_diffusion_is_never_named(office: Office) -> None:
    """Neither in a list nor on its page, nor by a guess of its name."""
    office.knows(enterprise(name="Secrète", trade_name="Cachette", address="1 rue Tue", diffusible=False))

    for shown in (office.open(SEARCH, commune="montbeliard"), office.open(PAGE), office.open(SEARCH, q="secr")):
        assert not any(word in shown.text for word in ("Secrète", "Cachette", "rue Tue"))


def test_a_closed_establishment_says_so(office: Office) -> None:
    """Found by its SIRET, with a badge."""
    office.knows(enterprise(state="closed"))

    assert names(office.open(SEARCH, q="horlogerie")) == []
    assert "Établissement fermé" in office.open(SEARCH, q=enterprise().id).text
    assert "Établissement fermé" in office.open(PAGE).text


def test_a_list_runs_page_by_page(office: Office) -> None:
    """The next page begins after the last one shown, and the last page leads nowhere."""
    for each in many(60):
        office.office.store.add(each)
    seen, where = [], "/entreprises?taille=NN"
    while where:
        asked = where.replace("&amp;", "&").partition("?")[2]
        shown = office.search(dict(pair.split("=") for pair in asked.split("&")))
        seen += names(shown)
        following = re.search(r'class="button button-secondary pages-next" href="([^"]+)"', shown.text)
        where = following.group(1) if following else ""

    assert len(seen) == len(set(seen)) == sum(each.size_band == "NN" for each in many(60))


@pytest.mark.parametrize(
    "asked", [{"q": "x"}, {"q": "73282932000075"}, {"naf": "zz"}, {"taille": "99"}, {"commune": "Ys"}]
)
def test_a_search_that_cannot_be_made_says_why(office: Office, asked: dict[str, str]) -> None:
    """In the place of the results, with what was typed kept."""
    shown = office.search(asked)

    assert shown.status == 422
    assert "n’est pas possible" in shown.text


def test_an_empty_search_and_an_empty_result_say_what_to_do(office: Office) -> None:
    """Nothing typed yet is not the same as nothing found."""
    assert "Qui cherchez-vous" in office.open(SEARCH).text
    assert "Aucune entreprise trouvée" in office.open(SEARCH, q="introuvable").text


def test_proposals_lead_to_the_form_of_a_visit(office: Office) -> None:
    """A fragment of links; a single letter proposes nothing and says so."""
    office.knows(enterprise())

    assert (
        f'href="/visites/nouvelle?entreprise={enterprise().id}"' in office.open(f"{SEARCH}/propositions", q="horl").text
    )
    assert "deux lettres" in office.open(f"{SEARCH}/propositions", q="h").text


def test_a_page_shows_identity_visits_and_needs(office: Office) -> None:
    """With the source, its day, and each nomenclature named."""
    office.knows(enterprise(naf_2025="26.52Y"))
    office.report(report())
    shown = office.open(PAGE).text

    for words in ("NAF rév. 2", "NAF 2025", "Répertoire SIRENE", "Recrutement urgent", "À examiner"):
        assert words in shown
    assert 'hx-get="/alertes/entreprise/73282932000074"' in shown
    assert f"/visites/nouvelle?entreprise={enterprise().id}" in shown


def test_a_page_hides_the_visits_that_the_caller_may_not_read(office: Office) -> None:
    """Another structure's visit without the enterprise's consent shows nowhere, nor do its needs."""
    office.knows(enterprise())
    office.report(report())

    assert "26 novembre 2026" in office.read(PAGE, "coordinator")
    shown = office.read(PAGE, "rival")
    assert not any(words in shown for words in ("26 novembre 2026", "À examiner", "Recrutement urgent"))


def test_contacts_are_kept_from_the_page(office: Office) -> None:
    """Added, shown with a link to call, corrected, silent, forgotten."""
    office.knows(enterprise())
    assert office.send(f"{PAGE}/contacts/nouveau", key="contact-add", **CONTACT).headers["Location"] == PAGE
    assert 'href="tel:+33381000000"' in office.open(PAGE).text
    (item,) = office.kept("/CONTACT#")
    one = f"{PAGE}/contacts/{item['id']}"

    corrected = {**CONTACT, "name": "Camille Autre", "expected_version": "1"}
    assert office.send(one, key="contact-correct", **corrected).status == 303
    stale = office.send(one, key="contact-stale", **corrected)
    assert (stale.status, 'name="expected_version" value="2"' in stale.text) == (409, True)
    assert office.send(one, key="contact-forged", **{**corrected, "expected_version": "9" * 5000}).status == 422
    assert office.send(f"{one}/opposition", key="contact-object").status == 303
    assert "Ne souhaite plus être contacté" in office.open(PAGE).text
    assert office.send(f"{one}/retrait", key="contact-remove").status == 303
    assert "Camille" not in office.open(PAGE).text


def test_a_wrong_contact_is_told_beside_its_fields(office: Office) -> None:
    """With what was typed kept, and nothing written."""
    office.knows(enterprise())
    refused = office.send(
        f"{PAGE}/contacts/nouveau", **{**CONTACT, "phone": "12", "name": "", "last_contact_on-day": "32"}
    )

    assert refused.status == 422
    assert all(f'id="{field}-error"' in refused.text for field in ("name", "last_contact_on"))
    assert 'value="12"' in refused.text
    assert not office.kept("/CONTACT#")


@pytest.mark.parametrize(("who", "status"), [("neighbour", 404), ("agency", 403), (None, 303)])
def test_the_register_is_for_members_on_the_ground(office: Office, who: str | None, status: int) -> None:
    """Another territory's enterprise does not exist, the agency reads none, a stranger signs in."""
    office.knows(enterprise())

    assert office.open(PAGE, who=who).status == status
