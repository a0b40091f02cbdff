"""The objects of an import in the bucket: the file sent, its chunks, what is given back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from services.visits.importing.chunk import Chunk, from_bytes, to_bytes
from services.visits.importing.record import Import
from shared.objects import BucketClient, ObjectStat, UploadForm

LARGEST_FILE = 150_000_000
"""Bytes; a department of SIRENE has some fifty millions."""
UPLOAD_SECONDS, DOWNLOAD_SECONDS = 3600, 600
ANY_BYTES = "application/octet-stream"
"""The only type that the upload allows: what the file is shows in its bytes, not in what a browser says of it."""
CSV = "text/csv; charset=utf-8"
TYPES = {".csv": "text/csv", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@dataclass(frozen=True)
class ImportObjects:
    """The bucket of imports, import by import."""

    bucket: BucketClient

    def upload_form(self, subject: Import, back: str) -> UploadForm:
        """Lets a browser or a program send the file itself, for an hour."""
        return self.bucket.upload_form(
            _key(subject, "file"), ANY_BYTES, most_bytes=LARGEST_FILE, seconds=UPLOAD_SECONDS, back=back
        )

    def sent(self, subject: Import) -> ObjectStat | None:
        """What was sent, or None when nothing was yet."""
        return self.bucket.stat(_key(subject, "file"))

    def send(self, subject: Import, path: Path) -> None:
        """Sends a file of this machine, for operators."""
        self.bucket.put_file(_key(subject, "file"), path, ANY_BYTES)

    @contextmanager
    def open(self, subject: Import) -> Iterator[BinaryIO]:
        """The file, piece by piece; raises NotFound when it is there no more."""
        stream = self.bucket.open(_key(subject, "file"))
        try:
            yield stream
        finally:
            stream.close()

    def keep_chunk(self, subject: Import, number: int, chunk: Chunk) -> None:
        """Keeps a chunk, the same each time that the file is read."""
        self.bucket.put(_chunk_key(subject, number), to_bytes(chunk), "application/json")

    def chunk(self, subject: Import, number: int) -> Chunk:
        """A chunk; raises NotFound when it is there no more."""
        return from_bytes(self.bucket.get(_chunk_key(subject, number)))

    def keep_report(self, subject: Import, path: Path) -> None:
        """Keeps the list of what was refused and repaired."""
        self.bucket.put_file(_key(subject, "report.csv"), path, CSV)

    def keep_annotated(self, subject: Import, path: Path, suffix: str) -> None:
        """Keeps the file with its column of errors."""
        self.bucket.put_file(_key(subject, f"annotated{suffix}"), path, TYPES[suffix])

    def report_url(self, subject: Import) -> str:
        """Where to download the list of what was refused and repaired, for ten minutes."""
        return self._url(subject, "report.csv", "rapport-import.csv")

    def annotated_url(self, subject: Import) -> str:
        """Where to download the file with its column of errors, for ten minutes."""
        suffix = subject.file.annotated if subject.file else ""
        return self._url(subject, f"annotated{suffix}", f"fichier-avec-erreurs{suffix}")

    def _url(self, subject: Import, name: str, filename: str) -> str:
        return self.bucket.download_url(_key(subject, name), filename, seconds=DOWNLOAD_SECONDS)


def _chunk_key(subject: Import, number: int) -> str:
    return _key(subject, f"chunks/{number:04d}.json")


def _key(subject: Import, name: str) -> str:
    return f"{subject.territory_id}/{subject.id}/{name}"
