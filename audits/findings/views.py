"""Pages over many findings: the list with its export, the tab of an audit, the tabs of a CMO and of a site."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from audits.findings import clauses
from audits.findings.actions import RAISED_IN
from audits.findings.filters import FindingListFilter
from audits.findings.models import FactualCheck, FactualComment, Finding
from audits.findings.querysets import FindingQuerySet
from audits.findings.story import CLASS_PILLS, dressed
from audits.findings.vocabulary import FindingClass, FindingStatus, Verdict
from audits.findings.workflows import missing
from audits.programme.frame import audit_frame
from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.accounts.saved_views import saved_views
from cmo_portal.lib.exports import TYPES, export_response
from cmo_portal.lib.lists import Listing, listing
from cmo_portal.lib.pages import render_page
from cmo_portal.records.actors import PARTNER, SPONSOR
from cmo_portal.records.gate import page
from cmo_portal.records.trail import note
from vendors.registry.frame import cmo_frame, site_frame

TAB = "Findings"
SORTS = {
    "newest": ("-created_at", "number"),
    "oldest": ("created_at", "number"),
    "class": ("severity", "-created_at", "number"),
    "-class": ("-severity", "-created_at", "number"),
    "label": ("label", "number"),
}
OF_AUDIT = {"label": ("label", "number"), "class": ("severity", "label", "number")}
HEADER = ("Number", "Label", "Title", "Class", "Status", "System", "Clauses", "CMO", "Site", "Audit", "Issued",
          "Response due", "Closed", "Repeat of", "Whole site")  # fmt: skip


def rows_for(request: PersonRequest) -> FindingQuerySet:
    """What the person may see, with what a row of the list shows."""
    rows: FindingQuerySet = Finding.objects.open_to(request.user).with_severity()
    return rows.select_related("audit__site__vendor__sponsor", "repeat_of")


def listed(request: PersonRequest, rows: FindingQuerySet, sorts: Any = None, size: int = 25) -> Listing:
    found = listing(request, rows, sorts=sorts or SORTS, noun="finding", size=size)
    for row in found.rows:
        dressed(row)
    return found


@page(P.FINDING_VIEW)
def finding_list(request: PersonRequest) -> HttpResponse:
    """Every finding the person may see; a CMO reads what was sent or issued to it."""
    filters = FindingListFilter(request.GET, queryset=rows_for(request), reader=request.user)
    context = {
        "findings": listed(request, filters.qs),
        "filters": filters,
        "filtered": any(request.GET.get(name) for name in filters.filters),
        "shelf": saved_views(request, "audits:finding-list"),
        "is_sponsor": request.user.company_kind == SPONSOR,
        "may_raise": request.user.may(P.FINDING_EDIT),
        "query": request.GET.urlencode(),
    }
    return render_page(request, "audits/finding_list.html", "audits/_finding_rows.html", context)


@page(P.FINDING_VIEW)
def finding_export(request: PersonRequest, kind: str) -> FileResponse:
    """The filtered list as a file; the trail keeps who took it, how it was filtered and how many rows it has."""
    if kind not in TYPES:
        raise Http404
    filters = FindingListFilter(request.GET, queryset=rows_for(request), reader=request.user)
    order = SORTS.get(request.GET.get("sort", ""), SORTS["newest"])
    rows = filters.qs.order_by(*order).iterator(chunk_size=500)
    name = f"findings-{timezone.localdate().isoformat()}"
    response, count = export_response(name, kind, header=HEADER, rows=exported(rows))
    details = {"format": kind, "rows": count, "filters": request.GET.dict()}
    note(User.objects.get(pk=request.user.pk), by=request.user, action="finding.export", details=details)
    return response


def exported(findings: Iterator[Any]) -> Iterator[tuple[object, ...]]:
    for row in findings:
        site = row.audit.site
        yield (
            row.number,
            row.label,
            row.title,
            row.get_classification_display() or "Not classified",
            row.get_status_display(),
            row.get_system_display(),
            row.clause_words,
            site.vendor.name,
            site.name,
            row.audit.number,
            row.issued_date,
            row.response_due_date,
            row.closed_date,
            row.repeat_of.number if row.repeat_of else "",
            "yes" if row.is_site_wide else "no",
        )


@page(P.FINDING_VIEW)
def audit_findings(request: PersonRequest, number: str) -> HttpResponse:
    """The audit's findings with their classes, what each still lacks, and what can be done with all of them."""
    context = audit_frame(request, number, TAB)
    audit, user = context["audit"], request.user
    rows = rows_for(request).filter(audit=audit)
    found = listed(request, rows, OF_AUDIT, size=50)
    for row in found.rows:
        row.lacks = len(missing(row)) if row.status == FindingStatus.DRAFT else 0
    may_edit = user.may(P.FINDING_EDIT) and audit.status in RAISED_IN
    context |= {
        "findings": found,
        "counts": counts_of(rows),
        "checks": list(FactualCheck.objects.visible_to(user).filter(audit=audit).order_by("-round")[:5]),
        "may_raise": may_edit,
        "may_read_disputes": user.may(P.AUDIT_DRAFTS) or user.company_kind == PARTNER,
        "of_one_audit": True,
    }
    return render_page(request, "audits/audit_findings.html", "audits/_finding_rows.html", context)


