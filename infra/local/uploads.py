"""What a function signed for a browser: a form that writes one object, an address that reads one, both for a time.

moto would take any form at any time. The policy is checked as S3 does; the signatures are not, like everywhere here.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit
from xml.sax.saxutils import escape

from moto.s3.models import s3_backends
from werkzeug.formparser import MultiPartParser

from infra.local.arns import ACCOUNT
from infra.local.calls import Answer, Call
from infra.local.clock import Clock
from infra.local.objects import BucketJournal

_UNCONDITIONAL = {"policy", "x-amz-signature", "file"}
_SIZE = "content-length-range"
_COMPARED = 3
"""The parts of a condition that is written as a list: how, what, with what."""


class Uploads:
    """Answers the forms. Call with the world's lock held."""

    def __init__(self, clock: Clock, buckets: BucketJournal) -> None:
        self._clock = clock
        self._buckets = buckets

    def accept(self, call: Call) -> Answer:
        """Writes the posted file when the form's policy allows it, and sends the browser on."""
        fields, content = _posted(call.body)
        policy = json.loads(base64.b64decode(fields.get("policy", "e30=")))
        bucket = call.path.strip("/")
        wrong = next(_broken(policy, {**fields, "bucket": bucket}, len(content), self._clock.now()), None)
        if wrong is not None:
            return refusal(wrong)
        made = s3_backends[ACCOUNT]["aws"].put_object(bucket, fields["key"], content)
        made.set_metadata({"Content-Type": fields.get("Content-Type", "binary/octet-stream")}, replace=True)
        self._buckets.keep(bucket, fields["key"])
        return _sent_on(fields, bucket, hashlib.md5(content, usedforsecurity=False).hexdigest())


def is_over(query: str, now: datetime) -> bool:
    """Whether the request carries a signature in its address whose time is over."""
    given = {name: values[0] for name, values in parse_qs(query).items()}
    if "X-Amz-Expires" not in given:
        return False
    signed_at = datetime.strptime(given["X-Amz-Date"], "%Y%m%dT%H%M%S%z")
    return now > signed_at + timedelta(seconds=int(given["X-Amz-Expires"]))


def refusal(why: str) -> Answer:
    """S3's answer to what is not allowed."""
    body = f"<Error><Code>AccessDenied</Code><Message>{escape(why)}</Message></Error>"
    return Answer(403, body.encode(), (("Content-Type", "application/xml"),))


def _posted(body: bytes) -> tuple[dict[str, str], bytes]:
    """The form's fields and the file; the first line of the body is what separates its parts."""
    boundary = body[2 : body.index(b"\r\n")]
    fields, files = MultiPartParser().parse(io.BytesIO(body), boundary, len(body))
    return fields.to_dict(), files["file"].read() if "file" in files else b""


def _broken(policy: Mapping[str, Any], fields: Mapping[str, str], size: int, now: datetime) -> Iterator[str]:
    """What the form does that its policy does not allow."""
    if not policy or now > datetime.fromisoformat(policy["expiration"]):
        yield "Invalid according to Policy: Policy expired."
        return
    conditions = [_condition(each) for each in policy["conditions"]]
    for kind, name, value in conditions:
        if kind == _SIZE and not int(name) <= size <= int(value):
            yield "Your proposed upload is outside the range that the policy allows"
        if kind == "eq" and fields.get(name) != value:
            yield f"Invalid according to Policy: Policy Condition failed: {name}"
    for name in fields.keys() - _UNCONDITIONAL - {name for _, name, _ in conditions}:
        yield f"Invalid according to Policy: Extra input fields: {name}"


def _condition(written: Any) -> tuple[str, str, str]:
    """(kind, field, value) of both ways to write one."""
    if isinstance(written, list) and len(written) == _COMPARED:
        kind, name, value = map(str, written)
        return kind, name.removeprefix("$"), value
    ((name, value),) = written.items()
    return "eq", name, value


def _sent_on(fields: Mapping[str, str], bucket: str, etag: str) -> Answer:
    """303 to where the form said, with what was written; 204 where it said nothing."""
    back = urlsplit(fields.get("success_action_redirect", ""))
    if not back.scheme:
        return Answer(204, b"")
    told = urlencode({"bucket": bucket, "key": fields["key"], "etag": f'"{etag}"'})
    query = "&".join(filter(None, (back.query, told)))
    return Answer(303, b"", (("Location", urlunsplit(back._replace(query=query))),))
