"""The functions: each runs from its asset in processes of its own, with its own environment, memory and time-out."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.arns import arn
from infra.local.clock import Clock
from infra.local.locking import World
from infra.local.zygote import Channel

_LOG = logging.getLogger(__name__)
LOGS = "logs"
ZYGOTE = Path(__file__).with_name("zygote.py")
PAYLOAD_BYTES = 6_291_556
"""Lambda's limit for a synchronous invocation, both ways."""
_ERRORS_KEPT = 1000
_BIRTH_S = 300.0
"""The first process of an asset waits for its libraries and its modules to be loaded, on a machine that may be busy."""
_INIT_S = 30.0
"""Lambda gives the init phase ten seconds of a machine that is the function's alone."""


@dataclass(frozen=True)
class FunctionSpec:
    """A Lambda function as the template describes it."""

    name: str
    asset: Path
    handler: str
    environment: dict[str, str]
    timeout_s: int
    memory_mb: int
    concurrency: int = 2
    dead_queue: str = ""

    @property
    def arn(self) -> str:
        """The function's ARN."""
        return arn("lambda", f"function:{self.name}")


@dataclass(frozen=True)
class Outcome:
    """What an invocation came to: a result, or an error with its type and message."""

    result: Any = None
    error: str = ""


class InitFailed(Exception):
    """The handler could not be loaded; the text is its error."""


class _Child:
    """One process of one function."""

    def __init__(self, channel: Channel, connection: socket.socket, pid: int) -> None:
        self.channel = channel
        self.connection = connection
        self.pid = pid

    def kill(self) -> None:
        self.connection.close()
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


def _born(channel: Channel, connection: socket.socket) -> _Child:
    """The process at the other end, once it has loaded its handler; raises InitFailed."""
    connection.settimeout(_BIRTH_S)
    try:
        child = _Child(channel, connection, channel.receive()["pid"])
    except (EOFError, OSError) as error:
        connection.close()
        raise InitFailed(_ended(error)) from None
    connection.settimeout(_INIT_S)
    try:
        failure = channel.receive().get("error")
    except (EOFError, OSError) as error:
        child.kill()
        raise InitFailed(_ended(error)) from None
    if failure:
        child.kill()
        raise InitFailed(f"{failure['errorType']}: {failure['errorMessage']}")
    return child


def _ended(error: Exception) -> str:
    return f"Runtime.ExitError: init ended with {type(error).__name__}"


class Nursery:
    """Starts the forking process when a first child is wanted, and asks it for children; serves one system after another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    def child(self, spec: FunctionSpec, folder: Path, offset_s: float) -> _Child:
        """A fresh process with the handler loaded, which logs into the folder; raises InitFailed."""
        ours, theirs = socket.socketpair()
        request = {
            "name": spec.name,
            "arn": spec.arn,
            "asset": str(spec.asset),
            "handler": spec.handler,
            "environment": spec.environment,
            "timeout_s": spec.timeout_s,
            "offset_s": offset_s,
            "memory_mb": spec.memory_mb,
            "log": str(folder / LOGS / f"{spec.name}.log"),
            "bytecode": str(folder / "bytecode"),
        }
        channel = Channel(ours)
        with self._lock, theirs:
            control = self._started()
            socket.send_fds(control, [b"+"], [theirs.fileno()])
            Channel(control).send(request)
        return _born(channel, ours)

    def close(self) -> None:
        """Ends the forking process; children end as their sockets close. Later calls do nothing."""
        with self._lock:
            self._closed = True
            if self._process is not None:
                self._process.kill()
                self._process.wait()
            if self._control is not None:
                self._control.close()

    def _started(self) -> socket.socket:
        if self._closed:
            raise ConnectionError("the local system is closing")
        if self._control is None:
            self._control, theirs = socket.socketpair()
            with theirs:
                command = [sys.executable, "-I", str(ZYGOTE), str(theirs.fileno())]
                self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()])
        return self._control


class Functions:
    """Every deployed function, with its idle children."""

    def __init__(self, world: World, clock: Clock, nursery: Nursery, folder: Path) -> None:
        (folder / LOGS).mkdir(parents=True, exist_ok=True)
        self.specs: dict[str, FunctionSpec] = {}
        self.errors: deque[tuple[str, str]] = deque(maxlen=_ERRORS_KEPT)
        """(function, error) of the last failed invocations, newest last."""
        self.watchers: list[Callable[[str, Any], None]] = []
        """Told of each invocation: function, event; for measures."""
        self._world = world
        self._clock = clock
        self._nursery = nursery
        self._folder = folder.resolve()
        self._idle: dict[str, list[_Child]] = {}
        self._busy: dict[str, int] = {}

    def add(self, spec: FunctionSpec) -> None:
        """Deploys a function; no process is started."""
        self.specs[spec.name] = spec
        self._idle[spec.name] = []
        self._busy[spec.name] = 0

    def free(self, name: str) -> bool:
        """Whether another invocation may start now. Call with the world's lock held."""
        return self._busy[name] < self.specs[name].concurrency

    def claim(self, name: str) -> None:
        """Takes one of the function's places. Call with the world's lock held, after `free`."""
        self._busy[name] += 1

    def invoke(self, name: str, event: Any) -> Outcome:
        """Waits for a place, then runs the function."""
        with self._world.lock:
            self._world.wait_until(lambda: self.free(name))
            self.claim(name)
        return self.run(name, event)

    def run(self, name: str, event: Any) -> Outcome:
        """Runs the function in the place that was claimed; its error is an outcome, never raised."""
        for watch in self.watchers:
            watch(name, event)
        try:
            outcome = self._run(self.specs[name], event)
        finally:
            with self._world.changing():
                self._busy[name] -= 1
        if outcome.error:
            _LOG.warning("%s: %s", name, outcome.error)
            self.errors.append((name, outcome.error))
        return outcome

    def warm(self, name: str) -> None:
        """Starts a process ahead of the first invocation, which will report whatever fails here."""
        try:
            child = self._nursery.child(self.specs[name], self._folder, self._clock.offset_s)
        except (EOFError, OSError, InitFailed):
            return
        with self._world.lock:
            self._idle[name].append(child)

    def close(self) -> None:
        """Kills every idle process."""
        with self._world.lock:
            for children in self._idle.values():
                while children:
                    children.pop().kill()

    def _run(self, spec: FunctionSpec, event: Any) -> Outcome:
        with self._world.lock:
            child = self._idle[spec.name].pop() if self._idle[spec.name] else None
        try:
            child = child or self._nursery.child(spec, self._folder, self._clock.offset_s)
        except InitFailed as error:
            return Outcome(error=str(error))
        child.connection.settimeout(spec.timeout_s)
        try:
            child.channel.send({"event": event, "offset_s": self._clock.offset_s})
            answer = child.channel.receive()
        except TimeoutError:
            child.kill()
            return Outcome(error=f"Sandbox.Timedout: Task timed out after {spec.timeout_s}.00 seconds")
        except (EOFError, OSError):
            child.kill()
            return Outcome(error="Runtime.ExitError: Runtime exited without providing a reason")
        with self._world.lock:
            self._idle[spec.name].append(child)
        return _outcome(answer)


def _outcome(answer: dict[str, Any]) -> Outcome:
    if error := answer.get("error"):
        return Outcome(error=f"{error['errorType']}: {error['errorMessage']}")
    if len(json.dumps(answer["result"])) > PAYLOAD_BYTES:
        return Outcome(error="Function.ResponseSizeTooLarge: Response payload size exceeded")
    return Outcome(result=answer["result"])
