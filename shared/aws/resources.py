"""The queues, the bus and the vault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from shared.aws.calls import call
from shared.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_sqs import SQSClient

ENTRIES_PER_CALL = 10
CALL_BYTES = 256_000


class SqsQueue:
    """A queue."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(
        self, body: str, *, delay_s: int = 0, attributes: Mapping[str, str] | None = None, group: str = ""
    ) -> None:
        """One message, in at most `delay_s` ≤ 900 seconds; `attributes` are non-empty texts.

        A queue serves its groups fairly: the messages of one that is slow do not keep those of the others waiting.
        """
        call(
            self._client.send_message,
            QueueUrl=self._url,
            MessageBody=body,
            DelaySeconds=delay_s,
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in (attributes or {}).items()
            },
            **({"MessageGroupId": group} if group else {}),
        )

    def delete(self, receipt: str) -> None:
        """Forgets a message that was received; raises Unavailable."""
        call(self._client.delete_message, QueueUrl=self._url, ReceiptHandle=receipt)


class Bus:
    """The event bus."""

    def __init__(self, client: EventBridgeClient, name: str) -> None:
        self._client = client
        self._name = name

    def publish(self, entries: Sequence[tuple[str, str, str]]) -> None:
        """Puts (source, detail-type, JSON detail) triples; raises Unavailable unless every one was accepted."""
        for chunk in _chunks(entries):
            answer = call(
                self._client.put_events,
                Entries=[
                    {"EventBusName": self._name, "Source": source, "DetailType": name, "Detail": detail}
                    for source, name, detail in chunk
                ],
            )
            if answer["FailedEntryCount"]:
                codes = sorted({entry["ErrorCode"] for entry in answer["Entries"] if "ErrorCode" in entry})
                raise Unavailable(f"{answer['FailedEntryCount']} événements refusés : {', '.join(codes)}.")


class Vault:
    """Encrypts small secrets (≤ 4 kB) for one territory and purpose; both are needed again to decrypt."""

    def __init__(self, client: KMSClient, key: str) -> None:
        self._client = client
        self._key = key

    def encrypt(self, plain: bytes, context: Mapping[str, str]) -> bytes:
        answer = call(self._client.encrypt, KeyId=self._key, Plaintext=plain, EncryptionContext=dict(context))
        return bytes(answer["CiphertextBlob"])

    def decrypt(self, sealed: bytes, context: Mapping[str, str]) -> bytes:
        answer = call(self._client.decrypt, KeyId=self._key, CiphertextBlob=sealed, EncryptionContext=dict(context))
        return bytes(answer["Plaintext"])


def _chunks(entries: Sequence[tuple[str, str, str]]) -> list[list[tuple[str, str, str]]]:
    """Groups that PutEvents accepts: ten entries and 256 kB at the most."""
    chunks: list[list[tuple[str, str, str]]] = []
    room = 0
    for entry in entries:
        size = sum(len(part.encode()) for part in entry)
        if not chunks or len(chunks[-1]) == ENTRIES_PER_CALL or size > room:
            chunks.append([])
            room = CALL_BYTES
        chunks[-1].append(entry)
        room -= size
    return chunks
