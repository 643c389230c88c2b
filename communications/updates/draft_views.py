"""Pages on which an update is written: what to tell, to whom, the typed form with its draft, and the posting.

Until it is posted only the writer's company reads it.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.actors import PARTNER
from cmo_portal.records.gate import page
from cmo_portal.records.trail import StaleRecord
from cmo_portal.records.workflow import WrongState
from communications.updates import actions
from communications.updates.catalogue import TYPES, UpdateType, types_of
from communications.updates.forms import ReaderForm, UpdateForm
from communications.updates.models import UpdateDraft
from communications.updates.views import LIST, open_drafts
from communications.updates.vocabulary import DraftStatus
from communications.updates.words import facts_of, other_name
from communications.updates.workflows import what_lacks
from vendors.registry.edits import refuse
from vendors.registry.files import add_file, shelf
from vendors.registry.models import Vendor


def relations(reader: User) -> list[Vendor]:
    """With whom the reader's company can speak here: relations in use whose CMO has joined."""
    rows = Vendor.objects.visible_to(reader).live().filter(company__isnull=False).select_related("sponsor", "company")
    return list(rows.order_by("sponsor__name" if reader.company_kind == PARTNER else "sort_name", "number"))


def name_of(vendor: Vendor, reader: User) -> str:
    return str(vendor.sponsor.name if reader.company_kind == PARTNER else vendor.name)


@page(P.UPDATE_POST)
def update_create(request: PersonRequest) -> HttpResponse:
    """What there is to tell: one tile for each type that the reader's side posts, and the drafts that wait."""
    user = request.user
    context = {
        "types": types_of(actions.side_of(user)),
        "drafts": open_drafts(user),
        "crumbs": [("Updates", reverse(LIST)), ("Post an update", "")],
    }
    return render_page(request, "communications/update_create.html", None, context)


@page(P.UPDATE_POST)
def update_write(request: PersonRequest, code: str) -> HttpResponse:
    """The form of one type; who has several on the other side is asked first to whom it goes."""
    kind, user = TYPES.get(code), request.user
    if kind is None or kind.side != actions.side_of(user):
        raise Http404("There is no such type of update.")
    rows = relations(user)
    asked = request.GET.get("to", "")
    vendor = next((row for row in rows if row.number == asked), rows[0] if len(rows) == 1 else None)
    crumbs = [("Updates", reverse(LIST)), ("Post an update", reverse("communications:update-create"))]
    if vendor is None:
        form = ReaderForm(rows=rows, names=[name_of(row, user) for row in rows])
        context: dict[str, Any] = {"kind": kind, "reader_form": form, "crumbs": crumbs, "readers": readers(rows, user)}
        return render_page(request, "communications/update_reader.html", None, context)
    draft = UpdateDraft(vendor=vendor, type=code)
    form_of = UpdateForm(request.POST or None, instance=draft, by=user)
    if form_of.is_bound and form_of.is_valid():
        try:
            made = actions.start_draft(vendor, code, by=user, **form_of.values())
        except ValidationError as error:
            refuse(form_of, error)
        else:
            return go_on(request, made)
    return form_page(request, draft, form_of, kind, crumbs)


def readers(rows: list[Vendor], user: User) -> list[dict[str, str]]:
    return [{"number": row.number, "name": name_of(row, user)} for row in rows]


def go_on(request: PersonRequest, draft: UpdateDraft) -> HttpResponse:
    """After a save: to the draft, or through the post that was asked for."""
    if "post" not in request.POST:
        say(request, "Saved. Only your company reads it until you post it.")
        return redirect(draft)
    try:
        update = actions.post(draft, by=request.user)
    except (WrongState, StaleRecord, ValidationError) as error:
        say(request, " ".join(error.messages) if isinstance(error, ValidationError) else str(error))
        return redirect(draft)
    say(request, f"Posted: {other_name(update, request.user)} is told.")
    return redirect(update)


def found_draft(request: PersonRequest, number: str) -> UpdateDraft:
    rows = UpdateDraft.objects.visible_to(request.user).select_related("vendor__sponsor", "vendor__company", "site")
    draft: UpdateDraft = get_object_or_404(rows, number=number)
    return draft


@page(P.UPDATE_VIEW)
def draft_detail(request: PersonRequest, number: str) -> HttpResponse:
    """A draft, to be written on or posted; colleagues who may not post read it. Another POST adds a file to it."""
    draft, user = found_draft(request, number), request.user
    if draft.posted_as:
        return redirect("communications:update-detail", draft.posted_as)
    crumbs = [("Updates", reverse(LIST)), ("Draft", "")]
    if not user.may(P.UPDATE_POST) or draft.status != DraftStatus.DRAFT:
        context = {"draft": draft, "facts": facts_of(draft), "side_name": other_name(draft, user), "crumbs": crumbs}
        return render_page(request, "communications/draft_detail.html", None, context)
    if request.method == "POST" and "title" not in request.POST:
        answer = add_file(request, draft)
        if answer is not None:
            return answer
    form = UpdateForm(request.POST if "title" in request.POST else None, instance=draft, by=user)
    if form.is_bound and form.is_valid():
        fresh = found_draft(request, number)
        try:
            actions.save_draft(fresh, by=user, version=form.opened_version, **form.values())
        except (ValidationError, StaleRecord, WrongState) as error:
            refuse(form, error)
        else:
            return go_on(request, fresh)
    return form_page(request, draft, form, draft.kind, crumbs)


def form_page(
    request: PersonRequest, draft: UpdateDraft, form: UpdateForm, kind: UpdateType, crumbs: list[tuple[str, str]]
) -> HttpResponse:
    context: dict[str, Any] = {
        "draft": draft,
        "update_form": form,
        "kind": kind,
        "side_name": name_of(draft.vendor, request.user),
        "lacking": list(what_lacks(draft).values()) if draft.pk and not form.is_bound else [],
        "now": timezone.now(),
        "crumbs": crumbs,
    }
    if draft.pk:
        context |= shelf(request, draft)
    return render_page(request, "communications/update_edit.html", None, context)


@require_POST
@page(P.UPDATE_POST)
def draft_discard(request: PersonRequest, number: str) -> HttpResponse:
    """Takes a draft out of the way; nobody outside the company ever read it."""
    draft = found_draft(request, number)
    try:
        actions.discard(draft, by=request.user)
    except WrongState as error:
        say(request, str(error))
    else:
        say(request, "The draft is discarded.")
    return redirect(LIST)
