"""What is pure and slow, made quick: a letter's HTML is looked at elsewhere, and says nothing of who gets it how often."""

from __future__ import annotations

from typing import Any

from services.alerts.channels.email import EmailChannel, Letters
from services.alerts.messages.message import Message


class QuickLetters(Letters):
    """Subject and address only."""

    def __init__(self) -> None: ...

    def mime(self, message: Message, *, to: str, **envelope: Any) -> bytes:
        return f"To: {to}\nSubject: {message.subject}\n".encode()


class QuickEmailChannel(EmailChannel):
    """The channel itself, but for its letters."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._letters = QuickLetters()
