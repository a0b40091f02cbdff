"""The local system as a World."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from infra.local.demonstration import load_demonstration
from infra.local.outbox import Sent
from infra.local.system import LocalSystem
from tests.system.visitor import Visitor
from tests.system.world import TERRITORY, DeadLetter, Message, Webhook

ROOT = Path(__file__).resolve().parents[2]
ADDRESS_BOOK = "vigie-local-directory-address-book"


class LocalWorld:
    """One running local system."""

    def __init__(self, system: LocalSystem) -> None:
        self.system = system
        load_demonstration(system)
        self.settle()

    @property
    def site(self) -> str:
        return self.system.url

    @property
    def api(self) -> str:
        return self.system.url

    def visitor(self) -> Visitor:
        return Visitor(self.site)

    def token(self, subject: str) -> str:
        tokens = self.system.issuer.person_tokens(subject, f"{subject}@demonstration.example")
        return str(tokens["access_token"])

    def now(self) -> datetime:
        return self.system.now()

    def advance(self, *, hours: float = 0, minutes: float = 0) -> None:
        self.system.advance(timedelta(hours=hours, minutes=minutes))

    def settle(self) -> None:
        self.system.settle()

    def mails_to(self, address: str) -> list[Message]:
        return [_message(sent, address) for sent in self.system.outbox("email", address)]

    def texts_to(self, number: str) -> list[Message]:
        return [_message(sent, number) for sent in self.system.outbox("sms", number)]

    def webhooks_to(self, partner: str) -> list[Webhook]:
        offers = (sent for sent in self.system.outbox("webhook", partner) if '"type":"offer.' in sent.text)
        return [_webhook(sent, partner) for sent in offers]

    def partner_answers(self, partner: str, status: int) -> None:
        self.system.receiver.set_answer(partner, status)

    def secret_of(self, partner: str) -> str:
        key = {"pk": {"S": f"T#{TERRITORY}"}, "sk": {"S": f"PARTNER#{partner}"}}
        item = self.client("dynamodb").get_item(TableName=ADDRESS_BOOK, Key=key)["Item"]
        sealed = base64.b64decode(item["sealed_secret"]["S"])
        context = {"territory": TERRITORY, "partner": partner}
        plain: bytes = self.client("kms").decrypt(CiphertextBlob=sealed, EncryptionContext=context)["Plaintext"]
        return plain.decode()

    def dead_letters(self) -> dict[str, list[DeadLetter]]:
        return {name: list(map(_dead_letter, found)) for name, found in self.system.dead_letters().items()}

    def client(self, service: str) -> Any:
        return self.system.client(service)

    def console(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "console", "--local", *arguments]
        environment = {**os.environ, **self.system.environment()}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def outage(self, service: str, action: str) -> AbstractContextManager[None]:
        return self.system.outage(service, action)


def _message(sent: Sent, to: str) -> Message:
    return Message(sent.at, to, sent.subject, sent.text)


def _webhook(sent: Sent, partner: str) -> Webhook:
    return Webhook(sent.at, partner, dict(sent.body["headers"]), sent.text.encode(), int(sent.body["answer"]))


def _dead_letter(found: dict[str, Any]) -> DeadLetter:
    return DeadLetter(found["body"], dict(found["attributes"]))
