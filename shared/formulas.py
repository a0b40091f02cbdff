"""Cells that no spreadsheet takes for a formula, in every file that is given out for one."""

from __future__ import annotations

# The last four are full-width: some spreadsheets read them alike.
_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_LEADING = ("\t", "\r", "\n", "\0")


def guarded(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would run (OWASP ASVS 1.2.10): it is shown, never computed."""
    return f"'{text}" if _is_formula(text) else text


def unguarded(text: str) -> str:
    """The inverse of `guarded`: what a cell said before it was given out, when it comes back."""
    return text[1:] if text.startswith("'") and _is_formula(text[1:]) else text


def _is_formula(text: str) -> bool:
    """Spaces, marks of byte order and the like before a formula do not stop a spreadsheet."""
    return text.startswith(_LEADING) or text.strip(" \u00a0\u200b\ufeff").startswith(_STARTS)
