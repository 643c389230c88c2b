"""Pages of the library and of a sponsor's own checklists. None of it is a CMO's: it gets 404."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from audits.conduct import questions
from audits.conduct import template_actions as actions
from audits.conduct.checklist_forms import QuestionForm, TemplateForm
from audits.conduct.gates import sponsor_page
from audits.conduct.models import ChecklistTemplate, TemplateQuestion
from audits.conduct.vocabulary import System, TemplateStatus
from audits.conduct.workflows import TEMPLATE
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.gate import page
from cmo_portal.records.moves import move_page
from vendors.registry.edits import form_page
from vendors.registry.history import history_of

SORTS = {"name": ("name", "-edition", "number")}
PILLS = {TemplateStatus.DRAFT: "", TemplateStatus.PUBLISHED: "ok", TemplateStatus.RETIRED: ""}


def own_templates(request: PersonRequest) -> Any:
    """The sponsor's checklists; those that are no more than a draft only to who reads drafts."""
    return ChecklistTemplate.objects.open_to(request.user).select_related("sponsor", "replaces")


def found_template(request: PersonRequest, number: str) -> ChecklistTemplate:
    template: ChecklistTemplate = get_object_or_404(own_templates(request), number=number)
    return template


def found_question(request: PersonRequest, number: str) -> TemplateQuestion:
    """A question that stands on its checklist."""
    return any_question(request, number, is_removed=False)


def any_question(request: PersonRequest, number: str, **which: bool) -> TemplateQuestion:
    rows = TemplateQuestion.objects.visible_to(request.user).select_related("template__sponsor")
    question: TemplateQuestion = get_object_or_404(rows, number=number, **which)
    return question


def crumbs_of(template: ChecklistTemplate | None = None) -> list[tuple[str, str]]:
    first = [("Checklists", reverse("audits:template-list"))]
    return first if template is None else [*first, (str(template), template.get_absolute_url())]


@sponsor_page(P.AUDIT_VIEW)
def template_list(request: PersonRequest) -> HttpResponse:
    """The sponsor's checklists in all editions; retired ones when asked for."""
    rows = own_templates(request)
    with_retired = bool(request.GET.get("retired"))
    context = {
        "templates": listing(
            request,
            rows if with_retired else rows.exclude(status=TemplateStatus.RETIRED),
            sorts=SORTS,
            noun="checklist",
        ),
        "with_retired": with_retired,
        "pills": PILLS,
        "may_edit": request.user.may(P.CHECKLIST_EDIT),
        "library_size": len(questions.all_questions()),
        "library_version": questions.VERSION,
    }
    return render_page(request, "audits/template_list.html", "audits/_template_rows.html", context)


@page(P.CHECKLIST_EDIT)
def template_create(request: PersonRequest) -> HttpResponse:
    """Empty, or with the questions of another checklist (`?from=`) or of one system of the library (`?system=`)."""
    number, system = request.GET.get("from", ""), request.GET.get("system", "")
    source = found_template(request, number) if number else None
    form = TemplateForm(request.POST or None, instance=ChecklistTemplate(), initial=begin_with(source))

    def act() -> ChecklistTemplate:
        codes = [question.code for question in questions.find(system=system)] if system in System.values else []
        sponsor = request.user.company
        return actions.create_template(sponsor, by=request.user, source=source, codes=codes, **form.values())

    return form_page(
        request,
        form,
        act,
        heading=f"A copy of {source}" if source else "New checklist",
        back=reverse("audits:template-list"),
        said="The checklist is a draft: add questions, then publish it.",
        verb="Begin the checklist",
        crumbs=crumbs_of(),
    )


def begin_with(source: ChecklistTemplate | None) -> dict[str, str]:
    return {"name": f"{source.name}, copy", "purpose": source.purpose} if source else {}


@sponsor_page(P.AUDIT_VIEW)
def template_detail(request: PersonRequest, number: str) -> HttpResponse:
    """Its questions by system, in order, with what can be changed while it is a draft; its history."""
    template = found_template(request, number)
    rows = list(actions.live(template).order_by("position", "pk"))
    may_edit = request.user.may(P.CHECKLIST_EDIT)
    successor = own_templates(request).filter(replaces=template).exclude(status=TemplateStatus.RETIRED).first()
    context = {
        "template": template,
        "pill": PILLS[TemplateStatus(template.status)],
        "chapters": [
            {"code": code, "name": name, "questions": [row for row in rows if row.system == code]}
            for code, name in System.choices
        ],
        "count": len(rows),
        "is_draft": template.status == TemplateStatus.DRAFT and may_edit,
        "may_edit": may_edit,
        "offers": TEMPLATE.offers(template, request.user),
        "successor": successor,
        "may_revise": may_edit and template.status == TemplateStatus.PUBLISHED and successor is None,
        "crumbs": [*crumbs_of(), (template.number, "")],
        "history": history_of(template, request) if request.user.may(P.HISTORY_VIEW) else None,
    }
    return render_page(request, "audits/template_detail.html", None, context)


