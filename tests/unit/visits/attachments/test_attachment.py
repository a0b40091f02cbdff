"""The bytes of an attachment against the type that was declared."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.visits.attachment import KINDS, Attachment, check_content
from shared.errors import Invalid
from tests.unit.visits.attachments.files import DOCX, GOOD, MACROS, PROGRAM, archive


@pytest.mark.parametrize("kind", KINDS)
def test_each_type_takes_its_own_files(kind: str) -> None:
    """A file of the declared type is taken."""
    check_content(GOOD[kind], KINDS[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_each_type_refuses_the_other_types(kind: str) -> None:
    """A file of any other type, or a program, is refused under this one."""
    for content in [PROGRAM, b"", *(content for other, content in GOOD.items() if other != kind)]:
        with pytest.raises(Invalid, match="format annoncé"):
            check_content(content, KINDS[kind])


def test_a_broken_archive_is_refused() -> None:
    """The first bytes are right, the rest is missing."""
    with pytest.raises(Invalid, match="abîmé"):
        check_content(DOCX[:40], KINDS["docx"])


def test_macros_are_refused() -> None:
    """A program in a document is still a program."""
    with pytest.raises(Invalid, match="macros"):
        check_content(MACROS, KINDS["docx"])


def test_an_archive_that_is_no_document_is_refused() -> None:
    """A ZIP of anything is not an office document."""
    with pytest.raises(Invalid, match="format annoncé"):
        check_content(archive("rib.txt"), KINDS["xlsx"])


@pytest.mark.parametrize(
    ("title", "name"),
    [("Plan de formation 2027", "Plan de formation 2027.pdf"), ("../é\\x\n", "é x.pdf"), ("…", "piece.pdf")],
)
def test_the_name_of_a_download_is_plain(title: str, name: str) -> None:
    """No path, no control character, and the extension of what was checked."""
    now = datetime(2026, 11, 27, 9, tzinfo=UTC)
    attachment = Attachment(
        id="a", territory_id="t", visit_id="v", title=title, kind="pdf", shared=False, member_id="m", begun_at=now
    )

    assert attachment.filename == name
