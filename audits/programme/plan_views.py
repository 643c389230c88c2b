"""Pages of the annual plan: the years, one plan with what was approved and what has moved since, print and export."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from audits.programme import plan_actions as actions
from audits.programme.frame import sponsors_only
from audits.programme.models import Audit, AuditPlan
from audits.programme.owed import with_coming
from audits.programme.querysets import OVER
from audits.programme.steering import AuditInterval
from audits.programme.views import LIST
from audits.programme.vocabulary import AuditStatus, AuditType, PlanStatus
from audits.programme.workflows import PLAN
from cmo_portal.accounts.forms import ReasonForm
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.exports import TYPES, export_response
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.gate import page
from cmo_portal.records.moves import move_page
from cmo_portal.records.signed import signed
from cmo_portal.records.trail import note
from cmo_portal.records.workflow import WrongState
from vendors.registry.edits import Crumb, form_page
from vendors.registry.forms import RegistryForm
from vendors.registry.history import history_of

SORTS = {"-year": ("-year", "number")}
MOST = 300  # lines of a plan that its page shows
PILLS: dict[str, str] = {PlanStatus.DRAFT: "", PlanStatus.SUBMITTED: "info", PlanStatus.APPROVED: "ok"}
HEADER = ("Audit", "CMO", "Site", "Type", "Status", "Approved for", "Planned for", "First day", "Last day", "Lead")


class PlanForm(RegistryForm):
    class Meta:
        model = AuditPlan
        fields = ("year", "note")
        widgets = {"note": forms.Textarea(attrs={"rows": 4})}
        help_texts = {"note": "Risks looked at, changes to last year, what is left out and why."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["year"]


@page(P.AUDIT_VIEW)
def plan_list(request: PersonRequest) -> HttpResponse:
    sponsors_only(request.user)
    rows = AuditPlan.objects.open_to(request.user)
    plans = listing(request, rows, sorts=SORTS, noun="plan")
    context = {
        "plans": [{"plan": plan, "pill": PILLS[plan.status]} for plan in plans.rows],
        "listing": plans,
        "may_plan": request.user.may(P.AUDIT_PLAN),
        "crumbs": [("Audits", reverse(LIST)), ("Annual plans", "")],
    }
    return render_page(request, "audits/plan_list.html", None, context)


def found_plan(request: PersonRequest, number: str) -> AuditPlan:
    plan: AuditPlan = get_object_or_404(
        AuditPlan.objects.open_to(request.user).select_related("sponsor"), number=number
    )
    return plan


def crumbs_of(plan: AuditPlan) -> list[Crumb]:
    return [
        ("Audits", reverse(LIST)), ("Annual plans", reverse("audits:plan-list")),
        (str(plan.year), plan.get_absolute_url()),
    ]  # fmt: skip


def rows_of(plan: AuditPlan) -> list[dict[str, Any]]:
    """The plan's audits beside what was approved: moved, cancelled and added since the signature show as such."""
    approved = {line[0]: line for line in plan.lines}
    found = plan.audits.select_related("site__vendor").order_by("sort_date", "number")[:MOST]
    made = []
    for audit in found:
        line = approved.pop(audit.number, None)
        now, words = f"{audit.sort_date:%Y-%m}", ""
        if audit.status == AuditStatus.CANCELLED:
            words = "Cancelled"
        elif plan.lines and line is None:
            words = "Added since"
        elif line is not None and line[3] != now:
            words = f"Moved from {month_words(line[3])}"
        made.append({"audit": audit, "approved": line[3] if line else "", "since": words})
    types = dict(AuditType.choices)
    gone = [{"number": n, "site": site, "type": types.get(kind, kind), "month": month_words(month)}
            for n, site, kind, month in approved.values()]  # fmt: skip
    return [*made, *({"gone": each, "since": "Taken out since"} for each in gone)]


def month_words(month: str) -> str:
    """`May 2026` of `2026-05`."""
    return f"{date.fromisoformat(month + '-01'):%b %Y}"


@page(P.AUDIT_VIEW)
def plan_detail(request: PersonRequest, number: str) -> HttpResponse:
    """What the year holds, what is due and not planned, and what has moved since the approval."""
    plan, user = found_plan(request, number), request.user
    is_draft = plan.status == PlanStatus.DRAFT
    first, last = date(plan.year, 1, 1), date(plan.year, 12, 31)
    mine = Audit.objects.open_to(user)
    outside = mine.filter(plan__isnull=True, sort_date__gte=first, sort_date__lte=last).exclude(status__in=OVER)
    planned = mine.exclude(status__in=OVER).filter(sort_date__lte=last)
    due = AuditInterval.objects.open_to(user).in_force().filter(next_due_date__lte=last)
    due = due.exclude(site__in=planned.values("site")).select_related("site__vendor")
    context = {
        "plan": plan,
        "pill": PILLS[plan.status],
        "rows": rows_of(plan),
        "outside": outside.listed().order_by("sort_date", "number")[:50],
        "due": with_coming(due.order_by("next_due_date", "number")[:50], user),
        "offers": PLAN.offers(plan, user),
        "signatures": signed(plan, user),
        "may_fill": user.may(P.AUDIT_PLAN) and is_draft,
        "may_plan": user.may(P.AUDIT_PLAN),
        "history": history_of(plan, request) if user.may(P.HISTORY_VIEW) else None,
        "crumbs": [*crumbs_of(plan)[:-1], (plan.number, "")],
    }  # fmt: skip
    return render_page(request, "audits/plan_detail.html", None, context)


