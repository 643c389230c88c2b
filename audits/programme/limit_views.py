"""Pages of time limits: the sponsor's numbers beside their defaults, and what agreements say instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from audits.programme.frame import sponsors_only
from audits.programme.limits import LIMITS, Limit, limits_of, place_of
from audits.programme.limits_actions import set_agreed_limits, set_limits
from audits.programme.steering import AgreementLimits, AuditLimits
from audits.programme.views import LIST
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.calendars import business_days_words
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page
from cmo_portal.records.actors import SPONSOR
from cmo_portal.records.gate import page
from vendors.registry.countries import country_name
from vendors.registry.edits import form_page
from vendors.registry.supply import Agreement

AGREED = {name: each for name, each in LIMITS.items() if each.side}


class LimitsForm(forms.Form):
    """Limits as numbers in their units. Beside `own` numbers, which hold where none is given, each may stay empty."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        limits: Iterable[Limit],
        now: Mapping[str, int],
        own: Mapping[str, int] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for each in limits:
            words = f"Default: {each.default} {each.unit}. {each.source}."
            if each.follows:
                words = f"Empty: as for “{LIMITS[each.follows].label}”."
            if own is not None:
                words = f"Your own number: {own[each.name]}."
            self.fields[each.name] = forms.IntegerField(
                label=f"{each.label}, {each.unit}", min_value=each.lowest, max_value=each.highest,
                initial=now.get(each.name), help_text=words,
                required=own is None and not each.follows,
            )  # fmt: skip
        self.fields["reason"] = forms.CharField(max_length=300, label="Why you change it")


@page(P.AUDIT_VIEW)
def limit_list(request: PersonRequest) -> HttpResponse:
    """The limits in force, beside their defaults. A CMO reads the dates that follow from them at each audit."""
    sponsors_only(request.user)
    company = request.user.company
    now = limits_of(company)
    agreed = AgreementLimits.objects.visible_to(request.user).exclude(values={}).select_related("agreement__vendor")
    found = listing(request, agreed, sorts={"cmo": ("agreement__vendor__sort_name", "number")}, noun="agreement")
    today = timezone.localdate()
    for row in found.rows:
        row.lines = [(LIMITS[name], number, now[name]) for name, number in row.values.items() if name in LIMITS]
        row.holds = row.agreement.state(today) == "in_force"
    where = country_name(place_of(company, SPONSOR)[0])
    both = f"{where} for what you do, and of the CMO's own place for what it does" if where else ""
    context = {
        "limits": [{"limit": each, "now": now[name], "differs": now[name] != each.default}
                   for name, each in LIMITS.items()],
        "agreed": found,
        "may_edit": request.user.may(P.AUDIT_PLAN),
        "business_days": business_days_words(both or "the CMO's own place for what it does"),
        "crumbs": [("Audits", reverse(LIST)), ("Time limits", "")],
    }  # fmt: skip
    return render_page(request, "audits/limit_list.html", None, context)


@page(P.AUDIT_PLAN)
def limit_edit(request: PersonRequest) -> HttpResponse:
    company = request.user.company
    row = AuditLimits.objects.visible_to(request.user).filter(sponsor=company).first()
    own: dict[str, int] = row.values if row else {}
    now = {name: number for name, number in limits_of(company).items() if not LIMITS[name].follows or name in own}
    initial = {"version": row.version if row else 0}  # 0: a colleague's first row is not overwritten unseen
    form = LimitsForm(request.POST or None, limits=LIMITS.values(), now=now, initial=initial)

    def act() -> None:
        values = dict(form.cleaned_data)
        version, reason = values.pop("version"), values.pop("reason")
        set_limits(company, values, by=request.user, version=version, reason=reason)

    back = reverse("audits:limit-list")
    return form_page(
        request, form, act, heading="Time limits", back=back, said="The limits are set: they count from now on.",
        crumbs=[("Audits", reverse(LIST)), ("Time limits", back)],
    )  # fmt: skip


@page(P.AUDIT_PLAN)
def agreement_limits(request: PersonRequest, number: str) -> HttpResponse:
    """What an agreement says about time limits; an empty field leaves the sponsor's own number."""
    agreements = Agreement.objects.visible_to(request.user).select_related("vendor")
    agreement: Agreement = get_object_or_404(agreements, number=number)
    row = AgreementLimits.objects.visible_to(request.user).filter(agreement=agreement).first()
    initial = {"version": row.version if row else 0}  # 0: a colleague's first row is not overwritten unseen
    now, own = row.values if row else {}, limits_of(request.user.company)
    form = LimitsForm(request.POST or None, limits=AGREED.values(), now=now, own=own, initial=initial)

    def act() -> None:
        values = dict(form.cleaned_data)
        version, reason = values.pop("version"), values.pop("reason")
        set_agreed_limits(agreement, values, by=request.user, version=version, reason=reason)

    limits = reverse("audits:limit-list")
    return form_page(
        request, form, act, heading=f"Time limits under {agreement.title} with {agreement.vendor.name}", back=limits,
        said="Set: while the agreement is in force, clocks that start from now on count by it.",
        crumbs=[("Audits", reverse(LIST)), ("Time limits", limits)],
    )  # fmt: skip
