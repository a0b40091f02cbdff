"""French spacing at the exit of every page."""

from __future__ import annotations

import pytest

from shared.web.typography import spaced

WIDE, THIN = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("typed", "leaves"),
    [
        ("Jamais son nom : « gérante ».", f"Jamais son nom{WIDE}: «{WIDE}gérante{WIDE}»."),
        ("<h1>Urgent ?</h1>", f"<h1>Urgent{THIN}?</h1>"),
        ("écartée ; close !", f"écartée{THIN}; close{THIN}!"),
        ("« Close ? »", f"«{WIDE}Close{THIN}?{WIDE}»"),
        ("<dt>Lieu :</dt>", f"<dt>Lieu{WIDE}:</dt>"),
    ],
)
def test_punctuation_stays_with_its_word(typed: str, leaves: str) -> None:
    """No line can begin with a double sign, nor end with an opening one."""
    assert spaced(typed) == leaves


@pytest.mark.parametrize(
    "markup",
    [
        '<a href="/alertes?etat=closes&amp;suite=x">',
        '<p style="margin:0 0 12px; color:#fff">',
        "<!doctype html>\n<!-- note -->",
        "Vigie : déjà fait".replace(" :", f"{WIDE}:"),
    ],
)
def test_markup_and_what_is_right_already_are_left_alone(markup: str) -> None:
    """Addresses, attributes and spaces that are already no-break ones pass as they are."""
    assert spaced(markup) == markup
