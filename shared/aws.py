"""The only module that speaks to AWS: each resource is found by its declaration, its name read from the environment.

Sends to people and partners never retry by themselves (`total_max_attempts=1`): botocore would send again after a read
time-out, and only the delivery's protocol may decide that.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import boto3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from shared import topology
from shared.errors import Reject, Unavailable
from shared.tables import (
    Absent,
    AtMost,
    Check,
    Condition,
    ConditionFailed,
    Delete,
    Equals,
    Item,
    Page,
    Put,
    Update,
    Write,
    check_transaction,
    decode_cursor,
    encode_cursor,
    key_names,
    last_key,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_pinpoint_sms_voice_v2 import PinpointSMSVoiceV2Client
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient

QUICK = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
ONCE = Config(connect_timeout=2, read_timeout=8, retries={"total_max_attempts": 1})
ENTRIES_PER_CALL = 10
CALL_BYTES = 256_000
T = TypeVar("T")


class NotConfigured(Exception):
    """The environment lacks a name that the declaration promises: the process must not go on."""


class Refused(Reject):
    """AWS refused a send for good: a bad address, a suppressed recipient, a message out of its rules."""


class Throttled(Unavailable):
    """AWS said no for now, before accepting anything: safe to try again."""


class Aws:
    """The resources of one function, created at first use, over one session."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._session = boto3.session.Session()

    def setting(self, name: str) -> str:
        """An environment variable that must be there; raises NotConfigured."""
        try:
            return self._environ[name]
        except KeyError:
            raise NotConfigured(name) from None

    def allows(self, name: str) -> bool:
        """Whether an optional switch, set by the stage, is on."""
        return self._environ.get(name) == "1"

    def table(self, table: topology.Table) -> DynamoTable:
        return DynamoTable(self._dynamodb, self._name("TABLE", table.name))

    def queue(self, queue: topology.Queue) -> SqsQueue:
        return SqsQueue(self._sqs, self._name("QUEUE", queue.name))

    def dead_queue(self) -> SqsQueue:
        """The dead-letter queue behind the queue that feeds this function."""
        return SqsQueue(self._sqs, self.setting("VIGIE_DEAD_QUEUE"))

    def bus(self) -> Bus:
        return Bus(self._client("events", QUICK), self.setting("VIGIE_BUS"))

    def bucket(self, bucket: topology.Bucket) -> S3Bucket:
        return S3Bucket(self._client("s3", QUICK), self._name("BUCKET", bucket.name))

    def secret(self, secret: topology.Secret) -> str:
        """The secret's value; one call each time, so keep it in what `build()` makes."""
        client: SecretsManagerClient = self._client("secretsmanager", QUICK)
        return _call(client.get_secret_value, SecretId=self._name("SECRET", secret.name))["SecretString"]

    def vault(self) -> Vault:
        return Vault(self._client("kms", QUICK), self.setting("VIGIE_DATA_KEY"))

    def mailer(self) -> SesMailer:
        return SesMailer(
            self._client("sesv2", ONCE), self.setting("VIGIE_SENDER"), self.setting("VIGIE_SES_CONFIGURATION")
        )

    def texter(self) -> SmsTexter:
        return SmsTexter(
            self._client("pinpoint-sms-voice-v2", ONCE),
            self.setting("VIGIE_SMS_ORIGIN"),
            self.setting("VIGIE_SMS_CONFIGURATION"),
        )

    def _name(self, kind: str, name: str) -> str:
        return self.setting(topology.environment_name(kind, name))

    @cached_property
    def _dynamodb(self) -> DynamoDBClient:
        return self._session.client("dynamodb", config=QUICK)

    @cached_property
    def _sqs(self) -> SQSClient:
        return self._session.client("sqs", config=QUICK)

    def _client(self, service: Any, config: Config) -> Any:
        return self._session.client(service, config=config)


def from_environment() -> Aws:
    """The resources that this process's environment names."""
    return Aws(os.environ)


