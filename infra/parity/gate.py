"""What stands before MiniStack: the site's address, and the AWS endpoint of the functions, which also takes what leaves.

Two things are done here because MiniStack does not: texts (it has no End User Messaging) and reading the recipients of a
raw e-mail (it keeps those of the request only). Everything passes on unchanged.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from urllib3 import BaseHTTPResponse
from werkzeug.wrappers import Request

from infra.local.calls import Answer, Call, NotSigned, error_answer, read_call
from infra.local.sending import Sending

Ask = Callable[[str, str, Any, bytes], BaseHTTPResponse]
_LOG = logging.getLogger("vigie.parity")
_OK, _DENIED = 200, 403
_BETWEEN_TWO = {"connection", "content-length", "keep-alive", "transfer-encoding", "date", "server"}
_READING = ("Get", "BatchGet", "Query", "Scan", "List", "Describe", "Head", "Decrypt")


class Traffic:
    """Whether anybody is at work, as far as the calls to AWS tell."""

    def __init__(self) -> None:
        self.changes = 0
        """How many calls may have changed something."""
        self._lock = threading.Lock()
        self._passing = 0
        self._last = time.monotonic()

    @contextmanager
    def passing(self, call: Call) -> Iterator[None]:
        """While one call is under way."""
        with self._lock:
            self._passing += 1
            self.changes += not call.action.startswith(_READING)
        try:
            yield
        finally:
            with self._lock:
                self._passing -= 1
                self._last = time.monotonic()

    def quiet_s(self) -> float:
        """How long nothing has passed, in seconds."""
        with self._lock:
            return 0.0 if self._passing else time.monotonic() - self._last


class Endpoint:
    """A WSGI application that speaks AWS. `refusing` holds the (service, action) pairs that answer 503."""

    def __init__(self, sending: Sending) -> None:
        self.traffic = Traffic()
        self.refusing: set[tuple[str, str]] = set()
        self.ask: Ask | None = None
        self._sending = sending

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        try:
            call = read_call(environ)
        except NotSigned as error:
            return _send(error_answer("MissingAuthenticationToken", f"unsigned: {error}", 403), start_response)
        with self.traffic.passing(call):
            return _send(self._answer(call, environ), start_response)

    def _answer(self, call: Call, environ: dict[str, Any]) -> Answer:
        if (call.service, call.action) in self.refusing:
            return error_answer("ServiceUnavailable", "out of order on purpose", 503)
        if (call.service, call.action) == ("sms-voice", "SendTextMessage"):
            return self._sending.send_text_message(call)
        answer = forwarded(self.ask, environ)
        if answer.status == _DENIED:
            _LOG.warning("%s:%s %s", call.service, call.action, answer.body.decode(errors="replace"))
        if (call.service, call.action, answer.status) == ("ses", "SendEmail", _OK):
            return self._sending.send_email(call)
        return answer


class Site:
    """A WSGI application: our local pages, and the HTTP API that MiniStack serves under the host name of its own."""

    def __init__(self, local: Any) -> None:
        self.ask: Ask | None = None
        self.host = ""
        self._local = local

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith("/_local/"):
            return self._local(environ, start_response)  # type: ignore[no-any-return]
        return _send(forwarded(self.ask, environ, self.host), start_response)


def forwarded(ask: Ask | None, environ: dict[str, Any], host: str = "") -> Answer:
    """The answer to a request passed on as it came; `host` replaces the host it was sent to."""
    if ask is None:
        return error_answer("ServiceUnavailable", "not up yet", 503)
    request = Request(environ)
    headers = [(name, value) for name, value in request.headers if name.lower() not in _BETWEEN_TWO]
    headers = [(name, host if host and name == "Host" else value) for name, value in headers]
    headers.append(("X-Forwarded-Proto", "https"))  # as on AWS, where a queue's policy refuses anything else
    response = ask(request.method, environ["REQUEST_URI"], dict(headers), request.get_data())
    # The answer to a HEAD says the length of what it leaves out.
    dropped = _BETWEEN_TWO - {"content-length"} if request.method == "HEAD" else _BETWEEN_TWO
    kept = tuple((name, value) for name, value in response.headers.items() if name.lower() not in dropped)
    return Answer(response.status, response.data, kept)


def _send(answer: Answer, start_response: Any) -> Iterable[bytes]:
    sized = any(name.lower() == "content-length" for name, _ in answer.headers)
    headers = [*answer.headers, *([] if sized else [("Content-Length", str(len(answer.body)))])]
    start_response(f"{answer.status} -", headers)
    return [answer.body]
