"""What the API says of an import: a contract with other software, apart from how it is kept."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.visits.importing.layouts import Kind
from services.visits.importing.reading import Note
from services.visits.importing.record import STATES, Import, State
from services.visits.importing.store import ImportPage
from services.visits.importing.viewing import ImportView
from shared.objects import UploadForm

IMPORT_PATH = "/api/v1/imports/"


class Answer(BaseModel):
    """Every attribute is always there, `null` when there is nothing to say."""

    model_config = ConfigDict(frozen=True, defer_build=True)


class UploadAnswer(Answer):
    """Où envoyer le fichier : un POST `multipart/form-data`, ces champs d’abord, dans l’ordre, puis `file`."""

    url: str = Field(description="Adresse de l’envoi, valable une heure.")
    fields: dict[str, str] = Field(description="Champs à envoyer avant le fichier, tels quels.")


class BegunAnswer(Answer):
    """L’import attend son fichier."""

    id: str = Field(description="Identifiant de l’import.", examples=["019a9c3e-7d1c-7d0f-8a55-3f6f0f6f2b10"])
    url: str = Field(description="Où suivre l’import.", examples=[f"{IMPORT_PATH}019a9c3e-7d1c-7d0f-8a55-3f6f0f6f2b10"])
    upload: UploadAnswer


class ImportLine(Answer):
    """Un import dans la liste."""

    id: str
    url: str
    title: str
    state: State
    state_label: str
    created_at: AwareDatetime
    moved_at: AwareDatetime = Field(description="Dernier changement d’état.")
    member_id: str = Field(description="Qui l’a commencé.")


class ImportPageAnswer(Answer):
    """Des imports, du plus récent au plus ancien."""

    items: tuple[ImportLine, ...]
    next_cursor: str | None = Field(description="À donner en `cursor` pour la page suivante ; `null` à la dernière.")


class ProgressAnswer(Answer):
    """L’avancement, en lignes."""

    rows: int
    whole: int = Field(description="0 tant que le fichier n’est pas lu en entier.")


class NoteAnswer(Answer):
    """Une cellule refusée, ou réparée."""

    kind: str = Field(description="`error` : la ligne est laissée de côté. `repair` : la valeur certaine est retenue.")
    line: int = Field(description="Ligne du fichier, l’en-tête étant la première.")
    column: str
    value: str
    rule: str = Field(description="La règle, en français.", examples=["un SIRET a 14 chiffres, celui-ci en a 12"])
    remedy: str = Field(description="Que faire ; pour une réparation, la valeur retenue.")


class ImportAnswer(ImportLine):
    """Un import : ce que le fichier contient, ce qu’il change, ce qui est à corriger."""

    kind: Kind | None = Field(description="`sirene` ou `file` (fichier du territoire) ; `null` avant la lecture.")
    sha256: str | None = Field(description="Empreinte du fichier.")
    failure: str | None = Field(description="Pourquoi le fichier est refusé.")
    already_applied_by: str | None = Field(description="L’import qui a déjà appliqué exactement ce fichier.")
    progress: ProgressAnswer | None = Field(description="Pendant une vérification ou une application.")
    rows: dict[str, int] = Field(
        description="Lignes : `rows` lues, `accepted`, `blank`, `rejected`, `outside` (hors territoire), "
        "`without_siret`, `referenced` ; `repaired` compte des cellules."
    )
    found: dict[str, int] = Field(
        description="Ce que l’import changerait : `new`, `changed`, `closed`, `unchanged`, `left_closed` (fermés inconnus)."
    )
    done: dict[str, int] = Field(description="Ce que l’application a fait, avec les mêmes noms.")
    notes: tuple[NoteAnswer, ...] = Field(description="Les 50 premières ; toutes sont dans le rapport.")
    report_url: str | None = Field(description="Rapport CSV à télécharger, pendant dix minutes.")
    annotated_url: str | None = Field(description="Le fichier avec une colonne « erreur », pendant dix minutes.")


def begun_answer(import_id: str, form: UploadForm) -> BegunAnswer:
    """The import and where to send its file."""
    upload = UploadAnswer(url=form.url, fields=dict(form.fields))
    return BegunAnswer(id=import_id, url=IMPORT_PATH + import_id, upload=upload)


def page_answer(page: ImportPage) -> ImportPageAnswer:
    """A page of the list."""
    lines = tuple(ImportLine.model_validate(_line(subject)) for subject in page.imports)
    return ImportPageAnswer(items=lines, next_cursor=page.cursor)


def import_answer(view: ImportView, report_url: str | None, annotated_url: str | None) -> ImportAnswer:
    """One import; the links are made anew each time."""
    subject, file = view.subject, view.subject.file
    return ImportAnswer.model_validate(
        _line(subject)
        | {
            "kind": file.kind if file else None,
            "sha256": file.sha256 if file else None,
            "failure": subject.failure or None,
            "already_applied_by": file.twin.import_id if file and file.twin else None,
            "progress": ProgressAnswer(**view.done._asdict()) if view.done else None,
            "rows": file.tally if file else {},
            "found": subject.found,
            "done": subject.done,
            "notes": tuple(map(_note, view.notes)),
            "report_url": report_url,
            "annotated_url": annotated_url,
        }
    )


def _line(subject: Import) -> dict[str, object]:
    kept = {"id", "title", "state", "created_at", "moved_at", "member_id"}
    told = {"url": IMPORT_PATH + subject.id, "state_label": STATES[subject.state]}
    return subject.model_dump(include=kept) | told


def _note(note: Note) -> NoteAnswer:
    return NoteAnswer(**note._asdict())
