"""Pages of auditors: who is qualified for what and until when, what they have done, what lies ahead."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from audits.programme import auditor_actions as actions
from audits.programme.forms import colleagues
from audits.programme.frame import sponsors_only
from audits.programme.models import Auditor, TeamMember
from audits.programme.querysets import BEFORE_VISIT
from audits.programme.views import LIST
from audits.programme.vocabulary import AuditorStatus, AuditStatus
from audits.programme.workflows import AUDITOR
from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page
from cmo_portal.records.gate import page
from cmo_portal.records.moves import move_page
from cmo_portal.records.signed import signed
from vendors.registry.edits import Crumb, form_page
from vendors.registry.forms import CommaSeparated, RegistryForm
from vendors.registry.history import history_of

PILLS = {"proposed": "info", "qualified": "ok", "suspended": "bad", "ended": ""}


class AuditorForm(RegistryForm):
    """A colleague's level and what it rests on; the person is given once."""

    field_order = ("person",)
    person = forms.ModelChoiceField(queryset=User.objects.none(), to_field_name="number", label="Colleague")

    class Meta:
        model = Auditor
        fields = ("level", "fields", "audits_before", "basis")
        widgets = {"basis": forms.Textarea(attrs={"rows": 4})}
        help_texts = {"audits_before": "Elsewhere, or before the portal was used."}

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        form_fields: Any = self.fields
        if self.instance.pk:
            del form_fields["person"]
        else:
            form_fields["person"].queryset = colleagues(by).filter(auditor__isnull=True)
        form_fields["fields"] = CommaSeparated(
            required=False, label="Fields of competence", help_text="Like: aseptic processing, data integrity."
        )
        self.initial["fields"] = self.instance.fields


def state_of(auditor: Auditor) -> tuple[str, str]:
    """(words, pill): a qualification whose day of renewal has passed says so."""
    if auditor.status == AuditorStatus.QUALIFIED and not auditor.may_audit(timezone.localdate()):
        return "To be renewed", "bad"
    return str(auditor.get_status_display()), PILLS[auditor.status]


@page(P.AUDIT_VIEW)
def auditor_list(request: PersonRequest) -> HttpResponse:
    sponsors_only(request.user)
    rows = Auditor.objects.open_to(request.user).with_experience().select_related("person")
    found = listing(request, rows, sorts={"name": ("person__name", "number")}, noun="auditor")
    context = {
        "auditors": [{"auditor": row, "state": state_of(row)} for row in found.rows],
        "listing": found,
        "may_propose": request.user.may(P.AUDITOR_PROPOSE),
        "crumbs": [("Audits", reverse(LIST)), ("Auditors", "")],
    }
    return render_page(request, "audits/auditor_list.html", None, context)


def found_auditor(request: PersonRequest, number: str) -> Auditor:
    rows = Auditor.objects.open_to(request.user).with_experience()
    auditor: Auditor = get_object_or_404(rows.select_related("person", "sponsor"), number=number)
    return auditor


def crumbs_of(auditor: Auditor | None = None) -> list[Crumb]:
    way = [("Audits", reverse(LIST)), ("Auditors", reverse("audits:auditor-list"))]
    return [*way, (auditor.person.name, auditor.get_absolute_url())] if auditor else way


@page(P.AUDIT_VIEW)
def auditor_detail(request: PersonRequest, number: str) -> HttpResponse:
    """The qualification with its signatures, the audits done and those ahead."""
    auditor, user = found_auditor(request, number), request.user
    places = TeamMember.objects.visible_to(user).filter(person=auditor.person_id, is_removed=False)
    places = places.select_related("audit__site__vendor").order_by("-audit__sort_date", "pk")
    ahead = (*BEFORE_VISIT, AuditStatus.IN_PROGRESS)
    context = {
        "auditor": auditor,
        "state": state_of(auditor),
        "ahead": places.filter(audit__status__in=ahead)[:30] if user.may(P.AUDIT_DRAFTS) else [],
        "done": places.exclude(audit__status__in=(*ahead, AuditStatus.CANCELLED))[:50],
        "offers": AUDITOR.offers(auditor, user),
        "signatures": signed(auditor, user),
        "may_edit": user.may(P.AUDITOR_PROPOSE),
        "history": history_of(auditor, request) if user.may(P.HISTORY_VIEW) else None,
        "crumbs": [*crumbs_of(), (auditor.person.name, "")],
    }
    return render_page(request, "audits/auditor_detail.html", None, context)


@page(P.AUDITOR_PROPOSE)
def auditor_create(request: PersonRequest) -> HttpResponse:
    form = AuditorForm(request.POST or None, instance=Auditor(), by=request.user)

    def act() -> Auditor:
        values = form.values()
        return actions.propose_auditor(values.pop("person"), by=request.user, **values)

    return form_page(
        request, form, act, heading="Propose an auditor", back=reverse("audits:auditor-list"),
        said="Proposed: quality signs the qualification.", verb="Propose", crumbs=crumbs_of(),
    )  # fmt: skip


@page(P.AUDITOR_PROPOSE)
def auditor_edit(request: PersonRequest, number: str) -> HttpResponse:
    auditor = found_auditor(request, number)
    name, back, crumbs = auditor.person.name, auditor.get_absolute_url(), crumbs_of(auditor)
    form = AuditorForm(request.POST or None, instance=auditor, by=request.user)

    def act() -> None:
        version = form.opened_version
        actions.revise_auditor(auditor, by=request.user, version=version, reason=form.reason, **form.values())

    return form_page(request, form, act, heading=f"Edit {name}", back=back, said="Saved.", crumbs=crumbs)


@page(P.AUDIT_VIEW)
def auditor_move(request: PersonRequest, number: str, name: str) -> HttpResponse:
    auditor = found_auditor(request, number)
    return move_page(
        request, auditor, AUDITOR, name.replace("-", "_"), template="audits/auditor_move.html",
        context={"auditor": auditor, "crumbs": crumbs_of(auditor)}, act=actions.move_auditor,
    )  # fmt: skip