@page(P.AUDIT_PLAN)
def plan_create(request: PersonRequest) -> HttpResponse:
    form = PlanForm(
        request.POST or None,
        instance=AuditPlan(sponsor=request.user.company),
        initial={"year": timezone.localdate().year + 1},
    )
    back = reverse("audits:plan-list")

    def act() -> AuditPlan:
        return actions.create_plan(request.user.company, by=request.user, **form.values())

    return form_page(
        request, form, act, heading="Start the plan of a year", back=back,
        said="The plan is started: add the audits of the year.", verb="Start the plan",
        crumbs=[("Audits", reverse(LIST)), ("Annual plans", back)],
    )  # fmt: skip


@page(P.AUDIT_PLAN)
def plan_edit(request: PersonRequest, number: str) -> HttpResponse:
    plan = found_plan(request, number)
    form = PlanForm(request.POST or None, instance=plan)

    def act() -> None:
        version = form.opened_version
        actions.revise_plan(plan, by=request.user, version=version, reason=form.reason, **form.values())

    return form_page(
        request, form, act, heading=f"What the plan of {plan.year} rests on", back=plan.get_absolute_url(),
        said="The plan is saved.", crumbs=crumbs_of(plan),
    )  # fmt: skip


@require_POST
@page(P.AUDIT_PLAN)
def plan_add(request: PersonRequest, number: str) -> HttpResponse:
    """Puts one audit (`audit`, its number) or every open audit of the year into the plan."""
    plan = found_plan(request, number)
    rows = Audit.objects.open_to(request.user).filter(plan__isnull=True).listed()
    asked = request.POST.get("audit", "")
    if asked:
        chosen = [get_object_or_404(rows, number=asked)]
    else:
        chosen = list(rows.filter(sort_date__year=plan.year).exclude(status__in=OVER).order_by("pk")[:MOST])
    try:
        for audit in chosen:
            actions.add_to_plan(plan, audit, by=request.user)
    except WrongState as refusal:
        say(request, str(refusal))
    except ValidationError as refusal:
        say(request, " ".join(refusal.messages))
    else:
        say(request, f"{len(chosen)} added to the plan of {plan.year}.")
    return redirect(plan)


@page(P.AUDIT_PLAN)
def plan_remove(request: PersonRequest, number: str, audit: str) -> HttpResponse:
    """Takes an audit out of the plan, with the reason."""
    plan = found_plan(request, number)
    row = get_object_or_404(Audit.objects.open_to(request.user).filter(plan=plan).listed(), number=audit)
    form = ReasonForm(request.POST or None)

    def act() -> None:
        actions.take_from_plan(plan, row, by=request.user, reason=form.cleaned_data["reason"])

    return form_page(
        request, form, act, heading=f"Take {row.number} out of the plan", back=plan.get_absolute_url(),
        said="Taken out of the plan; the audit itself stays.", verb="Take it out", crumbs=crumbs_of(plan),
    )  # fmt: skip


@page(P.AUDIT_VIEW)
def plan_move(request: PersonRequest, number: str, name: str) -> HttpResponse:
    plan = found_plan(request, number)
    return move_page(
        request, plan, PLAN, name.replace("-", "_"), template="audits/plan_move.html",
        context={"plan": plan, "crumbs": crumbs_of(plan), "rows": rows_of(plan)}, act=actions.move_plan,
    )  # fmt: skip


@page(P.AUDIT_VIEW)
def plan_export(request: PersonRequest, number: str, kind: str) -> FileResponse:
    """The plan as a file, with what was approved beside what stands now."""
    if kind not in TYPES:
        raise Http404
    plan = found_plan(request, number)
    rows = (
        (
            audit.number, audit.site.vendor.name, audit.site.name, audit.get_type_display(),
            audit.get_status_display(), row["approved"], f"{audit.sort_date:%Y-%m}", audit.start_date,
            audit.end_date, audit.lead_name,
        )
        for row in rows_of(plan)
        if (audit := row.get("audit")) is not None
    )  # fmt: skip
    response, count = export_response(f"audit-plan-{plan.year}", kind, header=HEADER, rows=rows)
    note(plan, by=request.user, action="plan.export", details={"format": kind, "rows": count})
    return response
