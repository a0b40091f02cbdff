"""The pages of imports, asked as a browser without JavaScript asks."""

from __future__ import annotations

import pytest

from services.visits.importing.work import Advance
from tests.unit.visits.importing.counter import KEY, Answer, Counter
from tests.unit.visits.importing.workshop import SIRETS, official, table

FILE = table([official(), official(siret="7.3E+13"), official(siret=SIRETS[1], trancheEffectifsEtablissement="1")])


@pytest.fixture
def counter() -> Counter:
    """A territory that has imported nothing yet."""
    return Counter()


def begun(counter: Counter) -> str:
    """The address of a new import."""
    return counter.post("/imports/nouveau", idempotency_key=KEY, title="SIRENE novembre").headers["Location"]


def checked(counter: Counter) -> str:
    """The address of an import whose file is checked."""
    place = begun(counter)
    counter.send(place.rpartition("/")[2], FILE)
    assert counter.post(f"{place}/verification").headers["Location"] == place
    counter.workshop.drain()
    return place


def test_the_page_of_a_new_import_lets_the_browser_send_its_file(counter: Counter) -> None:
    """Straight to the bucket, whose origin the page's policy allows for this form only."""
    place = begun(counter)
    shown = counter.open(place)

    assert 'enctype="multipart/form-data"' in shown.text
    assert "form-action 'self' https://bucket.example" in shown.headers["Content-Security-Policy"]
    assert f'value="https://vigie.example{place}"' in shown.text
    assert "bucket.example" not in counter.open("/imports").headers["Content-Security-Policy"]


def test_back_from_the_bucket_the_file_can_be_checked(counter: Counter) -> None:
    """The same address, which now knows the file."""
    place = begun(counter)
    counter.send(place.rpartition("/")[2], FILE)

    shown = counter.open(place)

    assert "Le fichier est arrivé" in shown.text
    assert f'action="{place}/verification"' in shown.text


def test_a_check_without_a_file_says_so(counter: Counter) -> None:
    """The person comes back to the form, with the reason."""
    answer = counter.post(f"{begun(counter)}/verification")

    assert answer.status == 303
    assert counter.workshop.advances.bodies == []


def test_the_work_shows_how_far_it_is(counter: Counter) -> None:
    """The page asks again by itself; without JavaScript a reload does the same."""
    place = begun(counter)
    counter.send(place.rpartition("/")[2], FILE)
    counter.post(f"{place}/verification")
    assert "Lecture du fichier…" in counter.open(place).text
    workshop = counter.workshop
    workshop.advancer.advance(Advance.model_validate_json(workshop.advances.take()))

    shown = counter.open(place)

    assert f'hx-get="{place}"' in shown.text
    assert "0 lignes sur 2 comparées" in shown.text
    workshop.drain()
    assert "hx-get" not in counter.open(place).text


def test_the_report_says_what_would_change_and_what_is_wrong(counter: Counter) -> None:
    """Figures, the cells that are refused with their remedy, the ones that were repaired, the downloads."""
    place = checked(counter)
    shown = counter.open(place).text

    assert "2 fiches seront écrites" in shown
    assert "SIRET transformé en nombre par le tableur" in shown
    assert "zéro initial perdu" in shown
    for name in ("rapport", "fichier-annote"):
        answer = counter.open(f"{place}/{name}")
        assert answer.status == 303
        assert answer.headers["Location"].startswith("https://bucket.example/")


def test_applying_changes_the_register(counter: Counter) -> None:
    """The second form of the same page."""
    place = checked(counter)
    counter.post(f"{place}/application")
    counter.workshop.drain()

    assert "Le registre est à jour" in counter.open(place).text
    assert set(counter.workshop.enterprises()) == {SIRETS[0], SIRETS[1]}


def test_the_same_file_again_names_who_imported_it(counter: Counter) -> None:
    """Before anything is decided."""
    first = checked(counter)
    counter.post(f"{first}/application")
    counter.workshop.drain()
    again = counter.workshop.check(FILE)

    shown = counter.open(f"/imports/{again.id}").text
    assert "Ce fichier a déjà été importé" in shown
    assert "par Camille" in shown
    assert f'href="{first}"' in shown


def test_a_refused_file_says_what_to_do(counter: Counter) -> None:
    """The reason in French, and a way to begin again."""
    refused = counter.workshop.check(b"Nom;Truc\nForge;1\n")

    shown = counter.open(f"/imports/{refused.id}").text
    assert "Colonne absente : « Commune »" in shown
    assert 'href="/imports/nouveau"' in shown


def test_abandoning_is_final(counter: Counter) -> None:
    """What was given up cannot be applied by an old page."""
    place = checked(counter)
    counter.post(f"{place}/abandon")

    assert "abandonné" in counter.open(place).text
    assert counter.post(f"{place}/application").status == 303
    assert counter.workshop.advances.bodies == []


def test_the_list_shows_each_import_with_its_state(counter: Counter) -> None:
    """The latest first, with its title and who began it."""
    assert "Aucun import" in counter.open("/imports").text
    checked(counter)

    shown = counter.open("/imports").text
    assert "SIRENE novembre" in shown
    assert "Vérifié" in shown
    assert "par Camille" in shown


def test_a_new_import_explains_the_files_that_are_accepted(counter: Counter) -> None:
    """Every column's name and the other names that are understood."""
    shown = counter.open("/imports/nouveau").text

    for name in ("codeCommuneEtablissement", "Raison sociale", "Nombre de salariés"):
        assert name in shown


def test_a_title_that_is_too_long_is_refused_beside_its_field(counter: Counter) -> None:
    """With what was typed."""
    refused = counter.post("/imports/nouveau", idempotency_key=KEY, title="A" * 121)

    assert refused.status == 422
    assert "Au plus 120 caractères" in refused.text


@pytest.mark.parametrize(("who", "status"), [("sam", 403), (None, 303)])
def test_only_the_coordination_sees_imports(counter: Counter, who: str | None, status: int) -> None:
    """A capteur is told that it is not theirs; a stranger signs in first."""
    pages: list[Answer] = [counter.open(path, who) for path in ("/imports", "/imports/nouveau", begun(counter))]

    assert [answer.status for answer in pages] == [status] * 3
    assert counter.post("/imports/nouveau", who, idempotency_key=KEY).status == status


def test_another_territory_finds_nothing(counter: Counter) -> None:
    """The same answer as for an import that does not exist."""
    place = begun(counter)

    assert counter.open(place, "noor").status == counter.open("/imports/inconnu").status == 404


def test_a_form_of_another_site_is_refused(counter: Counter) -> None:
    """Nothing is applied from elsewhere."""
    place = checked(counter)

    assert counter.post(f"{place}/application", origin="https://evil.example").status == 403


def test_a_decision_knows_of_another_import_at_work(counter: Counter) -> None:
    """Two imports at once end in the order of their chunks: better one after the other."""
    place = checked(counter)
    other = counter.workshop.begin("another-request", "Fichier des adhérents")
    counter.send(other.id, FILE)
    counter.post(f"/imports/{other.id}/verification")

    assert "Un autre import est en cours" in counter.open(place).text
    counter.workshop.drain()
    assert "Un autre import est en cours" not in counter.open(place).text
