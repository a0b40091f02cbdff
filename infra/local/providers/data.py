"""Tables, buckets, secrets, keys and parameters: made empty, then filled with what the state kept."""

from __future__ import annotations

import secrets
import string
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.kms.models import kms_backends
from moto.s3.models import s3_backends

from infra.local.arns import ACCOUNT, REGION, arn, last_part
from infra.local.cloud import Cloud, Resource
from infra.local.providers.base import providing
from infra.local.templates import Made

_AT_REST = "encryption at rest cannot be seen on one machine"


@providing(
    "AWS::DynamoDB::Table",
    {
        "TableName",
        "KeySchema",
        "AttributeDefinitions",
        "BillingMode",
        "GlobalSecondaryIndexes",
        "StreamSpecification",
        "TimeToLiveSpecification",
    },
    SSESpecification=_AT_REST,
    PointInTimeRecoverySpecification="the state file is the only copy here",
    DeletionProtectionEnabled="stacks are never deleted here",
    TableClass="a price",
)
def _table(cloud: Cloud, resource: Resource) -> Made:
    name = resource.name("TableName")
    backend = dynamodb_backends[ACCOUNT][REGION]
    backend.create_table(
        name,
        schema=resource.get("KeySchema"),
        attr=resource.get("AttributeDefinitions"),
        throughput=None,
        billing_mode=resource.get("BillingMode", "PROVISIONED"),
        indexes=[],
        global_indexes=resource.get("GlobalSecondaryIndexes", []),
        streams=None,
        tags=[],
        sse_specification=None,
        deletion_protection_enabled=False,
        warm_throughput=None,
    )
    if expiry := resource.get("TimeToLiveSpecification"):
        backend.update_time_to_live(name, expiry)
    attributes = {"Arn": arn("dynamodb", f"table/{name}")}
    if stream := resource.get("StreamSpecification"):
        attributes["StreamArn"] = cloud.streams.open(name, stream["StreamViewType"])
    cloud.tables.load(name)
    return Made(name, attributes)


@providing(
    "AWS::S3::Bucket",
    {"BucketName", "VersioningConfiguration"},
    BucketEncryption=_AT_REST,
    OwnershipControls="there is one account",
    PublicAccessBlockConfiguration="nothing is public here",
    LifecycleConfiguration="objects do not age here",
)
def _bucket(cloud: Cloud, resource: Resource) -> Made:
    name = resource.name("BucketName").lower()
    backend = s3_backends[ACCOUNT]["aws"]
    backend.create_bucket(name, REGION)
    if versioning := resource.get("VersioningConfiguration"):
        backend.put_bucket_versioning(name, versioning["Status"])
    cloud.buckets.load(name)
    domain = f"{name}.s3.{REGION}.amazonaws.com"
    return Made(name, {"Arn": f"arn:aws:s3:::{name}", "DomainName": domain, "RegionalDomainName": domain})


@providing(
    "AWS::SecretsManager::Secret",
    {"Name", "Description", "GenerateSecretString", "SecretString"},
    KmsKeyId=_AT_REST,
)
def _secret(cloud: Cloud, resource: Resource) -> Made:
    made = resource.get("SecretString") or _random(resource.get("GenerateSecretString", {}))
    secret_arn = cloud.secrets.make_secret(resource.name("Name"), resource.get("Description", ""), made)
    return Made(secret_arn, {"Id": secret_arn})


def _random(options: dict[str, Any]) -> str:
    alphabet = string.ascii_letters + string.digits
    if not options.get("ExcludePunctuation"):
        alphabet += string.punctuation
    allowed = [c for c in alphabet if c not in options.get("ExcludeCharacters", "")]
    return "".join(secrets.choice(allowed) for _ in range(int(options.get("PasswordLength", 32))))


@providing(
    "AWS::KMS::Key",
    {"Description", "KeySpec", "KeyUsage"},
    KeyPolicy="IAM is not evaluated here",
    EnableKeyRotation="one key material is kept",
    PendingWindowInDays="keys are never deleted here",
)
def _key(cloud: Cloud, resource: Resource) -> Made:
    key = cloud.secrets.make_key(f"{resource.stack}/{resource.logical_id}", resource.get("Description", ""))
    return Made(key.id, {"Arn": key.arn, "KeyId": key.id})


@providing("AWS::KMS::Alias", {"AliasName", "TargetKeyId"})
def _alias(_cloud: Cloud, resource: Resource) -> Made:
    name = resource.get("AliasName")
    kms_backends[ACCOUNT][REGION].create_alias(last_part(resource.get("TargetKeyId")), name)
    return Made(name)


@providing("AWS::SSM::Parameter", {"Name", "Type", "Value"}, Description="for people", Tier="a price")
def _parameter(cloud: Cloud, resource: Resource) -> Made:
    name, value = resource.name("Name"), str(resource.get("Value"))
    cloud.parameters[name] = value
    return Made(name, {"Type": resource.get("Type"), "Value": value})


PROVIDERS = {**_table, **_bucket, **_secret, **_key, **_alias, **_parameter}
