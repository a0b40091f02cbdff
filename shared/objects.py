"""One narrow seam to a bucket: what services may ask of it; its fake stands beside it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from hashlib import md5
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol
from urllib.parse import quote, urlsplit

from shared.errors import NotFound


class ObjectStat(NamedTuple):
    """What is known of an object without reading it; `size` in bytes."""

    size: int
    content_type: str
    etag: str


class UploadForm(NamedTuple):
    """Where a browser posts a file by itself: multipart to `url`, these fields first, in order, then `file`."""

    url: str
    fields: Mapping[str, str]

    @property
    def origin(self) -> str:
        """What the page's `form_targets` must allow."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


class BucketClient(Protocol):
    """What a store may do with its bucket. Each call raises Unavailable when the bucket does not answer."""

    def put(self, key: str, content: bytes, content_type: str) -> None:
        """Writes the whole object."""
        ...

    def put_file(self, key: str, path: Path, content_type: str) -> None:
        """Writes a file as one object, without holding it in memory."""
        ...

    def get(self, key: str) -> bytes:
        """The whole object; raises NotFound."""
        ...

    def open(self, key: str) -> BinaryIO:
        """The object to read piece by piece, then to close; raises NotFound."""
        ...

    def stat(self, key: str) -> ObjectStat | None:
        """What the object is, or None when there is none."""
        ...

    def delete(self, key: str) -> None:
        """Deletes the object; does nothing when there is none."""
        ...

    def upload_form(self, key: str, content_type: str, *, most_bytes: int, seconds: int, back: str) -> UploadForm:
        """Lets a browser write this key, of this type and 1 to `most_bytes` bytes, within `seconds`, then go `back`."""
        ...

    def download_url(self, key: str, filename: str, *, seconds: int) -> str:
        """An address that gives the object to whoever has it, within `seconds`, to be saved under this name."""
        ...


def not_found() -> NotFound:
    """The refusal of a key that has no object."""
    return NotFound("Ce fichier n’existe pas, ou n’existe plus.")


def attachment(filename: str) -> str:
    """Content-Disposition (RFC 6266) that saves under this name, accents included."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"


class MemoryBucket:
    """The fake: a bucket in memory, for tests. `objects` maps keys to (content, content type)."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, str]] = {}

    def put(self, key: str, content: bytes, content_type: str) -> None:
        self.objects[key] = (content, content_type)

    def put_file(self, key: str, path: Path, content_type: str) -> None:
        self.put(key, path.read_bytes(), content_type)

    def get(self, key: str) -> bytes:
        if key not in self.objects:
            raise not_found()
        return self.objects[key][0]

    def open(self, key: str) -> BinaryIO:
        return io.BytesIO(self.get(key))

    def stat(self, key: str) -> ObjectStat | None:
        if key not in self.objects:
            return None
        content, content_type = self.objects[key]
        return ObjectStat(len(content), content_type, md5(content, usedforsecurity=False).hexdigest())

    def delete(self, key: str) -> None:
        self.objects.pop(key, None)

    def upload_form(self, key: str, content_type: str, *, most_bytes: int, seconds: int, back: str) -> UploadForm:
        limits = {"most": str(most_bytes), "seconds": str(seconds), "success_action_redirect": back}
        return UploadForm("https://bucket.example/", {"key": key, "Content-Type": content_type, **limits})

    def receive(self, form: UploadForm, content: bytes) -> bool:
        """What the bucket does when a browser posts the form: whether its policy let the file in."""
        fits = 0 < len(content) <= int(form.fields["most"])
        if fits:
            self.put(form.fields["key"], content, form.fields["Content-Type"])
        return fits

    def download_url(self, key: str, filename: str, *, seconds: int) -> str:
        return f"https://bucket.example/{quote(key)}?{quote(attachment(filename))}&seconds={seconds}"
