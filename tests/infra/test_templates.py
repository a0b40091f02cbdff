"""What production is made of, whatever a service declares: nothing is lost, nothing is open, nothing is unwatched."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.stages import DEV, LOCAL, PROD, STAGING, Stage, stage_named
from tests.infra.conftest import Stacks

ROOT = Path(__file__).resolve().parents[2]
RESOURCES = 350
KILOBYTES = 500
"""Room to grow under CloudFormation's limits of 500 resources and 1 MB."""


def test_every_queue_has_a_dead_letter_queue(prod: Stacks) -> None:
    """A queue either is a dead-letter queue or has one, named after it."""
    queues = prod.of_type("AWS::SQS::Queue")
    for name, queue in queues.items():
        if not queue["QueueName"].endswith("-dead"):
            dead = queues[prod.at(name, queue["RedrivePolicy"]["deadLetterTargetArn"])]
            assert dead["QueueName"] == f"{queue['QueueName']}-dead"
            assert dead["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_the_first_dead_message_rings(prod: Stacks) -> None:
    """Each dead-letter queue has an alarm above zero messages."""
    dead = {each["QueueName"] for each in prod.of_type("AWS::SQS::Queue").values() if "-dead" in each["QueueName"]}
    alarms = prod.of_type("AWS::CloudWatch::Alarm").values()
    rung = {each["AlarmName"] for each in alarms if each["Threshold"] == 0 and each["Period"] <= 300}
    assert dead <= rung


def test_every_kind_of_alarm_has_its_page(prod: Stacks) -> None:
    """The operator's page has one section for each kind of alarm, and none for a kind that does not exist."""
    page = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    written = set(re.findall(r"^## ([a-z]+)$", page, re.MULTILINE))
    kinds = {each["AlarmName"].rpartition("-")[2] for each in prod.of_type("AWS::CloudWatch::Alarm").values()}
    assert written == kinds


def test_every_alarm_speaks_to_the_topic(prod: Stacks) -> None:
    """An alarm without an action is a lamp in an empty room."""
    for alarm in prod.of_type("AWS::CloudWatch::Alarm").values():
        assert "vigie-prod-alarms" in json.dumps(alarm["AlarmActions"])


def test_every_function_is_watched(prod: Stacks) -> None:
    """Each function has an alarm on its errors and one on its throttles."""
    alarms = {each["AlarmName"] for each in prod.of_type("AWS::CloudWatch::Alarm").values()}
    for function in prod.of_type("AWS::Lambda::Function").values():
        assert {f"{function['FunctionName']}-errors", f"{function['FunctionName']}-throttles"} <= alarms


def test_every_asynchronous_hop_has_somewhere_to_fail(prod: Stacks) -> None:
    """Rules, streams, schedules and the functions they start each name a queue for what cannot be handed on."""
    targets = [target for rule in prod.of_type("AWS::Events::Rule").values() for target in rule["Targets"]]
    schedules = [each["Target"] for each in prod.of_type("AWS::Scheduler::Schedule").values()]
    assert all(target["DeadLetterConfig"]["Arn"] for target in targets + schedules)
    for mapping in prod.of_type("AWS::Lambda::EventSourceMapping").values():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert "-dead" not in json.dumps(mapping["EventSourceArn"])
        if "StartingPosition" in mapping:
            assert mapping["DestinationConfig"]["OnFailure"]["Destination"]
            assert mapping["BisectBatchOnFunctionError"]
            assert mapping["MaximumRecordAgeInSeconds"] < 20 * 3600


def test_every_schedule_starts_a_function_that_may_be_started(prod: Stacks) -> None:
    """A schedule's target exists, its role may invoke it, and the function's own failures have a queue."""
    functions, roles = prod.of_type("AWS::Lambda::Function"), prod.of_type("AWS::IAM::Role")
    schedules = prod.of_type("AWS::Scheduler::Schedule")
    assert schedules
    for name, schedule in schedules.items():
        target = schedule["Target"]
        assert functions[prod.at(name, target["Arn"])]["DeadLetterConfig"]["TargetArn"]
        assert json.dumps(target["Arn"]) in json.dumps(roles[prod.at(name, target["RoleArn"])]["Policies"])
        assert (schedule["ScheduleExpressionTimezone"], schedule["GroupName"]) == ("Europe/Paris", "vigie-prod")
        assert json.loads(target["Input"]) == {"scheduled_at": "<aws.scheduler.scheduled-time>"}


def test_a_message_stays_hidden_long_enough(prod: Stacks) -> None:
    """A queue hides a message for at least six times the time-out of the function that handles it."""
    queues, functions = prod.of_type("AWS::SQS::Queue"), prod.of_type("AWS::Lambda::Function")
    for name, mapping in prod.of_type("AWS::Lambda::EventSourceMapping").items():
        queue = queues.get(prod.at(name, mapping["EventSourceArn"]))
        if queue is not None:
            function = functions[prod.at(name, mapping["FunctionName"])]
            assert queue["VisibilityTimeout"] >= 6 * function["Timeout"]


def test_a_function_tries_less_often_than_its_queue_allows(prod: Stacks) -> None:
    """The function buries a message with its reason; the queue's own redrive, which gives none, comes one receive later."""
    queues, functions = prod.of_type("AWS::SQS::Queue"), prod.of_type("AWS::Lambda::Function")
    for name, mapping in prod.of_type("AWS::Lambda::EventSourceMapping").items():
        queue = queues.get(prod.at(name, mapping["EventSourceArn"]))
        if queue is not None:
            told = functions[prod.at(name, mapping["FunctionName"])]["Environment"]["Variables"]
            assert int(told["VIGIE_MAX_RECEIVES"]) < queue["RedrivePolicy"]["maxReceiveCount"]


def test_tables_can_be_restored_and_forget_on_time(prod: Stacks) -> None:
    """Every table has point-in-time recovery, encryption, expiry on `expires_at`, and outlives a mistake."""
    for table in prod.of_type("AWS::DynamoDB::Table").values():
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert table["SSESpecification"] == {"SSEEnabled": True}
        assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
        assert table["DeletionProtectionEnabled"]


def test_what_holds_data_outlives_its_stack(prod: Stacks) -> None:
    """In production, tables, buckets, keys, secrets, users and queues stay when a stack goes or a name changes."""
    kinds = {"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::KMS::Key", "AWS::SecretsManager::Secret"}
    kinds |= {"AWS::Cognito::UserPool"}
    held = [each for template in prod.templates for each in template["Resources"].values() if each["Type"] in kinds]
    assert {each["Type"] for each in held} == kinds
    assert {(each["DeletionPolicy"], each["UpdateReplacePolicy"]) for each in held} == {("Retain", "Retain")}


def test_buckets_are_private(prod: Stacks) -> None:
    """A bucket blocks public access, keeps versions, encrypts, and answers over TLS only."""
    buckets, policies = prod.of_type("AWS::S3::Bucket"), prod.of_type("AWS::S3::BucketPolicy").values()
    for bucket in buckets.values():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
        assert bucket["BucketEncryption"]
    assert len(policies) == len(buckets)
    assert all("aws:SecureTransport" in json.dumps(policy) for policy in policies)


def test_what_people_remove_is_gone_after_a_month(prod: Stacks) -> None:
    """A removed attachment can be brought back for 30 days and no longer; an uploaded file of enterprises lives 90."""
    rules = {
        str(bucket["BucketName"]): bucket.get("LifecycleConfiguration", {}).get("Rules", [])
        for bucket in prod.of_type("AWS::S3::Bucket").values()
    }
    (attachments,) = next(rule for name, rule in rules.items() if "attachments" in name)
    (imports,) = next(rule for name, rule in rules.items() if "imports" in name)
    assert attachments["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert (imports["ExpirationInDays"], imports["NoncurrentVersionExpiration"]) == (90, {"NoncurrentDays": 1})


def test_every_function_has_the_house_settings(prod: Stacks) -> None:
    """arm64, Python 3.13, JSON logs in a group of its own that forgets, and a guard against loops."""
    groups = prod.of_type("AWS::Logs::LogGroup")
    for name, function in prod.of_type("AWS::Lambda::Function").items():
        assert (function["Architectures"], function["Runtime"]) == (["arm64"], "python3.13")
        assert function["RecursiveLoop"] == "Terminate"
        assert function["LoggingConfig"]["LogFormat"] == "JSON"
        group = groups[prod.at(name, function["LoggingConfig"]["LogGroup"])]
        assert group["LogGroupName"] == f"/aws/lambda/{function['FunctionName']}"
        assert group["RetentionInDays"] == PROD.log_days


def test_every_handler_is_a_file(prod: Stacks) -> None:
    """The template's handler string names a module of the service, and its attribute `handler`."""
    for function in prod.of_type("AWS::Lambda::Function").values():
        module, _, attribute = function["Handler"].rpartition(".")
        path = ROOT / f"{module.replace('.', '/')}.py"
        assert path.is_file(), f"{function['FunctionName']}: {path.relative_to(ROOT)} is missing"
        assert attribute == "handler"


def test_stacks_meet_by_names_that_exist(prod: Stacks) -> None:
    """A table that one service names and another owns is there under that very name."""
    tables = {each["TableName"] for each in prod.of_type("AWS::DynamoDB::Table").values()}
    left = {each["Name"] for each in prod.of_type("AWS::SSM::Parameter").values()}
    for function in prod.of_type("AWS::Lambda::Function").values():
        variables = function["Environment"]["Variables"]
        assert {value for name, value in variables.items() if name.startswith("VIGIE_TABLE_")} <= tables
    taken = {each["Default"] for template in prod.templates for each in template.get("Parameters", {}).values()}
    assert taken <= left


def test_stacks_can_be_deployed_one_by_one(prod: Stacks) -> None:
    """No export ties two stacks together, and no custom resource runs code at deployment."""
    text = json.dumps(prod.templates)
    assert [word for word in ("Fn::ImportValue", "Export", "Custom::", "Fn::FindInMap") if f'"{word}' in text] == []


def test_no_option_was_lost_on_the_way(prod: Stacks) -> None:
    """CDK drops a misspelt option of a nested record without a word and leaves an empty one behind."""
    assert [path for template in prod.templates for path in _empty(template["Resources"], "")] == []


def _empty(value: Any, path: str) -> Iterator[str]:
    if value == {}:
        yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from _empty(child, f"{path}/{key}")


def test_the_json_api_asks_for_a_token(prod: Stacks) -> None:
    """Every route under /api/ has the JWT authorizer; pages check the session themselves."""
    routes = prod.of_type("AWS::ApiGatewayV2::Route").values()
    asked = {route["RouteKey"]: route["AuthorizationType"] for route in routes}
    assert {kind for key, kind in asked.items() if "/api/" in key} == {"JWT"}
    assert {kind for key, kind in asked.items() if "/api/" not in key} == {"NONE"}


def test_no_two_functions_answer_the_same_route(prod: Stacks) -> None:
    """A path belongs to one service."""
    routes = [route["RouteKey"] for route in prod.of_type("AWS::ApiGatewayV2::Route").values()]
    assert len(routes) == len(set(routes))


def test_an_unknown_address_is_answered_by_the_front_page_s_function(prod: Stacks) -> None:
    """In French, as a page, instead of the gateway's own words."""
    (route,) = [
        name for name, each in prod.of_type("AWS::ApiGatewayV2::Route").items() if each["RouteKey"] == "$default"
    ]
    target = prod.of_type("AWS::ApiGatewayV2::Route")[route]["Target"]["Fn::Join"][1][1]
    integration = prod.of_type("AWS::ApiGatewayV2::Integration")[prod.at(route, target)]
    function = prod.of_type("AWS::Lambda::Function")[prod.at(route, integration["IntegrationUri"])]
    assert function["FunctionName"] == "vigie-prod-directory-home"


def test_machines_may_call_the_api_and_nothing_else(prod: Stacks) -> None:
    """Each partner's system has a client with a secret and no way to sign a person in; the authorizer and the API know it."""
    clients = prod.of_type("AWS::Cognito::UserPoolClient")
    machines = {name: each for name, each in clients.items() if each.get("ClientName") in PROD.machines}
    (authorizer,) = prod.of_type("AWS::ApiGatewayV2::Authorizer").values()
    trusted = {each["Ref"] for each in authorizer["JwtConfiguration"]["Audience"]}
    assert {name.partition("/")[2] for name in clients} == trusted
    assert len(machines) == len(PROD.machines)
    for client in machines.values():
        assert (client["AllowedOAuthFlows"], client["GenerateSecret"]) == (["client_credentials"], True)
    for function in prod.of_type("AWS::Lambda::Function").values():
        said = json.dumps(function["Environment"]["Variables"].get("VIGIE_AUDIENCE", ""))
        assert ("callers" in said) == function["FunctionName"].endswith("-api")


def test_access_logs_hold_no_path(prod: Stacks) -> None:
    """A path may carry a signed link's token, an address identifies a person: neither is logged."""
    (stage,) = prod.of_type("AWS::ApiGatewayV2::Stage").values()
    logged = json.loads(stage["AccessLogSettings"]["Format"]).values()
    assert not {"$context.path", "$context.identity.sourceIp", "$context.identity.userAgent"} & set(logged)


def test_a_deployed_stage_believes_no_development_issuer(prod: Stacks, local: Stacks) -> None:
    """Loopback webhooks and the development issuer are in the local templates and nowhere in production's."""
    for word in ("VIGIE_LOOPBACK_WEBHOOKS", "localhost", "_local", "vigie-local"):
        assert word in json.dumps(local.templates)
        assert word not in json.dumps(prod.templates)


@pytest.mark.parametrize("stage", [DEV, STAGING, PROD])
@pytest.mark.parametrize("option", [{"issuer": "http://localhost/"}, {"audience": "x"}, {"loopback_webhooks": True}])
def test_a_deployed_stage_refuses_local_options(stage: Stage, option: dict[str, Any]) -> None:
    """No stage but the local one can be given the development issuer or loopback webhooks."""
    with pytest.raises(ValueError, match="local only"):
        Stage(**(vars(stage) | option))


def test_an_unknown_stage_is_named_with_the_choice() -> None:
    """A typing mistake in a stage's name is answered with the stages there are."""
    assert stage_named("local") is LOCAL
    with pytest.raises(ValueError, match="one of local, dev, staging, prod"):
        stage_named("production")


def test_the_archive_replays_for_a_year(prod: Stacks) -> None:
    """Everything the bus carried is kept as long as production says."""
    (archive,) = prod.of_type("AWS::Events::Archive").values()
    assert archive["RetentionDays"] == PROD.archive_days


def test_texts_leave_for_french_numbers_only(prod: Stacks) -> None:
    """The protect configuration allows France and its overseas departments, so a fraud cannot text the world."""
    (protection,) = prod.of_type("AWS::SMSVOICE::ProtectConfiguration").values()
    rules = protection["CountryRuleSet"]["SMS"]
    assert {rule["CountryCode"] for rule in rules} == {"FR", "GP", "MQ", "GF", "RE", "YT"}


def test_templates_stay_within_their_budget(prod: Stacks) -> None:
    """Each template leaves room under CloudFormation's limits."""
    for template in prod.templates:
        assert len(template["Resources"]) <= RESOURCES
        assert len(json.dumps(template)) <= KILOBYTES * 1000
