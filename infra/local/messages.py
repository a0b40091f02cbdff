"""Messages outlive a kill as SQS's own do: each is on disk before its sender is answered, and until it is deleted.

An event leaves its outbox as soon as the bus has taken it: from then on the queue is the only place where it is.
"""

from __future__ import annotations

from typing import Any

from moto.core.utils import unix_time_millis
from moto.sqs.models import Message

from infra.local.arns import last_part
from infra.local.calls import Call
from infra.local.durability import Store

_KIND = "message"
_KEPT = ("body", "message_attributes", "sent_timestamp", "delayed_until")


class MessageJournal:
    """Keeps what lies in the queues. Call with the world's lock held."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def follow(self, queue: Any) -> None:
        """Puts the kept messages back into a queue that was just created, and from now on keeps what changes in it.

        A message that was being handled shows again at once, as if it had never been received.
        """
        self._restore(queue)
        add, delete = queue.add_message, queue.delete_message

        def add_and_keep(message: Message) -> None:
            kept = {name: getattr(message, name) for name in _KEPT}
            # A redriven message keeps its identifier: this moves it.
            self._store.save_fact(_KIND, message.id, {"queue": queue.name, **kept})
            add(message)

        def delete_and_forget(receipt: str) -> None:
            gone = [message.id for message in queue._messages if message.had_receipt_handle(receipt)]
            delete(receipt)
            for identifier in gone:
                self._store.drop_fact(_KIND, identifier)

        queue.add_message, queue.delete_message = add_and_keep, delete_and_forget

    def after(self, call: Call) -> None:
        """Forgets what a successful call has purged."""
        if call.service == "sqs" and call.action == "PurgeQueue":
            for identifier, _ in self._of(last_part(call.request["QueueUrl"])):
                self._store.drop_fact(_KIND, identifier)

    def _restore(self, queue: Any) -> None:
        oldest = unix_time_millis() - int(queue.message_retention_period) * 1000
        for identifier, kept in self._of(queue.name):
            if kept["sent_timestamp"] > oldest:
                queue.add_message(_message(identifier, kept))
            else:
                self._store.drop_fact(_KIND, identifier)

    def _of(self, queue: str) -> list[tuple[str, dict[str, Any]]]:
        """What is kept of one queue, oldest first."""
        found = [(identifier, kept) for identifier, kept in self._store.facts(_KIND) if kept["queue"] == queue]
        return sorted(found, key=lambda each: each[1]["sent_timestamp"])


def _message(identifier: str, kept: dict[str, Any]) -> Message:
    message = Message(identifier, kept["body"])
    for name in _KEPT:
        setattr(message, name, kept[name])
    return message
