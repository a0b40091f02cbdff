"""The one account and region of the local system, and how its resources are named."""

from __future__ import annotations

ACCOUNT = "123456789012"
REGION = "eu-west-3"


def arn(service: str, resource: str) -> str:
    """`arn:aws:<service>:<region>:<account>:<resource>`."""
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def last_part(name: str) -> str:
    """The resource's own name in an ARN or a queue URL: what follows the last `:` or `/`."""
    return name.replace("/", ":").rsplit(":", 1)[-1]


def service_of(name: str) -> str:
    """The service part of an ARN; empty for anything else."""
    match name.split(":"):
        case ["arn", _, service, _, _, *_]:
            return service
    return ""
