"""Where `vigie reference` puts what it reads: an environment's bucket, a folder, or nowhere."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from console.environment import client, prefix
from services.matching.reference.shelf import Shelf
from services.matching.resources import REFERENCE
from shared.aws import Aws
from shared.errors import Invalid, Unavailable
from shared.objects import not_found
from shared.resources import environment_name
from shared.topology import physical_name


@dataclass(frozen=True)
class FolderObjects:
    """A folder in place of a bucket."""

    folder: Path

    def put(self, key: str, content: bytes, content_type: str) -> None:
        """Writes beside, then puts in place at once; the kind of content is in the name."""
        del content_type
        path = self.folder / key
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_name(f".{path.name}.partial")
            beside.write_bytes(content)
            beside.replace(path)
        except OSError as error:
            raise Unavailable(f"{path} ne s’écrit pas : droits ou place sur le disque.") from error

    def get(self, key: str) -> bytes:
        """The whole file; raises NotFound."""
        try:
            return (self.folder / key).read_bytes()
        except FileNotFoundError:
            raise not_found() from None


def shelf_for(args: argparse.Namespace) -> Shelf | None:
    """The shelf that a command line names, None when it only reads; raises Invalid when it names none."""
    if args.dry_run:
        return None
    if args.to:
        return Shelf(FolderObjects(args.to))
    if not args.stage:
        raise Invalid(
            "Dites où écrire : « vigie --local reference … », « vigie --stage prod reference … », "
            "ou dans un dossier avec --to ; --dry-run lit seulement."
        )
    account = client("sts").get_caller_identity()["Account"]
    name = f"{physical_name(prefix(args.stage), 'matching', REFERENCE.name)}-{account}"
    return Shelf(Aws({environment_name("BUCKET", REFERENCE.name): name}).bucket(REFERENCE))
