"""The pages of the questionnaire, asked as a browser without JavaScript asks."""

from __future__ import annotations

import html
import re

import pytest

from services.visits.questionnaire.editing import home_of
from tests.unit.visits.questionnaire.bureau import NIGHT, WASTE, Bureau, adding
from tests.unit.visits.territory import HERE, Answer

DRAFT = "/questionnaire/brouillon"
QUESTION = f"{DRAFT}/question"
BOSS = "coordinator"


def hidden(shown: Answer, name: str) -> str:
    """What a hidden field of the page holds, the first of its name."""
    found = re.search(rf'type="hidden" name="{name}" value="([^"]*)"', shown.text)
    assert found
    return found.group(1)


def sent(bureau: Bureau, path: str, fields: dict[str, str], shown_at: str = DRAFT) -> Answer:
    """Opens a page, then posts a form of it with these fields."""
    shown = bureau.open(shown_at, who=BOSS)
    around = {name: hidden(shown, name) for name in ("idempotency_key", "revision")}
    return bureau.post(path, around | fields, who=BOSS)


def new_question(**changes: str) -> dict[str, str]:
    """The fields of a new question, as a browser posts them."""
    return {
        "id": "",
        "section": "headcount",
        "label": "Travaille-t-on la nuit ?",
        "kind": "choice",
        "options": "Oui\nNon\nParfois",
        "reader": "private",
    } | changes


def drafted(bureau: Bureau) -> list[str]:
    """The questions of the draft, in order."""
    draft = bureau.versions.draft(HERE)
    assert draft is not None
    return [question.id for question in draft.questionnaire.questions]


@pytest.mark.parametrize("who", ["capteur", "colleague", "coordinator"])
def test_who_visits_reads_what_is_asked(bureau: Bureau, who: str) -> None:
    """The version in force, question by question, and the form that it makes."""
    shown = bureau.open("/questionnaire", who=who)

    assert shown.status == 200
    assert "Comment l’activité évolue-t-elle" in shown.text
    assert (DRAFT in shown.text) == (who == BOSS)
    assert 'name="q-issues-skills"' in bureau.open("/questionnaire/apercu", who=who).text


@pytest.mark.parametrize("path", [DRAFT, QUESTION, "/questionnaire/publication"])
def test_who_does_not_coordinate_prepares_nothing(bureau: Bureau, path: str) -> None:
    """The pages of the draft are for the coordinator and the deputy."""
    assert bureau.open(path, who="capteur").status == 403
    assert bureau.open("/questionnaire", who="agency").status == 403


def test_a_question_is_added_read_again_and_published(bureau: Bureau) -> None:
    """Form, draft, differences, reason, version: the whole way."""
    added = sent(bureau, QUESTION, new_question())
    assert added.headers["Location"] == f"{DRAFT}#question-travaille_t_on_la_nuit"
    assert "Ajoutée" in bureau.open(DRAFT, who=BOSS).text

    review = bureau.open("/questionnaire/publication", who=BOSS)
    assert "reste dans la structure" in review.text
    done = sent(bureau, "/questionnaire/publication", {"reason": "Suivre la nuit"}, "/questionnaire/publication")

    assert done.headers["Location"] == "/questionnaire"
    shown = bureau.open("/questionnaire")
    assert "version 1" in shown.text
    assert "Suivre la nuit" in shown.text
    assert "Coordinator" in shown.text
    assert "questionnaire fourni avec Vigie" in bureau.open("/questionnaire/versions/0").text


def test_a_double_click_adds_one_question(bureau: Bureau) -> None:
    """The hidden key makes the second the same as the first."""
    shown = bureau.open(QUESTION, who=BOSS, rubrique="ages")
    fields = {name: hidden(shown, name) for name in ("idempotency_key", "revision")} | new_question()

    assert [bureau.post(QUESTION, fields, who=BOSS).status for _ in range(2)] == [303, 303]
    assert len([name for name in drafted(bureau) if name.startswith("travaille")]) == 1


def test_buttons_move_remove_and_put_back(bureau: Bureau) -> None:
    """Each leads back to the thing that it moved."""
    moved = sent(bureau, DRAFT, {"do": "down:activity_trend"})
    assert moved.headers["Location"] == f"{DRAFT}#question-activity_trend"
    assert drafted(bureau)[:2] == ["order_book", "activity_trend"]

    sent(bureau, DRAFT, {"do": "remove:order_book"})
    assert "Questions retirées" in bureau.open(DRAFT, who=BOSS).text
    sent(bureau, DRAFT, {"do": "restore:order_book"})
    sent(bureau, DRAFT, {"do": "section-down:activity"})

    assert drafted(bureau)[0] == "headcount"
    draft = bureau.versions.draft(HERE)
    assert draft is not None
    assert home_of(draft.questionnaire, "order_book").id == "activity"


def test_a_button_of_a_page_left_behind_changes_nothing(bureau: Bureau) -> None:
    """The draft has moved meanwhile: the person is told and sees it as it is."""
    shown = bureau.open(DRAFT, who=BOSS)
    stale = {name: hidden(shown, name) for name in ("idempotency_key", "revision")}
    bureau.change(adding(NIGHT), key="somebody-else")
    before = drafted(bureau)

    late = bureau.post(DRAFT, stale | {"do": "remove:issues"}, who=BOSS)

    assert (late.status, late.headers["Location"], drafted(bureau)) == (303, DRAFT, before)
    assert bureau.post(DRAFT, stale | {"do": "explode:issues"}, who=BOSS).status == 404


