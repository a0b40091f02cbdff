"""Objects of the buckets, written through to the state and put back at the start; only the newest version is kept."""

from __future__ import annotations

from typing import Any

from moto.s3.models import s3_backends

from infra.local.arns import ACCOUNT
from infra.local.calls import Call
from infra.local.durability import KeptObject, Store

_WRITES = {"PutObject", "DeleteObject"}


class BucketJournal:
    """Keeps what S3 calls change. Call with the world's lock held."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def after(self, call: Call) -> None:
        """Writes the object of a successful call through."""
        if call.service != "s3":
            return
        bucket, _, key = call.path.lstrip("/").partition("/")
        if call.method == "POST" and not key:
            self._drop_what_is_gone(bucket)
        elif call.action in _WRITES:
            self.keep(bucket, key)

    def keep(self, bucket: str, key: str) -> None:
        """Writes through what now stands at this key."""
        found = _living(bucket, key)
        if found is None:
            self._store.drop_object(bucket, key)
        else:
            headers = {name: value for name, value in found.metadata.items() if value is not None}
            self._store.save_object(KeptObject(bucket, key, found.value, headers))

    def _drop_what_is_gone(self, bucket: str) -> None:
        """After DeleteObjects, which names its keys in XML."""
        for key in self._store.object_keys(bucket):
            if _living(bucket, key) is None:
                self._store.drop_object(bucket, key)

    def load(self, bucket: str) -> None:
        """Puts the kept objects back into a bucket that was just created."""
        for kept in self._store.objects(bucket):
            found = s3_backends[ACCOUNT]["aws"].put_object(bucket, kept.key, kept.content)
            found.set_metadata(kept.headers, replace=True)


def _living(bucket: str, key: str) -> Any:
    """The object's newest version; None when there is none, or a mark that it was deleted."""
    found = s3_backends[ACCOUNT]["aws"].get_bucket(bucket).keys.get(key)
    return found if hasattr(found, "value") else None
