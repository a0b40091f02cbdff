"""What a function may do: its declaration, word by word, as IAM statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aws_cdk import aws_iam as iam

from infra.environment import Resources
from infra.place import Place
from shared.topology import MAIL, SMS, Function, Table

READS = ("dynamodb:GetItem", "dynamodb:Query")
WRITES = ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem")
CONSUMES = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
FOLLOWS = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams")
MAILS = ("ses:SendEmail", "ses:SendRawEmail")
"""SES v2's SendEmail of a whole MIME message is checked as both."""


def statements(place: Place, declared: Function, resources: Resources) -> list[iam.PolicyStatement]:
    """The statements of the declaration, in the order of its words."""
    return [
        *_data(place, declared),
        *_messages(place, declared),
        *_secrets(declared, resources),
        *_channels(place, declared),
    ]


def allow(
    actions: Sequence[str], resources: Iterable[str], conditions: Mapping[str, Any] | None = None
) -> list[iam.PolicyStatement]:
    """One statement, or none where there is nothing to allow it on."""
    on = list(resources)
    return [iam.PolicyStatement(actions=list(actions), resources=on, conditions=conditions)] if on else []


def _data(place: Place, declared: Function) -> list[iam.PolicyStatement]:
    indexed = [table for table in declared.reads if table.indexes]
    return [
        *_on_tables(place, READS, declared.reads),
        *_on_tables(place, READS[1:], indexed, in_indexes=True),
        *_on_tables(place, WRITES, declared.writes),
        *_on_tables(place, ["dynamodb:BatchGetItem"], declared.loads),
        *_on_tables(place, ["dynamodb:BatchWriteItem"], declared.fills),
        *allow(["s3:GetObject"], map(place.objects, declared.gets)),
        *allow(["s3:ListBucket"], map(place.whole, declared.gets)),
        *allow(["s3:PutObject"], map(place.objects, declared.puts)),
        *allow(["s3:DeleteObject"], map(place.objects, declared.deletes)),
    ]


def _on_tables(
    place: Place, actions: Sequence[str], tables: Sequence[Table], *, in_indexes: bool = False
) -> list[iam.PolicyStatement]:
    """A statement for the tables whose keys begin alike, good for such keys alone.

    The second condition is what makes the first one hold: a request that names no key would pass it.
    """
    made = []
    for keys in dict.fromkeys(table.keys for table in tables):
        alike = [table for table in tables if table.keys == keys]
        conditions = {
            "ForAllValues:StringLike": {"dynamodb:LeadingKeys": [f"{key}*" for key in keys]},
            "Null": {"dynamodb:LeadingKeys": "false"},
        }
        indexes = [f"{_table(place, table)}/index/{index.name}" for table in alike for index in table.indexes]
        made += allow(actions, indexes if in_indexes else [_table(place, table) for table in alike], conditions)
    return made


def _messages(place: Place, declared: Function) -> list[iam.PolicyStatement]:
    bus = [place.arn("events", f"event-bus/{place.stage.prefix}")] if declared.publishes else []
    only = {
        "ForAllValues:StringEquals": {
            "events:detail-type": [event.detail_type for event in declared.publishes],
            "events:source": sorted({event.source for event in declared.publishes}),
        }
    }
    return [
        *allow(["sqs:SendMessage"], [place.arn("sqs", place.name(queue.name)) for queue in declared.sends]),
        *allow(["events:PutEvents"], bus, only),
    ]


def _secrets(declared: Function, resources: Resources) -> list[iam.PolicyStatement]:
    wanted = {"kms:Encrypt": declared.encrypts, "kms:Decrypt": declared.decrypts}
    actions = [action for action, is_wanted in wanted.items() if is_wanted]
    in_one_territory = {"Null": {"kms:EncryptionContext:territory": "false"}}
    return [
        *allow(["secretsmanager:GetSecretValue"], [resources.secrets[secret.name] for secret in declared.secrets]),
        *allow(actions, [resources.parameter("data-key")] if actions else [], in_one_territory),
    ]


def _channels(place: Place, declared: Function) -> list[iam.PolicyStatement]:
    stage = place.stage
    mail = [
        place.arn("ses", f"identity/{stage.mail_domain}"),
        place.arn("ses", f"configuration-set/{stage.prefix}"),
    ]
    text = [place.arn("sms-voice", f"sender-id/{stage.sms_sender}/FR")]
    return [
        *allow(MAILS, mail if MAIL in declared.channels else [], {"StringEquals": {"ses:FromAddress": stage.sender}}),
        *allow(["sms-voice:SendTextMessage"], text if SMS in declared.channels else []),
    ]


def _table(place: Place, table: Table) -> str:
    return place.arn("dynamodb", f"table/{place.table(table)}")
