"""Pages of updates for both sides: the list with its export, one update with clocks and versions, its moves, tabs."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.accounts.saved_views import saved_views
from cmo_portal.lib.exports import TYPES, export_response
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.actors import PARTNER
from cmo_portal.records.gate import page
from cmo_portal.records.moves import move_page
from cmo_portal.records.signed import signed
from cmo_portal.records.trail import note
from cmo_portal.records.workflow import WrongState
from communications.updates import actions, taking_over
from communications.updates.filters import UpdateListFilter
from communications.updates.forms import AmendForm, SayForm
from communications.updates.models import Update, UpdateDraft
from communications.updates.vocabulary import DraftStatus
from communications.updates.words import (
    STATUS_PILLS,
    TIMING_PILLS,
    draft_words,
    facts_of,
    next_due,
    other_name,
    steps_of,
    waits_for,
    with_words,
)
from communications.updates.workflows import UPDATE
from vendors.registry.edits import form_page
from vendors.registry.files import add_file, shelf
from vendors.registry.frame import cmo_frame, site_frame
from vendors.registry.history import history_of

TAB = "Updates"
LIST = "communications:update-list"
SORTS = {
    "-posted": ("-posted_at", "number"),
    "posted": ("posted_at", "number"),
    "title": ("title", "number"),
    "-title": ("-title", "number"),
    "cmo": ("vendor__sort_name", "number"),
    "-cmo": ("-vendor__sort_name", "number"),
}
HEADER = (
    *("Number", "Kind", "Title", "CMO", "Sponsor", "Site", "Product", "Batch", "Class", "Posted by", "Posted (UTC)"),
    *("To be posted by (UTC)", "Came", "Version", "Stands", "Waits for", "Version read", "Read by", "Read (UTC)"),
    *("To be decided by", "Decided by", "To be closed by", "Closed (UTC)"),
)


@page(P.UPDATE_VIEW)
def update_list(request: PersonRequest) -> HttpResponse:
    """Every update between the reader's company and the others, the newest first; above it the reader's own drafts."""
    user = request.user
    filters = UpdateListFilter(request.GET, queryset=Update.objects.visible_to(user), reader=user)
    found = listing(request, filters.qs.with_places(), sorts=SORTS, noun="update")
    with_words(found.rows, user)
    context = {
        "updates": found,
        "filters": filters,
        "filtered": any(request.GET.get(name) for name in filters.filters),
        "shelf": saved_views(request, LIST),
        "query": request.GET.urlencode(),
        "is_partner": user.company_kind == PARTNER,
        "may_post": user.may(P.UPDATE_POST),
        "drafts": open_drafts(user) if user.may(P.UPDATE_POST) else [],
    }
    return render_page(request, "communications/update_list.html", "communications/_update_rows.html", context)


def open_drafts(reader: User) -> list[Any]:
    rows = UpdateDraft.objects.visible_to(reader).filter(status=DraftStatus.DRAFT)
    return draft_words(list(rows.select_related("vendor__sponsor").order_by("-created_at")[:20]), reader)


@page(P.UPDATE_VIEW)
def update_export(request: PersonRequest, kind: str) -> FileResponse:
    """The filtered list as a file; the trail keeps who took it, how it was filtered and how many rows it has."""
    if kind not in TYPES:
        raise Http404
    filters = UpdateListFilter(request.GET, queryset=Update.objects.visible_to(request.user), reader=request.user)
    sort = SORTS.get(request.GET.get("sort", ""), SORTS["-posted"])
    rows = filters.qs.with_places().order_by(*sort).iterator(chunk_size=500)
    name = f"updates-{timezone.localdate().isoformat()}"
    response, count = export_response(name, kind, header=HEADER, rows=map(cells_of, rows))
    details = {"format": kind, "rows": count, "filters": request.GET.dict()}
    note(User.objects.get(pk=request.user.pk), by=request.user, action="update.export", details=details)
    return response


def cells_of(row: Any) -> tuple[object, ...]:
    def utc(at: Any) -> Any:
        return at.isoformat(timespec="minutes") if at else None

    return (
        row.number, row.kind.label, row.title, row.vendor.name, row.vendor.sponsor.name,
        row.site.name if row.site else "", row.product, row.batch, row.get_classification_display(),
        row.author_name, utc(row.posted_at), utc(row.notify_by), row.get_timing_display(), row.revision,
        row.get_status_display(), row.get_ball_display(), row.acknowledged_revision, row.acknowledged_by_name,
        utc(row.acknowledged_at), row.decide_by, row.decided_by_name, row.investigate_by, utc(row.closed_at),
    )  # fmt: skip


def found_update(request: PersonRequest, number: str) -> Update:
    update: Update = get_object_or_404(Update.objects.visible_to(request.user).with_places(), number=number)
    return update


def crumbs_of(update: Update, *, under: bool = False) -> list[tuple[str, str]]:
    return [("Updates", reverse(LIST)), (update.number, update.get_absolute_url() if under else "")]


@page(P.UPDATE_VIEW)
def update_detail(request: PersonRequest, number: str) -> HttpResponse:
    """What was told, its clocks, versions and what both sides said of it; a POST adds a file."""
    update = found_update(request, number)
    if request.method == "POST":
        answer = add_file(request, update)
        if answer is not None:
            return answer
    user = request.user
    context: dict[str, Any] = {
        "update": update,
        "facts": facts_of(update),
        "side_name": other_name(update, user),
        "is_ours": update.side == user.company_kind,
        "is_partner": user.company_kind == PARTNER,
        "waits": waits_for(update, user),
        "due": next_due(update),
        "pill": STATUS_PILLS[update.status],
        "timing_pill": TIMING_PILLS.get(update.timing, ""),
        "steps": steps_of(update, user),
        "revisions": list(update.revisions.order_by("-revision")),
        "replies": list(update.replies.order_by("pk")),
        "fact": taking_over.fact_of(update, user),
        "fact_words": taking_over.WORDS.get(update.kind.proposes, ""),
        "may_take_over": taking_over.may_take_over(update, user),
        "signatures": signed(update, user),
        "history": history_of(update, request) if user.may(P.HISTORY_VIEW) else None,
        "crumbs": crumbs_of(update),
    }
    return render_page(request, "communications/update_detail.html", None, context | shelf(request, update))


@page(P.UPDATE_VIEW)
def update_move(request: PersonRequest, number: str, name: str) -> HttpResponse:
    """One move: an acknowledgement, a question, an answer, a signed decision, an end."""
    update = found_update(request, number)
    if name == "amend":
        raise Http404("A new version is posted where the update is written.")
    context = {
        "update": update,
        "facts": facts_of(update),
        "side_name": other_name(update, request.user),
        "crumbs": crumbs_of(update, under=True),
    }
    return move_page(
        request, update, UPDATE, name, template="communications/update_move.html", context=context,
        form_class=SayForm, act=actions.move,
    )  # fmt: skip


@page(P.UPDATE_POST)
def update_amend(request: PersonRequest, number: str) -> HttpResponse:
    """A new version of what was posted; the earlier ones stay."""
    update = found_update(request, number)
    form = AmendForm(request.POST or None, instance=update, by=request.user)
    name, back, crumbs = update.title, update.get_absolute_url(), crumbs_of(update, under=True)
    closed = UPDATE.closed(update, UPDATE.by_name["amend"], request.user)
    if closed and request.method != "POST":
        say(request, closed)
        return redirect(update)

    def act() -> None:
        fresh = found_update(request, number)  # a form puts what was typed onto the record that it was given
        reason = form.cleaned_data["reason"]
        actions.amend(fresh, by=request.user, reason=reason, version=form.opened_version, **form.values())

    return form_page(
        request, form, act, heading=f"New version of {name}", back=back, said="The new version is posted.",
        verb="Post this version", crumbs=crumbs,
    )  # fmt: skip


@require_POST
@page(P.UPDATE_VIEW)
def update_take_over(request: PersonRequest, number: str) -> HttpResponse:
    """Keeps the offer or the certificate that an update tells of in the registry."""
    update = found_update(request, number)
    try:
        made = taking_over.take_over(update, by=request.user)
    except WrongState as error:
        say(request, str(error))
        return redirect(update)
    say(request, f"Kept as {made.number}.")
    return redirect(made)


# --- tabs of other pages --------------------------------------------------------------------------------------------


def tab(request: PersonRequest, context: dict[str, Any], rows: Any, template: str) -> HttpResponse:
    found = listing(request, rows.with_places(), sorts=SORTS, noun="update")
    with_words(found.rows, request.user)
    context |= {"updates": found, "in_tab": True, "is_partner": request.user.company_kind == PARTNER}
    return render_page(request, template, "communications/_update_rows.html", context)


@page(P.CMO_VIEW)
def cmo_updates(request: PersonRequest, number: str) -> HttpResponse:
    """What one CMO and its sponsor told each other, with how often the CMO was early, in time and late."""
    context = cmo_frame(request, number, TAB)
    rows = Update.objects.visible_to(request.user).filter(vendor=context["vendor"])
    context["kept"] = rows.of_cmo_by_timing()
    return tab(request, context, rows, "communications/cmo_updates.html")


@page(P.UPDATE_VIEW)
def site_updates(request: PersonRequest, number: str) -> HttpResponse:
    context = site_frame(request, number, TAB)
    rows = Update.objects.visible_to(request.user).filter(site=context["site"])
    return tab(request, context, rows, "communications/site_updates.html")
