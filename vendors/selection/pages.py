"""What every page of a selection shares: finding it behind the walls, its head with tabs and moves, its refusals."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.records.workflow import WrongState
from vendors.selection.models import Candidate, Criterion, Selection, Status
from vendors.selection.workflows import SELECTION

TABS = (
    ("brief", "Brief", "vendors:selection-detail", ""),
    ("candidates", "Candidates", "vendors:selection-candidates", ""),
    ("criteria", "Criteria and weights", "vendors:selection-criteria", ""),
    ("scores", "Scores", "vendors:selection-scores", ""),
    ("result", "Result", "vendors:selection-result", ""),
    ("history", "History", "vendors:selection-history", P.TRAIL_VIEW),
)
PILLS = {Status.DRAFT: "", Status.SCORING: "info", Status.SCORED: "ok", Status.CANCELLED: "warn"}


def selection_of(request: PersonRequest, number: str) -> Selection:
    """The selection as the person may open it, else 404. Asks in one query."""
    rows = Selection.objects.open_to(request.user).select_related("product", "owner", "sponsor")
    found: Selection = get_object_or_404(rows, number=number)
    return found


def cell_of(request: PersonRequest, number: str, criterion: str, candidate: str) -> tuple[Criterion, Candidate]:
    """Both ends of a cell of one selection, with the selection in hand; 404 for anything else, such as a group."""
    selection = selection_of(request, number)
    below = Criterion.objects.filter(parent=OuterRef("pk"), is_retired=False)
    nodes = Criterion.objects.filter(~Exists(below), selection=selection, is_retired=False)
    leaf = nodes.filter(number=criterion).first()
    stands = (
        Candidate.objects.filter(selection=selection, number=candidate).select_related("site__vendor__sponsor").first()
    )
    if leaf is None or stands is None:
        raise Http404
    leaf.selection = stands.selection = selection
    return leaf, stands


def head(request: PersonRequest, selection: Selection, current: str, **counts: Any) -> dict[str, Any]:
    """Context of `vendors/_selection_head.html`; `counts` are the small numbers beside the tabs."""
    tabs = [
        {
            "label": label,
            "url": reverse(url_name, args=[selection.number]),
            "current": code == current,
            "count": counts.get(code),
        }
        for code, label, url_name, permission in TABS
        if not permission or request.user.may(permission)
    ]
    return {
        "selection": selection,
        "tabs": tabs,
        "pill_kind": PILLS[Status(selection.status)],
        "offers": SELECTION.offers(selection, request.user),
        "may_edit": request.user.may(P.SELECTION_EDIT),
        "is_draft": selection.status == Status.DRAFT,
        "is_scoring": selection.status == Status.SCORING,
        "is_scored": selection.status == Status.SCORED,
    }


def asked_by_script(request: PersonRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def refused(request: PersonRequest, sentence: str, back_to: str) -> HttpResponse:
    """Wrong state: 409 with the sentence for a script, a note on the page it came from for everybody else."""
    if asked_by_script(request):
        return render(request, "vendors/_refusal.html", {"sentence": sentence}, status=409)
    messages.warning(request, sentence)
    return redirect(back_to)


def states(url_name: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Turns WrongState into its sentence, shown at the page `url_name` of the selection."""

    def guarded(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def inner(request: PersonRequest, number: str, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                return view(request, number, *args, **kwargs)
            except WrongState as error:
                return refused(request, str(error), reverse(url_name, args=[number]))

        return inner

    return guarded
