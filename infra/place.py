"""Where a resource stands, and therefore what it is called: stacks meet by name, never by export."""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk

from infra.stages import Stage
from shared.topology import Bucket, Table, physical_name


@dataclass(frozen=True)
class Place:
    """One service's stack in one stage."""

    stack: cdk.Stack
    stage: Stage
    service: str

    def name(self, thing: str, owner: str = "") -> str:
        """The physical name of something that this service, or `owner`, has."""
        return physical_name(self.stage.prefix, owner or self.service, thing)

    def table(self, table: Table) -> str:
        return self.name(table.name, table.service)

    def bucket(self, bucket: Bucket) -> str:
        """Bucket names are unique in the world, hence the account."""
        return f"{self.name(bucket.name, bucket.service)}-{cdk.Aws.ACCOUNT_ID}"

    def objects(self, bucket: Bucket) -> str:
        """The ARN of every object of a bucket."""
        return f"arn:aws:s3:::{self.bucket(bucket)}/*"

    def whole(self, bucket: Bucket) -> str:
        """The ARN of a bucket itself: who may list it is told that an object is missing, others only that they may not."""
        return f"arn:aws:s3:::{self.bucket(bucket)}"

    def arn(self, api: str, resource: str) -> str:
        return f"arn:aws:{api}:{self.stage.region}:{cdk.Aws.ACCOUNT_ID}:{resource}"

    def parameter(self, name: str) -> str:
        """Where the platform leaves an identifier that AWS chose, for the services' stacks."""
        return f"/vigie/{self.stage.name}/{name}"


def stack_for(app: cdk.App, stage: Stage, service: str, title: str) -> Place:
    """An empty stack `vigie-<stage>-<service>`."""
    stack = cdk.Stack(
        app,
        f"{stage.prefix}-{service}",
        env=cdk.Environment(region=stage.region),
        tags={"application": "vigie", "stage": stage.name},
        description=f"Vigie, {stage.name}: {title}",
    )
    return Place(stack, stage, service)
