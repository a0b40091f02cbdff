"""What the alerts service owns, apart from its declaration: a function that only relays reads this and no event."""

from __future__ import annotations

from shared.resources import Bucket, Index, Queue, Secret, Table

LEDGER = Table("ledger", indexes=(Index("due"), Index("board"), Index("recipient", keys_only=True)))
EMAILS = Queue("emails", visibility_s=360)
TEXTS = Queue("texts", visibility_s=360)
WEBHOOKS = Queue("webhooks", visibility_s=240, max_receives=8)
BROADCASTS = Queue("broadcasts")
PROOFS = Bucket("proofs")
LINK_KEY = Secret("link-key")

DELIVERIES = (EMAILS, TEXTS, WEBHOOKS)
