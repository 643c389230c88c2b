"""Pages of audits: the list with its export, one audit's overview and history, planning, revising, every move."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from audits.programme import actions
from audits.programme.facts import services_of
from audits.programme.filters import AuditListFilter
from audits.programme.forms import MOVE_FORMS, AuditForm, ScheduleForm
from audits.programme.frame import HISTORY, OVERVIEW, audit_frame, found_audit, made_here, way_to
from audits.programme.limits import DAYS, LIMITS, limit, reach
from audits.programme.models import NO_DATE, Audit
from audits.programme.next_step import next_step, with_address
from audits.programme.waiting import for_whom, waits_for
from audits.programme.workflows import AUDIT
from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.accounts.saved_views import saved_views
from cmo_portal.lib.calendars import add_months
from cmo_portal.lib.exports import TYPES, export_response
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page
from cmo_portal.lib.wording import counted, full_day
from cmo_portal.records.actors import SPONSOR
from cmo_portal.records.gate import page
from cmo_portal.records.moves import move_page
from cmo_portal.records.sign_form import MoveForm
from cmo_portal.records.signed import signed
from cmo_portal.records.trail import note
from vendors.registry.edits import form_page
from vendors.registry.history import history_of
from vendors.registry.models import Site
from vendors.registry.vocabulary import Service

YEARS = range(2000, 2101)  # those that an annual plan may have
LIST = "audits:audit-list"
SORTS = {
    "-date": ("-sort_date", "number"),
    "date": ("sort_date", "number"),
    "status": ("status", "-sort_date", "number"),
    "-status": ("-status", "-sort_date", "number"),
    "site": ("site__vendor__sort_name", "site__name", "number"),
    "-site": ("-site__vendor__sort_name", "site__name", "number"),
}
HEADER = (
    *("Number", "CMO", "Site", "Type", "Mode", "Status", "First day", "Last day", "Planned month", "Due by"),
    *("Lead auditor", "Notified", "Report issued", "Closed"),
)


@page(P.AUDIT_VIEW)
def audit_list(request: PersonRequest) -> HttpResponse:
    """A sponsor's audits of all its CMOs; a CMO's audits, each by the sponsor who makes it."""
    rows = Audit.objects.open_to(request.user)
    filters = AuditListFilter(request.GET, queryset=rows, reader=request.user)
    context = {
        "audits": listing(request, filters.qs.listed(), sorts=SORTS, noun="audit"),
        "filters": filters,
        "filtered": any(request.GET.get(name) for name in filters.filters),
        "shelf": saved_views(request, LIST),
        "is_sponsor": request.user.company_kind == SPONSOR,
        "may_plan": request.user.may(P.AUDIT_PLAN),
        "query": request.GET.urlencode(),
        "no_date": NO_DATE,
    }
    return render_page(request, "audits/audit_list.html", "audits/_audit_rows.html", context)


@page(P.AUDIT_VIEW)
def audit_export(request: PersonRequest, kind: str) -> FileResponse:
    """The filtered list as a file; the trail keeps who took it and how many rows it has."""
    if kind not in TYPES:
        raise Http404
    filters = AuditListFilter(request.GET, queryset=Audit.objects.open_to(request.user), reader=request.user)
    sort = SORTS.get(request.GET.get("sort", ""), SORTS["-date"])
    rows = filters.qs.listed().order_by(*sort).iterator(chunk_size=500)
    name = f"audits-{timezone.localdate().isoformat()}"
    is_sponsor = request.user.company_kind == SPONSOR
    response, count = export_response(name, kind, header=HEADER, rows=exported(rows, is_sponsor=is_sponsor))
    details = {"format": kind, "rows": count, "filters": request.GET.dict()}
    note(User.objects.get(pk=request.user.pk), by=request.user, action="audit.export", details=details)
    return response


def exported(audits: Iterator[Audit], *, is_sponsor: bool) -> Iterator[tuple[object, ...]]:
    """What the sponsor plans by (the due date) stays on its side."""
    for audit in audits:
        month = f"{audit.planned_month:%Y-%m}" if audit.planned_month and is_sponsor else ""
        yield (
            audit.number,
            audit.site.vendor.name,
            audit.site.name,
            audit.get_type_display(),
            audit.get_mode_display(),
            audit.get_status_display(),
            audit.start_date,
            audit.end_date,
            month,
            audit.due_date if is_sponsor else None,
            audit.lead_name,
            audit.notified_date,
            audit.report_issued_date,
            audit.closed_date,
        )


def service_words(audit: Audit) -> list[str]:
    known = dict(Service.choices)
    return [str(known.get(code, code)) for code in audit.services]


@page(P.AUDIT_VIEW)
def audit_detail(request: PersonRequest, number: str) -> HttpResponse:
    """What the audit is about, when, by whom, and what it follows from."""
    context = audit_frame(request, number, OVERVIEW)
    audit, is_sponsor = context["audit"], context["is_sponsor"]
    waits = waits_for(audit, request.user)
    context |= {
        "services": service_words(audit),
        "team": audit.team.filter(is_removed=False).order_by("pk")[:30],
        "triggers": audit.triggers.order_by("-happened_date", "pk")[:10] if is_sponsor else [],
        "plan": audit.plan if is_sponsor else None,
        "follows": Audit.objects.open_to(request.user).filter(pk=audit.follows_id).first(),
        "signatures": signed(audit, request.user),
        "next_step": with_address(next_step(audit.status, is_sponsor=is_sponsor), context["tabs"]),
        "waits": waits,
        "waits_for": for_whom(waits, audit, request.user) if waits else "",
        "may_edit": context["rights"]["plan"] and audit.status in actions.CHANGING,
    }
    return render_page(request, "audits/audit_detail.html", None, context)


@page(P.HISTORY_VIEW)
def audit_history(request: PersonRequest, number: str) -> HttpResponse:
    context = audit_frame(request, number, HISTORY)
    context["history"] = history_of(context["audit"], request)
    return render_page(request, "audits/audit_history.html", None, context)


@page(P.AUDIT_PLAN)
def audit_create(request: PersonRequest) -> HttpResponse:
    """A new audit of the programme; `?site=` names the site beforehand."""
    asked = request.GET.get("site", "")
    site = Site.objects.visible_to(request.user).filter(number=asked).first() if asked else None
    initial = {"site": site.number, "services": services_of(site)} if site else {}
    form = AuditForm(request.POST or None, instance=Audit(), by=request.user, initial=initial)

    def act() -> Audit:
        values = form.values()
        return actions.plan_audit(values.pop("site"), by=request.user, **values)

    return form_page(
        request, form, act, heading="Plan an audit", back=reverse(LIST),
        said="The audit is planned: agree the dates with the CMO next.", verb="Plan the audit",
        crumbs=[("Audits", reverse(LIST))],
    )  # fmt: skip


@page(P.AUDIT_PLAN)
def audit_edit(request: PersonRequest, number: str) -> HttpResponse:
    audit = found_audit(request, number)
    back, crumbs = audit.get_absolute_url(), way_to(audit)
    form = AuditForm(request.POST or None, instance=audit, by=request.user)

    def act() -> None:
        version = form.opened_version
        actions.revise_audit(audit, by=request.user, version=version, reason=form.reason, **form.values())

    return form_page(request, form, act, heading="Edit the audit", back=back, said="The audit is saved.", crumbs=crumbs)


def moved_to(audit: Audit, day: str, month: str) -> dict[str, Any]:
    """The dates of an audit that the calendar moved to a day, or to a month; nothing where it says none."""
    try:
        target = date.fromisoformat(day or f"{month}-01") if day or month else None
    except ValueError:
        target = None
    if target is None or target.year not in YEARS:
        return {}
    if audit.start_date is None or audit.end_date is None:
        if day:
            return {"start_date": target, "end_date": target}
        return {"planned_month": target.isoformat()}
    start = target if day else add_months(audit.start_date, months_between(audit.start_date, target))
    return {"start_date": start, "end_date": start + (audit.end_date - audit.start_date)}


def months_between(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month


@page(P.AUDIT_PLAN)
def audit_schedule(request: PersonRequest, number: str) -> HttpResponse:
    """Sets or moves the dates, with the reason. The calendar comes here with the new days filled in."""
    audit = found_audit(request, number)
    initial = moved_to(audit, request.GET.get("day", ""), request.GET.get("month", ""))
    form = ScheduleForm(request.POST or None, audit=audit, initial=initial)

    def act() -> None:
        actions.schedule_audit(audit, by=request.user, **form.cleaned_data)

    back = reverse("audits:audit-team", args=[number])
    return form_page(
        request, form, act, heading=f"Dates of {audit}", back=back, said="The dates are set.",
        verb="Set the dates", crumbs=way_to(audit),
    )  # fmt: skip


def notice_words(audit: Audit) -> str:
    """How much notice the CMO gets, beside what is usual; empty without dates."""
    if audit.start_date is None:
        return ""
    today = timezone.localdate()
    days = (audit.start_date - today).days
    name = "notice_for_cause_days" if audit.type == "for_cause" else "notice_days"
    number, unit = limit(audit, name), LIMITS[name].unit
    earliest = reach(audit, name, number, today)
    words = f"The CMO gets {counted(max(days, 0), 'day')} of notice; {number} {unit} are usual."
    late = (unit == DAYS and days < number) or (unit != DAYS and audit.start_date < earliest)
    return f"{words} With usual notice the audit would begin on {full_day(earliest)} or later." if late else words


@page(P.AUDIT_VIEW)
def audit_move(request: PersonRequest, number: str, name: str) -> HttpResponse:
    """A move that is made on the audit itself; what a report or a CAPA moves is made there."""
    audit, name = found_audit(request, number), name.replace("-", "_")
    if not made_here(name):
        raise Http404("This move is not made here.")
    context = {
        "audit": audit,
        "crumbs": way_to(audit),
        "notice": notice_words(audit) if name == "notify" else "",
    }
    return move_page(
        request, audit, AUDIT, name, template="audits/audit_move.html", context=context,
        form_class=MOVE_FORMS.get(name, MoveForm), act=actions.move_audit,
    )  # fmt: skip
