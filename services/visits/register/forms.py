"""What becomes of the register's forms: an enterprise added, two records merged, a merge undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lambda_powertools.event_handler import Response

from services.visits.form_fields import Fields
from services.visits.findings import Findings
from services.visits.register.adding import Added, add_enterprise, own_id, proposed
from services.visits.register.commands import AddEnterprise, MergeEnterprises, Reason, UndoMerge
from services.visits.register.criteria import read_number
from services.visits.register.desk import RegisterDesk
from services.visits.register.duplicates import LikelyDuplicates, likely_duplicates
from services.visits.register.enterprise import SIZE_BANDS
from services.visits.register.listing import unregistered_with_duplicates
from services.visits.register.merging import Registrar
from services.visits.register.places import choices, find_commune
from services.visits.register.reading import open_enterprise
from services.visits.register.rights import MERGERS
from services.visits.register.typed import asked, form_errors, read_text
from shared.errors import Conflict, Invalid
from shared.idempotency import Request
from shared.identity import Caller, require
from shared.web.flash import Flash
from shared.web.forms import Form
from shared.web.requests import posted_form, query
from shared.web.responses import redirect

if TYPE_CHECKING:
    from services.visits.register.pages import RegisterPages

CONFIRMED = "confirmed"
ADDED = Flash("L’entreprise est ajoutée au registre.")
KNOWN = Flash("Cette entreprise était déjà au registre : voici sa fiche.", "info")
MERGED = Flash("Les deux fiches sont fusionnées. Vous pouvez annuler la fusion plus bas.")
SEPARATED = Flash("La fusion est annulée : les deux fiches sont de nouveau séparées.")
OTHER = "other"
