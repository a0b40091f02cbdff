"""Small files of each type that may be attached, and a few that may not."""

from __future__ import annotations

import io
import zipfile

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 "
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00"


def archive(*names: str) -> bytes:
    """A ZIP archive with a line in each of these files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        for name in names:
            made.writestr(name, "<xml/>")
    return content.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")
XLSX = archive("[Content_Types].xml", "xl/workbook.xml")
ODT = archive("mimetype", "content.xml")
MACROS = archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")
GOOD = {"pdf": PDF, "jpeg": JPEG, "png": PNG, "webp": WEBP, "docx": DOCX, "xlsx": XLSX, "odt": ODT}
