"""What a browser does with a form that a function signed: it posts the fields, then the file."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from shared.aws.buckets import S3Bucket
from shared.objects import UploadForm

BUCKET = "files-123456789012"
BACK = "http://localhost:8600/imports/1?suite=oui"


class Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: the tests look at it."""

    def redirect_request(self, *_: Any) -> None:
        """None: the answer itself is what counts."""


def form_for(bucket: S3Bucket, key: str = "imports/été.csv", most_bytes: int = 20) -> UploadForm:
    return bucket.upload_form(key, "text/csv", most_bytes=most_bytes, seconds=600, back=BACK)


def post(form: UploadForm, content: bytes, changed: Mapping[str, str] | None = None) -> tuple[int, str]:
    """What the browser is answered: the status, and where it is sent."""
    fields = {**form.fields, **(changed or {})}
    parts = [f'--XX\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items()]
    head = '--XX\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n'
    body = "".join(parts).encode() + head.encode() + content + b"\r\n--XX--\r\n"
    request = urllib.request.Request(form.url, body, {"Content-Type": "multipart/form-data; boundary=XX"})  # noqa: S310
    try:
        urllib.request.build_opener(Stay).open(request)
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers.get("Location", "")
    return 200, ""
