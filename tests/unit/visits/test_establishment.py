"""Official numbers: what is accepted, and what is said of the rest."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from services.visits.establishment import Establishment, read_insee, read_naf, read_siret
from shared.errors import Invalid
from tests.unit.visits.territory import SIRET


def sirets() -> st.SearchStrategy[str]:
    """Numbers that follow the rule: a SIREN, then an establishment's four digits and the check digit of the whole."""
    digits = st.text("0123456789", min_size=8, max_size=8).filter(
        lambda eight: eight.strip("0") and eight != "35600000"
    )
    sirens = digits.map(lambda eight: eight + luhn.calc_check_digit(eight))
    return st.tuples(sirens, st.text("0123456789", min_size=4, max_size=4)).map(
        lambda parts: "".join(parts) + luhn.calc_check_digit("".join(parts))
    )


@given(sirets(), st.sampled_from([" ", "\u00a0", "\u202f", ".", ""]))
def test_any_right_siret_is_read_whatever_separates_its_groups(siret: str, space: str) -> None:
    """Groups of three and five digits, as people write and paste them."""
    assert read_siret(f" {siret[:3]}{space}{siret[3:6]}{space}{siret[6:9]}{space}{siret[9:]} ") == siret


@given(sirets(), st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(siret: str, position: int, shift: int) -> None:
    """The check digit catches every single slip of the finger."""
    wrong = f"{(int(siret[position]) + shift) % 10}"

    with pytest.raises(Invalid):
        read_siret(siret[:position] + wrong + siret[position + 1 :])


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_in_french(text: str) -> None:
    """Whatever is typed gives fourteen digits or a message: never another error."""
    with suppress(Invalid):
        read = read_siret(text)
        assert len(read) == 14
        assert read.isascii()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("732829320", "SIREN"),
        ("7328293200007", "en a 13"),
        ("732829320000741", "en a 15"),
        ("73282932O00074", "« O »"),
        ("٧٣٢٨٢٩٣٢٠٠٠٠٧٤", "que des chiffres"),
        ("73282932000079", "clé de contrôle"),
        ("00000000000000", "clé de contrôle"),
        ("  ", "vide"),
    ],
)
def test_a_wrong_siret_is_told_what_is_wrong(typed: str, words: str) -> None:
    """Length, letters and check digit have each their own message."""
    with pytest.raises(Invalid, match=words):
        read_siret(typed)


def test_la_poste_has_a_rule_of_its_own() -> None:
    """Its thousands of establishments follow the sum of digits, not Luhn's formula (INSEE)."""
    assert read_siret("356 000 000 09075") == "35600000009075"
    with pytest.raises(Invalid):
        read_siret("356 000 000 09076")


def test_the_siren_is_the_head_of_the_siret() -> None:
    """An establishment knows its enterprise, unless the firm is being created."""
    assert Establishment(siret=SIRET, name="A", commune="B").siren == "732829320"
    assert Establishment(name="A", commune="B").siren is None


def test_naf_and_insee_codes_are_written_one_way() -> None:
    """The point and the case that people forget are put back; Corsica's letters are digits to INSEE."""
    assert (read_naf("2652z"), read_naf("26.52Z")) == ("26.52Z", "26.52Z")
    assert (read_insee("2a004"), read_insee("90010")) == ("2A004", "90010")
