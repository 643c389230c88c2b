"""Pages of evidence: picking a record of the candidate's site or typing an address, opening it, taking it away."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.gate import page
from vendors.selection import marking
from vendors.selection.evidence import address_of, picked, shelves
from vendors.selection.forms import EvidenceForm
from vendors.selection.models import Candidate, Criterion, Evidence
from vendors.selection.pages import cell_of, selection_of, states


@page(P.SELECTION_VIEW)
@states("vendors:selection-scores")
def evidence_add(request: PersonRequest, number: str, criterion: str, candidate: str) -> HttpResponse:
    """The site's own records to pick from, and below them the form of an address outside."""
    leaf, stands = cell_of(request, number, criterion, candidate)
    if not request.user.may(P.SELECTION_EDIT):
        marking.seat_of(stands.selection, request.user)
    is_pick = "record" in request.POST
    form = EvidenceForm(request.POST if request.method == "POST" and not is_pick else None)
    refusal = ""
    if request.method == "POST" and (is_pick or form.is_valid()):
        try:
            title = add(request, leaf, stands, form)
        except ValidationError as error:
            refusal = " ".join(error.messages) if is_pick else ""
            if not is_pick:
                form.refuse(error)
        else:
            say(request, f"{title} added.")
            return redirect("vendors:selection-cell", number, criterion, candidate)
    words = request.GET.get("q", "").strip()[:100]
    context = {"form": form, "selection": stands.selection, "criterion": leaf, "candidate": stands, "words": words}
    context |= {"shelves": shelves(stands.site, request.user, words), "refusal": refusal}
    status = 422 if refusal else 200
    return render_page(request, "vendors/evidence_edit.html", "vendors/_evidence_shelves.html", context, status)


def add(request: PersonRequest, leaf: Criterion, stands: Candidate, form: EvidenceForm) -> str:
    """Adds what was picked or typed; its title."""
    if "record" in request.POST:
        values: dict[str, Any] = picked(stands.site, request.user, request.POST["record"])
    else:
        values = {"kind": Evidence.Kind.LINK, **form.values()}
    return marking.add_evidence(leaf, stands, by=request.user, **values).title


def evidence_of(request: PersonRequest, number: str, evidence: str) -> Evidence:
    rows = Evidence.objects.live().filter(selection=selection_of(request, number))
    found: Evidence = get_object_or_404(rows.select_related("selection", "criterion", "candidate"), number=evidence)
    return found


@page(P.SELECTION_VIEW)
def evidence_open(request: PersonRequest, number: str, evidence: str) -> HttpResponse:
    """Goes to the record behind the cell; 404 for who may not read it, whoever named it."""
    found = evidence_of(request, number, evidence)
    address = address_of(found.about_type, found.about_number, request.user) if found.about_number else None
    if address is None:
        raise Http404
    return redirect(address)


@require_POST
@page(P.SELECTION_VIEW)
@states("vendors:selection-scores")
def evidence_retire(request: PersonRequest, number: str, evidence: str) -> HttpResponse:
    found = evidence_of(request, number, evidence)
    marking.retire_evidence(found, by=request.user)
    say(request, f"{found.title} taken away.")
    return redirect("vendors:selection-cell", number, found.criterion.number, found.candidate.number)
