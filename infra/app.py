"""The whole of Vigie in one stage, as an application for CDK: `python -m infra.app <stage> <assets> <folder>`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from infra.gate import gate_stack
from infra.packaging import services
from infra.platform_stack import platform_stack
from infra.service_stack import service_stack
from infra.stages import Stage, stage_named
from shared.topology import Service

ROOT = Path(__file__).resolve().parent.parent


def build(stage: Stage, declared: Sequence[Service], *, assets: Path, folder: Path, validated: bool = False) -> cdk.App:
    """The application, not yet synthesized; `assets` holds one folder of code a service, `folder` receives it all.

    The context comes from `cdk.json` here too: CDK's command line reads that file, a process that builds an `App` does
    not, and the two would produce different templates.
    """
    app = cdk.App(
        outdir=str(folder),
        context=json.loads((ROOT / "cdk.json").read_text())["context"],
        analytics_reporting=False,
        tree_metadata=False,
        builtin_cloud_formation_validation=validated,
        default_stack_synthesizer=cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
    )
    platform = platform_stack(app, stage)
    gate = gate_stack(app, stage, declared)
    for service in declared:
        made = service_stack(app, stage, service, assets)
        made.add_stack_dependency(platform)
        gate.add_stack_dependency(made)
    if validated:
        cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app, verbose=True))
    return app


def main(arguments: Sequence[str]) -> None:
    """Synthesizes `<stage>` with the code under `<assets>` into `<folder>`; `validated` adds CDK's validator and cdk-nag."""
    stage, assets, folder, *options = arguments
    declared = list(services().values())
    app = build(
        stage_named(stage), declared, assets=Path(assets), folder=Path(folder), validated="validated" in options
    )
    app.synth()


if __name__ == "__main__":
    main(sys.argv[1:])
