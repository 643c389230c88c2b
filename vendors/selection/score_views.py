"""Pages of scoring: the matrix, one cell of it, handing in."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.gate import page
from cmo_portal.records.trail import StaleRecord
from cmo_portal.records.workflow import WrongState
from vendors.selection import marking, matrix
from vendors.selection.assembling import Board, load
from vendors.selection.forms import ReadingForm, WhyForm
from vendors.selection.holding import only_in
from vendors.selection.models import Candidate, Criterion, Evidence, Selection, Status
from vendors.selection.pages import asked_by_script, cell_of, head, selection_of, states

Refusals = dict[str, tuple[str, str, int]]  # by key of the cell: what was typed, why not, the stored version


@page(P.SELECTION_VIEW)
@states("vendors:selection-scores")
def selection_scores(request: PersonRequest, number: str) -> HttpResponse:
    """The matrix. Without a script it posts as one form, and only what changed is written."""
    selection = selection_of(request, number)
    refusals: Refusals = {}
    typed = 0
    if request.method == "POST":
        typed, refusals = write_matrix(request, selection)
        if not refusals:
            say(request, "Scores saved." if typed else "Nothing was changed.")
            return redirect("vendors:selection-scores", number)
    board = load(selection, request.user)
    context = head(request, selection, "scores")
    if selection.status in {Status.SCORING, Status.SCORED} and board.nodes:
        show, source = request.GET.get("show", ""), request.GET.get("rank", "")
        context |= matrix.scores_context(board, source, "" if refusals else show, refusals)
        context["tabs"] = with_count(context["tabs"], board, context["counts"])
        context["refused"] = [
            cell for group in context["groups"] for row in group.rows for cell in row.cells if cell.error
        ]
    return render_page(request, "vendors/selection_scores.html", None, context, status=422 if refusals else 200)


def with_count(tabs: list[dict[str, Any]], board: Board, counts: dict[str, int]) -> list[dict[str, Any]]:
    if board.seat is not None and board.selection.status == Status.SCORING:
        next(tab for tab in tabs if tab["label"] == "Scores")["count"] = f"{counts['given']} of {counts['wanted']}"
    return tabs


def write_matrix(request: PersonRequest, selection: Selection) -> tuple[int, Refusals]:
    """Writes every cell whose text differs from the stored mark; (how many, what was refused and why)."""
    board = load(selection, request.user)
    marking.open_seat_of(selection, request.user)
    done, refusals = 0, {}
    for leaf in board.marked_leaves:
        for candidate in board.standing:
            name = f"m-{leaf.number}-{candidate.number}"
            stored = board.own.get((leaf.pk, candidate.pk))
            text = request.POST.get(name)
            if text is None or text.strip().lower() == matrix.mark_text(stored):
                continue
            candidate.selection = leaf.selection = selection
            refusal = try_mark(request, leaf, candidate, text, request.POST.get(f"v-{name[2:]}", ""))
            if refusal:
                refusals[name[2:]] = refusal
            else:
                done += 1
    return done, refusals


def try_mark(
    request: PersonRequest, leaf: Criterion, candidate: Candidate, text: str, version: str
) -> tuple[str, str, int] | None:
    """None when the mark was written, else what was typed, why it was refused, and the stored version."""
    known = int(version) if version.isdecimal() else None
    try:
        with transaction.atomic():
            marking.give_mark(leaf, candidate, text, by=request.user, version=known)
    except StaleRecord as error:
        there = matrix.mark_text(error.stored) or "nothing"  # type: ignore[arg-type]
        return (
            text,
            f"Elsewhere you saved {there} meanwhile. Save again to keep {text or 'nothing'}.",
            error.stored.version,
        )
    except ValidationError as error:
        return text, f"{candidate}, {leaf.name}: {' '.join(error.messages)}", known or 0
    return None


@require_http_methods(["GET", "POST", "PUT"])
@page(P.SELECTION_VIEW)
def mark_give(request: PersonRequest, number: str, criterion: str, candidate: str) -> HttpResponse:
    """One cell: GET answers it as it stands, POST or PUT `mark` and `version` writes it.

    409 with both marks when it was changed elsewhere or marks are closed, 422 naming the cell when off the scale.
    """
    leaf, stands = cell_of(request, number, criterion, candidate)
    if request.method == "GET":
        try:
            only_in(stands.selection, Status.SCORING, Status.SCORED, to="read scores")
        except WrongState as error:
            return render(request, "vendors/_refusal.html", {"sentence": str(error)}, status=409)
        return parts(request, leaf, stands)
    sent = request.POST if request.method == "POST" else QueryDict(request.body)
    version = sent.get("version", "")
    if (refusal := somebody_else(request, sent)) is not None:
        return refusal
    try:
        marking.give_mark(
            leaf, stands, sent.get("mark", ""), by=request.user, version=int(version) if version.isdecimal() else None
        )
    except StaleRecord as error:
        context = {"stored": error.stored, "theirs": matrix.mark_text(error.stored), "typed": sent.get("mark", "")}  # type: ignore[arg-type]
        context |= {"criterion": leaf, "candidate": stands, "selection": stands.selection}
        return render(request, "vendors/_mark_conflict.html", context, status=409)
    except WrongState as error:
        return render(request, "vendors/_refusal.html", {"sentence": str(error)}, status=409)
    except ValidationError as error:
        sentence = f"{stands}, {leaf.name}: {' '.join(error.messages)}"
        return render(request, "vendors/_refusal.html", {"sentence": sentence}, status=422)
    if sent.get("from") == "dialog":
        return HttpResponse(status=204)
    if not asked_by_script(request):
        return redirect("vendors:selection-scores", number)
    return parts(request, leaf, stands)


def somebody_else(request: PersonRequest, sent: QueryDict) -> HttpResponse | None:
    """A page that one person left open must not write into the scorecard of whoever signed in after them."""
    if sent.get("as", request.user.number) == request.user.number:
        return None
    sentence = f"{request.user.name} is signed in now, and this page was opened by somebody else. Load it again."
    return render(request, "vendors/_refusal.html", {"sentence": sentence}, status=409)


def parts(request: PersonRequest, leaf: Criterion, candidate: Candidate) -> HttpResponse:
    """What one mark changes on the page, as the server counts it: the cell, totals, ranking, the count in the tab."""
    board = load(candidate.selection, request.user)
    context = matrix.scores_context(board, request.GET.get("rank", ""))
    same = next(each for each in board.candidates if each.pk == candidate.pk)
    node = next(each for each in board.leaves if each.pk == leaf.pk)
    context |= {"cell": matrix.cell_view(board, node, same), "selection": candidate.selection}
    return render(request, "vendors/_score_parts.html", context)


@page(P.SELECTION_VIEW)
def cell_detail(request: PersonRequest, number: str, criterion: str, candidate: str) -> HttpResponse:
    """Everything behind one cell: anchors, who gave what (after one's own mark), why, and the evidence."""
    leaf, stands = cell_of(request, number, criterion, candidate)
    context = cell_context(request, leaf, stands)
    return render_page(request, "vendors/selection_cell.html", "vendors/_cell_panel.html", context)


def cell_context(request: PersonRequest, leaf: Criterion, candidate: Candidate) -> dict[str, Any]:
    selection = candidate.selection
    board = load(selection, request.user)
    node = next((each for each in board.leaves if each.pk == leaf.pk), leaf)
    same = next(each for each in board.candidates if each.pk == candidate.pk)
    cell = matrix.cell_view(board, node, same)
    own = board.own.get((leaf.pk, candidate.pk))
    is_open = cell.mode == matrix.INPUT
    scale = range(selection.scale_low, selection.scale_high + 1)
    evidence = (
        Evidence.objects.live().filter(criterion=leaf, candidate=candidate).select_related("given_by", "selection")
    )
    reading = board.readings.get((leaf.pk, candidate.pk))
    return {
        "selection": selection,
        "board": board,
        "cell": cell,
        "criterion": leaf,
        "candidate": candidate,
        "anchors": [(str(mark), leaf.anchors[str(mark)]) for mark in scale if leaf.anchors.get(str(mark))],
        "given": board.given.get((leaf.pk, candidate.pk), []),
        "figures": board.statistics.get((leaf.pk, candidate.pk)),
        "own": own,
        "is_open": is_open,
        "why": WhyForm(initial=why_of(own)) if is_open else None,
        "asks_why": own is not None and own.is_given and not own.comment.strip() and wants_why(own, selection),
        "evidence": [(piece, may_take_away(piece, request)) for piece in evidence.order_by("pk")],
        "may_add_evidence": selection.status == Status.SCORING and (board.seat or request.user.may(P.SELECTION_EDIT)),
        "reading": reading,
        "may_read_in": leaf.is_calculated
        and request.user.may(P.SELECTION_EDIT)
        and selection.status in {Status.DRAFT, Status.SCORING},
    }


def may_take_away(piece: Evidence, request: PersonRequest) -> bool:
    return piece.given_by_id == request.user.pk or request.user.may(P.SELECTION_EDIT)


def why_of(mark: Any) -> dict[str, Any]:
    if mark is None:
        return {"version": 0}
    return {
        "comment": mark.comment,
        "confidence": mark.confidence,
        "evidence_level": mark.evidence_level,
        "version": mark.version,
    }


def wants_why(mark: Any, selection: Selection) -> bool:
    return mark.value is None or marking.needs_reason(mark.value, selection.scale_low, selection.scale_high)


@require_POST
@page(P.SELECTION_VIEW)
def mark_explain(request: PersonRequest, number: str, criterion: str, candidate: str) -> HttpResponse:
    """Why one's mark is as it is; saved as one types."""
    leaf, stands = cell_of(request, number, criterion, candidate)
    form = WhyForm(request.POST)
    if (refusal := somebody_else(request, request.POST)) is not None:
        return refusal
    if not form.is_valid():
        return render(request, "vendors/_refusal.html", {"sentence": first_error(form)}, status=422)
    values = {name: form.cleaned_data[name] for name in ("comment", "confidence", "evidence_level")}
    try:
        marking.explain_mark(leaf, stands, by=request.user, version=form.cleaned_data["version"], **values)
    except StaleRecord as error:
        context = {"rows": error.rows(), "sentence": "You changed this cell elsewhere meanwhile. Copy what is right."}
        return render(request, "vendors/_why_conflict.html", context, status=409)
    except WrongState as error:
        return render(request, "vendors/_refusal.html", {"sentence": str(error)}, status=409)
    except ValidationError as error:
        return render(request, "vendors/_refusal.html", {"sentence": " ".join(error.messages)}, status=422)
    if asked_by_script(request):
        return parts(request, leaf, stands)
    say(request, "Saved.")
    return redirect("vendors:selection-cell", number, criterion, candidate)


def first_error(form: Any) -> str:
    return str(next(iter(form.errors.values()))[0])


@page(P.SELECTION_EDIT)
@states("vendors:selection-scores")
def reading_set(request: PersonRequest, number: str, criterion: str, candidate: str) -> HttpResponse:
    """The number behind a calculated cell, with its source."""
    leaf, stands = cell_of(request, number, criterion, candidate)
    board = load(stands.selection, request.user)
    stored = board.readings.get((leaf.pk, stands.pk))
    if stored is not None:
        stored.selection, stored.criterion, stored.candidate = stands.selection, leaf, stands
    form = ReadingForm(request.POST or None, instance=stored)
    if request.method == "POST" and form.is_valid():
        version = form.opened_version or 0  # the form of an empty cell carries none
        try:
            marking.set_reading(leaf, stands, by=request.user, version=version, **form.values())
        except (ValidationError, StaleRecord) as error:
            form.refuse(error)
        else:
            say(request, f"{leaf.name} of {stands} saved.")
            return redirect("vendors:selection-scores", number)
    context = {"form": form, "selection": stands.selection, "criterion": leaf, "candidate": stands}
    return render_page(request, "vendors/reading_edit.html", None, context)


@page(P.SELECTION_VIEW)
@states("vendors:selection-scores")
def scores_submit(request: PersonRequest, number: str) -> HttpResponse:
    """Asks what is missing, then hands the scorecard in."""
    selection = selection_of(request, number)
    marking.open_seat_of(selection, request.user)
    board = load(selection, request.user)
    found = list(marking.gaps(board))
    sentences: list[str] = []
    if request.method == "POST":
        try:
            marking.submit_marks(board, by=request.user, with_gaps="with_gaps" in request.POST)
        except ValidationError as error:
            sentences = error.messages
        else:
            undo = reverse("vendors:scores-take-back", args=[number])
            say(request, "Your scores are in.", undo_url=undo)
            return redirect("vendors:selection-scores", number)
    context = {
        "selection": selection,
        "blocking": [gap for gap in found if gap.is_blocking],
        "open": [gap for gap in found if not gap.is_blocking],
        "sentences": sentences,
    }
    return render_page(request, "vendors/scores_submit.html", None, context, status=422 if sentences else 200)


@require_POST
@page(P.SELECTION_VIEW)
@states("vendors:selection-scores")
def scores_take_back(request: PersonRequest, number: str) -> HttpResponse:
    marking.take_back_marks(selection_of(request, number), by=request.user)
    say(request, "Your scores are open again.")
    return redirect("vendors:selection-scores", number)
