"""`make synth`: synthesizes production and has it judged by CDK's validator, the AwsSolutions rules and cfn-lint."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from infra.assembly import BUILD, ROOT, AssemblyError, sources, synthesize
from infra.stages import PROD

RULES = "AwsSolutions"
LINT_IGNORED = {"W3005": "CDK writes a function's DependsOn on its role, which the reference to it already implies"}


class Verdict(NamedTuple):
    """What one judge found, and what was acknowledged with a reason."""

    findings: list[str]
    acknowledged: int


def judge(home: Path) -> tuple[Path, list[Verdict]]:
    """Synthesizes from source code alone, so that no package has to be built; returns the assembly and the verdicts."""
    folder = home / "validated"
    failure = ""
    try:
        synthesize(PROD.name, sources(home / "sources"), folder, "validated")
    except AssemblyError as error:
        failure = str(error)
    report = folder / "validation-report.json"
    if not report.exists():
        raise AssemblyError(failure or "CDK left no validation report: did its validation run?")
    return folder, [validation(json.loads(report.read_text(encoding="utf-8"))), lint(folder)]


def validation(report: dict[str, Any]) -> Verdict:
    """The findings of CDK's validator and of cdk-nag; an acknowledgement without a reason is a finding too."""
    plugins = report["pluginReports"]
    findings = [_finding(each) for plugin in plugins for each in plugin["violations"]]
    accepted = [each for plugin in plugins for each in plugin.get("suppressedViolations", [])]
    findings += [f"no reason given: {_finding(each)}" for each in accepted if not each.get("reason")]
    if RULES not in {plugin["pluginName"] for plugin in plugins}:
        findings.append(f"the {RULES} rules did not run")
    return Verdict(findings, len(accepted))


def _finding(violation: dict[str, Any]) -> str:
    where = ", ".join(construct["constructPath"] for construct in violation["violatingConstructs"])
    return f"{violation['ruleName']}: {violation['description']} ({where})"


def lint(folder: Path) -> Verdict:
    """cfn-lint on every template, for our region."""
    command = [str(Path(sys.executable).parent / "cfn-lint"), "--regions", PROD.region, "--format", "json"]
    command += ["--ignore-checks", *LINT_IGNORED, "--", *map(str, sorted(folder.glob("*.template.json")))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        matches = json.loads(done.stdout)
    except json.JSONDecodeError:
        raise AssemblyError(f"cfn-lint failed\n{done.stderr[-2000:]}") from None
    return Verdict([_match(each) for each in matches], len(LINT_IGNORED))


def _match(match: dict[str, Any]) -> str:
    place = f"{Path(match['Filename']).name}:{match['Location']['Start']['LineNumber']}"
    return f"{match['Rule']['Id']}: {match['Message']} ({place})"


def table(folder: Path) -> Iterator[str]:
    """A line a stack: how much there is of it, against CloudFormation's limits."""
    yield f"{'stack':24} {'resources':>9} {'kB':>5}  functions queues alarms"
    for path in sorted(folder.glob("*.template.json")):
        template = json.loads(path.read_text(encoding="utf-8"))
        kinds = Counter(each["Type"].rpartition("::")[2] for each in template["Resources"].values())
        name = path.name.removesuffix(".template.json")
        counts = f"{kinds['Function']:9} {kinds['Queue']:6} {kinds['Alarm']:6}"
        yield f"{name:24} {kinds.total():9} {path.stat().st_size // 1000:5}  {counts}"


def main() -> int:
    """Prints the stacks and the findings; 0 only where there is none."""
    folder, (validated, linted) = judge(BUILD / PROD.name)
    findings = validated.findings + linted.findings
    lines = [*table(folder), *findings]
    lines.append(
        f"{len(validated.findings)} findings by CDK's validator and {RULES} ({validated.acknowledged} acknowledged, "
        f"each with its reason), {len(linted.findings)} by cfn-lint ({', '.join(LINT_IGNORED)} ignored)"
    )
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if findings else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except AssemblyError as error:
        sys.exit(str(error))
