"""Webhooks in: a partner's system says what became of an offer, signed, and the alert follows."""

AUTHOR = "inbound:"
"""What the name of a partner's system begins with in the audit."""
