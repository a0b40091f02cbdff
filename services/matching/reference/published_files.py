"""The files of an official ROME release as users download them: a folder or a zip, compressed or not, in any encoding."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from operator import itemgetter
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile

from services.matching.reference.lines import decoded
from shared.errors import Invalid

LARGEST = 256_000_000
"""Bytes of one unpacked file; the largest of version 60 has 3 million."""
_NAME = re.compile(
    r"(?:unix_)?(?P<table>[a-z_]+?)(?:_v(?P<number>\d{1,4}))?(?:_utf8)?(?P<part>\.part)?\.csv(?:\.gz)?", re.IGNORECASE
)
_SEPARATORS = ",;\t|"


class _Entry(NamedTuple):
    table: str
    number: int
    partial: bool
    name: str


@dataclass(frozen=True)
class PublishedFile:
    """One table of a release."""

    name: str
    text: str

    def rows(self, needed: Sequence[str], optional: Sequence[str] = ()) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Each row's number (the header is 1) and tidied fields in the order asked; an absent optional column is "".

        Raises Invalid, saying which column is missing or which row is cut.
        """
        separator = max(_SEPARATORS, key=self.text.partition("\n")[0].count)
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=separator)
        try:
            header = [column.strip().lower() for column in next(reader, [])]
            pick = itemgetter(*self._positions(header, needed, optional), len(header))
            for number, row in enumerate(reader, start=2):
                if row:
                    yield number, tuple(tidied(field) for field in pick(self._whole(row, header, number))[:-1])
        except csv.Error as error:
            raise Invalid(f"{self.name} : fichier illisible, {error}.") from error

    def _positions(self, header: list[str], needed: Sequence[str], optional: Sequence[str]) -> list[int]:
        """Where each column stands; an absent optional one stands past the end, where a row has an empty field."""
        missing = [column for column in needed if column not in header]
        if missing:
            raise Invalid(f"{self.name} : colonne absente, {', '.join(missing)}. Ce n’est pas un fichier du ROME.")
        return [header.index(column) if column in header else len(header) for column in (*needed, *optional)]

    def _whole(self, row: list[str], header: list[str], number: int) -> list[str]:
        if len(row) != len(header):
            raise self.refused(number, f"{len(row)} champs au lieu de {len(header)}")
        return [*row, ""]

    def refused(self, number: int, why: str) -> Invalid:
        """The refusal of a row."""
        return Invalid(f"{self.name}, ligne {number} : {why}.")


@dataclass(frozen=True)
class PublishedFiles:
    """The tables of one version of the release."""

    version: str
    """Like `v460`; `v0` when the names of the files do not say."""
    digest: str
    """SHA-256 over the tables' names and unpacked bytes, in the order of their names: packing does not change it."""
    tables: Mapping[str, PublishedFile]


def read_files(path: Path, wanted: Collection[str]) -> PublishedFiles:
    """The wanted tables among a folder's or a zip's files, of the newest version there; raises Invalid."""
    if path.is_dir():
        files = sorted(file for depth in ("*.csv*", "*/*.csv*") for file in path.glob(depth))
        contents: Mapping[str, Path | ZipFile] = {str(file): file for file in files}
        return _read(contents, wanted, path)
    if not path.is_file():
        raise Invalid(f"{path} n’est ni un dossier ni un fichier zip.")
    try:
        with ZipFile(path) as archive:
            return _read(dict.fromkeys(archive.namelist(), archive), wanted, path)
    except (BadZipFile, RuntimeError, NotImplementedError) as error:
        raise Invalid(f"{path.name} n’est pas un zip lisible : téléchargez-le de nouveau.") from error


def _read(contents: Mapping[str, Path | ZipFile], wanted: Collection[str], path: Path) -> PublishedFiles:
    entries = [entry for name in contents if (entry := _entry(name)) and entry.table in wanted]
    if not entries:
        raise Invalid(
            f"{path} ne contient aucun fichier du ROME (unix_referentiel_code_rome_v….csv et les autres). "
            "Téléchargez « ROME 4.0, format CSV » sur data.gouv.fr et donnez l’archive ou le dossier décompressé."
        )
    newest = max(entry.number for entry in entries)
    # A whole table comes after its part, and so replaces it.
    chosen = {entry.table: entry for entry in sorted(entries, key=_wholeness) if entry.number == newest}
    unpacked = {table: _unpacked(contents[entry.name], entry.name) for table, entry in sorted(chosen.items())}
    digest = sha256(
        "".join(f"{table} {sha256(raw).hexdigest()}\n" for table, raw in unpacked.items()).encode()
    ).hexdigest()
    tables = {table: PublishedFile(_basename(chosen[table].name), decoded(raw)) for table, raw in unpacked.items()}
    return PublishedFiles(f"v{newest}", digest, tables)


def _entry(name: str) -> _Entry | None:
    found = _NAME.fullmatch(_basename(name))
    if not found:
        return None
    return _Entry(found["table"].lower(), int(found["number"] or 0), bool(found["part"]), name)


def _wholeness(entry: _Entry) -> tuple[bool, str]:
    return not entry.partial, entry.name


def _basename(name: str) -> str:
    return PurePosixPath(name).name


def _unpacked(place: Path | ZipFile, name: str) -> bytes:
    try:
        with place.open(name) if isinstance(place, ZipFile) else place.open("rb") as packed:
            plain = gzip.GzipFile(fileobj=packed) if name.lower().endswith(".gz") else packed
            content = bytes(plain.read(LARGEST + 1))
    except (OSError, EOFError, zlib.error) as error:
        raise Invalid(f"{_basename(name)} est abîmé : téléchargez-le de nouveau.") from error
    if len(content) > LARGEST:
        raise Invalid(f"{_basename(name)} dépasse {LARGEST // 1_000_000} Mo : ce n’est pas un fichier du ROME.")
    return content


def tidied(field: str) -> str:
    """A field without the apostrophes doubled as if for SQL, nor spaces and line ends that mean nothing."""
    return " ".join(field.replace("''", "'").split())
