"""What a function's process is told: a name or an ARN for each thing its declaration mentions, and nothing more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from infra.place import Place
from shared.topology import MAIL, SMS, Channel, Function, Serves, environment_name


@dataclass(frozen=True)
class Resources:
    """What only AWS can name: queue URLs and secret ARNs by declared name, and the platform's parameters."""

    queues: Mapping[str, str]
    secrets: Mapping[str, str]
    parameter: Callable[[str], str]


def environment(place: Place, declared: Function, resources: Resources) -> dict[str, str]:
    """The variables of one function; `shared.aws` reads them back by the same declarations."""
    stage = place.stage
    told = {
        "VIGIE_STAGE": stage.name,
        "VIGIE_SERVICE": place.service,
        "VIGIE_FUNCTION": declared.name,
        "VIGIE_PUBLIC_URL": stage.public_url,
        "POWERTOOLS_SERVICE_NAME": place.service,
        "POWERTOOLS_METRICS_NAMESPACE": "Vigie",
        # Looking for plug-ins reads every installed package's metadata at each cold start, and we have none.
        "PYDANTIC_DISABLE_PLUGINS": "true",
        **_named(place, declared, resources),
        **_identity(declared, resources),
        **_platform(place, declared, resources),
        **({"VIGIE_LOOPBACK_WEBHOOKS": "1"} if stage.loopback_webhooks else {}),
    }
    return dict(sorted(told.items()))


def _named(place: Place, declared: Function, resources: Resources) -> dict[str, str]:
    tables = {*declared.reads, *declared.writes, *declared.loads, *declared.fills}
    buckets = {*declared.gets, *declared.puts, *declared.deletes}
    return {
        **{environment_name("TABLE", table.name): place.table(table) for table in tables},
        **{environment_name("BUCKET", bucket.name): place.bucket(bucket) for bucket in buckets},
        **{environment_name("QUEUE", queue.name): resources.queues[queue.name] for queue in declared.sends},
        **{environment_name("SECRET", secret.name): resources.secrets[secret.name] for secret in declared.secrets},
    }


def _identity(declared: Function, resources: Resources) -> dict[str, str]:
    if not isinstance(declared.trigger, Serves):
        return {}
    audience = resources.parameter("callers" if declared.trigger.bearer else "audience")
    return {"VIGIE_ISSUER": resources.parameter("issuer"), "VIGIE_AUDIENCE": audience}


def _platform(place: Place, declared: Function, resources: Resources) -> dict[str, str]:
    channels: dict[Channel, dict[str, str]] = {
        MAIL: {"VIGIE_SENDER": place.stage.sender, "VIGIE_SES_CONFIGURATION": place.stage.prefix},
        SMS: {"VIGIE_SMS_ORIGIN": place.stage.sms_sender, "VIGIE_SMS_CONFIGURATION": place.stage.prefix},
    }
    bus = {"VIGIE_BUS": place.stage.prefix} if declared.publishes else {}
    vault = {"VIGIE_DATA_KEY": resources.parameter("data-key")} if declared.encrypts or declared.decrypts else {}
    return bus | vault | {name: value for channel in declared.channels for name, value in channels[channel].items()}
