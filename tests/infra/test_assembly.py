"""Synthesizing: only when something changed, never without what must be in it, and judged as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from infra import synth
from infra.assembly import AssemblyError, draft, fingerprint, packaged, sources
from infra.stages import PROD


def test_a_second_synthesis_is_the_first_one(prod: object) -> None:
    """Nothing changed: the same folder comes back, untouched."""
    first = draft(PROD.name)
    made = (first / "manifest.json").stat().st_mtime_ns
    assert (draft(PROD.name), (first / "manifest.json").stat().st_mtime_ns) == (first, made)


def test_the_fingerprint_follows_options() -> None:
    """A validated assembly is not the same as one that was not."""
    assert fingerprint([]) == fingerprint([])
    assert fingerprint([]) != fingerprint([], "validated")


def test_a_deployed_stage_needs_its_packages(tmp_path: Path) -> None:
    """Without packages there is nothing to deploy, and the error says what to run."""
    with pytest.raises(AssemblyError, match="make package"):
        packaged(tmp_path)


def test_an_asset_holds_its_service_and_the_kernel_alone(tmp_path: Path) -> None:
    """A service's code travels with `shared` and without the other services."""
    assets = sources(tmp_path / "sources")
    found = {path.relative_to(assets / "visits").as_posix() for path in (assets / "visits").glob("*/*")}
    assert {"services/__init__.py", "services/visits", "shared/topology.py"} <= found
    assert not {"services/alerts", "services/directory"} & found
    assert list(assets.rglob("__pycache__")) == []


def report(*violations: dict[str, Any], accepted: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    """A validation report as CDK writes it."""
    plugin = {"pluginName": synth.RULES, "violations": list(violations), "suppressedViolations": list(accepted)}
    return {"pluginReports": [plugin]}


def violation(**more: str) -> dict[str, Any]:
    """One finding on one construct."""
    return {"ruleName": "S1", "description": "No log.", "violatingConstructs": [{"constructPath": "a/b"}], **more}


def test_a_finding_is_told_with_its_place() -> None:
    """A finding that nobody acknowledged fails the check and says where it is."""
    assert synth.validation(report(violation())).findings == ["S1: No log. (a/b)"]


def test_an_acknowledgement_needs_a_reason() -> None:
    """Silencing a rule without saying why is itself a finding."""
    verdict = synth.validation(report(accepted=(violation(reason="Known."), violation(reason=""))))
    assert verdict == synth.Verdict(["no reason given: S1: No log. (a/b)"], 2)


def test_rules_that_did_not_run_are_no_success() -> None:
    """An empty report is a finding."""
    assert synth.validation({"pluginReports": []}).findings == ["the AwsSolutions rules did not run"]


def test_production_has_no_finding(tmp_path: Path) -> None:
    """CDK's validator, the AwsSolutions rules and cfn-lint find nothing that is not acknowledged with a reason."""
    _, verdicts = synth.judge(tmp_path)
    assert [finding for verdict in verdicts for finding in verdict.findings] == []
