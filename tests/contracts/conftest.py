"""Tables and buckets to hold to their promises: the fakes, and what stands on AWS (moto, one thread)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from benchmarks.quick_table import QuickTable
from benchmarks.sqlite_table import SqliteTable
from shared.aws import Aws
from shared.objects import BucketClient, MemoryBucket
from shared.tables import MemoryTable, TableClient
from shared.topology import Bucket, Index, Table
from tests.simulation.fake_table import FakeTable

THINGS = Table("things", indexes=(Index("due"),))
FILES = Bucket("files")
ENVIRONMENT = {"VIGIE_TABLE_THINGS": "things", "VIGIE_BUCKET_FILES": "files"}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """An account of its own, empty."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        yield Aws(ENVIRONMENT)


@pytest.fixture(params=["memory", "quick", "simulated", "sqlite", "dynamodb"])
def table(request: pytest.FixtureRequest, tmp_path: Path) -> TableClient:
    """An empty table: the fake's, the simulator's, the benchmarks' and DynamoDB's in turn."""
    if request.param == "memory":
        return MemoryTable()
    if request.param == "simulated":
        return FakeTable(THINGS.indexes)
    if request.param == "quick":
        return QuickTable(THINGS)
    if request.param == "sqlite":
        return SqliteTable(tmp_path / "things.sqlite", THINGS)
    made: Aws = request.getfixturevalue("aws")
    _create_table()
    return made.table(THINGS)


@pytest.fixture(params=["memory", "s3"])
def bucket(request: pytest.FixtureRequest) -> BucketClient:
    """An empty bucket, the fake's and S3's in turn."""
    if request.param == "memory":
        return MemoryBucket()
    made: Aws = request.getfixturevalue("aws")
    create_bucket()
    return made.bucket(FILES)


def create_bucket() -> None:
    """Makes the bucket of `FILES`."""
    boto3.client("s3").create_bucket(Bucket="files", CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})


def _create_table() -> None:
    names = ["pk", "sk", "due_pk", "due_sk"]
    boto3.client("dynamodb").create_table(
        TableName="things",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "due",
                "KeySchema": [
                    {"AttributeName": "due_pk", "KeyType": "HASH"},
                    {"AttributeName": "due_sk", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
