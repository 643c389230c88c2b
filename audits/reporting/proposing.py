"""What an audit proposes for each scope of the site that it looked at; quality decides on the scope's own page."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from audits.findings.models import Finding
from audits.findings.vocabulary import STANDS_OPEN, FindingClass, FindingStatus
from audits.programme.models import Audit
from audits.reporting.outcome import VERSION, Counts, propose
from vendors.registry.supply import Qualification


def counts_of(audit: Audit) -> Counts:
    """Open findings of the site, as the guards of an approval count them, with this audit's drafts: one query."""
    known = Q(audit__site=audit.site_id, status__in=STANDS_OPEN)
    found = Finding.objects.filter(known | Q(audit=audit, status=FindingStatus.DRAFT))
    rows = found.values_list("classification", "repeat_of_id")
    majors = [repeat for kind, repeat in rows if kind == FindingClass.MAJOR]
    return Counts(
        open_critical=sum(kind == FindingClass.CRITICAL for kind, _ in rows),
        open_major=len(majors),
        repeated_major=sum(repeat is not None for repeat in majors),
    )


def scopes_of(audit: Audit) -> list[Qualification]:
    """The site's scopes of the audited services."""
    rows = Qualification.objects.active().filter(site_id=audit.site_id).select_related("site__vendor", "product")
    if audit.services:
        rows = rows.filter(service__in=audit.services)
    return list(rows.order_by("service", "dosage_form", "pk"))


def outcome_of(audit: Audit) -> dict[str, Any]:
    """Plain JSON: the rules' version, the counts, and for each scope the proposed status with the reasons."""
    counts = counts_of(audit)
    return {
        "version": VERSION,
        "open_critical": counts.open_critical,
        "open_major": counts.open_major,
        "repeated_major": counts.repeated_major,
        "scopes": [
            {
                "qualification": row.number,
                "words": row.scope_words,
                "was": row.status,
                "status": proposal.status,
                "move": proposal.move,
                "reasons": list(proposal.reasons),
            }
            for row in scopes_of(audit)
            for proposal in (propose(counts, row.status),)
        ],
    }
