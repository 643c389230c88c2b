"""Pages of deadline policies: all of them by what they are about, one with its days, adding, revising, retiring."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from cmo_portal.accounts.forms import ReasonForm
from cmo_portal.accounts.models import Company
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page, say
from cmo_portal.lib.public_holidays import public_holidays, region_names
from cmo_portal.records.actors import PARTNER
from cmo_portal.records.deadlines import kinds, words_of
from cmo_portal.records.gate import page
from cmo_portal.records.offsets import Offset, Place, is_countable
from vendors.registry import deadline_policy_actions as actions
from vendors.registry.countries import country_name
from vendors.registry.deadline_policies import ESCALATION, DeadlinePolicy
from vendors.registry.deadline_policy_forms import ExampleForm, PolicyForm
from vendors.registry.deadline_policy_words import days_of, escalation_in_words, offsets_in_words, rung_in_words
from vendors.registry.edits import form_page
from vendors.registry.history import history_of
from vendors.registry.supply import Agreement

LIST = "vendors:policy-list"
GROUPS = ("For all deadlines", "For one kind of deadline", "For a class of finding", "For an agreement")
SORTS = {"group": ("group", "kind", "facet", "number")}
AHEAD = timedelta(days=60)


def in_words(policy: DeadlinePolicy) -> DeadlinePolicy:
    """Adds the words of the rows and of the page."""
    row: Any = policy
    row.about = words_of(policy.kind) if policy.kind else "All deadlines"
    row.reminded = offsets_in_words(policy.offsets)
    row.when_late = escalation_in_words(policy.escalation)
    row.rests = not policy.holds_on(timezone.localdate())
    return policy


@page(P.POLICY_VIEW)
def policy_list(request: PersonRequest) -> HttpResponse:
    """The sponsor's policies, the widest first, and what holds where none says otherwise."""
    retired = bool(request.GET.get("retired"))
    rows = DeadlinePolicy.objects.visible_to(request.user).filter(is_retired=retired)
    found = listing(
        request,
        rows.grouped().select_related("agreement__vendor"),
        sorts=SORTS,
        noun="policy",
        plural="policies",
    )
    for policy in found.rows:
        in_words(policy)
        policy.heading = GROUPS[policy.group]
    context = {
        "policies": found,
        "retired": retired,
        "may_edit": request.user.may(P.POLICY_EDIT),
        "defaults": sorted((words_of(code), offsets_in_words(kind.stages)) for code, kind in kinds.items()),
        "when_late": escalation_in_words(ESCALATION),
    }
    return render_page(request, "vendors/policy_list.html", None, context)


def found_policy(request: PersonRequest, number: str) -> DeadlinePolicy:
    rows = DeadlinePolicy.objects.visible_to(request.user).select_related("sponsor", "agreement__vendor__company")
    policy: DeadlinePolicy = get_object_or_404(rows, number=number)
    return policy


def side_counted(policy: DeadlinePolicy) -> Company:
    """Where the days of the example are counted: at the CMO's place where it must act and has joined."""
    kind = kinds.get(policy.kind)
    partner = policy.agreement.vendor.company if policy.agreement is not None else None
    acts_there = kind is not None and kind.side == PARTNER
    return partner if partner is not None and acts_there else policy.sponsor


def preview(policy: DeadlinePolicy, day: date) -> dict[str, Any]:
    """The days to which the policy leads for something due on `day`."""
    company = side_counted(policy)
    place = Place(ZoneInfo(company.time_zone), public_holidays(company.country, company.subdivision))
    kind = kinds.get(policy.kind)
    offsets = policy.offsets or (kind.stages if kind else ())
    where, region = country_name(company.country), region_names(company.country).get(company.subdivision, "")
    where = f"{where} ({region})" if region else where
    counted = f"without the public holidays of {where}" if where else "public holidays are not taken out"
    return {
        "day": day,
        "days": days_of(offsets, day, place),
        "late": [
            (when, says, rung_in_words(policy.escalation[offset]))
            for offset in sorted(policy.escalation, key=lambda written: -Offset.of(written).amount)
            for when, says in days_of([offset], day, place)
        ],
        "where": f"Counted at {company.name}, {company.time_zone}; business days are Monday to Friday, {counted}.",
    }


