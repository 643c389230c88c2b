"""The checklist of an audit, page by page: what stands on it, each answer with its photos and history, notes.

Everything that the conduct screen does can be done here without scripts.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from audits.conduct import checklist_actions as actions
from audits.conduct.checklist_forms import AnswerForm, FindingForm, ItemForm, NoteForm, PutForm
from audits.conduct.coverage import coverage
from audits.conduct.makers import finding_makers
from audits.conduct.models import ChecklistItem, ChecklistTemplate, ScribeNote
from audits.conduct.screen import findings_of, items_of, notes_of, photos_of
from audits.conduct.vocabulary import Answer, System, TemplateStatus
from audits.programme.frame import audit_frame, found_audit
from audits.programme.models import Audit
from cmo_portal.accounts.forms import ReasonForm
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib import wording
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.attachments import kept_or_gone
from cmo_portal.records.gate import page
from vendors.registry.edits import form_page
from vendors.registry.files import add_file, shelf
from vendors.registry.history import history_of

TAB = "Checklist"
PILLS = {
    Answer.YES: "ok",
    Answer.PARTIAL: "warn",
    Answer.NO: "bad",
    Answer.NOT_APPLICABLE: "",
    Answer.NOT_COVERED: "warn",
}
SHOWS: dict[str, tuple[str, Any]] = {
    "": ("All questions", lambda row: True),
    "open": ("Open", lambda row: not row.answer),
    "weak": ("Partly and no", lambda row: row.answer in {Answer.PARTIAL, Answer.NO}),
    "not_covered": ("Not covered", lambda row: row.answer == Answer.NOT_COVERED),
}


def tab_of(audit: Audit) -> str:
    return reverse("audits:audit-checklist", args=[audit.number])


def crumbs_of(audit: Audit) -> list[tuple[str, str]]:
    return [(str(audit), audit.get_absolute_url()), (TAB, tab_of(audit))]


@page(P.AUDIT_DRAFTS)
def audit_checklist(request: PersonRequest, number: str) -> HttpResponse:
    """The tab: coverage, the questions of the audit with their answers, and the notes of the visit."""
    found_audit(request, number)
    context = audit_frame(request, number, TAB)
    audit, user = context["audit"], request.user
    rows = items_of(audit, user)
    show = request.GET.get("show", "")
    show = show if show in SHOWS else ""
    shown = [row for row in rows if SHOWS[show][1](row)]
    decorate(audit, request, shown)
    notes = listing(request, notes_of(audit, user), sorts={"newest": ("-noted_at", "number")}, noun="note")
    context |= {
        "coverage": coverage(row.answer for row in rows),
        "chapters": chapters(rows, shown),
        "shows": [{"code": code, "label": label, "current": code == show} for code, (label, _) in SHOWS.items()],
        "notes": notes,
        "closed": actions.why_not(audit, user) if user.may(P.AUDIT_CONDUCT) else "read",
        "may_put": user.may(P.CHECKLIST_EDIT) and audit.status in actions.PREPARED_IN,
    }
    return render_page(request, "audits/audit_checklist.html", None, context)


def chapters(rows: list[ChecklistItem], shown: list[ChecklistItem]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "coverage": coverage(row.answer for row in rows if row.system == code),
            "items": [row for row in shown if row.system == code],
        }
        for code, name in System.choices
        if any(row.system == code for row in shown)
    ]


def decorate(audit: Audit, request: PersonRequest, rows: list[ChecklistItem]) -> None:
    """Hangs onto each row what its line shows beside the answer."""
    photos, findings = photos_of(rows, request.user), findings_of(audit, request.user)
    for row in rows:
        line: Any = row
        line.pill = PILLS.get(Answer(row.answer), "") if row.answer else ""
        line.photo_count, line.raised = len(photos[row.number]), findings[row.pk]


def found_item(request: PersonRequest, number: str) -> ChecklistItem:
    rows = ChecklistItem.objects.visible_to(request.user).filter(is_removed=False)
    item: ChecklistItem = get_object_or_404(
        rows.select_related("audit__site__vendor__sponsor", "audit__lead", "answered_by"), number=number
    )
    return item


@page(P.AUDIT_DRAFTS)
def item_detail(request: PersonRequest, number: str) -> HttpResponse:
    """One question: its answer, photos, notes, findings and history. A POST adds a photo."""
    item = found_item(request, number)
    user = request.user
    if request.method == "POST":
        with kept_or_gone(), actions.answering(item.audit, user):
            answer = add_file(request, item)
        if answer is not None:
            return answer
    closed = actions.why_not(item.audit, user) if user.may(P.AUDIT_CONDUCT) else "read"
    context: dict[str, Any] = {
        "item": item,
        "audit": item.audit,
        "pill": PILLS.get(Answer(item.answer), "") if item.answer else "",
        "closed": closed,
        "notes": list(notes_of(item.audit, user).filter(item=item).order_by("-noted_at", "-pk")[:100]),
        "raised": findings_of(item.audit, user)[item.pk],
        "may_make_findings": closed is None and user.may(P.FINDING_EDIT) and bool(finding_makers),
        "may_remove": user.may(P.CHECKLIST_EDIT) and not item.answer and not item.note,
        "crumbs": [*crumbs_of(item.audit), (item.code, "")],
        "history": history_of(item, request) if user.may(P.HISTORY_VIEW) else None,
        "files_heading": "Photos and files",
        **shelf(request, item),
    }
    if closed is not None:
        context["form"] = None
    return render_page(request, "audits/item_detail.html", None, context)


@page(P.AUDIT_CONDUCT)
def item_answer(request: PersonRequest, number: str) -> HttpResponse:
    """The answer and the note of one question."""
    item = found_item(request, number)
    form = AnswerForm(request.POST or None, instance=item)

    def act() -> None:
        actions.answer_item(item, by=request.user, version=form.opened_version, **form.values())

    back = reverse("audits:item-detail", args=[number])
    return form_page(request, form, act, heading=f"{item.code}: {item.question}", back=back, said="Answered.",
                     verb="Keep the answer", crumbs=crumbs_of(item.audit))  # fmt: skip


@page(P.FINDING_EDIT)
def item_finding(request: PersonRequest, number: str) -> HttpResponse:
    """A finding from a question, with its answer, note and photos as evidence."""
    item = found_item(request, number)
    if not finding_makers:
        raise Http404
    form = FindingForm(request.POST or None, initial=evidence_of(item, request))

    def act() -> Any:
        return actions.make_finding(item.audit, by=request.user, item=item, **form.cleaned_data)

    back = reverse("audits:item-detail", args=[number])
    return form_page(request, form, act, heading=f"A finding from {item.code}", back=back,
                     said="The finding is a draft.", verb="Make the finding", crumbs=crumbs_of(item.audit))  # fmt: skip


def evidence_of(item: ChecklistItem, request: PersonRequest) -> dict[str, str]:
    lines = []
    if item.answer and item.answered_by and item.answered_at:
        given = wording.utc_stamp(item.answered_at)
        lines.append(f"{item.code}: {item.get_answer_display()}, answered by {item.answered_by.name}, {given}.")
    names = [file.name for file in photos_of([item], request.user)[item.number]]
    if names:
        lines.append(f"Photos: {', '.join(names)}.")
    return {"title": item.topic, "statement": item.note, "evidence": "\n".join(lines)}


@page(P.CHECKLIST_EDIT)
def item_remove(request: PersonRequest, number: str) -> HttpResponse:
    item = found_item(request, number)
    form = ReasonForm(request.POST or None)

    def act() -> None:
        actions.remove_item(item, by=request.user, reason=form.cleaned_data["reason"])

    return form_page(request, form, act, heading=f"Take {item.code} off the audit", back=tab_of(item.audit),
                     said="It is off the audit.", verb="Take it off", crumbs=crumbs_of(item.audit))  # fmt: skip


@page(P.CHECKLIST_EDIT)
def item_create(request: PersonRequest, number: str) -> HttpResponse:
    audit = found_audit(request, number)
    form = ItemForm(request.POST or None, instance=ChecklistItem(audit=audit))

    def act() -> None:
        actions.add_item(audit, by=request.user, **form.values())

    return form_page(request, form, act, heading="A question of this audit", back=tab_of(audit),
                     said="The question is on it.", verb="Add the question", crumbs=crumbs_of(audit))  # fmt: skip


@page(P.CHECKLIST_EDIT)
def checklist_put(request: PersonRequest, number: str) -> HttpResponse:
    """Copies a published checklist onto the audit; what is there already stays as it is."""
    audit = found_audit(request, number)
    published = ChecklistTemplate.objects.visible_to(request.user).filter(status=TemplateStatus.PUBLISHED)
    form = PutForm(request.POST or None, published=published.order_by("name", "-edition"))

    def act() -> None:
        count = actions.put_template(audit, form.cleaned_data["template"], by=request.user)
        say(request, f"{count} questions put onto the audit.")

    if request.method == "POST" and form.is_valid():
        try:
            act()
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(tab_of(audit))
    context = {
        "form": form,
        "audit": audit,
        "has_published": published.exists(),
        "crumbs": crumbs_of(audit),
        "back_url": tab_of(audit),
    }
    return render_page(request, "audits/checklist_put.html", None, context)


@page(P.AUDIT_CONDUCT)
def note_create(request: PersonRequest, number: str) -> HttpResponse:
    """A note of the visit; `?item=` names the question it is about, `?corrects=` the note it corrects."""
    audit = found_audit(request, number)
    item = found_item(request, request.GET["item"]) if request.GET.get("item") else None
    corrects = None
    if request.GET.get("corrects"):
        rows: Any = ScribeNote.objects.visible_to(request.user).filter(audit=audit).select_related("item")
        corrects = get_object_or_404(rows, number=request.GET["corrects"])
    initial = {"text": corrects.text} if corrects else {}
    form = NoteForm(request.POST or None, instance=ScribeNote(audit=audit), initial=initial)

    def act() -> None:
        actions.write_note(audit, by=request.user, item=item, corrects=corrects, **form.values())

    about = corrects.item if corrects else item
    heading = "Correct a note" if corrects else f"A note about {item.code}" if item else "A note"
    back = reverse("audits:item-detail", args=[about.number]) if about else tab_of(audit)
    return form_page(request, form, act, heading=heading, back=back, said="Noted.", verb="Note it",
                     crumbs=crumbs_of(audit))  # fmt: skip


@page(P.AUDIT_DRAFTS)
def note_detail(request: PersonRequest, number: str) -> HttpResponse:
    """One note with its photos; a POST adds one."""
    rows = ScribeNote.objects.visible_to(request.user)
    rows = rows.select_related("audit__site__vendor__sponsor", "audit__lead", "author", "item", "corrects")
    note: ScribeNote = get_object_or_404(rows, number=number)
    user, audit = request.user, note.audit
    if request.method == "POST":
        with kept_or_gone(), actions.answering(audit, user):
            answer = add_file(request, note)
        if answer is not None:
            return answer
    closed = actions.why_not(audit, user) if user.may(P.AUDIT_CONDUCT) else "read"
    context = {
        "note": note,
        "audit": audit,
        "closed": closed,
        "crumbs": [*crumbs_of(audit), ("Note", "")],
        "files_heading": "Photos and files",
        **shelf(request, note),
    }
    if closed is not None:
        context["form"] = None
    return render_page(request, "audits/note_detail.html", None, context)
