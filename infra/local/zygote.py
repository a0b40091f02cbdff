"""Forks a parent for each asset from a process that has the libraries loaded, and each function's process from its asset's.

Run as a script with `python -I`: neither the working directory nor this folder is importable, so `services` and `shared`
can only come from the function's asset. A parent loads a handler once, before it forks the first process of it: an import
needs neither the function's environment nor its time. Speaks length-prefixed JSON; ends when its starter goes away.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import json
import os
import signal
import socket
import struct
import sys
import time
import traceback
import uuid
from collections.abc import Iterator
from typing import Any

_LIBRARIES = (
    "aws_lambda_powertools.event_handler",
    "aws_lambda_powertools.event_handler.openapi",
    "aws_lambda_powertools.logging",
    "aws_lambda_powertools.metrics",
    "boto3",
    "boto3.dynamodb.types",
    "botocore.config",
    "email.mime.multipart",
    "jinja2",
    "pydantic",
    "time_machine",
)
_NO_CREDENTIALS = "none"
_CLIENTS = ("dynamodb", "events", "kms", "pinpoint-sms-voice-v2", "s3", "secretsmanager", "sesv2", "sqs")


class Channel:
    """Whole JSON messages over a stream socket."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection

    def send(self, message: Any) -> None:
        """Sends one message."""
        body = json.dumps(message).encode()
        self._socket.sendall(struct.pack(">I", len(body)) + body)

    def receive(self) -> Any:
        """The next message; raises EOFError when the other side is gone."""
        (size,) = struct.unpack(">I", self._exactly(4))
        return json.loads(self._exactly(size))

    def _exactly(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            part = self._socket.recv(size - len(parts))
            if not part:
                raise EOFError
            parts += part
        return bytes(parts)


class Context:
    """What Lambda hands to a handler besides the event."""

    def __init__(self, function: dict[str, Any], deadline: float) -> None:
        self.function_name = function["name"]
        self.function_version = "$LATEST"
        self.invoked_function_arn = function["arn"]
        self.memory_limit_in_mb = function["memory_mb"]
        self.aws_request_id = str(uuid.uuid4())
        self.log_group_name = f"/aws/lambda/{function['name']}"
        self.log_stream_name = "local"
        self.tenant_id = None
        self._deadline = deadline

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the time-out."""
        return max(0, int((self._deadline - time.monotonic()) * 1000))


def serve(control: socket.socket) -> None:
    """Passes each request, and the function's own socket that comes along, to the parent of its asset."""
    _load_libraries()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parents: dict[str, socket.socket] = {}
    for function, connection in _requests(control):
        with connection:
            try:
                _pass_on(function, connection, _parent(function, parents, control))
            except OSError:
                # What it loaded has ended it: a new parent tells the function's starter the same, or does better.
                parents.pop(function["asset"]).close()
                _pass_on(function, connection, _parent(function, parents, control))


def _requests(control: socket.socket) -> Iterator[tuple[dict[str, Any], socket.socket]]:
    """Each function that is asked for, with its own socket, until whoever asks goes away."""
    while True:
        mark, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not mark:
            return
        yield Channel(control).receive(), socket.socket(fileno=descriptors[0])


def _pass_on(function: dict[str, Any], connection: socket.socket, parent: socket.socket) -> None:
    socket.send_fds(parent, [b"+"], [connection.fileno()])
    Channel(parent).send(function)


def _parent(function: dict[str, Any], parents: dict[str, socket.socket], control: socket.socket) -> socket.socket:
    """The control socket of the parent of the function's asset, which is forked when there is none."""
    asset = function["asset"]
    if asset not in parents:
        parents[asset], theirs = socket.socketpair()
        with theirs:
            if os.fork() == 0:
                for inherited in (control, *parents.values()):
                    inherited.close()
                _be_parent(function, theirs)
    return parents[asset]


def _be_parent(function: dict[str, Any], control: socket.socket) -> None:
    """The life of an asset's parent; never returns."""
    try:
        _enter_asset(function)
        for wanted, connection in _requests(control):
            with connection:
                _load_ahead(wanted)
                if os.fork() == 0:
                    control.close()
                    _be_function(wanted, Channel(connection))
    finally:
        os._exit(0)


def _load_ahead(function: dict[str, Any]) -> None:
    """What cannot be loaded fails again in the function's own process, which tells how."""
    _write_to(function["log"])
    with contextlib.suppress(BaseException):
        _load_handler(function["handler"])


def _load_libraries() -> None:
    for name in _LIBRARIES:
        importlib.import_module(name)
    loaders = importlib.import_module("botocore.loaders")
    loaders.JSONFileLoader.load_file = functools.cache(loaders.JSONFileLoader.load_file)
    loader = loaders.JSONFileLoader()
    loaders.JSONFileLoader.load_file = _shared(loaders.JSONFileLoader.load_file, loader)
    session = importlib.import_module("boto3").Session(_NO_CREDENTIALS, _NO_CREDENTIALS, region_name="eu-west-3")
    for client in _CLIENTS:
        session.client(client)


def _shared(load: Any, loader: Any) -> Any:
    """Every client reads botocore's models from one cache that the forks inherit."""
    return lambda _self, path: load(loader, path)


def _be_function(function: dict[str, Any], channel: Channel) -> None:
    """The child's whole life; never returns."""
    try:
        _become(function)
        _answer_invocations(function, channel)
    except (EOFError, ConnectionError):
        pass
    finally:
        sys.stdout.flush()
        os._exit(0)


def _enter_asset(function: dict[str, Any]) -> None:
    """Nothing of the starter's environment is left, and the asset's modules can be imported."""
    os.environ.clear()
    sys.dont_write_bytecode = False
    sys.pycache_prefix = function["bytecode"]
    sys.path.insert(0, function["asset"])
    os.chdir(function["asset"])


def _become(function: dict[str, Any]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.update(function["environment"])
    _write_to(function["log"])


def _write_to(log: str) -> None:
    """Standard output and errors, from now on."""
    sys.stdout.flush()
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.close(file)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]


def _answer_invocations(function: dict[str, Any], channel: Channel) -> None:
    """Says its process id, then whether the handler could be loaded (Lambda's init phase), then answers for ever."""
    channel.send({"pid": os.getpid()})
    travel = _travel_to(None, function["offset_s"])
    loaded: list[Any] = []
    channel.send(_outcome(lambda: loaded.append(_load_handler(function["handler"]))))
    while True:
        invocation = channel.receive()
        travel = _travel_to(travel, invocation["offset_s"])
        context = Context(function, time.monotonic() + function["timeout_s"])
        channel.send(_outcome(functools.partial(loaded[0], invocation["event"], context)))


def _outcome(work: Any) -> dict[str, Any]:
    """What the work came to; this is the boundary that Lambda's runtime is, so it reports whatever happens."""
    try:
        return {"result": _jsonable(work())}
    except BaseException as error:  # noqa: BLE001 - see above
        traceback.print_exc()
        return {"error": {"errorType": type(error).__name__, "errorMessage": str(error)}}


def _jsonable(result: Any) -> Any:
    """What the runtime would send back; raises TypeError for what is not JSON."""
    return json.loads(json.dumps(result))


def _load_handler(dotted: str) -> Any:
    module, _, attribute = dotted.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


def _travel_to(travel: Any, offset_s: float) -> Any:
    """Moves this process to the system's time; 0 leaves the machine's."""
    time_machine = sys.modules["time_machine"]
    if travel is None:
        if not offset_s:
            return None
        travel = (time_machine.travel(time.time() + offset_s, tick=True).start(), offset_s)
        travel[0].time_ns()  # it starts to tick at its first reading
    traveller, before = travel
    traveller.shift(offset_s - before)
    return traveller, offset_s


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
