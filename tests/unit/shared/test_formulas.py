"""What a spreadsheet would run is shown instead, and says the same when it comes back."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from shared.formulas import guarded, unguarded

CELLS = st.text(st.sampled_from("=+-@＝－\t\r\n \u00a0\ufeff'a1"), max_size=6) | st.text(max_size=20)


@given(CELLS)
def test_no_guarded_cell_begins_a_formula(text: str) -> None:
    """Neither as it stands, nor trimmed, nor with full-width letters made narrow."""
    shown = unicodedata.normalize("NFKC", guarded(text).strip().strip("\u200b\ufeff").strip())
    assert not shown.startswith(("=", "+", "-", "@"))


@given(CELLS)
def test_a_guarded_cell_comes_back(text: str) -> None:
    """A file that is corrected and imported again says what it said."""
    assert unguarded(guarded(text)) == text or guarded(text) == text


def test_plain_text_is_left_alone() -> None:
    """Also an apostrophe that somebody typed."""
    for text in ("", "Héricourt", "'t Hof", "1 + 1", "a=b", "03 81 00 00 00"):
        assert (guarded(text), unguarded(text)) == (text, text)