class DynamoTable:
    """`shared.tables.TableClient` on DynamoDB."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name

    def get(self, pk: str, sk: str) -> Item | None:
        answer = _call(
            self._client.get_item, TableName=self._name, Key=_dumps({"pk": pk, "sk": sk}), ConsistentRead=True
        )
        return _loads(answer["Item"]) if "Item" in answer else None

    def query(
        self,
        pk: str,
        *,
        index: str | None = None,
        begins: str = "",
        up_to: str | None = None,
        limit: int = 100,
        cursor: str | None = None,
        newest_first: bool = False,
    ) -> Page:
        pk_name, sk_name = key_names(index)
        request: dict[str, Any] = {
            "TableName": self._name,
            "KeyConditionExpression": "#pk = :pk",
            "ExpressionAttributeNames": {"#pk": pk_name},
            "ExpressionAttributeValues": {":pk": pk},
            "Limit": limit,
            "ScanIndexForward": not newest_first,
            "ConsistentRead": index is None,
        }
        if up_to is not None or begins:
            comparison, value = ("#sk <= :sk", up_to) if up_to is not None else ("begins_with(#sk, :sk)", begins)
            request["KeyConditionExpression"] += f" AND {comparison}"
            request["ExpressionAttributeNames"]["#sk"] = sk_name
            request["ExpressionAttributeValues"][":sk"] = value
        request["ExpressionAttributeValues"] = _dumps(request["ExpressionAttributeValues"])
        if index:
            request["IndexName"] = index
        if cursor is not None:
            request["ExclusiveStartKey"] = _dumps(decode_cursor(cursor, pk_name, pk))
        answer = _call(self._client.query, **request)
        items = [_loads(item) for item in answer["Items"]]
        more = "LastEvaluatedKey" in answer and bool(items)
        return Page(items, encode_cursor(last_key(items[-1], index)) if more else None)

    def write(self, *writes: Write) -> None:
        check_transaction(writes)
        try:
            if len(writes) == 1 and not isinstance(writes[0], Check):
                self._write_one(writes[0])
            else:
                requests: Any = [self._request(write) for write in writes]
                _call(self._client.transact_write_items, TransactItems=requests)
        except ClientError as error:
            raise _condition_failure(error) from None

    def _write_one(self, write: Write) -> None:
        ((kind, request),) = self._request(write).items()
        operation = {
            "Put": self._client.put_item,
            "Update": self._client.update_item,
            "Delete": self._client.delete_item,
        }[kind]
        _call(operation, **request)

    def _request(self, write: Write) -> dict[str, dict[str, Any]]:
        expression = _Expression(write.when)
        request: dict[str, Any] = {"TableName": self._name}
        match write:
            case Put(item):
                request["Item"] = _dumps(item)
            case Update(pk, sk, changes, removes):
                request |= {"Key": _dumps({"pk": pk, "sk": sk})}
                request["UpdateExpression"] = expression.update(changes, removes)
            case Delete(pk, sk) | Check(pk, sk):
                request["Key"] = _dumps({"pk": pk, "sk": sk})
        kind = "ConditionCheck" if isinstance(write, Check) else type(write).__name__
        return {kind: request | expression.parameters()}


class _Expression:
    """Condition and update expressions with every name and value as a placeholder."""

    def __init__(self, conditions: Sequence[Condition]) -> None:
        self._names: dict[str, str] = {}
        self._values: dict[str, Any] = {}
        self._condition = " AND ".join(self._clause(condition) for condition in conditions)

    def update(self, changes: Mapping[str, Any], removes: Sequence[str]) -> str:
        sets = ", ".join(f"{self._name(name)} = {self._value(value)}" for name, value in changes.items())
        gone = ", ".join(self._name(name) for name in removes)
        return " ".join(filter(None, [f"SET {sets}" if sets else "", f"REMOVE {gone}" if gone else ""]))

    def parameters(self) -> dict[str, Any]:
        parameters: dict[str, Any] = {}
        if self._condition:
            parameters["ConditionExpression"] = self._condition
        if self._names:
            parameters["ExpressionAttributeNames"] = self._names
        if self._values:
            parameters["ExpressionAttributeValues"] = _dumps(self._values)
        return parameters

    def _clause(self, condition: Condition) -> str:
        match condition:
            case Absent():
                return f"attribute_not_exists({self._name('pk')})"
            case Equals(attributes):
                return " AND ".join(f"{self._name(n)} = {self._value(v)}" for n, v in attributes.items())
            case AtMost(attribute, value):
                return f"{self._name(attribute)} <= {self._value(value)}"

    def _name(self, name: str) -> str:
        placeholder = f"#{len(self._names)}"
        self._names[placeholder] = name
        return placeholder

    def _value(self, value: Any) -> str:
        placeholder = f":{len(self._values)}"
        self._values[placeholder] = value
        return placeholder


class SqsQueue:
    """A queue to send to."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, body: str, *, delay_s: int = 0, attributes: Mapping[str, str] | None = None) -> None:
        """One message, in at most `delay_s` ≤ 900 seconds; `attributes` are non-empty texts."""
        _call(
            self._client.send_message,
            QueueUrl=self._url,
            MessageBody=body,
            DelaySeconds=delay_s,
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in (attributes or {}).items()
            },
        )


