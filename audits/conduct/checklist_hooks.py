"""What checklists add to pages of others: the audit's tab, the files of questions and notes, search."""

from __future__ import annotations

from typing import Any

from audits.conduct.models import ChecklistTemplate
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.panels import Panel, SearchSource, panels, search_sources
from vendors.registry.files import Rule, register

ROWS = 7


def find_checklists(actor: Any, words: str) -> list[tuple[str, str, str]]:
    """Checklists whose name holds every word, or of this number."""
    rows = ChecklistTemplate.objects.open_to(actor)
    named = rows.filter(number__iexact=words)
    for word in words.split():
        rows = rows.filter(name__icontains=word)
    found = (rows | named).order_by("name", "-edition", "number")[:ROWS]
    return [(str(row), row.get_status_display(), row.get_absolute_url()) for row in found]


panels.add("audit", Panel("Checklist", "audits:audit-checklist", P.AUDIT_DRAFTS, order=30))
search_sources.add("", SearchSource("Checklists", P.AUDIT_VIEW, find_checklists, order=46))
register("audits.checklistitem", Rule(P.AUDIT_DRAFTS, P.AUDIT_CONDUCT, P.AUDIT_CONDUCT, "audits:item-detail"))
register("audits.scribenote", Rule(P.AUDIT_DRAFTS, P.AUDIT_CONDUCT, P.AUDIT_CONDUCT, "audits:note-detail"))
