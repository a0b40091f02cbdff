"""What watches the watchers: the auditor's heartbeat, its worries, their alarms and their graphs."""

from __future__ import annotations

import json

from services.alerts.use_cases import auditing
from tests.infra.conftest import Stacks


def test_the_auditors_silence_rings(prod: Stacks) -> None:
    """No heartbeat for a quarter of an hour is an alarm, also when nothing at all is counted any more."""
    alarms = {each["AlarmName"]: each for each in prod.of_type("AWS::CloudWatch::Alarm").values()}
    heartbeat = alarms["vigie-prod-alerts-audit-heartbeat"]
    assert (heartbeat["Namespace"], heartbeat["MetricName"]) == ("Vigie", auditing.HEARTBEAT)
    assert (heartbeat["ComparisonOperator"], heartbeat["Threshold"]) == ("LessThanThreshold", 1)
    assert (heartbeat["TreatMissingData"], heartbeat["Period"]) == ("breaching", 900)
    said = {each["Name"]: each["Value"] for each in heartbeat["Dimensions"]}
    assert said == {"service": "alerts", "stage": "prod"}
    worries = {alarms[f"vigie-prod-alerts-audit-{word}"]["MetricName"] for word in ("missed", "unsound")}
    assert worries < set(auditing.COUNTED)


def test_what_the_auditor_finds_is_on_the_dashboard(prod: Stacks) -> None:
    """Each of its counts has a place there."""
    (page,) = prod.of_type("AWS::CloudWatch::Dashboard").values()
    shown = json.dumps(page["DashboardBody"])
    repairs = {name for name in auditing.COUNTED if name != "AlertsAudited"}
    assert [name for name in {auditing.HEARTBEAT, *repairs} if name not in shown] == []
