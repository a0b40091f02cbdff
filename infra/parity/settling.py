"""When nothing is in flight in another process: seen by what its queues and outboxes hold, and by the calls that pass."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from infra.local.locking import NotSettled
from infra.parity.emulator import Emulator
from infra.parity.gate import Traffic

_CALM_S = 0.75
"""So long a function that runs already takes, on a busy machine, from what wakes it to its first call, or to its answer."""
_PATIENCE_S = 6.0
"""So long a function may start without a call; after that, a message is waiting to be tried again."""
_LOOK_AGAIN_S = 0.05
_DEAD = "-dead"
_OUTBOX = {"FilterExpression": "contains(pk, :suffix)", "ExpressionAttributeValues": {":suffix": {"S": "#OUTBOX"}}}


@dataclass
class Settling:
    """Watches the queues, and the outboxes of the tables."""

    emulator: Emulator
    traffic: Traffic
    tables: tuple[str, ...]
    _since: dict[tuple[str, int], float] = field(default_factory=dict)

    def warm(self) -> None:
        """Starts each function that follows a stream: a stream, unlike a queue, does not tell what it still holds."""
        functions = self.emulator.client("lambda")
        for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
            if ":dynamodb:" in mapping["EventSourceArn"]:
                functions.invoke(FunctionName=mapping["FunctionArn"], Payload=b'{"Records": []}')

    def settle(self, seconds: float) -> None:
        """Returns once nothing is in flight, or what is left can only wait; raises NotSettled."""
        deadline = time.monotonic() + seconds
        while not self._is_settled():
            if time.monotonic() > deadline:
                raise NotSettled(f"after {seconds:.0f} s: {', '.join(self._pending())}")
            time.sleep(_LOOK_AGAIN_S)

    def _is_settled(self) -> bool:
        quiet = self.traffic.quiet_s()
        return quiet > _PATIENCE_S or (quiet > _CALM_S and next(self._pending(), None) is None)

    def has_messages(self) -> bool:
        """Whether a queue holds something that is due."""
        return next(self._messages(), None) is not None

    def _pending(self) -> Iterator[str]:
        yield from self._messages()
        for table in self.tables:
            if next(self.emulator.items(table, **_OUTBOX), None):
                yield f"outbox of {table}"

    def _messages(self) -> Iterator[str]:
        for name, messages in self.emulator.messages().items():
            for message in messages:
                if not name.endswith(_DEAD) and (message["IsVisible"] or self._is_held(message)):
                    yield f"message in {name}"

    def _is_held(self, message: dict[str, object]) -> bool:
        """Whether a function may still have it: a failed one is invisible too, but stays so."""
        receives = int(str(message["ReceiveCount"]))
        if not receives:
            return False
        since = self._since.setdefault((str(message["MessageId"]), receives), time.monotonic())
        return time.monotonic() - since < _PATIENCE_S
