"""The attachment: a document handed over by the enterprise, whose bytes must be what its type says."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Literal, NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.errors import Invalid

MEGABYTE = 1_000_000
MOST_BYTES = 10 * MEGABYTE
MOST_ATTACHMENTS = 10
"""Waiting or kept, on one visit."""

AttachmentState = Literal["pending", "kept", "removed"]
"""pending (a place is reserved, the file may come) → kept (its bytes were checked) → removed (the trace stays)."""


class Kind(NamedTuple):
    """A type of document that may be attached."""

    content_type: str
    label: str
    extension: str
    inside: str = ""
    """For the ones that are archives, the file that each of them holds."""


KINDS: Mapping[str, Kind] = {
    "pdf": Kind("application/pdf", "PDF", "pdf"),
    "jpeg": Kind("image/jpeg", "Photo JPEG", "jpg"),
    "png": Kind("image/png", "Image PNG", "png"),
    "webp": Kind("image/webp", "Image WebP", "webp"),
    "docx": Kind(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "Texte Word (.docx)",
        "docx",
        "word/document.xml",
    ),
    "xlsx": Kind(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "Tableur Excel (.xlsx)",
        "xlsx",
        "xl/workbook.xml",
    ),
    "odt": Kind("application/vnd.oasis.opendocument.text", "Texte OpenDocument (.odt)", "odt", "content.xml"),
}
"""By the name that forms and the API give them."""


class Attachment(BaseModel):
    """A document of a visit; `size` in bytes and `checked_at` are known once its content was checked."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    id: str
    territory_id: str
    visit_id: str
    title: str
    kind: str
    """A key of KINDS."""
    shared: bool
    """Whether the coordination reads it too; otherwise it stays with the structure."""
    state: AttachmentState = "pending"
    member_id: str
    begun_at: AwareDatetime
    size: int | None = None
    checked_at: AwareDatetime | None = None
    removed_by: str | None = None
    removed_at: AwareDatetime | None = None
    removal_reason: str | None = None

    @property
    def type(self) -> Kind:
        """What it was declared to be."""
        return KINDS[self.kind]

    @property
    def filename(self) -> str:
        """The name under which it is downloaded."""
        plain = "".join(letter if letter.isalnum() or letter in " -_" else " " for letter in self.title)
        return f"{' '.join(plain.split()) or 'piece'}.{self.type.extension}"

    @property
    def incoming_key(self) -> str:
        """Where the browser sends the file."""
        return f"incoming/{self._place}"

    @property
    def key(self) -> str:
        """Where the checked copy is kept: no form can write there."""
        return f"kept/{self._place}"

    @property
    def _place(self) -> str:
        return f"{self.territory_id}/{self.visit_id}/{self.id}"


def check_content(content: bytes, kind: Kind) -> None:
    """Raises Invalid unless the bytes are of the declared type; an office document with macros is refused too."""
    if not _begins_as(content, kind):
        raise Invalid(f"Ce fichier n’est pas au format annoncé ({kind.label}).", code="type-de-fichier")
    if kind.inside:
        _check_archive(content, kind)


def _begins_as(content: bytes, kind: Kind) -> bool:
    """The magic numbers: ISO 32000, JFIF, PNG and RIFF say them, an office document is a ZIP archive."""
    match kind.extension:
        case "pdf":
            return content.startswith(b"%PDF-")
        case "jpg":
            return content.startswith(b"\xff\xd8\xff")
        case "png":
            return content.startswith(b"\x89PNG\r\n\x1a\n")
        case "webp":
            return content.startswith(b"RIFF") and content[8:12] == b"WEBP"
        case _:
            return content.startswith(b"PK\x03\x04")


def _check_archive(content: bytes, kind: Kind) -> None:
    import zipfile  # noqa: PLC0415 - loaded with the first office document

    try:
        names = set(zipfile.ZipFile(io.BytesIO(content)).namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Invalid(f"Ce fichier ({kind.label}) est abîmé.", code="type-de-fichier") from error
    if kind.inside not in names:
        raise Invalid(f"Ce fichier n’est pas au format annoncé ({kind.label}).", code="type-de-fichier")
    if any(name.endswith("vbaProject.bin") for name in names):
        raise Invalid("Ce fichier contient des macros : enregistrez-le sans elles.", code="type-de-fichier")