def counts_of(rows: FindingQuerySet) -> list[dict[str, Any]]:
    """Class by class, the worst first: what the chips above a table say. One query."""
    alive = rows.alive().order_by()
    numbers = dict(alive.values_list("classification").annotate(number=Count("pk")))
    return [
        {"code": code or "none", "name": name, "number": numbers[code], "pill": CLASS_PILLS[code][0],
         "icon": CLASS_PILLS[code][1]}
        for code, name in [*FindingClass.choices, ("", "Not classified")]
        if numbers.get(code)
    ]  # fmt: skip


@page(P.CMO_VIEW)
def cmo_findings(request: PersonRequest, number: str) -> HttpResponse:
    """The findings at every site of one CMO."""
    context = cmo_frame(request, number, TAB)
    rows = rows_for(request).filter(audit__site__vendor=context["vendor"])
    context |= {"findings": listed(request, rows), "counts": counts_of(rows), "is_sponsor": True, "of_one_cmo": True}
    return render_page(request, "audits/cmo_findings.html", "audits/_finding_rows.html", context)


@page(P.FINDING_VIEW)
def site_findings(request: PersonRequest, number: str) -> HttpResponse:
    """The findings at one site, for its sponsor and for the CMO."""
    context = site_frame(request, number, TAB)
    rows = rows_for(request).filter(audit__site=context["site"])
    context |= {"findings": listed(request, rows), "counts": counts_of(rows), "of_one_cmo": True, "of_one_site": True}
    return render_page(request, "audits/site_findings.html", "audits/_finding_rows.html", context)


@page(P.FINDING_VIEW)
def dispute_list(request: PersonRequest) -> HttpResponse:
    """The register of disagreements: what the CMO sees differently, how each ended, in whose words."""
    user = request.user
    rows = FactualComment.objects.visible_to(user).filter(verdict=Verdict.DISPUTE, finding__is_shared=True)
    if not (user.company_kind == PARTNER or user.may(P.AUDIT_DRAFTS)):
        rows = rows.filter(finding__in=Finding.objects.open_to(user))
    state = request.GET.get("state", "")
    if state in ("open", "settled"):
        rows = rows.filter(Q(outcome="") if state == "open" else ~Q(outcome=""))
    rows = rows.select_related("finding__audit__site__vendor__sponsor")
    found = listing(request, rows, sorts={"newest": ("-said_date", "number")}, noun="disagreement")
    for row in found.rows:
        dressed(row.finding)
    context = {
        "disputes": found,
        "state": state,
        "is_sponsor": user.company_kind == SPONSOR,
        "may_settle": user.may(P.DISPUTE_SETTLE),
    }
    return render_page(request, "audits/dispute_list.html", "audits/_dispute_rows.html", context)


@page(P.FINDING_VIEW)
def clause_list(request: HttpRequest) -> HttpResponse:
    """The register of clauses: a page to read, and to the picker of a form the lines that answer to its words."""
    words = request.GET.get("q", "").strip()[:100]
    if request.GET.get("pick"):
        return render(request, "audits/_clause_hits.html", {"clauses": clauses.search(words) if words else []})
    found = clauses.search(words, limit=len(clauses.CLAUSES)) if words else clauses.CLAUSES
    groups = [
        {"source": source, "clauses": [row for row in found if row.source == source]} for source in clauses.REGISTER
    ]
    shown = [group for group in groups if group["clauses"]]
    return render_page(request, "audits/clause_list.html", "audits/_clause_groups.html",
                       {"groups": shown, "words": words})  # fmt: skip
