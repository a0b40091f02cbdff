"""What the matching service owns, apart from its declaration: a function that only relays reads this and no event."""

from __future__ import annotations

from shared.resources import Bucket, Index, Queue, Table

MATCHING = Table("matching", indexes=(Index("job"), Index("due")))
REFERENCE = Bucket("reference", recover_days=30)
RUNS = Bucket("runs", keep_days=1095, recover_days=30)
RUN_ORDERS = Queue("run-orders", visibility_s=5400, max_receives=3)
