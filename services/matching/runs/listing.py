"""A declared job gets its list within seconds, once, whichever side it is on and however often its event comes."""

from __future__ import annotations

from services.matching.jobs.job import Side
from services.matching.runs.desk import RunDesk, scene_of
from services.matching.runs.shortlisting import shortlist
from services.matching.runs.store import listed_put
from services.matching.runs.suggesting import Suggesting, shortlist_id
from services.matching.runs.writing import suggest
from services.matching.teller import Teller
from shared.clock import day_in_paris

MACHINE = "shortlist_job"


def list_for(side: Side, territory_id: str, job_id: str, cause: str, desk: RunDesk) -> int:
    """How many matches it suggests; 0 when the job has had its list. `cause` is the event's id. Raises Unavailable."""
    if desk.runs.is_listed(territory_id, job_id):
        return 0
    now = desk.clock.now()
    scene = scene_of(territory_id, day_in_paris(now), desk)
    inputs, standing = scene.inputs(), scene.standing
    found = shortlist(
        side, job_id, inputs, scene.reference, scene.settings, crowd=standing.crowd, vetoes=standing.vetoes
    )
    suggesting = Suggesting(
        shortlist_id(job_id), scene.reference.version, inputs, standing, scene.settings.answer_days, now
    )
    made = suggest(found, suggesting, desk.matches, Teller(MACHINE, cause, now, desk.new_id))
    desk.runs.write(listed_put(territory_id, job_id))
    return made
