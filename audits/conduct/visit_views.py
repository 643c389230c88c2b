"""The tab of agenda and requests: the agenda, the letter, and the cards of documents that the CMO fills."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from audits.conduct import visit_actions as actions
from audits.conduct.letter import letter_pdf
from audits.conduct.models import AgendaItem, DocumentRequest
from audits.conduct.visit_forms import AgendaForm, RequestForm, RequestNoteForm, UsualForm
from audits.conduct.vocabulary import WAITING, RequestPriority, RequestStatus
from audits.conduct.workflows import REQUEST
from audits.programme.frame import audit_frame, found_audit, way_to
from audits.programme.models import Audit
from audits.programme.querysets import OVER
from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.actors import PARTNER
from cmo_portal.records.attachments import kept_or_gone
from cmo_portal.records.gate import page
from cmo_portal.records.moves import move_page
from vendors.registry.edits import form_page
from vendors.registry.files import add_file, shelf
from vendors.registry.history import history_of

TAB = "Agenda and requests"
COLUMNS = (RequestStatus.NEW, RequestStatus.IN_PREPARATION, RequestStatus.READY, RequestStatus.PROVIDED)
PRIORITY_FIRST = {RequestPriority.HIGH: 0, RequestPriority.NORMAL: 1, RequestPriority.LOW: 2}
# Where a card can be dropped or sent: column -> the CMO's move that leads there.
MOVES = {RequestStatus.IN_PREPARATION: "prepare", RequestStatus.READY: "ready", RequestStatus.PROVIDED: "provide"}


def tab_of(audit: Audit) -> str:
    return reverse("audits:audit-requests", args=[audit.number])


def crumbs_of(audit: Audit) -> list[tuple[str, str]]:
    return way_to(audit, TAB, "audits:audit-requests")


@page(P.AUDIT_VIEW)
def audit_requests(request: PersonRequest, number: str) -> HttpResponse:
    """The agenda by day and the requests as cards in four columns; a CMO reads both from the notification on."""
    context = audit_frame(request, number, TAB)
    audit, user = context["audit"], request.user
    agenda = AgendaItem.objects.visible_to(user).filter(audit=audit, is_removed=False)
    cards = DocumentRequest.objects.visible_to(user).filter(audit=audit)
    is_open = audit.status not in OVER
    context |= {
        "agenda": list(agenda.order_by("day", "start_time", "pk")),
        "columns": columns_of(list(cards)),
        "withdrawn": [card for card in cards if card.status == RequestStatus.WITHDRAWN],
        "may_plan": user.may(P.AUDIT_PLAN) and is_open,
        "may_answer": user.may(P.REQUEST_ANSWER) and is_open,
        "has_cards": bool(cards),
        "agenda_due": actions.agenda_due(audit) if context["is_sponsor"] and is_open else None,
    }
    return render_page(request, "audits/audit_requests.html", None, context)


def columns_of(cards: list[DocumentRequest]) -> list[dict[str, Any]]:
    """Four columns, each in the order of priority and then as it was asked."""
    by_column: dict[str, list[DocumentRequest]] = {status: [] for status in COLUMNS}
    for card in cards:
        if card.status in by_column:
            by_column[card.status].append(card)
    return [
        {
            "status": status,
            "label": str(status.label),
            "move": MOVES.get(status, ""),
            "cards": sorted(by_column[status], key=lambda each: (PRIORITY_FIRST[each.priority], each.position)),  # type: ignore[index]
        }
        for status in COLUMNS
    ]


@page(P.AUDIT_VIEW)
def audit_letter(request: PersonRequest, number: str) -> HttpResponse:
    """The notification letter as PDF; a CMO has it once it was notified."""
    audit = found_audit(request, number)
    if audit.notified_date is None and not request.user.may(P.AUDIT_PLAN):
        raise Http404
    headers = {
        "Content-Disposition": f'attachment; filename="{audit.number}-notification.pdf"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(letter_pdf(audit), content_type="application/pdf", headers=headers)


# --- agenda ------------------------------------------------------------------------------------------
def found_item(request: PersonRequest, number: str) -> AgendaItem:
    rows = AgendaItem.objects.visible_to(request.user).filter(is_removed=False)
    item = get_object_or_404(rows.select_related("audit"), number=number)
    item.audit = found_audit(request, item.audit.number)
    return item


@page(P.AUDIT_PLAN)
def agenda_create(request: PersonRequest, number: str) -> HttpResponse:
    audit = found_audit(request, number)
    form = AgendaForm(request.POST or None, instance=AgendaItem(audit=audit), audit=audit)

    def act() -> None:
        actions.add_agenda_item(audit, by=request.user, **form.values())

    return form_page(
        request, form, act, heading="Add to the agenda", back=tab_of(audit), said="Added to the agenda.",
        verb="Add it", crumbs=crumbs_of(audit),
    )  # fmt: skip


@page(P.AUDIT_PLAN)
def agenda_edit(request: PersonRequest, number: str) -> HttpResponse:
    item = found_item(request, number)
    form = AgendaForm(request.POST or None, instance=item, audit=item.audit)

    def act() -> None:
        actions.revise_agenda_item(item, by=request.user, version=form.opened_version, **form.values())

    return form_page(
        request, form, act, heading="Edit the agenda", back=tab_of(item.audit), said="Saved.",
        crumbs=crumbs_of(item.audit),
    )  # fmt: skip


@require_POST
@page(P.AUDIT_PLAN)
def agenda_remove(request: PersonRequest, number: str) -> HttpResponse:
    item = found_item(request, number)
    actions.remove_agenda_item(item, by=request.user)
    say(request, f"{item.topic} is off the agenda.")
    return redirect(tab_of(item.audit))


# --- requests ----------------------------------------------------------------------------------------
def found_request(request: PersonRequest, number: str) -> DocumentRequest:
    rows = DocumentRequest.objects.open_to(request.user)
    card = get_object_or_404(rows.select_related("audit"), number=number)
    card.audit = found_audit(request, card.audit.number)
    return card


@page(P.AUDIT_PLAN)
def request_create(request: PersonRequest, number: str) -> HttpResponse:
    audit = found_audit(request, number)
    form = RequestForm(request.POST or None, instance=DocumentRequest(audit=audit))

    def act() -> None:
        actions.ask(audit, by=request.user, **form.values())

    return form_page(
        request, form, act, heading="Ask for a document", back=tab_of(audit),
        said="Asked for." if audit.notified_date else "It goes to the CMO with the notification.",
        verb="Ask for it", crumbs=crumbs_of(audit),
    )  # fmt: skip


@page(P.AUDIT_PLAN)
def request_usual(request: PersonRequest, number: str) -> HttpResponse:
    """The usual documents in one go, those asked for already left out."""
    audit = found_audit(request, number)
    form = UsualForm(request.POST or None)

    def act() -> None:
        actions.ask_usual(audit, by=request.user, due_date=form.cleaned_data["due_date"])

    return form_page(
        request, form, act, heading="Ask for the usual documents", back=tab_of(audit),
        said="Asked for: change or withdraw what you do not need.", verb="Ask for them", crumbs=crumbs_of(audit),
    )  # fmt: skip


@page(P.AUDIT_VIEW)
def request_detail(request: PersonRequest, number: str) -> HttpResponse:
    """One card: what is asked for, the files, the moves, the history. A POST adds a file."""
    card = found_request(request, number)
    user = request.user
    if request.method == "POST":
        with kept_or_gone(), actions.holding(card.audit):
            actions.refuse_files(found_request(request, number))  # as it stands now
            answer = add_file(request, card)
        if answer is not None:
            return answer
    context: dict[str, Any] = {
        "card": card,
        "audit": card.audit,
        "offers": REQUEST.offers(card, user),
        "may_edit": user.may(P.AUDIT_PLAN) and card.status != RequestStatus.PROVIDED,
        "may_note": user.may(P.REQUEST_ANSWER) and card.status != RequestStatus.WITHDRAWN,
        "may_ask_by_link": user.may(P.GUEST_ASK) and can_be_asked_by_link(card, user),
        "history": history_of(card, request) if user.may(P.HISTORY_VIEW) else None,
        "crumbs": [*crumbs_of(card.audit), (card.number, "")],
        "today": timezone.localdate(),
    }
    return render_page(request, "audits/request_detail.html", None, context | shelf(request, card))


def can_be_asked_by_link(card: DocumentRequest, user: User) -> bool:
    """Whether the CMO still owes it, and the person is one of those who may ask for it or answer it."""
    asks = P.REQUEST_ANSWER if user.company_kind == PARTNER else P.AUDIT_PLAN
    return card.is_shared and card.status in WAITING and card.audit.status not in OVER and user.may(asks)


@page(P.AUDIT_PLAN)
def request_edit(request: PersonRequest, number: str) -> HttpResponse:
    card = found_request(request, number)
    form = RequestForm(request.POST or None, instance=card)

    def act() -> None:
        actions.revise_request(card, by=request.user, version=form.opened_version, **form.values())

    return form_page(
        request, form, act, heading="Edit the request", back=card.get_absolute_url(), said="Saved.",
        crumbs=crumbs_of(card.audit),
    )  # fmt: skip


@page(P.REQUEST_ANSWER)
def request_note(request: PersonRequest, number: str) -> HttpResponse:
    card = found_request(request, number)
    form = RequestNoteForm(request.POST or None, instance=card)

    def act() -> None:
        actions.note_request(card, by=request.user, version=form.opened_version, **form.values())

    return form_page(
        request, form, act, heading=card.title, back=card.get_absolute_url(), said="Saved.",
        crumbs=crumbs_of(card.audit),
    )  # fmt: skip


@page(P.AUDIT_VIEW)
def request_move(request: PersonRequest, number: str, name: str) -> HttpResponse:
    card = found_request(request, number)
    return move_page(
        request,
        card,
        REQUEST,
        name.replace("-", "_"),
        template="audits/request_move.html",
        context={"card": card, "crumbs": [*crumbs_of(card.audit), (card.number, card.get_absolute_url())]},
        act=actions.move_request,
        back_url=tab_of(card.audit),
    )
