"""What an invocation counts: each count says its service and its stage, once."""

from __future__ import annotations

import json

import pytest

from shared.runtime.schedules import scheduled


def test_a_count_says_its_stage_at_every_invocation(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two stages of one account must not hide each other's silence; a warm process says it as a new one does."""
    monkeypatch.setenv("VIGIE_STAGE", "recette")
    handler = scheduled(lambda _aws: lambda: {"Relayed": 3})
    handler({}, None)
    handler({}, None)
    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "Relayed" in line]
    assert [each["stage"] for each in counted] == ["recette", "recette"]
    assert "stage" in counted[1]["_aws"]["CloudWatchMetrics"][0]["Dimensions"][0]
