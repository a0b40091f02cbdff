"""One service's declaration turned into its stack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_ssm as ssm

from infra import alarms, grants, pieces, triggers
from infra.environment import Resources, environment
from infra.packaging import AMAZON_ROOTS, TASK_ROOT
from infra.pieces import FedQueue
from infra.place import Place, stack_for
from infra.stages import Stage
from shared.topology import Drains, Every, Follows, Function, Hears, On, Serves, Service, Table

HEARD_TRIES = 5


def service_stack(app: cdk.App, stage: Stage, service: Service, assets: Path) -> cdk.Stack:
    """The stack `vigie-<stage>-<service>`; its functions share the code in `assets`/<service>."""
    place = stack_for(app, stage, service.name, service.title or service.name)
    building = _Building(place, service, assets / service.name)
    for declared in service.functions:
        building.add(declared)
    return place.stack


class _Building:
    """The resources of one service: what it owns first, then each function and what wakes it."""

    def __init__(self, place: Place, service: Service, asset: Path) -> None:
        self._place = place
        self._code = lambda_.Code.from_asset(str(asset))
        roots = asset / AMAZON_ROOTS
        self._trust = {"AWS_CA_BUNDLE": f"{TASK_ROOT}/{AMAZON_ROOTS}"} if roots.exists() else {}
        followed = {each.trigger.table for each in service.functions if isinstance(each.trigger, Follows)}
        self._tables = {table.name: pieces.table(place, table, followed=table in followed) for table in service.tables}
        self._queues = {queue.name: pieces.declared_queue(place, queue) for queue in service.queues}
        for bucket in service.buckets:
            pieces.bucket(place, bucket)
        self._resources = Resources(
            queues={name: fed.live.queue_url for name, fed in self._queues.items()},
            secrets={secret.name: pieces.secret(place, secret).secret_arn for secret in service.secrets},
            parameter=self._parameter,
        )

    def add(self, declared: Function) -> None:
        """A function and its trigger."""
        match declared.trigger:
            case On():
                self._on(declared, declared.trigger)
            case Drains(queue, batch, most):
                triggers.check_visibility(declared, queue)
                self._drains(declared, self._queues[queue.name], batch, most)
            case Follows(table):
                self._follows(declared, table)
            case Serves():
                self._serves(declared, declared.trigger)
            case Every():
                self._every(declared, declared.trigger)
            case Hears():
                self._hears(declared)

    def _on(self, declared: Function, trigger: On) -> None:
        visibility_s = pieces.VISIBILITY_PER_TIMEOUT * declared.timeout_s
        fed = pieces.fed_queue(self._place, declared.name, visibility_s=visibility_s, max_receives=trigger.max_receives)
        triggers.subscribe(self._place, declared, trigger, fed)
        self._drains(declared, fed, batch=10)

    def _hears(self, declared: Function) -> None:
        visibility_s = pieces.VISIBILITY_PER_TIMEOUT * declared.timeout_s
        fed = pieces.fed_queue(self._place, declared.name, visibility_s=visibility_s, max_receives=HEARD_TRIES)
        triggers.hear(self._place, declared, fed)
        self._drains(declared, fed, batch=10)

    def _drains(self, declared: Function, fed: FedQueue, batch: int, most: int = 0) -> None:
        told = {"VIGIE_DEAD_QUEUE": fed.dead.queue_url, "VIGIE_MAX_RECEIVES": str(fed.max_receives)}
        consumes = grants.allow(grants.CONSUMES, [fed.live.queue_arn])
        made = self._function(declared, [*consumes, *_buries(fed.dead)], told=told)
        triggers.drain(made, fed.live, batch=batch, most=most)

    def _follows(self, declared: Function, table: Table) -> None:
        followed = self._tables[table.name]
        dead = pieces.dead_queue(self._place, declared.name)
        follows = grants.allow(grants.FOLLOWS, [followed.table_stream_arn])
        made = self._function(declared, [*follows, *_buries(dead)])
        triggers.follow(self._place, declared, made, followed, dead)

    def _serves(self, declared: Function, trigger: Serves) -> None:
        authorizer = self._parameter("authorizer") if trigger.bearer else None
        api = triggers.Api(self._parameter("api"), authorizer)
        triggers.serve(self._place, declared, trigger, self._function(declared), api)

    def _every(self, declared: Function, trigger: Every) -> None:
        dead = pieces.dead_queue(self._place, declared.name)
        made = self._function(declared, _buries(dead), dead=dead)
        triggers.schedule(self._place, declared, trigger, made, dead)
        alarms.silence_alarm(self._place, declared, made)
        if trigger.heartbeat:
            alarms.heartbeat_alarm(self._place, declared, trigger.heartbeat)
        for metric in trigger.worries:
            alarms.worry_alarm(self._place, declared, metric)

    def _function(
        self,
        declared: Function,
        statements: Sequence[iam.PolicyStatement] = (),
        *,
        told: Mapping[str, str] | None = None,
        dead: sqs.Queue | None = None,
    ) -> lambda_.Function:
        declared_statements = grants.statements(self._place, declared, self._resources)
        role = pieces.function_role(self._place, declared, [*declared_statements, *statements])
        return pieces.function(
            self._place,
            declared,
            code=self._code,
            role=role,
            environment=environment(self._place, declared, self._resources) | self._trust | dict(told or {}),
            dead=dead,
        )

    def _parameter(self, name: str) -> str:
        return str(ssm.StringParameter.value_for_string_parameter(self._place.stack, self._place.parameter(name)))


def _buries(dead: sqs.Queue) -> list[iam.PolicyStatement]:
    """What failed for good is set aside under the function's own role."""
    return grants.allow(["sqs:SendMessage"], [dead.queue_arn])
