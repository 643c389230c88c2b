"""Work of this floor that beat asks for."""

import logging

from celery import shared_task

from cmo_portal.records import sealing
from cmo_portal.records.actors import SWEEP
from cmo_portal.records.context import acting_as

log = logging.getLogger(__name__)


@shared_task
def seal_trail() -> None:
    """Seals the trail and puts the seal into the log, which is the copy outside the database."""
    with acting_as(SWEEP):
        made = sealing.seal()
    if made is not None:
        log.info("trail sealed: %s entries, seal %s", made.entries, made.hash)