def test_a_question_typed_while_the_draft_moved_is_not_lost(bureau: Bureau) -> None:
    """409 with all that was typed; sent again, it goes after the other's change."""
    shown = bureau.open(QUESTION, who=BOSS, rubrique="ages")
    stale = {name: hidden(shown, name) for name in ("idempotency_key", "revision")}
    bureau.change(adding(WASTE), key="somebody-else")

    refused = bureau.post(QUESTION, stale | new_question(), who=BOSS)
    assert refused.status == 409
    assert "Travaille-t-on la nuit" in html.unescape(refused.text)
    fresh = {name: hidden(refused, name) for name in ("idempotency_key", "revision")}
    again = bureau.post(QUESTION, fresh | new_question(), who=BOSS)

    assert again.status == 303
    assert {"waste", "travaille_t_on_la_nuit"} <= set(drafted(bureau))


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"label": ""}, "label", "Écrivez"),
        ({"kind": "sculpture"}, "kind", "Choisissez"),
        ({"options": "Oui"}, "options", "de 2 à 20"),
        ({"section": "gone"}, "section", "rubrique"),
        ({"kind": "integer", "minimum": "trois"}, "minimum", "nombre entier"),
        ({"kind": "integer", "minimum": "9", "maximum": "3"}, "minimum", "dépasse"),
        ({"kind": "text", "indicator_tag": "oui"}, "indicator_tag", "à choix"),
    ],
)
def test_a_wrong_question_is_told_beside_its_field(
    bureau: Bureau, change: dict[str, str], field: str, words: str
) -> None:
    """422, the message at the field, nothing in the draft."""
    refused = sent(bureau, QUESTION, new_question(**change))

    assert refused.status == 422
    assert f'href="#{field}"' in refused.text
    assert words in html.unescape(refused.text)
    assert bureau.versions.draft(HERE) is None


def test_the_form_says_that_a_published_question_keeps_its_meaning(bureau: Bureau) -> None:
    """Its kind is not even a field; what is posted for it is not believed."""
    shown = bureau.open(QUESTION, who=BOSS, id="headcount")
    assert "ne changent plus" in shown.text
    assert 'name="kind"' not in shown.text

    sent(bureau, QUESTION, new_question(id="headcount", kind="text", label="Effectif du site"))

    draft = bureau.versions.draft(HERE)
    assert draft is not None
    kept = draft.questionnaire.by_id["headcount"]
    assert (kept.kind, kept.unit, kept.label) == ("integer", "salariés", "Effectif du site")


def test_the_question_is_shown_as_it_will_be_asked(bureau: Bureau) -> None:
    """With a button of the form, or as one types: nothing is saved."""
    page = sent(bureau, QUESTION, new_question(apercu="oui"))
    fragment = bureau.post(f"{QUESTION}/apercu", new_question(label=""), who=BOSS)

    assert page.status == 200
    assert 'name="q-travaille_t_on_la_nuit" value="parfois"' in page.text
    assert "apparaît ici" in fragment.text
    assert "<html" not in fragment.text
    assert bureau.versions.draft(HERE) is None


def test_sections_are_added_and_renamed(bureau: Bureau) -> None:
    """One short form for both; a title is required."""
    path = f"{DRAFT}/rubrique"
    assert sent(bureau, path, {"section": "", "title": ""}).status == 422
    sent(bureau, path, {"section": "", "title": "Énergie"})
    sent(bureau, path, {"section": "ages", "title": "Âges et départs"})

    shown = bureau.open(DRAFT, who=BOSS).text
    assert 'id="rubrique-energie"' in shown
    assert "Âges et départs" in shown


def test_a_draft_is_given_up(bureau: Bureau) -> None:
    """The version in force was never touched."""
    sent(bureau, DRAFT, {"do": "remove:apprentices"})

    done = sent(bureau, f"{DRAFT}/abandon", {})

    assert done.headers["Location"] == "/questionnaire"
    assert bureau.versions.draft(HERE) is None


def test_a_publication_says_why(bureau: Bureau) -> None:
    """Without a reason it is refused; without a draft there is nothing to publish."""
    nothing = bureau.open("/questionnaire/publication", who=BOSS)
    assert nothing.headers["Location"] == "/questionnaire"
    sent(bureau, DRAFT, {"do": "remove:apprentices"})

    refused = sent(bureau, "/questionnaire/publication", {"reason": ""}, "/questionnaire/publication")

    assert refused.status == 422
    assert 'id="reason-error"' in refused.text
    assert bureau.versions.current(HERE).version == 0


@pytest.mark.parametrize("number", ["7", "x", "99999999999999999999", "²"])
def test_a_version_that_never_was_is_not_found(bureau: Bureau, number: str) -> None:
    """A page says so, whatever is typed in the address."""
    assert bureau.open(f"/questionnaire/versions/{number}").status == 404
