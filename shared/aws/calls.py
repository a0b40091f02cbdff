"""One AWS call, and what its failures mean to us."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

from shared.errors import Reject, Unavailable

QUICK = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
SIGNING = QUICK.merge(Config(signature_version="s3v4", s3={"addressing_style": "virtual"}))
"""For buckets: an address signed for a browser must be the region's own, signed in the way that European regions ask for."""
ONCE = Config(connect_timeout=2, read_timeout=8, retries={"total_max_attempts": 1})
"""For sends to people: botocore would send again after a read time-out, and only the delivery's protocol may decide that."""

_CONDITIONS = {"ConditionalCheckFailedException", "TransactionCanceledException", "TransactionConflictException"}
_BUSY = {"ProvisionedThroughputExceededException", "TransactionInProgressException", "RequestTimeout"}
"""Said with the status of a wrong request, though only the moment was wrong."""
_NEVER_LEFT = (ConnectTimeoutError, EndpointConnectionError)
"""No connection was made, so that nothing can have been accepted."""
_SEND_LATER = {
    "TooManyRequestsException",
    "ThrottlingException",
    "LimitExceededException",
    "SendingPausedException",
    "ServiceQuotaExceededException",
}
_SERVER_ERROR = 500


class NotConfigured(Exception):
    """The environment lacks a name that the declaration promises: the process must not go on."""


class Refused(Reject):
    """AWS refused a send for good: a bad address, a suppressed recipient, a message out of its rules."""


class Throttled(Unavailable):
    """AWS said no for now, or was not reached at all: nothing was accepted, and it is safe to try again."""


def call(operation: Callable[..., Any], **parameters: Any) -> Any:
    """Calls AWS; a dependency that does not answer, throttles or breaks is Unavailable, our own fault stays ClientError."""
    try:
        return operation(**parameters)
    except ClientError as error:
        if error.response["Error"]["Code"] in _CONDITIONS or _is_our_fault(error):
            raise
        raise Unavailable(f"AWS : {error.response['Error']['Code']}.") from error
    except BotoCoreError as error:
        raise Unavailable(f"AWS : {type(error).__name__}.") from error


def send(operation: Callable[..., Any], **parameters: Any) -> Any:
    """Hands a message over: Refused is final, Throttled was not accepted, Unavailable leaves it unknown."""
    try:
        return operation(**parameters)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _SEND_LATER:
            raise Throttled(f"AWS : {code}.") from error
        if _is_our_fault(error):
            raise Refused(f"Envoi refusé : {code}.", code=code) from error
        raise Unavailable(f"AWS : {code}.") from error
    except _NEVER_LEFT as error:
        raise Throttled(f"AWS : {type(error).__name__}.") from error
    except BotoCoreError as error:
        raise Unavailable(f"AWS : {type(error).__name__}.") from error


def to_json(value: Any) -> str:
    """Compact JSON text, for queues and events."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _is_our_fault(error: ClientError) -> bool:
    status = int(error.response["ResponseMetadata"]["HTTPStatusCode"])
    code = error.response["Error"]["Code"]
    busy = code in _BUSY or "hrottl" in code or "LimitExceeded" in code
    return status < _SERVER_ERROR and not busy
