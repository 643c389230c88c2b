"""The facts of a report, gathered once from the audit's own rows: what the PDF prints and what was signed.

EMA's Q&A on audits of active-substance manufacturers names the minimum content; every audit here carries it.
"""

from __future__ import annotations

from typing import Any

from audits.conduct.models import Attendance, ChecklistItem, Gap, Meeting
from audits.conduct.vocabulary import Answer, GapKind, System
from audits.findings import clauses
from audits.findings.models import Finding
from audits.findings.querysets import BEFORE_ISSUE, STANDING
from audits.findings.vocabulary import WORST_FIRST
from audits.programme.models import TeamMember
from audits.reporting.models import Report
from cmo_portal.accounts.models import Company
from cmo_portal.lib import wording
from vendors.registry.countries import country_name
from vendors.registry.models import Site
from vendors.registry.vocabulary import Service


def snapshot_of(report: Report) -> dict[str, Any]:
    """Plain JSON; a dozen queries, whatever the number of findings. Texts are as people wrote them."""
    audit, site = report.audit, report.audit.site
    sponsor = site.vendor.sponsor
    return {
        "audit": audit.number,
        "edition": report.edition,
        "sponsor": sponsor.name,
        "cmo": site.vendor.name,
        "site": {"name": site.name, "address": address_of(site), "fei": site.fei, "duns": site.duns},
        "type": audit.get_type_display(),
        "mode": audit.get_mode_display(),
        "purpose": audit.purpose,
        "scope": scope_words(audit),
        "standards": list(audit.standards),
        "first_day": wording.full_day(audit.start_date) if audit.start_date else "",
        "last_day": wording.full_day(audit.end_date) if audit.end_date else "",
        "day_equivalents": str(report.day_equivalents) if report.day_equivalents is not None else "",
        "auditors": auditors_of(report, sponsor),
        "met": people_met(report),
        "meetings": meetings_of(report),
        "gaps": gaps_of(report),
        "findings": findings_of(report),
        "written": {name: getattr(report, name) for name in WRITTEN},
        "result": report.get_result_display(),
        "change_note": report.change_note,
    }


WRITTEN = (
    "introduction", "background", "duration_note", "on_behalf_of", "contact", "high_risk_areas", "conclusion",
)  # fmt: skip


def address_of(site: Site) -> str:
    """The full postal address in one line."""
    town = " ".join(part for part in (site.postcode, site.city) if part)
    return ", ".join(part for part in (site.address, town, country_name(site.country)) if part)


def scope_words(audit: Any) -> str:
    services = ", ".join(str(dict(Service.choices).get(code, code)) for code in audit.services)
    return ". ".join(part for part in (services, audit.scope_text.strip()) if part)


def auditors_of(report: Report, sponsor: Company) -> list[dict[str, str]]:
    rows = TeamMember.objects.filter(audit=report.audit, is_removed=False).select_related("person")
    return [
        {
            "name": str(member),
            "role": str(member.get_role_display()),
            "employer": member.employer or (sponsor.name if member.person_id else ""),
            "expertise": member.expertise,
        }
        for member in sorted(rows, key=lambda each: (each.role != "lead", each.pk))
    ]


def people_met(report: Report) -> list[dict[str, str]]:
    """Key people met and their roles, each once however many meetings they came to."""
    rows = Attendance.objects.filter(meeting__audit=report.audit, is_removed=False, is_key_person=True)
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows.order_by("pk"):
        key = (row.name.casefold(), row.organisation.casefold())
        found.setdefault(key, {"name": row.name, "role": row.role, "organisation": row.organisation})
    return list(found.values())


def meetings_of(report: Report) -> list[dict[str, str]]:
    rows = Meeting.objects.filter(audit=report.audit).order_by("held_at", "pk")
    return [{"kind": str(row.get_kind_display()), "at": wording.utc_stamp(row.held_at)} for row in rows]


def gaps_of(report: Report) -> list[dict[str, str]]:
    """Areas not covered and areas to which access was denied, and questions the team marked as not covered."""
    rows = Gap.objects.filter(audit=report.audit, is_removed=False).order_by("kind", "pk")
    gaps = [{"kind": str(row.get_kind_display()), "area": row.area, "reason": row.reason} for row in rows]
    items = ChecklistItem.objects.filter(audit=report.audit, is_removed=False, answer=Answer.NOT_COVERED)
    names, label = dict(System.choices), str(GapKind.NOT_COVERED.label)
    for item in items.order_by("system", "position", "pk"):
        area = f"{names.get(item.system, item.system)}: {item.topic} ({item.code})"
        gaps.append({"kind": label, "area": area, "reason": ""})  # an item's note stays inside the team
    return gaps


def findings_of(report: Report) -> list[dict[str, Any]]:
    """Every finding that stands or is about to, the gravest first, with what the CMO said of its facts."""
    rows = Finding.objects.filter(audit=report.audit, status__in=(*BEFORE_ISSUE, *STANDING))
    rows = rows.select_related("repeat_of__audit").prefetch_related("comments")
    systems = dict(System.choices)
    return [
        {
            "label": finding.label,
            "title": finding.title,
            "class": str(finding.get_classification_display()),
            "why": finding.classification_reason,
            "system": str(systems.get(finding.system, "")),
            "clauses": clauses.in_words(finding.refs),
            "statement": finding.statement,
            "evidence": finding.evidence,
            "impact": finding.product_impact,
            "site_wide": finding.is_site_wide,
            "repeats": f"{finding.repeat_of.label} of {finding.repeat_of.audit.number}" if finding.repeat_of else "",
            "response_due": wording.full_day(finding.response_due_date) if finding.response_due_date else "",
            "comments": [
                {"by": row.author_name, "verdict": str(row.get_verdict_display()), "text": row.text}
                for row in sorted(finding.comments.all(), key=lambda each: each.round)
            ],
            "settled": finding.dispute_note,
        }
        for finding in sorted(rows, key=lambda each: (WORST_FIRST.index(each.classification), each.label))
    ]
