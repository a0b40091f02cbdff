"""Secrets and encryption keys keep their value, their ARN and their material over restarts."""

from __future__ import annotations

import base64
import secrets as random
import string
from typing import Any

from moto.kms.models import Key, kms_backends
from moto.secretsmanager.models import secretsmanager_backends

from infra.local.arns import ACCOUNT, REGION, arn
from infra.local.calls import Call
from infra.local.durability import Store

_SECRET_WRITES = {"PutSecretValue", "UpdateSecret", "CreateSecret"}


class SecretJournal:
    """Keeps secrets and keys. Call with the world's lock held."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def after(self, call: Call) -> None:
        """Writes a secret that a call has set through."""
        if call.service == "secretsmanager" and call.action in _SECRET_WRITES:
            name = call.request.get("SecretId") or call.request["Name"]
            secret: Any = secretsmanager_backends[ACCOUNT][REGION].secrets[name]
            version = secret.versions[secret.default_version_id]
            self._store.save_fact("secret", secret.name, {"arn": secret.arn, "value": version["secret_string"]})

    def make_secret(self, name: str, description: str, made: str) -> str:
        """Creates a secret with its kept value, or with `made`, and returns its ARN."""
        kept = self._store.fact("secret", name)
        if kept is None:
            suffix = "".join(random.choice(string.ascii_letters) for _ in range(6))
            kept = {"arn": arn("secretsmanager", f"secret:{name}-{suffix}"), "value": made}
            self._store.save_fact("secret", name, kept)
        backend = secretsmanager_backends[ACCOUNT][REGION]
        backend.create_secret(
            name,
            secret_string=kept["value"],
            secret_binary=None,
            description=description,
            tags=[],
            kms_key_id=None,
            client_request_token=None,
            replica_regions=[],
            force_overwrite=False,
        )
        backend.secrets[name].arn = kept["arn"]
        return str(kept["arn"])

    def make_key(self, logical_name: str, description: str) -> Key:
        """Creates the encryption key of that name with its kept id and material, or with new ones."""
        backend = kms_backends[ACCOUNT][REGION]
        key = backend.create_key(None, "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", description, None)
        kept = self._store.fact("key", logical_name)
        if kept is None:
            material = base64.b64encode(key.key_material).decode()
            self._store.save_fact("key", logical_name, {"id": key.id, "material": material})
            return key
        del backend.keys[key.id]
        return _restored(key, kept)


def _restored(key: Key, kept: dict[str, str]) -> Key:
    key.id, key.arn = kept["id"], arn("kms", f"key/{kept['id']}")
    key.key_material = base64.b64decode(kept["material"])
    kms_backends[ACCOUNT][REGION].keys[key.id] = key
    return key
