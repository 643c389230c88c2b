"""Pages of what decides when a site is audited: intervals with their reasons, events to decide on, time limits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from audits.programme import trigger_actions
from audits.programme.facts import services_of
from audits.programme.forms import STANDARDS, MonthField, colleagues
from audits.programme.frame import sponsors_only
from audits.programme.interval_actions import move_interval, refresh_interval
from audits.programme.limits import LIMITS, limits_of
from audits.programme.limits_actions import set_limits
from audits.programme.models import Audit
from audits.programme.steering import AuditInterval, AuditLimits, AuditTrigger
from audits.programme.views import LIST
from audits.programme.vocabulary import AuditType, TriggerKind
from audits.programme.workflows import INTERVAL, TRIGGER
from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.calendars import BUSINESS_DAYS
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.actors import SPONSOR
from cmo_portal.records.gate import page
from cmo_portal.records.moves import move_page
from cmo_portal.records.signed import signed
from vendors.registry.edits import Crumb, form_page
from vendors.registry.forms import CommaSeparated, Day
from vendors.registry.frame import cmo_frame, site_frame
from vendors.registry.history import history_of
from vendors.registry.models import Site
from vendors.registry.supply_forms import SiteField
from vendors.registry.vocabulary import Service

TAB = "Audits"
SHOWN = 50
INTERVAL_PILLS = {"in_force": "ok", "proposed": "warn", "rejected": "", "replaced": ""}
TRIGGER_PILLS = {"open": "warn", "audit_planned": "ok", "dismissed": ""}


# --- intervals -------------------------------------------------------------------------------------
@page(P.AUDIT_VIEW)
def interval_list(request: PersonRequest) -> HttpResponse:
    """Every site of the programme by when its next audit is due; those that wait for a signature stand above."""
    sponsors_only(request.user)
    rows = AuditInterval.objects.open_to(request.user).select_related("site__vendor")
    found = listing(request, rows.in_force(), sorts={"due": ("next_due_date", "number")}, noun="site", plural="sites")
    context = {
        "intervals": found,
        "waiting": rows.filter(status="proposed").order_by("pk")[:SHOWN],
        "may_sign": request.user.may(P.INTERVAL_SIGN),
        "crumbs": [("Audits", reverse(LIST)), ("Intervals", "")],
    }
    return render_page(request, "audits/interval_list.html", None, context)


def found_interval(request: PersonRequest, number: str) -> AuditInterval:
    rows = AuditInterval.objects.open_to(request.user).select_related("site__vendor__sponsor")
    interval: AuditInterval = get_object_or_404(rows, number=number)
    return interval


def interval_crumbs(interval: AuditInterval) -> list[Crumb]:
    return [
        ("Audits", reverse(LIST)), ("Intervals", reverse("audits:interval-list")),
        (interval.site.name, reverse("audits:site-audits", args=[interval.site.number])),
    ]  # fmt: skip


@page(P.AUDIT_VIEW)
def interval_detail(request: PersonRequest, number: str) -> HttpResponse:
    """One interval: how it was counted, who signed it, and what stands in force beside it."""
    interval, user = found_interval(request, number), request.user
    rows = AuditInterval.objects.open_to(user).filter(site=interval.site_id)
    context = {
        "interval": interval,
        "pill": INTERVAL_PILLS[interval.status],
        "offers": INTERVAL.offers(interval, user),
        "others": rows.exclude(pk=interval.pk).order_by("-pk")[:20],
        "signatures": signed(interval, user),
        "history": history_of(interval, request) if user.may(P.HISTORY_VIEW) else None,
        "crumbs": [*interval_crumbs(interval), (f"Every {interval.months} months", "")],
    }
    return render_page(request, "audits/interval_detail.html", None, context)


@page(P.AUDIT_VIEW)
def interval_move(request: PersonRequest, number: str, name: str) -> HttpResponse:
    interval = found_interval(request, number)
    present = AuditInterval.objects.open_to(request.user).in_force().filter(site=interval.site_id).first()
    back = (interval.number, interval.get_absolute_url())
    return move_page(
        request, interval, INTERVAL, name.replace("-", "_"), template="audits/interval_move.html", act=move_interval,
        context={"interval": interval, "present": present, "crumbs": [*interval_crumbs(interval), back]},
    )  # fmt: skip


@require_POST
@page(P.AUDIT_PLAN)
def interval_refresh(request: PersonRequest, number: str) -> HttpResponse:
    """Counts a site's interval anew, now instead of tonight."""
    rows = Site.objects.visible_to(request.user).select_related("vendor__sponsor", "vendor__company")
    site = get_object_or_404(rows, number=number)
    interval = refresh_interval(site, by=request.user)
    say(request, f"Counted: every {interval.months} months.")
    return redirect("audits:site-audits", number)


