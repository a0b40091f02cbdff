"""Compares a chunk of an import with the register, or writes it."""

from __future__ import annotations

from collections.abc import Callable

from services.visits.importing.chunking import ChunkHandler
from services.visits.importing.objects import ImportObjects
from services.visits.importing.settling import Settler
from services.visits.importing.store import ImportStore
from services.visits.importing.work import ChunkWork
from services.visits.register.store import RegisterStore
from services.visits.resources import IMPORTS, REGISTER, VISITS
from shared.aws import Aws
from shared.clock import SystemClock
from shared.ids import new_id
from shared.runtime.messages import worker


def build(aws: Aws) -> Callable[[ChunkWork], None]:
    store, register = ImportStore(aws.table(VISITS)), RegisterStore(aws.table(REGISTER))
    settler = Settler(store, SystemClock(), new_id)
    return ChunkHandler(store, ImportObjects(aws.bucket(IMPORTS)), register, settler).handle


handler = worker(build, ChunkWork)
