"""The bytes of an e-mail, read by Python's own parser: what was written is what is read, and nothing else."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.alerts.channels.mime import written

PRINTED = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), max_size=300)


def read(headers: dict[str, str], text: str = "", html: str = "") -> EmailMessage:
    """The message as a mail program has it."""
    return message_from_bytes(written(headers, text, html, "=_i"), policy=SMTP)


@settings(max_examples=40, deadline=None)
@given(subject=st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=80))
def test_a_subject_is_read_as_it_was_written(subject: str) -> None:
    """Accents, no-break spaces and signs of any alphabet, in as many encoded words as it takes; no other header appears."""
    email = read({"Subject": subject, "Content-Language": "fr"})
    assert email["Subject"].split() == subject.split()
    assert set(email) == {"Subject", "Content-Language", "MIME-Version", "Content-Type"}


@settings(max_examples=40, deadline=None)
@given(text=st.lists(PRINTED, max_size=6).map("\n".join), html=PRINTED)
def test_both_bodies_are_read_as_they_were_written(text: str, html: str) -> None:
    """Long lines, lines of one full stop, trailing blanks, an equals sign: none of them is lost on the way."""
    email = read({"Subject": "x"}, text, html)
    plain, rich = (part.get_content() for part in email.iter_parts())
    assert (plain.splitlines(), rich.splitlines()) == (text.splitlines() or [""], html.splitlines() or [""])


def test_the_lines_are_short_and_seven_bits_wide() -> None:
    """Every relay on the way takes them as they are."""
    mime = written({"Subject": "é" * 60}, "à" * 500, "<p>" + "ç" * 2000, "=_i")
    assert mime.isascii()
    assert max(map(len, mime.split(b"\r\n"))) <= 78
    assert b"\n" not in mime.replace(b"\r\n", b"")


@pytest.mark.parametrize("forged", ["x\r\nBcc: c@d", "x\ny", "x\ry", "x\x00", "x\u2028y", "y" * 1000])
def test_a_header_of_several_lines_is_refused(forged: str) -> None:
    """The last lock: a name cannot add a recipient."""
    with pytest.raises(ValueError, match="header"):
        written({"Subject": forged}, "", "", "=_i")
