"""Every call to the outside has a number and a fate: what befalls it before its effect, after it, or instead of it."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Literal, NamedTuple, Protocol, TypeVar

from shared.aws import Throttled
from shared.errors import Unavailable
from tests.simulation.machine import SECOND, WORLD, Crash, Hub, next_call, running_name

Fault = Literal[
    "", "crash before", "crash after", "lost", "done", "throttled", "slow", "echo", "partial", "stale",
    "twice", "dropped", "late",
]  # fmt: skip
READ: tuple[Fault, ...] = ("crash before", "throttled", "slow")
"""What may befall a call that changes nothing: whatever befalls it afterwards befalls the next one before."""
INDEX: tuple[Fault, ...] = (*READ, "stale")
WRITE: tuple[Fault, ...] = ("crash before", "crash after", "lost", "done", "throttled", "slow")
"""What may befall a call with an effect: `lost` and `done` are time-outs, without and with it."""
REPEATED: tuple[Fault, ...] = (*WRITE, "echo")
"""What the SDK does twice by itself after a time-out: the function sees the second answer only."""
SENDING = WRITE
TIMEOUT = 8 * SECOND
MOST_CALLS = 100_000
"""Of a world, unless it is told to be larger."""
T = TypeVar("T")


class Endless(BaseException):
    """The world does not come to rest: no function's `except` may turn that into one more try."""


class Site(NamedTuple):
    """A call: of which function, to what, the how manieth of its invocation, and what may befall it."""

    function: str
    port: str
    place: int
    faults: tuple[Fault, ...]


class Plan(Protocol):
    """Says what befalls the call of this number."""

    def fate(self, number: int, port: str, faults: tuple[Fault, ...]) -> Fault:
        """One of the faults that are possible there, or an empty text."""
        ...


class Ports:
    """Where fates are drawn and written down."""

    def __init__(self, hub: Hub, plan: Plan) -> None:
        self.hub = hub
        self.plan = plan
        self.trace: list[tuple[int, str, str, Fault]] = []
        self.sites: list[Site] = []
        """Where each call of the trace stands in the code."""
        self.healed = False
        """From then on nothing befalls anybody."""
        self.most_calls = MOST_CALLS

    def fate(self, port: str, faults: tuple[Fault, ...]) -> Fault:
        """What befalls this one; raises Endless."""
        if len(self.trace) >= self.most_calls:
            raise Endless
        fault: Fault = "" if self.healed else self.plan.fate(len(self.trace), port, faults)
        who, place = next_call()
        self.trace.append((self.hub.now, who, port, fault))
        self.sites.append(Site(who, port, place, faults))
        return fault

    def call(self, port: str, effect: Callable[[], T], faults: tuple[Fault, ...] = WRITE) -> T:
        """The effect, with others going on before and after it, or a failure in its place."""
        return self.call_knowing(port, lambda fault: effect(), faults)

    def call_knowing(self, port: str, effect: Callable[[Fault], T], faults: tuple[Fault, ...]) -> T:
        """The same for an effect that depends on what befalls it."""
        if running_name() == WORLD:
            return effect("")
        fault = self.fate(port, faults)
        self._before(port, fault)
        result = effect(fault)
        if fault == "echo":
            result = effect(fault)
        return self._after(port, fault, result) if "done" in faults else result

    def _before(self, port: str, fault: Fault) -> None:
        self.hub.pause(int(2_000 + 20_000 * self.hub.dice.random()))
        if fault == "crash before":
            raise Crash
        if fault == "throttled":
            raise Throttled(port)
        if fault == "slow":
            self.hub.pause(int(self.hub.dice.uniform(2, 30) * SECOND))
        if fault == "lost":
            self.hub.pause(TIMEOUT)
            raise Unavailable(port)

    def _after(self, port: str, fault: Fault, result: T) -> T:
        self.hub.pause(int(1_000 + 5_000 * self.hub.dice.random()))
        if fault == "crash after":
            raise Crash
        if fault == "done":
            self.hub.pause(TIMEOUT)
            raise Unavailable(port)
        return result

    def faults(self) -> dict[int, Fault]:
        """What has befallen which numbers: a plan that brings the same about again."""
        return {number: fault for number, (_, _, _, fault) in enumerate(self.trace) if fault}

    def digest(self) -> int:
        """The same for the same history, call by call."""
        return zlib.crc32(repr(self.trace).encode())
