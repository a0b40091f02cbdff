"""The flow map: read back from templates, never written by hand."""

from __future__ import annotations

from typing import Any

import pytest

from infra.flows import BEGIN, END, NOBODY, Flow, flows, mermaid, write
from infra.stages import PROD
from tests.infra.conftest import Stacks


def publisher(*events: str) -> dict[str, Any]:
    """A template of service `bakery` whose relay may publish these."""
    condition = {"ForAllValues:StringEquals": {"events:detail-type": list(events)}}
    statement = {"Action": "events:PutEvents", "Condition": condition}
    role = {"Policies": [{"PolicyDocument": {"Statement": [statement]}}]}
    function = {"FunctionName": "v-bakery-relay", "Role": {"Fn::GetAtt": ["role", "Arn"]}}
    return {
        "Resources": {
            "role": {"Type": "AWS::IAM::Role", "Properties": role},
            "relay": {"Type": "AWS::Lambda::Function", "Properties": function},
        }
    }


def subscriber(event: str) -> dict[str, Any]:
    """A template of service `shop` whose `sell_bread` hears this."""
    queue = {"Fn::GetAtt": ["queue", "Arn"]}
    rule = {"EventPattern": {"detail-type": [event]}, "Targets": [{"Arn": queue}]}
    function = {"FunctionName": "v-shop-sell-bread", "Role": {"Fn::GetAtt": ["role", "Arn"]}}
    mapping = {"EventSourceArn": queue, "FunctionName": {"Ref": "sell"}}
    return {
        "Resources": {
            "role": {"Type": "AWS::IAM::Role", "Properties": {}},
            "sell": {"Type": "AWS::Lambda::Function", "Properties": function},
            "rule": {"Type": "AWS::Events::Rule", "Properties": rule},
            "mapping": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": mapping},
        }
    }


def test_a_flow_goes_from_who_may_publish_to_who_hears() -> None:
    """The condition on a role and the pattern of a rule meet in the event's name."""
    found = flows([publisher("BreadBaked.v1", "OvenCleaned.v1"), subscriber("BreadBaked.v1")], "v")
    assert found == [
        Flow("bakery", "BreadBaked.v1", "shop sell_bread"),
        Flow("bakery", "OvenCleaned.v1", NOBODY),
    ]


def test_the_map_draws_what_nobody_hears_yet() -> None:
    """An event without subscriber is drawn with a dotted arrow, not left out."""
    drawing = mermaid([Flow("bakery", "BreadBaked.v1", "shop sell_bread"), Flow("bakery", "OvenCleaned.v1", NOBODY)])
    assert '  bakery__outbox -->|"BreadBaked.v1"| shop__sell_bread' in drawing
    assert '  bakery__outbox -.->|"OvenCleaned.v1"| bakery_unheard([nobody yet])' in drawing


def test_writing_keeps_the_rest_of_the_page() -> None:
    """Only what stands between the markers changes."""
    page = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    assert write(page, "new") == f"before\n{BEGIN}\nnew\n{END}\nafter\n"


def test_a_page_without_markers_is_refused() -> None:
    """A map that has nowhere to go is an error, not a silent success."""
    with pytest.raises(ValueError, match="lacks"):
        write("no markers", "new")


def test_nobody_waits_for_an_event_that_is_never_published(prod: Stacks) -> None:
    """Every event that a rule matches is one that some service may publish."""
    published = {flow.event for flow in flows(prod.templates, PROD.prefix)}
    rules = prod.of_type("AWS::Events::Rule").values()
    assert {event for rule in rules for event in rule["EventPattern"]["detail-type"]} <= published


def test_an_urgent_need_opens_an_alert(prod: Stacks) -> None:
    """The event that starts the 48 hours reaches the alerts service."""
    assert Flow("visits", "UrgentRecruitmentReported.v1", "alerts open_alert") in flows(prod.templates, PROD.prefix)