@page(P.CHECKLIST_EDIT)
def template_edit(request: PersonRequest, number: str) -> HttpResponse:
    template = found_template(request, number)
    form = TemplateForm(request.POST or None, instance=template)

    def act() -> None:
        actions.revise_template(template, by=request.user, version=form.opened_version,
                                                 **form.values())  # fmt: skip

    return form_page(request, form, act, heading=f"Edit {template.name}", back=template.get_absolute_url(),
                     said="Saved.", crumbs=crumbs_of(template))  # fmt: skip


@page(P.CHECKLIST_EDIT)
def template_move(request: PersonRequest, number: str, name: str) -> HttpResponse:
    template = found_template(request, number)
    return move_page(
        request,
        template,
        TEMPLATE,
        name,
        template="audits/template_move.html",
        context={"template": template, "crumbs": crumbs_of(template)},
        act=actions.move_template,
    )


@require_POST
@page(P.CHECKLIST_EDIT)
def template_next(request: PersonRequest, number: str) -> HttpResponse:
    """Begins the next edition of a published checklist."""
    draft = actions.next_edition(found_template(request, number), by=request.user)
    say(request, f"Edition {draft.edition} is a draft; the published one stays in use until you publish this.")
    return redirect(draft)


@page(P.CHECKLIST_EDIT)
def question_create(request: PersonRequest, number: str) -> HttpResponse:
    template = found_template(request, number)
    initial = {"code": actions.own_code(template), "system": request.GET.get("system", "")}
    form = QuestionForm(request.POST or None, instance=TemplateQuestion(template=template), initial=initial)

    def act() -> None:
        actions.add_question(template, by=request.user, **form.values())

    return form_page(request, form, act, heading="A question of your own", back=template.get_absolute_url(),
                     said="The question is added.", verb="Add the question", crumbs=crumbs_of(template))  # fmt: skip


@page(P.CHECKLIST_EDIT)
def question_edit(request: PersonRequest, number: str) -> HttpResponse:
    question = found_question(request, number)
    form = QuestionForm(request.POST or None, instance=question)

    def act() -> None:
        actions.revise_question(question, by=request.user, version=form.opened_version,
                                                 **form.values())  # fmt: skip

    return form_page(request, form, act, heading=f"Edit {question.code}", back=question.template.get_absolute_url(),
                     said="Saved.", crumbs=crumbs_of(question.template))  # fmt: skip


@require_POST
@page(P.CHECKLIST_EDIT)
def question_remove(request: PersonRequest, number: str) -> HttpResponse:
    question = any_question(request, number)  # a second click finds it removed, which is what was asked
    actions.remove_question(question, by=request.user)
    say(request, f"{question.code} is off the checklist.", undo_url=reverse("audits:question-restore", args=[number]))
    return redirect(question.template)


@require_POST
@page(P.CHECKLIST_EDIT)
def question_restore(request: PersonRequest, number: str) -> HttpResponse:
    question = any_question(request, number)
    try:
        actions.restore_question(question, by=request.user)
    except ValidationError as error:
        say(request, " ".join(error.messages))
    else:
        say(request, f"{question.code} is back.")
    return redirect(question.template)


@require_POST
@page(P.CHECKLIST_EDIT)
def question_place(request: PersonRequest, number: str) -> HttpResponse:
    """Moves a question within its system: `step` up or down by a button, `place` (0 the first) by dragging."""
    question = found_question(request, number)
    same = actions.live(question.template).filter(system=question.system).order_by("position", "pk")
    order = list(same.values_list("number", flat=True))
    place = request.POST.get("place", "")
    if place.isascii() and place.isdigit():
        to = int(place)
    else:
        to = order.index(question.number) + (-1 if request.POST.get("step") == "up" else 1)
    actions.place_question(question, to, by=request.user)
    return redirect(f"{question.template.get_absolute_url()}#q-{question.number}")
