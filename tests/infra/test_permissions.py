"""Each function may do what its declaration says, and nothing else."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import aws_cdk as cdk

from infra.environment import Resources, environment
from infra.grants import statements
from infra.permissions import allowed, listed, role_statements, unused
from infra.place import Place
from infra.stages import PROD
from shared.topology import Bucket, Function, Serves, Table
from tests.infra.conftest import Stacks

READS = {"dynamodb:GetItem", "dynamodb:Query"}
OBJECTS = {"s3:GetObject", "s3:PutObject", "s3:DeleteObject"}


def test_each_function_has_a_role_of_its_own(prod: Stacks) -> None:
    """No two functions share a role, so a grant never reaches further than the line that asked for it."""
    roles = Counter(prod.at(name, each["Role"]) for name, each in prod.of_type("AWS::Lambda::Function").items())
    assert set(roles.values()) == {1}


def test_no_role_allows_an_action_by_wildcard(prod: Stacks) -> None:
    """Every allowed action is written out."""
    actions = [action for each in _every_statement(prod) for action in listed(each["Action"])]
    assert actions
    assert [action for action in actions if "*" in action] == []


def test_wildcards_in_resources_are_the_two_that_cannot_be_named(prod: Stacks) -> None:
    """Only log streams and the objects of a bucket are unknown before they exist."""
    wide = {frozenset(listed(each["Action"])) for each in _every_statement(prod) if "*" in json.dumps(each["Resource"])}
    streams = frozenset({"logs:CreateLogStream", "logs:PutLogEvents"})
    assert all(actions == streams or actions <= OBJECTS for actions in wide)
    assert not any(each["Resource"] == "*" for each in _every_statement(prod))


def test_no_role_carries_a_policy_from_elsewhere(prod: Stacks) -> None:
    """No managed policy, and no policy attached from outside the role."""
    assert [name for name, role in prod.of_type("AWS::IAM::Role").items() if "ManagedPolicyArns" in role] == []
    assert prod.of_type("AWS::IAM::Policy") == {}


def test_only_the_clock_and_the_front_door_invoke_functions(prod: Stacks) -> None:
    """No function may call another: they meet in queues and events."""
    assert [name for name, actions in _allowed(prod).items() if "lambda:InvokeFunction" in actions] == []


def test_a_publisher_may_put_only_the_facts_it_declares(prod: Stacks) -> None:
    """PutEvents comes with the detail-types and the source it is good for; an absent key would match anything else."""
    conditions = [each["Condition"] for each in _every_statement(prod) if each["Action"] == "events:PutEvents"]
    assert conditions
    for condition in conditions:
        assert condition["ForAllValues:StringEquals"].keys() == {"events:detail-type", "events:source"}


def test_mail_leaves_from_our_address_and_texts_from_our_sender(prod: Stacks) -> None:
    """E-mail needs our identity, our configuration set and our From; a text needs our sender id."""
    mail = [each for each in _every_statement(prod) if "ses:SendEmail" in listed(each["Action"])]
    text = [each for each in _every_statement(prod) if each["Action"] == "sms-voice:SendTextMessage"]
    assert all(each["Condition"]["StringEquals"]["ses:FromAddress"] == "alertes@vigie.example" for each in mail)
    assert all(len(listed(each["Resource"])) == 2 for each in mail)
    assert all("sender-id/VIGIE/FR" in json.dumps(each["Resource"]) for each in text)
    assert mail
    assert text


def test_the_data_key_works_only_for_a_named_territory(prod: Stacks) -> None:
    """Encrypting or decrypting without a territory in the context is refused by the policy itself."""
    keyed = [each for each in _every_statement(prod) if any("kms:" in action for action in listed(each["Action"]))]
    assert keyed
    assert all(each["Condition"] == {"Null": {"kms:EncryptionContext:territory": "false"}} for each in keyed)


def test_a_reader_cannot_write(prod: Stacks) -> None:
    """A function that only reads tables has no writing action on any."""
    home = _allowed(prod)["vigie-prod-directory-home"]
    assert {action for action in home if action.startswith("dynamodb:")} == READS


def test_batches_are_a_word_of_their_own() -> None:
    """`loads` reads in batches, `fills` writes in them, `gets` is also told that an object is missing."""
    stage, table, bucket = PROD, Table("things"), Bucket("files")
    place = Place(cdk.Stack(), stage, "visits")
    declared = Function("load", Serves("/"), loads=(table,), fills=(table,), gets=(bucket,))
    granted = [each.to_json() for each in statements(place, declared, Resources({}, {}, str))]
    assert {action for each in granted for action in listed(each["Action"])} == {
        "dynamodb:BatchGetItem",
        "dynamodb:BatchWriteItem",
        "s3:GetObject",
        "s3:ListBucket",
    }
    assert environment(place, declared, Resources({}, {}, str))["VIGIE_TABLE_THINGS"] == "vigie-prod-visits-things"


def test_unused_grants_are_listed() -> None:
    """What a function may do and never did is worth a look; a function that never ran says nothing."""
    granted = {"read": frozenset({"dynamodb:GetItem", "dynamodb:Query"}), "idle": frozenset({"sqs:SendMessage"})}
    assert unused({"read": ["dynamodb:Query"]}, granted) == ["read: dynamodb:GetItem"]


def _allowed(stacks: Stacks) -> dict[str, frozenset[str]]:
    return {name: actions for template in stacks.templates for name, actions in allowed(template).items()}


def _every_statement(stacks: Stacks) -> list[dict[str, Any]]:
    """Of every role: those of functions and those of schedules."""
    return [
        dict(each)
        for template in stacks.templates
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::IAM::Role"
        for each in role_statements(resource)
    ]


def test_every_statement_on_a_table_is_bounded_by_its_keys(prod: Stacks) -> None:
    """Named tables, no scan, and only keys that begin as the table's declaration says: a territory's, where there is one.

    Streams have no keys: their statements are the only ones without the condition.
    """
    named = {
        "dynamodb:GetItem",
        "dynamodb:Query",
        "dynamodb:BatchGetItem",
        "dynamodb:BatchWriteItem",
        "dynamodb:PutItem",
    }
    named |= {"dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"}
    bounded = [each for each in _every_statement(prod) if set(listed(each["Action"])) & named]
    assert bounded
    for each in bounded:
        assert set(listed(each["Action"])) <= named
        assert each["Condition"]["Null"] == {"dynamodb:LeadingKeys": "false"}
        (keys,) = each["Condition"]["ForAllValues:StringLike"].values()
        where = json.dumps(each["Resource"])
        assert ("T#*" in listed(keys)) != ("sessions" in where)
        assert set(listed(keys)) <= {"T#*", "USER#*", "TERRITORIES*", "REFERENCE#*", "SESSION#*"}


def test_what_reaches_tables_without_keys_is_a_stream(prod: Stacks) -> None:
    """Nothing that reads a table whole is granted to anybody."""
    free = [
        each for each in _every_statement(prod) if "dynamodb" in json.dumps(each["Action"]) and "Condition" not in each
    ]
    actions = {action for each in free for action in listed(each["Action"])}
    assert actions == {
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
    }
