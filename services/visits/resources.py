"""What the visits service owns, apart from its declaration: a function that only relays reads this and no event."""

from __future__ import annotations

from shared.resources import Bucket, Index, Queue, Table

VISITS = Table(
    "visits",
    indexes=(Index("territory"), Index("structure"), Index("enterprise"), Index("programme")),
    keys=("T#", "REFERENCE#"),
)
REGISTER = Table("register", indexes=(Index("name"), Index("place"), Index("size")))
ATTACHMENTS = Bucket("attachments", recover_days=30)
IMPORTS = Bucket("imports", keep_days=90, recover_days=1)
IMPORT_ADVANCES = Queue("import-advances", visibility_s=1800, max_receives=3)
IMPORT_CHUNKS = Queue("import-chunks", visibility_s=360)
