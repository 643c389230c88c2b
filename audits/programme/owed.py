"""Sites whose next audit is due, each with the audit that is on its way, so that nobody plans a second one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from audits.programme.models import Audit
from audits.programme.steering import AuditInterval
from cmo_portal.lib.wording import span
from cmo_portal.records.actors import Actor


@dataclass(frozen=True)
class Owed:
    """An interval that falls due. coming: the site's next audit, later than the due date allows; None without one."""

    interval: AuditInterval
    coming: Audit | None

    @property
    def words(self) -> str:
        """`Notified, 30 Dec 2026 – 1 Jan 2027` or `Planned, March 2027` of the coming audit; empty without one."""
        audit = self.coming
        if audit is None:
            return ""
        if audit.start_date and audit.end_date:
            when = span(audit.start_date, audit.end_date)
        else:
            when = f"{audit.planned_month:%B %Y}" if audit.planned_month else "no date yet"
        return f"{audit.get_status_display()}, {when}"


def with_coming(intervals: Iterable[AuditInterval], reader: Actor) -> list[Owed]:
    """Each interval with the first audit ahead at its site; two queries whatever their number."""
    rows = list(intervals)
    sites = [row.site_id for row in rows]
    found: dict[Any, Audit] = {}
    for audit in Audit.objects.open_to(reader).coming().filter(site__in=sites).order_by("sort_date", "number"):
        found.setdefault(audit.site_id, audit)
    return [Owed(row, found.get(row.site_id)) for row in rows]
