"""The demo of the visit: checklists are answered first, then meetings close what is over."""

from __future__ import annotations

from audits.conduct.checklist_demo import seed_checklists
from audits.conduct.visit_demo import seed_visits
from cmo_portal.accounts.models import User


def seed(cast: dict[str, User]) -> None:
    """`cast`: the people by first name. Runs after the programme's demo."""
    seed_checklists(cast)
    seed_visits(cast)
