"""An AWS call as it arrives over HTTP: which service and action, made by whom, with what."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, unquote

_REST_ACTIONS = (
    ("ses", "POST", re.compile(r"/v2/email/outbound-emails/?"), "SendEmail"),
    ("lambda", "POST", re.compile(r"/2015-03-31/functions/[^/]+/invocations"), "InvokeFunction"),
    ("scheduler", "POST", re.compile(r"/schedules/[^/]+"), "CreateSchedule"),
    ("scheduler", "PUT", re.compile(r"/schedules/[^/]+"), "UpdateSchedule"),
    ("scheduler", "DELETE", re.compile(r"/schedules/[^/]+"), "DeleteSchedule"),
    ("scheduler", "GET", re.compile(r"/schedules/[^/]+"), "GetSchedule"),
    ("s3", "GET", re.compile(r"/[^/]+/?"), "ListBucket"),
    ("s3", "HEAD", re.compile(r"/[^/]+/?"), "ListBucket"),
    ("s3", "GET", re.compile(r"/[^/]+/.+"), "GetObject"),
    ("s3", "HEAD", re.compile(r"/[^/]+/.+"), "GetObject"),
    ("s3", "PUT", re.compile(r"/[^/]+/.+"), "PutObject"),
    ("s3", "POST", re.compile(r"/[^/]+/.+"), "PutObject"),
    ("s3", "FORM", re.compile(r"/[^/]+/?"), "PostObject"),
    ("s3", "DELETE", re.compile(r"/[^/]+/.+"), "DeleteObject"),
)
_FORM_CREDENTIAL = re.compile(rb'name="x-amz-credential"\r\n\r\n([^\r]+)', re.IGNORECASE)
"""In a form that a function signed for a browser."""
_SIGNED = re.compile(r"Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
_SUCCESS = 2
"""The first digit of a status."""
_CHECKED_AS = {
    "SendMessageBatch": ("sqs:SendMessage",),
    "PostObject": ("s3:PutObject",),
    "GetObject": ("s3:GetObject", "s3:ListBucket"),
}
"""The permissions of calls that are not named like them; who reads an object may also be told that it is missing."""
_IAM_PREFIX = {"monitoring": "cloudwatch", "email": "ses"}


class NotSigned(Exception):
    """A request without AWS's signature: not for this endpoint."""


@dataclass(frozen=True)
class Call:
    """One request to the AWS endpoint; `service` is the signing name."""

    service: str
    action: str
    caller: str
    """The access key id: which function, or who else."""
    method: str
    path: str
    body: bytes
    query: str = ""

    @cached_property
    def request(self) -> dict[str, Any]:
        """The JSON body; empty when there is none."""
        return dict(json.loads(self.body)) if self.body else {}

    def permissions(self) -> Iterator[str]:
        """The IAM actions that AWS would ask for, `service:Action`."""
        service = _IAM_PREFIX.get(self.service, self.service)
        if self.action in ("TransactWriteItems", "TransactGetItems"):
            yield from sorted({_transaction_permission(item) for item in self.request["TransactItems"]})
        elif self.action in _CHECKED_AS:
            yield from _CHECKED_AS[self.action]
        elif service == "ses" and "Raw" in self.request.get("Content", {}):
            yield "ses:SendRawEmail"
        else:
            yield f"{service}:{self.action}"


def read_call(environ: dict[str, Any]) -> Call:
    """Reads the whole request; the body is put back for whoever reads next. Raises NotSigned."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    posted = _FORM_CREDENTIAL.search(body) if environ.get("CONTENT_TYPE", "").startswith("multipart/") else None
    signed = _SIGNED.search(f"Credential={posted[1].decode()}" if posted else _signature(environ))
    if signed is None:
        raise NotSigned(environ.get("PATH_INFO", ""))
    method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "/").encode("latin-1").decode()
    service = signed[3]
    action = _action(service, "FORM" if posted else method, path, environ.get("HTTP_X_AMZ_TARGET", ""), body)
    return Call(service, action, signed[1], method, path, body, environ.get("QUERY_STRING", ""))


def _signature(environ: dict[str, Any]) -> str:
    """A program signs in a header; a browser follows an address that carries the signature."""
    return str(environ.get("HTTP_AUTHORIZATION") or unquote(environ.get("QUERY_STRING", "")))


def _action(service: str, method: str, path: str, target: str, body: bytes) -> str:
    if target:
        return target.rsplit(".", 1)[-1]
    for rest_service, rest_method, pattern, action in _REST_ACTIONS:
        if (service, method) == (rest_service, rest_method) and pattern.fullmatch(path):
            return action
    if body.startswith(b"Action="):
        return parse_qs(body.decode())["Action"][0]
    return f"{method} {path}"


def _transaction_permission(item: dict[str, Any]) -> str:
    names = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "Get": "GetItem"}
    (kind,) = item
    return f"dynamodb:{names.get(kind, 'ConditionCheckItem')}"


@dataclass(frozen=True)
class Answer:
    """What goes back over HTTP."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def succeeded(self) -> bool:
        """Whether the call did what it was asked."""
        return self.status // 100 == _SUCCESS


def json_answer(value: Any, status: int = 200) -> Answer:
    """A JSON protocol answer."""
    return Answer(status, json.dumps(value).encode(), (("Content-Type", "application/x-amz-json-1.0"),))


def error_answer(code: str, message: str, status: int = 400) -> Answer:
    """An AWS error, as every JSON protocol reads it."""
    body = json.dumps({"__type": code, "message": message}).encode()
    headers = (("Content-Type", "application/x-amz-json-1.0"), ("X-Amzn-Errortype", code))
    return Answer(status, body, headers)
