"""Names are compared as people hear them, and criteria read as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.visits.register.criteria import Criteria, read_criteria, read_naf_prefix
from services.visits.register.folding import fold
from shared.errors import Invalid


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("S.N.C.F.", "sncf"),
        ("L’Atelier d’Élise", "latelierdelise"),
        ("SARL Hôtel-Restaurant du Nord", "hotelrestaurantdunord"),
        ("Éts Œuvre & Cie", "oeuvrecie"),
        ("SARL", "sarl"),
        ("SA SARL", "sasarl"),
        ("Le Lion SARL", "lelion"),
        ("Sablière", "sabliere"),
        ("STRASSE 12", "strasse12"),
        ("Straße 12", "strasse12"),
        ("  ", ""),
    ],
)
def test_a_name_folds_to_its_letters(text: str, folded: str) -> None:
    """Accents, case, punctuation, ligatures and the legal form around it do not count."""
    assert fold(text) == folded


@given(st.text(max_size=40))
def test_folding_is_stable_and_keeps_no_separator(text: str) -> None:
    """A folded name is only letters and digits, so it can stand between the separators of a key."""
    folded = fold(text)

    assert not folded or folded.isalnum()
    assert "#" not in folded


@given(st.text(alphabet="aéÀ bÇ-’.9", max_size=20))
def test_case_and_accents_change_nothing(text: str) -> None:
    """A name is found however it is typed."""
    assert fold(text) == fold(text.upper()) == fold(text.lower())


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("29", "29"),
        ("29.", "29"),
        ("293", "29.3"),
        ("29.3", "29.3"),
        ("2932", "29.32"),
        ("29.32z", "29.32Z"),
        ("2932Z", "29.32Z"),
    ],
)
def test_an_activity_is_typed_as_far_as_it_is_known(typed: str, read: str) -> None:
    """From the division to the full code, with or without the dot."""
    assert read_naf_prefix(typed) == read


@pytest.mark.parametrize("typed", ["2", "A", "29.32ZZ", "métallurgie", "٢٩"])
def test_an_activity_that_is_no_code_is_refused(typed: str) -> None:
    """With the field to correct."""
    with pytest.raises(Invalid) as refused:
        read_naf_prefix(typed)
    assert list(refused.value.fields) == ["naf"]


@pytest.mark.parametrize(
    ("typed", "criteria"),
    [
        ("732 829 320 00074", Criteria(siret_or_siren="73282932000074")),
        ("732.829.320", Criteria(siret_or_siren="732829320")),
        ("Horlogerie", Criteria(name="Horlogerie")),
        ("3M", Criteria(name="3M")),
        ("1001", Criteria(name="1001")),
        ("", Criteria()),
    ],
)
def test_one_field_takes_a_name_or_a_number(typed: str, criteria: Criteria) -> None:
    """Nine digits or more are a number, with their spaces; what is shorter is a name."""
    assert read_criteria(typed) == criteria


@pytest.mark.parametrize("typed", ["73282932000075", "123456789", "1234567890", "x", "é"])
def test_what_cannot_be_found_is_refused_with_its_reason(typed: str) -> None:
    """A number with a wrong key and a single letter are told at once, not searched in vain."""
    with pytest.raises(Invalid):
        read_criteria(typed)