def example_day(data: Any) -> date:
    form = ExampleForm(data)
    day = form.cleaned_data.get("example") if form.is_valid() else None
    return day if day is not None and is_countable(day) else timezone.localdate() + AHEAD


@page(P.POLICY_VIEW)
def policy_detail(request: PersonRequest, number: str) -> HttpResponse:
    """One policy: what it is about, its days for an example, its history."""
    policy = in_words(found_policy(request, number))
    day = example_day(request.GET)
    context = {
        "policy": policy,
        "heading": GROUPS[DeadlinePolicy.objects.grouped().get(pk=policy.pk).group],
        "preview": preview(policy, day),
        "example": ExampleForm(initial={"example": day}),
        "may_edit": request.user.may(P.POLICY_EDIT),
        "history": history_of(policy, request) if request.user.may(P.HISTORY_VIEW) else None,
        "crumbs": [("Reminders", reverse(LIST)), (policy.number, "")],
    }
    return render_page(request, "vendors/policy_detail.html", None, context)


def policy_form_page(
    request: PersonRequest, form: PolicyForm, act: Callable[[], Any], *, heading: str, said: str, back: str
) -> HttpResponse:
    """The form with its days beside it; the button "Show the days" only looks."""
    more: dict[str, Any] = {"example": ExampleForm(initial={"example": example_day(request.POST)})}
    looks = request.method == "POST" and "preview" in request.POST
    if not looks or form.is_valid():
        more["preview"] = preview(form.instance, example_day(request.POST)) if looks or form.instance.pk else None
    crumbs = [("Reminders", reverse(LIST))]
    if looks:
        context = {"form": form, "heading": heading, "back_url": back, "verb": "Save", "crumbs": crumbs, **more}
        return render_page(request, "vendors/policy_edit.html", None, context)
    return form_page(
        request, form, act, heading=heading, back=back, said=said, crumbs=crumbs,
        template="vendors/policy_edit.html", more=more,
    )  # fmt: skip


@page(P.POLICY_EDIT)
def policy_create(request: PersonRequest) -> HttpResponse:
    company = request.user.company
    policy, chosen = DeadlinePolicy(sponsor=company), request.GET.get("agreement", "")
    if chosen:
        policy.agreement = Agreement.objects.visible_to(request.user).filter(number=chosen).first()
    form = PolicyForm(request.POST or None, instance=policy, by=request.user)

    def act() -> DeadlinePolicy:
        return actions.add_policy(company, by=request.user, **form.values())

    said = "The policy is added: it counts from now on."
    return policy_form_page(request, form, act, heading="Add a policy", said=said, back=reverse(LIST))


@page(P.POLICY_EDIT)
def policy_edit(request: PersonRequest, number: str) -> HttpResponse:
    policy = found_policy(request, number)
    form = PolicyForm(request.POST or None, instance=policy, by=request.user)

    def act() -> None:
        version = form.opened_version
        actions.revise_policy(policy, by=request.user, version=version, reason=form.reason, **form.values())

    said, back = "The policy is saved: it counts from now on.", policy.get_absolute_url()
    return policy_form_page(request, form, act, heading="Edit the policy", said=said, back=back)


@page(P.POLICY_EDIT)
def policy_retire(request: PersonRequest, number: str) -> HttpResponse:
    policy = found_policy(request, number)
    form = ReasonForm(request.POST or None)
    return form_page(
        request,
        form,
        lambda: actions.retire_policy(policy, by=request.user, reason=form.cleaned_data["reason"]),
        heading="Retire the policy",
        back=reverse(LIST),
        said="The policy is retired.",
        verb="Retire the policy",
        crumbs=[("Reminders", reverse(LIST)), (policy.number, policy.get_absolute_url())],
        undo=reverse("vendors:policy-restore", args=[number]),
    )


@require_POST
@page(P.POLICY_EDIT)
def policy_restore(request: PersonRequest, number: str) -> HttpResponse:
    policy = found_policy(request, number)
    try:
        actions.restore_policy(policy, by=request.user)
    except ValidationError as error:
        say(request, " ".join(error.messages))
    else:
        say(request, "The policy is back in use.")
    return redirect(policy)