class Bus:
    """The event bus."""

    def __init__(self, client: EventBridgeClient, name: str) -> None:
        self._client = client
        self._name = name

    def publish(self, entries: Sequence[tuple[str, str, str]]) -> None:
        """Puts (source, detail-type, JSON detail) triples; raises Unavailable unless every one was accepted."""
        for chunk in _chunks(entries):
            answer = _call(
                self._client.put_events,
                Entries=[
                    {"EventBusName": self._name, "Source": source, "DetailType": name, "Detail": detail}
                    for source, name, detail in chunk
                ],
            )
            if answer["FailedEntryCount"]:
                codes = sorted({entry["ErrorCode"] for entry in answer["Entries"] if "ErrorCode" in entry})
                raise Unavailable(f"{answer['FailedEntryCount']} événements refusés : {', '.join(codes)}.")


class S3Bucket:
    """A private bucket."""

    def __init__(self, client: S3Client, name: str) -> None:
        self._client = client
        self._name = name

    def put(self, key: str, content: bytes, content_type: str) -> None:
        _call(self._client.put_object, Bucket=self._name, Key=key, Body=content, ContentType=content_type)

    def get(self, key: str) -> bytes:
        return _call(self._client.get_object, Bucket=self._name, Key=key)["Body"].read()


class Vault:
    """Encrypts small secrets (≤ 4 kB) for one territory and purpose; both are needed again to decrypt."""

    def __init__(self, client: KMSClient, key: str) -> None:
        self._client = client
        self._key = key

    def encrypt(self, plain: bytes, context: Mapping[str, str]) -> bytes:
        return _call(
            self._client.encrypt, KeyId=self._key, Plaintext=plain, EncryptionContext=dict(context)
        )["CiphertextBlob"]

    def decrypt(self, sealed: bytes, context: Mapping[str, str]) -> bytes:
        return _call(
            self._client.decrypt, KeyId=self._key, CiphertextBlob=sealed, EncryptionContext=dict(context)
        )["Plaintext"]


class SesMailer:
    """E-mail by SES, each with the tags that its provider events bring back."""

    def __init__(self, client: SESV2Client, sender: str, configuration: str) -> None:
        self._client = client
        self.sender = sender
        self._configuration = configuration

    def send(self, mime: bytes, tags: Mapping[str, str]) -> str:
        """Hands a whole message to SES and returns its message id.

        Raises Refused (never again), Throttled (not accepted, try again); anything else means *unknown*.
        """
        answer = _send(
            self._client.send_email,
            Content={"Raw": {"Data": mime}},
            ConfigurationSetName=self._configuration,
            EmailTags=[{"Name": name, "Value": value} for name, value in tags.items()],
        )
        return str(answer["MessageId"])


