"""Pages of the result: the ranking and what would change it, and one candidate's figures down to the marks."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page
from cmo_portal.records.gate import page
from vendors.selection.assembling import load
from vendors.selection.models import Status
from vendors.selection.pages import head, selection_of
from vendors.selection.result import explained, points, result_context


@page(P.SELECTION_VIEW)
def selection_result(request: PersonRequest, number: str) -> HttpResponse:
    """Open once scoring is over: before, a total would tell a colleague's marks. What-if weights stand in the URL."""
    selection = selection_of(request, number)
    context = head(request, selection, "result")
    if selection.status == Status.SCORED:
        board = load(selection, request.user)
        try:
            context |= result_context(board, request.GET.dict()) | {"show_print": True}
        except ValueError as error:
            messages.warning(request, str(error))
            return redirect("vendors:selection-result", number)
    return render_page(request, "vendors/selection_result.html", None, context)


@page(P.SELECTION_VIEW)
def result_candidate(request: PersonRequest, number: str, candidate: str) -> HttpResponse:
    """Every figure of one candidate, group by group and leaf by leaf, with the marks behind it."""
    selection = selection_of(request, number)
    if selection.status != Status.SCORED:
        raise Http404
    board = load(selection, request.user)
    found = next((each for each in board.candidates if each.number == candidate), None)
    if found is None:
        raise Http404
    context = {
        "selection": selection,
        "candidate": found,
        "rows": explained(board, found),
        "total": points(board.panel_card.totals[found.number]),
        "rank": board.panel_card.ranks[found.number],
    }
    return render_page(request, "vendors/result_candidate.html", None, context)
