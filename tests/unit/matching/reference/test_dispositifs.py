"""Who may use which dispositif, at which date, by which text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import product

import pytest

from services.matching.reference.dispositifs.dispositif import (
    COLUMNS,
    Dispositif,
    dump_dispositifs,
    load_dispositifs,
    read_dispositifs,
    shipped_dispositifs,
)
from services.matching.reference.dispositifs.eligibility import Answer, Eligibility, eligibilities, eligible
from services.matching.reference.dispositifs.facts import FACTS, Fact, Shape, Value
from shared.errors import Invalid, Unreadable

TODAY = date(2026, 11, 22)
SHIPPED = shipped_dispositifs()
LOAN: Mapping[str, Value] = {
    "status": "employee",
    "agrees": True,
    "other_employer": True,
    "non_profit": True,
    "lending_agreement": True,
    "rider": True,
}
EXTERNAL: Mapping[str, Value] = {
    "status": "employee",
    "agrees": True,
    "other_employer": True,
    "external_agreed": True,
    "next_contract": "cdi",
    "certifying": True,
    "hours": 400,
    "months": 10,
}
HEADER = ";".join(COLUMNS)
ROW = "pret;pret;Prêt;L. 8241-2;https://example.org;01/01/2020;;;;;;oui;cdi;loan;"
CONDITIONS = "code;valable du;exigence;fait;test;valeur;source\n"


def answer(code: str, facts: Mapping[str, Value], on: date = TODAY) -> Eligibility:
    """Of one shipped dispositif."""
    return eligible([one for one in SHIPPED if one.code == code], facts, on)


def some_answer(fact: Fact) -> Value:
    """Of the shape that the question wants."""
    if fact.shape is Shape.CHOICE:
        return fact.choices[0]
    return True if fact.shape is Shape.YES_NO else 12


def read(rows: str, conditions: str = "") -> tuple[Dispositif, ...]:
    return read_dispositifs(f"{HEADER}\n{rows}\n".encode(), f"{CONDITIONS}{conditions}".encode())


def test_a_loan_needs_the_three_papers_and_the_employee() -> None:
    """With all of them it is open, by the article that says so; each one that fails decides alone."""
    assert answer("pret", LOAN).answer is Answer.ELIGIBLE
    assert answer("pret", {**LOAN, "agrees": False}).source == "art. L. 8241-2, 1°"
    assert answer("pret", {**LOAN, "non_profit": False}).source == "art. L. 8241-1"


def test_a_failed_condition_decides_whatever_is_not_known() -> None:
    """Then nothing is asked: no other fact could change the answer."""
    found = answer("pret", {"agrees": False})
    assert (found.answer, found.asks) == (Answer.NOT, ())
    assert "accord du salarié" in found.because


def test_only_what_would_change_the_answer_is_asked() -> None:
    """The agreement on longer durations matters beyond 450 hours, and not below."""
    short = answer("reconversion-externe", {**EXTERNAL, "agrees": True})
    assert short.answer is Answer.ELIGIBLE
    long = answer("reconversion-externe", {**EXTERNAL, "hours": 900})
    assert (long.answer, [fact.name for fact in long.asks]) == (Answer.UNKNOWN, ["longer_agreed"])
    assert answer("reconversion-externe", {**EXTERNAL, "hours": 900, "longer_agreed": True}).answer is Answer.ELIGIBLE
    assert answer("reconversion-externe", {**EXTERNAL, "hours": 2101, "longer_agreed": True}).answer is Answer.NOT


def test_a_fixed_term_of_six_months_does_as_well_as_a_permanent_contract() -> None:
    """One of the alternatives is enough."""
    fixed = {**EXTERNAL, "next_contract": "cdd"}
    assert [fact.name for fact in answer("reconversion-externe", fixed).asks] == ["next_months"]
    assert answer("reconversion-externe", {**fixed, "next_months": 6}).answer is Answer.ELIGIBLE
    assert answer("reconversion-externe", {**fixed, "next_months": 5}).answer is Answer.NOT


def test_transco_ends_when_the_reconversion_period_begins() -> None:
    """The day before it was one, the day after it is the other, and each says so."""
    last, first = date(2025, 12, 31), date(2026, 1, 1)
    assert answer("transco", {}, last).answer is Answer.UNKNOWN
    ended = answer("transco", {}, first)
    assert ended.answer is Answer.NOT
    assert "31/12/2025, remplacé par « reconversion-externe »" in ended.because
    assert "n’existe que depuis le 01/01/2026" in answer("reconversion-externe", {}, last).because


def test_each_version_of_a_dispositif_has_its_own_rules() -> None:
    """Since February 2022 a small enterprise may do without a GEPP agreement."""
    small: Mapping[str, Value] = {
        "status": "employee",
        "agrees": True,
        "fragile_agreed": False,
        "fragile_decided": True,
        "headcount": 40,
        "promising": True,
        "certifying": True,
        "months": 12,
    }
    assert answer("transco", small, date(2022, 2, 6)).answer is Answer.NOT
    assert answer("transco", small, date(2022, 2, 7)).answer is Answer.ELIGIBLE
    assert answer("transco", {**small, "headcount": 300}, date(2022, 2, 7)).answer is Answer.NOT


def test_the_size_of_the_enterprise_chooses_between_csp_and_conge_de_reclassement() -> None:
    """One thousand employees; receivership brings the CSP back at any size."""
    facts: Mapping[str, Value] = {"economic_dismissal": True, "agrees": True, "receivership": False, "months": 6}
    found = {
        (size, code): answer(code, {**facts, "group_headcount": size}).answer is Answer.ELIGIBLE
        for size, code in product((999, 1000), ("csp", "conge-reclassement"))
    }
    assert found == {
        (999, "csp"): True,
        (999, "conge-reclassement"): False,
        (1000, "csp"): False,
        (1000, "conge-reclassement"): True,
    }
    assert answer("csp", {**facts, "group_headcount": 5000, "receivership": True}).answer is Answer.ELIGIBLE


def test_advice_is_open_to_all() -> None:
    """The CEP asks for nothing."""
    assert answer("cep", {}).answer is Answer.ELIGIBLE


def test_every_answer_stands_on_a_text() -> None:
    """Whatever is known, each dispositif says what decided and by which source; only an open one asks."""
    for facts in ({}, LOAN, EXTERNAL, {"status": "jobseeker"}):
        for one in eligibilities(SHIPPED, facts, TODAY):
            assert one.because
            assert one.source
            assert bool(one.asks) == (one.answer is Answer.UNKNOWN)


def test_answering_what_is_asked_always_settles() -> None:
    """No dispositif remains open once its questions have answers."""
    for code in {one.code for one in SHIPPED}:
        facts: dict[str, Value] = {}
        while asks := answer(code, facts).asks:
            facts[asks[0].name] = some_answer(asks[0])
        assert answer(code, facts).answer is not Answer.UNKNOWN


def test_facts_are_of_their_kind() -> None:
    """A fact that does not exist, or a value that is no answer, is refused rather than ignored."""
    for facts in ({"age": 40}, {"hours": "400"}, {"hours": -1}, {"hours": True}, {"agrees": 1}, {"status": "retired"}):
        with pytest.raises(Invalid):
            answer("pret", facts)
    assert FACTS["agrees"].read("Oui") is True


def test_the_shipped_table_names_what_scoring_needs() -> None:
    """Bounds of hours, contracts and modes; a source and a link each."""
    (external,) = [one for one in SHIPPED if one.code == "reconversion-externe"]
    assert (external.least_hours, external.most_hours, external.months) == (150, 2100, 36)
    assert external.modes == {"reconversion", "passerelle"}
    assert all(one.legal_source and one.url and one.contracts and one.modes for one in SHIPPED)


@pytest.mark.parametrize(
    ("rows", "conditions", "told"),
    [
        (ROW.replace("loan", "vente"), "", "modes : « vente »"),
        (ROW.replace("https", "http"), "", "commence par https"),
        (f"{ROW}\n{ROW.replace('01/01/2020', '01/01/2021')}", "", "valent le même jour"),
        (ROW.replace(";;;;;;", ";;suite;;;;", 1), "", "suite remplace sans être défini"),
        (ROW, "pret;02/01/2020;accord;agrees;=;oui;L. 1", "pret du 02/01/2020 n’est pas dans"),
        (ROW, "pret;01/01/2020;accord;mood;=;oui;L. 1", "n’est pas un fait connu"),
        (ROW, "pret;01/01/2020;accord;agrees;=;40;L. 1", "ne répond pas"),
        (ROW, "pret;01/01/2020;accord;agrees;~;oui;L. 1", "test : « ~ »"),
        (ROW, "pret;01/01/2020;accord;agrees;=;oui;", "source : à remplir"),
    ],
)
def test_a_wrong_table_is_refused(rows: str, conditions: str, told: str) -> None:
    """With what is wrong, before it decides anything."""
    with pytest.raises(Invalid, match=told):
        read(rows, conditions)


def test_a_kept_table_comes_back() -> None:
    """As it was read; anything else is refused."""
    kept = dump_dispositifs(f"{HEADER}\n{ROW}\n".encode(), CONDITIONS.encode())
    assert load_dispositifs(kept) == read(ROW)
    with pytest.raises(Unreadable):
        load_dispositifs(b"[]")
