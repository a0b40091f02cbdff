"""Reads the official ROME release as users download it, whatever shape that month's files are in.

The files are CSV with commas or semicolons, fields quoted or not, sometimes over several lines, apostrophes doubled as
if for SQL, and at times in Latin-1 under a name that says `utf8`. Compressed (`.gz`) or not. Columns are found by name.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from services.visits.occupations import CODE, Occupation
from shared.errors import Invalid

FILES = ("*referentiel_code_rome*.csv", "*cr_gd_dp*.csv")
"""Where codes and titles stand, the better source first."""
CODE_COLUMN = "code_rome"
TITLE_COLUMN = "libelle_rome"
SEPARATORS = ",;\t|"
ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")
LONGEST_TITLE = 200
_SPACES = re.compile(r"\s+")


def read_release(folder: Path) -> list[Occupation]:
    """The métiers of the release unpacked in this folder; raises Invalid, saying which file and line is wrong."""
    file = _find(folder)
    rows = read_rows(_content(file), file.name, (CODE_COLUMN, TITLE_COLUMN))
    found = {occupation.code: occupation for occupation in (_occupation(row, file.name) for row in rows)}
    if not found:
        raise Invalid(f"{file.name} ne contient aucun métier.")
    return [found[code] for code in sorted(found)]


def read_rows(content: bytes, name: str, columns: Sequence[str]) -> Iterator[dict[str, str]]:
    """The rows of a file of the release by column; raises Invalid when a column is missing."""
    text = _decoded(content)
    header = text.partition("\n")[0]
    separator = max(SEPARATORS, key=header.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        raise Invalid(f"{name} : colonne absente, {', '.join(missing)}. Ce n’est pas un fichier du ROME 4.0.")
    for row in reader:
        yield {column: _tidy(row[column] or "") for column in columns}


def _find(folder: Path) -> Path:
    if not folder.is_dir():
        raise Invalid(f"{folder} n’est pas un dossier.")
    for pattern in FILES:
        found = sorted((*folder.glob(pattern), *folder.glob(f"{pattern}.gz")))
        if found:
            return found[-1]
    raise Invalid(
        f"{folder} ne contient pas le référentiel des codes ROME (unix_referentiel_code_rome_v….csv). "
        "Téléchargez « ROME 4.0, format CSV » sur data.gouv.fr et décompressez l’archive dans ce dossier."
    )


def _content(file: Path) -> bytes:
    content = file.read_bytes()
    if file.suffix != ".gz":
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise Invalid(f"{file.name} est abîmé : téléchargez-le de nouveau.") from error


def _decoded(content: bytes) -> str:
    """As UTF-8 if it can be, else as Windows writes French; the last encoding reads any byte."""
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 reads any byte")


def _tidy(field: str) -> str:
    return _SPACES.sub(" ", field.replace("''", "'")).strip()


def _occupation(row: dict[str, str], name: str) -> Occupation:
    code, title = row[CODE_COLUMN].upper(), row[TITLE_COLUMN]
    if not CODE.fullmatch(code) or not title or len(title) > LONGEST_TITLE:
        raise Invalid(f"{name} : métier illisible, code « {code[:20]} », intitulé « {title[:60]} ».")
    return Occupation(code, title)
