"""What the audit programme adds to pages of others: the tabs of an audit."""

from __future__ import annotations

from audits.programme import workflows  # noqa: F401 - declared once, for pages, API and docs
from audits.programme.frame import HISTORY, OVERVIEW, TEAM
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.panels import Panel, panels

panels.add("audit", Panel(OVERVIEW, "audits:audit-detail", P.AUDIT_VIEW, order=0))
panels.add("audit", Panel(TEAM, "audits:audit-team", P.AUDIT_VIEW, order=10))
panels.add("audit", Panel(HISTORY, "audits:audit-history", P.HISTORY_VIEW, order=90))
