"""Pages of a selection itself: list, brief, its moves, its history."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.exports import TYPES, export_response
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.gate import page
from cmo_portal.records.trail import StaleRecord, TrailEvent, note
from cmo_portal.records.workflow import WrongState
from vendors.registry.filters import put_in_order
from vendors.registry.supply import Product
from vendors.selection import actions
from vendors.selection.assembling import Board, load
from vendors.selection.filters import SelectionFilter
from vendors.selection.forms import ReasonForm, SelectionForm
from vendors.selection.history import entries, of_selection
from vendors.selection.models import PanelMember, Selection
from vendors.selection.pages import head, selection_of, states
from vendors.selection.workflows import SELECTION

SORTS = {"newest": ("-created_at", "number"), "title": ("title", "number"), "-title": ("-title", "number")}
HEADER = ("Number", "Title", "Product", "Stage", "Status", "Candidates", "Scores given", "Scores wanted", "Due")


def found(request: PersonRequest) -> SelectionFilter:
    rows = Selection.objects.open_to(request.user).select_related("product").with_counts()
    filters = SelectionFilter(request.GET, queryset=rows)
    put_in_order(filters, "q", "status", "stage", "product")
    return filters


@page(P.SELECTION_VIEW)
def selection_list(request: PersonRequest) -> HttpResponse:
    filters = found(request)
    rows = listing(request, filters.qs, sorts=SORTS, noun="selection")
    context = {"selections": rows, "filters": filters, "may_edit": request.user.may(P.SELECTION_EDIT)}
    context |= {"query": request.GET.urlencode(), "filtered": any(request.GET.get(name) for name in filters.filters)}
    return render_page(request, "vendors/selection_list.html", "vendors/_selection_rows.html", context)


@page(P.SELECTION_VIEW)
def selection_export(request: PersonRequest, kind: str) -> FileResponse:
    """The list as it is filtered, as csv or xlsx: the same rows and no marks. The trail keeps who took it."""
    if kind not in TYPES:
        raise Http404
    rows = export_rows(found(request).qs.order_by(*SORTS.get(request.GET.get("sort", ""), SORTS["newest"])))
    name = f"selections-{timezone.localdate().isoformat()}"
    response, count = export_response(name, kind, header=HEADER, rows=rows)
    details = {"format": kind, "rows": count, "filters": request.GET.dict()}
    note(User.objects.get(pk=request.user.pk), by=request.user, action="selection.export", details=details)
    return response


def export_rows(rows: Any) -> Iterator[list[object]]:
    for row in rows.iterator(chunk_size=500):
        product = str(row.product) if row.product else ""
        words = [row.number, row.title, product, row.get_stage_display(), row.get_status_display()]
        yield [*words, row.standing, row.given, row.wanted, row.scoring_due_date]


@page(P.SELECTION_EDIT)
def selection_create(request: PersonRequest) -> HttpResponse:
    """A new draft, filled in beforehand from `?product=` where one is named."""
    form = SelectionForm(request.POST or None, by=request.user, initial=prefilled(request))
    if request.method == "POST" and form.is_valid():
        person = request.user
        try:
            selection = actions.create_selection(person.company, by=person, owner=person, **form.values())
        except ValidationError as error:
            form.refuse(error)
        else:
            say(request, f"{selection.title} created.")
            return redirect(selection)
    return render_page(request, "vendors/selection_edit.html", None, {"form": form, "verb": "Create selection"})


def prefilled(request: PersonRequest) -> dict[str, Any]:
    """What the product says already, so that nobody types it twice."""
    number = request.GET.get("product", "")
    product = Product.objects.visible_to(request.user).filter(number=number).first() if number else None
    if product is None:
        return {"preset": "balanced"}
    return {
        "preset": "commercial_launch" if product.stage == "commercial" else "balanced",
        "product": product,
        "title": str(product),
        "modality": product.modality,
        "dosage_form": product.dosage_form,
        "supply_stage": product.stage,
        "annual_volume": product.annual_volume,
        "volume_unit": product.volume_unit,
    }


@page(P.SELECTION_VIEW)
def selection_detail(request: PersonRequest, number: str) -> HttpResponse:
    selection = selection_of(request, number)
    panel = selection.panel.filter(is_retired=False).select_related("person").order_by("person__name")
    context = head(request, selection, "brief") | {"panel": panel}
    return render_page(request, "vendors/selection_detail.html", None, context)


@page(P.SELECTION_EDIT)
@states("vendors:selection-detail")
def selection_edit(request: PersonRequest, number: str) -> HttpResponse:
    selection = selection_of(request, number)
    form = SelectionForm(request.POST or None, instance=selection, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            stored = selection_of(request, number)
            actions.revise_selection(stored, by=request.user, version=form.opened_version, **form.values())
        except (ValidationError, StaleRecord) as error:
            form.refuse(error)
        else:
            say(request, f"{selection.title} saved.")
            return redirect(selection)
    context = {"form": form, "selection": selection, "verb": "Save"}
    return render_page(request, "vendors/selection_edit.html", None, context)


@page(P.SELECTION_EDIT)
def selection_move(request: PersonRequest, number: str, move: str) -> HttpResponse:
    """Says what the move means, asks why where the history must know, and moves."""
    selection = selection_of(request, number)
    transition = SELECTION.by_name.get(move)
    if transition is None:
        return redirect(selection)
    form = ReasonForm(request.POST or None)
    form.fields["reason"].required = transition.reason_needed
    refusal = SELECTION.refusal(selection, transition, request.user)
    status = 409 if refusal else 200
    if request.method == "POST" and not refusal and form.is_valid():
        try:
            actions.move(selection, move, by=request.user, reason=form.cleaned_data["reason"])
        except (WrongState, StaleRecord) as error:
            refusal, status = str(error), 409
        else:
            say(request, f"{selection.title}: {selection.get_status_display().lower()}.")
            return redirect(selection)
    context = {"form": form, "selection": selection, "transition": transition, "refusal": refusal}
    if move == "close" and not refusal:
        context |= {"waiting": waiting(selection), "numberless": numberless(load(selection, request.user))}
    return render_page(request, "vendors/selection_move.html", None, context, status=status)


def waiting(selection: Selection) -> list[PanelMember]:
    """Who has not submitted yet."""
    rows = PanelMember.objects.filter(selection=selection, is_retired=False, submitted_at__isnull=True)
    return list(rows.select_related("person").order_by("person__name"))


def numberless(board: Board) -> list[tuple[str, str]]:
    """The calculated criteria without a number: name, and for how many of the candidates."""
    found = []
    for leaf in board.leaves:
        given = [board.readings.get((leaf.pk, each.pk)) for each in board.standing]
        missing = sum(1 for row in given if row is None or (row.value is None and not row.is_not_applicable))
        if leaf.is_calculated and missing:
            found.append((leaf.name, f"{missing} of {len(board.standing)}"))
    return found


@page(P.SELECTION_VIEW)
def selection_history(request: PersonRequest, number: str) -> HttpResponse:
    """The trail of the selection and of all its parts, newest first; marks stay sealed as long as they are blind."""
    if not request.user.may(P.TRAIL_VIEW):
        raise PermissionDenied
    selection = selection_of(request, number)
    rows = TrailEvent.objects.open_to(request.user).filter(of_selection(selection))
    events = listing(request, rows, sorts={"newest": ("-at", "hash")}, noun="entry", plural="entries", size=50)
    context = head(request, selection, "history")
    context |= {"events": events, "entries": entries(events.rows, selection, request.user)}
    return render_page(request, "vendors/selection_history.html", None, context)
