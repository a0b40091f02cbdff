"""A small CDK-like assembly written by hand: one of each flow, for the local system's own tests."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ASSET = Path(__file__).with_name("asset")
KEY = "0" * 64


def get(name: str, attribute: str = "Arn") -> dict[str, Any]:
    return {"Fn::GetAtt": [name, attribute]}


def ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties}


def role(*actions: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    policy = {"PolicyName": "declared", "PolicyDocument": {"Statement": [statement]}}
    return resource("AWS::IAM::Role", AssumeRolePolicyDocument={}, Policies=[policy])


def function(name: str, role_name: str, **more: Any) -> dict[str, Any]:
    properties = {
        "FunctionName": name,
        "Handler": f"app.{name}",
        "Code": {"S3Bucket": {"Fn::Sub": "assets-${AWS::AccountId}"}, "S3Key": f"{KEY}.zip"},
        "Role": get(role_name),
        "Runtime": "python3.13",
        "Timeout": 20,
        "Environment": {"Variables": {"TABLE": ref("Things"), "SITE": "http://localhost:8600/x"}},
    }
    return resource("AWS::Lambda::Function", **(properties | more))


def queue(name: str, **more: Any) -> dict[str, Any]:
    return resource("AWS::SQS::Queue", QueueName=name, **more)


def allows_events(*names: str, service: str = "events.amazonaws.com") -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Action": "sqs:SendMessage",
        "Principal": {"Service": service},
        "Resource": "*",
    }
    queues = [ref(name) for name in names]
    return resource("AWS::SQS::QueuePolicy", Queues=queues, PolicyDocument={"Statement": [statement]})


def data() -> dict[str, Any]:
    """A table with an index, a stream and an expiry; a bucket, a secret, a key."""
    names = ("pk", "sk", "due_pk", "due_sk")
    return {
        "Things": resource(
            "AWS::DynamoDB::Table",
            TableName="things",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=_keys("pk", "sk"),
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
            GlobalSecondaryIndexes=[
                {"IndexName": "due", "KeySchema": _keys("due_pk", "due_sk"), "Projection": {"ProjectionType": "ALL"}}
            ],
            StreamSpecification={"StreamViewType": "NEW_IMAGE"},
            TimeToLiveSpecification={"AttributeName": "expires_at", "Enabled": True},
        ),
        "Files": resource("AWS::S3::Bucket", BucketName={"Fn::Join": ["-", ["files", ref("AWS::AccountId")]]}),
        "Password": resource(
            "AWS::SecretsManager::Secret",
            Name="password",
            GenerateSecretString={"PasswordLength": 64, "ExcludePunctuation": True},
        ),
        "Key": resource("AWS::KMS::Key", Description="small"),
        "KeyAlias": resource("AWS::KMS::Alias", AliasName="alias/small", TargetKeyId=ref("Key")),
    }


def _keys(pk: str, sk: str) -> list[dict[str, str]]:
    return [{"AttributeName": pk, "KeyType": "HASH"}, {"AttributeName": sk, "KeyType": "RANGE"}]


def hearing() -> dict[str, Any]:
    """bus → rule → queue (+ dead-letter queue) → function."""
    redrive = {"deadLetterTargetArn": get("HeardDead"), "maxReceiveCount": 3}
    target = {"Id": "Target0", "Arn": get("Heard"), "DeadLetterConfig": {"Arn": get("HeardDead")}}
    return {
        "Bus": resource("AWS::Events::EventBus", Name="small"),
        "HeardDead": queue("heard-dead"),
        "Heard": queue("heard", VisibilityTimeout=60, RedrivePolicy=redrive),
        "Policy": allows_events("Heard", "HeardDead"),
        "Rule": resource(
            "AWS::Events::Rule",
            Name="heard",
            EventBusName=ref("Bus"),
            EventPattern={"source": ["small"], "detail-type": ["Said.v1"]},
            Targets=[target],
        ),
        "HearRole": role("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "dynamodb:PutItem"),
        "Hear": function("hear", "HearRole"),
        "HearMapping": resource(
            "AWS::Lambda::EventSourceMapping",
            EventSourceArn=get("Heard"),
            FunctionName=ref("Hear"),
            BatchSize=10,
            FunctionResponseTypes=["ReportBatchItemFailures"],
        ),
    }


def failing() -> dict[str, Any]:
    """A function that never ends, behind its queue, one that cannot be loaded, and one that ends whoever loads it."""
    return {
        "Stuck": function("stuck", "HearRole", Timeout=1),
        "StuckQueue": queue("stuck", VisibilityTimeout=43200),
        "StuckMapping": resource(
            "AWS::Lambda::EventSourceMapping", EventSourceArn=get("StuckQueue"), FunctionName=ref("Stuck")
        ),
        "Unloadable": function("unloadable", "HearRole", Handler="nowhere.handler"),
        "Fatal": function("fatal", "HearRole", Handler="fatal.handler"),
    }


def following() -> dict[str, Any]:
    """table → stream → function, with an on-failure queue."""
    follows = ("dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream")
    return {
        "FollowDead": queue("follow-dead"),
        "FollowRole": role(*follows, "dynamodb:UpdateItem"),
        "Follow": function("follow", "FollowRole"),
        "FollowMapping": resource(
            "AWS::Lambda::EventSourceMapping",
            EventSourceArn=get("Things", "StreamArn"),
            FunctionName=ref("Follow"),
            BatchSize=10,
            BisectBatchOnFunctionError=True,
            MaximumRetryAttempts=3,
            MaximumRecordAgeInSeconds=72000,
            StartingPosition="TRIM_HORIZON",
            DestinationConfig={"OnFailure": {"Destination": get("FollowDead")}},
            FunctionResponseTypes=["ReportBatchItemFailures"],
        ),
    }


def schedule(name: str, expression: str, target: str, zone: str = "UTC") -> dict[str, Any]:
    return resource(
        "AWS::Scheduler::Schedule",
        Name=name,
        ScheduleExpression=expression,
        ScheduleExpressionTimezone=zone,
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": get(target),
            "RoleArn": get("TickRole"),
            "Input": '{"scheduled_at":"<aws.scheduler.scheduled-time>"}',
        },
    )


def ticking() -> dict[str, Any]:
    """Schedules → functions."""
    fails = {"Variables": {"TABLE": ref("Things"), "FAILS": "1"}}
    return {
        "TickRole": role("dynamodb:PutItem"),
        "Tick": function("tick", "TickRole"),
        "Minutely": schedule("minutely", "rate(1 minute)", "Tick"),
        "Daily": schedule("daily", "cron(30 8 * * ? *)", "Broken", "Europe/Paris"),
        "BrokenDead": queue("broken-dead"),
        "Broken": function(
            "broken",
            "TickRole",
            Handler="app.tick",
            Environment=fails,
            DeadLetterConfig={"TargetArn": get("BrokenDead")},
        ),
    }


def serving() -> dict[str, Any]:
    """HTTP API → function, open and behind a bearer token; and a function that tells about itself."""
    jwt = {"Issuer": "http://localhost:8600/_local/issuer", "Audience": ["vigie-local", "partner"]}
    permission = {"Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com"}
    target = {"Fn::Join": ["", ["integrations/", ref("Integration")]]}
    return {
        "Api": resource("AWS::ApiGatewayV2::Api", Name="small", ProtocolType="HTTP"),
        "WebRole": role("logs:PutLogEvents"),
        "Web": function("web", "WebRole"),
        "WebPermission": resource("AWS::Lambda::Permission", FunctionName=ref("Web"), **permission),
        "Integration": resource(
            "AWS::ApiGatewayV2::Integration",
            ApiId=ref("Api"),
            IntegrationType="AWS_PROXY",
            IntegrationUri=get("Web"),
            PayloadFormatVersion="2.0",
        ),
        "Authorizer": resource(
            "AWS::ApiGatewayV2::Authorizer",
            ApiId=ref("Api"),
            Name="bearer",
            AuthorizerType="JWT",
            IdentitySource=["$request.header.Authorization"],
            JwtConfiguration=jwt,
        ),
        "Pages": resource("AWS::ApiGatewayV2::Route", ApiId=ref("Api"), RouteKey="ANY /pages", Target=target),
        "Page": resource("AWS::ApiGatewayV2::Route", ApiId=ref("Api"), RouteKey="ANY /pages/{proxy+}", Target=target),
        "Closed": resource(
            "AWS::ApiGatewayV2::Route",
            ApiId=ref("Api"),
            RouteKey="ANY /api/{proxy+}",
            Target=target,
            AuthorizationType="JWT",
            AuthorizerId=ref("Authorizer"),
        ),
        "AskRole": role("ses:SendRawEmail"),
        "Ask": function("ask", "AskRole"),
    }


def sending() -> dict[str, Any]:
    """What e-mails and texts leave from, and where their providers say what became of them."""
    rules = [{"CountryCode": "FR", "ProtectStatus": "ALLOW"}]
    told: dict[str, Any] = {"Enabled": True, "MatchingEventTypes": ["send"]}
    return {
        "Receipts": resource("AWS::SNS::Topic", TopicName="receipts"),
        "ReceiptQueue": queue("receipts"),
        "ReceiptPolicy": allows_events("ReceiptQueue", service="sns.amazonaws.com"),
        "ReceiptsIn": resource(
            "AWS::SNS::Subscription",
            TopicArn=ref("Receipts"),
            Protocol="sqs",
            Endpoint=get("ReceiptQueue"),
            RawMessageDelivery=True,
        ),
        "MailEvents": resource(
            "AWS::SES::ConfigurationSetEventDestination",
            ConfigurationSetName=ref("MailSet"),
            EventDestination={**told, "SnsDestination": {"TopicARN": ref("Receipts")}},
        ),
        "Mail": resource("AWS::SES::EmailIdentity", EmailIdentity="vigie.localhost"),
        "MailSet": resource("AWS::SES::ConfigurationSet", Name="small"),
        "Protection": resource("AWS::SMSVOICE::ProtectConfiguration", CountryRuleSet={"SMS": rules}),
        "TextSet": resource(
            "AWS::SMSVOICE::ConfigurationSet",
            ConfigurationSetName="small",
            DefaultSenderId="VIGIE",
            ProtectConfigurationId=ref("Protection"),
            EventDestinations=[{**told, "SnsDestination": {"TopicArn": ref("Receipts")}}],
        ),
        "TextSender": resource("AWS::SMSVOICE::SenderId", SenderId="VIGIE", IsoCountryCode="FR"),
    }


def everything() -> dict[str, Any]:
    return {**data(), **hearing(), **failing(), **following(), **ticking(), **serving(), **sending()}


def write_assembly(folder: Path, resources: Mapping[str, Any], **sections: Any) -> Path:
    """Writes one stack, its asset and the manifest as CDK does; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(ASSET, folder / f"asset.{KEY}", dirs_exist_ok=True)
    destination = {"bucketName": "assets", "objectKey": f"{KEY}.zip"}
    files = {KEY: {"source": {"path": f"asset.{KEY}", "packaging": "zip"}, "destinations": {"here": destination}}}
    stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "small.template.json"}}
    for name, content in {
        "small.template.json": {"Resources": resources, **sections},
        "small.assets.json": {"version": "55.0.0", "files": files},
        "manifest.json": {"version": "55.0.0", "artifacts": {"small": stack}},
    }.items():
        (folder / name).write_text(json.dumps(content))
    return folder