# --- the tab of a site and of a CMO ----------------------------------------------------------------
@page(P.AUDIT_VIEW)
def site_audits(request: PersonRequest, number: str) -> HttpResponse:
    """The site's audits; to its sponsor also when the next is due, and why."""
    context = site_frame(request, number, TAB)
    site, user = context["site"], request.user
    rows = AuditInterval.objects.open_to(user).filter(site=site)
    context |= {
        "audits": Audit.objects.open_to(user).filter(site=site).listed().order_by("-sort_date", "number")[:SHOWN],
        "interval": rows.in_force().first(),
        "waiting": rows.filter(status="proposed").first(),
        "triggers": AuditTrigger.objects.open_to(user).filter(site=site).to_decide().order_by("happened_date")[:SHOWN],
        "may_plan": user.may(P.AUDIT_PLAN) and not site.is_retired,
    }
    return render_page(request, "audits/site_audits.html", None, context)


@page(P.AUDIT_VIEW)
def cmo_audits(request: PersonRequest, number: str) -> HttpResponse:
    """The CMO's sites with their intervals, and its audits."""
    context = cmo_frame(request, number, TAB)
    vendor, user = context["vendor"], request.user
    rows = Audit.objects.open_to(user).filter(site__vendor=vendor).listed()
    intervals = AuditInterval.objects.open_to(user).in_force().filter(site__vendor=vendor)
    context |= {
        "audits": rows.order_by("-sort_date", "number")[:SHOWN],
        "intervals": intervals.select_related("site").order_by("next_due_date", "number")[:SHOWN],
        "may_plan": user.may(P.AUDIT_PLAN) and not vendor.is_retired,
        "is_sponsor": user.company_kind == SPONSOR,
    }
    return render_page(request, "audits/cmo_audits.html", None, context)


# --- events ----------------------------------------------------------------------------------------
class TriggerForm(forms.Form):
    """An event that no register tells of."""

    site = SiteField(help_text="The site's number, FEI or name.")
    kind = forms.ChoiceField(choices=TriggerKind.choices, initial=TriggerKind.OTHER)
    what = forms.CharField(max_length=300, label="What happened")
    happened_date = forms.DateField(label="Happened on", widget=Day)

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["site"]
        field.offer(by)


