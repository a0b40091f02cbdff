"""The AWS endpoint: every call passes one lock, our own services answer first, moto the rest, and what changed is kept."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from infra.local import queues
from infra.local.arns import last_part
from infra.local.calls import Answer, Call, NotSigned, error_answer, read_call
from infra.local.cloud import Cloud
from infra.local.journal import Change
from infra.local.uploads import is_over, refusal

Own = Callable[[Call], Answer]
Watcher = Callable[[str, Call, Answer, Sequence[Change]], None]
"""Looks on at each call: the function that made it (or nothing), its answer, the items that it wrote; for measures."""
_TABLE_WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}
_TABLE_READS = {"GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems", "DescribeTable"}
_LONGEST_POLL_S = 20
_BATCH_WRITES = 25
_TOKENS_KEPT = 1000
"""Transactions whose token is remembered; DynamoDB does so for ten minutes."""


class Endpoint:
    """A WSGI application that speaks AWS. `own` maps (service, action) to what is answered without moto."""

    def __init__(self, cloud: Cloud) -> None:
        self.own: dict[tuple[str, str], Own] = {}
        self.refusing: set[tuple[str, str]] = set()
        """(service, action) that answer 503: an outage for tests."""
        self.watchers: list[Watcher] = []
        self._world = cloud.world
        self._clock = cloud.clock
        self._tables = cloud.tables
        self._buckets = cloud.buckets
        self._secrets = cloud.secrets
        self._messages = cloud.messages
        self._ledger = cloud.ledger
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._done: OrderedDict[str, tuple[bytes, Answer]] = OrderedDict()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        try:
            call = read_call(environ)
        except NotSigned as error:
            answer = error_answer("MissingAuthenticationToken", f"unsigned request: {error}", 403)
        else:
            answer = self._answer(call, environ)
        start_response(f"{answer.status} -", _headers(environ["REQUEST_METHOD"], answer))
        return [answer.body]

    def _answer(self, call: Call, environ: dict[str, Any]) -> Answer:
        self._ledger.note(call)
        if (call.service, call.action) in self.refusing:
            return error_answer("ServiceUnavailable", "out of order on purpose", 503)
        reading = call.service == "dynamodb" and call.action in _TABLE_READS
        with self._world.lock if reading else self._world.changing():
            answer, changes = self._perform(call, environ)
        for watch in self.watchers:
            watch(self._ledger.name_of(call.caller), call, answer, changes)
        return answer

    def _perform(self, call: Call, environ: dict[str, Any]) -> tuple[Answer, Sequence[Change]]:
        if own := self.own.get((call.service, call.action)):
            return own(call), ()
        if is_over(call.query, self._clock.now()):
            return refusal("Request has expired"), ()
        if call.service == "dynamodb" and call.action in _TABLE_WRITES:
            return self._write_items(call, environ)
        if call.action == "ReceiveMessage":
            self._wait_for_message(call, environ)
        answer = self._through_moto(environ)
        if answer.succeeded:
            self._buckets.after(call)
            self._secrets.after(call)
            self._messages.after(call)
        return answer, ()

    def _write_items(self, call: Call, environ: dict[str, Any]) -> tuple[Answer, Sequence[Change]]:
        token = str(call.request.get("ClientRequestToken", ""))
        if token in self._done:
            body, answer = self._done[token]
            mismatch = error_answer("IdempotentParameterMismatchException", "token used before")
            return answer if body == call.body else mismatch, ()
        if refusal := _refused(call):
            return refusal, ()
        touched = self._tables.before(call.action, call.request)
        answer = self._through_moto(environ)
        changes = self._tables.after(touched, answer.succeeded)
        if token and answer.succeeded:
            self._done[token] = (call.body, answer)
            while len(self._done) > _TOKENS_KEPT:
                self._done.popitem(last=False)
        return answer, changes

    def _wait_for_message(self, call: Call, environ: dict[str, Any]) -> None:
        """Long polling without holding the lock: moto itself is then asked with no wait."""
        seconds = min(int(call.request.get("WaitTimeSeconds", 0)), _LONGEST_POLL_S)
        url = call.request.get("QueueUrl", "")
        if seconds and queues.exists(last_part(url)):
            self._world.wait_for(lambda: queues.has_visible(last_part(url)), seconds)
        body = json.dumps(call.request | {"WaitTimeSeconds": 0}).encode()
        _replace_body(environ, body)

    def _through_moto(self, environ: dict[str, Any]) -> Answer:
        head: list[Any] = []
        body = b"".join(self._moto(environ, lambda status, headers, *_: head.extend((status, headers))))
        return Answer(int(head[0].split()[0]), body, tuple(head[1]))


def _headers(method: str, answer: Answer) -> list[tuple[str, str]]:
    """The answer to a HEAD says the length of what it leaves out."""
    headers = [(name, value) for name, value in answer.headers if name.lower() != "content-length"]
    if method == "HEAD" and len(headers) < len(answer.headers):
        return list(answer.headers)
    return [*headers, ("Content-Length", str(len(answer.body)))]


def _replace_body(environ: dict[str, Any], body: bytes) -> None:
    environ["wsgi.input"].seek(0)
    environ["wsgi.input"].truncate()
    environ["wsgi.input"].write(body)
    environ["wsgi.input"].seek(0)
    environ["CONTENT_LENGTH"] = str(len(body))


def _refused(call: Call) -> Answer | None:
    """What DynamoDB refuses and moto takes."""
    writes = sum(len(writes) for writes in call.request.get("RequestItems", {}).values())
    if writes > _BATCH_WRITES:
        return error_answer("ValidationException", "Too many items requested for the BatchWriteItem call")
    return None


class QuickHandler(MotoRequestHandler):
    """Keeps connections open, sends at once and writes no access log."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: the functions' own logs tell."""


class PortTaken(OSError):
    """Something else listens there; the text is for people."""


class Listener:
    """A threaded HTTP server on the loopback; port 0 takes any free one."""

    def __init__(self, application: Any, port: int, handler: type[WSGIRequestHandler] = QuickHandler) -> None:
        try:
            self._server: BaseWSGIServer = make_server(
                "127.0.0.1", port, application, threaded=True, request_handler=handler
            )
        except SystemExit:
            raise PortTaken(f"le port {port} est déjà pris, peut-être par un autre « make run »") from None
        self._server.daemon_threads = True  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._server.serve_forever, name="http", daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_port)

    def start(self) -> None:
        """Starts to answer."""
        self._thread.start()

    def close(self) -> None:
        """Stops listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
