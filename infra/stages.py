"""The environments Vigie runs in, and all that differs between them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SENDER_ID = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9]{1,11}")


@dataclass(frozen=True)
class Stage:
    """One environment. `issuer` and `loopback_webhooks` exist for the local system and are refused elsewhere."""

    name: str
    public_url: str
    sender: str
    """The address that e-mails come from; its domain is the SES identity."""
    keeps_data: bool
    """Tables, keys and users survive the removal of their stack."""
    log_days: int
    archive_days: int
    """How long every event can be replayed from the bus archive."""
    requests_per_second: int = 50
    request_burst: int = 100
    careful_requests_per_second: int = 5
    careful_request_burst: int = 20
    """For each route that anybody may try without having signed in."""
    door_concurrency: int | None = None
    """How many requests a function without an authorizer in front answers at once: a flood there leaves room for the rest."""
    sms_sender: str = "VIGIE"
    sms_monthly_usd: int = 20
    """The account's spending limit for texts, as it was asked for: two alarms ring on the way to it."""
    machines: tuple[str, ...] = ("partner",)
    """Partners' systems, each with a client of its own. The client's id stands as `subject` of a member of the directory."""
    region: str = "eu-west-3"
    issuer: str = ""
    audience: str = ""
    loopback_webhooks: bool = False

    def __post_init__(self) -> None:
        if self.name != "local" and (self.issuer or self.audience or self.loopback_webhooks):
            raise ValueError(f"stage {self.name}: a development issuer or loopback webhooks are local only")
        if not _SENDER_ID.fullmatch(self.sms_sender):
            raise ValueError(f"stage {self.name}: French carriers take 11 letters and digits, not digits only")

    @property
    def prefix(self) -> str:
        """What every physical name begins with; also the name of the bus and of the schedule group."""
        return f"vigie-{self.name}"

    @property
    def mail_domain(self) -> str:
        return self.sender.rpartition("@")[2]


LOCAL = Stage(
    name="local",
    public_url="http://localhost:8600",
    sender="alertes@vigie.localhost",
    keeps_data=False,
    log_days=1,
    archive_days=1,
    issuer="http://localhost:8600/_local/issuer",
    audience="vigie-local",
    machines=("logiciel-demonstration",),
    loopback_webhooks=True,
)
DEV = Stage(
    name="dev",
    public_url="https://dev.vigie.example",
    sender="alertes@dev.vigie.example",
    keeps_data=False,
    log_days=14,
    archive_days=7,
)
STAGING = Stage(
    name="staging",
    public_url="https://recette.vigie.example",
    sender="alertes@recette.vigie.example",
    keeps_data=False,
    log_days=30,
    archive_days=30,
)
PROD = Stage(
    name="prod",
    public_url="https://vigie.example",
    sender="alertes@vigie.example",
    keeps_data=True,
    log_days=365,
    archive_days=365,
    requests_per_second=200,
    request_burst=400,
    careful_requests_per_second=20,
    careful_request_burst=60,
    door_concurrency=40,
    sms_monthly_usd=300,
)

STAGES = {stage.name: stage for stage in (LOCAL, DEV, STAGING, PROD)}


def stage_named(name: str) -> Stage:
    """The stage of that name; raises ValueError naming the choice."""
    if name not in STAGES:
        raise ValueError(f"no stage {name!r}: one of {', '.join(STAGES)}")
    return STAGES[name]
