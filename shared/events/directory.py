"""What the directory tells."""

from __future__ import annotations

from shared.events import Event


class DirectoryChanged(Event, version=1):
    """A territory's directory was applied from its file: how many entries were added, changed and removed."""

    revision: str
    added: int
    changed: int
    removed: int