class SmsTexter:
    """Texts by AWS End User Messaging."""

    def __init__(self, client: PinpointSMSVoiceV2Client, origin: str, configuration: str) -> None:
        self._client = client
        self._origin = origin
        self._configuration = configuration

    def send(self, phone: str, body: str, time_to_live_s: int, tags: Mapping[str, str]) -> str:
        """Hands a text to the carrier and returns its message id; errors as for `SesMailer.send`."""
        answer = _send(
            self._client.send_text_message,
            DestinationPhoneNumber=phone,
            OriginationIdentity=self._origin,
            MessageBody=body,
            MessageType="TRANSACTIONAL",
            ConfigurationSetName=self._configuration,
            TimeToLive=time_to_live_s,
            Context=dict(tags),
        )
        return str(answer["MessageId"])


class _Operation(Protocol[T]):
    def __call__(self, **parameters: Any) -> T: ...


_CONDITIONS = {"ConditionalCheckFailedException", "TransactionCanceledException"}
_SEND_LATER = {
    "TooManyRequestsException",
    "ThrottlingException",
    "LimitExceededException",
    "SendingPausedException",
    "ServiceQuotaExceededException",
}


def _call(operation: Callable[..., Any], **parameters: Any) -> Any:
    """One AWS call; a dependency that does not answer, throttles or breaks is Unavailable."""
    try:
        return operation(**parameters)
    except ClientError as error:
        if error.response["Error"]["Code"] in _CONDITIONS or _is_our_fault(error):
            raise
        raise Unavailable(f"AWS : {error.response['Error']['Code']}.") from error
    except BotoCoreError as error:
        raise Unavailable(f"AWS : {type(error).__name__}.") from error


def _send(operation: Callable[..., Any], **parameters: Any) -> Any:
    try:
        return operation(**parameters)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _SEND_LATER:
            raise Throttled(f"AWS : {code}.") from error
        if _is_our_fault(error):
            raise Refused(f"Envoi refusé : {code}.", code=code) from error
        raise Unavailable(f"AWS : {code}.") from error
    except BotoCoreError as error:
        raise Unavailable(f"AWS : {type(error).__name__}.") from error


def _is_our_fault(error: ClientError) -> bool:
    status = int(error.response["ResponseMetadata"]["HTTPStatusCode"])
    throttled = "hrottl" in error.response["Error"]["Code"] or "LimitExceeded" in error.response["Error"]["Code"]
    return status < 500 and not throttled


def _condition_failure(error: ClientError) -> Exception:
    """The caller's error for a failed condition; a transaction that lost a race is worth another try."""
    code = error.response["Error"]["Code"]
    if code == "ConditionalCheckFailedException":
        return ConditionFailed([0])
    if code != "TransactionCanceledException":
        return error
    reasons = [reason.get("Code", "None") for reason in error.response.get("CancellationReasons", [])]
    failed = [position for position, reason in enumerate(reasons) if reason == "ConditionalCheckFailed"]
    return ConditionFailed(failed) if failed else Unavailable(f"Transaction annulée : {', '.join(reasons)}.")


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


_serializer = TypeSerializer()
_deserializer = TypeDeserializer()


def _dumps(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _serializer.serialize(value) for name, value in item.items()}


def _loads(item: Mapping[str, Any]) -> Item:
    return {name: _plain(_deserializer.deserialize(value)) for name, value in item.items()}


def _plain(value: Any) -> Any:
    """Decimals back to `int` (we store no fractions), DynamoDB's binary back to bytes."""
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if hasattr(value, "to_integral_value"):
        return int(value)
    return value


def load_image(image: Mapping[str, Any]) -> Item:
    """An item out of a stream record's image."""
    return _loads(image)


def to_json(value: Any) -> str:
    """Compact JSON text, for queues and events."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