class AnswerEventForm(forms.Form):
    """The audit that answers an event."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    type = forms.ChoiceField(choices=AuditType.choices, initial=AuditType.FOR_CAUSE)
    purpose = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}))
    services = forms.MultipleChoiceField(
        choices=Service.choices, required=False, widget=forms.CheckboxSelectMultiple, label="Services in scope"
    )
    standards = CommaSeparated(required=False, label="Standards audited against", help_text=f"Like: {STANDARDS}.")
    planned_month = MonthField(required=False, label="Planned for the month of")
    lead = forms.ModelChoiceField(
        queryset=User.objects.none(),
        required=False,
        to_field_name="number",
        label="Lead auditor",
        empty_label="Nobody yet",
    )

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["planned_month"].offer(timezone.localdate())
        fields["lead"].queryset = colleagues(by)


TRIGGER_SORTS = {"-date": ("-happened_date", "number"), "date": ("happened_date", "number")}


@page(P.AUDIT_VIEW)
def trigger_list(request: PersonRequest) -> HttpResponse:
    """Events that call for an audit: those to decide on, or all of them."""
    sponsors_only(request.user)
    rows = AuditTrigger.objects.open_to(request.user).select_related("site__vendor", "audit")
    everything = bool(request.GET.get("all")) or not request.user.may(P.AUDIT_DRAFTS)
    found = listing(request, rows if everything else rows.to_decide(), sorts=TRIGGER_SORTS, noun="event")
    context = {
        "triggers": [{"trigger": row, "pill": TRIGGER_PILLS[row.status]} for row in found.rows],
        "listing": found,
        "everything": everything,
        "may_plan": request.user.may(P.AUDIT_PLAN),
        "crumbs": [("Audits", reverse(LIST)), ("Events", "")],
    }
    return render_page(request, "audits/trigger_list.html", None, context)


def found_trigger(request: PersonRequest, number: str) -> AuditTrigger:
    rows = AuditTrigger.objects.open_to(request.user).select_related("site__vendor__sponsor", "site__vendor__company")
    trigger: AuditTrigger = get_object_or_404(rows.select_related("audit"), number=number)
    return trigger


def trigger_crumbs(trigger: AuditTrigger | None = None) -> list[Crumb]:
    way = [("Audits", reverse(LIST)), ("Events", reverse("audits:trigger-list"))]
    return [*way, (trigger.site.name, trigger.get_absolute_url())] if trigger else way


@page(P.AUDIT_VIEW)
def trigger_detail(request: PersonRequest, number: str) -> HttpResponse:
    """What happened, where it is written, and the decision."""
    trigger, user = found_trigger(request, number), request.user
    context = {
        "trigger": trigger,
        "pill": TRIGGER_PILLS[trigger.status],
        "source_url": source_url(trigger),
        "offers": [each for each in TRIGGER.offers(trigger, user) if each.transition.name != "plan_audit"],
        "may_answer": user.may(P.AUDIT_PLAN) and trigger.status == "open",
        "history": history_of(trigger, request) if user.may(P.HISTORY_VIEW) else None,
        "crumbs": [*trigger_crumbs(), (trigger.site.name, "")],
    }
    return render_page(request, "audits/trigger_detail.html", None, context)


def source_url(trigger: AuditTrigger) -> str:
    """The page of the fact that the event was read from; upper subjects name theirs in `SOURCE_PAGES`."""
    name = SOURCE_PAGES.get(trigger.source_type)
    return reverse(name, args=[trigger.source_number]) if name and trigger.source_number else ""


SOURCE_PAGES: dict[str, str] = {"vendors.regulatoryevent": "vendors:event-detail"}


@page(P.AUDIT_PLAN)
def trigger_create(request: PersonRequest) -> HttpResponse:
    form = TriggerForm(request.POST or None, by=request.user)

    def act() -> AuditTrigger:
        values = dict(form.cleaned_data)
        return trigger_actions.report_event(values.pop("site"), by=request.user, **values)

    return form_page(
        request, form, act, heading="Record an event", back=reverse("audits:trigger-list"),
        said="The event is recorded: decide whether it calls for an audit.", verb="Record the event",
        crumbs=trigger_crumbs(),
    )  # fmt: skip


@page(P.AUDIT_PLAN)
def trigger_answer(request: PersonRequest, number: str) -> HttpResponse:
    """Plans the audit that the event calls for."""
    trigger = found_trigger(request, number)
    initial = {"purpose": trigger.what, "services": services_of(trigger.site), "version": trigger.version}
    form = AnswerEventForm(request.POST or None, by=request.user, initial=initial)

    def act() -> Audit:
        return trigger_actions.answer_with_audit(trigger, by=request.user, **form.cleaned_data)

    return form_page(
        request, form, act, heading=f"Plan an audit of {trigger.site.name}", back=trigger.get_absolute_url(),
        said="The audit is planned and the event answered.", verb="Plan the audit", crumbs=trigger_crumbs(trigger),
    )  # fmt: skip


@page(P.AUDIT_VIEW)
def trigger_move(request: PersonRequest, number: str, name: str) -> HttpResponse:
    trigger = found_trigger(request, number)
    return move_page(
        request, trigger, TRIGGER, name.replace("-", "_"), template="audits/trigger_move.html",
        context={"trigger": trigger, "crumbs": trigger_crumbs(trigger)}, act=trigger_actions.move_trigger,
    )  # fmt: skip


# --- time limits -----------------------------------------------------------------------------------
class LimitsForm(forms.Form):
    """Every limit as a number in its unit."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, now: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, each in LIMITS.items():
            words = f"{each.source}: {each.default} {each.unit}."
            self.fields[name] = forms.IntegerField(
                label=f"{each.label}, {each.unit}", min_value=each.lowest, max_value=each.highest, initial=now[name],
                help_text=words,
            )  # fmt: skip
        self.fields["reason"] = forms.CharField(max_length=300, label="Why you change it")


@page(P.AUDIT_VIEW)
def limit_list(request: PersonRequest) -> HttpResponse:
    """The limits in force, beside their defaults. A CMO reads the dates that follow from them at each audit."""
    sponsors_only(request.user)
    now = limits_of(request.user.company)
    context = {
        "limits": [{"limit": each, "now": now[name], "differs": now[name] != each.default}
                   for name, each in LIMITS.items()],
        "may_edit": request.user.may(P.AUDIT_PLAN),
        "business_days": BUSINESS_DAYS,
        "crumbs": [("Audits", reverse(LIST)), ("Time limits", "")],
    }  # fmt: skip
    return render_page(request, "audits/limit_list.html", None, context)


@page(P.AUDIT_PLAN)
def limit_edit(request: PersonRequest) -> HttpResponse:
    company = request.user.company
    row = AuditLimits.objects.visible_to(request.user).filter(sponsor=company).first()
    form = LimitsForm(request.POST or None, now=limits_of(company), initial={"version": row.version if row else 0})

    def act() -> None:
        values = dict(form.cleaned_data)
        version, reason = values.pop("version"), values.pop("reason")
        set_limits(company, values, by=request.user, version=version, reason=reason)

    back = reverse("audits:limit-list")
    return form_page(
        request, form, act, heading="Time limits", back=back, said="The limits are set: they count from now on.",
        crumbs=[("Audits", reverse(LIST)), ("Time limits", back)],
    )  # fmt: skip
