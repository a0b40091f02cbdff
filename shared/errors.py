"""The exception tree: what is refused for good, and what is worth another try.

VigieError
├── Reject                  never retried: answered at once, or parked in a dead-letter queue with its reason
│   ├── Invalid      422    what was sent breaks a rule; the French message says which
│   ├── Unidentified 401    nobody is signed in, or the proof is not valid
│   ├── Forbidden    403    known caller, not their role
│   ├── NotFound     404    unknown here; another territory's id looks the same
│   ├── Conflict     409    the thing moved meanwhile (expected version, duplicate in progress)
│   ├── TooLarge     413    over a stated size
│   └── Unreadable          a message no version of the code understands
└── Retry                   the world was not ready; the queue tries again
    └── Unavailable  503    a dependency did not answer
"""

from __future__ import annotations

from collections.abc import Mapping


class VigieError(Exception):
    """Root of every error that Vigie raises on purpose.

    `message` is French, for the person who caused it; `code` is stable, for the machine (the last part of the
    problem's `type`); `fields` maps a form field or JSON pointer to its own French message.
    """

    status = 500
    code = "erreur"

    def __init__(self, message: str, *, code: str | None = None, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.fields: dict[str, str] = dict(fields or {})


class Reject(VigieError):
    """Trying again cannot help."""

    status = 400
    code = "refus"


class Invalid(Reject):
    """What was sent breaks a rule."""

    status = 422
    code = "donnees-invalides"


class Unidentified(Reject):
    """Nobody is signed in, or the proof is not valid."""

    status = 401
    code = "non-identifie"


class Forbidden(Reject):
    """The caller is known and may not do this."""

    status = 403
    code = "interdit"


class NotFound(Reject):
    """Unknown here; a thing of another territory is answered the same way."""

    status = 404
    code = "introuvable"


class Conflict(Reject):
    """The thing moved meanwhile: an expected version or an idempotency key does not fit."""

    status = 409
    code = "conflit"


class TooLarge(Reject):
    """Over a stated size."""

    status = 413
    code = "trop-volumineux"


class Unreadable(Reject):
    """A message that no version of this code understands."""

    code = "message-illisible"


class Retry(VigieError):
    """The world was not ready; what was asked is intact and will be tried again."""

    status = 503
    code = "reessayer"


class Unavailable(Retry):
    """A dependency did not answer."""

    code = "indisponible"
