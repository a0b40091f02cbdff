"""What survives a kill -9: table items, objects, keys, secrets, what left the system, the clock; one SQLite file.

Each change is committed before the AWS call that made it is answered. Streams and schedules in flight are left out on
purpose: the application derives them again from its tables.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SCHEMA = """
create table if not exists items (tab text, key text, item text not null, primary key (tab, key)) without rowid;
create table if not exists facts (kind text, name text, value text not null, primary key (kind, name)) without rowid;
create table if not exists objects (bucket text, key text, file text not null, headers text not null,
                                    primary key (bucket, key)) without rowid;
create table if not exists records (id integer primary key autoincrement, kind text not null, body text not null);
"""


@dataclass(frozen=True)
class KeptObject:
    """One object of a bucket, the newest version."""

    bucket: str
    key: str
    content: bytes
    headers: dict[str, Any]


class StateTaken(OSError):
    """Another local system uses the folder; the text is for people."""


class Store:
    """The state folder, for one process at a time; safe to use from several threads. Raises StateTaken."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._claim = (folder / "lock").open("w")
        try:
            fcntl.flock(self._claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StateTaken(f"{folder} sert déjà à un autre système local") from None
        self._objects = folder / "objects"
        self._objects.mkdir(exist_ok=True)
        self._lock = threading.Lock()
        self._base = sqlite3.connect(folder / "state.sqlite", check_same_thread=False, isolation_level=None)
        self._base.executescript("pragma journal_mode=wal; pragma synchronous=normal;" + _SCHEMA)

    def save_items(self, changes: Iterable[tuple[str, str, str | None]]) -> None:
        """Writes (table, key, item as JSON or None when deleted) in one transaction."""
        with self._lock:
            self._base.execute("begin immediate")
            for table, key, item in changes:
                if item is None:
                    self._base.execute("delete from items where tab = ? and key = ?", (table, key))
                else:
                    self._base.execute("insert or replace into items values (?, ?, ?)", (table, key, item))
            self._base.execute("commit")

    def items(self, table: str) -> Iterator[dict[str, Any]]:
        """Every item of a table, in DynamoDB's JSON."""
        for (item,) in self._read("select item from items where tab = ?", table):
            yield json.loads(item)

    def save_fact(self, kind: str, name: str, value: Any) -> None:
        """Keeps one JSON value under (kind, name)."""
        self._write("insert or replace into facts values (?, ?, ?)", kind, name, json.dumps(value))

    def fact(self, kind: str, name: str) -> Any:
        """The value kept under (kind, name), or None."""
        rows = self._read("select value from facts where kind = ? and name = ?", kind, name)
        return json.loads(rows[0][0]) if rows else None

    def facts(self, kind: str) -> Iterator[tuple[str, Any]]:
        """(name, value) of everything kept under a kind, by name."""
        for name, value in self._read("select name, value from facts where kind = ? order by name", kind):
            yield name, json.loads(value)

    def drop_fact(self, kind: str, name: str) -> None:
        """Forgets what is kept under (kind, name)."""
        self._write("delete from facts where kind = ? and name = ?", kind, name)

    def save_object(self, kept: KeptObject) -> None:
        """Keeps an object; its file is complete before it is listed."""
        file = hashlib.sha256(f"{kept.bucket}/{kept.key}".encode() + b"\0" + kept.content).hexdigest()
        (self._objects / f"{file}.part").write_bytes(kept.content)
        (self._objects / f"{file}.part").rename(self._objects / file)
        row = (kept.bucket, kept.key, file, json.dumps(kept.headers))
        self._write("insert or replace into objects values (?, ?, ?, ?)", *row)

    def drop_object(self, bucket: str, key: str) -> None:
        """Forgets an object."""
        self._write("delete from objects where bucket = ? and key = ?", bucket, key)

    def object_keys(self, bucket: str) -> list[str]:
        """The keys of a bucket's objects."""
        return [key for (key,) in self._read("select key from objects where bucket = ?", bucket)]

    def objects(self, bucket: str) -> Iterator[KeptObject]:
        """Every object of a bucket."""
        for key, file, headers in self._read("select key, file, headers from objects where bucket = ?", bucket):
            yield KeptObject(bucket, key, (self._objects / file).read_bytes(), json.loads(headers))

    def add_record(self, kind: str, body: dict[str, Any]) -> int:
        """Appends to the outbox and returns the record's number."""
        with self._lock:
            row = self._base.execute("insert into records (kind, body) values (?, ?)", (kind, json.dumps(body)))
            return int(row.lastrowid or 0)

    def records(self) -> list[tuple[int, str, dict[str, Any]]]:
        """(number, kind, body) of all that left, oldest first."""
        rows = self._read("select id, kind, body from records order by id")
        return [(number, kind, json.loads(body)) for number, kind, body in rows]

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._base.close()
            self._claim.close()

    def _write(self, statement: str, *values: Any) -> None:
        with self._lock:
            self._base.execute(statement, values)

    def _read(self, statement: str, *values: Any) -> list[Any]:
        with self._lock:
            return self._base.execute(statement, values).fetchall()


def wipe(folder: Path) -> None:
    """Starts empty: removes everything that a `Store` and the functions' logs left; raises StateTaken when in use."""
    if folder.exists():
        Store(folder).close()
        shutil.rmtree(folder)
