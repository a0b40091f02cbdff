"""What becomes of each message comes back: from both providers, encrypted on its way, and never lost before it is read."""

from __future__ import annotations

import json
from typing import Any

from infra.ways_out import MAIL_EVENTS, SUFFERED
from tests.infra.conftest import Resource, Stacks

TOPIC = "vigie-prod-receipts"
QUEUE = "vigie-prod-alerts-hear-providers"


def the_topic(prod: Stacks) -> tuple[str, Resource]:
    """Its key among the resources, and its properties."""
    ((name, topic),) = (each for each in prod.of_type("AWS::SNS::Topic").items() if each[1]["TopicName"] == TOPIC)
    return name, topic


def test_both_providers_tell_the_topic_all_that_we_understand(prod: Stacks) -> None:
    """Openings and clicks are not followed: nobody is watched reading."""
    name, _ = the_topic(prod)
    (mail,) = prod.of_type("AWS::SES::ConfigurationSetEventDestination").values()
    (text,) = (each for each in prod.of_type("AWS::SMSVOICE::ConfigurationSet").values())
    (told,) = text["EventDestinations"]
    assert set(mail["EventDestination"]["MatchingEventTypes"]) == set(MAIL_EVENTS)
    assert not {"open", "click"} & set(MAIL_EVENTS)
    assert told["MatchingEventTypes"] == ["TEXT_ALL"]
    destinations = (mail["EventDestination"]["SnsDestination"]["TopicARN"], told["SnsDestination"]["TopicArn"])
    assert {prod.at(name, reference) for reference in destinations} == {name}


def principals(statement: dict[str, Any]) -> set[str]:
    """The services that a statement speaks of."""
    named = statement["Principal"].get("Service", []) if isinstance(statement["Principal"], dict) else []
    return {named} if isinstance(named, str) else set(named)


def test_what_names_an_address_is_encrypted_under_a_key_that_the_providers_may_use(prod: Stacks) -> None:
    """Only for this account's own messages."""
    name, topic = the_topic(prod)
    key = prod.of_type("AWS::KMS::Key")[prod.at(name, topic["KmsMasterKeyId"])]
    (policy,) = (
        each
        for each in prod.of_type("AWS::SNS::TopicPolicy").values()
        if "sns:Publish" in json.dumps(each) and TOPIC in json.dumps(each)
    )
    for document in (key["KeyPolicy"], policy["PolicyDocument"]):
        (statement,) = (each for each in document["Statement"] if "ses.amazonaws.com" in principals(each))
        assert principals(statement) == {"ses.amazonaws.com", "sms-voice.amazonaws.com"}
        assert statement["Condition"]["StringEquals"]["aws:SourceAccount"] == {"Ref": "AWS::AccountId"}


def test_the_queue_gets_every_word_and_loses_none(prod: Stacks) -> None:
    """Word for word; what cannot enter the queue waits in its dead-letter queue, and both take from this topic alone."""
    queues = prod.of_type("AWS::SQS::Queue")
    ((name, subscription),) = prod.of_type("AWS::SNS::Subscription").items()
    assert queues[prod.at(name, subscription["Endpoint"])]["QueueName"] == QUEUE
    dead = queues[prod.at(name, subscription["RedrivePolicy"]["deadLetterTargetArn"])]
    assert dead["QueueName"] == f"{QUEUE}-dead"
    assert subscription["RawMessageDelivery"] is True
    allowed = [
        statement
        for policy in prod.of_type("AWS::SQS::QueuePolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if "sns.amazonaws.com" in principals(statement)
    ]
    assert len(allowed) == 2
    assert all(TOPIC in json.dumps(statement["Condition"]["ArnEquals"]["aws:SourceArn"]) for statement in allowed)


def test_too_many_returns_ring_before_ses_looks_into_the_account(prod: Stacks) -> None:
    """SES reviews at 5 % of bounces and 0.1 % of complaints, and may stop the account."""
    rates = {
        each["MetricName"]: each["Threshold"]
        for each in prod.of_type("AWS::CloudWatch::Alarm").values()
        if each.get("Namespace") == "AWS/SES"
    }
    assert rates == {f"Reputation.{kind}Rate": most for kind, most in SUFFERED.items()}


def test_doubts_left_to_time_ring(prod: Stacks) -> None:
    """Messages sent twice for want of the providers' word are counted, and more than a few an hour are somebody's business."""
    alarms = {each["AlarmName"]: each for each in prod.of_type("AWS::CloudWatch::Alarm").values()}
    assert alarms[f"{QUEUE}-doubled"]["MetricName"] == "DeliveriesPossiblyDoubled"
