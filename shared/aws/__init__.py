"""The only package that speaks to AWS: each resource is found by its declaration, its name read from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.session import get_session

from shared.aws.attributes import from_attributes
from shared.aws.calls import ONCE, QUICK, SIGNING, NotConfigured, Refused, Throttled, call, to_json
from shared.aws.dynamodb import DynamoTable
from shared.aws.people import SesMailer, SmsTexter
from shared.aws.resources import Bus, SqsQueue, Vault
from shared.resources import environment_name

if TYPE_CHECKING:
    from botocore.config import Config

    from shared.aws.buckets import S3Bucket
    from shared.resources import Bucket, Queue, Secret, Table

__all__ = [
    "Aws",
    "Bus",
    "DynamoTable",
    "NotConfigured",
    "Refused",
    "SesMailer",
    "SmsTexter",
    "SqsQueue",
    "Throttled",
    "Vault",
    "from_attributes",
    "from_environment",
    "to_json",
]


class Aws:
    """The resources of one function, created at first use, over one session."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._session = get_session()

    def setting(self, name: str) -> str:
        """An environment variable that must be there; raises NotConfigured."""
        try:
            return self._environ[name]
        except KeyError:
            raise NotConfigured(name) from None

    def allows(self, name: str) -> bool:
        """Whether an optional switch, set by the stage, is on."""
        return self._environ.get(name) == "1"

    def table(self, table: Table) -> DynamoTable:
        return DynamoTable(self._dynamodb, self._name("TABLE", table.name))

    def queue(self, queue: Queue) -> SqsQueue:
        return SqsQueue(self._sqs, self._name("QUEUE", queue.name))

    def dead_queue(self) -> SqsQueue:
        """The dead-letter queue behind the queue that feeds this function."""
        return SqsQueue(self._sqs, self.setting("VIGIE_DEAD_QUEUE"))

    def fed_queue(self) -> SqsQueue:
        """The queue that feeds this function: its dead-letter queue is named after it."""
        return SqsQueue(self._sqs, self.setting("VIGIE_DEAD_QUEUE").removesuffix("-dead"))

    def bus(self) -> Bus:
        return Bus(self._client("events", QUICK), self.setting("VIGIE_BUS"))

    def bucket(self, bucket: Bucket) -> S3Bucket:
        """A bucket; what speaks to it is loaded by the functions that have one."""
        from shared.aws.buckets import S3Bucket  # noqa: PLC0415 - see above

        return S3Bucket(self._client("s3", SIGNING), self._name("BUCKET", bucket.name))

    def secret(self, secret: Secret) -> str:
        """The secret's value; one call each time, so keep it in what `build()` makes."""
        client = self._client("secretsmanager", QUICK)
        return str(call(client.get_secret_value, SecretId=self._name("SECRET", secret.name))["SecretString"])

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
        return self.setting(environment_name(kind, name))

    @cached_property
    def _dynamodb(self) -> Any:
        return self._client("dynamodb", QUICK)

    @cached_property
    def _sqs(self) -> Any:
        return self._client("sqs", QUICK)

    def _client(self, service: Any, config: Config) -> Any:
        return self._session.create_client(service, config=config)


def from_environment() -> Aws:
    """The resources that this process's environment names."""
    return Aws(os.environ)
