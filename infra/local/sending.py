"""E-mail and texts: AWS's checks, then the outbox instead of the world."""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Any

from infra.local.calls import Answer, Call, error_answer, json_answer

_MAIL_BYTES = 40 * 1024 * 1024
_RECIPIENTS = 50
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_TAG = re.compile(r"[A-Za-z0-9_.@-]{1,256}")
_SMS_CHARACTERS = 1600
_CALLING_CODES = {"33": "FR", "590": "GP", "596": "MQ", "594": "GF", "262": "RE"}
Deliver = Callable[[str, dict[str, Any]], None]


@dataclass
class Senders:
    """What the templates deployed to send with."""

    mail_identities: set[str] = field(default_factory=set)
    """Domains and addresses."""
    mail_configurations: set[str] = field(default_factory=set)
    sms_configurations: dict[str, str] = field(default_factory=dict)
    """Configuration set → its protect configuration."""
    sms_countries: dict[str, set[str]] = field(default_factory=dict)
    """Protect configuration → the countries it allows."""
    sms_senders: set[str] = field(default_factory=set)

    def owns(self, address: str) -> bool:
        """Whether the address, its domain or a parent domain is a deployed identity."""
        domain = address.rpartition("@")[2]
        labels = domain.split(".")
        parents = {".".join(labels[start:]) for start in range(len(labels))}
        return bool({address, *parents} & self.mail_identities)


class Sending:
    """Answers `sesv2:SendEmail` and `sms-voice:SendTextMessage`; what is accepted is delivered before the answer."""

    def __init__(self, senders: Senders, deliver: Deliver) -> None:
        self._senders = senders
        self._deliver = deliver

    def send_email(self, call: Call) -> Answer:
        """A raw message, as SES takes it."""
        request = call.request
        raw = request.get("Content", {}).get("Raw", {}).get("Data")
        if not raw:
            return error_answer("BadRequestException", "only Content.Raw is sent here")
        mime = base64.b64decode(raw)
        message = message_from_bytes(mime, policy=policy.default)
        recipients = _recipients(message, request.get("Destination", {}))
        if problem := self._mail_problem(request, mime, message, recipients):
            return error_answer(*problem)
        identifier = f"local-{uuid.uuid4()}"
        self._deliver("email", _mail_body(identifier, message, recipients, request))
        return json_answer({"MessageId": identifier})

    def _mail_problem(
        self, request: dict[str, Any], mime: bytes, message: EmailMessage, recipients: list[str]
    ) -> tuple[str, str] | None:
        sender = request.get("FromEmailAddress") or str(message.get("From", ""))
        addresses = [address for _, address in getaddresses([sender])]
        tags = [part for tag in request.get("EmailTags", []) for part in (tag["Name"], tag["Value"])]
        configuration = request.get("ConfigurationSetName", "")
        rules = {
            ("MessageRejected", f"Email address is not verified: {sender}"): bool(addresses)
            and self._senders.owns(addresses[0]),
            ("NotFoundException", f"Configuration set <{configuration}> does not exist."): configuration
            in {"", *self._senders.mail_configurations},
            ("MessageRejected", f"Message length is more than {_MAIL_BYTES} bytes long"): len(mime) <= _MAIL_BYTES,
            ("BadRequestException", f"between 1 and {_RECIPIENTS} recipients"): 1 <= len(recipients) <= _RECIPIENTS,
            ("BadRequestException", "Missing final '@domain'"): all("@" in address for address in recipients),
            ("BadRequestException", "Invalid tag: ASCII letters, digits, '_', '-', '.', '@'"): all(
                _TAG.fullmatch(part) for part in tags
            ),
        }
        return next((problem for problem, kept in rules.items() if not kept), None)

    def send_text_message(self, call: Call) -> Answer:
        """A text, as End User Messaging takes it."""
        request = call.request
        if problem := self._text_problem(request):
            return error_answer(*problem)
        identifier = str(uuid.uuid4())
        body = {
            "message_id": identifier,
            "sender": request["OriginationIdentity"].split("|")[0],
            "to": [request["DestinationPhoneNumber"]],
            "text": request["MessageBody"],
            "context": request.get("Context", {}),
            "configuration": request.get("ConfigurationSetName", ""),
        }
        self._deliver("sms", body)
        return json_answer({"MessageId": identifier})

    def _text_problem(self, request: dict[str, Any]) -> tuple[str, str] | None:
        number, text = request.get("DestinationPhoneNumber", ""), request.get("MessageBody", "")
        configuration = request.get("ConfigurationSetName", "")
        if not _E164.fullmatch(number):
            return "ValidationException", "INVALID_PHONE_NUMBER: DestinationPhoneNumber is not in E.164 format"
        if not 1 <= len(text) <= _SMS_CHARACTERS:
            return "ValidationException", f"MessageBody has {len(text)} characters: between 1 and {_SMS_CHARACTERS}"
        if configuration and configuration not in self._senders.sms_configurations:
            return "ResourceNotFoundException", f"configuration-set {configuration}"
        origin = request.get("OriginationIdentity", "").split("/")[0].split("|")[0]
        if origin.rpartition(":")[2] not in self._senders.sms_senders:
            return "ResourceNotFoundException", f"sender-id {request.get('OriginationIdentity')}"
        return self._country_problem(configuration, number)

    def _country_problem(self, configuration: str, number: str) -> tuple[str, str] | None:
        protection = self._senders.sms_configurations.get(configuration, "")
        allowed = self._senders.sms_countries.get(protection)
        country = next((name for code, name in _CALLING_CODES.items() if number.startswith(f"+{code}")), "?")
        if allowed is not None and country not in allowed:
            return "ConflictException", "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION"
        return None


def _recipients(message: EmailMessage, destination: dict[str, list[str]]) -> list[str]:
    given = [address for addresses in destination.values() for address in addresses]
    headers = [str(value) for name in ("To", "Cc", "Bcc") for value in message.get_all(name, [])]
    return [address for _, address in getaddresses(given or headers) if address]


def _mail_body(
    identifier: str, message: EmailMessage, recipients: list[str], request: dict[str, Any]
) -> dict[str, Any]:
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    return {
        "message_id": identifier,
        "sender": str(message.get("From", "")),
        "to": recipients,
        "subject": str(message.get("Subject", "")),
        "text": text.get_content() if text else "",
        "html": html.get_content() if html else "",
        "headers": {name: str(value) for name, value in message.items()},
        "attachments": [part.get_filename() or "" for part in message.iter_attachments()],
        "configuration": request.get("ConfigurationSetName", ""),
        "tags": {tag["Name"]: tag["Value"] for tag in request.get("EmailTags", [])},
    }
