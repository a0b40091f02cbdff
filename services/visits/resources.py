"""What the visits service owns, apart from its declaration: a function that only relays reads this and no event."""

from __future__ import annotations

from shared.resources import Index, Table

VISITS = Table("visits", indexes=(Index("territory"), Index("structure")))
